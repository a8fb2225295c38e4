package atp

import (
	"slices"
	"time"
)

// WhatIf returns another Stock with only these items, in which everything can be tried out that operations do: count
// stock short, cancel a receipt, reserve, run backorders. Reservations are in it with their lines of these items; holds
// that have expired are not, and quotas, with the lines on them, neither. The stock itself does not change, and locks nothing after WhatIf has returned. Its Refs are
// its own: ask the other stock for Ref(item, site). The errors are *RequestError.
func (s *Stock) WhatIf(now time.Time, refs ...Ref) (*Stock, error) {
	const op = "what if"
	if err := checkTime(op, now); err != nil {
		return nil, err
	}
	var at []*position
	for _, r := range refs {
		p, err := s.position(op, "refs", r)
		if err != nil {
			return nil, err
		}
		at = append(at, p)
	}
	slices.SortFunc(at, (*position).compare)
	twin := emptyStock(s.sites, s.forever)
	for _, p := range slices.Compact(at) {
		if err := p.copyTo(twin, now.UnixNano()); err != nil {
			return nil, err
		}
	}
	return twin, nil
}

// copyTo puts an item and what is open on it into another stock. Only the position's own lock is taken: what is read of
// a reservation there does not change.
func (p *position) copyTo(twin *Stock, now int64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := twin.restoreItem(p.state()); err != nil {
		return err
	}
	if p.more == nil {
		return nil
	}
	copied := twin.positions[place{p.item, p.site.id}]
	copied.clock = p.clock
	var lines []*line
	for l := range p.more.listed() {
		if l.held == 0 || l.of.expires > max(now, p.clock) {
			lines = append(lines, l)
		}
	}
	slices.SortFunc(lines, compareLines)
	for _, l := range lines {
		twin.copyLine(copied, l)
	}
	for i, l := range lines {
		if l.picked > 0 {
			first := !slices.ContainsFunc(lines[:i], func(m *line) bool { return m.of == l.of && m.picked > 0 })
			twin.copyPick(copied, l, first)
		}
	}
	return nil
}

// copyLine gives the reservation of the same key another line; it is made where there is none.
func (s *Stock) copyLine(p *position, l *line) {
	hash := s.hash(l.of.key)
	shelf := s.shelf(hash)
	r := shelf.find(hash, l.of.key)
	if r == nil {
		r = &reservation{key: l.of.key, hash: hash, at: l.of.at, expires: l.of.expires, safety: l.of.safety, scope: l.of.scope}
		if m := l.of.moves; m != nil && m.by != "" {
			r.moves = &moves{by: m.by, times: m.times}
		}
		shelf.put(r)
	}
	if l.held == 0 {
		r.onCommitted(Committed{At: instant(max(l.of.at, 1))})
	}
	if r.committed != 0 { // it may have been committed after another of its lines was copied
		all := l.scheduled()
		all.Quantity = l.rest()
		r.rebuild(p, append(r.schedule(p), all))
		return
	}
	r.addHeld(p, l)
}

// copyPick notes what is picked of a line that has been copied, and with the first of a reservation the lots of all. The
// goods are not on hand there, as they are not here.
func (s *Stock) copyPick(p *position, l *line, first bool) {
	hash := s.hash(l.of.key)
	r := s.shelf(hash).find(hash, l.of.key)
	if len(r.postings) == 0 {
		was := l.of.postings[slices.IndexFunc(l.of.postings, func(made posting) bool { return made.kind == picking })]
		r.postings = append(r.postings, posting{
			kind: picking, at: was.at, document: was.document, taken: make([]int64, len(r.lines)),
		})
	}
	made := &r.postings[0]
	i := slices.IndexFunc(r.lines, func(m line) bool { return m.at == p && m.asks(l.scheduled()) })
	own := &r.lines[i]
	p.unclaim(own)
	own.picked += l.picked
	made.taken[i] += l.picked
	p.claim(own)
	if first && p.byLot() {
		for id, n := range l.of.boxed(l.at) {
			made.lots = note(made.lots, lotTaken{at: p, line: -1, id: id, quantity: n})
		}
		made.sum()
	}
}

// addHeld appends a line to a hold that is copied.
func (r *reservation) addHeld(p *position, l *line) {
	old := r.lines
	for i := range old {
		old[i].at.more.holds.remove(&old[i])
		old[i].at.unclaim(&old[i])
	}
	r.lines = make([]line, 0, len(old)+1)
	r.lines = append(r.lines, old...)
	r.lines = append(r.lines, line{at: p, date: l.date, good: l.good, lot: p.lot(l.lot.name()), quantity: l.open(), of: r})
	for i := range r.lines {
		n := &r.lines[i]
		n.at.claim(n)
		n.at.more.holds.push(n, r.expires)
	}
}
