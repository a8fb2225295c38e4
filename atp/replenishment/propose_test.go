package replenishment_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/replenishment"
	"github.com/o2ckit/o2c/kernel/calendar"
)

var day0 = calendar.MustDate("2026-03-02") // a Monday

func day(n int) calendar.Date { return day0.AddDays(n) }

// reviews is a calendar of Mondays and Thursdays.
func reviews(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(calendar.Config{
		Name: "reviews", Zone: "UTC", Week: []time.Weekday{time.Monday, time.Thursday},
		From: day(0), To: day(365),
	})
	require.NoError(t, err)
	return c
}

// The formulas by their names, with figures worked by hand.
func TestProposeByHand(t *testing.T) {
	weekly := replenishment.Rate{Units: 14, Days: 7} // 2 a day
	for name, c := range map[string]struct {
		policy   replenishment.Policy
		position replenishment.Position
		rate     replenishment.Rate
		on       int
		quantity int64
		reason   replenishment.Reason
		trigger  int64
		target   int64
	}{
		"(s, S): at the minimum": {
			replenishment.Policy{Min: 10, Max: 40}, replenishment.Position{OnHand: 8, OnOrder: 5, Committed: 3}, weekly, 0,
			30, replenishment.Triggered, 10, 40,
		},
		"(s, S): above the minimum": {
			replenishment.Policy{Min: 10, Max: 40}, replenishment.Position{OnHand: 11}, weekly, 0,
			0, replenishment.Enough, 10, 40,
		},
		"(R, S): S = 2 x (1 + 3 + 0) + 5 + 2 x 2 = 17": {
			replenishment.Policy{Method: replenishment.OrderUpTo, Lead: 3, SafetyStock: 5, SafetyDays: 2},
			replenishment.Position{OnHand: 6}, weekly, 0,
			11, replenishment.Triggered, 16, 17,
		},
		"(R, S) with reviews on Mondays and Thursdays: S = 2 x (3 + 3) = 12": {
			replenishment.Policy{Method: replenishment.OrderUpTo, Lead: 3, Review: reviews(t)},
			replenishment.Position{OnHand: 6}, weekly, 0,
			6, replenishment.Triggered, 11, 12,
		},
		"no review on a Tuesday": {
			replenishment.Policy{Method: replenishment.OrderUpTo, Lead: 3, Review: reviews(t)},
			replenishment.Position{}, weekly, 1,
			0, replenishment.NotReviewed, 9, 10,
		},
		"(s, nQ): ROP = 2 x 3 + 4 = 10, two lots of 6 lead from 0 above it": {
			replenishment.Policy{Method: replenishment.ReorderPoint, Lead: 3, SafetyStock: 4, Lot: 6},
			replenishment.Position{OnHand: 2, Committed: 2}, weekly, 0,
			12, replenishment.Triggered, 10, 12,
		},
		"(s, nQ): at the reorder point is ordered": {
			replenishment.Policy{Method: replenishment.ReorderPoint, Lead: 3, SafetyStock: 4, Lot: 6},
			replenishment.Position{OnHand: 10}, weekly, 0,
			6, replenishment.Triggered, 10, 16,
		},
		"reorder point with days of cover": {
			replenishment.Policy{Method: replenishment.ReorderPoint, Lead: 3, SafetyStock: 4, Cover: 7},
			replenishment.Position{OnHand: 3}, weekly, 0,
			21, replenishment.Triggered, 10, 24,
		},
		"packs are rounded up": {
			replenishment.Policy{Min: 10, Max: 40, Pack: 12}, replenishment.Position{OnHand: 10}, weekly, 0,
			36, replenishment.Triggered, 10, 40,
		},
		"the minimum order, in packs": {
			replenishment.Policy{Min: 10, Max: 20, Pack: 6, MinimumOrder: 20}, replenishment.Position{OnHand: 10}, weekly, 0,
			24, replenishment.Triggered, 10, 20,
		},
		"what the place can hold, in packs": {
			replenishment.Policy{Min: 10, Max: 40, Pack: 12, Most: 40}, replenishment.Position{OnHand: 10}, weekly, 0,
			24, replenishment.Triggered, 10, 40,
		},
		"no room for the minimum order": {
			replenishment.Policy{Min: 10, Max: 40, MinimumOrder: 50, Most: 40}, replenishment.Position{OnHand: 10}, weekly, 0,
			0, replenishment.NoRoom, 10, 40,
		},
		"no demand, no order": {
			replenishment.Policy{Method: replenishment.OrderUpTo, Lead: 3}, replenishment.Position{}, replenishment.Rate{}, 0,
			0, replenishment.Enough, -1, 0,
		},
		"stock below nothing is made up for": {
			replenishment.Policy{Min: 0, Max: 10}, replenishment.Position{OnHand: -4}, replenishment.Rate{}, 0,
			14, replenishment.Triggered, 0, 10,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := replenishment.Propose(c.policy, c.position, c.rate, day(c.on))
			require.NoError(t, err)
			require.Equal(t, c.quantity, p.Quantity, p.String())
			require.Equal(t, c.reason, p.Reason)
			require.Equal(t, c.trigger, p.Trigger)
			require.Equal(t, c.target, p.Target)
			require.Equal(t, day(c.on+c.policy.Lead), p.Due)
		})
	}
}

