package pricing

import (
	"context"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

// A discount may be meant gross of tax where prices are net: a voucher of 10.00
// takes 10.00 off what is paid. It is split over what is taxed alike in proportion
// to the gross, each part is divided by its rates, and the nets are then moved by
// single minor units until the gross total falls by exactly the amount. That total
// is the tax engine's own, so its rounding is met and not guessed.

// cell is what is taxed alike: by document all lines that bear the same levies, by
// line one line.
type cell struct {
	lines  []int // of eligible
	shares []tax.Share
	gross  money.Amount // of its lines before
	most   int64        // the minor units that it has
	less   int64        // those that it loses
}

// grossSplit is an amount meant gross, as the nets of the eligible lines take it.
type grossSplit struct {
	amount   money.Amount   // as the rule states it
	parts    []money.Amount // below zero, one for each eligible line
	fall     money.Amount   // what the gross total falls by
	unplaced money.Amount   // what the lines do not come to
}

const (
	// maxReach is how many minor units a cell is moved from its proportional part
	// in search of the exact fall.
	maxReach = 3
	// maxCells bounds the cells that are moved in pairs.
	maxCells = 6
)

// bindGross checks a rule whose amount is meant gross of tax.
func (e *Engine) bindGross(st *step, rule *Rule, found *faults) {
	switch {
	case st.Kind != StepDiscount || st.Scope != ScopeOrder:
		found.add("rule "+rule.ID, "an amount meant gross of tax belongs to a discount step of order scope")
	case e.schema.Prices != GrossPrices && e.taxStep == nil:
		found.add("rule "+rule.ID, "an amount meant gross of tax needs a tax step where prices are net")
	case e.schema.Prices != GrossPrices:
		st.gross = true
	}
}

// offerTaxes lets the rules of the step ask for taxes, where one of them needs to.
func (c *calculation) offerTaxes(ctx context.Context, st *step) {
	c.taxed.ask = nil
	if st.gross {
		c.taxed.ask = func(req *tax.Request) (tax.Result, error) { return c.askTaxes(ctx, req) }
	}
}

// netOfGross works out what the eligible lines lose so that the gross total falls
// by the amount.
func (c *calculation) netOfGross(a *application, amount money.Amount) error {
	whole, err := amount.RoundMinor(c.minor.mode)
	if err != nil {
		return err
	}
	s := grossSearch{c: c, split: grossSplit{amount: whole, unplaced: c.zero}}
	if err := s.begin(); err != nil {
		return err
	}
	if err := s.proportion(whole); err != nil {
		return err
	}
	if err := s.approach(); err != nil {
		return err
	}
	if err := s.finish(); err != nil {
		return err
	}
	a.gross = &s.split
	a.entry.Detail = fmt.Sprintf("%s gross of tax", whole)
	for n, part := range s.split.parts {
		a.shares = append(a.shares, share{line: c.eligible[n], amount: part.Neg()})
	}
	return c.totalShares(a)
}

// noteGross says what an amount meant gross of tax could not do, and keeps what it
// took for the tax step to look at.
func (c *calculation) noteGross(st *step, a *application) error {
	s, t := a.gross, &c.taxed
	if !s.unplaced.IsZero() {
		c.found.Warn("pricing.unplaced", "",
			fmt.Sprintf("step %s: %s of %s gross of tax found no line to go to", st.Name, s.unplaced, s.amount),
			"lower the amount or let it apply to more lines")
	}
	due, err := s.amount.Sub(s.unplaced)
	if err != nil {
		return err
	}
	if due != s.fall {
		c.found.Warn("pricing.gross-discount", "",
			fmt.Sprintf("step %s: the gross total falls by %s and not by %s, which no net amount close to it gives", st.Name, s.fall, due),
			"state the amount net of tax, or price gross")
	}
	if st.Statistical {
		return nil
	}
	if t.given == nil {
		t.given, t.fall = make([]money.Amount, len(c.lines)), c.zero
		for i := range t.given {
			t.given[i] = c.zero
		}
	}
	for n := range a.shares {
		sh := &a.shares[n]
		if t.given[sh.line], err = t.given[sh.line].Sub(sh.amount); err != nil {
			return err
		}
	}
	t.fall, err = t.fall.Add(s.fall)
	return err
}

// checkFall looks whether the discounts meant gross of tax are still worth what
// they were when they were given: steps after them may have changed what is taxed.
func (c *calculation) checkFall(ctx context.Context, req *tax.Request, with *tax.Result) error {
	if c.taxed.given == nil {
		return nil
	}
	without := *req
	without.Lines = slices.Clone(req.Lines)
	byID := make(map[string]int, len(c.lines))
	for i := range c.lines {
		byID[c.lines[i].ID] = i
	}
	var err error
	for n := range without.Lines {
		l := &without.Lines[n]
		i, goods := byID[l.ID]
		if !goods || l.Kind != tax.Goods {
			continue
		}
		if l.Amount, err = l.Amount.Add(c.taxed.given[i]); err != nil {
			return err
		}
	}
	before, err := c.askTaxes(ctx, &without)
	if err != nil {
		return err
	}
	fall, err := before.Gross.Sub(with.Gross)
	if err != nil {
		return err
	}
	if fall != c.taxed.fall {
		c.found.Warn("pricing.gross-discount", "",
			fmt.Sprintf("amounts meant gross of tax lowered the gross total by %s when they were taken off, and by %s with the steps after them", c.taxed.fall, fall),
			"let them be the last before tax")
	}
	return nil
}
