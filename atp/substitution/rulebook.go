package substitution

import (
	"errors"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// Rule is a rule of substitution: to the relations that its condition holds for, its Consent applies.
type Rule = rules.Rule[Consent]

// RuleBook holds compiled rules of substitution. It is immutable.
type RuleBook = rules.Book[Facts, Consent]

// LiveRules holds the book in force, which can be replaced at any time.
type LiveRules = rules.Live[Facts, Consent]

// NewRuleBook compiles rules given as Go values. The source names where they come from, for errors; the error is a
// *rules.LoadError with all of them.
func NewRuleBook(source string, list ...Rule) (*RuleBook, error) {
	schema, err := NewRuleSchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Compile(schema, source, list)
}

// NewRuleSchema returns what conditions of substitution rules may say, for a host that keeps rules in files or has
// functions of its own for them. The errors are those of rules.NewSchema.
func NewRuleSchema(c rules.Config) (*rules.Schema[Facts], error) { return rules.NewSchema[Facts](c) }

// Facts are what rules decide on, of one relation on the way from the item that was ordered. Conditions use the names
// in lower camel case: customer.class == "VIP" and kind == "substitute". Zero dates can be missing; a comparison with
// a missing fact is false.
type Facts struct {
	Customer atp.CustomerFacts
	Order    atp.OrderFacts
	// Item is what was ordered, in base units, and Category and Tags its own.
	Item     string
	Quantity int64
	Category string
	Tags     []string
	// From is replaced by To.
	From string
	To   string
	// Kind is supersession or substitute.
	Kind string
	// Backward says that the old item of a supersession takes the place of the new one, or that a substitute is used the
	// other way round.
	Backward bool
	// Steps counts the relations from the item to To.
	Steps int
	Day   calendar.Date
}

// Consent is the effect of a rule: one that refuses suffices; where none does, one that accepts is needed if the
// relation asks for consent.
type Consent struct {
	Accept bool `json:"accept,omitempty"`
	Refuse bool `json:"refuse,omitempty"`
	// Reason says why, for a person; {customer.account} and all other names of facts stand for their figures. Empty: the
	// rule's name, or else its id, speaks for it.
	Reason string `json:"reason,omitempty"`
}

// Validate returns what makes no sense in the effect, or nil. A rule book asks it of every rule when it is loaded.
func (c Consent) Validate() error {
	var errs []error
	if c.Accept == c.Refuse {
		errs = append(errs, errors.New("the rule must either accept or refuse"))
	}
	if err := rules.CheckTexts[Facts](c.Reason); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
