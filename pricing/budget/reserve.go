package budget

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
)

// MaxUsages bounds the usages of one reservation, so that its event fits a journal batch.
const MaxUsages = 1000

// Usage is what an order uses of a limit.
type Usage struct {
	// Limit is the name. Required.
	Limit string `json:"limit"`
	// Uses is how often, 0 to [MaxUses].
	Uses int64 `json:"uses,omitempty"`
	// Amount is the money that it costs, not below 0. Where the limit counts money it is in the limit's currency; where it
	// does not, it is not looked at.
	Amount money.Amount `json:"amount,omitzero"`
}

// Request asks for all that an order uses.
type Request struct {
	// Key names the order for ever; 1 to 200 bytes. Required.
	Key string
	// Customer is whose order it is, for limits per customer. It stays the same for a key. Empty: nobody's, and such
	// orders count as one customer's.
	Customer string
	// Expires is when the reservation lapses unless it is committed. Zero: never. A committed one does not lapse.
	Expires time.Time
	// Usages are 1 to MaxUsages; all of it is reserved or nothing. Usages of the same limit are added up.
	Usages []Usage
}

// Reserve takes all usages of the request or none, in place of what the key had before. It decides and takes in one
// step: of two orders that compete for the last use only one gets it.
//
// Only what the order uses more than before is asked for: one that asks for less, or for the same, passes even if the
// limit has been lowered, blocked or has ended since. A reservation that has lapsed or was released counts as nothing,
// and is reserved anew. A committed one stays committed.
//
// The same usages again, with no later expiry, change nothing and give the event that stands, Replayed.
//
// The errors are *ExhaustedError, *RequestError, *UnknownLimitError, *KeyConflictError and money.ErrRange.
func (g *Register) Reserve(now time.Time, req Request) (Reserved, error) {
	if err := req.check(now); err != nil {
		return Reserved{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	usages, err := g.normal(req.Usages)
	if err != nil {
		return Reserved{}, err
	}
	r := g.reservations[req.Key]
	if r != nil && r.customer != req.Customer {
		return Reserved{}, &KeyConflictError{Op: "reserve", Key: req.Key}
	}
	g.advance(now.UnixNano())
	if !req.Expires.IsZero() && req.Expires.UnixNano() <= g.clock {
		return Reserved{}, &RequestError{Op: "reserve", Field: "Expires", Reason: "is not after the time of an earlier operation"}
	}
	to := &standing{status: StatusHeld, usages: usages, at: time.Unix(0, g.clock).UTC(), expires: nanoseconds(req.Expires)}
	var had *standing
	if r == nil {
		r = &reservation{key: req.Key, customer: req.Customer}
	} else if r.stands.counts() {
		had = r.stands
		if had.covers(to) {
			e := r.event(had)
			e.Replayed = true
			return e, nil
		}
		to.status, to.settled, to.settledAt = had.status, had.settled, had.settledAt
	}
	if err := g.admit(r, had, usages); err != nil {
		return Reserved{}, err
	}
	to.before, to.reserved = r.stands, r.revision+1
	if err := g.change(r, to); err != nil {
		return Reserved{}, err
	}
	r.revision++
	g.reservations[r.key] = r
	return r.event(to), nil
}

// UndoReserve takes a reservation back as if it had never been made, because its event could not be journalled: the key
// has again what it had before. The error is a *StateError when more has happened to the key since.
func (g *Register) UndoReserve(e Reserved) error { return g.undo("undo reserve", e.Key, e.Revision) }

func (req *Request) check(now time.Time) error {
	wrong := func(field, reason string) error { return &RequestError{Op: "reserve", Field: field, Reason: reason} }
	switch {
	case req.Key == "" || len(req.Key) > maxName:
		return wrong("Key", "has not 1 to 200 bytes")
	case len(req.Usages) == 0:
		return wrong("Usages", "is empty")
	case len(req.Usages) > MaxUsages:
		return wrong("Usages", "has more than MaxUsages")
	}
	if err := checkTime("reserve", "now", now); err != nil {
		return err
	}
	if req.Expires.IsZero() {
		return nil
	}
	if !req.Expires.After(now) {
		return wrong("Expires", "is not after now")
	}
	return checkTime("reserve", "Expires", req.Expires)
}

// normal checks usages, leaves out amounts that are not counted, sorts by limit and adds up. The caller holds g.mu.
func (g *Register) normal(list []Usage) ([]Usage, error) {
	usages := make([]Usage, len(list))
	for i, u := range list {
		wrong := func(field, reason string) error {
			return &RequestError{Op: "reserve", Field: fmt.Sprintf("Usages[%d].%s", i, field), Reason: reason}
		}
		l := g.limits[u.Limit]
		if l.revision() == 0 {
			return nil, &UnknownLimitError{Limit: u.Limit}
		}
		currency := l.set.Limit.Currency
		if currency == 0 {
			u.Amount = money.Amount{}
		}
		switch {
		case u.Uses < 0 || u.Uses > MaxUses:
			return nil, wrong("Uses", "is not within 0 to MaxUses")
		case u.Amount.Sign() < 0:
			return nil, wrong("Amount", "is below 0")
		case u.Amount.Currency() != 0 && u.Amount.Currency() != currency:
			return nil, wrong("Amount", "is in "+u.Amount.Currency().Code()+"; the limit counts "+currency.Code())
		case u.Uses == 0 && u.Amount.IsZero() && list[i].Amount.IsZero():
			return nil, wrong("Uses", "is 0, and so is the amount")
		}
		if u.Amount.IsZero() {
			u.Amount = money.Amount{}
		}
		usages[i] = u
	}
	if len(usages) == 1 {
		return usages, nil
	}
	slices.SortFunc(usages, func(a, b Usage) int { return cmp.Compare(a.Limit, b.Limit) })
	merged := usages[:1]
	for _, u := range usages[1:] {
		last := &merged[len(merged)-1]
		if last.Limit != u.Limit {
			merged = append(merged, u)
			continue
		}
		var err error
		if last.Amount, err = last.Amount.Add(u.Amount); err != nil {
			return nil, err
		}
		if last.Uses += u.Uses; last.Uses > MaxUses {
			return nil, &RequestError{Op: "reserve", Field: "Usages", Reason: "add up to more than MaxUses of " + u.Limit}
		}
	}
	return merged, nil
}

// covers tells that a standing is already what a request asks for.
func (s *standing) covers(want *standing) bool {
	longEnough := s.status == StatusCommitted || s.expires == 0 || want.expires != 0 && want.expires <= s.expires
	return longEnough && slices.Equal(s.usages, want.usages)
}

// admit decides whether a reservation can have usages instead of what it had. The caller holds g.mu.
func (g *Register) admit(r *reservation, had *standing, usages []Usage) error {
	day := g.day(g.clock)
	var short []Shortage
	for _, u := range usages {
		l := g.limits[u.Limit]
		before := had.of(u.Limit)
		more, err := u.less(before)
		if err != nil {
			return err
		}
		if more.Uses <= 0 && more.Amount.Sign() <= 0 {
			continue
		}
		if l.set.Limit.closed(day) {
			short = append(short, Shortage{Limit: u.Limit, Scope: ScopeClosed, Uses: max(more.Uses, 0), Amount: more.Amount})
			continue
		}
		if short, err = l.admit(short, r.customer, before, more); err != nil {
			return err
		}
	}
	if short != nil {
		return &ExhaustedError{Key: r.key, Shortages: short}
	}
	return nil
}

// admit adds the bounds of a limit that an order would exceed.
func (l *limit) admit(short []Shortage, customer string, before, more Usage) ([]Shortage, error) {
	all, err := l.held.plus(l.committed)
	if err != nil {
		return short, err
	}
	own := l.customers[customer]
	if own == nil {
		own = &tally{}
	}
	set := &l.set.Limit
	for _, bound := range []struct {
		scope Scope
		cap   Cap
		taken tally
	}{
		{ScopeTotal, set.Total, all},
		{ScopeCustomer, set.PerCustomer, *own},
		{ScopeOrder, set.PerOrder, tally{before.Uses, before.Amount}},
	} {
		fits, err := bound.cap.fits(bound.taken, more)
		if err != nil {
			return short, err
		}
		if fits {
			continue
		}
		left, err := bound.cap.left(bound.taken)
		if err != nil {
			return short, err
		}
		short = append(short, Shortage{
			Limit: l.name, Scope: bound.scope, Uses: max(more.Uses, 0), Amount: more.Amount, Left: left.lacks(more),
		})
	}
	return short, nil
}

// fits tells that more can be taken within a bound.
func (c Cap) fits(taken tally, more Usage) (bool, error) {
	if c.Uses > 0 && more.Uses > 0 && more.Uses > c.Uses-taken.uses {
		return false, nil
	}
	if c.Amount.Sign() <= 0 || more.Amount.Sign() <= 0 {
		return true, nil
	}
	left, err := c.Amount.Sub(taken.amount)
	if err != nil {
		return false, err
	}
	return !exceeds(more.Amount, left), nil
}

// of gives what a standing uses of a limit.
func (s *standing) of(limit string) Usage {
	if s == nil {
		return Usage{Limit: limit}
	}
	i, found := slices.BinarySearchFunc(s.usages, limit, func(u Usage, name string) int { return cmp.Compare(u.Limit, name) })
	if !found {
		return Usage{Limit: limit}
	}
	return s.usages[i]
}

func (u Usage) less(v Usage) (Usage, error) {
	var err error
	u.Uses -= v.Uses
	u.Amount, err = u.Amount.Sub(v.Amount)
	return u, err
}

func (t tally) plus(u tally) (tally, error) {
	sum, err := t.amount.Add(u.amount)
	return tally{t.uses + u.uses, sum}, err
}

// event describes how a standing was reserved.
func (r *reservation) event(s *standing) Reserved {
	e := Reserved{Key: r.key, Revision: s.reserved, Customer: r.customer, At: s.at, Usages: s.usages}
	if s.expires != 0 {
		e.Expires = time.Unix(0, s.expires).UTC()
	}
	return e
}

// nanoseconds counts from 1970; the zero time is 0.
func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}
