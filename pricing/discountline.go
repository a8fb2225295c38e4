package pricing

import (
	"context"
	"errors"
	"slices"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// offer is what a rule would do to a line.
type offer struct {
	Entry
	claim
	free quantity.Quantity // free goods
}

// claim is the units of a line that a rule takes for itself, in the item's base
// unit, and what those units come to once it has applied.
type claim struct {
	units quantity.Quantity
	value money.Amount
}

// lineRules applies the rules of a discount or surcharge step to one line.
func (c *calculation) lineRules(ctx context.Context, st *step, i int) error {
	if why, detail := c.ineligible(st, i); why != "" {
		c.skip(st, i, Entry{Why: why, Detail: detail})
		return nil
	}
	matched, err := c.match(ctx, st, i)
	if err != nil {
		return err
	}
	if len(matched) == 0 {
		c.skip(st, i, Entry{Why: WhyNoRule})
		return nil
	}
	if st.grouped {
		return c.lineGroups(st, i, matched)
	}
	if st.Stacking == StackBest {
		return c.bestOfLine(st, i, matched)
	}
	taken := "" // the rule that keeps those after it from applying
	var o offer
	for _, rule := range matched {
		if taken != "" {
			c.skip(st, i, Entry{Why: WhyNotFirst, Source: rule.ID, Detail: taken})
			continue
		}
		applied, err := c.applyToLine(st, i, rule, &o)
		if err != nil {
			return err
		}
		if applied && (st.Stacking == StackFirst || st.Stacking == StackExclusive) {
			taken = rule.ID
		}
	}
	return nil
}

// applyToLine applies the rule to the line if it can, and tells whether it did. The
// offer is memory to work in.
func (c *calculation) applyToLine(st *step, i int, rule *Rule, o *offer) (bool, error) {
	if err := c.offer(st, i, rule, o); err != nil {
		return false, err
	}
	if o.Why != "" {
		c.skip(st, i, o.Entry)
		return false, nil
	}
	return true, c.take(st, i, rule, o)
}

// bestOfLine applies the rule that leaves the customer the least to pay; of
// equals the first.
func (c *calculation) bestOfLine(st *step, i int, matched []*Rule) error {
	if len(matched) == 1 { // nothing competes
		var o offer
		_, err := c.applyToLine(st, i, matched[0], &o)
		return err
	}
	best := -1
	c.offers = c.offers[:0]
	for n, rule := range matched {
		c.offers = slices.Grow(c.offers, 1)[:n+1]
		o := &c.offers[n]
		if err := c.offer(st, i, rule, o); err != nil {
			return err
		}
		if o.Why != "" {
			continue
		}
		if best >= 0 {
			order, err := o.Amount.Cmp(c.offers[best].Amount)
			if err != nil {
				return err
			}
			if order >= 0 {
				continue
			}
		}
		best = n
	}
	for n := range c.offers {
		o := &c.offers[n]
		if n == best {
			if err := c.take(st, i, matched[n], o); err != nil {
				return err
			}
			continue
		}
		if o.Why == "" {
			o.Why, o.Detail = WhyNotBest, matched[best].ID
		}
		c.skip(st, i, o.Entry)
	}
	return nil
}

// ineligible tells why no rule of the step may touch the line; empty: one may.
func (c *calculation) ineligible(st *step, i int) (why Why, detail string) {
	ls := &c.lines[i]
	switch {
	case !ls.priced:
		return WhyNoPrice, ""
	case st.rules == nil:
		return WhyNoRule, ""
	case st.Kind == StepDiscount && ls.closed != "":
		return WhyClosed, ls.closed
	}
	return "", ""
}

// match returns the rules of the step that hold for the line, in their order.
func (c *calculation) match(ctx context.Context, st *step, i int) ([]*Rule, error) {
	if c.matched == st && c.lines[i].At.IsZero() {
		return c.matches, nil
	}
	c.matched = nil
	c.lineFacts(i)
	var err error
	c.matches, err = st.rules.Match(ctx, &c.facts, c.at(i), c.matches[:0])
	if err != nil {
		return c.matches, c.reportSkipped(i, err)
	}
	if st.alike && c.lines[i].At.IsZero() {
		c.matched = st
	}
	return c.matches, nil
}

// lineFacts fills in the facts of the line.
func (c *calculation) lineFacts(i int) {
	ls := &c.lines[i]
	c.facts.Item, c.facts.Category, c.facts.Tags = ls.Item, ls.Category, ls.Tags
	c.facts.Quantity, c.facts.Record = ls.base(), ls.record
	if unit := ls.Quantity.Unit(); c.facts.Unit == "" || unit != c.unit {
		c.unit, c.facts.Unit = unit, unit.String()
	}
	c.facts.Price, c.facts.List, c.facts.Running = ls.price.Amount, ls.list, ls.running
}

// base is the line's quantity in the item's base unit, where it has an exact value
// in it.
func (l *Line) base() quantity.Quantity {
	unit := l.Units.Base()
	if unit == 0 || unit == l.Quantity.Unit() {
		return l.Quantity
	}
	if base, err := l.Units.Convert(l.Quantity, unit); err == nil {
		return base
	}
	return l.Quantity
}

// reportSkipped makes findings of rules that failed, where the host compiled
// them so that these are left out; other errors it returns.
func (c *calculation) reportSkipped(i int, err error) error {
	var skipped *rules.SkippedError
	if !errors.As(err, &skipped) {
		return err
	}
	for _, failure := range skipped.Errors {
		c.found.Warn("pricing.rule-skipped", placePath(i), failure.Error(), "mend the rule")
	}
	return nil
}

// offer works out what a rule would do to the line now.
func (c *calculation) offer(st *step, i int, rule *Rule, o *offer) error {
	ls, d := &c.lines[i], &rule.Then
	*o = offer{Entry: Entry{Source: rule.ID}}
	if o.Why = c.barred(d); o.Why == "" {
		o.Why, o.Detail = c.barredByGroup(rule, i)
	}
	if o.Why == "" {
		o.Why = c.tooLittle(d, ls.running, []int{i})
	}
	if o.Why != "" {
		return nil
	}
	if err := c.lineEffect(st, i, d, o); err != nil || o.Why != "" {
		return err
	}
	var err error
	worked := o.Amount
	if o.Amount, err = d.capped(o.Amount, c.rounding(st)); err != nil {
		return err
	}
	if !c.engine.schema.AllowNegative {
		if o.Amount, err = c.noMoreThanLeft(st, i, o.Amount); err != nil {
			return err
		}
	}
	if !o.units.IsZero() && o.Amount != worked {
		if o.claim, err = c.claim(st, i, o.units, o.Amount); err != nil {
			return err
		}
	}
	o.Amount = st.signed(o.Amount)
	return nil
}

// lineEffect works out what the discount takes off the line.
func (c *calculation) lineEffect(st *step, i int, d *Discount, o *offer) error {
	r := c.rounding(st)
	if d.Units.Unit() != 0 {
		return c.unitsOfLine(st, i, d, r, o)
	}
	switch d.Kind {
	case Percent:
		return c.percentEffect(st, i, d.Rate, r, &o.Entry)
	case AmountPerUnit, FixedPrice:
		return c.pricedEffect(i, d, r, &o.Entry)
	case Tiered:
		t, err := c.tier(d, c.lines[i].running, []int{i})
		switch {
		case err != nil:
			return err
		case t == nil:
			o.Why = WhyBelowMinimum
			return nil
		case t.Amount.Currency() == 0:
			return c.percentEffect(st, i, t.Rate, r, &o.Entry)
		}
		o.Amount, err = t.Amount.Round(r.places, r.mode)
		return err
	case FreeGoods:
		return c.goodsEffect(st, i, d.Goods, r, o)
	default:
		var err error
		o.Amount, err = d.Amount.Round(r.places, r.mode)
		return err
	}
}

func (c *calculation) percentEffect(st *step, i int, rate money.Rate, r rounding, e *Entry) (err error) {
	e.Base, e.Rate = c.base(st, i), rate
	e.Amount, err = c.percent(st, e.Base, c.lines[i].running, rate, r)
	return err
}

// pricedEffect takes an amount for each unit off the line, or what it costs more
// than at a fixed price.
func (c *calculation) pricedEffect(i int, d *Discount, r rounding, e *Entry) error {
	at, ok, err := c.atPrice(c.lines[i].Line, Price{d.Amount, d.Per, d.Unit}, r)
	if err != nil {
		return err
	}
	if !ok {
		e.Why = WhyNoConversion
		return nil
	}
	e.Base, e.Quantity, e.Per, e.Amount = at.Base, at.Quantity, at.Per, at.Amount
	if d.Kind != FixedPrice {
		return nil
	}
	if e.Amount, err = c.lines[i].running.Sub(at.Amount); err != nil {
		return err
	}
	if e.Amount.Sign() <= 0 {
		e.Why = WhyNotLower
	}
	return nil
}

// take books what a rule offers for a line.
func (c *calculation) take(st *step, i int, rule *Rule, o *offer) error {
	if !o.units.IsZero() {
		if err := c.record(st, i, &o.Entry); err != nil {
			return err
		}
		if err := c.claimUnits(i, o.claim); err != nil {
			return err
		}
	} else if err := c.book(st, i, &o.Entry); err != nil {
		return err
	}
	if !o.free.IsZero() {
		c.giveGoods(rule, c.lines[i].Line, o.free)
	}
	c.joinGroup(st, i, rule)
	if o.Amount.IsZero() && o.free.IsZero() {
		return nil // a coupon or budget is not used up by nothing
	}
	return c.use(rule, 1, o.Amount)
}

// signed gives an amount of the step its sign.
func (st *step) signed(a money.Amount) money.Amount {
	if st.Kind == StepDiscount {
		return a.Neg()
	}
	return a
}

// dec returns the number of a quantity.
func dec(q quantity.Quantity) exact.Dec {
	return exact.Dec{Coef: q.Coefficient(), Scale: uint8(q.Scale())}
}
