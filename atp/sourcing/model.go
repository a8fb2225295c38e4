package sourcing

import (
	"cmp"
	"slices"
)

// model is a problem in numbers: lines and sites in the order of their ids, so that nothing depends on the order in
// which they were given, quantities cut to whole packs, and only offers that are of use.
type model struct {
	lines []line
	sites []site
	items []item
	arcs  []arc
	// plain says that the cheapest way to fill every item obeys all limits of lines and sites.
	plain bool
	// shared says that all lines of an item can have what any site has of it, so that they can be counted as one.
	shared bool
	// dearest is the greatest cost of a unit.
	dearest int64
	// never is what no plan fills: what is beyond whole packs, and what all sites together do not have.
	never int64
	most  int // shipments
}

type line struct {
	id    string
	item  int
	want  int64 // whole packs
	given int64 // as asked for
	least int64 // what a site ships at least
	pack  int64
	whole bool
	arcs  []int // by cost, then site
}

type site struct {
	id     string
	rank   int64
	cost   int64
	open   bool
	most   int // lines; 0: any number
	arcs   []int
	cells  []cell
	beaten []int // the sites after it that are no better in anything
}

// cell is what a site has of an item, for all lines together.
type cell struct {
	item int
	has  int64
}

type item struct {
	id    string
	lines []int
	has   []int64 // by site
	sites []int   // that have any, those with the most first
	fills int64   // what all sites together can fill, as far as pooling tells
	arcs  []int   // of all its lines, by cost, then site
}

// arc is an offer.
type arc struct {
	line, site int
	most       int64
	cost       int64
}

func newModel(p *Problem) *model {
	m := &model{plain: true, shared: true, most: p.MaxShipments}
	if m.most == 0 {
		m.most = len(p.Sites)
	}
	at := m.addLines(p.Lines)
	m.addSites(p.Sites, at)
	m.pool()
	m.compare()
	return m
}

// addLines gives the places of the lines by id.
func (m *model) addLines(list []Line) map[string]int {
	sorted := slices.SortedFunc(slices.Values(list), func(a, b Line) int { return cmp.Compare(a.ID, b.ID) })
	at := make(map[string]int, len(sorted))
	items := make(map[string]int, len(sorted))
	m.lines = make([]line, len(sorted))
	for i, l := range sorted {
		of, known := items[l.Item]
		if !known {
			of = len(m.items)
			items[l.Item] = of
			m.items = append(m.items, item{id: l.Item})
		}
		m.items[of].lines = append(m.items[of].lines, i)
		pack := max(l.Pack, 1)
		want := l.Quantity / pack * pack
		least := max((l.Minimum+pack-1)/pack, 1) * pack
		if l.Whole {
			least = want
		}
		m.lines[i] = line{id: l.ID, item: of, want: want, given: l.Quantity, least: min(least, want), pack: pack, whole: l.Whole}
		m.never += l.Quantity - want
		at[l.ID] = i
		if l.Minimum > pack && !l.Whole {
			m.plain = false
		}
	}
	for i := range m.lines {
		if l := &m.lines[i]; l.whole && len(m.items[l.item].lines) > 1 {
			m.plain = false
		}
	}
	return at
}

func (m *model) addSites(list []Site, at map[string]int) {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(list[a].ID, list[b].ID) })
	m.sites = make([]site, len(list))
	for i := range m.items {
		m.items[i].has = make([]int64, len(list))
	}
	for i, from := range order {
		s := &list[from]
		m.sites[i] = site{id: s.ID, rank: int64(s.Rank), cost: s.Cost, open: s.Open, most: s.MaxLines}
		if s.Open {
			m.sites[i].rank, m.sites[i].cost = 0, 0
		}
		for _, o := range s.Offers {
			m.offer(i, at[o.Line], o)
		}
		slices.SortFunc(m.sites[i].arcs, func(a, b int) int { return cmp.Compare(m.arcs[a].line, m.arcs[b].line) })
		if m.sites[i].most > 0 && m.sites[i].most < len(m.sites[i].arcs) {
			m.plain = false
		}
	}
	byCost := func(a, b int) int {
		x, y := &m.arcs[a], &m.arcs[b]
		return cmp.Or(cmp.Compare(x.cost, y.cost), cmp.Compare(x.site, y.site), cmp.Compare(x.line, y.line))
	}
	for i := range m.lines {
		slices.SortFunc(m.lines[i].arcs, byCost)
	}
	for i := range m.items {
		it := &m.items[i]
		for _, l := range it.lines {
			it.arcs = append(it.arcs, m.lines[l].arcs...)
		}
		slices.SortFunc(it.arcs, byCost)
	}
}

