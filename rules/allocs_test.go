package rules_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// TestAllocsOfComparisons holds what Match promises of memory to each kind of
// comparison, also where currencies and units differ and another part is false.
func TestAllocsOfComparisons(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates too")
	}
	s, err := rules.NewSchema[indexed](rules.Config{})
	require.NoError(t, err)
	facts := &indexed{
		Tier: "A", Tags: []string{"x"}, Net: money.MustParse("5 EUR"), Quantity: quantity.MustParse("5.25 EA"), Discount: money.MustRate("10%"),
		Requested: calendar.MustDate("2026-02-02"), Placed: benchAt,
	}
	dst := make([]*rules.Rule[int], 0, 1)
	for _, when := range []string{
		`net > money("1 USD") && wide > 5`, `net in [money("1 USD"), money("2 GBP")] && discount > 1`, `(net > money("1 USD") or rush) && discount > 1`,
		`quantity > qty("5 CA") && wide > 5`, `quantity > 5.123456`, `quantity in [1, 5.250]`, `discount > 0.0012345`, `net > money("1.123456 EUR")`,
		`placed > time("2026-01-01T00:00:00Z")`, `"x" in tags`, `rush ? site == 1 : tier == "A"`, `requested in [date("2026-02-02")]`, `score == nil`, `not (score > 2)`,
	} {
		b, err := rules.Compile(s, "test", []rules.Rule[int]{{ID: "r", When: when}})
		require.NoError(t, err)
		require.Zero(t, testing.AllocsPerRun(100, func() {
			if _, err := b.Match(context.Background(), facts, benchAt, dst); err != nil {
				t.Fatal(err)
			}
		}), when)
	}
}
