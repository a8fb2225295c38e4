package atp

import (
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Definition makes an item known at a site.
type Definition struct {
	Item, Site string // required; the site must be one of Config.Sites
	// SafetyStock is kept back from demands that may not touch it; 0 to MaxQuantity.
	SafetyStock int64
	// Policy says how the item is checked.
	Policy Policy
}

// Define makes an item known at a site, or gives it another safety stock and policy. It may make more or less
// available; promises made before stand. Definitions are either journalled like every event, or, where the host keeps
// them as master data, made after Apply has taken in the journal. The errors are *RequestError and *UnknownSiteError.
func (s *Stock) Define(now time.Time, d Definition) (Ref, ItemDefined, error) {
	if err := checkTime("define", now); err != nil {
		return Ref{}, ItemDefined{}, err
	}
	if d.SafetyStock < 0 || d.SafetyStock > MaxQuantity {
		return Ref{}, ItemDefined{}, &RequestError{Op: "define", Field: "SafetyStock", Reason: "is not from 0 to MaxQuantity"}
	}
	if err := d.Policy.check(); err != nil {
		return Ref{}, ItemDefined{}, err
	}
	p, err := s.intern(d.Item, d.Site)
	if err != nil {
		return Ref{}, ItemDefined{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := ItemDefined{
		Item: d.Item, Site: d.Site, Revision: p.defined + 1, At: instant(now.UnixNano()), SafetyStock: d.SafetyStock, Policy: d.Policy,
	}
	s.onDefined(p, e)
	return Ref{s: s, p: p}, e, nil
}

// onDefined is the effect of the event; the latest definition is in force.
func (s *Stock) onDefined(p *position, e ItemDefined) {
	if e.Revision <= p.defined {
		return
	}
	p.defined = e.Revision
	s.mu.Lock()
	policy := s.share(e.Policy)
	s.mu.Unlock()
	p.define(policy, e.SafetyStock)
}

// Count says how much stock of a status is on hand.
type Count struct {
	Ref      Ref        // required
	Status   SupplyType // Available, QualityHold or Blocked
	Quantity int64      // 0 to MaxQuantity; what is picked for reservations is not in it
	Document string     // the cycle count, or why else the stock is what it is; may be empty
	// Lot is the lot that was counted; empty: the stock that is in no lot, which does not expire. With the first lot the
	// item is looked at by lots.
	Lot string
	// Expires is the last day on which the lot is good. No date: as before; a new lot then does not expire.
	Expires calendar.Date
}

// Count sets the stock on hand of a status, in a lot or in none: opening stock, a cycle count, a correction, a lot that is
// recalled (counted down to nothing as available, and up as blocked) or gets another expiry date. Where it leaves less than is
// promised, promises stand, ATP is negative, and Shortfalls lists the ones that can no longer be kept. The errors are
// *RequestError and ErrRange.
func (s *Stock) Count(now time.Time, c Count) (StockCounted, error) {
	p, err := s.position("count", "Ref", c.Ref)
	if err != nil {
		return StockCounted{}, err
	}
	if err := checkTime("count", now); err != nil {
		return StockCounted{}, err
	}
	if !c.Status.OnHand() {
		return StockCounted{}, &RequestError{Op: "count", Field: "Status", Reason: "is no status of stock on hand"}
	}
	if c.Quantity < 0 || c.Quantity > MaxQuantity {
		return StockCounted{}, &RequestError{Op: "count", Field: "Quantity", Reason: "is not from 0 to MaxQuantity"}
	}
	if err := checkExpiry("count", c.Lot, c.Expires); err != nil {
		return StockCounted{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := StockCounted{
		Item: p.item, Site: p.site.id, Revision: p.next(), At: instant(now.UnixNano()), Document: c.Document, Status: c.Status,
		Quantity: c.Quantity, Change: c.Quantity - p.stock(c.Lot, c.Status), Lot: c.Lot, Expires: p.expiry(c.Lot, c.Expires),
	}
	if !p.fits(e.Change, 0) {
		return StockCounted{}, ErrRange
	}
	p.onCounted(e)
	return e, nil
}

func (p *position) onCounted(e StockCounted) {
	if p.saw(e.Revision) {
		l := p.lot(e.Lot)
		l.date(e.Expires, e.Revision)
		p.put(l, e.Status, e.Change)
	}
}

// Supply is a receipt that is due.
type Supply struct {
	Ref      Ref           // required
	Document string        // names the receipt among those of the item at the site, such as a purchase order line; required
	Type     SupplyType    // none of the statuses of stock on hand
	Due      calendar.Date // the day from which the goods can be used; required
	Quantity int64         // 1 to MaxQuantity
	Expires  calendar.Date // the last day on which the goods will be good; no date: they do not expire
	// Reliability says how far the receipt can be relied on. Zero: wholly.
	Reliability Reliability
}

// AddSupply adds a receipt. Its document serves as key: adding the same again changes nothing and gives the first
// answer with Replayed set, another content is a *KeyConflictError. The other errors are *RequestError and ErrRange.
func (s *Stock) AddSupply(now time.Time, a Supply) (SupplyAdded, error) {
	const op = "add supply"
	p, err := s.position(op, "Ref", a.Ref)
	if err != nil {
		return SupplyAdded{}, err
	}
	switch {
	case a.Document == "":
		return SupplyAdded{}, &RequestError{Op: op, Field: "Document", Reason: "is empty"}
	case a.Type.OnHand() || a.Type >= supplyTypes:
		return SupplyAdded{}, &RequestError{Op: op, Field: "Type", Reason: "is no type of receipt"}
	case a.Due.IsZero():
		return SupplyAdded{}, &RequestError{Op: op, Field: "Due", Reason: "is missing"}
	}
	if err := checkQuantity(op, "Quantity", a.Quantity); err != nil {
		return SupplyAdded{}, err
	}
	if err := a.Reliability.check(op, a.Due); err != nil {
		return SupplyAdded{}, err
	}
	if err := checkTime(op, now); err != nil {
		return SupplyAdded{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.more != nil {
		if r := p.more.receipts[a.Document]; r != nil {
			if r.added.Type != a.Type || r.added.Due != a.Due || r.added.Quantity != a.Quantity ||
				r.added.Expires != a.Expires || r.added.Reliability != a.Reliability {
				return SupplyAdded{}, &KeyConflictError{Op: op, Key: a.Document}
			}
			e := r.added
			e.Replayed = true
			return e, nil
		}
	}
	if !p.fits(a.Quantity, 0) {
		return SupplyAdded{}, ErrRange
	}
	e := SupplyAdded{
		Item: p.item, Site: p.site.id, Revision: p.next(), At: instant(now.UnixNano()), Document: a.Document, Type: a.Type, Due: a.Due,
		Quantity: a.Quantity, Expires: a.Expires, Reliability: a.Reliability,
	}
	p.onAdded(e)
	return e, nil
}

func (p *position) onAdded(e SupplyAdded) {
	if !p.saw(e.Revision) {
		return
	}
	r := p.receipt(e.Document)
	e.Replayed = false
	r.added = e
	p.supply(r, func() {
		r.kind = e.Type // does not change later, so a change that came before could not know it
		if e.Revision > r.revision {
			r.due, r.ordered, r.reliability, r.revision = e.Due, e.Quantity, e.Reliability, e.Revision
			p.expect(r, e.Expires)
		}
	})
	if !e.Expires.IsZero() {
		p.lots()
	}
}

// Adjustment gives a receipt another date, quantity or reliability.
type Adjustment struct {
	Ref      Ref
	Document string        // of AddSupply
	Due      calendar.Date // required, the old one where it stays
	Quantity int64         // ordered in all, what was received included; 0 to MaxQuantity, 0 cancels
	Expires  calendar.Date // the last day on which the goods will be good; no date: as before
	// Reliability says how far the receipt can be relied on from now on. Nil: as before.
	Reliability *Reliability
}

// AdjustSupply changes the date, the quantity and the reliability of a receipt. Where that leaves less than is promised, promises stand,
// as for Count. The errors are *RequestError, *UnknownSupplyError and ErrRange.
func (s *Stock) AdjustSupply(now time.Time, a Adjustment) (SupplyAdjusted, error) {
	const op = "adjust supply"
	p, err := s.position(op, "Ref", a.Ref)
	if err != nil {
		return SupplyAdjusted{}, err
	}
	if a.Due.IsZero() {
		return SupplyAdjusted{}, &RequestError{Op: op, Field: "Due", Reason: "is missing"}
	}
	if a.Quantity < 0 || a.Quantity > MaxQuantity {
		return SupplyAdjusted{}, &RequestError{Op: op, Field: "Quantity", Reason: "is not from 0 to MaxQuantity"}
	}
	if err := checkTime(op, now); err != nil {
		return SupplyAdjusted{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.known(a.Document)
	if r == nil {
		return SupplyAdjusted{}, &UnknownSupplyError{Item: p.item, Site: p.site.id, Document: a.Document}
	}
	if !p.fits(a.Quantity, 0) {
		return SupplyAdjusted{}, ErrRange
	}
	e := SupplyAdjusted{
		Item: p.item, Site: p.site.id, Revision: p.next(), At: instant(now.UnixNano()), Document: a.Document, Due: a.Due,
		Quantity: a.Quantity, Expires: a.Expires, Reliability: r.reliability,
	}
	if e.Expires.IsZero() {
		e.Expires = r.expires
	}
	if a.Reliability != nil {
		e.Reliability = *a.Reliability
	}
	if err := e.Reliability.check(op, a.Due); err != nil {
		return SupplyAdjusted{}, err
	}
	p.onAdjusted(e)
	return e, nil
}

func (p *position) onAdjusted(e SupplyAdjusted) {
	if !p.saw(e.Revision) {
		return
	}
	if r := p.receipt(e.Document); e.Revision > r.revision {
		p.supply(r, func() { r.due, r.ordered, r.reliability, r.revision = e.Due, e.Quantity, e.Reliability, e.Revision })
		p.expect(r, e.Expires)
	}
}

// known gives the receipt of a document, nil when there is none.
func (p *position) known(document string) *receipt {
	if p.more == nil {
		return nil
	}
	return p.more.receipts[document]
}

// Receipt says that goods have come in.
type Receipt struct {
	Ref      Ref
	Document string     // of AddSupply
	Posting  string     // names the goods receipt among those of the document; required
	Status   SupplyType // the status the goods have on hand: Available, QualityHold or Blocked
	Quantity int64      // 1 to MaxQuantity; may be more than was ordered
	// Lot is the lot that the goods are in, empty for none; required for a receipt that was expected to expire. Expires is
	// the last day on which the lot is good. No date: that of the lot, where it has been on hand before, or else the
	// receipt's.
	Lot     string
	Expires calendar.Date
}

// Receive moves goods from a receipt to stock on hand in one step. The posting serves as key: the same again changes
// nothing and gives the first answer with Replayed set, another content is a *KeyConflictError. What remains of the
// receipt stays due. The other errors are *RequestError, *UnknownSupplyError and ErrRange.
func (s *Stock) Receive(now time.Time, g Receipt) (SupplyReceived, error) {
	const op = "receive"
	p, err := s.position(op, "Ref", g.Ref)
	if err != nil {
		return SupplyReceived{}, err
	}
	if g.Posting == "" {
		return SupplyReceived{}, &RequestError{Op: op, Field: "Posting", Reason: "is empty"}
	}
	if !g.Status.OnHand() {
		return SupplyReceived{}, &RequestError{Op: op, Field: "Status", Reason: "is no status of stock on hand"}
	}
	if err := checkQuantity(op, "Quantity", g.Quantity); err != nil {
		return SupplyReceived{}, err
	}
	if err := checkExpiry(op, g.Lot, g.Expires); err != nil {
		return SupplyReceived{}, err
	}
	if err := checkTime(op, now); err != nil {
		return SupplyReceived{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.known(g.Document)
	if r == nil {
		return SupplyReceived{}, &UnknownSupplyError{Item: p.item, Site: p.site.id, Document: g.Document}
	}
	for _, e := range r.postings {
		if e.Posting != g.Posting {
			continue
		}
		if e.Status != g.Status || e.Quantity != g.Quantity || e.Lot != g.Lot || !g.Expires.IsZero() && g.Expires != e.Expires {
			return SupplyReceived{}, &KeyConflictError{Op: op, Key: g.Posting}
		}
		e.Replayed = true
		return e, nil
	}
	if g.Lot == "" && !r.expires.IsZero() {
		return SupplyReceived{}, &RequestError{Op: op, Field: "Lot", Reason: "is missing: the goods of the receipt expire"}
	}
	if !p.fits(g.Quantity-r.counted()+r.reliability.counts(max(r.open()-g.Quantity, 0)), 0) {
		return SupplyReceived{}, ErrRange
	}
	e := SupplyReceived{
		Item: p.item, Site: p.site.id, Revision: p.next(), At: instant(now.UnixNano()), Document: g.Document, Posting: g.Posting,
		Status: g.Status, Quantity: g.Quantity, Lot: g.Lot, Expires: p.received(r, g),
	}
	p.onReceived(e)
	return e, nil
}

func (p *position) onReceived(e SupplyReceived) {
	if !p.saw(e.Revision) {
		return
	}
	r := p.receipt(e.Document)
	e.Replayed = false
	r.postings = append(r.postings, e)
	p.supply(r, func() { r.received += e.Quantity })
	l := p.lot(e.Lot)
	l.date(e.Expires, e.Revision)
	p.put(l, e.Status, e.Quantity)
}
