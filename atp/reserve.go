package atp

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// MaxLines bounds the lines of one reservation, so that its event fits a journal batch.
const MaxLines = 2000

// Line asks for a quantity of an item on a date, or of a quota in the period of a date.
type Line struct {
	Ref Ref `json:"ref"` // required
	// Date is the day on which the goods are taken, required; for an item, a day that has passed means today.
	Date     calendar.Date `json:"date"`
	Quantity int64         `json:"quantity"` // in base units, or the quota's, from 1 to MaxQuantity
	// GoodThrough is the day through which the goods must be good. No date, or one before Date: Date.
	GoodThrough calendar.Date `json:"good_through,omitzero"`
	// Lot names the lot that the goods must come from; empty: any. They are taken from what is on hand of it.
	Lot string `json:"lot,omitempty"`
	// For and Use are for quotas alone; see LineQuota. For is the item that the quota is taken for; where it is none, the
	// line of the quota is consumed and released by itself.
	For Ref `json:"for,omitzero"`
	Use int `json:"use,omitempty"`
}

// Request asks for a reservation.
type Request struct {
	// Key identifies the reservation for ever: the same key with the same content is the same reservation. Required.
	Key string
	// Hold is how long the reservation lasts unless it is committed. Required, above 0. It belongs to the content.
	Hold time.Duration
	// Lines lists what is wanted, 1 to MaxLines; all of it is reserved or nothing. Lines of the same item, site and date
	// (and GoodThrough and Lot) are added up.
	Lines []Line
	// Scope and SafetyStock are as in Query and hold for all lines.
	Scope       Scope
	SafetyStock bool
	// Placed is the day on which the demand was placed, see Policy.LastOrder. No date: today. Where the reservation takes the
	// place of another, it is the day of that one. It does not belong to the content.
	Placed calendar.Date
}

// reservation is guarded by the lock of its shelf; its lines, once claimed, by the locks of their positions.
type reservation struct {
	key         string
	hash        uint64
	at, expires int64 // nanoseconds since 1970
	status      Status
	safety      bool
	ended       bool // the hold had ended in the State that it comes from, and no sweep had said so
	scope       Scope
	lines       []line // by item, site, date, the day through which they must be good, lot
	before      int    // postings made before it was committed
	committed   int64  // when, nanoseconds since 1970; 0: not yet
	postings    []posting
	single      [1]line // the memory of lines when there is one
	moves       *moves  // nil unless it was rescheduled
}

// line is a part of a reservation.
type line struct {
	at       *position
	date     calendar.Date
	place    int32 // amongHolds, or from 1 the place among the position's firm claims; 0: not on the timeline
	held     int32 // place in the position's heap of holds, from 1; 0: does not expire
	good     calendar.Date
	lot      *lot    // nil: any
	follows  *follow // what a line of a quota goes with; nil: nothing
	quantity int64
	consumed int64
	released int64
	picked   int64
	of       *reservation
}

// amongHolds is the place of a line that is on the timeline for as long as its hold lasts.
const amongHolds = -1

// claimed reports whether the line is on the timeline.
func (l *line) claimed() bool { return l.place != 0 }

// open is what the line still claims of supply. What is picked has its goods.
func (l *line) open() int64 { return l.quantity - l.consumed - l.released - l.picked }

// rest is what has neither left nor been given back.
func (l *line) rest() int64 { return l.open() + l.picked }

// want is a checked line of a request.
type want struct {
	at       *position
	date     calendar.Date
	good     calendar.Date
	lot      string
	quantity int64
	follows  *follow
}

func (w want) compare(v want) int {
	if w.at != v.at {
		return w.at.compare(v.at)
	}
	if w.date != v.date {
		return w.date.Compare(v.date)
	}
	if c := cmp.Or(w.good.Compare(v.good), cmp.Compare(w.lot, v.lot)); c != 0 || w.follows == v.follows {
		return c
	}
	return w.follows.compare(v.follows)
}

