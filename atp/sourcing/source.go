package sourcing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Source decides which nodes ship an order, and promises it from there; it holds nothing. First the ordered items are
// sourced on time, in the best way. Then, alternative by alternative, what is missing is sought from the items that
// may take their place, with no further shipment where that can be. What is missing still is promised for later, as
// Order.Late says, by the item itself. The answer does not depend on the order of lines and routes.
//
// Lines of one item share what a site has by the latest of their days. Where several of them want it on an earlier day,
// they may be planned on time together with more than there is by then; the parts that come later say so by Late.
//
// The errors are *atp.RequestError, *calendar.RangeError where a day lies outside a calendar, those of the rules and
// that of ctx.
func (n *Network) Source(ctx context.Context, now time.Time, o Order) (Answer, error) {
	if err := o.check(n); err != nil {
		return Answer{}, err
	}
	r := newRun(ctx, n, now, &o)
	for round := 0; ; round++ {
		more, err := r.round(round)
		if err != nil {
			return Answer{}, err
		}
		if !more {
			break
		}
	}
	if o.Late == Backorder {
		if err := r.backorder(); err != nil {
			return Answer{}, err
		}
	}
	return r.finish()
}

// run is one order on its way through the network.
type run struct {
	n      *Network
	ctx    context.Context // of the call that the run belongs to
	now    time.Time
	order  *Order
	book   *RuleBook
	lines  []*OrderLine // by id
	open   []int64      // by line, in units of its item
	starts map[startKey]start
	sites  []*siteRun // by site
	parts  []part
	answer Answer
}

type startKey struct {
	site   int
	wanted calendar.Date
}

// start is the day on which goods have to be there.
type start struct {
	day calendar.Date
	far bool // nothing that starts now arrives in time
	way int  // days until they are at the customer's
}

// siteRun is a node in a run.
type siteRun struct {
	node  *Node
	route *Route
	taste taste
	taken map[string]int64 // by item: what earlier rounds take
	lines map[string]bool  // that it ships
	ships bool
}

// part is a demand at a site.
type part struct {
	demand atp.Demand
	line   int
	site   int
	trade  trade
	late   bool
	cost   int64 // of all units
}

func newRun(ctx context.Context, n *Network, now time.Time, o *Order) *run {
	r := &run{n: n, ctx: ctx, now: now, order: o, starts: make(map[startKey]start), answer: Answer{Order: o.ID}}
	if n.rules != nil {
		r.book = n.rules.Book()
		r.answer.Book = r.book.Hash()
	}
	for i := range o.Lines {
		r.lines = append(r.lines, &o.Lines[i])
	}
	slices.SortFunc(r.lines, func(a, b *OrderLine) int { return cmp.Compare(a.ID, b.ID) })
	for _, l := range r.lines {
		r.open = append(r.open, l.Quantity)
		r.answer.Lines = append(r.answer.Lines, LineAnswer{ID: l.ID, Item: l.Item, Quantity: l.Quantity})
	}
	for i := range o.Routes {
		route := &o.Routes[i]
		node := n.nodes[route.Site]
		r.sites = append(r.sites, &siteRun{
			node: node, route: route, taste: taste{rank: node.Rank, cost: route.Cost}, taken: make(map[string]int64),
			lines: make(map[string]bool),
		})
	}
	slices.SortFunc(r.sites, func(a, b *siteRun) int { return cmp.Compare(a.node.Site, b.node.Site) })
	return r
}

// wanted is the day on which a line is wanted.
func (r *run) wanted(l *OrderLine) calendar.Date {
	if !l.Wanted.IsZero() {
		return l.Wanted
	}
	return r.order.Wanted
}

// start finds the day on which goods have to be at a site to arrive in time: the latest, or now where they are wanted
// as soon as possible.
func (r *run) start(s int, wanted calendar.Date) (start, error) {
	key := startKey{s, wanted}
	if known, ok := r.starts[key]; ok {
		return known, nil
	}
	at, found := r.sites[s], start{day: wanted}
	if lane := at.route.Lane; lane != nil {
		first, err := at.node.Calendar.StartDay(r.now)
		if err != nil {
			return start{}, err
		}
		times, err := lane.Forward(at.node.Calendar, first)
		late := err == nil && !wanted.IsZero() && wanted.Before(times.Deliver) // by years, perhaps, that no calendar has
		if err == nil && !wanted.IsZero() && !late {
			times, err = lane.Backward(at.node.Calendar, wanted)
		}
		if err != nil {
			return start{}, err
		}
		found = start{day: times.Start, far: late, way: times.Deliver.Sub(times.Start)}
	} else if today := calendar.DateOf(r.now.In(at.node.Calendar.Location())); !wanted.IsZero() && wanted.Before(today) {
		found.far = true
	}
	r.starts[key] = found
	return found, nil
}

