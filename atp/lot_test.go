package atp_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// stockLot sets what is available of a lot; an expiry of 0 is none.
func stockLot(t testing.TB, s *atp.Stock, ref atp.Ref, lot string, quantity int64, expires int) {
	t.Helper()
	c := atp.Count{Ref: ref, Lot: lot, Quantity: quantity}
	if expires != 0 {
		c.Expires = day(expires)
	}
	_, err := s.Count(noon(0), c)
	require.NoError(t, err)
}

// expected adds a receipt whose goods expire.
func expected(t testing.TB, s *atp.Stock, ref atp.Ref, due int, quantity int64, expires int) {
	t.Helper()
	_, err := s.AddSupply(noon(0), atp.Supply{
		Ref: ref, Document: "PO-" + day(due).String(), Type: atp.PurchaseOrder, Due: day(due), Quantity: quantity,
		Expires: day(expires),
	})
	require.NoError(t, err)
}

func lotATP(t testing.TB, s *atp.Stock, ref atp.Ref, on, life int, lot string) int64 {
	t.Helper()
	n, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(on), MinLife: life, Lot: lot})
	require.NoError(t, err)
	return n
}

func hold(t testing.TB, s *atp.Stock, key string, lines ...atp.Line) {
	t.Helper()
	_, err := s.Reserve(noon(0), atp.Request{Key: key, Hold: time.Hour, Lines: lines})
	require.NoError(t, err)
	_, err = s.Commit(noon(0), key)
	require.NoError(t, err)
}

// atp.md: lots carry expiry; first expired first out with a minimum remaining life at delivery (ATP-1).
func TestFirstExpiredFirstOut(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L2", 10, 20)
	stockLot(t, s, ref, "L1", 5, 4)
	stockLot(t, s, ref, "L3", 10, 0)
	hold(t, s, "short", atp.Line{Ref: ref, Date: day(2), Quantity: 4})

	require.EqualValues(t, 21, lotATP(t, s, ref, 0, 0, ""))
	require.EqualValues(t, 21, lotATP(t, s, ref, 4, 0, ""), "good through a day is good on it")
	require.EqualValues(t, 20, lotATP(t, s, ref, 5, 0, ""), "the last of L1 has expired")
	require.EqualValues(t, 20, lotATP(t, s, ref, 0, 10, ""), "L1 does not last")
	require.EqualValues(t, 10, lotATP(t, s, ref, 21, 0, ""))
	require.EqualValues(t, 5, lotATP(t, s, ref, 0, 0, "L1"), "the claim can have another lot")
	require.EqualValues(t, 10, lotATP(t, s, ref, 0, 0, "L2"))
	require.Zero(t, lotATP(t, s, ref, 0, 0, "L9"))

	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 12, Wanted: day(1), MinLife: 7, Explain: true})
	require.NoError(t, err)
	require.Equal(t, []atp.Line{{Ref: ref, Date: day(1), Quantity: 12, GoodThrough: day(8)}}, p.Lines())
	require.Equal(t, []atp.Peg{
		{Type: atp.Available, Lot: "L2", Expires: day(20), Quantity: 10}, {Type: atp.Available, Lot: "L3", Quantity: 2},
	}, p.Deliveries[0].Pegs)
	require.Equal(t, "10 from stock, available, lot L2, good through 2026-03-22", p.Deliveries[0].Pegs[0].String())
}

// A claim for goods that last is not hurt by one that can take what expires, and the other way round.
func TestClaimsThatNeedLifeKeepIt(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 10, 5)
	stockLot(t, s, ref, "L2", 10, 30)
	hold(t, s, "fresh", atp.Line{Ref: ref, Date: day(3), Quantity: 8, GoodThrough: day(20)})
	require.EqualValues(t, 12, lotATP(t, s, ref, 3, 0, ""))
	require.EqualValues(t, 2, lotATP(t, s, ref, 8, 0, ""), "not the ten of L1, which have expired by then")
	require.EqualValues(t, 2, lotATP(t, s, ref, 0, 6, ""))

	_, err := s.Reserve(noon(0), atp.Request{Key: "late", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(8), Quantity: 3}}})
	var short *atp.ShortageError
	require.ErrorAs(t, err, &short)
	require.EqualValues(t, 2, short.Lines[0].Available)
	hold(t, s, "soon", atp.Line{Ref: ref, Date: day(3), Quantity: 12})
	require.Zero(t, lotATP(t, s, ref, 0, 0, ""))
	none, err := s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Empty(t, none)
}

// Goods that expire on the way to the customer are none.
func TestExpiryBeforeDelivery(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 10, 2)
	expected(t, s, ref, 5, 10, 30)
	lane := &atp.Lane{Transit: 3}
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 4, Lane: lane, Explain: true})
	require.NoError(t, err)
	require.Equal(t, []part{{4, 8}}, parts(p))
	require.Equal(t, []atp.Line{{Ref: ref, Date: day(5), Quantity: 4, GoodThrough: day(8)}}, p.Lines())
	require.Equal(t, day(30), p.Deliveries[0].Pegs[0].Expires)

	p, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 4, Lane: lane, MinLife: 22})
	require.NoError(t, err)
	require.Equal(t, []part{{4, 8}}, parts(p))
	p, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 4, Lane: lane, MinLife: 23})
	require.NoError(t, err)
	require.EqualValues(t, 4, p.Unfilled)
	when, ok, err := s.Earliest(noon(0), atp.Query{Ref: ref, MinLife: 3}, 4)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, day(5), when)
}

