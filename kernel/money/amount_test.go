package money_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unsafe"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAmountIs16Bytes(t *testing.T) {
	assert.EqualValues(t, 16, unsafe.Sizeof(money.Amount{}))
	assert.EqualValues(t, 16, unsafe.Sizeof(money.Rate{}))
}

// Whatever way an amount came about, == is equality and it is one map key.
func TestEqualityIsCanonical(t *testing.T) {
	half := money.MustParse("0.125 USD")
	sum, err := money.MustParse("12.375 USD").Add(half)
	require.NoError(t, err)
	product, err := money.MustParse("5 USD").Mul(money.MustRate("2.50"))
	require.NoError(t, err)
	fromDecimal, err := money.FromDecimal(decimal.RequireFromString("12.500000"), money.USD)
	require.NoError(t, err)
	number, err := money.ParseNumber("0012.5", money.USD)
	require.NoError(t, err)
	want := money.FromMinor(1250, money.USD)
	seen := map[money.Amount]int{want: 1}
	for _, got := range []money.Amount{sum, product, fromDecimal, number, money.MustParse("12.500 USD"), want.Neg().Neg()} {
		assert.Equal(t, want, got)
		seen[got]++
	}
	assert.Len(t, seen, 1)
	assert.NotEqual(t, want, money.FromMinor(1250, money.EUR))
}

func TestCanonicalScale(t *testing.T) {
	for text, want := range map[string]struct {
		coef  int64
		scale int
	}{
		"12.5 USD":                   {1250, 2},
		"12.500 USD":                 {1250, 2},
		"0.0125 USD":                 {125, 4},
		"0 USD":                      {0, 2},
		"7.00 JPY":                   {7, 0},
		"7.50 JPY":                   {75, 1},
		"1.5 KWD":                    {1500, 3},
		"1 CLF":                      {10000, 4},
		"92233720368547758.07 USD":   {math.MaxInt64, 2},
		"-9223372036854.775807 USD":  {-math.MaxInt64, 6},
		"0.000000000000000001 USD":   {1, 18},
		"-9223372036854775.807 KWD":  {-math.MaxInt64, 3},
		"9223372036854775807.00 JPY": {math.MaxInt64, 0},
	} {
		a, err := money.Parse(text)
		require.NoError(t, err, text)
		assert.Equal(t, want.coef, a.Coefficient(), text)
		assert.Equal(t, want.scale, a.Scale(), text)
	}
}

func TestZeroAmountIsNeutral(t *testing.T) {
	var none money.Amount
	dollar := money.MustParse("1.00 USD")
	for _, got := range []func() (money.Amount, error){
		func() (money.Amount, error) { return none.Add(dollar) },
		func() (money.Amount, error) { return dollar.Add(none) },
		func() (money.Amount, error) { return dollar.Sub(none) },
		func() (money.Amount, error) { return money.Sum(none, dollar, none) },
	} {
		sum, err := got()
		require.NoError(t, err)
		assert.Equal(t, dollar, sum)
	}
	order, err := none.Cmp(dollar)
	require.NoError(t, err)
	assert.Equal(t, -1, order)
	sum, err := money.Sum()
	require.NoError(t, err)
	assert.Equal(t, none, sum)
	assert.True(t, none.IsZero())
	assert.True(t, money.Zero(money.USD).IsZero())
}

func TestCurrencyMismatch(t *testing.T) {
	dollar, euro := money.MustParse("1 USD"), money.MustParse("1 EUR")
	calc := money.NewCalculator(dollar, 2, money.HalfUp)
	for name, do := range map[string]func() error{
		"add":        func() error { _, err := dollar.Add(euro); return err },
		"add zero":   func() error { _, err := dollar.Add(money.Zero(money.EUR)); return err },
		"sub":        func() error { _, err := dollar.Sub(euro); return err },
		"cmp":        func() error { _, err := dollar.Cmp(euro); return err },
		"sum":        func() error { _, err := money.Sum(dollar, euro); return err },
		"calculator": func() error { _, err := calc.Add(euro).Amount(); return err },
		"apportion":  func() error { _, err := money.Apportion(dollar, []money.Amount{euro}); return err },
	} {
		t.Run(name, func(t *testing.T) {
			var mismatch *money.CurrencyError
			require.ErrorAs(t, do(), &mismatch)
			assert.Equal(t, money.CurrencyError{Have: money.EUR, Want: money.USD}, *mismatch)
		})
	}
}

