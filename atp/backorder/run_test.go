package backorder_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// day gives the n-th day of the tests' time scale; day 0 is a Monday.
func day(n int) calendar.Date { return calendar.MustDate("2026-03-02").AddDays(n) }

// noon gives an instant of the n-th day, in UTC.
func noon(n int) time.Time { return day(n).UTC().Add(12 * time.Hour) }

func newStock(t testing.TB, sites ...string) *atp.Stock {
	t.Helper()
	if sites == nil {
		sites = []string{"S1", "S2"}
	}
	var config atp.Config
	for _, id := range sites {
		c, err := calendar.New(calendar.Config{Name: id, Location: time.UTC, Week: calendar.EveryDay()})
		require.NoError(t, err)
		config.Sites = append(config.Sites, atp.Site{ID: id, Calendar: c})
	}
	s, err := atp.New(config)
	require.NoError(t, err)
	return s
}

// supply is a receipt of a test: a quantity due on a day.
type supply struct {
	day      int
	quantity int64
}

func stocked(t testing.TB, s *atp.Stock, item, site string, onHand int64, receipts ...supply) atp.Ref {
	t.Helper()
	ref, _, err := s.Define(noon(0), atp.Definition{Item: item, Site: site})
	require.NoError(t, err)
	_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: onHand})
	require.NoError(t, err)
	for i, r := range receipts {
		_, err = s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: fmt.Sprintf("PO-%d", i+1), Type: atp.PurchaseOrder, Due: day(r.day), Quantity: r.quantity,
		})
		require.NoError(t, err)
	}
	return ref
}

// confirmed reserves quantities for good whether or not supply covers them, as a journal would bring them in.
func confirmed(t testing.TB, s *atp.Stock, key string, ref atp.Ref, lines ...supply) {
	t.Helper()
	confirmedAs(t, s, key, ref, false, lines...)
}

// confirmedAs is confirmed for a reservation that may touch the safety stock.
func confirmedAs(t testing.TB, s *atp.Stock, key string, ref atp.Ref, safety bool, lines ...supply) {
	t.Helper()
	made := atp.Reserved{Key: key, At: noon(0), Expires: noon(0).Add(time.Hour), SafetyStock: safety}
	for _, l := range lines {
		if l.quantity > 0 {
			made.Lines = append(made.Lines, atp.ReservedLine{Item: ref.Item(), Site: ref.Site(), Date: day(l.day), Quantity: l.quantity})
		}
	}
	if len(made.Lines) > 0 {
		require.NoError(t, s.Apply(made))
		require.NoError(t, s.Apply(atp.Committed{Key: key, At: noon(0)}))
	}
}

var anyParts = atp.Partial{AtMost: atp.AnyNumber}

// five are the lines of the worked figures, in priority order.
func five(t testing.TB, supplied int64) (*atp.Stock, []backorder.Line) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", supplied)
	var lines []backorder.Line
	for i, l := range []struct {
		id             string
		strategy       backorder.Strategy
		quantity, held int64
	}{
		{"W", backorder.Win, 40, 0}, {"G", backorder.Gain, 30, 20}, {"R", backorder.Redistribute, 50, 50},
		{"F", backorder.Fill, 30, 20}, {"L", backorder.Lose, 20, 10},
	} {
		confirmed(t, s, "order "+l.id, ref, supply{0, l.held})
		lines = append(lines, backorder.Line{
			ID: l.id, Key: "order " + l.id, Ref: ref, Quantity: l.quantity, Wanted: day(0), Strategy: l.strategy, Priority: 9 - i,
			Partial: anyParts, Class: l.id,
		})
	}
	return s, lines
}

// atp.md: backorders. ATP-4.
func TestStrategies(t *testing.T) {
	for supplied, want := range map[int64][]int64{100: {40, 30, 30, 0, 0}, 130: {40, 30, 50, 10, 0}, 175: {40, 30, 50, 20, 10}} {
		s, lines := five(t, supplied)
		p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
		require.NoError(t, err)
		require.True(t, p.Feasible())
		var got []int64
		for i := range p.Results {
			require.Equal(t, lines[i].ID, p.Results[i].Line.ID, "in the order of service")
			got = append(got, quantity(p.Results[i].After))
		}
		require.Equal(t, want, got, "supply %d", supplied)
		_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
		require.NoError(t, err)
		for i, id := range []string{"W", "G", "R", "F", "L"} {
			r, err := s.Reservation(noon(0), "order "+id)
			require.NoError(t, err)
			var open int64
			for _, l := range r.Lines {
				open += l.Quantity
			}
			require.Equal(t, want[i], open)
		}
	}
}

