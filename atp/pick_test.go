package atp_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// order reserves and commits 100 of an item, 60 on one day and 40 on a later one.
func order(t *testing.T, s *atp.Stock, ref atp.Ref) {
	t.Helper()
	_, err := s.Reserve(noon(0), atp.Request{Key: "o1", Hold: time.Hour, Lines: []atp.Line{
		{Ref: ref, Date: day(0), Quantity: 60}, {Ref: ref, Date: day(5), Quantity: 40},
	}})
	require.NoError(t, err)
	_, err = s.Commit(noon(0), "o1")
	require.NoError(t, err)
}

func postingOf(document string, ref atp.Ref, quantity int64) atp.Posting {
	return atp.Posting{Key: "o1", Document: document, Parts: []atp.Part{{Ref: ref, Quantity: quantity}}}
}

// atp.md, decisions: ordered 100, shipped 30, picked 20: a decrease to 60 is accepted; to 40: it becomes 50 unless
// un-picked.
func TestDecreaseStopsAtWhatIsPicked(t *testing.T) {
	for _, c := range []struct {
		name   string
		unpick bool
		to     int64
		want   atp.Reduction
		given  []int64 // by the latest line first
	}{
		{"to 60", false, 60, atp.Reduction{To: 60, Became: 60, Consumed: 30, Picked: 20}, []int64{40}},
		{"to 40", false, 40, atp.Reduction{To: 40, Became: 50, Consumed: 30, Picked: 20}, []int64{10, 40}},
		{"to 40, unpicked", true, 40, atp.Reduction{To: 40, Became: 40, Consumed: 30}, []int64{20, 40}},
		{"to 0, unpicked", true, 0, atp.Reduction{Became: 30, Consumed: 30}, []int64{30, 40}},
		{"to what it is", false, 100, atp.Reduction{To: 100, Became: 100, Consumed: 30, Picked: 20}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStock(t)
			ref := stocked(t, s, "A", 100)
			order(t, s, ref)
			_, err := s.Consume(noon(0), postingOf("shipment 1", ref, 30))
			require.NoError(t, err)
			_, err = s.Pick(noon(0), postingOf("pick 1", ref, 20))
			require.NoError(t, err)
			if c.unpick {
				_, err = s.Unpick(noon(0), postingOf("back 1", ref, 20))
				require.NoError(t, err)
			}
			c.want.Item, c.want.Site = ref.Item(), ref.Site()
			d := atp.Decrease{Key: "o1", Document: "change 1", Ref: ref, To: c.to}
			e, err := s.Decrease(noon(1), d)
			require.NoError(t, err)
			require.Equal(t, c.want, e.Reduction)
			var given []int64
			for _, l := range e.Lines {
				given = append(given, l.Quantity)
			}
			require.Equal(t, c.given, given)
			again, err := s.Decrease(noon(2), d)
			require.NoError(t, err)
			require.True(t, again.Replayed)
			again.Replayed = false
			require.Equal(t, e, again)
			d.To++
			_, err = s.Decrease(noon(2), d)
			require.ErrorAs(t, err, new(*atp.KeyConflictError))
			require.Equal(t, 100-c.want.Became, atpOn(t, s, noon(2), ref, 9), "what is given up is free")
		})
	}
}

// On hand 10, more comes on day 5, for a line on day 7: until it is picked, the 10 can go to somebody else.
func TestPickedGoodsCannotGoElsewhere(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{5, 10})
	claimed(t, s, "o1", ref, 7, 10)
	require.EqualValues(t, 10, atpOn(t, s, noon(0), ref, 0))
	_, err := s.Pick(noon(0), postingOf("pick 1", ref, 4))
	require.NoError(t, err)
	require.EqualValues(t, 6, atpOn(t, s, noon(0), ref, 0))
	require.EqualValues(t, 10, atpOn(t, s, noon(0), ref, 5))
	it, err := s.Item(ref)
	require.NoError(t, err)
	require.EqualValues(t, 6, it.Available, "what is picked is not on the shelf")
	_, err = s.Pick(noon(0), atp.Posting{Key: "o1", Document: "pick 2"})
	require.NoError(t, err)
	require.EqualValues(t, 0, atpOn(t, s, noon(0), ref, 0))
	_, err = s.Pick(noon(0), atp.Posting{Key: "o1", Document: "pick 3"})
	require.ErrorAs(t, err, new(*atp.StateError), "nothing is open any more")

	e, err := s.Consume(noon(1), postingOf("shipment 1", ref, 3))
	require.NoError(t, err)
	require.Equal(t, []int64{3}, e.Picked, "what is picked goes first")
	require.NoError(t, s.UndoConsume(e))
	_, err = s.Consume(noon(1), atp.Posting{Key: "o1", Document: "shipment 1"})
	require.NoError(t, err)
	r, err := s.Reservation(noon(1), "o1")
	require.NoError(t, err)
	require.Equal(t, atp.StatusConsumed, r.Status)
	it, err = s.Item(ref)
	require.NoError(t, err)
	require.Zero(t, it.Available)
}

