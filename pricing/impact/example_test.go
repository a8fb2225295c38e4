package impact_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/impact"
)

// See what next year's price list would do to the open orders.
func Example() {
	engine := func(id, hammer string) *pricing.Engine {
		book, err := pricing.NewBook(
			pricing.Record{ID: id + "-HAMMER", Key: pricing.Key{Item: "HAMMER"}, Price: money.MustParse(hammer), Unit: quantity.Each},
			pricing.Record{ID: "NAILS", Key: pricing.Key{Item: "NAILS"}, Price: money.MustParse("4.00 USD"), Per: 1000, Unit: quantity.Each},
		)
		if err != nil {
			panic(err)
		}
		e, err := pricing.New(pricing.Config{
			Schema: pricing.Schema{
				Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
				Steps:  []pricing.Step{{Name: "list", Label: "List price", Kind: pricing.StepPrice}},
			},
			Prices: book,
			Zone:   time.UTC,
		})
		if err != nil {
			panic(err)
		}
		return e
	}
	openOrders := func(yield func(impact.Order, error) bool) {
		for n, item := range []string{"HAMMER", "NAILS", "HAMMER"} {
			order := impact.Order{ID: fmt.Sprint("SO-", n+1), Request: pricing.Request{
				Customer: pricing.Customer{Account: fmt.Sprint("C-", n/2+1)},
				Currency: money.USD, At: time.Date(2026, time.March, 27, 9, 0, 0, 0, time.UTC),
				Lines: []pricing.Line{{ID: "1", Item: item, Quantity: quantity.New(500, quantity.Each)}},
			}}
			if !yield(order, nil) {
				return
			}
		}
	}
	report, err := impact.Run(context.Background(), impact.Config{
		Before: engine("2026", "10.00 USD"), After: engine("2027", "10.40 USD"),
	}, openOrders)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Moved, "of", report.Orders, "orders move by", report.Totals[0].By)
	for _, c := range report.Customers {
		fmt.Println(c.Key, c.Before, "->", c.After)
	}
	// Output:
	// 2 of 3 orders move by 400.00 USD
	// C-1 5002.00 USD -> 5202.00 USD
	// C-2 5000.00 USD -> 5200.00 USD
}
