package exact_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]exact.Dec{
		"0":                          {},
		"-0.00":                      {},
		"12":                         {Coef: 12},
		"-0.50":                      {Coef: -5, Scale: 1},
		"+3.":                        {Coef: 3},
		".5":                         {Coef: 5, Scale: 1},
		"1.500000000000000000000000": {Coef: 15, Scale: 1},
		"0000000000000000000000012":  {Coef: 12},
		"9223372036854775807":        {Coef: math.MaxInt64},
		"-9.223372036854775807":      {Coef: -math.MaxInt64, Scale: 18},
		"0.000000000000000001":       {Coef: 1, Scale: 18},
	} {
		t.Run(text, func(t *testing.T) {
			got, err := exact.Parse(text)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
	for text, want := range map[string]error{
		"":                      exact.ErrSyntax,
		".":                     exact.ErrSyntax,
		"-":                     exact.ErrSyntax,
		"+-1":                   exact.ErrSyntax,
		"1e3":                   exact.ErrSyntax,
		"1,000":                 exact.ErrSyntax,
		" 1":                    exact.ErrSyntax,
		"1.2.3":                 exact.ErrSyntax,
		"٣":                     exact.ErrSyntax,
		"9223372036854775808":   exact.ErrRange,
		"-9223372036854775808":  exact.ErrRange,
		"0.0000000000000000001": exact.ErrRange,
		"10.000000000000000001": exact.ErrRange,
	} {
		t.Run("refuses "+text, func(t *testing.T) {
			_, err := exact.Parse(text)
			assert.ErrorIs(t, err, want)
		})
	}
}

func TestString(t *testing.T) {
	for want, d := range map[string]exact.Dec{
		"0":                     {},
		"0.00":                  {Scale: 2},
		"1.50":                  {Coef: 150, Scale: 2},
		"-0.05":                 {Coef: -5, Scale: 2},
		"-9223372036854775807":  {Coef: -math.MaxInt64},
		"9.223372036854775807":  {Coef: math.MaxInt64, Scale: 18},
		"-0.000000000000000001": {Coef: -1, Scale: 18},
	} {
		assert.Equal(t, want, d.String())
	}
}

func TestRoundingText(t *testing.T) {
	for mode := exact.HalfUp; mode <= exact.Down; mode++ {
		data, err := json.Marshal(mode)
		require.NoError(t, err)
		var back exact.Rounding
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, mode, back)
	}
	assert.Equal(t, "Rounding(5)", exact.Rounding(5).String())
	_, err := exact.Rounding(5).MarshalText()
	require.ErrorIs(t, err, exact.ErrRounding)
	var mode exact.Rounding
	require.ErrorIs(t, mode.UnmarshalText([]byte("nearest")), exact.ErrRounding)
}

// The table that defines the modes: what 0.5 and its neighbours become.
func TestRoundingModes(t *testing.T) {
	for name, row := range map[string]struct {
		coef int64
		want [5]int64 // half-up, half-even, half-down, up, down
	}{
		"2.4":  {24, [5]int64{2, 2, 2, 3, 2}},
		"2.5":  {25, [5]int64{3, 2, 2, 3, 2}},
		"2.6":  {26, [5]int64{3, 3, 3, 3, 2}},
		"3.5":  {35, [5]int64{4, 4, 3, 4, 3}},
		"3.0":  {30, [5]int64{3, 3, 3, 3, 3}},
		"-2.5": {-25, [5]int64{-3, -2, -2, -3, -2}},
		"-0.1": {-1, [5]int64{0, 0, 0, -1, 0}},
	} {
		for mode, want := range row.want {
			got, ok := exact.Dec{Coef: row.coef, Scale: 1}.Rescale(0, exact.Rounding(mode))
			require.True(t, ok)
			assert.Equal(t, exact.Dec{Coef: want}, got, "%s %s", name, exact.Rounding(mode))
		}
	}
}

// A sum or product that fits only without its trailing zeros is no overflow.
func TestFitsWithoutTrailingZeros(t *testing.T) {
	half := exact.Dec{Coef: 5e18, Scale: 2}
	sum, ok := half.Add(half)
	require.True(t, ok)
	assert.Zero(t, sum.Cmp(exact.Dec{Coef: 1e17}))
	_, ok = exact.Dec{Coef: 5e18}.Add(exact.Dec{Coef: 5e18})
	assert.False(t, ok)
	product, ok := exact.Dec{Coef: 5, Scale: 18}.Mul(exact.Dec{Coef: 2, Scale: 18})
	assert.False(t, ok, "%v", product)
	product, ok = exact.Dec{Coef: 5e17, Scale: 18}.Mul(exact.Dec{Coef: 2e17, Scale: 18})
	require.True(t, ok)
	assert.Equal(t, exact.Dec{Coef: 1, Scale: 1}, product.Reduce(0))
}

func TestMinInt64IsNoResult(t *testing.T) {
	_, ok := exact.Dec{Coef: -math.MaxInt64}.Sub(exact.Dec{Coef: 1})
	assert.False(t, ok)
	_, ok = exact.FromDecimal(decimal.New(math.MinInt64, 0))
	assert.False(t, ok)
}

func TestFromDecimal(t *testing.T) {
	for text, want := range map[string]exact.Dec{
		"1.500":                      {Coef: 15, Scale: 1},
		"0.0000000000000000000":      {},
		"12e3":                       {Coef: 12000},
		"1.50000000000000000000000":  {Coef: 15, Scale: 1},
		"92233720368547758.07000000": {Coef: math.MaxInt64, Scale: 2},
	} {
		got, ok := exact.FromDecimal(decimal.RequireFromString(text))
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"1e19", "1e-19", "92233720368547758.071", "9223372036854775808"} {
		_, ok := exact.FromDecimal(decimal.RequireFromString(text))
		assert.False(t, ok, text)
	}
	for _, exponent := range []int32{math.MaxInt32, math.MinInt32} { // costs nothing
		_, ok := exact.FromDecimal(decimal.New(1, exponent))
		assert.False(t, ok)
	}
}

func TestQuoExact(t *testing.T) {
	quo := func(n, div exact.Dec) (exact.Dec, bool) {
		p := exact.NewProduct(n)
		return p.QuoExact(div)
	}
	got, ok := quo(exact.Dec{Coef: 480}, exact.Dec{Coef: 12})
	require.True(t, ok)
	assert.Equal(t, exact.Dec{Coef: 40}, got)
	got, ok = quo(exact.Dec{Coef: 1}, exact.Dec{Coef: 8})
	require.True(t, ok)
	assert.Equal(t, exact.Dec{Coef: 125, Scale: 3}, got)
	got, ok = quo(exact.Dec{Coef: -9e17}, exact.Dec{Coef: 125, Scale: 3})
	require.True(t, ok)
	assert.Equal(t, exact.Dec{Coef: -72e17}, got)
	_, ok = quo(exact.Dec{Coef: 10}, exact.Dec{Coef: 3})
	assert.False(t, ok)
	_, ok = quo(exact.Dec{Coef: 10}, exact.Dec{})
	assert.False(t, ok)
}
