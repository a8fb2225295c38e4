package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/pricing"
)

// given makes lines of the goods that promotions give on top; they are promised,
// shipped and billed, at nothing, like any other. Goods that we do not know, or
// cannot count, are a finding and not given. Goods that are a part of a line's
// quantity need no line.
func (c PriceConfig) given(ctx context.Context, o *order.Order, r *pricing.Result) ([]order.GivenLine, error) {
	var lines []order.GivenLine
	for i := range r.Goods {
		g := &r.Goods[i]
		if g.Inclusive {
			continue
		}
		it, err := c.Items.Item(ctx, g.Item)
		if unknown := (*item.NotFoundError)(nil); errors.As(err, &unknown) {
			r.Findings.Warn("pricing.goods", "", fmt.Sprintf("rule %s gives %s of %s, which is no item", g.Rule, g.Quantity, g.Item),
				"name an item of the catalog in the rule")
			continue
		} else if err != nil {
			return nil, fmt.Errorf("goods given by %s: %w", g.Rule, err)
		}
		base, err := countable(&it, g.Quantity)
		if err != nil {
			r.Findings.Warn("pricing.goods", "", fmt.Sprintf("rule %s gives %s of %s, which are no number of its units: %v", g.Rule, g.Quantity, g.Item, err),
				"state the goods in a unit of the item")
			continue
		}
		lines = append(lines, order.GivenLine{
			Item: g.Item, Quantity: g.Quantity, Base: base, Free: order.Free{Rule: g.Rule, For: g.Line},
		})
	}
	nameGiven(o, lines)
	return lines, nil
}

// countable returns the quantity in the item's base unit, if stock can count it.
func countable(it *item.Item, q quantity.Quantity) (quantity.Quantity, error) {
	base, err := it.Units.Convert(q, it.Units.Base())
	if err != nil {
		return base, err
	}
	_, err = it.Count(base)
	return base, err
}

// nameGiven gives the lines their ids. Goods that were given before keep theirs, so
// that a promise stays with what it was made for, whatever else comes or goes.
func nameGiven(o *order.Order, lines []order.GivenLine) {
	taken := func(id string) bool {
		return slices.ContainsFunc(lines, func(l order.GivenLine) bool { return l.Line == id })
	}
	keep := func(same func(was *order.Line, now *order.GivenLine) bool) {
		for i := range lines {
			for n := range o.Lines {
				l := &o.Lines[n]
				if lines[i].Line == "" && l.Free != nil && *l.Free == lines[i].Free && l.Item == lines[i].Item && !taken(l.ID) && same(l, &lines[i]) {
					lines[i].Line = l.ID
				}
			}
		}
	}
	keep(func(was *order.Line, now *order.GivenLine) bool { return was.Base == now.Base })
	keep(func(was *order.Line, _ *order.GivenLine) bool { // as many as before no more
		return !slices.ContainsFunc(was.Schedules, func(s order.Schedule) bool { return !s.Shipped.IsZero() })
	})
	number := 0
	for i := range lines {
		for lines[i].Line == "" {
			number++
			if id := fmt.Sprintf("F%d", number); o.Line(id) == nil && !taken(id) {
				lines[i].Line = id
			}
		}
	}
}
