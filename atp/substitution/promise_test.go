package substitution_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/kernel/calendar"
)

func day(n int) calendar.Date { return calendar.MustDate("2026-03-02").AddDays(n) }

func noon(n int) time.Time { return day(n).UTC().Add(12 * time.Hour) }

func everyDay(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(calendar.Config{Name: "S1", Location: time.UTC, Week: calendar.EveryDay()})
	require.NoError(t, err)
	return c
}

// newStock makes a stock with the site S1 that works every day in UTC.
func newStock(t testing.TB) *atp.Stock {
	t.Helper()
	s, err := atp.New(atp.Config{Sites: []atp.Site{{ID: "S1", Calendar: everyDay(t)}}})
	require.NoError(t, err)
	return s
}

// has gives an item quantities from days on: day, quantity, day, quantity, ...
func has(t testing.TB, s *atp.Stock, item string, supply ...int64) atp.Ref {
	t.Helper()
	ref, _, err := s.Define(noon(0), atp.Definition{Item: item, Site: "S1"})
	require.NoError(t, err)
	for i := 0; i < len(supply); i += 2 {
		if supply[i+1] == 0 {
			continue
		}
		_, err = s.AddSupply(noon(0), atp.Supply{
			Ref: ref, Document: fmt.Sprint(i), Type: atp.PurchaseOrder, Due: day(int(supply[i])), Quantity: supply[i+1],
		})
		require.NoError(t, err)
	}
	return ref
}

// got says in short what an answer gives: item, quantity, day.
func got(a substitution.Answer) []string {
	var all []string
	for _, p := range a.Parts {
		for _, d := range p.Promise.Deliveries {
			all = append(all, fmt.Sprint(p.Item, " ", d.Quantity, " ", d.Deliver.Sub(day(0))))
		}
	}
	return all
}

func promise(t testing.TB, c *substitution.Catalog, s *atp.Stock, d substitution.Demand) substitution.Answer {
	t.Helper()
	a, err := c.Promise(context.Background(), noon(0), s, d)
	require.NoError(t, err)
	return a
}

// atp.md: promising, use up old first. The old item goes as long as it lasts, the new one for the rest, and nobody
// waits longer than for the old one alone (ATP-5).
func TestUseUpOldFirst(t *testing.T) {
	s := newStock(t)
	has(t, s, "old", 0, 5, 20, 100)
	has(t, s, "new", 0, 4, 3, 50)
	c := catalog(t, substitution.Relation{From: "old", To: "new", Reason: "model year"})
	d := substitution.Demand{
		Request: substitution.Request{Item: "old", Quantity: 12}, Site: "S1", Wanted: day(0), AtMost: atp.AnyNumber,
	}
	a := promise(t, c, s, d)
	assert.Equal(t, []string{"old 5 0", "new 4 0", "new 3 3"}, got(a))
	assert.Equal(t, 3, a.Parts[2].Promise.Deliveries[0].DaysLate)
	assert.Equal(t, "model year", a.Parts[1].Reason)
	assert.Equal(t, []int64{5, 12, 5}, []int64{a.Tried[0].OnTime, a.Tried[0].Total, a.Tried[0].Gives})
	assert.Equal(t, []int64{4, 12, 7}, []int64{a.Tried[1].OnTime, a.Tried[1].Total, a.Tried[1].Gives})
	assert.Equal(t, day(20), a.Waiting.Deliveries[1].Deliver)

	d.AtMost = 1
	assert.Equal(t, []string{"old 5 3", "new 7 3"}, got(promise(t, c, s, d)), "all on one day")
	d.Mix = substitution.OneItem
	assert.Equal(t, []string{"new 12 3"}, got(promise(t, c, s, d)), "all of one item")
	d.Patience = 19
	assert.Equal(t, []string{"new 12 3"}, got(promise(t, c, s, d)))
	d.Patience = 20
	assert.Equal(t, []string{"old 12 20"}, got(promise(t, c, s, d)), "the customer rather waits")
	d.Patience, d.Mix, d.AtMost, d.Lane = 0, substitution.Mixed, 2, &atp.Lane{Transit: 2}
	assert.Equal(t, []string{"old 5 2", "new 4 2", "new 3 5"}, got(promise(t, c, s, d)))

	held, err := s.Reserve(noon(0), atp.Request{Key: "k", Hold: time.Hour, Lines: promise(t, c, s, d).Lines()})
	require.NoError(t, err)
	assert.Len(t, held.Lines, 3)
	d.Replaces = "k"
	assert.Equal(t, []string{"old 5 2", "new 4 2", "new 3 5"}, got(promise(t, c, s, d)), "a demand does not compete with itself")
}

