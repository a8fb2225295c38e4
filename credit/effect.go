package credit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/rules"
)

// Rule is a credit rule.
type Rule = rules.Rule[Effect]

// RuleBook holds compiled credit rules. It is immutable.
type RuleBook = rules.Book[Facts, Effect]

// NewRuleBook compiles rules. The source names where they come from, for errors; the error is a *rules.LoadError.
func NewRuleBook(source string, list []Rule) (*RuleBook, error) {
	schema, err := NewRuleSchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Compile(schema, source, list)
}

// NewRuleSchema returns what conditions of credit rules may say, for a host that keeps rules in files or has functions of
// its own for them:
//
//	schema, err := credit.NewRuleSchema(rules.Config{})
//	book, err := rules.Load(schema, rules.YAML[credit.Effect]("credit.yaml", text))
//
// The errors are those of rules.NewSchema.
func NewRuleSchema(c rules.Config) (*rules.Schema[Facts], error) { return rules.NewSchema[Facts](c) }

// Effect is what a rule does to an order that it matches.
type Effect struct {
	// Action is hold or warn. Required.
	Action Action `json:"action"`
	// Code names the cause for programs: lower-case letters, digits and hyphens. The finding has "credit." before it.
	Code string `json:"code"`
	// Text says what is wrong, for a person. {limit}, {short}, {exposureAfter}, {order.amount} and all other names of
	// facts stand for their figures: "short by {short}" becomes "short by 5,000.00 USD".
	Text string `json:"text"`
	// Fix says what would mend it, with figures too. May be empty.
	Fix string `json:"fix,omitempty"`
}

// Action says what a rule does.
type Action uint8

const (
	// Hold means that the order takes no credit until the cause is gone or somebody approves it.
	Hold Action = iota + 1
	// Warn means that the order passes, and the finding is on record.
	Warn
)

// String returns hold or warn.
func (a Action) String() string {
	switch a {
	case Hold:
		return "hold"
	case Warn:
		return "warn"
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// MarshalText writes the action as String does. A value that is none of the constants is an error.
func (a Action) MarshalText() ([]byte, error) {
	if a != Hold && a != Warn {
		return nil, fmt.Errorf("credit: %s is none", a)
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads hold or warn.
func (a *Action) UnmarshalText(text []byte) error {
	switch string(text) {
	case "hold":
		*a = Hold
	case "warn":
		*a = Warn
	default:
		return fmt.Errorf("credit: %q is no action; expected hold or warn", text)
	}
	return nil
}

// Validate returns what makes no sense in the effect, or nil. A rule book asks it of every rule when it is loaded.
func (e Effect) Validate() error {
	if e.Action != Hold && e.Action != Warn {
		return errors.New("the action is missing; expected hold or warn")
	}
	if e.Code == "" || strings.Trim(e.Code, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fmt.Errorf("the code %q is not made of lower-case letters, digits and hyphens", e.Code)
	}
	if e.Text == "" {
		return errors.New("the text is missing")
	}
	return rules.CheckTexts[Facts](e.Text, e.Fix)
}

// finding tells what the effect found, with the figures.
func (e Effect) finding(book *RuleBook, f *Facts) (finding.Finding, error) {
	text, err := book.Render(e.Text, f)
	if err != nil {
		return finding.Finding{}, err
	}
	fix, err := book.Render(e.Fix, f)
	if err != nil {
		return finding.Finding{}, err
	}
	severity := finding.Warning
	if e.Action == Hold {
		severity = finding.Block
	}
	return finding.Finding{Code: "credit." + e.Code, Severity: severity, Message: text, Fix: fix}, nil
}
