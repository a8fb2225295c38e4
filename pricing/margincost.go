package pricing

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
)

// takeCosts works out what the lines cost the seller. A cost is rounded up, for a
// floor is not reached by rounding.
func (c *calculation) takeCosts() error {
	for i := range c.lines {
		ls := &c.lines[i]
		if ls.Cost == nil || !ls.countable() {
			continue
		}
		ok := ls.Cost.Amount.Currency() == c.req.Currency && ls.Cost.Amount.Sign() >= 0 && ls.Cost.Per >= 0
		if ok {
			e, fits, err := c.atPrice(ls.Line, *ls.Cost, rounding{c.exact.places, money.Up})
			if err != nil {
				return c.lineError(i, fmt.Errorf("cost: %w", err))
			}
			ls.cost, ls.costed, ok = e.Amount, fits, fits
		}
		if !ok {
			c.found.Block("pricing.cost", linePath(i)+".cost",
				fmt.Sprintf("the cost %s cannot be applied to %s in %s", ls.Cost.text(ls.Quantity.Unit()), ls.Quantity, c.req.Currency),
				"state the cost in the currency of the order and in a unit of the item, not below zero")
		}
	}
	return nil
}

// costGoods adds what goods on top cost to the line that earned them, once. What
// such goods cost is known where a line of the request has the item.
func (c *calculation) costGoods(st *step) error {
	for ; c.guards.goods < len(c.goods); c.guards.goods++ {
		given := &c.goods[c.guards.goods]
		if given.Inclusive {
			continue
		}
		earned, of := c.linesOf(given)
		if of < 0 {
			if st.Margin.CostRequired {
				c.found.Block("pricing.cost-missing", "", fmt.Sprintf("the cost of %s, which rule %s gives free of charge, is not stated", given.Item, given.Rule),
					"state the cost on a line of the item")
			}
			continue
		}
		goods := Line{Quantity: given.Quantity, Units: c.lines[of].Units}
		e, fits, err := c.atPrice(&goods, *c.lines[of].Cost, rounding{c.exact.places, money.Up})
		if err != nil {
			return c.lineError(of, fmt.Errorf("cost of free goods: %w", err))
		}
		if !fits {
			c.found.Block("pricing.cost", linePath(of)+".cost",
				fmt.Sprintf("the cost %s cannot be applied to %s free of charge", c.lines[of].Cost.text(given.Quantity.Unit()), given.Quantity),
				"state the cost in a unit of the item")
			continue
		}
		if c.lines[earned].cost, err = c.lines[earned].cost.Add(e.Amount); err != nil {
			return c.lineError(earned, err)
		}
	}
	return nil
}

// linesOf finds the line that bears the cost of free goods, and the line that
// says what the item costs; -1: none does.
func (c *calculation) linesOf(given *FreeGood) (earned, of int) {
	earned, of = -1, -1
	for _, i := range c.byID {
		ls := &c.lines[i]
		if !ls.costed {
			continue
		}
		if ls.ID == given.Line {
			earned = i
		}
		if ls.Item == given.Item && (of < 0 || ls.ID == given.Line) {
			of = i
		}
	}
	if earned < 0 {
		earned = of
	}
	return earned, of
}
