package steps

import (
	"fmt"

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
	before, err := upTo(l, from)
	if err != nil {
		return money.Amount{}, err
	}
	after, err := upTo(l, to)
	if err != nil {
		return money.Amount{}, err
	}
	return after.Sub(before)
}

// upTo is the share of a line's net that falls on its first q base units.
func upTo(l *order.Line, q quantity.Quantity) (money.Amount, error) {
	n, ok := q.Thousandths()
	of, whole := l.Base.Thousandths()
	if !ok || !whole || of <= 0 {
		return money.Amount{}, fmt.Errorf("steps: line %s: %s of %s is no share of it", l.ID, q, l.Base)
	}
	return money.Extend(l.Net, quantity.New(n, l.Base.Unit()), of, l.Net.Currency().Digits(), money.HalfUp)
}

// valueOf is the value of a part of each live line of an order.
func valueOf(o *order.Order, part func(*order.Line) quantity.Quantity) (money.Amount, error) {
	sum := money.Zero(o.Total().Currency())
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Rejection != nil {
			continue
		}
		value, err := upTo(l, part(l))
		if err != nil {
			return money.Amount{}, err
		}
		if sum, err = sum.Add(value); err != nil {
			return money.Amount{}, err
		}
	}
	return sum, nil
}
