package backorder

import (
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Expedite works out what it takes to have one line complete on a day, and whom it costs: Diff of the plan lists the line
// and those that give something up for it. Commit does it; the note's reason and actor are kept with the event.
//
// Lines are those that may have to give: of them, those that win or gain keep what they have, and the others keep it as far
// as they can, the first in the order of service first. Who is not disturbed stays as he is. Where the day cannot be had
// even so, the plan is not feasible and says what is short. The errors are those of Compute, and a *LineError where no line
// has the id.
func Expedite(now time.Time, stock *atp.Stock, lines []Line, id string, to calendar.Date) (*Plan, error) {
	var line *Line
	at := slices.IndexFunc(lines, func(l Line) bool { return l.ID == id })
	if at < 0 {
		return nil, &LineError{ID: id, Field: "ID", Reason: "is that of no line"}
	}
	var own []Line
	for _, l := range lines {
		if l.Ref == lines[at].Ref { // nobody else can give it anything
			own = append(own, l)
		}
	}
	for i := range own {
		l := &own[i]
		if l.ID == id {
			line = l
		}
		l.ShipComplete = "" // each gives what it must, and no more
		switch l.Strategy {
		case Win, Gain:
			l.Strategy, l.keeps = Gain, true
		case Redistribute:
			l.Strategy = Fill
		default:
		}
	}
	line.Strategy, line.keeps, line.Wanted = Win, false, to
	return Compute(now, stock, own, Options{})
}

// Decommit takes back what lines have confirmed, but what is picked; the note's reason and actor are kept with the event. The lines can be
// confirmed again later. It reads what they have anew each time: done again under the note's key it finds nothing, or
// takes what was confirmed since, which is a conflict. The errors are ErrUnchanged where nothing is confirmed, *LineError,
// and those of Stock.Reschedule.
func Decommit(now time.Time, stock *atp.Stock, n Note, lines ...Line) (atp.Rescheduled, error) {
	var changes []atp.Change
	for i := range lines {
		l := &lines[i]
		if field, reason := l.check(); reason != "" {
			return atp.Rescheduled{}, &LineError{ID: l.ID, Field: field, Reason: reason}
		}
		if from, _ := l.has(now, stock); len(from) > 0 {
			changes = append(changes, atp.Change{Key: l.Key, Ref: l.Ref, From: from})
		}
	}
	if len(changes) == 0 {
		return atp.Rescheduled{}, ErrUnchanged
	}
	return stock.Reschedule(now, atp.Rescheduling{Key: n.Key, Reason: n.Reason, Actor: n.Actor, Changes: changes})
}

// has is what the line has confirmed and not picked, and what is picked for it; nothing where its reservation is not known.
func (l *Line) has(now time.Time, stock *atp.Stock) (open []atp.ScheduleLine, picked int64) {
	r, err := stock.Reservation(now, l.Key)
	if err != nil || r.Status == atp.StatusExpired {
		return nil, 0
	}
	for _, o := range r.Lines {
		if o.Quota || o.Item != l.Ref.Item() || o.Site != l.Ref.Site() {
			continue
		}
		picked += o.Picked
		if n := o.Quantity - o.Consumed - o.Released - o.Picked; n > 0 {
			open = append(open, atp.ScheduleLine{Date: o.Date, Quantity: n, GoodThrough: o.GoodThrough, Lot: o.Lot})
		}
	}
	return open, picked
}

// Offer is a way out for a customer whose line is late.
type Offer string

// The offers.
const (
	WaitForAll Offer = "wait"       // all on one day
	Split      Offer = "split"      // in parts as supply comes in
	Substitute Offer = "substitute" // another item, or from another site
	Cancel     Offer = "cancel"     // the line is given up
)

// Choice is an offer with what it comes to.
type Choice struct {
	Offer Offer `json:"offer"`
	// Ref is what is delivered; of Cancel, what is given up.
	Ref atp.Ref `json:"ref"`
	// Deliveries are the days and quantities that can be had, in base units of Ref; of Cancel, what is free again.
	Deliveries []atp.ScheduleLine `json:"deliveries,omitempty"`
	// Unfilled is what known supply does not cover, and what fills no pack.
	Unfilled int64 `json:"unfilled,omitempty"`
	// DaysLate is by how many days the last delivery comes after the wanted day; 0 where none is wanted.
	DaysLate int `json:"days_late,omitempty"`
}

// Alternative is something that can be delivered in the place of a line.
type Alternative struct {
	Ref      atp.Ref
	Quantity int64 // in base units of Ref, that stands for all the line asks for
	// Pack is the quantity of a whole pack of Ref, of which Quantity is a multiple. 0 and 1: any quantity.
	Pack int64
}

// Alternatives finds what a customer may be offered in the place of a line, the best first. Package substitution answers
// this from chains and rules.
type Alternatives interface {
	Alternatives(l Line) ([]Alternative, error)
}

// Choices lists what the customer of a line can be offered, what it has confirmed counting as free: to wait for all on one
// day, where that day is known; to take parts as they come, where that is something else; each alternative of which
// anything can be had; to cancel. What is picked for the line stays with it: the choices are about the rest, and the port
// is asked about a line of that quantity. Each delivery is of whole packs. Nothing changes. Alternatives may be nil. The
// errors are *LineError, also for a line of which nothing is left to choose for, those of Stock.Promise and of the port.
func Choices(now time.Time, stock *atp.Stock, l Line, port Alternatives) ([]Choice, error) {
	if field, reason := l.check(); reason != "" {
		return nil, &LineError{ID: l.ID, Field: field, Reason: reason}
	}
	open, picked := l.has(now, stock)
	switch {
	case l.Quantity == 0:
		return nil, &LineError{ID: l.ID, Field: "Quantity", Reason: "is 0: it waits for nothing"}
	case l.Quantity <= picked:
		return nil, &LineError{ID: l.ID, Field: "Quantity", Reason: "is picked: it waits for nothing"}
	}
	l.Quantity -= picked
	choices, err := l.own(now, stock)
	if err != nil {
		return nil, err
	}
	others, err := l.alternatives(now, stock, port)
	if err != nil {
		return nil, err
	}
	choices = append(choices, others...)
	return append(choices, Choice{Offer: Cancel, Ref: l.Ref, Deliveries: open}), nil
}

// own lists the choices of those who want the item itself; none where they ask for less than a pack.
func (l *Line) own(now time.Time, stock *atp.Stock) ([]Choice, error) {
	if l.asks(0) == 0 {
		return nil, nil
	}
	whole := atp.Demand{
		ID: l.ID, Ref: l.Ref, Quantity: l.asks(0), Pack: l.Pack, Wanted: l.Wanted, Placed: l.Ordered, Replaces: l.Key,
		Scope: l.Scope, SafetyStock: l.SafetyStock,
	}
	parts := whole
	parts.Partial = atp.Partial{AtMost: atp.AnyNumber, Minimum: l.Partial.Minimum}
	var choices []Choice
	for _, c := range []struct {
		offer  Offer
		demand atp.Demand
	}{{WaitForAll, whole}, {Split, parts}} {
		p, err := stock.Promise(now, c.demand)
		if err != nil {
			return nil, err
		}
		if len(p.Deliveries) > 0 && (c.offer == WaitForAll || len(p.Deliveries) > 1 || p.Unfilled > 0) {
			choice := l.choice(c.offer, p)
			choice.Unfilled += l.Quantity - l.asks(0)
			choices = append(choices, choice)
		}
	}
	return choices, nil
}

func (l *Line) alternatives(now time.Time, stock *atp.Stock, port Alternatives) ([]Choice, error) {
	if port == nil {
		return nil, nil
	}
	list, err := port.Alternatives(*l)
	if err != nil {
		return nil, err
	}
	var choices []Choice
	for _, a := range list {
		p, err := stock.Promise(now, atp.Demand{
			ID: l.ID, Ref: a.Ref, Quantity: a.Quantity, Pack: a.Pack, Wanted: l.Wanted, Placed: l.Ordered, Partial: l.Partial,
			Scope: l.Scope, SafetyStock: l.SafetyStock,
		})
		if err != nil {
			return nil, err
		}
		if len(p.Deliveries) > 0 {
			choices = append(choices, l.choice(Substitute, p))
		}
	}
	return choices, nil
}

func (l *Line) choice(offer Offer, p atp.Promise) Choice {
	c := Choice{Offer: offer, Ref: p.Ref, Unfilled: p.Unfilled}
	for _, d := range p.Deliveries {
		c.Deliveries = append(c.Deliveries, atp.ScheduleLine{Date: d.Start, Quantity: d.Quantity})
		if !l.Wanted.IsZero() {
			c.DaysLate = max(c.DaysLate, d.DaysLate)
		}
	}
	return c
}
