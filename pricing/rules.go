package pricing

import (
	"errors"
	"fmt"

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
	// Running is the sum of the running amounts of all lines when the step begins.
	Running money.Amount
}

// Discount is the effect of a rule. A surcharge is the same, added.
type Discount struct {
	Kind DiscountKind `json:"kind"`
	// Rate is for Percent.
	Rate money.Rate `json:"rate,omitzero"`
	// Amount is for the other kinds. Where the request is in another currency
	// the rule does not apply.
	Amount money.Amount `json:"amount,omitzero"`
	// Per and Unit are for AmountPerUnit: how many of which unit Amount is for.
	// 0 means 1; no unit means the ordered unit.
	Per  int64         `json:"per,omitempty"`
	Unit quantity.Unit `json:"unit,omitzero"`
	// Gross says that Amount has tax in it; for [AmountOff] at order scope. Where
	// the schema's prices are net, the lines' nets then fall by so much that the
	// gross total falls by Amount: it is split over what is taxed alike in
	// proportion to the gross. Where prices are gross every amount is.
	Gross bool `json:"gross,omitempty"`
	// Minimum is the least running amount, of the line or of the order's
	// eligible lines together, that the rule asks for. Zero: none.
	Minimum money.Amount `json:"minimum,omitzero"`
}

// DiscountKind says how a discount is worked out.
type DiscountKind string

const (
	// Percent is a share of the step's base.
	Percent DiscountKind = "percent"
	// AmountPerUnit is an amount for each unit; at line scope only.
	AmountPerUnit DiscountKind = "amount-per-unit"
	// AmountOff is one amount for the line or, at order scope, for the order.
	AmountOff DiscountKind = "amount"
)

// Validate says what is wrong with the discount; package rules asks when it
// compiles.
func (d Discount) Validate() error {
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	switch d.Kind {
	case Percent:
		if d.Rate.Sign() < 0 {
			refuse("the rate %s is negative", d.Rate)
		}
		if d.Amount.Currency() != 0 {
			refuse("a percent discount has no amount")
		}
	case AmountPerUnit, AmountOff:
		if d.Amount.Currency() == 0 {
			refuse("it has no amount")
		}
		if d.Amount.Sign() < 0 {
			refuse("the amount %s is negative", d.Amount)
		}
		if !d.Rate.IsZero() {
			refuse("an amount discount has no rate")
		}
	default:
		refuse("%q is no kind of discount; percent, amount-per-unit or amount", d.Kind)
	}
	if d.Gross && d.Kind != AmountOff {
		refuse("only an amount can be meant gross of tax")
	}
	if d.Kind != AmountPerUnit && (d.Per != 0 || d.Unit != 0) {
		refuse("per and unit belong to amount-per-unit")
	}
	if d.Per < 0 {
		refuse("an amount cannot be per %d", d.Per)
	}
	if d.Minimum.Sign() < 0 {
		refuse("the minimum %s is negative", d.Minimum)
	}
	return errors.Join(errs...)
}
