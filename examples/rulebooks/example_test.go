package rulebooks_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/examples/rulebooks"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// Price an order with the books of prices and promotions: every group of theirs
// is a step of the schema.
func ExampleLoad() {
	ruleSchema, err := pricing.NewRuleSchema(rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rulebooks.Load[pricing.Facts, pricing.Discount](ruleSchema, "pricing", "promotion")
	if err != nil {
		fmt.Println(err) // every mistake, with its line and a caret
		return
	}
	prices, err := pricing.NewBook(
		pricing.Record{ID: "P-1", Key: pricing.Key{Item: "PLIERS"}, Price: money.MustParse("10.00 USD"), Unit: quantity.Each},
		pricing.Record{ID: "P-2", Key: pricing.Key{Item: "SCREW"}, Price: money.MustParse("0.10 USD"), Unit: quantity.Each},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	discount := func(name string, scope pricing.Scope, stacking pricing.Stacking) pricing.Step {
		return pricing.Step{Name: name, Kind: pricing.StepDiscount, Scope: scope, Base: pricing.BaseRunning, Stacking: stacking}
	}
	engine, err := pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{
				{Name: "list", Kind: pricing.StepPrice},
				discount("tier", pricing.ScopeLine, pricing.Stack),
				discount("contract", pricing.ScopeLine, pricing.StackBest),
				discount("clearance", pricing.ScopeLine, pricing.StackFirst),
				discount("sale", pricing.ScopeLine, pricing.StackFirst),
				discount("web", pricing.ScopeLine, pricing.Stack),
				discount("spend", pricing.ScopeOrder, pricing.Stack),
				discount("coupon", pricing.ScopeOrder, pricing.StackFirst),
				{Name: "handling", Kind: pricing.StepSurcharge, Scope: pricing.ScopeOrder, Base: pricing.BaseRunning},
			},
		},
		Prices: prices, Rules: book, Zone: time.UTC,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := engine.Price(context.Background(), pricing.Request{
		Customer: pricing.Customer{Account: "ACME", Group: "GOLD"},
		Currency: money.USD, At: time.Date(2026, time.April, 15, 9, 0, 0, 0, time.UTC),
		Coupons: []string{"SPRING10"},
		Lines: []pricing.Line{
			{ID: "1", Item: "PLIERS", Category: "TOOLS", Quantity: quantity.New(30, quantity.Each)},
			{ID: "2", Item: "SCREW", Category: "FASTENERS", Quantity: quantity.New(80, quantity.Each)},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// 300.00 and 8.00, less 10% of the tier; less 12% by the coupon of gold
	// customers; 5% more for the screws of a broken pack.
	fmt.Println(result.Total)
	// Output: 244.26 USD
}

// Decide by a kind of rules of one's own: what may leave the country.
func ExampleExportSchema() {
	schema, err := rulebooks.ExportSchema(rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rulebooks.Load[rulebooks.ExportFacts, rulebooks.ExportEffect](schema, "export")
	if err != nil {
		fmt.Println(err)
		return
	}
	line := rulebooks.ExportFacts{
		Destination: rulebooks.DestinationFacts{Country: "BR", Group: rulebooks.DestinationGroup("BR")},
		Item:        rulebooks.ExportItemFacts{ID: "VALVE-2", ECCN: "2B350.g", Value: money.MustParse("4100.00 USD")},
		Consignee:   rulebooks.ConsigneeFacts{Screened: true},
		EndUse:      "resale", Mode: "ocean",
	}
	matched, err := book.Match(context.Background(), &line, time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range matched {
		text, err := book.Render(r.Then.Text, &line)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %s\n", r.Then.Action, text)
	}
	// Output:
	// licence: VALVE-2 (2B350.g) needs a licence for BR
	// paper: file electronic export information: 4,100.00 USD under one Schedule B number is more than 2,500.00 USD
}
