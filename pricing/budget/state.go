package budget

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
)

// State is everything a Register knows, as plain data, to look at and to compare: two Registers that took in the same
// events have equal States, field by field.
type State struct {
	Limits       []LimitState       `json:"limits"`       // by name
	Reservations []ReservationState `json:"reservations"` // by key
}

// LimitState tells how a limit stands.
type LimitState struct {
	Limit    Limit  `json:"limit"`
	Revision uint64 `json:"revision"`
	// Held and Committed are what is taken. An amount without a currency means that no money is counted.
	Held      Taken `json:"held,omitzero"`
	Committed Taken `json:"committed,omitzero"`
	// Left is what all orders together can still have.
	Left Left `json:"left,omitzero"`
	// Customers is what each has taken, held or committed, by customer.
	Customers []CustomerState `json:"customers,omitempty"`
}

// Taken is a number of uses, and what they cost.
type Taken struct {
	Uses   int64        `json:"uses,omitempty"`
	Amount money.Amount `json:"amount,omitzero"`
}

// Left is what a bound still gives, at least 0. Nil is not bounded.
type Left struct {
	Uses   *int64        `json:"uses,omitempty"`
	Amount *money.Amount `json:"amount,omitempty"`
}

// CustomerState is what a customer has taken of a limit.
type CustomerState struct {
	Customer string `json:"customer,omitempty"`
	Taken
}

// ReservationState is a reservation.
type ReservationState struct {
	Key       string    `json:"key"`
	Revision  uint64    `json:"revision"`
	Customer  string    `json:"customer,omitempty"`
	Status    Status    `json:"status"` // at the instant of the question
	At        time.Time `json:"at"`
	Expires   time.Time `json:"expires,omitzero"`
	Committed time.Time `json:"committed,omitzero"`
	Released  time.Time `json:"released,omitzero"`
	Reason    string    `json:"reason,omitempty"` // of the release
	Usages    []Usage   `json:"usages"`
}

// Limit tells how a limit stands at an instant. The error is an *UnknownLimitError, or money.ErrRange.
func (g *Register) Limit(now time.Time, name string) (LimitState, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	l := g.limits[name]
	if l.revision() == 0 {
		return LimitState{}, &UnknownLimitError{Limit: name}
	}
	return l.state(g.lapsedBy(now)[name])
}

// Known gives a limit as it was set; ok is false where none of the name has been. It does not look at what is taken.
func (g *Register) Known(name string) (l Limit, ok bool) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.limits[name].revision() == 0 {
		return Limit{}, false
	}
	return g.limits[name].set.Limit, true
}

// LeftFor tells what a customer could still have of a limit in a new order at an instant: the least of what the bounds
// leave. A limit that is closed leaves 0 uses. It promises nothing: only [Register.Reserve] takes. The error is an
// *UnknownLimitError, or money.ErrRange.
func (g *Register) LeftFor(now time.Time, name, customer string) (Left, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	l := g.limits[name]
	if l.revision() == 0 {
		return Left{}, &UnknownLimitError{Limit: name}
	}
	if l.set.Limit.closed(g.day(max(now.UnixNano(), g.clock))) {
		var none int64
		return Left{Uses: &none}, nil
	}
	c, err := l.without(g.lapsedBy(now)[name], customer)
	if err != nil {
		return Left{}, err
	}
	all, err := c.held.plus(c.committed)
	if err != nil {
		return Left{}, err
	}
	total, err := l.set.Limit.Total.left(all)
	if err != nil {
		return Left{}, err
	}
	var own tally
	if t := c.customers[customer]; t != nil {
		own = *t
	}
	theirs, err := l.set.Limit.PerCustomer.left(own)
	if err != nil {
		return Left{}, err
	}
	one, err := l.set.Limit.PerOrder.left(tally{})
	if err != nil {
		return Left{}, err
	}
	return total.least(theirs).least(one), nil
}

// Reservation returns one reservation as it stands at an instant. The error is an *UnknownKeyError.
func (g *Register) Reservation(now time.Time, key string) (ReservationState, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	r := g.reservations[key]
	if r == nil {
		return ReservationState{}, &UnknownKeyError{Key: key}
	}
	return r.state(now.UnixNano()), nil
}

// State returns everything the Register knows at an instant, consistent in itself. Holds that have lapsed by then are
// [StatusExpired]. The error is money.ErrRange.
func (g *Register) State(now time.Time) (State, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	var s State
	lapsed := g.lapsedBy(now)
	for _, name := range slices.Sorted(maps.Keys(g.limits)) {
		l := g.limits[name]
		if l.set == nil && len(l.customers) == 0 {
			continue
		}
		one, err := l.state(lapsed[name])
		if err != nil {
			return State{}, err
		}
		s.Limits = append(s.Limits, one)
	}
	for _, key := range slices.Sorted(maps.Keys(g.reservations)) {
		s.Reservations = append(s.Reservations, g.reservations[key].state(now.UnixNano()))
	}
	return s, nil
}

