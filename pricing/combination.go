package pricing

import (
	"context"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// combination searches for the rules of a step that together take the most off
// the order. Rules that share no line, no unit and no group cannot hinder each
// other, so each cluster of rules that can is searched by itself: depth first,
// with a rule and then without it, left early where what the remaining rules
// could take at most would not reach the best found. What a rule takes is worked
// out as it would be booked, in the order of the rules; so the best combination
// found is what the step comes to.
type combination struct {
	cluster []int // for each bid the first bid of its cluster
	members []int
	most    []money.Amount // what each member could take at most
	rest    []money.Amount // what the members from here on could take at most
	chosen  []bool
	best    []bool
	sum     money.Amount // taken by the chosen
	record  money.Amount // taken by the best
	nodes   int
	undo    []undone
	wins    []bool // for each bid
}

// maxNodes bounds the steps of one search: every combination of 16 rules and
// more.
const maxNodes = 1 << 18

// undone is what a line was before a rule was tried.
type undone struct {
	line             int
	running, usedFor money.Amount
	used             quantity.Quantity
	closed           string
}

func (s *combination) clear() { clear(s.undo[:cap(s.undo)]) }

// bestCombination applies the rules that together leave the customer the least to
// pay.
func (c *calculation) bestCombination(ctx context.Context, st *step) error {
	s := &c.combined
	c.findClusters(st)
	s.wins = append(s.wins[:0], make([]bool, len(c.bids))...)
	for n := range c.bids {
		if s.cluster[n] != n {
			continue
		}
		s.members = s.members[:0]
		for m := n; m < len(c.bids); m++ {
			if s.cluster[m] == n {
				s.members = append(s.members, m)
			}
		}
		if err := c.searchCluster(ctx, st); err != nil {
			return err
		}
	}
	return c.applyWinners(st)
}

// applyWinners books the rules that were chosen, and why the others were not.
func (c *calculation) applyWinners(st *step) error {
	for n := range c.bids {
		a := &c.bids[n]
		if c.combined.wins[n] {
			if err := c.bid(st, a); err != nil {
				return err
			}
			if a.entry.Why == "" {
				if err := c.apply(st, a, false); err != nil {
					return err
				}
				continue
			}
		}
		if !c.full {
			continue
		}
		if err := c.bid(st, a); err != nil {
			return err
		}
		if a.entry.Why == "" {
			a.entry.Why = WhyNotBest
		}
		c.skip(st, -1, Entry{Why: a.entry.Why, Source: a.rule.ID, Detail: a.entry.Detail})
	}
	return nil
}

// findClusters joins the rules that share a line, or a group that restricts them
// over the whole order.
func (c *calculation) findClusters(st *step) {
	s := &c.combined
	s.cluster = s.cluster[:0]
	for n := range c.bids {
		s.cluster = append(s.cluster, n)
	}
	owner := make([]int, len(c.lines))
	for i := range owner {
		owner[i] = -1
	}
	for n := range c.bids {
		for _, i := range c.touched(st, &c.bids[n]) {
			if owner[i] >= 0 {
				s.join(owner[i], n)
			}
			owner[i] = n
		}
		for m := range n {
			if c.restrict(&c.bids[m].rule.Then, &c.bids[n].rule.Then) {
				s.join(m, n)
			}
		}
	}
	for n := range s.cluster {
		s.cluster[n] = s.root(n)
	}
}

// touched returns the lines that the rule could change or count.
func (c *calculation) touched(st *step, a *application) []int {
	d := &a.rule.Then
	if d.Get == nil || !d.Get.Selects() {
		return a.lines
	}
	lines := append([]int(nil), a.lines...)
	for i := range c.lines {
		if d.Get.admits(c.lines[i].Line) && c.rewardable(st, d, i) {
			lines = append(lines, i)
		}
	}
	return lines
}

// restrict tells whether the groups of two rules can keep one of them out,
// whatever lines they work on.
func (c *calculation) restrict(d, e *Discount) bool {
	if d.Stack == "" || e.Stack == "" {
		return false
	}
	schema := c.engine.schema
	x, y := schema.group(d.Stack), schema.group(e.Stack)
	whole := schema.Groups[x].Scope == ScopeOrder || schema.Groups[y].Scope == ScopeOrder
	return whole && (x == y || c.engine.excludes[x].has(y))
}

func (s *combination) root(n int) int {
	for s.cluster[n] != n {
		n = s.cluster[n]
	}
	return n
}

// join makes one cluster of those of two rules, named after the first rule.
func (s *combination) join(a, b int) {
	x, y := s.root(a), s.root(b)
	s.cluster[max(x, y)] = min(x, y)
}

// searchCluster finds the best combination of the members.
func (c *calculation) searchCluster(ctx context.Context, st *step) error {
	s := &c.combined
	n := len(s.members)
	if n == 1 { // nothing competes: it applies if it can
		a := &c.bids[s.members[0]]
		if err := c.bid(st, a); err != nil {
			return err
		}
		s.wins[s.members[0]] = a.entry.Why == ""
		return nil
	}
	if err := c.boundMembers(st); err != nil {
		return err
	}
	s.chosen = append(s.chosen[:0], make([]bool, n)...)
	s.best = append(s.best[:0], make([]bool, n)...)
	s.sum, s.record, s.nodes = c.zero, money.FromMinor(-1, c.req.Currency), 0
	if err := c.try(ctx, st, 0); err != nil {
		return err
	}
	for m, won := range s.best {
		s.wins[s.members[m]] = won
	}
	if s.nodes <= maxNodes {
		return nil
	}
	gap, err := s.rest[0].Sub(s.record)
	if err == nil {
		c.found.Info("pricing.combination", "", fmt.Sprintf(
			"step %s: %d rules compete; the combination found takes %s, no other takes %s more than that", st.Name, n, s.record, gap),
			"let fewer rules compete: by conditions, groups or priorities")
	}
	return err
}

// boundMembers works out what each member could take at most, whatever else
// applies, and what it and all members after it could.
func (c *calculation) boundMembers(st *step) error {
	s := &c.combined
	s.most = s.most[:0]
	for _, m := range s.members {
		most, err := c.most(st, &c.bids[m])
		if err != nil {
			return err
		}
		s.most = append(s.most, most)
	}
	n := len(s.members)
	s.rest = append(s.rest[:0], make([]money.Amount, n+1)...)
	s.rest[n] = c.zero
	single := make(map[string]money.Amount) // what one rule of a group with one winner could take
	for m := n - 1; m >= 0; m-- {
		more := s.most[m]
		if name := c.bids[s.members[m]].rule.Then.Stack; c.oneWins(name) {
			before := single[name]
			if order, err := more.Cmp(before); err != nil || order <= 0 {
				more = c.zero
			} else {
				single[name] = more
				more, err = more.Sub(before)
				if err != nil {
					return err
				}
			}
		}
		var err error
		if s.rest[m], err = s.rest[m+1].Add(more); err != nil {
			return err
		}
	}
	return nil
}

// oneWins tells whether at most one rule of the group applies to an order.
func (c *calculation) oneWins(name string) bool {
	if name == "" {
		return false
	}
	g := &c.engine.schema.Groups[c.engine.schema.group(name)]
	return g.Scope == ScopeOrder && g.Stacking != "" && g.Stacking != Stack
}

// most bounds what the rule can take off, whatever has applied before it: what it
// takes now, since discounts only lower what is there for others and take units
// away. Three kinds need care: a buy-get that rewards cheap units may find dear ones
// in their place, tiers need not rise in what they give, and an amount meant gross
// of tax takes more net where what is left bears less tax.
func (c *calculation) most(st *step, a *application) (money.Amount, error) {
	c.sets.atMost = true
	err := c.bid(st, a)
	c.sets.atMost = false
	if err != nil {
		return c.zero, err
	}
	if a.rule.Then.Kind == Tiered && c.barred(&a.rule.Then) == "" {
		return c.mostOfTiers(st, a)
	}
	if a.entry.Why != "" { // and it cannot apply later
		return c.zero, nil
	}
	if a.gross != nil { // the less tax is on what is left, the more of it is net; its last cent may be missed
		return a.gross.amount.Add(money.FromMinor(int64(len(a.shares)), c.req.Currency))
	}
	most, err := a.entry.Amount.Sub(a.unplaced)
	if err != nil || a.times == 0 {
		return most.Abs(), err
	}
	// A unit's share of what is left of a line may round up where it rounded down.
	return most.Abs().Add(money.FromMinor(int64(len(a.shares)), c.req.Currency))
}

// mostOfTiers bounds what any tier takes.
func (c *calculation) mostOfTiers(st *step, a *application) (money.Amount, error) {
	c.eligible = append(c.eligible[:0], a.lines...)
	base, _, err := c.eligibleSums(st)
	if err != nil {
		return c.zero, err
	}
	most := c.zero
	for n := range a.rule.Then.Tiers {
		t := &a.rule.Then.Tiers[n]
		off := t.Amount
		if off.Currency() == 0 {
			off, err = base.MulRound(t.Rate, c.minor.places, money.Up)
		} else if off.Currency() == c.req.Currency {
			off, err = off.RoundMinor(money.Up)
		} else {
			continue
		}
		if err != nil {
			return c.zero, err
		}
		if order, err := off.Cmp(most); err != nil {
			return c.zero, err
		} else if order > 0 {
			most = off
		}
	}
	return most, nil
}

// try goes through the combinations of the members from the given one on.
func (c *calculation) try(ctx context.Context, st *step, m int) error {
	s := &c.combined
	if s.nodes++; s.nodes > maxNodes {
		return nil
	}
	if s.nodes&1023 == 0 && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	reach, err := s.sum.Add(s.rest[m])
	if err != nil {
		return err
	}
	if order, err := reach.Cmp(s.record); err != nil || order <= 0 {
		return err
	}
	if m == len(s.members) {
		s.record = s.sum
		copy(s.best, s.chosen)
		return nil
	}
	if err := c.tryWith(ctx, st, m); err != nil {
		return err
	}
	return c.try(ctx, st, m+1)
}

// tryWith goes through the combinations that have the member, if it can apply.
func (c *calculation) tryWith(ctx context.Context, st *step, m int) error {
	s := &c.combined
	a := &c.bids[s.members[m]]
	if err := c.bid(st, a); err != nil {
		return err
	}
	if a.entry.Why != "" {
		return nil
	}
	taken, err := a.entry.Amount.Sub(a.unplaced)
	if err != nil {
		return err
	}
	before, from, waived := s.sum, len(s.undo), len(c.waived)
	if s.sum, err = s.sum.Sub(taken); err != nil {
		return err
	}
	groups := slices.Clone(c.groups.taken)
	for n := range a.shares {
		ls := &c.lines[a.shares[n].line]
		s.undo = append(s.undo, undone{a.shares[n].line, ls.running, ls.usedFor, ls.used, ls.closed})
	}
	if err := c.apply(st, a, true); err != nil {
		return err
	}
	s.chosen[m] = true
	err = c.try(ctx, st, m+1)
	s.chosen[m] = false
	for n := len(s.undo) - 1; n >= from; n-- {
		u := &s.undo[n]
		ls := &c.lines[u.line]
		ls.running, ls.usedFor, ls.used, ls.closed = u.running, u.usedFor, u.used, u.closed
	}
	s.undo, s.sum, c.waived = s.undo[:from], before, c.waived[:waived]
	copy(c.groups.taken, groups)
	return err
}