// atp.md: single lot: of those that suffice the one that expires first, and it is reserved.
func TestSingleLot(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "dye", 0)
	stockLot(t, s, ref, "A", 5, 10)
	stockLot(t, s, ref, "B", 8, 20)
	stockLot(t, s, ref, "C", 20, 30)
	_, err := s.Count(noon(0), atp.Count{Ref: ref, Quantity: 50}) // in no lot
	require.NoError(t, err)
	single := func(quantity int64, partial atp.Partial) []atp.Line {
		p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: quantity, SingleLot: true, Wanted: day(1), Partial: partial})
		require.NoError(t, err)
		return p.Lines()
	}
	line := func(quantity int64, lot string) atp.Line {
		return atp.Line{Ref: ref, Date: day(1), Quantity: quantity, Lot: lot}
	}
	require.Equal(t, []atp.Line{line(4, "A")}, single(4, atp.Partial{}))
	require.Equal(t, []atp.Line{line(6, "B")}, single(6, atp.Partial{}), "not five of A and one of B")
	require.Equal(t, []atp.Line{line(9, "C")}, single(9, atp.Partial{}))
	require.Empty(t, single(21, atp.Partial{}), "no lot has as much")
	require.Equal(t, []atp.Line{line(20, "C"), line(8, "B"), line(1, "A")}, single(29, atp.Partial{AtMost: 3}))

	hold(t, s, "B", single(6, atp.Partial{})...)
	require.EqualValues(t, 2, lotATP(t, s, ref, 0, 0, "B"))
	require.Equal(t, []atp.Line{line(6, "C")}, single(6, atp.Partial{}))
	state, err := s.Reservation(noon(0), "B")
	require.NoError(t, err)
	require.Equal(t, "B", state.Lines[0].Lot)

	both, err := s.PromiseAll(noon(0), []atp.Demand{
		{ID: "1", Ref: ref, Quantity: 15, SingleLot: true}, {ID: "2", Ref: ref, Quantity: 6, SingleLot: true},
	}, atp.LineByLine)
	require.NoError(t, err)
	require.Equal(t, "C", both[0].Lines()[0].Lot)
	require.EqualValues(t, 6, both[1].Unfilled, "five are left of A and of C, two of B")
}

// An item without lots has none to mix.
func TestSingleLotWithoutLots(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 7, SingleLot: true, Wanted: day(2)})
	require.NoError(t, err)
	require.Equal(t, []atp.Line{{Ref: ref, Date: day(2), Quantity: 7}}, p.Lines())
	p, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 7, Lot: "L1"})
	require.NoError(t, err)
	require.Empty(t, p.Deliveries)
	_, ok, err := s.Earliest(noon(0), atp.Query{Ref: ref, Lot: "L1"}, 1)
	require.NoError(t, err)
	require.False(t, ok)
}

// Lots in quality inspection are out unless the scope has them; a lot that is recalled breaks the promises on it, and
// no others as long as the rest suffices.
func TestLotsInQualityHoldAndRecalled(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 10, 20)
	stockLot(t, s, ref, "L2", 10, 25)
	expected(t, s, ref, 1, 6, 40)
	_, err := s.Receive(noon(0), atp.Receipt{
		Ref: ref, Document: "PO-" + day(1).String(), Posting: "GR-1", Status: atp.QualityHold, Quantity: 6, Lot: "L3",
	})
	require.NoError(t, err)
	require.EqualValues(t, 20, lotATP(t, s, ref, 0, 0, ""))
	require.Zero(t, lotATP(t, s, ref, 0, 0, "L3"))
	_, _, err = s.Define(noon(0), atp.Definition{
		Item: "milk", Site: "S1", Policy: atp.Policy{Scope: atp.DefaultScope | atp.ScopeOf(atp.QualityHold)},
	})
	require.NoError(t, err)
	require.EqualValues(t, 26, lotATP(t, s, ref, 0, 0, ""))
	require.EqualValues(t, 6, lotATP(t, s, ref, 40, 0, "L3"), "the lot has the expiry that was expected")
	_, _, err = s.Define(noon(0), atp.Definition{Item: "milk", Site: "S1"})
	require.NoError(t, err)

	hold(t, s, "any", atp.Line{Ref: ref, Date: day(3), Quantity: 7})
	hold(t, s, "pegged", atp.Line{Ref: ref, Date: day(3), Quantity: 4, Lot: "L2"})
	for _, c := range []atp.Count{
		{Ref: ref, Lot: "L2", Document: "recall 9"},
		{Ref: ref, Lot: "L2", Document: "recall 9", Status: atp.Blocked, Quantity: 10},
	} {
		_, err = s.Count(noon(0), c)
		require.NoError(t, err)
	}
	short, err := s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Equal(t, []atp.Shortfall{{Key: "pegged", Date: day(3), Quantity: 4, Lot: "L2"}}, short)
	require.EqualValues(t, 3, lotATP(t, s, ref, 0, 0, ""))

	state, err := s.Item(ref)
	require.NoError(t, err)
	require.Equal(t, atp.LotState{Lot: "L2", Expires: day(25), Revision: state.Lots[1].Revision, Blocked: 10}, state.Lots[1])
	require.EqualValues(t, 10, state.Blocked)
	require.EqualValues(t, 10, state.Available)

	stockLot(t, s, ref, "L1", 10, 2) // the laboratory shortens its life
	short, err = s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Equal(t, []string{"any", "pegged"}, []string{short[0].Key, short[1].Key})
}

