package money

import (
	"cmp"
	"math"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/shopspring/decimal"
)

// Add returns a + b, exactly. Unlike currencies are a *CurrencyError, a sum that
// does not fit is ErrRange.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.currency == b.currency && a.scale == b.scale && a.Scale() == a.currency.Digits() {
		sum := a.coef + b.coef
		// The sum wrapped when it differs in sign from both.
		if (sum^a.coef)&(sum^b.coef) >= 0 && sum != math.MinInt64 && a.inRange() && b.inRange() {
			a.coef = sum
			return a, nil
		}
		return Amount{}, ErrRange
	}
	return a.addUnlike(b)
}

// Sub returns a - b, exactly, with the errors of Add.
func (a Amount) Sub(b Amount) (Amount, error) { return a.Add(b.Neg()) }

// Cmp returns -1, 0 or +1 as a is less than, equal to or greater than b. Unlike
// currencies are a *CurrencyError.
func (a Amount) Cmp(b Amount) (int, error) {
	if _, err := commonCurrency(a, b); err != nil {
		return 0, err
	}
	if !a.inRange() || !b.inRange() {
		return 0, ErrRange
	}
	if a.scale == b.scale {
		return cmp.Compare(a.coef, b.coef), nil
	}
	return a.dec().Cmp(b.dec()), nil
}

// MulInt returns a x n, exactly, or ErrRange.
func (a Amount) MulInt(n int64) (Amount, error) { return a.mul(exact.Dec{Coef: n}) }

// Mul returns a x r, exactly: 10.50 USD x 15% is 1.575 USD. What does not fit is
// ErrRange. Use MulRound for an amount with a stated number of places.
func (a Amount) Mul(r Rate) (Amount, error) { return a.mul(r.dec) }

// MulRound returns a x r rounded once to places (0 to MaxScale).
func (a Amount) MulRound(r Rate, places int, mode Rounding) (Amount, error) {
	return a.mulQuo(r.dec, exact.Dec{Coef: 1}, places, mode)
}

// QuoRound returns a / r rounded once to places (0 to MaxScale). A zero r is
// ErrDivision. The net of a price of 200.00 that includes 15% is
// QuoRound(1.15, 2, HalfUp) = 173.91.
func (a Amount) QuoRound(r Rate, places int, mode Rounding) (Amount, error) {
	if r.IsZero() {
		return Amount{}, ErrDivision
	}
	return a.mulQuo(exact.Dec{Coef: 1}, r.dec, places, mode)
}

// Round returns a rounded to places (0 to MaxScale). An amount with no more
// places than that stays as it is.
func (a Amount) Round(places int, mode Rounding) (Amount, error) {
	if err := checkRounding(places, mode); err != nil {
		return Amount{}, err
	}
	if !a.inRange() {
		return Amount{}, ErrRange
	}
	if a.Scale() <= places {
		return a, nil
	}
	d, ok := a.dec().Rescale(uint8(places), mode)
	if !ok {
		return Amount{}, ErrRange
	}
	return canonical(d, a.currency)
}

// RoundMinor returns a rounded to the currency's minor unit.
func (a Amount) RoundMinor(mode Rounding) (Amount, error) {
	return a.Round(a.currency.Digits(), mode)
}

// Sum returns the exact sum of the amounts: the zero Amount for none. Only the
// sum has to fit, whatever the order of the amounts; it has the errors of Add.
func Sum(amounts ...Amount) (Amount, error) {
	var sum Amount
	for _, a := range amounts {
		next, err := sum.Add(a)
		if err == nil {
			sum = next
			continue
		}
		if _, mismatch := commonCurrency(sum, a); mismatch != nil {
			return Amount{}, mismatch
		}
		return sumDecimal(amounts)
	}
	return sum, nil
}

// sumDecimal is Sum for amounts that leave 64 bits on the way.
func sumDecimal(amounts []Amount) (Amount, error) {
	var total decimal.Decimal
	var first Amount // that has a say in the currency
	for _, a := range amounts {
		if _, err := commonCurrency(first, a); err != nil {
			return Amount{}, err
		}
		if first == (Amount{}) {
			first = a
		}
		if !a.inRange() {
			return Amount{}, ErrRange
		}
		total = total.Add(a.Decimal())
	}
	d, ok := exact.FromDecimal(total)
	if !ok {
		return Amount{}, ErrRange
	}
	return canonical(d, first.currency)
}

// commonCurrency returns the currency that an operation on a and b is in; an
// operand that is the zero Amount has no say.
func commonCurrency(a, b Amount) (Currency, error) {
	switch {
	case a.currency == b.currency || b == Amount{}:
		return a.currency, nil
	case a == Amount{}:
		return b.currency, nil
	default:
		return 0, &CurrencyError{Have: b.currency, Want: a.currency}
	}
}

// addUnlike is Add for unlike scales, for scales beyond the minor digits, and for
// the zero Amount.
func (a Amount) addUnlike(b Amount) (Amount, error) {
	currency, err := commonCurrency(a, b)
	if err != nil {
		return Amount{}, err
	}
	sum, ok := a.dec().Add(b.dec())
	if !ok || !a.inRange() || !b.inRange() {
		return Amount{}, ErrRange
	}
	return canonical(sum, currency)
}

func (a Amount) mul(factor exact.Dec) (Amount, error) {
	d, ok := a.dec().Mul(factor)
	if !ok || !a.inRange() {
		return Amount{}, ErrRange
	}
	return canonical(d, a.currency)
}

// mulQuo returns a x factor / div with one rounding.
func (a Amount) mulQuo(factor, div exact.Dec, places int, mode Rounding) (Amount, error) {
	if err := checkRounding(places, mode); err != nil {
		return Amount{}, err
	}
	p := exact.NewProduct(a.dec())
	p.Mul(factor) // two factors always fit
	d, ok := p.Quo(div, uint8(places), mode)
	if !ok || !a.inRange() {
		return Amount{}, ErrRange
	}
	return canonical(d, a.currency)
}
