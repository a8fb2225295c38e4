package pricing

import (
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/money"
)

// checkGiven finds overrides and charges that no step of the schema can book.
func (c *calculation) checkGiven() {
	c.checkScope("", ScopeOrder, c.req.Overrides, c.req.Charges)
	c.checkApprovals("", ScopeOrder, c.req.Approvals)
	for i := range c.req.Lines {
		line := &c.req.Lines[i]
		if len(line.Overrides)+len(line.Charges) > 0 {
			c.checkScope(linePath(i)+".", ScopeLine, line.Overrides, line.Charges)
		}
		if len(line.Approvals) > 0 {
			c.checkApprovals(linePath(i)+".", ScopeLine, line.Approvals)
		}
	}
}

func (c *calculation) checkScope(path string, scope Scope, overrides []Override, charges []Charge) {
	for n := range overrides {
		o := &overrides[n]
		if !c.engine.has(o.Step, StepOverride, scope) {
			c.found.Block("pricing.step-unknown", fmt.Sprintf("%soverrides[%d].step", path, n),
				fmt.Sprintf("the schema has no override step %s at %s scope", o.Step, scope), "name a step of the schema")
		}
		if reason := o.fault(scope, c.req.Currency); reason != "" {
			c.found.Block("pricing.override", fmt.Sprintf("%soverrides[%d]", path, n), reason,
				"complete the override or take it back")
		}
		if reason := o.approvalFault(c.req.Currency); reason != "" {
			c.found.Block("pricing.approval", fmt.Sprintf("%soverrides[%d].approval", path, n), reason, approvalFix)
		}
	}
	for n := range charges {
		ch := &charges[n]
		if !c.engine.has(ch.Step, StepCharge, scope) {
			c.found.Block("pricing.step-unknown", fmt.Sprintf("%scharges[%d].step", path, n),
				fmt.Sprintf("the schema has no charge step %s at %s scope", ch.Step, scope), "name a step of the schema")
		}
		if ch.fault(c.req.Currency) {
			c.found.Block("pricing.charge", fmt.Sprintf("%scharges[%d].amount", path, n),
				fmt.Sprintf("%s is no whole number of minor units of %s", ch.Amount, c.req.Currency),
				"state the charge in the currency of the request")
		}
	}
}

// has tells whether the schema has the step with this kind and scope.
func (e *Engine) has(name string, kind StepKind, scope Scope) bool {
	return slices.ContainsFunc(e.steps, func(st step) bool {
		return st.Name == name && st.Kind == kind && (st.Scope == ScopeOrder) == (scope == ScopeOrder)
	})
}

// fault says why the override cannot be booked; empty: it can.
func (o *Override) fault(scope Scope, currency money.Currency) string {
	switch {
	case o.Actor == "":
		return "an override must say who decided"
	case o.Reason == "":
		return "an override must say why"
	}
	switch o.Kind {
	case SetPrice:
		switch {
		case scope == ScopeOrder:
			return "a price belongs to a line"
		case o.Price.Amount.Currency() != currency:
			return fmt.Sprintf("the price %s is not in %s", o.Price.Amount, currency)
		case o.Price.Per < 0:
			return fmt.Sprintf("a price cannot be per %d", o.Price.Per)
		}
	case TakePercent:
		return ""
	case TakeAmount:
		if o.Amount.Currency() != currency || o.Amount.Scale() != currency.Digits() {
			return fmt.Sprintf("%s is no whole number of minor units of %s", o.Amount, currency)
		}
	default:
		return fmt.Sprintf("%q is no kind of override; price, percent or amount", o.Kind)
	}
	return ""
}

// fault tells whether the charge cannot be booked.
func (ch *Charge) fault(currency money.Currency) bool {
	return ch.Amount.Currency() != currency || ch.Amount.Scale() != currency.Digits()
}

