package backorder_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
)

// openOrders makes items at sites with supply over some weeks, and open lines that compete for it: most have something
// confirmed, many of them late or in part.
func openOrders(t testing.TB, lines, items, sites int) (*atp.Stock, []backorder.Line) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	names := make([]string, sites)
	for i := range names {
		names[i] = fmt.Sprintf("S%02d", i)
	}
	s := newStock(t, names...)
	refs := make([]atp.Ref, items*sites)
	all := make([]backorder.Line, lines)
	for i := range all {
		at := r.IntN(len(refs))
		if refs[at].IsZero() {
			ref, _, err := s.Define(noon(0), atp.Definition{Item: fmt.Sprintf("item-%06d", at/sites), Site: names[at%sites]})
			require.NoError(t, err)
			refs[at] = ref
			_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: int64(r.IntN(30))})
			require.NoError(t, err)
			for k := range 1 + r.IntN(2) {
				_, err = s.AddSupply(noon(0), atp.Supply{
					Ref: ref, Document: fmt.Sprint("PO-", k), Type: atp.PurchaseOrder, Due: day(1 + r.IntN(40)), Quantity: int64(1 + r.IntN(40)),
				})
				require.NoError(t, err)
			}
		}
		key := fmt.Sprintf("order-%07d/1", i)
		all[i] = backorder.Line{
			ID: key, Key: key, Ref: refs[at], Quantity: int64(1 + r.IntN(20)), Wanted: day(r.IntN(14)), Ordered: day(-r.IntN(30)),
			Strategy: []backorder.Strategy{backorder.Gain, backorder.Redistribute, backorder.Redistribute, backorder.Fill, backorder.Lose}[r.IntN(5)],
			Priority: r.IntN(4), Partial: []atp.Partial{{}, {AtMost: 2}, anyParts}[r.IntN(3)], Class: string(rune('A' + r.IntN(3))),
		}
		had, ok, err := s.Earliest(noon(0), atp.Query{Ref: refs[at], Date: all[i].Wanted}, all[i].Quantity)
		require.NoError(t, err)
		if !ok || r.IntN(5) == 0 {
			continue // nothing confirmed
		}
		_, err = s.Reserve(noon(0), atp.Request{Key: key, Hold: time.Hour, Lines: []atp.Line{{Ref: refs[at], Date: had, Quantity: all[i].Quantity}}})
		require.NoError(t, err)
		_, err = s.Commit(noon(0), key)
		require.NoError(t, err)
	}
	return s, all
}

// BenchmarkBackorderRun computes a run, makes its diff and commits it. The stock and its lines are made before the clock
// starts, and the run is taken back while it stands still. stock-MB is the heap before, B/op what a run allocates beside, and
// sys-MB all that the process ever had from the system.
func BenchmarkBackorderRun(b *testing.B) {
	for _, size := range []struct{ lines, items, sites int }{{10_000, 1_000, 10}, {1_000_000, 100_000, 1}, {1_000_000, 100_000, 10}} {
		b.Run(fmt.Sprintf("lines=%d/places=%d", size.lines, size.items*size.sites), func(b *testing.B) {
			s, lines := openOrders(b, size.lines, size.items, size.sites)
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			b.ReportAllocs()
			b.ResetTimer()
			changed := 0
			var compute, diff, commit time.Duration
			for b.Loop() {
				t0 := time.Now()
				p, err := backorder.Compute(noon(0), s, lines, backorder.Options{})
				if err != nil || !p.Feasible() {
					b.Fatal(err, p.Exceptions)
				}
				t1 := time.Now()
				p.Summary()
				changed = len(p.Diff())
				t2 := time.Now()
				e, err := p.Commit(noon(0), s, backorder.Note{Key: "run"})
				if err != nil {
					b.Fatal(err)
				}
				t3 := time.Now()
				compute, diff, commit = compute+t1.Sub(t0), diff+t2.Sub(t1), commit+t3.Sub(t2)
				b.StopTimer()
				if err := s.UndoReschedule(e); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			var after runtime.MemStats
			runtime.ReadMemStats(&after)
			n := float64(b.N)
			b.ReportMetric(float64(changed), "changed")
			b.ReportMetric(compute.Seconds()/n, "compute-s")
			b.ReportMetric(diff.Seconds()/n, "diff-s")
			b.ReportMetric(commit.Seconds()/n, "commit-s")
			b.ReportMetric(float64(before.HeapAlloc)/(1<<20), "stock-MB")
			b.ReportMetric(float64(after.Sys)/(1<<20), "sys-MB")
		})
	}
}

// A run over many items comes out alike however many compute it and in whatever order its lines are, and committed through
// its events, which take several, it gives another stock the same state.
func TestLargeRun(t *testing.T) {
	lines := 20_000
	if raceEnabled || testing.Short() {
		lines = 4_000
	}
	s, all := openOrders(t, lines, lines/20, 2)
	for i := 0; i+40 < len(all); i += 40 { // some orders over two items
		all[i].ShipComplete, all[i+20].ShipComplete = fmt.Sprint(i), fmt.Sprint(i)
		all[i].Strategy = all[i+20].Strategy
	}
	one, err := backorder.Compute(noon(0), s, all, backorder.Options{Workers: 1})
	require.NoError(t, err)
	require.True(t, one.Feasible())
	mixed := slices.Clone(all)
	slices.Reverse(mixed)
	many, err := backorder.Compute(noon(0), s, mixed, backorder.Options{Workers: 8})
	require.NoError(t, err)
	for i := range one.Results {
		a, b := &one.Results[i], &many.Results[i]
		require.Equal(t, a.Line.ID, b.Line.ID)
		require.Equal(t, a.Before, b.Before)
		require.Equal(t, a.After, b.After)
	}
	require.Equal(t, one.Summary(), many.Summary())
	before := s.State(noon(0))
	e, err := many.Commit(noon(0), s, backorder.Note{Key: "run"})
	require.NoError(t, err)
	require.Len(t, e.Lines, len(one.Diff()))
	again, err := one.Commit(noon(1), s, backorder.Note{Key: "run"})
	require.NoError(t, err)
	require.True(t, again.Replayed)
	twin := newStock(t, "S00", "S01")
	require.NoError(t, twin.Restore(before))
	for _, event := range e.Split() {
		require.NoError(t, twin.Apply(event))
	}
	require.Equal(t, s.State(noon(0)), twin.State(noon(0)))
	require.NoError(t, s.UndoReschedule(e))
	require.Equal(t, before, s.State(noon(0)))
}