func quantity(lines []atp.ScheduleLine) (n int64) {
	for _, l := range lines {
		n += l.Quantity
	}
	return n
}

// atp.md: an infeasible backorder run gives the shortage and changes nothing. Feasible when the wins plus the gains' old
// quantities fit: 40 + 20.
func TestInfeasibleChangesNothing(t *testing.T) {
	s, lines := five(t, 60)
	p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	require.True(t, p.Feasible())

	s, lines = five(t, 59)
	before := s.State(noon(0))
	p, err = backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	require.False(t, p.Feasible())
	require.Equal(t, []backorder.Exception{
		{ID: "G", Item: "A", Site: "S1", Strategy: backorder.Gain, Date: day(0), Requested: 20, Available: 19},
	}, p.Exceptions)
	require.Empty(t, p.Diff())
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.ErrorIs(t, err, backorder.ErrInfeasible)
	require.Equal(t, before, s.State(noon(0)))

	// Apart: another item goes on.
	other := stocked(t, s, "B", "S2", 5)
	lines = append(lines, backorder.Line{ID: "X", Key: "X", Ref: other, Quantity: 5, Wanted: day(0)})
	p, err = backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	require.Empty(t, p.Diff())
	p, err = backorder.Compute(noon(0), s, lines, backorder.Options{Apart: true})
	require.NoError(t, err)
	require.False(t, p.Feasible())
	require.Len(t, p.Diff(), 1)
	require.Equal(t, backorder.Infeasible, p.Results[0].Standing)
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.NoError(t, err)
	_, err = s.Reservation(noon(0), "X")
	require.NoError(t, err)
}

// A win is full on its day or not at all, even where it could be had a day later.
func TestWinIsOnTime(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10, supply{5, 10})
	line := backorder.Line{ID: "W", Key: "W", Ref: ref, Quantity: 15, Wanted: day(4), Strategy: backorder.Win}
	p, err := backorder.Compute(noon(0), s, []backorder.Line{line}, backorder.Options{})
	require.NoError(t, err)
	require.Equal(t, []backorder.Exception{
		{ID: "W", Item: "A", Site: "S1", Strategy: backorder.Win, Date: day(4), Requested: 15, Available: 10},
	}, p.Exceptions)
	line.Wanted = day(5)
	p, err = backorder.Compute(noon(0), s, []backorder.Line{line}, backorder.Options{})
	require.NoError(t, err)
	require.True(t, p.Feasible())
	require.Equal(t, []atp.ScheduleLine{{Date: day(5), Quantity: 15}}, p.Results[0].After)
}

// The diff says who gains, who loses and by how many days, the reasons what a line lost to, the summary what a class has.
func TestDiffReasonsAndSummary(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10, supply{5, 10})
	confirmed(t, s, "low", ref, supply{0, 10})
	confirmed(t, s, "high", ref, supply{5, 6})
	lines := []backorder.Line{
		{ID: "1", Key: "low", Ref: ref, Quantity: 10, Wanted: day(0), Partial: anyParts, Class: "C"},
		{ID: "2", Key: "high", Ref: ref, Quantity: 8, Wanted: day(0), Partial: anyParts, Priority: 1, Class: "A"},
		{ID: "3", Key: "new", Ref: ref, Quantity: 9, Wanted: day(0), Partial: anyParts, Priority: -1, Class: "C"},
	}
	p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	diff := p.Diff()
	require.Len(t, diff, 3)
	high, low, fresh := diff[0], diff[1], diff[2]
	require.Equal(t, []string{"2", "1", "3"}, []string{high.Line.ID, low.Line.ID, fresh.Line.ID})
	require.Equal(t, int64(2), high.Gained())
	require.Equal(t, -5, high.DaysLater())
	require.Nil(t, p.Why(high))
	require.Equal(t, []atp.ScheduleLine{{Date: day(0), Quantity: 2}, {Date: day(5), Quantity: 8}}, low.After)
	require.Zero(t, low.Gained())
	require.Equal(t, 5, low.DaysLater())
	require.Equal(t, 5, low.DaysLate())
	require.Equal(t, &backorder.Reason{Tightest: day(0), LostTo: []string{"2"}}, p.Why(low))
	require.Equal(t, int64(2), fresh.Gained())
	require.Equal(t, int64(7), fresh.Short())
	require.Equal(t, &backorder.Reason{Tightest: day(0), LostTo: []string{"2", "1"}}, p.Why(fresh))
	require.Equal(t, []backorder.ClassSummary{
		{Class: "A", Lines: 1, Changed: 1, More: 1, Earlier: 1, Asked: 8, Before: 6, After: 8, OnTimeAfter: 1},
		{Class: "C", Lines: 2, Changed: 2, More: 1, Later: 1, Asked: 19, Before: 10, After: 12, OnTimeBefore: 1},
	}, p.Summary())
}