// round sources what is open of the ordered items, or of an alternative, and reports whether there is a further one.
func (r *run) round(round int) (more bool, err error) {
	p, trades, reasons, err := r.problem(round)
	if err != nil {
		return false, err
	}
	if len(p.Lines) > 0 {
		plan, err := Solve(p)
		if err != nil {
			return false, err
		}
		r.take(plan, trades)
		if round == 0 {
			r.answer.Score, r.answer.Bound, r.answer.Proven, r.answer.Others = plan.Score, plan.Bound, plan.Proven, plan.Others
		}
		r.note(plan, trades, reasons)
	}
	for i, l := range r.lines {
		more = more || r.open[i] > 0 && round+1 < l.rounds()
	}
	return more, nil
}

// problem puts a round into numbers.
func (r *run) problem(round int) (Problem, map[int]trade, map[[2]int]SiteReason, error) {
	p := Problem{Effort: r.n.effort, Explain: r.order.Explain && round == 0}
	trades := make(map[int]trade, len(r.lines))
	reasons := make(map[[2]int]SiteReason)
	packs := make(map[string]int64)
	for i, l := range r.lines {
		t, ok := l.trade(round)
		if !ok || t.quantity(r.open[i]) == 0 || r.divides(i, round, t) {
			continue
		}
		if known := packs[t.item]; known > 0 {
			if t.pack, ok = lcm(known, t.pack); !ok {
				continue
			}
		}
		packs[t.item] = t.pack
		trades[i] = t
	}
	sites := make([]Site, len(r.sites))
	free := r.order.MaxShipments
	for s, at := range r.sites {
		sites[s] = Site{ID: at.node.Site, Open: at.ships, MaxLines: at.node.MaxLines}
		if at.ships {
			free--
		}
	}
	for i := range r.lines {
		t, ok := trades[i]
		if !ok {
			continue
		}
		if t.pack = packs[t.item]; r.divides(i, round, t) { // for the packs of other lines
			delete(trades, i)
			continue
		}
		trades[i] = t
		p.Lines = append(p.Lines, r.line(i, t))
		for s, at := range r.sites {
			if r.order.MaxShipments > 0 && free <= 0 && !at.ships {
				continue
			}
			reason, unit, err := r.offer(i, s, t)
			if err != nil {
				return Problem{}, nil, nil, err
			}
			reasons[[2]int{i, s}] = reason
			if reason.Available > 0 && reason.Why == NothingThere {
				sites[s].Offers = append(sites[s].Offers, Offer{
					Line: r.lines[i].ID, Available: reason.Available, UnitCost: unit,
				})
			}
		}
	}
	p.MaxShipments = max(free, 0)
	r.finishSites(sites)
	p.Sites = sites
	return p, trades, reasons, nil
}

// divides reports whether what a line is asked of can stand only for a part of it, though the line is not to be divided:
// an item in the place of another, or one in the packs of other lines. Beyond its own packs a line may have a rest.
func (r *run) divides(i, round int, t trade) bool {
	l := r.lines[i]
	own := round == 0 && t.item == l.Item && t.pack == max(l.Pack, 1)
	return l.Whole && !own && !t.whole(l.Quantity, r.open[i])
}

// finishSites gives sites what only all rules together say, and what earlier rounds have left of MaxLines.
func (r *run) finishSites(sites []Site) {
	for s, at := range r.sites {
		sites[s].Rank, sites[s].Cost = at.taste.shipment()
		if at.node.MaxLines == 0 {
			continue
		}
		if sites[s].MaxLines -= len(at.lines); sites[s].MaxLines <= 0 {
			sites[s].MaxLines = 0
			sites[s].Offers = slices.DeleteFunc(sites[s].Offers, func(o Offer) bool { return !at.lines[o.Line] })
		}
	}
}

