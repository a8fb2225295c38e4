package atp

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// AnyNumber lets a demand be delivered in as many parts as supply comes in.
const AnyNumber = math.MaxInt

// Partial says whether and how a demand may be split. The zero Partial does not allow it: the line is delivered at once
// and complete.
type Partial struct {
	// AtMost bounds the number of deliveries. 0 and 1: complete in one; AnyNumber: as supply comes in. Where fewer
	// deliveries than supply dates are allowed, those are chosen for which the sum of quantity x days late is least, ties
	// by the earlier first delivery, then by fewer deliveries.
	AtMost int
	// Minimum is the least quantity of a delivery, in base units. The delivery that completes the demand may be smaller. It
	// is rounded up to whole packs.
	Minimum int64
}

// Demand asks when a quantity can be had.
type Demand struct {
	// ID names the demand in results and settles ties; an order line. It may be empty for a single demand.
	ID string
	// Ref is the item at the site. Required.
	Ref Ref
	// Quantity is in base units, 1 to MaxQuantity; of a kit's components, too, no more than that is asked for.
	Quantity int64
	// Wanted is the day on which the customer wants the goods, where Lane is given, and else the day on which they are
	// taken from stock. No date: as soon as possible.
	Wanted calendar.Date
	// Lane leads from stock to the customer. Nil: the day on which goods are there is the day of delivery, and the site's
	// calendar and cut-off play no part.
	Lane *Lane
	// Partial says whether the demand may be split.
	Partial Partial
	// Pack is the quantity of a whole pack, in base units, 0 to MaxQuantity: each delivery is a multiple of it, and Quantity
	// must be one. What fills no pack waits for a later delivery, or stays unfilled. 0 and 1: any quantity.
	Pack int64
	// Kit lists what Ref is put together from when it ships, at most MaxComponents; none: Ref is not a kit. Quantity counts
	// kits, and what is reserved are the components. Kits and other demands of a request take the same component away from
	// each other. MinLife holds for all components; SingleLot and Lot are not for kits. A kit is not had before Ref is
	// available, nor after the last order of Ref or of a component; see Policy.
	Kit []Component
	// Stocked says of a kit that it is kept put together as well: what can be had of Ref itself goes first, and the rest is
	// put together, even if a later demand of the same request then waits for the components. With ShipComplete it is what can
	// be had on the common day that goes first.
	Stocked bool
	// Quotas lists the quotas that the demand draws on, such as those of its customer's class and of its region, at most
	// MaxQuotas; all of them must allow what is confirmed. None: the demand is bounded by supply alone.
	Quotas []QuotaUse
	// Replaces, Scope and SafetyStock are as in Query.
	Replaces    string
	Scope       Scope
	SafetyStock bool
	// MinLife is how many days the goods must be good beyond the day on which they reach the customer, 0 or more.
	MinLife int
	// SingleLot asks for all of a delivery from one lot. Where the item has lots, it is the one on hand that expires first
	// among those that suffice, and it is reserved.
	SingleLot bool
	// Lot names the lot on hand that the goods must come from; empty: any.
	Lot string
	// Placed is as in Query.
	Placed calendar.Date
	// Explain asks for Delivery.Pegs and Promise.Limit, which take longer than the promise itself.
	Explain bool
}

// Promise is what a demand can get. It holds nothing: Reserve its Lines to keep it.
type Promise struct {
	ID         string     `json:"id,omitempty"`
	Ref        Ref        `json:"ref,omitzero"`
	Quantity   int64      `json:"quantity"`           // as asked for
	Confirmed  int64      `json:"confirmed"`          // the sum of the deliveries
	Unfilled   int64      `json:"unfilled,omitempty"` // what known supply does not cover, or quotas do not allow
	Deliveries []Delivery `json:"deliveries,omitempty"`
	Limit      *Limit     `json:"limit,omitempty"` // with Explain, where the demand is not met in full on the wanted day
}

// Delivery is a part of a promise.
type Delivery struct {
	Quantity int64 `json:"quantity"`
	Times
	DaysLate int   `json:"days_late,omitempty"` // days after the wanted day; after the first possible day where none was wanted
	Pegs     []Peg `json:"pegs,omitempty"`      // with Explain: the supply it comes from; none beyond an infinite horizon
	// Takes are the lines that reserve the delivery, where they are not simply its quantity of the item on its first day.
	Takes []Line `json:"takes,omitempty"`
	// Quotas is what the delivery takes of quotas, by the use and in the order of consumption; Promise.Lines has lines for it.
	Quotas []QuotaTake `json:"quotas,omitempty"`
}

// Lines returns the lines that reserve the promise.
func (p Promise) Lines() []Line {
	lines := make([]Line, 0, len(p.Deliveries))
	for _, d := range p.Deliveries {
		lines = append(lines, d.lines(p.Ref)...)
		lines = append(lines, d.quotaLines(p.Ref)...)
	}
	return lines
}

