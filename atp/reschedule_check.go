package atp

import (
	"cmp"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

func compareStrings(a, b string) int { return cmp.Compare(a, b) }

// admit decides whether the batch can be done. The caller holds all locks.
func (b *batch) admit(s *Stock, now int64, run string) error {
	if err := b.resolve(now, run); err != nil {
		return err
	}
	if stale := b.stale(); stale != nil {
		return &StaleError{Op: rescheduling, Lines: stale}
	}
	return b.cover(s, now)
}

// resolve makes the reservations that are new and refuses what cannot be changed.
func (b *batch) resolve(now int64, run string) error {
	var made map[string]*reservation
	for i := range b.lines {
		l := &b.lines[i]
		if r := b.res[i]; r != nil {
			if err := r.open(); err != nil {
				return err
			}
			l.Scope, l.SafetyStock = 0, false
			continue
		}
		r := made[l.Key]
		if r == nil {
			r = &reservation{
				key: l.Key, hash: b.hash[i], at: now, expires: now, committed: now, status: StatusCommitted,
				safety: l.SafetyStock, scope: l.Scope, moves: &moves{by: run},
			}
			if made == nil {
				made = make(map[string]*reservation)
			}
			made[l.Key] = r
			b.fresh = append(b.fresh, r)
		} else if r.scope != l.Scope || r.safety != l.SafetyStock {
			return &RequestError{
				Op: rescheduling, Field: "Changes", Reason: "make a reservation with two scopes or two ways with safety stock",
			}
		}
		b.res[i], l.Created = r, true
	}
	return nil
}

// open refuses a reservation that cannot be rescheduled.
func (r *reservation) open() error {
	reason := ""
	switch {
	case r.committed == 0:
		reason = "it is not committed"
	case slices.ContainsFunc(r.postings, func(p posting) bool { return p.document == "" }):
		reason = "it was given back and is over"
	default:
		return nil
	}
	return &StateError{Op: rescheduling, Key: r.key, Status: r.status, Reason: reason}
}

// stale lists the changes whose From is not what is open.
func (b *batch) stale() []Stale {
	var stale []Stale
	for i := range b.lines {
		l := &b.lines[i]
		if !b.res[i].has(b.at[i], l.From) {
			stale = append(stale, Stale{
				Key: l.Key, Item: l.Item, Site: l.Site, Expected: l.From, Actual: b.res[i].schedule(b.at[i]),
			})
		}
	}
	return stale
}

// has reports whether exactly these lines are open at a position.
func (r *reservation) has(p *position, lines []ScheduleLine) bool {
	k := 0
	for i := range r.lines {
		l := &r.lines[i]
		if l.at != p || l.open() == 0 {
			continue
		}
		if k == len(lines) || lines[k] != l.scheduled() {
			return false
		}
		k++
	}
	return k == len(lines)
}

// schedule lists what is open at a position.
func (r *reservation) schedule(p *position) []ScheduleLine {
	var lines []ScheduleLine
	for i := range r.lines {
		if l := &r.lines[i]; l.at == p && l.open() > 0 {
			lines = append(lines, l.scheduled())
		}
	}
	return lines
}

// scheduled is what is open of the line.
func (l *line) scheduled() ScheduleLine {
	return ScheduleLine{Date: l.date, Quantity: l.open(), GoodThrough: l.good, Lot: l.lot.name()}
}

// cover refuses a batch that would leave a balance worse than it was and below 0.
func (b *batch) cover(s *Stock, now int64) error {
	var short []Shortage
	c := coverage{batch: b, s: s, now: now}
	for c.end < len(b.lines) {
		c.start = c.end
		for c.end++; c.end < len(b.lines) && b.at[c.end] == b.at[c.start]; c.end++ {
		}
		if more := c.more(); more > 0 && !b.at[c.start].fits(0, more) {
			return ErrRange
		}
		short = c.worse(short)
	}
	if short != nil {
		return &ShortageError{Op: rescheduling, Lines: short}
	}
	return nil
}

// sight is how a reservation sees a position.
type sight struct {
	scope  Scope
	safety bool
}

// wider reports whether a sight has all supply that another has, and more. Who sees less is served first; what those
// who see more then take of what only they see is not his loss.
func (a sight) wider(b sight, policy Scope) bool {
	whole := func(s sight) sight {
		if s.scope == 0 {
			s.scope = policy
		}
		s.scope &= policy
		return s
	}
	a, b = whole(a), whole(b)
	return a != b && a.scope&b.scope == b.scope && (a.safety || !b.safety)
}

// coverage looks at the changes of one position after the other, those from start up to, not with, end.
type coverage struct {
	*batch
	s          *Stock
	now        int64
	start, end int
	seen       []sight
	days       []change
}

func (c *coverage) sight(i int) sight { return sight{c.res[i].scope, c.res[i].safety} }

// more is how much more the changes take than before.
func (c *coverage) more() int64 {
	var more int64
	for i := c.start; i < c.end; i++ {
		for _, l := range c.lines[i].From {
			more -= l.Quantity
		}
		for _, l := range c.lines[i].To {
			more += l.Quantity
		}
	}
	return more
}

// worse appends the first day on which the changes of the position leave too little, for each way in which the
// reservations that take something see it.
func (c *coverage) worse(short []Shortage) []Shortage {
	p := c.at[c.start]
	c.seen = c.seen[:0]
	for i := c.start; i < c.end; i++ {
		if look := c.sight(i); len(c.lines[i].To) > 0 && !slices.Contains(c.seen, look) {
			c.seen = append(c.seen, look)
		}
	}
	if !p.byLot() {
		for i := c.start; i < c.end; i++ {
			for _, l := range c.lines[i].To {
				if l.Lot != "" {
					n := need{date: l.Date, quantity: l.Quantity, good: l.GoodThrough, lot: l.Lot}
					short = append(short, n.shortage(p, 0))
				}
			}
		}
	}
	for _, look := range c.seen {
		if p.byLot() {
			short = append(short, c.worseLots(look)...)
			continue
		}
		c.net(look)
		v := p.look(c.s, c.now, "", look.scope, look.safety)
		day, more, least := v.worse(c.days)
		if day.IsZero() && c.alone(&v, look) {
			day, more, least = v.worse(c.days)
		}
		v.close()
		if !day.IsZero() {
			short = append(short, Shortage{
				Item: p.item, Site: p.site.id, Date: day, Requested: more, Available: max(least, 0),
			})
		}
	}
	return short
}

// within reports whether a sight has no supply that another has not.
func (a sight) within(b sight, policy Scope) bool {
	whole := func(s sight) Scope {
		if s.scope == 0 {
			return policy
		}
		return s.scope & policy
	}
	return whole(a)&^whole(b) == 0 && (b.safety || !a.safety)
}

// alone takes claims away from a view that may be met from supply out of a sight, and leaves the changes of the others;
// false where there are none. What a sight has must do for those who have nothing else, whatever else is promised.
func (c *coverage) alone(v *view, look sight) bool {
	p, lifted := v.p, false
	for _, l := range v.claims(max(c.now, p.clock), "") {
		if s := (sight{l.of.scope, l.of.safety}); !s.within(look, p.policy.Scope) {
			v.apply(l.date, 0, -l.open())
			lifted = true
		}
	}
	if lifted {
		inside := func(s sight) bool { return s.within(look, p.policy.Scope) }
		c.list(inside, inside)
	}
	return lifted
}

// net lists by day what is given back, and what is taken by those who do not see more than a sight.
func (c *coverage) net(look sight) {
	c.list(func(sight) bool { return true }, func(s sight) bool {
		return len(c.seen) == 1 || !s.wider(look, c.at[c.start].policy.Scope)
	})
}

// list lays out by day what those that from and to pick give back and take.
func (c *coverage) list(from, to func(sight) bool) {
	p := c.at[c.start]
	today := p.site.date(c.now)
	var counts calendar.Date // claims before it do not count
	if f := p.policy.PastDueDemands; f.Ignore {
		counts = today.AddDays(-f.Days)
	}
	c.days = c.days[:0]
	for i := c.start; i < c.end; i++ {
		for _, l := range c.lines[i].From {
			if l.Date.Before(counts) || !from(c.sight(i)) {
				continue
			}
			if l.Date.Before(today) {
				l.Date = today
			}
			c.days = append(c.days, change{day: l.Date, out: -l.Quantity})
		}
		if !to(c.sight(i)) {
			continue
		}
		for _, l := range c.lines[i].To {
			if l.Date.Before(counts) {
				continue
			}
			if l.Date.Before(today) {
				l.Date = today
			}
			c.days = append(c.days, change{day: l.Date, out: l.Quantity})
		}
	}
	if len(c.days) > 1 {
		slices.SortFunc(c.days, func(a, b change) int { return a.day.Compare(b.day) })
	}
}

// worse finds the first day from which on more is taken than before and than the balance allows: the day, how much more
// is taken, and the least balance until the next change.
func (v *view) worse(days []change) (day calendar.Date, more, least int64) {
	for k := 0; k < len(days); {
		from := days[k].day
		for ; k < len(days) && days[k].day == from; k++ {
			more += days[k].out
		}
		if more <= 0 || from.After(v.last) {
			continue
		}
		until := v.last
		if k < len(days) && !days[k].day.After(until) {
			until = days[k].day.AddDays(-1)
		}
		least = v.opening
		if v.p.more != nil {
			least = v.p.more.timeline.least(from, until, v.opening)
		}
		if least < more {
			return from, more, least
		}
	}
	return calendar.Date{}, 0, 0
}

// CheckReschedule tells whether a rescheduling may change the reservation with a key: nil where it may, and where the key
// is not known, which makes a new one; else the *StateError that Reschedule would give.
func (s *Stock) CheckReschedule(key string) error {
	hash := s.hash(key)
	shelf := s.shelf(hash)
	shelf.mu.Lock()
	defer shelf.mu.Unlock()
	if r := shelf.find(hash, key); r != nil {
		return r.open()
	}
	return nil
}
