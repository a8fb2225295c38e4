package atp

import (
	"cmp"
	"time"

	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// MovementKind says what moves stock on hand.
type MovementKind uint8

const (
	// StatusChange gives stock another status where it is: an inspection is over, goods are blocked.
	StatusChange MovementKind = iota
	// SiteTransfer ships stock to another site of ours.
	SiteTransfer
	// ConsignmentFillUp ships stock to a customer's consignment stock, which stays ours. It is a site of its own.
	ConsignmentFillUp
	// ConsignmentIssue is what the customer takes from consignment stock without a reservation: it is his then.
	ConsignmentIssue
	// ConsignmentPickUp ships consignment stock back to a site of ours.
	ConsignmentPickUp
	// ConsignmentReturn is what the customer puts back into consignment stock: it is ours again.
	ConsignmentReturn
)

func movementNames() named.Set {
	return named.Set{In: "atp", What: "kind of movement", Names: "status-change site-transfer consignment-fill-up " +
		"consignment-issue consignment-pick-up consignment-return"}
}

// String returns the name that events carry, such as consignment-issue.
func (k MovementKind) String() string { return movementNames().Name(uint8(k)) }

// MarshalText writes the kind as String does. A value that is none of the constants is an error.
func (k MovementKind) MarshalText() ([]byte, error) { return movementNames().Marshal(uint8(k)) }

// UnmarshalText reads a name that String returns.
func (k *MovementKind) UnmarshalText(text []byte) error {
	return movementNames().Unmarshal(text, (*uint8)(k))
}

// ships reports whether goods go to another site, where they are due and received.
func (k MovementKind) ships() bool {
	return k == SiteTransfer || k == ConsignmentFillUp || k == ConsignmentPickUp
}

// Movement is stock on hand that goes elsewhere, or gets another status.
type Movement struct {
	Kind MovementKind
	// Key names the movement among those of the item at the site of Ref. Required. At the site that goods are shipped to, it
	// is the document of the receipt.
	Key string
	// Ref is the item at the site that the goods leave; with ConsignmentReturn the one that they come to. Required.
	Ref Ref
	// Status is that of the stock on hand: Available, QualityHold or Blocked. Goods that are issued or shipped are Available:
	// at the other site they would count, and what holds them back here would be lost.
	Status SupplyType
	// Quantity is in base units, 1 to MaxQuantity.
	Quantity int64
	// Lot is the lot that moves; empty: stock that is in no lot.
	Lot string
	// ToStatus is the other status, with StatusChange alone.
	ToStatus SupplyType
	// To is the same item at the site that the goods are shipped to: with SiteTransfer, ConsignmentFillUp and
	// ConsignmentPickUp, required.
	To Ref
	// Due is the day from which shipped goods can be used there. Required with To.
	Due calendar.Date
	// Type is what shipped goods are there until they are received: Transfer, as by default, or InTransit.
	Type SupplyType
	// Expires is the last day on which the lot of a ConsignmentReturn is good. No date: as before.
	Expires calendar.Date
}

// check refuses a movement that no stock could make, wherever it goes.
func (m *Movement) check() error {
	fail := func(field, reason string) error { return &RequestError{Op: "move", Field: field, Reason: reason} }
	switch {
	case m.Kind > ConsignmentReturn:
		return fail("Kind", "is no kind of movement")
	case m.Key == "":
		return fail("Key", "is empty")
	case !m.Status.OnHand():
		return fail("Status", "is no status of stock on hand")
	case (m.Kind == ConsignmentIssue || m.Kind.ships()) && m.Status != Available:
		return fail("Status", "is not available")
	case !m.Expires.IsZero() && m.Kind != ConsignmentReturn:
		return fail("Expires", "is given, but nothing is returned")
	}
	if err := checkQuantity("move", "Quantity", m.Quantity); err != nil {
		return err
	}
	if err := checkExpiry("move", m.Lot, m.Expires); err != nil {
		return err
	}
	return cmp.Or(m.checkStatus(fail), m.checkWay(fail))
}

func (m *Movement) checkStatus(fail func(field, reason string) error) error {
	switch {
	case m.Kind != StatusChange && m.ToStatus != 0:
		return fail("ToStatus", "is given, but the status does not change")
	case m.Kind != StatusChange:
	case !m.ToStatus.OnHand():
		return fail("ToStatus", "is no status of stock on hand")
	case m.ToStatus == m.Status:
		return fail("ToStatus", "is the status that the stock has")
	}
	return nil
}

func (m *Movement) checkWay(fail func(field, reason string) error) error {
	if !m.Kind.ships() {
		switch {
		case !m.Due.IsZero():
			return fail("Due", "is given, but nothing is shipped")
		case m.Type != 0:
			return fail("Type", "is given, but nothing is shipped")
		}
		return nil
	}
	switch {
	case m.Due.IsZero():
		return fail("Due", "is missing")
	case m.Type != 0 && m.Type != Transfer && m.Type != InTransit:
		return fail("Type", "is neither transfer nor in transit")
	}
	return nil
}

// checkTo refuses a place that the goods cannot be shipped to.
func (m *Movement) checkTo(s *Stock) (*position, error) {
	fail := func(reason string) (*position, error) {
		return nil, &RequestError{Op: "move", Field: "To", Reason: reason}
	}
	if !m.Kind.ships() {
		if !m.To.IsZero() {
			return fail("is given, but nothing is shipped")
		}
		return nil, nil
	}
	to, err := s.position("move", "To", m.To)
	switch {
	case err != nil:
		return nil, err
	case m.To == m.Ref:
		return fail("is where the goods are")
	case m.To.Item() != m.Ref.Item():
		return fail("is another item")
	}
	return to, nil
}

// event is what the movement makes of an item, from and to.
func (m *Movement) event(now time.Time, from, to *position) StockMoved {
	e := StockMoved{
		Item: from.item, Site: from.site.id, At: instant(now.UnixNano()), Key: m.Key, Kind: m.Kind, Status: m.Status,
		Quantity: m.Quantity, Lot: m.Lot, ToStatus: m.ToStatus, Due: m.Due,
	}
	if m.Kind == ConsignmentReturn || to != nil {
		e.Expires = from.expiry(m.Lot, m.Expires)
	}
	if to != nil {
		if e.ToSite, e.Type = to.site.id, m.Type; m.Type == 0 {
			e.Type = Transfer
		}
	}
	return e
}

// Move moves stock on hand: to another status, to another site, into consignment stock at a customer's, and out of it. The
// goods are off the stock of the one place at once. Where they are shipped, they are due at the other from then on, with the
// movement's key as document, and Receive takes them in. All of it is done or nothing. The key serves as such: the same
// movement again changes nothing and gives the first answer with Replayed set, another content is a *KeyConflictError, and so
// is a document that is known at the other site.
//
// Move takes no regard of promises, as Count: they stand. It returns those that the goods were taken from: what is missing
// of them now, where it was less before, or not for so long; by date and key.
//
// More than is on hand is a *ShortageError; the other errors are *RequestError and ErrRange.
func (s *Stock) Move(now time.Time, m Movement) (StockMoved, []Shortfall, error) {
	none := func(err error) (StockMoved, []Shortfall, error) { return StockMoved{}, nil, err }
	from, err := s.position("move", "Ref", m.Ref)
	if err != nil {
		return none(err)
	}
	if err := cmp.Or(m.check(), checkTime("move", now)); err != nil {
		return none(err)
	}
	to, err := m.checkTo(s)
	if err != nil {
		return none(err)
	}
	defer lockBoth(from, to)()
	e := m.event(now, from, to)
	if old, ok := from.moved(m.Key); ok {
		if !old.same(e, m.Expires) {
			return none(&KeyConflictError{Op: "move", Key: m.Key})
		}
		old.Replayed = true
		return old, nil, nil
	}
	if err := m.admit(from, to); err != nil {
		return none(err)
	}
	e.Revision = from.next()
	if to != nil {
		e.ToRevision = to.next()
	}
	before := from.missing(s, now)
	from.onMoved(e, to)
	return e, grown(before, from.missing(s, now)), nil
}

// admit refuses a movement of what is not there, or to where it does not fit.
func (m *Movement) admit(from, to *position) error {
	switch {
	case m.Kind == ConsignmentReturn:
		if !from.fits(m.Quantity, 0) {
			return ErrRange
		}
	case from.stock(m.Lot, m.Status) < m.Quantity:
		return &ShortageError{Op: "move", Lines: []Shortage{{
			Item: from.item, Site: from.site.id, Requested: m.Quantity, Available: max(from.stock(m.Lot, m.Status), 0), Lot: m.Lot,
		}}}
	}
	switch {
	case to == nil:
	case to.known(m.Key) != nil:
		return &KeyConflictError{Op: "move", Key: m.Key}
	case !to.fits(m.Quantity, 0):
		return ErrRange
	}
	return nil
}

// lockBoth takes the locks of two positions, in order, and gives the function that returns them; the second may be nil.
func lockBoth(p, q *position) (unlock func()) {
	if q == nil {
		p.mu.Lock()
		return p.mu.Unlock
	}
	if q.compare(p) < 0 {
		p, q = q, p
	}
	p.mu.Lock()
	q.mu.Lock()
	return func() { q.mu.Unlock(); p.mu.Unlock() }
}

// moved gives the movement with a key.
func (p *position) moved(key string) (StockMoved, bool) {
	if p.more == nil {
		return StockMoved{}, false
	}
	e, ok := p.more.moves[key]
	return e, ok
}

// keep notes a movement under its key.
func (p *position) keep(e StockMoved) {
	m := p.detail()
	if m.moves == nil {
		m.moves = make(map[string]StockMoved)
	}
	m.moves[e.Key] = e
}

// same reports whether a movement asked for is this one. A date of expiry that was not given is as before.
func (e StockMoved) same(f StockMoved, expires calendar.Date) bool {
	if expires.IsZero() {
		f.Expires = e.Expires
	}
	f.At, f.Revision, f.ToRevision = e.At, e.Revision, e.ToRevision
	return e == f
}

// onMoved is the effect of the event on the place that goods leave, and on the one that they are shipped to. Each has
// its revision.
func (p *position) onMoved(e StockMoved, to *position) {
	e.Replayed = false
	if p.saw(e.Revision) {
		p.keep(e)
		l := p.lot(e.Lot)
		switch e.Kind {
		case ConsignmentReturn:
			l.date(e.Expires, e.Revision)
			p.put(l, e.Status, e.Quantity)
		case StatusChange:
			p.put(l, e.Status, -e.Quantity)
			p.put(l, e.ToStatus, e.Quantity)
		default:
			p.put(l, e.Status, -e.Quantity)
		}
	}
	if to != nil {
		to.onAdded(SupplyAdded{
			Item: e.Item, Site: e.ToSite, Revision: e.ToRevision, At: e.At, Document: e.Key, Type: e.Type, Due: e.Due,
			Quantity: e.Quantity, Expires: e.Expires,
		})
	}
}

// applyMoved takes the event in.
func (s *Stock) applyMoved(e StockMoved) error {
	from, err := s.intern(e.Item, e.Site)
	if err != nil {
		return err
	}
	var to *position
	if e.ToSite != "" {
		if to, err = s.intern(e.Item, e.ToSite); err != nil {
			return err
		}
	}
	defer lockBoth(from, to)()
	from.onMoved(e, to)
	return nil
}

// damage says what is wrong with an event that no operation could have returned, its quantity and revision apart.
func (e StockMoved) damage() string {
	m := Movement{
		Kind: e.Kind, Key: e.Key, Status: e.Status, Quantity: 1, Lot: e.Lot, ToStatus: e.ToStatus, Due: e.Due, Type: e.Type,
		Expires: e.Expires,
	}
	shipped := e.Kind.ships()
	if shipped {
		m.Expires = calendar.Date{}
	}
	switch err := m.check(); {
	case err != nil:
		return err.Error()
	case e.Quantity == 0:
		return "moves nothing"
	case shipped != (e.ToSite != "") || shipped != (e.ToRevision > 0) || shipped && (e.Type == 0 || e.ToSite == e.Site):
		return "not the places of its kind"
	}
	return ""
}
