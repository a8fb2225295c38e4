package atp

import (
	"cmp"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// lots are the lots of an item at a site. They come with the first lot, or the first receipt that is expected to
// expire; from then on questions about the item look at each lot (see ledger).
type lots struct {
	known map[string]*lot
	live  []*lot // those with anything on hand, in no order
	tried []need // what demands of a plan have taken so far
	memo  memo
}

// memo is what the last question about the item found out, for the next one; it is forgotten when anything changes.
type memo struct {
	ledger      *ledger // nil: none
	today       calendar.Date
	scope       Scope
	from, until int64 // it is right for instants from ... up to, not with, until, when the next hold ends
}

// changed notes that a supply or a claim is not what it was.
func (m *detail) changed() {
	if m != nil && m.lots != nil {
		m.lots.memo.ledger = nil
	}
}

// lot is a quantity with one expiry date. What is on hand of an item and in none of its lots does not expire.
type lot struct {
	id       string
	expires  calendar.Date // the last day on which it is good; no date: does not expire
	revision uint64        // of the supply event that set expires
	onHand   [statuses]int64
	place    int // among the live, from 1; 0: nothing is on hand
}

// LotState is a lot of an item at a site.
type LotState struct {
	Lot         string        `json:"lot"`
	Expires     calendar.Date `json:"expires,omitzero"` // the last day on which it is good; no date: does not expire
	Revision    uint64        `json:"revision,omitempty"`
	Available   int64         `json:"available,omitempty"`
	QualityHold int64         `json:"quality_hold,omitempty"`
	Blocked     int64         `json:"blocked,omitempty"`
}

// LotPart is a quantity of a lot that a posting took.
type LotPart struct {
	Item     string `json:"item"`
	Site     string `json:"site"`
	Lot      string `json:"lot"`
	Quantity int64  `json:"quantity"`
	// Named tells that the posting named the lot; else it was the first to expire that was good enough.
	Named bool `json:"named,omitempty"`
	// Picked tells of what was consumed that it had been picked before.
	Picked bool `json:"picked,omitempty"`
}

// byLot reports whether questions have to look at each lot.
func (p *position) byLot() bool { return p.more != nil && p.more.lots != nil }

// lots gives the lots of the position and makes the place for them.
func (p *position) lots() *lots {
	m := p.detail()
	if m.lots == nil {
		m.lots = &lots{known: make(map[string]*lot)}
	}
	return m.lots
}

// lot gives the lot with an id and makes it where there is none; for no id it is nil.
func (p *position) lot(id string) *lot {
	if id == "" {
		return nil
	}
	all := p.lots()
	l := all.known[id]
	if l == nil {
		l = &lot{id: id}
		all.known[id] = l
	}
	return l
}

// knownLot gives the lot with an id, nil when there is none.
func (p *position) knownLot(id string) *lot {
	if !p.byLot() {
		return nil
	}
	return p.more.lots.known[id]
}

// put changes what is on hand of a status: in a lot or, where lot is nil, outside of lots.
func (p *position) put(l *lot, status SupplyType, n int64) {
	p.onHand[status] += n
	p.more.changed()
	if l == nil {
		return
	}
	l.onHand[status] += n
	all := p.more.lots
	switch empty := l.onHand == [statuses]int64{}; {
	case empty && l.place > 0:
		last := all.live[len(all.live)-1]
		all.live[l.place-1], last.place = last, l.place
		all.live = all.live[:len(all.live)-1]
		l.place = 0
	case !empty && l.place == 0:
		all.live = append(all.live, l)
		l.place = len(all.live)
	}
}

// date gives a lot the expiry date that the supply event of a revision says; the latest event is right.
func (l *lot) date(expires calendar.Date, revision uint64) {
	if l != nil && revision > l.revision {
		l.expires, l.revision = expires, revision
	}
}

// stock is what is on hand of a status: in the lot with an id or, where it is empty, outside of lots.
func (p *position) stock(id string, status SupplyType) int64 {
	if id != "" {
		if l := p.knownLot(id); l != nil {
			return l.onHand[status]
		}
		return 0
	}
	n := p.onHand[status]
	if p.byLot() {
		for _, l := range p.more.lots.live {
			n -= l.onHand[status]
		}
	}
	return n
}

// expiry is the date that a lot has after a supply operation: the one that the operation gives, or the one that it has.
func (p *position) expiry(id string, given calendar.Date) calendar.Date {
	if l := p.knownLot(id); l != nil && given.IsZero() {
		return l.expires
	}
	return given
}

// checkExpiry refuses an expiry date of no lot.
func checkExpiry(op, lot string, expires calendar.Date) error {
	if lot == "" && !expires.IsZero() {
		return &RequestError{Op: op, Field: "Lot", Reason: "is missing where Expires is given"}
	}
	return nil
}

// compareExpiry puts what expires first first, and what does not expire last.
func compareExpiry(a, b calendar.Date) int {
	switch {
	case a == b:
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// compare is the order in which lots are used up: the first to expire first.
func (l *lot) compare(k *lot) int {
	return cmp.Or(compareExpiry(l.expires, k.expires), cmp.Compare(l.id, k.id))
}

// lasts reports whether goods with an expiry date are good through a day.
func lasts(expires, through calendar.Date) bool { return expires.IsZero() || !expires.Before(through) }

// name is the id of a lot, empty for none.
func (l *lot) name() string {
	if l == nil {
		return ""
	}
	return l.id
}

// state lists the lots by id.
func (ls *lots) state() []LotState {
	if ls == nil {
		return nil
	}
	var states []LotState
	for _, l := range ls.known {
		if l.revision == 0 && l.place == 0 {
			continue // all that is known of it is that a line names it
		}
		states = append(states, LotState{
			Lot: l.id, Expires: l.expires, Revision: l.revision, Available: l.onHand[Available],
			QualityHold: l.onHand[QualityHold], Blocked: l.onHand[Blocked],
		})
	}
	slices.SortFunc(states, func(a, b LotState) int { return cmp.Compare(a.Lot, b.Lot) })
	return states
}

// restoreLots puts the lots of a State in place. What is on hand in all stands there already.
func (p *position) restoreLots(states []LotState) {
	for _, state := range states {
		l := p.lot(state.Lot)
		if l == nil {
			continue // no snapshot of a Stock has a lot without an id
		}
		l.date(state.Expires, state.Revision)
		for status, n := range [statuses]int64{state.Available, state.QualityHold, state.Blocked} {
			p.onHand[status] -= n
			p.put(l, SupplyType(status), n)
		}
	}
}

// onHandByLot lists the stock on hand that counts today, by status, then the first to expire first; what is outside of
// lots comes last of its status.
func (p *position) onHandByLot(scope Scope, today calendar.Date) []Peg {
	live := slices.SortedFunc(slices.Values(p.more.lots.live), (*lot).compare)
	var pegs []Peg
	for t, loose := range p.onHand {
		status := SupplyType(t)
		if !scope.Has(status) {
			continue
		}
		for _, l := range live {
			n := l.onHand[status]
			loose -= n
			if n > 0 && lasts(l.expires, today) {
				pegs = append(pegs, Peg{Type: status, Lot: l.id, Expires: l.expires, Quantity: n})
			}
		}
		if loose > 0 {
			pegs = append(pegs, Peg{Type: status, Quantity: loose})
		}
	}
	return pegs
}

// expect notes when the goods of a receipt will expire.
func (p *position) expect(r *receipt, expires calendar.Date) {
	r.expires = expires
	if !expires.IsZero() {
		p.lots()
	}
}

// received is the expiry date of the lot that a goods receipt brings: what it says, what the lot has, or what was
// expected.
func (p *position) received(r *receipt, g Receipt) calendar.Date {
	if g.Lot == "" || !g.Expires.IsZero() {
		return g.Expires
	}
	if l := p.knownLot(g.Lot); l != nil && l.revision > 0 {
		return l.expires
	}
	return r.expires
}

// lotFault refuses a line of a quota that names a lot or a life.
func (p *position) lotFault(l Line) error {
	if p.quota == nil {
		return nil
	}
	field := "Lot"
	if l.Lot == "" {
		if field = "GoodThrough"; l.GoodThrough.IsZero() {
			return nil
		}
	}
	return &RequestError{Op: "reserve", Field: field, Reason: "is given for a quota"}
}
