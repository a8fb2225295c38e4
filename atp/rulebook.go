package atp

import (
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Rule is a rule of allocation: to the claims that its condition holds for, its Ranking applies.
type Rule = rules.Rule[Ranking]

// RuleBook holds compiled rules of allocation. It is immutable.
type RuleBook = rules.Book[Facts, Ranking]

// LiveRules holds the book in force, which can be replaced at any time.
type LiveRules = rules.Live[Facts, Ranking]

// NewRuleBook compiles rules given as Go values. The source names where they come from, for errors; the error is a
// *rules.LoadError with all of them.
func NewRuleBook(source string, list ...Rule) (*RuleBook, error) {
	schema, err := NewRuleSchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Compile(schema, source, list)
}

// NewRuleSchema returns what conditions of allocation rules may say, for a host that keeps rules in files or has functions
// of its own for them:
//
//	schema, err := atp.NewRuleSchema(rules.Config{})
//	book, err := rules.Load(schema, rules.YAML[atp.Ranking]("allocation.yaml", text))
//
// The errors are those of rules.NewSchema.
func NewRuleSchema(c rules.Config) (*rules.Schema[Facts], error) { return rules.NewSchema[Facts](c) }

// Facts are what rules decide on, of one claim. Conditions use the names in lower camel case: customer.class == "VIP" and
// daysUntilWanted <= 3. Facts behind a pointer, and zero dates, can be missing; a comparison with a missing fact is false.
type Facts struct {
	Customer CustomerFacts
	Order    OrderFacts
	// Item, Category and Tags are the item's, Site is where it is to come from.
	Item     string
	Category string
	Tags     []string
	Site     string
	// Quantity is in base units, for catch weight in thousandths.
	Quantity int64
	// Priority is the claim's own, before any rule.
	Priority int
	// Today is the day at the site.
	Today calendar.Date
	// Wanted is missing where the goods are wanted as soon as possible; so is DaysUntilWanted, which is below 0 when the day
	// has passed.
	Wanted          calendar.Date
	DaysUntilWanted *int
	// Ordered and Age, the days since, are missing where the claim does not say when the order came in.
	Ordered calendar.Date
	Age     *int
}

// CustomerFacts are the customer's.
type CustomerFacts struct {
	Account string
	Class   string
	Tags    []string
}

// OrderFacts are those of the order that the claim belongs to.
type OrderFacts struct {
	ID      string
	Type    string
	Channel string
	// Value is what the claim, or the order, is worth, as the host states it; missing where it does not. A comparison with
	// another currency fails: ask currency(order.value) first.
	Value *money.Amount
}

// MaxPriority bounds the priority of a ranked claim on both sides.
const MaxPriority = 1_000_000_000

// maxStep bounds what one rule adds to a priority.
const maxStep = 1_000_000

// Ranking is the effect of a rule. Where several rules match a claim, Set is that of the first of them, what all others
// and it Add is added up, the greatest Guaranteed and LeastDelivery hold, one that excludes, or opens the safety stock,
// suffices, and the claim draws on the quotas of all.
type Ranking struct {
	// Set takes the place of the claim's own priority, -MaxPriority to MaxPriority. Nil: it stays.
	Set *int `json:"set,omitempty"`
	// Add is added to the priority, at most a million either way.
	Add int `json:"add,omitempty"`
	// Exclude leaves the claim out of this run.
	Exclude bool `json:"exclude,omitempty"`
	// Guaranteed is the minimum of a fair share, in base units, 0 to MaxQuantity (see Ranks.Shares).
	Guaranteed int64 `json:"guaranteed,omitempty"`
	// LeastDelivery is the least quantity of a delivery, in base units, 0 to MaxQuantity; the claim's own holds where it is
	// greater (see Partial).
	LeastDelivery int64 `json:"least_delivery,omitempty"`
	// SafetyStock lets the claim touch the safety stock.
	SafetyStock bool `json:"safety_stock,omitempty"`
	// Quota is the id of a quota that the claim draws on; {customer.class} and all other names of facts stand for their
	// figures: "{item}/{customer.class}". A quota that the claim draws on already stays as it is.
	Quota string `json:"quota,omitempty"`
	// QuotaSite is the site of the quota; empty: the claim's.
	QuotaSite string `json:"quota_site,omitempty"`
	// QuotaFactor is what a base unit takes of the quota, 0 to MaxQuantity; 0 means 1.
	QuotaFactor int64 `json:"quota_factor,omitempty"`
	// QuotaOptional says that a quota which is not defined is no limit. Else a claim without its quota is left out of the
	// run: who is eligible and has no quota gets nothing.
	QuotaOptional bool `json:"quota_optional,omitempty"`
	// Reason says why, for a person; {customer.class} and all other names of facts stand for their figures. Empty: the
	// rule's name, or else its id, speaks for it.
	Reason string `json:"reason,omitempty"`
}

// Validate returns what makes no sense in the effect, or nil. A rule book asks it of every rule when it is loaded.
func (r Ranking) Validate() error {
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if r.Set != nil && !priority(*r.Set) {
		refuse("the priority %d is not from %d to %d", *r.Set, -MaxPriority, MaxPriority)
	}
	if r.Add < -maxStep || r.Add > maxStep {
		refuse("%d is not from %d to %d, which is what a rule may add", r.Add, -maxStep, maxStep)
	}
	if r.Guaranteed < 0 || r.Guaranteed > MaxQuantity {
		refuse("the guaranteed quantity %d is not from 0 to %d", r.Guaranteed, int64(MaxQuantity))
	}
	if r.LeastDelivery < 0 || r.LeastDelivery > MaxQuantity {
		refuse("the least delivery %d is not from 0 to %d", r.LeastDelivery, int64(MaxQuantity))
	}
	if r.QuotaFactor < 0 || r.QuotaFactor > MaxQuantity {
		refuse("the quota factor %d is not from 0 to %d", r.QuotaFactor, int64(MaxQuantity))
	}
	if r.Quota == "" && (r.QuotaSite != "" || r.QuotaFactor != 0 || r.QuotaOptional) {
		refuse("no quota is named that quota_site, quota_factor or quota_optional could be about")
	}
	if r.nothing() {
		refuse("the rule does nothing; expected set, add, exclude, guaranteed, least_delivery, safety_stock or quota")
	}
	if err := rules.CheckTexts[Facts](r.Reason, r.Quota); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// nothing reports whether the rule has no effect.
func (r Ranking) nothing() bool {
	return r.Set == nil && r.Add == 0 && !r.Exclude && r.Guaranteed == 0 && r.LeastDelivery == 0 && !r.SafetyStock &&
		r.Quota == ""
}

func priority(n int) bool { return n >= -MaxPriority && n <= MaxPriority }
