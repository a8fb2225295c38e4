package replenishment

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// Reason says why a proposal is what it is.
type Reason string

const (
	// Triggered proposes because the position is at or below the trigger.
	Triggered Reason = "triggered"
	// Requested proposes what the customer asked for.
	Requested Reason = "requested"
	// Enough proposes nothing: the position is above the trigger.
	Enough Reason = "enough"
	// NotReviewed proposes nothing, for the day is no review day.
	NotReviewed Reason = "not-reviewed"
	// NoRoom proposes nothing, for not even the least order fits under what the place can hold.
	NoRoom Reason = "no-room"
	// Stale proposes nothing, for the last report of the place is too old.
	Stale Reason = "stale"
)

// Proposal is what to send to a place, with the figures it comes of.
type Proposal struct {
	Place
	Quantity int64         `json:"quantity"` // 0: nothing
	Reason   Reason        `json:"reason"`
	Date     calendar.Date `json:"date"`          // the day it is made for
	Due      calendar.Date `json:"due,omitzero"`  // when the goods are there if they are sent: Date and the lead time
	Next     calendar.Date `json:"next,omitzero"` // the next review

	Method   Method `json:"method"`
	Position        // as known on AsOf
	// AsOf is the last day that the customer reported; no date where the position is given.
	AsOf calendar.Date `json:"as_of,omitzero"`
	Rate Rate          `json:"rate,omitzero"`
	// Safety is the safety stock, that of days included.
	Safety int64 `json:"safety,omitempty"`
	// Trigger is the position at which is ordered, and Target the one that the order aims at; for lots what they come to.
	Trigger int64 `json:"trigger"`
	Target  int64 `json:"target"`
	// Wanted is the order before packs, the minimum order and what the place can hold.
	Wanted int64 `json:"wanted,omitempty"`
}

// String says it in words, with the figures.
func (p Proposal) String() string {
	var b strings.Builder
	if p.Quantity > 0 {
		fmt.Fprintf(&b, "order %d", p.Quantity)
	} else {
		b.WriteString("order nothing")
	}
	if p.Item != "" {
		fmt.Fprintf(&b, " of %s for %s", p.Item, p.Location)
	}
	fmt.Fprintf(&b, " on %s: ", p.Date)
	figures := fmt.Sprintf("position %d (on hand %d, on order %d, committed %d), trigger %d, target %d",
		p.Total(), p.OnHand, p.OnOrder, p.Committed, p.Trigger, p.Target)
	switch p.Reason {
	case NotReviewed:
		fmt.Fprintf(&b, "the next review is on %s", p.Next)
	case Stale:
		fmt.Fprintf(&b, "the last report is of %s", p.AsOf)
	case NoRoom:
		fmt.Fprintf(&b, "%d are wanted and there is no room; %s", p.Wanted, figures)
	case Requested:
		fmt.Fprintf(&b, "the customer asks for %d", p.Wanted)
	case Triggered, Enough:
		b.WriteString(figures)
		if p.Rate.Units > 0 {
			fmt.Fprintf(&b, ", demand %s, safety stock %d", p.Rate, p.Safety)
		}
	}
	return b.String()
}

// Propose decides by a policy what to send on a day to a place whose position and demand are known. The errors are
// *RequestError, and *calendar.RangeError where the review calendar does not know the day.
func Propose(policy Policy, at Position, rate Rate, today calendar.Date) (Proposal, error) {
	const op = "propose"
	if err := policy.check(op); err != nil {
		return Proposal{}, err
	}
	if err := at.check(op); err != nil {
		return Proposal{}, err
	}
	switch {
	case today.IsZero():
		return Proposal{}, &RequestError{Op: op, Field: "today", Reason: "is missing"}
	case rate.Units < 0 || rate.Units > maxTotal:
		return Proposal{}, &RequestError{Op: op, Field: "rate.Units", Reason: "is out of range"}
	case rate.Days < 0 || rate.Days > maxRateDays || rate.Days == 0 && rate.Units > 0:
		return Proposal{}, &RequestError{Op: op, Field: "rate.Days", Reason: "is out of range"}
	}
	p := draft{Proposal: Proposal{
		Date: today, Due: today.AddDays(policy.Lead), Method: policy.Method, Position: at, Rate: rate,
	}}
	reviewed, interval, err := p.review(policy.Review)
	if err != nil {
		return Proposal{}, err
	}
	p.levels(&policy, interval)
	switch {
	case !reviewed:
		p.Reason = NotReviewed
	case at.Total() > p.Trigger:
		p.Reason = Enough
	default:
		p.Wanted = p.Target - at.Total()
		p.order(&policy, Triggered)
	}
	return p.Proposal, nil
}

// draft is a proposal in the making.
type draft struct{ Proposal }

// review finds the next review day and how far it is; false when today is none.
func (p *draft) review(on *calendar.Calendar) (reviewed bool, interval int, err error) {
	p.Next = p.Date.AddDays(1)
	if on == nil {
		return true, 1, nil
	}
	if p.Next, err = on.NextWorkingDay(p.Date); err != nil {
		return false, 0, err
	}
	return on.IsWorkingDay(p.Date), min(p.Next.Sub(p.Date), MaxDays), nil
}

// levels works out the trigger and the target.
func (p *draft) levels(policy *Policy, interval int) {
	d := p.Rate
	p.Safety = policy.SafetyStock + d.Over(policy.SafetyDays)
	switch policy.Method {
	case MinMax:
		p.Trigger, p.Target = policy.Min, policy.Max
	case OrderUpTo:
		p.Target = d.Over(interval+policy.Lead+policy.Cover) + p.Safety
		p.Trigger = p.Target - 1
	case ReorderPoint:
		p.Trigger = d.Over(policy.Lead+interval-1) + p.Safety
		p.Target = p.Trigger + d.Over(policy.Cover)
		if policy.Lot > 0 {
			p.Target = p.Total()
			if p.Target <= p.Trigger {
				p.Target += ((p.Trigger-p.Target)/policy.Lot + 1) * policy.Lot
			}
		}
	}
}

// order turns what is wanted into what can be ordered.
func (p *draft) order(policy *Policy, why Reason) {
	pack := max(policy.Pack, 1)
	p.Quantity, p.Reason = roundUp(max(p.Wanted, 0), pack), why
	if p.Quantity == 0 {
		p.Reason = Enough
		return
	}
	least := roundUp(policy.MinimumOrder, pack)
	p.Quantity = max(p.Quantity, least)
	if policy.Most == 0 {
		return
	}
	if room := policy.Most - p.Total(); p.Quantity > room {
		p.Quantity = max(room, 0) / pack * pack
		if p.Quantity < least || p.Quantity == 0 {
			p.Quantity, p.Reason = 0, NoRoom
		}
	}
}

// roundUp gives the least multiple of pack that is not below n.
func roundUp(n, pack int64) int64 {
	return (n + pack - 1) / pack * pack
}
