package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

// Promiser tells what can be had when.
type Promiser interface {
	Ref(item, site string) (atp.Ref, error)
	PromiseAll(now time.Time, demands []atp.Demand, together atp.Together) ([]atp.Promise, error)
}

// Reserver keeps what was promised from being promised again.
type Reserver interface {
	Reserve(now time.Time, r atp.Request) (atp.Reserved, error)
	UndoReserve(e atp.Reserved) error
	Reservation(now time.Time, key string) (atp.ReservationState, error)
}

// Stock promises and reserves; [atp.Stock] does.
type Stock interface {
	Promiser
	Reserver
}

// PromiseConfig configures [Promise].
type PromiseConfig struct {
	Stock     Stock
	Customers Customers
	Items     Items
	// Site says where an item ships from for an order. Required, but where Sourcing
	// is given.
	Site func(o *order.Order, item string) string
	// Lane says how goods get from a site to the order's customer. Nil: they
	// are delivered the day they ship. Not used with Sourcing, whose routes say it.
	Lane func(o *order.Order, site string) *atp.Lane
	// Sourcing lets several sites ship an order. It takes the place of Site and
	// Lane. Nil: each line ships from its Site.
	Sourcing *Sourcing
	// Terms say what a line asks of the goods beside quantity and day. Nil: nothing.
	Terms func(o *order.Order, l *order.Line, a party.Account) DemandTerms
	// Rules of allocation are asked about every line: which quotas it draws on, whether
	// it may touch the safety stock, which line of the order is served first, and
	// whether it gets anything. They are asked at one site, so not with Sourcing. Nil:
	// the lines are served as they stand.
	Rules *atp.LiveRules
	// Class names the customer's class for rules of allocation and sourcing. Nil: the
	// account's.
	Class func(o *order.Order, a party.Account) string
	// Choices lists what the customer of a line that falls short can be offered: to
	// wait, parts, another item, to cancel. It makes a finding (promise.short), and a
	// part of the explanation. Of Terms it sees SafetyStock alone. Nil: nobody is asked.
	Choices Choices
	// Hold is how long stock is kept for an order that is not accepted yet.
	// By default 48 hours.
	Hold time.Duration
}

const defaultHold = 48 * time.Hour

// Promise is the step that promises every line what it can get and when, by
// the customer's delivery policy, and reserves it. What no known supply covers
// is backordered: a schedule without dates. An order counts as placed on its own
// day, or where it has none on the one on which it came in; so what was held past
// the last day on which an item can be ordered still gets it. Stock reserved here is soft: it
// goes back if the order is not accepted in time, and is then promised anew
// (ATP-1, ATP-2, ATP-6).
func Promise(c PromiseConfig) desk.Step {
	if c.Hold <= 0 {
		c.Hold = defaultHold
	}
	check := func() error {
		err := lacking("promise", part{"Stock", c.Stock != nil}, part{"Customers", c.Customers != nil},
			part{"Items", c.Items != nil}, part{"Site", c.Site != nil || c.Sourcing != nil},
			part{"Sourcing.Network", c.Sourcing == nil || c.Sourcing.Network != nil},
			part{"Sourcing.Routes", c.Sourcing == nil || c.Sourcing.Routes != nil})
		if err == nil && c.Sourcing != nil && c.Rules != nil {
			err = errRulesOfOneSite
		}
		return err
	}
	return desk.Step{Name: "promise", OnRelease: true, Check: check, Run: func(ctx context.Context, w *desk.Work) error {
		p := promising{PromiseConfig: c, work: w}
		return p.run(ctx)
	}}
}

// promising is one run of the step.
type promising struct {
	PromiseConfig
	work   *desk.Work
	open   []openLine
	served []int // of open: those that ask the stock, the first to be served first
	ranks  *atp.Ranks
}

// openLine is a line that has no valid promise for a part of it.
type openLine struct {
	line   *order.Line
	item   item.Item
	site   string
	count  int64            // not promised, in what stock counts
	packs  int64            // counts in one ordered unit; a delivery is a multiple of it
	keep   []order.Schedule // promises that stand
	terms  DemandTerms
	demand atp.Demand
}

