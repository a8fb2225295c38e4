package atp

import "github.com/o2ckit/o2c/kernel/calendar"

// worseLots is worse for an item with lots: whose reservation is not changed keeps what it gets now, no later; and of what
// the changed ones take beside them, no more may be missing on its day than of what they give back.
func (c *coverage) worseLots(look sight) (short []Shortage) {
	p := c.at[c.start]
	v := p.look(c.s, c.now, "", look.scope, look.safety)
	defer v.close()
	v.lots = c.others(&v, look)
	before := v.lots.mark()
	var missing int64
	c.scheduled(&v, look, func(l *RescheduledLine) []ScheduleLine { return l.From }, func(_ ScheduleLine, n int64) { missing += n })
	v.lots.reset(before)
	c.scheduled(&v, look, func(l *RescheduledLine) []ScheduleLine { return l.To }, func(l ScheduleLine, n int64) {
		if missing -= n; missing < 0 && short == nil {
			short = append(short, Shortage{
				Item: p.item, Site: p.site.id, Date: l.Date, Requested: l.Quantity, Available: l.Quantity - n,
				GoodThrough: l.GoodThrough, Lot: l.Lot,
			})
		}
	})
	return short
}

// scheduled takes schedule lines of the reservations that do not see more than a sight, those on a lot first, and says
// what is missing of them.
func (c *coverage) scheduled(
	v *view, look sight, of func(l *RescheduledLine) []ScheduleLine, each func(l ScheduleLine, missing int64),
) {
	var counts calendar.Date
	if f := v.p.policy.PastDueDemands; f.Ignore {
		counts = v.today.AddDays(-f.Days)
	}
	for _, pegged := range []bool{true, false} {
		for i := c.start; i < c.end; i++ {
			if len(c.seen) > 1 && c.sight(i).wider(look, v.p.policy.Scope) {
				continue
			}
			for _, l := range of(&c.lines[i]) {
				if pegged != (l.Lot != "") || l.Date.Before(counts) {
					continue
				}
				got := min(v.lotATP(l.Date, l.GoodThrough, l.Lot), l.Quantity)
				v.take(l.Date, l.GoodThrough, l.Lot, got)
				if got < l.Quantity {
					each(l, l.Quantity-got)
				}
			}
		}
	}
}

// others gives the ledger with what all reservations but the changed ones get now.
func (c *coverage) others(v *view, look sight) *ledger {
	changed := make(map[string]bool)
	for i := c.start; i < c.end; i++ {
		changed[c.lines[i].Key] = true
	}
	lines := v.claims(max(c.now, v.p.clock), "")
	claims := make([]need, len(lines))
	for i, l := range lines {
		claims[i] = v.need(l)
	}
	scope := v.p.policy.Scope
	if look.scope != 0 {
		scope &= look.scope
	}
	all, others := v.newLedger(scope), v.newLedger(scope)
	if !look.safety {
		others.safety = v.p.safety
	}
	for i, grants := range all.settle(claims) {
		for _, a := range grants {
			if c := claims[i]; !changed[c.key] {
				others.take(a.day, c.good, c.lot, a.quantity)
			}
		}
	}
	return others
}
