package sourcing

import (
	"cmp"
	"math"
	"slices"
)

// Solve finds the best plan: fewest units unfilled, then the least sum of ranks, the fewest shipments, the least
// cost, and of plans that are equal in all of that the one whose site ids come first. The answer does not depend on
// the order in which lines, sites and offers are given. Where the effort does not suffice, Plan.Bound says how much
// better a plan could be.
//
// The error is a *atp.RequestError.
func Solve(p Problem) (Plan, error) {
	if err := p.check(); err != nil {
		return Plan{}, err
	}
	effort := p.Effort
	if effort == 0 {
		effort = defaultEffort
	}
	m := newModel(&p)
	s := newSearch(m, effort)
	s.run(-1)
	plan := m.plan(s)
	if p.Explain {
		m.explain(&plan, &p, s.best.flow, effort)
	}
	return plan, nil
}

// found is a plan: the sites that ship and the flow.
type found struct {
	score Score
	sites []bool // those whose shipment counts
	flow  []int64
}

// search goes through sets of sites. A set is continued by the sites that have what it lacks most: one of them is
// added, those before it are left out for good. All sets that continue one are passed over where the bound says that
// none of them beats the best plan so far.
type search struct {
	m      *model
	a      *assigner
	effort int
	spent  int
	total  int64 // units wanted

	best  found
	bound Score // of what was left out for lack of effort
	cut   bool

	must  int // a site that every plan has; -1: none
	in    []bool
	out   []int   // why a site is left out for good: once itself, and once for each site left out that beats it
	open  []int64 // by item: what the sites of the set leave unfilled, below 0 when they have more
	rank  int64
	cost  int64
	ships int

	floor  int64 // no plan leaves less unfilled, whatever the sites
	byRank []int // sites, the least rank first
	byCost []int
	scarce []int   // items, those with the fewest offers first
	gains  []int64 // what each site that could be added fills, the most first
	marks  []bool  // by site
	stack  []int   // sites to go through, of all sets that are being continued
}

func newSearch(m *model, effort int) *search {
	n := len(m.sites)
	s := &search{
		m: m, effort: effort, in: make([]bool, n), out: make([]int, n), open: make([]int64, len(m.items)),
		byRank: make([]int, n), byCost: make([]int, n), scarce: make([]int, len(m.items)), gains: make([]int64, 0, n),
		marks: make([]bool, n),
	}
	s.a = newAssigner(m, &s.spent, effort)
	for i := range m.lines {
		s.total += m.lines[i].given
	}
	for i := range m.sites {
		s.byRank[i], s.byCost[i] = i, i
	}
	slices.SortStableFunc(s.byRank, func(a, b int) int { return cmp.Compare(m.sites[a].rank, m.sites[b].rank) })
	slices.SortStableFunc(s.byCost, func(a, b int) int { return cmp.Compare(m.sites[a].cost, m.sites[b].cost) })
	for i := range m.items {
		s.scarce[i] = i
	}
	slices.SortStableFunc(s.scarce, func(a, b int) int { return cmp.Compare(len(m.items[a].sites), len(m.items[b].sites)) })
	return s
}

// run searches among the sets that have a given site, or among all where it is -1.
func (s *search) run(must int) {
	s.must = must
	s.reset()
	s.best = found{
		score: Score{s.total, s.rank, s.ships, s.cost}, sites: make([]bool, len(s.in)), flow: make([]int64, len(s.m.arcs)),
	}
	if must >= 0 {
		s.best.sites[must] = true
	}
	s.floor = s.m.never
	if !s.m.plain || !s.m.shared {
		s.findFloor()
	}
	s.evaluate()
	s.greedy(func(_, _ *site) int { return 0 })
	s.greedy(func(a, b *site) int { return cmp.Compare(a.rank, b.rank) })
	s.reset()
	s.extend()
	if !s.cut || s.bound.Compare(s.best.score) > 0 {
		s.bound = s.best.score
	}
}

