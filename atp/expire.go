package atp

import (
	"slices"
	"time"
)

// Sweep drops holds that have expired by now and says which, by key. It is bookkeeping: expired holds count for nothing
// whether or not they were swept; but questions are quicker without them, and orders that wait for theirs want to know.
// The errors are *RequestError.
func (s *Stock) Sweep(now time.Time) ([]Expired, error) {
	if err := checkTime("sweep", now); err != nil {
		return nil, err
	}
	var expired []Expired
	for _, key := range s.lapsed(now.UnixNano()) {
		r, unlock, err := s.reservation(key)
		if err != nil {
			continue // taken back meanwhile
		}
		if r.status == StatusHeld && r.now(now.UnixNano()) == StatusExpired {
			e := Expired{Key: r.key, At: instant(now.UnixNano())}
			r.onExpired()
			expired = append(expired, e)
		}
		unlock()
	}
	return expired, nil
}

// lapsed lists the keys of reservations that may have expired by an instant, sorted.
func (s *Stock) lapsed(instant int64) []string {
	var keys []string
	for _, p := range s.sorted() {
		p.mu.Lock()
		if m := p.more; m != nil {
			m.holds.each(instant, func(l *line) { keys = append(keys, l.of.key) })
			for _, r := range m.lapsed {
				keys = append(keys, r.key)
			}
			m.lapsed = nil
		}
		p.mu.Unlock()
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// onExpired is the effect of the event.
func (r *reservation) onExpired() {
	if r.status != StatusHeld {
		return
	}
	r.status = StatusExpired
	r.drop()
}

// end is what has become of a hold that has ended while no sweep has said so.
func (r *reservation) end() {
	r.ended = true
	r.drop()
	m := r.lines[0].at.more
	m.lapsed = append(m.lapsed, r)
}

// drop takes the lines off their timelines.
func (r *reservation) drop() {
	for i := range r.lines {
		l := &r.lines[i]
		l.at.more.holds.remove(l)
		if l.claimed() {
			l.at.unclaim(l)
		}
	}
}

// UndoReserve takes a reservation back as if it had never been made, because its event could not be journalled: the key
// is free again. A reservation that was committed meanwhile, or that is not the one of the event, is a *StateError, and so
// is an event that is Replayed, which was journalled before.
func (s *Stock) UndoReserve(e Reserved) error {
	r, unlock, err := s.reservation(e.Key)
	if err != nil {
		return err
	}
	defer unlock()
	if !r.undoable(e) {
		return &StateError{Op: "undo reserve", Key: e.Key, Status: r.status, Reason: "more has happened since"}
	}
	s.undoReserve(r)
	return nil
}

// undoable reports whether the event made the reservation, and nothing has happened to it since.
func (r *reservation) undoable(e Reserved) bool {
	return !e.Replayed && (r.status == StatusHeld || r.status == StatusExpired) && len(r.postings) == 0 && instant(r.at).Equal(e.At)
}

// undoReserve drops a reservation. The caller holds the locks of its shelf and positions.
func (s *Stock) undoReserve(r *reservation) {
	r.drop()
	s.shelf(r.hash).remove(r)
}

// UndoCommit makes a committed reservation a hold again, because the commit could not be journalled. It ends when it
// would have ended. A reservation of which something was consumed or released meanwhile is a *StateError, and so is an
// event that is Replayed.
func (s *Stock) UndoCommit(e Committed) error {
	r, unlock, err := s.reservation(e.Key)
	if err != nil {
		return err
	}
	defer unlock()
	if e.Replayed || r.status != StatusCommitted || len(r.postings) > r.before || r.moves != nil ||
		!instant(r.committed).Equal(e.At) {
		return &StateError{Op: "undo commit", Key: e.Key, Status: r.status, Reason: "more has happened since"}
	}
	r.status, r.committed = StatusHeld, 0
	for i := range r.lines {
		l := &r.lines[i]
		m := l.at.more
		if l.open() == 0 {
			continue
		}
		if r.expires > l.at.clock {
			m.unlist(l)
			m.list(l)
			m.holds.push(l, r.expires)
			continue
		}
		l.at.unclaim(l)
		l.at.more.lapsed = append(l.at.more.lapsed, r)
	}
	return nil
}
