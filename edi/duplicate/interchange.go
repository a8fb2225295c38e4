package duplicate

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
)

// The codes of the faults of numbers that were used before for something else.
const (
	CodeInterchange = "duplicate.interchange"
	CodeGroup       = "duplicate.group"
	CodeSet         = "duplicate.set"
)

// Verdict is what a register says of an interchange.
type Verdict struct {
	// ID is the one under which the numbers are remembered.
	ID string
	// Numbers are those that were looked at, by the partner's policy.
	Numbers []Judged
	// First is where the interchange was received before, if it was.
	First Seen
	// Sets are the sets or messages that were sent again, with where they came first,
	// by their place in the interchange from 0: they are not to be ordered again.
	Sets map[int]Seen
	// Reused are the faults of numbers that were used for something else. Each is a
	// fault of its level by now.
	Reused []fault.Fault
	// resend tells that the interchange, or all that is in it, was sent again.
	resend bool
}

// Resend tells that all of it was sent before: it is answered as then, and nothing of it
// is ordered again.
func (v *Verdict) Resend() bool { return v.resend }

// level is what a number belongs to.
type level struct {
	number Number
	sets   []int // those in it
	add    func(fault.Fault)
	fault  fault.Fault
}

// AdmitX12 judges an interchange that was read with its sets, and remembers its numbers
// under the caller's id of it. An empty id names it by its control number and content:
// what is identical is itself then, taken once more, and not told as a resend. The
// profile says which numbers count. A number that was
// used for something else becomes a fault of the interchange, the group or the set: a
// failure, or a warning where the profile accepts what comes twice. Acknowledgements
// (FA groups) and interchanges of nothing but TA1 are judged, too.
//
// An interchange that is rejected already is not remembered: it is to come again under
// the same number.
func (r *Register) AdmitX12(ctx context.Context, p partner.Profile, id string, ic *x12.Interchange) (Verdict, error) {
	if fault.Worst(ic.Faults) == fault.Failure {
		return Verdict{}, nil
	}
	var groups, sets []level
	all := sha256.New()
	content := contents{id: id}
	for _, g := range ic.Groups {
		digest := sha256.New()
		var within []int
		for _, s := range g.Sets {
			raw := content.of(s.Raw())
			within = append(within, len(sets))
			sets = append(sets, level{number: Number{partner.ScopeSet, short(s.ID), bare(s.Control), sum(raw)}, sets: []int{len(sets)},
				add:   func(f fault.Fault) { s.Faults = append(s.Faults, f) },
				fault: fault.Fault{Code: CodeSet, Standard: fault.Note{Element: "AK502", Code: "23"}, Segment: "ST", SegmentNo: 1, Element: 2, Offset: s.Offset, Value: s.Control}})
			write(digest, raw)
		}
		group := digest.Sum(nil)
		write(all, []byte(g.FunctionalID), []byte(bare(g.Control)), group)
		groups = append(groups, level{number: Number{partner.ScopeGroup, short(g.FunctionalID), bare(g.Control), group[:digestBytes]}, sets: within,
			add:   func(f fault.Fault) { g.Faults = append(g.Faults, f) },
			fault: fault.Fault{Code: CodeGroup, Standard: fault.Note{Element: "AK905", Code: "19"}, Segment: "GS", Element: 6, Offset: g.Offset, Value: g.Control}})
	}
	if content.none() {
		return Verdict{}, ErrNotKept
	}
	for _, ta1 := range ic.Acknowledgements {
		write(all, []byte(ta1.String()))
	}
	interchange := level{number: Number{partner.ScopeInterchange, "", bare(ic.Control), all.Sum(nil)[:digestBytes]},
		add:   func(f fault.Fault) { ic.Faults = append(ic.Faults, f) },
		fault: fault.Fault{Code: CodeInterchange, Standard: fault.Note{Element: "TA105", Code: "025"}, Segment: "ISA", SegmentNo: 1, Element: 13, Offset: ic.Offset, Value: ic.Control}}
	return r.admitAll(ctx, p, schema.X12, id, interchange, groups, sets)
}

// AdmitEDIFACT does for an interchange of EDIFACT what [Register.AdmitX12] does.
func (r *Register) AdmitEDIFACT(ctx context.Context, p partner.Profile, id string, ic *edifact.Interchange) (Verdict, error) {
	if fault.Worst(ic.Faults) == fault.Failure {
		return Verdict{}, nil
	}
	noted := fault.Note{Element: "0085", Code: "26"}
	var groups, messages []level
	all := sha256.New()
	digests := make(map[*edifact.Group]hash.Hash)
	within := make(map[*edifact.Group][]int)
	content := contents{id: id}
	for i, m := range ic.Messages {
		raw := content.of(m.Raw())
		messages = append(messages, level{number: Number{partner.ScopeSet, short(m.ID), bare(m.Control), sum(raw)}, sets: []int{i},
			add:   func(f fault.Fault) { m.Faults = append(m.Faults, f) },
			fault: fault.Fault{Code: CodeSet, Standard: noted, Segment: "UNH", SegmentNo: 1, Element: 1, Offset: m.Offset, Value: m.Control}})
		write(all, raw)
		if m.Group == nil {
			continue
		}
		if digests[m.Group] == nil {
			digests[m.Group] = sha256.New()
		}
		write(digests[m.Group], raw)
		within[m.Group] = append(within[m.Group], i)
	}
	if content.none() {
		return Verdict{}, ErrNotKept
	}
	for _, g := range ic.Groups {
		group := sum(nil)
		if digests[g] != nil {
			group = digests[g].Sum(nil)
		}
		groups = append(groups, level{number: Number{partner.ScopeGroup, short(g.MessageType), bare(g.Control), group[:digestBytes]}, sets: within[g],
			add:   func(f fault.Fault) { g.Faults = append(g.Faults, f) },
			fault: fault.Fault{Code: CodeGroup, Standard: noted, Segment: "UNG", Element: 5, Offset: g.Offset, Value: g.Control}})
	}
	interchange := level{number: Number{partner.ScopeInterchange, "", bare(ic.Control), all.Sum(nil)[:digestBytes]},
		add:   func(f fault.Fault) { ic.Faults = append(ic.Faults, f) },
		fault: fault.Fault{Code: CodeInterchange, Standard: noted, Segment: "UNB", SegmentNo: 1, Element: 5, Offset: ic.Offset, Value: ic.Control}}
	return r.admitAll(ctx, p, schema.EDIFACT, id, interchange, groups, messages)
}

