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

// TestTwoFacts compares facts of every kind with each other, also where one is
// missing or cannot be compared; none of it needs the machine.
func TestTwoFacts(t *testing.T) {
	type pair struct {
		S, T             string
		N                int8
		M                int64
		B, C             bool
		P, Q             money.Amount
		O                *money.Amount
		R, U             money.Rate
		X, Y             quantity.Quantity
		From, To, None   calendar.Date
		Begin, End, Zero time.Time
	}
	limit := money.MustParse("5 USD")
	facts := pair{
		S: "a", T: "b", N: 3, M: 4, C: true, P: money.MustParse("9.99 USD"), Q: money.MustParse("10 USD"), O: &limit,
		R: money.MustRate("5%"), U: money.MustRate("1"), X: quantity.MustParse("3 EA"), Y: quantity.MustParse("3.5 EA"),
		From: calendar.MustDate("2026-01-01"), To: calendar.MustDate("2026-01-02"), Begin: time.Unix(1, 0), End: time.Unix(2, 0),
	}
	s, err := rules.NewSchema[pair](rules.Config{})
	require.NoError(t, err)
	holds := func(when string, f pair) (bool, error) {
		b, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "r", When: when}})
		require.NoError(t, err, when)
		a, err := b.Access("r")
		require.NoError(t, err)
		require.Zero(t, a.Evaluated, when)
		out, err := b.Match(context.Background(), &f, time.Time{}, nil)
		return len(out) == 1, err
	}
	for _, when := range []string{
		"s < t", "n < m", "b != c", "p < q", "o <= p", "r < u", "x < y", "from < to", "begin < end", // alike
		"x <= n", "n >= x", "m > x", "u < n", // an int beside a quantity or a rate
		"not (none < to)", "not (none != to)", "not (zero < end)", "none == nil", // missing
	} {
		got, err := holds(when, facts)
		require.NoError(t, err, when)
		require.True(t, got, when)
	}
	other := facts
	other.Q = money.MustParse("10 EUR")
	_, err = holds("p < q", other)
	var failed *rules.EvalError
	require.ErrorAs(t, err, &failed)
	require.ErrorContains(t, err, "EUR")
	other.O = nil
	got, err := holds("o < q", other)
	require.NoError(t, err)
	require.False(t, got, "a missing fact settles it before currencies are compared")
}
