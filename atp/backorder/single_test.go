package backorder_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
)

// ATP-6: a line is pulled forward; who pays is shown, the others are not disturbed, and reason and actor are kept.
func TestExpedite(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 20, supply{5, 20})
	var lines []backorder.Line
	for _, l := range []struct {
		id       string
		day      int
		quantity int64
		strategy backorder.Strategy
		priority int
	}{
		{"late", 5, 8, backorder.Redistribute, 0}, {"vip", 0, 5, backorder.Win, 9}, {"kept", 0, 4, backorder.Gain, 5},
		{"high", 0, 5, backorder.Redistribute, 3}, {"low", 0, 6, backorder.Redistribute, 1},
	} {
		confirmed(t, s, l.id, ref, supply{l.day, l.quantity})
		lines = append(lines, backorder.Line{
			ID: l.id, Key: l.id, Ref: ref, Quantity: l.quantity, Wanted: day(0), Strategy: l.strategy, Priority: l.priority, Partial: anyParts,
		})
	}
	p, err := backorder.Expedite(noon(0), s, lines, "late", day(0))
	require.NoError(t, err)
	require.Len(t, p.Exceptions, 0)
	diff := p.Diff()
	require.Len(t, diff, 3)
	require.Equal(t, "late", diff[0].Line.ID)
	require.Equal(t, -5, diff[0].DaysLater())
	require.Equal(t, "high", diff[1].Line.ID)
	require.Equal(t, []atp.ScheduleLine{{Date: day(0), Quantity: 3}, {Date: day(5), Quantity: 2}}, diff[1].After)
	require.Equal(t, "low", diff[2].Line.ID, "the last in order pays first")
	require.Equal(t, []atp.ScheduleLine{{Date: day(5), Quantity: 6}}, diff[2].After)
	e, err := p.Commit(noon(0), s, backorder.Note{Key: "expedite 1", Reason: "plant stands still", Actor: "ann"})
	require.NoError(t, err)
	require.Equal(t, "plant stands still", e.Reason)
	require.Equal(t, "ann", e.Actor)
	require.Equal(t, backorder.Redistribute, lines[0].Strategy, "the caller's lines are as they were")

	_, err = backorder.Expedite(noon(0), s, lines, "nobody", day(0))
	require.ErrorAs(t, err, new(*backorder.LineError))
	lines[0].Quantity = 12
	p, err = backorder.Expedite(noon(0), s, lines, "late", day(0))
	require.NoError(t, err)
	require.False(t, p.Feasible(), "beside the win and the gain there are 11")
	require.Equal(t, "late", p.Exceptions[0].ID)
	require.Equal(t, int64(11), p.Exceptions[0].Available)
}

// ATP-6: what is confirmed is taken back, and can be given again.
func TestDecommit(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10)
	confirmed(t, s, "a", ref, supply{0, 6}, supply{2, 2})
	a := backorder.Line{ID: "a", Key: "a", Ref: ref, Quantity: 8, Wanted: day(0)}
	fresh := backorder.Line{ID: "b", Key: "b", Ref: ref, Quantity: 8}
	e, err := backorder.Decommit(noon(0), s, backorder.Note{Key: "d1", Reason: "credit", Actor: "bob"}, a, fresh)
	require.NoError(t, err)
	require.Len(t, e.Lines, 1)
	require.Empty(t, e.Lines[0].To)
	require.Equal(t, "credit", e.Reason)
	free, err := s.ATP(noon(0), atp.Query{Ref: ref})
	require.NoError(t, err)
	require.Equal(t, int64(10), free)
	_, err = backorder.Decommit(noon(0), s, backorder.Note{Key: "d2"}, a)
	require.ErrorIs(t, err, backorder.ErrUnchanged)
	p, err := backorder.Compute(noon(0), s, []backorder.Line{a}, backorder.Options{})
	require.NoError(t, err)
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.NoError(t, err)
	r, err := s.Reservation(noon(0), "a")
	require.NoError(t, err)
	require.Equal(t, int64(8), r.Lines[0].Quantity)
	_, err = backorder.Decommit(noon(0), s, backorder.Note{Key: "d3"}, backorder.Line{})
	require.ErrorAs(t, err, new(*backorder.LineError))
	_, err = s.Reserve(noon(0), atp.Request{Key: "held", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(0), Quantity: 1}}})
	require.NoError(t, err)
	_, err = backorder.Decommit(noon(0), s, backorder.Note{Key: "d4"}, backorder.Line{ID: "h", Key: "held", Ref: ref})
	require.ErrorAs(t, err, new(*atp.StateError))
}

