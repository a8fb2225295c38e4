package sourcing

import (
	"cmp"
	"slices"
)

// least gives a score that no plan beats whose sites are the set and at least one more; hopeless when the best plan
// so far is at least as good as that.
func (s *search) least() (least Score, hopeless bool) {
	s.gains = s.gains[:0]
	for i := range s.m.sites {
		if s.candidate(i) {
			s.gains = append(s.gains, s.gain(i))
		}
	}
	s.spent += 1 + len(s.gains)*len(s.m.items)>>8
	slices.SortFunc(s.gains, func(a, b int64) int { return cmp.Compare(b, a) })
	room := min(s.m.most-s.ships, len(s.gains))
	if room <= 0 {
		return Score{}, true
	}
	missing := s.missing()
	least = Score{Unfilled: max(s.floor, s.m.never+s.shortOf(missing, room))}
	if least.Unfilled > s.best.score.Unfilled {
		return least, true
	}
	slack := s.best.score.Unfilled - s.m.never
	more := 1
	if slack == 0 {
		more = max(s.apart(), 1)
	}
	for more <= room && s.shortOf(missing, more) > slack {
		more++
	}
	if more > room {
		return least, true
	}
	least.Rank, least.Shipments = s.rank+s.sum(more, s.byRank, func(at *site) int64 { return at.rank }), s.ships+more
	least.Cost = s.cost + s.sum(more, s.byCost, func(at *site) int64 { return at.cost })
	if least.Compare(s.best.score) <= 0 {
		least.Cost += s.units(slack)
	}
	c := least.Compare(s.best.score)
	return least, c > 0 || c == 0 && !s.first(more)
}

// sum adds up the least values of so many sites that can be added; sites are in the order of the values.
func (s *search) sum(more int, sites []int, value func(at *site) int64) (sum int64) {
	for _, i := range sites {
		if more == 0 {
			break
		}
		if s.candidate(i) {
			sum += value(&s.m.sites[i])
			more--
		}
	}
	return sum
}

// shortOf is a number of units that stay unfilled at least when so many sites are added.
func (s *search) shortOf(missing int64, more int) int64 {
	for _, gain := range s.gains[:more] {
		missing -= gain
	}
	var each int64
	for i, left := range s.open {
		if left <= 0 {
			continue
		}
		it := &s.m.items[i]
		count := 0
		for _, at := range it.sites {
			if count == more || left <= 0 {
				break
			}
			if s.candidate(at) {
				left -= it.has[at]
				count++
			}
		}
		each += max(left, 0)
	}
	return max(missing, each, 0)
}

// apart counts items that have yet to be filled and that no two share a site which could be added: each needs one of
// its own.
func (s *search) apart() (count int) {
	clear(s.marks)
	for _, i := range s.scarce {
		if s.open[i] <= 0 {
			continue
		}
		sites := s.m.items[i].sites
		if slices.ContainsFunc(sites, func(at int) bool { return s.marks[at] && s.candidate(at) }) {
			continue
		}
		count++
		for _, at := range sites {
			s.marks[at] = true
		}
	}
	return count
}

// units is the least cost of units when at most so many stay unfilled of what could be filled.
func (s *search) units(slack int64) int64 {
	if s.m.dearest == 0 || slack > maxCost/s.m.dearest {
		return 0
	}
	for i := range s.marks {
		s.marks[i] = s.in[i] || s.candidate(i)
	}
	_, cost := s.m.pooled(s.marks, s.a.room)
	return max(cost-slack*s.m.dearest, 0)
}

// pooled tells what a set of sites fills at most, and what that costs at least: as if the lines of an item shared all
// offers. Room is memory for a number a site.
func (m *model) pooled(in []bool, room []int64) (filled, cost int64) {
	for i := range m.items {
		it := &m.items[i]
		left := it.fills
		shared := len(it.lines) > 1
		if shared {
			copy(room, it.has)
		}
		for _, at := range it.arcs {
			arc := &m.arcs[at]
			if left == 0 {
				break
			}
			if !in[arc.site] {
				continue
			}
			n := min(left, arc.most)
			if shared {
				n = min(n, room[arc.site])
				room[arc.site] -= n
			}
			left -= n
			cost += n * arc.cost
		}
		filled += it.fills - left
	}
	return filled, cost
}

// greedy adds the site that fills most, again and again, and then drops those that are not needed; it gives the
// search a good plan to beat. Sites that come first in the given order go before others.
func (s *search) greedy(order func(a, b *site) int) {
	s.reset()
	var added []int
	for s.ships < s.m.most {
		best, most := -1, int64(0)
		for i := range s.m.sites {
			gain := s.gain(i)
			if !s.candidate(i) || gain == 0 {
				continue
			}
			if best < 0 || cmp.Or(order(&s.m.sites[i], &s.m.sites[best]), cmp.Compare(most, gain)) < 0 {
				best, most = i, gain
			}
		}
		if best < 0 {
			break
		}
		s.include(best)
		added = append(added, best)
	}
	for _, i := range added {
		missing := s.missing()
		if s.remove(i); s.missing() > missing {
			s.include(i)
		}
	}
	s.evaluate()
}
