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
		if k == len(lines) || lines[k].Date != l.date || lines[k].Quantity != l.open() {
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
			lines = append(lines, ScheduleLine{Date: l.date, Quantity: l.open()})
		}
	}
	return lines
}

// cover refuses a batch that would leave a balance worse than it was and below 0.
func (b *batch) cover(s *Stock, now int64) error {
	var short []Shortage
	var days []change
	for i := 0; i < len(b.lines); {
		p, end := b.at[i], i+1
		for end < len(b.lines) && b.at[end] == p {
			end++
		}
		var net int64
		days, net = b.net(days[:0], i, end, now)
		if net > 0 && !p.fits(0, net) {
			return ErrRange
		}
		short = b.worse(short, s, now, days, i, end)
		i = end
	}
	if short != nil {
		return &ShortageError{Op: rescheduling, Lines: short}
	}
	return nil
}

// net adds up by day what the changes from i up to, not with, end take at their position more than before.
func (b *batch) net(days []change, i, end int, now int64) (byDay []change, net int64) {
	p := b.at[i]
	today := p.site.date(now)
	var ignored calendar.Date // claims before it do not count
	if f := p.policy.PastDueDemands; f.Ignore {
		ignored = today.AddDays(-f.Days)
	}
	put := func(lines []ScheduleLine, sign int64) {
		for _, l := range lines {
			net += sign * l.Quantity
			switch {
			case l.Date.Before(ignored):
				continue
			case l.Date.Before(today):
				l.Date = today
			}
			days = append(days, change{day: l.Date, out: sign * l.Quantity})
		}
	}
	for ; i < end; i++ {
		put(b.lines[i].From, -1)
		put(b.lines[i].To, 1)
	}
	if len(days) > 1 {
		slices.SortFunc(days, func(a, b change) int { return a.day.Compare(b.day) })
	}
	return days, net
}

// worse appends the first day on which the changes of a position leave too little, for each way in which the
// reservations that take something see the position.
func (b *batch) worse(short []Shortage, s *Stock, now int64, days []change, i, end int) []Shortage {
	type sight struct {
		scope  Scope
		safety bool
	}
	var few [4]sight
	seen := few[:0]
	for ; i < end; i++ {
		r := b.res[i]
		look := sight{r.scope, r.safety}
		if len(b.lines[i].To) == 0 || slices.Contains(seen, look) {
			continue
		}
		seen = append(seen, look)
		v := b.at[i].look(s, now, "", look.scope, look.safety)
		day, more, least := v.worse(days)
		v.close()
		if !day.IsZero() {
			short = append(short, Shortage{
				Item: b.at[i].item, Site: b.at[i].site.id, Date: day, Requested: more, Available: max(least, 0),
			})
		}
	}
	return short
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
