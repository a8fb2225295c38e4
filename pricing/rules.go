package pricing

import (
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// Rule is a discount or surcharge with its condition. Its Group names the step
// of the schema that it belongs to; the step decides whether it takes off or
// adds, what percentages are taken of, and how rules stack. At order scope the
// condition chooses the lines: the rule works on those that match.
type Rule = rules.Rule[Discount]

// RuleBook holds compiled discount rules. It is immutable.
type RuleBook = rules.Book[Facts, Discount]

// NewRuleBook compiles rules given as Go values. The source names where they
// come from, for errors; all errors are returned together, as package rules
// reports them.
func NewRuleBook(source string, list ...Rule) (*RuleBook, error) {
	schema, err := NewRuleSchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Compile(schema, source, list)
}

// NewRuleSchema returns what conditions of pricing rules may say, for a host that
// loads rules from files or has functions of its own:
//
//	schema, err := pricing.NewRuleSchema(rules.Config{})
//	book, err := rules.Load(schema, rules.YAML[pricing.Discount]("spring.yaml", text))
func NewRuleSchema(c rules.Config) (*rules.Schema[Facts], error) { return rules.NewSchema[Facts](c) }

// Facts is what the condition of a rule can ask about. Names in conditions are
// those of the fields in lower camel case: customer.group == "GOLD" and
// quantity >= qty("10 EA").
type Facts struct {
	Customer CustomerFacts
	Order    OrderFacts
	Item     string
	Category string
	// Tags are those of the line.
	Tags []string
	// Quantity is in the item's base unit, so that a bound in pieces holds for
	// cases too; in the ordered unit where the line brings no conversions or has
	// no exact value in the base unit. A condition that compares it with another
	// unit fails, and the error names the rule.
	Quantity quantity.Quantity
	// Unit is the code of the ordered unit.
	Unit string
	// Price is the base price as found, for as many units as its record says.
	Price money.Amount
	// List is the line's value at its base price; Running is what is left of it
	// when the step begins.
	List    money.Amount
	Running money.Amount
	// Record is the price record that gave the base price.
	Record string
}

// CustomerFacts are the customer's.
type CustomerFacts struct {
	Account   string
	Group     string
	Hierarchy []string
	Contracts []string
	Tags      []string
}

// OrderFacts are the same for every line of a step.
type OrderFacts struct {
	Currency string
	// Date is the day of the price date in the engine's zone.
	Date    calendar.Date
	Coupons []string
	Lines   int
	// Items and Categories are those of all lines.
	Items      []string
	Categories []string
	// Running is the sum of the running amounts of all lines when the step begins.
	Running money.Amount
}
