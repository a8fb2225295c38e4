package atp

import (
	"fmt"
	"slices"
	"time"
)

// Commit makes a hold permanent. Doing it again gives the first answer with Replayed set. The errors are
// *RequestError, *UnknownKeyError, and *StateError for a hold that has expired (errors.Is ErrExpired) or was released.
func (s *Stock) Commit(now time.Time, key string) (Committed, error) {
	if err := checkTime("commit", now); err != nil {
		return Committed{}, err
	}
	r, unlock, err := s.reservation(key)
	if err != nil {
		return Committed{}, err
	}
	defer unlock()
	if r.committed != 0 {
		return Committed{Key: key, At: instant(r.committed), Replayed: true}, nil
	}
	if status := r.now(now.UnixNano()); status != StatusHeld {
		return Committed{}, &StateError{Op: "commit", Key: key, Status: status}
	}
	e := Committed{Key: key, At: instant(now.UnixNano())}
	r.onCommitted(e)
	return e, nil
}

// onCommitted is the effect of the event. Where the hold had been dropped, for an event of a later instant came first,
// its lines are claimed again: the event says that the commit was in time.
func (r *reservation) onCommitted(e Committed) {
	if r.committed != 0 {
		return
	}
	r.committed = e.At.UnixNano()
	r.before = len(r.postings)
	r.status, r.ended = StatusCommitted, false
	for i := range r.lines {
		l := &r.lines[i]
		l.at.more.holds.remove(l)
		switch {
		case l.claimed():
			l.at.more.list(l)
		case l.open() > 0:
			l.at.claim(l)
		}
	}
}

// Posting says what part of a reservation to consume or to release.
type Posting struct {
	// Key is the reservation's.
	Key string
	// Document names the posting among those of the reservation and serves as its key: a shipment, a change order.
	// Required, but for releasing everything that is open.
	Document string
	// Parts lists items and quantities; the part of an item is taken from its earliest lines. None: all that is open.
	Parts []Part
}

// Part is a quantity of an item at a site. Quotas that were taken for the item follow by themselves, in proportion; a
// quota that was taken for nothing is a part of its own.
type Part struct {
	Ref      Ref
	Quantity int64
	// Lot names the lot that left: whatever the warehouse took, good enough or not, but a line on a lot gives way to no
	// other. Empty: the first to expire of those that are good enough, and nothing that other reservations have a lot for.
	// A release with a Lot is one of the lines on that lot.
	Lot string
}

// postingKind tells what a posting did.
type postingKind uint8

const (
	consuming postingKind = iota
	releasing
)

func (k postingKind) op() string {
	if k == consuming {
		return "consume"
	}
	return "release"
}

// posting is a document that changed a reservation once.
type posting struct {
	kind     postingKind
	at       int64 // nanoseconds since 1970
	document string
	parts    []want // as asked for, sorted and merged; empty: all
	taken    []int64
	lots     []lotTaken
}

// Consume takes reserved goods from stock on hand: they have left the site. Only committed reservations are consumed.
// The same document again gives the first answer with Replayed set, with other parts it is a *KeyConflictError. More
// than is open, or than is on hand, is a *ShortageError; the other errors are *RequestError, *UnknownKeyError and
// *StateError.
func (s *Stock) Consume(now time.Time, p Posting) (Consumed, error) {
	if p.Document == "" {
		return Consumed{}, &RequestError{Op: "consume", Field: "Document", Reason: "is empty"}
	}
	r, unlock, err := s.reservation(p.Key)
	if err != nil {
		return Consumed{}, err
	}
	defer unlock()
	made, replayed, err := s.post(consuming, now, r, p)
	if err != nil {
		return Consumed{}, err
	}
	return Consumed{
		Key: p.Key, At: instant(made.at), Document: p.Document, All: len(made.parts) == 0, Lines: r.moved(made),
		Lots: made.lotParts(), Replayed: replayed,
	}, nil
}

