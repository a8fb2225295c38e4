package o2c_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/impact"
	"github.com/o2ckit/o2c/pricing/tax"
	"github.com/o2ckit/o2c/rules"
)

// The code of docs/guides/pricing.md; a test holds the guide to it.

const campSchema = `
name: camp
access:
  - fields: [account, item]
  - fields: [item]
groups:
  - {name: coupon, scope: order, stacking: best, not_with: [clearance]}
  - {name: clearance}
steps:
  - {name: list, label: List price, kind: price, account: "4000"}
  - {name: season, label: Season, kind: discount, base: list, account: "4010"}
  - {name: offer, label: Offer, kind: discount, scope: order, base: running, stacking: best-combination, account: "4020"}
  - {name: goods, kind: subtotal}
  - {name: freight, label: Freight, kind: charge, scope: order, account: "4100"}
  - {name: carriage, label: Carriage paid, kind: discount, scope: order, base: running, account: "4110"}
`

const campPrices = `
records:
  - {id: L-TENT, key: {item: TENT}, price: 100.00 USD, unit: EA}
  - {id: L-STOVE, key: {item: STOVE}, price: 50.00 USD, unit: EA}
  - id: L-PEG
    key: {item: PEG}
    unit: EA
    scale:
      kind: all-units
      bound: from
      rows:
        - {quantity: 1 EA, price: 0.50 USD}
        - {quantity: 100 EA, price: 0.39 USD}
  - {id: C-200-STOVE, key: {account: "200", item: STOVE}, price: 44.00 USD, unit: EA}
`

const campRules = `
rules:
  - id: spring
    group: season
    when: item == "TENT"
    then: { kind: percent, rate: 20% }
    from: 2026-03-01
    to: 2026-06-01
  - id: cook-two
    name: Two stoves, the third is free
    group: offer
    when: item == "STOVE"
    then: { kind: buy-get, buy: {quantity: 2 EA}, get: {quantity: 1 EA}, rate: 100% }
  - id: camp-set
    name: A tent and a stove for 120.00
    group: offer
    when: item in ["TENT", "STOVE"]
    then:
      kind: bundle
      parts: [{quantity: 1 EA, items: [TENT]}, {quantity: 1 EA, items: [STOVE]}]
      amount: 120.00 USD
  - id: welcome
    group: offer
    when: customer.group == "NEW"
    then: { kind: amount, amount: 10.00 USD, coupon: WELCOME, stack: coupon }
  - id: carriage-paid
    group: carriage
    when: true
    then: { kind: free-charge, charge: freight, rate: 100%, minimum: 250.00 USD }
`

// campEngine makes an engine of the three texts, as a host makes it of three files.
func campEngine() (*pricing.Engine, error) {
	schema, err := pricing.ParseSchema("schema.yaml", []byte(campSchema))
	if err != nil {
		return nil, err
	}
	records, err := pricing.ReadRecordsYAML("prices.yaml", strings.NewReader(campPrices))
	if err != nil {
		return nil, err
	}
	prices, err := pricing.NewBook(records...)
	if err != nil {
		return nil, err
	}
	facts, err := pricing.NewRuleSchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	promotions, err := rules.Load(facts, rules.YAML[pricing.Discount]("spring.yaml", []byte(campRules)))
	if err != nil {
		return nil, err
	}
	return pricing.New(pricing.Config{Schema: schema, Prices: prices, Rules: promotions, Zone: time.UTC})
}

func campRequest() pricing.Request {
	return pricing.Request{
		Customer: pricing.Customer{Account: "100", Group: "NEW"},
		Currency: money.USD,
		At:       time.Date(2026, time.April, 20, 9, 0, 0, 0, time.UTC),
		Lines: []pricing.Line{
			{ID: "1", Item: "TENT", Quantity: quantity.New(2, quantity.Each)},
			{ID: "2", Item: "STOVE", Quantity: quantity.New(3, quantity.Each)},
			{ID: "3", Item: "PEG", Quantity: quantity.New(120, quantity.Each)},
		},
		Coupons: []string{"WELCOME"},
		Charges: []pricing.Charge{{Step: "freight", Amount: money.MustParse("12.00 USD"), Source: "ground"}},
	}
}