// Nothing wraps: the edges of 63 bits are errors, not other amounts.
func TestOverflow(t *testing.T) {
	top, cent := money.FromMinor(math.MaxInt64, money.USD), money.FromMinor(1, money.USD)
	for name, do := range map[string]func() (money.Amount, error){
		"add":          func() (money.Amount, error) { return top.Add(cent) },
		"sub":          func() (money.Amount, error) { return top.Neg().Sub(cent) },
		"finer":        func() (money.Amount, error) { return top.Add(money.MustParse("0.001 USD")) },
		"mul int":      func() (money.Amount, error) { return top.MulInt(2) },
		"mul":          func() (money.Amount, error) { return top.Mul(money.MustRate("0.9")) },
		"round up":     func() (money.Amount, error) { return top.Round(0, money.Up) },
		"sum":          func() (money.Amount, error) { return money.Sum(top, cent) },
		"from decimal": func() (money.Amount, error) { return money.FromDecimal(decimal.New(1, 17), money.USD) },
		"scale":        func() (money.Amount, error) { return money.FromDecimal(decimal.New(1, -19), money.USD) },
		"calculator":   func() (money.Amount, error) { c := money.NewCalculator(top, 2, money.Up); return c.Add(cent).Amount() },
		"min of minor": func() (money.Amount, error) { return money.FromMinor(math.MinInt64, money.USD).Add(cent) },
		"its negative": func() (money.Amount, error) { return money.FromMinor(math.MinInt64, money.USD).Neg().Add(cent) },
		"its product":  func() (money.Amount, error) { return money.FromMinor(math.MinInt64, money.USD).MulInt(0) },
		"its rounding": func() (money.Amount, error) { return money.FromMinor(math.MinInt64, money.USD).Round(0, money.Down) },
		"its quotient": func() (money.Amount, error) {
			return money.FromMinor(math.MinInt64, money.USD).QuoRound(money.RateFromInt(2), 2, money.Down)
		},
		"its chain": func() (money.Amount, error) {
			c := money.NewCalculator(money.FromMinor(math.MinInt64, money.USD), 2, money.Up)
			return c.Amount()
		},
		"its sum":       func() (money.Amount, error) { return money.Sum(top, cent, money.FromMinor(math.MinInt64, money.USD)) },
		"by such a one": func() (money.Amount, error) { return cent.MulInt(math.MinInt64) },
	} {
		t.Run(name, func(t *testing.T) {
			got, err := do()
			require.ErrorIs(t, err, money.ErrRange)
			assert.Zero(t, got)
		})
	}
	_, err := money.FromMinor(math.MinInt64, money.USD).Cmp(cent)
	require.ErrorIs(t, err, money.ErrRange)
	_, err = money.Sum(top, cent, money.MustParse("1 EUR"))
	var mismatch *money.CurrencyError
	require.ErrorAs(t, err, &mismatch)
	// Only the sum has to fit.
	sum, err := money.Sum(top, top, top.Neg(), cent, top.Neg())
	require.NoError(t, err)
	assert.Equal(t, cent, sum)
}

func TestMinor(t *testing.T) {
	units, whole := money.MustParse("12.50 USD").Minor()
	assert.True(t, whole)
	assert.EqualValues(t, 1250, units)
	_, whole = money.MustParse("12.505 USD").Minor()
	assert.False(t, whole)
}

func TestRoundingArguments(t *testing.T) {
	a := money.MustParse("1.005 USD")
	for _, places := range []int{-1, money.MaxScale + 1, math.MinInt, math.MaxInt} {
		_, err := a.Round(places, money.HalfUp)
		var rounding *money.RoundingError
		require.ErrorAs(t, err, &rounding)
		assert.Equal(t, places, rounding.Places)
	}
	_, err := a.MulRound(money.MustRate("1"), 2, money.Rounding(9))
	require.Error(t, err)
	_, err = money.ParseRounding("nearest")
	require.Error(t, err)
	mode, err := money.ParseRounding("half-even")
	require.NoError(t, err)
	assert.Equal(t, money.HalfEven, mode)
	_, err = a.RoundMinor(money.Rounding(5))
	require.EqualError(t, err, "money: cannot round to 2 places by Rounding(5)")
	coarse, err := a.Round(0, money.HalfUp)
	require.NoError(t, err)
	assert.Equal(t, "1.00 USD", coarse.String())
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]error{
		"":                         money.ErrSyntax,
		"USD":                      money.ErrSyntax,
		" USD":                     money.ErrSyntax,
		"12.50":                    money.ErrUnknownCurrency,
		"12.50 ":                   money.ErrUnknownCurrency,
		"12.50USD":                 money.ErrSyntax,
		"12.50  USD":               money.ErrUnknownCurrency,
		"12.50 usd":                money.ErrUnknownCurrency,
		"12.50 XAU":                money.ErrUnknownCurrency,
		"12,50 USD":                money.ErrSyntax,
		"1e3 USD":                  money.ErrSyntax,
		"$12.50 USD":               money.ErrSyntax,
		"NaN USD":                  money.ErrSyntax,
		"92233720368547758.08 USD": money.ErrRange,
		"1e USD":                   money.ErrSyntax,
		"922337203685477580.7 KWD": money.ErrRange,
		strings.Repeat("9", 1000):  money.ErrRange,
	} {
		_, err := money.Parse(text)
		require.ErrorIs(t, err, want, text)
		var parse *money.ParseError
		require.ErrorAs(t, err, &parse)
		assert.LessOrEqual(t, len(parse.Text), 64)
	}
	_, err := money.ParseNumber("1", money.Currency(9))
	require.ErrorIs(t, err, money.ErrUnknownCurrency)
	_, err = money.FromDecimal(decimal.New(1, 0), 0)
	require.ErrorIs(t, err, money.ErrUnknownCurrency)
	assert.Panics(t, func() { money.MustParse("12.50") })
	assert.Panics(t, func() { money.MustRate("half") })
}

