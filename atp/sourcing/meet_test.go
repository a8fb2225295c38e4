package sourcing_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/kernel/calendar"
)

func (w *world) lot(item, site, lot string, n int64, exp calendar.Date) atp.Ref {
	ref, _, err := w.stock.Define(noon(0), atp.Definition{Item: item, Site: site})
	require.NoError(w.t, err)
	_, err = w.stock.Count(noon(0), atp.Count{Ref: ref, Lot: lot, Quantity: n, Expires: exp})
	require.NoError(w.t, err)
	return ref
}

// A key answers again as it did, also where lots are held
func TestReplayLots(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"})
	w.lot("X", "A", "L1", 10, day(30))
	order := sourcing.Order{ID: "SO", Wanted: day(2), Routes: w.routes(1), Lines: []sourcing.OrderLine{{ID: "1", Item: "X", Quantity: 5}}}
	n := w.network()
	_, _, err := n.Reserve(context.Background(), noon(0), order, "k", time.Hour)
	require.NoError(t, err)
	_, again, err := n.Reserve(context.Background(), noon(0), order, "k", time.Hour)
	require.NoError(t, err)
	require.True(t, again.Replayed)
}

// A key answers again as it did, also after the reservation was moved
func TestReplayRescheduled(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"})
	w.has("X", "A", 10)
	order := sourcing.Order{ID: "SO", Wanted: day(2), Routes: w.routes(1), Lines: []sourcing.OrderLine{{ID: "1", Item: "X", Quantity: 5}}}
	n := w.network()
	_, held, err := n.Reserve(context.Background(), noon(0), order, "k", time.Hour)
	require.NoError(t, err)
	_, err = w.stock.Commit(noon(0), "k")
	require.NoError(t, err)
	ref, _ := w.stock.Ref("X", "A")
	l := held.Lines[0]
	_, err = w.stock.Reschedule(noon(0), atp.Rescheduling{Key: "run", Changes: []atp.Change{{Key: "k", Ref: ref,
		From: []atp.ScheduleLine{{Date: l.Date, Quantity: 5}}, To: []atp.ScheduleLine{{Date: l.Date.AddDays(1), Quantity: 5}}}}})
	require.NoError(t, err)
	_, again, err := n.Reserve(context.Background(), noon(0), order, "k", time.Hour)
	require.NoError(t, err)
	require.True(t, again.Replayed)
}

// Goods that expire on the way are no goods: the site with lasting ones ships
func TestExpiresUnderWay(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"}, sourcing.Node{Site: "B"})
	w.lot("X", "A", "L1", 10, day(1))
	w.lot("X", "B", "L2", 10, day(30))
	order := sourcing.Order{ID: "SO", Routes: w.routes(4), Lines: []sourcing.OrderLine{{ID: "1", Item: "X", Quantity: 10}}}
	a, err := w.network().Source(context.Background(), noon(0), order)
	require.NoError(t, err)
	require.EqualValues(t, 10, a.Lines[0].Confirmed)
}

// The alternative of a line that a site ships is not another line of it
func TestMaxLines(t *testing.T) {
	for _, most := range []int{0, 1} {
		w := newWorld(t, sourcing.Node{Site: "A", MaxLines: most})
		w.has("X", "A", 6)
		w.has("Y", "A", 10)
		order := sourcing.Order{ID: "SO", Routes: w.routes(1), Late: sourcing.LeaveOpen,
			Lines: []sourcing.OrderLine{{ID: "1", Item: "X", Quantity: 10, Alternatives: []sourcing.Alternative{{Item: "Y"}}}}}
		a, err := w.network().Source(context.Background(), noon(0), order)
		require.NoError(t, err)
		require.EqualValues(t, 10, a.Lines[0].Confirmed)
	}
}

// Costs that no 64 bits hold are refused, also where they come from what is late.
func TestCostsOfWhatIsLateDoNotOverflow(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"}, sourcing.Node{Site: "B"})
	w.has("X", "A", 0, 5, 1e12)
	w.has("X", "B", 0, 5, 1e12)
	routes := w.routes(0)
	routes[0].UnitCost = 1e9
	routes[1].UnitCost = 15_000_000
	order := sourcing.Order{ID: "SO", Routes: routes, Lines: []sourcing.OrderLine{{ID: "1", Item: "X", Quantity: 1e12}}}
	_, err := w.network().Source(context.Background(), noon(0), order)
	require.ErrorContains(t, err, "add up to more than 2^62")
}

