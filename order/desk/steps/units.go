package steps

import (
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// baseOf counts a quantity in the item's base unit, exactly.
func baseOf(it *item.Item, q quantity.Quantity) (quantity.Quantity, error) {
	count, err := it.Count(q)
	if err != nil {
		return quantity.Quantity{}, err
	}
	return it.Quantity(count), nil
}
