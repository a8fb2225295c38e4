package atp

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// ScheduleLine is a quantity on a day: what orders call a schedule line.
type ScheduleLine struct {
	Date     calendar.Date `json:"date"`     // the day on which the goods are taken; required
	Quantity int64         `json:"quantity"` // in base units, from 1 to MaxQuantity
	// GoodThrough and Lot are as in Line.
	GoodThrough calendar.Date `json:"good_through,omitzero"`
	Lot         string        `json:"lot,omitempty"`
}

// String says it in words: "8 on 2026-03-02".
func (l ScheduleLine) String() string {
	text := fmt.Sprintf("%d on %s", l.Quantity, l.Date)
	if !l.GoodThrough.IsZero() {
		text += ", good through " + l.GoodThrough.String()
	}
	if l.Lot != "" {
		text += ", lot " + l.Lot
	}
	return text
}

// compare orders by day, then by what is asked of the goods.
func (l ScheduleLine) compare(m ScheduleLine) int {
	if c := l.Date.Compare(m.Date); c != 0 || l.GoodThrough == m.GoodThrough && l.Lot == m.Lot {
		return c
	}
	return cmp.Or(l.GoodThrough.Compare(m.GoodThrough), cmp.Compare(l.Lot, m.Lot))
}

// Change gives what one reservation has open of one item at one site other days and quantities.
type Change struct {
	// Key is the reservation's. A key that is not known makes a new reservation, committed from the start. Required.
	Key string
	// Ref is the item at the site. Required. What the reservation has of other items stays.
	Ref Ref
	// From is what is expected to be open, To what becomes of it, at most MaxLines together; quantities of one day
	// (and GoodThrough and Lot) are added up. No From: nothing is open. No To: everything is given back. A day of To that
	// has passed means today. Quotas are not asked: what the reservation has taken of them stays taken until it is
	// consumed, or released without parts, and more of the item takes no more of them.
	From, To []ScheduleLine
	// Scope and SafetyStock are as in Query, for a new reservation. One that is there keeps its own.
	Scope       Scope
	SafetyStock bool
}

// Rescheduling is a change of many reservations in one step: what a backorder run decides.
type Rescheduling struct {
	// Key names the run for ever: the same key with the same content is the same run. Required.
	Key string
	// Reason and Actor are kept with the event, for audit; both may be empty. They belong to the content.
	Reason, Actor string
	// Changes has a reservation and an item at a site only once; at least one.
	Changes []Change
}

// Stale is a change whose From is not what is open.
type Stale struct {
	Key        string
	Item, Site string
	Expected   []ScheduleLine // From of the change
	Actual     []ScheduleLine // what is open, by day
}

// StaleError reports a rescheduling that was decided on what is no longer so. Lists all such changes by item, site and
// key: compute again.
type StaleError struct {
	Op    string
	Lines []Stale
}

// Error implements error.
func (e *StaleError) Error() string {
	l := e.Lines[0]
	return fmt.Sprintf("atp: %s: %d changes are stale; the first is of reservation %q, item %q at site %q",
		e.Op, len(e.Lines), l.Key, l.Item, l.Site)
}

// Reschedule changes what many reservations have open, all of them or none. What was consumed or released of a
// reservation stays as it is. A reservation of which nothing is open can be given something again, unless it was given
// back by a Release without a document, which ends it.
//
// No day's balance may get worse than it was where that leaves it below 0: what supply covers is never promised twice,
// and where more is promised already the change can only mend it. Each item is judged as the reservations that take
// something of it see it, with their scope and safety stock: all is given back first, and who sees less supply is served
// before those who see the same and more.
//
// The key of a run that was done before with the same content gives the same answer with Replayed set; with another
// content it is a *KeyConflictError. The other errors are *RequestError, *StaleError, *StateError for a reservation
// that is not committed or is over, *ShortageError and ErrRange. After an error nothing has changed, and the key is not
// bound.
func (s *Stock) Reschedule(now time.Time, r Rescheduling) (Rescheduled, error) {
	if err := s.checkRescheduling(now, r); err != nil {
		return Rescheduled{}, err
	}
	s.runs.mu.Lock()
	defer s.runs.mu.Unlock()
	at := now.UnixNano()
	before, known := s.runs.done[r.Key]
	if known {
		at = before.at
	}
	b, err := s.batch(at, r.Changes)
	if err != nil {
		return Rescheduled{}, err
	}
	e := Rescheduled{Key: r.Key, At: instant(at), Reason: r.Reason, Actor: r.Actor, Lines: b.lines}
	e.Hash = e.fingerprint()
	if known && e.Hash != before.hash {
		return Rescheduled{}, &KeyConflictError{Op: rescheduling, Key: r.Key}
	}
	unlock := b.lock(s)
	defer unlock()
	if known {
		if !b.remember(r.Key) {
			return Rescheduled{}, &KeyConflictError{Op: rescheduling, Key: r.Key}
		}
		e.Replayed = true
		return e, nil
	}
	if err := b.admit(s, at, r.Key); err != nil {
		return Rescheduled{}, err
	}
	b.take(s, at)
	s.runs.note(e)
	return e, nil
}

