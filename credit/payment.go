package credit

import (
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Payment is money that came in, or money that came in before and is applied now.
type Payment struct {
	// Document is the key of the payment or of its application. Required.
	Document string
	Account  string // the credit account; required
	// Amount is what came in, 0 or more. 0: nothing did, what is applied came in before.
	Amount money.Amount
	Date   calendar.Date // the value date; required
	// Applied says which open items it pays. What is left stays unapplied; what is more than the Amount is taken from
	// what is unapplied.
	Applied []Applied
}

// Applied is what of a payment goes to an open item. For a credit memo, which is below 0, it is below 0 too.
type Applied struct {
	Item   string       `json:"item"` // the document of the open item
	Amount money.Amount `json:"amount"`
}

// Pay lessens receivables by what is applied, and keeps the rest as unapplied, which lessens exposure too.
//
// A Document again with the same content changes nothing and gives the event that stands, Replayed. The errors are
// *RequestError, *UnknownAccountError, *UnknownItemError, *KeyConflictError, *StateError for an item that has less open or
// when less is unapplied, and money.ErrRange.
func (l *Ledger) Pay(now time.Time, r Payment) (Paid, error) {
	if err := r.check(); err != nil {
		return Paid{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.documents[document{payment, r.Document}]; p != nil {
		e, ok := p.event.(Paid)
		if !ok || e.Account != r.Account || e.Amount != r.Amount || e.Date != r.Date || !slices.Equal(e.Applied, r.Applied) {
			return Paid{}, conflict("pay", r.Document)
		}
		e.Replayed = true
		return e, nil
	}
	a, err := l.account(r.Account)
	if err != nil {
		return Paid{}, err
	}
	rest := r.Amount
	for i, x := range r.Applied {
		if err := a.checkApplied(i, x); err != nil {
			return Paid{}, err
		}
		if rest, err = rest.Sub(x.Amount); err != nil {
			return Paid{}, err
		}
	}
	unapplied := a.unapplied(r.Amount.Currency())
	left, err := unapplied.Add(rest)
	if err != nil {
		return Paid{}, err
	}
	if rest.Sign() < 0 && left.Sign() < 0 {
		return Paid{}, &StateError{Op: "pay", Key: r.Document, Reason: fmt.Sprintf("applies more than the %s received and %s unapplied",
			r.Amount, unapplied)}
	}
	e := Paid{
		Document: r.Document, Account: r.Account, At: instant(now), Amount: r.Amount, Date: r.Date,
		Applied: slices.Clone(r.Applied),
	}
	return e, l.onPaid(e)
}

func (r Payment) check() error {
	wrong := func(field, reason string) error { return &RequestError{Op: "pay", Field: field, Reason: reason} }
	switch {
	case r.Document == "":
		return wrong("Document", "is empty")
	case !r.Amount.Currency().IsValid():
		return wrong("Amount", "has no currency")
	case r.Amount.Sign() < 0:
		return wrong("Amount", "is below 0")
	case r.Date.IsZero():
		return wrong("Date", "is missing")
	}
	for i, x := range r.Applied {
		field := fmt.Sprintf("Applied[%d]", i)
		if x.Amount.Currency() != r.Amount.Currency() {
			return wrong(field+".Amount", "is not in the currency of the payment")
		}
		if slices.ContainsFunc(r.Applied[:i], func(y Applied) bool { return y.Item == x.Item }) {
			return wrong(field+".Item", fmt.Sprintf("%q is there twice", x.Item))
		}
	}
	return nil
}

// checkApplied checks that an item has as much open as is applied.
func (a *account) checkApplied(i int, x Applied) error {
	it := a.byDocument[x.Item]
	if it == nil {
		return &UnknownItemError{Account: a.id, Document: x.Item}
	}
	if it.Open.Currency() != x.Amount.Currency() {
		return &RequestError{Op: "pay", Field: fmt.Sprintf("Applied[%d].Amount", i), Reason: "is not in the currency of the item"}
	}
	more, err := x.Amount.Abs().Cmp(it.Open.Abs())
	if err != nil {
		return err
	}
	if more > 0 || x.Amount.Sign() != it.Open.Sign() {
		return &StateError{Op: "pay", Key: x.Item, Reason: fmt.Sprintf("has %s open", it.Open)}
	}
	return nil
}

// unapplied is what the account itself has unapplied in a currency.
func (a *account) unapplied(c money.Currency) money.Amount {
	if u, ok := a.own[c]; ok {
		return u
	}
	return money.Zero(c)
}

// UndoPay takes a payment back as if it had never been made, because its event could not be journalled. The error is a
// *StateError when what it left unapplied has been used since, or the host has set the account's open items anew.
func (l *Ledger) UndoPay(e Paid) error {
	return l.undo("undo pay", document{payment, e.Document}, e.At)
}

func (l *Ledger) onPaid(e Paid) error {
	a := l.intern(e.Account)
	rest := e.Amount
	changes := make([]change, 0, len(e.Applied)+1)
	items := make([]*OpenItem, len(e.Applied))
	for i, x := range e.Applied {
		if err := a.checkApplied(i, x); err != nil {
			return err
		}
		items[i] = a.byDocument[x.Item]
		var err error
		if rest, err = rest.Sub(x.Amount); err != nil {
			return err
		}
		changes = append(changes, change{account: a, part: Receivables, amount: x.Amount.Neg()})
	}
	changes = append(changes, change{account: a, part: Unapplied, amount: rest})
	if err := move(changes); err != nil {
		return err
	}
	for i, x := range e.Applied {
		a.settle(items[i], x.Amount.Neg())
	}
	a.keep(rest)
	if !e.Amount.IsZero() {
		i, _ := slices.BinarySearchFunc(a.paid, e.Date, calendar.Date.Compare)
		a.paid = slices.Insert(a.paid, i, e.Date)
	}
	set := a.itemsSet.Revision
	l.record(document{payment, e.Document}, &posting{event: e, at: e.At, changes: changes, undo: func() bool {
		left, err := a.unapplied(rest.Currency()).Sub(rest)
		if err != nil || rest.Sign() > 0 && left.Sign() < 0 || a.itemsSet.Revision != set {
			return false
		}
		for i, x := range e.Applied {
			a.settle(items[i], x.Amount)
		}
		a.keep(rest.Neg())
		if i, found := slices.BinarySearchFunc(a.paid, e.Date, calendar.Date.Compare); found && !e.Amount.IsZero() {
			a.paid = slices.Delete(a.paid, i, i+1)
		}
		return true
	}})
	return nil
}

// settle changes what an item has open, and with it whether it is among the open items.
func (a *account) settle(it *OpenItem, by money.Amount) {
	if it.Open.IsZero() {
		a.open(it)
	}
	it.Open, _ = it.Open.Add(by) // between 0 and the amount of the document
	if it.Open.IsZero() {
		a.closed(it)
	}
}

// keep adds to what the account itself has unapplied.
func (a *account) keep(amount money.Amount) {
	if a.own == nil {
		a.own = make(map[money.Currency]money.Amount)
	}
	c := amount.Currency()
	sum, _ := a.own[c].Add(amount) // the exposure, which has it too, could be added up
	if sum.IsZero() {
		delete(a.own, c)
		return
	}
	a.own[c] = sum
}
