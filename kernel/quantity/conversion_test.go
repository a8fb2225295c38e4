package quantity_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/quantity"
)

// packed is the item of the issue: pieces, cases of 12, pallets of 40 cases.
func packed(t testing.TB) *quantity.Conversions {
	t.Helper()
	c, err := quantity.NewConversions(quantity.Each,
		quantity.Conversion{Unit: quantity.Case, Of: 12},
		quantity.Conversion{Unit: quantity.Pallet, Of: 40, In: quantity.Case})
	require.NoError(t, err)
	return c
}

func TestConvert(t *testing.T) {
	c := packed(t)
	for name, row := range map[string]struct {
		from string
		to   quantity.Unit
		want string
	}{
		"case to pieces":       {"1 CA", quantity.Each, "12 EA"},
		"pallet to cases":      {"1 PL", quantity.Case, "40 CA"},
		"pallet to pieces":     {"2 PL", quantity.Each, "960 EA"},
		"pieces to cases":      {"36 EA", quantity.Case, "3 CA"},
		"half a case":          {"6 EA", quantity.Case, "0.5 CA"},
		"pieces to pallets":    {"6 EA", quantity.Pallet, "0.0125 PL"},
		"negative":             {"-30 EA", quantity.Case, "-2.5 CA"},
		"fraction cancels":     {"0.9 EA", quantity.Case, "0.075 CA"},
		"to itself":            {"1.5 CA", quantity.Case, "1.5 CA"},
		"zero":                 {"0 CA", quantity.Pallet, "0 PL"},
		"zero without a unit":  {"0", quantity.Pallet, "0 PL"},
		"largest whole pallet": {"19215358410114116 PL", quantity.Case, "768614336404564640 CA"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.Convert(quantity.MustParse(row.from), row.to)
			require.NoError(t, err)
			assert.Equal(t, quantity.MustParse(row.want), got)
		})
	}
}

func TestConvertRefuses(t *testing.T) {
	c := packed(t)
	second := func(_ quantity.Quantity, err error) error { return err }

	var inexact *quantity.InexactError
	require.ErrorAs(t, second(c.Convert(quantity.MustParse("13 EA"), quantity.Case)), &inexact)
	assert.Equal(t, quantity.InexactError{Quantity: quantity.MustParse("13 EA"), To: quantity.Case, Places: -1}, *inexact)
	require.ErrorAs(t, second(c.Convert(quantity.MustParse("0.000000000000000003 EA"), quantity.Case)), &inexact,
		"its 20 places are more than a quantity holds")

	var unit *quantity.UnitError
	require.ErrorAs(t, second(c.Convert(quantity.MustParse("13 EA"), quantity.Box)), &unit)
	assert.Equal(t, quantity.UnitError{Unit: quantity.Box, Known: []quantity.Unit{quantity.Each, quantity.Case, quantity.Pallet}}, *unit)
	assert.EqualError(t, unit, "quantity: no conversion for BX; there is one for EA, CA, PL")
	require.ErrorAs(t, second(c.Convert(quantity.MustParse("1 BX"), quantity.Box)), &unit, "a unit of another item")
	require.ErrorAs(t, second(c.Convert(quantity.New(1, 0), quantity.Each)), &unit)
	assert.Zero(t, unit.Unit)

	largest := quantity.New(math.MaxInt64, quantity.Pallet)
	assert.ErrorIs(t, second(c.Convert(largest, quantity.Each)), quantity.ErrRange)
	assert.ErrorIs(t, second(c.Convert(quantity.New(math.MinInt64, quantity.Each), quantity.Case)), quantity.ErrRange)
	assert.ErrorIs(t, second(c.ConvertRound(largest, quantity.Each, 0, quantity.Down)), quantity.ErrRange)
	assert.ErrorIs(t, second(c.ConvertRound(quantity.New(1, quantity.Each), quantity.Case, -1, quantity.Down)), quantity.ErrRange)
	assert.ErrorIs(t, second(c.ConvertRound(quantity.New(1, quantity.Each), quantity.Case, 19, quantity.Down)), quantity.ErrRange)
}

func TestConvertRound(t *testing.T) {
	c := packed(t)
	for name, row := range map[string]struct {
		from   string
		to     quantity.Unit
		places int
		mode   quantity.Rounding
		want   string
	}{
		"cases needed":     {"13 EA", quantity.Case, 0, quantity.Up, "2 CA"},
		"whole cases":      {"13 EA", quantity.Case, 0, quantity.Down, "1 CA"},
		"half case up":     {"18 EA", quantity.Case, 0, quantity.HalfUp, "2 CA"},
		"half case even":   {"30 EA", quantity.Case, 0, quantity.HalfEven, "2 CA"},
		"half case down":   {"18 EA", quantity.Case, 0, quantity.HalfDown, "1 CA"},
		"three places":     {"1 EA", quantity.Case, 3, quantity.HalfUp, "0.083 CA"},
		"18 places":        {"1 EA", quantity.Case, 18, quantity.HalfUp, "0.083333333333333333 CA"},
		"exact needs none": {"6 EA", quantity.Case, 18, quantity.Up, "0.5 CA"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.ConvertRound(quantity.MustParse(row.from), row.to, row.places, row.mode)
			require.NoError(t, err)
			assert.Equal(t, quantity.MustParse(row.want), got)
		})
	}
}