// lineOverrides books what persons decided for the line in this step.
func (c *calculation) lineOverrides(ctx context.Context, st *step, i int) error {
	ls, given := &c.lines[i], false
	for n := range ls.Overrides {
		o := &ls.Overrides[n]
		if o.Step != st.Name || o.fault(ScopeLine, c.req.Currency) != "" {
			continue
		}
		given = true
		if o.Kind == SetPrice {
			if err := c.setPrice(ctx, st, i, n); err != nil {
				return err
			}
			continue
		}
		if !ls.priced {
			c.skip(st, i, Entry{Why: WhyNoPrice, Actor: o.Actor, Reason: o.Reason})
			continue
		}
		e := Entry{Actor: o.Actor, Reason: o.Reason, Amount: o.Amount.Neg()}
		if o.Kind == TakePercent {
			off, err := c.percent(st, c.base(st, i), ls.running, o.Rate, c.rounding(st))
			if err != nil {
				return err
			}
			if off, err = c.noShareAboveAll(st, i, o.Rate, off); err != nil {
				return err
			}
			e.Base, e.Rate, e.Amount = c.base(st, i), o.Rate, off.Neg()
		}
		if allowed, err := c.authorize(ctx, st, i, n, &e); err != nil {
			return err
		} else if !allowed {
			continue
		}
		if err := c.book(st, i, &e); err != nil {
			return err
		}
	}
	if !given {
		c.skip(st, i, Entry{Why: WhyNothingGiven})
	}
	return nil
}

// noShareAboveAll bounds a share of what is left of a line to that: the finer
// digits of an exact step may be less than the share, rounded up, comes to.
func (c *calculation) noShareAboveAll(st *step, i int, rate money.Rate, off money.Amount) (money.Amount, error) {
	if st.Base != BaseRunning || rate.Cmp(money.RateFromInt(1)) > 0 {
		return off, nil
	}
	left := c.notNegative(c.lines[i].running)
	if order, err := off.Cmp(left); err != nil || order <= 0 {
		return off, err
	}
	return left, nil
}

// setPrice makes the line cost what the person says. The entry is the difference
// from what it cost before, which stays in sight.
func (c *calculation) setPrice(ctx context.Context, st *step, i, n int) error {
	ls := &c.lines[i]
	o := &ls.Overrides[n]
	if !ls.countable() {
		return nil // a finding already
	}
	e, ok, err := c.atPrice(ls.Line, o.Price, c.rounding(st))
	if err != nil {
		return err
	}
	e.Actor, e.Reason = o.Actor, o.Reason
	if !ok {
		c.found.Block("pricing.override", linePath(i),
			fmt.Sprintf("the price per %s cannot be applied to %s", o.Price.Unit, ls.Quantity), "state the price in a unit of the item")
		e.Why = WhyNoConversion
		c.skip(st, i, e)
		return nil
	}
	value := e.Amount
	if e.Amount, err = value.Sub(ls.running); err != nil {
		return err
	}
	if allowed, err := c.authorize(ctx, st, i, n, &e); err != nil || !allowed {
		return err
	}
	if !st.Statistical {
		ls.priced, ls.list = true, value
	}
	return c.book(st, i, &e)
}

// atPrice works out what the line's quantity costs at a price that the request
// states. ok is false where the price's unit is not one of the item's.
func (c *calculation) atPrice(line *Line, p Price, r rounding) (e Entry, ok bool, err error) {
	unit := p.Unit
	if unit == 0 {
		unit = line.Quantity.Unit()
	}
	m, ok := measureIn(line.Quantity, unit, line.Units)
	if !ok {
		return Entry{}, false, nil
	}
	e = Entry{Base: p.Amount, Quantity: m.shown(line.Quantity), Per: max(p.Per, 1)}
	e.Amount, err = m.value(p.Amount, e.Per, r)
	return e, true, err
}

// lineCharges books the amounts that the request brings for the line.
func (c *calculation) lineCharges(st *step, i int) error {
	given := false
	for _, ch := range c.lines[i].Charges {
		if ch.Step != st.Name || ch.fault(c.req.Currency) {
			continue
		}
		given = true
		if err := c.book(st, i, &Entry{Amount: ch.Amount, Source: ch.Source}); err != nil {
			return err
		}
	}
	if !given {
		c.skip(st, i, Entry{Why: WhyNothingGiven})
	}
	return nil
}

// percent works out a share of the base: rounded itself, or so that what it
// leaves of the running amount is.
func (c *calculation) percent(st *step, base, running money.Amount, rate money.Rate, r rounding) (money.Amount, error) {
	if !st.RoundNet {
		return base.MulRound(rate, r.places, r.mode)
	}
	return c.share(st, base, running, &given{num: rate.Decimal(), den: decimal.NewFromInt(1)}, r)
}
