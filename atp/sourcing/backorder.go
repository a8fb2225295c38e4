package sourcing

import (
	"cmp"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// later is a promise of what is not there on time.
type later struct {
	part    part
	promise atp.Promise
	last    calendar.Date // the day on which all is there
	ships   bool
	rank    int
	cost    int64
}

// better compares by what stays open, then by day, then by the shipments that it takes, rank, cost and site.
func (a later) better(b later) bool {
	return cmp.Or(cmp.Compare(a.promise.Unfilled, b.promise.Unfilled), a.last.Compare(b.last),
		cmp.Compare(boolean(b.ships), boolean(a.ships)), cmp.Compare(a.rank, b.rank), cmp.Compare(a.cost, b.cost),
		cmp.Compare(a.part.site, b.part.site)) < 0
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// backorder promises what is not there on time for later.
func (r *run) backorder() error {
	for i, l := range r.lines {
		own, ok := l.late()
		quantity := int64(0)
		if ok {
			quantity = own.quantity(r.open[i]) / own.pack * own.pack
		}
		if quantity == 0 || l.Whole && (r.open[i] < l.Quantity || own.item != l.Item && !own.whole(l.Quantity, r.open[i])) {
			continue
		}
		var best later
		for s := range r.sites {
			found, ok, err := r.later(i, s, own, quantity)
			if err != nil {
				return err
			}
			if ok && (best.promise.Confirmed == 0 || found.better(best)) {
				best = found
			}
		}
		if best.promise.Confirmed > 0 {
			r.add(best.part)
		}
	}
	return nil
}

// later asks one site.
func (r *run) later(i, s int, own trade, quantity int64) (later, bool, error) {
	l, at := r.lines[i], r.sites[s]
	if !at.ships && r.order.MaxShipments > 0 && r.ships() >= r.order.MaxShipments {
		return later{}, false, nil
	}
	if at.node.MaxLines > 0 && !at.lines[l.ID] && len(at.lines) >= at.node.MaxLines {
		return later{}, false, nil
	}
	ref, why, err := r.eligible(l, at, own.item)
	if err != nil || why != NothingThere {
		return later{}, false, err
	}
	opinion, err := r.ask(l, at, own, r.open[i])
	if err != nil || opinion.exclude {
		return later{}, false, err
	}
	demand := r.demand(i, s, ref, quantity, own)
	demand.Partial = l.Partial
	if l.Whole {
		demand.Partial = atp.Partial{}
	}
	var demands []atp.Demand
	for _, p := range r.parts {
		if p.demand.Ref == ref {
			demands = append(demands, p.demand)
		}
	}
	promises, err := r.n.stock.PromiseAll(r.now, append(demands, demand), atp.LineByLine)
	if err != nil {
		return later{}, false, err
	}
	unit := max(at.route.UnitCost+at.route.WeightCost*l.Weight+opinion.unit, 0)
	found := later{promise: promises[len(promises)-1], ships: at.ships}
	if found.promise.Confirmed == 0 {
		return later{}, false, nil
	}
	if unit > maxCost/atp.MaxLines/found.promise.Confirmed {
		return later{}, false, refuse("source", "add up to more than 2^62", "costs")
	}
	found.last = found.promise.Deliveries[len(found.promise.Deliveries)-1].Deliver
	found.rank, found.cost = at.taste.shipment()
	if !at.ships {
		found.cost += unit * found.promise.Confirmed
	} else {
		found.cost = unit * found.promise.Confirmed
	}
	found.part = part{demand: demand, line: i, site: s, trade: own, late: true, cost: unit * found.promise.Confirmed}
	return found, true, nil
}

// ships is the number of sites that ship something.
func (r *run) ships() (n int) {
	for _, at := range r.sites {
		n += boolean(at.ships)
	}
	return n
}