// over is a rate for days as a fraction, rounded up.
func over(r replenishment.Rate, days int) int64 {
	if r.Days == 0 {
		return 0
	}
	n := big.NewRat(r.Units, r.Days)
	n.Mul(n, big.NewRat(int64(days), 1))
	q, m := new(big.Int).DivMod(n.Num(), n.Denom(), new(big.Int))
	if m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q.Int64()
}

// byDefinition searches the order by counting up packs.
func byDefinition(p replenishment.Policy, at replenishment.Position, r replenishment.Rate, interval int) int64 {
	position := at.OnHand + at.OnOrder - at.Committed
	safety := p.SafetyStock + over(r, p.SafetyDays)
	pack := max(p.Pack, 1)
	enough := func(q int64) bool { return false }
	switch p.Method {
	case replenishment.MinMax:
		if position > p.Min {
			return 0
		}
		enough = func(q int64) bool { return position+q >= p.Max }
	case replenishment.OrderUpTo:
		enough = func(q int64) bool { return position+q >= over(r, interval+p.Lead+p.Cover)+safety }
	case replenishment.ReorderPoint:
		rop := over(r, p.Lead+interval-1) + safety
		if position > rop {
			return 0
		}
		lots := int64(0)
		for p.Lot > 0 && position+lots*p.Lot <= rop {
			lots++
		}
		enough = func(q int64) bool {
			if p.Lot > 0 {
				return q >= lots*p.Lot
			}
			return position+q >= rop+over(r, p.Cover)
		}
	}
	if enough(0) {
		return 0
	}
	q := int64(0)
	for !enough(q) || q < p.MinimumOrder {
		q += pack
	}
	for p.Most > 0 && position+q > p.Most && q > 0 {
		q -= pack
	}
	if q < p.MinimumOrder {
		return 0
	}
	return q
}

func policies() *rapid.Generator[replenishment.Policy] {
	return rapid.Custom(func(t *rapid.T) replenishment.Policy {
		p := replenishment.Policy{
			Method: replenishment.Method(rapid.IntRange(0, 2).Draw(t, "method")),
			Min:    rapid.Int64Range(0, 30).Draw(t, "min"), Cover: rapid.IntRange(0, 10).Draw(t, "cover"),
			Lot: rapid.Int64Range(0, 9).Draw(t, "lot"), Lead: rapid.IntRange(0, 9).Draw(t, "lead"),
			SafetyStock: rapid.Int64Range(0, 9).Draw(t, "safety"), SafetyDays: rapid.IntRange(0, 5).Draw(t, "days"),
			Pack: rapid.Int64Range(0, 7).Draw(t, "pack"), MinimumOrder: rapid.Int64Range(0, 20).Draw(t, "minimum"),
			Most: rapid.Int64Range(0, 60).Draw(t, "most"),
		}
		p.Max = p.Min + 1 + rapid.Int64Range(0, 30).Draw(t, "max")
		if p.Lot == 0 {
			p.Cover = max(p.Cover, 1)
		}
		return p
	})
}

