package partner

import (
	"iter"
	"slices"
	"time"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/schema"
)

// Awaited is a document whose acknowledgement has not come.
type Awaited struct {
	Sent
	// Kind is what is awaited: 997 (or 999), TA1 or CONTRL.
	Kind string
	// Due is when it should be there by the profile, Late how long ago that was. A
	// Late of 0 or less is not due yet.
	Due  time.Time
	Late time.Duration
}

// Overdue gives what partners should have acknowledged by now and did not, in the
// order of the journal: by Acknowledge.WithinHours of each profile, from when it was
// sent. A document for which a TA1 is asked, too, can lack both. What was sent to a
// partner without a profile is left out, as are acknowledgements themselves.
func (o *Outbox) Overdue(profiles ...Profile) iter.Seq[Awaited] {
	return func(yield func(Awaited) bool) {
		for a := range o.Awaited(profiles...) {
			if a.Late > 0 && !yield(a) {
				return
			}
		}
	}
}

// Awaited gives what [Outbox.Overdue] does and what is not due yet.
func (o *Outbox) Awaited(profiles ...Profile) iter.Seq[Awaited] {
	byName := make(map[string]*Profile, len(profiles))
	for i := range profiles {
		byName[profiles[i].Name] = &profiles[i]
	}
	now := o.config.Clock()
	var all []Awaited
	for s := range o.Sent() {
		p := byName[s.Partner]
		if p == nil || s.SetControl == 0 { // acknowledgements are not acknowledged
			continue
		}
		within, kinds := p.awaits(s.Standard)
		if len(kinds) == 0 {
			continue
		}
		verdicts, err := o.Answers(s.Partner, s.Key)
		if err != nil {
			continue // it was listed a moment ago
		}
		for _, kind := range kinds {
			if !answeredBy(verdicts, kind) {
				due := s.At.Add(within)
				all = append(all, Awaited{Sent: s, Kind: kind, Due: due, Late: now.Sub(due)})
			}
		}
	}
	return slices.Values(all)
}

// awaits are the acknowledgements that the partner sends of what is sent to it.
func (p Profile) awaits(standard string) (within time.Duration, kinds []string) {
	switch {
	case standard == schema.EDIFACT && p.EDIFACT != nil:
		if d, expected := p.EDIFACT.Acknowledge.Within(); expected {
			return d, []string{"CONTRL"}
		}
	case standard == schema.X12 && p.X12 != nil:
		d, expected := p.X12.Acknowledge.Within()
		if expected && p.X12.RequestTA1 {
			return d, []string{"TA1", "997"}
		}
		if expected {
			return d, []string{"997"}
		}
	}
	return 0, nil
}

// answeredBy tells whether verdicts have what is awaited. One that rejects the envelope
// leaves nothing to wait for; one on the content has the envelope accepted.
func answeredBy(verdicts []Verdict, kind string) bool {
	return slices.ContainsFunc(verdicts, func(v Verdict) bool {
		return !v.Receipt || kind == "TA1" || v.Status == fault.Rejected
	})
}
