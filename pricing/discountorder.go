package pricing

import (
	"cmp"
	"context"
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
	if err := c.roundForGross(st); err != nil {
		return err
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
// group, or like it in none; of equals the first. Where the group goes by line,
// lines that it leaves alone can have the next best.
func (c *calculation) bestBid(st *step, from int) error {
	group := c.bids[from].rule.Then.Stack
	byLine := group != "" && c.engine.schema.Groups[c.engine.schema.group(group)].Scope != ScopeOrder
	peer := func(n int) bool { return c.bids[n].rule != nil && c.bids[n].rule.Then.Stack == group }
	winner := ""
	for again := true; again; {
		best, err := c.bestPeer(st, from, peer)
		if err != nil {
			return err
		}
		if again = best >= 0 && byLine; best < 0 {
			break
		}
		winner = c.bids[best].rule.ID
		if err := c.apply(st, &c.bids[best], false); err != nil {
			return err
		}
		c.bids[best].rule = nil
	}
	for n := from; n < len(c.bids); n++ {
		if !peer(n) {
			continue
		}
		a := &c.bids[n]
		if a.entry.Why == "" {
			a.entry = Entry{Why: WhyNotBest, Source: a.rule.ID, Detail: winner}
		}
		c.skip(st, -1, a.entry)
		a.rule = nil
	}
	return nil
}

// bestPeer works out what the peers from the given one on would do, and returns
// the one that leaves the customer the least to pay; -1: none applies.
func (c *calculation) bestPeer(st *step, from int, peer func(n int) bool) (int, error) {
	best, least := -1, c.zero
	for n := from; n < len(c.bids); n++ {
		if !peer(n) {
			continue
		}
		a := &c.bids[n]
		if err := c.bid(st, a); err != nil {
			return best, err
		}
		if a.entry.Why != "" {
			continue
		}
		change, err := a.entry.Amount.Sub(a.unplaced)
		if err != nil {
			return best, err
		}
		if best >= 0 {
			if order, err := change.Cmp(least); err != nil {
				return best, err
			} else if order >= 0 {
				continue
			}
		}
		best, least = n, change
	}
	return best, nil
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