// What is picked is given back by an unpick alone, and no rescheduling sees it.
func TestPickedGoodsStay(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 100)
	order(t, s, ref)
	_, err := s.Pick(noon(0), postingOf("pick 1", ref, 70))
	require.NoError(t, err)
	before := s.State(noon(1))
	_, err = s.Release(noon(1), atp.Posting{Key: "o1"})
	require.ErrorAs(t, err, new(*atp.StateError))
	_, err = s.Release(noon(1), postingOf("change 1", ref, 31))
	var short *atp.ShortageError
	require.ErrorAs(t, err, &short)
	require.EqualValues(t, 30, short.Lines[0].Available)
	move := func(from ...atp.ScheduleLine) error {
		_, err := s.Reschedule(noon(1), atp.Rescheduling{Key: "run", Changes: []atp.Change{{
			Key: "o1", Ref: ref, From: from, To: []atp.ScheduleLine{{Date: day(8), Quantity: 30}},
		}}})
		return err
	}
	var stale *atp.StaleError
	require.ErrorAs(t, move(atp.ScheduleLine{Date: day(0), Quantity: 60}, atp.ScheduleLine{Date: day(5), Quantity: 40}), &stale)
	require.Equal(t, []atp.ScheduleLine{{Date: day(5), Quantity: 30}}, stale.Lines[0].Actual)
	require.Equal(t, before, s.State(noon(1)))
	require.NoError(t, move(atp.ScheduleLine{Date: day(5), Quantity: 30}))
	r, err := s.Reservation(noon(1), "o1")
	require.NoError(t, err)
	var picked []int64
	for _, l := range r.Lines {
		picked = append(picked, l.Picked)
	}
	require.Equal(t, []int64{60, 10, 0}, picked)
	_, err = s.Unpick(noon(1), postingOf("back 1", ref, 15))
	require.NoError(t, err)
	r, err = s.Reservation(noon(1), "o1")
	require.NoError(t, err)
	require.EqualValues(t, 55, r.Lines[0].Picked, "the latest lines go back first")
	require.Zero(t, r.Lines[1].Picked)
}

