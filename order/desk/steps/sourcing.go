package steps

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// Sourcer decides which sites ship an order; [sourcing.Network] does.
type Sourcer interface {
	Source(ctx context.Context, now time.Time, o sourcing.Order) (sourcing.Answer, error)
}

// Sourcing lets several sites ship an order (ATP-5). The rules of the network,
// and the ranks of its nodes, say which of them are preferred. Its answer, with
// the reasons, is the explanation of the step's decision.
//
// What the account says of deliveries holds. A line that goes complete comes from
// one site, on one day; so does an order that goes complete, all its lines together:
// it ships from the site that has all of it first, ties by rank, cost and id. Where
// the account bounds the deliveries of a line, fewer sites ship where they and what
// comes later would be too many.
type Sourcing struct {
	// Network knows the same stock as the step. Required.
	Network Sourcer
	// Routes are the ways to the order's customer, one from each site that may
	// ship it; none: nothing can be had. Required.
	Routes func(o *order.Order) []sourcing.Route
	// MaxShipments bounds the sites that ship an order. 0: any number.
	MaxShipments int
	// DropShip tells whether vendors may ship a line. Nil: those of orders of type
	// drop-ship.
	DropShip func(o *order.Order, l *order.Line) bool
	// Substitutes finds the items that may ship in the place of a line's, by relations
	// and by rules of what the customer accepts. They ship for what is not there of
	// the item on time, and make a schedule with a Substitute. The line stays the one
	// that was ordered: it is billed at its own price, whatever ships. A customer
	// whose account has NoSubstitutes gets none; what is superseded, and not delivered
	// any more, then waits. Nil: nothing ships but what was ordered.
	Substitutes Substitutes
}

// source asks the network what the open lines can get.
func (p *promising) source(ctx context.Context, account party.Account) (offer, error) {
	for i := range p.open {
		if t := &p.open[i].terms; t.SingleLot || len(t.Quotas) > 0 {
			return offer{}, errTermsOfOneSite
		}
	}
	var o offer
	asked, err := p.sourcingOrder(ctx, account, &o)
	if err != nil {
		return offer{}, err
	}
	answer, err := p.sourced(ctx, asked, account)
	if err != nil {
		return offer{}, err
	}
	o.asked, o.why.Sourcing, o.book = &asked, &answer, answer.Book
	for i := range p.open {
		l := &p.open[i]
		got := offeredBy(&answer, &asked.Lines[i])
		got.safety = l.terms.SafetyStock
		if l.site = p.keeper(l.line.Item, asked.Routes); len(got.parts) > 0 {
			l.site = got.parts[len(got.parts)-1].site
		}
		o.lines = append(o.lines, got)
	}
	return o, nil
}

// keeper is the site at which a line waits of which nothing can be had: the first by
// id that keeps the item; empty: there is none.
func (p *promising) keeper(item string, routes []sourcing.Route) (site string) {
	for i := range routes {
		r := &routes[i]
		if _, err := p.Stock.Ref(item, r.Site); err == nil && (site == "" || r.Site < site) {
			site = r.Site
		}
	}
	return site
}

// offeredBy lists what a line gets, earliest first. What goes of an item from one site
// at one time is one part.
func offeredBy(a *sourcing.Answer, l *sourcing.OrderLine) offered {
	got := offered{unfilled: l.Quantity}
	for i := range a.Shipments {
		for _, f := range a.Shipments[i].Parts {
			if f.Line != l.ID {
				continue
			}
			got.takes = append(got.takes, f.Promise.Lines()...)
			instead := substituteOf(l, f.Item)
			for _, d := range f.Promise.Deliveries {
				part := offeredPart{site: a.Shipments[i].Site, quantity: d.Quantity, Times: d.Times, substitute: instead}
				if instead != nil {
					part.quantity = d.Quantity / instead.Numerator * instead.Denominator
				}
				got.add(part)
			}
		}
	}
	slices.SortStableFunc(got.parts, func(a, b offeredPart) int { // those of one day stay in the order of sites
		return cmp.Or(a.Ship.Compare(b.Ship), a.Deliver.Compare(b.Deliver))
	})
	return got
}

// add adds a part, to the one of its item, site and time if there is one.
func (o *offered) add(part offeredPart) {
	o.unfilled -= part.quantity
	same := slices.IndexFunc(o.parts, func(p offeredPart) bool {
		return p.site == part.site && p.Times == part.Times && (p.substitute == nil) == (part.substitute == nil) &&
			(p.substitute == nil || *p.substitute == *part.substitute)
	})
	if same < 0 {
		o.parts = append(o.parts, part)
		return
	}
	o.parts[same].quantity += part.quantity
}

// sourcingOrder says what is open in the words of the network.
func (p *promising) sourcingOrder(ctx context.Context, account party.Account, into *offer) (sourcing.Order, error) {
	o := p.work.Order()
	asked := sourcing.Order{
		ID: string(o.ID), Account: account.ID, Class: p.class(account), Type: typeOf(&o.Document), Channel: o.Document.Source.Channel,
		Routes: p.Sourcing.Routes(o), MaxShipments: p.Sourcing.MaxShipments, Explain: true, Value: orderValue(o),
		Placed: placed(o),
	}
	for i := range p.open {
		l := &p.open[i]
		line := sourcing.OrderLine{
			ID: l.line.ID, Item: l.line.Item, Quantity: l.count, Pack: l.packs, Wanted: wanted(o, l.line),
			Whole: completeLine(account), Partial: partial(account),
			DropShip: o.Document.Type == order.DropShip, MinLife: l.terms.MinLife, SafetyStock: l.terms.SafetyStock,
		}
		if p.Sourcing.DropShip != nil {
			line.DropShip = p.Sourcing.DropShip(o, l.line)
		}
		if p.Sourcing.Substitutes != nil {
			if err := p.substitutes(ctx, &asked, l, &line, account, into); err != nil {
				return asked, err
			}
		}
		asked.Lines = append(asked.Lines, line)
	}
	samePacks(asked.Lines)
	return asked, nil
}

