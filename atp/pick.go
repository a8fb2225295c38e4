package atp

import (
	"slices"
	"time"
)

// Pick takes goods of a committed reservation off the shelf: they lie ready for it, are not on hand any more, and nobody
// else can have them, whatever day they were reserved for. No rescheduling moves them, and they are not given back before
// they are unpicked. Without parts all that is open is picked; quotas are not touched. The lots are found as Consume
// finds them.
//
// The same document again gives the first answer with Replayed set, with other parts it is a *KeyConflictError. More than
// is open, or than is on hand, is a *ShortageError; the other errors are *RequestError, *UnknownKeyError, and *StateError,
// also where nothing is open. After an error nothing has changed.
func (s *Stock) Pick(now time.Time, p Posting) (Picked, error) {
	made, r, replayed, err := s.shelve(picking, now, p)
	if err != nil {
		return Picked{}, err
	}
	return Picked{
		Key: p.Key, At: instant(made.at), Document: p.Document, All: len(made.parts) == 0, Lines: r.moved(made),
		Lots: made.lotParts(), Replayed: replayed,
	}, nil
}

// Unpick says that picked goods are back on the shelf: the warehouse confirms it. They are on hand, available and in their
// lots again, and the reservation claims them as before, each part from its latest lines. Without parts all that is picked
// goes back.
//
// The same document again gives the first answer with Replayed set, with other parts it is a *KeyConflictError. More than
// is picked is a *ShortageError; the other errors are *RequestError, *UnknownKeyError, *StateError, also where nothing is
// picked, and ErrRange. After an error nothing has changed.
func (s *Stock) Unpick(now time.Time, p Posting) (Unpicked, error) {
	made, r, replayed, err := s.shelve(unpicking, now, p)
	if err != nil {
		return Unpicked{}, err
	}
	return Unpicked{
		Key: p.Key, At: instant(made.at), Document: p.Document, All: len(made.parts) == 0, Lines: r.moved(made),
		Lots: made.lotParts(), Replayed: replayed,
	}, nil
}

// UndoPick takes a picking back as if it had never been made, because its event could not be journalled. The error is a
// *StateError when more has happened to the reservation since, or when the event is Replayed.
func (s *Stock) UndoPick(e Picked) error {
	return s.undoPosting(picking, e.Key, e.Document, e.At, e.Replayed)
}

// UndoUnpick takes an unpicking back as if it had never been made, because its event could not be journalled. Others may
// have reserved the goods meanwhile, as with UndoRelease. The error is a *StateError when more has happened to the
// reservation since, or when the event is Replayed.
func (s *Stock) UndoUnpick(e Unpicked) error {
	return s.undoPosting(unpicking, e.Key, e.Document, e.At, e.Replayed)
}

// shelve takes goods off the shelf or puts them back.
func (s *Stock) shelve(kind postingKind, now time.Time, p Posting) (posting, *reservation, bool, error) {
	if p.Document == "" {
		return posting{}, nil, false, &RequestError{Op: kind.op(), Field: "Document", Reason: "is empty"}
	}
	r, unlock, err := s.reservation(p.Key)
	if err != nil {
		return posting{}, nil, false, err
	}
	defer unlock()
	made, replayed, err := s.post(kind, now, r, p)
	return made, r, replayed, err
}

// leavesShelf reports whether goods of a posting come off the shelf.
func (k postingKind) leavesShelf() bool { return k == consuming || k == picking }

// box notes that a part of what is consumed of a line had been picked.
func (made *posting) box(i int, n int64) {
	if n == 0 {
		return
	}
	if made.picked == nil {
		made.picked = make([]int64, len(made.taken))
	}
	made.picked[i] += n
	made.taken[i] += n
}

// unboxed is what a posting takes of what is picked of a line.
func (made *posting) unboxed(i int) int64 {
	switch {
	case made.kind == unpicking:
		return made.taken[i]
	case made.picked == nil:
		return 0
	}
	return made.picked[i]
}

// movedPicked lists what had been picked of what a posting took from each line, beside moved.
func (made *posting) movedPicked() []int64 {
	if made.picked == nil {
		return nil
	}
	var picked []int64
	for i, n := range made.taken {
		if n > 0 {
			picked = append(picked, made.picked[i])
		}
	}
	return picked
}

