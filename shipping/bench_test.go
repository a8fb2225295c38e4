package shipping_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/shipping"
)

// BenchmarkPlan packs 100 lines into about 400 cartons, remainders mixed.
func BenchmarkPlan(b *testing.B) {
	var lines []shipping.Line
	for i := range 100 {
		l := line(fmt.Sprint(i), 40, 12)
		l.UnitWeight = kg("0.35")
		lines = append(lines, l)
	}
	r, numbers := request(lines...), newLog(b)
	b.ReportAllocs()
	for b.Loop() {
		_, err := shipping.Plan(r, shipping.Packing{Numbers: numbers})
		require.NoError(b, err)
	}
}
