package pricing_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// customerPrices are prices of accounts for items, as a wholesaler has most of.
func customerPrices(n int) []pricing.Record {
	records := make([]pricing.Record, n)
	for i := range records {
		records[i] = customerPrice(i)
	}
	return records
}

func customerPrice(i int) pricing.Record {
	return pricing.Record{
		ID:    fmt.Sprintf("P%08d", i),
		Key:   pricing.Key{Account: fmt.Sprintf("C%05d", i%10_000), Item: fmt.Sprintf("ITEM-%06d", i/10_000)},
		Price: money.FromMinor(int64(1000+i%977), money.USD), Unit: quantity.Each,
	}
}

// heapOf returns how many bytes stay in use with what is made, beside what was in
// use before.
func heapOf[T any](build func() T) (T, int64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	made := build()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return made, int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// A million records are to take 512 MiB at most, which is 536 bytes each; they take
// about 130, up to 160 where the groups that they are kept in have just been divided,
// and a publication of one change a small part of the book.
func TestBookMemory(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector takes memory")
	}
	for _, n := range []int{3_000, 40_000, 200_000} {
		book, bytes := heapOf(func() *pricing.Book {
			b, err := pricing.NewBook(customerPrices(n)...)
			require.NoError(t, err)
			return b
		})
		t.Logf("%d records: %d bytes each", n, bytes/int64(n))
		assert.LessOrEqual(t, bytes/int64(n), int64(160), "%d records", n)
		assert.Positive(t, bytes)
		next, more := heapOf(func() *pricing.Book {
			b, err := book.With(customerPrice(n))
			require.NoError(t, err)
			return b
		})
		t.Logf("one more: %d bytes", more)
		assert.LessOrEqual(t, more, int64(150_000), "%d records", n)
		runtime.KeepAlive(book)
		runtime.KeepAlive(next)
	}
}

// The number of allocations to publish one change does not grow with the book.
func TestAllocsPublishBook(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, n := range []int{10, 1_000, 200_000} {
		b := newBook(t, customerPrices(n)...)
		changed := customerPrice(n / 2)
		changed.Price = usd("1")
		got := testing.AllocsPerRun(10, func() {
			if _, err := b.With(changed); err != nil {
				t.Fatal(err)
			}
		})
		t.Logf("%d records: %.0f allocations", n, got)
		assert.LessOrEqual(t, got, 60.0, "%d records", n)
	}
}

func BenchmarkPublishBook(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		if n > 1_000 && testing.Short() {
			continue
		}
		records := customerPrices(n)
		book, bytes := heapOf(func() *pricing.Book { return newBook(b, records...) })
		s := schemaOf()
		s.Access = []pricing.Access{{Fields: []pricing.Field{pricing.FieldAccount, pricing.FieldItem}}}
		engine, err := pricing.New(pricing.Config{Schema: s, Prices: book, Zone: priceDate().Location()})
		require.NoError(b, err)
		for _, changes := range []int{1, 1_000} {
			b.Run(fmt.Sprintf("records=%d/changes=%d", n, changes), func(b *testing.B) {
				changed := make([]pricing.Record, changes)
				for i := range changed {
					changed[i] = records[(i*7919)%n]
					changed[i].Price = usd("1.23")
				}
				b.ReportAllocs()
				for b.Loop() {
					next, err := book.With(changed...)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := engine.WithPrices(next); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("records=%d/changes=all", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pricing.NewBook(records...); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(bytes)/float64(n), "B/record")
		})
		runtime.KeepAlive(engine)
	}
}
