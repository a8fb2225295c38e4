package atp_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

func live(t testing.TB, s *atp.Stock, policy atp.Policy) atp.Ref {
	t.Helper()
	ref, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: policy})
	require.NoError(t, err)
	return ref
}

// ATP-8, available from: 10 are on hand and 30 are due on day 3, but the item is sold from day 5 on.
func TestAvailableFrom(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", 10, supply{3, 30}, supply{8, 5})
	ref := live(t, s, atp.Policy{AvailableFrom: day(5)})
	for on, want := range []int64{0, 0, 0, 0, 0, 40, 40, 40, 45} {
		require.Equal(t, want, atpOn(t, s, noon(0), ref, on), "day %d", on)
	}
	require.EqualValues(t, 40, atpOn(t, s, noon(5), ref, 5))
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 12, Wanted: day(1), Explain: true})
	require.NoError(t, err)
	require.Equal(t, []part{{12, 5}}, parts(p))
	require.Equal(t, &atp.Limit{Reason: atp.LimitNotYetAvailable, Date: day(1), Tightest: day(1)}, p.Limit)
	p, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 12, Wanted: day(5), Explain: true})
	require.NoError(t, err)
	require.Nil(t, p.Limit)

	_, err = s.Reserve(noon(0), atp.Request{Key: "early", Hold: time.Hour, Lines: one(ref, 4, 1)})
	var short *atp.ShortageError
	require.ErrorAs(t, err, &short)
	require.Equal(t, []atp.Shortage{
		{Item: "A", Site: "S1", Date: day(4), Requested: 1, Reason: atp.LimitNotYetAvailable},
	}, short.Lines)
	require.EqualError(t, err, `atp: reserve: item "A" at site "S1": 1 requested, 0 available on 2026-03-06: not-yet-available`)
	require.NoError(t, reserve(s, noon(0), "ahead", one(ref, 5, 40)...))
	require.EqualValues(t, 0, atpOn(t, s, noon(0), ref, 5))
	require.EqualValues(t, 5, atpOn(t, s, noon(0), ref, 8))

	o, err := s.Outlook(noon(0), ref)
	require.NoError(t, err)
	require.Equal(t, day(5), o.AvailableFrom)
	require.Equal(t, []atp.OutlookDay{
		{Date: day(0), Balance: 10}, {Date: day(3), Receipts: 30, Balance: 40}, {Date: day(5), Claims: 40},
		{Date: day(8), Receipts: 5, Balance: 5, ATP: 5, Discrete: 5},
	}, o.Days)
}

// A launch that is put off breaks the promises before it, until it comes.
func TestLaunchIsPutOff(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", 10)
	ref := live(t, s, atp.Policy{AvailableFrom: day(5)})
	claimed(t, s, "k6", ref, 6, 4)
	claimed(t, s, "k9", ref, 9, 5)
	short, err := s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Empty(t, short)
	live(t, s, atp.Policy{AvailableFrom: day(8)})
	short, err = s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Equal(t, []atp.Shortfall{{Key: "k6", Date: day(6), Quantity: 4, Until: day(8)}}, short)
	pegged, err := s.Pegging(noon(0), ref)
	require.NoError(t, err)
	require.Equal(t, []atp.ScheduleLine{{Date: day(8), Quantity: 4}}, pegged[0].Schedule())
	require.Equal(t, []atp.ScheduleLine{{Date: day(9), Quantity: 5}}, pegged[1].Schedule())
	require.EqualValues(t, -4, atpOn(t, s, noon(0), ref, 6), "4 are promised of nothing")
	require.EqualValues(t, 1, atpOn(t, s, noon(0), ref, 8))
	_, err = s.Reschedule(noon(0), atp.Rescheduling{Key: "run", Changes: []atp.Change{{
		Key: "k9", Ref: ref, From: []atp.ScheduleLine{{Date: day(9), Quantity: 5}}, To: []atp.ScheduleLine{{Date: day(7), Quantity: 5}},
	}}})
	require.ErrorAs(t, err, new(*atp.ShortageError), "nothing is moved to before it")
	_, err = s.Reschedule(noon(0), atp.Rescheduling{Key: "run", Changes: []atp.Change{{
		Key: "k6", Ref: ref, From: []atp.ScheduleLine{{Date: day(6), Quantity: 4}}, To: []atp.ScheduleLine{{Date: day(8), Quantity: 4}},
	}}})
	require.NoError(t, err)
}

