package pricing

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
)

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
		if err := c.book(st, i, &part); err != nil {
			return err
		}
	}
	return nil
}

// placeEntry books the entry for the order, less what found no line to go to.
// Less than a minor unit is no finding: it comes of rounding the amount where the
// lines are not rounded.
func (c *calculation) placeEntry(st *step, e *Entry, unplaced money.Amount) error {
	var err error
	if !unplaced.IsZero() {
		if e.Amount, err = e.Amount.Sub(unplaced); err != nil {
			return err
		}
	}
	whole, err := unplaced.RoundMinor(money.Down)
	if err != nil {
		return err
	}
	if !whole.IsZero() {
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
		weight := left
		if st.Kind == StepCharge {
			weight = c.notNegative(c.lines[i].before)
		}
		weighty = weighty || weight.Sign() > 0
		c.weights, c.caps = append(c.weights, weight), append(c.caps, left)
	}
	if len(c.eligible) == 1 {
		return c.onePart(amount)
	}
	if amount.Sign() < 0 {
		return c.spreadOff(amount, c.weights, c.caps)
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

// spreadOff spreads a reduction by weight, in whole minor units as far as the caps
// have any. Where lines are not rounded they also hold fractions of a unit: what
// the units cannot take goes to those, so that nothing falls below zero and a line
// that is free costs nothing.
func (c *calculation) spreadOff(amount money.Amount, weights, caps []money.Amount) (parts []money.Amount, unplaced money.Amount, err error) {
	whole, err := amount.RoundMinor(money.Down)
	if err != nil {
		return nil, unplaced, err
	}
	if parts, unplaced, err = money.ApportionCapped(whole, weights, caps); err != nil || unplaced.IsZero() && whole == amount {
		return parts, unplaced, err
	}
	fraction, err := amount.Sub(whole)
	if err != nil {
		return nil, unplaced, err
	}
	if unplaced, err = unplaced.Add(fraction); err != nil {
		return nil, unplaced, err
	}
	left := make([]money.Amount, len(caps))
	for n := range caps {
		if left[n], err = caps[n].Sub(parts[n].Abs()); err != nil {
			return nil, unplaced, err
		}
	}
	more, unplaced, err := money.ApportionAt(unplaced, c.exact.places, left, left)
	if err != nil {
		return nil, unplaced, err
	}
	for n := range parts {
		if parts[n], err = parts[n].Add(more[n]); err != nil {
			return nil, unplaced, err
		}
	}
	return parts, unplaced, nil
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
