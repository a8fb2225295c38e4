package quantity

import (
	"math"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/internal/exact"
)

// MaxScale is the largest number of decimal places of a quantity.
const MaxScale = exact.MaxScale

// Rounding says what happens to digits that a result has no place for. Up and Down mean away from and toward zero.
type Rounding = exact.Rounding

// The rounding modes; the zero value is HalfUp.
const (
	HalfUp   = exact.HalfUp   // to the nearest, a tie away from zero
	HalfEven = exact.HalfEven // to the nearest, a tie to the even digit
	HalfDown = exact.HalfDown // to the nearest, a tie toward zero
	Up       = exact.Up       // away from zero
	Down     = exact.Down     // toward zero
)

// Quantity is an exact decimal number of a unit: 12 CA, 1.25 KG, -3 EA. It is a value of 16 bytes whose number has
// always the fewest digits, so that == is equality and a Quantity can be a map key; 1.250 KG and 1.25 KG are one
// value. The coefficient is within ±math.MaxInt64 and there are at most [MaxScale] decimal places; what goes beyond is
// ErrRange and never wraps.
//
// The zero Quantity is 0 without a unit. It is neutral: adding it to 5 EA gives 5 EA, and it converts to 0 of any unit.
type Quantity struct {
	coef  int64
	unit  Unit
	scale uint8
}

// New returns n whole units. Its range is ±math.MaxInt64: math.MinInt64, which has no negative, makes a quantity that
// every operation refuses with ErrRange.
func New(n int64, u Unit) Quantity { return Quantity{coef: n, unit: u} }

// FromDecimal returns d of the unit. A number beyond the range of Quantity is ErrRange: nothing is rounded.
func FromDecimal(d decimal.Decimal, u Unit) (Quantity, error) {
	v, ok := exact.FromDecimal(d)
	if !ok {
		return Quantity{}, ErrRange
	}
	return of(v, u), nil
}

// FromThousandths returns n thousandths of a unit, in which catch weight is counted: the reverse of Thousandths. Its
// range is that of New.
func FromThousandths(n int64, u Unit) Quantity { return of(exact.Dec{Coef: n, Scale: 3}, u) }

// Unit returns the unit; zero where there is none.
func (q Quantity) Unit() Unit { return q.unit }

// Coefficient returns the number without its decimal point: 125 for 1.25 KG. With Scale it is what storage and wire
// formats need.
func (q Quantity) Coefficient() int64 { return q.coef }

// Scale returns the number of decimal places, the fewest that hold the number: 2 for 1.25 KG, 0 for 1200 EA.
func (q Quantity) Scale() int { return int(q.scale) }

// Decimal returns the number, without the unit.
func (q Quantity) Decimal() decimal.Decimal { return q.dec().Decimal() }

// Int64 returns the number as whole units, and whether it is one.
func (q Quantity) Int64() (int64, bool) { return q.coef, q.scale == 0 && q.inRange() }

// Thousandths returns the number in thousandths of the unit, in which catch weight is counted, and whether it is a
// whole number of them within 63 bits.
func (q Quantity) Thousandths() (int64, bool) {
	if q.scale > 3 || !q.inRange() {
		return 0, false
	}
	d, ok := q.dec().Rescale(3, exact.Down)
	return d.Coef, ok
}

// Sign returns -1, 0 or +1.
func (q Quantity) Sign() int {
	switch {
	case q.coef < 0:
		return -1
	case q.coef > 0:
		return +1
	}
	return 0
}

// IsZero reports whether the number is 0, with whatever unit. A struct field with the json option omitzero is left out
// then, unit and all.
func (q Quantity) IsZero() bool { return q.coef == 0 }

// Equal is ==; packages that compare deeply look for it.
func (q Quantity) Equal(r Quantity) bool { return q == r }

// Neg returns the quantity with the opposite sign.
func (q Quantity) Neg() Quantity {
	q.coef = -q.coef
	return q
}

// Abs returns the quantity without its sign.
func (q Quantity) Abs() Quantity {
	if q.coef < 0 {
		return q.Neg()
	}
	return q
}

// Add returns the sum of two quantities of one unit. Two units are a *[MismatchError], except that the zero Quantity
// may be added to anything. A sum beyond the range is ErrRange.
func (q Quantity) Add(r Quantity) (Quantity, error) {
	if q.unit != r.unit {
		switch {
		case r == (Quantity{}):
			return q, nil
		case q == (Quantity{}):
			return r, nil
		}
		return Quantity{}, &MismatchError{q.unit, r.unit}
	}
	if !q.inRange() || !r.inRange() {
		return Quantity{}, ErrRange
	}
	sum, ok := q.dec().Add(r.dec())
	if !ok {
		return Quantity{}, ErrRange
	}
	return of(sum, q.unit), nil
}

// Sub returns q less r, with the conditions of Add.
func (q Quantity) Sub(r Quantity) (Quantity, error) { return q.Add(r.Neg()) }

// MulInt returns n times the quantity, exactly; ErrRange where that does not fit.
func (q Quantity) MulInt(n int64) (Quantity, error) {
	if !q.inRange() || n == math.MinInt64 {
		return Quantity{}, ErrRange
	}
	product, ok := q.dec().Mul(exact.Dec{Coef: n})
	if !ok {
		return Quantity{}, ErrRange
	}
	return of(product, q.unit), nil
}

// Round returns the quantity with at most the given number of decimal places, 0 to [MaxScale]. Places outside of that,
// and a result that does not fit, are ErrRange.
func (q Quantity) Round(places int, mode Rounding) (Quantity, error) {
	if places < 0 || places > MaxScale || !q.inRange() {
		return Quantity{}, ErrRange
	}
	if int(q.scale) <= places {
		return q, nil
	}
	d, ok := q.dec().Rescale(uint8(places), mode)
	if !ok {
		return Quantity{}, ErrRange
	}
	return of(d, q.unit), nil
}

// Cmp compares two quantities of one unit: -1, 0 or +1 as q is less than, equal to or more than r. Two units are a
// *[MismatchError]; the zero Quantity compares with anything.
func (q Quantity) Cmp(r Quantity) (int, error) {
	if q.unit != r.unit && q != (Quantity{}) && r != (Quantity{}) {
		return 0, &MismatchError{q.unit, r.unit}
	}
	if !q.inRange() || !r.inRange() {
		return 0, ErrRange
	}
	return q.dec().Cmp(r.dec()), nil
}

// of makes a quantity with the fewest digits.
func of(d exact.Dec, u Unit) Quantity {
	d = d.Reduce(0)
	return Quantity{coef: d.Coef, unit: u, scale: d.Scale}
}

func (q Quantity) dec() exact.Dec { return exact.Dec{Coef: q.coef, Scale: q.scale} }

// inRange is false for the one coefficient that New lets in and nothing else can do with.
func (q Quantity) inRange() bool { return q.coef != math.MinInt64 }