// quotaLines reserve what the delivery takes of quotas, for the item that is taken; for a kit that is put together, its
// first component. Where some kits are taken and others are put together, each have their part.
func (d Delivery) quotaLines(ref Ref) []Line {
	item := ref
	if len(d.Takes) > 0 {
		item = d.Takes[0].Ref
	}
	var lines []Line
	for _, t := range d.Quotas {
		of := item
		if len(d.Takes) > 1 && item == ref && d.Takes[0].Quantity < d.Quantity {
			taken := t
			taken.Quantity = part(t.Quantity, d.Takes[0].Quantity, d.Quantity)
			if taken.Quantity > 0 {
				lines = append(lines, taken.line(item))
			}
			t.Quantity -= taken.Quantity
			of = d.Takes[1].Ref
		}
		lines = append(lines, t.line(of))
	}
	return lines
}

// lines reserve the delivery.
func (d Delivery) lines(ref Ref) []Line {
	if d.Takes != nil {
		return d.Takes
	}
	return []Line{{Ref: ref, Date: d.Start, Quantity: d.Quantity}}
}

// Promise answers when a demand can be met. A demand that may not be split and that known supply never covers gets
// nothing; one that may gets what there is. The errors are *RequestError, and *calendar.RangeError where a date of the
// answer lies outside the calendar of the site, carrier or customer.
func (s *Stock) Promise(now time.Time, d Demand) (Promise, error) {
	promises, err := s.PromiseAll(now, []Demand{d}, LineByLine)
	if err != nil {
		return Promise{}, err
	}
	return promises[0], nil
}

// Together says what the lines of an order have to do with each other.
type Together uint8

const (
	// LineByLine promises each line for itself.
	LineByLine Together = iota
	// ShipComplete promises all lines for the first day on which all can be had complete, or none where there is no such
	// day. On that day lines that need goods that last longer come before others. Where two lines are for the same stocked
	// kit with other components each, and for single lots, the day may be a later one: not every division is tried.
	ShipComplete
)

// PromiseAll answers for several demands at once, in the order given: what an earlier one gets, a later one of the same
// item does not. All are answered at one instant; nobody else's reservation comes in between. With ShipComplete each
// demand is promised complete, whatever its Partial says. The errors are those of Promise.
func (s *Stock) PromiseAll(now time.Time, demands []Demand, together Together) ([]Promise, error) {
	if err := s.checkDemands(now, demands, together); err != nil {
		return nil, err
	}
	p := s.openPlan(now.UnixNano(), demands)
	defer p.close()
	promises, err := p.answer(now, demands, together)
	if err != nil {
		return nil, err
	}
	p.explain(demands, promises)
	return promises, nil
}

// answer answers the demands, and nothing has been tried out before.
func (p *plan) answer(now time.Time, demands []Demand, together Together) ([]Promise, error) {
	p.floor = calendar.Date{}
	if together == ShipComplete {
		return p.together(now, demands)
	}
	return p.promises(now, demands, together)
}

// promises answers the demands one after the other.
func (p *plan) promises(now time.Time, demands []Demand, together Together) ([]Promise, error) {
	promises := make([]Promise, len(demands))
	for i, d := range demands {
		if together == ShipComplete {
			d.Partial = Partial{}
		}
		var err error
		if promises[i], err = p.promise(now, i, d); err != nil {
			return nil, err
		}
	}
	return promises, nil
}

// checkDemands refuses what no stock could answer.
func (s *Stock) checkDemands(now time.Time, demands []Demand, together Together) error {
	const op = "promise"
	if together > ShipComplete {
		return &RequestError{Op: op, Field: "Together", Reason: "is neither line by line nor ship complete"}
	}
	if err := checkTime(op, now); err != nil {
		return err
	}
	for i, d := range demands {
		field := func(name string) string { return fmt.Sprintf("demands[%d].%s", i, name) }
		if _, err := s.position(op, "Ref", d.Ref); err != nil {
			return inDemand(err, i)
		}
		if err := checkQuantity(op, "Quantity", d.Quantity); err != nil {
			return inDemand(err, i)
		}
		if err := s.checkQuotas(op, field, d.Quotas); err != nil {
			return err
		}
		if err := s.checkKit(op, field, d); err != nil {
			return err
		}
		switch {
		case d.Partial.AtMost < 0:
			return &RequestError{Op: op, Field: field("Partial.AtMost"), Reason: "is below 0"}
		case d.Partial.Minimum < 0 || d.Partial.Minimum > MaxQuantity:
			return &RequestError{Op: op, Field: field("Partial.Minimum"), Reason: "is not from 0 to MaxQuantity"}
		case d.Pack < 0 || d.Pack > MaxQuantity:
			return &RequestError{Op: op, Field: field("Pack"), Reason: "is not from 0 to MaxQuantity"}
		case d.Quantity%d.pack() != 0:
			return &RequestError{Op: op, Field: field("Quantity"), Reason: "is not a multiple of Pack"}
		case d.Scope>>supplyTypes != 0:
			return &RequestError{Op: op, Field: field("Scope"), Reason: "holds an unknown type of supply"}
		case d.MinLife < 0 || d.MinLife > maxDays:
			return &RequestError{Op: op, Field: field("MinLife"), Reason: "is not a number of days"}
		}
	}
	return nil
}

