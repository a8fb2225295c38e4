package money_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of all three-letter codes exactly those of the published list are known, with
// its minor digits.
func TestCurrenciesAreISO4217(t *testing.T) {
	file, err := os.Open("testdata/iso4217.csv")
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	listed := map[string]int{}
	for _, row := range rows[1:] {
		listed[row[0]], err = strconv.Atoi(row[1])
		require.NoError(t, err)
	}
	require.Len(t, listed, 165)
	for i := range 26 * 26 * 26 {
		code := string([]byte{byte('A' + i/676), byte('A' + i/26%26), byte('A' + i%26)})
		c, err := money.ParseCurrency(code)
		digits, ok := listed[code]
		if !ok {
			require.ErrorIs(t, err, money.ErrUnknownCurrency, code)
			continue
		}
		require.NoError(t, err, code)
		require.Equal(t, code, c.Code())
		require.Equal(t, digits, c.Digits(), code)
		require.True(t, c.IsValid())
	}
}

func TestCurrencyDigits(t *testing.T) {
	for c, digits := range map[money.Currency]int{money.JPY: 0, money.USD: 2, money.KWD: 3, money.CLF: 4, 0: 0} {
		assert.Equal(t, digits, c.Digits(), c.Code())
	}
}

func TestCurrencyText(t *testing.T) {
	data, err := json.Marshal([]money.Currency{money.EUR, 0})
	require.NoError(t, err)
	assert.JSONEq(t, `["EUR",""]`, string(data))
	var back []money.Currency
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, []money.Currency{money.EUR, 0}, back)
	for _, code := range []string{"usd", "US", "USDX", "XAU", "DEM", "€€€"} {
		_, err := money.ParseCurrency(code)
		var parse *money.ParseError
		require.ErrorAs(t, err, &parse)
		assert.Equal(t, code, parse.Text)
	}
	_, err = money.Currency(7).MarshalText()
	require.ErrorIs(t, err, money.ErrUnknownCurrency)
	assert.False(t, money.Currency(0).IsValid())
}
