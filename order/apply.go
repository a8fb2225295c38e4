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
	case LineDecreased:
		return o.decreaseLine(e)
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
		return o.pay(e)
	default:
		return o.misfit(event, "not an event of an order")
	}
	return nil
}

func (o *Order) misfit(event any, reason string) error {
	return &EventError{Order: o.ID, Event: fmt.Sprintf("%T", event), Reason: reason}
}

// find returns the index of the line with the number, -1 if there is none. It
// looks from the index on and then before it, since events list lines in the
// order's order: an event over all lines takes time in proportion to them.
func (o *Order) find(id string, from int) int {
	for n := range o.Lines {
		if i := (from + n) % len(o.Lines); o.Lines[i].ID == id {
			return i
		}
	}
	return -1
}

// lines finds the lines that the n entries of an event name.
func (o *Order) lines(event any, n int, id func(i int) string) ([]*Line, error) {
	named := make([]*Line, n)
	at := -1
	for i := range named {
		if at = o.find(id(i), at+1); at < 0 {
			return nil, o.misfit(event, fmt.Sprintf("there is no line %q", id(i)))
		}
		named[i] = &o.Lines[at]
	}
	return named, nil
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
	named, err := o.lines(e, len(e.Lines), func(i int) string { return e.Lines[i].Line })
	if err != nil {
		return err
	}
	o.Customer = e.Customer
	for i, in := range e.Lines {
		named[i].Item, named[i].Base = in.Item, in.Base
	}
	return nil
}

func (o *Order) price(e Priced) error {
	lines, charges, statistics := o.Lines, o.Charges, o.Statistics
	given, err := o.give(e)
	if err != nil {
		return err
	}
	o.Lines = given
	undo := func(err error) error {
		o.Lines, o.Charges, o.Statistics = lines, charges, statistics
		return err
	}
	named, err := o.lines(e, len(e.Lines), func(i int) string { return e.Lines[i].Line })
	if err != nil {
		return undo(err)
	}
	for i, in := range e.Lines {
		l := named[i]
		l.UnitPrice, l.Per, l.PriceUnit, l.Net = in.UnitPrice, in.Per, in.PriceUnit, in.Net
		l.Charges, l.Statistics = in.Charges, in.Statistics
	}
	o.Charges, o.Statistics = e.Charges, e.Statistics
	total, err := o.sum()
	if err != nil {
		return undo(o.misfit(e, err.Error()))
	}
	o.total = total
	return nil
}

// give returns the ordered lines and after them those that are given now.
func (o *Order) give(e Priced) ([]Line, error) {
	lines := make([]Line, 0, len(o.Lines)+len(e.Given))
	for i := range o.Lines {
		if o.Lines[i].Free == nil {
			lines = append(lines, o.Lines[i])
		}
	}
	ordered, nothing := len(lines), money.Amount{}
	if len(e.Lines) > 0 {
		nothing = money.Zero(e.Lines[0].Net.Currency())
	}
	for i := range e.Given {
		g := &e.Given[i]
		if g.Line == "" || slices.ContainsFunc(lines, func(l Line) bool { return l.ID == g.Line }) {
			return nil, o.misfit(e, fmt.Sprintf("the line %q that is given has no id of its own", g.Line))
		}
		l := Line{Request: Request{ID: g.Line, Item: g.Item, Quantity: g.Quantity}}
		if before := o.Line(g.Line); before != nil && before.Item == g.Item && before.Base == g.Base {
			l = *before
		}
		l.Item, l.Quantity, l.Base, l.Free = g.Item, g.Quantity, g.Base, &g.Free
		l.UnitPrice, l.Net = nothing, nothing
		lines = append(lines, l)
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		kept := func(k Line) bool { return k.ID == l.ID && k.Item == l.Item && k.Base == l.Base }
		left := slices.ContainsFunc(l.Schedules, func(s Schedule) bool { return !s.Shipped.IsZero() })
		if l.Free != nil && left && !slices.ContainsFunc(lines[ordered:], kept) {
			return nil, o.misfit(e, fmt.Sprintf("line %q was given and has shipped", l.ID))
		}
	}
	return lines, nil
}

