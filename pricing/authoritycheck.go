package pricing

import (
	"context"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
)

// decision is what a person decides, in the measures of authority.
type decision struct {
	step *step
	kind string
	line int // -1: the order
	// priced is false where nothing can be measured against a list.
	priced bool
	list   money.Amount
	off    money.Amount // taken off
	net    money.Amount // left
	// need is cost and accruals, where costed says that they are known.
	need   money.Amount
	costed bool
}

// verdict is whether a person has the authority.
type verdict struct {
	ok        bool
	second    bool // only together with another person
	why       string
	approvers []string
}

// authorize tells whether the override may be booked with the entry. Where it may
// not, that is recorded and found. The entry then names the approval.
func (c *calculation) authorize(ctx context.Context, st *step, line, n int, e *Entry) (bool, error) {
	o := c.override(line, n)
	approval := o.Approval
	if o.approvalFault(c.req.Currency) != "" {
		approval = nil // a finding already
	}
	if c.engine.authority == nil || st.Statistical {
		e.approve(approval)
		return true, nil
	}
	d, err := c.overrideDecision(st, line, o, e)
	if err != nil {
		return false, err
	}
	v, err := c.verdict(ctx, &d, o.Actor)
	if err != nil || v.ok && !v.second {
		return err == nil, err
	}
	if approval != nil {
		second, err := c.approves(ctx, approval, &d)
		if err != nil {
			return false, err
		}
		if second.ok {
			e.approve(approval)
			return true, nil
		}
		v = second
	}
	w := Wanted{Step: st.Name, Kind: d.kind, Short: d.off, Approvers: v.approvers, Why: v.why}
	if line >= 0 {
		w.Line = c.lines[line].ID
	}
	c.guards.wanted = append(c.guards.wanted, w)
	c.found.Block("pricing.authority", overridePath(line, n), fmt.Sprintf("%s takes %s off %s%s", o.Actor, d.off, d.list, w.wants()),
		"ask for approval, or take less off")
	e.Why, e.Detail = WhyNoAuthority, v.why
	c.note(st, line, *e)
	return false, nil
}

// override returns the n-th override of the line, or of the order.
func (c *calculation) override(line, n int) *Override {
	if line < 0 {
		return &c.req.Overrides[n]
	}
	return &c.lines[line].Overrides[n]
}

func overridePath(line, n int) string {
	if line < 0 {
		return fmt.Sprintf("overrides[%d]", n)
	}
	return fmt.Sprintf("%s.overrides[%d]", linePath(line), n)
}

// approve puts the approval into the entry: a copy, for the result keeps nothing
// of the request.
func (e *Entry) approve(a *Approval) {
	if a != nil {
		given := *a
		e.Approval = &given
	}
}

// overrideDecision measures what the override does once it stands.
func (c *calculation) overrideDecision(st *step, line int, o *Override, e *Entry) (decision, error) {
	d := decision{step: st, kind: string(o.Kind), line: line, priced: true, list: c.zero, off: c.zero, net: c.zero, need: c.zero, costed: true}
	if err := c.totalRunning(); err != nil { // at line scope nothing before it has
		return d, err
	}
	for i := range c.lines {
		if line >= 0 && line != i || line < 0 && !c.lines[i].priced {
			continue
		}
		if err := d.add(&c.lines[i]); err != nil {
			return d, err
		}
	}
	var err error
	if d.off, err = d.off.Sub(e.Amount); err != nil {
		return d, err
	}
	d.net, err = d.net.Add(e.Amount)
	return d, err
}

// add counts a line in.
func (d *decision) add(ls *lineState) error {
	d.priced = d.priced && ls.record != ""
	d.costed = d.costed && ls.costed
	var err error
	sum := func(to *money.Amount, a money.Amount) {
		if err == nil {
			*to, err = to.Add(a)
		}
	}
	sum(&d.list, ls.standard)
	sum(&d.off, ls.manual)
	sum(&d.net, ls.running)
	sum(&d.need, ls.cost)
	sum(&d.need, ls.accrued)
	return err
}

// verdict asks the authority rules about a person. Without rules any named person
// has the authority. The empty actor asks who could have it.
func (c *calculation) verdict(ctx context.Context, d *decision, actor string) (verdict, error) {
	g := &c.guards
	if c.engine.authority == nil {
		return verdict{ok: true}, nil
	}
	if err := c.authorityFacts(d, actor); err != nil {
		return verdict{}, err
	}
	var err error
	g.permits, err = c.engine.authority.Match(ctx, &g.facts, c.req.At, g.permits[:0])
	if err != nil {
		if err := c.reportSkipped(d.line, err); err != nil {
			return verdict{}, err
		}
		return verdict{why: "a rule of authority could not be evaluated"}, nil
	}
	second := -1 // the rule that would do together with a second person
	for n, rule := range g.permits {
		if rule.Priority != g.permits[0].Priority {
			g.permits = g.permits[:n]
			break
		}
		within, err := rule.Then.admits(d)
		if err != nil {
			return verdict{}, err
		}
		if within && !rule.Then.Second {
			return verdict{ok: true}, nil
		}
		if within {
			second = n
		}
	}
	return g.refusal(actor, second), nil
}

