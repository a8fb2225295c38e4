package exact

import (
	"cmp"
	"math"
	"math/bits"
)

// MaxScale is the largest number of decimal places of a Dec.
const MaxScale = 18

// Dec is the number Coef x 10^-Scale. Coef lies within ±math.MaxInt64 (so that
// every Dec has a negative) and Scale within 0 to MaxScale; every function of
// this package returns such Decs and expects them. Two Decs of one value may
// differ in scale: compare with Cmp, or Reduce both first.
type Dec struct {
	Coef  int64
	Scale uint8
}

// Sign returns -1, 0 or +1.
func (d Dec) Sign() int { return cmp.Compare(d.Coef, 0) }

// Neg returns -d.
func (d Dec) Neg() Dec { return Dec{Coef: -d.Coef, Scale: d.Scale} }

// Add returns d + e, exactly. It is false when the sum does not fit.
func (d Dec) Add(e Dec) (Dec, bool) {
	if d.Scale == e.Scale {
		sum := d.Coef + e.Coef
		// The sum wrapped when it differs in sign from both.
		if (sum^d.Coef)&(sum^e.Coef) >= 0 && sum != math.MinInt64 {
			return Dec{Coef: sum, Scale: d.Scale}, true
		}
	}
	return addWide(d, e)
}

// Sub returns d - e, exactly. It is false when the difference does not fit.
func (d Dec) Sub(e Dec) (Dec, bool) { return d.Add(e.Neg()) }

// Mul returns d x e, exactly. It is false when the product does not fit.
func (d Dec) Mul(e Dec) (Dec, bool) {
	p := NewProduct(d)
	p.Mul(e) // two coefficients of 63 bits always fit
	return p.Dec()
}

// Cmp returns -1, 0 or +1 as d is less than, equal to or greater than e.
func (d Dec) Cmp(e Dec) int {
	if d.Scale == e.Scale || d.Sign() != e.Sign() {
		return cmp.Compare(d.Coef, e.Coef)
	}
	a, b := align(d, e)
	order := a.cmp(b)
	if d.Coef < 0 {
		return -order
	}
	return order
}

// Rescale returns d with exactly the given scale (0 to MaxScale): rounded by
// mode when digits are cut, extended with zeros otherwise. It is false when the
// result does not fit.
func (d Dec) Rescale(scale uint8, mode Rounding) (Dec, bool) {
	if d.Scale == scale {
		return d, true
	}
	u, neg := magnitude(d.Coef)
	if scale > d.Scale {
		hi, lo := bits.Mul64(u, pow10(scale-d.Scale))
		if hi != 0 {
			return Dec{}, false
		}
		return signed(lo, neg, scale)
	}
	div := pow10(d.Scale - scale)
	q, rem := u/div, u%div
	if mode.away(q, rem, div) {
		q++
	}
	return signed(q, neg, scale)
}

// Reduce strips trailing zeros down to the scale lowest. The value stays the same.
func (d Dec) Reduce(lowest uint8) Dec {
	for d.Scale > lowest && d.Coef%10 == 0 {
		d.Coef /= 10
		d.Scale--
	}
	return d
}

// pow10 returns 10^n for n of 0 to 19.
func pow10(n uint8) uint64 {
	return [...]uint64{
		1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
		1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
	}[n]
}

// magnitude returns |n| and whether n is negative.
func magnitude(n int64) (uint64, bool) {
	if n < 0 {
		return -uint64(n), true
	}
	return uint64(n), false
}

// signed makes a Dec of a magnitude; it is false when that is beyond 63 bits.
func signed(u uint64, neg bool, scale uint8) (Dec, bool) {
	if u > math.MaxInt64 {
		return Dec{}, false
	}
	if neg {
		return Dec{Coef: -int64(u), Scale: scale}, true
	}
	return Dec{Coef: int64(u), Scale: scale}, true
}
