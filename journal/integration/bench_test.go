//go:build unix

package integration_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// payload is an event of about 100 bytes.
const payload = `{"item":"SKU-00012345","site":"DC-EAST","quantity":"12 CA","order":"PO-2026-0001234","line":17}`

func payloads(n int) []journal.Draft {
	drafts := make([]journal.Draft, n)
	for i := range drafts {
		drafts[i] = journal.Draft{Type: "atp.reserved", Version: 1, At: time.Unix(1772452800, 0), Actor: "desk", Data: []byte(payload)}
	}
	return drafts
}

// BenchmarkAppendDurable appends with a full sync. single is one caller that
// appends an event and waits; grouped are 512 callers that do the same with
// batches of four events, an order of four lines say, and x-single is how many
// times more events a second that gives. grouped-of-1 has one event a batch,
// grouped-keys four and an idempotency key.
func BenchmarkAppendDurable(b *testing.B) {
	for _, d := range databases() {
		b.Run(d.name, func(b *testing.B) {
			var single float64
			b.Run("single", func(b *testing.B) { single = appendDurable(b, d, 1, 1, false) })
			grouped := func(events int, keys bool) func(*testing.B) {
				return func(b *testing.B) {
					rate := appendDurable(b, d, 512, events, keys)
					if single > 0 {
						b.ReportMetric(rate/single, "x-single")
					}
				}
			}
			b.Run("grouped", grouped(4, false))
			b.Run("grouped-of-1", grouped(1, false))
			b.Run("grouped-keys", grouped(4, true))
		})
	}
}

// appendDurable has callers append batches, each to a stream of its own, and
// returns the events a second.
func appendDurable(b *testing.B, d database, callers, events int, keys bool) float64 {
	j, _ := d.fresh(b)
	drafts := payloads(events)
	var caller atomic.Int64
	run := func(next func() bool) {
		n := caller.Add(1)
		stream := fmt.Sprint("stock/", n)
		var at journal.Position
		for i := 0; next(); i++ {
			batch := journal.Batch{Writes: []journal.Write{{Stream: stream, Expect: at, Events: drafts}}}
			if keys {
				batch.Key = fmt.Sprint("reserve ", n, "/", i)
			}
			c, err := j.Append(b.Context(), batch)
			if err != nil {
				b.Error(err)
				return
			}
			at = c.Last
		}
	}
	b.ReportAllocs()
	if callers == 1 {
		run(b.Loop)
	} else {
		b.SetParallelism(callers / runtime.GOMAXPROCS(0))
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) { run(pb.Next) })
	}
	rate := float64(b.N*events) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "events/s")
	return rate
}
