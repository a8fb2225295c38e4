package order

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/quantity"
)

// moved is a quantity that an event counts up, and what it was before: an event
// may name the same one twice, and is taken back if a later part of it does not
// fit.
type moved struct {
	at  *quantity.Quantity
	was quantity.Quantity
}

func takeBack(all []moved) {
	for _, m := range slices.Backward(all) {
		*m.at = m.was
	}
}

// ship counts up what has left.
func (o *Order) ship(e Shipped) error {
	named, err := o.lines(e, len(e.Lines), func(i int) string { return e.Lines[i].Line })
	if err != nil {
		return err
	}
	var all []moved
	for i, in := range e.Lines {
		s := named[i].schedule(in.Schedule)
		if s == nil {
			takeBack(all)
			return o.misfit(e, fmt.Sprintf("line %q has no schedule %q", in.Line, in.Schedule))
		}
		shipped, over, err := add(s.Shipped, in.Quantity, s.Quantity)
		switch {
		case err != nil:
			takeBack(all)
			return o.misfit(e, err.Error())
		case over:
			reason := fmt.Sprintf("%s of %s cannot leave: schedule %q of line %q has %s, of which %s left before",
				in.Quantity, named[i].Item, in.Schedule, in.Line, s.Quantity, s.Shipped)
			takeBack(all)
			return o.misfit(e, reason)
		}
		all = append(all, moved{&s.Shipped, s.Shipped})
		s.Shipped = shipped
	}
	o.Shipments = append(o.Shipments, e)
	return nil
}

func (l *Line) schedule(id string) *Schedule {
	for i := range l.Schedules {
		if l.Schedules[i].ID == id {
			return &l.Schedules[i]
		}
	}
	return nil
}

// add counts up to a limit. over tells that more is not more than before, or
// the sum more than the limit.
func add(have, more, limit quantity.Quantity) (sum quantity.Quantity, over bool, err error) {
	if sum, err = have.Add(more); err != nil {
		return sum, false, err
	}
	order, err := sum.Cmp(limit)
	return sum, order > 0 || more.Sign() <= 0, err
}

// invoice counts up what was billed.
func (o *Order) invoice(e Invoiced) error {
	if e.Invoice != "" && slices.ContainsFunc(o.Invoices, func(i Invoiced) bool { return i.Invoice == e.Invoice }) {
		return o.misfit(e, fmt.Sprintf("invoice %q was issued before", e.Invoice))
	}
	payable, err := o.payable.Add(e.Payable)
	if err != nil {
		return o.misfit(e, err.Error())
	}
	named, err := o.lines(e, len(e.Lines), func(i int) string { return e.Lines[i].Line })
	if err != nil {
		return err
	}
	var all []moved
	for i, in := range e.Lines {
		l := named[i]
		billed, over, err := add(l.billedQuantity(), in.Quantity, l.Shipped())
		switch {
		case err != nil:
			takeBack(all)
			return o.misfit(e, err.Error())
		case over:
			reason := fmt.Sprintf("%s of line %q cannot be billed: %s left, %s was billed before",
				in.Quantity, in.Line, l.Shipped(), l.billedQuantity())
			takeBack(all)
			return o.misfit(e, reason)
		}
		all = append(all, moved{&l.billed, l.billed})
		l.billed = billed
	}
	o.payable = payable
	o.Invoices = append(o.Invoices, e)
	return nil
}

// pay counts up what was paid of what was billed.
func (o *Order) pay(e Paid) error {
	if !slices.ContainsFunc(o.Invoices, func(i Invoiced) bool { return i.Invoice == e.Invoice }) {
		return o.misfit(e, fmt.Sprintf("there is no invoice %q", e.Invoice))
	}
	if e.Amount.Currency() != o.payable.Currency() {
		return o.misfit(e, fmt.Sprintf("%s cannot be applied to what was billed in %s", e.Amount, o.payable.Currency()))
	}
	paid, err := o.paid.Add(e.Amount)
	if err != nil {
		return o.misfit(e, err.Error())
	}
	o.paid = paid
	o.Payments = append(o.Payments, e)
	return nil
}
