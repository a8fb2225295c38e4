package sourcing

import "slices"

// state says what has been decided about an arc.
type state uint8

const (
	free   state = iota // may ship or not
	closed              // ships nothing
	used                // ships at least the line's least
)

// assigner finds the best way to fill lines from a set of sites: fewest units unfilled, then least cost of units. It
// leaves the limits of lines and sites aside, which makes each item a question of flow for itself, and where the answer
// breaks one of them it decides about an arc, both ways, until the answer breaks none.
type assigner struct {
	m      *model
	in     []bool  // the sites
	states []state // by arc
	flow   []int64 // by arc
	filled []int64 // by item; below 0: impossible
	cost   []int64 // by item
	all    []int   // all items
	room   []int64 // by site
	net    network

	enough int64 // a way is of use only when it fills more, or as much at a cost below
	below  int64
	found  bool
	best   []int64 // flow of the best way
	spent  *int    // steps of the whole search
	effort int
	cutoff bool // the search was cut off, so that a better way may exist
}

func newAssigner(m *model, spent *int, effort int) *assigner {
	a := &assigner{
		m: m, in: make([]bool, len(m.sites)), states: make([]state, len(m.arcs)), flow: make([]int64, len(m.arcs)),
		filled: make([]int64, len(m.items)), cost: make([]int64, len(m.items)), all: make([]int, len(m.items)),
		room: make([]int64, len(m.sites)), best: make([]int64, len(m.arcs)), spent: spent, effort: effort,
	}
	for i := range a.all {
		a.all[i] = i
	}
	return a
}

// assign finds the best way that fills more than enough, or as much at a cost below the given one, and reports whether
// there is one; its flow is in best.
func (a *assigner) assign(enough, below int64) (filled, cost int64, ok bool) {
	a.enough, a.below, a.found, a.cutoff = enough, below, false, false
	if most, least := a.m.pooled(a.in, a.room); !a.useful(most, least) {
		*a.spent++
		return enough, below, false
	}
	a.relax(a.all)
	a.branch()
	return a.enough, a.below, a.found
}

// useful reports whether a way is better than what there is.
func (a *assigner) useful(filled, cost int64) bool {
	return filled > a.enough || filled == a.enough && cost < a.below
}

// relax answers items anew.
func (a *assigner) relax(items []int) {
	for _, i := range items {
		if it := &a.m.items[i]; len(it.lines) == 1 {
			a.filled[i], a.cost[i] = a.fill(it)
		} else {
			a.filled[i], a.cost[i] = a.net.fill(a, it)
		}
		*a.spent += len(a.m.items[i].arcs) >> 8
	}
	*a.spent++
}

// fill takes the cheapest first; it is for an item of one line.
func (a *assigner) fill(it *item) (filled, cost int64) {
	l := &a.m.lines[it.lines[0]]
	left := l.want
	for _, at := range l.arcs {
		a.flow[at] = 0
		if arc := &a.m.arcs[at]; a.states[at] == used && a.in[arc.site] {
			a.flow[at] = l.least
			left -= l.least
			cost += l.least * arc.cost
		}
	}
	if left < 0 {
		return -1, 0
	}
	for _, at := range l.arcs {
		arc := &a.m.arcs[at]
		if left == 0 {
			break
		}
		if !a.in[arc.site] || a.states[at] == closed {
			continue
		}
		more := min(left, arc.most-a.flow[at])
		a.flow[at] += more
		left -= more
		cost += more * arc.cost
	}
	return l.want - left, cost
}

// branch follows the ways that are left.
func (a *assigner) branch() {
	var filled, cost int64
	for i, n := range a.filled {
		if n < 0 {
			return
		}
		filled += n
		cost += a.cost[i]
	}
	if !a.useful(filled, cost) {
		return
	}
	at := -1
	if !a.m.plain {
		at = a.broken()
	}
	if at < 0 {
		a.enough, a.below, a.found = filled, cost, true
		copy(a.best, a.flow)
		return
	}
	if *a.spent > a.effort {
		a.cutoff = true
		return
	}
	for _, to := range [...]state{used, closed} {
		changed, possible := a.decide(at, to)
		if possible {
			items := a.items(changed)
			a.relax(items)
			a.branch()
			a.undo(changed)
			a.relax(items)
		} else {
			a.undo(changed)
		}
	}
}

// broken gives a free arc to decide about, because the flow breaks a limit that it has a part in; -1 when none is
// broken.
func (a *assigner) broken() int {
	for i := range a.m.lines {
		if at := a.brokenLine(&a.m.lines[i]); at >= 0 {
			return at
		}
	}
	for i := range a.m.sites {
		if s := &a.m.sites[i]; s.most > 0 && a.in[i] && s.most < len(s.arcs) {
			if at := a.brokenSite(s); at >= 0 {
				return at
			}
		}
	}
	return -1
}

// brokenLine finds a part that is below the least, the greatest of them.
func (a *assigner) brokenLine(l *line) int {
	if !l.whole && l.least <= l.pack {
		return -1
	}
	at := -1
	for _, i := range l.arcs {
		if n := a.flow[i]; n > 0 && n < l.least && a.in[a.m.arcs[i].site] && (at < 0 || n > a.flow[at]) {
			at = i
		}
	}
	return at
}

// brokenSite finds a line that is not yet known to be shipped, where the site ships too many.
func (a *assigner) brokenSite(s *site) int {
	at, lines := -1, 0
	for _, i := range s.arcs {
		if a.flow[i] > 0 {
			lines++
			if a.states[i] == free && (at < 0 || a.flow[i] > a.flow[at]) {
				at = i
			}
		}
	}
	if lines <= s.most {
		return -1
	}
	return at
}

// decide sets an arc, and closes others that cannot be used any more. It gives the arcs that it changed, the first of
// them the arc itself, and whether that can be.
func (a *assigner) decide(at int, to state) (changed []int, possible bool) {
	changed = append(changed, at)
	a.states[at] = to
	if to == closed {
		return changed, true
	}
	arc := &a.m.arcs[at]
	if l := &a.m.lines[arc.line]; l.whole {
		changed = a.closeOthers(l.arcs, changed)
	}
	s := &a.m.sites[arc.site]
	if s.most == 0 {
		return changed, true
	}
	lines := 0
	for _, i := range s.arcs {
		if a.states[i] == used {
			lines++
		}
	}
	if lines == s.most {
		changed = a.closeOthers(s.arcs, changed)
	}
	return changed, lines <= s.most
}

func (a *assigner) closeOthers(arcs, changed []int) []int {
	for _, i := range arcs {
		if a.states[i] == free {
			a.states[i] = closed
			changed = append(changed, i)
		}
	}
	return changed
}

// items gives the items of arcs, each once.
func (a *assigner) items(arcs []int) []int {
	items := make([]int, len(arcs))
	for i, at := range arcs {
		items[i] = a.m.lines[a.m.arcs[at].line].item
	}
	slices.Sort(items)
	return slices.Compact(items)
}

func (a *assigner) undo(changed []int) {
	for _, i := range changed {
		a.states[i] = free
	}
}
