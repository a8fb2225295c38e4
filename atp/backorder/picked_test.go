package backorder_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
)

// withPick has 20 on hand, of which 12 are promised to a and 5 of those picked.
func withPick(t *testing.T) (*atp.Stock, atp.Ref) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 20)
	confirmed(t, s, "a", ref, supply{0, 8}, supply{3, 4})
	_, err := s.Pick(noon(0), atp.Posting{Key: "a", Document: "P1", Parts: []atp.Part{{Ref: ref, Quantity: 5}}})
	require.NoError(t, err)
	return s, ref
}

// What is picked stays with a line that loses all the rest, counts as confirmed, and is not confirmed again to one that
// is served anew. On the shelf are 15.
func TestRunsLeavePicked(t *testing.T) {
	s, ref := withPick(t)
	lines := []backorder.Line{
		{ID: "a", Key: "a", Ref: ref, Quantity: 12, Wanted: day(0), Strategy: backorder.Lose, Partial: anyParts},
		{ID: "w", Key: "w", Ref: ref, Quantity: 15, Wanted: day(0), Strategy: backorder.Win},
	}
	p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	require.True(t, p.Feasible())
	a := &p.Results[1]
	require.Equal(t, "a", a.Line.ID)
	require.Equal(t, int64(5), a.Picked)
	require.Empty(t, a.After)
	require.Equal(t, int64(7), a.Short())
	require.Equal(t, int64(-7), a.Gained())
	require.Equal(t, []backorder.ClassSummary{{
		Lines: 2, Changed: 2, More: 1, Less: 1, Asked: 27, Before: 12, After: 20, OnTimeAfter: 1,
	}}, p.Summary())
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.NoError(t, err)
	left := func() (picked, open int64) {
		r, err := s.Reservation(noon(0), "a")
		require.NoError(t, err)
		for _, l := range r.Lines {
			picked += l.Picked
			open += l.Quantity - l.Picked
		}
		return picked, open
	}
	picked, open := left()
	require.Equal(t, []int64{5, 0}, []int64{picked, open})

	lines[1].Quantity = 0 // it is given up
	lines[0].Strategy = backorder.Redistribute
	p, err = backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run 2"})
	require.NoError(t, err)
	picked, open = left()
	require.Equal(t, []int64{5, 7}, []int64{picked, open})
	require.Equal(t, []int{1, 2}, []int{p.Summary()[0].OnTimeBefore, p.Summary()[0].OnTimeAfter})

	lines[0].Quantity = 3 // decreased below what is picked
	p, err = backorder.Compute(noon(0), s, lines[:1], backorder.Options{})
	require.NoError(t, err)
	require.Zero(t, p.Results[0].Short())
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run 3"})
	require.NoError(t, err)
	picked, open = left()
	require.Equal(t, []int64{5, 0}, []int64{picked, open})
}

// Of 12 in packs of 6, 5 are picked: one whole pack can be given beside them.
func TestPacksBesidePicked(t *testing.T) {
	s, ref := withPick(t)
	lines := []backorder.Line{{ID: "a", Key: "a", Ref: ref, Quantity: 12, Wanted: day(0), Pack: 6}}
	p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	require.Equal(t, []atp.ScheduleLine{{Date: day(0), Quantity: 6}}, p.Results[0].After)
	require.Equal(t, int64(1), p.Results[0].Short())
}

// A line that is expedited has what is picked already: of 12, 7 are still to come.
func TestExpediteBesidePicked(t *testing.T) {
	s, ref := withPick(t)
	lines := []backorder.Line{{ID: "a", Key: "a", Ref: ref, Quantity: 12, Wanted: day(3)}}
	p, err := backorder.Expedite(noon(0), s, lines, "a", day(0))
	require.NoError(t, err)
	require.Equal(t, []atp.ScheduleLine{{Date: day(0), Quantity: 7}}, p.Diff()[0].After)
}

// asked notes the line that it is asked about.
type asked struct{ line *backorder.Line }

func (a asked) Alternatives(l backorder.Line) ([]backorder.Alternative, error) {
	*a.line = l
	return nil, nil
}

// Decommit leaves what is picked, and the choices are about the rest.
func TestDecommitAndChoicesBesidePicked(t *testing.T) {
	s, ref := withPick(t)
	l := backorder.Line{ID: "a", Key: "a", Ref: ref, Quantity: 12, Wanted: day(0)}
	rest := []atp.ScheduleLine{{Date: day(0), Quantity: 3}, {Date: day(3), Quantity: 4}}
	var about backorder.Line
	choices, err := backorder.Choices(noon(0), s, l, asked{&about})
	require.NoError(t, err)
	require.Equal(t, int64(7), about.Quantity)
	require.Equal(t, []backorder.Choice{
		{Offer: backorder.WaitForAll, Ref: ref, Deliveries: []atp.ScheduleLine{{Date: day(0), Quantity: 7}}},
		{Offer: backorder.Cancel, Ref: ref, Deliveries: rest},
	}, choices)
	_, err = backorder.Choices(noon(0), s, backorder.Line{ID: "a", Key: "a", Ref: ref, Quantity: 5}, nil)
	require.Equal(t, &backorder.LineError{ID: "a", Field: "Quantity", Reason: "is picked: it waits for nothing"}, err)
	e, err := backorder.Decommit(noon(0), s, backorder.Note{Key: "d"}, l)
	require.NoError(t, err)
	require.Equal(t, rest, e.Lines[0].From)
	r, err := s.Reservation(noon(0), "a")
	require.NoError(t, err)
	require.Equal(t, int64(5), picked(r))
}

// Before the item is available nobody wins it, and what others have is not given to them earlier.
func TestRunsBeforeTheItemIsAvailable(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10)
	_, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{AvailableFrom: day(4)}})
	require.NoError(t, err)
	lines := []backorder.Line{{ID: "r", Key: "r", Ref: ref, Quantity: 6, Wanted: day(1)}}
	p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	require.Equal(t, []atp.ScheduleLine{{Date: day(4), Quantity: 6}}, p.Results[0].After)
	require.Equal(t, 3, p.Results[0].DaysLate())
	lines[0].Strategy = backorder.Win
	p, err = backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	require.False(t, p.Feasible())
	require.Equal(t, day(1), p.Exceptions[0].Date)
}

// What an item can be ordered no more for is offered to those who ordered in time.
func TestChoicesOfAnItemThatHasEnded(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10)
	_, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{LastOrder: day(-1)}})
	require.NoError(t, err)
	l := backorder.Line{ID: "a", Key: "a", Ref: ref, Quantity: 4}
	offers := func() (all []backorder.Offer) {
		choices, err := backorder.Choices(noon(0), s, l, alternatives{list: []backorder.Alternative{{Ref: ref, Quantity: 4}}})
		require.NoError(t, err)
		for _, c := range choices {
			all = append(all, c.Offer)
		}
		return all
	}
	require.Equal(t, []backorder.Offer{backorder.Cancel}, offers())
	l.Ordered = day(-1)
	require.Equal(t, []backorder.Offer{backorder.WaitForAll, backorder.Substitute, backorder.Cancel}, offers())
}
