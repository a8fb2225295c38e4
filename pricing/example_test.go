package pricing_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// Price a cart.
func Example() {
	prices, err := pricing.NewBook(pricing.Record{
		ID: "LIST-4711", Key: pricing.Key{Item: "4711"},
		Price: money.MustParse("10.00 USD"), Unit: quantity.Each,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps:  []pricing.Step{{Name: "list", Kind: pricing.StepPrice}},
		},
		Prices: prices,
		Zone:   time.UTC,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := engine.Price(context.Background(), pricing.Request{
		Currency: money.USD, At: time.Date(2026, time.March, 27, 9, 0, 0, 0, time.UTC),
		Lines: []pricing.Line{{ID: "1", Item: "4711", Quantity: quantity.New(12, quantity.Each)}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Total)
	// Output: 120.00 USD
}

// A contract price beats the list, and closes the line to discounts.
func ExampleRecord() {
	prices, err := pricing.NewBook(
		pricing.Record{
			ID: "LIST-4711", Key: pricing.Key{PriceList: "RETAIL", Item: "4711"},
			Price: money.MustParse("10.00 USD"), Unit: quantity.Each,
		},
		pricing.Record{
			ID: "K-7/4711", Key: pricing.Key{Contract: "K-7", Item: "4711"},
			Price: money.MustParse("96.00 USD"), Unit: quantity.Case,
		},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Access: []pricing.Access{
				{Name: "contract", Fields: []pricing.Field{pricing.FieldContract, pricing.FieldItem}},
				{Name: "list", Fields: []pricing.Field{pricing.FieldPriceList, pricing.FieldItem}},
			},
			Steps: []pricing.Step{{Name: "price", Kind: pricing.StepPrice}},
		},
		Prices: prices,
		Zone:   time.UTC,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	if err != nil {
		fmt.Println(err)
		return
	}
	request := pricing.Request{
		Customer: pricing.Customer{Account: "100", PriceLists: []string{"RETAIL"}},
		Currency: money.USD, At: time.Date(2026, time.March, 27, 9, 0, 0, 0, time.UTC),
		Lines: []pricing.Line{{ID: "1", Item: "4711", Quantity: quantity.New(30, quantity.Each), Units: units}},
	}
	for _, contracts := range [][]string{nil, {"K-7"}} {
		request.Customer.Contracts = contracts
		result, err := engine.Price(context.Background(), request)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(result.Lines[0].Record, result.Total)
	}
	// Output:
	// LIST-4711 300.00 USD
	// K-7/4711 240.00 USD
}

// A discount of the order is spread over its lines, to the cent.
func ExampleScope() {
	engine := exampleEngine()
	result, err := engine.Price(context.Background(), pricing.Request{
		Customer: pricing.Customer{Account: "100", Group: "GOLD"},
		Currency: money.USD, At: time.Date(2026, time.March, 27, 9, 0, 0, 0, time.UTC),
		Coupons: []string{"SPRING"},
		Lines: []pricing.Line{
			{ID: "1", Item: "4711", Quantity: quantity.New(5, quantity.Each)},
			{ID: "2", Item: "4712", Quantity: quantity.New(5, quantity.Each)},
			{ID: "3", Item: "4713", Quantity: quantity.New(5, quantity.Each)},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range result.Lines {
		part := line.Entries[len(line.Entries)-1]
		fmt.Println(line.ID, line.Net, part.Amount, line.Total)
	}
	fmt.Println(result.Entries[0].Amount, result.Total)
	// Output:
	// 1 47.50 USD -3.34 USD 44.16 USD
	// 2 47.50 USD -3.33 USD 44.17 USD
	// 3 47.50 USD -3.33 USD 44.17 USD
	// -10.00 USD 132.50 USD
}

// Explain a line to a person.
func ExampleLineResult_Text() {
	engine := exampleEngine()
	result, err := engine.Price(context.Background(), pricing.Request{
		Customer: pricing.Customer{Account: "100", Group: "GOLD"},
		Currency: money.USD, At: time.Date(2026, time.March, 27, 9, 0, 0, 0, time.UTC),
		Lines: []pricing.Line{{
			ID: "1", Item: "4711", Quantity: quantity.New(5, quantity.Each),
			Overrides: []pricing.Override{{
				Step: "manual", Kind: pricing.TakeAmount, Amount: money.MustParse("2.50 USD"),
				Actor: "a.clerk", Reason: "scratched box",
			}},
		}},
		Charges: []pricing.Charge{{Step: "freight", Amount: money.MustParse("8.90 USD"), Source: "ground"}},
		Trace:   pricing.TraceFull,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result.Lines[0].Text())
	// Output:
	// line 1: 5 EA of 4711
	//   List price                        -   0.00  not applied: no-record, contract+item
	//   List price      5 EA x 10.00  50.00  50.00  LIST-4711, item
	//   Group discount  5% of 50.00   -2.50  47.50  GOLD-5
	//   Approved                      -2.50  45.00  by a.clerk, scratched box
	//   Freight (part)                 8.90  53.90  ground
}

// exampleEngine has three items at 10.00, 5% off for the group GOLD, 10.00 off
// the order for the coupon SPRING, manual reductions and freight.
func exampleEngine() *pricing.Engine {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	var records []pricing.Record
	for _, item := range []string{"4711", "4712", "4713"} {
		records = append(records, pricing.Record{
			ID: "LIST-" + item, Key: pricing.Key{Item: item}, Price: money.MustParse("10.00 USD"), Unit: quantity.Each,
		})
	}
	prices, err := pricing.NewBook(records...)
	must(err)
	rules, err := pricing.NewRuleBook("example",
		pricing.Rule{
			ID: "GOLD-5", Group: "group", When: `customer.group == "GOLD"`,
			Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("5%")},
		},
		pricing.Rule{
			ID: "SPRING-10", Group: "coupons", When: `"SPRING" in order.coupons`,
			Then: pricing.Discount{Kind: pricing.AmountOff, Amount: money.MustParse("10.00 USD")},
		},
	)
	must(err)
	engine, err := pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Name: "sales",
			Access: []pricing.Access{
				{Fields: []pricing.Field{pricing.FieldContract, pricing.FieldItem}},
				{Fields: []pricing.Field{pricing.FieldItem}},
			},
			Steps: []pricing.Step{
				{Name: "list", Label: "List price", Kind: pricing.StepPrice},
				{Name: "group", Label: "Group discount", Kind: pricing.StepDiscount, Base: pricing.BaseList},
				{Name: "manual", Label: "Approved", Kind: pricing.StepOverride, Base: pricing.BaseRunning},
				{Name: "coupons", Label: "Coupon", Kind: pricing.StepDiscount, Scope: pricing.ScopeOrder, Base: pricing.BaseRunning},
				{Name: "freight", Label: "Freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder},
			},
		},
		Prices: prices, Rules: rules, Zone: time.UTC,
	})
	must(err)
	return engine
}