// Goods that are there on different days are not there together: both are promised, but not for one day.
func TestSplitWhereGoodsExpire(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 10, 3)
	expected(t, s, ref, 5, 10, 40)
	expected(t, s, ref, 9, 2, 40)
	split := func(quantity int64, p atp.Partial) []part {
		promise, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: quantity, Wanted: day(0), Partial: p})
		require.NoError(t, err)
		return parts(promise)
	}
	require.Empty(t, split(20, atp.Partial{}), "never 20 at once")
	require.Equal(t, []part{{11, 9}}, split(11, atp.Partial{}))
	require.Equal(t, []part{{10, 0}, {10, 5}}, split(20, atp.Partial{AtMost: 2}))
	require.Equal(t, []part{{10, 0}, {10, 5}, {2, 9}}, split(22, atp.Partial{AtMost: atp.AnyNumber}))
	require.Equal(t, []part{{10, 0}, {12, 9}}, split(22, atp.Partial{AtMost: 2}))
	require.Equal(t, []part{{10, 0}, {12, 9}}, split(23, atp.Partial{AtMost: atp.AnyNumber, Minimum: 3}))
	require.Equal(t, []part{{10, 0}, {1, 5}}, split(11, atp.Partial{AtMost: 2, Minimum: 5}), "the last may be below")

	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 22, Partial: atp.Partial{AtMost: atp.AnyNumber}})
	require.NoError(t, err)
	require.Equal(t, 5, p.Deliveries[1].DaysLate, "after the first possible day")
	hold(t, s, "all", p.Lines()...)
	require.Zero(t, lotATP(t, s, ref, 0, 0, ""))
	require.Zero(t, lotATP(t, s, ref, 9, 0, ""))
}

// What can be had earlier may be gone on the day on which the order is complete.
func TestShipCompleteWhereGoodsExpire(t *testing.T) {
	s := newStock(t)
	milk := stocked(t, s, "milk", 0)
	stockLot(t, s, milk, "L1", 5, 3)
	expected(t, s, milk, 6, 5, 30)
	bread := stocked(t, s, "bread", 0, supply{4, 9})
	order := func(more ...atp.Demand) []atp.Promise {
		all, err := s.PromiseAll(noon(0), append([]atp.Demand{
			{ID: "1", Ref: milk, Quantity: 5}, {ID: "2", Ref: bread, Quantity: 2, MinLife: 1},
		}, more...), atp.ShipComplete)
		require.NoError(t, err)
		return all
	}
	all := order()
	require.Equal(t, []part{{5, 6}}, parts(all[0]))
	require.Equal(t, []part{{2, 6}}, parts(all[1]))
	require.Equal(t, 6, all[0].Deliveries[0].DaysLate)
	require.Equal(t, 2, all[1].Deliveries[0].DaysLate)
	require.Equal(t, day(7), all[1].Lines()[0].GoodThrough)

	for _, p := range order(atp.Demand{ID: "3", Ref: milk, Quantity: 5}) {
		require.Empty(t, p.Deliveries, "five and five of milk are never there together")
	}
	both, err := s.PromiseAll(noon(0), []atp.Demand{{ID: "1", Ref: milk, Quantity: 2}, {ID: "2", Ref: milk, Quantity: 3}}, atp.ShipComplete)
	require.NoError(t, err)
	require.Equal(t, []part{{2, 0}}, parts(both[0]))
	require.Equal(t, []part{{3, 0}}, parts(both[1]))
}

// Only what lasts is there today: the first line waits for what comes later, since the second needs it.
func TestShipCompleteLeavesWhatLasts(t *testing.T) {
	s := newStock(t)
	milk := stocked(t, s, "milk", 0)
	stockLot(t, s, milk, "L1", 5, 30)
	expected(t, s, milk, 2, 5, 6)
	order := []atp.Demand{{ID: "1", Ref: milk, Quantity: 5}, {ID: "2", Ref: milk, Quantity: 5, MinLife: 10}}
	for range 2 {
		all, err := s.PromiseAll(noon(0), order, atp.ShipComplete)
		require.NoError(t, err)
		for _, p := range all {
			require.Equal(t, []part{{5, 2}}, parts(p), p.ID)
			require.Equal(t, 2, p.Deliveries[0].DaysLate)
		}
		hold(t, s, "order "+all[0].ID, append(all[0].Lines(), all[1].Lines()...)...)
		_, err = s.Release(noon(0), atp.Posting{Key: "order " + all[0].ID})
		require.NoError(t, err)
		order[0], order[1] = order[1], order[0]
	}
}