func TestBaseCount(t *testing.T) {
	c := packed(t)
	n, err := c.BaseCount(quantity.MustParse("2.5 CA"))
	require.NoError(t, err)
	assert.Equal(t, int64(30), n)
	n, err = c.BaseThousandths(quantity.MustParse("2.5 CA"))
	require.NoError(t, err)
	assert.Equal(t, int64(30_000), n)

	var inexact *quantity.InexactError
	_, err = c.BaseCount(quantity.MustParse("0.3 CA"))
	require.ErrorAs(t, err, &inexact)
	assert.EqualError(t, err, "quantity: 0.3 CA is no whole number of EA")
	_, err = c.BaseThousandths(quantity.New(math.MaxInt64, quantity.Each))
	assert.ErrorIs(t, err, quantity.ErrRange)
	var unit *quantity.UnitError
	_, err = c.BaseCount(quantity.New(1, quantity.Kilogram))
	assert.ErrorAs(t, err, &unit)
}

func TestNewConversionsRefuses(t *testing.T) {
	type table = []quantity.Conversion
	for name, row := range map[string]struct {
		base  quantity.Unit
		table table
		want  []string // what each error says, in order
	}{
		"no base":       {0, nil, []string{"no unit: the base unit is not a unit"}},
		"base is none":  {7, nil, []string{"the base unit is not a unit"}},
		"zero factor":   {quantity.Each, table{{Unit: quantity.Case}}, []string{"CA: the factor is not positive"}},
		"negative":      {quantity.Each, table{{Unit: quantity.Case, Of: -12}}, []string{"CA: the factor is not positive"}},
		"negative per":  {quantity.Each, table{{Unit: quantity.Case, Of: 12, Per: -1}}, []string{"CA: the factor is not positive"}},
		"no unit":       {quantity.Each, table{{Of: 12}}, []string{"no unit: not a unit"}},
		"twice":         {quantity.Each, table{{Unit: quantity.Case, Of: 12}, {Unit: quantity.Case, Of: 10}}, []string{"CA: it stands twice"}},
		"base again":    {quantity.Each, table{{Unit: quantity.Each, Of: 2}}, []string{"EA: it is the base unit"}},
		"unknown unit":  {quantity.Each, table{{Unit: quantity.Pallet, Of: 40, In: quantity.Case}}, []string{"PL: it is given in CA, which the table does not have"}},
		"itself":        {quantity.Each, table{{Unit: quantity.Case, Of: 2, In: quantity.Case}}, []string{"CA: it leads in a circle through CA"}},
		"circle":        {quantity.Each, table{{Unit: quantity.Case, Of: 2, In: quantity.Pallet}, {Unit: quantity.Pallet, Of: 40, In: quantity.Case}}, []string{"CA: it leads in a circle through PL", "PL: it leads in a circle through CA"}},
		"contradiction": {quantity.Each, table{{Unit: quantity.Case, Of: 12}, {Unit: quantity.Each, Of: 1, In: quantity.Case}}, []string{"EA: it is the base unit"}},
		"several":       {quantity.Each, table{{Unit: quantity.Case}, {Unit: quantity.Each, Of: 1}}, []string{"CA: the factor", "EA: it is the base unit"}},
		"beyond range": {quantity.Each, table{{Unit: quantity.Case, Of: math.MaxInt64}, {Unit: quantity.Pallet, Of: 2, In: quantity.Case}},
			[]string{"PL: the factor is out of range"}},
		"beyond range between two": {quantity.Each, table{{Unit: quantity.Case, Of: math.MaxInt64}, {Unit: quantity.Pallet, Of: 1, Per: math.MaxInt64 - 1}},
			[]string{"PL: the factor to CA is out of range"}},
		"too many": {quantity.Each, make(table, 64), []string{"more than 64 units"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := quantity.NewConversions(row.base, row.table...)
			var one *quantity.TableError
			require.ErrorAs(t, err, &one)
			errs := []error{err}
			if joined, ok := err.(interface{ Unwrap() []error }); ok {
				errs = joined.Unwrap()
			}
			require.Len(t, errs, len(row.want))
			for i, want := range row.want {
				assert.ErrorContains(t, errs[i], want)
			}
		})
	}
}

