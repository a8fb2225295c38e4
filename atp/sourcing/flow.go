package sourcing

// network fills an item of several lines, which share what the sites have: the greatest flow, and of those the
// cheapest, by adding the cheapest path as long as there is one.
type network struct {
	left   []int64 // by line of the item
	room   []int64 // by site
	toLine []label // by line of the item
	toSite []label // by site
}

// label is the cheapest known way to a node.
type label struct {
	cost int64
	arc  int // the arc by which it comes; -1: from the source
	ok   bool
}

// fill returns what the item gets, -1 where the decisions about arcs are impossible, and the cost.
func (n *network) fill(a *assigner, it *item) (filled, cost int64) {
	if !n.start(a, it) {
		return -1, 0
	}
	for n.augment(a, it) { //nolint:revive // all is done by the condition
	}
	for _, at := range it.arcs {
		filled += a.flow[at]
		cost += a.flow[at] * a.m.arcs[at].cost
	}
	return filled, cost
}

// start puts the least on the arcs that are used.
func (n *network) start(a *assigner, it *item) bool {
	n.left = resize(n.left, len(a.m.lines))
	n.room = resize(n.room, len(a.m.sites))
	n.toLine = resize(n.toLine, len(a.m.lines))
	n.toSite = resize(n.toSite, len(a.m.sites))
	for _, l := range it.lines {
		n.left[l] = a.m.lines[l].want
	}
	copy(n.room, it.has)
	possible := true
	for _, at := range it.arcs {
		a.flow[at] = 0
		if arc := &a.m.arcs[at]; a.in[arc.site] && a.states[at] == used {
			least := a.m.lines[arc.line].least
			a.flow[at] = least
			n.left[arc.line] -= least
			n.room[arc.site] -= least
			possible = possible && n.left[arc.line] >= 0 && n.room[arc.site] >= 0
		}
	}
	return possible
}

// augment adds the cheapest path from a line with something left to a site with room, and reports whether there is one.
func (n *network) augment(a *assigner, it *item) bool {
	for _, l := range it.lines {
		n.toLine[l] = label{arc: -1, ok: n.left[l] > 0}
	}
	clear(n.toSite)
	for n.walk(a, it) { //nolint:revive // all is done by the condition
	}
	to := -1
	for s := range n.toSite {
		if n.toSite[s].ok && n.room[s] > 0 && (to < 0 || n.toSite[s].cost < n.toSite[to].cost) {
			to = s
		}
	}
	if to < 0 {
		return false
	}
	n.push(a, to)
	return true
}

// walk takes every arc once, forward and back, and reports whether that made a way cheaper.
func (n *network) walk(a *assigner, it *item) (shorter bool) {
	for _, at := range it.arcs {
		arc := &a.m.arcs[at]
		if !a.in[arc.site] || a.states[at] == closed {
			continue
		}
		from, to := &n.toLine[arc.line], &n.toSite[arc.site]
		if from.ok && a.flow[at] < arc.most && (!to.ok || from.cost+arc.cost < to.cost) {
			*to, shorter = label{from.cost + arc.cost, at, true}, true
		}
		if to.ok && a.flow[at] > n.least(a, at) && (!from.ok || to.cost-arc.cost < from.cost) {
			*from, shorter = label{to.cost - arc.cost, at, true}, true
		}
	}
	return shorter
}

func (n *network) least(a *assigner, at int) int64 {
	if a.states[at] == used {
		return a.m.lines[a.m.arcs[at].line].least
	}
	return 0
}

// push sends as much as fits along the path to a site.
func (n *network) push(a *assigner, to int) {
	much := n.room[to]
	line := n.path(a, to, func(at int, forward bool) {
		if forward {
			much = min(much, a.m.arcs[at].most-a.flow[at])
		} else {
			much = min(much, a.flow[at]-n.least(a, at))
		}
	})
	much = min(much, n.left[line])
	n.path(a, to, func(at int, forward bool) {
		if forward {
			a.flow[at] += much
		} else {
			a.flow[at] -= much
		}
	})
	n.left[line] -= much
	n.room[to] -= much
}

// path goes back from a site to the line where the path begins.
func (n *network) path(a *assigner, s int, visit func(at int, forward bool)) (line int) {
	for {
		at := n.toSite[s].arc
		visit(at, true)
		line = a.m.arcs[at].line
		back := n.toLine[line].arc
		if back < 0 {
			return line
		}
		visit(back, false)
		s = a.m.arcs[back].site
	}
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