// What others do between a run and its commit makes the plan stale, or leaves too little for it; both are errors, and
// nothing changes.
func TestStalePlan(t *testing.T) {
	s, lines := five(t, 130)
	p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	_, err = s.Release(noon(0), atp.Posting{Key: "order R", Document: "change", Parts: []atp.Part{{Ref: lines[0].Ref, Quantity: 1}}})
	require.NoError(t, err)
	_, err = s.Release(noon(0), atp.Posting{Key: "order F", Document: "change", Parts: []atp.Part{{Ref: lines[0].Ref, Quantity: 1}}})
	require.NoError(t, err)
	before := s.State(noon(0))
	var stale *atp.StaleError
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.ErrorAs(t, err, &stale)
	require.Len(t, stale.Lines, 1, "R keeps what it has and is not part of the commit")
	require.Equal(t, "order F", stale.Lines[0].Key)
	require.Equal(t, before, s.State(noon(0)))

	p, err = backorder.Compute(noon(0), s, lines, backorder.Options{})
	require.NoError(t, err)
	_, err = s.Count(noon(0), atp.Count{Ref: lines[0].Ref, Quantity: 30})
	require.NoError(t, err)
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.ErrorAs(t, err, new(*atp.ShortageError))
}

// Holds, and reservations that are over, stay as they are and count as fixed.
func TestHeldAndClosedLines(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10)
	_, err := s.Reserve(noon(0), atp.Request{Key: "held", Hold: time.Hour, Lines: []atp.Line{{Ref: ref, Date: day(0), Quantity: 6}}})
	require.NoError(t, err)
	confirmed(t, s, "over", ref, supply{0, 1})
	_, err = s.Release(noon(0), atp.Posting{Key: "over"})
	require.NoError(t, err)
	line := func(id string) backorder.Line {
		return backorder.Line{ID: id, Key: id, Ref: ref, Quantity: 6, Wanted: day(0), Partial: anyParts, Priority: 1}
	}
	fresh := line("fresh")
	fresh.Priority = 0
	p, err := backorder.Compute(noon(0), s, []backorder.Line{line("held"), line("over"), fresh}, backorder.Options{})
	require.NoError(t, err)
	require.Equal(t, backorder.Held, p.Results[0].Standing)
	require.Equal(t, backorder.Closed, p.Results[1].Standing)
	require.Equal(t, []atp.ScheduleLine{{Date: day(0), Quantity: 4}}, p.Results[2].After)
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.NoError(t, err)
	// When the hold has ended, the rest is free.
	p, err = backorder.Compute(noon(0).Add(2*time.Hour), s, []backorder.Line{line("held"), fresh}, backorder.Options{})
	require.NoError(t, err)
	require.Equal(t, backorder.Closed, p.Results[0].Standing)
	require.Equal(t, int64(6), quantity(p.Results[1].After))
}

// The lines of a ship-complete order go on one day, over items and sites, or not at all.
func TestShipComplete(t *testing.T) {
	s := newStock(t)
	a := stocked(t, s, "A", "S1", 10)
	b := stocked(t, s, "B", "S2", 0, supply{4, 5})
	line := func(id string, ref atp.Ref, n int64, strategy backorder.Strategy) backorder.Line {
		return backorder.Line{ID: id, Key: id, Ref: ref, Quantity: n, Wanted: day(1), ShipComplete: "SO", Strategy: strategy}
	}
	run := func(strategy backorder.Strategy, more int64) *backorder.Plan {
		p, err := backorder.Compute(noon(0), s, []backorder.Line{
			line("1", a, 6, strategy), line("2", b, 5, strategy), line("3", a, more, strategy),
		}, backorder.Options{})
		require.NoError(t, err)
		return p
	}
	p := run(backorder.Redistribute, 4)
	for _, r := range p.Results {
		require.Equal(t, day(4), r.After[0].Date)
		require.Equal(t, r.Line.Quantity, quantity(r.After))
	}
	require.Empty(t, run(backorder.Redistribute, 5).Diff(), "A does not suffice, so nothing goes")
	_, err := p.Commit(noon(0), s, backorder.Note{Key: "1"})
	require.NoError(t, err)
	require.Empty(t, run(backorder.Fill, 4).Diff())
	require.Empty(t, run(backorder.Gain, 4).Diff())
	_, err = s.AddSupply(noon(0), atp.Supply{Ref: b, Document: "PO-2", Type: atp.Production, Due: day(2), Quantity: 5})
	require.NoError(t, err)
	require.Empty(t, run(backorder.Fill, 4).Diff(), "fill does not gain")
	p = run(backorder.Gain, 4)
	require.Len(t, p.Diff(), 3)
	require.Equal(t, -2, p.Diff()[0].DaysLater())
	p = run(backorder.Win, 4)
	require.Equal(t, "2", p.Exceptions[0].ID)
	_, err = backorder.Compute(noon(0), s, []backorder.Line{line("1", a, 6, backorder.Win), line("2", b, 5, backorder.Gain)}, backorder.Options{})
	require.ErrorAs(t, err, new(*backorder.LineError))
}