// Release gives reserved goods back, held or committed ones. The same document again gives the first answer with
// Replayed set, with other parts it is a *KeyConflictError. What was consumed or released before is not open any more
// and cannot be released: more than is open is a *ShortageError, and nothing open a *StateError. The other errors are
// *RequestError and *UnknownKeyError.
func (s *Stock) Release(now time.Time, p Posting) (Released, error) {
	if p.Document == "" && len(p.Parts) > 0 {
		return Released{}, &RequestError{Op: "release", Field: "Document", Reason: "is empty"}
	}
	r, unlock, err := s.reservation(p.Key)
	if err != nil {
		return Released{}, err
	}
	defer unlock()
	made, replayed, err := s.post(releasing, now, r, p)
	if err != nil {
		return Released{}, err
	}
	return Released{
		Key: p.Key, At: instant(made.at), Document: p.Document, All: len(made.parts) == 0, Lines: r.moved(made),
		Lots: made.lotParts(), Replayed: replayed,
	}, nil
}

// post decides a posting and puts it into effect. The caller holds the reservation's locks.
func (s *Stock) post(kind postingKind, now time.Time, r *reservation, p Posting) (posting, bool, error) {
	none := func(err error) (posting, bool, error) { return posting{}, false, err }
	if err := checkTime(kind.op(), now); err != nil {
		return none(err)
	}
	parts, err := s.parts(kind, p.Parts)
	if err != nil {
		return none(err)
	}
	if i := r.posted(p.Document); i >= 0 {
		made := r.postings[i]
		if made.kind != kind || !slices.Equal(made.parts, parts) {
			return none(&KeyConflictError{Op: kind.op(), Key: p.Document})
		}
		return made, true, nil
	}
	status := r.now(now.UnixNano())
	if status != StatusCommitted && (kind == consuming || status != StatusHeld) {
		return none(&StateError{Op: kind.op(), Key: r.key, Status: status})
	}
	made := posting{kind: kind, at: now.UnixNano(), document: p.Document, parts: parts}
	var short []Shortage
	made.taken, made.lots, short = r.split(kind, parts)
	if kind == consuming && short == nil {
		short = r.lacking(made.taken)
	}
	if kind == consuming && short == nil {
		short = r.pick(&made)
	}
	if short != nil {
		return none(&ShortageError{Op: kind.op(), Lines: short})
	}
	made.sum()
	r.onPosted(made)
	return made, false, nil
}

// parts checks, sorts and merges.
func (s *Stock) parts(kind postingKind, parts []Part) ([]want, error) {
	var wants []want
	for i, part := range parts {
		at, err := s.target(kind.op(), fmt.Sprintf("Parts[%d].Ref", i), part.Ref)
		if err != nil {
			return nil, err
		}
		if err := checkQuantity(kind.op(), fmt.Sprintf("Parts[%d].Quantity", i), part.Quantity); err != nil {
			return nil, err
		}
		if at.quota != nil && part.Lot != "" {
			return nil, &RequestError{Op: kind.op(), Field: fmt.Sprintf("Parts[%d].Lot", i), Reason: "is given for a quota"}
		}
		if j := slices.IndexFunc(wants, func(w want) bool { return w.at == at && w.lot == part.Lot }); j >= 0 {
			if wants[j].quantity += part.Quantity; wants[j].quantity > maxTotal {
				return nil, &RequestError{Op: kind.op(), Field: "Parts", Reason: "add up to more than a reservation can have"}
			}
			continue
		}
		wants = append(wants, want{at: at, lot: part.Lot, quantity: part.Quantity})
	}
	slices.SortFunc(wants, want.compare)
	return wants, nil
}

// posted gives the place of a document's posting, -1 when there is none. No document is no key.
func (r *reservation) posted(document string) int {
	if document == "" {
		return -1
	}
	return slices.IndexFunc(r.postings, func(p posting) bool { return p.document == document })
}