// sum adds the order's value up.
func (o *Order) sum() (total money.Amount, err error) {
	for i := range o.Lines {
		if o.Lines[i].Rejection != nil {
			continue
		}
		value, err := o.Lines[i].Value()
		if err != nil {
			return total, fmt.Errorf("line %q: %w", o.Lines[i].ID, err)
		}
		if total, err = total.Add(value); err != nil {
			return total, fmt.Errorf("line %q: %w", o.Lines[i].ID, err)
		}
	}
	for _, c := range o.Charges {
		if c.Spread {
			continue
		}
		if total, err = total.Add(c.Amount); err != nil {
			return total, fmt.Errorf("charge %q: %w", c.Step, err)
		}
	}
	return total, nil
}

func (o *Order) promise(e Promised) error {
	named, err := o.lines(e, len(e.Lines), func(i int) string { return e.Lines[i].Line })
	if err != nil {
		return err
	}
	schedules := make([][]Schedule, len(named))
	for i, l := range named {
		if schedules[i], err = l.promised(e.Lines[i].Schedules); err != nil {
			return o.misfit(e, err.Error())
		}
	}
	for i, l := range named {
		l.Schedules = schedules[i]
	}
	return nil
}

// promised returns the schedules that the line has with the given ones in place
// of all that has not shipped.
func (l *Line) promised(given []Schedule) ([]Schedule, error) {
	var schedules []Schedule
	for _, s := range l.Schedules {
		if s.Shipped.Sign() > 0 {
			s.Quantity = s.Shipped
			schedules = append(schedules, s)
		}
	}
	schedules = append(schedules, given...)
	var sum quantity.Quantity
	for i, s := range schedules {
		if slices.ContainsFunc(schedules[:i], func(t Schedule) bool { return t.ID == s.ID }) {
			return nil, fmt.Errorf("line %q has schedule %q twice", l.ID, s.ID)
		}
		if sub := s.Substitute; sub != nil && (sub.Item == "" || sub.Numerator < 1 || sub.Denominator < 1) {
			return nil, fmt.Errorf("schedule %q of line %q says of no item how much of it ships", s.ID, l.ID)
		}
		var err error
		if sum, err = sum.Add(s.Quantity); err != nil {
			return nil, fmt.Errorf("line %q: %w", l.ID, err)
		}
	}
	if due := l.Deliverable(); sum != due {
		return nil, fmt.Errorf("the schedules of line %q add up to %s, ordered is %s", l.ID, sum, due)
	}
	return schedules, nil
}

func (o *Order) rejectLine(e LineRejected) error {
	l := o.Line(e.Line)
	switch {
	case l == nil:
		return o.misfit(e, fmt.Sprintf("there is no line %q", e.Line))
	case l.Rejection == nil:
		value, err := l.Value()
		if err != nil {
			return o.misfit(e, fmt.Sprintf("line %q: %v", l.ID, err))
		}
		total, err := o.total.Sub(value)
		if err != nil {
			return o.misfit(e, fmt.Sprintf("line %q: %v", l.ID, err))
		}
		o.total = total
	}
	l.Rejection = &e.Rejection
	return nil
}

func (o *Order) decreaseLine(e LineDecreased) error {
	l := o.Line(e.Line)
	if l == nil {
		return o.misfit(e, fmt.Sprintf("there is no line %q", e.Line))
	}
	if l.Rejection != nil {
		return o.misfit(e, fmt.Sprintf("line %q was refused before", l.ID))
	}
	was := *l
	undo := func(err error) error {
		*l = was
		return o.misfit(e, fmt.Sprintf("line %q: %v", e.Line, err))
	}
	var err error
	if l.Cancelled, err = l.Cancelled.Add(e.By); err != nil {
		return undo(err)
	}
	if e.By.Sign() <= 0 || l.Deliverable().Sign() <= 0 {
		return undo(fmt.Errorf("it cannot be %s less", e.By))
	}
	if l.Schedules, err = l.promised(e.Schedules); err != nil {
		return undo(err)
	}
	total, err := o.sum()
	if err != nil {
		return undo(err)
	}
	o.total = total
	return nil
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
		if e.At.IsZero() {
			return o.misfit(e, fmt.Sprintf("the release of hold %q has no time", h.ID))
		}
		h.Released, h.ReleasedBy, h.ReleaseReason = e.At, e.By, e.Reason
		return nil
	}
	return o.misfit(e, fmt.Sprintf("there is no hold %q", e.Hold))
}
