package atp_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// Questions allocate nothing, at any size.
func TestQuestionsDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, events := range []int{0, 16, 1000} {
		s, ref := busy(t, events)
		q := atp.Query{Ref: ref, Date: day(3)}
		now := noon(0)
		require.Zero(t, testing.AllocsPerRun(100, func() {
			_, _ = s.ATP(now, q)
			_, _, _ = s.Earliest(now, q, 1010)
		}), "%d events", events)
	}
}

// A reservation of one line costs the reservation, the lines of its event, and its place among keys and claims.
func TestReserveAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	s := newStock(t)
	ref := stocked(t, s, "A", atp.MaxQuantity)
	const runs = 2000
	names := keys(runs + 2)
	lines := []atp.Line{{Ref: ref, Date: day(0), Quantity: 1}}
	i := 0
	got := testing.AllocsPerRun(runs, func() {
		_, err := s.Reserve(noon(0), atp.Request{Key: names[i], Hold: time.Hour, Lines: lines})
		if err != nil {
			t.Fatal(err)
		}
		i++
	})
	require.LessOrEqual(t, got, 4.0)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		_, _ = s.Reserve(noon(0), atp.Request{Key: names[0], Hold: time.Hour, Lines: lines})
	}), 1.0, "a replay costs the lines of its event")
}

// A promise allocates its plan and its deliveries, and no more with packs; a kit as much again for its components.
func TestPromiseAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	s, ways, most := promisedWays(t)
	for name, demand := range ways {
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = s.Promise(noon(0), demand) }), most[name], name)
	}
}

// atp.md: items held with on-hand only take at most 200 bytes each beside the key.
func TestQuietItemsAreSmall(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	const items = 50_000
	names := make([]string, items)
	for i := range names {
		names[i] = fmt.Sprintf("item-%06d", i)
	}
	s := newStock(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for _, name := range names {
		ref, _, err := s.Define(noon(0), atp.Definition{Item: name, Site: "S1"})
		require.NoError(t, err)
		_, err = s.Count(noon(0), atp.Count{Ref: ref, Quantity: 5})
		require.NoError(t, err)
		_, err = s.Promise(noon(0), atp.Demand{Ref: ref, Quantity: 5})
		require.NoError(t, err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := float64(after.HeapAlloc-before.HeapAlloc) / items
	t.Logf("%.0f bytes an item", each)
	require.LessOrEqual(t, each, 200.0)
	runtime.KeepAlive(s)
}
