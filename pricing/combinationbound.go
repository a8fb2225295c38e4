package pricing

import "github.com/o2ckit/o2c/kernel/money"

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
// away. Some kinds need care: a rule that takes cheap units may find dear ones in
// their place, a limit on sets of one item may be left for other items, tiers need
// not rise in what they give, and fewer units may be a multiple where more are not.
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
	switch d := &a.rule.Then; {
	case a.entry.Why == "" && d.Units.Unit() != 0 && d.Kind != Percent:
		return c.mostOfUnits(st, a)
	case a.entry.Why == WhyNoSet && d.Kind == FreeGoods && d.Goods.Inclusive:
		return c.mostOfGoods(a)
	case a.entry.Why != "": // and it cannot apply later
		return c.zero, nil
	case a.gross != nil: // without the lines that are taxed most it would be more, net of tax
		return d.Amount.RoundMinor(money.Up)
	}
	most, err := a.entry.Amount.Sub(a.unplaced)
	if err != nil || len(a.shares) == 0 || a.shares[0].units.IsZero() {
		return most.Abs(), err
	}
	// A unit's share of what is left of a line may round up where it rounded down.
	return most.Abs().Add(money.FromMinor(int64(len(c.touched(st, a))), c.req.Currency))
}

// mostOfUnits bounds an amount for each of some units, or their price: as if each
// line had that many. Which line it is most at depends on the unit that the amount is
// for, and so not on what the units are worth alone.
func (c *calculation) mostOfUnits(st *step, a *application) (money.Amount, error) {
	d, most := &a.rule.Then, c.zero
	for _, i := range a.lines {
		ls := &c.lines[i]
		units, ok := inUnit(d.Units, ls.base().Unit(), ls.Units)
		if !ok {
			continue
		}
		w, err := c.worthOf(st, i)
		if err != nil {
			return most, err
		}
		if order, err := units.Cmp(w.units); err != nil {
			return most, err
		} else if order > 0 {
			units = w.units
		}
		off, err := c.offUnits(st, i, d, &w, units, rounding{c.minor.places, money.Up})
		if err != nil {
			return most, err
		}
		if most, err = most.Add(off); err != nil {
			return most, err
		}
	}
	// What is left of a unit's value may round up where it rounded down.
	return most.Add(money.FromMinor(int64(len(a.lines)), c.req.Currency))
}

// mostOfGoods bounds what a part of the lines can take off that is free: without
// lines that a group keeps from it, the rest may come to an exact multiple.
func (c *calculation) mostOfGoods(a *application) (money.Amount, error) {
	most := c.zero
	for _, i := range a.lines {
		var err error
		if most, err = most.Add(c.notNegative(c.lines[i].running)); err != nil {
			return most, err
		}
	}
	return most, nil
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