// rescheduling is the operation's name in errors.
const rescheduling = "reschedule"

func (s *Stock) checkRescheduling(now time.Time, r Rescheduling) error {
	switch {
	case r.Key == "":
		return &RequestError{Op: rescheduling, Field: "Key", Reason: "is empty"}
	case len(r.Changes) == 0:
		return &RequestError{Op: rescheduling, Field: "Changes", Reason: "is empty"}
	}
	for i := range r.Changes {
		c := &r.Changes[i]
		if field, reason := c.fault(s); reason != "" {
			return &RequestError{Op: rescheduling, Field: fmt.Sprintf("Changes[%d].%s", i, field), Reason: reason}
		}
	}
	return checkTime(rescheduling, now)
}

// fault says which field of the change cannot be used, and why; no reason when all can.
func (c *Change) fault(s *Stock) (field, reason string) {
	switch {
	case c.Key == "":
		return "Key", "is empty"
	case c.Ref.p == nil:
		return "Ref", "is missing"
	case c.Ref.s != s:
		return "Ref", "belongs to another stock"
	case c.Ref.p.quota != nil:
		return "Ref", "is a quota, not an item"
	case len(c.From)+len(c.To) == 0:
		return "To", "is empty, and so is From"
	case len(c.From)+len(c.To) > MaxLines:
		return "To", "has more than MaxLines with From"
	case c.Scope>>supplyTypes != 0:
		return "Scope", "holds an unknown type of supply"
	}
	if reason := scheduleFault(c.From); reason != "" {
		return "From", reason
	}
	return "To", scheduleFault(c.To)
}

func scheduleFault(lines []ScheduleLine) string {
	var sum int64
	for _, l := range lines {
		if l.Date.IsZero() {
			return "has a line without a date"
		}
		if l.Quantity <= 0 || l.Quantity > MaxQuantity {
			return "has a quantity that is not from 1 to MaxQuantity"
		}
		if sum += l.Quantity; sum > MaxQuantity {
			return "adds up to more than MaxQuantity"
		}
	}
	return ""
}

// batch is a rescheduling at work. Its slices run side by side, by item, site and key.
type batch struct {
	lines []RescheduledLine
	at    []*position
	hash  []uint64
	res   []*reservation
	fresh []*reservation // those that are new
}

// batch puts changes in order and moves days that have passed to today.
func (s *Stock) batch(now int64, changes []Change) (*batch, error) {
	order := sortChanges(changes)
	n := len(changes)
	b := &batch{
		lines: make([]RescheduledLine, n), at: make([]*position, n), hash: make([]uint64, n), res: make([]*reservation, n),
	}
	slots := 0
	for i := range changes {
		slots += len(changes[i].From) + len(changes[i].To)
	}
	slab := make([]ScheduleLine, 0, slots)
	for i, k := range order {
		c := &changes[k]
		p := c.Ref.p
		if i > 0 && b.at[i-1] == p && b.lines[i-1].Key == c.Key {
			return nil, &RequestError{
				Op: rescheduling, Field: fmt.Sprintf("Changes[%d]", max(k, order[i-1])),
				Reason: "is of a reservation and item that another change is of",
			}
		}
		l := &b.lines[i]
		l.Key, l.Item, l.Site, l.Scope, l.SafetyStock = c.Key, p.item, p.site.id, c.Scope, c.SafetyStock
		slab, l.From = schedule(slab, c.From, calendar.Date{})
		first := p.site.date(now)
		if slices.Equal(c.From, c.To) {
			first = calendar.Date{} // it stays, and is judged beside what changes
		}
		slab, l.To = schedule(slab, c.To, first)
		b.at[i], b.hash[i] = p, s.hash(c.Key)
	}
	return b, nil
}

