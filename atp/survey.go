package atp

import (
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Survey is what a run over many items reads of one: its balances and its claims, without the documents that Outlook
// has. Stock.Survey fills it again and again without new memory.
type Survey struct {
	Today calendar.Date
	// Endless is the day from which on everything can be had; no date where there is none (see Infinite).
	Endless calendar.Date
	// Days has the balance of today and of each later day on which it changes, all claims counted.
	Days []SurveyDay
	// Counts is the first day whose claims count; those of days before it are too long past due (see Policy.PastDueDemands).
	// No date: all count.
	Counts calendar.Date
	// Claims has all open lines of reservations, in no order. Holds that have expired are not among them.
	Claims []SurveyClaim
	// Picked has what lies picked for reservations, a line each, in no order. It is in no balance and in no claim.
	Picked []SurveyPick
	// Lots tells that the item has lots: goods expire, and balances do not say what can be had.
	Lots bool
}

// SurveyDay is the balance at the end of a day.
type SurveyDay struct {
	Date    calendar.Date
	Balance int64
}

// SurveyClaim is an open line of a reservation.
type SurveyClaim struct {
	Key      string
	Date     calendar.Date // as promised; it may have passed
	Quantity int64
	Held     bool // a hold that expires; else committed

	GoodThrough calendar.Date // as in Line
	Lot         string
}

// SurveyPick is what is picked of a line of a reservation: from 1 base unit up.
type SurveyPick struct {
	Key      string
	Quantity int64
}

// Survey reads an item at a site as a query at an instant would see it; q.Date and q.Replaces play no part. The errors
// are *RequestError.
func (s *Stock) Survey(now time.Time, q Query, into *Survey) error {
	p, err := s.query(now, q)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	v := p.look(s, now.UnixNano(), "", q.Scope, q.SafetyStock)
	defer v.close()
	into.Today, into.Endless, into.Counts, into.Lots = v.today, calendar.Date{}, calendar.Date{}, p.byLot()
	if f := p.policy.PastDueDemands; f.Ignore {
		into.Counts = v.today.AddDays(-f.Days)
	}
	into.Days, into.Claims, into.Picked = into.Days[:0], into.Claims[:0], into.Picked[:0]
	if v.endless {
		into.Endless = v.last.AddDays(1)
	}
	balance := v.opening
	if p.more == nil {
		into.Days = append(into.Days, SurveyDay{v.today, balance})
		return nil
	}
	in, out := p.more.timeline.before(v.today.AddDays(1))
	balance += in - out
	into.Days = append(into.Days, SurveyDay{v.today, balance})
	for i := range p.more.timeline.blocks {
		for _, d := range p.more.timeline.blocks[i].days {
			if d.day.After(v.today) && d.in != d.out {
				balance += d.in - d.out
				into.Days = append(into.Days, SurveyDay{d.day, balance})
			}
		}
	}
	into.claims(&v, max(now.UnixNano(), p.clock))
	return nil
}

func (into *Survey) claims(v *view, instant int64) {
	for l := range v.p.more.listed() {
		if l.held > 0 && l.of.expires <= instant {
			continue
		}
		if l.picked > 0 {
			into.Picked = append(into.Picked, SurveyPick{l.of.key, l.picked})
		}
		if l.open() == 0 {
			continue
		}
		into.Claims = append(into.Claims, SurveyClaim{
			Key: l.of.key, Date: l.date, Quantity: l.open(), Held: l.held > 0, GoodThrough: l.good, Lot: l.lot.name(),
		})
	}
}

// Facts are what rules may know of the candidate at an instant, for rules with effects of their own. The candidate's Ref
// must be set.
func (c *Candidate) Facts(now time.Time) Facts { return c.facts(now) }

// Choose picks deliveries from what can be had: offers lists, by day, how much can be had until then in all, never less
// than on the day before. Days late are counted from wanted; where it is no date, from the first offer. It is how Promise
// chooses, for those who work out offers themselves. No delivery: the policy allows none.
func (p Partial) Choose(offers []ScheduleLine, wanted calendar.Date, quantity int64) []ScheduleLine {
	steps := make([]step, 0, len(offers))
	for _, o := range offers {
		cumulative := min(o.Quantity, quantity)
		if len(steps) > 0 && cumulative <= steps[len(steps)-1].cumulative || cumulative <= 0 {
			continue
		}
		if wanted.IsZero() {
			wanted = o.Date
		}
		steps = append(steps, step{
			Times: Times{Start: o.Date, Ship: o.Date, Deliver: o.Date}, late: max(o.Date.Sub(wanted), 0), cumulative: cumulative,
		})
	}
	var parts []ScheduleLine
	for _, d := range (Demand{Partial: p, Quantity: quantity}).choose(steps) {
		parts = append(parts, ScheduleLine{Date: d.Start, Quantity: d.Quantity})
	}
	return parts
}