// The carrier comes on Wednesdays only, and the milk of the order is to be good on the day on which all are there.
func TestShipCompleteWithLanes(t *testing.T) {
	wednesdays, err := calendar.New(calendar.Config{
		Name: "Wednesdays", Location: time.UTC, Week: []time.Weekday{time.Wednesday},
	})
	require.NoError(t, err)
	s := newStock(t)
	milk := stocked(t, s, "milk", 0)
	stockLot(t, s, milk, "L1", 5, 8)
	stockLot(t, s, milk, "L2", 5, 9)
	bread := stocked(t, s, "bread", 0, supply{8, 9})
	lane := &atp.Lane{Pickup: wednesdays}
	all, err := s.PromiseAll(noon(0), []atp.Demand{
		{ID: "1", Ref: milk, Quantity: 5, Lane: lane}, {ID: "2", Ref: bread, Quantity: 2, Lane: lane},
	}, atp.ShipComplete)
	require.NoError(t, err)
	require.Equal(t, []part{{5, 9}}, parts(all[0]))
	require.Equal(t, day(9), all[0].Lines()[0].Date)
	require.Equal(t, 7, all[0].Deliveries[0].DaysLate)
	hold(t, s, "order", all[0].Lines()...)
	require.EqualValues(t, 5, lotATP(t, s, milk, 0, 0, "L1"))
	require.Zero(t, lotATP(t, s, milk, 0, 0, "L2"))
}

func TestConsumeLots(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L0", 3, 1)
	stockLot(t, s, ref, "L1", 5, 10)
	stockLot(t, s, ref, "L2", 9, 20)
	_, err := s.Count(noon(0), atp.Count{Ref: ref, Quantity: 4})
	require.NoError(t, err)
	hold(t, s, "any", atp.Line{Ref: ref, Date: day(2), Quantity: 14})
	hold(t, s, "L1", atp.Line{Ref: ref, Date: day(2), Quantity: 4, Lot: "L1"})
	consume := func(key, document string, parts ...atp.Part) (atp.Consumed, error) {
		return s.Consume(noon(2), atp.Posting{Key: key, Document: document, Parts: parts})
	}
	lots := func(e atp.Consumed) map[string]int64 {
		got := map[string]int64{}
		for _, l := range e.Lots {
			got[l.Lot] += l.Quantity
		}
		return got
	}
	e, err := consume("any", "S1", atp.Part{Ref: ref, Quantity: 3})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"L1": 1, "L2": 2}, lots(e), "L0 has expired, and four of L1 are for others")
	undone := s.State(noon(2))
	e, err = consume("any", "S2", atp.Part{Ref: ref, Quantity: 8})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"L2": 7}, lots(e), "one was in no lot")
	require.NoError(t, s.UndoConsume(e))
	require.Equal(t, undone, s.State(noon(2)))

	_, err = consume("any", "S3", atp.Part{Ref: ref, Quantity: 4, Lot: "L0"})
	var short *atp.ShortageError
	require.ErrorAs(t, err, &short)
	require.Equal(t, []atp.Shortage{{Item: "milk", Site: "S1", Requested: 4, Available: 3, Lot: "L0"}}, short.Lines)
	require.Contains(t, short.Error(), `of lot "L0"`)
	e, err = consume("any", "S3", atp.Part{Ref: ref, Quantity: 3, Lot: "L1"}, atp.Part{Ref: ref, Quantity: 1})
	require.NoError(t, err)
	require.Equal(t, []atp.LotPart{
		{Item: "milk", Site: "S1", Lot: "L1", Quantity: 3, Named: true}, {Item: "milk", Site: "S1", Lot: "L2", Quantity: 1},
	}, e.Lots, "what the warehouse took, it took")
	broken, err := s.Shortfalls(noon(2), ref)
	require.NoError(t, err)
	require.Equal(t, []atp.Shortfall{{Key: "L1", Date: day(2), Quantity: 3, Lot: "L1"}}, broken)

	_, err = consume("L1", "S4", atp.Part{Ref: ref, Quantity: 1, Lot: "L2"})
	require.ErrorAs(t, err, &short, "a line on a lot gives way to no other")
	_, err = consume("L1", "S4")
	require.ErrorAs(t, err, &short)
	require.EqualValues(t, 1, short.Lines[0].Available)
	e, err = consume("L1", "S4", atp.Part{Ref: ref, Quantity: 1})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"L1": 1}, lots(e))
	again, err := consume("L1", "S4", atp.Part{Ref: ref, Quantity: 1})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, e.Lots, again.Lots)

	// The same posting with a lot is another one, also after a restart.
	snapshot := s.State(noon(2))
	twin := newStock(t)
	require.NoError(t, twin.Restore(snapshot))
	require.Equal(t, snapshot, twin.State(noon(2)))
	milk, err := twin.Ref("milk", "S1")
	require.NoError(t, err)
	for _, c := range []struct {
		parts []atp.Part
		same  bool
	}{
		{[]atp.Part{{Ref: milk, Quantity: 1}, {Ref: milk, Quantity: 3, Lot: "L1"}}, true},
		{[]atp.Part{{Ref: milk, Quantity: 1, Lot: "L2"}, {Ref: milk, Quantity: 3, Lot: "L1"}}, false},
		{[]atp.Part{{Ref: milk, Quantity: 4}}, false},
	} {
		_, err = twin.Consume(noon(2), atp.Posting{Key: "any", Document: "S3", Parts: c.parts})
		if c.same {
			require.NoError(t, err)
		} else {
			require.ErrorAs(t, err, new(*atp.KeyConflictError))
		}
	}
}

