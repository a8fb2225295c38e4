package credit

import (
	"fmt"
	"time"
)

// MayShip answers shipping, which asks before goods leave: nothing ships on hold. The answer is nil for an order that
// holds credit, unless the release it stands on has ended, or its account or one above it was blocked after the order was
// last approved. Otherwise it is a *HeldError, or a *UnknownOrderError for an order that was never committed or approved.
//
// Whether an order that holds credit is still good for it is another question: see Recheck.
func (l *Ledger) MayShip(now time.Time, id string) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	o := l.orders[id]
	if o == nil || o.stands == nil {
		return &UnknownOrderError{Order: id}
	}
	s := o.stands
	if s.released && s.release.ended(l.moment(now)) {
		return &HeldError{Order: id, Reason: fmt.Sprintf("the release by %s ended on %s", s.release.Actor, s.release.Until)}
	}
	for a := o.account; a != nil; a = a.parent {
		if a.blocked.IsZero() || s.release != nil && !s.release.At.Before(a.blocked) {
			continue
		}
		return &HeldError{Order: id, Reason: fmt.Sprintf("account %q is blocked: %s", a.id, a.set.Account.Note)}
	}
	return nil
}
