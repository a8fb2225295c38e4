package money_test

import (
	"testing"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The first error stays, whatever comes after it.
func TestCalculatorKeepsTheFirstError(t *testing.T) {
	dollar := money.MustParse("1 USD")
	for name, row := range map[string]struct {
		do   func(*money.Calculator)
		want error
	}{
		"division":  {func(c *money.Calculator) { c.Quo(money.Rate{}) }, money.ErrDivision},
		"per":       {func(c *money.Calculator) { c.Times(quantity.New(1, quantity.Each), 0) }, money.ErrDivision},
		"too large": {func(c *money.Calculator) { c.MulInt(1e15).MulInt(1e15) }, money.ErrRange},
		"share":     {func(c *money.Calculator) { c.MulInt(2).More(money.RateFromInt(9e18)) }, money.ErrRange},
	} {
		t.Run(name, func(t *testing.T) {
			calc := money.NewCalculator(dollar, 4, money.HalfUp)
			row.do(&calc)
			calc.Add(money.MustParse("1 EUR")).Mul(money.MustRate("0")).Less(money.MustRate("0")).Round(2)
			calc.Quo(money.Rate{}).Times(quantity.New(1, quantity.Each), -1)
			got, err := calc.Amount()
			require.ErrorIs(t, err, row.want)
			assert.Zero(t, got)
		})
	}
	for _, places := range []int{-1, 19, 258} {
		calc := money.NewCalculator(dollar, places, money.HalfUp)
		_, err := calc.MulInt(2).Amount()
		var rounding *money.RoundingError
		require.ErrorAs(t, err, &rounding)
		assert.Equal(t, places, rounding.Places)
	}
	calc := money.NewCalculator(dollar, 2, money.HalfUp)
	_, err := calc.Round(-1).Amount()
	require.Error(t, err)
}

// A chain may start from nothing and take the currency of its first amount.
func TestCalculatorStartsFromNothing(t *testing.T) {
	calc := money.NewCalculator(money.Amount{}, 2, money.HalfUp)
	got, err := calc.MulInt(3).Add(money.MustParse("1 USD")).Add(money.Amount{}).Sub(money.MustParse("3 USD")).Amount()
	require.NoError(t, err)
	assert.Equal(t, "-2.00 USD", got.String())
}

// The start is taken as it is, each step is rounded, and a sum that is too long
// only for digits beyond the working ones is no overflow.
func TestCalculatorWorkingDigits(t *testing.T) {
	calc := money.NewCalculator(money.MustParse("1.23456 USD"), 3, money.HalfEven)
	got, err := calc.Amount()
	require.NoError(t, err)
	assert.Equal(t, "1.23456 USD", got.String())
	got, err = calc.Add(money.Zero(money.USD)).Amount()
	require.NoError(t, err)
	assert.Equal(t, "1.235 USD", got.String())

	large := money.NewCalculator(money.MustParse("90000000000000000 USD"), 2, money.HalfUp)
	got, err = large.Add(money.MustParse("0.005 USD")).Amount()
	require.NoError(t, err)
	assert.Equal(t, "90000000000000000.01 USD", got.String())
}
