package quantity_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/quantity"
)

func TestSize(t *testing.T) {
	assert.Equal(t, uintptr(16), unsafe.Sizeof(quantity.Quantity{}))
	assert.Equal(t, uintptr(4), unsafe.Sizeof(quantity.Unit(0)))
}

func TestParse(t *testing.T) {
	for text, want := range map[string]struct {
		coefficient int64
		scale       int
		unit        quantity.Unit
		text        string
	}{
		"12 CA":                           {12, 0, quantity.Case, "12 CA"},
		"1.250 KG":                        {125, 2, quantity.Kilogram, "1.25 KG"},
		"-3 EA":                           {-3, 0, quantity.Each, "-3 EA"},
		"+3 EA":                           {3, 0, quantity.Each, "3 EA"},
		"1200 EA":                         {1200, 0, quantity.Each, "1200 EA"},
		"0.00 EA":                         {0, 0, quantity.Each, "0 EA"},
		"0":                               {0, 0, 0, "0"},
		"0.000000000000000001 KG":         {1, 18, quantity.Kilogram, "0.000000000000000001 KG"},
		"9223372036854775807 EA":          {math.MaxInt64, 0, quantity.Each, "9223372036854775807 EA"},
		"-9.223372036854775807 KG":        {-math.MaxInt64, 18, quantity.Kilogram, "-9.223372036854775807 KG"},
		"1.0000000000000000000000000 DZN": {1, 0, 'D'<<24 | 'Z'<<16 | 'N'<<8, "1 DZN"},
	} {
		t.Run(text, func(t *testing.T) {
			q, err := quantity.Parse(text)
			require.NoError(t, err)
			assert.Equal(t, want.coefficient, q.Coefficient())
			assert.Equal(t, want.scale, q.Scale())
			assert.Equal(t, want.unit, q.Unit())
			assert.Equal(t, want.text, q.String())
		})
	}
	for _, text := range []string{"", " ", "12", "12 ", " 12 EA", "12  EA", "12 EA ", "12 ea", "12 EACHES", "1,000 EA", "1e3 EA",
		"EA", "EA 12", "1.2.3 EA", "0x10 EA", "12 É", "- EA", "twelve EA"} {
		t.Run(fmt.Sprintf("not %q", text), func(t *testing.T) {
			_, err := quantity.Parse(text)
			var syntax *quantity.ParseError
			require.ErrorAs(t, err, &syntax)
			assert.Equal(t, text, syntax.Text)
		})
	}
	for _, text := range []string{"9223372036854775808 EA", "-9223372036854775808 EA", "0.0000000000000000001 EA", "10.000000000000000001 EA"} {
		_, err := quantity.Parse(text)
		assert.ErrorIs(t, err, quantity.ErrRange, text)
	}
	assert.Panics(t, func() { quantity.MustParse("12") })
}

func TestEqualityIsOfValues(t *testing.T) {
	counts := map[quantity.Quantity]int{}
	counts[quantity.MustParse("1.50 KG")]++
	counts[quantity.MustParse("1.5 KG")]++
	sum, err := quantity.MustParse("1.25 KG").Add(quantity.MustParse("0.25 KG"))
	require.NoError(t, err)
	counts[sum]++
	fromDecimal, err := quantity.FromDecimal(decimal.RequireFromString("1.500"), quantity.Kilogram)
	require.NoError(t, err)
	counts[fromDecimal]++
	assert.Equal(t, map[quantity.Quantity]int{quantity.MustParse("1.5 KG"): 4}, counts)
	assert.Empty(t, cmp.Diff(sum, fromDecimal))
	assert.NotEmpty(t, cmp.Diff(sum, fromDecimal.Neg()))
}

