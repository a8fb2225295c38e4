package tax_test

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

// Three taxes of one address, read from a file.
func Example() {
	table, err := tax.LoadYAML("rates.yaml", []byte(`
rates:
  - {id: NY, name: state, place: US-NY, rate: 4%}
  - {id: NYC, name: city, place: {country: US, region: NY, locality: New York}, rate: 4.5%}
  - {id: MCTD, name: district, place: {country: US, region: NY, locality: New York}, rate: 0.375%}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := table.Tax(context.Background(), tax.Request{
		Date: calendar.MustDate("2026-03-27"), Currency: money.USD,
		Supply: tax.Supply{ShipTo: tax.Place{Country: "US", Region: "NY", Locality: "New York"}},
		Lines:  []tax.Line{{ID: "1", Amount: money.MustParse("100.00 USD")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range result.Lines[0].Shares {
		fmt.Printf("%s %s: %s\n", s.Name, s.Rate.Percent(), s.Amount)
	}
	fmt.Println(result.Tax)
	// Output:
	// state 4%: 4.00 USD
	// city 4.5%: 4.50 USD
	// district 0.375%: 0.38 USD
	// 8.88 USD
}

// A host that knows the taxes of a line takes the arithmetic alone. The price has
// its tax in it.
func ExampleCalculate() {
	price := money.MustParse("200.00 USD")
	request := tax.Request{
		Date: calendar.MustDate("2026-03-27"), Currency: money.USD,
		Lines: []tax.Line{{ID: "1", Amount: price, Included: true}},
	}
	vat := tax.Levy{Name: "VAT", Code: tax.Standard, Rate: money.MustRate("15%")}
	result, err := tax.Calculate(&request, [][]tax.Part{{{Amount: price, Levies: []tax.Levy{vat}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Net, "+", result.Tax, "=", result.Gross)
	// Output: 173.91 USD + 26.09 USD = 200.00 USD
}
