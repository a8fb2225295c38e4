package backorder

import (
	"slices"

	"github.com/o2ckit/o2c/atp"
)

// serve serves all lines of the board; false when it is not feasible, and then every line keeps what it has.
func (b *board) serve() bool {
	b.sort()
	b.setAside()
	failed := len(b.exceptions)
	b.guarantee()
	if len(b.exceptions) > failed {
		for i := range b.entries {
			if e := &b.entries[i]; e.note == Served {
				e.note = Infeasible
			}
		}
		return false
	}
	for _, i := range b.order {
		e := &b.entries[i]
		if e.note != Served || e.line.Strategy == Win || e.line.keeps {
			continue
		}
		if group := b.groups[e.line.ShipComplete]; len(group) > 0 {
			if !e.done {
				b.serveGroup(group)
			}
			continue
		}
		b.serveLine(e)
	}
	return true
}

// setAside leaves out the orders of which one line cannot be changed; what they have is taken again.
func (b *board) setAside() {
	for _, group := range b.groups {
		var why Standing
		for _, i := range group {
			if n := b.entries[i].note; n != Served && why != Held {
				why = n
			}
		}
		if why == Served {
			continue
		}
		for _, i := range group {
			e := &b.entries[i]
			if e.note != Served {
				continue
			}
			e.note = why
			f := &b.fields[e.field]
			for _, l := range e.before {
				if day, counts := b.place(f, l); counts {
					f.take(day, l.Quantity)
				}
			}
		}
	}
}

// guarantee serves what must be: all that the wins ask for, then what the gains have.
func (b *board) guarantee() {
	for _, i := range b.order {
		e := &b.entries[i]
		switch {
		case e.note != Served:
		case e.line.Strategy == Win:
			if e.line.ShipComplete == "" {
				b.win(e, e.wanted)
			} else if !e.done {
				b.winGroup(b.groups[e.line.ShipComplete])
			}
		case e.line.Strategy == Gain:
			b.hold(e)
		}
	}
}

// win gives a line all it asks for on a day.
func (b *board) win(e *entry, day int32) {
	if need := e.asks(); need > 0 {
		b.must(e, []slot{{day, need}})
	}
}

// winGroup gives the lines of an order all they ask for on the latest of their days.
func (b *board) winGroup(group []int32) {
	day := b.latest(group)
	for _, i := range group {
		b.entries[i].done = true
		b.win(&b.entries[i], day)
	}
}

// latest is the latest day on which lines are wanted.
func (b *board) latest(group []int32) int32 {
	var day int32
	for _, i := range group {
		day = max(day, b.entries[i].wanted)
	}
	return day
}

// hold gives a line what it had.
func (b *board) hold(e *entry) { b.must(e, e.had) }

// must gives a line slots in order of their days, or notes where there is too little.
func (b *board) must(e *entry, slots []slot) {
	f := &b.fields[e.field]
	for _, s := range slots {
		if free := f.atp(e.sight, s.day); free < s.quantity {
			b.exceptions = append(b.exceptions, Exception{
				ID: e.line.ID, Item: f.ref.Item(), Site: f.ref.Site(), Strategy: e.line.Strategy, Date: b.days[s.day],
				Requested: s.quantity, Available: max(free, 0),
			})
			continue
		}
		f.take(s.day, s.quantity)
	}
	e.gets = b.copySlots(slots)
}

func (b *board) copySlots(slots []slot) []slot {
	c := b.slots.make(len(slots))
	copy(c, slots)
	return c
}

// serveLine gives a line the best that its strategy allows.
func (b *board) serveLine(e *entry) {
	f := &b.fields[e.field]
	for _, s := range e.gets { // of a gain
		f.take(s.day, -s.quantity)
	}
	need := e.asks()
	switch e.line.Strategy {
	case Gain:
		if e.line.Pack <= 1 {
			need = max(need, total(e.had))
		}
	case Fill, Lose:
		need = wholePacks(total(e.had), e.line.Pack)
	default:
	}
	if (e.line.Strategy == Fill || e.line.Strategy == Lose) && b.fits(e, e.had) {
		b.give(e, e.had) // it is not disturbed, however it is split
		return
	}
	gets := b.choose(e, need)
	if e.line.Strategy == Gain && !atLeast(gets, e.had) {
		gets = e.had
	}
	b.give(e, gets)
}

// fits reports whether a line can have slots.
func (b *board) fits(e *entry, slots []slot) bool {
	f := &b.fields[e.field]
	fits, taken := true, 0
	for _, s := range slots {
		if fits = f.atp(e.sight, s.day) >= s.quantity; !fits {
			break
		}
		f.take(s.day, s.quantity)
		taken++
	}
	for _, s := range slots[:taken] {
		f.take(s.day, -s.quantity)
	}
	return fits
}

// give gives a line slots, and notes which day keeps it from having all it asks for in time.
func (b *board) give(e *entry, gets []slot) {
	f := &b.fields[e.field]
	var early int64
	for _, s := range gets {
		if s.day <= e.wanted {
			early += s.quantity
		}
	}
	if early < e.asks() {
		e.tight = b.days[f.tightest(e.sight, e.wanted)]
	}
	for _, s := range gets {
		f.take(s.day, s.quantity)
	}
	e.gets = b.copySlots(gets)
}

// choose picks deliveries of up to need from what the strategy lets the line have by each day.
func (b *board) choose(e *entry, need int64) []slot {
	if need <= 0 {
		return nil
	}
	b.offer(e, need)
	return b.pick(e, need)
}