func TestPromiseByRatio(t *testing.T) {
	s := newStock(t)
	has(t, s, "whole", 0, 3)
	has(t, s, "half", 0, 7)
	c := catalog(t, substitution.Relation{From: "whole", To: "half", Numerator: 2, Denominator: 1, BothWays: true})
	a := promise(t, c, s, substitution.Demand{
		Request: substitution.Request{Item: "whole", Quantity: 8}, Site: "S1", AtMost: atp.AnyNumber,
	})
	assert.Equal(t, []string{"whole 3 0", "half 6 0"}, got(a), "no half is left over")
	assert.Equal(t, int64(2), a.Unfilled)
	a = promise(t, c, s, substitution.Demand{Request: substitution.Request{Item: "half", Quantity: 9}, Site: "S1", AtMost: 9})
	assert.Equal(t, []string{"whole 3 0", "half 3 0"}, got(a), "old first, for new")
	assert.Equal(t, int64(9), a.Confirmed)
}

func TestSupersededItem(t *testing.T) {
	s := newStock(t)
	has(t, s, "old", 0, 10)
	has(t, s, "new", 4, 10)
	c := catalog(t, substitution.Relation{From: "old", To: "new", UseUp: substitution.NewOnly},
		substitution.Relation{From: "new", To: "newer"})
	a := promise(t, c, s, substitution.Demand{Request: substitution.Request{Item: "old", Quantity: 5}, Site: "S1"})
	assert.Equal(t, []string{"new 5 4"}, got(a))
	assert.Nil(t, a.Waiting)
	assert.True(t, a.Tried[1].NotStocked)
	assert.Equal(t, substitution.Superseded, a.Refused[0].Why)
	assert.Zero(t, a.Parts[0].Promise.Deliveries[0].DaysLate, "the first day possible counts as wanted")
}

// oracle computes by the definition, from questions about single days, what a mixed demand without ratios can have.
type oracle struct {
	f      []int64 // by day: what all items together have, at most what is wanted
	wanted int
	want   int64
}

// cost finds the least sum of quantity x days late over all sets of days that end where no more comes.
func (o oracle) cost(most int) (cost int64, filled int64) {
	filled = o.f[len(o.f)-1]
	if filled == 0 || most <= 1 && filled < o.want {
		return 0, 0
	}
	best := int64(math.MaxInt64)
	for set := 1; set < 1<<len(o.f); set++ {
		var sum, before int64
		days := 0
		for d, f := range o.f {
			if set&(1<<d) != 0 {
				days++
				sum += (f - before) * int64(max(d-o.wanted, 0))
				before = f
			}
		}
		if before == filled && days <= max(most, 1) {
			best = min(best, sum)
		}
	}
	return best, filled
}

