package impact_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/pricing/impact"
)

// BenchmarkRun prices orders of 20 lines twice, with a promotion each, and adds them
// up.
func BenchmarkRun(b *testing.B) {
	prices, next := map[string]string{}, map[string]string{}
	for i := range 2000 {
		item := fmt.Sprintf("I%04d", i)
		prices[item] = fmt.Sprintf("%d.50 USD", 1+i%90)
		next[item] = fmt.Sprintf("%d.75 USD", 1+i%90)
	}
	before := engineOf(b, prices, percent("five", "promo", `quantity >= qty("5 EA")`, "5%"))
	after := engineOf(b, next, percent("five", "promo", `quantity >= qty("5 EA")`, "6%"))
	var orders []impact.Order
	for n := range 500 {
		var lines []any
		for i := range 20 {
			lines = append(lines, fmt.Sprintf("I%04d", (n*37+i*101)%2000), 1+(n+i)%9)
		}
		orders = append(orders, order(fmt.Sprint(n), fmt.Sprint("C", n%97), lines...))
	}
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("lines=20/workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			_, err := impact.Run(b.Context(), impact.Config{Before: before, After: after, Workers: workers}, endless(orders, b.N))
			require.NoError(b, err)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
		})
	}
}

// endless gives n orders out of a few.
func endless(orders []impact.Order, n int) iter.Seq2[impact.Order, error] {
	return func(yield func(impact.Order, error) bool) {
		for i := range n {
			if !yield(orders[i%len(orders)], nil) {
				return
			}
		}
	}
}