func TestJSON(t *testing.T) {
	type document struct {
		Net  money.Amount            `json:"net"`
		Rate money.Rate              `json:"rate"`
		By   map[money.Amount]string `json:"by"`
	}
	doc := document{money.MustParse("-12.5 USD"), money.MustRate("5%"), map[money.Amount]string{money.MustParse("1 JPY"): "x"}}
	data, err := json.Marshal(doc)
	require.NoError(t, err)
	assert.JSONEq(t, `{"net":"-12.50 USD","rate":"0.05","by":{"1 JPY":"x"}}`, string(data))
	var back document
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, doc, back)
	for _, text := range []string{`{"amount":"-12.50","currency":"USD"}`, `{"currency":"USD","amount":"-12.5"}`, `"-12.50\u0020USD"`} {
		var a money.Amount
		require.NoError(t, json.Unmarshal([]byte(text), &a), text)
		assert.Equal(t, doc.Net, a)
	}

	for _, text := range []string{
		`{"amount":12.50,"currency":"USD"}`,
		`{"amount":"12.50"}`,
		`{"currency":"USD"}`,
		`{"amount":"12.50","currency":"USD","scale":2}`,
		`{"amount":"12.50","currency":"usd"}`,
		`"12.50"`,
		`"12.50 \u`,
		`12.50`,
		`[]`,
	} {
		a := money.MustParse("7 EUR")
		require.Error(t, json.Unmarshal([]byte(text), &a), text)
		assert.Equal(t, money.MustParse("7 EUR"), a, "a failure changes nothing")
	}
	a := money.MustParse("7 EUR")
	require.NoError(t, json.Unmarshal([]byte("null"), &a))
	assert.Equal(t, money.MustParse("7 EUR"), a)
	for _, unreadable := range []money.Amount{money.FromMinor(5, 0), money.FromMinor(5, 9), money.FromMinor(math.MinInt64, money.USD)} {
		_, err := json.Marshal(unreadable)
		require.Error(t, err)
	}
}

func TestRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD, money.CLF}).Draw(t, "currency")
		places := rapid.Int32Range(int32(c.Digits()), money.MaxScale).Draw(t, "places")
		n := rapid.Int64Range(-math.MaxInt64, math.MaxInt64).Draw(t, "n")
		a, err := money.FromDecimal(decimal.New(n, -places), c)
		require.NoError(t, err)

		var back money.Amount
		text, err := a.MarshalText()
		require.NoError(t, err)
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, a, back)

		data, err := json.Marshal(a)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, a, back)

		stored, err := a.Value()
		require.NoError(t, err)
		require.NoError(t, back.Scan(stored))
		require.Equal(t, a, back)
		require.NoError(t, back.Scan([]byte(a.String())))
		require.Equal(t, a, back)
	})
}

// The stored forms are an interface: a change here breaks databases.
func TestSQL(t *testing.T) {
	for want, v := range map[string]driver.Valuer{
		"12.50 USD": money.MustParse("12.5 USD"),
		"0":         money.Amount{},
		"0.05":      money.MustRate("5%"),
		"KWD":       money.KWD,
		"":          money.Currency(0),
	} {
		stored, err := v.Value()
		require.NoError(t, err)
		assert.Equal(t, want, stored)
	}
	var a money.Amount
	var r money.Rate
	var c money.Currency
	for _, into := range []sql.Scanner{&a, &r, &c} {
		require.Error(t, into.Scan(nil))
		require.Error(t, into.Scan(12.5))
	}
	require.NoError(t, r.Scan("0.050000000000000000")) // numeric(38, 18)
	assert.Equal(t, money.MustRate("5%"), r)
	var null sql.Null[money.Amount]
	require.NoError(t, null.Scan(nil))
	assert.False(t, null.Valid)
	require.NoError(t, null.Scan("1 JPY"))
	assert.Equal(t, money.FromMinor(1, money.JPY), null.V)
}
