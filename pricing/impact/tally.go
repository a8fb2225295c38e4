package impact

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// side counts the sides in the tally.
const (
	before = 0
	after  = 1
)

// groupKey is what money is added up by.
type groupKey struct {
	currency  money.Currency
	key, step string
}

// cell is the sum of a key on both sides.
type cell struct {
	count  [2]int
	amount [2]money.Amount
}

func (c *cell) add(side int, amount money.Amount) error {
	sum, err := c.amount[side].Add(amount)
	if err != nil {
		return err
	}
	c.amount[side] = sum
	c.count[side]++
	return nil
}

func (c *cell) merge(o *cell) error {
	for side := range c.amount {
		sum, err := c.amount[side].Add(o.amount[side])
		if err != nil {
			return err
		}
		c.amount[side] = sum
		c.count[side] += o.count[side]
	}
	return nil
}

// cells are sums by key.
type cells map[groupKey]*cell

func (c cells) at(k groupKey) *cell {
	found := c[k]
	if found == nil {
		found = &cell{}
		c[k] = found
	}
	return found
}

func (c cells) merge(o cells) error {
	for k, v := range o {
		if err := c.at(k).merge(v); err != nil {
			return fmt.Errorf("impact: sum of %s: %w", k.key, err)
		}
	}
	return nil
}

// tally is what one worker adds up. Two tallies of parts of a stream merge to the
// tally of the whole, whatever the parts.
type tally struct {
	keep          int
	orders, lines int
	moved         int

	totals, customers, items, steps, sources cells
	costs, costed                            cells // cost and total of the lines whose cost is known

	order    stepOrder
	movers   map[money.Currency]*movers
	lost     prices
	gained   prices
	blocked  blocking
	freed    blocking
	failures firsts[Failure]
}

func newTally(keep int) *tally {
	t := &tally{
		keep: keep, totals: cells{}, customers: cells{}, items: cells{}, steps: cells{}, sources: cells{},
		costs: cells{}, costed: cells{}, order: newStepOrder(), movers: make(map[money.Currency]*movers),
	}
	t.lost, t.gained = newPrices(keep), newPrices(keep)
	t.blocked, t.freed = newBlocking(keep), newBlocking(keep)
	t.failures.keep = keep
	return t
}

// fail notes an order that a side could not price. When it was the context that
// ended, that is an error of the run.
func (t *tally) fail(ctx context.Context, j *job, side Side, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	t.failures.add(j.number, Failure{Number: j.number, Order: j.order.ID, Side: side, Error: err.Error()})
	return nil
}

// add adds an order.
func (t *tally) add(j *job, was, is *pricing.Result, cost func(*pricing.Request, *pricing.LineResult) (money.Amount, bool)) error {
	t.orders++
	t.lines += len(j.order.Request.Lines)
	for side, result := range []*pricing.Result{was, is} {
		if err := t.addSide(j, side, result, cost); err != nil {
			return err
		}
	}
	if was.Total != is.Total {
		t.moved++
		by, err := is.Total.Sub(was.Total)
		if err != nil {
			return err
		}
		t.moversOf(is.Currency).add(Mover{
			Number: j.number, Order: j.order.ID, Customer: j.order.Request.Customer.Account,
			Moved: pricing.Moved{Before: was.Total, After: is.Total, By: by},
		})
	}
	if err := t.addPrices(j, was, is); err != nil {
		return err
	}
	t.addFindings(j, was, is)
	return nil
}

func (t *tally) moversOf(c money.Currency) *movers {
	m := t.movers[c]
	if m == nil {
		m = &movers{keep: t.keep}
		t.movers[c] = m
	}
	return m
}

// addSide adds up the money of a result.
func (t *tally) addSide(j *job, side int, r *pricing.Result, cost func(*pricing.Request, *pricing.LineResult) (money.Amount, bool)) error {
	if err := t.totals.at(groupKey{currency: r.Currency}).add(side, r.Total); err != nil {
		return err
	}
	if err := t.customers.at(groupKey{currency: r.Currency, key: j.order.Request.Customer.Account}).add(side, r.Total); err != nil {
		return err
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if err := t.items.at(groupKey{currency: r.Currency, key: l.Item}).add(side, l.Total); err != nil {
			return err
		}
		if err := t.addEntries(r.Currency, side, l.Entries); err != nil {
			return err
		}
		if cost == nil {
			continue
		}
		if c, known := cost(&j.order.Request, l); known {
			if err := t.costs.at(groupKey{currency: r.Currency}).add(side, c); err != nil {
				return err
			}
			if err := t.costed.at(groupKey{currency: r.Currency}).add(side, l.Total); err != nil {
				return err
			}
		}
	}
	return nil
}