// A lot that a consumption names must be on hand, also where the item has no lots at all; a quota has none ever.
func TestConsumeALotThatIsNotThere(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	quota := weeks(t, s, atp.QuotaDefinition{ID: "Q"}, 10)
	hold(t, s, "k", atp.Line{Ref: ref, Date: day(0), Quantity: 5}, atp.Line{Ref: quota, Date: day(0), Quantity: 5})
	before := s.State(noon(0))
	consume := func(parts ...atp.Part) error {
		_, err := s.Consume(noon(0), atp.Posting{Key: "k", Document: "D", Parts: parts})
		require.Equal(t, before, s.State(noon(0)))
		return err
	}
	var short *atp.ShortageError
	require.ErrorAs(t, consume(atp.Part{Ref: ref, Quantity: 3, Lot: "L"}, atp.Part{Ref: ref, Quantity: 1}), &short)
	require.Equal(t, []atp.Shortage{{Item: "A", Site: "S1", Requested: 3, Lot: "L"}}, short.Lines)
	var bad *atp.RequestError
	require.ErrorAs(t, consume(atp.Part{Ref: quota, Quantity: 5, Lot: "L"}), &bad)
	require.Equal(t, "Parts[0].Lot", bad.Field)
	require.ErrorAs(t, consume(slices.Repeat([]atp.Part{{Ref: ref, Quantity: atp.MaxQuantity}}, 2_400_000)...), &bad)
	require.Equal(t, "Parts", bad.Field)

	of := atp.Consumed{
		Key: "k", At: noon(0), Document: "D", Lots: []atp.LotPart{{Item: "Q", Site: "S1", Lot: "L", Quantity: 1}},
		Lines: []atp.ReservedLine{{Item: "Q", Site: "S1", Date: day(0), Quantity: 1, LineQuota: atp.LineQuota{Quota: true}}},
	}
	require.ErrorAs(t, s.Apply(of), new(*atp.EventError))
	require.Equal(t, before, s.State(noon(0)))
}

func TestReleaseOfALot(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 5, 10)
	stockLot(t, s, ref, "L2", 5, 20)
	hold(t, s, "k", atp.Line{Ref: ref, Date: day(1), Quantity: 3, Lot: "L1"}, atp.Line{Ref: ref, Date: day(1), Quantity: 2, Lot: "L2"},
		atp.Line{Ref: ref, Date: day(1), Quantity: 2})
	release := func(document string, n int64, lot string) (atp.Released, error) {
		return s.Release(noon(0), atp.Posting{Key: "k", Document: document, Parts: []atp.Part{{Ref: ref, Quantity: n, Lot: lot}}})
	}
	_, err := release("C1", 3, "L2")
	require.ErrorAs(t, err, new(*atp.ShortageError), "two are on L2")
	e, err := release("C1", 2, "L2")
	require.NoError(t, err)
	require.Equal(t, []atp.ReservedLine{{Item: "milk", Site: "S1", Date: day(1), Quantity: 2, Lot: "L2"}}, e.Lines)
	require.EqualValues(t, 5, lotATP(t, s, ref, 0, 0, "L2"))
	twin := newStock(t)
	require.NoError(t, twin.Restore(s.State(noon(0))))
	milk, err := twin.Ref("milk", "S1")
	require.NoError(t, err)
	again, err := twin.Release(noon(0), atp.Posting{Key: "k", Document: "C1", Parts: []atp.Part{{Ref: milk, Quantity: 2, Lot: "L2"}}})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, e.Lots, again.Lots)
	require.NoError(t, s.UndoRelease(e))
	require.EqualValues(t, 3, lotATP(t, s, ref, 0, 0, "L2"))
}

// A promise of goods that last is kept also where the lots come later.
func TestMinLifeBeforeTheFirstLot(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0, supply{4, 10})
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 6, MinLife: 30})
	require.NoError(t, err)
	require.Equal(t, []atp.Line{{Ref: ref, Date: day(4), Quantity: 6, GoodThrough: day(34)}}, p.Lines())
	hold(t, s, "k", p.Lines()...)
	require.EqualValues(t, 4, lotATP(t, s, ref, 4, 99, ""), "nobody says that the goods will expire")
	_, err = s.Receive(noon(1), atp.Receipt{
		Ref: ref, Document: "PO-" + day(4).String(), Posting: "GR", Quantity: 10, Lot: "L1", Expires: day(33),
	})
	require.NoError(t, err)
	short, err := s.Shortfalls(noon(1), ref)
	require.NoError(t, err)
	require.Equal(t, []atp.Shortfall{{Key: "k", Date: day(4), Quantity: 6}}, short)
	require.EqualValues(t, 10, lotATP(t, s, ref, 4, 0, ""), "who can take them may have all of them")
}

