package credit

import (
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Invoice makes an open item.
type Invoice struct {
	// Document is the number of the invoice or credit memo. Required.
	Document string
	Account  string // the credit account; required
	// Amount is what is to be paid. Below 0: a credit memo.
	Amount money.Amount
	Date   calendar.Date // of the document; required
	Due    calendar.Date // required, not before Date
	// Bills says which delivered values it takes the place of. None: it bills nothing that was delivered.
	Bills []Billed
}

// Billed is the value of the deliveries of an order that an invoice takes the place of: as delivered, whatever the
// invoice adds. What is billed before it is delivered makes the order's delivered value negative until it is, so that
// nothing counts twice.
type Billed struct {
	Order  string       `json:"order"`
	Amount money.Amount `json:"amount"`
}

// Invoice moves value from delivered to receivables.
//
// A Document again with the same content changes nothing and gives the event that stands, Replayed. The errors are
// *RequestError, *UnknownAccountError, *UnknownOrderError for an order that was neither committed, approved nor delivered,
// *KeyConflictError and money.ErrRange.
func (l *Ledger) Invoice(now time.Time, r Invoice) (Invoiced, error) {
	if err := r.check(); err != nil {
		return Invoiced{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.documents[document{invoice, r.Document}]; p != nil {
		e, ok := p.event.(Invoiced)
		if !ok || e.Account != r.Account || e.Amount != r.Amount || e.Date != r.Date || e.Due != r.Due ||
			!slices.Equal(e.Bills, r.Bills) {
			return Invoiced{}, conflict("invoice", r.Document)
		}
		e.Replayed = true
		return e, nil
	}
	a, err := l.account(r.Account)
	if err != nil {
		return Invoiced{}, err
	}
	if a.byDocument[r.Document] != nil {
		return Invoiced{}, conflict("invoice", r.Document)
	}
	for _, b := range r.Bills {
		o := l.orders[b.Order]
		if o == nil {
			return Invoiced{}, &UnknownOrderError{Order: b.Order}
		}
		if err := o.belongs("invoice", r.Account, b.Amount.Currency()); err != nil {
			return Invoiced{}, err
		}
	}
	e := Invoiced{
		Document: r.Document, Account: r.Account, At: instant(now), Amount: r.Amount, Date: r.Date, Due: r.Due,
		Bills: slices.Clone(r.Bills),
	}
	return e, l.onInvoiced(e)
}

func (r Invoice) check() error {
	wrong := func(field, reason string) error { return &RequestError{Op: "invoice", Field: field, Reason: reason} }
	switch {
	case r.Document == "":
		return wrong("Document", "is empty")
	case !r.Amount.Currency().IsValid():
		return wrong("Amount", "has no currency")
	case r.Date.IsZero():
		return wrong("Date", "is missing")
	case r.Due.Before(r.Date):
		return wrong("Due", "is missing or before Date")
	}
	for i, b := range r.Bills {
		if b.Order == "" || !b.Amount.Currency().IsValid() {
			return wrong(fmt.Sprintf("Bills[%d]", i), "has no order or no currency")
		}
		if slices.ContainsFunc(r.Bills[:i], func(c Billed) bool { return c.Order == b.Order }) {
			return wrong(fmt.Sprintf("Bills[%d].Order", i), fmt.Sprintf("%q is there twice", b.Order))
		}
	}
	return nil
}

// UndoInvoice takes an invoice back as if it had never been made, because its event could not be journalled. The error is
// a *StateError when something has been paid on it since.
func (l *Ledger) UndoInvoice(e Invoiced) error {
	return l.undo("undo invoice", document{invoice, e.Document}, e.At)
}

func (l *Ledger) onInvoiced(e Invoiced) error {
	a := l.intern(e.Account)
	unbilled := make([]money.Amount, len(e.Bills))
	changes := []change{{account: a, part: Receivables, amount: e.Amount}}
	for i, b := range e.Bills {
		o := l.orders[b.Order]
		if o == nil {
			return &UnknownOrderError{Order: b.Order}
		}
		var err error
		if unbilled[i], err = o.unbilled.Sub(b.Amount); err != nil {
			return err
		}
		changes = append(changes, change{account: a, part: Deliveries, amount: b.Amount.Neg()})
	}
	if err := move(changes); err != nil {
		return err
	}
	for i, b := range e.Bills {
		l.orders[b.Order].unbilled = unbilled[i]
		l.orders[b.Order].invoices++
	}
	it := &OpenItem{Document: e.Document, Date: e.Date, Due: e.Due, Open: e.Amount}
	if !it.Open.IsZero() {
		a.open(it)
	}
	a.invoices++
	l.record(document{invoice, e.Document}, &posting{event: e, at: e.At, changes: changes, undo: func() bool {
		if it.Open != e.Amount || !it.Open.IsZero() && a.byDocument[it.Document] != it {
			return false
		}
		for _, b := range e.Bills {
			o := l.orders[b.Order]
			o.unbilled, _ = o.unbilled.Add(b.Amount) // the exposure, which is larger, could be added up
			o.invoices--
			l.forget(o)
		}
		a.closed(it)
		a.invoices--
		return true
	}})
	return nil
}
