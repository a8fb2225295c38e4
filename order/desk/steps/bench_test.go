package steps_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
)

// fiveLines is an order of the usual size.
func fiveLines(po string) order.Document {
	return document(po, "C1", want("HAMMER", 1, quantity.Case), want("NAILS", 200, quantity.Each),
		want("HAMMER", 2, quantity.Each), want("NAILS", 1, quantity.Case), want("HAMMER", 1, quantity.Each))
}

// busy is a house with more stock and credit than any benchmark takes.
func busy(b *testing.B) (*house, *desk.Desk) {
	b.Helper()
	h := newHouse(b)
	d := h.open(b, h.creditSteps()...)
	h.stockUp(b, d, 1_000_000_000, 1_000_000_000, "10000000000.00")
	return h, d
}

// BenchmarkSubmit takes orders of five lines through the standard steps into a
// journal in memory.
func BenchmarkSubmit(b *testing.B) {
	h, d := busy(b)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		po := fmt.Sprint("PO", n)
		r, err := d.Submit(b.Context(), desk.Submission{Key: po, Document: fiveLines(po)})
		if err != nil || r.Order.Status() != order.StatusOpen {
			b.Fatal(err)
		}
	}
	events := 0
	for range h.journal.Read(b.Context(), "", 0) {
		events++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "orders/s")
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkOpen opens a desk on a journal of 10,000 orders of five lines.
func BenchmarkOpen(b *testing.B) {
	const orders = 10_000
	h, d := busy(b)
	for n := range orders {
		po := fmt.Sprint("PO", n)
		if _, err := d.Submit(b.Context(), desk.Submission{Key: po, Document: fiveLines(po)}); err != nil {
			b.Fatal(err)
		}
	}
	bytes, events := 0, 0
	for e := range h.journal.Read(b.Context(), "", 0) {
		bytes += len(e.Data)
		events++
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b.ReportAllocs()
	for b.Loop() {
		other := h.fresh(b, h.journal)
		opened, err := other.tryOpen(b)
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(opened)
		b.StartTimer()
	}
	b.ReportMetric(float64(orders*b.N)/b.Elapsed().Seconds(), "orders/s")
	b.ReportMetric(float64(bytes)/orders, "journal-B/order")
	b.ReportMetric(float64(events)/orders, "events/order")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/orders, "heap-B/order")
}