// Small chains get what trying all sets of days finds, and within a day the first candidates come first; whatever the
// chain, the customer does not wait longer than for the item alone.
func TestPromiseIsBest(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	rounds := 10_000
	if raceEnabled || testing.Short() {
		rounds = 1000
	}
	mixes, limited := 0, 0
	for range rounds {
		s := newStock(t)
		items := []string{"A", "B", "C", "D"}[:1+r.IntN(4)]
		refs := make([]atp.Ref, len(items))
		var relations []substitution.Relation
		ratios := r.IntN(4) == 0
		for i, item := range items {
			refs[i] = has(t, s, item, 0, r.Int64N(4), int64(1+r.IntN(3)), r.Int64N(5), int64(4+r.IntN(3)), r.Int64N(9))
			if i == 0 {
				continue
			}
			rel := substitution.Relation{From: items[i-1], To: item, Kind: substitution.Kind(r.IntN(2)), BothWays: r.IntN(2) == 0}
			if rel.Kind == substitution.Supersession {
				rel.UseUp = substitution.UseUp(r.IntN(2))
			}
			if ratios {
				rel.Numerator, rel.Denominator = 1+r.Int64N(3), 1+r.Int64N(3)
			}
			relations = append(relations, rel)
		}
		c := catalog(t, relations...)
		d := substitution.Demand{
			Request: substitution.Request{Item: items[r.IntN(len(items))], Quantity: 1 + r.Int64N(12)}, Site: "S1",
			Wanted: day(r.IntN(4)), AtMost: []int{0, 1, 2, 3, atp.AnyNumber}[r.IntN(5)], Mix: substitution.Mix(r.IntN(4) / 3),
		}
		pack := int64(1)
		if r.IntN(3) == 0 {
			pack = 1 + r.Int64N(3)
			d.Pack, d.Quantity = pack, (d.Quantity+pack-1)/pack*pack
		}
		a := promise(t, c, s, d)
		neverLater(t, a, d)
		checkFigures(t, s, a, d)
		if ratios || d.Mix == substitution.OneItem {
			continue
		}
		o := oracle{wanted: d.Wanted.Sub(day(0)), want: d.Quantity}
		order := make([]string, len(a.Tried))
		for i := range a.Tried {
			order[i] = a.Tried[i].Item
		}
		for n := range 8 {
			var sum int64
			for i, item := range items {
				if at(order, item) >= 0 {
					sum += available(t, s, refs[i], max(n, o.wanted)) / pack * pack
				}
			}
			o.f = append(o.f, min(sum, d.Quantity))
		}
		cost, filled := o.cost(d.AtMost)
		var sum int64
		given := map[string]int64{}
		for _, p := range a.Parts {
			for _, delivery := range p.Promise.Deliveries {
				sum += delivery.Quantity * int64(delivery.DaysLate)
				for i, item := range items { // those before it have nothing left on the day
					if order := at(order, item); order >= 0 && order < at(orderOf(a), p.Item) {
						require.Equal(t, available(t, s, refs[i], delivery.Deliver.Sub(day(0)))/pack*pack, given[item], "%v", got(a))
					}
				}
			}
			given[p.Item] += p.Promise.Confirmed
		}
		require.Equal(t, filled, a.Confirmed)
		require.Equal(t, cost, sum, "%+v: %v of %v", d, got(a), o.f)
		if len(given) > 1 {
			mixes++
		}
		if d.AtMost == 2 && len(a.Parts) > 1 {
			limited++
		}
	}
	require.NotZero(t, mixes)
	require.NotZero(t, limited)
}

func orderOf(a substitution.Answer) []string {
	order := make([]string, len(a.Tried))
	for i := range a.Tried {
		order[i] = a.Tried[i].Item
	}
	return order
}

func at(list []string, item string) int {
	for i, s := range list {
		if s == item {
			return i
		}
	}
	return -1
}

func available(t testing.TB, s *atp.Stock, ref atp.Ref, on int) int64 {
	t.Helper()
	n, err := s.ATP(noon(0), atp.Query{Ref: ref, Date: day(on)})
	require.NoError(t, err)
	return n
}

// neverLater holds an answer to what the ordered item alone would give.
func neverLater(t *testing.T, a substitution.Answer, d substitution.Demand) {
	t.Helper()
	if a.Waiting == nil || a.Waiting.Confirmed == 0 {
		return
	}
	require.GreaterOrEqual(t, a.Confirmed, a.Waiting.Confirmed)
	if a.Confirmed == a.Waiting.Confirmed {
		last := a.Waiting.Deliveries[len(a.Waiting.Deliveries)-1].Deliver
		require.False(t, a.Last().After(last), "%+v: %v", d, got(a))
	}
}

