package atp_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// tables is the case of atp.md, kits: K = 2A + B; A 5, +4@3, -1@4; B 4.
func tables(t testing.TB) (s *atp.Stock, k, a, b atp.Ref) {
	s = newStock(t)
	k = stocked(t, s, "K", 0)
	a = stocked(t, s, "A", 5, supply{3, 4})
	b = stocked(t, s, "B", 4)
	claimed(t, s, "other", a, 4, 1)
	return s, k, a, b
}

func kitOf(k atp.Ref, quantity int64, kit ...atp.Component) atp.Demand {
	return atp.Demand{Ref: k, Quantity: quantity, Wanted: day(0), Kit: kit}
}

// atp.md: kits 2@0, +2@3.
func TestKit(t *testing.T) {
	s, k, a, b := tables(t)
	d := kitOf(k, 5, atp.Component{Ref: a, Per: 2}, atp.Component{Ref: b, Per: 1})
	d.Partial, d.Explain = atp.Partial{AtMost: atp.AnyNumber}, true
	p, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{2, 0}, {2, 3}}, parts(p))
	require.EqualValues(t, 1, p.Unfilled)
	require.Equal(t, []atp.Line{
		{Ref: a, Date: day(0), Quantity: 4}, {Ref: b, Date: day(0), Quantity: 2},
		{Ref: a, Date: day(3), Quantity: 4}, {Ref: b, Date: day(3), Quantity: 2},
	}, p.Lines())
	require.Equal(t, "4 of A from stock, available", p.Deliveries[0].Pegs[0].String())
	require.Equal(t, []atp.Peg{
		{Item: "A", Type: atp.Available, Quantity: 1},
		{Item: "A", Type: atp.PurchaseOrder, Document: "PO-" + day(3).String(), Due: day(3), Quantity: 3},
		{Item: "B", Type: atp.Available, Quantity: 2},
	}, p.Deliveries[1].Pegs)
	require.Equal(t, &atp.Limit{Item: "A", Date: day(0), Available: 2, Tightest: day(0)}, p.Limit)

	_, err = s.Reserve(noon(0), atp.Request{Key: "o", Hold: time.Hour, Lines: p.Lines()})
	require.NoError(t, err)
	again, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Zero(t, again.Confirmed)
	d.Replaces = "o"
	again, err = s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, p, again, "an order does not compete with itself")

	d.Kit, d.Replaces = nil, ""
	p, err = s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Zero(t, p.Confirmed, "without components the kit is an item like others")
}

// What a kit takes twice of an item it takes together.
func TestKitWithAComponentTwice(t *testing.T) {
	s, k, a, b := tables(t)
	one := atp.Component{Ref: a, Per: 1}
	for _, kit := range [][]atp.Component{{one, {Ref: b, Per: 1}, one}, {one, one, {Ref: b, Per: 1}}} {
		d := kitOf(k, 4, kit...)
		d.Partial.AtMost = 2
		p, err := s.Promise(noon(0), d)
		require.NoError(t, err)
		require.Equal(t, []part{{2, 0}, {2, 3}}, parts(p))
		require.EqualValues(t, 4, p.Lines()[0].Quantity)
		require.Equal(t, one, kit[0], "the caller's list stays as it is")
	}
}

