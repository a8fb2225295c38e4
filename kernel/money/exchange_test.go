package money_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func day(d int) time.Time { return time.Date(2026, time.March, d, 0, 0, 0, 0, time.UTC) }

func newExchange(t *testing.T) *money.Exchange {
	t.Helper()
	x, err := money.NewExchange([]money.ExchangeRate{
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.10"), ValidFrom: day(20), Source: "second"},
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.08"), ValidFrom: day(10), Inverse: true, Source: "first"},
		{From: money.GBP, To: money.EUR, Rate: money.MustRate("1.2"), ValidTo: day(15), Inverse: true},
		{From: money.EUR, To: money.JPY, Rate: money.MustRate("163.455"), ValidFrom: day(1)},
	})
	require.NoError(t, err)
	return x
}

func TestConvert(t *testing.T) {
	x := newExchange(t)
	for name, row := range map[string]struct {
		amount string
		to     money.Currency
		at     time.Time
		places int
		want   string
		source string
	}{
		"the first instant":           {"100 EUR", money.USD, day(10), 2, "108.00 USD", "first"},
		"the last instant":            {"100 EUR", money.USD, day(20).Add(-1), 2, "108.00 USD", "first"},
		"the next rate":               {"100 EUR", money.USD, day(20), 2, "110.00 USD", "second"},
		"for ever":                    {"100 EUR", money.USD, day(31), 2, "110.00 USD", "second"},
		"an instant of another place": {"100 EUR", money.USD, day(20).In(time.FixedZone("", -5*3600)), 2, "110.00 USD", "second"},
		"no minor digits":             {"0.10 EUR", money.JPY, day(2), 0, "16 JPY", ""},
		"stated places":               {"0.10 EUR", money.JPY, day(2), 2, "16.35 JPY", ""},
		"by division, where stated":   {"100 USD", money.EUR, day(10), 2, "92.59 EUR", "first"},
		"from always":                 {"100 GBP", money.EUR, time.Time{}, 2, "120.00 EUR", ""},
		"a currency to itself":        {"1.005 USD", money.USD, day(1), 2, "1.01 USD", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, rate, err := x.Convert(money.MustParse(row.amount), row.to, row.at, row.places, money.HalfUp)
			require.NoError(t, err)
			assert.Equal(t, row.want, got.String())
			assert.Equal(t, row.source, rate.Source)
		})
	}
}

func TestConvertMissingRate(t *testing.T) {
	x := newExchange(t)
	for name, row := range map[string]struct {
		amount string
		to     money.Currency
		at     time.Time
	}{
		"before the first rate":     {"1 EUR", money.USD, day(10).Add(-1)},
		"at the end":                {"1 GBP", money.EUR, day(15)},
		"no inverse unless stated":  {"1 JPY", money.EUR, day(2)},
		"inverse of the first only": {"1 USD", money.EUR, day(20)},
		"no cross":                  {"1 GBP", money.USD, day(12)},
		"no currency":               {"0", 0, day(12)},
		"from no currency":          {"0", money.USD, day(12)},
	} {
		t.Run(name, func(t *testing.T) {
			a := money.MustParse(row.amount)
			got, rate, err := x.Convert(a, row.to, row.at, 2, money.HalfUp)
			var missing *money.MissingRateError
			require.ErrorAs(t, err, &missing)
			assert.Equal(t, money.MissingRateError{From: a.Currency(), To: row.to, At: row.at}, *missing)
			assert.Zero(t, got)
			assert.Zero(t, rate)
		})
	}
}

// A cross conversion is stated, exact on the way, and rounded once.
func TestConvertVia(t *testing.T) {
	x := newExchange(t)
	got, rates, err := x.ConvertVia(money.MustParse("0.03 GBP"), money.EUR, money.JPY, day(12), 2, money.HalfUp)
	require.NoError(t, err)
	assert.Equal(t, "5.88 JPY", got.String()) // 0.036 EUR; by 0.04 EUR it were 6.54
	assert.Equal(t, [2]money.Currency{money.GBP, money.EUR}, [2]money.Currency{rates[0].From, rates[1].From})
	got, _, err = x.ConvertVia(money.MustParse("1.08 USD"), money.EUR, money.GBP, day(12), 4, money.HalfUp)
	require.NoError(t, err)
	assert.Equal(t, "0.8333 GBP", got.String()) // two divisions
	_, _, err = x.ConvertVia(money.MustParse("1 JPY"), money.EUR, money.USD, day(12), 2, money.HalfUp)
	var missing *money.MissingRateError
	require.ErrorAs(t, err, &missing)
	_, _, err = x.ConvertVia(money.MustParse("1 GBP"), money.EUR, money.CHF, day(12), 2, money.HalfUp)
	require.ErrorAs(t, err, &missing)
	require.EqualError(t, err, "money: no rate from EUR to CHF at 2026-03-12T00:00:00Z")
	_, _, err = x.Convert(money.MustParse("1 EUR"), money.USD, day(12), -1, money.HalfUp)
	require.Error(t, err)
}

