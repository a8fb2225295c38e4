package invoice_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// BenchmarkMake bills half of an order of 100 lines with five steps each.
func BenchmarkMake(b *testing.B) {
	var lines []order.PricedLine
	for i := range 100 {
		lines = append(lines, line(fmt.Sprint(i), 70, "101.50", "-10.00", "-4.57", "-0.93", "2.00"))
	}
	o := newOrder(b, lines, freight("25.00"))
	for i := range o.Lines {
		ship(b, o, o.Lines[i].ID, 35)
	}
	r := request(b, o)
	b.ReportAllocs()
	for b.Loop() {
		_, err := invoice.Make(r)
		require.NoError(b, err)
	}
}
