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

// Posting says what part of a reservation to pick, to unpick, to consume or to release.
type Posting struct {
	// Key is the reservation's.
	Key string
	// Document names the posting among those of the reservation and serves as its key: a shipment, a change order.
	// Required, but for releasing everything that is open.
	Document string
	// Parts lists items and quantities; the part of an item is taken from its earliest lines, but what goes back on the shelf
	// from its latest. None: all that there is to do it to.
	Parts []Part
}

// Part is a quantity of an item at a site. Quotas that were taken for the item follow by themselves, in proportion; a
// quota that was taken for nothing is a part of its own.
type Part struct {
	Ref      Ref
	Quantity int64
	// Lot names the lot that left: whatever the warehouse took, good enough or not, but a line on a lot gives way to no
	// other. Empty: the first to expire of those that are good enough, and nothing that other reservations have a lot for.
	// A release with a Lot is one of the lines on that lot. Of goods that are picked it is the lot that was picked; where none
	// is named, the first to expire leaves first and the last goes back first.
	Lot string
}

// postingKind tells what a posting did.
type postingKind uint8

const (
	consuming postingKind = iota
	releasing
	picking
	unpicking
	decreasing
)

func (k postingKind) op() string {
	return [...]string{"consume", "release", "pick", "unpick", "decrease"}[k]
}

// posting is a document that changed a reservation once.
type posting struct {
	kind      postingKind
	at        int64 // nanoseconds since 1970
	document  string
	parts     []want // as asked for, sorted and merged; empty: all
	taken     []int64
	picked    []int64 // the part of what was consumed that had been picked; nil: none
	lots      []lotTaken
	reduction *Reduction // nil unless decreasing
}

// Consume takes reserved goods from stock on hand: they have left the site. Only committed reservations are consumed. What
// is picked goes first.
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
		Picked: made.movedPicked(), Lots: made.lotParts(), Replayed: replayed,
	}, nil
}

// Release gives reserved goods back, held or committed ones. What is picked is not given back before it is unpicked: it is
// not open, and where something is, a release without parts is a *StateError. The same document again gives the first answer with
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
	if err := r.allows(kind, now.UnixNano(), len(parts) == 0); err != nil {
		return none(err)
	}
	made := posting{kind: kind, at: now.UnixNano(), document: p.Document, parts: parts}
	short := r.split(&made)
	if kind.leavesShelf() && short == nil {
		short = r.lacking(&made)
	}
	if kind.leavesShelf() && short == nil {
		short = r.pick(&made)
	}
	if short != nil {
		return none(&ShortageError{Op: kind.op(), Lines: short})
	}
	if kind == unpicking && !r.returns(&made) {
		return none(ErrRange)
	}
	r.unbox(&made)
	made.sum()
	r.onPosted(made)
	return made, false, nil
}

// allows says why a posting cannot be made in the reservation's state; all tells that it is of all there is.
func (r *reservation) allows(kind postingKind, now int64, all bool) error {
	status := r.now(now)
	fail := func(reason string) error {
		return &StateError{Op: kind.op(), Key: r.key, Status: status, Reason: reason}
	}
	takes := kind != releasing && kind != decreasing
	if status != StatusCommitted && (takes || status != StatusHeld) {
		return fail("")
	}
	var open, picked int64
	for i := range r.lines {
		picked += r.lines[i].picked
		if r.lines[i].at.quota == nil {
			open += r.lines[i].open()
		}
	}
	switch {
	case !all:
	case kind == releasing && picked > 0:
		return fail("goods are picked for it")
	case kind == picking && open == 0:
		return fail("nothing is open")
	case kind == unpicking && picked == 0:
		return fail("nothing is picked")
	}
	return nil
}

