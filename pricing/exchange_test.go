package pricing_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

func exchange(t require.TestingT, rates ...money.ExchangeRate) *money.Exchange {
	x, err := money.NewExchange(rates)
	require.NoError(t, err)
	return x
}

func onDay(day int) time.Time { return time.Date(2026, time.March, day, 0, 0, 0, 0, time.UTC) }

// pricing.md: currency conversion by dated rates with a stated rounding; the rate
// used is recorded.
func TestPricesInOtherCurrencies(t *testing.T) {
	euro, yen := listPrice("A", "10.00 EUR"), listPrice("A", "1500 JPY")
	dollar := listPrice("A", "11.99 USD")
	expired := dollar
	expired.ID, expired.To = "expired", date("2026-01-01")
	perMille := pricing.Record{ID: "per mille", Key: pricing.Key{Item: "A"}, Price: money.MustParse("1.00 EUR"), Per: 1000, Unit: quantity.Each}
	scaled := pricing.Record{ID: "scaled", Key: pricing.Key{Item: "A"}, Unit: quantity.Each, Scale: &pricing.Scale{
		Kind: pricing.Graduated, Bound: pricing.BoundTo, Rows: []pricing.ScaleRow{
			{Quantity: ea(1), Price: money.MustParse("10 EUR")}, {Quantity: ea(100), Price: money.MustParse("8 EUR")},
		},
	}}
	rates := []money.ExchangeRate{
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.0855"), ValidFrom: onDay(1)},
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.2"), ValidFrom: onDay(28)},
		{From: money.USD, To: money.JPY, Rate: money.MustRate("150"), Inverse: true},
	}
	for name, c := range map[string]struct {
		records []pricing.Record
		n       int64
		record  string
		want    string
	}{
		"a price in the currency of the request": {[]pricing.Record{euro, dollar}, 3, dollar.ID, "35.97"},
		"a price in another":                     {[]pricing.Record{euro}, 3, euro.ID, "32.57"}, // 30 x 1.0855 = 32.565; of a unit price of 10.86 it would be 32.58
		"the first currency that has one":        {[]pricing.Record{euro, yen}, 1, yen.ID, "10.00"},
		"an inverse rate":                        {[]pricing.Record{yen}, 7, yen.ID, "70.00"},
		"a price that has ended is none":         {[]pricing.Record{euro, expired}, 1, euro.ID, "10.86"},
		"per 1,000, not rounded on the way":      {[]pricing.Record{perMille}, 4, "per mille", "0.00"},
		"per 1,000, many":                        {[]pricing.Record{perMille}, 1_234_567, "per mille", "1340.12"}, // 1340.1224785
		"a graduated scale":                      {[]pricing.Record{scaled}, 11, "scaled", "97.70"},               // 90 x 1.0855 = 97.695
	} {
		t.Run(name, func(t *testing.T) {
			config := setup{schema: schemaOf(), records: c.records}.config(t)
			config.Schema.Currencies = []money.Currency{money.JPY, money.EUR}
			config.Exchange = exchange(t, rates...)
			e, err := pricing.New(config)
			require.NoError(t, err)
			got := price(t, e, request(line("A", c.n)))
			require.Empty(t, got.Findings)
			l := got.Lines[0]
			assert.Equal(t, usd(c.want), l.Total)
			assert.Equal(t, c.record, l.Record)
			assert.Equal(t, usd(c.want), l.List)
			entry := l.Entries[0]
			assert.Equal(t, l.Price.Amount, entry.Base, "the price as found")
			if l.Price.Amount.Currency() == money.USD {
				assert.Nil(t, entry.Conversion)
			} else {
				require.NotNil(t, entry.Conversion)
				assert.Equal(t, l.Price.Amount.Currency(), entry.Conversion.From)
				assert.Equal(t, money.USD, entry.Conversion.To)
				require.Len(t, entry.Conversion.Rates, 1)
				rate := entry.Conversion.Rates[0]
				assert.Contains(t, []money.Currency{rate.From, rate.To}, l.Price.Amount.Currency())
			}
		})
	}
	t.Run("the rate of the line's price date", func(t *testing.T) {
		config := setup{schema: schemaOf(), records: []pricing.Record{euro}}.config(t)
		config.Schema.Currencies = []money.Currency{money.EUR}
		config.Exchange = exchange(t, rates...)
		e, err := pricing.New(config)
		require.NoError(t, err)
		later := line("A", 1)
		later.At = onDay(28)
		early := line("A", 1)
		early.At = onDay(1).Add(-time.Nanosecond)
		got := price(t, e, request(line("A", 1), later, early))
		assert.Equal(t, []string{"10.86", "12.00", "0.00"}, totals(got))
		assert.Equal(t, money.MustRate("1.2"), got.Lines[1].Entries[0].Conversion.Rates[0].Rate)
		assert.Equal(t, onDay(28), got.Lines[1].Entries[0].Conversion.Rates[0].ValidFrom)
		require.Len(t, got.Findings, 1, "there was no rate yet")
		assert.Equal(t, "pricing.rate-missing", got.Findings[0].Code)
		assert.Equal(t, "lines[2]", got.Findings[0].Path)
		assert.True(t, got.Findings.Blocks())
	})
	t.Run("through a third currency, where the schema says so", func(t *testing.T) {
		config := setup{schema: schemaOf(), records: []pricing.Record{yen}}.config(t)
		config.Schema.Currencies = []money.Currency{money.JPY}
		config.Exchange = exchange(t,
			money.ExchangeRate{From: money.EUR, To: money.JPY, Rate: money.MustRate("163"), Inverse: true},
			money.ExchangeRate{From: money.EUR, To: money.USD, Rate: money.MustRate("1.07")})
		e, err := pricing.New(config)
		require.NoError(t, err)
		assert.Len(t, price(t, e, request(line("A", 1))).Findings.With("pricing.rate-missing"), 1)
		config.Schema.Via = money.EUR
		e, err = pricing.New(config)
		require.NoError(t, err)
		got := price(t, e, request(line("A", 1)))
		assert.Equal(t, usd("9.85"), got.Total) // 1500 / 163 x 1.07 = 9.8466...
		assert.Len(t, got.Lines[0].Entries[0].Conversion.Rates, 2)
	})
	t.Run("each customer's own price, from one engine", func(t *testing.T) {
		config := setup{schema: everyAccess(), records: []pricing.Record{
			keyed("100's", pricing.Key{Account: "100", Item: "A"}, "1 EUR"), keyed("200's", pricing.Key{Account: "200", Item: "A"}, "2 EUR"),
		}}.config(t)
		config.Schema.Currencies = []money.Currency{money.EUR}
		config.Exchange = exchange(t, rates...)
		e, err := pricing.New(config)
		require.NoError(t, err)
		for range 3 { // memory is used again
			for account, want := range map[string]string{"100": "100's", "200": "200's", "300": ""} {
				r := request(line("A", 1))
				r.Customer.Account = account
				assert.Equal(t, want, price(t, e, r).Lines[0].Record)
			}
		}
	})
	t.Run("what is refused", func(t *testing.T) {
		for name, c := range map[string]struct {
			change func(*pricing.Config)
			want   string
		}{
			"no rates at all": {func(c *pricing.Config) { c.Exchange = nil }, "exchange: the schema has currencies and there are no rates"},
			"twice":           {func(c *pricing.Config) { c.Schema.Currencies = append(c.Schema.Currencies, money.EUR) }, "currencies[1]: EUR stands twice"},
			"no currency":     {func(c *pricing.Config) { c.Schema.Currencies = []money.Currency{0} }, `currencies[0]: "" is no currency`},
			"via none":        {func(c *pricing.Config) { c.Schema.Via = 7 }, "via:"},
			"via, from none":  {func(c *pricing.Config) { c.Schema.Via, c.Schema.Currencies = money.EUR, nil }, "via: there are no currencies"},
		} {
			t.Run(name, func(t *testing.T) {
				config := setup{schema: schemaOf(), records: []pricing.Record{euro}}.config(t)
				config.Schema.Currencies = []money.Currency{money.EUR}
				config.Exchange = exchange(t, rates...)
				c.change(&config)
				_, err := pricing.New(config)
				assert.ErrorContains(t, err, c.want)
			})
		}
	})
	t.Run("the rates are part of the hash", func(t *testing.T) {
		config := setup{schema: schemaOf(), records: []pricing.Record{euro}}.config(t)
		config.Schema.Currencies = []money.Currency{money.EUR}
		config.Exchange = exchange(t, rates...)
		one, err := pricing.New(config)
		require.NoError(t, err)
		config.Exchange = exchange(t, rates[2], rates[1], rates[0])
		same, err := pricing.New(config)
		require.NoError(t, err)
		config.Exchange = exchange(t, rates[1:]...)
		other, err := pricing.New(config)
		require.NoError(t, err)
		assert.Equal(t, one.Hash(), same.Hash())
		assert.NotEqual(t, one.Hash(), other.Hash())
		derived, err := one.WithPrices(config.Prices)
		require.NoError(t, err)
		assert.Equal(t, one.Hash(), derived.Hash())
	})
}

