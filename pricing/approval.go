package pricing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
)

// Approval is the word of a second person: for an override that is beyond the
// authority of who decided ([Override.Approval]), or for what a guard holds, in
// the approvals of the line, or of the request for guards of order scope.
type Approval struct {
	// Step names the guard, a [StepMargin] or [StepCustomerPrice] step. In an
	// override it is left out.
	Step string `json:"step,omitempty"`
	// Actor is who approved, Reason why, and At when. All three must be stated.
	Actor  string    `json:"actor"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	// UpTo is how much was approved: by how much the line, or the order, may fall
	// short of what the guard asks for, as [Wanted.Short] said it. When the order
	// changes and falls shorter than that, the approval no longer covers it. For an
	// override, what all overrides together may take off. Zero without a currency:
	// whatever it comes to.
	UpTo money.Amount `json:"up_to,omitzero"`
	// Accept is what a person decided on a customer's stated price:
	// [AcceptTheirs], which empty means too, or [AcceptOurs], which gives nothing
	// away and needs no authority.
	Accept Outcome `json:"accept,omitempty"`
}

// Wanted is an approval that is lacking: an [Approval] with this step, of this
// line or of the request, lets the order go on. A rejected margin is not among
// them: nobody can approve it.
type Wanted struct {
	// Line is the line's id; empty: the order.
	Line string `json:"line,omitempty"`
	Step string `json:"step"`
	// Kind is that of the decision, as in [AuthorityFacts].
	Kind string `json:"kind"`
	// Short is by how much the line, or the order, falls short: of its margin
	// floor's net, or of our price; for an override, what persons have taken off.
	Short money.Amount `json:"short"`
	// Approvers are the roles that may approve it, as the authority rules name
	// them. Empty: the rules name none, or there are no rules and any named person
	// may.
	Approvers []string `json:"approvers,omitempty"`
	// Why says what kept an approval that was given from being enough.
	Why string `json:"why,omitempty"`
}

const approvalFix = "complete the approval, or ask another person for it"

// fault says why the approval is none; empty: it is one.
func (a *Approval) fault(currency money.Currency) string {
	switch {
	case a.Actor == "":
		return "an approval must say who approved"
	case a.Reason == "":
		return "an approval must say why"
	case a.At.IsZero():
		return "an approval must say when"
	case a.UpTo.Sign() < 0:
		return fmt.Sprintf("an approval up to %s approves nothing", a.UpTo)
	case a.UpTo.Currency() != 0 && a.UpTo.Currency() != currency:
		return fmt.Sprintf("it goes up to %s, which is not in %s", a.UpTo, currency)
	}
	switch a.Accept {
	case "", AcceptOurs, AcceptTheirs:
		return ""
	default:
		return fmt.Sprintf("an approval cannot accept %q; accept-ours or accept-theirs", a.Accept)
	}
}

// approvalFault says why the approval of the override is none.
func (o *Override) approvalFault(currency money.Currency) string {
	a := o.Approval
	switch {
	case a == nil:
		return ""
	case a.Actor != "" && a.Actor == o.Actor:
		return fmt.Sprintf("%s cannot approve their own decision", a.Actor)
	case a.Step != "" && a.Step != o.Step:
		return fmt.Sprintf("it is for step %s, the override for %s", a.Step, o.Step)
	case a.Accept != "":
		return "an override accepts no stated price"
	}
	return a.fault(currency)
}

// checkApprovals finds approvals that are incomplete or of no guard.
func (c *calculation) checkApprovals(path string, scope Scope, given []Approval) {
	for n := range given {
		a := &given[n]
		at := fmt.Sprintf("%sapprovals[%d]", path, n)
		if !c.engine.has(a.Step, StepMargin, scope) && !c.engine.has(a.Step, StepCustomerPrice, scope) {
			c.found.Block("pricing.step-unknown", at+".step",
				fmt.Sprintf("the schema has no margin or customer-price step %s at %s scope", a.Step, scope), "name a step of the schema")
		}
		if reason := a.fault(c.req.Currency); reason != "" {
			c.found.Block("pricing.approval", at, reason, approvalFix)
		}
	}
}

// approved looks among the approvals of the guard for one that covers the
// decision. Where none does, it notes that one is wanted and returns nil.
func (c *calculation) approved(ctx context.Context, d *decision) (*Approval, error) {
	given, w := c.req.Approvals, Wanted{Step: d.step.Name, Kind: d.kind, Short: d.off}
	if d.line >= 0 {
		given, w.Line = c.lines[d.line].Approvals, c.lines[d.line].ID
	}
	for n := range given {
		a := &given[n]
		if a.Step != d.step.Name || a.fault(c.req.Currency) != "" {
			continue
		}
		if a.Accept == AcceptOurs && d.step.Kind == StepCustomerPrice {
			return a, nil
		}
		v, err := c.covers(ctx, a, d)
		if err != nil || v.ok {
			return a, err
		}
		w.Why, w.Approvers = v.why, v.approvers
	}
	if w.Why == "" {
		v, err := c.verdict(ctx, d, "") // who may, if nobody has
		if err != nil {
			return nil, err
		}
		w.Approvers = v.approvers
	}
	c.guards.wanted = append(c.guards.wanted, w)
	return nil, nil
}

// covers tells whether the approval of a guard is enough for the decision.
func (c *calculation) covers(ctx context.Context, a *Approval, d *decision) (verdict, error) {
	if c.reduced(d.line, a.Actor) {
		return verdict{why: fmt.Sprintf("%s gave a reduction here and cannot approve what it led to", a.Actor)}, nil
	}
	return c.approves(ctx, a, d)
}

// approves tells whether the approval goes far enough and its actor has the
// authority.
func (c *calculation) approves(ctx context.Context, a *Approval, d *decision) (verdict, error) {
	if a.UpTo.Currency() != 0 {
		order, err := d.off.Cmp(a.UpTo)
		if err != nil {
			return verdict{}, err
		}
		if order > 0 {
			return verdict{why: fmt.Sprintf("%s approved up to %s only", a.Actor, a.UpTo)}, nil
		}
	}
	return c.verdict(ctx, d, a.Actor)
}

// reduced tells whether the person decided on an override that the line, or the
// order, has.
func (c *calculation) reduced(line int, actor string) bool {
	theirs := func(o Override) bool { return o.Actor == actor }
	if slices.ContainsFunc(c.req.Overrides, theirs) {
		return true
	}
	for i := range c.lines {
		if (line < 0 || line == i) && slices.ContainsFunc(c.lines[i].Overrides, theirs) {
			return true
		}
	}
	return false
}

// wants says for a message who may approve.
func (w *Wanted) wants() string {
	text := ""
	if w.Why != "" {
		text = "; " + w.Why
	}
	if len(w.Approvers) > 0 {
		text += "; " + sentence(w.Approvers) + " may approve it"
	}
	return text
}