func TestArithmetic(t *testing.T) {
	parse := quantity.MustParse
	for name, c := range map[string]struct {
		got  func() (quantity.Quantity, error)
		want string
	}{
		"add":               {func() (quantity.Quantity, error) { return parse("1.25 KG").Add(parse("0.8 KG")) }, "2.05 KG"},
		"add to nothing":    {func() (quantity.Quantity, error) { return quantity.Quantity{}.Add(parse("5 EA")) }, "5 EA"},
		"add nothing":       {func() (quantity.Quantity, error) { return parse("5 EA").Add(quantity.Quantity{}) }, "5 EA"},
		"subtract":          {func() (quantity.Quantity, error) { return parse("5 EA").Sub(parse("7 EA")) }, "-2 EA"},
		"nothing less five": {func() (quantity.Quantity, error) { return quantity.Quantity{}.Sub(parse("5 EA")) }, "-5 EA"},
		"to zero of a unit": {func() (quantity.Quantity, error) { return parse("0.1 KG").Sub(parse("0.1 KG")) }, "0 KG"},
		"times":             {func() (quantity.Quantity, error) { return parse("1.25 KG").MulInt(-8) }, "-10 KG"},
		"round half up":     {func() (quantity.Quantity, error) { return parse("-1.25 KG").Round(1, quantity.HalfUp) }, "-1.3 KG"},
		"round half even":   {func() (quantity.Quantity, error) { return parse("1.25 KG").Round(1, quantity.HalfEven) }, "1.2 KG"},
		"round half down":   {func() (quantity.Quantity, error) { return parse("1.25 KG").Round(1, quantity.HalfDown) }, "1.2 KG"},
		"round up":          {func() (quantity.Quantity, error) { return parse("1.201 KG").Round(1, quantity.Up) }, "1.3 KG"},
		"round down":        {func() (quantity.Quantity, error) { return parse("-1.299 KG").Round(1, quantity.Down) }, "-1.2 KG"},
		"round to less":     {func() (quantity.Quantity, error) { return parse("1.95 KG").Round(1, quantity.HalfUp) }, "2 KG"},
		"round what fits":   {func() (quantity.Quantity, error) { return parse("1.25 KG").Round(3, quantity.HalfUp) }, "1.25 KG"},
		"the largest sum": {func() (quantity.Quantity, error) {
			return quantity.New(math.MaxInt64-1, quantity.Each).Add(quantity.New(1, quantity.Each))
		}, "9223372036854775807 EA"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.got()
			require.NoError(t, err)
			assert.Equal(t, c.want, got.String())
		})
	}
	assert.Equal(t, "-3 EA", parse("3 EA").Neg().String())
	assert.Equal(t, "3 EA", parse("-3 EA").Abs().String())
	assert.Equal(t, "3 EA", parse("3 EA").Abs().String())
	assert.Equal(t, []int{-1, 0, 1}, []int{parse("-0.1 KG").Sign(), parse("0 KG").Sign(), parse("7 KG").Sign()})
	assert.True(t, parse("0 KG").IsZero())
}

func TestArithmeticRefuses(t *testing.T) {
	ea, ca := quantity.New(1, quantity.Each), quantity.New(1, quantity.Case)
	largest, beyond := quantity.New(math.MaxInt64, quantity.Each), quantity.New(math.MinInt64, quantity.Each)
	second := func(_ quantity.Quantity, err error) error { return err }

	var mismatch *quantity.MismatchError
	require.ErrorAs(t, second(ea.Add(ca)), &mismatch)
	assert.Equal(t, quantity.MismatchError{A: quantity.Each, B: quantity.Case}, *mismatch)
	require.ErrorAs(t, second(quantity.New(0, quantity.Each).Sub(ca)), &mismatch, "0 EA is not nothing")
	_, err := ea.Cmp(ca)
	require.ErrorAs(t, err, &mismatch)
	require.ErrorAs(t, second(ea.Add(quantity.New(1, 0))), &mismatch)
	assert.EqualError(t, mismatch, "quantity: unit EA meets unit no unit")

	for name, err := range map[string]error{
		"sum":                   second(largest.Add(ea)),
		"difference":            second(largest.Neg().Sub(ea)),
		"difference to minimum": second(largest.Neg().Add(ea.Neg())),
		"product":               second(largest.MulInt(2)),
		"product with minimum":  second(ea.MulInt(math.MinInt64)),
		"unlike scales":         second(largest.Add(quantity.MustParse("0.5 EA"))),
		"minimum in a sum":      second(beyond.Add(largest)),
		"minimum on the right":  second(largest.Sub(beyond)),
		"minimum in a product":  second(beyond.MulInt(0)),
		"minimum rounded":       second(beyond.Round(0, quantity.Down)),
		"places below zero":     second(ea.Round(-1, quantity.Down)),
		"places above 18":       second(ea.Round(19, quantity.Down)),
	} {
		assert.ErrorIs(t, err, quantity.ErrRange, name)
	}
	_, err = beyond.Cmp(ea)
	assert.ErrorIs(t, err, quantity.ErrRange)
	_, err = beyond.MarshalText()
	assert.ErrorIs(t, err, quantity.ErrRange)
	_, whole := beyond.Int64()
	assert.False(t, whole)
	_, whole = beyond.Thousandths()
	assert.False(t, whole)
	_, whole = quantity.FromThousandths(math.MinInt64, quantity.Each).Thousandths()
	assert.False(t, whole)
	_, err = quantity.FromDecimal(decimal.New(1, 19), quantity.Each)
	assert.ErrorIs(t, err, quantity.ErrRange)
}

func TestCounts(t *testing.T) {
	for text, want := range map[string]struct {
		whole, thousandths     int64
		isWhole, isThousandths bool
	}{
		"12 EA":                  {12, 12000, true, true},
		"1.25 KG":                {0, 1250, false, true},
		"0.001 KG":               {0, 1, false, true},
		"0.0001 KG":              {0, 0, false, false},
		"9223372036854775807 EA": {math.MaxInt64, 0, true, false},
	} {
		t.Run(text, func(t *testing.T) {
			n, ok := quantity.MustParse(text).Int64()
			assert.Equal(t, want.isWhole, ok)
			if ok {
				assert.Equal(t, want.whole, n)
			}
			n, ok = quantity.MustParse(text).Thousandths()
			assert.Equal(t, want.isThousandths, ok)
			if ok {
				assert.Equal(t, want.thousandths, n)
				assert.Equal(t, quantity.MustParse(text), quantity.FromThousandths(n, quantity.MustParse(text).Unit()))
			}
		})
	}
}

