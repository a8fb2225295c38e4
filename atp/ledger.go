package atp

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sort"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// ledger answers for an item whose supply expires. Supply lives from the day on which it is there to its expiry; a
// claim takes what is there on its day and good through the day that it asks for. Claims are served in the order of
// their days, each from the supply that expires first among what is good enough. Since whatever is there for one claim
// is there for all later ones, and only the expiry tells supplies apart, no other way serves more. A claim that cannot
// be served in time waits for the next supply that is good enough. Claims on a lot are served before all others, from
// their lot.
//
// What can be had for a further claim is what the supply serves with it, were it boundless, beyond what it serves
// without: the served sets of a bipartite graph are the independent sets of a matroid, so whatever a boundless claim
// gets, a claim of that size can get without taking a unit away from the others or making it late. A question costs a
// pass over the open claims and supplies of the item, finding the first day a pass for every day on which supply comes
// in.
type ledger struct {
	today, last calendar.Date // the last day whose claims and supply count
	opens       calendar.Date // the first day on which anything can be taken
	safety      int64
	supplies    []goods // by expiry, day, lot, type, document
	arrivals    []int   // supplies by day, then place
	left        []int64 // of each supply, what claims on lots leave
	sure        []share // what the other claims get, by day
	total       int64   // the sum of sure
	shared      bool    // left and sure are those of another ledger

	scratch []int64
	open    []uint64
}

// goods is supply that comes in on one day and expires on one day.
type goods struct {
	Peg
	from, until calendar.Date
}

// share is a quantity that a claim gets by a day, good through another.
type share struct {
	day, good calendar.Date
	quantity  int64
}

// grant is what a claim gets from a supply, and when.
type grant struct {
	supply   int
	day      calendar.Date
	quantity int64
}

// newLedger lists the supply of a view whose item has lots.
func (v *view) newLedger(scope Scope) *ledger {
	g := &ledger{today: v.today, last: v.last, opens: v.usable(v.today)}
	for _, peg := range v.supplies(scope, true).supplies {
		b := goods{Peg: peg, from: v.usable(peg.Due), until: peg.Expires}
		if b.until.IsZero() {
			b.until = v.s.forever
		}
		if !b.from.After(g.last) && !b.until.Before(b.from) {
			g.supplies = append(g.supplies, b)
		}
	}
	slices.SortFunc(g.supplies, func(a, b goods) int {
		return cmp.Or(a.until.Compare(b.until), a.from.Compare(b.from), cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Type, b.Type),
			cmp.Compare(a.Document, b.Document))
	})
	g.arrivals = make([]int, len(g.supplies))
	g.left = make([]int64, len(g.supplies))
	g.scratch = make([]int64, len(g.supplies))
	g.open = make([]uint64, (len(g.supplies)+63)/64)
	for i := range g.supplies {
		g.arrivals[i], g.left[i] = i, g.supplies[i].Quantity
	}
	slices.SortStableFunc(g.arrivals, func(i, j int) int { return g.supplies[i].from.Compare(g.supplies[j].from) })
	return g
}

// through is the last day on which the goods of a claim must be good.
func through(day, good calendar.Date) calendar.Date {
	if good.Before(day) {
		return day
	}
	return good
}

// settle serves the claims, in the order given, which is that of their days, and says what each gets.
func (g *ledger) settle(claims []need) [][]grant {
	grants := make([][]grant, len(claims))
	for i, c := range claims {
		if c.lot == "" {
			continue
		}
		if c.date.Before(g.opens) {
			c.date = g.opens
		}
		g.fromLot(c, func(supply int, n int64) { grants[i] = append(grants[i], grant{supply, c.date, n}) })
	}
	m := g.match(nil)
	for i, c := range claims {
		if c.lot != "" || c.date.After(g.last) {
			continue
		}
		m.arrive(c.date)
		rest := m.take(through(c.date, c.good), c.quantity, func(supply int, n int64) {
			grants[i] = append(grants[i], grant{supply, c.date, n})
		})
		m.wait(c.good, rest, func(supply int, n int64) {
			grants[i] = append(grants[i], grant{supply, g.supplies[supply].from, n})
		})
	}
	for i, c := range claims {
		for _, a := range grants[i] {
			if c.lot == "" {
				g.promise(a.day, c.good, a.quantity)
			}
		}
	}
	return grants
}

// fromLot serves a claim on a lot and takes the goods off what is left.
func (g *ledger) fromLot(c need, each func(supply int, n int64)) {
	for i := range g.supplies {
		b := &g.supplies[i]
		if b.Lot != c.lot || b.until.Before(through(c.date, c.good)) {
			continue
		}
		if n := min(c.quantity, g.left[i]); n > 0 {
			g.left[i] -= n
			c.quantity -= n
			each(i, n)
		}
	}
}

// promise notes what a claim gets.
func (g *ledger) promise(day, good calendar.Date, n int64) {
	at := sort.Search(len(g.sure), func(i int) bool { return g.sure[i].day.After(day) })
	g.sure = slices.Insert(g.sure, at, share{day, through(day, good), n})
	g.total += n
}

// copy gives a ledger that can be changed; it takes the memory for that when it is.
func (g *ledger) copy() *ledger {
	c := *g
	c.shared = true
	return &c
}

func (g *ledger) own() {
	if g.shared {
		g.left, g.sure, g.shared = slices.Clone(g.left), slices.Clone(g.sure), false
	}
}

