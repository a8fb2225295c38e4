package exact

import (
	"cmp"
	"math"
	"math/bits"
)

// wide is an unsigned integer of 128 bits.
type wide struct{ hi, lo uint64 }

// mul returns w x n; it is false when the product is beyond 128 bits.
func (w wide) mul(n uint64) (wide, bool) {
	hi, lo := bits.Mul64(w.lo, n)
	if w.hi == 0 {
		return wide{hi, lo}, true
	}
	top, mid := bits.Mul64(w.hi, n)
	hi, carry := bits.Add64(hi, mid, 0)
	return wide{hi, lo}, top == 0 && carry == 0
}

// quoRem returns w / n and w mod n, for n above 0.
func (w wide) quoRem(n uint64) (quotient wide, remainder uint64) {
	if w.hi == 0 {
		return wide{lo: w.lo / n}, w.lo % n
	}
	hi, rem := w.hi/n, w.hi%n
	lo, rem := bits.Div64(rem, w.lo, n)
	return wide{hi, lo}, rem
}

func (w wide) cmp(v wide) int {
	if w.hi != v.hi {
		return cmp.Compare(w.hi, v.hi)
	}
	return cmp.Compare(w.lo, v.lo)
}

// add returns w + v for sums below 2^128.
func (w wide) add(v wide) wide {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	return wide{w.hi + v.hi + carry, lo}
}

// sub returns w - v for v up to w.
func (w wide) sub(v wide) wide {
	lo, borrow := bits.Sub64(w.lo, v.lo, 0)
	return wide{w.hi - v.hi - borrow, lo}
}

// dec makes a Dec of w x 10^-scale. Trailing zeros are stripped only as far as
// it takes to fit; it is false when the value does not fit in any form.
func (w wide) dec(neg bool, scale int) (Dec, bool) {
	for w.hi != 0 || w.lo > math.MaxInt64 || scale > MaxScale {
		if w == (wide{}) {
			return Dec{Scale: MaxScale}, true
		}
		quotient, remainder := w.quoRem(10)
		if remainder != 0 || scale == 0 {
			return Dec{}, false
		}
		w, scale = quotient, scale-1
	}
	return signed(w.lo, neg, uint8(scale))
}

// align returns the magnitudes of d and e at the larger of their scales. They
// stay below 2^63 x 10^18, so their sum fits too.
func align(d, e Dec) (wide, wide) {
	a, _ := magnitude(d.Coef)
	b, _ := magnitude(e.Coef)
	x, y := wide{lo: a}, wide{lo: b}
	switch {
	case d.Scale < e.Scale:
		x, _ = x.mul(pow10(e.Scale - d.Scale))
	case d.Scale > e.Scale:
		y, _ = y.mul(pow10(d.Scale - e.Scale))
	}
	return x, y
}

// addWide is Add through 128 bits, for unlike scales and for sums that fit only
// without their trailing zeros.
func addWide(d, e Dec) (Dec, bool) {
	a, b := align(d, e)
	scale := int(max(d.Scale, e.Scale))
	switch {
	case (d.Coef < 0) == (e.Coef < 0):
		return a.add(b).dec(d.Coef < 0, scale)
	case a.cmp(b) >= 0:
		return a.sub(b).dec(d.Coef < 0, scale)
	default:
		return b.sub(a).dec(e.Coef < 0, scale)
	}
}
