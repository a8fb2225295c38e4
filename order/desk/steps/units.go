package steps

import (
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// baseOf counts a quantity in the item's base unit, exactly.
func baseOf(it *item.Item, q quantity.Quantity) (quantity.Quantity, error) {
	count, err := it.Count(q)
	if err != nil {
		return quantity.Quantity{}, err
	}
	return it.Quantity(count), nil
}

// portion is the value of what of a line lies after one quantity and up to
// another, in base units. The portions of a line add up to its net.
func portion(l *order.Line, from, to quantity.Quantity) (money.Amount, error) {
	before, err := l.Worth(from)
	if err != nil {
		return money.Amount{}, err
	}
	after, err := l.Worth(to)
	if err != nil {
		return money.Amount{}, err
	}
	return after.Sub(before)
}

// valueOf is the value of a part of each live line of an order.
func valueOf(o *order.Order, part func(*order.Line) quantity.Quantity) (money.Amount, error) {
	sum := money.Zero(o.Total().Currency())
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Rejection != nil {
			continue
		}
		value, err := l.Worth(part(l))
		if err != nil {
			return money.Amount{}, err
		}
		if sum, err = sum.Add(value); err != nil {
			return money.Amount{}, err
		}
	}
	return sum, nil
}
