package exact

import (
	"math/big"

	"github.com/shopspring/decimal"
)

// Decimal returns d as a shopspring decimal, exactly.
func (d Dec) Decimal() decimal.Decimal { return decimal.New(d.Coef, -int32(d.Scale)) }

// Decimal returns the product as a shopspring decimal, exactly.
func (p *Product) Decimal() decimal.Decimal {
	n := new(big.Int).SetUint64(p.value.hi)
	n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(p.value.lo))
	if p.neg {
		n.Neg(n)
	}
	return decimal.NewFromBigInt(n, -int32(p.scale))
}

// FromDecimal returns v as a Dec with the fewest digits. It is false when v
// needs more than MaxScale places or more than 63 bits: nothing is rounded.
func FromDecimal(v decimal.Decimal) (Dec, bool) {
	n, exp := v.Coefficient(), int64(v.Exponent())
	switch {
	case n.Sign() == 0:
		return Dec{}, true
	case exp > MaxScale:
		return Dec{}, false
	case exp >= 0:
		n.Mul(n, bigPow10(exp))
		exp = 0
	case exp < -MaxScale || !n.IsInt64():
		var ok bool
		if n, exp, ok = stripZeros(n, exp); !ok {
			return Dec{}, false
		}
	}
	if !n.IsInt64() {
		return Dec{}, false
	}
	u, neg := magnitude(n.Int64())
	d, ok := signed(u, neg, uint8(-exp))
	return d.Reduce(0), ok
}

// stripZeros removes trailing zeros of n x 10^exp while exp is below zero. It
// gives up at once where too few digits are there to bring exp within MaxScale,
// so that a tiny number costs nothing.
func stripZeros(n *big.Int, exp int64) (*big.Int, int64, bool) {
	if surplus := -exp - MaxScale; surplus > 0 {
		if surplus > int64(n.BitLen()) {
			return nil, 0, false
		}
		rem := new(big.Int)
		n, rem = new(big.Int).QuoRem(n, bigPow10(surplus), rem)
		if rem.Sign() != 0 {
			return nil, 0, false
		}
		exp += surplus
	}
	ten, rem := big.NewInt(10), new(big.Int)
	for exp < 0 {
		var q *big.Int
		if q, rem = new(big.Int).QuoRem(n, ten, rem); rem.Sign() != 0 {
			break
		}
		n, exp = q, exp+1
	}
	return n, exp, true
}

// QuoDecimal returns n / div rounded by mode to scale decimal places, through
// shopspring/decimal. It agrees with Product.Quo on every case that both can
// do. It is false when the result does not fit and when div is zero.
func QuoDecimal(n, div decimal.Decimal, scale uint8, mode Rounding) (Dec, bool) {
	if div.IsZero() {
		return Dec{}, false
	}
	q, rem := n.QuoRem(div, int32(scale)) // truncated toward zero; rem has the sign of n
	if awayDecimal(q, rem, div, scale, mode) {
		step := decimal.New(1, -int32(scale))
		if n.Sign()*div.Sign() < 0 {
			step = step.Neg()
		}
		q = q.Add(step)
	}
	d, ok := FromDecimal(q)
	if !ok {
		return Dec{}, false
	}
	if full, fits := d.Rescale(scale, mode); fits {
		return full, true
	}
	return d, true
}

// awayDecimal is Rounding.away for a quotient with scale decimal places.
func awayDecimal(q, rem, div decimal.Decimal, scale uint8, mode Rounding) bool {
	if rem.IsZero() || mode == Down {
		return false
	}
	if mode == Up {
		return true
	}
	step := div.Abs().Mul(decimal.New(1, -int32(scale)))
	switch order := rem.Abs().Mul(decimal.New(2, 0)).Cmp(step); {
	case order != 0:
		return order > 0
	case mode == HalfEven:
		return q.Shift(int32(scale)).BigInt().Bit(0) == 1
	default:
		return mode == HalfUp
	}
}

func bigPow10(n int64) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil)
}
