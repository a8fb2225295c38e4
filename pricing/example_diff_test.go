package pricing_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// See what a new rule would do to an order, before it is priced anew.
func ExampleCompare() {
	engine := exampleEngine()
	rules, err := pricing.NewRuleBook("next year", pricing.Rule{
		ID: "GOLD-8", Group: "group", When: `customer.group == "GOLD"`,
		Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("8%")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	next, err := engine.WithRules(rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	request := pricing.Request{
		Customer: pricing.Customer{Account: "100", Group: "GOLD"},
		Currency: money.USD, At: time.Date(2026, time.March, 27, 9, 0, 0, 0, time.UTC),
		Coupons: []string{"SPRING"},
		Lines: []pricing.Line{
			{ID: "1", Item: "4711", Quantity: quantity.New(5, quantity.Each)},
			{ID: "2", Item: "4712", Quantity: quantity.New(5, quantity.Each)},
		},
	}
	before, err := engine.Price(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := next.Price(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	diff, err := pricing.Compare(&before, &after)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(diff.Text())
	// Output:
	// line 1: 5 EA of 4711: 42.50 -> 46.00, +3.50 (+8.24%)
	//   ~  Group discount  -2.50  ->  -4.00  -1.50  GOLD-5 -> GOLD-8, 5% -> 8%
	//   -  Coupon (part)   -5.00  ->         +5.00  SPRING-10
	// line 2: 5 EA of 4712: 42.50 -> 46.00, +3.50 (+8.24%)
	//   ~  Group discount  -2.50  ->  -4.00  -1.50  GOLD-5 -> GOLD-8, 5% -> 8%
	//   -  Coupon (part)   -5.00  ->         +5.00  SPRING-10
	// order
	//   -  Coupon  -10.00  ->    +10.00  SPRING-10
	// total 85.00 -> 92.00 USD, +7.00 (+8.24%)
}