// split spreads parts over the lines, those that name a lot first, or takes all that is open.
func (r *reservation) split(kind postingKind, parts []want) (taken []int64, lots []lotTaken, short []Shortage) {
	taken = make([]int64, len(r.lines))
	if len(parts) == 0 {
		for i := range r.lines {
			taken[i] = r.lines[i].open()
		}
		return taken, nil, nil
	}
	take := func(part want, left int64, of func(l *line) bool) int64 {
		for i := range r.lines {
			if l := &r.lines[i]; l.at == part.at && l.follows == nil && of(l) {
				n := min(left, l.open()-taken[i])
				taken[i] += n
				left -= n
				lots = note(lots, lotTaken{at: l.at, line: i, id: part.lot, quantity: n, named: true})
			}
		}
		return left
	}
	for _, named := range []bool{true, false} {
		for _, part := range parts {
			if named != (part.lot != "") {
				continue
			}
			left := part.quantity
			if named {
				left = take(part, left, func(l *line) bool { return l.lot.name() == part.lot })
			}
			if !named || kind == consuming {
				left = take(part, left, func(l *line) bool { return !named || l.lot == nil })
			}
			if left > 0 {
				short = append(short, Shortage{
					Item: part.at.item, Site: part.at.site.id, Requested: part.quantity, Available: part.quantity - left,
					Quota: part.at.quota != nil, Lot: part.lot,
				})
			}
		}
	}
	r.followed(taken)
	return taken, lots, short
}

// lacking lists the items of which less is on hand than is to be consumed.
func (r *reservation) lacking(taken []int64) (short []Shortage) {
	for i := 0; i < len(r.lines); {
		p := r.lines[i].at
		var sum int64
		for ; i < len(r.lines) && r.lines[i].at == p; i++ {
			sum += taken[i]
		}
		if p.quota == nil && sum > p.onHand[Available] {
			short = append(short, Shortage{
				Item: p.item, Site: p.site.id, Requested: sum, Available: max(p.onHand[Available], 0),
			})
		}
	}
	return short
}

// onPosted is the effect of a posting.
func (r *reservation) onPosted(made posting) {
	r.postings = append(r.postings, made)
	open, consumed := false, false
	made.moveLots(-1)
	for i, n := range made.taken {
		l := &r.lines[i]
		if n > 0 {
			l.at.post(l, made.kind, n)
		}
		open = open || l.open() > 0
		consumed = consumed || l.consumed > 0
	}
	switch {
	case open:
	case consumed:
		r.status = StatusConsumed
	default:
		r.status = StatusReleased
	}
}

// post moves a quantity of a line out of what is open.
func (p *position) post(l *line, kind postingKind, n int64) {
	claimed := l.claimed()
	if claimed {
		p.unclaim(l)
	}
	if kind == consuming {
		l.consumed += n
		p.use(l, n)
	} else {
		l.released += n
	}
	switch {
	case l.open() == 0:
		p.more.holds.remove(l)
	case claimed:
		p.claim(l)
	}
}

// moved lists what a posting took from each line.
func (r *reservation) moved(made posting) []ReservedLine {
	var lines []ReservedLine
	for i, n := range made.taken {
		if l := &r.lines[i]; n > 0 {
			lines = append(lines, l.reserved(n))
		}
	}
	return lines
}

// reservation finds a reservation, takes the locks of its shelf and its positions, and gives the function that returns
// them.
func (s *Stock) reservation(key string) (*reservation, func(), error) {
	hash := s.hash(key)
	shelf := s.shelf(hash)
	shelf.mu.Lock()
	r := shelf.find(hash, key)
	if r == nil {
		shelf.mu.Unlock()
		return nil, nil, &UnknownKeyError{Key: key}
	}
	unlock := r.lock()
	return r, func() { unlock(); shelf.mu.Unlock() }, nil
}