// checkFigures holds an answer to the demand and to what the stock reserves.
func checkFigures(t *testing.T, s *atp.Stock, a substitution.Answer, d substitution.Demand) {
	t.Helper()
	days, items := map[calendar.Date]bool{}, map[string]bool{}
	var confirmed, gives int64
	for _, p := range a.Parts {
		i := at(orderOf(a), p.Item)
		require.Equal(t, p.Promise.Confirmed*a.Tried[i].Denominator, p.For*a.Tried[i].Numerator)
		confirmed += p.For
		items[p.Item] = true
		for _, delivery := range p.Promise.Deliveries {
			stands := delivery.Quantity * a.Tried[i].Denominator
			require.Zero(t, stands%a.Tried[i].Numerator, "what stands for a fraction of a unit")
			require.Zero(t, stands/a.Tried[i].Numerator%max(d.Pack, 1))
			days[delivery.Deliver] = true
		}
	}
	for _, tried := range a.Tried {
		gives += tried.Gives
		require.LessOrEqual(t, tried.Gives, tried.Total)
	}
	require.Equal(t, confirmed, a.Confirmed)
	require.Equal(t, confirmed, gives)
	require.Equal(t, d.Quantity, a.Confirmed+a.Unfilled)
	require.LessOrEqual(t, len(days), max(d.AtMost, 1))
	if d.Mix == substitution.OneItem {
		require.LessOrEqual(t, len(items), 1)
	}
	if lines := a.Lines(); len(lines) > 0 {
		_, err := s.Reserve(noon(0), atp.Request{Key: "check", Hold: time.Hour, Lines: lines})
		require.NoError(t, err)
		_, err = s.Release(noon(0), atp.Posting{Key: "check"})
		require.NoError(t, err)
	}
}

// What is accepted for an item takes part in sourcing: old ones from one site, new ones from another.
func TestOptionsInSourcing(t *testing.T) {
	s := newStock(t)
	has(t, s, "old", 0, 3)
	has(t, s, "new", 0, 9)
	c := catalog(t, substitution.Relation{From: "old", To: "new", UseUp: substitution.NewFirst})
	o := options(t, c, "old")
	line := sourcing.OrderLine{ID: "1", Item: "old", Quantity: 10, Superseded: true}
	for _, candidate := range o.Candidates {
		line.Superseded = line.Superseded && candidate.Item != line.Item
		line.Alternatives = append(line.Alternatives, sourcing.Alternative{
			Item: candidate.Item, Numerator: candidate.Numerator, Denominator: candidate.Denominator, Reason: candidate.Reason,
		})
	}
	n, err := sourcing.New(sourcing.Config{Stock: s, Nodes: []sourcing.Node{{Site: "S1", Calendar: everyDay(t)}}})
	require.NoError(t, err)
	a, err := n.Source(context.Background(), noon(0), sourcing.Order{
		Wanted: day(1), Lines: []sourcing.OrderLine{line}, Routes: []sourcing.Route{{Site: "S1"}},
	})
	require.NoError(t, err)
	require.Len(t, a.Shipments[0].Parts, 2)
	assert.Equal(t, "new", a.Shipments[0].Parts[0].Item)
	assert.Equal(t, int64(9), a.Shipments[0].Parts[0].For)
	assert.Equal(t, int64(1), a.Shipments[0].Parts[1].For)
}

func TestPromiseRefuses(t *testing.T) {
	s := newStock(t)
	has(t, s, "A", 0, 1)
	c := catalog(t)
	good := substitution.Demand{Request: substitution.Request{Item: "A", Quantity: 1}, Site: "S1"}
	for field, spoil := range map[string]func(d *substitution.Demand){
		"Item":     func(d *substitution.Demand) { d.Item = "" },
		"Quantity": func(d *substitution.Demand) { d.Quantity = -1 },
		"Site":     func(d *substitution.Demand) { d.Site = "" },
		"Pack":     func(d *substitution.Demand) { d.Pack = -1 },
		"AtMost":   func(d *substitution.Demand) { d.AtMost = -1 },
		"Mix":      func(d *substitution.Demand) { d.Mix = 9 },
		"Patience": func(d *substitution.Demand) { d.Patience = -1 },
	} {
		d := good
		spoil(&d)
		_, err := c.Promise(context.Background(), noon(0), s, d)
		var refused *atp.RequestError
		require.ErrorAs(t, err, &refused, field)
		assert.Equal(t, field, refused.Field)
	}
	_, err := c.Promise(context.Background(), noon(0), nil, good)
	require.Error(t, err)
	good.Site = "S9"
	_, err = c.Promise(context.Background(), noon(0), s, good)
	var unknown *atp.UnknownSiteError
	require.ErrorAs(t, err, &unknown)
}

