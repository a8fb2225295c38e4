package money_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]string{
		"5%":      "0.05",
		"0.05":    "0.05",
		"-12.50%": "-0.125",
		"100%":    "1",
		"7":       "7",
		".5%":     "0.005",
		"0%":      "0",
	} {
		r, err := money.ParseRate(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, r.String())
		assert.Equal(t, money.MustRate(want), r)
	}
	for text, want := range map[string]error{
		"":                       money.ErrSyntax,
		"%":                      money.ErrSyntax,
		"5 %":                    money.ErrSyntax,
		"5%%":                    money.ErrSyntax,
		"1e-2":                   money.ErrSyntax,
		"0.00000000000000001%":   money.ErrRange,
		"9223372036854775807%":   nil,
		"92233720368547758.071":  money.ErrRange,
		"92233720368547758.070":  nil,
		"9223372036854775808":    money.ErrRange,
		"0.0000000000000000001":  money.ErrRange,
		"0.0000000000000000010":  nil,
		"922337203685477580.70%": nil,
	} {
		_, err := money.ParseRate(text)
		require.ErrorIs(t, err, want, text)
	}
}

func TestRateArithmetic(t *testing.T) {
	fifteen := money.MustRate("15%")
	left, err := fifteen.OneMinus()
	require.NoError(t, err)
	assert.Equal(t, money.MustRate("0.85"), left)
	with, err := fifteen.OnePlus()
	require.NoError(t, err)
	assert.Equal(t, money.MustRate("1.15"), with)
	both, err := left.Mul(money.MustRate("2"))
	require.NoError(t, err)
	assert.Equal(t, "1.7", both.String())
	assert.Equal(t, "-15%", fifteen.Neg().Percent())
	assert.Equal(t, 1, with.Cmp(money.RateFromInt(1)))
	assert.Equal(t, 0, with.Cmp(money.MustRate("115%")))
	assert.Equal(t, -1, fifteen.Neg().Sign())
	none, err := money.RateFromInt(1).OneMinus()
	require.NoError(t, err)
	assert.True(t, none.IsZero())
	assert.Equal(t, money.Rate{}, none)
}

func TestRateRange(t *testing.T) {
	lowest := money.RateFromInt(math.MinInt64)
	for name, do := range map[string]func() (money.Rate, error){
		"one plus":  func() (money.Rate, error) { return money.RateFromInt(math.MaxInt64).OnePlus() },
		"one minus": func() (money.Rate, error) { return money.RateFromInt(-math.MaxInt64).OneMinus() },
		"mul":       func() (money.Rate, error) { return money.MustRate("0.000000001").Mul(money.MustRate("0.0000000001")) },
		"decimal":   func() (money.Rate, error) { return money.RateFromDecimal(decimal.New(1, 19)) },
		"lowest":    lowest.OnePlus,
		"-lowest":   lowest.Neg().OnePlus,
	} {
		got, err := do()
		require.ErrorIs(t, err, money.ErrRange, name)
		assert.Zero(t, got, name)
	}
	_, err := lowest.MarshalText()
	require.ErrorIs(t, err, money.ErrRange)
}

func TestRateJSON(t *testing.T) {
	var rates []money.Rate
	require.NoError(t, json.Unmarshal([]byte(`["5%","0.05","-1"]`), &rates))
	data, err := json.Marshal(rates)
	require.NoError(t, err)
	assert.JSONEq(t, `["0.05","0.05","-1"]`, string(data))
	require.Error(t, json.Unmarshal([]byte(`[0.05]`), &rates), "a number may have been through binary floating point")
}
