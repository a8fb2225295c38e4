package money

import (
	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Extend returns price x q / per x factors with one rounding at the end, to
// places (0 to MaxScale) by mode: the net of a line in one call. Everything up to
// that rounding is exact. q is in the unit that the price is for; a price of
// 100.00 per 1,000 has per 1000, a plain price per 1. A discount of 5% is the
// factor 0.95 (Rate.OneMinus).
//
// A per below one is ErrDivision, a result that does not fit is ErrRange.
func Extend(price Amount, q quantity.Quantity, per int64, places int, mode Rounding, factors ...Rate) (Amount, error) {
	if err := checkRounding(places, mode); err != nil {
		return Amount{}, err
	}
	if per < 1 {
		return Amount{}, ErrDivision
	}
	count := exact.Dec{Coef: q.Coefficient(), Scale: uint8(q.Scale())}
	p := exact.NewProduct(price.dec())
	ok := p.Mul(count) && price.inRange()
	for _, f := range factors {
		ok = ok && p.Mul(f.dec) && f.inRange()
	}
	if !ok {
		return extendDecimal(price, count, per, places, mode, factors)
	}
	d, ok := p.Quo(exact.Dec{Coef: per}, uint8(places), mode)
	if !ok {
		return Amount{}, ErrRange
	}
	return canonical(d, price.currency)
}

// extendDecimal is Extend beyond 128 bits.
func extendDecimal(price Amount, count exact.Dec, per int64, places int, mode Rounding, factors []Rate) (Amount, error) {
	ok := price.inRange()
	n := price.Decimal().Mul(count.Decimal())
	for _, f := range factors {
		ok = ok && f.inRange()
		n = n.Mul(f.Decimal())
	}
	if !ok {
		return Amount{}, ErrRange
	}
	d, ok := exact.QuoDecimal(n, exact.Dec{Coef: per}.Decimal(), uint8(places), mode)
	if !ok {
		return Amount{}, ErrRange
	}
	return canonical(d, price.currency)
}