// A converted value is price x quantity / per x rate, rounded once, in every mode and
// to currencies of 0, 2 and 3 digits.
func TestConversionProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		to := rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(r, "to")
		cents := rapid.Int64Range(0, 99_999_999).Draw(r, "price")
		per := rapid.SampledFrom([]int64{1, 3, 1000}).Draw(r, "per")
		n := rapid.Int64Range(1, 100_000).Draw(r, "quantity")
		rate := decimal.New(rapid.Int64Range(1, 9_999_999).Draw(r, "rate"), -5)
		inverse := rapid.Bool().Draw(r, "inverse")
		amount, err := money.FromDecimal(decimal.New(cents, -3), money.EUR)
		require.NoError(r, err)
		stated := money.ExchangeRate{From: money.EUR, To: to}
		if inverse {
			stated.From, stated.To, stated.Inverse = to, money.EUR, true
		}
		stated.Rate, err = money.RateFromDecimal(rate)
		require.NoError(r, err)
		config := setup{schema: schemaOf(), records: []pricing.Record{
			{ID: "R", Key: pricing.Key{Item: "A"}, Price: amount, Per: per, Unit: quantity.Each},
		}}.config(t)
		config.Schema.Currencies = []money.Currency{money.EUR}
		config.Exchange = exchange(r, stated)
		e, err := pricing.New(config)
		require.NoError(r, err)
		q := request(line("A", n))
		q.Currency = to
		got, err := e.Price(t.Context(), q)
		require.NoError(r, err)
		num, den := decimal.New(cents, -3).Mul(decimal.NewFromInt(n)), decimal.NewFromInt(per)
		if inverse {
			den = den.Mul(rate)
		} else {
			num = num.Mul(rate)
		}
		want := num.DivRound(den, 30).Round(int32(to.Digits()))
		require.True(r, want.Equal(got.Total.Decimal()), "want %s, got %s", want, got.Total)
	})
}
