package atp_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
)

// busy makes an item with that many open events on as many days, receipts and reservations in turn.
func busy(t testing.TB, events int) (*atp.Stock, atp.Ref) {
	s := newStock(t)
	ref := stocked(t, s, "A", 1000)
	for i := range events {
		on := 1 + i*7919%events // every day once, in no order
		if on%2 == 0 {
			_, err := s.AddSupply(noon(0), atp.Supply{
				Ref: ref, Document: fmt.Sprint(i), Type: atp.PurchaseOrder, Due: day(on), Quantity: 10,
			})
			require.NoError(t, err)
		} else {
			claimed(t, s, fmt.Sprint(i), ref, on, 9)
		}
	}
	return s, ref
}

func sizes(b *testing.B, f func(b *testing.B, events int)) {
	for _, events := range []int{16, 1000, 100000} {
		b.Run(fmt.Sprintf("events=%d", events), func(b *testing.B) { f(b, events) })
	}
}

func BenchmarkATP(b *testing.B) {
	sizes(b, func(b *testing.B, events int) {
		s, ref := busy(b, events)
		now := noon(0)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := s.ATP(now, atp.Query{Ref: ref, Date: day0.AddDays(i * 31 % events)}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEarliest(b *testing.B) {
	sizes(b, func(b *testing.B, events int) {
		s, ref := busy(b, events)
		now := noon(0)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			quantity := 1000 + int64(i*31%(events/2))
			if _, _, err := s.Earliest(now, atp.Query{Ref: ref, Date: day0}, quantity); err != nil {
				b.Fatal(err)
			}
		}
	})
}

var day0 = day(0)

// catalogue makes a stock of many items with stock on hand only.
func catalogue(t testing.TB, items int, onHand int64) (*atp.Stock, []atp.Ref) {
	s := newStock(t)
	refs := make([]atp.Ref, items)
	for i := range refs {
		refs[i] = stocked(t, s, fmt.Sprintf("item-%06d", i), onHand)
	}
	return s, refs
}

// keys gives as many keys as are asked for, made before the clock starts.
func keys(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("order-%08d/1", i)
	}
	return all
}

const benchKeys = 1 << 20

func BenchmarkReserve(b *testing.B) {
	names := keys(benchKeys)
	var s *atp.Stock
	var refs []atp.Ref
	now := noon(0)
	lines := make([]atp.Line, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%benchKeys == 0 {
			b.StopTimer()
			s, refs = catalogue(b, 100_000, 1_000_000)
			runtime.GC()
			b.StartTimer()
		}
		lines[0] = atp.Line{Ref: refs[i*7919%len(refs)], Date: day0, Quantity: 1}
		if _, err := s.Reserve(now, atp.Request{Key: names[i%benchKeys], Hold: time.Hour, Lines: lines}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReserveParallel is BenchmarkReserve from all processors; compare with -cpu 1,2.
func BenchmarkReserveParallel(b *testing.B) {
	s, refs := catalogue(b, 100_000, 1_000_000_000)
	var callers atomic.Int64
	now := noon(0)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		caller := callers.Add(1)
		key := make([]byte, 0, 32)
		lines := make([]atp.Line, 1)
		for i := 0; pb.Next(); i++ {
			key = fmt.Appendf(key[:0], "c%d-%d", caller, i)
			lines[0] = atp.Line{Ref: refs[(i*7919+int(caller)*37)%len(refs)], Date: day0, Quantity: 1}
			if _, err := s.Reserve(now, atp.Request{Key: string(key), Hold: time.Hour, Lines: lines}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkReserveHotItem(b *testing.B) {
	names := keys(benchKeys)
	var s *atp.Stock
	var ref atp.Ref
	now := noon(0)
	lines := make([]atp.Line, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%benchKeys == 0 {
			b.StopTimer()
			s = newStock(b)
			ref = stocked(b, s, "hot", 1_000_000_000)
			b.StartTimer()
		}
		lines[0] = atp.Line{Ref: ref, Date: day0.AddDays(i % 30), Quantity: 1}
		if _, err := s.Reserve(now, atp.Request{Key: names[i%benchKeys], Hold: time.Hour, Lines: lines}); err != nil {
			b.Fatal(err)
		}
	}
}

// promisedWays are demands of one kind each, and what a promise may allocate.
func promisedWays(t testing.TB) (s *atp.Stock, ways map[string]atp.Demand, most map[string]float64) {
	s, ref := promising(t)
	b := stocked(t, s, "B", 40)
	kit := stocked(t, s, "K", 0)
	plain := atp.Demand{Ref: ref, Quantity: 35, Wanted: day0, Partial: atp.Partial{AtMost: 2}}
	packs := plain
	packs.Pack = 5
	return s, map[string]atp.Demand{
		"plain": plain, "packs": packs,
		"kit": {
			Ref: kit, Quantity: 15, Wanted: day0, Partial: atp.Partial{AtMost: 2}, Kit: []atp.Component{{Ref: ref, Per: 2}, {Ref: b, Per: 1}},
		},
	}, map[string]float64{"plain": 11, "packs": 11, "kit": 40}
}

func BenchmarkPromise(b *testing.B) {
	s, ways, _ := promisedWays(b)
	now := noon(0)
	for _, name := range []string{"plain", "packs", "kit"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Promise(now, ways[name]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAllocate divides the stock of a hundred items among claims in priority order.
func BenchmarkAllocate(b *testing.B) {
	for _, lines := range []int{1000, 10000} {
		b.Run(fmt.Sprintf("lines=%d", lines), func(b *testing.B) {
			s := newStock(b)
			var refs []atp.Ref
			for i := range 100 {
				refs = append(refs, stocked(b, s, fmt.Sprintf("item-%d", i), 100, supply{3, 200}, supply{9, 400}))
			}
			claims := make([]atp.Claim, lines)
			for i := range claims {
				claims[i] = atp.Claim{
					Demand: atp.Demand{
						ID: fmt.Sprintf("%06d", i), Ref: refs[i*37%len(refs)], Quantity: int64(1 + i%20), Wanted: day0.AddDays(i % 7),
						Partial: atp.Partial{AtMost: 1 + i%3},
					},
					Priority: i % 5, Ordered: day0.AddDays(-i % 11),
				}
			}
			now := noon(0)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Allocate(now, claims); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
		})
	}
}
