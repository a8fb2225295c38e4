package order

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Status is how far the document as a whole has come. It is derived from the
// lines and the holds.
type Status string

// The states of an order.
const (
	// StatusPending: the desk has not finished with it; a step waits or is running.
	StatusPending Status = "pending"
	// StatusException: the document has to be mended before it can be an order.
	StatusException Status = "exception"
	// StatusRejected: refused as a whole, or every line was.
	StatusRejected Status = "rejected"
	// StatusOnHold: somebody has to release it.
	StatusOnHold Status = "on-hold"
	// StatusOpen: good for fulfilment, not everything has shipped and been billed.
	StatusOpen Status = "open"
	// StatusCompleted: everything has shipped and been billed.
	StatusCompleted Status = "completed"
)

// Status returns the state of the document.
func (o *Order) Status() Status {
	switch {
	case o.exception != nil:
		return StatusException
	case o.rejection != nil || o.allRejected():
		return StatusRejected
	case len(o.OpenHolds()) > 0:
		return StatusOnHold
	case !o.accepted:
		return StatusPending
	case o.Fulfilment() == FullyShipped && o.Billing() == FullyBilled:
		return StatusCompleted
	}
	return StatusOpen
}

func (o *Order) allRejected() bool {
	for i := range o.Lines {
		if o.Lines[i].Rejection == nil {
			return false
		}
	}
	return len(o.Lines) > 0
}

// Fulfilment is how far the goods have come.
type Fulfilment string

// The states of fulfilment.
const (
	Unpromised       Fulfilment = "unpromised"
	Backordered      Fulfilment = "backordered"
	FullyPromised    Fulfilment = "promised"
	PartiallyShipped Fulfilment = "partially-shipped"
	FullyShipped     Fulfilment = "shipped"
)

// Fulfilment returns how far the line's goods have come. A line is backordered
// while any of it has no date, unless some has shipped.
func (l *Line) Fulfilment() Fulfilment {
	if len(l.Schedules) == 0 {
		return Unpromised
	}
	open, shipped, dateless := false, false, false
	for _, s := range l.Schedules {
		open = open || s.Shipped != s.Quantity
		shipped = shipped || s.Shipped.Sign() > 0
		dateless = dateless || s.Backordered()
	}
	switch {
	case !open:
		return FullyShipped
	case shipped:
		return PartiallyShipped
	case dateless:
		return Backordered
	}
	return FullyPromised
}

// Fulfilment returns how far the goods of the live lines have come: the least
// advanced line decides, but an order of which anything has shipped is
// partially shipped.
func (o *Order) Fulfilment() Fulfilment {
	least, begun, live := FullyShipped, false, false
	for i := range o.Lines {
		if o.Lines[i].Rejection != nil {
			continue
		}
		f := o.Lines[i].Fulfilment()
		live = true
		begun = begun || f == PartiallyShipped || f == FullyShipped
		if f.rank() < least.rank() {
			least = f
		}
	}
	switch {
	case !live:
		return Unpromised
	case begun && least != FullyShipped:
		return PartiallyShipped
	}
	return least
}

// rank puts the states in the order in which goods come through them.
func (f Fulfilment) rank() int {
	return slices.Index([]Fulfilment{Unpromised, Backordered, FullyPromised, PartiallyShipped, FullyShipped}, f)
}

// Deliverable returns how much of the line is to be delivered in all, in base units:
// what was ordered less what was cancelled of it.
func (l *Line) Deliverable() quantity.Quantity {
	due, _ := l.Base.Sub(l.Cancelled) // Apply has checked that it is within Base
	return due
}

// Worth returns what of the line's net falls on its first q base units, in whole
// minor units, half up. Shares of consecutive parts add up to that of the whole. The
// errors are those of money.Extend, and one for a line without a quantity.
func (l *Line) Worth(q quantity.Quantity) (money.Amount, error) {
	n, ok := q.Thousandths()
	of, whole := l.Base.Thousandths()
	if !ok || !whole || of <= 0 {
		return money.Amount{}, fmt.Errorf("order: line %s: %s of %s is no share of it", l.ID, q, l.Base)
	}
	return money.Extend(l.Net, quantity.New(n, l.Base.Unit()), of, l.Net.Currency().Digits(), money.HalfUp)
}

// Value returns what the line is worth: its net, less what falls on what was
// cancelled of it. The errors are those of Worth.
func (l *Line) Value() (money.Amount, error) {
	if l.Cancelled.IsZero() || l.Net.Currency() == 0 {
		return l.Net, nil
	}
	return l.Worth(l.Deliverable())
}

// Shipped returns how much of the line has left, in base units.
func (l *Line) Shipped() quantity.Quantity {
	shipped := quantity.New(0, l.Base.Unit())
	for _, s := range l.Schedules {
		shipped, _ = shipped.Add(s.Shipped) // bounded by Base, which Apply checked
	}
	return shipped
}

// Billing is how much of what was shipped has been billed.
type Billing string

// The states of billing.
const (
	Unbilled        Billing = "unbilled"
	PartiallyBilled Billing = "partially-billed"
	FullyBilled     Billing = "billed"
)

// Billed returns how much of the line has been billed, in base units. Zero
// without a unit if there is no such line.
func (o *Order) Billed(line string) quantity.Quantity {
	if l := o.Line(line); l != nil {
		return l.billedQuantity()
	}
	return quantity.Quantity{}
}

// billedQuantity has the base unit even where nothing was billed.
func (l *Line) billedQuantity() quantity.Quantity {
	if l.billed.IsZero() {
		return quantity.New(0, l.Base.Unit())
	}
	return l.billed
}

// Billing returns how much of the order has been billed. It is fully billed
// once all that is to be delivered of every live line is.
func (o *Order) Billing() Billing {
	if len(o.Invoices) == 0 {
		return Unbilled
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Rejection == nil && l.billedQuantity() != l.Deliverable() {
			return PartiallyBilled
		}
	}
	return FullyBilled
}

// Payment is how much of what was billed has been paid.
type Payment string

// The states of payment.
const (
	Unpaid        Payment = "unpaid"
	PartiallyPaid Payment = "partially-paid"
	FullyPaid     Payment = "paid"
)

// Payment returns how much of the billed value has been paid. What is billed at
// zero is paid.
func (o *Order) Payment() Payment {
	order, err := o.paid.Cmp(o.payable)
	switch {
	case err != nil || len(o.Invoices) == 0: // Apply lets no payment in another currency happen
		return Unpaid
	case order >= 0:
		return FullyPaid
	case o.paid.Sign() > 0:
		return PartiallyPaid
	}
	return Unpaid
}
