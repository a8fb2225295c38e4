package tax_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

// hundred has 100 lines in New York, every fifth of food.
func hundred(included bool) tax.Request {
	r := request(tax.Place{Country: "US", Region: "NY", Locality: "New York"}, line("0", "", "1.00 USD"))
	r.Lines = nil
	for i := range int64(100) {
		l := tax.Line{ID: fmt.Sprint(i), Amount: money.FromMinor(1000+37*i, money.USD), Included: included}
		if i%5 == 0 {
			l.Category = "food"
		}
		r.Lines = append(r.Lines, l)
	}
	return r
}

func BenchmarkTax(b *testing.B) {
	e := newYork(b)
	for _, rounding := range []tax.Rounding{tax.ByDocument, tax.ByLine} {
		for _, included := range []bool{false, true} {
			b.Run(fmt.Sprintf("lines=100/rates=3/rounding=%s/included=%t", rounding, included), func(b *testing.B) {
				r := hundred(included)
				r.Rounding = rounding
				b.ReportAllocs()
				for b.Loop() {
					if _, err := e.Tax(b.Context(), r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// The allocations of taxing do not grow with the lines where no tax is included.
func TestAllocsTax(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	e := newYork(t)
	for _, rounding := range []tax.Rounding{tax.ByDocument, tax.ByLine} {
		r := hundred(false)
		r.Rounding = rounding
		got := testing.AllocsPerRun(100, func() {
			if _, err := e.Tax(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		})
		t.Logf("by %s: %.0f allocations", rounding, got)
		assert.LessOrEqual(t, got, 100.0)
	}
}