// refusal says why the rules in permits do not give the person the authority, and
// who may.
func (g *guards) refusal(actor string, second int) verdict {
	v := verdict{ok: second >= 0, second: second >= 0}
	switch {
	case second >= 0:
		v.why = fmt.Sprintf("rule %s asks for a second person", g.permits[second].ID)
	case len(g.permits) > 0:
		first := g.permits[0]
		v.why = fmt.Sprintf("the authority of %s by rule %s ends at %s", actor, first.ID, first.Then.text())
	default:
		v.why = actor + " has no authority here"
	}
	for _, rule := range g.permits {
		if role := rule.Then.Approver; role != "" && !slices.Contains(v.approvers, role) {
			v.approvers = append(v.approvers, role)
		}
	}
	return v
}

// authorityFacts fills in the facts of a decision and a person.
func (c *calculation) authorityFacts(d *decision, actor string) error {
	f := &c.guards.facts
	*f = AuthorityFacts{
		Customer: c.facts.Customer, Order: c.facts.Order, Kind: d.kind, Step: d.step.Name, Scope: string(ScopeOrder),
		Actor: actor, Roles: c.req.Roles[actor], Priced: d.priced, List: d.list, Off: d.off, Net: d.net,
	}
	if d.line >= 0 {
		ls := &c.lines[d.line]
		f.Scope, f.Item, f.Category, f.Tags = string(ScopeLine), ls.Item, ls.Category, ls.Tags
	}
	var err error
	switch {
	case d.list.Sign() > 0:
		f.Share, err = ratio(d.off, d.list, true)
	case d.off.Sign() > 0:
		f.Share = money.RateFromInt(1)
	}
	if err != nil || !d.costed || d.net.Sign() <= 0 {
		return err
	}
	profit, err := d.net.Sub(d.need)
	if err != nil {
		return err
	}
	margin, err := ratio(profit, d.net, false)
	f.Margin = &margin // not used again: a listener of the rules may keep the facts
	return err
}

// admits tells whether the decision is within the authority.
func (a Authority) admits(d *decision) (bool, error) {
	if !d.priced && a.Share.Cmp(money.RateFromInt(1)) < 0 {
		return false, nil
	}
	if d.off.Sign() > 0 {
		bounds := Tolerance{Percent: a.Share, Amounts: a.Amounts}
		if within, err := bounds.admits(d.off, d.list); err != nil || !within {
			return false, err
		}
	} else if d.priced {
		return true, nil // nothing is given away
	}
	if a.Margin == nil {
		return true, nil
	}
	if !d.costed {
		return false, nil
	}
	return leaves(d.net, d.need, *a.Margin)
}

// leaves tells, exactly, whether the share of the net that is left after what it
// has to cover is at least the margin: net x (1 - margin) >= need.
func leaves(net, need money.Amount, margin money.Rate) (bool, error) {
	rest, err := margin.OneMinus()
	if err != nil {
		return false, err
	}
	mode := money.Down
	if net.Sign() < 0 {
		mode = money.Up
	}
	// Rounded down to no fewer places than need has, the product is not below it
	// in the same cases as the exact one.
	covered, err := net.MulRound(rest, max(net.Scale(), need.Scale()), mode)
	if err != nil {
		return false, err
	}
	order, err := covered.Cmp(need)
	return order >= 0, err
}

// shareDigits are the places of the shares that rules see and persons read.
const shareDigits = 6

// ratio returns part / whole, for a whole above zero, rounded to the next place
// above or below.
func ratio(part, whole money.Amount, above bool) (money.Rate, error) {
	mode := money.Down
	if above == (part.Sign() > 0) {
		mode = money.Up
	}
	p := exact.NewProduct(exact.Dec{Coef: part.Coefficient(), Scale: uint8(part.Scale())})
	q, ok := p.Quo(exact.Dec{Coef: whole.Coefficient(), Scale: uint8(whole.Scale())}, shareDigits, mode)
	if !ok {
		return money.Rate{}, money.ErrRange
	}
	if q.Scale != shareDigits {
		return money.RateFromDecimal(q.Decimal())
	}
	place, err := money.ParseRate("0.000001") // shareDigits; without the big integers of a decimal
	if err != nil {
		return money.Rate{}, err
	}
	return money.RateFromInt(q.Coef).Mul(place)
}
