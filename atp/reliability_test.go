package atp_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// reliedOn adds a receipt with a reliability.
func reliedOn(t testing.TB, s *atp.Stock, ref atp.Ref, due int, quantity int64, r atp.Reliability) {
	t.Helper()
	_, err := s.AddSupply(noon(0), atp.Supply{
		Ref: ref, Document: "PO", Type: atp.PurchaseOrder, Due: day(due), Quantity: quantity, Reliability: r,
	})
	require.NoError(t, err)
}

func received(t testing.TB, s *atp.Stock, on int, ref atp.Ref, posting string, quantity int64) {
	t.Helper()
	_, err := s.Receive(noon(on), atp.Receipt{Ref: ref, Document: "PO", Posting: posting, Quantity: quantity})
	require.NoError(t, err)
}

// atp.md: "a receipt can carry a reliability (lag in days or a haircut)". 100 due on day 5 that come 2 days late, less 15
// percent, are 85 on day 7. What comes counts in full, and the haircut is that of what is still to come.
func TestReliabilityOfAReceipt(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	reliedOn(t, s, ref, 5, 100, atp.Reliability{Lag: 2, Haircut: 150})
	require.EqualValues(t, 10, atpOn(t, s, noon(0), ref, 6))
	require.EqualValues(t, 95, atpOn(t, s, noon(0), ref, 7))
	when, ok, err := s.Earliest(noon(0), atp.Query{Ref: ref}, 95)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, day(7), when)
	_, ok, err = s.Earliest(noon(0), atp.Query{Ref: ref}, 96)
	require.NoError(t, err)
	require.False(t, ok)
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 20, Partial: atp.Partial{AtMost: 2}, Explain: true})
	require.NoError(t, err)
	require.Equal(t, []part{{10, 0}, {10, 7}}, parts(p))
	require.Equal(t, []string{"10 from purchase-order PO due 2026-03-07, expected 2026-03-09"}, texts(p.Deliveries[1].Pegs))
	narrow, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(9), Scope: atp.ScopeOf(atp.Available)})
	require.NoError(t, err)
	require.EqualValues(t, 10, narrow, "without the receipt")

	received(t, s, 6, ref, "GR-1", 40) // 60 are still to come, of which 51 count
	require.EqualValues(t, 50, atpOn(t, s, noon(6), ref, 6))
	require.EqualValues(t, 101, atpOn(t, s, noon(6), ref, 7))
	received(t, s, 6, ref, "GR-2", 60)
	require.EqualValues(t, 110, atpOn(t, s, noon(6), ref, 6), "what was cut off has come")
	require.EqualValues(t, 110, atpOn(t, s, noon(6), ref, 9))
	received(t, s, 6, ref, "GR-3", 5)
	require.EqualValues(t, 115, atpOn(t, s, noon(6), ref, 9), "more than was ordered")
}

func TestHaircutIsRoundedAgainstTheReceipt(t *testing.T) {
	for _, c := range []struct {
		open    int64
		haircut int
		counts  int64
	}{
		{7, 0, 7}, {7, 100, 6}, {10, 100, 9}, {1, 1, 0}, {1000, 1, 999}, {1999, 1, 1997}, {5, 1000, 0}, {999_999_999_999, 333, 666_999_999_999},
		{atp.MaxQuantity, 1, 999_000_000_000},
	} {
		s := newStock(t)
		ref := stocked(t, s, "A", 0)
		reliedOn(t, s, ref, 1, c.open, atp.Reliability{Haircut: c.haircut})
		require.Equal(t, c.counts, atpOn(t, s, noon(0), ref, 1), "%d less %d thousandths", c.open, c.haircut)
	}
}

