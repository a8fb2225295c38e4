// Package analysis tells what is wrong with a rule book before it decides
// anything: rules that can match the same facts, rules that never win, rules
// that nothing can match, facts that no rule covers.
//
//	report, err := analysis.Analyse(book, analysis.Config{
//		At: today,
//		Groups: map[string]analysis.Group{
//			"freight": {Policy: rules.Unique, Domain: `zone in ["A", "B"] && weight in 1..1000`},
//		},
//	})
//	fmt.Print(report) // or keep it as JSON
//
// A Finding of two rules, or of a gap, comes with a witness: facts and a
// decision date at which the book was asked, and did what the finding says.
//
// # What is exact
//
// A condition is reckoned with exactly as far as it compares facts with
// constants, in any combination of and, or and not. An int and a date are
// discrete: nothing lies between 1 and 2. A string can be any string, unless the
// domain lists those that it can be. An amount has one currency and a quantity
// one unit; a comparison with another one is an error of the rule, so that it
// does not match; a bare number means every unit. The amount without a currency,
// a neutral zero, is left out. A fact that can be missing is one more case.
//
// Everything else (arithmetic, functions, two facts compared) is opaque. What
// depends on it is Unknown, unless it can be settled without: two rules exclude
// each other when their exact parts do, and they overlap when the witness of the
// exact parts happens to match both. What a cap of Config cut off is Unknown
// too. Nothing is guessed.
//
// Facts are taken to be independent of each other. Where they are not, such as
// two facts behind one pointer of which only one is to be missing, the witness
// cannot be made, and the finding is Unknown.
package analysis
