package pricing

import (
	"context"
	"errors"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

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
	if st.Stacking == StackBest {
		return c.bestOfLine(st, i, matched)
	}
	taken := "" // the rule that keeps those after it from applying
	for _, rule := range matched {
		if taken != "" {
			c.skip(st, i, Entry{Why: WhyNotFirst, Source: rule.ID, Detail: taken})
			continue
		}
		e, err := c.effect(st, i, rule)
		if err != nil {
			return err
		}
		if e.Why != "" {
			c.skip(st, i, e)
			continue
		}
		if err := c.book(st, i, e); err != nil {
			return err
		}
		if st.Stacking == StackFirst || st.Stacking == StackExclusive {
			taken = rule.ID
		}
		c.close(st, i, rule.ID)
	}
	return nil
}

// bestOfLine applies the rule that leaves the customer the least to pay; of
// equals the first.
func (c *calculation) bestOfLine(st *step, i int, matched []*Rule) error {
	best := -1
	c.offers = c.offers[:0]
	for n, rule := range matched {
		e, err := c.effect(st, i, rule)
		if err != nil {
			return err
		}
		c.offers = append(c.offers, e)
		if e.Why != "" {
			continue
		}
		if best >= 0 {
			order, err := e.Amount.Cmp(c.offers[best].Amount)
			if err != nil {
				return err
			}
			if order >= 0 {
				continue
			}
		}
		best = n
	}
	for n, e := range c.offers {
		if n == best {
			if err := c.book(st, i, e); err != nil {
				return err
			}
			continue
		}
		if e.Why == "" {
			e.Why, e.Detail = WhyNotBest, matched[best].ID
		}
		c.skip(st, i, e)
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

// close keeps later discounts from a line that an exclusive rule has touched.
func (c *calculation) close(st *step, i int, rule string) {
	if st.Stacking == StackExclusive && st.Kind == StepDiscount && !st.Statistical {
		c.lines[i].closed = rule
	}
}

// match returns the rules of the step that hold for the line, in their order.
func (c *calculation) match(ctx context.Context, st *step, i int) ([]*Rule, error) {
	ls := &c.lines[i]
	c.facts.Item, c.facts.Category, c.facts.Tags = ls.Item, ls.Category, ls.Tags
	c.facts.Quantity, c.facts.Record = ls.base(), ls.record
	if unit := ls.Quantity.Unit(); c.facts.Unit == "" || unit != c.unit {
		c.unit, c.facts.Unit = unit, unit.String()
	}
	c.facts.List, c.facts.Running = ls.list, ls.running
	var err error
	c.matches, err = st.rules.Match(ctx, &c.facts, c.at(i), c.matches[:0])
	if err != nil {
		err = c.reportSkipped(i, err)
	}
	return c.matches, err
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
		c.found.Warn("pricing.rule-skipped", linePath(i), failure.Error(), "mend the rule")
	}
	return nil
}

// effect works out what a rule does to the line now.
func (c *calculation) effect(st *step, i int, rule *Rule) (Entry, error) {
	ls, d := &c.lines[i], &rule.Then
	e := Entry{Source: rule.ID}
	e.Why = c.barred(d, ls.running)
	if e.Why != "" {
		return e, nil
	}
	r := c.rounding(st)
	var err error
	switch d.Kind {
	case Percent:
		e.Base, e.Rate = c.base(st, i), d.Rate
		e.Amount, err = c.percent(st, e.Base, ls.running, d.Rate, r)
	case AmountPerUnit:
		var ok bool
		if e, ok, err = c.atPrice(ls.Line, Price{d.Amount, d.Per, d.Unit}, r); err == nil && !ok {
			e.Why = WhyNoConversion
		}
		e.Source = rule.ID
	default:
		e.Amount, err = d.Amount.Round(r.places, r.mode)
	}
	if err != nil {
		return Entry{}, err
	}
	e.Amount = st.signed(e.Amount)
	return e, nil
}

// barred tells why the discount cannot apply to what it would work on, which has
// come to running.
func (c *calculation) barred(d *Discount, running money.Amount) Why {
	if d.Kind != Percent && d.Amount.Currency() != c.req.Currency {
		return WhyOtherCurrency
	}
	if d.Minimum.Currency() == 0 {
		return ""
	}
	order, err := running.Cmp(d.Minimum)
	switch {
	case err != nil: // amounts of two currencies cannot be compared
		return WhyOtherCurrency
	case order < 0:
		return WhyBelowMinimum
	}
	return ""
}

// signed gives an amount of the step its sign.
func (st *step) signed(a money.Amount) money.Amount {
	if st.Kind == StepDiscount {
		return a.Neg()
	}
	return a
}
