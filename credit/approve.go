package credit

import (
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Approval releases an order from hold by somebody's authority.
type Approval struct {
	// Order, Account, Amount and Planned are as in Request: what is approved is this order at this value.
	Order   string
	Account string
	Amount  money.Amount
	Planned []Planned
	// Actor is who approves. Required.
	Actor string
	// Author is who entered the order, and may not approve it. Empty: it is not known, and not checked.
	Author string
	// Reason is why. Required.
	Reason string
	// Until is the last day on which the release counts. The zero date: it has no end.
	Until calendar.Date
}

// Approve takes the credit for an order whatever the rules say. The release is remembered: as long as the order does not
// grow above the amount by more than the account's deviation (see Config.Deviation), and until its last day, commitments
// of the order pass. What counts is the amount approved last, not what the order became since.
//
// The same approval again changes nothing and gives the event that stands, Replayed. The errors are *AuthorityError,
// *RequestError, *UnknownAccountError, *KeyConflictError, *RateError and money.ErrRange.
func (l *Ledger) Approve(now time.Time, a Approval) (Approved, error) {
	req := Request{Order: a.Order, Account: a.Account, Amount: a.Amount, Planned: a.Planned}
	planned, err := req.normal("approve")
	if err != nil {
		return Approved{}, err
	}
	req.Planned = planned
	if a.Actor == "" {
		return Approved{}, &RequestError{Op: "approve", Field: "Actor", Reason: "is empty"}
	}
	if a.Reason == "" {
		return Approved{}, &RequestError{Op: "approve", Field: "Reason", Reason: "is empty"}
	}
	if a.Actor == a.Author {
		return Approved{}, &AuthorityError{Order: a.Order, Actor: a.Actor, Reason: "it is their own"}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.moment(now)
	w, err := l.want("approve", m, req)
	if err != nil {
		return Approved{}, err
	}
	if stands := w.approved(a); stands != nil {
		e := *stands
		e.Replayed = true
		return e, nil
	}
	if w.open, err = w.undelivered("approve"); err != nil {
		return Approved{}, err
	}
	if !a.Until.IsZero() && m.today.After(a.Until) {
		return Approved{}, &RequestError{Op: "approve", Field: "Until", Reason: fmt.Sprintf("is %s and has passed", a.Until)}
	}
	e := Approved{
		Order: a.Order, Revision: w.order.next(), Account: a.Account, At: instant(now), Amount: a.Amount, Planned: w.Planned,
		Actor: a.Actor, Author: a.Author, Reason: a.Reason, Until: a.Until, Deviation: l.deviation, Open: w.open,
		Book: l.rules.Book().Hash(),
	}
	if own := w.account.set.Account.Deviation; own != nil {
		e.Deviation = *own
	}
	if e.Levels, err = l.levels(m, w); err != nil {
		return Approved{}, err
	}
	if err := l.onApproved(e); err != nil {
		return Approved{}, err
	}
	return e, nil
}

// UndoApprove takes an approval back as if it had never been given, because its event could not be journalled. The error
// is a *StateError when more has happened to the order since.
func (l *Ledger) UndoApprove(e Approved) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := l.orders[e.Order]
	if o == nil || o.stands == nil || o.revision != e.Revision || o.stands.approved == nil || !o.stands.approved.At.Equal(e.At) {
		return &StateError{Op: "undo approve", Key: e.Order, Reason: "does not stand as the event says"}
	}
	return l.fallBack("undo approve", o)
}

// approved gives the approval that stands when it is the very same.
func (w *want) approved(a Approval) *Approved {
	if w.order == nil || w.order.stands == nil || w.order.stands.approved == nil {
		return nil
	}
	s := w.order.stands
	e := s.approved
	if e.Amount != a.Amount || s.amount != a.Amount || e.Actor != a.Actor || e.Author != a.Author || e.Reason != a.Reason ||
		e.Until != a.Until || !slices.Equal(e.Planned, w.Planned) {
		return nil
	}
	return e
}

// levels gives the figures of the account and all above it.
func (l *Ledger) levels(now moment, w want) ([]Level, error) {
	q := question{currency: w.Amount.Currency(), before: w.order.open(), after: w.open}
	var levels []Level
	for a := w.account; a != nil; a = a.parent {
		m, err := l.measure(a, now, &q)
		if err != nil {
			return nil, err
		}
		levels = append(levels, m.level(a))
	}
	return levels, nil
}

func (l *Ledger) onApproved(e Approved) error {
	o := l.internOrder(e.Order, e.Account, e.Amount.Currency())
	return l.stand(o, e.Revision, standing{amount: e.Amount, open: e.Open, approved: &e})
}

// covers reports whether the release counts for an amount: it has not grown by more than the deviation.
func (e *Approved) covers(amount money.Amount, now moment) (bool, error) {
	if e.ended(now) {
		return false, nil
	}
	factor, err := e.Deviation.OnePlus()
	if err != nil {
		return false, err
	}
	// What is below the last digit of the amount cannot make it too large.
	most, err := e.Amount.MulRound(factor, amount.Scale(), money.Down)
	if err != nil {
		return false, err
	}
	c, err := amount.Cmp(most)
	return c <= 0 && err == nil, err
}

// ended reports whether the last day of the release has passed.
func (e *Approved) ended(now moment) bool { return !e.Until.IsZero() && now.today.After(e.Until) }