// Lots that are good until the launch are of no use.
func TestLaunchOfLots(t *testing.T) {
	s := newStock(t)
	ref := live(t, s, atp.Policy{AvailableFrom: day(5)})
	stockLot(t, s, ref, "L1", 3, 4)
	stockLot(t, s, ref, "L2", 4, 6)
	require.EqualValues(t, 0, lotATP(t, s, ref, 4, 0, ""))
	require.EqualValues(t, 0, lotATP(t, s, ref, 4, 0, "L2"))
	require.EqualValues(t, 4, lotATP(t, s, ref, 5, 0, ""))
	require.EqualValues(t, 4, lotATP(t, s, ref, 6, 0, "L2"))
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 4, Wanted: day(2), Explain: true})
	require.NoError(t, err)
	require.Equal(t, []part{{4, 5}}, parts(p))
	require.Equal(t, atp.LimitNotYetAvailable, p.Limit.Reason)
}

// Where everything can be had from the lead time on, it is not before the item is available.
func TestLaunchAndHorizon(t *testing.T) {
	s := newStock(t)
	ref := live(t, s, atp.Policy{AvailableFrom: day(5), Horizon: atp.Infinite, Replenishment: 3})
	require.EqualValues(t, 0, atpOn(t, s, noon(0), ref, 4))
	require.EqualValues(t, int64(atp.Unlimited), atpOn(t, s, noon(0), ref, 5))
	ref = live(t, s, atp.Policy{AvailableFrom: day(2), Horizon: atp.Infinite, Replenishment: 3})
	require.EqualValues(t, 0, atpOn(t, s, noon(0), ref, 2))
	require.EqualValues(t, int64(atp.Unlimited), atpOn(t, s, noon(0), ref, 3))
}

// A demand that replaces a reservation was placed when that was made, for an item that nothing is due of as well.
func TestLastOrderOfAQuietItem(t *testing.T) {
	s := newStock(t)
	hold(t, s, "o1", atp.Line{Ref: stocked(t, s, "B", 10), Date: day(9), Quantity: 4})
	stocked(t, s, "A", 10)
	ref := live(t, s, atp.Policy{LastOrder: day(3)})
	n, err := s.ATP(noon(5), atp.Query{Ref: ref, Date: day(9), Replaces: "o1"})
	require.NoError(t, err)
	require.EqualValues(t, 10, n)
	p, err := s.Promise(noon(5), atp.Demand{Ref: ref, Quantity: 4, Replaces: "o1"})
	require.NoError(t, err)
	require.EqualValues(t, 4, p.Confirmed)
	_, err = s.Reserve(noon(5), atp.Request{Key: "o2", Hold: time.Hour, Lines: p.Lines()})
	require.ErrorAs(t, err, new(*atp.ShortageError))
	_, err = s.Reserve(noon(5), atp.Request{Key: "o2", Hold: time.Hour, Lines: p.Lines(), Placed: day(0)})
	require.NoError(t, err)
}

