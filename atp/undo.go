package atp

import "time"

// UndoConsume takes a consumption back as if it had never been made, because its event could not be journalled: the goods
// are on hand and reserved again. The error is a *StateError when more has happened to the reservation since, or when the
// event is Replayed.
func (s *Stock) UndoConsume(e Consumed) error {
	return s.undoPosting(consuming, e.Key, e.Document, e.At, e.Replayed)
}

// UndoRelease takes a release back as if it had never been made, because its event could not be journalled: the goods are
// reserved again. Others may have reserved them meanwhile; both promises then stand, and Shortfalls lists the one that
// cannot be kept. The error is a *StateError when more has happened to the reservation since, or when the event is
// Replayed.
func (s *Stock) UndoRelease(e Released) error {
	return s.undoPosting(releasing, e.Key, e.Document, e.At, e.Replayed)
}

func (s *Stock) undoPosting(kind postingKind, key, document string, at time.Time, replayed bool) error {
	r, unlock, err := s.reservation(key)
	if err != nil {
		return err
	}
	defer unlock()
	last := len(r.postings) - 1
	if replayed || last < 0 || last < r.before && r.committed != 0 || r.postings[last].kind != kind ||
		r.postings[last].document != document || !instant(r.postings[last].at).Equal(at) {
		return &StateError{Op: "undo " + kind.op(), Key: key, Status: r.status, Reason: "more has happened since"}
	}
	made := r.postings[last]
	for i, n := range made.taken {
		if kind == unpicking && n > r.lines[i].open() {
			return &StateError{Op: "undo " + kind.op(), Key: key, Status: r.status, Reason: "more has happened since"}
		}
	}
	r.postings = r.postings[:last]
	switch {
	case r.committed != 0:
		r.status = StatusCommitted
	case r.status != StatusExpired: // else it was swept meanwhile
		r.status = StatusHeld
	}
	made.moveLots(1)
	for i, n := range made.taken {
		if n > 0 {
			r.unpost(made, i)
		}
	}
	return nil
}

// unpost takes back what a posting did to a line. A hold that has ended meanwhile claims nothing any more.
func (r *reservation) unpost(made posting, i int) {
	l := &r.lines[i]
	p := l.at
	gone := l.rest() == 0
	if l.claimed() {
		p.unclaim(l)
	}
	made.shift(l, i, -1)
	if r.committed != 0 {
		p.claim(l)
		return
	}
	if r.status == StatusExpired || r.expires <= p.clock {
		if gone && r.status != StatusExpired {
			p.more.lapsed = append(p.more.lapsed, r)
		}
		return
	}
	p.claim(l)
	if gone {
		p.more.holds.push(l, r.expires)
	}
}
