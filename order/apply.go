package order

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// ErrNoOrder is returned by [Fold] when there are no order events to fold.
var ErrNoOrder = errors.New("order: no such order")

// EventError says that an event does not fit the order that it is applied to.
// A journal that was written through this package never holds such an event.
type EventError struct {
	Order  ID
	Event  string
	Reason string
}

// Error names the order, the event and the reason.
func (e *EventError) Error() string {
	return fmt.Sprintf("order %s: %s: %s", e.Order, e.Event, e.Reason)
}

// Fold makes an order from the events of its stream. Events of other packages
// in the stream are passed over. No event at all gives [ErrNoOrder].
func Fold(events iter.Seq2[journal.Event, error]) (*Order, error) {
	codec := Events()
	var o Order
	for e, err := range events {
		if err != nil {
			return nil, err
		}
		v, known, err := codec.Decode(e)
		if err != nil {
			return nil, err
		}
		if !known {
			continue
		}
		if err := o.Apply(v); err != nil {
			return nil, err
		}
	}
	if o.ID == "" {
		return nil, ErrNoOrder
	}
	return &o, nil
}

// Apply lets one of this package's events happen to the order. An event that
// does not fit gives an [*EventError] and changes nothing.
func (o *Order) Apply(event any) error {
	next := o.Clone()
	if err := next.apply(event); err != nil {
		return err
	}
	*o = *next
	return nil
}

func (o *Order) apply(event any) error {
	if r, first := event.(Received); first {
		return o.receive(r)
	}
	if o.ID == "" {
		return o.misfit(event, "the order was not received yet")
	}
	switch e := event.(type) {
	case Identified:
		return o.identify(e)
	case Priced:
		return o.price(e)
	case Promised:
		return o.promise(e)
	case LineRejected:
		return o.rejectLine(e)
	case Rejected:
		o.rejection = &e.Rejection
	case Excepted:
		o.exception = &e
	case HoldPlaced:
		if slices.ContainsFunc(o.Holds, func(h Hold) bool { return h.ID == e.Hold.ID }) {
			return o.misfit(e, fmt.Sprintf("there is a hold %q already", e.Hold.ID))
		}
		o.Holds = append(o.Holds, e.Hold)
	case HoldReleased:
		return o.releaseHold(e)
	case Decided:
		o.Decisions = append(o.Decisions, e.Decision)
	case Accepted:
		o.accepted = true
	case Shipped:
		return o.ship(e)
	case Invoiced:
		return o.invoice(e)
	case Paid:
		o.Payments = append(o.Payments, e)
	default:
		return o.misfit(event, "not an event of an order")
	}
	return nil
}

func (o *Order) misfit(event any, reason string) error {
	return &EventError{Order: o.ID, Event: fmt.Sprintf("%T", event), Reason: reason}
}

func (o *Order) receive(e Received) error {
	if o.ID != "" {
		return o.misfit(e, "the order was received before")
	}
	if e.ID == "" {
		return o.misfit(e, "the order has no id")
	}
	o.ID, o.Submission, o.Received, o.Document = e.ID, e.Submission, e.At, e.Document
	o.Customer = e.Document.Customer
	o.Lines = make([]Line, len(e.Document.Lines))
	for i, r := range e.Document.Lines {
		o.Lines[i] = Line{Request: r, Item: r.Item}
	}
	return nil
}

func (o *Order) identify(e Identified) error {
	o.Customer = e.Customer
	for _, in := range e.Lines {
		l := o.Line(in.Line)
		if l == nil {
			return o.misfit(e, fmt.Sprintf("there is no line %q", in.Line))
		}
		l.Item, l.Base = in.Item, in.Base
	}
	return nil
}

func (o *Order) price(e Priced) error {
	for _, in := range e.Lines {
		l := o.Line(in.Line)
		if l == nil {
			return o.misfit(e, fmt.Sprintf("there is no line %q", in.Line))
		}
		l.UnitPrice, l.Per, l.Charges, l.Net = in.UnitPrice, in.Per, in.Charges, in.Net
	}
	o.Charges = e.Charges
	return o.addUp(e)
}

