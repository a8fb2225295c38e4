package atp_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// atp.md, look-ahead ATP (ATP-1): 85 in period 2 cannot be promised.
func TestOutlookShowsTheWorkedFigure(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 60, supply{2, 100}, supply{5, 60})
	for i, n := range []int64{20, 15, 40, 70, 10, 20} {
		claimed(t, s, day(i).String(), ref, i, n)
	}
	o, err := s.Outlook(noon(0), ref)
	require.NoError(t, err)
	want := []atp.OutlookDay{
		{Date: day(0), Claims: 20, Balance: 40, ATP: 5, Discrete: 5},
		{Date: day(1), Claims: 15, Balance: 25, ATP: 5},
		{Date: day(2), Receipts: 100, Claims: 40, Balance: 85, ATP: 5},
		{Date: day(3), Claims: 70, Balance: 15, ATP: 5},
		{Date: day(4), Claims: 10, Balance: 5, ATP: 5},
		{Date: day(5), Receipts: 60, Claims: 20, Balance: 45, ATP: 45, Discrete: 40},
	}
	require.Equal(t, want, o.Days)
	require.Equal(t, int64(60), o.Opening)
	require.Len(t, o.Claims, 6)
	require.Equal(t, []string{"60 from stock, available", "100 from purchase-order PO-2026-03-04 due 2026-03-04",
		"60 from purchase-order PO-2026-03-07 due 2026-03-07"}, texts(o.Supplies))
}

// Discrete ATP by definition: each claim draws on the latest supply before it, then on the one before that (ATP-1).
func TestOutlookDividesATPAmongReceipts(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		s := newStock(t)
		left := []int64{random.Int64N(20)}
		var receipts []supply
		for d := 1; d < 8; d++ {
			left = append(left, random.Int64N(3)*random.Int64N(15))
			if left[d] > 0 {
				receipts = append(receipts, supply{d, left[d]})
			}
		}
		ref := stocked(t, s, "A", left[0], receipts...)
		for d := range left {
			quantity := random.Int64N(12)
			if a, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(d)}); err != nil || a < quantity || quantity == 0 {
				continue // nothing is short
			}
			claimed(t, s, day(d).String(), ref, d, quantity)
			for from := d; quantity > 0; from-- {
				taken := min(quantity, left[from])
				left[from] -= taken
				quantity -= taken
			}
		}
		o, err := s.Outlook(noon(0), ref)
		require.NoError(t, err)
		got := make([]int64, len(left))
		var sum int64
		for _, d := range o.Days {
			got[d.Date.Sub(day(0))] = d.Discrete
			sum += d.Discrete
			require.Equal(t, d.ATP, sum)
		}
		require.Equal(t, left, got)
	}
}

func texts(pegs []atp.Peg) []string {
	all := make([]string, len(pegs))
	for i, p := range pegs {
		all[i] = p.String()
	}
	return all
}

func TestOutlookSeesFencesSafetyAndHorizon(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{0, 5}, supply{20, 7})
	_, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", SafetyStock: 4, Policy: atp.Policy{
		Horizon: atp.Infinite, Replenishment: 10, PastDueReceipts: atp.Fence{Ignore: true, Days: 1},
	}})
	require.NoError(t, err)
	_, err = s.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(3), Quantity: 2}}})
	require.NoError(t, err)

	o, err := s.Outlook(noon(0), ref)
	require.NoError(t, err)
	require.Equal(t, int64(6), o.Opening)
	require.Equal(t, day(10), o.Endless)
	require.Equal(t, noon(0).Add(time.Hour), o.Claims[0].Expires)
	require.Equal(t, []atp.OutlookDay{
		{Date: day(0), Receipts: 5, Balance: 11, ATP: 9, Discrete: 9},
		{Date: day(3), Claims: 2, Balance: 9, ATP: 9},
		{Date: day(20), Receipts: 7, Balance: 16, ATP: atp.Unlimited},
	}, o.Days)

	o, err = s.Outlook(noon(2), ref) // the receipt is behind the fence, the hold has ended
	require.NoError(t, err)
	require.Equal(t, []atp.OutlookDay{
		{Date: day(2), Balance: 6, ATP: 6, Discrete: 6},
		{Date: day(20), Receipts: 7, Balance: 13, ATP: atp.Unlimited},
	}, o.Days)

	_, err = s.Outlook(noon(2), atp.Ref{})
	var bad *atp.RequestError
	require.ErrorAs(t, err, &bad)
}

// checkOutlook compares every day of an outlook with what the model answers by definition.
func (h *history) checkOutlook(ref atp.Ref, now time.Time, answer func(on int) int64) {
	o, err := h.s.Outlook(now, ref)
	require.NoError(h.t, err)
	for i, d := range o.Days {
		if i > 0 {
			require.True(h.t, o.Days[i-1].Date.Before(d.Date))
		}
		require.Equal(h.t, answer(d.Date.Sub(day(0))), d.ATP, "%s", d.Date)
	}
	require.Equal(h.t, calendar.DateOf(now.UTC()), o.Today)
}
