package budget

import (
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// MaxUses bounds the uses of a cap and of a usage.
const MaxUses = 1 << 40

// Limit says how much of a coupon, a promotion or a budget there is. What it does not state is not limited.
type Limit struct {
	// Name is the coupon code or the name of the budget; 1 to 200 bytes. Required.
	Name string `json:"name"`
	// Currency is the one in which money is counted. Required where a cap states an amount. Where it is not stated no
	// money is counted. It stays once it is set.
	Currency money.Currency `json:"currency,omitzero"`
	// Total bounds what all orders together use.
	Total Cap `json:"total,omitzero"`
	// PerCustomer bounds what the orders of one customer use.
	PerCustomer Cap `json:"per_customer,omitzero"`
	// PerOrder bounds what one order uses.
	PerOrder Cap `json:"per_order,omitzero"`
	// Valid are the days on which it can be reserved, both ends included. An order that has reserved may be committed later.
	Valid calendar.Period `json:"valid,omitzero"`
	// Blocked gives nothing more to anybody; what is reserved stays.
	Blocked bool `json:"blocked,omitempty"`
}

// Cap is a bound. The zero value bounds nothing.
type Cap struct {
	// Uses is how often; 0: any number. At most [MaxUses].
	Uses int64 `json:"uses,omitempty"`
	// Amount is how much money, above 0; zero: any.
	Amount money.Amount `json:"amount,omitzero"`
}

// Setting asks to set a limit.
type Setting struct {
	Limit Limit
	// Actor is who sets it, and Reason why. Both required.
	Actor  string
	Reason string
}

// SetLimit makes a limit, or puts it in place of the one before. What is taken stays taken, even if it is more than the
// new limit: then nothing more is given.
//
// The same limit again changes nothing and gives the event that stands, Replayed. The error is a *RequestError.
func (g *Register) SetLimit(now time.Time, s Setting) (LimitSet, error) {
	if err := s.check(); err != nil {
		return LimitSet{}, err
	}
	if err := checkTime("set limit", "now", now); err != nil {
		return LimitSet{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if l := g.limits[s.Limit.Name]; l != nil && l.set != nil {
		if l.set.Limit == s.Limit {
			e := *l.set
			e.Replayed = true
			return e, nil
		}
		if was := l.set.Limit.Currency; was != 0 && was != s.Limit.Currency {
			return LimitSet{}, &RequestError{Op: "set limit", Field: "Limit.Currency", Reason: "is not " + was.Code() + " any more"}
		}
	}
	l := g.intern(s.Limit.Name)
	e := LimitSet{Limit: s.Limit, Revision: l.revision() + 1, At: instant(now), Actor: s.Actor, Reason: s.Reason}
	l.become(e)
	return e, nil
}

// UndoSetLimit takes the last setting of a limit back as if it had never been made, because its event could not be
// journalled. The error is a *StateError when the limit was set again since.
func (g *Register) UndoSetLimit(e LimitSet) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.limits[e.Limit.Name]
	if e.Revision == 0 || l.revision() != e.Revision {
		return &StateError{Op: "undo set limit", Key: e.Limit.Name, Reason: "does not stand as the event says"}
	}
	l.set, l.past = nil, l.past[:len(l.past)-1]
	if n := len(l.past); n > 0 {
		l.set = &l.past[n-1]
	}
	return nil
}

// become puts a setting in place of the one before.
func (l *limit) become(e LimitSet) {
	l.past = append(l.past, e)
	l.set = &l.past[len(l.past)-1]
}

func (s Setting) check() error {
	wrong := func(field, reason string) error { return &RequestError{Op: "set limit", Field: field, Reason: reason} }
	switch {
	case s.Actor == "":
		return wrong("Actor", "is empty")
	case s.Reason == "":
		return wrong("Reason", "is empty")
	}
	if field, reason := s.Limit.fault(); field != "" {
		return wrong("Limit."+field, reason)
	}
	return nil
}

// fault tells what is wrong with a limit.
func (l *Limit) fault() (field, reason string) {
	switch {
	case l.Name == "":
		return "Name", "is empty"
	case len(l.Name) > maxName:
		return "Name", "is longer than 200 bytes"
	case l.Currency != 0 && !l.Currency.IsValid():
		return "Currency", "is not known"
	case !l.Valid.IsValid():
		return "Valid", "ends before it begins"
	}
	for _, c := range []struct {
		field string
		cap   Cap
	}{{"Total", l.Total}, {"PerCustomer", l.PerCustomer}, {"PerOrder", l.PerOrder}} {
		switch {
		case c.cap.Uses < 0 || c.cap.Uses > MaxUses:
			return c.field + ".Uses", "is not within 0 to MaxUses"
		case c.cap.Amount.Sign() < 0:
			return c.field + ".Amount", "is below 0"
		case c.cap.Amount.Currency() != 0 && c.cap.Amount.Currency() != l.Currency:
			return c.field + ".Amount", "is not in the limit's currency"
		case c.cap.Amount.Currency() != 0 && c.cap.Amount.IsZero():
			return c.field + ".Amount", "is 0: block the limit to give nothing"
		}
	}
	return "", ""
}