// admitAll judges the levels that the policy names, from the interchange down. What is
// below a level that was sent before needs no judgement of its own.
func (r *Register) admitAll(ctx context.Context, p partner.Profile, standard, id string, interchange level, groups, sets []level) (Verdict, error) {
	if id == "" {
		id = standard + "/" + interchange.number.Control + "/" + hex.EncodeToString(interchange.number.Digest)
	}
	v := Verdict{ID: id, Sets: make(map[int]Seen)}
	if p.Duplicates.Has(partner.ScopeInterchange) {
		done, err := r.admitLevels(ctx, p, standard, id, &v, []level{interchange})
		if err != nil {
			return v, err
		}
		if done[0] {
			v.First = v.Numbers[0].First
			v.resend = v.Numbers[0].Outcome == Resent
			if v.resend {
				for i := range sets {
					v.Sets[i] = v.First
				}
			}
			return v, nil
		}
	}
	skip := make(map[int]bool)
	if p.Duplicates.Has(partner.ScopeGroup) {
		done, err := r.admitLevels(ctx, p, standard, id, &v, groups)
		if err != nil {
			return v, err
		}
		for i, is := range done {
			for _, set := range groups[i].sets {
				skip[set] = skip[set] || is
			}
		}
	}
	if p.Duplicates.Has(partner.ScopeSet) {
		var left []level
		for i := range sets {
			if !skip[i] {
				left = append(left, sets[i])
			}
		}
		if _, err := r.admitLevels(ctx, p, standard, id, &v, left); err != nil {
			return v, err
		}
	}
	v.resend = len(sets) > 0 && len(v.Sets) == len(sets)
	if v.resend {
		v.First = v.Sets[0]
	}
	return v, nil
}

// admitLevels judges levels of one kind, and tells of each whether it is done with: what
// was sent again or is refused.
func (r *Register) admitLevels(ctx context.Context, p partner.Profile, standard, id string, v *Verdict, levels []level) (done []bool, err error) {
	numbers := make([]Number, len(levels))
	for i, l := range levels {
		numbers[i] = l.number
	}
	judged, err := r.Admit(ctx, p.Name, standard, id, p.Duplicates, numbers...)
	if err != nil {
		return nil, err
	}
	v.Numbers = append(v.Numbers, judged...)
	done = make([]bool, len(levels))
	for i := range levels {
		j := judged[i]
		switch j.Outcome {
		case Resent:
			done[i] = true
			for _, set := range levels[i].sets {
				v.Sets[set] = j.First
			}
		case Reused:
			f := levels[i].fault
			f.Severity = fault.Failure
			if p.Duplicates.Accept {
				f.Severity = fault.Warning
			}
			f.Message = fmt.Sprintf("the %s number was used on %s for something else, which is kept as %s", j.Scope, j.First.At.Format("2006-01-02"), j.First.ID)
			f.Fix = "send it under a number of its own"
			levels[i].add(f)
			v.Reused = append(v.Reused, f)
			done[i] = f.Severity == fault.Failure
		default:
		}
	}
	return done, nil
}

// contents are the bytes of sets. One that was too long to be kept is told from any
// other by the id of what was received: it is never taken for a resend.
type contents struct {
	id         string
	sets, kept int
}

func (c *contents) of(raw []byte) []byte {
	c.sets++
	if len(raw) == 0 {
		return fmt.Appendf(nil, "not kept, number %d of %s", c.sets, c.id)
	}
	c.kept++
	return raw
}

func (c *contents) none() bool { return c.sets > 0 && c.kept == 0 }

// digestBytes is how much of a SHA-256 is kept: 128 bits tell content apart.
const digestBytes = 16

func sum(content []byte) []byte {
	d := sha256.Sum256(content)
	return d[:digestBytes]
}

// write adds parts with their lengths, so that no two lists of parts are the same bytes.
func write(h hash.Hash, parts ...[]byte) {
	for _, p := range parts {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		_, _ = h.Write(length[:])
		_, _ = h.Write(p)
	}
}

// bare is a control number of digits without zeros before it, any other as it is. One that
// is longer than any standard has it is named by its digest.
func bare(control string) string {
	control = short(control)
	if strings.Trim(control, "0123456789") != "" {
		return control
	}
	if short := strings.TrimLeft(control, "0"); short != "" {
		return short
	}
	return control
}

// short is a text that fits in an event of the journal many times.
func short(text string) string {
	const most = 64
	if len(text) <= most {
		return text
	}
	return "sha256 " + hex.EncodeToString(sum([]byte(text)))
}
