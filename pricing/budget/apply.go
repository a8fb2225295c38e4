package budget

import (
	"slices"
	"time"
)

// Apply takes in an event of this package, a plain value as the codec of Events decodes it. It is how a Register is built
// from the journal: events are facts, so nothing is judged, and an event that has taken effect before changes nothing.
//
// The settings of one limit must come in the order in which they were made, and so must the events of one key. All others
// may come in any order, as they do when callers journal side by side; the state is the same in the end.
//
// The errors are *EventError for an event that is damaged, out of order or not of this package, *KeyConflictError, and
// money.ErrRange.
func (g *Register) Apply(event any) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch e := event.(type) {
	case LimitSet:
		e.Replayed = false
		return g.applySet(e)
	case Reserved:
		return g.applyReserved(e)
	case Committed:
		return g.applySettled(event, e.Key, e.Revision, e.At, StatusCommitted, "")
	case Released:
		return g.applySettled(event, e.Key, e.Revision, e.At, StatusReleased, e.Reason)
	}
	return &EventError{Event: event, Reason: "not an event of this package"}
}

func (g *Register) applySet(e LimitSet) error {
	if err := (Setting{Limit: e.Limit, Actor: e.Actor, Reason: e.Reason}).check(); err != nil {
		return &EventError{Event: e, Reason: err.Error()}
	}
	revision := g.limits[e.Limit.Name].revision()
	switch {
	case e.Revision == 0 || e.Revision > revision+1:
		return &EventError{Event: e, Reason: "the setting before it is missing"}
	case e.Revision <= revision:
		return nil
	}
	g.intern(e.Limit.Name).become(e)
	return nil
}

func (g *Register) applyReserved(e Reserved) error {
	if reason := e.fault(); reason != "" {
		return &EventError{Event: e, Reason: reason}
	}
	r := g.reservations[e.Key]
	if r == nil {
		r = &reservation{key: e.Key, customer: e.Customer}
	}
	switch {
	case r.customer != e.Customer:
		return &KeyConflictError{Op: "apply", Key: e.Key}
	case e.Revision == 0 || e.Revision > r.revision+1:
		return &EventError{Event: e, Reason: "what the key had before is missing"}
	case e.Revision <= r.revision:
		return nil
	}
	to := &standing{
		status: StatusHeld, usages: slices.Clone(e.Usages), reserved: e.Revision, at: e.At.UTC(), expires: nanoseconds(e.Expires),
		before: r.stands,
	}
	if had := r.stands; had != nil && had.status == StatusCommitted {
		to.status, to.settled, to.settledAt = had.status, had.settled, had.settledAt
	}
	if err := g.change(r, to); err != nil {
		return err
	}
	r.revision = e.Revision
	g.reservations[r.key] = r
	g.advance(e.At.UnixNano())
	return nil
}

// fault tells what is wrong with an event.
func (e *Reserved) fault() string {
	switch {
	case e.Key == "" || len(e.Usages) == 0 || len(e.Usages) > MaxUsages:
		return "no key, or not 1 to MaxUsages usages"
	case checkTime("apply", "At", e.At) != nil || !e.Expires.IsZero() && checkTime("apply", "Expires", e.Expires) != nil:
		return "a time that a journal does not hold"
	}
	for i, u := range e.Usages {
		if u.Limit == "" || u.Uses < 0 || u.Uses > MaxUses || u.Amount.Sign() < 0 || i > 0 && u.Limit <= e.Usages[i-1].Limit {
			return "usages out of order, of no limit, below 0 or above MaxUses"
		}
	}
	return ""
}

func (g *Register) applySettled(event any, key string, revision uint64, at time.Time, status Status, reason string) error {
	r := g.reservations[key]
	switch {
	case checkTime("apply", "At", at) != nil:
		return &EventError{Event: event, Reason: "a time that a journal does not hold"}
	case r == nil || revision == 0 || revision > r.revision+1:
		return &EventError{Event: event, Reason: "what the key had before is missing"}
	case revision <= r.revision:
		return nil
	}
	if err := g.settle(r, status, at.UTC(), reason); err != nil {
		return err
	}
	g.advance(at.UnixNano())
	return nil
}