func TestLotsBeyondTheHorizon(t *testing.T) {
	s := newStock(t)
	ref, _, err := s.Define(noon(0), atp.Definition{
		Item: "milk", Site: "S1", SafetyStock: 2, Policy: atp.Policy{Horizon: atp.Infinite, Replenishment: 7},
	})
	require.NoError(t, err)
	stockLot(t, s, ref, "L1", 5, 3)
	require.EqualValues(t, 3, lotATP(t, s, ref, 0, 0, ""))
	require.Zero(t, lotATP(t, s, ref, 4, 0, ""))
	require.EqualValues(t, atp.Unlimited, lotATP(t, s, ref, 7, 1000, ""))
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 9, MinLife: 1, SingleLot: true})
	require.NoError(t, err)
	require.Equal(t, []atp.Line{{Ref: ref, Date: day(7), Quantity: 9, GoodThrough: day(8)}}, p.Lines())
	p, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 9, MinLife: 1, Partial: atp.Partial{AtMost: 2}})
	require.NoError(t, err)
	require.Equal(t, []part{{3, 0}, {6, 7}}, parts(p))
	hold(t, s, "k", p.Lines()...)
	short, err := s.Shortfalls(noon(0), ref)
	require.NoError(t, err)
	require.Empty(t, short)
	_, ok, err := s.Earliest(noon(0), atp.Query{Ref: ref, Lot: "L1"}, 6)
	require.NoError(t, err)
	require.False(t, ok)
}

// The lot that a later demand of the request is given is not told to the one before it as well, which can do with others.
func TestPegsOfALotThatALaterDemandTakes(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 5, 5)
	stockLot(t, s, ref, "L2", 10, 10)
	stockLot(t, s, ref, "L3", 10, 20)
	promises, err := s.PromiseAll(noon(0), []atp.Demand{
		{ID: "1", Ref: ref, Quantity: 12, MinLife: 7, Explain: true},
		{ID: "2", Ref: ref, Quantity: 8, SingleLot: true, Explain: true},
	}, atp.LineByLine)
	require.NoError(t, err)
	require.Equal(t, []atp.Peg{
		{Quantity: 2, Lot: "L2", Expires: day(10)}, {Quantity: 10, Lot: "L3", Expires: day(20)},
	}, promises[0].Deliveries[0].Pegs)
	require.Equal(t, []atp.Peg{{Quantity: 8, Lot: "L2", Expires: day(10)}}, promises[1].Deliveries[0].Pegs)
}

func TestLimitOfLots(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 4, 3)
	stockLot(t, s, ref, "L2", 10, 30)
	hold(t, s, "old", atp.Line{Ref: ref, Date: day(2), Quantity: 4})
	hold(t, s, "fresh", atp.Line{Ref: ref, Date: day(5), Quantity: 5})
	all, err := s.PromiseAll(noon(0), []atp.Demand{
		{ID: "a", Ref: ref, Quantity: 3, MinLife: 5}, {ID: "b", Ref: ref, Quantity: 4, MinLife: 5, Explain: true},
	}, atp.LineByLine)
	require.NoError(t, err)
	require.Equal(t, &atp.Limit{
		Date: day(0), Available: 2, Tightest: day(5), Claims: []string{"fresh"}, LostTo: []string{"a"},
	}, all[1].Limit)
}

func TestOutlookOfLots(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 4, 3)
	stockLot(t, s, ref, "L2", 10, 30)
	stockLot(t, s, ref, "old", 7, -1)
	hold(t, s, "k", atp.Line{Ref: ref, Date: day(2), Quantity: 1}, atp.Line{Ref: ref, Date: day(2), Quantity: 2, Lot: "L2"})
	o, err := s.Outlook(noon(0), ref)
	require.NoError(t, err)
	require.EqualValues(t, 14, o.Opening, "what has expired does not count")
	require.Equal(t, []atp.OutlookDay{
		{Date: day(0), Balance: 14, ATP: 11, Discrete: 11},
		{Date: day(2), Claims: 3, Balance: 11, ATP: 11},
		{Date: day(4), Expired: 3, Balance: 8, ATP: 8},
		{Date: day(31), Expired: 8},
	}, o.Days)
	require.Equal(t, "L2", o.Claims[1].Lot)
}

func TestLotRequests(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	expected(t, s, ref, 4, 10, 40)
	document := "PO-" + day(4).String()
	before := s.State(noon(0))
	field := func(err error) string {
		t.Helper()
		var bad *atp.RequestError
		require.ErrorAs(t, err, &bad)
		return bad.Field
	}
	_, err := s.Count(noon(0), atp.Count{Ref: ref, Quantity: 1, Expires: day(3)})
	require.Equal(t, "Lot", field(err))
	_, err = s.Receive(noon(0), atp.Receipt{Ref: ref, Document: document, Posting: "GR", Quantity: 1, Expires: day(3)})
	require.Equal(t, "Lot", field(err))
	_, err = s.Receive(noon(0), atp.Receipt{Ref: ref, Document: document, Posting: "GR", Quantity: 1})
	require.Equal(t, "Lot", field(err))
	_, err = s.ATP(noon(0), atp.Query{Ref: ref, MinLife: -1})
	require.Equal(t, "MinLife", field(err))
	_, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 1, MinLife: 1 << 40})
	require.Equal(t, "demands[0].MinLife", field(err))
	_, err = s.AddSupply(noon(0), atp.Supply{
		Ref: ref, Document: document, Type: atp.PurchaseOrder, Due: day(4), Quantity: 10, Expires: day(41),
	})
	require.ErrorAs(t, err, new(*atp.KeyConflictError))
	_, err = s.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{
		{Ref: ref, Date: day(4), Quantity: 1, GoodThrough: day(41)},
	}})
	require.ErrorContains(t, err, "1 requested, 0 available on 2026-03-06 good through 2026-04-12")
	_, err = s.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{
		{Ref: ref, Date: day(4), Quantity: 1, Lot: "unheard of"},
	}})
	require.ErrorAs(t, err, new(*atp.ShortageError))
	require.Equal(t, before, s.State(noon(0)), "nothing has changed")

	g := atp.Receipt{Ref: ref, Document: document, Posting: "GR", Quantity: 1, Lot: "L1"}
	e, err := s.Receive(noon(0), g)
	require.NoError(t, err)
	require.Equal(t, day(40), e.Expires, "as expected")
	g.Expires = day(41)
	_, err = s.Receive(noon(0), g)
	require.ErrorAs(t, err, new(*atp.KeyConflictError))
	a, err := s.AdjustSupply(noon(0), atp.Adjustment{Ref: ref, Document: document, Due: day(5), Quantity: 9})
	require.NoError(t, err)
	require.Equal(t, day(40), a.Expires, "as before")
}

