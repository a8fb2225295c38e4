package substitution

import (
	"slices"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// mix takes from all candidates, the first of them first, on as many days as are allowed.
func (f *filling) mix() []take {
	var days []calendar.Date
	for _, s := range f.sources {
		for _, d := range s.steps {
			days = append(days, d.Deliver)
		}
	}
	slices.SortFunc(days, calendar.Date.Compare)
	days = slices.Compact(days)
	if f.demand.AtMost <= 1 {
		for _, day := range days {
			if takes := f.take([]calendar.Date{day}); f.complete(takes) {
				return takes
			}
		}
		return nil
	}
	all := f.take(days)
	var grows []atp.ScheduleLine // what is there by the days on which something is taken
	var sum int64
	for _, t := range all {
		sum += f.sources[t.source].ratio.units(t.quantity)
		if last := len(grows) - 1; last >= 0 && grows[last].Date == t.day {
			grows[last].Quantity = sum
		} else {
			grows = append(grows, atp.ScheduleLine{Date: t.day, Quantity: sum})
		}
	}
	days = days[:0]
	for _, l := range (atp.Partial{AtMost: f.demand.AtMost}).Choose(grows, f.wanted, sum) {
		days = append(days, l.Date)
	}
	return f.take(days)
}

// on is what a source with lots has on a day: by itself, goods of days before may have expired. It bounds nothing else.
func (f *filling) on(s *source, day calendar.Date) int64 {
	if s.on == nil {
		return atp.Unlimited
	}
	n, known := s.on[day]
	if !known {
		d := f.ask(s, max(s.by(day), 1), atp.AnyNumber)
		d.Wanted, d.Pack = day, 0
		p, err := f.stock.Promise(f.now, d)
		if err != nil {
			f.err = err
		}
		for _, part := range p.Deliveries {
			if !part.Deliver.After(day) {
				n += part.Quantity
			}
		}
		s.on[day] = n
	}
	return n
}

func (f *filling) complete(takes []take) bool {
	_, filled := f.result(takes)
	return filled == f.demand.Quantity
}

// take takes on each of the days what can be had by then, until nothing is missing.
func (f *filling) take(days []calendar.Date) (takes []take) {
	missing := f.demand.Quantity
	for i := range f.sources {
		f.sources[i].taken = 0
	}
	for _, day := range days {
		for i := range f.sources {
			s := &f.sources[i]
			n := min(min(s.by(day)-s.taken, f.on(s, day))/s.pack*s.pack, s.quantity(missing))
			if n == 0 {
				continue
			}
			s.taken += n
			missing -= s.ratio.units(n)
			takes = append(takes, take{i, day, n})
		}
	}
	return takes
}
