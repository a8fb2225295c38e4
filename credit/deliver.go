package credit

import (
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Delivery says that goods of an order have left.
type Delivery struct {
	// Document is the key of the shipment or goods issue. Required.
	Document string
	Order    string       // required
	Account  string       // the credit account; required
	Amount   money.Amount // the value of the goods as in the order, gross of tax and freight; 0 or more
	// Ship is the planned day that is delivered. The zero date: what is planned first.
	Ship calendar.Date
}

// Deliver moves value from open orders to delivered. A delivery is a fact: it counts also when the order held less, or no
// credit at all.
//
// A Document again with the same content changes nothing and gives the event that stands, Replayed. The errors are
// *RequestError, *UnknownAccountError, *KeyConflictError and money.ErrRange.
func (l *Ledger) Deliver(now time.Time, r Delivery) (Delivered, error) {
	if err := checkValue("deliver", r.Document, r.Order, r.Amount); err != nil {
		return Delivered{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.documents[document{delivery, r.Document}]; p != nil {
		e, ok := p.event.(Delivered)
		if !ok || e.Order != r.Order || e.Account != r.Account || e.Amount != r.Amount || e.Ship != r.Ship {
			return Delivered{}, conflict("deliver", r.Document)
		}
		e.Replayed = true
		return e, nil
	}
	if _, err := l.account(r.Account); err != nil {
		return Delivered{}, err
	}
	o := l.orders[r.Order]
	if o != nil {
		if err := o.belongs("deliver", r.Account, r.Amount.Currency()); err != nil {
			return Delivered{}, err
		}
	}
	e := Delivered{
		Document: r.Document, Order: r.Order, Account: r.Account, At: instant(now), Amount: r.Amount, Ship: r.Ship,
		Taken: take(o.open(), r.Ship, r.Amount),
	}
	return e, l.onDelivered(e)
}

// UndoDeliver takes a delivery back as if it had never been made, because its event could not be journalled. The error is
// a *StateError when more has happened to the order since.
func (l *Ledger) UndoDeliver(e Delivered) error {
	return l.undo("undo deliver", document{delivery, e.Document}, e.At)
}

func (l *Ledger) onDelivered(e Delivered) error {
	o := l.internOrder(e.Order, e.Account, e.Amount.Currency())
	shipped, err := o.shipped.Add(e.Amount)
	if err != nil {
		return err
	}
	unbilled, err := o.unbilled.Add(e.Amount)
	if err != nil {
		return err
	}
	changes := append(o.swap(e.Taken, nil), change{account: o.account, part: Deliveries, amount: e.Amount})
	if err := move(changes); err != nil {
		return err
	}
	before := *o
	o.shipped, o.unbilled = shipped, unbilled
	o.lose(e.Taken, money.Zero(o.currency))
	l.record(document{delivery, e.Document}, &posting{event: e, at: e.At, changes: changes, undo: func() bool {
		if o.movements != before.movements+1 {
			return false
		}
		unbilled, err := o.unbilled.Sub(e.Amount)
		if err != nil {
			return false
		}
		o.shipped, o.unbilled, o.movements, o.stands = before.shipped, unbilled, before.movements, before.stands
		l.forget(o)
		return true
	}})
	l.orders[o.id] = o
	return nil
}

// Cancellation says that a part of an order will not be delivered.
type Cancellation struct {
	// Document is the key of the change or cancellation. Required.
	Document string
	Order    string // required
	// Amount is the value that is cancelled, at most what is open. The zero Amount: all that is open.
	Amount money.Amount
	// Ship is the planned day that is cancelled. The zero date: what is planned first.
	Ship calendar.Date
}

// Cancel gives credit back. The order is worth so much less from then on, also when its growth is judged.
//
// A Document again with the same content changes nothing and gives the event that stands, Replayed. The errors are
// *RequestError, *UnknownOrderError, *KeyConflictError and *StateError when less is open.
func (l *Ledger) Cancel(now time.Time, r Cancellation) (Cancelled, error) {
	all := r.Amount == money.Amount{}
	if r.Document == "" || r.Order == "" {
		return Cancelled{}, &RequestError{Op: "cancel", Field: "Document or Order", Reason: "is empty"}
	}
	if r.Amount.Sign() < 0 {
		return Cancelled{}, &RequestError{Op: "cancel", Field: "Amount", Reason: "is below 0"}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.documents[document{cancellation, r.Document}]; p != nil {
		e, ok := p.event.(Cancelled)
		if !ok || e.Order != r.Order || e.All != all || !all && e.Amount != r.Amount || e.Ship != r.Ship {
			return Cancelled{}, conflict("cancel", r.Document)
		}
		e.Replayed = true
		return e, nil
	}
	o := l.orders[r.Order]
	if o == nil || o.stands == nil {
		return Cancelled{}, &UnknownOrderError{Order: r.Order}
	}
	if !all && r.Amount.Currency() != o.currency {
		return Cancelled{}, &KeyConflictError{Op: "cancel", Key: o.id, Reason: fmt.Sprintf("is an order in %s", o.currency)}
	}
	open, err := total(o.stands.open, o.currency)
	if err != nil {
		return Cancelled{}, err
	}
	if all {
		r.Amount = open
	}
	if more, err := r.Amount.Cmp(open); err != nil || more > 0 {
		return Cancelled{}, &StateError{Op: "cancel", Key: o.id, Reason: fmt.Sprintf("has only %s open", open)}
	}
	e := Cancelled{
		Document: r.Document, Order: r.Order, Account: o.account.id, At: instant(now), Amount: r.Amount, All: all,
		Ship: r.Ship, Taken: take(o.stands.open, r.Ship, r.Amount),
	}
	return e, l.onCancelled(e)
}

// UndoCancel takes a cancellation back as if it had never been made, because its event could not be journalled. The error
// is a *StateError when more has happened to the order since.
func (l *Ledger) UndoCancel(e Cancelled) error {
	return l.undo("undo cancel", document{cancellation, e.Document}, e.At)
}

func (l *Ledger) onCancelled(e Cancelled) error {
	o := l.orders[e.Order]
	if o == nil || o.stands == nil {
		return &UnknownOrderError{Order: e.Order}
	}
	changes := o.swap(e.Taken, nil)
	if err := move(changes); err != nil {
		return err
	}
	before := *o
	o.lose(e.Taken, e.Amount)
	l.record(document{cancellation, e.Document}, &posting{event: e, at: e.At, changes: changes, undo: func() bool {
		if o.movements != before.movements+1 {
			return false
		}
		o.movements, o.stands = before.movements, before.stands
		return true
	}})
	return nil
}

// take finds what an amount takes of open values: first what is planned for the day, then what is planned first. It may
// be less than the amount.
func take(open []Planned, ship calendar.Date, amount money.Amount) []Planned {
	var taken []Planned
	from := func(p Planned) {
		part := p.Amount
		if less, err := amount.Cmp(part); err == nil && less < 0 {
			part = amount
		}
		if part.Sign() <= 0 {
			return
		}
		taken = append(taken, Planned{Ship: p.Ship, Amount: part})
		amount, _ = amount.Sub(part) // part is not larger
	}
	named := !ship.IsZero()
	if i := slices.IndexFunc(open, func(p Planned) bool { return named && p.Ship == ship }); i >= 0 {
		from(open[i])
	}
	for _, p := range open {
		if !named || p.Ship != ship {
			from(p)
		}
	}
	slices.SortFunc(taken, func(a, b Planned) int { return a.Ship.Compare(b.Ship) })
	return taken
}

// lose takes values out of what the order has open, and an amount off what it is worth.
func (o *order) lose(taken []Planned, worth money.Amount) {
	o.movements++
	if o.stands == nil {
		return
	}
	s := *o.stands
	s.open = slices.Clone(s.open)
	for _, t := range taken {
		if i := slices.IndexFunc(s.open, func(p Planned) bool { return p.Ship == t.Ship }); i >= 0 {
			s.open[i].Amount, _ = s.open[i].Amount.Sub(t.Amount) // taken from it, so not larger
		}
	}
	s.open = slices.DeleteFunc(s.open, func(p Planned) bool { return p.Amount.IsZero() })
	if len(s.open) == 0 {
		s.open = nil
	}
	s.amount, _ = s.amount.Sub(worth) // at most what is open
	o.stands = &s
}

// total adds values up.
func total(values []Planned, c money.Currency) (money.Amount, error) {
	sum := money.Zero(c)
	for _, p := range values {
		var err error
		if sum, err = sum.Add(p.Amount); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// checkValue checks what deliveries have in common with other documents.
func checkValue(op, key, order string, amount money.Amount) error {
	switch {
	case key == "":
		return &RequestError{Op: op, Field: "Document", Reason: "is empty"}
	case order == "":
		return &RequestError{Op: op, Field: "Order", Reason: "is empty"}
	case !amount.Currency().IsValid():
		return &RequestError{Op: op, Field: "Amount", Reason: "has no currency"}
	case amount.Sign() < 0:
		return &RequestError{Op: op, Field: "Amount", Reason: "is below 0"}
	}
	return nil
}
