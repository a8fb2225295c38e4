package pricing

import (
	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// A unit that a set has taken is not there for another set, in this step or a
// later one. So each line remembers how many of its units are taken and what
// these have come to; the rest of its value belongs to the units that are left.
// Nothing is ever split into single units.

// stake is what so many units of a line are worth.
type stake struct {
	value money.Amount
	units quantity.Quantity
}

// worthOf returns what percentages of the step are taken of, for the units of
// the line that no set has taken: with the running amount as base what is left of
// it, otherwise the line's base over all its units, since each has an equal part
// of it.
func (c *calculation) worthOf(st *step, i int) (stake, error) {
	ls := &c.lines[i]
	if st.subtotal >= 0 || st.Base == BaseList {
		return stake{c.base(st, i), ls.base()}, nil
	}
	return c.left(i)
}

// left returns what is left of the line's running amount, and the units that no
// set has taken.
func (c *calculation) left(i int) (stake, error) {
	ls := &c.lines[i]
	if ls.used.IsZero() {
		return stake{ls.running, ls.base()}, nil
	}
	value, err := ls.running.Sub(ls.usedFor)
	if err != nil {
		return stake{}, err
	}
	units, err := ls.base().Sub(ls.used)
	return stake{value, units}, err
}

// of returns the share of so many units, times a rate, rounded once.
func (w *stake) of(units quantity.Quantity, rate money.Rate, r rounding) (money.Amount, error) {
	if units == w.units && rate == money.RateFromInt(1) {
		return w.value.Round(r.places, r.mode)
	}
	scale := uint8(max(units.Scale(), w.units.Scale()))
	part, okPart := dec(units).Rescale(scale, exact.Down)
	all, okAll := dec(w.units).Rescale(scale, exact.Down)
	if okPart && okAll && all.Coef > 0 {
		return money.Extend(w.value, quantity.New(part.Coef, units.Unit()), all.Coef, r.places, r.mode, rate)
	}
	product := w.value.Decimal().Mul(units.Decimal()).Mul(rate.Decimal())
	d, ok := exact.QuoDecimal(product, w.units.Decimal(), uint8(r.places), r.mode)
	if !ok {
		return money.Amount{}, money.ErrRange
	}
	return money.FromDecimal(d.Decimal(), w.value.Currency())
}

// claim returns the claim of units that cost so much less than before, or more at
// a surcharge.
func (c *calculation) claim(st *step, i int, units quantity.Quantity, change money.Amount) (claim, error) {
	w, err := c.left(i)
	if err != nil {
		return claim{}, err
	}
	value, err := w.of(units, money.RateFromInt(1), c.exact)
	if err != nil {
		return claim{}, err
	}
	value, err = value.Add(st.signed(change))
	return claim{units, value}, err
}

// claimUnits takes the units of a claim that was booked.
func (c *calculation) claimUnits(i int, taken claim) error {
	ls := &c.lines[i]
	var err error
	if ls.used, err = ls.used.Add(taken.units); err != nil {
		return err
	}
	ls.usedFor, err = ls.usedFor.Add(taken.value)
	return err
}

// shareUsed gives the units that sets have taken their part of an amount that is
// booked for the whole line: in proportion to what they have come to.
func (c *calculation) shareUsed(ls *lineState, amount money.Amount) error {
	if ls.running.IsZero() {
		return nil
	}
	line := exact.Dec{Coef: ls.running.Coefficient(), Scale: uint8(ls.running.Scale())}
	p := exact.NewProduct(exact.Dec{Coef: amount.Coefficient(), Scale: uint8(amount.Scale())})
	p.Mul(exact.Dec{Coef: ls.usedFor.Coefficient(), Scale: uint8(ls.usedFor.Scale())}) // two factors always fit
	d, ok := p.Quo(line, uint8(c.exact.places), c.exact.mode)
	if !ok {
		return money.ErrRange
	}
	part, err := money.FromDecimal(d.Decimal(), amount.Currency())
	if err != nil {
		return err
	}
	ls.usedFor, err = ls.usedFor.Add(part)
	return err
}
