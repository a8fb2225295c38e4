package pricing

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// AuthorityRule says which persons may decide how much: its condition chooses
// person and decision over [AuthorityFacts], its effect is how far they may go.
//
// Of the rules that match, those of the highest priority decide, and one of them
// that goes far enough is enough. So a person with two roles has the authority of
// both, and a rule of higher priority takes authority away from everybody that it
// matches. Who is matched by no rule has no authority.
type AuthorityRule = rules.Rule[Authority]

// AuthorityBook holds compiled authority rules. It is immutable.
type AuthorityBook = rules.Book[AuthorityFacts, Authority]

// NewAuthorityBook compiles authority rules given as Go values. The source names
// where they come from, for errors; all errors are returned together, as package
// rules reports them.
func NewAuthorityBook(source string, list ...AuthorityRule) (*AuthorityBook, error) {
	schema, err := NewAuthoritySchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Compile(schema, source, list)
}

// NewAuthoritySchema returns what conditions of authority rules may say, for a
// host that keeps its approval matrix in a file:
//
//	schema, err := pricing.NewAuthoritySchema(rules.Config{})
//	book, err := rules.Load(schema, rules.YAML[pricing.Authority]("authority.yaml", text))
//
// With rules.SkipAndReport a rule that fails is reported, and the decision that it
// failed on is beyond everybody's authority: it could have been the one that
// refuses.
func NewAuthoritySchema(c rules.Config) (*rules.Schema[AuthorityFacts], error) {
	return rules.NewSchema[AuthorityFacts](c)
}

// AuthorityFacts is what the condition of an authority rule can ask about: a
// decision, and the person who takes or approves it.
type AuthorityFacts struct {
	Customer CustomerFacts
	// Order.Running is what the order comes to before the decision.
	Order OrderFacts
	// Kind is price, percent or amount for an override ([OverrideKind]), margin
	// for letting a margin pass below its floor, customer-price for accepting the
	// customer's price.
	Kind string
	// Step is the step's name, Scope line or order.
	Step  string
	Scope string
	// Item, Category and Tags are the line's; empty at order scope.
	Item     string
	Category string
	Tags     []string
	// Actor is the person, Roles what [Request.Roles] says of them.
	Actor string
	Roles []string
	// Priced is false for a line that the price book has no price for, so that
	// nothing can be measured against a list.
	Priced bool
	// List is the value at the price book's price; for a customer's price, our
	// value of the line or order.
	List money.Amount
	// Off is what the decision takes off. For an override it is what all
	// overrides together have taken off the line (at order scope the order) once
	// this one stands, so that nobody exceeds their authority in small steps; for
	// a margin, what the net lacks of its floor; for a customer's price, by how
	// much it is below ours.
	Off money.Amount
	// Share is Off as a share of List, rounded up to six places; where List is
	// nothing, 1 for an Off above zero and 0 for others.
	Share money.Rate
	// Net is what is left.
	Net money.Amount
	// Margin is the share of Net that is left after cost and accruals, rounded
	// down to six places. Missing where the cost is not known or Net is not above
	// zero.
	Margin *money.Rate
}

// Authority is how far somebody may go. The zero value is no authority but to
// charge more.
type Authority struct {
	// Share is the most that may be off, as a share of the list value: of what
	// overrides take off, of what a margin lacks, of what a customer's price is
	// below ours. 0 to 1. A line that the price book has no price for has nothing
	// to measure against: to price it takes a share of 1.
	Share money.Rate `json:"share,omitzero"`
	// Amounts bound the same as amounts, one a currency. Empty: no bound by
	// amount. A currency that is not among them has no authority.
	Amounts []money.Amount `json:"amounts,omitempty"`
	// Margin is the least margin that must be left, below 1. Nil: no bound. Where
	// there is one and the cost is not known, it is not met.
	Margin *money.Rate `json:"margin,omitempty"`
	// Second asks for the approval of a second person even within the bounds.
	Second bool `json:"second,omitempty"`
	// Approver is the role that may approve what is beyond, for the finding.
	Approver string `json:"approver,omitempty"`
}

// Validate says what is wrong with the authority; package rules asks when it
// compiles.
func (a Authority) Validate() error {
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if a.Share.Sign() < 0 || a.Share.Cmp(money.RateFromInt(1)) > 0 {
		refuse("the share %s is not within 0 and 1", a.Share)
	}
	for i, bound := range a.Amounts {
		if bound.Currency() == 0 || bound.Sign() < 0 {
			refuse("the amount %s is negative or has no currency", bound)
		}
		for _, other := range a.Amounts[:i] {
			if bound.Currency() == other.Currency() {
				refuse("there are two amounts in %s", bound.Currency())
			}
		}
	}
	if a.Margin != nil && a.Margin.Cmp(money.RateFromInt(1)) >= 0 {
		refuse("a margin of %s cannot be left: it would have to be below 100%%", a.Margin.Percent())
	}
	return errors.Join(errs...)
}

// text says for a message how far the authority goes.
func (a Authority) text() string {
	parts := []string{a.Share.Percent()}
	for _, bound := range a.Amounts {
		parts = append(parts, bound.String())
	}
	if a.Margin != nil {
		parts = append(parts, "a margin of "+a.Margin.Percent())
	}
	return sentence(parts)
}

// sentence puts texts into one sentence: a, b and c.
func sentence(parts []string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}