// Many callers with one key have one reservation, and all are told so.
func TestSameKeyAtOnce(t *testing.T) {
	bad := 0
	for range 300 {
		w := newWorld(t, sourcing.Node{Site: "A"}, sourcing.Node{Site: "B"}, sourcing.Node{Site: "C"})
		w.has("X", "A", 6)
		w.has("X", "B", 6)
		w.has("X", "C", 6)
		order := sourcing.Order{ID: "SO", Routes: w.routes(1), Lines: []sourcing.OrderLine{{ID: "1", Item: "X", Quantity: 5}}}
		n := w.network()
		errs := make(chan error, 4)
		begin := make(chan struct{})
		for range 4 {
			go func() {
				<-begin
				_, _, err := n.Reserve(context.Background(), noon(0), order, "k", time.Hour)
				errs <- err
			}()
		}
		close(begin)
		for range 4 {
			if err := <-errs; err != nil {
				bad++
			}
		}
	}
	require.Zero(t, bad)
}

// An order that was placed while its item could be ordered ships, on time and later, also where it is sourced after that.
func TestOrderPlacedInTime(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"})
	w.has("X", "A", 6, 5, 10)
	_, _, err := w.stock.Define(noon(0), atp.Definition{Item: "X", Site: "A", Policy: atp.Policy{LastOrder: day(-1)}})
	require.NoError(t, err)
	order := sourcing.Order{ID: "SO", Wanted: day(2), Routes: w.routes(1), Lines: []sourcing.OrderLine{
		{ID: "1", Item: "X", Quantity: 12, Pack: 3, Partial: atp.Partial{AtMost: atp.AnyNumber}},
	}}
	_, _, err = w.network().Reserve(context.Background(), noon(0), order, "k", time.Hour)
	require.ErrorIs(t, err, sourcing.ErrNothing)
	order.Placed = day(-1)
	a, _, err := w.network().Reserve(context.Background(), noon(0), order, "k", time.Hour)
	require.NoError(t, err)
	require.EqualValues(t, 12, a.Lines[0].Confirmed)
	require.Len(t, a.Shipments[0].Parts, 2)
}

// Two lines want the same eight, a third has more to come: the one that gets what comes later says that it is late.
func TestLinesOfOneItemOnTwoDays(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"})
	w.has("X", "A", 8)
	ref, err := w.stock.Ref("X", "A")
	require.NoError(t, err)
	_, err = w.stock.AddSupply(noon(0), atp.Supply{Ref: ref, Document: "PO", Type: atp.PurchaseOrder, Due: day(6), Quantity: 12})
	require.NoError(t, err)
	answer, err := w.network().Source(context.Background(), noon(0), sourcing.Order{ID: "SO", Wanted: day(2), Routes: w.routes(1), Lines: []sourcing.OrderLine{
		{ID: "1", Item: "X", Quantity: 8}, {ID: "2", Item: "X", Quantity: 8}, {ID: "3", Item: "X", Quantity: 4, Wanted: day(9)},
	}})
	require.NoError(t, err)
	late := map[string]bool{}
	for _, p := range answer.Shipments[0].Parts {
		late[p.Line] = p.Late
		require.Equal(t, p.Late, p.Promise.Deliveries[0].DaysLate > 0, p.Line)
	}
	require.Equal(t, map[string]bool{"1": false, "2": true, "3": false}, late)
}

// A day before any calendar begins is past: what there is comes as soon as possible.
func TestWantedLongAgo(t *testing.T) {
	w := newWorld(t, sourcing.Node{Site: "A"})
	w.has("X", "A", 8)
	answer, err := w.network().Source(context.Background(), noon(0), sourcing.Order{
		ID: "SO", Wanted: calendar.MustDate("1998-02-08"), Routes: w.routes(1),
		Lines: []sourcing.OrderLine{{ID: "1", Item: "X", Quantity: 8}},
	})
	require.NoError(t, err)
	require.EqualValues(t, 8, answer.Lines[0].Confirmed)
	require.True(t, answer.Shipments[0].Parts[0].Late)
}