func (p *promising) run(ctx context.Context) error {
	o := p.work.Order()
	account, err := p.Customers.Account(ctx, o.Customer)
	if err != nil {
		return err
	}
	for i := range o.Lines {
		if err := p.gather(ctx, account, &o.Lines[i]); err != nil {
			return err
		}
	}
	if len(p.open) == 0 {
		return p.work.Decide(order.Decision{Outcome: order.Passed, Summary: "everything is promised"})
	}
	if err := p.rank(ctx, account); err != nil {
		return err
	}
	offer, err := p.reserve(ctx, account)
	if err != nil {
		return err
	}
	return p.book(offer)
}

// gather works out what of a line is not promised.
func (p *promising) gather(ctx context.Context, account party.Account, l *order.Line) error {
	if l.Rejection != nil {
		return nil
	}
	it, err := p.Items.Item(ctx, l.Item)
	if err != nil {
		return err
	}
	left, err := l.Deliverable().Sub(l.Shipped())
	if err != nil {
		return err
	}
	open := openLine{line: l, item: it}
	if open.count, err = it.Count(left); err != nil {
		return err
	}
	for _, s := range l.Schedules {
		stands, err := p.stands(s)
		if err != nil {
			return err
		}
		rest, err := openPart(&it, s)
		if err != nil {
			return err
		}
		if stands && rest.count > 0 {
			open.count -= rest.count
			open.keep = append(open.keep, rest.Schedule)
		}
	}
	if open.count == 0 {
		return nil
	}
	open.packs = packOf(&it, l, open.count)
	if p.Terms != nil {
		open.terms = p.Terms(p.work.Order(), l, account)
	}
	if p.Sourcing == nil {
		if err := p.ask(&open, account); err != nil {
			return err
		}
	}
	p.open = append(p.open, open)
	return nil
}

// ask makes the demand of a line at its site. There is none where the item is not
// stocked there.
func (p *promising) ask(open *openLine, account party.Account) error {
	o := p.work.Order()
	open.site = p.Site(o, open.line.Item)
	ref, err := p.Stock.Ref(open.line.Item, open.site)
	if unknown := (*atp.UnknownItemError)(nil); errors.As(err, &unknown) {
		return nil
	} else if err != nil {
		return err
	}
	open.demand = atp.Demand{
		ID: open.line.ID, Ref: ref, Quantity: open.count, Wanted: wanted(o, open.line), Placed: placed(o),
		Partial: partial(account), Pack: open.packs, Quotas: open.terms.Quotas, SafetyStock: open.terms.SafetyStock, MinLife: open.terms.MinLife,
		SingleLot: open.terms.SingleLot,
	}
	if p.Lane != nil {
		open.demand.Lane = p.Lane(o, open.site)
	}
	return nil
}

// stands tells whether the stock behind a schedule is still reserved.
func (p *promising) stands(s order.Schedule) (bool, error) {
	if s.Backordered() || s.Reservation == "" {
		return false, nil
	}
	r, err := p.Stock.Reservation(p.work.Now(), s.Reservation)
	if unknown := (*atp.UnknownKeyError)(nil); errors.As(err, &unknown) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return r.Status != atp.StatusExpired && r.Status != atp.StatusReleased, nil
}

func wanted(o *order.Order, l *order.Line) calendar.Date {
	for _, d := range []calendar.Date{l.RequestedDelivery, l.RequestedShip, o.Document.RequestedDelivery, o.Document.RequestedShip} {
		if !d.IsZero() {
			return d
		}
	}
	return calendar.Date{}
}

// placed is the day of an order, by which it is judged whether it came in time.
func placed(o *order.Order) calendar.Date {
	return firstDate(o.Document.Date, calendar.DateOf(o.Received))
}

func partial(a party.Account) atp.Partial {
	if a.Shipping.Delivery == party.DeliverLineComplete {
		return atp.Partial{}
	}
	most := atp.AnyNumber
	if a.Shipping.MaxDeliveries > 0 {
		most = a.Shipping.MaxDeliveries
	}
	return atp.Partial{AtMost: most}
}

