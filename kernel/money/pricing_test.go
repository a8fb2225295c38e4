package money_test

import (
	"testing"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The figures of the pricing semantics that are money arithmetic.

func each(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

// pricing.md: Base price. A price per n units is never made a unit price.
func TestPricePerHundredThousand(t *testing.T) {
	net, err := money.Extend(money.MustParse("100.00 USD"), each(99_830), 100_000, 2, money.HalfUp)
	require.NoError(t, err)
	assert.Equal(t, "99.83 USD", net.String())
}

// pricing.md: Rounding. Two reductions of 5%, rounded at each step or once.
func TestByStepAndExact(t *testing.T) {
	price, five := money.MustParse("1.08 USD"), money.MustRate("5%")
	byStep := money.NewCalculator(price, 2, money.HalfUp)
	got, err := byStep.Less(five).Less(five).Amount()
	require.NoError(t, err)
	assert.Equal(t, "0.98 USD", got.String())

	exactly := money.NewCalculator(price, 8, money.HalfUp)
	got, err = exactly.Less(five).Less(five).Round(2).Amount()
	require.NoError(t, err)
	assert.Equal(t, "0.97 USD", got.String())
	fused, err := money.Extend(price, each(1), 1, 2, money.HalfUp, money.MustRate("0.95"), money.MustRate("0.95"))
	require.NoError(t, err)
	assert.Equal(t, got, fused)
}

// pricing.md: Decisions. The discount is what is rounded and the net follows, or
// the net is rounded.
func TestDiscountOrNetIsRounded(t *testing.T) {
	price, fifteen := money.MustParse("10.50 USD"), money.MustRate("15%")
	off, err := price.MulRound(fifteen, 2, money.HalfUp)
	require.NoError(t, err)
	assert.Equal(t, "1.58 USD", off.String())
	net, err := price.Sub(off)
	require.NoError(t, err)
	assert.Equal(t, "8.92 USD", net.String())

	calc := money.NewCalculator(price, 2, money.HalfUp)
	net, err = calc.Less(fifteen).Amount()
	require.NoError(t, err)
	assert.Equal(t, "8.92 USD", net.String())

	left, err := fifteen.OneMinus()
	require.NoError(t, err)
	net, err = price.MulRound(left, 2, money.HalfUp)
	require.NoError(t, err)
	assert.Equal(t, "8.93 USD", net.String())
}

// pricing.md: Tax. Included tax is gross less rounded net.
func TestIncludedTax(t *testing.T) {
	gross := money.MustParse("200 USD")
	with, err := money.MustRate("15%").OnePlus()
	require.NoError(t, err)
	net, err := gross.QuoRound(with, 2, money.HalfUp)
	require.NoError(t, err)
	tax, err := gross.Sub(net)
	require.NoError(t, err)
	assert.Equal(t, "173.91 USD", net.String())
	assert.Equal(t, "26.09 USD", tax.String())
}

// pricing.md: Rounding. 1% off four lines: round-lines 1.04, round-total 1.02.
func TestRoundLinesAndTotal(t *testing.T) {
	one := money.MustRate("1%")
	var byLine, total money.Amount
	for i, want := range []string{"0.11 USD", "0.21 USD", "0.31 USD", "0.41 USD"} {
		line := money.FromMinor(int64(1060+1000*i), money.USD)
		off, err := line.MulRound(one, 2, money.HalfUp)
		require.NoError(t, err)
		assert.Equal(t, want, off.String())
		byLine, err = byLine.Add(off)
		require.NoError(t, err)
		total, err = total.Add(line)
		require.NoError(t, err)
	}
	off, err := total.MulRound(one, 2, money.HalfUp)
	require.NoError(t, err)
	assert.Equal(t, "1.04 USD", byLine.String())
	assert.Equal(t, "1.02 USD", off.String())
}

// pricing.md: Discounts. 20% and 10% of 100: initial 70.00, running 72.00.
func TestInitialAndRunningBase(t *testing.T) {
	price, twenty, ten := money.MustParse("100 USD"), money.MustRate("20%"), money.MustRate("10%")
	running := money.NewCalculator(price, 2, money.HalfUp)
	got, err := running.Less(twenty).Less(ten).Amount()
	require.NoError(t, err)
	assert.Equal(t, "72.00 USD", got.String())
	first, err := price.MulRound(twenty, 2, money.HalfUp)
	require.NoError(t, err)
	second, err := price.MulRound(ten, 2, money.HalfUp)
	require.NoError(t, err)
	initial := money.NewCalculator(price, 2, money.HalfUp)
	got, err = initial.Sub(first).Sub(second).Amount()
	require.NoError(t, err)
	assert.Equal(t, "70.00 USD", got.String())
}

// pricing.md: Apportionment. A 100% discount leaves 0.00, also without decimals
// and with three.
func TestWholeDiscountLeavesNothing(t *testing.T) {
	for _, text := range []string{"10.99 USD", "11 JPY", "10.999 KWD", "10.9999 CLF"} {
		calc := money.NewCalculator(money.MustParse(text), 4, money.HalfUp)
		got, err := calc.Times(each(3), 1).Less(money.MustRate("100%")).Amount()
		require.NoError(t, err)
		assert.Equal(t, money.Zero(got.Currency()), got)
	}
}

// pricing.md: Rounding. 1,000 successive reductions stay within the working
// digits; exact they would have 2,000.
func TestThousandReductionsStaySmall(t *testing.T) {
	calc := money.NewCalculator(money.MustParse("1000000.00 USD"), 6, money.HalfUp)
	for range 1000 {
		calc.Less(money.MustRate("5%"))
	}
	got, err := calc.Amount()
	require.NoError(t, err)
	// At 9 units of the sixth digit 5% is 0.45 of one, which rounds to nothing.
	assert.Equal(t, "0.000009 USD", got.String())
}

// A currency without minor digits and one with three are rounded to theirs.
func TestMinorUnitsOfOtherCurrencies(t *testing.T) {
	for text, want := range map[string]string{
		"1234.5 JPY":   "1235 JPY",
		"1.2345 KWD":   "1.235 KWD",
		"1.23455 CLF":  "1.2346 CLF",
		"1.005 USD":    "1.01 USD",
		"-1.005 USD":   "-1.01 USD",
		"-1234.49 JPY": "-1234 JPY",
		"0.00049 KWD":  "0.000 KWD",
	} {
		got, err := money.MustParse(text).RoundMinor(money.HalfUp)
		require.NoError(t, err)
		assert.Equal(t, want, got.String())
	}
}
