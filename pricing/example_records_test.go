package pricing_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

// A new price is a new book that shares with the old one what does not change, so
// that it is made as quickly of a million records as of a hundred.
func ExampleBook_With() {
	spring, err := pricing.NewBook(
		pricing.Record{ID: "L-1", Key: pricing.Key{Item: "HAMMER"}, Price: money.MustParse("10.00 USD"), Unit: quantity.Each},
		pricing.Record{ID: "L-2", Key: pricing.Key{Item: "NAIL"}, Price: money.MustParse("4.00 USD"), Per: 1000, Unit: quantity.Each},
	)
	if err != nil {
		panic(err)
	}
	dearer, _ := spring.Record("L-1")
	dearer.Price = money.MustParse("11.00 USD")
	summer, err := spring.With(dearer)
	if err != nil {
		panic(err)
	}
	was, _ := spring.Record("L-1")
	is, _ := summer.Record("L-1")
	fmt.Println(was.Price, "->", is.Price)
	_, err = summer.With(pricing.Record{ID: "L-3", Key: pricing.Key{Item: "HAMMER"}, Price: money.MustParse("9.00 USD"), Unit: quantity.Each})
	fmt.Println(err)
	// Output:
	// 10.00 USD -> 11.00 USD
	// pricing: 1 fault
	//   records L-1 and L-3 both hold from the beginning for item HAMMER in USD per EA
}

// A schema and its records as files: a customer's own discount of nothing goes before
// the discount for everybody.
func ExampleParseSchema() {
	schema, err := pricing.ParseSchema("schema.yaml", []byte(`
name: wholesale
access: [{fields: [item]}]
steps:
  - {name: list, kind: price}
  - name: trade
    kind: discount
    base: list
    access:
      - fields: [account, item]
      - fields: [item-hierarchy]
`))
	if err != nil {
		panic(err)
	}
	records, err := pricing.ReadRecordsYAML("prices.yaml", strings.NewReader(`
records:
  - {id: L-1, key: {item: HAMMER}, price: 10.00 USD, unit: EA}
  - {id: T-1, step: trade, kind: percent, rate: 15%, key: {item_hierarchy: TOOLS}}
  - {id: T-2, step: trade, kind: percent, rate: 0%, key: {account: "200", item: HAMMER}}
`))
	if err != nil {
		panic(err)
	}
	book, err := pricing.NewBook(records...)
	if err != nil {
		panic(err)
	}
	engine, err := pricing.New(pricing.Config{Schema: schema, Prices: book, Zone: time.UTC})
	if err != nil {
		panic(err)
	}
	for _, account := range []string{"100", "200"} {
		result, err := engine.Price(context.Background(), pricing.Request{
			Customer: pricing.Customer{Account: account}, Currency: money.USD, At: time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC),
			Lines: []pricing.Line{{ID: "1", Item: "HAMMER", ItemHierarchy: []string{"HAMMERS", "TOOLS"}, Quantity: quantity.New(4, quantity.Each)}},
		})
		if err != nil {
			panic(err)
		}
		fmt.Print(result.Lines[0].Text())
	}
	// Output:
	// line 1: 4 EA of HAMMER
	//   list   4 EA x 10.00  40.00  40.00  L-1, item
	//   trade  15% of 40.00  -6.00  34.00  T-1, item-hierarchy
	// line 1: 4 EA of HAMMER
	//   list   4 EA x 10.00  40.00  40.00  L-1, item
	//   trade                 0.00  40.00  T-2, account+item
}

// A price list from a spreadsheet, with a scale in two rows, and back.
func ExampleReadRecordsCSV() {
	records, err := pricing.ReadRecordsCSV("prices.csv", strings.NewReader(`id,item,price,currency,unit,scale,bound,at
L-1,HAMMER,10.00,USD,EA,,,
L-2,NAIL,0.05,USD,EA,all-units,from,1
L-2,NAIL,0.04,USD,EA,all-units,from,1000
`))
	if err != nil {
		panic(err)
	}
	for _, r := range records {
		fmt.Println(r.ID, r.Key, r.Price, r.Scale != nil)
	}
	_, err = pricing.ReadRecordsCSV("prices.csv", strings.NewReader("id,item,price\nL-1,HAMMER,\"10,00 USD\"\n"))
	fmt.Println(err)
	if err := pricing.WriteRecordsCSV(os.Stdout, slices.Values(records[:1])); err != nil {
		panic(err)
	}
	// Output:
	// L-1 item HAMMER 10.00 USD false
	// L-2 item NAIL 0 true
	// pricing: 1 fault
	//   prices.csv:2:3: price: money: not a number: amount "10,00 USD"
	// id,step,kind,contract,account,hierarchy,group,price_list,item,item_hierarchy,category,per,unit,from,to,discounts,scale,bound,by,over,mix,currency,at,price,rate
	// L-1,,,,,,,,HAMMER,,,,EA,,,,,,,,,,,10.00 USD,
}

// A price in euros for an order in dollars: price, quantity and rate are multiplied
// exactly and rounded once.
func ExampleSchema_currencies() {
	rates, err := money.NewExchange([]money.ExchangeRate{
		{From: money.EUR, To: money.USD, Rate: money.MustRate("1.0855"), ValidFrom: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
	})
	if err != nil {
		panic(err)
	}
	book, err := pricing.NewBook(pricing.Record{
		ID: "EU-1", Key: pricing.Key{Item: "HAMMER"}, Price: money.MustParse("10.00 EUR"), Unit: quantity.Each,
	})
	if err != nil {
		panic(err)
	}
	engine, err := pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Access:     []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Currencies: []money.Currency{money.EUR},
			Steps:      []pricing.Step{{Name: "list", Kind: pricing.StepPrice}},
		},
		Prices: book, Exchange: rates, Zone: time.UTC,
	})
	if err != nil {
		panic(err)
	}
	result, err := engine.Price(context.Background(), pricing.Request{
		Currency: money.USD, At: time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC),
		Lines: []pricing.Line{{ID: "1", Item: "HAMMER", Quantity: quantity.New(3, quantity.Each)}},
	})
	if err != nil {
		panic(err)
	}
	line := result.Lines[0]
	fmt.Print(line.Text())
	price := line.UnitPrice()
	fmt.Println(price.Amount, "per", price.Per, price.Unit)
	// Output:
	// line 1: 3 EA of HAMMER
	//   list  3 EA x 10.00 EUR per 1 EA  32.57  32.57  EU-1, item, EUR x 1.0855 is USD
	// 32.57 USD per 3 EA
}
