package atp

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// together promises all demands for one day, so that the order is delivered together: the first on which all can be had. What
// can be had earlier can be had then, and what keeps is moved there. Where no day has all, none has anything.
func (p *plan) together(now time.Time, demands []Demand) ([]Promise, error) {
	promises, day, err := p.common(now, demands)
	if err != nil {
		return nil, err
	}
	if day.IsZero() {
		for i := range promises {
			promises[i].Confirmed, promises[i].Unfilled, promises[i].Deliveries = 0, promises[i].Quantity, nil
		}
		return promises, nil
	}
	for i, d := range demands {
		if d.byLot() {
			continue
		}
		if err := d.delay(&promises[i].Deliveries[0], day); err != nil {
			return nil, err
		}
	}
	return promises, nil
}

// shifts reports whether what the demand takes on one day need not be there, or be the best to take, on a later one: goods
// expire, and of a stocked kit more may be put together by then.
func (d Demand) shifts() bool { return d.byLot() || d.Stocked && len(d.Kit) > 0 }

// common finds the first day on which all demands can be had, no date where there is none, and what they get, before what
// keeps is moved to that day.
//
// Where nothing shifts, it is the latest of the days that the demands get one after the other. Else what one takes on an
// earlier day may be what another needs later. So days are tried, from the first that each demand could have without the
// others: those on which more can be had of anything than before. On each day the demands are served for that day.
func (p *plan) common(now time.Time, demands []Demand) ([]Promise, calendar.Date, error) {
	if slices.ContainsFunc(demands, Demand.shifts) {
		alone, err := p.alone(now, demands)
		if err != nil {
			return nil, calendar.Date{}, err
		}
		for _, day := range p.days(demands, latest(alone)) {
			promises, err := p.on(now, demands, day)
			if err != nil {
				return nil, calendar.Date{}, err
			}
			if promises != nil {
				sinceFirst(demands, alone, promises)
				return promises, day, nil
			}
		}
		p.again(demands)
		p.floor = calendar.Date{}
		promises, err := p.promises(now, demands, ShipComplete)
		return promises, calendar.Date{}, err
	}
	promises, err := p.promises(now, demands, ShipComplete)
	return promises, latest(promises), err
}

// alone promises each demand as if it were the only one.
func (p *plan) alone(now time.Time, demands []Demand) ([]Promise, error) {
	promises := make([]Promise, len(demands))
	for i, d := range demands {
		d.Partial = Partial{}
		var err error
		if promises[i], err = p.promise(now, i, d); err != nil {
			return nil, err
		}
		p.again(demands)
	}
	return promises, nil
}

// sinceFirst counts days late from the first possible day, where none was wanted.
func sinceFirst(demands []Demand, alone, promises []Promise) {
	for i, d := range demands {
		if part := &promises[i].Deliveries[0]; d.Wanted.IsZero() {
			part.DaysLate = part.Deliver.Sub(alone[i].Deliveries[0].Deliver)
		}
	}
}

// on promises the demands for a day, the strictest first; none where one cannot be had by then.
func (p *plan) on(now time.Time, demands []Demand, day calendar.Date) ([]Promise, error) {
	p.again(demands)
	p.floor = day
	promises := make([]Promise, len(demands))
	for _, i := range strictest(demands) {
		d := demands[i]
		d.Partial = Partial{}
		one, err := p.promise(now, i, d)
		if err != nil || one.Unfilled > 0 || one.Deliveries[0].Deliver.After(day) {
			return nil, err
		}
		promises[i] = one
	}
	return promises, nil
}

// strictest orders demands by how little choice they have: those for a lot, for a single lot, for goods that last longest,
// and the kits that can be had in two ways last. Among the others, which take any lot that lasts, the order makes no
// difference: what each may take leaves all before it served.
func strictest(demands []Demand) []int {
	choice := func(d Demand) int {
		switch {
		case d.Lot != "":
			return 0
		case d.SingleLot:
			return 1
		case d.Stocked && len(d.Kit) > 0:
			return 3
		}
		return 2
	}
	order := make([]int, len(demands))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := demands[i], demands[j]
		if c := cmp.Or(cmp.Compare(choice(a), choice(b)), cmp.Compare(b.MinLife, a.MinLife)); c != 0 || !a.SingleLot {
			return c
		}
		return cmp.Compare(b.Quantity, a.Quantity)
	})
	return order
}

// days lists a day of delivery, and the later ones on which more can be had than before: where supply comes in, or a quota
// begins, and goods leave then. None where there is no such day.
func (p *plan) days(demands []Demand, from calendar.Date) []calendar.Date {
	if from.IsZero() {
		return nil
	}
	days := []calendar.Date{from}
	for i, d := range demands {
		for on := range p.changes(i, d) {
			if t, err := d.after(on); err == nil && t.Deliver.After(from) { // a way that leads nowhere delivers nothing
				days = append(days, t.Deliver)
			}
		}
	}
	slices.SortFunc(days, calendar.Date.Compare)
	return slices.Compact(days)
}

// changes gives the days on which more can be had than before of what the i-th demand takes.
func (p *plan) changes(i int, d Demand) iter.Seq[calendar.Date] {
	return func(yield func(calendar.Date) bool) {
		for at := range d.items() {
			v := p.bare(at)
			for _, peg := range v.supplies(d.scope(at), true).supplies {
				if !yield(v.usable(peg.Due)) {
					return
				}
			}
			if v.endless && !yield(v.last.AddDays(1)) {
				return
			}
		}
		for at := range p.drawnBy(i) {
			for _, period := range at.quota.periods {
				if !yield(period.From) || !period.Opens.IsZero() && !yield(period.Opens) || !yield(period.To.AddDays(1)) {
					return
				}
			}
		}
	}
}

// after is the way to the customer of what leaves on a day or soon after.
func (d Demand) after(day calendar.Date) (Times, error) {
	if d.Lane == nil {
		return Times{Start: day, Ship: day, Deliver: day}, nil
	}
	return d.Lane.Forward(d.Ref.p.site.calendar, day)
}

// latest is the day of the latest promise; no date where one has nothing.
func latest(promises []Promise) calendar.Date {
	var latest calendar.Date
	for _, p := range promises {
		if p.Unfilled > 0 {
			return calendar.Date{}
		}
		if d := p.Deliveries[0].Deliver; latest.Before(d) {
			latest = d
		}
	}
	return latest
}

// delay moves a delivery to a later day. Where the lane reaches no customer on that very day, the goods leave as late as
// brings them there before.
func (d Demand) delay(delivery *Delivery, until calendar.Date) error {
	if !delivery.Deliver.Before(until) {
		return nil
	}
	t, err := d.until(until)
	if err != nil || !t.Start.After(delivery.Start) {
		return err
	}
	if d.Wanted.IsZero() {
		delivery.DaysLate += t.Deliver.Sub(delivery.Deliver)
	} else {
		delivery.DaysLate = max(t.Deliver.Sub(d.Wanted), 0)
	}
	delivery.Times = t
	for i := range delivery.Takes {
		delivery.Takes[i].Date = t.Start
		if d.MinLife > 0 {
			delivery.Takes[i].GoodThrough = t.Deliver.AddDays(d.MinLife)
		}
	}
	return nil
}

// until is the latest way to the customer that is there by a day.
func (d Demand) until(day calendar.Date) (Times, error) {
	if d.Lane == nil {
		return Times{Start: day, Ship: day, Deliver: day}, nil
	}
	return d.Lane.Backward(d.Ref.p.site.calendar, day)
}
