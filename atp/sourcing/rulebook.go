package sourcing

import (
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// Rule is a rule of sourcing: for the lines and sites that its condition holds for, its Preference applies.
type Rule = rules.Rule[Preference]

// RuleBook holds compiled rules of sourcing. It is immutable.
type RuleBook = rules.Book[Facts, Preference]

// LiveRules holds the book in force, which can be replaced at any time.
type LiveRules = rules.Live[Facts, Preference]

// NewRuleBook compiles rules given as Go values. The source names where they come from, for errors; the error is a
// *rules.LoadError with all of them.
func NewRuleBook(source string, list ...Rule) (*RuleBook, error) {
	schema, err := NewRuleSchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Compile(schema, source, list)
}

// NewRuleSchema returns what conditions of sourcing rules may say, for a host that keeps rules in files or has
// functions of its own for them. The errors are those of rules.NewSchema.
func NewRuleSchema(c rules.Config) (*rules.Schema[Facts], error) { return rules.NewSchema[Facts](c) }

// Facts are what rules decide on, of one line and one site that could ship it. Conditions use the names in lower
// camel case: site.kind == "store" and line.quantity > 10. Facts behind a pointer, and zero dates, can be missing; a
// comparison with a missing fact is false.
type Facts struct {
	Customer atp.CustomerFacts
	Order    atp.OrderFacts
	Line     LineFacts
	Site     SiteFacts
}

// LineFacts are those of the order line.
type LineFacts struct {
	ID       string
	Item     string // the one that would ship: the line's own, or one in its place
	Category string
	Tags     []string
	// Quantity is in base units.
	Quantity int64
	// Wanted is missing where the goods are wanted as soon as possible.
	Wanted calendar.Date
}

// SiteFacts are those of the site and of the way from there to the customer.
type SiteFacts struct {
	ID      string
	Kind    string
	Zone    string
	Country string
	Tags    []string
	// Cost is that of a shipment, before any rule.
	Cost int64
	// Distance and Load are the route's, missing where it does not say.
	Distance *int64
	Load     *int64
}

// Preference is the effect of a rule. Where several rules match, one that excludes suffices, the first SetRank holds,
// and all others are added up. Rank and Cost are the site's: a rule that matches for any line of the order applies to
// the shipment, once. Exclude and UnitCost are for the line alone.
type Preference struct {
	// Exclude keeps the site from shipping the line.
	Exclude bool `json:"exclude,omitempty"`
	// SetRank takes the place of the node's rank, 0 to MaxRank. Nil: it stays.
	SetRank *int `json:"set_rank,omitempty"`
	// Rank is added to it, up to MaxRank either way; what comes of it is kept from 0 to MaxRank.
	Rank int `json:"rank,omitempty"`
	// Cost is added to that of the shipment, up to MaxCost either way; what comes of it is at least 0.
	Cost int64 `json:"cost,omitempty"`
	// UnitCost is added to the cost of each base unit of the line, likewise.
	UnitCost int64 `json:"unit_cost,omitempty"`
	// Reason says why, for a person; {site.id} and all other names of facts stand for their figures. Empty: the rule's
	// name, or else its id, speaks for it.
	Reason string `json:"reason,omitempty"`
}

// MaxCost bounds the costs that an order and a rule give, in the smallest unit of the currency.
const MaxCost = 1_000_000_000

// Validate returns what makes no sense in the effect, or nil. A rule book asks it of every rule when it is loaded.
func (p Preference) Validate() error {
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if p.SetRank != nil && (*p.SetRank < 0 || *p.SetRank > MaxRank) {
		refuse("the rank %d is not from 0 to %d", *p.SetRank, MaxRank)
	}
	if p.Rank < -MaxRank || p.Rank > MaxRank {
		refuse("%d is not from %d to %d, which is what a rule may add to a rank", p.Rank, -MaxRank, MaxRank)
	}
	for _, cost := range []int64{p.Cost, p.UnitCost} {
		if cost < -MaxCost || cost > MaxCost {
			refuse("%d is not from %d to %d, which is what a rule may add to a cost", cost, -MaxCost, MaxCost)
		}
	}
	if !p.Exclude && p.SetRank == nil && p.Rank == 0 && p.Cost == 0 && p.UnitCost == 0 {
		refuse("the rule does nothing; expected exclude, set_rank, rank, cost or unit_cost")
	}
	if err := rules.CheckTexts[Facts](p.Reason); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