// tries bounds how often a promise is made anew because another order was
// faster between the promise and the reservation.
const tries = 5

// offer is what the open lines can get.
type offer struct {
	lines []offered // as the open lines
	asked *sourcing.Order
	found finding.List
	why   PromiseAccount
	book  string // hash of the rule book that decided
}

// offered is what a line can get.
type offered struct {
	parts    []offeredPart
	unfilled int64 // in what stock counts
	takes    []atp.Line
	safety   bool // they may touch the safety stock
}

// offeredPart is what a site ships of a line on a day.
type offeredPart struct {
	site     string
	quantity int64 // in what stock counts of the line's item
	atp.Times
	substitute *order.Substitute
}

// offer asks what the open lines can get.
func (p *promising) offer(ctx context.Context, account party.Account) (offer, error) {
	if p.Sourcing != nil {
		return p.source(ctx, account)
	}
	together := atp.LineByLine
	if account.Shipping.Delivery == party.DeliverShipComplete {
		together = atp.ShipComplete
	}
	promises, err := p.promise(together)
	if err != nil {
		return offer{}, err
	}
	o := offer{lines: make([]offered, len(promises)), why: PromiseAccount{Ranks: p.ranks, Promises: promises}}
	if p.ranks != nil {
		o.book = p.ranks.Book
	}
	for i, one := range promises {
		l := &o.lines[i]
		l.takes, l.safety, l.unfilled = one.Lines(), p.open[i].demand.SafetyStock, one.Unfilled
		for _, d := range one.Deliveries {
			l.parts = append(l.parts, offeredPart{site: p.open[i].site, quantity: d.Quantity, Times: d.Times})
		}
	}
	return o, nil
}

// reserve asks and reserves.
func (p *promising) reserve(ctx context.Context, account party.Account) (offer, error) {
	var short *atp.ShortageError
	for range tries {
		o, err := p.offer(ctx, account)
		if err != nil {
			return o, err
		}
		if err = p.hold(&o); err == nil {
			return o, nil
		}
		if !errors.As(err, &short) {
			return offer{}, err
		}
	}
	return offer{}, fmt.Errorf("steps: the stock that was promised was taken by others %d times: %w", tries, short)
}

// hold reserves what the lines get, all of it or nothing. What may touch the safety stock
// is a reservation of its own, so that nothing else may.
func (p *promising) hold(o *offer) error {
	var all []atp.Reserved
	for _, safety := range []bool{false, true} {
		r := atp.Request{Key: p.key(safety), Hold: p.Hold, SafetyStock: safety, Placed: placed(p.work.Order())}
		for i := range o.lines {
			if o.lines[i].safety == safety {
				r.Lines = append(r.Lines, o.lines[i].takes...)
			}
		}
		if len(r.Lines) == 0 {
			continue
		}
		held, err := p.Stock.Reserve(p.work.Now(), r)
		if err != nil {
			for _, earlier := range all {
				if undone := p.Stock.UndoReserve(earlier); undone != nil {
					p.work.OnRefused(func() error { return undone }) // the desk must not go on
					return undone
				}
			}
			return err
		}
		if !held.Replayed {
			all = append(all, held)
		}
	}
	for _, held := range all {
		p.work.OnRefused(func() error { return p.Stock.UndoReserve(held) })
	}
	for _, held := range all {
		if err := p.work.Record(held); err != nil {
			return err
		}
	}
	return nil
}

// promise asks what the open lines can get, in whole ordered units. Lines
// whose item is not stocked at the site get nothing. Only if a line does not get
// all that it wants when it wants it, the promises come with an explanation: it
// goes through everything that is promised of an item, and takes its time.
func (p *promising) promise(together atp.Together) ([]atp.Promise, error) {
	demands := p.demands(together)
	got, err := p.Stock.PromiseAll(p.work.Now(), demands, together)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(got, fallsShort) {
		for i := range demands {
			demands[i].Explain = true
		}
		if got, err = p.Stock.PromiseAll(p.work.Now(), demands, together); err != nil {
			return nil, err
		}
	}
	promises := make([]atp.Promise, len(p.open))
	for i, l := range p.open {
		promises[i] = atp.Promise{ID: l.line.ID, Quantity: l.count, Unfilled: l.count}
	}
	for n, promise := range got {
		promises[p.served[n]] = promise
	}
	return promises, nil
}