// Packs follow the ratio: 2 units of B stand for 3 of A, so that the 6 of a pack are 4 of B. Of 24 A has 13 and B 11, of
// which 12 and 8 are whole packs: 2 packs of A, 2 of B.
func TestPacksThroughARatio(t *testing.T) {
	s := newStock(t)
	has(t, s, "A", 0, 13)
	has(t, s, "B", 0, 11)
	c := catalog(t, substitution.Relation{From: "A", To: "B", Kind: substitution.Substitute, Numerator: 2, Denominator: 3})
	d := substitution.Demand{
		Request: substitution.Request{Item: "A", Quantity: 24}, Site: "S1", Wanted: day(0), AtMost: atp.AnyNumber, Pack: 6,
	}
	a := promise(t, c, s, d)
	require.Len(t, a.Parts, 2)
	assert.Equal(t, []int64{12, 12}, []int64{a.Parts[0].Promise.Confirmed, a.Parts[0].For})
	assert.Equal(t, []int64{8, 12}, []int64{a.Parts[1].Promise.Confirmed, a.Parts[1].For})
	checkFigures(t, s, a, d)
	d.Quantity = 25
	_, err := c.Promise(context.Background(), noon(0), s, d)
	require.Equal(t, &atp.RequestError{Op: "substitute", Field: "Quantity", Reason: "is not a multiple of Pack"}, err)
	d.Quantity, d.Pack = 24, 24 // the 24 of A, or 16 of B: neither has them
	assert.Equal(t, int64(24), promise(t, c, s, d).Unfilled)
}

// An item that can be ordered no more is delivered for a demand that was placed in time.
func TestPlacedInTime(t *testing.T) {
	s := newStock(t)
	has(t, s, "A", 0, 5)
	has(t, s, "B", 0, 5)
	_, _, err := s.Define(noon(0), atp.Definition{Item: "A", Site: "S1", Policy: atp.Policy{LastOrder: day(-2)}})
	require.NoError(t, err)
	c := catalog(t, substitution.Relation{From: "A", To: "B", Kind: substitution.Substitute})
	d := substitution.Demand{Request: substitution.Request{Item: "A", Quantity: 4}, Site: "S1"}
	require.Equal(t, "B", promise(t, c, s, d).Parts[0].Item)
	d.Placed = day(-2)
	require.Equal(t, "A", promise(t, c, s, d).Parts[0].Item)
}

// chain makes a chain of five relations, old first.
func chain(t testing.TB) (*substitution.Catalog, *atp.Stock) {
	s := newStock(t)
	var relations []substitution.Relation
	for i := range 6 {
		item := fmt.Sprint("I", i)
		has(t, s, item, int64(i), 10)
		if i > 0 {
			relations = append(relations, substitution.Relation{From: fmt.Sprint("I", i-1), To: item})
		}
	}
	return catalog(t, relations...), s
}

func BenchmarkOptions(b *testing.B) {
	c, _ := chain(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Options(context.Background(), noon(0), substitution.Request{Item: "I0", Quantity: 10}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPromise(b *testing.B) {
	c, s := chain(b)
	d := substitution.Demand{Request: substitution.Request{Item: "I0", Quantity: 55}, Site: "S1", Wanted: day(0), AtMost: 4}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Promise(context.Background(), noon(0), s, d); err != nil {
			b.Fatal(err)
		}
	}
}

// What a chain of five costs in memory, most of it the seven promises of single items that it asks for.
func TestAllocsChain(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c, s := chain(t)
	request := substitution.Request{Item: "I0", Quantity: 55}
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		_, _ = c.Options(context.Background(), noon(0), request)
	}), 30.0)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		_, _ = c.Promise(context.Background(), noon(0), s, substitution.Demand{Request: request, Site: "S1", AtMost: 4})
	}), 240.0)
}
