package replenishment

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Stand is what is known of an item at a place.
type Stand struct {
	Place
	Position
	// AsOf is the last day that was reported, and Counted the last for which stock on hand was; no date where none was,
	// and stock on hand is what moved.
	AsOf    calendar.Date `json:"as_of"`
	Counted calendar.Date `json:"counted,omitzero"`
	// Requested is what the customer asks for since, and was not ordered for.
	Requested int64 `json:"requested,omitempty"`
}

// Stand returns what is known of a place. Stock on hand is the last that was reported, and what moved in the periods
// since. On order is the last that was reported, less what came in since, and what was ordered after that day; for
// customers who never report it, what was ordered less what was received since the first order. It is at least 0. The
// errors are *UnknownPlaceError for a place that was never reported.
func (b *Books) Stand(at Place) (Stand, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.stand(at)
}

func (b *Books) stand(at Place) (Stand, error) {
	s := b.shelves[at]
	if s == nil || len(s.periods) == 0 {
		return Stand{}, &UnknownPlaceError{at}
	}
	last := s.periods[len(s.periods)-1]
	st := Stand{Place: at, AsOf: last.to, Requested: last.Requested}
	st.Committed = last.Committed
	st.OnHand, st.Counted = s.onHand(len(s.periods) - 1)
	st.OnOrder = s.onOrder()
	for _, o := range s.orders {
		if o.Date.After(last.to) && o.Quantity > 0 {
			st.Requested = 0
		}
	}
	return st, nil
}

// onOrder is what is still to come.
func (s *shelf) onOrder() int64 {
	var open int64
	var since calendar.Date // orders after this day count
	var received int64
	reported := false
	for _, p := range slices.Backward(s.periods) {
		if p.OnOrder != nil {
			open, since, reported = *p.OnOrder, p.to, true
			break
		}
		received += p.Received
	}
	if reported {
		for _, o := range s.orders {
			if o.Date.After(since) {
				open += o.Quantity
			}
		}
		return max(open-received, 0)
	}
	first := calendar.Date{}
	for _, o := range s.orders {
		open += o.Quantity
		if first.IsZero() || o.Date.Before(first) {
			first = o.Date
		}
	}
	if first.IsZero() {
		return 0
	}
	for _, p := range s.periods[s.after(first):] {
		open -= p.Received
	}
	return max(open, 0)
}

// Demand returns the demand rate of a place, from the periods that end in the policy's window, which ends today: what was
// sold less what was returned, at least 0, in the days that count. A place of which nothing is known has none. The errors
// are *RequestError.
func (b *Books) Demand(today calendar.Date, at Place, policy Policy) (Rate, error) {
	if err := policy.check("demand"); err != nil {
		return Rate{}, err
	}
	if today.IsZero() {
		return Rate{}, &RequestError{Op: "demand", Field: "today", Reason: "is missing"}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.demand(today, at, &policy), nil
}

func (b *Books) demand(today calendar.Date, at Place, policy *Policy) Rate {
	s := b.shelves[at]
	if s == nil {
		return Rate{}
	}
	window := policy.Window
	if window == 0 {
		window = defaultWindow
	}
	begin := today.AddDays(1 - window)
	var r Rate
	var first calendar.Date
	skipped := int64(0)
	for i := s.after(begin); i < len(s.periods) && !s.periods[i].to.After(today); i++ {
		p := &s.periods[i]
		days := int64(p.to.Sub(p.from) + 1)
		if first.IsZero() {
			first = p.from
		}
		if policy.SkipOutOfStock && s.outOfStock(i) {
			skipped += days
			continue
		}
		r.Units += p.Sold - p.Returned
		r.Days += days
	}
	if policy.Silent && !first.IsZero() {
		if s.after(begin) > 0 && begin.Before(first) {
			first = begin // it was known before the window
		}
		end := b.customers[at.Customer].last
		if end.After(today) {
			end = today
		}
		r.Days = max(int64(end.Sub(first)+1)-skipped, r.Days)
	}
	if r.Units <= 0 || r.Days <= 0 {
		return Rate{}
	}
	return r
}

// outOfStock reports a period without stock at both ends that sold nothing.
func (s *shelf) outOfStock(i int) bool {
	p := &s.periods[i]
	if p.Sold > 0 || p.Received > 0 || p.OnHand == nil || *p.OnHand > 0 {
		return false
	}
	if p.Opening != nil {
		return *p.Opening <= 0
	}
	return i > 0 && s.periods[i-1].OnHand != nil && *s.periods[i-1].OnHand <= 0
}

// Propose decides by a policy what to send to a place on a day. What the customer asked for goes first: it is proposed on
// any day, whatever the position is. The errors are *UnknownPlaceError, and those of the function Propose.
func (b *Books) Propose(today calendar.Date, at Place, policy Policy) (Proposal, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.propose(today, at, policy)
}

func (b *Books) propose(today calendar.Date, at Place, policy Policy) (Proposal, error) {
	if err := policy.check("propose"); err != nil {
		return Proposal{}, err
	}
	st, err := b.stand(at)
	if err != nil {
		return Proposal{}, err
	}
	if today.IsZero() {
		return Proposal{}, &RequestError{Op: "propose", Field: "today", Reason: "is missing"}
	}
	known, err := Propose(policy, st.Position, b.demand(today, at, &policy), today)
	if err != nil {
		return Proposal{}, err
	}
	p := draft{known}
	p.Place, p.AsOf = at, st.AsOf
	switch {
	case policy.Stale > 0 && today.Sub(st.AsOf) > policy.Stale:
		p.Quantity, p.Wanted, p.Reason = 0, 0, Stale
	case st.Requested > 0:
		p.Wanted = st.Requested
		p.order(&policy, Requested)
	}
	return p.Proposal, nil
}

// Proposals decides for every place that the given function has a policy for, in order of customer, location and item;
// those for which nothing is to be sent are left out. The errors are those of Books.Propose.
func (b *Books) Proposals(today calendar.Date, policy func(Place) (Policy, bool)) ([]Proposal, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []Proposal
	for _, at := range b.places() {
		with, ok := policy(at)
		if !ok || len(b.shelves[at].periods) == 0 {
			continue
		}
		p, err := b.propose(today, at, with)
		if err != nil {
			return nil, err
		}
		if p.Quantity > 0 {
			all = append(all, p)
		}
	}
	return all, nil
}

// places lists what is known, in order.
func (b *Books) places() []Place {
	all := make([]Place, 0, len(b.shelves))
	for at := range b.shelves {
		all = append(all, at)
	}
	slices.SortFunc(all, Place.compare)
	return all
}
