package atp

import (
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// PeggedClaim is an open line of a reservation with the supply that goes to it.
type PeggedClaim struct {
	Key      string        `json:"key"`
	Date     calendar.Date `json:"date"` // as promised
	Quantity int64         `json:"quantity"`
	// GoodThrough and Lot are as in Line.
	GoodThrough calendar.Date `json:"good_through,omitzero"`
	Lot         string        `json:"lot,omitempty"`
	Pegs        []Peg         `json:"pegs,omitempty"`
	// Missing is what no known supply goes to.
	Missing int64 `json:"missing,omitempty"`
	// Planned tells that supply is unlimited on the day (see Infinite): the claim waits for none.
	Planned bool `json:"planned,omitempty"`
	// AvailableFrom is the day before which none of it can be had, where that is after today (see Policy.AvailableFrom).
	AvailableFrom calendar.Date `json:"available_from,omitzero"`
}

// Schedule says when the claim can be met: on its day where supply is there by then, later where it is not. What is
// missing is not in it.
func (c PeggedClaim) Schedule() []ScheduleLine {
	on := func(day calendar.Date, quantity int64) ScheduleLine {
		return ScheduleLine{Date: day, Quantity: quantity, GoodThrough: c.GoodThrough, Lot: c.Lot}
	}
	if c.Planned {
		return []ScheduleLine{on(c.Date, c.Quantity)}
	}
	lines := make([]ScheduleLine, 0, len(c.Pegs))
	for _, p := range c.Pegs {
		day := c.Date
		for _, from := range []calendar.Date{p.Due, c.AvailableFrom} {
			if from.After(day) {
				day = from
			}
		}
		lines = append(lines, on(day, p.Quantity))
	}
	if len(lines) == 0 {
		return nil
	}
	slices.SortFunc(lines, ScheduleLine.compare)
	return mergeSchedule(lines)
}

// Pegging tells which supply of an item at a site goes to which reservation: the earliest supply to the earliest day, by
// key within a day. Claims come in that order. So it tells which promise waits for which receipt; Shortfalls lists those
// for which it comes late. As there, safety stock goes to promises before they are broken. The errors are *RequestError.
func (s *Stock) Pegging(now time.Time, ref Ref) ([]PeggedClaim, error) {
	const op = "pegging"
	p, err := s.position(op, "Ref", ref)
	if err != nil {
		return nil, err
	}
	if err := checkTime(op, now); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	v := view{s: s, p: p, today: p.site.date(now.UnixNano()), last: s.forever}
	v.bound()
	if p.byLot() {
		return v.lotPegging(max(now.UnixNano(), p.clock)), nil
	}
	w := v.supplies(p.policy.Scope, true)
	var pegged []PeggedClaim
	for _, l := range v.claims(max(now.UnixNano(), p.clock), "") {
		c := PeggedClaim{
			Key: l.of.key, Date: l.date, Quantity: l.open(), GoodThrough: l.good, Lot: l.lot.name(), Missing: l.open(),
			AvailableFrom: v.launched(),
		}
		c.Pegs = w.take(c.Quantity)
		for _, peg := range c.Pegs {
			c.Missing -= peg.Quantity
		}
		c.Planned = v.endlessFrom(v.from(l.date))
		pegged = append(pegged, c)
	}
	return pegged, nil
}
