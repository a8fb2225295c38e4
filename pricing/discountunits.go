package pricing

import (
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// offUnits works out what a discount that is bounded to some units takes off so
// many of them, in the item's base unit; or adds, at a surcharge.
func (c *calculation) offUnits(st *step, i int, d *Discount, w *stake, units quantity.Quantity, r rounding) (money.Amount, error) {
	whole := money.RateFromInt(1)
	if d.Kind == Percent {
		return w.of(units, d.Rate, r)
	}
	value, err := w.of(units, whole, r)
	if err != nil {
		return c.zero, err
	}
	at, ok, err := c.atPrice(&Line{Quantity: units, Units: c.lines[i].Units}, Price{d.Amount, d.Per, d.unitOf(c.lines[i].Line)}, r)
	if err != nil || !ok {
		return c.zero, err
	}
	off := at.Amount
	if d.Kind == FixedPrice {
		if off, err = value.Sub(at.Amount); err != nil {
			return c.zero, err
		}
		if off.Sign() < 0 {
			return c.zero, nil
		}
	}
	if st.Kind == StepSurcharge {
		return off, nil
	}
	if order, err := off.Cmp(value); err != nil || order > 0 {
		return value, err
	}
	return off, nil
}

// unitOf is the unit that the discount's amount is for.
func (d *Discount) unitOf(line *Line) quantity.Unit {
	if d.Unit != 0 {
		return d.Unit
	}
	return line.Quantity.Unit()
}

// unitsOfLine works out a discount on at most so many units of the line.
func (c *calculation) unitsOfLine(st *step, i int, d *Discount, r rounding, o *offer) error {
	ls := &c.lines[i]
	units, ok := inUnit(d.Units, ls.base().Unit(), ls.Units)
	if !ok {
		o.Why = WhyNoConversion
		return nil
	}
	left, err := c.left(i)
	if err != nil {
		return err
	}
	if order, err := left.units.Cmp(units); err != nil {
		return err
	} else if order < 0 {
		units = left.units
	}
	if units.Sign() <= 0 {
		o.Why = WhyNoSet
		return nil
	}
	w, err := c.worthOf(st, i)
	if err != nil {
		return err
	}
	if o.Amount, err = c.offUnits(st, i, d, &w, units, r); err != nil {
		return err
	}
	if o.Amount.Sign() <= 0 {
		o.Why = WhyNotLower
		return nil
	}
	o.Rate, o.Quantity = d.Rate, units
	o.claim, err = c.claim(st, i, units, o.Amount)
	return err
}

// unitsOfOrder works out a discount on at most so many units of the eligible lines
// together.
func (c *calculation) unitsOfOrder(st *step, a *application) error {
	d, s := &a.rule.Then, &c.sets
	s.begin(d.Units)
	for _, i := range c.eligible {
		if err := s.add(c, st, i, 1); err != nil {
			return err
		}
		if err := c.dropNotLower(st, d); err != nil {
			return err
		}
	}
	if err := s.ready(d.Units); err != nil {
		return err
	}
	s.stock()
	s.ask(min(s.demand[0], s.supply[1]))
	s.fill(0, d.Pick == PickDearest || s.atMost)
	for n := range s.lines {
		l := &s.lines[n]
		if l.taken[0] == 0 {
			continue
		}
		units, err := s.units(l, l.taken[0])
		if err != nil {
			return err
		}
		off, err := c.offUnits(st, l.line, d, &l.worth, units, c.minor)
		if err != nil {
			return err
		}
		if off, err = c.noMoreThanLeft(st, l.line, off); err != nil {
			return err
		}
		if off.Sign() <= 0 {
			continue
		}
		sh := share{line: l.line, amount: off}
		if sh.claim, err = c.claim(st, l.line, units, off); err != nil {
			return err
		}
		a.shares = append(a.shares, sh)
	}
	if len(a.shares) == 0 {
		a.entry.Why = WhyNoSet
		return nil
	}
	a.entry.Rate = d.Rate
	return c.totalShares(a)
}

// dropNotLower leaves out the line that was added last where its units cost no more
// than at the discount's price, so that they take no place of those that do.
func (c *calculation) dropNotLower(st *step, d *Discount) error {
	lines := c.sets.lines
	if d.Kind != FixedPrice || len(lines) == 0 {
		return nil
	}
	l := &lines[len(lines)-1]
	off, err := c.offUnits(st, l.line, d, &l.worth, l.worth.units, c.exact)
	if off.Sign() <= 0 {
		c.sets.lines = lines[:len(lines)-1]
	}
	return err
}