func TestTable(t *testing.T) {
	c, err := quantity.NewConversions(quantity.Each, // rows may stand before the ones they refer to
		quantity.Conversion{Unit: quantity.Pallet, Of: 5, In: quantity.Layer},
		quantity.Conversion{Unit: quantity.Layer, Of: 8, In: quantity.Case},
		quantity.Conversion{Unit: quantity.Case, Of: 24, Per: 2})
	require.NoError(t, err)
	assert.Equal(t, quantity.Each, c.Base())
	assert.Equal(t, []quantity.Unit{quantity.Each, quantity.Pallet, quantity.Layer, quantity.Case}, c.Units())
	assert.Equal(t, []quantity.Conversion{{Unit: quantity.Pallet, Of: 480, Per: 1}, {Unit: quantity.Layer, Of: 96, Per: 1}, {Unit: quantity.Case, Of: 12, Per: 1}}, c.Table())
	assert.True(t, c.Has(quantity.Layer))
	assert.False(t, c.Has(quantity.Box))
	assert.False(t, c.Has(0))

	again, err := quantity.NewConversions(c.Base(), c.Table()...)
	require.NoError(t, err)
	assert.True(t, c.Equal(again))
	assert.Empty(t, cmp.Diff(c, again))
	assert.False(t, c.Equal(packed(t)))
	assert.False(t, c.Equal(nil))

	var none *quantity.Conversions
	assert.True(t, none.Equal(nil))
	assert.Zero(t, none.Base())
	assert.Empty(t, none.Units())
	assert.Empty(t, none.Table())
	var unit *quantity.UnitError
	_, err = none.Convert(quantity.New(1, quantity.Each), quantity.Each)
	assert.ErrorAs(t, err, &unit)
	assert.EqualError(t, err, "quantity: no conversion for EA; there are no units")
}

func TestConversionsJSON(t *testing.T) {
	c := packed(t)
	data, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, `{"base":"EA","units":[{"unit":"CA","of":12},{"unit":"PL","of":480}]}`, string(data))
	var back *quantity.Conversions
	require.NoError(t, json.Unmarshal(data, &back))
	assert.True(t, c.Equal(back))
	require.NoError(t, json.Unmarshal([]byte(`{"base":"EA","units":[{"unit":"CA","of":24,"per":2},{"unit":"PL","of":40,"in":"CA"}]}`), &back))
	assert.True(t, c.Equal(back))

	require.NoError(t, json.Unmarshal([]byte(`null`), &back))
	assert.Nil(t, back)
	data, err = json.Marshal(back)
	require.NoError(t, err)
	assert.Equal(t, "null", string(data))

	var table *quantity.TableError
	assert.ErrorAs(t, json.Unmarshal([]byte(`{"base":"EA","units":[{"unit":"CA","of":0}]}`), &back), &table)
	assert.ErrorAs(t, json.Unmarshal([]byte(`{}`), &back), &table)
	assert.Error(t, json.Unmarshal([]byte(`{"base":"ea"}`), &back))
}

// The figures are those of the international yard and pound agreement of 1959 and of the United States gallon.
func TestMeasures(t *testing.T) {
	for _, row := range []struct {
		table *quantity.Conversions
		from  string
		to    quantity.Unit
		want  string
	}{
		{quantity.Mass(), "1 LB", quantity.Kilogram, "0.45359237"},
		{quantity.Mass(), "1 OZ", quantity.Gram, "28.349523125"},
		{quantity.Mass(), "1 TN", quantity.Kilogram, "907.18474"},
		{quantity.Mass(), "1 MP", quantity.Gram, "1000000"},
		{quantity.Mass(), "1 ME", quantity.Kilogram, "0.000001"},
		{quantity.Mass(), "24 OZ", quantity.Pound, "1.5"},
		{quantity.Length(), "1 IN", quantity.Millimetre, "25.4"},
		{quantity.Length(), "1 FT", quantity.Metre, "0.3048"},
		{quantity.Length(), "1 YD", quantity.Centimetre, "91.44"},
		{quantity.Length(), "48 IN", quantity.Foot, "4"},
		{quantity.Volume(), "1 CI", quantity.Litre, "0.016387064"},
		{quantity.Volume(), "1 CF", quantity.Litre, "28.316846592"},
		{quantity.Volume(), "1 GA", quantity.Litre, "3.785411784"},
		{quantity.Volume(), "1 QT", quantity.Litre, "0.946352946"},
		{quantity.Volume(), "1 PT", quantity.Litre, "0.473176473"},
		{quantity.Volume(), "1 FO", quantity.Millilitre, "29.5735295625"},
		{quantity.Volume(), "1 CR", quantity.CubicCentimetre, "1000000"},
		{quantity.Volume(), "250 ML", quantity.Litre, "0.25"},
	} {
		got, err := row.table.Convert(quantity.MustParse(row.from), row.to)
		require.NoError(t, err)
		assert.True(t, decimal.RequireFromString(row.want).Equal(got.Decimal()), "%s is %s, want %s", row.from, got, row.want)
	}
}