// take takes what could be had away from the questions that follow.
func (g *ledger) take(day, good calendar.Date, lot string, n int64) {
	g.own()
	switch {
	case lot != "":
		g.fromLot(need{date: day, good: good, lot: lot, quantity: n}, func(int, int64) {})
	case !day.After(g.last):
		g.promise(day, good, n)
	}
}

// mark is a state to go back to.
type mark struct {
	left []int64
	sure []share
	sum  int64
}

func (g *ledger) mark() mark { return mark{slices.Clone(g.left), slices.Clone(g.sure), g.total} }

func (g *ledger) reset(m mark) {
	g.own()
	copy(g.left, m.left)
	g.sure, g.total = append(g.sure[:0], m.sure...), m.sum
}

// atp is what can be had on a day, good through another, of any lot; at least 0.
func (g *ledger) atp(day, good calendar.Date) int64 {
	if day.After(g.last) {
		return Unlimited
	}
	more := &share{day, through(day, good), math.MaxInt64}
	return max(g.serve(more, "")-g.total-g.safety, 0)
}

// of is what can be had of a lot on a day, good through another, where atp says what can be had of any; at least 0.
func (g *ledger) of(lot string, day, good calendar.Date, atp int64) int64 {
	var n int64
	for i := range g.supplies {
		if b := &g.supplies[i]; b.Lot == lot && !b.until.Before(through(day, good)) {
			n += g.left[i]
		}
	}
	if n = min(n, atp); n == 0 {
		return 0
	}
	return min(n, g.spare(lot))
}

// spare is what the claims can do without of a lot.
func (g *ledger) spare(lot string) int64 {
	var n int64
	for i := range g.supplies {
		if g.supplies[i].Lot == lot {
			n += g.left[i]
		}
	}
	return n - (g.total - g.serve(nil, lot))
}

// single is the lot that expires first among those of which a quantity can be had, and the most that can be had of one
// lot.
func (g *ledger) single(day, good calendar.Date, quantity int64) (lot string, most int64) {
	atp := g.atp(day, good)
	for i := range g.supplies {
		b := &g.supplies[i]
		if b.Lot == "" || i > 0 && g.supplies[i-1].Lot == b.Lot {
			continue
		}
		n := g.of(b.Lot, day, good, atp)
		most = max(most, n)
		if n >= quantity {
			return b.Lot, most
		}
	}
	return "", most
}

// serve says how much the claims get, with one more where there is one, and without a lot where one is named.
func (g *ledger) serve(more *share, without string) int64 {
	m := g.match(func(i int) bool { return without != "" && g.supplies[i].Lot == without })
	var served int64
	count := func(_ int, n int64) { served += n }
	one := func(s share) {
		m.arrive(s.day)
		m.take(s.good, s.quantity, count)
	}
	for _, s := range g.sure {
		if more != nil && more.day.Before(s.day) {
			one(*more)
			more = nil
		}
		one(s)
	}
	if more != nil {
		one(*more)
	}
	return served
}

// match begins to give out what is left, without some of the supplies.
func (g *ledger) match(without func(i int) bool) *matcher {
	copy(g.scratch, g.left)
	for i := range g.scratch {
		if without != nil && without(i) {
			g.scratch[i] = 0
		}
	}
	clear(g.open)
	return &matcher{g: g, left: g.scratch, open: g.open}
}

// matcher gives out supply to claims that come in the order of their days.
type matcher struct {
	g    *ledger
	left []int64
	open []uint64 // a bit for each supply that is there and of which something is left
	next int      // the first arrival that is not there yet
}

// arrive opens what is there on a day.
func (m *matcher) arrive(day calendar.Date) {
	for ; m.next < len(m.g.arrivals); m.next++ {
		i := m.g.arrivals[m.next]
		if m.g.supplies[i].from.After(day) {
			return
		}
		if m.left[i] > 0 {
			m.open[i/64] |= 1 << (i % 64)
		}
	}
}

// take gives out what is there and good through a day, the first to expire first, and says what is missing.
func (m *matcher) take(good calendar.Date, n int64, each func(supply int, n int64)) (missing int64) {
	supplies := m.g.supplies
	i := sort.Search(len(supplies), func(i int) bool { return !supplies[i].until.Before(good) })
	for i = m.following(i); i >= 0 && n > 0; i = m.following(i + 1) {
		part := min(m.left[i], n)
		n -= part
		if m.left[i] -= part; m.left[i] == 0 {
			m.open[i/64] &^= 1 << (i % 64)
		}
		each(i, part)
	}
	return n
}

// following is the first open supply from the i-th on, -1 when there is none.
func (m *matcher) following(i int) int {
	for word := i / 64; word < len(m.open); word++ {
		set := m.open[word]
		if word == i/64 {
			set &= ^uint64(0) << (i % 64)
		}
		if set != 0 {
			return word*64 + bits.TrailingZeros64(set)
		}
	}
	return -1
}

// wait gives a late claim of what comes in next.
func (m *matcher) wait(good calendar.Date, n int64, each func(supply int, n int64)) {
	for _, i := range m.g.arrivals[m.next:] {
		if n == 0 {
			return
		}
		b := &m.g.supplies[i]
		if part := min(m.left[i], n); part > 0 && !b.until.Before(good) { // none expires before it is there
			n -= part
			m.left[i] -= part
			each(i, part)
		}
	}
}