// atp.md: aggregate the components of all lines first.
func TestKitsOfAnOrderShareComponents(t *testing.T) {
	s, k, a, b := tables(t)
	demands := []atp.Demand{
		kitOf(k, 1, atp.Component{Ref: a, Per: 2}, atp.Component{Ref: b, Per: 1}),
		{ID: "spare", Ref: a, Quantity: 2, Wanted: day(0)},
		kitOf(k, 2, atp.Component{Ref: b, Per: 1}, atp.Component{Ref: a, Per: 2}),
	}
	demands[0].ID, demands[2].ID, demands[2].Explain = "first", "second", true
	got, err := s.PromiseAll(noon(0), demands, atp.LineByLine)
	require.NoError(t, err)
	require.Equal(t, []part{{1, 0}}, parts(got[0]))
	require.Equal(t, []part{{2, 0}}, parts(got[1]))
	require.Equal(t, []part{{2, 3}}, parts(got[2]))
	require.Equal(t, &atp.Limit{
		Item: "A", Date: day(0), Available: 0, Tightest: day(0), LostTo: []string{"first", "spare"},
	}, got[2].Limit)

	got, err = s.PromiseAll(noon(0), demands, atp.ShipComplete)
	require.NoError(t, err)
	var lines []atp.Line
	for _, p := range got {
		require.Equal(t, day(3), p.Deliveries[0].Deliver)
		lines = append(lines, p.Lines()...)
	}
	hold(t, s, "o", lines...)
	demands[1].Quantity++
	got, err = s.PromiseAll(noon(0), demands, atp.ShipComplete)
	require.NoError(t, err)
	for _, p := range got {
		require.Zero(t, p.Confirmed)
	}
}

// Kits that are put together already go first.
func TestStockedKit(t *testing.T) {
	s, _, a, b := tables(t)
	k := stocked(t, s, "SET", 3, supply{2, 1})
	d := kitOf(k, 9, atp.Component{Ref: a, Per: 2}, atp.Component{Ref: b, Per: 1})
	d.Partial, d.Explain, d.Stocked = atp.Partial{AtMost: atp.AnyNumber}, true, true
	p, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{5, 0}, {1, 2}, {2, 3}}, parts(p))
	require.Equal(t, []atp.Line{
		{Ref: k, Date: day(0), Quantity: 3}, {Ref: a, Date: day(0), Quantity: 4}, {Ref: b, Date: day(0), Quantity: 2},
		{Ref: k, Date: day(2), Quantity: 1},
		{Ref: a, Date: day(3), Quantity: 4}, {Ref: b, Date: day(3), Quantity: 2},
	}, p.Lines())
	require.Equal(t, "3 of SET from stock, available", p.Deliveries[0].Pegs[0].String())
	require.Equal(t, "A", p.Limit.Item)
	require.EqualValues(t, 5, p.Limit.Available)
	d.Stocked = false
	p, err = s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{2, 0}, {2, 3}}, parts(p))
}

// Components must last like other goods; one that has expired when the other comes is none.
func TestKitOfGoodsThatExpire(t *testing.T) {
	s := newStock(t)
	k, milk, jar := stocked(t, s, "K", 0), stocked(t, s, "milk", 0), stocked(t, s, "jar", 2, supply{6, 5})
	stockLot(t, s, milk, "L1", 10, 5)
	expected(t, s, milk, 9, 10, 30)
	kit := []atp.Component{{Ref: milk, Per: 2}, {Ref: jar, Per: 1}}
	p, err := s.Promise(noon(0), kitOf(k, 4, kit...))
	require.NoError(t, err)
	require.Equal(t, []part{{4, 9}}, parts(p), "on day 6 there are jars, and no milk")
	d := kitOf(k, 4, kit...)
	d.Partial.AtMost = 2
	p, err = s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{2, 0}, {2, 9}}, parts(p))
	d.MinLife, d.Lane, d.Explain = 3, &atp.Lane{Transit: 2}, true
	p, err = s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{2, 2}, {2, 11}}, parts(p))
	for _, l := range p.Lines()[:2] {
		require.Equal(t, day(5), l.GoodThrough)
	}
	require.Equal(t, "L1", p.Deliveries[0].Pegs[1].Lot)
	hold(t, s, "o", p.Lines()...)

	// Delivered together: the kit's milk of day 0 does not wait for the bread of day 6.
	bread := stocked(t, s, "bread", 0, supply{7, 1})
	got, err := s.PromiseAll(noon(0), []atp.Demand{
		kitOf(k, 3, atp.Component{Ref: milk, Per: 2}), {Ref: bread, Quantity: 1, Wanted: day(0)},
	}, atp.ShipComplete)
	require.NoError(t, err)
	require.Equal(t, []part{{3, 9}}, parts(got[0]))
	require.Equal(t, []part{{1, 9}}, parts(got[1]))
}

