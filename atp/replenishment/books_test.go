package replenishment_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/atp/replenishment"
	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/kernel/calendar"
)

var update = flag.Bool("update", false, "write the golden files anew")

func at(n int) time.Time { return day(n).UTC().Add(9 * time.Hour) }

func of(n int64) *int64 { return &n }

var pump = replenishment.Place{Customer: "ACME", Location: "S7", Item: "pump"}

// weekly reports one activity of pumps for days, both included.
func weekly(id string, from, to int, a replenishment.Activity) replenishment.Report {
	a.Location, a.Item = "S7", "pump"
	return replenishment.Report{
		ID: id, Customer: "ACME", From: day(from), To: day(to), Activities: []replenishment.Activity{a},
	}
}

func books(t testing.TB) *replenishment.Books {
	t.Helper()
	b, err := replenishment.New(replenishment.Config{Keep: 60})
	require.NoError(t, err)
	return b
}

// take takes in reports that no finding blocks, and gives the codes of the last one's.
func take(t testing.TB, b *replenishment.Books, reports ...replenishment.Report) []string {
	t.Helper()
	var codes []string
	for _, r := range reports {
		_, found, err := b.Take(at(400), r)
		require.NoError(t, err)
		codes = nil
		for _, f := range found {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

func TestTakeFindsContradictions(t *testing.T) {
	first := weekly("1", 0, 6, replenishment.Activity{Sold: 14, OnHand: of(20), OnOrder: of(5)})
	for name, c := range map[string]struct {
		next replenishment.Report
		want []string
	}{
		"nothing wrong":        {weekly("2", 7, 13, replenishment.Activity{Sold: 4, Received: 5, Returned: 1, Adjusted: -2, OnHand: of(20)}), nil},
		"the balance":          {weekly("2", 7, 13, replenishment.Activity{Sold: 4, OnHand: of(20)}), []string{"replenishment.balance"}},
		"the opening":          {weekly("2", 7, 13, replenishment.Activity{Sold: 4, Opening: of(18), OnHand: of(14)}), []string{"replenishment.opening"}},
		"a gap":                {weekly("2", 8, 13, replenishment.Activity{Sold: 4, OnHand: of(2)}), []string{"replenishment.gap"}},
		"below nothing":        {weekly("2", 7, 13, replenishment.Activity{Sold: 24, OnHand: of(-4)}), []string{"replenishment.negative"}},
		"received from nobody": {weekly("2", 7, 13, replenishment.Activity{Received: 6, OnHand: of(26)}), []string{"replenishment.received"}},
		"an overlap":           {weekly("2", 6, 13, replenishment.Activity{Sold: 4}), []string{"replenishment.overlap"}},
		"before all":           {weekly("2", -7, -1, replenishment.Activity{Sold: 4, OnHand: of(34)}), nil},
		"within":               {weekly("2", 2, 3, replenishment.Activity{Sold: 4}), []string{"replenishment.overlap"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := books(t)
			require.Nil(t, take(t, b, first))
			before := b.State()
			e, found, err := b.Take(at(20), c.next)
			require.NoError(t, err)
			var codes []string
			for _, f := range found {
				codes = append(codes, f.Code)
				require.Contains(t, f.Path, "activities[0]")
			}
			require.Equal(t, c.want, codes)
			require.Equal(t, found.Blocks(), len(e.Activities) == 0)
			if found.Blocks() {
				require.Equal(t, before.Places, b.State().Places)
			}
		})
	}
	require.Equal(t, []string{"replenishment.balance"},
		take(t, books(t), weekly("1", 0, 6, replenishment.Activity{Sold: 14, Opening: of(30), OnHand: of(20)})))
}

// A period that does not report stock is bridged by what moved in it.
func TestTakeBridgesWhatWasNotCounted(t *testing.T) {
	b := books(t)
	take(t, b, weekly("1", 0, 6, replenishment.Activity{OnHand: of(20)}), weekly("2", 7, 13, replenishment.Activity{Sold: 6}))
	require.Nil(t, take(t, b, weekly("3", 14, 20, replenishment.Activity{Sold: 4, OnHand: of(10)})))
	s, err := b.Stand(pump)
	require.NoError(t, err)
	require.Equal(t, day(20), s.Counted)

	b = books(t)
	take(t, b, weekly("1", 0, 6, replenishment.Activity{OnHand: of(20)}), weekly("2", 7, 13, replenishment.Activity{Sold: 6}))
	require.Equal(t, []string{"replenishment.opening", "replenishment.balance"},
		take(t, b, weekly("3", 14, 20, replenishment.Activity{Sold: 4, Opening: of(13), OnHand: of(8)})))
	s, err = b.Stand(pump)
	require.NoError(t, err)
	require.Equal(t, int64(8), s.OnHand)
}

// A finding says the figures.
func TestTakeSaysTheFigures(t *testing.T) {
	b := books(t)
	take(t, b, weekly("1", 0, 6, replenishment.Activity{OnHand: of(20)}))
	_, found, err := b.Take(at(20), weekly("2", 7, 13, replenishment.Activity{Sold: 4, Received: 12, Adjusted: -3, OnHand: of(24)}))
	require.NoError(t, err)
	require.Equal(t, "stock on hand is 24; 20 + 12 received + 0 returned -3 adjusted - 4 sold come to 25", found[0].Message)
}

func TestTakeKnowsAReportAgain(t *testing.T) {
	b := books(t)
	r := weekly("1", 0, 6, replenishment.Activity{Sold: 14})
	r.Activities = append(r.Activities, replenishment.Activity{Location: "S1", Item: "pump", Sold: 3})
	first, _, err := b.Take(at(7), r)
	require.NoError(t, err)
	require.Equal(t, "S1", first.Activities[0].Location, "the event is in order")
	state := b.State()

	slices.Reverse(r.Activities)
	again, found, err := b.Take(at(8), r)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Empty(t, found)
	require.Equal(t, state, b.State())

	r.Activities[0].Sold++
	_, _, err = b.Take(at(8), r)
	var conflict *replenishment.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, state, b.State())
}

func TestTakeRefuses(t *testing.T) {
	b := books(t)
	take(t, b, weekly("1", 100, 106, replenishment.Activity{Sold: 14}))
	state := b.State()
	good := weekly("2", 107, 113, replenishment.Activity{Sold: 14})
	for field, change := range map[string]func(*replenishment.Report){
		"ID":                      func(r *replenishment.Report) { r.ID = "" },
		"Customer":                func(r *replenishment.Report) { r.Customer = "" },
		"From":                    func(r *replenishment.Report) { r.From = calendar.Date{} },
		"Activities[0].Sold":      func(r *replenishment.Report) { r.Activities[0].Sold = -1 },
		"Activities[0].OnHand":    func(r *replenishment.Report) { r.Activities[0].OnHand = of(1e13) },
		"Activities[0].Item":      func(r *replenishment.Report) { r.Activities[0].Item = "" },
		"Activities[0].Location":  func(r *replenishment.Report) { r.Activities[0].Location = "" },
		"Activities[1]":           func(r *replenishment.Report) { r.Activities = append(r.Activities, r.Activities[0]) },
		"Activities[0].Requested": func(r *replenishment.Report) { r.Activities[0].Requested = -1 },
	} {
		t.Run(field, func(t *testing.T) {
			r := good
			r.Activities = slices.Clone(r.Activities)
			change(&r)
			_, _, err := b.Take(at(200), r)
			var bad *replenishment.RequestError
			require.ErrorAs(t, err, &bad)
			require.Equal(t, field, bad.Field, err.Error())
			require.Equal(t, state, b.State())
		})
	}
	for name, r := range map[string]replenishment.Report{
		"backwards":  weekly("2", 110, 108, replenishment.Activity{}),
		"a long one": weekly("2", 110, 110+366, replenishment.Activity{}),
		"tomorrow":   weekly("2", 110, 201+1, replenishment.Activity{}),
	} {
		_, _, err := b.Take(at(200), r)
		var bad *replenishment.RequestError
		require.ErrorAs(t, err, &bad, name)
		require.Equal(t, "To", bad.Field)
	}
	for _, r := range []replenishment.Report{
		weekly("2", 40, 45, replenishment.Activity{}), weekly("2", 40, 107, replenishment.Activity{}),
	} {
		_, _, err := b.Take(at(200), r)
		var bad *replenishment.RequestError
		require.ErrorAs(t, err, &bad)
		require.Equal(t, "From", bad.Field, "lies before what is kept")
	}
	require.Equal(t, state, b.State())
}

// A state whose periods are of a customer that it does not have is refused, and not restored half.
func TestRestoreNeedsTheCustomers(t *testing.T) {
	b := books(t)
	require.Error(t, b.Restore(replenishment.State{Places: []replenishment.PlaceState{{
		Place: pump, Periods: []replenishment.PeriodState{{From: day(0), To: day(0), Report: "r", Activity: replenishment.Activity{Location: pump.Location, Item: pump.Item}}},
	}}}))
}

func TestOrderCountsUntilItIsReceived(t *testing.T) {
	b := books(t)
	take(t, b, weekly("1", 0, 6, replenishment.Activity{Sold: 14, OnHand: of(4)}))
	policy := replenishment.Policy{Min: 10, Max: 40, Lead: 2}
	p, err := b.Propose(day(7), pump, policy)
	require.NoError(t, err)
	require.Equal(t, int64(36), p.Quantity)
	first := replenishment.Shipment{Place: pump, Document: "SO-1", Date: day(7), Quantity: 36}
	e, err := b.Order(at(7), first)
	require.NoError(t, err)
	require.False(t, e.Replayed)
	e, err = b.Order(at(8), first)
	require.NoError(t, err)
	require.True(t, e.Replayed)

	p, err = b.Propose(day(8), pump, policy)
	require.NoError(t, err)
	require.Equal(t, int64(36), p.OnOrder)
	require.Equal(t, replenishment.Enough, p.Reason)

	take(t, b, weekly("2", 7, 13, replenishment.Activity{Sold: 10, Received: 30, OnHand: of(24)}))
	s, err := b.Stand(pump)
	require.NoError(t, err)
	require.Equal(t, replenishment.Position{OnHand: 24, OnOrder: 6}, s.Position)

	first.Quantity = 30 // the rest will never come
	e, err = b.Order(at(14), first)
	require.NoError(t, err)
	require.Equal(t, uint64(2), e.Revision)
	s, err = b.Stand(pump)
	require.NoError(t, err)
	require.Zero(t, s.OnOrder)

	first.Date = day(9)
	_, err = b.Order(at(14), first)
	var conflict *replenishment.ConflictError
	require.ErrorAs(t, err, &conflict)
	for _, bad := range []replenishment.Shipment{
		{Document: "x", Date: day0, Quantity: 1}, {Place: pump, Date: day0}, {Place: pump, Document: "x"},
		{Place: pump, Document: "x", Date: day0, Quantity: -1},
	} {
		_, err = b.Order(at(14), bad)
		var refused *replenishment.RequestError
		require.ErrorAs(t, err, &refused)
	}
}

// What the customer asks for is proposed on any day, whatever the policy says, and once.
func TestRequestedQuantityOverridesThePolicy(t *testing.T) {
	b := books(t)
	take(t, b, weekly("1", 0, 6, replenishment.Activity{OnHand: of(100), Requested: 25}))
	policy := replenishment.Policy{Min: 10, Max: 40, Pack: 10, Review: reviews(t)}
	p, err := b.Propose(day(8), pump, policy) // a Tuesday
	require.NoError(t, err)
	require.Equal(t, int64(30), p.Quantity)
	require.Equal(t, replenishment.Requested, p.Reason)
	require.Equal(t, "order 30 of pump for S7 on 2026-03-10: the customer asks for 25", p.String())
	_, err = b.Order(at(8), replenishment.Shipment{Place: pump, Document: "SO", Date: day(8), Quantity: 30})
	require.NoError(t, err)
	p, err = b.Propose(day(8), pump, policy)
	require.NoError(t, err)
	require.Equal(t, replenishment.NotReviewed, p.Reason)
}

func TestDemandCountsTheDaysThatItShould(t *testing.T) {
	b := books(t)
	take(t, b,
		weekly("1", 0, 6, replenishment.Activity{Sold: 14, OnHand: of(3)}),
		weekly("2", 7, 9, replenishment.Activity{Sold: 5, Returned: 2, OnHand: of(0)}),
		weekly("3", 10, 12, replenishment.Activity{OnHand: of(0)}), // out of stock
		weekly("4", 20, 23, replenishment.Activity{Sold: 4, OnHand: of(9)}),
		replenishment.Report{ID: "5", Customer: "ACME", From: day(24), To: day(27)}, // does not mention the pump
	)
	for name, c := range map[string]struct {
		policy replenishment.Policy
		today  int
		want   replenishment.Rate
	}{
		"reported days":          {replenishment.Policy{Max: 1}, 27, replenishment.Rate{Units: 21, Days: 17}},
		"without out of stock":   {replenishment.Policy{Max: 1, SkipOutOfStock: true}, 27, replenishment.Rate{Units: 21, Days: 14}},
		"silent days too":        {replenishment.Policy{Max: 1, Silent: true}, 27, replenishment.Rate{Units: 21, Days: 28}},
		"silent, not out":        {replenishment.Policy{Max: 1, Silent: true, SkipOutOfStock: true}, 27, replenishment.Rate{Units: 21, Days: 25}},
		"a shorter window":       {replenishment.Policy{Max: 1, Window: 20}, 27, replenishment.Rate{Units: 7, Days: 10}},
		"nothing in the window":  {replenishment.Policy{Max: 1, Window: 3}, 27, replenishment.Rate{}},
		"what is known by a day": {replenishment.Policy{Max: 1}, 12, replenishment.Rate{Units: 17, Days: 13}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := b.Demand(day(c.today), pump, c.policy)
			require.NoError(t, err)
			require.Equal(t, c.want, r)
		})
	}
}

func TestProposalsAreInOrder(t *testing.T) {
	b := books(t)
	for i, c := range []string{"B", "A"} {
		_, _, err := b.Take(at(7), replenishment.Report{ID: fmt.Sprint(i), Customer: c, From: day(0), To: day(6), Activities: []replenishment.Activity{
			{Location: "2", Item: "x", OnHand: of(1)}, {Location: "1", Item: "y", OnHand: of(1)}, {Location: "1", Item: "x", OnHand: of(9)},
		}})
		require.NoError(t, err)
	}
	all, err := b.Proposals(day(7), func(p replenishment.Place) (replenishment.Policy, bool) {
		return replenishment.Policy{Min: 5, Max: 10}, p.Customer != "C"
	})
	require.NoError(t, err)
	var places []replenishment.Place
	for _, p := range all {
		require.Equal(t, int64(9), p.Quantity)
		places = append(places, p.Place)
	}
	require.Equal(t, []replenishment.Place{{"A", "1", "y"}, {"A", "2", "x"}, {"B", "1", "y"}, {"B", "2", "x"}}, places)
	_, err = b.Proposals(day(7), func(replenishment.Place) (replenishment.Policy, bool) { return replenishment.Policy{}, true })
	require.Error(t, err)
	p, err := b.Propose(day(27), all[0].Place, replenishment.Policy{Min: 5, Max: 10, Stale: 14})
	require.NoError(t, err)
	require.Equal(t, replenishment.Stale, p.Reason)
	require.Equal(t, "order nothing of y for 1 on 2026-03-29: the last report is of 2026-03-08", p.String())
	_, err = b.Propose(day(7), replenishment.Place{Customer: "Z"}, replenishment.Policy{Max: 1})
	var unknown *replenishment.UnknownPlaceError
	require.ErrorAs(t, err, &unknown)
}

// model keeps every report and order and answers by definition, day by day.
type model struct {
	reports []replenishment.Reported
	orders  map[string]replenishment.Ordered
}

// on finds the activity of pumps that has a day.
func (m *model) on(d calendar.Date) (replenishment.Reported, *replenishment.Activity) {
	for _, r := range m.reports {
		if !d.Before(r.From) && !d.After(r.To) && len(r.Activities) == 1 {
			return r, &r.Activities[0]
		}
	}
	return replenishment.Reported{}, nil
}

func (m *model) last() int {
	for n := 120; ; n-- {
		if _, a := m.on(day(n)); a != nil {
			return n
		}
	}
}

func (m *model) onHand() int64 {
	var sum int64
	for n := m.last(); n >= 0; n-- {
		r, a := m.on(day(n))
		if a == nil || r.To != day(n) {
			continue
		}
		if a.OnHand != nil {
			return sum + *a.OnHand
		}
		sum += a.Received + a.Returned + a.Adjusted - a.Sold
	}
	return sum
}

func (m *model) onOrder() int64 {
	var open, received int64
	for n := m.last(); n >= 0; n-- {
		r, a := m.on(day(n))
		if a == nil || r.To != day(n) {
			continue
		}
		if a.OnOrder != nil {
			for _, o := range m.orders {
				if o.Date.After(day(n)) {
					open += o.Quantity
				}
			}
			return max(open+*a.OnOrder-received, 0)
		}
		received += a.Received
	}
	first := day(1000)
	for _, o := range m.orders {
		open += o.Quantity
		if o.Date.Before(first) {
			first = o.Date
		}
	}
	for _, r := range m.reports {
		if len(r.Activities) == 1 && !r.To.Before(first) {
			open -= r.Activities[0].Received
		}
	}
	return max(open, 0)
}

func (m *model) demand(today, window int) replenishment.Rate {
	var r replenishment.Rate
	for _, e := range m.reports {
		if len(e.Activities) == 1 && !e.To.Before(day(today-window+1)) && !e.To.After(day(today)) {
			r.Units += e.Activities[0].Sold - e.Activities[0].Returned
			r.Days += int64(e.To.Sub(e.From)) + 1
		}
	}
	if r.Units <= 0 {
		return replenishment.Rate{}
	}
	return r
}

// TestBooksAgainstModel drives books at random, compares every answer with the model, and rebuilds the books from events in
// any order, and from a snapshot.
func TestBooksAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, err := replenishment.New(replenishment.Config{Keep: 400})
		require.NoError(t, err)
		m := model{orders: make(map[string]replenishment.Ordered)}
		var events []any
		maybe := func(name string) *int64 {
			if n := rapid.Int64Range(-10, 20).Draw(t, name); n >= 0 {
				return &n
			}
			return nil
		}
		for i := range rapid.IntRange(1, 30).Draw(t, "steps") {
			if rapid.IntRange(0, 2).Draw(t, "what") == 0 {
				o := replenishment.Shipment{
					Place: pump, Document: fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "document")),
					Date: day(rapid.IntRange(0, 60).Draw(t, "on")), Quantity: rapid.Int64Range(0, 9).Draw(t, "quantity"),
				}
				if was, ok := m.orders[o.Document]; ok {
					o.Date = was.Date
				}
				e, err := b.Order(at(100), o)
				require.NoError(t, err)
				if !e.Replayed {
					events = append(events, e)
				}
				m.orders[o.Document] = e
				continue
			}
			from := rapid.IntRange(0, 50).Draw(t, "from")
			r := weekly(fmt.Sprint(i), from, from+rapid.IntRange(0, 7).Draw(t, "days"), replenishment.Activity{
				Sold: rapid.Int64Range(0, 20).Draw(t, "sold"), Returned: rapid.Int64Range(0, 3).Draw(t, "returned"),
				Received: rapid.Int64Range(0, 9).Draw(t, "received"), Adjusted: rapid.Int64Range(-3, 3).Draw(t, "adjusted"),
				OnHand: maybe("on hand"), OnOrder: maybe("on order"),
			})
			taken := true
			for n := from; n <= r.To.Sub(day0); n++ {
				if _, a := m.on(day(n)); a != nil {
					taken = false
				}
			}
			e, found, err := b.Take(at(100), r)
			require.NoError(t, err)
			require.Equal(t, taken, !found.Blocks())
			require.Equal(t, taken, len(e.Activities) == 1)
			m.reports = append(m.reports, e)
			events = append(events, e)
		}
		if st, err := b.Stand(pump); err == nil {
			require.Equal(t, day(m.last()), st.AsOf)
			require.Equal(t, m.onHand(), st.OnHand)
			require.Equal(t, m.onOrder(), st.OnOrder)
			today, window := rapid.IntRange(0, 70).Draw(t, "today"), rapid.IntRange(1, 60).Draw(t, "window")
			got, err := b.Demand(day(today), pump, replenishment.Policy{Max: 1, Window: window})
			require.NoError(t, err)
			require.Equal(t, m.demand(today, window), got)
		}
		rebuilt(t, b, rapid.Permutation(append(slices.Clone(events), events...)).Draw(t, "order"))
	})
}