// An unpick cannot be taken back any more where the goods have been given to another day.
func TestUndoUnpickAfterAMove(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	claimed(t, s, "o1", ref, 0, 10)
	_, err := s.Pick(noon(0), atp.Posting{Key: "o1", Document: "pick 1"})
	require.NoError(t, err)
	e, err := s.Unpick(noon(0), atp.Posting{Key: "o1", Document: "back 1"})
	require.NoError(t, err)
	_, err = s.Reschedule(noon(0), atp.Rescheduling{Key: "run", Changes: []atp.Change{{
		Key: "o1", Ref: ref, From: []atp.ScheduleLine{{Date: day(0), Quantity: 10}},
	}}})
	require.NoError(t, err)
	before := s.State(noon(0))
	require.ErrorAs(t, s.UndoUnpick(e), new(*atp.StateError))
	require.Equal(t, before, s.State(noon(0)))
	twin := newStock(t)
	require.NoError(t, twin.Restore(before), "the documents of a line of which all has moved are remembered")
	require.Equal(t, before, twin.State(noon(0)))
	again, err := twin.Pick(noon(0), atp.Posting{Key: "o1", Document: "pick 1"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
}

// A quota is taken for what is promised: picking does not touch it, and a decrease gives it back in proportion.
func TestPicksAndQuotas(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 100)
	quota, _, err := s.DefineQuota(noon(0), atp.QuotaDefinition{ID: "vip", Site: "S1"})
	require.NoError(t, err)
	_, err = s.SetQuota(noon(0), atp.QuotaSetting{Quota: quota, Periods: []atp.QuotaPeriod{
		{From: day(0), To: day(6), Quantity: 80},
	}})
	require.NoError(t, err)
	p, err := s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 40, Wanted: day(0), Quotas: []atp.QuotaUse{{Quota: quota, Factor: 2}}})
	require.NoError(t, err)
	_, err = s.Reserve(noon(0), atp.Request{Key: "o1", Hold: time.Hour, Lines: p.Lines()})
	require.NoError(t, err)
	_, err = s.Commit(noon(0), "o1")
	require.NoError(t, err)
	_, err = s.Pick(noon(0), atp.Posting{Key: "o1", Document: "pick 1", Parts: []atp.Part{{Ref: quota, Quantity: 1}}})
	var request *atp.RequestError
	require.ErrorAs(t, err, &request)
	require.Equal(t, "Parts[0].Ref", request.Field)
	_, err = s.Pick(noon(0), postingOf("pick 1", ref, 10))
	require.NoError(t, err)
	used := func() atp.PeriodUsage {
		u, err := s.QuotaUsage(noon(0), quota)
		require.NoError(t, err)
		return u.Periods[0]
	}
	require.EqualValues(t, 80, used().Committed)
	_, err = s.Decrease(noon(0), atp.Decrease{Key: "o1", Document: "change 1", Ref: ref, To: 25})
	require.NoError(t, err)
	require.EqualValues(t, 50, used().Committed)
	_, err = s.Consume(noon(0), postingOf("shipment 1", ref, 10))
	require.NoError(t, err)
	require.EqualValues(t, 30, used().Committed)
	require.EqualValues(t, 20, used().Used)
}

func TestPickBadInput(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10, supply{3, 10})
	other := stocked(t, s, "B", 10)
	claimed(t, s, "o1", ref, 4, 15)
	_, err := s.Reserve(noon(0), atp.Request{Key: "held", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(4), Quantity: 2}}})
	require.NoError(t, err)
	before := s.State(noon(0))
	held := func(p atp.Posting) atp.Posting {
		p.Key = "held"
		return p
	}
	pick := func(p atp.Posting) error { _, err := s.Pick(noon(0), p); return err }
	unpick := func(p atp.Posting) error { _, err := s.Unpick(noon(0), p); return err }
	decrease := func(d atp.Decrease) error { _, err := s.Decrease(noon(0), d); return err }
	var (
		request  *atp.RequestError
		state    *atp.StateError
		shortage *atp.ShortageError
		unknown  *atp.UnknownKeyError
	)
	for name, c := range map[string]struct {
		err  error
		want any
	}{
		"pick without a document":     {pick(atp.Posting{Key: "o1"}), &request},
		"pick for nobody":             {pick(atp.Posting{Key: "nobody", Document: "1"}), &unknown},
		"pick for a hold":             {pick(held(postingOf("1", ref, 1))), &state},
		"pick 0":                      {pick(postingOf("1", ref, 0)), &request},
		"pick another item":           {pick(postingOf("1", other, 1)), &shortage},
		"pick more than is open":      {pick(postingOf("1", ref, 16)), &shortage},
		"pick more than is there":     {pick(postingOf("1", ref, 11)), &shortage},
		"pick all, more than there":   {pick(atp.Posting{Key: "o1", Document: "1"}), &shortage},
		"unpick without a document":   {unpick(atp.Posting{Key: "o1"}), &request},
		"unpick what is not picked":   {unpick(postingOf("1", ref, 1)), &shortage},
		"unpick nothing":              {unpick(atp.Posting{Key: "o1", Document: "1"}), &state},
		"unpick for a hold":           {unpick(held(postingOf("1", ref, 1))), &state},
		"decrease without a document": {decrease(atp.Decrease{Key: "o1", Ref: ref}), &request},
		"decrease of nothing":         {decrease(atp.Decrease{Key: "o1", Document: "1"}), &request},
		"decrease below 0":            {decrease(atp.Decrease{Key: "o1", Document: "1", Ref: ref, To: -1}), &request},
		"decrease to more":            {decrease(atp.Decrease{Key: "o1", Document: "1", Ref: ref, To: 16}), &request},
		"decrease of another item":    {decrease(atp.Decrease{Key: "o1", Document: "1", Ref: other}), &request},
		"decrease for nobody":         {decrease(atp.Decrease{Key: "nobody", Document: "1", Ref: ref}), &unknown},
	} {
		require.ErrorAs(t, c.err, c.want, name)
	}
	require.Equal(t, before, s.State(noon(0)))

	_, err = s.Decrease(noon(0), atp.Decrease{Key: "held", Document: "1", Ref: ref, To: 1})
	require.NoError(t, err, "a hold can be decreased")
	_, err = s.Pick(noon(0), postingOf("pick 1", ref, 3))
	require.NoError(t, err)
	before = s.State(noon(0))
	require.ErrorAs(t, pick(postingOf("pick 1", ref, 4)), new(*atp.KeyConflictError))
	require.ErrorAs(t, unpick(postingOf("pick 1", ref, 3)), new(*atp.KeyConflictError))
	require.ErrorAs(t, decrease(atp.Decrease{Key: "o1", Document: "pick 1", Ref: ref}), new(*atp.KeyConflictError))
	require.Equal(t, before, s.State(noon(0)))
}