// fromPicked takes of what is picked of the lines and says what is missing: the earliest lines first, but what goes back
// on the shelf from the latest.
func (r *reservation) fromPicked(made *posting, part want, left int64) int64 {
	if made.kind != consuming && made.kind != unpicking {
		return left
	}
	take := func(most int64, of func(l *line) bool) {
		for k := range r.lines {
			i := k
			if made.kind == unpicking {
				i = len(r.lines) - 1 - k
			}
			l := &r.lines[i]
			if l.at != part.at || !of(l) {
				continue
			}
			n := min(left, most, l.picked-made.unboxed(i))
			if made.kind == unpicking {
				made.taken[i] += n
			} else {
				made.box(i, n)
			}
			left -= n
			most -= n
			made.lots = note(made.lots, lotTaken{
				at: l.at, line: i, id: part.lot, quantity: n, named: true, picked: made.kind == consuming,
			})
		}
	}
	if part.lot == "" {
		take(left, func(*line) bool { return true })
		return left
	}
	there := r.boxed(part.at)[part.lot]
	for i := range r.lines {
		if l := &r.lines[i]; l.at == part.at && l.lot.name() == part.lot {
			there -= l.picked
		}
	}
	take(left, func(l *line) bool { return l.lot.name() == part.lot })
	take(there, func(l *line) bool { return l.lot == nil })
	return left
}

// boxed is what is picked of each lot of a position; "" is what is in none.
func (r *reservation) boxed(p *position) map[string]int64 {
	box := make(map[string]int64)
	for i := range r.lines {
		if l := &r.lines[i]; l.at == p {
			box[""] += l.picked
		}
	}
	for _, made := range r.postings {
		for _, t := range made.lots {
			n := t.quantity
			switch {
			case t.at != p:
				continue
			case made.kind == unpicking || t.picked:
				n = -n
			case made.kind != picking:
				continue
			}
			box[t.id] += n
			box[""] -= n
		}
	}
	return box
}

// unbox finds the lots of what a posting takes of picked goods where it names none.
func (r *reservation) unbox(made *posting) {
	for i := 0; i < len(r.lines); {
		p := r.lines[i].at
		first, sum := i, int64(0)
		for ; i < len(r.lines) && r.lines[i].at == p; i++ {
			sum += made.unboxed(i)
		}
		if sum > 0 && p.byLot() {
			r.unboxAt(p, made, first, i)
		}
	}
}

// unboxAt does it for the lines of a position, from the first up to, not with, the last. Those on a lot have theirs; the
// others send the first to expire and put the last back.
func (r *reservation) unboxAt(p *position, made *posting, first, last int) {
	box := r.boxed(p)
	named := make([]int64, len(r.lines))
	for _, t := range made.lots {
		if t.at == p && (t.picked || made.kind == unpicking) {
			box[t.id] -= t.quantity
			named[t.line] += t.quantity
		}
	}
	take := func(i int, id string, n int64) {
		made.lots = note(made.lots, lotTaken{at: p, line: i, id: id, quantity: n, picked: made.kind == consuming})
	}
	for i := first; i < last; i++ {
		if l := &r.lines[i]; l.lot != nil {
			take(i, l.lot.id, made.unboxed(i)-named[i])
			box[l.lot.id] -= l.picked - named[i]
		}
	}
	ids := p.usedUp(box)
	if made.kind == unpicking {
		slices.Reverse(ids)
	}
	for i := first; i < last; i++ {
		if r.lines[i].lot != nil {
			continue
		}
		n := made.unboxed(i) - named[i]
		for _, id := range ids {
			part := min(n, box[id])
			box[id] -= part
			n -= part
			take(i, id, part)
		}
	}
}

// usedUp puts lots in the order in which they are used up, what is in none last.
func (p *position) usedUp(box map[string]int64) []string {
	var all []*lot
	for id := range box {
		if id != "" {
			all = append(all, p.lot(id))
		}
	}
	slices.SortFunc(all, (*lot).compare)
	ids := make([]string, 0, len(box))
	for _, l := range all {
		ids = append(ids, l.id)
	}
	return append(ids, "")
}

// returns reports whether the positions can take what goes back on the shelf.
func (r *reservation) returns(made *posting) bool {
	for i := 0; i < len(r.lines); {
		p := r.lines[i].at
		var sum int64
		for ; i < len(r.lines) && r.lines[i].at == p; i++ {
			sum += made.taken[i]
		}
		if sum > 0 && !p.fits(sum, sum) {
			return false
		}
	}
	return true
}