func TestUnit(t *testing.T) {
	for code, want := range map[string]quantity.Unit{
		"EA": quantity.Each, "CA": quantity.Case, "PL": quantity.Pallet, "KG": quantity.Kilogram, "LB": quantity.Pound,
		"DZ": quantity.Dozen, "MR": quantity.Metre, "CR": quantity.CubicMetre, "TN": quantity.ShortTon, "HR": quantity.Hour,
	} {
		u, err := quantity.ParseUnit(code)
		require.NoError(t, err)
		assert.Equal(t, want, u)
		assert.Equal(t, code, u.String())
	}
	for _, code := range []string{"C62", "H87", "1N", "9", "ABCD"} {
		u, err := quantity.ParseUnit(code)
		require.NoError(t, err)
		assert.Equal(t, code, u.String())
		assert.True(t, u.IsValid())
	}
	for _, code := range []string{"", "ea", "E A", "EACHS", "E\x00A", "Ä"} {
		_, err := quantity.ParseUnit(code)
		var syntax *quantity.ParseError
		assert.ErrorAs(t, err, &syntax, code)
	}
	for _, u := range []quantity.Unit{0, 7, 'E'<<24 | 'A', 'e' << 24, math.MaxUint32} {
		assert.False(t, u.IsValid(), "%d", u)
	}
	assert.Equal(t, "", quantity.Unit(0).String())
	assert.Equal(t, "Unit(0x00000007)", quantity.Unit(7).String())
	assert.Equal(t, "2 Unit(0x00000007)", quantity.New(2, 7).String())

	data, err := json.Marshal(map[quantity.Unit]quantity.Unit{quantity.Case: quantity.Each, quantity.Each: 0})
	require.NoError(t, err)
	assert.JSONEq(t, `{"CA":"EA","EA":""}`, string(data))
	var back map[quantity.Unit]quantity.Unit
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, map[quantity.Unit]quantity.Unit{quantity.Case: quantity.Each, quantity.Each: 0}, back)
	assert.Error(t, json.Unmarshal([]byte(`{"CA":"each"}`), &back))
	_, err = json.Marshal(quantity.Unit(7))
	assert.Error(t, err)
}

func TestUnitsSortAsTheirCodes(t *testing.T) {
	codes := []string{"1", "1N", "9", "A", "CA", "CAS", "CASE", "CT", "EA", "KG"}
	for i := 1; i < len(codes); i++ {
		a, errA := quantity.ParseUnit(codes[i-1])
		b, errB := quantity.ParseUnit(codes[i])
		require.NoError(t, errors.Join(errA, errB))
		assert.Less(t, a, b, "%s %s", codes[i-1], codes[i])
	}
}

func TestJSON(t *testing.T) {
	type line struct {
		Ordered quantity.Quantity `json:"ordered"`
		Shipped quantity.Quantity `json:"shipped,omitzero"`
	}
	data, err := json.Marshal(line{Ordered: quantity.MustParse("1.250 KG")})
	require.NoError(t, err)
	assert.JSONEq(t, `{"ordered":"1.25 KG"}`, string(data))
	var back line
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, line{Ordered: quantity.MustParse("1.25 KG")}, back)

	var syntax *quantity.ParseError
	assert.ErrorAs(t, json.Unmarshal([]byte(`{"ordered":"12"}`), &back), &syntax)
	assert.Error(t, json.Unmarshal([]byte(`{"ordered":12}`), &back), "a number has no unit")
	require.NoError(t, json.Unmarshal([]byte(`{"ordered":""}`), &back))
	assert.Equal(t, quantity.Quantity{}, back.Ordered)
	_, err = json.Marshal(quantity.New(5, 0))
	assert.ErrorContains(t, err, "has no unit")
	_, err = json.Marshal(quantity.New(5, 7))
	assert.ErrorContains(t, err, "is no unit")
}

func TestSQL(t *testing.T) {
	for _, text := range []string{"12 CA", "-1.25 KG", "0 EA"} {
		in := quantity.MustParse(text)
		stored, err := in.Value()
		require.NoError(t, err)
		assert.Equal(t, text, stored)
		var out quantity.Quantity
		require.NoError(t, out.Scan(stored))
		assert.Equal(t, in, out)
		require.NoError(t, out.Scan([]byte(text)))
		assert.Equal(t, in, out)
	}
	stored, err := quantity.Quantity{}.Value()
	require.NoError(t, err)
	assert.Nil(t, stored)
	out := quantity.New(1, quantity.Each)
	require.NoError(t, out.Scan(nil))
	assert.Equal(t, quantity.Quantity{}, out)

	var syntax *quantity.ParseError
	assert.ErrorAs(t, out.Scan(int64(12)), &syntax)
	assert.ErrorAs(t, out.Scan("twelve"), &syntax)
	_, err = quantity.New(5, 0).Value()
	assert.Error(t, err)
}
