package atp

import (
	"cmp"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// worseLots is worse for an item with lots: whose reservation is not changed keeps what it gets now, no later; and of what
// the changed ones take beside them, no more may be missing on its day than of what they give back.
func (c *coverage) worseLots(look sight) []Shortage {
	p := c.at[c.start]
	v := p.look(c.s, c.now, "", look.scope, look.safety)
	defer v.close()
	o := c.others(&v, look)
	v.lots = v.newLedger(o.scope)
	if !look.safety {
		v.lots.safety = p.safety
	}
	for i, grants := range o.get {
		for _, a := range grants {
			v.lots.take(a.day, o.claims[i].good, o.claims[i].lot, a.quantity)
		}
	}
	before := v.lots.mark()
	var missing int64
	for _, n := range c.scheduled(&v, look, func(l *RescheduledLine) []ScheduleLine { return l.From }) {
		missing += v.lack(n)
	}
	v.lots.reset(before)
	takes := c.scheduled(&v, look, func(l *RescheduledLine) []ScheduleLine { return l.To })
	for _, n := range takes {
		lacks := v.lack(n)
		if missing -= lacks; missing < 0 {
			return []Shortage{n.shortage(p, n.quantity-lacks)}
		}
	}
	if i := o.hurt(&v, takes); i >= 0 {
		return []Shortage{o.claims[i].shortage(p, 0)}
	}
	return nil
}

// lack takes what can be had of a need, and says what cannot.
func (v *view) lack(n need) int64 {
	got := min(v.lotATP(n.date, n.good, n.lot), n.quantity)
	v.take(n.date, n.good, n.lot, got)
	return n.quantity - got
}

func (n need) shortage(p *position, available int64) Shortage {
	return Shortage{
		Item: p.item, Site: p.site.id, Date: n.date, Requested: n.quantity, Available: available, GoodThrough: n.good,
		Lot: n.lot,
	}
}

// scheduled lists schedule lines of the reservations that do not see more than a sight, those on a lot first.
func (c *coverage) scheduled(v *view, look sight, of func(l *RescheduledLine) []ScheduleLine) []need {
	var counts calendar.Date
	if f := v.p.policy.PastDueDemands; f.Ignore {
		counts = v.today.AddDays(-f.Days)
	}
	var needs []need
	for _, pegged := range []bool{true, false} {
		for i := c.start; i < c.end; i++ {
			if len(c.seen) > 1 && c.sight(i).wider(look, v.p.policy.Scope) {
				continue
			}
			for _, l := range of(&c.lines[i]) {
				if pegged == (l.Lot != "") && !l.Date.Before(counts) {
					needs = append(needs, need{
						date: v.from(l.Date), key: c.lines[i].Key, quantity: l.Quantity, good: l.GoodThrough, lot: l.Lot,
					})
				}
			}
		}
	}
	return needs
}

// others are the claims that are not changed, with what they get now.
type others struct {
	scope  Scope
	claims []need
	days   []calendar.Date // as reserved; they may have passed
	get    [][]grant
}

func (c *coverage) others(v *view, look sight) others {
	changed := make(map[string]bool)
	for i := c.start; i < c.end; i++ {
		changed[c.lines[i].Key] = true
	}
	lines := v.claims(max(c.now, v.p.clock), "")
	all := make([]need, len(lines))
	for i, l := range lines {
		all[i] = v.need(l)
	}
	o := others{scope: v.p.policy.Scope}
	if look.scope != 0 {
		o.scope &= look.scope
	}
	for i, grants := range v.newLedger(o.scope).settle(all) {
		if !changed[all[i].key] {
			o.claims = append(o.claims, all[i])
			o.days = append(o.days, lines[i].date)
			o.get = append(o.get, grants)
		}
	}
	return o
}

// hurt finds a claim that gets less or later when others take something beside them, -1 when there is none.
func (o *others) hurt(v *view, takes []need) int {
	type placed struct {
		need
		day calendar.Date // as reserved
		at  int           // among the claims, -1 for what is taken
	}
	var all []placed
	for i, n := range o.claims {
		all = append(all, placed{n, o.days[i], i})
	}
	for _, n := range takes {
		all = append(all, placed{n, n.date, -1})
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		return cmp.Or(a.day.Compare(b.day), cmp.Compare(a.key, b.key), a.good.Compare(b.good), cmp.Compare(a.lot, b.lot))
	})
	needs := make([]need, len(all))
	for i, n := range all {
		needs[i] = n.need
	}
	for i, grants := range v.newLedger(o.scope).settle(needs) {
		if at := all[i].at; at >= 0 && worse(o.get[at], grants) {
			return at
		}
	}
	return -1
}

// worse reports whether grants after a change are fewer or later than before. Both are in the order of their days.
func worse(before, after []grant) bool {
	k, left := 0, int64(0)
	for _, b := range before {
		for n := b.quantity; n > 0; {
			if left == 0 {
				if k == len(after) || after[k].day.After(b.day) {
					return true
				}
				left = after[k].quantity
				k++
			}
			part := min(n, left)
			n -= part
			left -= part
		}
	}
	return false
}