// demands lists what is asked of the stock: nothing if everything has to be
// delivered together and something gets nothing.
func (p *promising) demands(together atp.Together) []atp.Demand {
	if together == atp.ShipComplete && len(p.served) < len(p.open) {
		return nil
	}
	demands := make([]atp.Demand, len(p.served))
	for n, i := range p.served {
		demands[n] = p.open[i].demand
	}
	return demands
}

// fallsShort tells that a line does not get all that it wants when it wants it.
func fallsShort(p atp.Promise) bool {
	return p.Unfilled > 0 || slices.ContainsFunc(p.Deliveries, func(d atp.Delivery) bool { return d.DaysLate > 0 })
}

// key names a reservation of this run: the order, and how many runs of the step
// there were before.
func (p *promising) key(safety bool) string {
	n := 1
	for _, d := range p.work.Order().Decisions {
		if d.Step == p.work.Step() {
			n++
		}
	}
	key := string(p.work.Order().ID) + "/" + strconv.Itoa(n)
	if safety {
		key += "/safety"
	}
	return key
}

// book records what the lines get as schedules.
func (p *promising) book(o offer) error {
	var event order.Promised
	short, instead := false, false
	for i, l := range p.open {
		event.Lines = append(event.Lines, l.promised(&o.lines[i], p.key(o.lines[i].safety)))
		short = short || o.lines[i].unfilled > 0
		for _, part := range o.lines[i].parts {
			if part.substitute != nil {
				instead = true
				o.found = append(o.found, substituted(p.path(&l), &l, &part))
			}
		}
	}
	if err := p.work.Record(event); err != nil {
		return err
	}
	if err := p.choose(&o); err != nil {
		return err
	}
	why, err := explain(o.why)
	if err != nil {
		return err
	}
	d := order.Decision{Outcome: order.Passed, Summary: "everything is promised", Findings: o.found, Book: o.book, Explanation: why}
	if instead {
		d.Outcome, d.Summary = order.Changed, "everything is promised, some of it as other items"
	}
	if short {
		d.Outcome, d.Summary = order.Changed, "not everything can be had; the rest is backordered"
	}
	return p.work.Decide(d)
}

// promised puts what a line gets beside the promises that stand.
func (l *openLine) promised(got *offered, key string) order.PromisedLine {
	line := order.PromisedLine{Line: l.line.ID, Schedules: l.keep}
	for _, d := range got.parts {
		line.Schedules = append(line.Schedules, order.Schedule{
			Quantity: l.item.Quantity(d.quantity), Ship: d.Ship, Deliver: d.Deliver, Site: d.site, Substitute: d.substitute,
			Reservation: key,
		})
	}
	if got.unfilled > 0 {
		line.Schedules = append(line.Schedules, order.Schedule{Quantity: l.item.Quantity(got.unfilled), Site: l.site})
	}
	number(l.line, line.Schedules)
	return line
}

// number gives schedules that have no id yet the next numbers of the line, upward,
// so that no number is used twice.
func number(l *order.Line, schedules []order.Schedule) {
	last := 0
	for _, s := range l.Schedules {
		if n, err := strconv.Atoi(s.ID); err == nil {
			last = max(last, n)
		}
	}
	for i := range schedules {
		if schedules[i].ID == "" {
			last++
			schedules[i].ID = strconv.Itoa(last)
		}
	}
}

// FoldStock makes the stock a fold of the desk: opening the desk rebuilds it.
func FoldStock(s *atp.Stock) desk.Fold { return stockFold{s} }

type stockFold struct{ stock *atp.Stock }

// Events returns the decoder of the engine\'s events.
func (f stockFold) Events() *journal.Codec { return atp.Events() }

// Apply lets an event of the journal happen to the engine.
func (f stockFold) Apply(_ journal.Event, event any) error { return f.stock.Apply(event) }
