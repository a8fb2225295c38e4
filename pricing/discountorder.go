package pricing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

// hit is a rule of order scope and a line that matches it.
type hit struct {
	rule *Rule
	line int // place in byID
}

// orderRules applies the rules of a step of order scope, each to the lines that
// match it.
func (c *calculation) orderRules(ctx context.Context, st *step) error {
	if err := c.collectHits(ctx, st); err != nil {
		return err
	}
	if len(c.hits) == 0 {
		c.skip(st, -1, Entry{Why: WhyNoRule})
		return nil
	}
	c.collectBids()
	if st.Kind == StepDiscount && slices.ContainsFunc(c.bids, func(a application) bool { return c.barred(&a.rule.Then) == "" }) {
		if err := c.roundForOrder(); err != nil {
			return err
		}
	}
	if st.Stacking == StackBestCombination {
		return c.bestCombination(ctx, st)
	}
	return c.stackBids(st)
}

// stackBids applies the rules in their order, as they stack.
func (c *calculation) stackBids(st *step) error {
	taken := "" // the rule without a group that keeps others without from applying
	for n := range c.bids {
		a := &c.bids[n]
		if a.rule == nil { // decided with an earlier one
			continue
		}
		stacking, grouped := c.stackingOf(st, a.rule)
		if stacking == StackBest {
			if err := c.bestBid(st, n); err != nil {
				return err
			}
			continue
		}
		if !grouped && taken != "" {
			c.skip(st, -1, Entry{Why: WhyNotFirst, Source: a.rule.ID, Detail: taken})
			continue
		}
		if err := c.bid(st, a); err != nil {
			return err
		}
		if a.entry.Why != "" {
			c.skip(st, -1, a.entry)
			continue
		}
		if err := c.apply(st, a, false); err != nil {
			return err
		}
		if !grouped && (stacking == StackFirst || stacking == StackExclusive) {
			taken = a.rule.ID
		}
	}
	return nil
}

// bestBid applies the best of the rules from the given one on that stand in its
// group, or like it in none; of equals the first.
func (c *calculation) bestBid(st *step, from int) error {
	best, group := -1, c.bids[from].rule.Then.Stack
	peer := func(n int) bool { return c.bids[n].rule != nil && c.bids[n].rule.Then.Stack == group }
	for n := from; n < len(c.bids); n++ {
		if !peer(n) {
			continue
		}
		if err := c.bid(st, &c.bids[n]); err != nil {
			return err
		}
		if c.bids[n].entry.Why != "" {
			continue
		}
		if best >= 0 {
			order, err := c.bids[n].entry.Amount.Cmp(c.bids[best].entry.Amount)
			if err != nil {
				return err
			}
			if order >= 0 {
				continue
			}
		}
		best = n
	}
	for n := from; n < len(c.bids); n++ {
		if !peer(n) {
			continue
		}
		a := &c.bids[n]
		switch {
		case n == best:
			if err := c.apply(st, a, false); err != nil {
				return err
			}
		case a.entry.Why == "":
			c.skip(st, -1, Entry{Why: WhyNotBest, Source: a.rule.ID, Detail: c.bids[best].rule.ID})
		default:
			c.skip(st, -1, a.entry)
		}
	}
	for n := from; n < len(c.bids); n++ {
		if peer(n) {
			c.bids[n].rule = nil
		}
	}
	return nil
}

// collectHits matches every line and puts the hits in the order of the rules,
// those of one rule in the order of the line ids.
func (c *calculation) collectHits(ctx context.Context, st *step) error {
	c.hits = c.hits[:0]
	for n, i := range c.byID {
		if why, detail := c.ineligible(st, i); why != "" {
			if why != WhyNoRule {
				c.skip(st, i, Entry{Why: why, Detail: detail})
			}
			continue
		}
		matched, err := c.match(ctx, st, i)
		if err != nil {
			return err
		}
		for _, rule := range matched {
			c.hits = append(c.hits, hit{rule, n})
		}
	}
	slices.SortFunc(c.hits, func(a, b hit) int {
		return cmp.Or(
			cmp.Compare(b.rule.Priority, a.rule.Priority),
			strings.Compare(a.rule.ID, b.rule.ID),
			cmp.Compare(a.line, b.line),
		)
	})
	return nil
}

// collectBids makes an application of the hits of each rule, in the order of the
// rules.
func (c *calculation) collectBids() {
	bids := c.bids[:0]
	for n, h := range c.hits {
		if n == 0 || c.hits[n-1].rule != h.rule {
			if len(bids) < cap(bids) {
				bids = bids[:len(bids)+1]
			} else {
				bids = append(bids, application{})
			}
			last := &bids[len(bids)-1]
			last.rule, last.lines = h.rule, last.lines[:0]
		}
		last := &bids[len(bids)-1]
		last.lines = append(last.lines, c.byID[h.line])
	}
	c.bids = bids
}

// eligibleSums adds up the eligible lines: what percentages are taken of, and
// the running amounts.
func (c *calculation) eligibleSums(st *step) (base, running money.Amount, err error) {
	base, running = c.zero, c.zero
	for _, i := range c.eligible {
		if base, err = base.Add(c.base(st, i)); err != nil {
			return base, running, err
		}
		if running, err = running.Add(c.lines[i].running); err != nil {
			return base, running, err
		}
	}
	return base, running, nil
}

// allPriced makes every line that has a price eligible.
func (c *calculation) allPriced() {
	c.eligible = c.eligible[:0]
	for _, i := range c.byID {
		if c.lines[i].priced {
			c.eligible = append(c.eligible, i)
		}
	}
}

