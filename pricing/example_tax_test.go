package pricing_test

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

// A waterfall that ends in tax. The total stays net, as orders and invoices need
// it; the tax stands beside it. The voucher is meant gross: it takes 10.00 off what
// is paid.
func ExampleEngine_Price_tax() {
	taxes, err := tax.LoadYAML("rates.yaml", []byte(`
rates:
  - {id: DE-19, name: VAT, place: DE, rate: 19%, from: 2021-01-01}
  - {id: DE-7, name: VAT, place: DE, category: books, rate: 7%, from: 2021-01-01}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	prices, err := pricing.NewBook(
		pricing.Record{ID: "L-LAMP", Key: pricing.Key{Item: "LAMP"}, Price: money.MustParse("50.00 EUR"), Unit: quantity.Each},
		pricing.Record{ID: "L-BOOK", Key: pricing.Key{Item: "BOOK"}, Price: money.MustParse("20.00 EUR"), Unit: quantity.Each},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	rules, err := pricing.NewRuleBook("spring", pricing.Rule{
		ID: "V-10", Group: "voucher", When: "true",
		Then: pricing.Discount{Kind: pricing.AmountOff, Amount: money.MustParse("10.00 EUR"), Gross: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	engine, err := pricing.New(pricing.Config{
		Schema: pricing.Schema{
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{
				{Name: "list", Kind: pricing.StepPrice},
				{Name: "voucher", Kind: pricing.StepDiscount, Scope: pricing.ScopeOrder, Base: pricing.BaseRunning},
				{Name: "vat", Kind: pricing.StepTax},
			},
		},
		Prices: prices, Rules: rules, Taxes: taxes, Zone: time.UTC,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := engine.Price(context.Background(), pricing.Request{
		Currency: money.EUR, At: time.Date(2026, time.March, 27, 12, 0, 0, 0, time.UTC),
		Tax: tax.Supply{ShipTo: tax.Place{Country: "DE"}},
		Lines: []pricing.Line{
			{ID: "1", Item: "LAMP", Quantity: quantity.New(1, quantity.Each)},
			{ID: "2", Item: "BOOK", Quantity: quantity.New(1, quantity.Each), TaxCategory: "books"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(result.Text())
	// Output:
	// line 1: 1 EA of LAMP
	//   list            1 EA x 50.00  50.00  50.00  L-LAMP, item
	//   voucher (part)                -6.18  43.82  V-10
	//   vat             19% of 43.82   8.33  43.82  DE VAT, category S
	//
	// line 2: 1 EA of BOOK
	//   list            1 EA x 20.00  20.00  20.00  L-BOOK, item
	//   voucher (part)                -2.48  17.52  V-10
	//   vat             7% of 17.52    1.23  17.52  DE VAT, category S
	//
	// order
	//   voucher    -8.66  61.34  V-10, 10.00 EUR gross of tax
	//
	// net 70.00 EUR, total 61.34 EUR
	// without tax 61.34 EUR, tax 9.56 EUR, with tax 70.90 EUR
}
