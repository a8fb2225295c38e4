package atp_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// A long timeline, with its index, answers like a list of days that is added up: while it grows, shrinks to nothing and
// grows again, with and without an end at the horizon.
func TestLongTimeline(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		const days = 1500
		s := newStock(t)
		lead := 0
		policy := atp.Policy{}
		if rapid.Bool().Draw(rt, "infinite") {
			lead = rapid.IntRange(1, days).Draw(rt, "lead time")
			policy = atp.Policy{Horizon: atp.Infinite, Replenishment: lead}
		}
		ref, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: policy})
		require.NoError(rt, err)
		_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: 500})
		require.NoError(rt, err)
		net := make([]int64, days)
		quantities := map[string]int64{}
		added := map[string]bool{}
		claims := map[string]int64{}
		for range rapid.IntRange(1, 6).Draw(rt, "phases") {
			grow := rapid.IntRange(0, 2).Draw(rt, "grow") > 0
			start, stride := rapid.IntRange(0, days-1).Draw(rt, "start"), rapid.SampledFrom([]int{1, 7, 611, 1499}).Draw(rt, "stride")
			for i := range rapid.IntRange(0, 700).Draw(rt, "changes") {
				on := (start + i*stride) % days
				name := fmt.Sprint(on)
				switch {
				case grow && i%2 == 0 && !added[name]:
					_, err = s.AddSupply(noon(0), atp.Supply{Ref: ref, Document: name, Type: atp.Transfer, Due: day(on), Quantity: 9})
					net[on], quantities[name], added[name] = net[on]+9, 9, true
				case grow && claims[name] == 0:
					claimed(t, s, name, ref, on, 7)
					net[on], claims[name] = net[on]-7, 7
				case !grow && quantities[name] > 0:
					_, err = s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: name, Due: day(on), Quantity: 0})
					net[on], quantities[name] = net[on]-9, 0
				case !grow && claims[name] == 7:
					_, err = s.Release(noon(0), atp.Posting{Key: name})
					net[on], claims[name] = net[on]+7, -1
				}
				require.NoError(rt, err)
			}
			last := days - 1
			if lead > 0 {
				last = min(last, lead-1)
			}
			least := make([]int64, days) // ATP by definition, from the right
			balance := int64(500)
			for d, n := range net {
				balance += n
				least[d] = balance
			}
			for d := last - 1; d >= 0; d-- {
				least[d] = min(least[d], least[d+1])
			}
			for range 30 {
				from := rapid.IntRange(0, last).Draw(rt, "from")
				require.Equal(rt, least[from], atpOn(t, s, noon(0), ref, from))
				quantity := rapid.Int64Range(1, 1500).Draw(rt, "quantity")
				want := calendar.Date{}
				for d := from; d <= last && want.IsZero(); d++ {
					if least[d] >= quantity {
						want = day(d)
					}
				}
				if want.IsZero() && lead > 0 {
					want = day(lead)
				}
				got, _, err := s.Earliest(noon(0), atp.Query{Ref: ref, Date: day(from)}, quantity)
				require.NoError(rt, err)
				require.Equal(rt, want, got, "%d from day %d", quantity, from)
			}
		}
	})
}

// The deliveries of a demand are the best of all that are possible.
func TestPartialIsOptimal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStock(t)
		available := map[int]int64{0: rapid.Int64Range(0, 4).Draw(rt, "on hand")}
		var receipts []supply
		for i := range rapid.IntRange(0, 4).Draw(rt, "receipts") {
			r := supply{1 + 3*i + rapid.IntRange(0, 2).Draw(rt, "day"), rapid.Int64Range(1, 4).Draw(rt, "quantity")}
			receipts = append(receipts, r)
			available[r.day] += r.quantity
		}
		ref := stocked(t, s, "A", available[0], receipts...)
		d := atp.Demand{
			Ref: ref, Quantity: rapid.Int64Range(1, 14).Draw(rt, "wanted"), Wanted: day(rapid.IntRange(0, 5).Draw(rt, "on")),
			Partial: atp.Partial{AtMost: rapid.IntRange(2, 5).Draw(rt, "at most"), Minimum: rapid.Int64Range(0, 6).Draw(rt, "minimum")},
		}
		p, err := s.Promise(noon(0), d)
		require.NoError(rt, err)

		best := exhaust(available, d)
		require.Equal(rt, best.confirmed, p.Confirmed)
		require.Equal(rt, d.Quantity-p.Confirmed, p.Unfilled)
		if best.confirmed == 0 {
			require.Empty(rt, p.Deliveries)
			return
		}
		var cost int64
		for i, part := range p.Deliveries {
			cost += part.Quantity * int64(part.DaysLate)
			completes := i == len(p.Deliveries)-1 && p.Unfilled == 0
			require.True(rt, completes || part.Quantity >= d.Partial.Minimum)
		}
		require.Equal(rt, best.cost, cost)
		require.Equal(rt, best.first, p.Deliveries[0].Deliver.Sub(day(0)), "ties go to the earlier first delivery")
		require.LessOrEqual(rt, len(p.Deliveries), d.Partial.AtMost)
		_, err = s.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: p.Lines()})
		require.NoError(rt, err, "what is promised can be reserved")
	})
}

type plan struct {
	confirmed, cost int64
	first           int
}

// exhaust tries every quantity on every day.
func exhaust(available map[int]int64, d atp.Demand) plan {
	const days = 16
	var total int64
	for _, n := range available {
		total += n
	}
	target := min(total, d.Quantity)
	from := d.Wanted.Sub(day(0))
	best := plan{}
	var try func(on int, stock, done, cost int64, first, count int)
	try = func(on int, stock, done, cost int64, first, count int) {
		if done == target {
			better := best.confirmed == 0 || cost < best.cost || cost == best.cost && first < best.first
			if better {
				best = plan{done, cost, first}
			}
			return
		}
		if on == days || count == d.Partial.AtMost {
			return
		}
		stock += available[on]
		if on < from {
			try(on+1, stock, done, cost, first, count)
			return
		}
		for n := int64(0); n <= min(stock, target-done); n++ {
			if n > 0 && n < d.Partial.Minimum && done+n != d.Quantity {
				continue
			}
			if n == 0 {
				try(on+1, stock, done, cost, first, count)
				continue
			}
			f := first
			if count == 0 {
				f = on
			}
			try(on+1, stock-n, done+n, cost+n*int64(on-from), f, count+1)
		}
	}
	if target > 0 {
		try(0, 0, 0, 0, 0, 0)
	}
	return best
}
