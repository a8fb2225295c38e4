package o2c_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// The code that the README shows.
func Example() {
	orderDate := time.Date(2026, time.March, 27, 9, 0, 0, 0, time.UTC)
	if err := priceAnOrder(context.Background(), orderDate); err != nil {
		fmt.Println(err)
	}
	// Output:
	// line 1: 24 EA of HAMMER
	//   List price  24 EA x 10.00  240.00  240.00  LIST-1, item
	//   Deals       5% of 240.00   -12.00  228.00  GOLD-5
	//
	// net 228.00 USD, total 228.00 USD
}

func priceAnOrder(ctx context.Context, orderDate time.Time) error {
	prices, err := pricing.NewBook(pricing.Record{ID: "LIST-1", Key: pricing.Key{Item: "HAMMER"},
		Price: money.MustParse("10.00 USD"), Unit: quantity.Each})
	if err != nil {
		return err
	}
	deals, err := pricing.NewRuleBook("deals", pricing.Rule{ID: "GOLD-5", Group: "deals",
		When: `customer.group == "GOLD" and quantity >= qty("12 EA")`,
		Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("5%")}})
	if err != nil {
		return err
	}
	engine, err := pricing.New(pricing.Config{Prices: prices, Rules: deals, Zone: time.UTC, Schema: pricing.Schema{
		Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
		Steps: []pricing.Step{{Name: "list", Label: "List price", Kind: pricing.StepPrice},
			{Name: "deals", Label: "Deals", Kind: pricing.StepDiscount, Base: pricing.BaseList}}}})
	if err != nil {
		return err
	}
	result, err := engine.Price(ctx, pricing.Request{Currency: money.USD, At: orderDate,
		Customer: pricing.Customer{Account: "C-100", Group: "GOLD"},
		Lines:    []pricing.Line{{ID: "1", Item: "HAMMER", Quantity: quantity.New(24, quantity.Each)}}})
	if err != nil {
		return err
	}
	fmt.Print(result.Text())
	return nil
}