// addUp computes the total anew, after prices or rejections changed.
func (o *Order) addUp(event any) error {
	var total money.Amount
	add := func(a money.Amount) (err error) {
		total, err = total.Add(a)
		return err
	}
	for i := range o.Lines {
		if o.Lines[i].Rejection != nil {
			continue
		}
		if err := add(o.Lines[i].Net); err != nil {
			return o.misfit(event, fmt.Sprintf("line %q: %v", o.Lines[i].ID, err))
		}
	}
	for _, c := range o.Charges {
		if c.Spread {
			continue
		}
		if err := add(c.Amount); err != nil {
			return o.misfit(event, fmt.Sprintf("charge %q: %v", c.Step, err))
		}
	}
	o.total = total
	return nil
}

func (o *Order) promise(e Promised) error {
	for _, in := range e.Lines {
		l := o.Line(in.Line)
		if l == nil {
			return o.misfit(e, fmt.Sprintf("there is no line %q", in.Line))
		}
		var schedules []Schedule
		for _, s := range l.Schedules {
			if s.Shipped.Sign() > 0 {
				s.Quantity = s.Shipped
				schedules = append(schedules, s)
			}
		}
		schedules = append(schedules, in.Schedules...)
		var sum quantity.Quantity
		for i, s := range schedules {
			if slices.ContainsFunc(schedules[:i], func(t Schedule) bool { return t.ID == s.ID }) {
				return o.misfit(e, fmt.Sprintf("line %q has schedule %q twice", l.ID, s.ID))
			}
			var err error
			if sum, err = sum.Add(s.Quantity); err != nil {
				return o.misfit(e, fmt.Sprintf("line %q: %v", l.ID, err))
			}
		}
		if sum != l.Base {
			return o.misfit(e, fmt.Sprintf("the schedules of line %q add up to %s, ordered is %s", l.ID, sum, l.Base))
		}
		l.Schedules = schedules
	}
	return nil
}

func (o *Order) rejectLine(e LineRejected) error {
	l := o.Line(e.Line)
	if l == nil {
		return o.misfit(e, fmt.Sprintf("there is no line %q", e.Line))
	}
	l.Rejection = &e.Rejection
	return o.addUp(e)
}

func (o *Order) releaseHold(e HoldReleased) error {
	for i := range o.Holds {
		h := &o.Holds[i]
		if h.ID != e.Hold {
			continue
		}
		if !h.Open() {
			return o.misfit(e, fmt.Sprintf("hold %q was released by %s before", h.ID, h.ReleasedBy))
		}
		h.Released, h.ReleasedBy, h.ReleaseReason = e.At, e.By, e.Reason
		return nil
	}
	return o.misfit(e, fmt.Sprintf("there is no hold %q", e.Hold))
}

func (o *Order) ship(e Shipped) error {
	for _, in := range e.Lines {
		s := o.schedule(in.Line, in.Schedule)
		if s == nil {
			return o.misfit(e, fmt.Sprintf("line %q has no schedule %q", in.Line, in.Schedule))
		}
		shipped, err := s.Shipped.Add(in.Quantity)
		if err != nil {
			return o.misfit(e, err.Error())
		}
		over, err := shipped.Cmp(s.Quantity)
		if err != nil {
			return o.misfit(e, err.Error())
		}
		if over > 0 || in.Quantity.Sign() <= 0 {
			return o.misfit(e, fmt.Sprintf("%s of %s cannot leave: schedule %q of line %q has %s, of which %s left before",
				in.Quantity, o.Line(in.Line).Item, in.Schedule, in.Line, s.Quantity, s.Shipped))
		}
		s.Shipped = shipped
	}
	o.Shipments = append(o.Shipments, e)
	return nil
}

func (o *Order) schedule(line, id string) *Schedule {
	l := o.Line(line)
	if l == nil {
		return nil
	}
	for i := range l.Schedules {
		if l.Schedules[i].ID == id {
			return &l.Schedules[i]
		}
	}
	return nil
}

func (o *Order) invoice(e Invoiced) error {
	for _, in := range e.Lines {
		l := o.Line(in.Line)
		if l == nil {
			return o.misfit(e, fmt.Sprintf("there is no line %q", in.Line))
		}
		billed, err := o.Billed(in.Line).Add(in.Quantity)
		if err != nil {
			return o.misfit(e, err.Error())
		}
		over, err := billed.Cmp(l.Shipped())
		if err != nil {
			return o.misfit(e, err.Error())
		}
		if over > 0 || in.Quantity.Sign() <= 0 {
			return o.misfit(e, fmt.Sprintf("%s of line %q cannot be billed: %s left, %s was billed before",
				in.Quantity, in.Line, l.Shipped(), o.Billed(in.Line)))
		}
	}
	o.Invoices = append(o.Invoices, e)
	return nil
}