// parts checks, sorts and merges.
func (s *Stock) parts(kind postingKind, parts []Part) ([]want, error) {
	var wants []want
	for i, part := range parts {
		at, err := s.target(kind.op(), fmt.Sprintf("Parts[%d].Ref", i), part.Ref)
		if err != nil {
			return nil, err
		}
		if at.quota != nil && (kind == picking || kind == unpicking) {
			return nil, &RequestError{Op: kind.op(), Field: fmt.Sprintf("Parts[%d].Ref", i), Reason: "is a quota, not an item"}
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

// split spreads the parts of a posting over the lines, those that name a lot first, or takes all there is.
func (r *reservation) split(made *posting) (short []Shortage) {
	made.taken = make([]int64, len(r.lines))
	if len(made.parts) == 0 {
		r.splitAll(made)
		return nil
	}
	for _, named := range []bool{true, false} {
		for _, part := range made.parts {
			if named != (part.lot != "") {
				continue
			}
			left := r.fromPicked(made, part, part.quantity)
			if made.kind != unpicking {
				left = r.fromOpen(made, part, left)
			}
			if left > 0 {
				short = append(short, Shortage{
					Item: part.at.item, Site: part.at.site.id, Requested: part.quantity, Available: part.quantity - left,
					Quota: part.at.quota != nil, Lot: part.lot,
				})
			}
		}
	}
	if made.kind == consuming || made.kind == releasing {
		r.followed(made.taken)
	}
	return short
}

// splitAll takes all there is.
func (r *reservation) splitAll(made *posting) {
	for i := range r.lines {
		l := &r.lines[i]
		switch made.kind {
		case unpicking:
			made.taken[i] = l.picked
		case picking:
			if l.at.quota == nil {
				made.taken[i] = l.open()
			}
		default:
			made.taken[i] = l.open()
			if made.kind == consuming {
				made.box(i, l.picked)
			}
		}
	}
}

// fromOpen takes of what is open of the lines and says what is missing.
func (r *reservation) fromOpen(made *posting, part want, left int64) int64 {
	take := func(of func(l *line) bool) {
		for i := range r.lines {
			if l := &r.lines[i]; l.at == part.at && l.follows == nil && of(l) {
				n := min(left, l.open()-made.taken[i]+made.unboxed(i))
				made.taken[i] += n
				left -= n
				made.lots = note(made.lots, lotTaken{at: l.at, line: i, id: part.lot, quantity: n, named: true})
			}
		}
	}
	named := part.lot != ""
	if named {
		take(func(l *line) bool { return l.lot.name() == part.lot })
	}
	if !named || made.kind.leavesShelf() {
		take(func(l *line) bool { return !named || l.lot == nil })
	}
	return left
}

// lacking lists the items of which less is on hand than is to be taken off the shelf.
func (r *reservation) lacking(made *posting) (short []Shortage) {
	for i := 0; i < len(r.lines); {
		p := r.lines[i].at
		var sum int64
		for ; i < len(r.lines) && r.lines[i].at == p; i++ {
			sum += made.taken[i] - made.unboxed(i)
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
			l.at.post(l, made, i)
		}
		open = open || l.rest() > 0
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

// post does to the i-th line of a reservation what a posting says.
func (p *position) post(l *line, made posting, i int) {
	claimed := l.claimed()
	if claimed {
		p.unclaim(l)
	}
	made.shift(l, i, 1)
	switch {
	case l.rest() == 0:
		p.more.holds.remove(l)
	case claimed:
		p.claim(l)
	}
}

// shift moves what a posting took of a line from one of its sums to another, and the goods with it; with sign -1 it takes
// that back.
func (made *posting) shift(l *line, i int, sign int64) {
	n := sign * made.taken[i]
	switch made.kind {
	case consuming:
		boxed := sign * made.unboxed(i)
		l.consumed += n
		l.picked -= boxed
		l.at.use(l, n-boxed)
	case picking:
		l.picked += n
		l.at.onHand[Available] -= n
	case unpicking:
		l.picked -= n
		l.at.onHand[Available] += n
	case releasing, decreasing:
		l.released += n
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
