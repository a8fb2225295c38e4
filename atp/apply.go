package atp

import (
	"cmp"
	"fmt"
	"math"
)

// EventError reports an event that Apply cannot take in.
type EventError struct {
	Event  any // as given to Apply
	Reason string
}

// Error implements error.
func (e *EventError) Error() string { return fmt.Sprintf("atp: apply %T: %s", e.Event, e.Reason) }

// Apply takes in an event of this package, a plain value as the codec of Events decodes it. It is how a Stock is built
// from the journal: events are facts, so nothing is checked against availability or the clock, and an event that has
// taken effect before changes nothing.
//
// The events of one reservation must come in the order in which they were made, a rescheduling being an event of all
// reservations that it changes, and its parts coming before it. All others may come in any order, as they do when
// callers journal side by side; the state is the same in the end.
//
// The errors are *UnknownSiteError, *UnknownKeyError, *KeyConflictError for two reservations with one key, and
// *EventError for an event that is damaged or not of this package.
func (s *Stock) Apply(event any) error {
	if fault := damage(event); fault != "" {
		return &EventError{Event: event, Reason: fault}
	}
	switch e := event.(type) {
	case ItemDefined:
		return s.at(e.Item, e.Site, func(p *position) { s.onDefined(p, e) })
	case StockCounted:
		return s.at(e.Item, e.Site, func(p *position) { p.onCounted(e) })
	case SupplyAdded:
		return s.at(e.Item, e.Site, func(p *position) { p.onAdded(e) })
	case SupplyAdjusted:
		return s.at(e.Item, e.Site, func(p *position) { p.onAdjusted(e) })
	case SupplyReceived:
		return s.at(e.Item, e.Site, func(p *position) { p.onReceived(e) })
	case StockMoved:
		return s.applyMoved(e)
	case QuotaDefined:
		return s.atQuota(e.ID, e.Site, func(p *position) error { return s.onQuotaDefined(p, e) })
	case QuotaSet:
		return s.atQuota(e.ID, e.Site, func(p *position) error { p.onQuotaSet(e); return nil })
	case Reserved:
		return s.applyReserved(e)
	case Committed:
		if checkTime("apply", e.At) != nil {
			return &EventError{Event: event, Reason: "instant out of range"}
		}
		return s.with(e.Key, func(r *reservation) error { r.onCommitted(e); return nil })
	case Consumed, Released, Picked, Unpicked, Decreased:
		key, posted := postingOf(event)
		return s.with(key, func(r *reservation) error { return r.applyPosting(event, posted) })
	case Expired:
		return s.with(e.Key, func(r *reservation) error { r.onExpired(); return nil })
	case RescheduledPart:
		return s.applyPart(e)
	case Rescheduled:
		return s.applyRescheduled(e)
	}
	return &EventError{Event: event, Reason: "not an event of this package"}
}

// damage says what is wrong with a supply event that no operation could have returned; empty when nothing is.
func damage(event any) string {
	supply := func(revision uint64, quantity int64) string {
		switch {
		case revision == 0 || revision > math.MaxInt64:
			return "revision out of range"
		case quantity < 0 || quantity > maxTotal:
			return "quantity out of range"
		}
		return ""
	}
	switch e := event.(type) {
	case ItemDefined:
		if err := e.Policy.check(); err != nil {
			return err.Error()
		}
		return supply(e.Revision, e.SafetyStock)
	case StockCounted:
		if !e.Status.OnHand() {
			return "not a status of stock on hand"
		}
		if e.Change < -maxTotal || e.Change > maxTotal {
			return "change out of range"
		}
		if checkExpiry("", e.Lot, e.Expires) != nil {
			return "an expiry date of no lot"
		}
		return supply(e.Revision, e.Quantity)
	case SupplyAdded:
		if e.Type.OnHand() || e.Type >= supplyTypes || e.Due.IsZero() {
			return "not a type of receipt, or no date"
		}
		if _, fault := e.Reliability.fault(e.Due); fault != "" {
			return "a reliability that " + fault
		}
		return supply(e.Revision, e.Quantity)
	case SupplyAdjusted:
		if e.Due.IsZero() {
			return "no date"
		}
		if _, fault := e.Reliability.fault(e.Due); fault != "" {
			return "a reliability that " + fault
		}
		return supply(e.Revision, e.Quantity)
	case SupplyReceived:
		if !e.Status.OnHand() {
			return "not a status of stock on hand"
		}
		if checkExpiry("", e.Lot, e.Expires) != nil {
			return "an expiry date of no lot"
		}
		return supply(e.Revision, e.Quantity)
	case StockMoved:
		return cmp.Or(e.damage(), supply(e.Revision, e.Quantity), supply(max(e.ToRevision, 1), 0))
	case QuotaDefined:
		return cmp.Or(e.damage(), supply(e.Revision, 0))
	case QuotaSet:
		return cmp.Or(e.damage(), supply(e.Revision, 0))
	}
	return ""
}

// at runs f with the lock of a position, which is made where there is none.
func (s *Stock) at(item, site string, f func(p *position)) error {
	p, err := s.intern(item, site)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p)
	return nil
}

// with runs f with the locks of a reservation.
func (s *Stock) with(key string, f func(r *reservation) error) error {
	r, unlock, err := s.reservation(key)
	if err != nil {
		return err
	}
	defer unlock()
	return f(r)
}