// A quota counts kits, and what is shipped of them is used of it.
func TestKitsWithinAQuota(t *testing.T) {
	s, _, a, b := tables(t)
	k := stocked(t, s, "SET", 1)
	quota := weeks(t, s, atp.QuotaDefinition{ID: "Q", Later: 1}, 6, 9)
	d := kitOf(k, 5, atp.Component{Ref: a, Per: 2}, atp.Component{Ref: b, Per: 1})
	d.Stocked, d.Explain, d.Partial = true, true, atp.Partial{AtMost: 3}
	d.Quotas = []atp.QuotaUse{{Quota: quota, Factor: 2}}
	p, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{3, 0}, {2, 7}}, parts(p))
	require.Equal(t, []atp.Line{
		{Ref: k, Date: day(0), Quantity: 1}, {Ref: a, Date: day(0), Quantity: 4}, {Ref: b, Date: day(0), Quantity: 2},
		{Ref: quota, Date: day(0), Quantity: 2, For: k}, {Ref: quota, Date: day(0), Quantity: 4, For: a},
		{Ref: a, Date: day(7), Quantity: 4}, {Ref: b, Date: day(7), Quantity: 2},
		{Ref: quota, Date: day(7), Quantity: 4, For: a},
	}, p.Lines())
	require.Len(t, p.Limit.Quotas, 1)
	hold(t, s, "o", p.Lines()...)
	_, err = s.Release(noon(0), atp.Posting{Key: "o", Document: "less", Parts: []atp.Part{{Ref: a, Quantity: 8}, {Ref: b, Quantity: 4}}})
	require.NoError(t, err)
	usage, err := s.QuotaUsage(noon(0), quota)
	require.NoError(t, err)
	require.EqualValues(t, 2, usage.Periods[0].Committed, "of the kit that was put together already")
	require.Zero(t, usage.Periods[1].Committed)
}

// With an infinite horizon kits can be had from the day on which all components can.
func TestKitBeyondTheHorizon(t *testing.T) {
	s, k, a, b := tables(t)
	for ref, lead := range map[atp.Ref]int{a: 10, b: 14} {
		_, _, err := s.Define(noon(0), atp.Definition{
			Item: ref.Item(), Site: "S1", Policy: atp.Policy{Horizon: atp.Infinite, Replenishment: lead},
		})
		require.NoError(t, err)
	}
	d := kitOf(k, 1_000_000, atp.Component{Ref: a, Per: 2}, atp.Component{Ref: b, Per: 1})
	d.Partial.AtMost = atp.AnyNumber
	p, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{2, 0}, {2, 3}, {999_996, 14}}, parts(p))
	d.Stocked, d.Wanted, d.Explain = true, day(12), true
	p, err = s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{4, 12}, {999_996, 14}}, parts(p))
	require.Equal(t, "B", p.Limit.Item)
	require.EqualValues(t, 4, p.Limit.Available)
}

// The life of the kit's own item counts, kept put together or not, and that of its components.
func TestLifeOfAKit(t *testing.T) {
	s, k, a, b := tables(t)
	live := func(ref atp.Ref, p atp.Policy) {
		t.Helper()
		_, _, err := s.Define(noon(0), atp.Definition{Item: ref.Item(), Site: "S1", Policy: p})
		require.NoError(t, err)
	}
	ask := func(on int) atp.Promise {
		t.Helper()
		d := kitOf(k, 2, atp.Component{Ref: a, Per: 2}, atp.Component{Ref: b, Per: 1})
		d.Explain = true
		p, err := s.Promise(noon(on), d)
		require.NoError(t, err)
		return p
	}
	live(k, atp.Policy{AvailableFrom: day(2)})
	p := ask(0)
	require.Equal(t, []part{{2, 2}}, parts(p))
	require.Equal(t, &atp.Limit{Reason: atp.LimitNotYetAvailable, Date: day(0)}, p.Limit)
	live(b, atp.Policy{AvailableFrom: day(5)})
	require.Equal(t, []part{{2, 5}}, parts(ask(0)))
	live(k, atp.Policy{})
	p = ask(0)
	require.Equal(t, []part{{2, 5}}, parts(p))
	require.Equal(t, "B", p.Limit.Item)
	require.Equal(t, atp.LimitNotYetAvailable, p.Limit.Reason)
	live(b, atp.Policy{LastOrder: day(3)})
	require.EqualValues(t, 2, ask(3).Confirmed)
	p = ask(4)
	require.Zero(t, p.Confirmed)
	require.Equal(t, &atp.Limit{Item: "B", Reason: atp.LimitLastOrderPassed, Date: day(4)}, p.Limit)
	live(b, atp.Policy{})
	live(k, atp.Policy{LastOrder: day(3)})
	require.Zero(t, ask(4).Confirmed)
}

