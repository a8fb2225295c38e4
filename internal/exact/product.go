package exact

import "math"

// Product is a chain of exact factors in 128 bits: start with NewProduct,
// multiply with Mul, and divide and round once with Quo.
//
//	p := exact.NewProduct(price)
//	if !p.Mul(count) { /* beyond 128 bits: multiply Decimals, then QuoDecimal */ }
//	d, ok := p.Quo(exact.Dec{Coef: per}, 2, exact.HalfUp)
type Product struct {
	value wide
	scale int
	neg   bool
}

// NewProduct returns a product of one factor.
func NewProduct(d Dec) Product {
	u, neg := magnitude(d.Coef)
	return Product{value: wide{lo: u}, scale: int(d.Scale), neg: neg}
}

// Mul multiplies p by d. It is false, and p unchanged, when the product does
// not fit 128 bits. Any two Decs fit.
func (p *Product) Mul(d Dec) bool {
	u, neg := magnitude(d.Coef)
	value, ok := p.value.mul(u)
	if !ok {
		return false
	}
	p.value = value
	p.scale += int(d.Scale)
	p.neg = p.neg != neg
	return true
}

// Dec returns the product itself, exactly; it is false when it does not fit.
func (p *Product) Dec() (Dec, bool) { return p.value.dec(p.neg, p.scale) }

// Quo returns the product divided by div, rounded by mode to scale decimal
// places. The result has that scale, or a lower one where it fits only without
// its trailing zeros. It is false when the result does not fit and when div is
// zero.
func (p *Product) Quo(div Dec, scale uint8, mode Rounding) (Dec, bool) {
	d, neg := magnitude(div.Coef)
	if d == 0 {
		return Dec{}, false
	}
	drop := p.scale - int(div.Scale) - int(scale)
	if q, ok := quoRound(p.value, d, drop, mode); ok {
		return signed(q, p.neg != neg, scale)
	}
	return QuoDecimal(p.Decimal(), div.Decimal(), scale, mode)
}

// QuoExact returns the product divided by div with the fewest digits, when that
// quotient ends within MaxScale places and fits; otherwise it is false.
func (p *Product) QuoExact(div Dec) (Dec, bool) {
	d, neg := magnitude(div.Coef)
	if d == 0 {
		return Dec{}, false
	}
	if scale := p.scale - int(div.Scale); scale >= 0 {
		if q, rem := p.value.quoRem(d); rem == 0 {
			exact, ok := q.dec(p.neg != neg, scale)
			return exact.Reduce(0), ok
		}
	}
	n := p.Decimal()
	exact, ok := QuoDecimal(n, div.Decimal(), MaxScale, Down)
	if !ok || !exact.Decimal().Mul(div.Decimal()).Equal(n) {
		return Dec{}, false
	}
	return exact.Reduce(0), true
}

// quoRound returns v / (div x 10^drop), rounded to an integer. It is false when
// it needs more than 128 bits on the way or 63 bits for the result; the caller
// then takes the slow way.
func quoRound(v wide, div uint64, drop int, mode Rounding) (uint64, bool) {
	var sticky uint64 // 1 when a first division left a remainder
	switch {
	case drop < 0:
		if drop < -19 {
			return 0, false
		}
		var ok bool
		if v, ok = v.mul(pow10(uint8(-drop))); !ok {
			return 0, false
		}
	case drop > 0:
		first, second, ok := splitDivisor(div, drop)
		if !ok {
			return 0, false
		}
		if div = second; first != 1 {
			var rem uint64
			if v, rem = v.quoRem(first); rem != 0 {
				sticky = 1
			}
		}
	}
	if v.hi >= div {
		return 0, false
	}
	quotient, rem := v.quoRem(div)
	q := quotient.lo
	away := false
	if sticky == 0 {
		away = mode.away(q, rem, div)
	} else {
		// Two divisions: div is a power of ten up to 10^18 here, hence even
		// and small enough to be doubled. The lost remainder is less than one,
		// so half a step beyond rem compares as it does.
		away = mode.away(q, 2*rem+sticky, 2*div)
	}
	if away {
		q++
	}
	return q, q <= math.MaxInt64
}

// splitDivisor returns div x 10^drop as the product of two divisors of 64 bits.
// The first is 1 where one suffices; otherwise the second is 10^18 or less.
func splitDivisor(div uint64, drop int) (first, second uint64, ok bool) {
	if drop <= 19 {
		if d, fits := (wide{lo: div}).mul(pow10(uint8(drop))); fits && d.hi == 0 {
			return 1, d.lo, true
		}
	}
	second10 := min(drop, MaxScale)
	if drop-second10 > 19 {
		return 0, 0, false
	}
	d, _ := (wide{lo: div}).mul(pow10(uint8(drop - second10)))
	return d.lo, pow10(uint8(second10)), d.hi == 0
}