// addEntries adds up the steps of a line.
func (t *tally) addEntries(currency money.Currency, side int, entries []pricing.Entry) error {
	last := ""
	for n := range entries {
		e := &entries[n]
		if !e.Counts() || e.Kind == pricing.StepSubtotal {
			continue
		}
		switch {
		case e.Kind == pricing.StepRounding: // it has no place of its own
			t.order.note(e.Step, stepInfo{e.Label, e.Kind})
		case e.Step != last:
			t.order.see(last, e)
			last = e.Step
		}
		if err := t.steps.at(groupKey{currency: currency, key: e.Step}).add(side, e.Amount); err != nil {
			return err
		}
		if err := t.sources.at(groupKey{currency: currency, key: e.Source, step: e.Step}).add(side, e.Amount); err != nil {
			return err
		}
	}
	return nil
}

// addPrices notes the lines that have a price on one side only.
func (t *tally) addPrices(j *job, was, is *pricing.Result) error {
	for i := range is.Lines {
		l := &is.Lines[i]
		o := lineOf(was, i, l.ID)
		if o == nil || o.Priced == l.Priced {
			continue
		}
		to, has := &t.gained, l
		if o.Priced {
			to, has = &t.lost, o
		}
		if err := to.add(LineRef{
			Number: j.number, Order: j.order.ID, Customer: j.order.Request.Customer.Account,
			Line: has.ID, Item: has.Item, Total: has.Total,
		}); err != nil {
			return err
		}
	}
	return nil
}

// lineOf finds a line by its id; nearly always it has the place that is given.
func lineOf(r *pricing.Result, place int, id string) *pricing.LineResult {
	if place < len(r.Lines) && r.Lines[place].ID == id {
		return &r.Lines[place]
	}
	for i := range r.Lines {
		if r.Lines[i].ID == id {
			return &r.Lines[i]
		}
	}
	return nil
}

// addFindings notes the findings that block on one side only. Both results are of
// one request, so a finding's path is the same place on both sides.
func (t *tally) addFindings(j *job, was, is *pricing.Result) {
	if len(was.Findings) == 0 && len(is.Findings) == 0 {
		return
	}
	wasBlocked, isBlocked := was.Findings.Blocks(), is.Findings.Blocks()
	t.blocked.add(j, only(is.Findings, was.Findings), !wasBlocked)
	t.freed.add(j, only(was.Findings, is.Findings), !isBlocked)
}

// only returns the findings that block and whose code and path are not among those
// that block on the other side.
func only(list, other finding.List) finding.List {
	var out finding.List
	for _, f := range list {
		if f.Severity == finding.Block && !has(other, f) {
			out = append(out, f)
		}
	}
	return out
}

func has(list finding.List, f finding.Finding) bool {
	for _, o := range list {
		if o.Severity == finding.Block && o.Code == f.Code && o.Path == f.Path {
			return true
		}
	}
	return false
}

// merge adds another tally to t.
func (t *tally) merge(o *tally) error {
	t.orders += o.orders
	t.lines += o.lines
	t.moved += o.moved
	for _, pair := range [][2]cells{
		{t.totals, o.totals}, {t.customers, o.customers}, {t.items, o.items}, {t.steps, o.steps}, {t.sources, o.sources},
		{t.costs, o.costs}, {t.costed, o.costed},
	} {
		if err := pair[0].merge(pair[1]); err != nil {
			return err
		}
	}
	for c, m := range o.movers {
		for _, one := range m.list {
			t.moversOf(c).add(one)
		}
	}
	t.order.merge(&o.order)
	t.blocked.merge(&o.blocked)
	t.freed.merge(&o.freed)
	t.failures.merge(&o.failures)
	if err := t.lost.merge(&o.lost); err != nil {
		return err
	}
	return t.gained.merge(&o.gained)
}