func TestProposeAgainstDefinition(t *testing.T) {
	on := reviews(t)
	rapid.Check(t, func(t *rapid.T) {
		p := policies().Draw(t, "policy")
		at := replenishment.Position{
			OnHand: rapid.Int64Range(-5, 60).Draw(t, "on hand"), OnOrder: rapid.Int64Range(0, 30).Draw(t, "on order"),
			Committed: rapid.Int64Range(0, 30).Draw(t, "committed"),
		}
		r := replenishment.Rate{Units: rapid.Int64Range(0, 60).Draw(t, "units"), Days: rapid.Int64Range(1, 30).Draw(t, "days")}
		today, interval, reviewed := day(rapid.IntRange(0, 30).Draw(t, "today")), 1, true
		if rapid.Bool().Draw(t, "reviews") {
			p.Review = on
			reviewed = today.Weekday() == time.Monday || today.Weekday() == time.Thursday
			for d := today.AddDays(1); d.Weekday() != time.Monday && d.Weekday() != time.Thursday; d = d.AddDays(1) {
				interval++
			}
		}
		want := int64(0)
		if reviewed {
			want = byDefinition(p, at, r, interval)
		}
		got, err := replenishment.Propose(p, at, r, today)
		if err != nil {
			t.Fatal(err)
		}
		if got.Quantity != want {
			t.Fatalf("want %d: %s (%+v)", want, got, got)
		}
		if (got.Quantity > 0) != (got.Reason == replenishment.Triggered) {
			t.Fatalf("%d for the reason %s", got.Quantity, got.Reason)
		}
	})
}

func TestRateOver(t *testing.T) {
	require.Equal(t, "14 in 7 days", replenishment.Rate{Units: 14, Days: 7}.String())
	rapid.Check(t, func(t *rapid.T) {
		r := replenishment.Rate{
			Units: rapid.Int64Range(0, 400*replenishment.MaxQuantity).Draw(t, "units"), Days: rapid.Int64Range(1, 2000).Draw(t, "days"),
		}
		days := rapid.IntRange(0, 3*replenishment.MaxDays).Draw(t, "over")
		want := min(over(r, days), replenishment.MaxQuantity)
		if got := r.Over(days); got != want {
			t.Fatalf("%d, want %d", got, want)
		}
	})
	require.Zero(t, replenishment.Rate{Units: 5}.Over(3))
	require.Zero(t, replenishment.Rate{Units: 5, Days: 1}.Over(-3))
}

// A shop that sells no more than its rate is never out of stock once the first order has come, whatever the lead time
// and the days of review.
func TestOrderUpToKeepsTheShelfFilled(t *testing.T) {
	on := reviews(t)
	rapid.Check(t, func(t *rapid.T) {
		policy := replenishment.Policy{
			Method: replenishment.OrderUpTo, Lead: rapid.IntRange(0, 9).Draw(t, "lead"),
			Pack: rapid.Int64Range(1, 7).Draw(t, "pack"),
		}
		if rapid.Bool().Draw(t, "reviews") {
			policy.Review = on
		}
		rate := replenishment.Rate{Units: rapid.Int64Range(1, 20).Draw(t, "units"), Days: rapid.Int64Range(1, 7).Draw(t, "days")}
		due := make(map[calendar.Date]int64)
		var stock, open, sold int64
		for n := range 120 {
			today := day(n)
			stock += due[today]
			open -= due[today]
			p, err := replenishment.Propose(policy, replenishment.Position{OnHand: stock, OnOrder: open}, rate, today)
			if err != nil {
				t.Fatal(err)
			}
			if p.Quantity > 0 {
				if stock+open+p.Quantity >= p.Target+policy.Pack {
					t.Fatalf("more than a pack too much: %s", p)
				}
				due[p.Due] += p.Quantity
				open += p.Quantity
				if p.Due == today {
					stock, open = stock+p.Quantity, open-p.Quantity
					due[today] = 0
				}
			}
			if n < policy.Lead+1 {
				continue // the shop opens when the first order has come
			}
			// what a shop sells that keeps to the rate, in whole units
			sales := rate.Units*int64(n+1)/rate.Days - rate.Units*int64(n)/rate.Days
			sold += sales
			if stock < sales {
				t.Fatalf("day %d: %d in stock, %d wanted, after %d", n, stock, sales, sold)
			}
			stock -= sales
		}
	})
}

