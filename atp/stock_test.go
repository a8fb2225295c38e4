package atp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// day gives the n-th day of the tests' time scale; day 0 is a Monday.
func day(n int) calendar.Date { return calendar.MustDate("2026-03-02").AddDays(n) }

// noon gives an instant of the n-th day, in UTC.
func noon(n int) time.Time { return day(n).UTC().Add(12 * time.Hour) }

func everyDay(t testing.TB, name string) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(calendar.Config{Name: name, Location: time.UTC, Week: calendar.EveryDay()})
	require.NoError(t, err)
	return c
}

// newStock makes a stock with the sites S1 and S2, which work every day in UTC.
func newStock(t testing.TB) *atp.Stock {
	t.Helper()
	s, err := atp.New(atp.Config{Sites: []atp.Site{
		{ID: "S1", Calendar: everyDay(t, "S1")}, {ID: "S2", Calendar: everyDay(t, "S2")},
	}})
	require.NoError(t, err)
	return s
}

// supply is a receipt of a test: a quantity due on a day.
type supply struct {
	day      int
	quantity int64
}

// stocked makes an item at S1 with stock on hand and receipts.
func stocked(t testing.TB, s *atp.Stock, item string, onHand int64, receipts ...supply) atp.Ref {
	t.Helper()
	ref, _, err := s.Define(noon(0), atp.Definition{Item: item, Site: "S1"})
	require.NoError(t, err)
	if onHand > 0 {
		_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: onHand})
		require.NoError(t, err)
	}
	for _, r := range receipts {
		_, err = s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: "PO-" + day(r.day).String(), Type: atp.PurchaseOrder, Due: day(r.day), Quantity: r.quantity,
		})
		require.NoError(t, err)
	}
	return ref
}

// claimed reserves quantities for good whether or not supply covers them, as a journal would bring them in.
func claimed(t testing.TB, s *atp.Stock, key string, ref atp.Ref, on int, quantity int64) {
	t.Helper()
	require.NoError(t, s.Apply(atp.Reserved{
		Key: key, At: noon(0), Expires: noon(0).Add(time.Hour),
		Lines: []atp.ReservedLine{{Item: ref.Item(), Site: ref.Site(), Date: day(on), Quantity: quantity}},
	}))
	require.NoError(t, s.Apply(atp.Committed{Key: key, At: noon(0)}))
}

func atpOn(t testing.TB, s *atp.Stock, now time.Time, ref atp.Ref, on int) int64 {
	t.Helper()
	n, err := s.ATP(now, atp.Query{Ref: ref, Date: day(on)})
	require.NoError(t, err)
	return n
}

// atp.md: look-ahead.
func TestLookAhead(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 60, supply{2, 100}, supply{5, 60})
	for on, quantity := range []int64{20, 15, 40, 70, 10, 20} {
		claimed(t, s, "d"+day(on).String(), ref, on, quantity)
	}
	var got []int64
	for on := range 6 {
		got = append(got, atpOn(t, s, noon(0), ref, on))
	}
	require.Equal(t, []int64{5, 5, 5, 5, 5, 45}, got)

	_, err := s.Reserve(noon(0), atp.Request{
		Key: "85", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(2), Quantity: 85}},
	})
	var short *atp.ShortageError
	require.ErrorAs(t, err, &short, "85 in period 2 cannot be promised")
	require.Equal(t, []atp.Shortage{{Item: "A", Site: "S1", Date: day(2), Requested: 85, Available: 5}}, short.Lines)
}

// atp.md: "A demand never counts against itself", and the failure "a quote that deducts itself".
func TestDemandDoesNotCountAgainstItself(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	_, err := s.Reserve(noon(0), atp.Request{
		Key: "quote", Hold: 48 * time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(1), Quantity: 8}},
	})
	require.NoError(t, err)
	require.EqualValues(t, 2, atpOn(t, s, noon(0), ref, 1))
	n, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(1), Replaces: "quote"})
	require.NoError(t, err)
	require.EqualValues(t, 10, n)
	require.EqualValues(t, 2, atpOn(t, s, noon(0), ref, 1), "asking changes nothing")

	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 10, Wanted: day(1), Replaces: "quote"})
	require.NoError(t, err)
	require.EqualValues(t, 10, p.Confirmed)
}

func TestSafetyStock(t *testing.T) {
	s := newStock(t)
	ref, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", SafetyStock: 4})
	require.NoError(t, err)
	_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: 10})
	require.NoError(t, err)
	require.EqualValues(t, 6, atpOn(t, s, noon(0), ref, 0))
	n, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(0), SafetyStock: true})
	require.NoError(t, err)
	require.EqualValues(t, 10, n)
	request := atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(0), Quantity: 7}}}
	_, err = s.Reserve(noon(0), request)
	require.ErrorAs(t, err, new(*atp.ShortageError))
	request.SafetyStock = true
	_, err = s.Reserve(noon(0), request)
	require.NoError(t, err)
}

