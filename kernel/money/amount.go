package money

import (
	"math"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/shopspring/decimal"
)

// Amount is an exact sum of money in one currency: a 64-bit coefficient, its
// decimal scale and the currency, in 16 bytes. Two digits of scale reach
// ±92,233,720,368,547,758.07 and six ±9,223,372,036,854.775807.
//
// The scale is canonical: the currency's minor digits, or as many more as the
// value needs (12.50 USD has two, 0.0125 USD four, up to MaxScale). So == is
// equality and an Amount can be a map key.
//
// The zero Amount is 0 without a currency. It is neutral: Add, Sub, Cmp and Sum
// take it together with any currency.
type Amount struct {
	coef     int64
	currency Currency
	scale    uint32 // as wide as currency: no padding, so == and hashing are plain memory
}

// FromMinor returns units of the currency's minor unit: 1250 is 12.50 USD and
// 1250 JPY. math.MinInt64, which has no negative, is no amount: whatever is done
// with it that can fail fails with ErrRange.
func FromMinor(units int64, c Currency) Amount {
	return Amount{coef: units, currency: c, scale: uint32(c.Digits())}
}

// Zero returns 0 in the currency.
func Zero(c Currency) Amount { return FromMinor(0, c) }

// FromDecimal returns d in the currency. Nothing is rounded: more than MaxScale
// places or 63 bits are ErrRange, an unknown currency is ErrUnknownCurrency.
func FromDecimal(d decimal.Decimal, c Currency) (Amount, error) {
	n, ok := exact.FromDecimal(d)
	if !ok {
		return Amount{}, ErrRange
	}
	if !c.IsValid() && (c != 0 || n.Coef != 0) {
		return Amount{}, ErrUnknownCurrency
	}
	return canonical(n, c)
}

// Currency returns the currency; the zero Amount has none.
func (a Amount) Currency() Currency { return a.currency }

// Coefficient returns n of the amount n x 10^-Scale.
func (a Amount) Coefficient() int64 { return a.coef }

// Scale returns the number of decimal places: at least the currency's digits.
func (a Amount) Scale() int { return int(a.scale) }

// Decimal returns the amount without its currency.
func (a Amount) Decimal() decimal.Decimal { return a.dec().Decimal() }

// Minor returns the amount in minor units; it is false when there is a fraction
// of one.
func (a Amount) Minor() (int64, bool) {
	return a.coef, a.Scale() == a.currency.Digits() && a.inRange()
}

// Sign returns -1, 0 or +1.
func (a Amount) Sign() int { return a.dec().Sign() }

// IsZero reports whether the amount is 0, with or without a currency.
func (a Amount) IsZero() bool { return a.coef == 0 }

// Neg returns -a.
func (a Amount) Neg() Amount {
	a.coef = -a.coef
	return a
}

// Abs returns a without its sign.
func (a Amount) Abs() Amount {
	if a.coef < 0 {
		a.coef = -a.coef
	}
	return a
}

func (a Amount) dec() exact.Dec { return exact.Dec{Coef: a.coef, Scale: uint8(a.scale)} }

// inRange is false for the one coefficient that has no negative; negating it
// leaves it as it is, so that it never passes for another amount.
func (a Amount) inRange() bool { return a.coef != math.MinInt64 }

// canonical makes an amount of a number: the scale is brought to the currency's
// digits, or to as many more as the value needs.
func canonical(d exact.Dec, c Currency) (Amount, error) {
	digits := uint8(c.Digits())
	if d = d.Reduce(digits); d.Scale < digits {
		var ok bool
		if d, ok = d.Rescale(digits, exact.Down); !ok {
			return Amount{}, ErrRange
		}
	}
	return Amount{coef: d.Coef, currency: c, scale: uint32(d.Scale)}, nil
}