// ATP-8, last-time buy: orders of day 3 are the last. What was ordered in time is promised, and promised anew, later too.
func TestLastOrder(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", 10)
	ref := live(t, s, atp.Policy{LastOrder: day(3), Horizon: atp.Infinite, Replenishment: 9})
	ask := func(on int, q atp.Query) int64 {
		t.Helper()
		q.Ref, q.Date = ref, day(20)
		n, err := s.ATP(noon(on), q)
		require.NoError(t, err)
		return n
	}
	require.EqualValues(t, int64(atp.Unlimited), ask(3, atp.Query{}))
	require.EqualValues(t, 0, ask(4, atp.Query{}))
	require.EqualValues(t, int64(atp.Unlimited), ask(4, atp.Query{Placed: day(3)}))
	require.EqualValues(t, 0, ask(0, atp.Query{Placed: day(4)}))
	_, ok, err := s.Earliest(noon(4), atp.Query{Ref: ref}, 1)
	require.NoError(t, err)
	require.False(t, ok)

	d := atp.Demand{ID: "late", Ref: ref, Quantity: 5, Partial: atp.Partial{AtMost: 3}, Explain: true}
	p, err := s.Promise(noon(4), d)
	require.NoError(t, err)
	require.Equal(t, atp.Promise{
		ID: "late", Ref: ref, Quantity: 5, Unfilled: 5, Limit: &atp.Limit{Reason: atp.LimitLastOrderPassed, Date: day(4)},
	}, p)
	data, err := json.Marshal(p.Limit)
	require.NoError(t, err)
	require.JSONEq(t, `{"reason":"last-order-passed","date":"2026-03-06","available":0}`, string(data))
	in := d
	in.ID, in.Placed = "in time", day(3)
	both, err := s.PromiseAll(noon(4), []atp.Demand{d, in}, atp.LineByLine)
	require.NoError(t, err)
	require.Empty(t, both[0].Deliveries)
	require.Equal(t, []part{{5, 4}}, parts(both[1]))
	claims, err := s.Allocate(noon(4), []atp.Claim{{Demand: d, Ordered: day(3)}})
	require.NoError(t, err)
	require.EqualValues(t, 5, claims[0].Confirmed, "the day of the order is the day on which it was placed")

	late := atp.Request{Key: "k", Hold: time.Hour, Lines: one(ref, 4, 5)}
	_, err = s.Reserve(noon(4), late)
	var short *atp.ShortageError
	require.ErrorAs(t, err, &short)
	require.Equal(t, []atp.Shortage{
		{Item: "A", Site: "S1", Date: day(4), Requested: 5, Reason: atp.LimitLastOrderPassed},
	}, short.Lines)
	late.Placed = day(3)
	_, err = s.Reserve(noon(4), late)
	require.NoError(t, err)
	late.Placed = calendar.Date{}
	again, err := s.Reserve(noon(5), late)
	require.NoError(t, err)
	require.True(t, again.Replayed, "when it was placed does not belong to the content")
}

// A demand that was reserved in time is promised anew without saying when it was placed.
func TestLastOrderOfWhatIsReplaced(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", 10)
	ref := live(t, s, atp.Policy{LastOrder: day(3)})
	_, err := s.Reserve(noon(3), atp.Request{Key: "k", Hold: 99 * time.Hour, Lines: one(ref, 4, 6)})
	require.NoError(t, err)
	d := atp.Demand{Ref: ref, Quantity: 8}
	p, err := s.Promise(noon(4), d)
	require.NoError(t, err)
	require.EqualValues(t, 0, p.Confirmed)
	d.Replaces = "k"
	p, err = s.Promise(noon(4), d)
	require.NoError(t, err)
	require.EqualValues(t, 8, p.Confirmed)
	d.Placed = day(4)
	p, err = s.Promise(noon(4), d)
	require.NoError(t, err)
	require.EqualValues(t, 0, p.Confirmed)
}

