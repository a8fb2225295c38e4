package replenishment

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
)

func path(i int) string { return fmt.Sprintf("activities[%d]", i) }

// judge finds what an activity contradicts.
func (b *Books) judge(r *Report, a Activity) finding.List {
	var found finding.List
	if a.OnHand != nil && *a.OnHand < 0 {
		found.Warn("replenishment.negative", "on_hand", fmt.Sprintf("stock on hand is %d", *a.OnHand),
			"have the goods booked that were sold before they were")
	}
	s := b.shelves[a.place(r.Customer)]
	if s == nil || len(s.periods) == 0 {
		if a.Opening != nil {
			found = append(found, balanced(a, *a.Opening)...)
		}
		return found
	}
	if was, ok := s.overlaps(r.From, r.To); ok {
		found.Block("replenishment.overlap", "", fmt.Sprintf("days from %s to %s were reported before: %s to %s",
			r.From, r.To, was.from, was.to), "report only days that were not reported")
		return found
	}
	i := s.after(r.From)
	if i == 0 {
		return found // a late report of what lies before all that is known
	}
	last := s.periods[i-1]
	if next := last.to.AddDays(1); next != r.From {
		found.Warn("replenishment.gap", "", fmt.Sprintf("nothing was reported from %s to %s", next, r.From.AddDays(-1)),
			"report the missing days too")
		return found
	}
	return append(found, s.follow(i-1, a)...)
}

// follow compares an activity with the period right before it.
func (s *shelf) follow(i int, a Activity) finding.List {
	var found finding.List
	last := s.periods[i]
	before, counted := s.onHand(i)
	known := !counted.IsZero()
	if a.Opening != nil && known && *a.Opening != before {
		found.Warn("replenishment.opening", "opening",
			fmt.Sprintf("the period begins with %d, the one before ended with %d", *a.Opening, before), "")
		before = *a.Opening
	}
	if known {
		found = append(found, balanced(a, before)...)
	}
	if last.OnOrder != nil {
		open := *last.OnOrder
		for _, o := range s.orders {
			if o.Date.After(last.to) {
				open += o.Quantity
			}
		}
		if a.Received > open {
			found.Warn("replenishment.received", "received",
				fmt.Sprintf("%d were received, and %d were on order", a.Received, open), "find out where the goods came from")
		}
	}
	return found
}

// balanced checks stock on hand against what the period began with.
func balanced(a Activity, before int64) finding.List {
	var found finding.List
	if a.OnHand == nil {
		return found
	}
	if comes := before + a.flow(); comes != *a.OnHand {
		found.Warn("replenishment.balance", "on_hand", fmt.Sprintf(
			"stock on hand is %d; %d + %d received + %d returned %+d adjusted - %d sold come to %d",
			*a.OnHand, before, a.Received, a.Returned, a.Adjusted, a.Sold, comes), "have the shelf counted")
	}
	return found
}

// onHand is the stock at the end of a period: the last one reported, with the day it was, and what moved since. Where none
// was reported there is no day, and it is what moved.
func (s *shelf) onHand(i int) (int64, calendar.Date) {
	var moved int64
	for ; i >= 0; i-- {
		p := &s.periods[i]
		if p.OnHand != nil {
			return *p.OnHand + moved, p.to
		}
		moved += p.flow()
	}
	return moved, calendar.Date{}
}
