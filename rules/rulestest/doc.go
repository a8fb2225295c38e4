// Package rulestest tests rules: that a book answers as it must, that the tests
// would notice if it did not, and what a new book changes before it is in force.
//
// Write scenarios in a file, facts in and expected rules and effects out, and
// run them from go test:
//
//	func TestDiscounts(t *testing.T) {
//		report := rulestest.Check(t, book, "testdata/discounts.yaml", "testdata/discounts.csv")
//		if report.Coverage.Conditions.Permille() < 950 {
//			t.Error(&report.Coverage)
//		}
//	}
//
// with in discounts.yaml
//
//	scenarios:
//	  - id: gold buys tools
//	    at: 2026-06-01
//	    facts: { tier: GOLD, category: tools, quantity: 12 EA }
//	    expect: { rules: [gold-tools], effects: [{percent: 5%}] }
//
// [Read] and [ReadCSV] tell what such files may say; a mistake in one is located
// like a mistake in a rule. [Run] runs scenarios outside of go test. A failure
// comes with the reason why an expected rule did not match, and why a surplus
// one did.
//
// # How good are the scenarios
//
// [Coverage], a part of every report, counts the rules that fired and the parts
// of conditions that were seen true and seen false. [Mutate] is stricter: it
// puts small mistakes into the rules and lists those that no scenario finds.
//
// # What a new book changes
//
// [Replay] decides the past anew, under the book that decided it and under a new
// one, and reports which decisions change, by which rules, and the money that it
// moves. [Shadow] asks a candidate beside the live book while that decides, and
// counts the differences; [Shadow.Promote] puts the candidate in force.
package rulestest
