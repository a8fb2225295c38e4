package quantity_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/quantity"
)

// coefficients cluster where things go wrong: small, round, and at the edges of 63 bits.
func coefficients() *rapid.Generator[int64] {
	return rapid.OneOf(
		rapid.Int64Range(-1000, 1000),
		rapid.Int64Range(-math.MaxInt64, math.MaxInt64),
		rapid.Int64Range(math.MaxInt64-1000, math.MaxInt64),
		rapid.Int64Range(-math.MaxInt64, -math.MaxInt64+1000),
		rapid.Map(rapid.IntRange(0, 18), func(n int) int64 { return decimal.New(1, int32(n)).IntPart() }),
	)
}

func quantities(units ...quantity.Unit) *rapid.Generator[quantity.Quantity] {
	return rapid.Custom(func(t *rapid.T) quantity.Quantity {
		d := decimal.New(coefficients().Draw(t, "coefficient"), -int32(rapid.IntRange(0, quantity.MaxScale).Draw(t, "scale")))
		q, err := quantity.FromDecimal(d, rapid.SampledFrom(units).Draw(t, "unit"))
		if err != nil {
			t.Fatalf("%s does not fit: %v", d, err)
		}
		return q
	})
}

// fits says whether a decimal is within the range of a quantity, by counting its digits.
func fits(d decimal.Decimal) bool {
	r := new(big.Rat).SetFrac(d.Coefficient(), big.NewInt(1))
	r.Mul(r, power(int64(d.Exponent())))
	_, ok := shortest(r)
	return ok
}

// shortest tells the coefficient of a fraction at the fewest decimal places, up to 18; it is the slow and plain way.
func shortest(r *big.Rat) (*big.Int, bool) {
	for places := int64(0); places <= quantity.MaxScale; places++ {
		scaled := new(big.Rat).Mul(r, power(places))
		if scaled.IsInt() {
			limit := big.NewInt(math.MaxInt64)
			return scaled.Num(), scaled.Num().CmpAbs(limit) <= 0
		}
	}
	return nil, false
}

func power(n int64) *big.Rat {
	p := new(big.Int).Exp(big.NewInt(10), new(big.Int).Abs(big.NewInt(n)), nil)
	if n < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), p)
	}
	return new(big.Rat).SetInt(p)
}

// agree checks one result against shopspring/decimal: the same value where it fits, ErrRange where it does not, and
// always the fewest digits.
func agree(t *rapid.T, got quantity.Quantity, err error, want decimal.Decimal) {
	if !fits(want) {
		if !errors.Is(err, quantity.ErrRange) {
			t.Fatalf("got %v, %v; want ErrRange for %s", got, err, want)
		}
		return
	}
	if err != nil || !got.Decimal().Equal(want) {
		t.Fatalf("got %v, %v; want %s", got, err, want)
	}
	if got.Scale() > 0 && got.Coefficient()%10 == 0 {
		t.Fatalf("%v has a zero too many: %d", got, got.Coefficient())
	}
}

func TestArithmeticAgreesWithDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := quantities(quantity.Each).Draw(t, "a"), quantities(quantity.Each).Draw(t, "b")
		x, y := a.Decimal(), b.Decimal()
		sum, err := a.Add(b)
		agree(t, sum, err, x.Add(y))
		difference, err := a.Sub(b)
		agree(t, difference, err, x.Sub(y))
		n := coefficients().Draw(t, "n")
		product, err := a.MulInt(n)
		agree(t, product, err, x.Mul(decimal.NewFromInt(n)))
		places := rapid.IntRange(0, quantity.MaxScale).Draw(t, "places")
		rounded, err := a.Round(places, quantity.HalfUp)
		agree(t, rounded, err, x.Round(int32(places)))
		rounded, err = a.Round(places, quantity.HalfEven)
		agree(t, rounded, err, x.RoundBank(int32(places)))
		rounded, err = a.Round(places, quantity.Up)
		agree(t, rounded, err, x.RoundUp(int32(places)))
		rounded, err = a.Round(places, quantity.Down)
		agree(t, rounded, err, x.RoundDown(int32(places)))
		if order, err := a.Cmp(b); err != nil || order != x.Cmp(y) {
			t.Fatalf("%v against %v: %d, %v; want %d", a, b, order, err, x.Cmp(y))
		}
		if (a == b) != x.Equal(y) {
			t.Fatalf("%v == %v is %t", a, b, a == b)
		}
	})
}

func TestTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := quantities(quantity.Each, quantity.Kilogram, 'C'<<24|'6'<<16|'2'<<8).Draw(t, "q")
		text, err := q.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := quantity.Parse(string(text)); err != nil || back != q {
			t.Fatalf("%v became %v by %s: %v", q, back, text, err)
		}
	})
}