// A key stands for its lots and lives, too.
func TestReservationsDifferByLot(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 5, 10)
	stockLot(t, s, ref, "L2", 5, 20)
	line := atp.Line{Ref: ref, Date: day(1), Quantity: 1, Lot: "L1", GoodThrough: day(5)}
	req := func(l atp.Line) atp.Request { return atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{l}} }
	e, err := s.Reserve(noon(0), req(line))
	require.NoError(t, err)
	again, err := s.Reserve(noon(0), req(line))
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, e.Lines, again.Lines)
	for _, l := range []atp.Line{
		{Ref: ref, Date: day(1), Quantity: 1, Lot: "L2", GoodThrough: day(5)},
		{Ref: ref, Date: day(1), Quantity: 1, GoodThrough: day(5)},
		{Ref: ref, Date: day(1), Quantity: 1, Lot: "L1"},
	} {
		_, err = s.Reserve(noon(0), req(l))
		require.ErrorAs(t, err, new(*atp.KeyConflictError))
	}
	other := e
	other.Lines = []atp.ReservedLine{e.Lines[0]}
	other.Lines[0].Lot = "L2"
	require.ErrorAs(t, s.Apply(other), new(*atp.KeyConflictError))
	q := atp.Query{Ref: ref, Lot: "L1", Replaces: "k"}
	n, err := s.ATP(noon(0), q)
	require.NoError(t, err)
	require.EqualValues(t, 5, n, "a demand does not compete with itself")
}

// What a reservation has of a lot can be moved, and comes back from a snapshot; a line without goods that last is refused.
func TestRescheduleLots(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 5, 10)
	stockLot(t, s, ref, "L2", 5, 20)
	hold(t, s, "k", atp.Line{Ref: ref, Date: day(1), Quantity: 5, Lot: "L1"})
	hold(t, s, "other", atp.Line{Ref: ref, Date: day(1), Quantity: 3, GoodThrough: day(15)})
	move := func(run string, from, to []atp.ScheduleLine) error {
		_, err := s.Reschedule(noon(0), atp.Rescheduling{Key: run, Changes: []atp.Change{{Key: "k", Ref: ref, From: from, To: to}}})
		return err
	}
	was := []atp.ScheduleLine{{Date: day(1), Quantity: 5, Lot: "L1"}}
	require.ErrorAs(t, move("1", []atp.ScheduleLine{{Date: day(1), Quantity: 5}}, nil), new(*atp.StaleError), "the lot is part of it")
	var short *atp.ShortageError
	require.ErrorAs(t, move("1", was, []atp.ScheduleLine{{Date: day(11), Quantity: 5, Lot: "L1"}}), &short, "expired by then")
	require.ErrorAs(t, move("1", was, []atp.ScheduleLine{{Date: day(2), Quantity: 3, GoodThrough: day(15)}}), &short)
	require.EqualValues(t, 2, short.Lines[0].Available, "three of L2 are another's")
	to := []atp.ScheduleLine{{Date: day(2), Quantity: 2, GoodThrough: day(15)}, {Date: day(3), Quantity: 3, Lot: "L1"}}
	require.NoError(t, move("1", was, to))
	require.Equal(t, "2 on 2026-03-04, good through 2026-03-17", to[0].String())
	require.Equal(t, "3 on 2026-03-05, lot L1", to[1].String())
	_, err := s.Consume(noon(2), atp.Posting{Key: "k", Document: "S1", Parts: []atp.Part{{Ref: ref, Quantity: 1, Lot: "L1"}}})
	require.NoError(t, err)

	twin := newStock(t)
	state := s.State(noon(2))
	require.NoError(t, twin.Restore(state))
	require.Equal(t, state, twin.State(noon(2)))
	milk, err := twin.Ref("milk", "S1")
	require.NoError(t, err)
	again, err := twin.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{
		{Ref: milk, Date: day(1), Quantity: 5, Lot: "L1"},
	}})
	require.NoError(t, err)
	require.True(t, again.Replayed, "it is what was reserved")
	e, err := twin.Consume(noon(2), atp.Posting{Key: "k", Document: "S1", Parts: []atp.Part{{Ref: milk, Quantity: 1, Lot: "L1"}}})
	require.NoError(t, err)
	require.True(t, e.Replayed)
	require.ErrorAs(t, twin.UndoConsume(e), new(*atp.StateError), "it was journalled before")
	e.Replayed = false
	require.NoError(t, twin.UndoConsume(e))
	require.EqualValues(t, 5, lotATP(t, twin, milk, 0, 0, "L1")+3)

	what, err := s.WhatIf(noon(2), ref)
	require.NoError(t, err)
	milk, err = what.Ref("milk", "S1")
	require.NoError(t, err)
	pegs, err := what.Pegging(noon(2), milk)
	require.NoError(t, err)
	require.Equal(t, []string{"other L2", "k L2", "k L1"}, pegged(pegs))
	_, err = what.Count(noon(2), atp.Count{Ref: milk, Lot: "L1"})
	require.NoError(t, err)
	pegs, err = what.Pegging(noon(2), milk)
	require.NoError(t, err)
	require.EqualValues(t, 2, pegs[2].Missing, "recalled, on trial")
}

