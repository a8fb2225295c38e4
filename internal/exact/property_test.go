package exact_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// coefficient draws from all sizes alike, and often from the edges: of 64 bits,
// of powers of ten, and of ties.
func coefficient(r *rand.Rand) int64 {
	n := int64(r.Uint64() >> (1 + r.UintN(63)))
	switch r.UintN(6) {
	case 0:
		n = math.MaxInt64 - n%8
	case 1:
		n = pow10(r.UintN(19)) + n%3 - 1
	case 2:
		n = 5 * pow10(r.UintN(18))
	}
	if r.UintN(2) == 0 {
		return -n
	}
	return n
}

func pow10(n uint) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func dec(r *rand.Rand) exact.Dec {
	return exact.Dec{Coef: coefficient(r), Scale: uint8(r.UintN(exact.MaxScale + 1))}
}

// round is shopspring's own rounding; it has all modes but half down.
func round(v decimal.Decimal, scale int32, mode exact.Rounding) decimal.Decimal {
	switch mode {
	case exact.HalfEven:
		return v.RoundBank(scale)
	case exact.Up:
		return v.RoundUp(scale)
	case exact.Down:
		return v.RoundDown(scale)
	case exact.HalfDown:
		down := v.RoundDown(scale)
		if v.Sub(down).Abs().GreaterThan(decimal.New(5, -scale-1)) {
			return v.RoundUp(scale)
		}
		return down
	default:
		return v.Round(scale)
	}
}

// fits says what has a Dec: the definition, written without the package.
func fits(v decimal.Decimal) bool {
	for places := int32(0); places <= exact.MaxScale; places++ {
		if n := v.Shift(places); n.IsInteger() {
			return n.Abs().BigInt().IsInt64()
		}
	}
	return false
}

func same(t *testing.T, want decimal.Decimal, got exact.Dec, ok bool, what string, args ...any) {
	t.Helper()
	if ok != fits(want) || ok && !got.Decimal().Equal(want) {
		require.Failf(t, what, "want %v (fits %v), got %v (%v) of %v", want, fits(want), got, ok, args)
	}
}

func TestPropertyAgainstShopspring(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	for range propertyCases {
		d, e := dec(r), dec(r)
		if r.UintN(4) == 0 {
			e.Scale = d.Scale
		}
		a, b := d.Decimal(), e.Decimal()
		sum, ok := d.Add(e)
		same(t, a.Add(b), sum, ok, "add", d, e)
		difference, ok := d.Sub(e)
		same(t, a.Sub(b), difference, ok, "sub", d, e)
		product, ok := d.Mul(e)
		same(t, a.Mul(b), product, ok, "mul", d, e)
		require.Equal(t, a.Cmp(b), d.Cmp(e), "%v cmp %v", d, e)
		require.Equal(t, a.StringFixed(int32(d.Scale)), d.String())
		back, err := exact.Parse(d.String())
		require.NoError(t, err)
		require.Equal(t, d.Reduce(0), back)
		again, ok := exact.FromDecimal(a)
		require.True(t, ok)
		require.Equal(t, d.Reduce(0), again)
	}
}

func TestPropertyRescale(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range propertyCases {
		d, scale, mode := dec(r), uint8(r.UintN(exact.MaxScale+1)), exact.Rounding(r.UintN(5))
		got, ok := d.Rescale(scale, mode)
		want := round(d.Decimal(), int32(scale), mode)
		require.Equal(t, want.Shift(int32(scale)).Abs().BigInt().IsInt64(), ok, "%v to %d %s", d, scale, mode)
		if ok {
			require.Equal(t, scale, got.Scale)
			require.True(t, got.Decimal().Equal(want), "%v to %d %s: %v, want %v", d, scale, mode, got, want)
		}
	}
}

// The 128-bit way, the shopspring way and the definition of each mode agree.
// The divisor is one of its own half the time, so that ties are frequent.
func TestPropertyQuo(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	wide := 0
	for range propertyCases / 2 {
		factors, div := []exact.Dec{dec(r), dec(r)}, dec(r)
		for range r.UintN(3) {
			factors = append(factors, exact.Dec{Coef: coefficient(r) % 100_000, Scale: uint8(r.UintN(5))})
		}
		if div.Coef == 0 || r.UintN(2) == 0 {
			div = exact.Dec{Coef: int64(1) << r.UintN(12), Scale: uint8(r.UintN(3))}
		}
		scale, mode := uint8(r.UintN(exact.MaxScale+1)), exact.Rounding(r.UintN(5))
		p, n, ok := exact.NewProduct(factors[0]), factors[0].Decimal(), true
		for _, f := range factors[1:] {
			ok = ok && p.Mul(f)
			n = n.Mul(f.Decimal())
		}
		slow, slowFits := exact.QuoDecimal(n, div.Decimal(), scale, mode)
		if slowFits {
			nearest(t, n, div.Decimal(), slow.Decimal(), scale, mode)
		}
		if !ok {
			wide++
			continue
		}
		fast, fastFits := p.Quo(div, scale, mode)
		require.Equal(t, slowFits, fastFits, "%v / %v to %d %s", factors, div, scale, mode)
		require.Equal(t, slow, fast, "%v / %v to %d %s", factors, div, scale, mode)
		exactly, isExact := p.QuoExact(div)
		if isExact {
			require.True(t, exactly.Decimal().Mul(div.Decimal()).Equal(n), "%v / %v: %v", factors, div, exactly)
		} else if slowFits {
			require.False(t, slow.Decimal().Mul(div.Decimal()).Equal(n), "%v / %v is exact: %v", factors, div, slow)
		}
	}
	require.NotZero(t, wide, "no case was beyond 128 bits")
}

// nearest checks a rounded quotient by the definition of its mode, multiplying
// back and never dividing.
func nearest(t *testing.T, n, div, q decimal.Decimal, scale uint8, mode exact.Rounding) {
	t.Helper()
	require.True(t, q.Shift(int32(scale)).IsInteger())
	n, div, sign := n.Abs(), div.Abs(), n.Sign()*div.Sign()
	require.False(t, q.Sign()*sign < 0, "%v / %v = %v has the wrong sign", n, div, q)
	off := q.Abs().Mul(div).Sub(n) // how far the result lies beyond, in units of 1/div
	step := div.Mul(decimal.New(1, -int32(scale)))
	good := false
	switch mode {
	case exact.Up:
		good = off.Sign() >= 0 && off.LessThan(step)
	case exact.Down:
		good = off.Sign() <= 0 && off.Neg().LessThan(step)
	default:
		switch order := off.Abs().Mul(decimal.NewFromInt(2)).Cmp(step); {
		case order < 0:
			good = true
		case order > 0:
			good = false
		case mode == exact.HalfUp:
			good = off.Sign() > 0
		case mode == exact.HalfDown:
			good = off.Sign() < 0
		default:
			good = q.Shift(int32(scale)).BigInt().Bit(0) == 0
		}
	}
	require.True(t, good, "%v / %v = %v at %d %s", n, div, q, scale, mode)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0", "-1.50", ".5", "9223372036854775807", "1e9", "0.000000000000000001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := exact.Parse(text)
		if err != nil {
			require.Zero(t, d)
			return
		}
		want, err := decimal.NewFromString(text)
		require.NoError(t, err)
		require.True(t, want.Equal(d.Decimal()), "%q is %v", text, d)
		back, err := exact.Parse(d.String())
		require.NoError(t, err)
		require.Equal(t, d, back)
	})
}