// alternatives is the port from a list.
type alternatives struct {
	list []backorder.Alternative
	err  error
}

func (a alternatives) Alternatives(backorder.Line) ([]backorder.Alternative, error) {
	return a.list, a.err
}

// ATP-4: wait, split, substitute, cancel; with the days and quantities of each.
func TestChoices(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10, supply{5, 30})
	twin := stocked(t, s, "A2", "S1", 50)
	none := stocked(t, s, "A3", "S1", 0)
	confirmed(t, s, "a", ref, supply{0, 4})
	l := backorder.Line{ID: "a", Key: "a", Ref: ref, Quantity: 25, Wanted: day(0)}
	choices, err := backorder.Choices(noon(0), s, l, alternatives{list: []backorder.Alternative{{Ref: none, Quantity: 25}, {Ref: twin, Quantity: 50}}})
	require.NoError(t, err)
	at := func(n int, quantity int64) atp.ScheduleLine {
		return atp.ScheduleLine{Date: day(n), Quantity: quantity}
	}
	require.Equal(t, []backorder.Choice{
		{Offer: backorder.WaitForAll, Ref: ref, Deliveries: []atp.ScheduleLine{at(5, 25)}, DaysLate: 5},
		{Offer: backorder.Split, Ref: ref, Deliveries: []atp.ScheduleLine{at(0, 10), at(5, 15)}, DaysLate: 5},
		{Offer: backorder.Substitute, Ref: twin, Deliveries: []atp.ScheduleLine{at(0, 50)}},
		{Offer: backorder.Cancel, Ref: ref, Deliveries: []atp.ScheduleLine{at(0, 4)}},
	}, choices)

	l.Quantity = 50
	choices, err = backorder.Choices(noon(0), s, l, nil)
	require.NoError(t, err)
	require.Len(t, choices, 2, "nobody knows when all is there")
	require.Equal(t, backorder.Split, choices[0].Offer)
	require.Equal(t, int64(10), choices[0].Unfilled)
	_, err = backorder.Choices(noon(0), s, l, alternatives{err: errors.New("down")})
	require.EqualError(t, err, "down")
	_, err = backorder.Choices(noon(0), s, l, alternatives{list: []backorder.Alternative{{}}})
	require.ErrorAs(t, err, new(*atp.RequestError))
	l.Quantity = 0
	_, err = backorder.Choices(noon(0), s, l, nil)
	require.ErrorAs(t, err, new(*backorder.LineError))
}

// Choices are of whole packs: what the line and its alternatives have of 10, 40 and 50 in sixes and twelves.
func TestChoicesInPacks(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10, supply{5, 30})
	twin := stocked(t, s, "A2", "S1", 50)
	l := backorder.Line{ID: "a", Key: "a", Ref: ref, Quantity: 27, Pack: 6, Wanted: day(0)}
	other := alternatives{list: []backorder.Alternative{{Ref: twin, Quantity: 24, Pack: 12}}}
	choices, err := backorder.Choices(noon(0), s, l, other)
	require.NoError(t, err)
	at := func(n int, quantity int64) atp.ScheduleLine {
		return atp.ScheduleLine{Date: day(n), Quantity: quantity}
	}
	require.Equal(t, []backorder.Choice{
		{Offer: backorder.WaitForAll, Ref: ref, Deliveries: []atp.ScheduleLine{at(5, 24)}, Unfilled: 3, DaysLate: 5},
		{Offer: backorder.Split, Ref: ref, Deliveries: []atp.ScheduleLine{at(0, 6), at(5, 18)}, Unfilled: 3, DaysLate: 5},
		{Offer: backorder.Substitute, Ref: twin, Deliveries: []atp.ScheduleLine{at(0, 24)}},
		{Offer: backorder.Cancel, Ref: ref},
	}, choices)
	l.Quantity = 5
	choices, err = backorder.Choices(noon(0), s, l, nil)
	require.NoError(t, err)
	require.Equal(t, []backorder.Choice{{Offer: backorder.Cancel, Ref: ref}}, choices, "no pack is asked for")
	_, err = backorder.Choices(noon(0), s, l, alternatives{list: []backorder.Alternative{{Ref: twin, Quantity: 25, Pack: 12}}})
	require.ErrorAs(t, err, new(*atp.RequestError))
}
