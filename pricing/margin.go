package pricing

import (
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// MarginPolicy is the floor of a [StepMargin] step.
//
// The margin is the share of the net that is left after cost and accruals:
//
//	(net - cost - accruals) / net
//
// Net is what the line, or the order, has come to when the step begins: so the
// step stands after all discounts, and before freight and fees, which are no
// earnings of the goods. Cost is [Line.Cost] for the line's quantity, accruals
// are what the steps with [Step.Accrual] recorded. A floor that is known as a
// markup m on the cost is the margin m / (1 + m): a markup of 25% is a margin of
// 20%.
//
// Free goods on top cost what a line of the request says of their item, and weigh
// on the line that earned them. Where no line does, their cost is not known.
//
// A step of order scope looks at the lines whose cost is known as one: the
// margin of one line may pay for that of another.
type MarginPolicy struct {
	// Floor is the least margin: below 1; 0 means not below cost; negative
	// admits a loss of that share of the net. Rules in [Config.Floors] take its
	// place.
	Floor money.Rate `json:"floor,omitzero"`
	// Outcome is what becomes of less. It must be stated.
	Outcome MarginOutcome `json:"outcome"`
	// CostRequired makes a line without cost a finding that blocks. Otherwise
	// the line is not checked.
	CostRequired bool `json:"cost_required,omitempty"`
}

// MarginOutcome is what becomes of a margin below its floor.
type MarginOutcome string

const (
	// Clamp raises the line to the least whole number of minor units that has the
	// margin. At order scope the raise takes back what discounts took from the
	// lines, in proportion to that, by largest remainder; no line comes to more
	// than its list value unless the cost leaves no other way. Then the raise goes
	// on by list value, and that is a finding.
	//
	// Accruals stay as they were recorded: a rebate in percent is not worked out
	// anew from the raised net.
	Clamp MarginOutcome = "clamp"
	// RequireApproval leaves the amounts and blocks, until an [Approval] that
	// covers the shortfall stands in the request.
	RequireApproval MarginOutcome = "require-approval"
	// Reject leaves the amounts and blocks, whoever approves.
	Reject MarginOutcome = "reject"
	// NoFloor exempts what a floor rule matches: samples, or what is sold off.
	NoFloor MarginOutcome = "none"
)

// FloorRule is a margin floor for the items and customers that its condition
// matches. Its Group names the margin step that it belongs to. Of the rules that
// match, the first one holds, by priority and then id.
//
// At order scope the condition sees the customer and the order, and no line.
type FloorRule = rules.Rule[Floor]

// FloorBook holds compiled floor rules. It is immutable. Its schema is that of
// [NewRuleSchema].
type FloorBook = rules.Book[Facts, Floor]

// NewFloorBook compiles floor rules given as Go values. The source names where
// they come from, for errors; all errors are returned together, as package rules
// reports them.
func NewFloorBook(source string, list ...FloorRule) (*FloorBook, error) {
	schema, err := NewRuleSchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Compile(schema, source, list)
}

// Floor is the effect of a floor rule.
type Floor struct {
	// Margin is the least margin, as in [MarginPolicy.Floor].
	Margin money.Rate `json:"margin,omitzero"`
	// Outcome is what becomes of less. Empty: what the step says.
	Outcome MarginOutcome `json:"outcome,omitempty"`
}

// Validate says what is wrong with the floor; package rules asks when it
// compiles.
func (f Floor) Validate() error {
	var errs []error
	if reason := floorFault(f.Margin); reason != "" {
		errs = append(errs, errors.New(reason))
	}
	switch f.Outcome {
	case "", Clamp, RequireApproval, Reject:
	case NoFloor:
		if !f.Margin.IsZero() {
			errs = append(errs, errors.New("who is exempt has no floor"))
		}
	default:
		errs = append(errs, fmt.Errorf("%q is no outcome; clamp, require-approval, reject or none", f.Outcome))
	}
	return errors.Join(errs...)
}

// floorFault says why the rate is no floor; empty: it is one.
func floorFault(r money.Rate) string {
	if r.Cmp(money.RateFromInt(1)) >= 0 {
		return fmt.Sprintf("no price has a margin of %s", r.Percent())
	}
	return ""
}

// Margin is what is left of a net after cost and accruals. Profit is the
// difference; it is negative for a loss.
type Margin struct {
	Net money.Amount `json:"net"`
	// Cost is rounded up to [Schema.Digits] beyond the minor unit, line by line.
	Cost money.Amount `json:"cost"`
	// Accrued is what the accruals take; negative where they add.
	Accrued money.Amount `json:"accrued"`
	Profit  money.Amount `json:"profit"`
}

// Share is the profit as a share of the net, rounded down to six places. ok is
// false where there is no margin, or no net above zero to take a share of.
func (m *Margin) Share() (rate money.Rate, ok bool) {
	if m == nil || m.Net.Sign() <= 0 {
		return money.Rate{}, false
	}
	rate, err := ratio(m.Profit, m.Net, false)
	return rate, err == nil
}

// checkGuard reports what is wrong with what the step says of margins, accruals
// and stated prices.
func (st *Step) checkGuard(path string, found *faults) {
	if st.Accrual && (!st.Statistical || st.Kind != StepDiscount && st.Kind != StepSurcharge) {
		found.add(path+".accrual", "an accrual is a statistical discount or surcharge")
	}
	st.Check.check(path+".check", st.Kind == StepCustomerPrice, found)
	if st.Kind != StepMargin {
		if st.Margin != (MarginPolicy{}) {
			found.add(path+".margin", "only a margin step has a floor")
		}
		return
	}
	if reason := floorFault(st.Margin.Floor); reason != "" {
		found.add(path+".margin.floor", "%s", reason)
	}
	switch st.Margin.Outcome {
	case Clamp, RequireApproval, Reject:
	default:
		found.add(path+".margin.outcome", "%q is no outcome of a step; clamp, require-approval or reject", st.Margin.Outcome)
	}
}

// checkAfterMargin reports steps that could still lower a margin after it was
// checked. Of a discount step that depends on its rules.
func checkAfterMargin(steps []step, found *faults) {
	margin := ""
	for i := range steps {
		st := &steps[i]
		switch {
		case st.Kind == StepMargin:
			margin = st.Name
		case margin == "" || st.Statistical && !st.Accrual:
		case st.Accrual || st.Kind == StepOverride || st.Kind == StepCustomerPrice:
			found.add(fmt.Sprintf("steps[%d]", i), "it can lower the margin after step %s has checked it", margin)
		case st.Kind == StepDiscount:
			st.margin = margin
			if len(st.Access) > 0 && !st.Statistical {
				found.add(fmt.Sprintf("steps[%d]", i), "its records can lower the margin after step %s has checked it", margin)
			}
		}
	}
}

// checkRuleAfterMargin reports a rule that lowers the net after a margin step.
// Freight that is added after the margin step may be free: it is no part of the
// margin.
func (e *Engine) checkRuleAfterMargin(st *step, rule *Rule, found *faults) {
	if st.margin == "" {
		return
	}
	place := func(name string) int {
		return slices.IndexFunc(e.steps, func(s step) bool { return s.Name == name })
	}
	if rule.Then.Kind != FreeCharge || place(rule.Then.Charge) < place(st.margin) {
		found.add("rule "+rule.ID, "it can lower the margin after step %s has checked it", st.margin)
	}
}

// bindFloors gives each margin step its rules.
func (e *Engine) bindFloors(book *FloorBook, found *faults) {
	e.floors = book
	if book == nil {
		return
	}
	for _, group := range book.Groups() {
		known := false
		for i := range e.steps {
			if st := &e.steps[i]; st.Name == group && st.Kind == StepMargin {
				st.floors, known = book.Group(group), true
				st.checkFloors(found)
			}
		}
		if !known {
			found.add(fmt.Sprintf("floors of group %q", group), "the schema has no margin step of the name")
		}
	}
}

// checkFloors reports rules of an order's floor that ask about a line.
func (st *step) checkFloors(found *faults) {
	if st.Scope != ScopeOrder {
		return
	}
	for _, rule := range st.floors.Rules() {
		parts, err := st.floors.Parts(rule.ID)
		if err != nil {
			found.add("rule "+rule.ID, "%s", err)
		}
		for _, part := range parts {
			for _, fact := range part.Facts {
				if ofLine(fact) {
					found.add("rule "+rule.ID, "%s is a fact of a line, and step %s is of order scope", fact, st.Name)
				}
			}
		}
	}
}
