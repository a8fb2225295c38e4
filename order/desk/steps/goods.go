package steps

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/pricing"
)

// given makes lines of the goods that promotions give on top; they are promised,
// shipped and billed, at nothing, like any other. Goods that we do not know, or
// cannot count, are a finding and not given. Goods that are a part of a line's
// quantity need no line.
func (c PriceConfig) given(ctx context.Context, o *order.Order, r *pricing.Result) ([]order.GivenLine, error) {
	var lines []order.GivenLine
	number := 0
	for i := range r.Goods {
		g := &r.Goods[i]
		if g.Inclusive {
			continue
		}
		it, err := c.Items.Item(ctx, g.Item)
		if err != nil {
			return nil, fmt.Errorf("goods given by %s: %w", g.Rule, err)
		}
		base, err := it.Units.Convert(g.Quantity, it.Units.Base())
		if err != nil {
			r.Findings.Warn("pricing.goods", "", fmt.Sprintf("rule %s gives %s of %s, which are no number of its units: %v", g.Rule, g.Quantity, g.Item, err),
				"state the goods in a unit of the item")
			continue
		}
		id := ""
		for taken := true; taken; {
			number++
			id = fmt.Sprintf("F%d", number)
			l := o.Line(id)
			taken = l != nil && l.Free == nil
		}
		lines = append(lines, order.GivenLine{
			Line: id, Item: g.Item, Quantity: g.Quantity, Base: base, Free: order.Free{Rule: g.Rule, For: g.Line},
		})
	}
	return lines, nil
}