// inDemand puts the demand before the field of an error: the names of fields cost more than the checks.
func inDemand(err error, i int) error {
	var e *RequestError
	if errors.As(err, &e) {
		in := *e
		in.Field = fmt.Sprintf("demands[%d].%s", i, e.Field)
		return &in
	}
	return err
}

// plan is a set of positions, locked, on which demands are tried out one after the other.
type plan struct {
	s       *Stock
	now     int64
	at      []*position       // in order
	to      map[*position]int // how many demands have yet to be answered
	shelves []*shelf          // of the reservations that are replaced
	taken   []taken
	asked   []asked       // by the demand
	floor   calendar.Date // what shifts is not delivered before it, where it can be later; no date: at once

	produced []ProductionProposal // tried out as supplies
}

// asked is what a plan knows of one demand.
type asked struct {
	id     string
	draws  []draw        // on quotas
	limits []QuotaLimit  // where it asks for an explanation
	reason LimitReason   // why it does not get more or earlier, if it does not
	first  calendar.Date // the first day on which goods could have been taken
}

// taken is what an earlier demand of the plan gets.
type taken struct {
	at       *position
	demand   int
	date     calendar.Date
	quantity int64
}

// openPlan takes the locks: shelves before positions, each in order.
func (s *Stock) openPlan(now int64, demands []Demand) *plan {
	p := &plan{s: s, now: now, to: make(map[*position]int), asked: make([]asked, len(demands))}
	var hashed [shelves]bool
	for i, d := range demands {
		p.asked[i].id, p.asked[i].draws = d.ID, d.draws()
		p.expect(i, d, 1)
		p.at = append(p.at, d.Ref.p)
		if d.Replaces != "" {
			hashed[s.hash(d.Replaces)>>56%shelves] = true
		}
	}
	p.at = slices.AppendSeq(p.at, maps.Keys(p.to))
	slices.SortFunc(p.at, (*position).compare)
	p.at = slices.Compact(p.at)
	for i, wanted := range hashed {
		if wanted {
			p.shelves = append(p.shelves, &s.shelves[i])
		}
	}
	for _, sh := range p.shelves {
		sh.mu.Lock()
	}
	for _, at := range p.at {
		at.mu.Lock()
	}
	return p
}

// expect counts the i-th demand among those that have yet to be answered, or no longer.
func (p *plan) expect(i int, d Demand, n int) {
	for at := range d.items() {
		p.to[at] += n
	}
	for at := range p.drawnBy(i) {
		p.to[at] += n
	}
}

// close takes back what was tried out and returns the locks.
func (p *plan) close() {
	p.undo()
	p.giveUp()
	for _, at := range p.at {
		at.mu.Unlock()
	}
	for _, sh := range p.shelves {
		sh.mu.Unlock()
	}
}

// undo takes back what was tried out.
func (p *plan) undo() {
	for _, t := range p.taken {
		t.at.more.timeline.add(t.date, 0, -t.quantity)
		t.at.more.timeline.prune(t.date)
		if t.at.byLot() {
			t.at.more.lots.tried = nil
		}
	}
	p.taken = nil
}

// again takes back what was tried out, to answer the demands anew.
func (p *plan) again(demands []Demand) {
	p.undo()
	clear(p.to)
	for i, d := range demands {
		p.expect(i, d, 1)
	}
}

// promise answers one demand and takes what it gets away from the ones after it.
func (p *plan) promise(now time.Time, i int, d Demand) (Promise, error) {
	answer := Promise{ID: d.ID, Ref: d.Ref, Quantity: d.Quantity}
	v := d.Ref.p.look(p.s, p.now, d.Replaces, d.Scope, d.SafetyStock)
	defer v.close()
	first, err := v.first(now, d)
	if err != nil {
		return Promise{}, err
	}
	p.asked[i].first = first
	var quotas *allotted
	if answer.Deliveries, quotas, err = p.deliveries(&v, i, d, first); err != nil {
		return Promise{}, err
	}
	p.expect(i, d, -1)
	for j := range answer.Deliveries {
		part := &answer.Deliveries[j]
		answer.Confirmed += part.Quantity
		for _, l := range part.lines(d.Ref) {
			p.take(i, l)
		}
		if quotas != nil {
			part.Quotas = quotas.deliver(part.Quantity)
		}
		for _, t := range part.Quotas {
			p.take(i, t.line(d.Ref))
		}
	}
	answer.Unfilled = d.Quantity - answer.Confirmed
	p.asked[i].reason = v.reason(d.Placed, first, answer.Unfilled > 0)
	return answer, nil
}