// atp.md: supply and demand; quality hold is out by default, each check has a scope.
func TestScope(t *testing.T) {
	s := newStock(t)
	ref, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1"})
	require.NoError(t, err)
	for status, n := range []int64{10, 20, 40} {
		_, err = s.Count(noon(0), atp.Count{Ref: ref, Status: atp.SupplyType(status), Quantity: n})
		require.NoError(t, err)
	}
	for i, kind := range []atp.SupplyType{atp.PurchaseOrder, atp.ReturnExpected, atp.Transfer} {
		_, err = s.AddSupply(noon(0), atp.Supply{Ref: ref, Document: kind.String(), Type: kind, Due: day(1), Quantity: 100 << i})
		require.NoError(t, err)
	}
	ask := func(scope atp.Scope) int64 {
		n, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(1), Scope: scope})
		require.NoError(t, err)
		return n
	}
	require.EqualValues(t, 10+100+400, ask(0), "default")
	require.EqualValues(t, 10, ask(atp.ScopeOf(atp.Available)))
	require.EqualValues(t, 10+400, ask(atp.ScopeOf(atp.Available, atp.Transfer, atp.QualityHold)), "a question narrows the policy")

	_, _, err = s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{
		Scope: atp.ScopeOf(atp.QualityHold, atp.ReturnExpected),
	}})
	require.NoError(t, err)
	require.EqualValues(t, 20+200, ask(0), "another policy")
}

// atp.md: a horizon policy says what lies beyond the last known receipt; with an infinite horizon, later events are
// ignored from the lead time on.
func TestHorizon(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{20, 5})
	claimed(t, s, "late", ref, 8, 7)
	_, ok, err := s.Earliest(noon(0), atp.Query{Ref: ref, Date: day(0)}, 9)
	require.NoError(t, err)
	require.False(t, ok, "reject")

	_, _, err = s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{
		Horizon: atp.Infinite, Replenishment: 8,
	}})
	require.NoError(t, err)
	require.EqualValues(t, 10, atpOn(t, s, noon(0), ref, 0), "the claim on day 8 lies at the lead time")
	require.EqualValues(t, 10, atpOn(t, s, noon(0), ref, 7))
	require.EqualValues(t, atp.Unlimited, atpOn(t, s, noon(0), ref, 8))
	d, ok, err := s.Earliest(noon(0), atp.Query{Ref: ref, Date: day(0)}, 11)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, day(8), d)
	require.EqualValues(t, 3, atpOn(t, s, noon(1), ref, 0), "a day later the lead time ends after the claim")
}

// atp.md: past-due receipts and demands follow a fence.
func TestPastDueFence(t *testing.T) {
	for _, c := range []struct {
		name   string
		policy atp.Policy
		now    int
		want   int64
	}{
		{"not due yet", atp.Policy{}, 0, 0},
		{"late receipts and demands count", atp.Policy{}, 9, 10 + 5 - 3},
		{"receipt within its days of grace", atp.Policy{PastDueReceipts: atp.Fence{Ignore: true, Days: 7}}, 9, 10 + 5 - 3},
		{"receipt beyond them", atp.Policy{PastDueReceipts: atp.Fence{Ignore: true, Days: 6}}, 9, 10 - 3},
		{"receipt due today", atp.Policy{PastDueReceipts: atp.Fence{Ignore: true}}, 2, 10 + 5 - 3},
		{"receipt due yesterday", atp.Policy{PastDueReceipts: atp.Fence{Ignore: true}}, 3, 10 - 3},
		{"demand beyond its days", atp.Policy{PastDueDemands: atp.Fence{Ignore: true, Days: 7}}, 9, 10 + 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStock(t)
			ref, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: c.policy})
			require.NoError(t, err)
			stocked(t, s, "B", 1)
			if c.now > 0 {
				_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: 10})
				require.NoError(t, err)
				_, err = s.AddSupply(noon(0), atp.Supply{Ref: ref, Document: "PO", Type: atp.PurchaseOrder, Due: day(2), Quantity: 5})
				require.NoError(t, err)
				claimed(t, s, "d", ref, 1, 3)
			}
			require.Equal(t, c.want, atpOn(t, s, noon(c.now), ref, c.now))
		})
	}
}

func TestLateSupplyListsTheBrokenPromises(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 5, supply{3, 10})
	claimed(t, s, "k1", ref, 1, 4)
	claimed(t, s, "k2", ref, 3, 6)
	claimed(t, s, "k3", ref, 4, 5)
	short, err := s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Empty(t, short)

	_, err = s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "PO-" + day(3).String(), Due: day(6), Quantity: 8})
	require.NoError(t, err)
	require.EqualValues(t, -10, atpOn(t, s, noon(0), ref, 0))
	short, err = s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Equal(t, []atp.Shortfall{
		{Key: "k2", Date: day(3), Quantity: 5, Until: day(6)},
		{Key: "k3", Date: day(4), Quantity: 5}, // 3 of them on day 6, 2 never
	}, short)
}
