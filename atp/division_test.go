package atp_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// ranked makes claims as rules would have ranked them.
func ranked(ref atp.Ref, wanted, minimum []int64) atp.Ranks {
	var ranks atp.Ranks
	for i, n := range wanted {
		id := fmt.Sprintf("c%02d", i)
		ranks.Served = append(ranks.Served, atp.Ranked{
			ID: id, Guaranteed: minimum[i], Claim: atp.Claim{Demand: atp.Demand{ID: id, Ref: ref, Quantity: n}},
			Reasons: []atp.RankReason{{Rule: "R" + id}},
		})
	}
	return ranks
}

// atp.md: allocation, fair share, ATP-3. Supply 100, demands 90/60/30, each with its reasons.
func TestDivide(t *testing.T) {
	for name, c := range map[string]struct {
		pack                               int64
		minimum                            []int64
		quantity                           []int64
		guaranteed, proportion, remainders []int64
		left                               int64
	}{
		"plain":         {0, []int64{0, 0, 0}, []int64{50, 33, 17}, []int64{0, 0, 0}, []int64{50, 33, 16}, []int64{0, 0, 1}, 0},
		"minimum of 10": {1, []int64{10, 10, 10}, []int64{48, 33, 19}, []int64{10, 10, 10}, []int64{37, 23, 9}, []int64{1, 0, 0}, 0},
		"cases of 6":    {6, []int64{0, 0, 0}, []int64{48, 30, 18}, []int64{0, 0, 0}, []int64{48, 30, 12}, []int64{0, 0, 6}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStock(t)
			ref := stocked(t, s, "A", 80, supply{2, 30}, supply{9, 500})
			claimed(t, s, "o", ref, 1, 10)
			d, err := s.Divide(noon(0), atp.Query{Ref: ref, Date: day(2)}, c.pack, ranked(ref, []int64{90, 60, 30}, c.minimum))
			require.NoError(t, err)
			require.EqualValues(t, 100, d.Supply)
			require.Equal(t, c.left, d.Left)
			require.Equal(t, []string{"o"}, d.Claims)
			for i, p := range d.Portions {
				require.Equal(t, c.quantity[i], p.Quantity)
				require.Equal(t, c.guaranteed[i], p.Guaranteed)
				require.Equal(t, c.proportion[i], p.Proportion)
				require.Equal(t, c.remainders[i], p.Remainder)
				require.Equal(t, p.Wanted-p.Quantity, p.Missing)
				require.Equal(t, "R"+p.ID, p.Reasons[0].Rule)
			}
			require.Equal(t, atp.Peg{Type: atp.Available, Quantity: d.Portions[0].Quantity}, d.Portions[0].Pegs[0])
		})
	}
	s := newStock(t)
	ref := stocked(t, s, "A", 100)
	d, err := s.Divide(noon(0), atp.Query{Ref: ref}, 1, ranked(ref, []int64{90, 60, 30}, []int64{0, 0, 30}))
	require.NoError(t, err)
	require.Equal(t, []atp.Loss{
		{ID: "c01", Kind: atp.LostToShare, Quantity: 28}, {ID: "c02", Kind: atp.LostToMinimum, Quantity: 30},
	}, d.LostTo("c00"))
	require.Nil(t, d.LostTo("c02"), "has all")
	require.Nil(t, d.LostTo("nobody"))
	d, err = s.Divide(noon(0), atp.Query{Ref: ref}, 1, ranked(ref, []int64{90, 60, 30}, []int64{0, 0, 0}))
	require.NoError(t, err)
	require.Equal(t, []atp.Loss{
		{ID: "c00", Kind: atp.LostToShare, Quantity: 50}, {ID: "c02", Kind: atp.LostToShare, Quantity: 16},
		{ID: "c02", Kind: atp.LostToRemainder, Quantity: 1},
	}, d.LostTo("c01"))

	other := stocked(t, s, "B", 1)
	_, err = s.Divide(noon(0), atp.Query{Ref: other}, 1, ranked(ref, []int64{1}, []int64{0}))
	require.ErrorAs(t, err, new(*atp.RequestError))
	_, err = s.Divide(noon(0), atp.Query{Ref: ref}, 1, ranked(ref, []int64{0}, []int64{0}))
	require.ErrorAs(t, err, new(*atp.RequestError))
	_, err = s.Divide(noon(0), atp.Query{Ref: ref}, -1, ranked(ref, []int64{1}, []int64{0}))
	require.ErrorAs(t, err, new(*atp.RequestError))
	_, err = s.Divide(noon(0), atp.Query{}, 1, atp.Ranks{})
	require.ErrorAs(t, err, new(*atp.RequestError))
}

