package invoice

import (
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ErrNegative says that an invoice would come to less than zero. What is owed
// to the customer is a credit memo.
var ErrNegative = errors.New("invoice: it comes to less than zero")

// ErrNoSeries says that a register has no series of a name.
var ErrNoSeries = errors.New("invoice: no such series")

// RequestError says what a request, or the order in it, lacks.
type RequestError struct {
	// Field is the field of the [Request].
	Field  string
	Reason string
}

// Error implements error.
func (e *RequestError) Error() string { return fmt.Sprintf("invoice: %s: %s", e.Field, e.Reason) }

// QuantityError says that more of a line would be billed than has shipped and
// is not billed yet. What ships is billed once.
type QuantityError struct {
	Order order.ID
	Line  string
	// Asked is what was to be billed; Shipped and Billed is what left, and what
	// was billed before.
	Asked, Shipped, Billed quantity.Quantity
}

// Error implements error.
func (e *QuantityError) Error() string {
	return fmt.Sprintf("invoice: order %s line %q: %s cannot be billed: %s left, %s was billed before",
		e.Order, e.Line, e.Asked, e.Shipped, e.Billed)
}

// TieError says that the charges of an order's line do not add up to its net,
// so that no part of them can be billed.
type TieError struct {
	Order        order.ID
	Line         string
	Charges, Net money.Amount
}

// Error implements error.
func (e *TieError) Error() string {
	return fmt.Sprintf("invoice: order %s line %q: its charges add up to %s, its net is %s", e.Order, e.Line, e.Charges, e.Net)
}

// ReversalError says that something was to be credited that was not billed.
type ReversalError struct {
	// Invoice is the number of the invoice; empty for a charge by itself.
	Invoice string
	// Line or Charge is the number of the line, or the step of the charge.
	Line, Charge string
	Reason       string
}

// Error implements error.
func (e *ReversalError) Error() string {
	what := fmt.Sprintf("%s line %q", e.Invoice, e.Line)
	if e.Charge != "" {
		what = fmt.Sprintf("charge %q", e.Charge)
	}
	return fmt.Sprintf("invoice: %s cannot be credited: %s", what, e.Reason)
}

// SeriesError says what is wrong with a [Series].
type SeriesError struct {
	Series string
	Reason string
}

// Error implements error.
func (e *SeriesError) Error() string {
	return fmt.Sprintf("invoice: series %q: %s", e.Series, e.Reason)
}

// GapError says that an invoice in a journal is not the next of its series. A
// journal that was written with the numbers of a [Register] never holds one.
type GapError struct {
	Series   string
	Position journal.Position
	// Want is the number that is next, Got the invoice's.
	Want, Got int64
}

// Error implements error.
func (e *GapError) Error() string {
	return fmt.Sprintf("invoice: series %q, position %d: the next number is %d, the invoice has %d", e.Series, e.Position, e.Want, e.Got)
}

// EventError says that an event of a journal is not one that a register wrote.
type EventError struct {
	Stream   string
	Position journal.Position
	Reason   string
}

// Error implements error.
func (e *EventError) Error() string {
	return fmt.Sprintf("invoice: stream %q, position %d: %s", e.Stream, e.Position, e.Reason)
}