// An event can say more than an operation may ask for; the share of it is still exact.
func TestHaircutDoesNotOverflow(t *testing.T) {
	s := newStock(t)
	const most = int64(1 << 61)
	require.NoError(t, s.Apply(atp.SupplyAdded{
		Item: "A", Site: "S1", Revision: 1, At: noon(0), Document: "PO", Type: atp.PurchaseOrder, Due: day(1), Quantity: most,
		Reliability: atp.Reliability{Haircut: 7},
	}))
	ref, err := s.Ref("A", "S1")
	require.NoError(t, err)
	want := new(big.Int).Mul(big.NewInt(most), big.NewInt(993))
	want.Div(want, big.NewInt(1000))
	require.Equal(t, want.Int64(), atpOn(t, s, noon(0), ref, 1))
}

// 90 are promised of 10 on hand and 100 that are due. When the supplier is found less reliable, the promise misses what no
// longer counts; when the goods are on their way, it does not.
func TestReliabilityIsAdjusted(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	reliedOn(t, s, ref, 5, 100, atp.Reliability{})
	claimed(t, s, "k", ref, 5, 90)
	adjust := func(due int, r *atp.Reliability) atp.SupplyAdjusted {
		t.Helper()
		e, err := s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "PO", Due: day(due), Quantity: 100, Reliability: r})
		require.NoError(t, err)
		return e
	}
	shortfalls := func() []atp.Shortfall {
		t.Helper()
		short, err := s.Shortfalls(noon(0), ref)
		require.NoError(t, err)
		return short
	}
	require.Empty(t, shortfalls())
	adjust(5, &atp.Reliability{Haircut: 300})
	require.Equal(t, []atp.Shortfall{{Key: "k", Date: day(5), Quantity: 10}}, shortfalls())
	adjust(5, &atp.Reliability{Lag: 4})
	require.Equal(t, []atp.Shortfall{{Key: "k", Date: day(5), Quantity: 80, Until: day(9)}}, shortfalls())
	e := adjust(6, nil)
	require.Equal(t, atp.Reliability{Lag: 4}, e.Reliability, "as before")
	require.Equal(t, []atp.Shortfall{{Key: "k", Date: day(5), Quantity: 80, Until: day(10)}}, shortfalls())
	adjust(5, &atp.Reliability{})
	require.Empty(t, shortfalls())
}

// With a fence a receipt is past due from the day after the one on which it is expected.
func TestLagMovesTheFence(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 0)
	_, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{PastDueReceipts: atp.Fence{Ignore: true}}})
	require.NoError(t, err)
	reliedOn(t, s, ref, 5, 10, atp.Reliability{Lag: 2})
	require.EqualValues(t, 10, atpOn(t, s, noon(7), ref, 7))
	require.EqualValues(t, 0, atpOn(t, s, noon(8), ref, 8))
}

// Goods that expire on a day are of use from the day on which they are expected.
func TestLagShortensTheLife(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 0)
	for document, expires := range map[string]int{"too late": 5, "just": 7} {
		_, err := s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: document, Type: atp.PurchaseOrder, Due: day(3), Quantity: 10, Expires: day(expires),
			Reliability: atp.Reliability{Lag: 3, Haircut: 100},
		})
		require.NoError(t, err)
	}
	require.EqualValues(t, 0, atpOn(t, s, noon(0), ref, 5))
	require.EqualValues(t, 9, atpOn(t, s, noon(0), ref, 6))
	require.EqualValues(t, 9, atpOn(t, s, noon(0), ref, 7))
	require.EqualValues(t, 0, atpOn(t, s, noon(0), ref, 8))
}

func TestReliabilityIsPartOfTheDocument(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 0)
	a := atp.Supply{
		Ref: ref, Document: "PO", Type: atp.PurchaseOrder, Due: day(5), Quantity: 100, Reliability: atp.Reliability{Lag: 2, Haircut: 150},
	}
	first, err := s.AddSupply(noon(0), a)
	require.NoError(t, err)
	again, err := s.AddSupply(noon(1), a)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	again.Replayed = false
	require.Equal(t, first, again)
	a.Reliability.Lag = 3
	_, err = s.AddSupply(noon(0), a)
	require.ErrorAs(t, err, new(*atp.KeyConflictError))
}