// Reserve holds all lines of the request or none. It checks and takes in one step: whatever else happens at the same
// time, a unit is never held twice.
//
// A key that was used before with the same content gives the same answer again, with Replayed set and whatever became
// of the reservation since; with another content it is a *KeyConflictError. A request that is refused does not bind its
// key. The other errors are *RequestError, *ShortageError and ErrRange. After an error nothing has changed.
func (s *Stock) Reserve(now time.Time, req Request) (Reserved, error) {
	return s.reserve(now, req, nil)
}

// reserve holds all lines and adds what is produced for them, where made is not nil, or neither.
func (s *Stock) reserve(now time.Time, req Request, made *production) (Reserved, error) {
	if err := req.check(now); err != nil {
		return Reserved{}, err
	}
	var few [4]want
	instant := now.UnixNano()
	wants, err := s.wants(few[:0], req.Lines, instant)
	if err != nil {
		return Reserved{}, err
	}
	hash := s.hash(req.Key)
	shelf := s.shelf(hash)
	shelf.mu.Lock()
	defer shelf.mu.Unlock()
	if r := shelf.find(hash, req.Key); r != nil {
		if wants, err = s.wants(wants[:0], req.Lines, r.at); err != nil || !r.same(req, wants) || !made.replay(r.key, wants) {
			return Reserved{}, &KeyConflictError{Op: "reserve", Key: req.Key}
		}
		e := r.event()
		e.Replayed = true
		return e, nil
	}
	lock(wants)
	defer unlock(wants)
	for _, w := range wants {
		instant = max(instant, w.at.clock)
	}
	if instant > now.UnixNano() { // today may be another day; the locks are given back by the first reading
		if err := checkTime("reserve", time.Unix(0, instant).Add(req.Hold)); err != nil {
			return Reserved{}, err
		}
		if wants, err = s.wants(nil, req.Lines, instant); err != nil {
			return Reserved{}, err
		}
	}
	err = made.add(req.Key, instant)
	if err == nil {
		err = s.admit(instant, req, wants)
	}
	if err != nil {
		made.remove()
		return Reserved{}, err
	}
	r := &reservation{
		key: req.Key, hash: hash, at: instant, expires: instant + int64(req.Hold), safety: req.SafetyStock,
		scope: req.Scope,
	}
	r.fill(wants)
	r.take()
	shelf.put(r)
	return r.event(), nil
}

func (req *Request) check(now time.Time) error {
	fail := func(field, reason string) error { return &RequestError{Op: "reserve", Field: field, Reason: reason} }
	switch {
	case req.Key == "":
		return fail("Key", "is empty")
	case req.Hold <= 0:
		return fail("Hold", "is not above 0")
	case req.Hold > 100*366*24*time.Hour:
		return fail("Hold", "is longer than 100 years")
	case len(req.Lines) == 0:
		return fail("Lines", "is empty")
	case len(req.Lines) > MaxLines:
		return fail("Lines", "has more than MaxLines")
	case req.Scope>>supplyTypes != 0:
		return fail("Scope", "holds an unknown type of supply")
	}
	if err := checkTime("reserve", now); err != nil {
		return err
	}
	return checkTime("reserve", now.Add(req.Hold))
}

// wants checks lines, moves days that have passed to today, sorts the lines into the order in which positions are
// locked, and adds up equal ones.
func (s *Stock) wants(dst []want, lines []Line, now int64) ([]want, error) {
	const op = "reserve"
	for i, l := range lines {
		p, err := s.target(op, "Ref", l.Ref)
		if err == nil {
			err = checkQuantity(op, "Quantity", l.Quantity)
		}
		var f *follow
		if err == nil && (l.For.p != nil || l.Use != 0) {
			f, err = s.follow(p, l)
		}
		if err == nil && l.Date.IsZero() {
			err = &RequestError{Op: op, Field: "Date", Reason: "is missing"}
		}
		if err != nil {
			return nil, inLine(err, i)
		}
		if fault := p.lotFault(l); fault != nil {
			return nil, inLine(fault, i)
		}
		w := want{at: p, date: l.Date, good: l.GoodThrough, lot: l.Lot, quantity: l.Quantity, follows: f}
		if today := p.site.date(now); p.quota == nil && w.date.Before(today) {
			w.date = today
		}
		if !w.good.After(w.date) {
			w.good = calendar.Date{}
		}
		dst = append(dst, w)
	}
	if err := followed(lines); err != nil {
		return nil, err
	}
	if len(dst) == 1 {
		return dst, nil
	}
	slices.SortFunc(dst, want.compare)
	merged := dst[:1]
	for _, w := range dst[1:] {
		last := &merged[len(merged)-1]
		if last.compare(w) != 0 {
			merged = append(merged, w)
			continue
		}
		if last.quantity += w.quantity; last.quantity > MaxQuantity {
			return nil, &RequestError{Op: op, Field: "Lines", Reason: "add up to more than MaxQuantity of an item or quota"}
		}
	}
	return merged, nil
}