// Lots are picked as they are consumed; of what is picked the first to expire leaves first and the last goes back first.
func TestPickLots(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	for i, lot := range []string{"L1", "L2", "L3"} {
		_, err := s.Count(noon(0), atp.Count{Ref: ref, Lot: lot, Expires: day(5 + i), Quantity: 4})
		require.NoError(t, err)
	}
	claimed(t, s, "o1", ref, 0, 10)
	lots := func(parts []atp.LotPart) map[string]int64 {
		got := map[string]int64{}
		for _, p := range parts {
			got[p.Lot] += p.Quantity
		}
		return got
	}
	picked, err := s.Pick(noon(0), postingOf("pick 1", ref, 6))
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"L1": 4, "L2": 2}, lots(picked.Lots))
	back, err := s.Unpick(noon(0), postingOf("back 1", ref, 3))
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"L1": 1, "L2": 2}, lots(back.Lots))
	named := postingOf("pick 2", ref, 2)
	named.Parts[0].Lot = "L3"
	_, err = s.Pick(noon(0), named)
	require.NoError(t, err)
	sent, err := s.Consume(noon(0), postingOf("shipment 1", ref, 7))
	require.NoError(t, err)
	require.Equal(t, []int64{5}, sent.Picked)
	require.Equal(t, []atp.LotPart{
		{Item: "milk", Site: "S1", Lot: "L1", Quantity: 3, Picked: true}, {Item: "milk", Site: "S1", Lot: "L1", Quantity: 1},
		{Item: "milk", Site: "S1", Lot: "L2", Quantity: 1}, {Item: "milk", Site: "S1", Lot: "L3", Quantity: 2, Picked: true},
	}, sent.Lots)
}

