package atp

import (
	"math"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Unlimited is what ATP answers beyond an infinite horizon.
const Unlimited = math.MaxInt64

// Query asks about an item at a site.
type Query struct {
	// Ref is the item at the site. Required.
	Ref Ref
	// Date is the day on which the quantity is taken. What lies before today at the site means today.
	Date calendar.Date
	// Replaces is the key of a reservation whose quantity counts as free, so that a demand does not compete with
	// itself. Empty: none. A key that is not known is none, too.
	Replaces string
	// Scope narrows the supply that counts to types that the policy counts as well. Zero: as the policy says. It bounds the
	// answer and keeps nothing of these types back: a later question of a wider scope may take them.
	Scope Scope
	// SafetyStock lets the demand touch the safety stock.
	SafetyStock bool
	// MinLife is how many days the goods must be good beyond the day on which they are taken, 0 or more.
	MinLife int
	// Lot asks about one lot on hand; empty: any.
	Lot string
	// Placed is the day on which the demand was placed, see Policy.LastOrder. No date: the day at the site on which the
	// reservation was made that it replaces, or today.
	Placed calendar.Date
}

// ATP answers how much can be taken on q.Date without hurting what is promised, on that day or later: the least balance
// of on hand + receipts - commitments over that day and all later ones. It is negative when more is promised than
// supply covers, and Unlimited beyond an infinite horizon. Holds that have expired by now do not count.
//
// For an item with lots it is the most that can be taken so that every claim that can be served now still is, no later,
// with goods that are good long enough; at least 0. It falls over time where goods expire.
//
// It is not above 0 for a demand that was placed after Policy.LastOrder.
//
// The errors are *RequestError.
func (s *Stock) ATP(now time.Time, q Query) (int64, error) {
	p, err := s.query(now, q)
	if err != nil {
		return 0, err
	}
	if q.Replaces != "" {
		shelf := s.shelf(s.hash(q.Replaces))
		shelf.mu.Lock()
		defer shelf.mu.Unlock()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.look(s, now.UnixNano(), q.Replaces, q.Scope, q.SafetyStock)
	defer v.close()
	n := int64(0)
	if v.lots == nil && q.Lot == "" {
		n = v.atp(q.Date)
	} else {
		n = (&lotSource{view: &v, life: q.MinLife, lot: q.Lot}).atp(v.from(q.Date))
	}
	if !v.ordered(q.Placed) {
		n = min(n, 0)
	}
	return n, nil
}

// Earliest answers the first day, not before q.Date nor today at the site, on which ATP is at least quantity; false when
// known supply never reaches it. The errors are *RequestError.
func (s *Stock) Earliest(now time.Time, q Query, quantity int64) (calendar.Date, bool, error) {
	p, err := s.query(now, q)
	if err != nil {
		return calendar.Date{}, false, err
	}
	if err := checkQuantity("query", "quantity", quantity); err != nil {
		return calendar.Date{}, false, err
	}
	if q.Replaces != "" {
		shelf := s.shelf(s.hash(q.Replaces))
		shelf.mu.Lock()
		defer shelf.mu.Unlock()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.look(s, now.UnixNano(), q.Replaces, q.Scope, q.SafetyStock)
	defer v.close()
	if !v.ordered(q.Placed) {
		return calendar.Date{}, false, nil
	}
	if v.lots == nil && q.Lot == "" {
		d := v.earliest(q.Date, quantity)
		return d, !d.IsZero(), nil
	}
	d := (&lotSource{view: &v, life: q.MinLife, lot: q.Lot}).earliest(q.Date, quantity)
	return d, !d.IsZero(), nil
}

func (s *Stock) query(now time.Time, q Query) (*position, error) {
	p, err := s.position("query", "Ref", q.Ref)
	if err != nil {
		return nil, err
	}
	if q.Scope>>supplyTypes != 0 {
		return nil, &RequestError{Op: "query", Field: "Scope", Reason: "holds an unknown type of supply"}
	}
	if q.MinLife < 0 || q.MinLife > maxDays {
		return nil, &RequestError{Op: "query", Field: "MinLife", Reason: "is not a number of days"}
	}
	return p, checkTime("query", now)
}

// checkQuantity refuses what is not from 1 to MaxQuantity.
func checkQuantity(op, field string, n int64) error {
	switch {
	case n <= 0:
		return &RequestError{Op: op, Field: field, Reason: "is not above 0"}
	case n > MaxQuantity:
		return &RequestError{Op: op, Field: field, Reason: "is above MaxQuantity"}
	}
	return nil
}

// checkTime refuses instants that are none of the engine's, which counts nanoseconds since 1970, where 0 is none: those
// before 1970-01-01 00:00:01 UTC and after 2261.
func checkTime(op string, now time.Time) error {
	const first, last = 1, 9214646400 // the latter 2262-01-01, in seconds since 1970
	if at := now.Unix(); at < first || at >= last {
		return &RequestError{Op: op, Field: "now", Reason: "is not an instant from 1970 to 2261"}
	}
	return nil
}

// view is a position as one question sees it: with holds that have expired, the demand's own reservation and supply out
// of its scope taken away. The position's lock is held from look to close, and close puts everything back.
type view struct {
	s       *Stock
	p       *position
	today   calendar.Date
	placed  calendar.Date // when the demand was, unless it says so itself
	last    calendar.Date // the last day whose balance counts
	endless bool          // after last, everything can be had
	opening int64         // the balance before the timeline
	undo    []change
	lots    *ledger // nil for an item without lots
}

// change is one change of the timeline for the length of a question.
type change struct {
	day     calendar.Date
	in, out int64
}

func (v *view) apply(day calendar.Date, in, out int64) {
	v.p.detail().timeline.add(day, in, out)
	v.undo = append(v.undo, change{day, in, out})
}

func (v *view) close() {
	for _, c := range v.undo {
		v.p.more.timeline.add(c.day, -c.in, -c.out)
		v.p.more.timeline.prune(c.day)
	}
}

// look opens a view. The caller holds the position's lock and, where replaces is not empty, that of its shelf.
func (p *position) look(s *Stock, now int64, replaces string, scope Scope, safety bool) (v view) {
	v.s, v.p, v.today, v.last = s, p, p.site.date(now), s.forever
	v.placed = v.today
	instead := s.replaced(replaces)
	if instead != nil {
		v.placed = p.site.date(instead.at)
	}
	if p.more != nil {
		v.lift(instead, max(now, p.clock))
	}
	if scope == 0 {
		scope = p.policy.Scope
	}
	scope &= p.policy.Scope
	if p.more != nil && scope != p.policy.Scope {
		for _, r := range p.more.receipts {
			if n := r.counted(); n > 0 && p.policy.Scope.Has(r.kind) && !scope.Has(r.kind) {
				v.apply(r.expected(), -n, 0)
			}
		}
	}
	v.start(scope, safety)
	v.launch(scope)
	v.bound()
	if p.byLot() {
		v.lookAtLots(max(now, p.clock), replaces, scope, safety)
	}
	return v
}

// bound finds the day from which on everything can be had.
func (v *view) bound() {
	if v.p.policy.Horizon != Infinite || v.phasedOut() {
		return
	}
	if limit := v.today.AddDays(v.p.policy.Replenishment); !limit.IsZero() {
		v.last, v.endless = v.usable(limit).AddDays(-1), true
	}
}

// endlessFrom reports whether supply is unlimited on a day.
func (v *view) endlessFrom(d calendar.Date) bool { return v.endless && d.After(v.last) }

// replaced finds the reservation that a demand replaces; nil where it replaces none, or one that is not known.
func (s *Stock) replaced(key string) *reservation {
	if key == "" {
		return nil
	}
	hash := s.hash(key)
	return s.shelf(hash).find(hash, key)
}

// lift takes away what does not compete: expired holds, and the reservation that the demand replaces.
func (v *view) lift(replaced *reservation, instant int64) {
	m := v.p.more
	if m.holds.any(instant) {
		m.holds.each(instant, func(l *line) { v.apply(l.date, 0, -l.open()) })
	}
	if replaced == nil {
		return
	}
	for i := range replaced.lines {
		l := &replaced.lines[i]
		if l.at == v.p && l.claimed() && (l.held == 0 || replaced.expires > instant) {
			v.apply(l.date, 0, -l.open())
		}
	}
}

// start computes the opening balance: stock on hand less safety stock, and less what lies behind the fences.
func (v *view) start(scope Scope, safety bool) {
	p := v.p
	for t, n := range p.onHand {
		if scope.Has(SupplyType(t)) {
			v.opening += n
		}
	}
	if !safety {
		v.opening -= p.safety
	}
	if p.more == nil {
		return
	}
	if f := p.policy.PastDueReceipts; f.Ignore {
		in, _ := p.more.timeline.before(v.today.AddDays(-f.Days))
		v.opening -= in
	}
	if f := p.policy.PastDueDemands; f.Ignore {
		_, out := p.more.timeline.before(v.today.AddDays(-f.Days))
		v.opening += out
	}
}

// from moves a date that has passed to today.
func (v *view) from(d calendar.Date) calendar.Date {
	if d.Before(v.today) {
		return v.today
	}
	return d
}

func (v *view) atp(d calendar.Date) int64 {
	d = v.from(d)
	if d.After(v.last) {
		return Unlimited
	}
	if v.lots != nil {
		return v.lots.atp(d, d)
	}
	if v.p.more == nil {
		return v.opening
	}
	return v.p.more.timeline.least(d, v.last, v.opening)
}

func (v *view) earliest(d calendar.Date, quantity int64) calendar.Date {
	d = v.usable(d)
	if d.After(v.last) {
		return d
	}
	if v.lots != nil {
		return (&lotSource{view: v}).earliest(d, quantity)
	}
	var found calendar.Date
	if v.p.more != nil {
		found = v.p.more.timeline.settled(d, v.last, v.opening, quantity)
	} else if v.opening >= quantity {
		found = d
	}
	if found.IsZero() && v.endless {
		return v.last.AddDays(1)
	}
	return found
}

// expires reports whether the item has lots.
func (v *view) expires() bool { return v.lots != nil }

// lines reserve a quantity of the item.
func (v *view) lines(d calendar.Date, quantity int64) []Line {
	return []Line{{Ref: Ref{s: v.s, p: v.p}, Date: d, Quantity: quantity}}
}