func pegged(claims []atp.PeggedClaim) []string {
	var got []string
	for _, c := range claims {
		for _, p := range c.Pegs {
			got = append(got, c.Key+" "+p.Lot)
		}
	}
	return got
}

// A quota bounds what lots give, and goods that wait for a period of the quota must still be good then.
func TestLotsWithinQuotas(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 10, 9)
	stockLot(t, s, ref, "L2", 4, 30)
	quota, _, err := s.DefineQuota(noon(0), atp.QuotaDefinition{ID: "shops", Site: "S1", Later: 3})
	require.NoError(t, err)
	_, err = s.SetQuota(noon(0), atp.QuotaSetting{Quota: quota, Periods: []atp.QuotaPeriod{
		{From: day(0), To: day(6), Quantity: 5}, {From: day(7), To: day(13), Quantity: 5}, {From: day(14), To: day(20), Quantity: 5},
	}})
	require.NoError(t, err)
	d := atp.Demand{
		Ref: ref, Quantity: 14, Wanted: day(0), Quotas: []atp.QuotaUse{{Quota: quota}}, Partial: atp.Partial{AtMost: atp.AnyNumber},
	}
	p, err := s.Promise(noon(0), d)
	require.NoError(t, err)
	require.Equal(t, []part{{5, 0}, {5, 7}}, parts(p), "in the third week only four are good, which are not there beside ten")
	hold(t, s, "k", p.Lines()...)
	p, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 4, Wanted: day(0), MinLife: 5, Quotas: d.Quotas})
	require.NoError(t, err)
	require.Equal(t, []part{{4, 14}}, parts(p))
	hold(t, s, "fresh", p.Lines()...)
	e, err := s.Consume(noon(7), atp.Posting{Key: "k", Document: "S1"})
	require.NoError(t, err)
	require.Len(t, e.Lines, 4, "goods and quota, of both weeks")

	_, err = s.Reserve(noon(0), atp.Request{Key: "bad", Hold: time.Hour, Lines: []atp.Line{{Ref: quota, Date: day(0), Quantity: 1, Lot: "L1"}}})
	var bad *atp.RequestError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, "Lines[0].Lot", bad.Field)
}

// The explanation of an item with lots names the quotas, too.
func TestLimitOfLotsAndQuotas(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 10, 9)
	quota := weeks(t, s, atp.QuotaDefinition{ID: "shops"}, 7)
	hold(t, s, "first", atp.Line{Ref: quota, Date: day(0), Quantity: 3})
	p, err := s.Promise(noon(0), atp.Demand{
		Ref: ref, Quantity: 8, Wanted: day(0), Quotas: []atp.QuotaUse{{Quota: quota}}, Explain: true,
		Partial: atp.Partial{AtMost: atp.AnyNumber},
	})
	require.NoError(t, err)
	require.EqualValues(t, 4, p.Confirmed)
	require.EqualValues(t, 10, p.Limit.Available)
	require.Equal(t, []atp.QuotaLimit{{
		Quota: quota, Available: 4, From: day(0), To: day(6), Quantity: 7, Taken: 3, Claims: []string{"first"},
	}}, p.Limit.Quotas)
}

// What a division gives of lots comes from what is good on its day.
func TestDivideLots(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 10, 2)
	stockLot(t, s, ref, "L2", 8, 30)
	hold(t, s, "k", atp.Line{Ref: ref, Date: day(1), Quantity: 4})
	ranks := atp.Ranks{Served: []atp.Ranked{
		{ID: "a", Claim: atp.Claim{Demand: atp.Demand{ID: "a", Ref: ref, Quantity: 10}}},
		{ID: "b", Claim: atp.Claim{Demand: atp.Demand{ID: "b", Ref: ref, Quantity: 10}}},
	}}
	d, err := s.Divide(noon(0), atp.Query{Ref: ref, Date: day(3)}, 1, ranks)
	require.NoError(t, err)
	require.EqualValues(t, 8, d.Supply)
	require.Equal(t, []atp.Peg{{Type: atp.Available, Lot: "L2", Expires: day(30), Quantity: 4}}, d.Portions[1].Pegs)
}
