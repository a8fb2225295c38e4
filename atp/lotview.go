package atp

import (
	"math"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// lookAtLots lists supply and claims for the questions about an item with lots.
func (v *view) lookAtLots(instant int64, replaces string, scope Scope, safety bool) {
	v.lots = v.settled(instant, replaces, scope)
	if !safety {
		v.lots.safety = v.p.safety
	}
	for _, n := range v.p.more.lots.tried {
		v.lots.take(n.date, n.good, n.lot, n.quantity)
	}
}

// settled gives the ledger with all claims served, a copy of that of the last question where nothing has changed since.
func (v *view) settled(instant int64, replaces string, scope Scope) *ledger {
	m := &v.p.more.lots.memo
	if replaces == "" && m.ledger != nil && m.today == v.today && m.scope == scope && m.from <= instant && instant < m.until {
		return m.ledger.copy()
	}
	lines := v.claims(instant, replaces)
	claims := make([]need, len(lines))
	until := int64(math.MaxInt64)
	for i, l := range lines {
		claims[i] = v.need(l)
		if l.held > 0 {
			until = min(until, l.of.expires)
		}
	}
	g := v.newLedger(scope)
	g.settle(claims)
	if replaces != "" {
		return g
	}
	*m = memo{ledger: g, today: v.today, scope: scope, from: instant, until: until}
	return g.copy()
}

// lotATP is what can be had on a day, good through another, of a lot or, where none is named, of any.
func (v *view) lotATP(day, good calendar.Date, lot string) int64 {
	switch day = v.from(day); {
	case v.lots == nil && lot == "":
		return v.atp(day)
	case v.lots == nil:
		return 0
	case lot == "":
		return v.lots.atp(day, good)
	}
	return v.lots.of(lot, day, good, v.lots.atp(day, good))
}

// take takes what could be had away from the questions that follow.
func (v *view) take(day, good calendar.Date, lot string, n int64) {
	if v.lots != nil {
		v.lots.take(v.from(day), good, lot, n)
	}
}

// lastDay is a number of days later, or the last day there is.
func (v *view) lastDay(d calendar.Date, days int) calendar.Date {
	if last := d.AddDays(days); !last.IsZero() {
		return last
	}
	return v.s.forever
}

// lotSource is the source of a demand that asks for goods that last, or for a lot, or of an item that has lots.
type lotSource struct {
	view   *view
	lane   *Lane
	life   int    // days that the goods must be good beyond the day of delivery
	lot    string // that they must come from; empty: any
	single bool   // all of a delivery from one lot
	err    error  // of the lane
}

// source is what the demand draws on.
func (d Demand) source(v *view) *lotSource {
	return &lotSource{view: v, lane: d.Lane, life: d.MinLife, lot: d.Lot, single: d.SingleLot && d.Lot == "" && v.lots != nil}
}

// take says when goods that are there on a day are taken, and through which day they must be good.
func (l *lotSource) take(day calendar.Date) (start, good calendar.Date, err error) {
	if l.lane == nil {
		return day, l.view.lastDay(day, l.life), nil
	}
	times, err := l.lane.Forward(l.view.p.site.calendar, day)
	if err != nil {
		return calendar.Date{}, calendar.Date{}, err
	}
	return times.Start, l.view.lastDay(times.Deliver, l.life), nil
}

// expires implements source.
func (l *lotSource) expires() bool { return l.view.lots != nil }

// atp implements source.
func (l *lotSource) atp(d calendar.Date) int64 {
	start, good, err := l.take(d)
	if err != nil {
		l.err = err
		return 0
	}
	if !l.single {
		return l.view.lotATP(start, good, l.lot)
	}
	_, most := l.view.lots.single(start, good, Unlimited)
	if start.After(l.view.last) {
		return Unlimited
	}
	return most
}

// earliest implements source. More can be had on a day on which supply comes in, or on the first; in between, goods
// only expire. So those are the days to look at.
func (l *lotSource) earliest(d calendar.Date, quantity int64) calendar.Date {
	v := l.view
	d = v.from(d)
	if v.lots == nil {
		if l.lot != "" {
			return calendar.Date{}
		}
		return v.earliest(d, quantity)
	}
	if l.reaches(d, quantity) {
		return d
	}
	for _, i := range v.lots.arrivals {
		if day := v.lots.supplies[i].from; day.After(d) {
			if d = day; l.reaches(d, quantity) {
				return d
			}
		}
	}
	if day := v.last.AddDays(1); v.endless && day.After(d) && l.reaches(day, quantity) {
		return day
	}
	return calendar.Date{}
}

// reaches reports whether a quantity can be had on a day. A day from which the lane leads nowhere is an error only
// where the quantity is there.
func (l *lotSource) reaches(d calendar.Date, quantity int64) bool {
	if l.err != nil || l.view.lots.atp(d, d) < quantity {
		return false
	}
	return l.atp(d) >= quantity || l.err != nil
}

// lines implements source.
func (l *lotSource) lines(d calendar.Date, quantity int64) []Line {
	line := l.view.lines(d, quantity)
	start, good, err := l.take(d)
	if err != nil {
		l.err = err
		return line
	}
	if good.After(start) {
		line[0].GoodThrough = good
	}
	line[0].Lot = l.lot
	if l.single {
		line[0].Lot, _ = l.view.lots.single(start, good, quantity)
	}
	return line
}

// missingOfLots is missing for an item with lots.
func (v *view) missingOfLots(instant int64) []missing {
	lines := v.claims(instant, "")
	claims := make([]need, len(lines))
	for i, l := range lines {
		claims[i] = v.need(l)
	}
	var short []missing
	for i, grants := range v.newLedger(v.p.policy.Scope).settle(claims) {
		c := claims[i]
		if c.lot == "" && c.date.After(v.last) {
			continue
		}
		missing := missing{Shortfall{Key: c.key, Date: lines[i].date, Lot: c.lot}, lines[i]}
		for _, g := range grants {
			c.quantity -= g.quantity
			if g.day.After(c.date) {
				missing.Quantity += g.quantity
				missing.Until = g.day
			}
		}
		if c.quantity > 0 {
			missing.Quantity += c.quantity
			missing.Until = calendar.Date{}
			if v.endless && c.lot == "" {
				missing.Until = v.last.AddDays(1)
			}
		}
		if missing.Quantity > 0 {
			short = append(short, missing)
		}
	}
	return short
}

// lotPegging is Pegging for an item with lots.
func (v *view) lotPegging(instant int64) []PeggedClaim {
	lines := v.claims(instant, "")
	claims := make([]need, len(lines))
	for i, l := range lines {
		claims[i] = v.need(l)
	}
	g := v.newLedger(v.p.policy.Scope)
	var pegged []PeggedClaim
	for i, grants := range g.settle(claims) {
		c := PeggedClaim{
			Key: claims[i].key, Date: lines[i].date, Quantity: lines[i].open(), GoodThrough: lines[i].good,
			Lot: lines[i].lot.name(), Pegs: g.pegs(grants), AvailableFrom: v.launched(),
		}
		c.Missing = c.Quantity
		for _, a := range grants {
			c.Missing -= a.quantity
		}
		c.Planned = claims[i].lot == "" && v.endlessFrom(claims[i].date)
		pegged = append(pegged, c)
	}
	return pegged
}

// pegLotDivision is pegDivision for an item with lots: the portions come after all claims, of what is left to them.
func (v *view) pegLotDivision(d *Division, instant int64, q Query, scope Scope) {
	var needs []need
	for _, l := range v.claims(instant, q.Replaces) {
		needs = append(needs, v.need(l))
		if !v.from(l.date).After(d.Date) {
			d.Claims = append(d.Claims, l.of.key)
		}
	}
	d.Claims = distinct(d.Claims)
	if v.endlessFrom(d.Date) {
		return
	}
	for i := range d.Portions {
		needs = append(needs, need{date: d.Date, rank: 1 + i, quantity: d.Portions[i].Quantity})
	}
	slices.SortStableFunc(needs, func(a, b need) int { return a.date.Compare(b.date) })
	g := v.newLedger(scope)
	for k, grants := range g.settle(needs) {
		if i := needs[k].rank - 1; i >= 0 {
			d.Portions[i].Pegs = g.pegs(grants)
		}
	}
}

// pegLots pegs the deliveries among the needs.
func (v *view) pegLots(scope Scope, needs []need, add func(to *Delivery, pegs []Peg)) {
	g := v.newLedger(scope)
	for i, grants := range g.settle(needs) {
		if needs[i].delivery != nil {
			add(needs[i].delivery, g.pegs(grants))
		}
	}
}

// pegs says where the grants come from.
func (g *ledger) pegs(grants []grant) []Peg {
	var pegs []Peg
	for _, a := range grants {
		peg := g.supplies[a.supply].Peg
		peg.Quantity = a.quantity
		pegs = append(pegs, peg)
	}
	return pegs
}

// lotLimit is limitOf for an item with lots: who takes goods that would be good enough for the demand on its first day.
func (p *plan) lotLimit(v *view, demands []Demand, promises []Promise, i int) *Limit {
	d := demands[i]
	needs := p.needs(v, demands, promises, i, i)
	tried := v.p.more.lots.tried
	v.p.more.lots.tried = slices.DeleteFunc(slices.Clone(tried), func(n need) bool { return n.rank > i })
	look := v.p.look(p.s, p.now, d.Replaces, d.Scope, d.SafetyStock)
	v.p.more.lots.tried = tried
	defer look.close()
	from := d.source(&look)
	limit := &Limit{Date: p.asked[i].first, Available: from.atp(p.asked[i].first), Tightest: p.asked[i].first, Quotas: p.asked[i].limits}
	start, good, err := from.take(p.asked[i].first)
	if err != nil {
		return limit
	}
	scope := d.scope(v.p)
	limit.Ignored = v.ignored(scope)
	if d.Lot == "" && !from.single {
		limit.Perishes = max(look.lots.atp(start, start)-limit.Available, 0)
	}
	g := v.newLedger(scope)
	for k, grants := range g.settle(needs) {
		n := needs[k]
		if !slices.ContainsFunc(grants, func(a grant) bool {
			b := g.supplies[a.supply]
			return !b.from.After(start) && !b.until.Before(through(start, good)) && (d.Lot == "" || d.Lot == b.Lot)
		}) {
			continue
		}
		if n.date.After(limit.Tightest) {
			limit.Tightest = n.date
		}
		n.blame(limit)
	}
	limit.Claims, limit.LostTo = distinct(limit.Claims), distinct(limit.LostTo)
	return limit
}
