package credit

import (
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
)

// Apply takes in an event of this package, a plain value as the codec of Events decodes it. It is how a Ledger is built
// from the journal: events are facts, so nothing is judged, and an event that has taken effect before changes nothing.
//
// The settings of accounts must come in the order in which they were made. So must the events of one order, those of one
// open item, and, for an account whose open items are set by the host, its invoices and payments. All others may come in
// any order, as they do when callers journal side by side; the state is the same in the end.
//
// The errors are *EventError for an event that is damaged, out of order or not of this package, *UnknownOrderError,
// *UnknownItemError, *KeyConflictError for two documents with one key, and money.ErrRange.
func (l *Ledger) Apply(event any) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := event.(type) {
	case AccountSet:
		if err := (Setting{Account: e.Account, Actor: e.Actor, Reason: e.Reason}).check(); err != nil {
			return &EventError{Event: event, Reason: err.Error()}
		}
		e.Replayed = false
		return l.onSet(e)
	case Committed:
		return l.applyStanding(event, e.Order, e.Account, e.Revision, e.Amount, e.Open, func() error {
			e.Replayed = false
			return l.onCommitted(e)
		})
	case Approved:
		return l.applyStanding(event, e.Order, e.Account, e.Revision, e.Amount, e.Open, func() error {
			e.Replayed = false
			return l.onApproved(e)
		})
	case OpenItemsSet:
		e.Replayed = false
		if err := e.normalise(); err != nil {
			return &EventError{Event: event, Reason: err.Error()}
		}
		return l.onOpenItemsSet(e)
	}
	return l.applyDocument(event)
}

// applyStanding takes in a commitment or an approval.
func (l *Ledger) applyStanding(
	event any, id, account string, revision uint64, amount money.Amount, open []Planned, on func() error,
) error {
	damaged := func(reason string) error { return &EventError{Event: event, Reason: reason} }
	if id == "" || account == "" || !amount.Currency().IsValid() || amount.Sign() < 0 {
		return damaged("no order, no account, or an amount without currency or below 0")
	}
	for i, p := range open {
		if p.Amount.Currency() != amount.Currency() || p.Amount.Sign() <= 0 || i > 0 && !p.Ship.After(open[i-1].Ship) {
			return damaged("open values out of order, in another currency or not above 0")
		}
	}
	o := l.orders[id]
	if o == nil && revision == 1 {
		return on()
	}
	if o == nil {
		return damaged("what the order held before is missing")
	}
	if err := o.belongs("apply", account, amount.Currency()); err != nil {
		return err
	}
	if revision <= o.revision {
		return nil
	}
	if revision > o.revision+1 {
		return damaged("what the order held before is missing")
	}
	return on()
}

// applyDocument takes in an event that has a document.
func (l *Ledger) applyDocument(event any) error {
	switch e := event.(type) {
	case Delivered:
		e.Replayed = false
		return l.once(document{delivery, e.Document}, event, e.At, func() error {
			if err := checkValue("apply", e.Document, e.Order, e.Amount); err != nil {
				return &EventError{Event: event, Reason: err.Error()}
			}
			return l.applyTaken(event, e.Order, e.Account, e.Amount, e.Taken, func() error { return l.onDelivered(e) })
		})
	case Cancelled:
		e.Replayed = false
		return l.once(document{cancellation, e.Document}, event, e.At, func() error {
			return l.applyTaken(event, e.Order, e.Account, e.Amount, e.Taken, func() error { return l.onCancelled(e) })
		})
	case Invoiced:
		e.Replayed = false
		return l.once(document{invoice, e.Document}, event, e.At, func() error {
			r := Invoice{Document: e.Document, Account: e.Account, Amount: e.Amount, Date: e.Date, Due: e.Due, Bills: e.Bills}
			if err := r.check(); err != nil {
				return &EventError{Event: event, Reason: err.Error()}
			}
			return l.onInvoiced(e)
		})
	case Paid:
		e.Replayed = false
		return l.once(document{payment, e.Document}, event, e.At, func() error {
			r := Payment{Document: e.Document, Account: e.Account, Amount: e.Amount, Date: e.Date, Applied: e.Applied}
			if err := r.check(); err != nil {
				return &EventError{Event: event, Reason: err.Error()}
			}
			return l.onPaid(e)
		})
	case Posted:
		e.Replayed = false
		return l.once(document{other, e.Document}, event, e.At, func() error {
			r := Posting{Document: e.Document, Account: e.Account, Part: e.Part, Amount: e.Amount, Reason: e.Reason}
			if err := r.check(); err != nil {
				return &EventError{Event: event, Reason: err.Error()}
			}
			return l.onPosted(e)
		})
	}
	return &EventError{Event: event, Reason: "not an event of this package"}
}

// once lets a document take effect unless it has.
func (l *Ledger) once(d document, event any, at time.Time, on func() error) error {
	if d.key == "" {
		return &EventError{Event: event, Reason: "no document"}
	}
	if p := l.documents[d]; p != nil {
		if !p.at.Equal(at) {
			return conflict("apply", d.key)
		}
		return nil
	}
	return on()
}

// applyTaken checks that the order has open what an event takes of it.
func (l *Ledger) applyTaken(event any, id, account string, amount money.Amount, taken []Planned, on func() error) error {
	o := l.orders[id]
	if o != nil {
		if err := o.belongs("apply", account, amount.Currency()); err != nil {
			return err
		}
	}
	rest := amount
	for i, t := range taken {
		var err error
		if rest, err = rest.Sub(t.Amount); err != nil {
			return err
		}
		has := slices.ContainsFunc(o.open(), func(p Planned) bool {
			less, err := t.Amount.Cmp(p.Amount)
			return p.Ship == t.Ship && less <= 0 && err == nil
		})
		if !has || t.Amount.Sign() <= 0 || i > 0 && !t.Ship.After(taken[i-1].Ship) {
			return &EventError{Event: event, Reason: "takes more than the order has open"}
		}
	}
	if rest.Sign() < 0 {
		return &EventError{Event: event, Reason: "takes more than its own amount"}
	}
	return on()
}
