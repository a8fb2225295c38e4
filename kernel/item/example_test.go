package item_test

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/quantity"
)

func Example() {
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	if err != nil {
		fmt.Println(err)
		return
	}
	beans := item.Item{
		ID:    "BEAN-400",
		Units: units,
		GTINs: []item.UnitGTIN{{Unit: quantity.Each, GTIN: "4006381333930"}},
		Pack:  item.Pack{Multiple: quantity.New(1, quantity.Case)},
	}
	fmt.Println(beans.Validate())
	fmt.Println(beans.CheckQuantity(quantity.New(30, quantity.Each)))
	count, err := beans.Count(quantity.New(3, quantity.Case))
	fmt.Println(count, err)
	// Output:
	// block item.gtin.invalid at gtins[0].gtin: "4006381333930" is no GTIN: the check digit should be 1 (read the number again from the pack)
	// block item.quantity.pack-multiple at quantity: 30 EA is no multiple of 1 CA, in which item BEAN-400 is packed (order 36 EA)
	// 36 <nil>
}

func ExampleCatalog() {
	units, err := quantity.NewConversions(quantity.Each)
	if err != nil {
		fmt.Println(err)
		return
	}
	catalog, err := item.NewCatalog(
		item.Item{ID: "LAMP-1", Units: units, SupersededBy: item.Supersession{By: "LAMP-2"}},
		item.Item{ID: "LAMP-2", Units: units, SupersededBy: item.Supersession{By: "LAMP-3", From: calendar.MustDate("2026-07-01")}},
		item.Item{ID: "LAMP-3", Units: units, CustomerParts: []item.CustomerPart{{Customer: "C-100", Number: "88-1234"}}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	lamp, err := catalog.ByCustomerPart(context.Background(), "C-100", "88-1234")
	fmt.Println(lamp.ID, err)
	fmt.Println(catalog.Successors(context.Background(), "LAMP-1", calendar.MustDate("2026-06-30")))
	fmt.Println(catalog.Successors(context.Background(), "LAMP-1", calendar.MustDate("2026-07-01")))
	_, err = catalog.Item(context.Background(), "LAMP-9")
	fmt.Println(err)
	// Output:
	// LAMP-3 <nil>
	// [LAMP-2] <nil>
	// [LAMP-2 LAMP-3] <nil>
	// item: no item has the id "LAMP-9"
}

func ExampleLifecycle_CheckOrder() {
	l := item.Lifecycle{Status: item.PhaseOut, LastOrder: calendar.MustDate("2026-06-30")}
	fmt.Println(l.CheckOrder(calendar.MustDate("2026-06-30")))
	fmt.Println(l.CheckOrder(calendar.MustDate("2026-07-01")))
	// Output:
	// warning item.phase-out at item: the item is being phased out and can be ordered until 2026-06-30
	// block item.last-order-passed at item: the item could be ordered until 2026-06-30 (order its successor)
}
