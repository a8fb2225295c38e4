package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

// taxedCart is an order of lines at two rates with a discount and freight, taxed or
// not.
func taxedCart(t testing.TB, lines int, taxed bool, d pricing.Discount) (*pricing.Engine, pricing.Request) {
	freight := pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder, TaxKind: tax.Freight}
	s := setup{schema: schemaOf(freight, orderStep("order")), rules: []pricing.Rule{always("order", d)}}
	if taxed {
		s.schema.Steps = append(s.schema.Steps, taxStep())
	}
	s.records = []pricing.Record{listPrice("A", "12.34 EUR"), listPrice("B", "5.67 EUR")}
	r := inGermany()
	for n := range lines {
		l := line([]string{"A", "B"}[n%2], int64(1+n%7))
		l.ID, l.TaxCategory = fmt.Sprint(n+1), []string{"", "books"}[n%2]
		r.Lines = append(r.Lines, l)
	}
	r.Charges = []pricing.Charge{{Step: "freight", Amount: money.MustParse("25.00 EUR")}}
	if taxed {
		return s.taxing(t, german(t)), r
	}
	return s.engine(t), r
}

func BenchmarkPriceTax(b *testing.B) {
	for _, c := range []struct {
		name  string
		taxed bool
		d     pricing.Discount
	}{{"none", false, off("5.00 EUR")}, {"net", true, off("5.00 EUR")}, {"net with a voucher gross", true, grossOff("5.00 EUR")}} {
		b.Run("lines=100/tax="+c.name, func(b *testing.B) {
			e, r := taxedCart(b, 100, c.taxed, c.d)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Price(b.Context(), r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A schema without a tax step pays nothing for there being one; one with it pays one
// allocation for each charge of a line that is taxed by itself, and a number that
// hardly grows with the lines.
func TestAllocsTaxStep(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, c := range []struct {
		lines int
		taxed bool
		most  float64
	}{{1, false, 3}, {100, false, 20}, {1, true, 30}, {100, true, 200}} {
		e, r := taxedCart(t, c.lines, c.taxed, off("5.00 EUR"))
		got := testing.AllocsPerRun(100, func() {
			res, err := e.Price(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			require.Equal(t, c.taxed, res.Tax != nil)
		})
		t.Logf("%d lines, taxed %t: %.0f allocations", c.lines, c.taxed, got)
		assert.LessOrEqual(t, got, c.most, "%d lines, taxed %t", c.lines, c.taxed)
	}
}