func TestNewExchangeRefuses(t *testing.T) {
	good := money.ExchangeRate{From: money.EUR, To: money.USD, Rate: money.MustRate("1.1"), ValidFrom: day(10), ValidTo: day(20)}
	with := func(change func(*money.ExchangeRate)) money.ExchangeRate {
		r := good
		change(&r)
		return r
	}
	for reason, r := range map[string]money.ExchangeRate{
		"unknown currency":      with(func(r *money.ExchangeRate) { r.To = 0 }),
		"a currency to itself":  with(func(r *money.ExchangeRate) { r.To = money.EUR }),
		"not above zero":        with(func(r *money.ExchangeRate) { r.Rate = money.Rate{} }),
		"ends before it begins": with(func(r *money.ExchangeRate) { r.ValidTo = r.ValidFrom }),
		"overlaps the rate 1.1 as of 2026-03-10T00:00:00Z": with(func(r *money.ExchangeRate) { r.ValidFrom = day(19); r.ValidTo = day(30) }),
	} {
		_, err := money.NewExchange([]money.ExchangeRate{good, r})
		var refused *money.ExchangeRateError
		require.ErrorAs(t, err, &refused, reason)
		assert.Equal(t, money.ExchangeRateError{Rate: r, Reason: reason}, *refused)
	}
	_, err := money.NewExchange([]money.ExchangeRate{good, good, {}, {}})
	require.Error(t, err)
	faults, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	assert.Len(t, faults.Unwrap(), 3, "all of them: one duplicate and two empty rates")
	on := func(from, to int) money.ExchangeRate {
		return with(func(r *money.ExchangeRate) { r.ValidFrom, r.ValidTo = day(from), day(to) })
	}
	_, err = money.NewExchange([]money.ExchangeRate{on(1, 25), on(3, 5), on(10, 12), on(25, 26)})
	faults, ok = err.(interface{ Unwrap() []error })
	require.True(t, ok)
	assert.Len(t, faults.Unwrap(), 2, "the first overlaps both, though the second does not overlap the third")
	_, err = money.NewExchange([]money.ExchangeRate{good, with(func(r *money.ExchangeRate) { r.ValidFrom, r.ValidTo = day(20), time.Time{} })})
	require.NoError(t, err, "one ends where the next begins")
}

// Conversion is one rounding of shopspring's product or quotient.
func TestPropertyConvert(t *testing.T) {
	s := source{rand.New(rand.NewPCG(20260327, 6))}
	for range 2000 {
		r := s.rate()
		if r.Sign() <= 0 {
			continue
		}
		x, err := money.NewExchange([]money.ExchangeRate{
			{From: money.EUR, To: money.KWD, Rate: r, Inverse: true},
			{From: money.KWD, To: money.JPY, Rate: r, Inverse: true},
		})
		require.NoError(t, err)
		places, mode := s.places(), s.mode()
		euro, dinar, yen := s.amount(money.EUR), s.amount(money.KWD), s.amount(money.JPY)
		y, one := r.Decimal(), decimal.New(1, 0)
		got, _, err := x.Convert(euro, money.KWD, day(1), places, mode)
		same(t, quo(euro.Decimal().Mul(y), one, places, mode), money.KWD, got, err, euro, r, places, mode)
		got, _, err = x.Convert(dinar, money.EUR, day(1), places, mode)
		same(t, quo(dinar.Decimal(), y, places, mode), money.EUR, got, err, dinar, r, places, mode)
		got, _, err = x.ConvertVia(euro, money.KWD, money.JPY, day(1), places, mode)
		same(t, quo(euro.Decimal().Mul(y).Mul(y), one, places, mode), money.JPY, got, err, euro, r, places, mode)
		got, _, err = x.ConvertVia(yen, money.KWD, money.EUR, day(1), places, mode)
		same(t, quo(yen.Decimal(), y.Mul(y), places, mode), money.EUR, got, err, yen, r, places, mode)
	}
}

// Rates gives back what the exchange was made of, whatever its order, with the ends
// that the rates have in effect; Find tells what Convert would use.
func TestFindAndRates(t *testing.T) {
	rates := []money.ExchangeRate{
		{From: money.USD, To: money.JPY, Rate: money.MustRate("150"), Inverse: true},
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.10"), ValidFrom: day(10)},
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.05"), ValidFrom: day(1)},
	}
	x, err := money.NewExchange(rates)
	require.NoError(t, err)
	ended := rates[2]
	ended.ValidTo = day(10)
	assert.Equal(t, []money.ExchangeRate{ended, rates[1], rates[0]}, x.Rates())
	found, err := x.Find(money.EUR, money.USD, day(9))
	require.NoError(t, err)
	assert.Equal(t, ended, found)
	found, err = x.Find(money.JPY, money.USD, day(9))
	require.NoError(t, err)
	assert.Equal(t, rates[0], found, "to divide by")
	_, err = x.Find(money.USD, money.EUR, day(9))
	var missing *money.MissingRateError
	assert.ErrorAs(t, err, &missing)
}