// inLine completes the field of a *RequestError with the line it is about.
func inLine(err error, i int) error {
	if e, ok := err.(*RequestError); ok { //nolint:errorlint // made a moment ago, not wrapped
		e.Field = fmt.Sprintf("Lines[%d].%s", i, e.Field)
	}
	return err
}

// lock takes the locks of all positions, each once, in order.
func lock(wants []want) {
	for i, w := range wants {
		if i == 0 || wants[i-1].at != w.at {
			w.at.mu.Lock()
		}
	}
}

func unlock(wants []want) {
	for i, w := range wants {
		if i == 0 || wants[i-1].at != w.at {
			w.at.mu.Unlock()
		}
	}
}

// admit decides whether all lines can be had. It takes each away for the lines after it and puts everything back. The
// caller holds the locks of all positions.
func (s *Stock) admit(now int64, req Request, wants []want) error {
	var short []Shortage
	for i := 0; i < len(wants); {
		p := wants[i].at
		v := p.look(s, now, "", req.Scope, req.SafetyStock)
		var sum int64
		for ; i < len(wants) && wants[i].at == p; i++ {
			w := wants[i]
			sum += w.quantity
			if available := v.free(w, req.Placed); available < w.quantity {
				short = append(short, Shortage{
					Item: p.item, Site: p.site.id, Date: w.date, Requested: w.quantity, Available: max(available, 0),
					Quota: p.quota != nil, GoodThrough: w.good, Lot: w.lot,
					Reason: v.reason(req.Placed, w.date, false),
				})
			} else if i+1 < len(wants) && wants[i+1].at == p {
				v.apply(w.date, 0, w.quantity)
				v.take(w.date, w.good, w.lot, w.quantity)
			}
		}
		fits := p.fits(0, sum)
		v.close()
		if !fits {
			return ErrRange
		}
	}
	if short != nil {
		return &ShortageError{Op: "reserve", Lines: short}
	}
	return nil
}

// fill gives the reservation its lines. The caller holds the locks of all positions.
func (r *reservation) fill(wants []want) {
	r.lines = r.single[:0]
	if len(wants) > 1 {
		r.lines = make([]line, 0, len(wants))
	}
	for _, w := range wants {
		r.lines = append(r.lines, w.line(r))
	}
}

// take puts the lines of a new hold on their timelines and drops for good what had expired by then, which may have made
// room for them. The caller holds the locks of all positions.
func (r *reservation) take() {
	for i := range r.lines {
		l := &r.lines[i]
		p := l.at
		m := p.detail()
		if r.at > p.clock {
			p.clock = r.at
			p.expire()
		}
		if r.expires > p.clock {
			p.claim(l)
			m.holds.push(l, r.expires)
		} else {
			m.lapsed = append(m.lapsed, r) // its event comes after that of a later hold
		}
	}
}

// expire drops for good what had expired by the position's clock.
func (p *position) expire() {
	m := p.more
	for m.holds.any(p.clock) {
		l := m.holds[0].line
		m.holds.remove(l)
		p.unclaim(l)
		m.lapsed = append(m.lapsed, l.of)
	}
}