func (r *run) line(i int, t trade) Line {
	l := r.lines[i]
	least := min(l.Minimum, l.Quantity)
	return Line{
		ID: l.ID, Item: t.item, Quantity: t.quantity(r.open[i]), Whole: l.Whole, Pack: t.pack,
		Minimum: t.quantity((least + t.denominator - 1) / t.denominator * t.denominator),
	}
}

// offer finds what a site has for a line on time. Where it may not ship the line, Why says so; NothingThere stands for
// none of that.
func (r *run) offer(i, s int, t trade) (reason SiteReason, unit int64, err error) {
	l, at := r.lines[i], r.sites[s]
	reason = SiteReason{Site: at.node.Site, Item: t.item}
	ref, why, err := r.eligible(l, at, t.item)
	if err != nil || why != NothingThere {
		reason.Why = why
		return reason, 0, err
	}
	opinion, err := r.ask(l, at, t, r.open[i])
	if err != nil {
		return reason, 0, err
	}
	reason.Rules = opinion.rules
	if opinion.exclude {
		reason.Why = RuledOut
		return reason, 0, nil
	}
	unit = max(at.route.UnitCost+at.route.WeightCost*l.Weight+opinion.unit, 0)
	begin, err := r.start(s, r.wanted(l))
	if err != nil {
		return reason, 0, err
	}
	if begin.far {
		reason.Why = TooFar
		return reason, unit, nil
	}
	has, err := r.n.stock.ATP(r.now, atp.Query{
		Ref: ref, Date: begin.day, Placed: r.order.Placed, MinLife: begin.way + l.MinLife, SafetyStock: l.SafetyStock,
		Replaces: r.order.Replaces,
	})
	if err != nil {
		return reason, 0, err
	}
	reason.Available = max(min(has, atp.MaxQuantity*atp.MaxLines)-at.taken[t.item], 0)
	return reason, unit, nil
}

// eligible says why a site may not ship a line, whatever it has; NothingThere where it may.
func (r *run) eligible(l *OrderLine, at *siteRun, item string) (atp.Ref, Why, error) {
	switch {
	case len(at.node.Accounts) > 0 && !slices.Contains(at.node.Accounts, r.order.Account):
		return atp.Ref{}, NotForCustomer, nil
	case at.node.Kind == Vendor && !l.DropShip:
		return atp.Ref{}, NoDropShipment, nil
	}
	ref, err := r.n.stock.Ref(item, at.node.Site)
	var unknown *atp.UnknownItemError
	if errors.As(err, &unknown) {
		return ref, NotStocked, nil
	}
	return ref, NothingThere, err
}

// take makes demands of a plan.
func (r *run) take(plan Plan, trades map[int]trade) {
	for _, ship := range plan.Shipments {
		s := slices.IndexFunc(r.sites, func(at *siteRun) bool { return at.node.Site == ship.Site })
		for _, p := range ship.Parts {
			i := slices.IndexFunc(r.lines, func(l *OrderLine) bool { return l.ID == p.Line })
			ref, err := r.n.stock.Ref(p.Item, ship.Site)
			if err != nil {
				continue // an item that was there a moment ago does not go
			}
			r.sites[s].taken[p.Item] += p.Quantity
			r.add(part{demand: r.demand(i, s, ref, p.Quantity, trades[i]), line: i, site: s, trade: trades[i], cost: p.Cost})
		}
	}
}

func (r *run) demand(i, s int, ref atp.Ref, quantity int64, t trade) atp.Demand {
	l := r.lines[i]
	return atp.Demand{
		ID: l.ID, Ref: ref, Quantity: quantity, Pack: t.pack, Wanted: r.wanted(l), Placed: r.order.Placed,
		Lane: r.sites[s].route.Lane, Replaces: r.order.Replaces, MinLife: l.MinLife, SafetyStock: l.SafetyStock,
		Explain: r.order.Explain,
	}
}

func (r *run) add(p part) {
	r.parts = append(r.parts, p)
	r.open[p.line] -= p.trade.units(p.demand.Quantity)
	at := r.sites[p.site]
	at.ships = true
	at.lines[r.lines[p.line].ID] = true
}

