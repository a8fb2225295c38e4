package analysis

import (
	"cmp"
	"slices"
)

// pair is two rules by their places in the model, the first one first.
type pair struct{ first, second int }

// pairs finds the rules whose regions meet. Comparing all with all would take
// fifty million comparisons for 10,000 rules; rules are put into buckets by the
// fact that tells most of them apart, again and again, and only those of the
// same bucket are compared. It reports false when the cap was reached.
func (m *model) pairs(limit int) ([]pair, bool) {
	p := pairing{model: m, left: limit, whole: true}
	all := make([]int, 0, len(m.rules))
	for i, s := range m.rules {
		if len(s.regions) > 0 {
			all = append(all, i)
		}
	}
	p.among(all, map[int]bool{})
	slices.SortFunc(p.found, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.second, b.second))
	})
	return slices.Compact(p.found), p.whole
}

type pairing struct {
	model *model
	left  int
	found []pair // a pair can stand in several buckets, and then here as often
	whole bool
}

// fewRules is how many are compared with each other without more ado, and
// fewCells how many buckets a rule may be put into.
const (
	fewRules = 12
	fewCells = 4
)

func (p *pairing) among(list []int, used map[int]bool) {
	if !p.whole {
		return
	}
	best := -1
	if len(list) > fewRules {
		best = p.bestAxis(list, used)
	}
	if best < 0 {
		for i, a := range list {
			for _, b := range list[i+1:] {
				p.compare(a, b)
			}
		}
		return
	}
	buckets := map[int][]int{}
	var order, rest []int
	for _, i := range list {
		cells, ok := p.cells(i, best)
		if !ok {
			rest = append(rest, i)
			continue
		}
		for _, r := range cells {
			for c := r.lo; c < r.hi; c++ {
				if buckets[c] == nil {
					order = append(order, c)
				}
				buckets[c] = append(buckets[c], i)
			}
		}
	}
	for _, a := range rest {
		for _, b := range list {
			if _, narrow := p.cells(b, best); narrow {
				p.compare(a, b)
			}
		}
	}
	used[best] = true
	for _, c := range order {
		p.among(buckets[c], used)
	}
	p.among(rest, used)
	delete(used, best)
}

// cells returns the few cells of an axis that a rule lies in, if they are few.
func (p *pairing) cells(i, axis int) (set, bool) {
	var all set
	for _, r := range p.model.rules[i].regions {
		own, ok := r.on(axis)
		if !ok {
			return nil, false
		}
		all = all.or(own)
	}
	return all, all.size() <= fewCells
}

// bestAxis is the one on which the buckets leave the fewest comparisons.
func (p *pairing) bestAxis(list []int, used map[int]bool) int {
	best, least := -1, len(list)*len(list)*3/4
	for axis := range p.model.axes {
		if used[axis] {
			continue
		}
		sizes := map[int]int{}
		narrow := 0
		for _, i := range list {
			cells, ok := p.cells(i, axis)
			if !ok {
				continue
			}
			narrow++
			for _, r := range cells {
				for c := r.lo; c < r.hi; c++ {
					sizes[c]++
				}
			}
		}
		wide := len(list) - narrow
		cost := wide*wide + 2*wide*narrow
		for _, n := range sizes {
			cost += n * n
		}
		if narrow > 0 && cost < least {
			best, least = axis, cost
		}
	}
	return best
}

func (p *pairing) compare(a, b int) {
	if p.left == 0 {
		p.whole = false
		return
	}
	p.left--
	for _, r := range p.model.rules[a].regions {
		for _, s := range p.model.rules[b].regions {
			if r.meets(s) {
				p.found = append(p.found, pair{min(a, b), max(a, b)})
				return
			}
		}
	}
}
