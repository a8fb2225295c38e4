package money_test

import (
	"math"
	"testing"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExtend(t *testing.T) {
	for name, row := range map[string]struct {
		price, quantity string
		per             int64
		places          int
		mode            money.Rounding
		factors         []string
		want            string
	}{
		"plain":                    {"10.50 USD", "48 EA", 1, 2, money.HalfUp, nil, "504.00 USD"},
		"credit":                   {"-10.50 USD", "3 EA", 1, 2, money.HalfUp, []string{"0.85"}, "-26.78 USD"},
		"catch weight":             {"3.99 USD", "1.255 KG", 1, 2, money.HalfUp, nil, "5.01 USD"},
		"tie, half even":           {"0.125 USD", "1 EA", 1, 2, money.HalfEven, nil, "0.12 USD"},
		"no minor digits":          {"33 JPY", "100 EA", 3, 0, money.HalfUp, nil, "1100 JPY"},
		"three minor digits":       {"1.001 KWD", "1 EA", 1, 3, money.HalfUp, []string{"0.5"}, "0.501 KWD"},
		"finer than minor":         {"1 USD", "1 EA", 3, 6, money.HalfUp, nil, "0.333333 USD"},
		"coarser than minor":       {"1.49 USD", "1 EA", 1, 0, money.HalfUp, nil, "1.00 USD"},
		"beyond 128 bits on a way": {"92233720368547758.07 USD", "9000000000000000000 EA", 1, 2, money.Down, []string{"9000000000000000000", "0.000000000000000001", "0.000000000000000001", "0.01"}, "74709313498523684.03 USD"},
		"zero at the end of it":    {"92233720368547758.07 USD", "9000000000000000000 EA", 1, 2, money.Down, []string{"9000000000000000000", "0"}, "0.00 USD"},
		"fits without zeros":       {"90000000000000000.00 USD", "1 EA", 1, 18, money.HalfUp, nil, "90000000000000000.00 USD"},
	} {
		t.Run(name, func(t *testing.T) {
			q, err := quantity.Parse(row.quantity)
			require.NoError(t, err)
			var factors []money.Rate
			for _, f := range row.factors {
				factors = append(factors, money.MustRate(f))
			}
			got, err := money.Extend(money.MustParse(row.price), q, row.per, row.places, row.mode, factors...)
			require.NoError(t, err)
			assert.Equal(t, row.want, got.String())
		})
	}
}

func TestExtendErrors(t *testing.T) {
	price, one := money.MustParse("1 USD"), quantity.New(1, quantity.Each)
	for _, per := range []int64{0, -1, math.MinInt64} {
		_, err := money.Extend(price, one, per, 2, money.HalfUp)
		require.ErrorIs(t, err, money.ErrDivision)
	}
	var rounding *money.RoundingError
	_, err := money.Extend(price, one, 1, 19, money.HalfUp)
	require.ErrorAs(t, err, &rounding)
	_, err = money.Extend(price, one, 1, 2, money.Rounding(200))
	require.ErrorAs(t, err, &rounding)
	for _, factors := range [][]money.Rate{
		{money.RateFromInt(1e18)},
		{money.RateFromInt(1e18), money.RateFromInt(1e18), money.RateFromInt(1e18)},
		{money.RateFromInt(math.MinInt64), money.RateFromInt(0)},
	} {
		_, err = money.Extend(price, one, 1, 2, money.HalfUp, factors...)
		require.ErrorIs(t, err, money.ErrRange)
	}
	_, err = money.Extend(money.FromMinor(math.MinInt64, money.USD), quantity.New(0, quantity.Each), 1, 2, money.HalfUp)
	require.ErrorIs(t, err, money.ErrRange)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"12.50 USD", "-0.0125 EUR", "0", "7 JPY", ".5 KWD", "92233720368547758.07 USD", "1e9 USD", "12,50 USD"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := money.Parse(text)
		if err != nil {
			require.Zero(t, a)
			var parse *money.ParseError
			require.ErrorAs(t, err, &parse)
			return
		}
		back, err := money.Parse(a.String())
		require.NoError(t, err)
		require.Equal(t, a, back)
		require.GreaterOrEqual(t, a.Scale(), a.Currency().Digits())
		same, err := money.FromDecimal(a.Decimal(), a.Currency())
		require.NoError(t, err)
		require.Equal(t, a, same)
	})
}

// FuzzExtend compares Extend with shopspring, whose numbers have no bounds.
func FuzzExtend(f *testing.F) {
	f.Add(int64(123456), uint8(4), int64(48), uint8(0), int64(1), int64(95), uint8(2), int64(975), uint8(3), uint8(2), uint8(0))
	f.Add(int64(math.MaxInt64), uint8(2), int64(math.MaxInt64), uint8(18), int64(1), int64(math.MaxInt64), uint8(18), int64(5), uint8(1), uint8(18), uint8(1))
	f.Add(int64(10000), uint8(2), int64(99830), uint8(0), int64(100000), int64(1), uint8(0), int64(-1), uint8(0), uint8(2), uint8(3))
	f.Fuzz(func(t *testing.T, price int64, priceScale uint8, count int64, countScale uint8, per int64,
		factor int64, factorScale uint8, second int64, secondScale uint8, places, mode uint8,
	) {
		number := func(n int64, scale uint8) decimal.Decimal {
			return decimal.New(n, -int32(scale%(money.MaxScale+1)))
		}
		a, err := money.FromDecimal(number(price, priceScale), money.USD)
		if err != nil {
			return
		}
		q, err := quantity.FromDecimal(number(count, countScale), quantity.Each)
		if err != nil {
			return
		}
		r, err := money.RateFromDecimal(number(factor, factorScale))
		if err != nil {
			return
		}
		s, err := money.RateFromDecimal(number(second, secondScale))
		if err != nil {
			return
		}
		per = max(per, 1)
		p, m := int(places%(money.MaxScale+1)), money.Rounding(mode%5)
		got, err := money.Extend(a, q, per, p, m, r, s)
		n := a.Decimal().Mul(q.Decimal()).Mul(r.Decimal()).Mul(s.Decimal())
		same(t, quo(n, decimal.New(per, 0), p, m), money.USD, got, err, a, q, per, r, s, p, m)
	})
}
