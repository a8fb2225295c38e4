// Package tax works out the tax of a document: which taxes each line bears, what
// they come to, and the breakdown that an invoice states.
//
// To tax a sale to Brooklyn, state the rates and ask:
//
//	table, err := tax.LoadYAML("rates.yaml", []byte(`
//	rates:
//	  - {id: NY, name: state, place: US-NY, rate: 4%}
//	  - {id: NYC, name: city, place: {country: US, region: NY, locality: New York}, rate: 4.5%}
//	  - {id: MCTD, name: district, place: {country: US, region: NY, locality: New York}, rate: 0.375%}
//	`))
//	result, err := table.Tax(ctx, tax.Request{
//		Date: calendar.MustDate("2026-03-27"), Currency: money.USD,
//		Supply: tax.Supply{ShipTo: tax.Place{Country: "US", Region: "NY", Locality: "New York"}},
//		Lines:  []tax.Line{{ID: "1", Amount: money.MustParse("100.00 USD")}},
//	})
//	fmt.Println(result.Tax) // 8.88 USD: 4.00, 4.50 and 0.38
//
// [Engine] is the port. [Table] is the engine that comes with the library; a host
// that uses a tax service writes one of its own, and one that knows the taxes of
// each line but not the arithmetic calls [Calculate].
//
// # What is worked out
//
// Several taxes may be charged at once, each on the net or, where it is
// compound, on the net with those before it. The tax of the whole document is
// rounded for all that is taxed alike ([ByDocument], as EN 16931 asks of
// invoices) and given back to the lines by largest remainder, or rounded line by
// line ([ByLine]). Nothing is lost: shares are the line's tax, lines are the
// totals.
//
// An amount may have its tax in it. The net is then the rounded quotient and the
// tax the rest: 200.00 with 15% is 173.91 and 26.09, and never 200.01.
//
// # What is charged
//
// A [Rate] holds in a [Place], for a category of items, from a day to a day. A
// [Certificate] of the customer makes it exempt and is recorded. A [Relief] takes
// the place of all rates: reverse charge, supplies within the community, exports.
// Freight is taxed by its own category, not at all, or as the goods that it
// carries ([FreightRule]).
//
// This package holds no rates of real places. They change, and a host has to
// answer for them.
package tax