// same reports whether a request has the content that the reservation was made with.
func (r *reservation) same(req Request, wants []want) bool {
	return r.expires-r.at == int64(req.Hold) && r.safety == req.SafetyStock && r.scope == req.Scope && r.made(wants)
}

// made reports whether the reservation was made with these lines.
func (r *reservation) made(wants []want) bool {
	if r.moves != nil {
		return slices.EqualFunc(r.moves.made, wants, want.equal)
	}
	return slices.EqualFunc(r.lines, wants, func(l line, w want) bool { return l.is(w) })
}

// equal reports whether two lines are wanted alike.
func (w want) equal(v want) bool { return w.quantity == v.quantity && w.compare(v) == 0 }

// line is the line of a reservation that is wanted. The caller holds the lock of its position.
func (w want) line(r *reservation) line {
	return line{at: w.at, date: w.date, good: w.good, lot: w.at.lot(w.lot), quantity: w.quantity, follows: w.follows, of: r}
}

// is reports whether the line was made as wanted.
func (l *line) is(w want) bool {
	return l.at == w.at && l.date == w.date && l.good == w.good && l.lot.name() == w.lot && l.quantity == w.quantity &&
		l.follows.compare(w.follows) == 0
}

// event describes how the reservation was made.
func (r *reservation) event() Reserved {
	e := Reserved{
		Key: r.key, At: instant(r.at), Expires: instant(r.expires), SafetyStock: r.safety, Scope: r.scope,
	}
	if r.moves != nil {
		e.Lines = r.moves.state().Made
		return e
	}
	e.Lines = make([]ReservedLine, len(r.lines))
	for i := range r.lines {
		l := &r.lines[i]
		e.Lines[i] = l.reserved(l.quantity)
	}
	return e
}

// instant gives a count of nanoseconds since 1970 as a time in UTC.
func instant(nano int64) time.Time { return time.Unix(0, nano).UTC() }

// lock takes the locks of the positions of a reservation, in order, and gives the function that returns them. The
// caller holds the lock of the shelf.
func (r *reservation) lock() (unlock func()) {
	at := r.positions()
	for _, p := range at {
		p.mu.Lock()
	}
	return func() {
		for _, p := range at {
			p.mu.Unlock()
		}
	}
}

// positions gives the positions of the lines, each once, in order.
func (r *reservation) positions() []*position {
	at := make([]*position, 0, len(r.lines))
	for i := range r.lines {
		if p := r.lines[i].at; len(at) == 0 || at[len(at)-1] != p {
			at = append(at, p)
		}
	}
	return at
}

// now gives the status at an instant. The caller holds the locks of the positions. A hold that ended by the time
// another reservation was made at one of its positions has ended, even if a caller's clock is behind.
func (r *reservation) now(instant int64) Status {
	if r.status != StatusHeld {
		return r.status
	}
	for i := range r.lines {
		instant = max(instant, r.lines[i].at.clock)
	}
	if r.ended || instant >= r.expires {
		return StatusExpired
	}
	return StatusHeld
}

// compareLines orders lines of one position by date, then key: the order in which supply goes to them.
func compareLines(a, b *line) int {
	if c := a.date.Compare(b.date); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.of.key, b.of.key), a.good.Compare(b.good), cmp.Compare(a.lot.name(), b.lot.name()))
}

// want is the line as it would be asked for.
func (l *line) want() want {
	return want{at: l.at, date: l.date, good: l.good, lot: l.lot.name(), quantity: l.quantity, follows: l.follows}
}

// reserved is the line as events have it.
func (w want) reserved() ReservedLine {
	return ReservedLine{
		Item: w.at.item, Site: w.at.site.id, Date: w.date, Quantity: w.quantity, GoodThrough: w.good, Lot: w.lot,
		LineQuota: w.follows.mark(w.at),
	}
}

// reserved is a quantity of the line as events have it.
func (l *line) reserved(quantity int64) ReservedLine {
	return ReservedLine{
		Item: l.at.item, Site: l.at.site.id, Date: l.date, Quantity: quantity, GoodThrough: l.good, Lot: l.lot.name(),
		LineQuota: l.follows.mark(l.at),
	}
}
