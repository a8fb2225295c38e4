package durable_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/durable"
	"github.com/o2ckit/o2c/journal"
)

const packOf = 1000

// reservations are what many callers make: a line each.
func reservations() durable.Packed {
	p := durable.Packed{Base: noon()}
	for i := range packOf {
		at := noon().Add(time.Duration(i) * time.Microsecond)
		p.Events = append(p.Events, atp.Reserved{Key: fmt.Sprintf("order-%08d/1", i), At: at, Expires: at.Add(time.Hour), Lines: []atp.ReservedLine{
			{Item: fmt.Sprintf("item-%06d", i), Site: "S1", Date: day(0), Quantity: 1},
		}})
	}
	return p
}

// BenchmarkPack packs reservations as rows and, for comparison, as the codec of package atp writes them.
func BenchmarkPack(b *testing.B) {
	p := reservations()
	codec := atp.Events()
	perEvent := func(b *testing.B, bytes int) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/packOf, "ns/event")
		b.ReportMetric(float64(bytes)/packOf, "B/event")
	}
	b.Run("rows", func(b *testing.B) {
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			data, err := p.MarshalJSON()
			require.NoError(b, err)
			n = len(data)
		}
		perEvent(b, n)
	})
	b.Run("codec", func(b *testing.B) {
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			n = 0
			for _, e := range p.Events {
				draft, err := codec.Encode(e)
				require.NoError(b, err)
				n += len(draft.Data)
			}
		}
		perEvent(b, n)
	})
}

// BenchmarkUnpack reads them again.
func BenchmarkUnpack(b *testing.B) {
	data, err := reservations().MarshalJSON()
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		var p durable.Packed
		require.NoError(b, p.UnmarshalJSON(data))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/packOf, "ns/event")
}

// BenchmarkOpen opens a stream of 100,000 reservations of 1,000 items, with and without a snapshot.
func BenchmarkOpen(b *testing.B) {
	const count = 100_000
	j := journal.NewMemory()
	cfg := config(b, j)
	s := open(b, cfg)
	refs := make([]atp.Ref, 1000)
	for i := range refs {
		refs[i] = stocked(b, s, fmt.Sprintf("item-%06d", i), 1_000_000)
	}
	for i := 0; i < count; i += packOf {
		require.NoError(b, s.Do(b.Context(), noon(), func(live *atp.Stock) (c durable.Change, err error) {
			for k := range packOf {
				e, err := live.Reserve(noon(), request(fmt.Sprintf("order-%08d/1", i+k), refs[(i+k)%len(refs)], 1))
				if err != nil {
					return c, err
				}
				c.Events = append(c.Events, e)
			}
			return c, nil
		}))
	}
	run := func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			open(b, cfg)
		}
		b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), "reservations/s")
	}
	b.Run("replay", run)
	snapshots := journal.NewMemorySnapshots()
	cfg.Snapshots = snapshots
	b.Run("snapshot", func(b *testing.B) {
		_, err := durable.Snapshot(b.Context(), cfg)
		require.NoError(b, err)
		run(b)
		snap, err := snapshots.Load(b.Context(), snapshotName)
		require.NoError(b, err)
		state, err := json.Marshal(s.Live().State(noon()))
		require.NoError(b, err)
		b.ReportMetric(float64(len(snap.Data))/count, "B/reservation")
		b.ReportMetric(float64(len(state))/count, "JSON-B/reservation")
	})
	b.Run("take", func(b *testing.B) {
		for b.Loop() {
			_, err := durable.Snapshot(b.Context(), cfg)
			require.NoError(b, err)
		}
	})
}