// rebuilt compares books with others that take in the events, as journalled, and with a snapshot as JSON.
func rebuilt(t *rapid.T, b *replenishment.Books, events []any) {
	want := b.State()
	other, err := replenishment.New(replenishment.Config{Keep: 400})
	require.NoError(t, err)
	for _, e := range events {
		require.NoError(t, other.Apply(e))
	}
	require.Equal(t, want, other.State())
	text, err := json.Marshal(want)
	require.NoError(t, err)
	var state replenishment.State
	require.NoError(t, json.Unmarshal(text, &state))
	third, err := replenishment.New(replenishment.Config{Keep: 400})
	require.NoError(t, err)
	require.NoError(t, third.Restore(state))
	for _, e := range events {
		require.NoError(t, third.Apply(e))
	}
	require.Equal(t, want, third.State())
	require.ErrorIs(t, third.Restore(state), replenishment.ErrNotEmpty)
}

// Old periods, orders and ids go, in whatever order the events come.
func TestBooksForgetInAnyOrder(t *testing.T) {
	b := books(t) // 60 days
	var events []any
	for n := range 40 {
		r := weekly(fmt.Sprint(n), 7*n, 7*n+6, replenishment.Activity{Sold: int64(n)})
		if n%3 == 1 {
			r.Activities[0].Item = "other"
		}
		e, _, err := b.Take(at(300), r)
		require.NoError(t, err)
		o, err := b.Order(at(300), replenishment.Shipment{Place: pump, Document: fmt.Sprint(n), Date: day(7 * n), Quantity: 1})
		require.NoError(t, err)
		events = append(events, e, o)
	}
	want := b.State()
	require.Len(t, want.Reports, 9)
	require.Len(t, want.Places, 2)
	require.Less(t, len(want.Places[1].Periods), 9)
	require.Less(t, len(want.Places[1].Orders), 10)
	rapid.Check(t, func(t *rapid.T) {
		other, err := replenishment.New(replenishment.Config{Keep: 60})
		require.NoError(t, err)
		for _, e := range rapid.Permutation(events).Draw(t, "order") {
			require.NoError(t, other.Apply(e))
		}
		require.Equal(t, want, other.State())
	})
}