// deliveries picks the deliveries of a demand, and says what its quotas allow; nil where it has none.
func (p *plan) deliveries(v *view, i int, d Demand, first calendar.Date) ([]Delivery, *allotted, error) {
	if !v.ordered(d.Placed) {
		return nil, nil, nil
	}
	switch {
	case len(d.Kit) > 0:
		return p.kitDeliveries(v, i, d, first)
	case v.lots != nil || d.MinLife > 0 || d.Lot != "":
		return p.lotDeliveries(v, i, d, first)
	}
	from, quotas, err := p.within(i, d, v, first)
	if err != nil {
		return nil, nil, err
	}
	steps, err := d.steps(from, first)
	if err != nil {
		return nil, nil, err
	}
	return d.choose(steps), quotas, nil
}

// within wraps a source in what the quotas of the i-th demand allow; the source itself and nil where it has none.
func (p *plan) within(i int, d Demand, base source, first calendar.Date) (source, *allotted, error) {
	if len(d.Quotas) == 0 {
		return base, nil, nil
	}
	quotas, err := p.quotas(i, d, base, first)
	if err != nil {
		return nil, nil, err
	}
	p.asked[i].limits = quotas.limits
	return quotas, quotas, nil
}

// take keeps a line away from the demands after the i-th, where any of them asks for the same.
func (p *plan) take(i int, l Line) {
	at := l.Ref.p
	if p.to[at] == 0 {
		return
	}
	at.detail().timeline.add(l.Date, 0, l.Quantity)
	if at.byLot() {
		ls := at.more.lots
		ls.tried = append(ls.tried, need{date: l.Date, rank: i + 1, quantity: l.Quantity, good: l.GoodThrough, lot: l.Lot})
	}
	p.taken = append(p.taken, taken{at, i, l.Date, l.Quantity})
}

// source is what a demand draws on: the view of an item, or a source made of others, which sees less.
type source interface {
	// atp is what can be had on a day. It does not fall from one day to a later one, unless the source expires.
	atp(d calendar.Date) int64
	// expires reports whether atp may fall, since goods expire.
	expires() bool
	// earliest is the first day, not before d, on which atp is at least quantity; no date when there is none.
	earliest(d calendar.Date, quantity int64) calendar.Date
	// lines are what reserves a quantity on a day.
	lines(d calendar.Date, quantity int64) []Line
}

// pack is the quantity of which deliveries are multiples.
func (d Demand) pack() int64 { return max(d.Pack, 1) }

// whole is the part of a quantity that fills packs.
func (d Demand) whole(quantity int64) int64 { return quantity - quantity%d.pack() }

// step is a day on which more can be had than before.
type step struct {
	Times
	late       int   // days after the wanted day
	cumulative int64 // what can be had until then in whole packs, at most what is wanted
}

// steps lists the days on which the demand can have a further pack, until it has all.
func (d Demand) steps(from source, day calendar.Date) ([]step, error) {
	steps := make([]step, 0, 4)
	wanted := d.Wanted
	for quantity := d.pack(); quantity <= d.Quantity; {
		if day = from.earliest(day, quantity); day.IsZero() {
			break
		}
		times := Times{Start: day, Ship: day, Deliver: day}
		if d.Lane != nil {
			var err error
			if times, err = d.Lane.Forward(d.Ref.p.site.calendar, day); err != nil {
				return nil, err
			}
			day = times.Start
		}
		if wanted.IsZero() {
			wanted = times.Deliver
		}
		cumulative := d.whole(min(from.atp(day), d.Quantity))
		steps = append(steps, step{Times: times, late: max(times.Deliver.Sub(wanted), 0), cumulative: cumulative})
		quantity = cumulative + d.pack()
	}
	return steps, nil
}

// first is the earliest day on which goods are taken for the demand: no sooner than the wanted day calls for, today, or
// with a lane the day on which the site can start.
func (v *view) first(now time.Time, d Demand) (calendar.Date, error) {
	if d.Lane == nil {
		return v.from(d.Wanted), nil
	}
	site := v.p.site.calendar
	start, err := site.StartDay(now)
	if err != nil || d.Wanted.IsZero() || !d.Wanted.After(start) {
		return start, err
	}
	back, err := d.Lane.Backward(site, d.Wanted)
	if err != nil {
		return calendar.Date{}, err
	}
	if back.Start.After(start) {
		return back.Start, nil
	}
	return start, nil
}