// What was picked of a line keeps its day in the answers, when all of it was unpicked and the line has moved since.
func TestPickingRepeatedAfterTheLineMoved(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 10)
	claimed(t, s, "o1", ref, 1, 5)
	picked, err := s.Pick(noon(0), atp.Posting{Key: "o1", Document: "pick 1"})
	require.NoError(t, err)
	unpicked, err := s.Unpick(noon(0), atp.Posting{Key: "o1", Document: "back 1"})
	require.NoError(t, err)
	run, err := s.Reschedule(noon(0), atp.Rescheduling{Key: "run", Changes: []atp.Change{{
		Key: "o1", Ref: ref, From: []atp.ScheduleLine{{Date: day(1), Quantity: 5}}, To: []atp.ScheduleLine{{Date: day(3), Quantity: 5}},
	}}})
	require.NoError(t, err)
	again, err := s.Pick(noon(0), atp.Posting{Key: "o1", Document: "pick 1"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	again.Replayed = false
	require.Equal(t, picked, again)
	require.ErrorAs(t, s.UndoUnpick(unpicked), new(*atp.StateError), "the line has moved since")
	require.NoError(t, s.UndoReschedule(run))
	require.NoError(t, s.UndoUnpick(unpicked))
	require.NoError(t, s.UndoPick(picked))
	require.EqualValues(t, 5, atpOn(t, s, noon(0), ref, 1))
}

// What a State says of a decrease is the caller's.
func TestStateKeepsNoDecrease(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 100)
	order(t, s, ref)
	d := atp.Decrease{Key: "o1", Document: "change 1", Ref: ref, To: 60}
	e, err := s.Decrease(noon(0), d)
	require.NoError(t, err)
	s.State(noon(0)).Reservations[0].Postings[0].Reduction.Became = 1
	state := s.State(noon(0))
	twin := newStock(t)
	require.NoError(t, twin.Restore(state))
	state.Reservations[0].Postings[0].Reduction.To = 1
	for _, s := range []*atp.Stock{s, twin} {
		d.Ref, err = s.Ref("A", "S1")
		require.NoError(t, err)
		again, err := s.Decrease(noon(0), d)
		require.NoError(t, err)
		require.Equal(t, e.Reduction, again.Reduction)
	}
}

// An event that puts back, or ships as picked, what was not picked is damaged.
func TestApplyLotsThatWereNotPicked(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "milk", 0)
	stockLot(t, s, ref, "L1", 10, 10)
	stockLot(t, s, ref, "L2", 10, 20)
	hold(t, s, "o1", atp.Line{Ref: ref, Date: day(0), Quantity: 5})
	_, err := s.Pick(noon(0), atp.Posting{Key: "o1", Document: "pick 1"})
	require.NoError(t, err)
	before := s.State(noon(0))
	lines := []atp.ReservedLine{{Item: "milk", Site: "S1", Date: day(0), Quantity: 5}}
	for _, lots := range [][]atp.LotPart{
		{{Item: "milk", Site: "S1", Lot: "L2", Quantity: 5, Picked: true}},
		{{Item: "milk", Site: "S1", Lot: "L1", Quantity: 4, Picked: true}, {Item: "milk", Site: "S1", Lot: "L2", Quantity: 1, Picked: true}},
	} {
		require.ErrorAs(t, s.Apply(atp.Consumed{
			Key: "o1", At: noon(0), Document: "shipment 1", Lines: lines, Picked: []int64{5}, Lots: lots,
		}), new(*atp.EventError))
		for i := range lots {
			lots[i].Picked = false
		}
		require.ErrorAs(t, s.Apply(atp.Unpicked{Key: "o1", At: noon(0), Document: "back 1", Lines: lines, Lots: lots}), new(*atp.EventError))
	}
	require.Empty(t, cmp.Diff(before, s.State(noon(0)), dates()))
}

// What a line on a lot has picked is that line's own: of L1 lie 3 for it, and the 4 for the line on no lot are of L2, so that
// no more than 3 of L1 go back.
func TestUnpickOfALotThatALineHas(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", 0)
	for lot, n := range map[string]int64{"L1": 3, "L2": 10} {
		_, err := s.Count(noon(0), atp.Count{Ref: ref, Lot: lot, Quantity: n, Expires: day(30)})
		require.NoError(t, err)
	}
	_, err := s.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: []atp.Line{
		{Ref: ref, Date: day(0), Quantity: 3, Lot: "L1"}, {Ref: ref, Date: day(0), Quantity: 4},
	}})
	require.NoError(t, err)
	_, err = s.Commit(noon(0), "k")
	require.NoError(t, err)
	_, err = s.Pick(noon(0), atp.Posting{Key: "k", Document: "P1"})
	require.NoError(t, err)
	before := s.State(noon(0))
	back := func(n int64) error {
		_, err := s.Unpick(noon(0), atp.Posting{Key: "k", Document: "U1", Parts: []atp.Part{{Ref: ref, Quantity: n, Lot: "L1"}}})
		return err
	}
	var short *atp.ShortageError
	require.ErrorAs(t, back(5), &short)
	require.EqualValues(t, 3, short.Lines[0].Available)
	require.Equal(t, before, s.State(noon(0)))
	require.NoError(t, back(3))
}
