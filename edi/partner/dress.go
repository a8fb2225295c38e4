package partner

import (
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/order"
)

// dressX12 makes of the segments of a set what the partner's guide wants to see.
func (a *agreement) dressX12(d *Document) ([]x12.Segment, error) {
	segments := make([]x12.Segment, len(d.Segments))
	for i, s := range d.Segments {
		segments[i] = a.translateX12(d.Set, s, false)
	}
	return add(a.guide, d.Set, segments, func(text string) (x12.Segment, error) { return fillX12(text, d.References) })
}

// dressEDIFACT makes of a message what the partner's guide wants to see.
func (a *agreement) dressEDIFACT(m Message, refs []order.Reference) ([]edifact.Segment, error) {
	segments := make([]edifact.Segment, len(m.Segments))
	for i, s := range m.Segments {
		segments[i] = a.translateEDIFACT(m.Type, s, false)
	}
	return add(a.guide, m.Type, segments, func(text string) (edifact.Segment, error) { return fillEDIFACT(text, refs) })
}

// add puts the additions of the guide where they belong, several behind one segment in
// the order of the guide.
func add[S valued](g *Guide, set string, segments []S, fill func(string) (S, error)) ([]S, error) {
	behind := make(map[int][]S)
	added := 0
	for i := range g.Add {
		a := &g.Add[i]
		if a.Set != set {
			continue
		}
		after, err := a.After.read()
		if err != nil {
			return nil, err
		}
		segment, err := fill(a.Segment)
		if errors.Is(err, errNoReference) && a.Optional {
			continue
		}
		if err != nil {
			return nil, &AdditionError{Set: set, Segment: a.Segment, Reason: err.Error()}
		}
		found := false
		for at, s := range segments {
			if after.matches(s) {
				behind[at], found = append(behind[at], segment), true
				added++
				if !a.Every {
					break
				}
			}
		}
		if !found && !a.Optional {
			return nil, &AdditionError{Set: set, Segment: a.Segment, Reason: fmt.Sprintf("there is no %s behind which it could stand", a.After)}
		}
	}
	if added == 0 {
		return segments, nil
	}
	out := make([]S, 0, len(segments)+added)
	for at, s := range segments {
		out = append(append(out, s), behind[at]...)
	}
	return out, nil
}

// replacement is the value that stands for one that is there; same when none does.
func (a *agreement) replacement(set string, s valued, value func(element, component int) string, received bool,
	do func(element, component int, value string),
) {
	for i := range a.translations {
		t := &a.translations[i]
		if t.set != "" && t.set != set || s.ID() != t.at.segment || !t.applies(s) {
			continue
		}
		table := t.ours
		if received {
			table = t.theirs
		}
		place := t.at.conditions[0]
		component := max(place.component, 1)
		if other, known := table[value(place.element, component)]; known {
			do(place.element, component, other)
		}
	}
}

// agreedCodes leaves out what the standard finds wrong with values that the guide
// translates: they are the partner's codes.
func (a *agreement) agreedCodes(set string, s valued, faults []fault.Fault) []fault.Fault {
	if len(a.translations) == 0 || len(faults) == 0 {
		return faults
	}
	return slices.DeleteFunc(faults, func(f fault.Fault) bool {
		if f.Code != schema.CodeElementCode {
			return false
		}
		agreed := false
		a.replacement(set, s, s.Component, true, func(element, component int, _ string) {
			agreed = agreed || element == f.Element && component == max(f.Component, 1)
		})
		return agreed
	})
}

// translation is a Translation that was read.
type translation struct {
	set          string
	at           pattern
	ours, theirs map[string]string // by our values, and by the partner's
}

// applies tells whether the conditions behind the place hold.
func (t *translation) applies(s valued) bool {
	for _, c := range t.at.conditions[1:] {
		if !c.holds(s) {
			return false
		}
	}
	return true
}

// translationsOf reads the translations of a guide that was checked.
func translationsOf(g *Guide) []translation {
	var out []translation
	for _, t := range g.Codes {
		if at, err := t.At.read(); err == nil && len(at.conditions) > 0 {
			out = append(out, translation{set: t.Set, at: at, ours: t.Codes, theirs: t.theirs()})
		}
	}
	return out
}

// translateX12 puts the partner's codes in the place of ours, or the other way round.
func (a *agreement) translateX12(set string, s x12.Segment, received bool) x12.Segment {
	a.replacement(set, s, s.Component, received, func(element, component int, value string) {
		s = s.With(element, component, value)
	})
	return s
}

func (a *agreement) translateEDIFACT(kind string, s edifact.Segment, received bool) edifact.Segment {
	a.replacement(kind, s, s.Component, received, func(element, component int, value string) {
		s = s.With(element, component, value)
	})
	return s
}

// Ours returns a set that the partner sent with our codes in the place of its own, as
// the guide translates them; places of segments stay. One without such codes is
// returned as it is.
func (s *X12) Ours(set *x12.Set) *x12.Set {
	a := agreement{translations: translationsOf(&s.Guide)}
	if len(a.translations) == 0 {
		return set
	}
	out := *set
	out.Segments = make([]x12.Segment, len(set.Segments))
	for i, segment := range set.Segments {
		out.Segments[i] = a.translateX12(set.ID, segment, true)
	}
	return &out
}

// Ours returns a message that the partner sent with our codes in the place of its own,
// as the guide translates them. One without such codes is returned as it is.
func (s *EDIFACT) Ours(m *edifact.Message) *edifact.Message {
	a := agreement{translations: translationsOf(&s.Guide)}
	if len(a.translations) == 0 {
		return m
	}
	out := *m
	out.Segments = make([]edifact.Segment, len(m.Segments))
	for i, segment := range m.Segments {
		out.Segments[i] = a.translateEDIFACT(m.ID, segment, true)
	}
	return &out
}
