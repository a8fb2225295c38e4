package order_test

import (
	"fmt"

	"github.com/o2ckit/o2c/order"
)

func ExampleOrder_Apply() {
	var o order.Order
	for _, event := range []any{received(), identified(), priced(), promised(), order.Accepted{At: at}} {
		if err := o.Apply(event); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(o.Status(), o.Fulfilment(), o.Total())

	// What does not fit is refused and changes nothing.
	fmt.Println(o.Apply(order.Shipped{Lines: []order.ShippedLine{{Line: "2", Schedule: "1", Quantity: each(6)}}}))
	// Output:
	// open backordered 45.50 USD
	// order SO-1: order.Shipped: 6 EA of B cannot leave: schedule "1" of line "2" has 5 EA, of which 0 left before
}