func TestKitsThatCannotBe(t *testing.T) {
	s, k, a, b := tables(t)
	elsewhere, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S2"})
	require.NoError(t, err)
	foreign := stocked(t, newStock(t), "A", 1)
	quota := weeks(t, s, atp.QuotaDefinition{ID: "Q"}, 1)
	before := s.State(noon(0))
	many := make([]atp.Component, atp.MaxComponents+1)
	for i := range many {
		many[i] = atp.Component{Ref: a, Per: 1}
	}
	for _, c := range []struct {
		field string
		kit   []atp.Component
		more  func(d *atp.Demand)
	}{
		{field: "Kit[0].Per", kit: []atp.Component{{Ref: a}}},
		{field: "Kit[1].Per", kit: []atp.Component{{Ref: b, Per: 1}, {Ref: a, Per: -1}}},
		{field: "Kit[0].Per", kit: []atp.Component{{Ref: a, Per: atp.MaxQuantity + 1}}},
		{field: "Kit", kit: []atp.Component{{Ref: a, Per: atp.MaxQuantity / 2}}},
		{field: "Kit", kit: []atp.Component{{Ref: a, Per: atp.MaxQuantity / 4}, {Ref: a, Per: atp.MaxQuantity / 4}}},
		{field: "Kit", kit: many},
		{field: "Kit[0].Ref", kit: []atp.Component{{Per: 1}}},
		{field: "Kit[0].Ref", kit: []atp.Component{{Ref: elsewhere, Per: 1}}},
		{field: "Kit[0].Ref", kit: []atp.Component{{Ref: foreign, Per: 1}}},
		{field: "Kit[0].Ref", kit: []atp.Component{{Ref: quota, Per: 1}}},
		{field: "Kit[1].Ref", kit: []atp.Component{{Ref: a, Per: 1}, {Ref: k, Per: 1}}},
		{field: "Lot", kit: []atp.Component{{Ref: a, Per: 1}}, more: func(d *atp.Demand) { d.Lot = "L1" }},
		{field: "SingleLot", kit: []atp.Component{{Ref: a, Per: 1}}, more: func(d *atp.Demand) { d.SingleLot = true }},
	} {
		d := kitOf(k, 3, c.kit...)
		if c.more != nil {
			c.more(&d)
		}
		_, err := s.Promise(noon(0), d)
		var bad *atp.RequestError
		require.ErrorAs(t, err, &bad)
		require.Equal(t, "promise", bad.Op)
		require.Equal(t, fmt.Sprintf("demands[0].%s", c.field), bad.Field)
	}
	require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
	full := kitOf(k, atp.MaxQuantity/2, atp.Component{Ref: a, Per: 1}, atp.Component{Ref: a, Per: 1})
	_, err = s.Promise(noon(0), full)
	require.NoError(t, err, "just so much may be asked for")
	lame := kitOf(k, 1, atp.Component{Ref: a, Per: 1})
	lame.Lane, lame.MinLife = &atp.Lane{Transit: -1}, 1
	_, err = s.Promise(noon(0), lame)
	require.ErrorAs(t, err, new(*atp.RequestError))
}
