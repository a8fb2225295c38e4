package pricing

import (
	"fmt"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// earned returns what is free for an ordered quantity in the unit of Every. Whole
// units are given where both quantities of the rule are whole.
func (g *Goods) earned(ordered quantity.Quantity) (quantity.Quantity, error) {
	places := uint8(max(g.Every.Scale(), g.Free.Scale()))
	if g.Policy != ProRata {
		steps := exact.NewProduct(dec(ordered))
		full, ok := steps.Quo(dec(g.Every), 0, exact.Down)
		if !ok {
			return quantity.Quantity{}, money.ErrRange
		}
		if back, ok := full.Mul(dec(g.Every)); g.Policy == ExactMultipleOnly && (!ok || back.Cmp(dec(ordered)) != 0) {
			full = exact.Dec{}
		}
		n, ok := full.Mul(dec(g.Free))
		if !ok {
			return quantity.Quantity{}, money.ErrRange
		}
		return quantity.FromDecimal(n.Decimal(), g.Free.Unit())
	}
	product := exact.NewProduct(dec(ordered))
	product.Mul(dec(g.Free)) // two factors always fit
	n, ok := product.Quo(dec(g.Every), places, g.Rounding)
	if !ok {
		return quantity.Quantity{}, money.ErrRange
	}
	return quantity.FromDecimal(n.Decimal(), g.Free.Unit())
}

// goodsEffect works out what free goods the line earns, and what it costs less
// where they are a part of it.
func (c *calculation) goodsEffect(st *step, i int, g *Goods, r rounding, o *offer) error {
	ls := &c.lines[i]
	o.Amount = c.zero
	ordered, ok := inUnit(ls.Quantity, g.Every.Unit(), ls.Units)
	if !ok {
		o.Why = WhyNoConversion
		return nil
	}
	free, err := g.earned(ordered)
	if err != nil {
		return err
	}
	if free.IsZero() {
		o.Why = WhyNoSet
		return nil
	}
	o.free, o.Detail = free, fmt.Sprintf("%s free", free)
	if !g.Inclusive {
		return nil
	}
	units, ok := inUnit(free, ls.base().Unit(), ls.Units)
	if !ok {
		o.Why = WhyNoConversion
		return nil
	}
	o.Amount, o.claim, err = c.freeUnits(st, i, units, r)
	if o.units.IsZero() {
		o.Why = WhyNoSet
	}
	return err
}

// freeUnits returns what so many units of the line are worth, in its base unit,
// and the claim of them; no units where they are not all there any more.
func (c *calculation) freeUnits(st *step, i int, units quantity.Quantity, r rounding) (money.Amount, claim, error) {
	left, err := c.left(i)
	if err != nil {
		return c.zero, claim{}, err
	}
	if order, err := units.Cmp(left.units); err != nil || order > 0 {
		return c.zero, claim{}, err
	}
	w, err := c.worthOf(st, i)
	if err != nil {
		return c.zero, claim{}, err
	}
	off, err := w.of(units, money.RateFromInt(1), r)
	if err != nil {
		return c.zero, claim{}, err
	}
	taken, err := c.claim(st, i, units, off)
	return off, taken, err
}

// giveGoods notes the goods that a rule gives for a line.
func (c *calculation) giveGoods(rule *Rule, line *Line, free quantity.Quantity) {
	g := rule.Then.Goods
	given := FreeGood{Rule: rule.ID, Line: line.ID, Item: g.Item, Quantity: free, Inclusive: g.Inclusive}
	if given.Item == "" {
		given.Item = line.Item
	}
	c.goods = append(c.goods, given)
}