// reset starts with the sites that ship anyway.
func (s *search) reset() {
	clear(s.in)
	clear(s.out)
	s.rank, s.cost, s.ships = 0, 0, 0
	for i := range s.m.items {
		s.open[i] = s.m.items[i].fills
	}
	for i := range s.m.sites {
		at := &s.m.sites[i]
		if at.open || i == s.must {
			s.include(i)
		}
		if len(at.cells) == 0 {
			s.out[i]++
		}
	}
}

// include adds a site to the set.
func (s *search) include(i int) {
	at := &s.m.sites[i]
	s.in[i] = true
	s.rank += at.rank
	s.cost += at.cost
	if !at.open {
		s.ships++
	}
	for _, c := range at.cells {
		s.open[c.item] -= c.has
	}
}

// remove takes a site from the set.
func (s *search) remove(i int) {
	at := &s.m.sites[i]
	s.in[i] = false
	s.rank -= at.rank
	s.cost -= at.cost
	if !at.open {
		s.ships--
	}
	for _, c := range at.cells {
		s.open[c.item] += c.has
	}
}

// findFloor asks what all sites together leave unfilled when the limits of lines and sites are obeyed.
func (s *search) findFloor() {
	for i := range s.a.in {
		s.a.in[i] = true
	}
	s.a.effort = s.effort / 4
	if filled, _, ok := s.a.assign(0, math.MaxInt64); ok && !s.a.cutoff {
		s.floor = max(s.floor, s.total-filled)
	}
	s.a.effort = s.effort
}

// evaluate finds the best way to ship from the set, and keeps it where it is the best plan so far.
func (s *search) evaluate() {
	if s.ships > s.m.most {
		return
	}
	least := Score{max(s.floor, s.m.never+s.missing()), s.rank, s.ships, s.cost}
	first := s.first(0)
	if c := least.Compare(s.best.score); c > 0 || c == 0 && !first {
		return
	}
	copy(s.a.in, s.in)
	// what fills less than the best plan so far is of no use, and where it fills as much the rest decides
	enough, below := max(s.total-s.best.score.Unfilled, 0), int64(math.MaxInt64)
	switch c := cmp.Or(cmp.Compare(s.rank, s.best.score.Rank), cmp.Compare(s.ships, s.best.score.Shipments)); {
	case c > 0:
		below = math.MinInt64
	case c == 0:
		if below = s.best.score.Cost - s.cost; first {
			below++
		}
	}
	filled, cost, ok := s.a.assign(enough, below)
	if s.a.cutoff {
		s.leave(least)
	}
	if ok {
		s.keep(s.total-filled, cost)
	}
}

// keep takes the flow of the assigner as a plan, with the sites that it uses.
func (s *search) keep(unfilled, cost int64) {
	f := found{score: Score{Unfilled: unfilled, Cost: cost}, sites: make([]bool, len(s.in))}
	for at, n := range s.a.best {
		if n > 0 {
			f.sites[s.m.arcs[at].site] = true
		}
	}
	if s.must >= 0 {
		f.sites[s.must] = true
	}
	for i := range f.sites {
		at := &s.m.sites[i]
		f.sites[i] = f.sites[i] && !at.open
		if f.sites[i] {
			f.score.Rank += at.rank
			f.score.Shipments++
			f.score.Cost += at.cost
		}
	}
	if c := f.score.Compare(s.best.score); c < 0 || c == 0 && before(f.sites, s.best.sites) {
		f.flow = slices.Clone(s.a.best)
		s.best = f
	}
}

// before compares sets of the same number of sites by their ids.
func before(a, b []bool) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i]
		}
	}
	return false
}