func (s *Stock) applyReserved(e Reserved) error {
	damaged := func(reason string) error { return &EventError{Event: e, Reason: reason} }
	if e.Key == "" || len(e.Lines) == 0 || !e.Expires.After(e.At) {
		return damaged("no key, no lines or no time to live")
	}
	if checkTime("apply", e.At) != nil || checkTime("apply", e.Expires) != nil {
		return damaged("instant out of range")
	}
	wants := make([]want, 0, len(e.Lines))
	for i, l := range e.Lines {
		w, err := s.reservedLine(e, l)
		if err != nil {
			return err
		}
		if checkQuantity("apply", "Quantity", l.Quantity) != nil || l.Date.IsZero() {
			return damaged("a line without a date or with a quantity out of range")
		}
		if i > 0 && wants[i-1].compare(w) >= 0 {
			return damaged("lines out of order")
		}
		wants = append(wants, w)
	}
	r := &reservation{
		key: e.Key, hash: s.hash(e.Key), at: e.At.UnixNano(), expires: e.Expires.UnixNano(), safety: e.SafetyStock, scope: e.Scope,
	}
	shelf := s.shelf(r.hash)
	shelf.mu.Lock()
	defer shelf.mu.Unlock()
	if old := shelf.find(r.hash, r.key); old != nil {
		if !old.equal(r, wants) {
			return &KeyConflictError{Op: "apply", Key: e.Key}
		}
		return nil
	}
	lock(wants)
	defer unlock(wants)
	r.fill(wants)
	r.take()
	shelf.put(r)
	return nil
}

// equal reports whether the reservation was made like another, with the lines wanted.
func (r *reservation) equal(q *reservation, wants []want) bool {
	return r.at == q.at && r.expires == q.expires && r.safety == q.safety && r.scope == q.scope && r.made(wants)
}

// postingOf reads an event of a posting as a State has it, with the key of the reservation.
func postingOf(event any) (key string, posted PostingState) {
	switch e := event.(type) {
	case Consumed:
		return e.Key, PostingState{
			Document: e.Document, At: e.At, All: e.All, Lines: e.Lines, FromPicked: e.Picked, Lots: e.Lots,
		}
	case Released:
		return e.Key, PostingState{Document: e.Document, At: e.At, Released: true, All: e.All, Lines: e.Lines, Lots: e.Lots}
	case Picked:
		return e.Key, PostingState{Document: e.Document, At: e.At, Picked: true, All: e.All, Lines: e.Lines, Lots: e.Lots}
	case Unpicked:
		return e.Key, PostingState{Document: e.Document, At: e.At, Unpicked: true, All: e.All, Lines: e.Lines, Lots: e.Lots}
	case Decreased:
		return e.Key, PostingState{Document: e.Document, At: e.At, Lines: e.Lines, Reduction: &e.Reduction}
	}
	return "", PostingState{}
}

// applyPosting finds the lines that an event names and moves their quantities, unless that has taken effect before.
func (r *reservation) applyPosting(event any, posted PostingState) error {
	if checkTime("apply", posted.At) != nil {
		return &EventError{Event: event, Reason: "instant out of range"}
	}
	document := posted.Document
	if r.posted(document) >= 0 || document == "" && r.status == StatusReleased {
		return nil
	}
	if posted.Released && document == "" && r.status == StatusConsumed && r.postings[len(r.postings)-1].document == "" {
		return nil
	}
	made, fault := r.read(posted)
	if fault == "" {
		fault = r.exceeds(&made)
	}
	if fault != "" {
		return &EventError{Event: event, Reason: fault}
	}
	r.onPosted(made)
	return nil
}

// read finds the lines and lots of a posting of a State and says what is wrong with them.
func (r *reservation) read(posted PostingState) (made posting, fault string) {
	made = posting{
		kind: posted.kind(), at: posted.At.UnixNano(), document: posted.Document, reduction: posted.Reduction.copy(),
		taken: make([]int64, len(r.lines)),
	}
	if n := len(posted.FromPicked); n > 0 && (n != len(posted.Lines) || made.kind != consuming) {
		return made, "picked quantities that are not those of its lines"
	}
	if len(posted.FromPicked) > 0 {
		made.picked = make([]int64, len(r.lines))
	}
	for k, moved := range posted.Lines {
		i := r.find(moved)
		if i < 0 || moved.Quantity <= 0 || moved.Quantity > maxTotal-made.taken[i] {
			return made, "moves what the reservation does not have"
		}
		made.taken[i] += moved.Quantity
		if made.picked != nil {
			made.picked[i] += posted.FromPicked[k]
		}
	}
	if made.reduction != nil {
		if fault := made.reduction.damage(posted.Lines); fault != "" {
			return made, fault
		}
	}
	if fault := r.readLots(&made, posted.Lots); fault != "" {
		return made, fault
	}
	if !posted.All && made.reduction == nil {
		made.parts = r.parts(made)
	}
	return made, ""
}

// exceeds says what of a posting the reservation cannot give; empty when it can.
func (r *reservation) exceeds(made *posting) string {
	if (made.kind == picking || made.kind == unpicking) && r.committed == 0 {
		return "picks for a hold"
	}
	for i, n := range made.taken {
		l := &r.lines[i]
		boxed := made.unboxed(i)
		switch {
		case boxed < 0 || boxed > n || boxed > l.picked:
			return "takes more than is picked"
		case n-boxed > l.open():
			return "moves more than the reservation has open"
		case n > 0 && made.kind == picking && l.at.quota != nil:
			return "picks a quota"
		}
	}
	return ""
}

// find gives the place of the line that was reserved so, whatever the quantity; -1 when there is none.
func (r *reservation) find(l ReservedLine) int {
	for i := range r.lines {
		if l.Quantity = 0; r.lines[i].reserved(0) == l {
			return i
		}
	}
	return -1
}
