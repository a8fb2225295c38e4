package pricing_test

import (
	"fmt"

	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// Load discounts that an analyst keeps in a file.
func ExampleNewRuleSchema() {
	const text = `
rules:
  - id: GOLD-5
    group: deals
    when: customer.group == "GOLD" and quantity >= qty("12 EA")
    then: { kind: percent, rate: 5% }
    from: 2026-03-01
    to: 2026-06-01
`
	schema, err := pricing.NewRuleSchema(rules.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := rules.Load(schema, rules.YAML[pricing.Discount]("spring.yaml", []byte(text)))
	if err != nil {
		fmt.Println(err) // every mistake, with its line and a caret
		return
	}
	for _, rule := range book.Rules() {
		fmt.Println(rule.ID, rule.Then.Rate.Percent(), "when", rule.When)
	}
	// The book is the Rules of a pricing.Config; its groups are the names of steps.

	// Output:
	// GOLD-5 5% when customer.group == "GOLD" and quantity >= qty("12 EA")
}