// first reports whether the set, with so many more sites, can have ids that come before those of the best plan so far.
func (s *search) first(more int) bool {
	for i := range s.best.sites {
		in := s.in[i] && !s.m.sites[i].open
		if !in && more > 0 && s.candidate(i) {
			in = true
			more--
		}
		if in != s.best.sites[i] {
			return in
		}
	}
	return false
}

// missing is what the set leaves unfilled of what all sites could fill.
func (s *search) missing() int64 {
	var n int64
	for _, o := range s.open {
		n += max(o, 0)
	}
	return n
}

// candidate reports whether a site can be added to the set.
func (s *search) candidate(i int) bool {
	return !s.in[i] && s.out[i] == 0
}

// extend goes through all sets that continue the present one.
func (s *search) extend() {
	if s.ships >= s.m.most {
		return
	}
	sites := s.next()
	if len(sites) == 0 {
		return
	}
	left, done := 0, false
	for _, i := range sites {
		if s.out[i] > 0 { // it is no better than one that was left out
			continue
		}
		if done = !s.with(i); done {
			break
		}
		sites[left] = i
		left++
		if done = !s.leaveOut(i); done {
			break
		}
	}
	if !done {
		s.extend()
	}
	for _, i := range sites[:left] {
		s.takeBack(i)
	}
	s.stack = s.stack[:len(s.stack)-len(sites)]
}

// with goes through the sets that have one more site and continue from there; false when no set is left that could be
// better, with that site or without.
func (s *search) with(i int) bool {
	least, hopeless := s.least()
	if hopeless {
		return false
	}
	if s.spent > s.effort {
		s.leave(least)
		return false
	}
	s.include(i)
	s.evaluate()
	s.extend()
	s.remove(i)
	return true
}

// leaveOut leaves a site out for good, and with it those that are no better; false when the set has one of them.
func (s *search) leaveOut(i int) bool {
	s.out[i]++
	possible := true
	for _, j := range s.m.sites[i].beaten {
		s.out[j]++
		possible = possible && (!s.in[j] || j == s.must)
	}
	return possible
}

func (s *search) takeBack(i int) {
	s.out[i]--
	for _, j := range s.m.sites[i].beaten {
		s.out[j]--
	}
}

// next puts the sites on the stack that have what is hardest to fill, those that fill most first. Where all is filled
// but for limits of lines and sites, these are all; none when no further site can be of use.
func (s *search) next() []int {
	base := len(s.stack)
	if it := s.hardest(); it != nil {
		for _, i := range it.sites {
			if s.candidate(i) {
				s.stack = append(s.stack, i)
			}
		}
	} else if !s.m.plain || !s.m.shared {
		for i := range s.m.sites {
			if s.candidate(i) {
				s.stack = append(s.stack, i)
			}
		}
	}
	sites := s.stack[base:]
	slices.SortFunc(sites, func(a, b int) int { return cmp.Or(cmp.Compare(s.gain(b), s.gain(a)), cmp.Compare(a, b)) })
	return sites
}

// hardest is the item with the fewest sites to spare; nil when none can be filled further.
func (s *search) hardest() *item {
	var hardest *item
	spare := math.MaxInt
	for _, i := range s.scarce {
		if s.open[i] <= 0 {
			continue
		}
		it := &s.m.items[i]
		count, need, left := 0, 0, s.open[i]
		for _, at := range it.sites {
			if s.candidate(at) {
				count++
				if left > 0 {
					left -= it.has[at]
					need++
				}
			}
		}
		if count > 0 && count-need < spare {
			spare, hardest = count-need, it
		}
	}
	return hardest
}

// gain is what a site would fill of what the set leaves unfilled.
func (s *search) gain(i int) int64 {
	var n int64
	for _, c := range s.m.sites[i].cells {
		n += min(c.has, max(s.open[c.item], 0))
	}
	return n
}

// leave notes that something was left out that may be as good as a score.
func (s *search) leave(least Score) {
	if !s.cut || least.Compare(s.bound) < 0 {
		s.bound = least
	}
	s.cut = true
}