// One price, one line.
func Example_pricingOnePrice() {
	prices, err := pricing.NewBook(pricing.Record{
		ID: "L-TENT", Key: pricing.Key{Item: "TENT"}, Price: money.MustParse("100.00 USD"), Unit: quantity.Each,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps:  []pricing.Step{{Name: "list", Label: "List price", Kind: pricing.StepPrice}},
		},
		Prices: prices,
		Zone:   time.UTC,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := engine.Price(context.Background(), pricing.Request{
		Currency: money.USD,
		At:       time.Date(2026, time.April, 20, 9, 0, 0, 0, time.UTC),
		Lines:    []pricing.Line{{ID: "1", Item: "TENT", Quantity: quantity.New(2, quantity.Each)}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Total)

	// Output:
	// 200.00 USD
}

// A whole order with promotions that compete.
func Example_pricingPromotions() {
	engine, err := campEngine()
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := engine.Price(context.Background(), campRequest())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result.Text())
	for _, u := range result.Usage {
		fmt.Println("uses", u.Coupon, u.Amount)
	}

	// Output:
	// line 1: 2 EA of TENT
	//   List price            2 EA x 100.00  200.00  200.00  L-TENT, item
	//   Season                20% of 200.00  -40.00  160.00  spring
	//   Offer (part)                          -5.21  154.79  welcome
	//   Freight (part)                         6.26  161.05  ground
	//   Carriage paid (part)  100%            -6.26  154.79  carriage-paid
	//
	// line 2: 3 EA of STOVE
	//   List price            3 EA x 50.00  150.00  150.00  L-STOVE, item
	//   Offer (part)          on 3 EA       -50.00  100.00  cook-two
	//   Offer (part)                         -3.26   96.74  welcome
	//   Freight (part)                        3.91  100.65  ground
	//   Carriage paid (part)  100%           -3.91   96.74  carriage-paid
	//
	// line 3: 120 EA of PEG
	//   List price            120 EA x 0.39  46.80  46.80  L-PEG, item
	//   Offer (part)                         -1.53  45.27  welcome
	//   Freight (part)                        1.83  47.10  ground
	//   Carriage paid (part)  100%           -1.83  45.27  carriage-paid
	//
	// order
	//   Offer                         -50.00  306.80  cook-two, 1 set
	//   Offer                         -10.00  296.80  welcome
	//   Freight                        12.00  308.80  ground
	//   Carriage paid  100% of 12.00  -12.00  296.80  carriage-paid
	//
	// net 356.80 USD, total 296.80 USD
	// uses WELCOME 10.00 USD
}

// Why the other promotions do not apply.
func Example_pricingWhy() {
	engine, err := campEngine()
	if err != nil {
		fmt.Println(err)
		return
	}
	request := campRequest()
	request.Trace = pricing.TraceFull
	result, err := engine.Price(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range result.Entries {
		if e.Why != "" {
			fmt.Println(e.Source, e.Why, e.Detail)
		}
	}

	// Output:
	// camp-set not-best
}

// A part of a line is a part of what was booked.
func Example_pricingPortion() {
	engine, err := campEngine()
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := engine.Price(context.Background(), campRequest())
	if err != nil {
		fmt.Println(err)
		return
	}
	stoves := result.Lines[1]
	for n := range int64(3) {
		part, err := stoves.Portion(quantity.New(n, quantity.Each), quantity.New(n+1, quantity.Each))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(part[len(part)-1].After)
	}
	fmt.Println("together", stoves.Total)

	// Output:
	// 32.24 USD
	// 32.26 USD
	// 32.24 USD
	// together 96.74 USD
}

// Tax beside the net.
func Example_pricingTax() {
	rates, err := tax.LoadYAML("rates.yaml", []byte(`
rates:
  - {id: NY, name: state, place: US-NY, rate: 4%}
  - {id: NYC, name: city, place: {country: US, region: NY, locality: New York}, rate: 4.5%}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	schema, err := pricing.ParseSchema("schema.yaml", []byte(campSchema+`
  - {name: tax, label: Sales tax, kind: tax}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	records, err := pricing.ReadRecordsYAML("prices.yaml", strings.NewReader(campPrices))
	if err != nil {
		fmt.Println(err)
		return
	}
	prices, err := pricing.NewBook(records...)
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := pricing.New(pricing.Config{Schema: schema, Prices: prices, Taxes: rates, Zone: time.UTC})
	if err != nil {
		fmt.Println(err)
		return
	}
	request := campRequest()
	request.Tax.ShipTo = tax.Place{Country: "US", Region: "NY", Locality: "New York"}
	result, err := engine.Price(context.Background(), request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Tax.Net, "+", result.Tax.Tax, "=", result.Tax.Gross)
	for _, t := range result.Tax.Totals {
		fmt.Println(t.Name, t.Rate.Percent(), "of", t.Base, "is", t.Amount)
	}

	// Output:
	// 408.80 USD + 34.75 USD = 443.55 USD
	// state 4% of 408.80 USD is 16.35 USD
	// city 4.5% of 408.80 USD is 18.40 USD
}

// What a new price would move, before it is in force.
func Example_pricingImpact() {
	engine, err := campEngine()
	if err != nil {
		fmt.Println(err)
		return
	}
	dearer, _ := engine.Prices().Record("L-STOVE")
	dearer.Price = money.MustParse("55.00 USD")
	book, err := engine.Prices().With(dearer)
	if err != nil {
		fmt.Println(err)
		return
	}
	next, err := engine.WithPrices(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	orders := func(yield func(impact.Order, error) bool) {
		yield(impact.Order{ID: "SO-1", Request: campRequest()}, nil)
	}
	report, err := impact.Run(context.Background(), impact.Config{Before: engine, After: next}, orders)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, total := range report.Totals {
		fmt.Println(total.Before, "->", total.After, "moved", total.Moved)
	}

	// Output:
	// 296.80 USD -> 306.80 USD moved {296.80 USD 306.80 USD 10.00 USD}
}