// orderOverrides books what persons decided for the order in this step.
func (c *calculation) orderOverrides(ctx context.Context, st *step) error {
	given := false
	for n := range c.req.Overrides {
		o := &c.req.Overrides[n]
		if o.Step != st.Name || o.fault(ScopeOrder, c.req.Currency) != "" {
			continue
		}
		if !given {
			if err := c.roundForOrder(); err != nil {
				return err
			}
			c.allPriced()
		}
		given = true
		e := Entry{Actor: o.Actor, Reason: o.Reason, Amount: o.Amount.Neg()}
		if o.Kind == TakePercent {
			base, running, err := c.eligibleSums(st)
			if err != nil {
				return err
			}
			off, err := c.percent(st, base, running, o.Rate, c.minor)
			if err != nil {
				return err
			}
			e.Base, e.Rate, e.Amount = base, o.Rate, off.Neg()
		}
		if allowed, err := c.authorize(ctx, st, -1, n, &e); err != nil {
			return err
		} else if !allowed {
			continue
		}
		if err := c.spread(st, e); err != nil {
			return err
		}
	}
	if !given {
		c.skip(st, -1, Entry{Why: WhyNothingGiven})
	}
	return nil
}

// orderCharges books the amounts that the request brings for the order.
func (c *calculation) orderCharges(st *step) error {
	c.allPriced()
	for i := range c.lines {
		c.lines[i].before = c.lines[i].running
	}
	given := false
	for _, ch := range c.req.Charges {
		if ch.Step != st.Name || ch.fault(c.req.Currency) {
			continue
		}
		given = true
		if err := c.spread(st, Entry{Amount: ch.Amount, Source: ch.Source}); err != nil {
			return err
		}
	}
	if !given {
		c.skip(st, -1, Entry{Why: WhyNothingGiven})
	}
	return nil
}

// spread books the entry for the order and its parts in the eligible lines, by
// their running amounts. What no line can take of a reduction is not taken, and
// that is a finding.
func (c *calculation) spread(st *step, e Entry) error {
	parts, unplaced, err := c.parts(st, e.Amount)
	if err != nil {
		return err
	}
	return c.bookParts(st, e, parts, unplaced)
}

// bookParts books the entry for the order and its parts in the eligible lines.
func (c *calculation) bookParts(st *step, e Entry, parts []money.Amount, unplaced money.Amount) error {
	if err := c.placeEntry(st, &e, unplaced); err != nil {
		return err
	}
	for n, i := range c.eligible {
		part := e
		part.Amount, part.FromOrder, part.Base = parts[n], true, money.Amount{} // the base is the order's
		if part.Amount.IsZero() && !c.full {
			continue
		}
		if err := c.book(st, i, part); err != nil {
			return err
		}
	}
	return nil
}

// placeEntry books the entry for the order, less what found no line to go to.
func (c *calculation) placeEntry(st *step, e *Entry, unplaced money.Amount) error {
	var err error
	if !unplaced.IsZero() {
		if e.Amount, err = e.Amount.Sub(unplaced); err != nil {
			return err
		}
		c.found.Warn("pricing.unplaced", "",
			fmt.Sprintf("step %s: %s of %s found no line to go to", st.Name, unplaced.Abs(), e.Source),
			"lower the amount or let it apply to more lines")
	}
	e.Step, e.Kind, e.Label, e.Account, e.Statistical = st.Name, st.Kind, st.label, st.Account, st.Statistical
	e.Before, e.After = c.facts.Order.Running, c.facts.Order.Running
	if e.Counts() {
		if e.After, err = e.Before.Add(e.Amount); err != nil {
			return err
		}
		c.facts.Order.Running = e.After
	}
	c.add(e, -1)
	return nil
}

// parts spreads an amount over the eligible lines by largest remainder, ties to
// the lower id. The weights are the running amounts; for charges those before the
// step, so that no charge weighs in another. A reduction takes no more from a line
// than is left of it; additions to lines that all come to nothing are spread
// evenly.
func (c *calculation) parts(st *step, amount money.Amount) (parts []money.Amount, unplaced money.Amount, err error) {
	c.weights, c.caps = c.weights[:0], c.caps[:0]
	weighty := false
	for _, i := range c.eligible {
		left := c.notNegative(c.lines[i].running)
		limit, err := left.RoundMinor(money.Up)
		if err != nil {
			return nil, unplaced, err
		}
		weight := left
		if st.Kind == StepCharge {
			weight = c.notNegative(c.lines[i].before)
		}
		weighty = weighty || weight.Sign() > 0
		c.weights, c.caps = append(c.weights, weight), append(c.caps, limit)
	}
	if len(c.eligible) == 1 {
		return c.onePart(amount)
	}
	if amount.Sign() < 0 {
		return money.ApportionCapped(amount, c.weights, c.caps)
	}
	if !weighty {
		for n := range c.weights {
			c.weights[n] = money.FromMinor(1, c.req.Currency)
		}
	}
	if len(c.weights) == 0 {
		return nil, amount, nil
	}
	parts, err = money.Apportion(amount, c.weights)
	return parts, c.zero, err
}

func (c *calculation) notNegative(a money.Amount) money.Amount {
	if a.Sign() < 0 {
		return c.zero
	}
	return a
}

// onePart gives the whole amount to the only eligible line, as far as it can
// take it.
func (c *calculation) onePart(amount money.Amount) (parts []money.Amount, unplaced money.Amount, err error) {
	part := amount
	least := c.caps[0].Neg()
	if order, err := amount.Cmp(least); err != nil {
		return nil, unplaced, err
	} else if order < 0 {
		part = least
	}
	unplaced, err = amount.Sub(part)
	c.weights[0] = part
	return c.weights, unplaced, err
}
