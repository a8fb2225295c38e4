package budget

import "time"

// Commit makes what a key has reserved firm: it does not lapse any more. The days of its limits do not matter to it.
//
// A key that is committed already gives the event that stands, Replayed. The errors are *UnknownKeyError, *RequestError
// for the time, and a *StateError when the reservation has lapsed or was released: reserve again then.
func (g *Register) Commit(now time.Time, key string) (Committed, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r, err := g.find("commit", now, key)
	if err != nil {
		return Committed{}, err
	}
	switch r.stands.status {
	case StatusCommitted:
		return Committed{Key: key, Revision: r.stands.settled, At: r.stands.settledAt, Replayed: true}, nil
	case StatusHeld:
	default:
		return Committed{}, &StateError{Op: "commit", Key: key, Reason: "is " + string(r.stands.status)}
	}
	e := Committed{Key: key, Revision: r.revision + 1, At: time.Unix(0, g.clock).UTC()}
	return e, g.settle(r, StatusCommitted, e.At, "")
}

// UndoCommit takes a commitment back as if it had never been made, because its event could not be journalled. The error
// is a *StateError when more has happened to the key since.
func (g *Register) UndoCommit(e Committed) error { return g.undo("undo commit", e.Key, e.Revision) }

// Release gives back all that a key has, held or committed: the order was cancelled.
//
// A key that was released already gives the event that stands, Replayed. A reservation that has lapsed is released all
// the same. The errors are *UnknownKeyError and *RequestError for the time.
func (g *Register) Release(now time.Time, key, reason string) (Released, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r, err := g.find("release", now, key)
	if err != nil {
		return Released{}, err
	}
	if s := r.stands; s.status == StatusReleased {
		return Released{Key: key, Revision: s.settled, At: s.settledAt, Reason: s.reason, Replayed: true}, nil
	}
	e := Released{Key: key, Revision: r.revision + 1, At: time.Unix(0, g.clock).UTC(), Reason: reason}
	return e, g.settle(r, StatusReleased, e.At, reason)
}

// UndoRelease takes a release back as if it had never been made, because its event could not be journalled: the key has
// again what it had. In between others may have taken it, and the limit is then exceeded until somebody gives back. The
// error is a *StateError when more has happened to the key since.
func (g *Register) UndoRelease(e Released) error { return g.undo("undo release", e.Key, e.Revision) }

// find gives a reservation as it is at an instant. The caller holds g.mu.
func (g *Register) find(op string, now time.Time, key string) (*reservation, error) {
	if err := checkTime(op, "now", now); err != nil {
		return nil, err
	}
	r := g.reservations[key]
	if r == nil {
		return nil, &UnknownKeyError{Key: key}
	}
	g.advance(now.UnixNano())
	return r, nil
}

// settle commits or releases a reservation. The caller holds g.mu.
func (g *Register) settle(r *reservation, status Status, at time.Time, reason string) error {
	to := *r.stands
	to.status, to.before = status, r.stands
	to.settled, to.settledAt, to.reason = r.revision+1, at, reason
	if err := g.change(r, &to); err != nil {
		return err
	}
	r.revision++
	return nil
}

// undo puts back what stood before the last event of a key.
func (g *Register) undo(op, key string, revision uint64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := g.reservations[key]
	if r == nil || r.revision != revision {
		return &StateError{Op: op, Key: key, Reason: "does not stand as the event says"}
	}
	before := r.stands.before
	if err := g.change(r, before); err != nil {
		return err
	}
	if r.revision--; before == nil {
		delete(g.reservations, key)
	}
	g.advance(g.clock)
	return nil
}
