package rules_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// order is the fact struct of most tests: every kind of fact, nested, optional
// and renamed.
type order struct {
	Tier      tier
	Category  string
	Net       money.Amount
	Discount  money.Rate
	Quantity  quantity.Quantity
	Requested calendar.Date
	Placed    time.Time
	Lines     int
	Rank      int16
	Rush      bool
	Tags      []string
	Customer  customer
	Carrier   *carrier
	Limit     *money.Amount
	Internal  map[string]string `rule:"-"`
}

type tier string

type customer struct {
	Country string
	Score   *int
	ID      string
	Blocked bool `rule:"onHold"`
}

type carrier struct {
	Code    string
	Insured *bool
	Days    int
}

func sample() order {
	return order{
		Tier: "GOLD", Category: "tools", Net: money.MustParse("100.00 USD"), Discount: money.MustRate("5%"),
		Quantity: quantity.MustParse("12 EA"), Requested: calendar.MustDate("2026-03-27"),
		Placed: time.Date(2026, 3, 20, 9, 30, 0, 0, time.UTC), Lines: 4, Rank: -2, Rush: true,
		Tags: []string{"promo", "web"}, Customer: customer{Country: "CA", ID: "C-1"},
	}
}

func schema(t testing.TB, c rules.Config) *rules.Schema[order] {
	t.Helper()
	s, err := rules.NewSchema[order](c)
	require.NoError(t, err)
	return s
}

func book(t testing.TB, rs ...rules.Rule[string]) *rules.Book[order, string] {
	t.Helper()
	b, err := rules.Compile(schema(t, rules.Config{}), "test", rs)
	require.NoError(t, err)
	return b
}

func ids[E any](matched []*rules.Rule[E]) []string {
	out := []string{}
	for _, r := range matched {
		out = append(out, r.ID)
	}
	return out
}

// holds compiles one condition and asks it.
func holds(t testing.TB, when string, facts order) (bool, error) {
	t.Helper()
	matched, err := book(t, rules.Rule[string]{ID: "r", When: when}).Match(context.Background(), &facts, time.Time{}, nil)
	return len(matched) == 1, err
}

func TestMatchOrdersByPriorityThenID(t *testing.T) {
	b := book(t,
		rules.Rule[string]{ID: "b", When: "true"},
		rules.Rule[string]{ID: "a", When: "true"},
		rules.Rule[string]{ID: "B", When: "true"},
		rules.Rule[string]{ID: "low", When: "true", Priority: -1},
		rules.Rule[string]{ID: "high", When: "true", Priority: 7},
	)
	facts := sample()
	matched, err := b.Match(context.Background(), &facts, time.Time{}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"high", "B", "a", "b", "low"}, ids(matched))
}
