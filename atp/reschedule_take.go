package atp

import (
	"slices"
)

// moves is what a reservation remembers once its lines are not those that it was made with.
type moves struct {
	made  []want // as reserved; none: it was made by a rescheduling
	by    string // the key of the rescheduling that made it; empty: it was reserved
	times int    // changes that have taken effect
}

// take puts the batch into effect. The caller holds all locks.
func (b *batch) take(s *Stock, now int64) {
	memory := make([]moves, 0, len(b.lines))
	for i, r := range b.res {
		if r.moves == nil {
			memory = append(memory, moves{made: r.wants()})
			r.moves = &memory[len(memory)-1]
		}
		r.moves.times++
		p, to := b.at[i], b.lines[i].To
		if len(to) > 0 && now > p.clock {
			p.detail()
			p.clock = now
			p.expire()
		}
		r.move(p, to)
	}
	for _, r := range b.fresh {
		s.shelf(r.hash).put(r)
	}
}

// wants gives the lines as they were asked for.
func (r *reservation) wants() []want {
	wants := make([]want, len(r.lines))
	for i := range r.lines {
		wants[i] = r.lines[i].want()
	}
	return wants
}

// move replaces what is open at a position.
func (r *reservation) move(p *position, to []ScheduleLine) {
	if len(r.lines) == 1 && len(to) == 1 && len(r.postings) == 0 {
		if l := &r.lines[0]; l.at == p && l.claimed() && l.open() == l.quantity {
			t := &p.more.timeline
			t.add(l.date, 0, -l.quantity)
			t.prune(l.date)
			l.date, l.quantity, l.good, l.lot = to[0].Date, to[0].Quantity, to[0].GoodThrough, p.lot(to[0].Lot)
			p.more.changed()
			t.add(l.date, 0, l.quantity)
			return
		}
	}
	r.rebuild(p, to)
	r.settle()
}

// placed is a line with the place where it was, -1 for one that is new.
type placed struct {
	line
	was int
}

// rebuild lays the lines out anew. Those that stay keep what was consumed and released of them, and postings find them at
// their new places.
func (r *reservation) rebuild(p *position, to []ScheduleLine) {
	lines := make([]placed, 0, len(r.lines)+len(to))
	for i := range r.lines {
		l := &r.lines[i]
		if l.at != p {
			lines = append(lines, placed{*l, i})
			continue
		}
		if l.claimed() {
			p.unclaim(l)
		}
		kept := placed{*l, i}
		kept.quantity = l.consumed + l.released + l.picked
		lines = append(lines, kept)
	}
	for _, t := range to {
		i := slices.IndexFunc(lines, func(l placed) bool { return l.at == p && l.asks(t) })
		if i < 0 {
			lines = append(lines, placed{line{at: p, date: t.Date, good: t.GoodThrough, lot: p.lot(t.Lot), of: r}, -1})
			i = len(lines) - 1
		}
		lines[i].quantity += t.Quantity
	}
	lines = slices.DeleteFunc(lines, func(l placed) bool { return l.quantity == 0 && !r.tookFrom(l.was) })
	slices.SortFunc(lines, func(a, b placed) int {
		return a.want().compare(b.want())
	})
	r.relay(p, lines)
}

// tookFrom reports whether a posting took something of the line at a place: such a line stays, with nothing, where all of
// it was unpicked and moved.
func (r *reservation) tookFrom(i int) bool {
	return i >= 0 && slices.ContainsFunc(r.postings, func(p posting) bool { return p.taken[i] > 0 })
}

// asks reports whether the line is of the day of a schedule line and asks the same of the goods.
func (l *line) asks(s ScheduleLine) bool {
	return l.date == s.Date && l.good == s.GoodThrough && l.lot.name() == s.Lot
}

// relay puts lines in the place of those there are. At p they are claimed anew, elsewhere the claims follow them.
func (r *reservation) relay(p *position, lines []placed) {
	r.lines = r.single[:0]
	if len(lines) > 1 {
		r.lines = make([]line, 0, len(lines))
	}
	for _, l := range lines {
		r.lines = append(r.lines, l.line)
	}
	for i := range r.lines {
		l := &r.lines[i]
		switch {
		case l.at != p && l.place > 0:
			l.at.more.firm[l.place-1] = l
		case l.at == p && l.rest() > 0:
			p.claim(l)
		}
	}
	for i := range r.postings {
		r.postings[i].taken = carried(r.postings[i].taken, lines)
		r.postings[i].picked = carried(r.postings[i].picked, lines)
	}
}

// carried lays what a posting took of each line out by the lines' new places.
func carried(taken []int64, lines []placed) []int64 {
	if taken == nil {
		return nil
	}
	moved := make([]int64, len(lines))
	for k, l := range lines {
		if l.was >= 0 {
			moved[k] = taken[l.was]
		}
	}
	return moved
}

// settle works the status of a committed reservation out from its lines.
func (r *reservation) settle() {
	r.status = StatusReleased
	for i := range r.lines {
		l := &r.lines[i]
		if l.rest() > 0 {
			r.status = StatusCommitted
			return
		}
		if l.consumed > 0 {
			r.status = StatusConsumed
		}
	}
}

// UndoReschedule takes a rescheduling back as if it had never been made, because its events could not be journalled.
// Others may have reserved meanwhile what it gave back; both promises then stand, and Shortfalls lists those that cannot
// be kept. The error is a *StateError when more has happened to one of the reservations since, or when the stock does
// not know the run or the event is Replayed; nothing has changed then.
func (s *Stock) UndoReschedule(e Rescheduled) error {
	const op = "undo reschedule"
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	if run, known := s.runs.done[e.Key]; !known || run.hash != e.Hash || e.Parts > 0 || e.Replayed {
		return &StateError{Op: op, Key: e.Key, Reason: "there is no such run"}
	}
	b, err := s.batchOf(e)
	if err != nil {
		return err
	}
	unlock := b.lock(s)
	defer unlock()
	for i, r := range b.res {
		if r == nil || r.moves == nil || !r.has(b.at[i], b.lines[i].To) {
			return &StateError{Op: op, Key: b.lines[i].Key, Reason: "more has happened since"}
		}
		if r.moves.by == e.Key && len(r.postings) > 0 {
			return &StateError{Op: op, Key: r.key, Status: r.status, Reason: "more has happened since"}
		}
	}
	for i, r := range b.res {
		r.move(b.at[i], b.lines[i].From)
		if r.moves.times--; r.moves.times > 0 {
			continue
		}
		if r.moves.by != "" {
			s.shelf(r.hash).remove(r)
		} else {
			r.moves = nil
		}
	}
	delete(s.runs.done, e.Key)
	return nil
}

// batchOf is the batch that led to an event.
func (s *Stock) batchOf(e Rescheduled) (*batch, error) {
	n := len(e.Lines)
	b := &batch{
		lines: slices.Clone(e.Lines), at: make([]*position, n), hash: make([]uint64, n), res: make([]*reservation, n),
	}
	for i := range b.lines {
		l := &b.lines[i]
		var err error
		if i > 0 && b.at[i-1].item == l.Item && b.at[i-1].site.id == l.Site {
			b.at[i] = b.at[i-1]
		} else if b.at[i], err = s.intern(l.Item, l.Site); err != nil {
			return nil, err
		}
		b.hash[i] = s.hash(l.Key)
	}
	return b, nil
}
