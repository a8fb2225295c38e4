package money

import (
	"cmp"
	"database/sql/driver"
	"math"
	"strings"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/shopspring/decimal"
)

// Rate is an exact factor without a unit: a share of a discount, a tax rate, an
// exchange rate. It has at most 63 bits and MaxScale places, always the fewest,
// so == is equality. The zero value is 0.
type Rate struct {
	dec exact.Dec
}

// ParseRate reads a decimal number, or one with a percent sign: "0.05" and "5%"
// are the same rate. The number as written has to fit. Errors are *ParseError.
func ParseRate(s string) (Rate, error) {
	number, percent := strings.CutSuffix(s, "%")
	d, err := exact.Parse(number)
	if err != nil {
		return Rate{}, parseError("rate", s, err)
	}
	if percent {
		var ok bool
		if d, ok = d.Mul(exact.Dec{Coef: 1, Scale: 2}); !ok {
			return Rate{}, parseError("rate", s, ErrRange)
		}
	}
	return Rate{dec: d.Reduce(0)}, nil
}

// MustRate is ParseRate for rates known when the program is written. It panics
// on an error.
func MustRate(s string) Rate {
	r, err := ParseRate(s)
	if err != nil {
		panic(err)
	}
	return r
}

// RateFromInt returns n as a rate. math.MinInt64 is no rate: whatever is done
// with it that can fail fails with ErrRange.
func RateFromInt(n int64) Rate { return Rate{dec: exact.Dec{Coef: n}} }

// RateFromDecimal returns d as a rate. Nothing is rounded: what does not fit is
// ErrRange.
func RateFromDecimal(d decimal.Decimal) (Rate, error) {
	n, ok := exact.FromDecimal(d)
	if !ok {
		return Rate{}, ErrRange
	}
	return Rate{dec: n}, nil
}

// Decimal returns the rate as a decimal.
func (r Rate) Decimal() decimal.Decimal { return r.dec.Decimal() }

// Sign returns -1, 0 or +1.
func (r Rate) Sign() int { return r.dec.Sign() }

// IsZero reports whether the rate is 0.
func (r Rate) IsZero() bool { return r.dec.Coef == 0 }

// Cmp returns -1, 0 or +1 as r is less than, equal to or greater than s.
func (r Rate) Cmp(s Rate) int {
	if r.dec.Scale == s.dec.Scale {
		return cmp.Compare(r.dec.Coef, s.dec.Coef)
	}
	return r.dec.Cmp(s.dec)
}

// Neg returns -r.
func (r Rate) Neg() Rate { return Rate{dec: r.dec.Neg()} }

// OneMinus returns 1 - r: the factor that is left after a discount of r.
func (r Rate) OneMinus() (Rate, error) { return Rate{dec: exact.Dec{Coef: 1}}.add(r.Neg()) }

// OnePlus returns 1 + r: the factor of a price with a surcharge or tax of r.
func (r Rate) OnePlus() (Rate, error) { return Rate{dec: exact.Dec{Coef: 1}}.add(r) }

// Mul returns r x s, exactly, or ErrRange.
func (r Rate) Mul(s Rate) (Rate, error) {
	d, ok := r.dec.Mul(s.dec)
	if !ok || !r.inRange() || !s.inRange() {
		return Rate{}, ErrRange
	}
	return Rate{dec: d.Reduce(0)}, nil
}

// String returns the rate as a number: "0.05".
func (r Rate) String() string { return r.dec.String() }

// Percent returns the rate in percent: "5%".
func (r Rate) Percent() string { return r.Decimal().Shift(2).String() + "%" }

// MarshalText returns the rate as a number: "0.05". So its JSON is a string.
func (r Rate) MarshalText() ([]byte, error) {
	if !r.inRange() {
		return nil, ErrRange
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what ParseRate does.
func (r *Rate) UnmarshalText(text []byte) error {
	rate, err := ParseRate(string(text))
	if err != nil {
		return err
	}
	*r = rate
	return nil
}

// Value stores the rate as text: "0.05".
func (r Rate) Value() (driver.Value, error) { return textValue(r) }

// Scan reads a rate from text or from a numeric column that the driver returns as
// text. NULL is an error: use sql.Null[Rate].
func (r *Rate) Scan(src any) error { return scanText(src, r) }

// inRange is false for the one coefficient that has no negative.
func (r Rate) inRange() bool { return r.dec.Coef != math.MinInt64 }

func (r Rate) add(s Rate) (Rate, error) {
	d, ok := r.dec.Add(s.dec)
	if !ok || !r.inRange() || !s.inRange() {
		return Rate{}, ErrRange
	}
	return Rate{dec: d.Reduce(0)}, nil
}