// note keeps the reasons of a round.
func (r *run) note(plan Plan, trades map[int]trade, reasons map[[2]int]SiteReason) {
	if !r.order.Explain {
		return
	}
	ships := make(map[[2]string]int64)
	for _, s := range plan.Shipments {
		for _, p := range s.Parts {
			ships[[2]string{p.Line, s.Site}] = p.Quantity
		}
	}
	why := make(map[[2]string]Why)
	for _, p := range plan.Passed {
		why[[2]string{p.Line, p.Site}] = p.Why
	}
	for i, l := range r.lines {
		if _, ok := trades[i]; !ok {
			continue
		}
		for s, at := range r.sites {
			reason, ok := reasons[[2]int{i, s}]
			if !ok {
				continue
			}
			key := [2]string{l.ID, at.node.Site}
			reason.Ships = ships[key]
			if reason.Why == NothingThere {
				reason.Why = why[key]
			}
			r.answer.Lines[i].Sites = append(r.answer.Lines[i].Sites, reason)
		}
	}
}

// finish promises all parts and puts them in order.
func (r *run) finish() (Answer, error) {
	whole := r.order.Together == atp.ShipComplete
	missing := slices.ContainsFunc(r.open, func(n int64) bool { return n > 0 })
	if len(r.parts) == 0 || whole && missing {
		return r.nothing(), nil
	}
	demands := make([]atp.Demand, len(r.parts))
	for i := range r.parts {
		demands[i] = r.parts[i].demand
	}
	promises, err := r.n.stock.PromiseAll(r.now, demands, r.order.Together)
	if err != nil {
		return Answer{}, fmt.Errorf("sourcing: order %q: %w", r.order.ID, err)
	}
	if whole && slices.ContainsFunc(promises, func(p atp.Promise) bool { return p.Unfilled > 0 }) {
		return r.nothing(), nil
	}
	for s, at := range r.sites {
		rank, cost := at.taste.shipment()
		ship := Fulfilment{Site: at.node.Site, Kind: at.node.Kind, Rank: rank, Cost: cost}
		for i := range r.parts {
			if p := &r.parts[i]; p.site == s && promises[i].Confirmed > 0 {
				r.put(&ship, p, promises[i])
			}
		}
		if ship.Parts != nil {
			slices.SortStableFunc(ship.Parts, func(a, b FulfilmentPart) int { return cmp.Compare(a.Line, b.Line) })
			r.answer.Shipments = append(r.answer.Shipments, ship)
		}
	}
	for i := range r.answer.Lines {
		l := &r.answer.Lines[i]
		l.Unfilled = l.Quantity - l.Confirmed
	}
	slices.SortStableFunc(r.answer.Purchases, func(a, b Purchase) int {
		return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Line, b.Line), a.Ship.Compare(b.Ship))
	})
	return r.answer, nil
}

func (r *run) put(ship *Fulfilment, p *part, promise atp.Promise) {
	stands := p.trade.units(promise.Confirmed)
	ship.Cost += p.cost
	ship.Parts = append(ship.Parts, FulfilmentPart{
		Line: r.lines[p.line].ID, Item: p.trade.item, For: stands, Reason: p.trade.reason, Promise: promise,
		Late: p.late || r.misses(p, promise),
	})
	r.answer.Lines[p.line].Confirmed += stands
	if ship.Kind != Vendor {
		return
	}
	for _, d := range promise.Deliveries {
		r.answer.Purchases = append(r.answer.Purchases, Purchase{
			Site: ship.Site, Line: r.lines[p.line].ID, Item: p.trade.item, Quantity: d.Quantity, Ship: d.Ship, Deliver: d.Deliver,
		})
	}
}

// misses reports that what was planned for the wanted day comes later: several lines want the item on one day, and the
// plan counted for each of them what another had, or the stock has changed.
func (r *run) misses(p *part, promise atp.Promise) bool {
	wanted := r.wanted(r.lines[p.line])
	return !wanted.IsZero() && r.order.Together != atp.ShipComplete &&
		slices.ContainsFunc(promise.Deliveries, func(d atp.Delivery) bool { return d.Deliver.After(wanted) })
}

// nothing is the answer when nothing ships.
func (r *run) nothing() Answer {
	for i := range r.answer.Lines {
		l := &r.answer.Lines[i]
		l.Unfilled = l.Quantity
	}
	return r.answer
}