// claim is a usage and whose it is.
type claim struct {
	customer string
	Usage
}

// lapsedBy lists what has lapsed at an instant and is still counted, by limit.
func (g *Register) lapsedBy(now time.Time) map[string][]claim {
	var lapsed map[string][]claim
	g.holds.lapsed(now.UnixNano(), func(r *reservation) {
		if lapsed == nil {
			lapsed = make(map[string][]claim)
		}
		for _, u := range r.stands.usages {
			lapsed[u.Limit] = append(lapsed[u.Limit], claim{r.customer, u})
		}
	})
	return lapsed
}

// without gives what is taken of a limit without what has lapsed, in all and by some customers.
func (l *limit) without(lapsed []claim, customers ...string) (limit, error) {
	c := limit{name: l.name, held: l.held, committed: l.committed, customers: make(map[string]*tally, len(customers))}
	for _, customer := range customers {
		if t := l.customers[customer]; t != nil {
			own := *t
			c.customers[customer] = &own
		}
	}
	for _, u := range lapsed {
		if err := c.add(u.customer, StatusHeld, u.Usage, -1); err != nil {
			return limit{}, err
		}
	}
	return c, nil
}

// state tells how the limit stands without what has lapsed.
func (l *limit) state(lapsed []claim) (LimitState, error) {
	c, err := l.without(lapsed, slices.Collect(maps.Keys(l.customers))...)
	if err != nil {
		return LimitState{}, err
	}
	all, err := c.held.plus(c.committed)
	if err != nil {
		return LimitState{}, err
	}
	s := LimitState{Limit: Limit{Name: l.name}, Held: c.held.taken(), Committed: c.committed.taken()}
	if l.set != nil {
		s.Limit, s.Revision = l.set.Limit, l.set.Revision
	}
	if s.Left, err = s.Limit.Total.left(all); err != nil {
		return LimitState{}, err
	}
	for customer, t := range c.customers {
		s.Customers = append(s.Customers, CustomerState{customer, t.taken()})
	}
	slices.SortFunc(s.Customers, func(a, b CustomerState) int { return cmp.Compare(a.Customer, b.Customer) })
	return s, nil
}

// taken leaves the currency out where there is no money, whatever there was before.
func (t tally) taken() Taken {
	if t.amount.IsZero() {
		t.amount = money.Amount{}
	}
	return Taken{t.uses, t.amount}
}

func (r *reservation) state(now int64) ReservationState {
	s := r.stands
	e := r.event(s)
	state := ReservationState{
		Key: r.key, Revision: r.revision, Customer: r.customer, Status: s.status, At: s.at, Expires: e.Expires,
		Usages: slices.Clone(s.usages),
	}
	switch {
	case s.status == StatusHeld && s.expires != 0 && s.expires <= now:
		state.Status = StatusExpired
	case s.status == StatusCommitted:
		state.Committed = s.settledAt
	case s.status == StatusReleased:
		state.Released, state.Reason = s.settledAt, s.reason
	}
	return state
}

// left is what a bound gives beyond what is taken.
func (c Cap) left(taken tally) (Left, error) {
	var left Left
	if c.Uses > 0 {
		uses := max(c.Uses-taken.uses, 0)
		left.Uses = &uses
	}
	if c.Amount.Sign() > 0 {
		amount, err := c.Amount.Sub(taken.amount)
		if err != nil {
			return Left{}, err
		}
		if amount.Sign() < 0 {
			amount = money.Zero(c.Amount.Currency())
		}
		left.Amount = &amount
	}
	return left, nil
}

// lacks keeps of what is left only that of which more is asked.
func (l Left) lacks(more Usage) Left {
	if l.Uses != nil && (more.Uses <= 0 || more.Uses <= *l.Uses) {
		l.Uses = nil
	}
	if l.Amount != nil && (more.Amount.Sign() <= 0 || !exceeds(more.Amount, *l.Amount)) {
		l.Amount = nil
	}
	return l
}

// least takes the lesser of two of what is left.
func (l Left) least(m Left) Left {
	if l.Uses == nil || m.Uses != nil && *m.Uses < *l.Uses {
		l.Uses = m.Uses
	}
	if l.Amount == nil || m.Amount != nil && exceeds(*l.Amount, *m.Amount) {
		l.Amount = m.Amount
	}
	return l
}

// exceeds tells that a is more than b. Two currencies, which a limit does not have, exceed each other.
func exceeds(a, b money.Amount) bool {
	c, err := a.Cmp(b)
	return err != nil || c > 0
}