// ATP-8, phase-out: until day 3 more is bought and there in 5 days; from day 4 on the item is sold while it lasts, which
// breaks what was promised of more.
func TestPhaseOut(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", 10, supply{6, 2})
	ref := live(t, s, atp.Policy{PhaseOut: day(4), Horizon: atp.Infinite, Replenishment: 5})
	require.EqualValues(t, int64(atp.Unlimited), atpOn(t, s, noon(3), ref, 8))
	require.NoError(t, reserve(s, noon(3), "k", one(ref, 8, 15)...))
	_, err := s.Commit(noon(3), "k")
	require.NoError(t, err)
	require.EqualValues(t, -3, atpOn(t, s, noon(4), ref, 9))
	short, err := s.Shortfalls(noon(4), ref)
	require.NoError(t, err)
	require.Equal(t, []atp.Shortfall{{Key: "k", Date: day(8), Quantity: 3}}, short)
	_, err = s.Release(noon(4), atp.Posting{Key: "k"})
	require.NoError(t, err)

	p, err := s.Promise(noon(4), atp.Demand{Ref: ref, Quantity: 20, Partial: atp.Partial{AtMost: 9}, Explain: true})
	require.NoError(t, err)
	require.Equal(t, []part{{10, 4}, {2, 6}}, parts(p))
	require.EqualValues(t, 8, p.Unfilled)
	require.Equal(t, atp.LimitPhaseOut, p.Limit.Reason)
	p, err = s.Promise(noon(4), atp.Demand{Ref: ref, Quantity: 12, Explain: true})
	require.NoError(t, err)
	require.Equal(t, []part{{12, 6}}, parts(p))
	require.Equal(t, atp.LimitSupply, p.Limit.Reason, "two of them are due later than wanted, phase-out or not")
	_, err = s.Reserve(noon(4), atp.Request{Key: "more", Hold: time.Hour, Lines: one(ref, 9, 13)})
	var lack *atp.ShortageError
	require.ErrorAs(t, err, &lack)
	require.Equal(t, atp.LimitPhaseOut, lack.Lines[0].Reason)
	require.EqualValues(t, 12, lack.Lines[0].Available)
}

func TestLifeThatCannotBe(t *testing.T) {
	s := newStock(t)
	ref := live(t, s, atp.Policy{AvailableFrom: day(3), LastOrder: day(3)})
	before, err := s.Item(ref)
	require.NoError(t, err)
	_, _, err = s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{AvailableFrom: day(3), LastOrder: day(2)}})
	var bad *atp.RequestError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, &atp.RequestError{Op: "define", Field: "Policy.LastOrder", Reason: "is before AvailableFrom"}, bad)
	after, err := s.Item(ref)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestLimitReasonsHaveNames(t *testing.T) {
	for r := atp.LimitSupply; r <= atp.LimitPhaseOut; r++ {
		text, err := r.MarshalText()
		require.NoError(t, err)
		var back atp.LimitReason
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, r, back)
	}
	_, err := atp.LimitReason(9).MarshalText()
	require.Error(t, err)
	require.Error(t, new(atp.LimitReason).UnmarshalText([]byte("gone")))
}

// The last orders for a pump that is phased out are taken until Friday, and served while there is stock.
func ExamplePolicy_lastOrder() {
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(monday)
	check(err)
	_, _, err = stock.Define(monday, atp.Definition{Item: "pump", Site: "BER", Policy: atp.Policy{
		LastOrder: calendar.MustDate("2026-03-06"),
	}})
	check(err)
	for _, on := range []time.Time{monday.AddDate(0, 0, 4), monday.AddDate(0, 0, 7)} {
		promise, err := stock.Promise(on, atp.Demand{Ref: ref, Quantity: 60, Partial: atp.Partial{AtMost: atp.AnyNumber}, Explain: true})
		check(err)
		fmt.Println(promise.Confirmed, promise.Limit.Reason)
	}
	// Output:
	// 60 supply
	// 0 last-order-passed
}

// What is too long past due does not come back with the launch.
func TestLaunchAndFence(t *testing.T) {
	s := newStock(t)
	stocked(t, s, "A", 10, supply{0, 30})
	ref := live(t, s, atp.Policy{AvailableFrom: day(5), PastDueReceipts: atp.Fence{Ignore: true}})
	require.EqualValues(t, 40, atpOn(t, s, noon(0), ref, 5))
	require.EqualValues(t, 0, atpOn(t, s, noon(1), ref, 4))
	require.EqualValues(t, 10, atpOn(t, s, noon(1), ref, 5))
}

// Who has a lot gets it when the item is available.
func TestLaunchIsPutOffForALot(t *testing.T) {
	s := newStock(t)
	ref := live(t, s, atp.Policy{})
	stockLot(t, s, ref, "L2", 4, 9)
	hold(t, s, "k", atp.Line{Ref: ref, Date: day(2), Quantity: 4, Lot: "L2"})
	live(t, s, atp.Policy{AvailableFrom: day(5)})
	short, err := s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Equal(t, []atp.Shortfall{{Key: "k", Date: day(2), Quantity: 4, Until: day(5), Lot: "L2"}}, short)
}
