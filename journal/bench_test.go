package journal_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// reserved is an event of about 100 bytes.
func reserved() journal.Draft {
	return journal.Draft{Type: "atp.reserved", Version: 1, At: time.Unix(1772452800, 0), Actor: "desk",
		Data: []byte(`{"item":"SKU-00012345","site":"DC-EAST","quantity":"12 CA","order":"PO-2026-0001234","line":17}`)}
}

func BenchmarkAppend(b *testing.B) {
	for _, events := range []int{1, 100} {
		b.Run(fmt.Sprint("events=", events), func(b *testing.B) {
			j := journal.NewMemory()
			batch := journal.Batch{Writes: []journal.Write{{Stream: "stock/1", Events: make([]journal.Draft, events)}}}
			for i := range batch.Writes[0].Events {
				batch.Writes[0].Events[i] = reserved()
			}
			b.ReportAllocs()
			for b.Loop() {
				c, err := j.Append(b.Context(), batch)
				if err != nil {
					b.Fatal(err)
				}
				batch.Writes[0].Expect = c.Last
			}
			b.ReportMetric(float64(b.N*events)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	const events = 10_000
	j := journal.NewMemory()
	var at [10]journal.Position
	for i := range events {
		c, err := j.Append(b.Context(), journal.Batch{Writes: []journal.Write{{Stream: fmt.Sprint("stock/", i%10), Expect: at[i%10], Events: []journal.Draft{reserved()}}}})
		if err != nil {
			b.Fatal(err)
		}
		at[i%10] = c.Last
	}
	for name, want := range map[string]int{journal.All: events, "stock/3": events / 10} {
		b.Run("stream="+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for _, err := range j.Read(b.Context(), name, 0) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != want {
					b.Fatalf("%d events, want %d", n, want)
				}
			}
			b.ReportMetric(float64(b.N*want)/b.Elapsed().Seconds(), "events/s")
		})
	}
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := journal.Verify(b.Context(), j, journal.Head{}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N*events)/b.Elapsed().Seconds(), "events/s")
	})
}