func TestApplyRefuses(t *testing.T) {
	b := books(t)
	taken, _, err := b.Take(at(20), weekly("1", 0, 6, replenishment.Activity{Sold: 1}))
	require.NoError(t, err)
	state := b.State()
	other := taken
	other.Digest = "x"
	overlap := taken
	overlap.ID = "2"
	for name, e := range map[string]any{
		"another event":     struct{}{},
		"another content":   other,
		"an overlap":        overlap,
		"no id":             replenishment.Reported{Customer: "ACME", From: day0, To: day0, Digest: "x"},
		"no day":            replenishment.Reported{ID: "1", Customer: "ACME"},
		"no place":          replenishment.Ordered{Document: "1", Revision: 1, Date: day0},
		"below 0":           replenishment.Ordered{Place: pump, Document: "1", Revision: 1, Date: day0, Quantity: -1},
		"no revision":       replenishment.Ordered{Place: pump, Document: "1", Date: day0},
		"a pointer, not it": &taken,
	} {
		t.Run(name, func(t *testing.T) {
			var bad *replenishment.EventError
			require.ErrorAs(t, b.Apply(e), &bad)
			require.NotEmpty(t, bad.Error())
			require.Equal(t, state, b.State())
		})
	}
	for name, st := range map[string]replenishment.State{
		"a report without id": {Reports: []replenishment.ReportState{{Customer: "A", To: day0, Digest: "x"}}},
		"an overlap": {Places: []replenishment.PlaceState{{Place: pump, Periods: []replenishment.PeriodState{
			{From: day(0), To: day(1), Activity: taken.Activities[0]}, {From: day(1), To: day(1), Activity: taken.Activities[0]},
		}}}},
		"another place": {Places: []replenishment.PlaceState{{Place: replenishment.Place{Customer: "A"}, Periods: []replenishment.PeriodState{
			{From: day(0), To: day(1), Activity: taken.Activities[0]},
		}}}},
		"an order without document": {Places: []replenishment.PlaceState{{Place: pump, Orders: []replenishment.Ordered{{Place: pump, Revision: 1}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			fresh := books(t)
			var bad *replenishment.EventError
			require.ErrorAs(t, fresh.Restore(st), &bad)
			require.Empty(t, fresh.State().Places)
			require.NoError(t, fresh.Restore(state))
		})
	}
	_, err = replenishment.New(replenishment.Config{Keep: -1})
	require.Error(t, err)
}

func TestGoldenEvents(t *testing.T) {
	journaltest.Golden(t, replenishment.Events(), filepath.Join("testdata", "events"), *update,
		replenishment.Reported{
			ID: "852-1", Customer: "ACME", At: at(7), From: day(0), To: day(6), Digest: "5f70bf18a086007016e948b04aed3b82103a36be",
			Activities: []replenishment.Activity{{
				Location: "S7", Item: "pump", Sold: 14, Returned: 1, Received: 6, Adjusted: -1, Opening: of(20), OnHand: of(12), OnOrder: of(0),
				Committed: 2, Requested: 5,
			}},
		},
		replenishment.Ordered{Place: pump, Document: "SO-1", Revision: 2, At: at(7), Date: day(7), Quantity: 30},
	)
}

func TestMethodText(t *testing.T) {
	for _, m := range []replenishment.Method{replenishment.MinMax, replenishment.OrderUpTo, replenishment.ReorderPoint} {
		text, err := m.MarshalText()
		require.NoError(t, err)
		var back replenishment.Method
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, m, back)
	}
	_, err := replenishment.Method(7).MarshalText()
	require.Error(t, err)
	var m replenishment.Method
	require.Error(t, m.UnmarshalText([]byte("kanban")))
}