// Whole packs; and at most so many deliveries, chosen as a promise chooses them. atp.md: q 35 wanted at 0, n = 2: 32@5 +
// 3@12.
func TestPacksAndPolicies(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10, supply{5, 30}, supply{12, 20})
	confirmed(t, s, "other", ref, supply{7, 8})
	get := func(change func(*backorder.Line)) []atp.ScheduleLine {
		l := backorder.Line{ID: "1", Key: "1", Ref: ref, Quantity: 35, Wanted: day(0), Partial: anyParts}
		change(&l)
		p, err := backorder.Compute(noon(0), s, []backorder.Line{l}, backorder.Options{})
		require.NoError(t, err)
		return p.Results[0].After
	}
	at := func(lines ...supply) (all []atp.ScheduleLine) {
		for _, l := range lines {
			all = append(all, atp.ScheduleLine{Date: day(l.day), Quantity: l.quantity})
		}
		return all
	}
	require.Equal(t, at(supply{0, 10}, supply{5, 22}, supply{12, 3}), get(func(*backorder.Line) {}))
	require.Equal(t, at(supply{12, 35}), get(func(l *backorder.Line) { l.Partial = atp.Partial{} }))
	require.Equal(t, at(supply{5, 32}, supply{12, 3}), get(func(l *backorder.Line) { l.Partial.AtMost = 2 }))
	require.Equal(t, at(supply{0, 6}, supply{5, 24}), get(func(l *backorder.Line) { l.Pack = 6 }))
	require.Equal(t, at(supply{5, 30}), get(func(l *backorder.Line) { l.Pack, l.Partial.AtMost, l.Partial.Minimum = 6, 3, 11 }))
	require.Empty(t, get(func(l *backorder.Line) { l.Pack = 36 }))
}

func TestComputeRefuses(t *testing.T) {
	s := newStock(t)
	ref := stocked(t, s, "A", "S1", 10)
	good := backorder.Line{ID: "1", Key: "1", Ref: ref, Quantity: 1}
	with := func(change func(*backorder.Line)) []backorder.Line {
		l := good
		change(&l)
		return []backorder.Line{l}
	}
	var many []backorder.Line
	for i := range 12 {
		many = append(many, backorder.Line{ID: fmt.Sprint(i), Key: fmt.Sprint(i % 11), Ref: ref})
	}
	for field, lines := range map[string][]backorder.Line{
		"ID":              with(func(l *backorder.Line) { l.ID = "" }),
		"Key":             with(func(l *backorder.Line) { l.Key = "" }),
		"Ref":             with(func(l *backorder.Line) { l.Ref = atp.Ref{} }),
		"Quantity":        with(func(l *backorder.Line) { l.Quantity = -1 }),
		"Strategy":        with(func(l *backorder.Line) { l.Strategy = 77 }),
		"Partial.AtMost":  with(func(l *backorder.Line) { l.Partial.AtMost = -1 }),
		"Partial.Minimum": with(func(l *backorder.Line) { l.Partial.Minimum = -1 }),
		"Pack":            with(func(l *backorder.Line) { l.Pack = -1 }),
		"ID is that":      {good, {ID: "1", Key: "2", Ref: ref}},
		"Key is that":     {good, {ID: "2", Key: "1", Ref: ref}},
		"Key is that of":  many,
	} {
		_, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
		var fault *backorder.LineError
		require.ErrorAs(t, err, &fault, field)
		require.Contains(t, err.Error(), field)
	}
	_, err := backorder.Compute(noon(0), newStock(t), []backorder.Line{good}, backorder.Options{})
	require.ErrorAs(t, err, new(*atp.RequestError))
	p, err := backorder.Compute(noon(0), s, nil, backorder.Options{})
	require.NoError(t, err)
	_, err = p.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.ErrorIs(t, err, backorder.ErrUnchanged)
}

// picked is what lies ready for a reservation.
func picked(r atp.ReservationState) (n int64) {
	for _, l := range r.Lines {
		n += l.Picked
	}
	return n
}