func TestReliabilityThatCannotBe(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	reliedOn(t, s, ref, 5, 100, atp.Reliability{Lag: 2})
	before := s.State(noon(0))
	for _, c := range []struct {
		r             atp.Reliability
		field, reason string
	}{
		{atp.Reliability{Lag: -1}, "Reliability.Lag", "is not a number of days"},
		{atp.Reliability{Lag: math.MaxInt}, "Reliability.Lag", "is not a number of days"},
		{atp.Reliability{Lag: 3_000_000}, "Reliability.Lag", "leads beyond the calendar"},
		{atp.Reliability{Haircut: -1}, "Reliability.Haircut", "is not from 0 to 1000"},
		{atp.Reliability{Haircut: 1001}, "Reliability.Haircut", "is not from 0 to 1000"},
	} {
		var bad *atp.RequestError
		_, err := s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: "new", Type: atp.Transfer, Due: day(5), Quantity: 1, Reliability: c.r,
		})
		require.ErrorAs(t, err, &bad)
		require.Equal(t, &atp.RequestError{Op: "add supply", Field: c.field, Reason: c.reason}, bad)
		_, err = s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "PO", Due: day(5), Quantity: 1, Reliability: &c.r})
		require.ErrorAs(t, err, &bad)
		require.Equal(t, &atp.RequestError{Op: "adjust supply", Field: c.field, Reason: c.reason}, bad)
	}
	_, err := s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "PO", Due: day(0).AddDays(2_912_000), Quantity: 1})
	require.NoError(t, err, "the last days of the calendar")
	_, err = s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "PO", Due: calendar.MustDate("9999-12-31"), Quantity: 1})
	require.ErrorAs(t, err, new(*atp.RequestError), "with its lag the receipt leaves the calendar")
	_, err = s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "PO", Due: day(5), Quantity: 100})
	require.NoError(t, err)
	after := s.State(noon(0))
	require.Equal(t, before.Items[0].Supplies[0].Reliability, after.Items[0].Supplies[0].Reliability)
}

// A journal that was written before receipts had a reliability reads as it was meant.
func TestReceiptsOfOldJournals(t *testing.T) {
	s := newStock(t)
	for _, e := range []struct{ name, data string }{
		{"atp.supply-added", `{"item":"A","site":"S1","revision":1,"at":"2026-03-02T09:00:00Z","document":"PO","type":"transfer",` +
			`"due":"2026-03-04","quantity":30}`},
		{"atp.supply-adjusted", `{"item":"A","site":"S1","revision":2,"at":"2026-03-02T09:00:00Z","document":"PO","due":"2026-03-05",` +
			`"quantity":20}`},
	} {
		event, known, err := atp.Events().Decode(journal.Event{Type: e.name, Version: 1, Data: []byte(e.data)})
		require.NoError(t, err)
		require.True(t, known)
		require.NoError(t, s.Apply(event))
	}
	ref, err := s.Ref("A", "S1")
	require.NoError(t, err)
	require.EqualValues(t, 0, atpOn(t, s, noon(0), ref, 2))
	require.EqualValues(t, 20, atpOn(t, s, noon(0), ref, 3))
}

// A supplier is usually three days late and ships a tenth less than ordered.
func ExampleReliability() {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	stock, ref, err := exampleStock(now)
	check(err)
	_, err = stock.AddSupply(now, atp.Supply{
		Ref: ref, Document: "PO-91/1", Type: atp.PurchaseOrder, Due: calendar.MustDate("2026-03-20"), Quantity: 500,
		Reliability: atp.Reliability{Lag: 3, Haircut: 100},
	})
	check(err)
	outlook, err := stock.Outlook(now, ref)
	check(err)
	for _, peg := range outlook.Supplies {
		fmt.Println(peg)
	}
	// Output:
	// 10 from stock, available
	// 30 from purchase-order PO-77/1 due 2026-03-06
	// 20 from purchase-order PO-80/1 due 2026-03-12
	// 450 from purchase-order PO-91/1 due 2026-03-20, expected 2026-03-23
}