// lowest works out what the line can have by each day: the least balance from then on. A gain's own is not counted
// against it, also where others who may touch more have left too little for it.
func (b *board) lowest(e *entry) {
	f := &b.fields[e.field]
	days := int32(len(b.days))
	b.low = slices.Grow(b.low[:0], int(days))[:days]
	least := int64(atp.Unlimited)
	var own int64
	if e.line.Strategy == Gain {
		own = total(e.had)
	}
	next := len(e.had) - 1
	for d := days - 1; d >= f.first; d-- {
		for ; own > 0 && next >= 0 && e.had[next].day > d; next-- {
			own -= e.had[next].quantity
		}
		if d < f.limit {
			least = min(least, max(f.balances[e.sight][d], own))
		}
		b.low[d] = least
	}
}

// offer lists, by day, what the line can have until then.
func (b *board) offer(e *entry, need int64) {
	b.lowest(e)
	b.offers = b.offers[:0]
	var had, before int64
	next := 0
	strategy, pack := e.line.Strategy, e.line.Pack
	for d := b.fields[e.field].first; int(d) < len(b.days) && before < need; d++ {
		for ; next < len(e.had) && e.had[next].day <= d; next++ {
			had += e.had[next].quantity
		}
		can := b.low[d]
		switch {
		case strategy == Fill || strategy == Lose:
			can = min(can, had)
		case d >= e.wanted:
		case strategy == Gain:
			can = had
		default:
			can = 0
		}
		if can = min(wholePacks(can, pack), need); can > before {
			b.offers = append(b.offers, offer{d, can})
			before = can
		}
	}
}

// pick picks deliveries from the offers, as the line may be split.
func (b *board) pick(e *entry, need int64) []slot {
	partial := e.line.Partial
	last := len(b.offers) - 1
	if last < 0 {
		return nil
	}
	if partial.AtMost <= 1 {
		if b.offers[last].cumulative < need {
			return nil
		}
		return []slot{{b.offers[last].day, need}}
	}
	if partial.Minimum <= max(e.line.Pack, 1) && partial.AtMost > last {
		picked := make([]slot, 0, last+1)
		var before int64
		for _, o := range b.offers {
			picked = append(picked, slot{o.day, o.cumulative - before})
			before = o.cumulative
		}
		return picked
	}
	return b.pickFew(e, need)
}

// pickFew asks the policy which deliveries are best; in whole packs.
func (b *board) pickFew(e *entry, need int64) []slot {
	pack := max(e.line.Pack, 1)
	partial := e.line.Partial
	partial.Minimum = (partial.Minimum + pack - 1) / pack
	offers := make([]atp.ScheduleLine, len(b.offers))
	for i, o := range b.offers {
		offers[i] = atp.ScheduleLine{Date: b.days[o.day], Quantity: o.cumulative / pack}
	}
	var picked []slot
	for _, l := range partial.Choose(offers, b.days[e.wanted], need/pack) {
		picked = append(picked, slot{b.on(l.Date), l.Quantity * pack})
	}
	return picked
}

// atLeast reports whether slots bring, by every day, at least what others do.
func atLeast(slots, others []slot) bool {
	var sum, least int64
	i := 0
	for _, o := range others {
		least += o.quantity
		for ; i < len(slots) && slots[i].day <= o.day; i++ {
			sum += slots[i].quantity
		}
		if sum < least {
			return false
		}
	}
	return true
}

// serveGroup gives the lines of an order all they ask for on one day, the first on which that can be, or nothing; a gain
// keeps what it had.
func (b *board) serveGroup(group []int32) {
	strategy := b.entries[group[0]].line.Strategy
	for _, i := range group {
		e := &b.entries[i]
		e.done = true
		for _, s := range e.gets {
			b.fields[e.field].take(s.day, -s.quantity)
		}
	}
	day, ok := b.together(group)
	for ok && !b.allows(strategy, group, day) {
		if strategy == Gain || int(day)+1 >= len(b.days) {
			ok = false
			break
		}
		day++
		day, ok = b.togetherFrom(group, day)
	}
	for _, i := range group {
		e := &b.entries[i]
		var gets []slot
		switch {
		case ok && e.asks() > 0:
			gets = []slot{{day, e.asks()}}
		case !ok && strategy == Gain:
			gets = e.had
		}
		b.give(e, gets)
	}
}

// allows reports whether the strategy lets the lines of an order have all they ask for on a day.
func (b *board) allows(strategy Strategy, group []int32, day int32) bool {
	for _, i := range group {
		e := &b.entries[i]
		switch strategy {
		case Gain:
			if !atLeast([]slot{{day, e.asks()}}, e.had) {
				return false
			}
		case Fill, Lose:
			var had int64
			for _, s := range e.had {
				if s.day <= day {
					had += s.quantity
				}
			}
			if had < e.asks() {
				return false
			}
		default:
		}
	}
	return true
}

// together finds the first day, not before any line is wanted, on which all lines of an order can be had complete.
// Fill and Lose look from today, for they may have had theirs before.
func (b *board) together(group []int32) (day int32, ok bool) {
	from := b.latest(group)
	if s := b.entries[group[0]].line.Strategy; s == Fill || s == Lose {
		from = 0
		for _, i := range group {
			from = max(from, b.fields[b.entries[i].field].first)
		}
	}
	return b.togetherFrom(group, from)
}

func (b *board) togetherFrom(group []int32, day int32) (int32, bool) {
	for settled := false; !settled; {
		settled = true
		for _, i := range group {
			e := &b.entries[i]
			f := &b.fields[e.field]
			var need int64 // of the order on the item
			for _, k := range group {
				if b.entries[k].field == e.field {
					need += b.entries[k].asks()
				}
			}
			for need > 0 && f.atp(e.sight, day) < need {
				if day++; int(day) == len(b.days) {
					return 0, false
				}
				settled = false
			}
		}
	}
	return day, true
}