// A division is a fair share of ATP that can be reserved, and every unit of it has its supply, there in time.
func TestDivideAgainstFairShare(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 8))
		s := newStock(t)
		ref := stocked(t, s, "A", r.Int64N(80), supply{r.IntN(3), 1 + r.Int64N(50)}, supply{3 + r.IntN(5), 1 + r.Int64N(50)})
		for i := range r.IntN(4) {
			claimed(t, s, fmt.Sprint(i), ref, r.IntN(9), 1+r.Int64N(20))
		}
		var wanted, minimum []int64
		var shares []atp.Share
		var sum int64
		for i := range 1 + r.IntN(6) {
			wanted, minimum = append(wanted, 1+r.Int64N(60)), append(minimum, r.Int64N(20)*r.Int64N(2))
			shares = append(shares, atp.Share{ID: fmt.Sprintf("c%02d", i), Open: wanted[i], Minimum: minimum[i]})
			sum += wanted[i]
		}
		on, pack := r.IntN(9), r.Int64N(7)
		d, err := s.Divide(noon(0), atp.Query{Ref: ref, Date: day(on)}, pack, ranked(ref, wanted, minimum))
		require.NoError(t, err)
		require.Equal(t, max(min(atpOn(t, s, noon(0), ref, on), sum), 0), d.Supply)
		parts, left, err := atp.FairShare(d.Supply, pack, shares)
		require.NoError(t, err)
		require.Equal(t, left, d.Left)
		pegged := map[string]int64{}
		var lines []atp.Line
		for i, p := range d.Portions {
			require.Equal(t, parts[i], p.Quantity, "seed %d", seed)
			require.Equal(t, p.Quantity, p.Guaranteed+p.Proportion+p.Remainder)
			require.LessOrEqual(t, p.Remainder, max(pack, 1))
			var n int64
			for _, peg := range p.Pegs {
				n += peg.Quantity
				pegged[peg.Document] += peg.Quantity
				require.False(t, peg.Due.After(d.Date), "seed %d", seed)
			}
			require.Equal(t, p.Quantity, n, "seed %d", seed)
			if p.Quantity > 0 {
				lines = append(lines, atp.Line{Ref: ref, Date: d.Date, Quantity: p.Quantity})
			}
			require.Equal(t, p.Missing > 0 && sum-p.Wanted > 0 && d.Supply-d.Left-p.Quantity > 0 && gained(d, i), len(d.LostTo(p.ID)) > 0)
		}
		item, err := s.Item(ref)
		require.NoError(t, err)
		for _, receipt := range item.Supplies {
			require.LessOrEqual(t, pegged[receipt.Document], receipt.Ordered)
		}
		if lines != nil {
			_, err = s.Reserve(noon(0), atp.Request{Key: "d", Hold: time.Hour, Lines: lines})
			require.NoError(t, err, "seed %d", seed)
		}
	}
}

// gained reports whether any other claim got something in a way that the i-th can have lost to.
func gained(d atp.Division, i int) bool {
	for j, p := range d.Portions {
		if j != i && (p.Guaranteed > 0 || p.Proportion > 0 || p.Remainder > 0 && d.Portions[i].Rounded && d.Portions[i].Remainder == 0) {
			return true
		}
	}
	return false
}
