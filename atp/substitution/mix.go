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
	var grows []step // the days on which something is taken
	var sum int64
	for _, t := range all {
		sum += f.sources[t.source].ratio.units(t.quantity)
		if last := len(grows) - 1; last >= 0 && grows[last].day == t.day {
			grows[last].by = sum
		} else {
			grows = append(grows, step{t.day, max(t.day.Sub(f.wanted), 0), sum})
		}
	}
	if f.demand.AtMost == atp.AnyNumber || f.demand.AtMost >= len(grows) {
		return all
	}
	return f.take(choose(grows, f.demand.AtMost))
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
			has := s.ratio.units(s.by(day)-s.taken) / s.ratio.denominator * s.ratio.numerator
			n := min(has, s.ratio.quantity(missing))
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

// step is a day on which more is there.
type step struct {
	day  calendar.Date
	late int
	by   int64 // what is there by then
}

// choose picks so many of the days, the last of them always, so that the sum of quantity x days late is least, ties
// by the earlier first day. Quantities and days are bounded so that the sum fits 64 bits.
func choose(steps []step, most int) []calendar.Date {
	type way struct {
		cost  int64
		first int
		from  int // the step before; -1: none
	}
	better := func(a, b way) bool { return a.cost < b.cost || a.cost == b.cost && a.first < b.first }
	n := len(steps)
	ways := make([][]way, most+1) // by number of days and last of them
	for k := 1; k <= most; k++ {
		ways[k] = make([]way, n)
		for i, s := range steps {
			ways[k][i] = way{s.by * int64(s.late), i, -1}
			for j := range i {
				if k == 1 {
					break
				}
				before := ways[k-1][j]
				w := way{before.cost + (s.by-steps[j].by)*int64(s.late), before.first, j}
				if better(w, ways[k][i]) {
					ways[k][i] = w
				}
			}
		}
	}
	var days []calendar.Date
	for k, i := most, n-1; i >= 0; k-- {
		days = append(days, steps[i].day)
		i = ways[k][i].from
	}
	slices.Reverse(days)
	return days
}