func TestProposeRefuses(t *testing.T) {
	good := replenishment.Policy{Min: 1, Max: 2}
	for name, c := range map[string]struct {
		policy replenishment.Policy
		at     replenishment.Position
		rate   replenishment.Rate
		on     calendar.Date
		field  string
	}{
		"a negative pack":         {policy: replenishment.Policy{Max: 1, Pack: -1}, on: day0, field: "Policy.Pack"},
		"a lead time of ages":     {policy: replenishment.Policy{Max: 1, Lead: 1001}, on: day0, field: "Policy.Lead"},
		"no method":               {policy: replenishment.Policy{Method: 9}, on: day0, field: "Policy.Method"},
		"no maximum":              {on: day0, field: "Policy.Max"},
		"a maximum below":         {policy: replenishment.Policy{Min: 3, Max: 2}, on: day0, field: "Policy.Max"},
		"neither lot nor cover":   {policy: replenishment.Policy{Method: replenishment.ReorderPoint}, on: day0, field: "Policy.Lot"},
		"too much on order":       {policy: good, at: replenishment.Position{OnOrder: 1 << 61}, on: day0, field: "Position.OnOrder"},
		"a negative commitment":   {policy: good, at: replenishment.Position{Committed: -1}, on: day0, field: "Position.Committed"},
		"no day":                  {policy: good, field: "today"},
		"units without days":      {policy: good, rate: replenishment.Rate{Units: 1}, on: day0, field: "rate.Days"},
		"a negative rate":         {policy: good, rate: replenishment.Rate{Units: -1, Days: 1}, on: day0, field: "rate.Units"},
		"a minimum beyond bounds": {policy: replenishment.Policy{Max: 1, MinimumOrder: 1e13}, on: day0, field: "Policy.MinimumOrder"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := replenishment.Propose(c.policy, c.at, c.rate, c.on)
			var bad *replenishment.RequestError
			require.ErrorAs(t, err, &bad)
			require.Equal(t, c.field, bad.Field, err.Error())
		})
	}
	good.Review = reviews(t)
	_, err := replenishment.Propose(good, replenishment.Position{}, replenishment.Rate{}, day(-1))
	var outside *calendar.RangeError
	require.ErrorAs(t, err, &outside)
}

// A consignment site is filled up from what package atp says of it: 20 there, of which 4 are safety stock, 10 on the way,
// 6 claimed.
func TestFillUp(t *testing.T) {
	site, err := calendar.New(calendar.Config{Name: "customer", Zone: "UTC"})
	require.NoError(t, err)
	s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "ACME-7", Calendar: site}}})
	require.NoError(t, err)
	now := day0.UTC().Add(12 * time.Hour)
	ref, _, err := s.Define(now, atp.Definition{Item: "pump", Site: "ACME-7", SafetyStock: 4})
	require.NoError(t, err)
	_, err = s.Count(now, atp.Count{Ref: ref, Quantity: 20})
	require.NoError(t, err)
	_, err = s.AddSupply(now, atp.Supply{Ref: ref, Document: "TO-1", Type: atp.Transfer, Due: day(2), Quantity: 10})
	require.NoError(t, err)
	_, err = s.Reserve(now, atp.Request{Key: "issue", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(1), Quantity: 6}}})
	require.NoError(t, err)
	o, err := s.Outlook(now, ref)
	require.NoError(t, err)

	p, err := replenishment.FillUp(replenishment.Policy{Min: 24, Max: 60, Pack: 10, Lead: 2}, o, replenishment.Rate{})
	require.NoError(t, err)
	require.Equal(t, replenishment.Position{OnHand: 20, OnOrder: 10, Committed: 6}, p.Position)
	require.Equal(t, int64(40), p.Quantity)
	require.Equal(t, "order 40 of pump for ACME-7 on 2026-03-02: position 24 (on hand 20, on order 10, committed 6), trigger 24, target 60",
		p.String())
}
