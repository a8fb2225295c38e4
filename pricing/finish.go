package pricing

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
)

// settle rounds each line to the minor unit where the schema rounds lines, so
// that amounts of the whole order are spread over what lines really come to.
func (c *calculation) settle() error {
	if c.engine.schema.Document == RoundTotal {
		return nil
	}
	for i := range c.lines {
		rounded, err := c.lines[i].running.RoundMinor(c.minor.mode)
		if err != nil {
			return err
		}
		if err := c.roundLine(i, rounded); err != nil {
			return err
		}
	}
	return nil
}

// roundForOrder rounds the document where only its total is rounded, before the
// order is brought to a total that is of whole documents.
func (c *calculation) roundForOrder() error {
	if c.engine.schema.Document != RoundTotal {
		return nil
	}
	if err := c.roundTotal(); err != nil {
		return err
	}
	return c.totalRunning()
}

// roundLine brings the line to the amount and records the difference.
func (c *calculation) roundLine(i int, to money.Amount) error {
	if to == c.lines[i].running {
		return nil
	}
	change, err := to.Sub(c.lines[i].running)
	if err != nil {
		return err
	}
	document := step{Step: &Step{Name: string(StepRounding), Kind: StepRounding}, label: string(StepRounding)}
	return c.book(&document, i, &Entry{Amount: change})
}

// finish rounds the document and looks for amounts below zero.
func (c *calculation) finish() error {
	if err := c.settle(); err != nil {
		return err
	}
	if c.engine.schema.Document == RoundTotal {
		if err := c.roundTotal(); err != nil {
			return err
		}
	}
	if err := c.totalRunning(); err != nil {
		return err
	}
	if c.engine.schema.AllowNegative {
		return nil
	}
	for i := range c.lines {
		if ls := &c.lines[i]; ls.running.Sign() < 0 || ls.net.Sign() < 0 {
			c.found.Block("pricing.negative", linePath(i),
				fmt.Sprintf("line %s comes to %s, with its parts of the order to %s", ls.ID, ls.net, ls.running),
				"lower its discounts")
		}
	}
	if total := c.facts.Order.Running; total.Sign() < 0 {
		c.found.Block("pricing.negative", "", fmt.Sprintf("the order comes to %s", total), "lower its discounts")
	}
	return nil
}

// roundTotal rounds the sum of the lines and gives each line whole minor units
// of it: every line is cut down to the minor unit, and the units that the total
// then lacks go to the lines that lost most, ties to the lower id.
func (c *calculation) roundTotal() error {
	if err := c.totalRunning(); err != nil {
		return err
	}
	left, err := c.facts.Order.Running.RoundMinor(c.minor.mode)
	if err != nil {
		return err
	}
	c.weights, c.caps = c.weights[:0], c.caps[:0] // what each line is cut to, what it lost
	for i := range c.lines {
		whole, lost, err := c.cut(c.lines[i].running)
		if err != nil {
			return err
		}
		c.weights, c.caps = append(c.weights, whole), append(c.caps, lost)
		if left, err = left.Sub(whole); err != nil {
			return err
		}
	}
	order := append(c.eligible[:0], c.byID...)
	slices.SortStableFunc(order, func(x, y int) int {
		most, _ := c.caps[y].Cmp(c.caps[x]) // one currency: they compare
		return most
	})
	unit := money.FromMinor(1, c.req.Currency)
	for _, i := range order {
		to := c.weights[i]
		if left.Sign() > 0 {
			if to, err = to.Add(unit); err != nil {
				return err
			}
			if left, err = left.Sub(unit); err != nil {
				return err
			}
		}
		if err := c.roundLine(i, to); err != nil {
			return err
		}
	}
	c.eligible = order
	return nil
}

// cut returns the greatest whole number of minor units that is no greater than
// the amount, and the difference.
func (c *calculation) cut(a money.Amount) (whole, lost money.Amount, err error) {
	mode := money.Down
	if a.Sign() < 0 {
		mode = money.Up
	}
	if whole, err = a.RoundMinor(mode); err != nil {
		return whole, lost, err
	}
	lost, err = a.Sub(whole)
	return whole, lost, err
}

// result copies what was worked out into memory of its own: one block for all
// entries, one for the lines.
func (c *calculation) result(r *Result) error {
	schema := c.engine.schema
	*r = Result{
		Schema: schema.Name, Currency: c.req.Currency, Net: c.zero, Total: c.zero, Engine: c.engine.hash,
		Findings: slices.Clip(c.found), Lines: make([]LineResult, len(c.lines)),
		Check: c.guards.check, Wanted: slices.Clip(c.guards.wanted),
	}
	r.Tax = c.taxed.whole
	if book := c.engine.rules; book != nil {
		r.Rules = book.Hash()
	}
	if len(c.goods) > 0 {
		r.Goods = slices.Clone(c.goods)
	}
	for _, w := range c.waived {
		waived := Waived{w.step, w.rule.ID, w.rule.Then.Charge}
		if !slices.Contains(r.Waived, waived) {
			r.Waived = append(r.Waived, waived)
		}
	}
	if len(c.usage) > 0 {
		r.Usage = slices.Clone(c.usage)
	}
	c.booked.end(c.lines)
	r.Entries = slices.Clip(c.booked.order)
	for i := range c.lines {
		ls, out := &c.lines[i], &r.Lines[i]
		out.ID, out.Item, out.Quantity = ls.ID, ls.Item, ls.Quantity
		out.Priced, out.Price, out.Record = ls.priced, ls.price, ls.record
		out.Entries = slices.Clip(ls.entries)
		out.List, out.Net, out.Total, out.Check = ls.list, ls.net, ls.running, ls.check
		if c.taxed.whole != nil {
			out.Tax = &c.taxed.lines[i]
		}
		var err error
		if r.Net, err = r.Net.Add(ls.net); err != nil {
			return err
		}
		if r.Total, err = r.Total.Add(ls.running); err != nil {
			return err
		}
	}
	c.addMargins(r)
	return c.addSubtotals(r)
}

// addSubtotals adds the lines up at each subtotal step.
func (c *calculation) addSubtotals(r *Result) error {
	if c.engine.subtotals == 0 {
		return nil
	}
	r.Subtotals = make([]Subtotal, 0, c.engine.subtotals)
	for n := range c.engine.steps {
		st := &c.engine.steps[n]
		if st.Kind != StepSubtotal {
			continue
		}
		sum := c.zero
		for i := range c.lines {
			var err error
			if sum, err = sum.Add(*c.subtotalOf(st, i)); err != nil {
				return err
			}
		}
		r.Subtotals = append(r.Subtotals, Subtotal{st.Name, sum})
	}
	return nil
}
