package impact_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/impact"
	"github.com/o2ckit/o2c/pricing/tax"
)

// TestTaxIsNoLeakage holds that tax, which the seller passes on, stands nowhere in the
// way from list to pocket price, whether prices are net or have it in them.
func TestTaxIsNoLeakage(t *testing.T) {
	for _, basis := range []pricing.PriceBasis{pricing.NetPrices, pricing.GrossPrices} {
		t.Run(string(basis), func(t *testing.T) {
			taxed := func(rate string) *pricing.Engine {
				table, err := tax.New(tax.Config{
					Rates:   []tax.Rate{{ID: "vat", Name: "VAT", Place: tax.Place{Country: "DE"}, Rate: money.MustRate(rate)}},
					Freight: []tax.FreightRule{{Policy: tax.FreightAsGoods}},
				})
				require.NoError(t, err)
				book, err := pricing.NewBook(record("L-A", pricing.Key{Item: "A"}, 0, 0))
				require.NoError(t, err)
				rules, err := pricing.NewRuleBook("test", percent("p", "promo", "true", "10%"))
				require.NoError(t, err)
				s := schema()
				s.Prices = basis
				s.Steps = append(s.Steps, pricing.Step{Name: "vat", Kind: pricing.StepTax})
				engine, err := pricing.New(pricing.Config{Schema: s, Prices: book, Rules: rules, Taxes: table, Zone: time.UTC})
				require.NoError(t, err)
				return engine
			}
			o := order("1", "100", "A", 10)
			o.Request.Tax = tax.Supply{ShipTo: tax.Place{Country: "DE"}, ShipFrom: tax.Place{Country: "DE"}}
			before, err := taxed("19%").Price(t.Context(), o.Request)
			require.NoError(t, err)
			require.Positive(t, before.Tax.Tax.Sign(), "there is tax that could be counted")
			report := run(t, impact.Config{Before: taxed("19%"), After: taxed("25%")}, o)
			assert.Zero(t, report.Moved)
			assert.Equal(t, []string{"list 1>1 10.00>10.00 0.00", "promo 1>1 -1.00>-1.00 0.00"}, sums(report.Steps))
			require.Len(t, report.Leakage, 1)
			for _, w := range []impact.Waterfall{report.Leakage[0].Before, report.Leakage[0].After} {
				assert.Equal(t, "9.00 USD", w.Pocket.String())
				assert.Len(t, w.Steps, 1)
			}
			assert.NotContains(t, report.Text(10), "vat")
		})
	}
}

// TestKindOfAStepThatChanges has a step of one name and label be a discount before and
// a surcharge after: what the report says does not depend on who saw which first.
func TestKindOfAStepThatChanges(t *testing.T) {
	before := engineOf(t, map[string]string{"A": "10 USD"}, percent("p", "promo", "true", "10%"))
	s := schema()
	s.Steps[1].Kind = pricing.StepSurcharge
	rules, err := pricing.NewRuleBook("test", percent("p", "promo", "true", "10%"))
	require.NoError(t, err)
	after, err := pricing.New(pricing.Config{Schema: s, Prices: before.Prices(), Rules: rules, Zone: time.UTC})
	require.NoError(t, err)
	kind := func(c impact.Config) pricing.StepKind {
		return run(t, c, order("1", "100", "A", 1)).Leakage[0].Before.Steps[0].Kind
	}
	assert.Equal(t, kind(impact.Config{Before: before, After: after}), kind(impact.Config{Before: after, After: before}))
}

// TestStreamThatPanics leaves no worker behind.
func TestStreamThatPanics(t *testing.T) {
	engine := engineOf(t, map[string]string{"A": "10 USD"})
	assert.PanicsWithValue(t, "the disk is gone", func() {
		_, _ = impact.Run(context.Background(), impact.Config{Before: engine, After: engine, Workers: 8}, func(yield func(impact.Order, error) bool) {
			yield(order("1", "100", "A", 1), nil)
			panic("the disk is gone")
		})
	})
	workers := func() bool {
		stacks := make([]byte, 1<<20)
		return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "impact.(*runner).work")
	}
	for range 200 {
		if !workers() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("workers still wait for orders")
}