// tables are three units beside the base, each given in one of those before it.
func tables() *rapid.Generator[*quantity.Conversions] {
	return rapid.Custom(func(t *rapid.T) *quantity.Conversions {
		units := []quantity.Unit{quantity.Each, quantity.Case, quantity.Layer, quantity.Pallet}
		factors := rapid.OneOf(rapid.Int64Range(1, 60), rapid.Int64Range(1, 1<<14))
		var rows []quantity.Conversion
		for i, u := range units[1:] {
			rows = append(rows, quantity.Conversion{
				Unit: u, Of: factors.Draw(t, "of"), Per: factors.Draw(t, "per"), In: rapid.SampledFrom(units[:i+1]).Draw(t, "in"),
			})
		}
		for i := range rows { // the base is named by no unit
			if rows[i].In == quantity.Each {
				rows[i].In = 0
			}
		}
		c, err := quantity.NewConversions(quantity.Each, rapid.Permutation(rows).Draw(t, "rows")...)
		if err != nil {
			t.Skip("the factors are out of range")
		}
		return c
	})
}

// worth is what one of a unit is in base units, as the table says.
func worth(c *quantity.Conversions, u quantity.Unit) *big.Rat {
	for _, row := range c.Table() {
		if row.Unit == u {
			return big.NewRat(row.Of, row.Per)
		}
	}
	return big.NewRat(1, 1)
}

// Convert and ConvertRound against fractions of any size.
func TestConvertAgreesWithFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := tables().Draw(t, "table")
		q := quantities(c.Units()...).Draw(t, "q")
		to := rapid.SampledFrom(c.Units()).Draw(t, "to")
		exact := new(big.Rat).Mul(q.Decimal().Rat(), worth(c, q.Unit()))
		exact.Quo(exact, worth(c, to))

		got, err := c.Convert(q, to)
		coefficient, ok := shortest(exact)
		var inexact *quantity.InexactError
		switch {
		case ok && (err != nil || got.Coefficient() != coefficient.Int64() || got.Decimal().Rat().Cmp(exact) != 0 || got.Unit() != to):
			t.Fatalf("%v in %v is %v, %v; want %s", q, to, got, err, exact.FloatString(20))
		case !ok && beyond(exact) && !errors.Is(err, quantity.ErrRange):
			t.Fatalf("%v in %v is %v, %v; want ErrRange", q, to, got, err)
		case !ok && !beyond(exact) && !errors.As(err, &inexact):
			t.Fatalf("%v in %v is %v, %v; it has no exact value", q, to, got, err)
		}

		places := rapid.IntRange(0, quantity.MaxScale).Draw(t, "places")
		mode := rapid.SampledFrom([]quantity.Rounding{quantity.HalfUp, quantity.HalfEven, quantity.HalfDown, quantity.Up, quantity.Down}).Draw(t, "mode")
		rounded, err := c.ConvertRound(q, to, places, mode)
		want := roundPlainly(exact, int64(places), mode)
		if _, ok := shortest(want); !ok {
			if !errors.Is(err, quantity.ErrRange) {
				t.Fatalf("%v in %v at %d is %v, %v; want ErrRange", q, to, places, rounded, err)
			}
			return
		}
		if err != nil || rounded.Decimal().Rat().Cmp(want) != 0 {
			t.Fatalf("%v in %v at %d %v is %v, %v; want %s", q, to, places, mode, rounded, err, want.FloatString(18))
		}
	})
}

// beyond says that not even the whole part fits.
func beyond(r *big.Rat) bool {
	return new(big.Int).Quo(r.Num(), r.Denom()).CmpAbs(big.NewInt(math.MaxInt64)) > 0
}

// roundPlainly rounds a fraction by the definition of each mode.
func roundPlainly(r *big.Rat, places int64, mode quantity.Rounding) *big.Rat {
	scaled := new(big.Rat).Mul(r, power(places))
	whole, rest := new(big.Int).QuoRem(scaled.Num(), scaled.Denom(), new(big.Int))
	half := new(big.Int).Abs(rest)
	half.Lsh(half, 1)
	order := half.Cmp(scaled.Denom())
	away := false
	switch mode {
	case quantity.HalfUp:
		away = order >= 0
	case quantity.HalfDown:
		away = order > 0
	case quantity.HalfEven:
		away = order > 0 || order == 0 && whole.Bit(0) == 1
	case quantity.Up:
		away = rest.Sign() != 0
	}
	if away {
		whole.Add(whole, big.NewInt(int64(r.Sign())))
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), power(-places))
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"12 CA", "-1.250 KG", "0", "0 EA", "9223372036854775807 EA", "1e9 EA", ".5 LB", "5. LB", "12", "\x00 EA"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := quantity.Parse(text)
		if err != nil {
			var syntax *quantity.ParseError
			if !errors.As(err, &syntax) && !errors.Is(err, quantity.ErrRange) {
				t.Fatalf("%q: an error of another kind: %v", text, err)
			}
			return
		}
		again, err := quantity.Parse(q.String())
		if err != nil || again != q {
			t.Fatalf("%q became %v and then %v: %v", text, q, again, err)
		}
	})
}
