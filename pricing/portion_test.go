package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// pricing.md: partial invoices cumulate each waterfall amount.
func TestPortion(t *testing.T) {
	e := setup{
		schema: schemaOf(discountStep("d", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "3.33 USD")},
		rules: []pricing.Rule{always("d", off("1.00 USD"))},
	}.engine(t)
	got := price(t, e, request(line("A", 3)))
	var parts []string
	for n := range int64(3) {
		entries, err := got.Lines[0].Portion(ea(n), ea(n+1))
		require.NoError(t, err)
		for _, entry := range entries {
			parts = append(parts, entry.Step+" "+entry.Amount.Number())
		}
	}
	assert.Equal(t, []string{"list 3.33", "d -0.33", "list 3.33", "d -0.34", "list 3.33", "d -0.33"}, parts)

	var none *pricing.PortionError
	for _, c := range [][2]int64{{0, 4}, {2, 1}, {-1, 1}} {
		_, err := got.Lines[0].Portion(ea(c[0]), ea(c[1]))
		assert.ErrorAs(t, err, &none, "%v", c)
	}
	_, err := got.Lines[0].Portion(quantity.New(0, quantity.Case), quantity.New(1, quantity.Case))
	assert.Error(t, err)
	_, err = got.Lines[0].Portion(ea(0), quantity.New(1, quantity.Case))
	assert.Error(t, err)
}

// However a line is cut, its parts add up to it, entry by entry, and each is
// whole minor units.
func TestPortionsAddUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawWorld(r)
		got, err := w.engine(t).Price(t.Context(), w.request)
		require.NoError(t, err)
		for _, l := range got.Lines {
			if !l.Priced {
				continue
			}
			whole, err := l.Quantity.Int64()
			require.True(t, err)
			cut := rapid.Int64Range(0, whole).Draw(r, "cut")
			sums := map[string]money.Amount{}
			for _, c := range [][2]int64{{0, cut}, {cut, whole}} {
				entries, err := l.Portion(ea(c[0]), ea(c[1]))
				require.NoError(t, err)
				total := money.Zero(got.Currency)
				for _, e := range entries {
					total = plus(t, total, e.Amount)
					k := e.Step + "\x00" + e.Source
					sums[k] = plus(t, sums[k], e.Amount)
				}
				require.LessOrEqual(t, total.Scale(), got.Currency.Digits(), "%s", fmt.Sprint(entries))
			}
			for _, e := range l.Entries {
				if e.Counts() {
					k := e.Step + "\x00" + e.Source
					left, err := sums[k].Sub(e.Amount)
					require.NoError(t, err)
					sums[k] = left
				}
			}
			for k, left := range sums {
				require.True(t, left.IsZero(), "%q: %s", k, left)
			}
		}
	})
}
