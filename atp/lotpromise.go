package atp

import (
	"cmp"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// maxTrials bounds how many deliveries are tried out where goods expire between them; see Demand.fading.
const maxTrials = 2000

// lotDeliveries picks the deliveries of a demand that asks for goods that last, or for a lot, or of an item with lots.
// Where quotas bound it too, deliveries are chosen as for items whose goods do not expire: of what can be had together on
// one day, which is there, but may be less than goods that come and go.
func (p *plan) lotDeliveries(v *view, i int, d Demand, first calendar.Date) ([]Delivery, *allotted, error) {
	from := d.source(v)
	day, err := p.notBefore(d, first)
	if err != nil {
		return nil, nil, err
	}
	limited, quotas, err := p.within(i, d, from, day)
	var deliveries []Delivery
	var steps []step
	switch {
	case err != nil:
	case v.lots == nil || d.Partial.AtMost <= 1 || quotas != nil:
		steps, err = d.steps(limited, day)
		deliveries = d.choose(steps)
	default:
		deliveries, err = d.fading(from, day)
	}
	if err = cmp.Or(err, from.err); err != nil {
		return nil, nil, err
	}
	for k := range deliveries {
		part := &deliveries[k]
		part.Takes = from.lines(part.Start, part.Quantity)
		v.take(part.Start, part.Takes[0].GoodThrough, part.Takes[0].Lot, part.Quantity)
	}
	return deliveries, quotas, from.err
}

// notBefore is the first day on which goods are taken so that they are not delivered before the floor, where they can be
// later.
func (p *plan) notBefore(d Demand, first calendar.Date) (calendar.Date, error) {
	if p.floor.IsZero() {
		return first, nil
	}
	t, err := d.until(p.floor)
	if err != nil || !t.Start.After(first) {
		return first, err
	}
	return t.Start, nil
}

// fading picks the deliveries of a demand that may be split where goods expire: what can be had on one day may be gone
// on a later one, and both together may be more than either. A delivery takes all that can be had on its day, the
// earliest first: for the days of the deliveries, whatever they are, that is both the most and the least late, since
// what claims of several days can have together is the rank of a matroid. Which days they are is found by trying,
// earlier days first and maxTrials times at most: the most goods, then the least quantity x days late, then the earlier
// first delivery, then fewer. Where nothing of what is wanted expires in between, it is the choice that ordinary items
// have.
//
// With packs the ranks are rounded down, and what a pack takes on one day may cost a pack on each of two later ones. So
// fewer packs than can be had are tried as well, with as many trials again.
func (d Demand) fading(from *lotSource, first calendar.Date) ([]Delivery, error) {
	loose := d
	loose.Pack = 1
	f := fader{demand: loose, from: from, ledger: from.view.lots, wanted: d.Wanted, trials: maxTrials}
	f.list(first)
	before := f.ledger.mark()
	all := f.all()
	f.ledger.reset(before)
	if f.err != nil || d.pack() == 1 && f.allowed(all) {
		return all, f.err
	}
	steps, err := loose.steps(from, first)
	if err == nil && lasting(steps, all) {
		steps, err = d.steps(from, first)
		return d.choose(steps), err
	}
	if err != nil {
		return nil, err
	}
	f.demand = d
	f.try(0, trial{})
	if d.pack() > 1 {
		f.fewer, f.trials = true, maxTrials
		f.try(0, trial{})
	}
	return f.best.made, f.err
}

// fader tries out deliveries of an item whose goods expire.
type fader struct {
	demand Demand
	from   *lotSource
	ledger *ledger
	wanted calendar.Date
	days   []calendar.Date // on which there may be more than before
	trials int
	fewer  bool // deliveries of fewer packs than can be had are tried, too
	best   trial
	err    error
}

// trial is some deliveries.
type trial struct {
	made  []Delivery
	total int64
	cost  int64 // quantity x days late
}

func (a trial) better(b trial) bool {
	switch {
	case a.total != b.total:
		return a.total > b.total
	case a.cost != b.cost:
		return a.cost < b.cost
	case len(a.made) == 0 || len(b.made) == 0:
		return false
	case a.made[0].Deliver != b.made[0].Deliver:
		return a.made[0].Deliver.Before(b.made[0].Deliver)
	}
	return len(a.made) < len(b.made)
}

// list lists the days on which there may be more than before.
func (f *fader) list(first calendar.Date) {
	f.days = append(f.days, first)
	add := func(day calendar.Date) {
		if day.After(f.days[len(f.days)-1]) {
			f.days = append(f.days, day)
		}
	}
	for _, i := range f.ledger.arrivals {
		add(f.ledger.supplies[i].from)
	}
	if v := f.from.view; v.endless {
		add(v.last.AddDays(1))
	}
}

// all delivers goods as they come.
func (f *fader) all() []Delivery {
	var all []Delivery
	left := f.demand.Quantity
	for _, day := range f.days {
		for left > 0 {
			part := f.at(day, left)
			if part.Quantity == 0 {
				break
			}
			f.take(part)
			left -= part.Quantity
			all = append(all, part)
		}
	}
	return all
}

// at is a delivery of the goods of a day, of up to a quantity; of nothing where there are none.
func (f *fader) at(day calendar.Date, most int64) Delivery {
	n := f.demand.whole(min(f.from.atp(day), most))
	if n == 0 || f.from.err != nil {
		f.err = f.from.err
		return Delivery{}
	}
	times := Times{Start: day, Ship: day, Deliver: day}
	if f.demand.Lane != nil {
		if times, f.err = f.demand.Lane.Forward(f.from.view.p.site.calendar, day); f.err != nil {
			return Delivery{}
		}
	}
	if f.wanted.IsZero() {
		f.wanted = times.Deliver
	}
	return Delivery{Quantity: n, Times: times, DaysLate: max(times.Deliver.Sub(f.wanted), 0)}
}

func (f *fader) take(part Delivery) {
	line := f.from.lines(part.Start, part.Quantity)[0]
	f.ledger.take(line.Date, line.GoodThrough, line.Lot, line.Quantity)
}

// allowed reports whether the demand takes these deliveries.
func (f *fader) allowed(made []Delivery) bool {
	if len(made) > f.demand.Partial.AtMost {
		return false
	}
	left := f.demand.Quantity
	for _, part := range made {
		if left -= part.Quantity; part.Quantity < f.demand.Partial.Minimum && left > 0 {
			return false
		}
	}
	return true
}

// lasting reports whether what can be had on each day together is what comes by then.
func lasting(steps []step, all []Delivery) bool {
	if len(steps) != len(all) {
		return false
	}
	var sum int64
	for i, part := range all {
		if sum += part.Quantity; steps[i].cumulative != sum || steps[i].Start != part.Start {
			return false
		}
	}
	return true
}

// try tries out the deliveries that may follow.
func (f *fader) try(first int, t trial) {
	if t.better(f.best) {
		f.best = trial{made: slices.Clone(t.made), total: t.total, cost: t.cost}
	}
	p := f.demand.Partial
	left := f.demand.Quantity - t.total
	if left == 0 || len(t.made) == p.AtMost || f.best.total == f.demand.Quantity && t.cost > f.best.cost {
		return
	}
	for i := first; i < len(f.days) && f.trials > 0 && f.err == nil; i++ {
		part := f.at(f.days[i], left)
		for part.Quantity > 0 && (part.Quantity >= p.Minimum || part.Quantity == left) && f.trials > 0 {
			f.trials--
			before := f.ledger.mark()
			f.take(part)
			f.try(i, trial{
				made: append(t.made, part), total: t.total + part.Quantity, cost: t.cost + part.Quantity*int64(part.DaysLate),
			})
			f.ledger.reset(before)
			if !f.fewer {
				break
			}
			part.Quantity -= f.demand.Pack
		}
	}
}
