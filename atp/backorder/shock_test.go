package backorder_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
)

// unit by unit: the days of supply, in order.
func units(onHand int64, receipts []supply) (days []int) {
	for range onHand {
		days = append(days, 0)
	}
	for _, r := range receipts {
		for range r.quantity {
			days = append(days, r.day)
		}
	}
	slices.Sort(days)
	return days
}

// meet gives units to claims in the order of their days and keys, and says when each claim can be met.
func meet(days []int, claims map[string]supply) map[string][]atp.ScheduleLine {
	keys := make([]string, 0, len(claims))
	for key := range claims {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(claims[a].day-claims[b].day, cmp.Compare(a, b)) })
	met := map[string][]atp.ScheduleLine{}
	for _, key := range keys {
		c := claims[key]
		var v [20]int64
		for range c.quantity {
			if len(days) > 0 {
				v[max(days[0], c.day)]++
				days = days[1:]
			}
		}
		for d, n := range v {
			if n > 0 {
				met[key] = append(met[key], atp.ScheduleLine{Date: day(d), Quantity: n})
			}
		}
	}
	return met
}

// ATP-7: a shock lists exactly the promises that change, by a count of units; the real change breaks the same ones; and a
// run mends all that can be mended: nothing is promised that supply does not cover.
func TestShocks(t *testing.T) {
	runs := 3_000
	if raceEnabled || testing.Short() {
		runs = 300
	}
	hit := 0
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		s := newStock(t)
		onHand := int64(r.IntN(8))
		receipts := []supply{{1 + r.IntN(5), int64(1 + r.IntN(5))}, {1 + r.IntN(5), int64(1 + r.IntN(5))}}
		ref := stocked(t, s, "A", "S1", onHand, receipts...)
		claims := map[string]supply{}
		var lines []backorder.Line
		for i := range 6 {
			want := supply{r.IntN(7), int64(1 + r.IntN(4))}
			key := fmt.Sprintf("k%d", r.IntN(100)*10+i)
			free, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(want.day)})
			require.NoError(t, err)
			lines = append(lines, backorder.Line{ID: key, Key: key, Ref: ref, Quantity: want.quantity, Wanted: day(want.day), Partial: anyParts})
			if free >= want.quantity {
				claims[key] = want
				confirmed(t, s, key, ref, want)
			}
		}
		broken, err := backorder.Broken(noon(0), s, ref)
		require.NoError(t, err)
		require.Empty(t, broken)

		shock := backorder.Shock{Counts: []atp.Count{{Ref: ref, Quantity: int64(r.IntN(int(onHand) + 1))}}}
		late := slices.Clone(receipts)
		late[0].day += r.IntN(6)
		late[0].quantity = int64(r.IntN(int(late[0].quantity) + 1))
		shock.Adjustments = []atp.Adjustment{{Ref: ref, Document: "PO-1", Due: day(late[0].day), Quantity: late[0].quantity}}
		left := shock.Counts[0].Quantity
		if moved := r.Int64N(left + 1); moved > 0 && r.IntN(2) == 0 {
			m := atp.Movement{Kind: atp.StatusChange, Key: "M1", Ref: ref, Quantity: moved, Status: atp.Available, ToStatus: atp.Blocked}
			if r.IntN(2) == 0 {
				m.Kind, m.ToStatus, m.To, m.Due = atp.SiteTransfer, 0, stocked(t, s, "A", "S2", 0), day(2)
			}
			shock.Movements = []atp.Movement{m}
			left -= moved
		}
		before, after := meet(units(onHand, receipts), claims), meet(units(left, late), claims)
		var want []backorder.Impact
		for key, c := range claims {
			if !slices.Equal(before[key], after[key]) {
				want = append(want, backorder.Impact{
					Key: key, Item: "A", Site: "S1", Before: before[key], After: after[key], Missing: c.quantity - quantity(after[key]),
				})
			}
		}
		slices.SortFunc(want, func(a, b backorder.Impact) int { return cmp.Compare(a.Key, b.Key) })
		state := s.State(noon(0))
		a, err := backorder.Assess(noon(0), s, shock)
		require.NoError(t, err)
		require.Equal(t, want, a.Impacts, "seed %d", seed)
		require.Equal(t, state, s.State(noon(0)), "nothing has changed")
		require.Len(t, backorder.Notices(lines, a.Impacts), len(want))
		hit += len(want)

		_, err = s.Count(noon(0), shock.Counts[0])
		require.NoError(t, err)
		_, err = s.AdjustSupply(noon(0), shock.Adjustments[0])
		require.NoError(t, err)
		for _, m := range shock.Movements {
			_, _, err = s.Move(noon(0), m)
			require.NoError(t, err)
		}
		broken, err = backorder.Broken(noon(0), s, ref, ref)
		require.NoError(t, err)
		require.Equal(t, want, broken, "seed %d", seed)
		short, err := s.Shortfalls(noon(0), ref)
		require.NoError(t, err)
		require.Len(t, short, len(want))

		// The run on the assessment's stock is the run after the fact.
		would, err := backorder.Compute(noon(0), a.Stock, backorder.On(a.Stock, lines), backorder.Options{})
		require.NoError(t, err)
		p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
		require.NoError(t, err)
		for i := range p.Results {
			require.Equal(t, would.Results[i].After, p.Results[i].After)
		}
		if _, err = p.Commit(noon(0), s, backorder.Note{Key: "run"}); len(p.Diff()) > 0 {
			require.NoError(t, err)
		}
		broken, err = backorder.Broken(noon(0), s, ref)
		require.NoError(t, err)
		require.Empty(t, broken, "seed %d", seed)
		free, err := s.ATP(noon(0), atp.Query{Ref: ref})
		require.NoError(t, err)
		require.GreaterOrEqual(t, free, int64(0))
	}
	require.Greater(t, hit, runs/2)
}