// offer adds an arc where the offer is of use.
func (m *model) offer(s, l int, o Offer) {
	to := &m.lines[l]
	if to.want == 0 {
		return
	}
	it := &m.items[to.item]
	has := o.Available / to.pack * to.pack
	it.has[s] = max(it.has[s], has)
	if most := min(has, to.want); most >= to.least {
		m.arcs = append(m.arcs, arc{line: l, site: s, most: most, cost: o.UnitCost})
		to.arcs = append(to.arcs, len(m.arcs)-1)
		m.sites[s].arcs = append(m.sites[s].arcs, len(m.arcs)-1)
		m.dearest = max(m.dearest, o.UnitCost)
	}
}

// pool finds what each site has of each item for all lines together, and what that fills at most.
func (m *model) pool() {
	for i := range m.items {
		it := &m.items[i]
		use := make([]int64, len(m.sites))
		for _, a := range it.arcs {
			use[m.arcs[a].site] += m.arcs[a].most
		}
		var want, has int64
		for _, l := range it.lines {
			if len(m.lines[l].arcs) > 0 {
				want += m.lines[l].want
			}
		}
		for s := range m.sites {
			it.has[s] = min(it.has[s], use[s])
			if it.has[s] > 0 {
				it.sites = append(it.sites, s)
				m.sites[s].cells = append(m.sites[s].cells, cell{item: i, has: it.has[s]})
				has = min(has+it.has[s], want)
			}
		}
		it.fills = has
		for _, at := range it.arcs {
			m.shared = m.shared && m.arcs[at].most == min(it.has[m.arcs[at].site], m.lines[m.arcs[at].line].want)
		}
		m.shared = m.shared && (len(it.lines) == 1 || len(it.arcs) == len(it.lines)*len(it.sites))
		slices.SortStableFunc(it.sites, func(a, b int) int { return cmp.Compare(it.has[b], it.has[a]) })
		for _, l := range it.lines {
			m.never += m.lines[l].want
		}
		m.never -= has
	}
}

// compare finds the sites that are beaten by one before them: whatever ships from them could be shipped from that
// one, no dearer. It pays where many sites are alike, and is left out where there are so many that it takes long.
func (m *model) compare() {
	const many = 100
	if len(m.sites) > many {
		return
	}
	offers := make([]*arc, len(m.lines))
	for i := range m.sites {
		clear(offers)
		for _, a := range m.sites[i].arcs {
			offers[m.arcs[a].line] = &m.arcs[a]
		}
		for j := i + 1; j < len(m.sites); j++ {
			if m.beats(i, j, offers) {
				m.sites[i].beaten = append(m.sites[i].beaten, j)
			}
		}
	}
}

func (m *model) beats(i, j int, offers []*arc) bool {
	x, y := &m.sites[i], &m.sites[j]
	if y.open || x.rank > y.rank || x.cost > y.cost || (x.most > 0 && (y.most == 0 || y.most > x.most)) {
		return false
	}
	for _, c := range y.cells {
		if m.items[c.item].has[i] < c.has {
			return false
		}
	}
	for _, a := range y.arcs {
		theirs, ours := &m.arcs[a], offers[m.arcs[a].line]
		if ours == nil || ours.most < theirs.most || ours.cost > theirs.cost {
			return false
		}
	}
	return true
}
