package money

import (
	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Calculator is a running amount for a chain of steps. Each step is exact within
// itself and then rounded to the working digits, so that a thousand steps stay
// as small as one. The first error stays and is returned by Amount; the steps
// after it do nothing.
//
//	calc := money.NewCalculator(price, 2, money.HalfUp)
//	net, err := calc.Times(quantity, 1).Less(tier).Less(promotion).Amount()
//
// A Calculator allocates nothing and belongs to one goroutine.
type Calculator struct {
	value    exact.Dec
	currency Currency
	places   uint8
	mode     Rounding
	err      error
}

// NewCalculator starts a chain with an amount. places (0 to MaxScale) are the
// working digits that each step is rounded to by mode; the start is taken as it
// is.
func NewCalculator(start Amount, places int, mode Rounding) Calculator {
	c := Calculator{value: start.dec(), currency: start.currency, places: uint8(places), mode: mode}
	if c.err = checkRounding(places, mode); c.err == nil && !start.inRange() {
		c.err = ErrRange
	}
	return c
}

// Amount returns the running amount, or the first error of the chain.
func (c *Calculator) Amount() (Amount, error) {
	if c.err != nil {
		return Amount{}, c.err
	}
	return canonical(c.value, c.currency)
}

// Add adds an amount. Another currency is a *CurrencyError.
func (c *Calculator) Add(a Amount) *Calculator {
	if c.err != nil {
		return c
	}
	running := Amount{coef: c.value.Coef, currency: c.currency} // whatever its scale, 0 without a currency is neutral
	if c.currency, c.err = commonCurrency(running, a); c.err == nil && !a.inRange() {
		c.err = ErrRange
	}
	if c.err == nil {
		c.add(a.dec())
	}
	return c
}

// Sub subtracts an amount. Another currency is a *CurrencyError.
func (c *Calculator) Sub(a Amount) *Calculator { return c.Add(a.Neg()) }

// Mul multiplies by a rate.
func (c *Calculator) Mul(r Rate) *Calculator {
	if c.fails(!r.inRange(), ErrRange) {
		return c
	}
	c.value = c.scaled(r.dec, 1)
	return c
}

// MulInt multiplies by a whole number.
func (c *Calculator) MulInt(n int64) *Calculator { return c.Mul(RateFromInt(n)) }

// Quo divides by a rate. Zero is ErrDivision.
func (c *Calculator) Quo(r Rate) *Calculator {
	if c.fails(r.IsZero(), ErrDivision) || c.fails(!r.inRange(), ErrRange) {
		return c
	}
	p := exact.NewProduct(c.value)
	c.set(p.Quo(r.dec, c.places, c.mode))
	return c
}

// Times extends a price: it multiplies by a quantity and divides by the number of
// units that the price is for, in one step. A per below one is ErrDivision.
func (c *Calculator) Times(q quantity.Quantity, per int64) *Calculator {
	if c.fails(per < 1, ErrDivision) {
		return c
	}
	c.value = c.scaled(exact.Dec{Coef: q.Coefficient(), Scale: uint8(q.Scale())}, per)
	return c
}

// Less takes a share of the running amount off it. What is rounded is the amount
// taken off, and the net follows: 10.50 less 15% is 1.58 off and leaves 8.92. Mul
// with Rate.OneMinus rounds the net instead: 8.93.
func (c *Calculator) Less(r Rate) *Calculator { return c.More(r.Neg()) }

// More puts a share of the running amount on it, rounded as an amount of its own.
func (c *Calculator) More(r Rate) *Calculator {
	if c.fails(!r.inRange(), ErrRange) {
		return c
	}
	if share := c.scaled(r.dec, 1); c.err == nil {
		c.add(share)
	}
	return c
}

// Round rounds the running amount to fewer places (0 to MaxScale) than the
// working digits, by the chain's mode.
func (c *Calculator) Round(places int) *Calculator {
	if c.err == nil {
		c.err = checkRounding(places, c.mode)
	}
	if c.err == nil && int(c.value.Scale) > places {
		c.set(c.value.Rescale(uint8(places), c.mode))
	}
	return c
}

// scaled returns the running amount x factor / per, rounded to the working digits.
func (c *Calculator) scaled(factor exact.Dec, per int64) exact.Dec {
	p := exact.NewProduct(c.value)
	p.Mul(factor) // two factors always fit
	d, ok := p.Quo(exact.Dec{Coef: per}, c.places, c.mode)
	if !ok {
		c.err = ErrRange
	}
	return d
}

// add adds a number and rounds to the working digits. A sum that is too long only
// because of digits beyond those goes through shopspring.
func (c *Calculator) add(d exact.Dec) {
	sum, ok := c.value.Add(d)
	switch {
	case !ok:
		n := c.value.Decimal().Add(d.Decimal())
		c.set(exact.QuoDecimal(n, exact.Dec{Coef: 1}.Decimal(), c.places, c.mode))
	case sum.Scale > c.places:
		c.set(sum.Rescale(c.places, c.mode))
	default:
		c.value = sum
	}
}

func (c *Calculator) set(d exact.Dec, ok bool) {
	c.value = d
	if !ok {
		c.err = ErrRange
	}
}

// fails reports whether the chain has failed, and makes it fail on a condition.
func (c *Calculator) fails(condition bool, err error) bool {
	if c.err == nil && condition {
		c.err = err
	}
	return c.err != nil
}