func TestAssessRefuses(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 5)
	for _, shock := range []backorder.Shock{
		{Counts: []atp.Count{{Ref: ref, Quantity: -1}}}, {Counts: []atp.Count{{}}},
		{Adjustments: []atp.Adjustment{{Ref: ref, Quantity: -1, Due: day(1)}}},
		{Movements: []atp.Movement{{}}}, {Movements: []atp.Movement{{Ref: ref, Key: "m", Quantity: 5, To: ref}}},
	} {
		_, err := backorder.Assess(noon(0), s, shock)
		require.ErrorAs(t, err, new(*atp.RequestError))
	}
	_, err := backorder.Assess(noon(0), s, backorder.Shock{Adjustments: []atp.Adjustment{{Ref: ref, Document: "none", Due: day(1)}}})
	require.ErrorAs(t, err, new(*atp.UnknownSupplyError))
	_, err = backorder.Broken(noon(0), newStock(t), ref)
	require.ErrorAs(t, err, new(*atp.RequestError))
}

// ATP-4: which line waits for which receipt, and who must be told when it slips.
func TestExpectedReceipts(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 3, supply{2, 5}, supply{4, 5})
	confirmed(t, s, "a", ref, supply{0, 3})
	confirmed(t, s, "b", ref, supply{2, 4})
	confirmed(t, s, "c", ref, supply{4, 5})
	var lines []backorder.Line
	for _, id := range []string{"c", "b", "a", "new"} {
		lines = append(lines, backorder.Line{ID: "line " + id, Key: id, Ref: ref, Quantity: 5})
	}
	po := func(n int, due int, quantity int64) atp.Peg {
		return atp.Peg{Type: atp.PurchaseOrder, Document: fmt.Sprint("PO-", n), Due: day(due), Quantity: quantity}
	}
	waits, err := backorder.Waiting(noon(0), s, lines)
	require.NoError(t, err)
	require.Equal(t, []backorder.Wait{
		{ID: "line b", Date: day(2), Peg: po(1, 2, 4)}, {ID: "line c", Date: day(4), Peg: po(1, 2, 1)},
		{ID: "line c", Date: day(4), Peg: po(2, 4, 4)},
	}, waits)
	a, err := backorder.Assess(noon(0), s, backorder.Shock{Adjustments: []atp.Adjustment{{Ref: ref, Document: "PO-1", Due: day(3), Quantity: 5}}})
	require.NoError(t, err)
	told := backorder.Notices(lines, a.Impacts)
	require.Len(t, told, 1)
	require.Equal(t, "line b", told[0].Line.ID)
	require.Equal(t, 1, told[0].Impact.DaysLater())
	_, err = s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: "PO-1", Due: day(3), Quantity: 5})
	require.NoError(t, err)
	waits, err = backorder.Waiting(noon(0), s, lines)
	require.NoError(t, err)
	require.True(t, waits[0].Late)
	require.False(t, waits[1].Late)
}

// Goods that move to another site are missed at the one and come to the other: 6 of 10 go, of which 8 were promised; the 5
// that nobody could promise there can be met on the day they are due. What is picked is not theirs to take.
func TestShockOfAMovement(t *testing.T) {
	s := newStock(t)
	from, to := stocked(t, s, "A", "S1", 13), stocked(t, s, "A", "S2", 0)
	confirmed(t, s, "a", from, supply{0, 11})
	confirmed(t, s, "b", to, supply{1, 5})
	_, err := s.Pick(noon(0), atp.Posting{Key: "a", Document: "P1", Parts: []atp.Part{{Ref: from, Quantity: 3}}})
	require.NoError(t, err)
	move := atp.Movement{Kind: atp.SiteTransfer, Key: "T1", Ref: from, To: to, Quantity: 6, Due: day(4)}
	a, err := backorder.Assess(noon(0), s, backorder.Shock{Movements: []atp.Movement{move}})
	require.NoError(t, err)
	line := func(n int, quantity int64) []atp.ScheduleLine {
		return []atp.ScheduleLine{{Date: day(n), Quantity: quantity}}
	}
	require.Equal(t, []backorder.Impact{
		{Key: "a", Item: "A", Site: "S1", Before: line(0, 8), After: line(0, 4), Missing: 4},
		{Key: "b", Item: "A", Site: "S2", After: line(4, 5)},
	}, a.Impacts)
	lines := []backorder.Line{{ID: "a", Key: "a", Ref: from, Quantity: 11, Partial: anyParts}}
	p, err := backorder.Compute(noon(0), a.Stock, backorder.On(a.Stock, lines), backorder.Options{})
	require.NoError(t, err)
	require.Equal(t, int64(3), p.Results[0].Picked, "a copy has what is picked")
	require.Equal(t, line(0, 4), p.Results[0].After)
	require.Equal(t, int64(4), p.Results[0].Short())
	move.Quantity = 11
	_, err = backorder.Assess(noon(0), s, backorder.Shock{Movements: []atp.Movement{move}})
	require.ErrorAs(t, err, new(*atp.ShortageError), "10 are on the shelf")
}