// orderValue is what the order is worth, nil where it is not priced.
func orderValue(o *order.Order) *money.Amount {
	total := o.Total()
	if total.Currency() == 0 {
		return nil
	}
	return &total
}

// completeLine tells that each line goes in one delivery.
func completeLine(a party.Account) bool {
	switch a.Shipping.Delivery {
	case party.DeliverLineComplete:
		return true
	case party.DeliverShipComplete: // all lines complete; the sites are tried one by one
		return false
	default:
		return a.Shipping.MaxDeliveries == 1
	}
}

// samePacks lets lines of one item that are ordered in different units be sourced
// together: those in larger units are not divided then, so that they stay whole.
func samePacks(lines []sourcing.OrderLine) {
	packs := make(map[string]int64, len(lines))
	mixed := make(map[string]bool)
	for _, l := range lines {
		if pack, known := packs[l.Item]; known && pack != l.Pack {
			mixed[l.Item] = true
		}
		packs[l.Item] = l.Pack
	}
	for i := range lines {
		l := &lines[i]
		if mixed[l.Item] {
			l.Whole, l.Pack = l.Whole || l.Pack > 1, 1
		}
	}
}

// sourced asks the network, within what the account says of deliveries.
func (p *promising) sourced(ctx context.Context, asked sourcing.Order, account party.Account) (sourcing.Answer, error) {
	if account.Shipping.Delivery == party.DeliverShipComplete {
		return p.fromOneSite(ctx, asked)
	}
	most := account.Shipping.MaxDeliveries
	for {
		answer, err := p.Sourcing.Network.Source(ctx, p.work.Now(), asked)
		if err != nil || most == 0 {
			return answer, err
		}
		if !fewer(&asked, &answer, most) {
			return answer, nil
		}
	}
}

// fewer asks for less where a line would come in more deliveries than it may: for
// fewer parts of what comes later, or else for fewer sites, or else for the whole line in
// one delivery. It reports whether there is less to ask for, so that asking ends.
func fewer(asked *sourcing.Order, a *sourcing.Answer, most int) bool {
	sites, again := 0, false
	for i := range asked.Lines {
		l := &asked.Lines[i]
		onTime, all := deliveries(a, l.ID)
		switch parts := min(most-onTime, l.Partial.AtMost-1); {
		case all <= most || l.Whole:
		case parts > 0: // less than before: other items and sites count their own
			l.Partial.AtMost, again = parts, true
		case asked.MaxShipments != 1:
			sites = max(sites, onTime)
		default:
			l.Whole, again = true, true
		}
	}
	if sites > 0 {
		if asked.MaxShipments > 0 {
			sites = min(sites, asked.MaxShipments)
		}
		asked.MaxShipments, again = max(min(sites, len(a.Shipments))-1, 1), true
	}
	return again
}

// deliveries counts those of a line: what is on time, and all. What goes from one site
// at one time is one.
func deliveries(a *sourcing.Answer, line string) (onTime, all int) {
	type delivery struct {
		site string
		atp.Times
	}
	early, every := make(map[delivery]bool), make(map[delivery]bool)
	for i := range a.Shipments {
		for _, f := range a.Shipments[i].Parts {
			if f.Line != line {
				continue
			}
			for _, d := range f.Promise.Deliveries {
				each := delivery{a.Shipments[i].Site, d.Times}
				every[each] = true
				if !f.Late {
					early[each] = true
				}
			}
		}
	}
	return len(early), len(every)
}

// fromOneSite finds the site that has all of the order first.
func (p *promising) fromOneSite(ctx context.Context, asked sourcing.Order) (sourcing.Answer, error) {
	asked.Together, asked.MaxShipments = atp.ShipComplete, 1
	routes := asked.Routes
	best, err := p.Sourcing.Network.Source(ctx, p.work.Now(), asked)
	if err != nil || len(best.Shipments) > 0 && !later(&best) {
		return best, err
	}
	// what is not there on time the network looks for where most is on time
	var last calendar.Date
	for i := range routes {
		asked.Routes = routes[i : i+1]
		one, err := p.Sourcing.Network.Source(ctx, p.work.Now(), asked)
		if err != nil {
			return one, err
		}
		if len(one.Shipments) == 0 {
			continue
		}
		_, day := one.Days()
		if last.IsZero() || cmp.Or(day.Compare(last), compareSites(&one.Shipments[0], &best.Shipments[0])) < 0 {
			best, last = one, day
		}
	}
	return best, nil
}

// later tells that something comes later than it is wanted.
func later(a *sourcing.Answer) bool {
	return slices.ContainsFunc(a.Shipments, func(s sourcing.Fulfilment) bool {
		return slices.ContainsFunc(s.Parts, func(f sourcing.FulfilmentPart) bool { return f.Late })
	})
}

// compareSites compares sites that have an order on the same day.
func compareSites(a, b *sourcing.Fulfilment) int {
	return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Cost, b.Cost), cmp.Compare(a.Site, b.Site))
}