// sortChanges gives the places of the changes by item, site and key.
func sortChanges(changes []Change) []int32 {
	order := make([]int32, len(changes))
	for i := range order {
		order[i] = int32(i)
	}
	compare := func(i, j int32) int {
		a, b := &changes[i], &changes[j]
		if a.Ref.p != b.Ref.p {
			return a.Ref.p.compare(b.Ref.p)
		}
		return compareStrings(a.Key, b.Key)
	}
	if !slices.IsSortedFunc(order, compare) {
		slices.SortFunc(order, compare)
	}
	return order
}

// schedule appends lines to a slab, by day, those of one day added up and none before the first; and gives their part.
func schedule(slab, lines []ScheduleLine, first calendar.Date) (all, part []ScheduleLine) {
	if len(lines) == 0 {
		return slab, nil
	}
	start := len(slab)
	for _, l := range lines {
		if l.Date.Before(first) {
			l.Date = first
		}
		if !l.GoodThrough.After(l.Date) {
			l.GoodThrough = calendar.Date{}
		}
		slab = append(slab, l)
	}
	part = slab[start:]
	if !slices.IsSortedFunc(part, ScheduleLine.compare) {
		slices.SortStableFunc(part, ScheduleLine.compare)
	}
	if len(part) > 1 {
		part = mergeSchedule(part)
	}
	slab = slab[:start+len(part)]
	return slab, part[:len(part):len(part)]
}

// mergeSchedule adds up sorted lines of one day.
func mergeSchedule(lines []ScheduleLine) []ScheduleLine {
	merged := lines[:1]
	for _, l := range lines[1:] {
		if last := &merged[len(merged)-1]; last.compare(l) == 0 {
			last.Quantity += l.Quantity
		} else {
			merged = append(merged, l)
		}
	}
	return merged
}

// lock takes the locks of all shelves and positions of the batch, finds its reservations, and gives the function that
// returns the locks.
func (b *batch) lock(s *Stock) (unlock func()) {
	var hashed [shelves]bool
	for _, h := range b.hash {
		hashed[h>>56%shelves] = true
	}
	for i, wanted := range hashed {
		if wanted {
			s.shelves[i].mu.Lock()
		}
	}
	for i, h := range b.hash {
		b.res[i] = s.shelf(h).find(h, b.lines[i].Key)
	}
	at := b.positions()
	for _, p := range at {
		p.mu.Lock()
	}
	return func() {
		for _, p := range at {
			p.mu.Unlock()
		}
		for i, wanted := range hashed {
			if wanted {
				s.shelves[i].mu.Unlock()
			}
		}
	}
}

// positions gives the positions of the changes and those where their reservations have other lines, each once, in order.
func (b *batch) positions() []*position {
	at := slices.Compact(slices.Clone(b.at))
	own := len(at)
	for i, r := range b.res {
		if r == nil || len(r.lines) == 1 && r.lines[0].at == b.at[i] {
			continue
		}
		for k := range r.lines {
			if p := r.lines[k].at; p != b.at[i] {
				at = append(at, p)
			}
		}
	}
	if len(at) > own {
		slices.SortFunc(at, (*position).compare)
		at = slices.Compact(at)
	}
	return at
}

// remember marks the lines that made their reservation when the batch was done first; false where one was made to see
// other supply.
func (b *batch) remember(run string) bool {
	for i, r := range b.res {
		l := &b.lines[i]
		switch {
		case r == nil || r.moves == nil || r.moves.by != run:
			l.Scope, l.SafetyStock = 0, false
		case r.scope != l.Scope || r.safety != l.SafetyStock:
			return false
		default:
			l.Created = true
		}
	}
	return true
}
