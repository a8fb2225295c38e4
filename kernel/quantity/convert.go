package quantity

import (
	"github.com/o2ckit/o2c/internal/exact"
)

// Convert returns the quantity in another unit of the table, exactly: 30 EA are 2.5 CA of 12. A value that no decimal
// number of [MaxScale] places holds is an *[InexactError], so 1 EA in CA of 12; a unit that the table does not have is
// a *[UnitError]; a result beyond the range is ErrRange. The zero Quantity becomes 0 of the unit.
func (c *Conversions) Convert(q Quantity, to Unit) (Quantity, error) {
	num, den, err := c.between(q, to)
	if err != nil {
		return Quantity{}, err
	}
	g := gcd(q.Abs().coef, den) // 0 goes into every unit: its divisor is den itself
	d, ok := timesExactly(exact.Dec{Coef: q.coef / g, Scale: q.scale}, num, den/g)
	if ok {
		return of(d, to), nil
	}
	if _, err := c.ConvertRound(q, to, 0, Down); err != nil {
		return Quantity{}, err // not even the whole part fits
	}
	return Quantity{}, &InexactError{q, to, -1}
}

// ConvertRound returns the quantity in another unit of the table, rounded once to at most the given number of decimal
// places (0 to [MaxScale]; outside of that is ErrRange): 1 EA is 0.083 CA of 12 at three places, half up. Other errors
// are as in Convert.
func (c *Conversions) ConvertRound(q Quantity, to Unit, places int, mode Rounding) (Quantity, error) {
	num, den, err := c.between(q, to)
	if err != nil {
		return Quantity{}, err
	}
	if places < 0 || places > MaxScale {
		return Quantity{}, ErrRange
	}
	product := exact.NewProduct(q.dec())
	product.Mul(exact.Dec{Coef: num}) // two factors of 63 bits always fit
	d, ok := product.Quo(exact.Dec{Coef: den}, uint8(places), mode)
	if !ok {
		return Quantity{}, ErrRange
	}
	return of(d, to), nil
}

// BaseCount returns the quantity as a whole number of base units, in which stock is counted. A quantity that is none is
// an *[InexactError]; other errors are as in Convert.
func (c *Conversions) BaseCount(q Quantity) (int64, error) { return c.baseCount(q, 0) }

// BaseThousandths returns the quantity as a whole number of thousandths of the base unit, in which items of catch
// weight are counted. A quantity that is none is an *[InexactError]; other errors are as in Convert.
func (c *Conversions) BaseThousandths(q Quantity) (int64, error) { return c.baseCount(q, 3) }

func (c *Conversions) baseCount(q Quantity, places uint8) (int64, error) {
	base, err := c.Convert(q, c.Base())
	if err != nil {
		return 0, err
	}
	if base.scale > places {
		return 0, &InexactError{q, base.unit, int(places)}
	}
	d, ok := base.dec().Rescale(places, Down)
	if !ok {
		return 0, ErrRange
	}
	return d.Coef, nil
}

// between is the factor from the quantity's unit to another, in lowest terms.
func (c *Conversions) between(q Quantity, to Unit) (num, den int64, err error) {
	t, ok := c.find(to)
	if !ok {
		return 0, 0, &UnitError{to, c.Units()}
	}
	if q == (Quantity{}) {
		return 1, 1, nil
	}
	f, ok := c.find(q.unit)
	if !ok {
		return 0, 0, &UnitError{q.unit, c.Units()}
	}
	if !q.inRange() {
		return 0, 0, ErrRange
	}
	if t.of == 1 && t.per == 1 { // to the base, the way of nearly all conversions
		return f.of, f.per, nil
	}
	num, den, _ = ratio(f.of, f.per, t.per, t.of) // NewConversions saw that it fits
	return num, den, nil
}

// timesExactly is d x num / den, where den has no factor in common with d's coefficient or with num. It is false when
// no Dec holds the result.
func timesExactly(d exact.Dec, num, den int64) (exact.Dec, bool) {
	product := exact.NewProduct(d)
	product.Mul(exact.Dec{Coef: num}) // two factors of 63 bits always fit
	if den == 1 {
		return product.Dec()
	}
	part, ok := factorOf(den)
	if !ok {
		return exact.Dec{}, false
	}
	if product.Mul(part) {
		return product.Dec()
	}
	return exact.FromDecimal(product.Decimal().Mul(part.Decimal()))
}
