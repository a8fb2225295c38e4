package pricing

import "github.com/o2ckit/o2c/kernel/money"

// waiver is what a rule has taken off what a charge step added to a line.
type waiver struct {
	step   string
	rule   *Rule
	line   int
	amount money.Amount // negative
}

// charged returns what is left, for each line, of what a charge step added to it.
func (c *calculation) charged(charge string) ([]money.Amount, error) {
	left := make([]money.Amount, len(c.lines))
	for i := range c.lines {
		for n := range c.lines[i].entries {
			e := &c.lines[i].entries[n]
			if e.Step != charge || !e.Counts() {
				continue
			}
			var err error
			if left[i], err = left[i].Add(e.Amount); err != nil {
				return nil, err
			}
		}
	}
	for _, w := range c.waived {
		if w.rule.Then.Charge == charge {
			var err error
			if left[w.line], err = left[w.line].Add(w.amount); err != nil {
				return nil, err
			}
		}
	}
	return left, nil
}

// goodsOnly takes what a charge step added out of the running amount that a
// minimum is asked of: freight is not free for being dear.
func (c *calculation) goodsOnly(d *Discount, running money.Amount) (money.Amount, error) {
	if d.Kind != FreeCharge {
		return running, nil
	}
	charged, err := c.charged(d.Charge)
	if err != nil {
		return running, err
	}
	for _, i := range c.eligible {
		if running, err = running.Sub(charged[i]); err != nil {
			return running, err
		}
	}
	return running, nil
}

// chargeOff takes a share of what a charge step added to the eligible lines, as
// far as other discounts have left it.
func (c *calculation) chargeOff(st *step, a *application) error {
	d := &a.rule.Then
	charged, err := c.charged(d.Charge)
	if err != nil {
		return err
	}
	sum := c.zero
	for _, i := range c.eligible {
		if charged[i].Sign() <= 0 {
			continue
		}
		if sum, err = sum.Add(charged[i]); err != nil {
			return err
		}
		off, err := c.noMoreThanLeft(st, i, charged[i])
		if err != nil {
			return err
		}
		if off.Sign() > 0 {
			a.shares = append(a.shares, share{line: i, amount: off})
		}
	}
	if len(a.shares) == 0 {
		a.entry.Why = WhyNothingGiven
		return nil
	}
	off, err := sum.MulRound(d.Rate, c.minor.places, c.minor.mode)
	if err != nil {
		return err
	}
	if err := c.totalShares(a); err != nil {
		return err
	}
	a.entry.Base, a.entry.Rate = sum, d.Rate
	if order, err := off.Cmp(a.entry.Amount); err != nil || order >= 0 {
		return err
	}
	return c.shrink(st, a, off)
}
