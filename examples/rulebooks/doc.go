// Package rulebooks holds rule books that a distributor can start from, one for
// each decision of an order's way to cash:
//
//	pricing     tier discounts as a table, contracts, clearance, surcharges   pricing.NewRuleSchema
//	promotion   coupons, spend thresholds, sales, offers of the web shop      pricing.NewRuleSchema
//	validation  what is checked when an order comes in                        steps.NewValidationSchema
//	credit      limits, overdue items, dunning, first orders                  credit.NewRuleSchema
//	allocation  who is served first when goods are short                      atp.NewRuleSchema
//	holds       what a person looks at before an order is released            steps.NewHoldSchema
//	export      embargoes, licences, filing, dangerous goods                  ExportSchema
//	returns     windows, restocking fees, what is not taken back              ReturnsSchema
//
// # How to start
//
// Copy the files of a book (name.yaml, and name.csv where there is one) beside
// your own code, and its scenarios (name.scenarios.*) beside your tests. Change
// one rule and one scenario, and run the test: it tells whether the book still
// answers as the scenarios say, which conditions none of them has tried, and
// which small mistakes none of them would notice.
//
//	func TestPricing(t *testing.T) {
//		report := rulestest.Check(t, book, "pricing.scenarios.*")
//		require.Empty(t, report.Coverage.Missing)
//	}
//
// Then put the book in force: as the Rules of a pricing.Config, credit.Config,
// and so on, or in a rules.Live that can be replaced while orders are decided.
// name.md is each book in print, for those who own the rules.
//
// In testdata stands what else there is to know of a book: name.findings.golden
// has the rules that can match together (where all matches count they are meant
// to), and name.survivors.golden the small mistakes that no scenario finds. Those
// that are left change the order of matches where nothing depends on it.
//
// # What is made up
//
// Customers, items, percentages and limits are made up, and no advice. What the
// export book says of the law is public, simplified and may be out of date: see
// the note of that book.
//
// Export and returns have no room in the library. ExportFacts, ExportEffect,
// ReturnFacts and ReturnEffect show how a host makes its own kind of decision
// out of package rules: a struct of facts, a struct of effects that can be
// checked, and a schema.
package rulebooks
