package pricing

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
)

// guards is what the guards of one request need and find.
type guards struct {
	floors  []*FloorRule
	permits []*AuthorityRule
	facts   AuthorityFacts
	wanted  []Wanted // goes out with the result
	check   PriceCheck
	margin  Margin
	checked bool // a margin step of order scope has looked
	goods   int  // how many of the free goods have their cost counted
}

// clear forgets the request.
func (g *guards) clear() {
	clear(g.floors)
	clear(g.permits)
	*g = guards{floors: g.floors[:0], permits: g.permits[:0]}
}

// guarded is what guards know of a line.
type guarded struct {
	standard money.Amount // the value at the price book's price
	manual   money.Amount // what overrides took off, with the parts of the order's
	cost     money.Amount // where costed
	costed   bool
	accrued  money.Amount // what accruals take
	margin   Margin
	checked  bool // a margin step has looked at the line
}

// guard counts an entry that is being booked.
func (g *guarded) guard(st *step, e *Entry) error {
	var err error
	switch {
	case e.Why != "":
	case st.Accrual:
		g.accrued, err = g.accrued.Sub(e.Amount)
	case st.Kind == StepOverride && !st.Statistical:
		g.manual, err = g.manual.Sub(e.Amount)
	}
	return err
}

// placePath is the path of a line, or of the order.
func placePath(i int) string {
	if i < 0 {
		return ""
	}
	return linePath(i)
}

// marginCheck is a line, or the order, before its floor.
type marginCheck struct {
	Margin
	line    int // -1: the order
	floor   money.Rate
	outcome MarginOutcome
	rule    string
	need    money.Amount // cost and accruals
	short   money.Amount // what the net lacks; not above zero: the floor holds
}

// lineMargins holds each line to its floor. As a step of order scope it begins
// with rounded lines, so that no rounding after it takes a margin away.
func (c *calculation) lineMargins(ctx context.Context, st *step) error {
	if err := c.settle(); err != nil {
		return err
	}
	if err := c.totalRunning(); err != nil {
		return err
	}
	if err := c.costGoods(st); err != nil {
		return err
	}
	return c.eachLine(st, func(st *step, i int) error {
		if !c.canCheck(st, i) {
			return nil
		}
		m := marginCheck{line: i}
		m.Net, m.Cost, m.Accrued = c.zero, c.zero, c.zero
		if err := c.count(&m.Margin, i); err != nil {
			return err
		}
		c.lineFacts(i)
		return c.checkMargin(ctx, st, &m)
	})
}

// orderMargin holds the lines whose cost is known to the order's floor, as one.
func (c *calculation) orderMargin(ctx context.Context, st *step) error {
	if err := c.costGoods(st); err != nil {
		return err
	}
	m := marginCheck{line: -1}
	m.Net, m.Cost, m.Accrued = c.zero, c.zero, c.zero
	c.eligible = c.eligible[:0]
	for _, i := range c.byID {
		if !c.canCheck(st, i) {
			continue
		}
		c.eligible = append(c.eligible, i)
		if err := c.count(&m.Margin, i); err != nil {
			return err
		}
	}
	if len(c.eligible) == 0 {
		c.skip(st, -1, Entry{Why: WhyNoCost})
		return nil
	}
	c.facts = Facts{Customer: c.facts.Customer, Order: c.facts.Order} // of no line
	if err := c.checkMargin(ctx, st, &m); err != nil {
		return err
	}
	for _, i := range c.eligible { // the lines have moved with the order
		if err := c.keepMargin(i); err != nil {
			return err
		}
	}
	return nil
}

// canCheck tells whether the line has what a margin is made of.
func (c *calculation) canCheck(st *step, i int) bool {
	ls := &c.lines[i]
	switch {
	case !ls.priced:
		c.skip(st, i, Entry{Why: WhyNoPrice})
		return false
	case !ls.costed:
		c.skip(st, i, Entry{Why: WhyNoCost})
		if st.Margin.CostRequired && ls.Cost == nil {
			c.found.Block("pricing.cost-missing", linePath(i)+".cost",
				fmt.Sprintf("the cost of item %s is not stated, and step %s needs it", ls.Item, st.Name), "state the cost of the line")
		}
		return false
	}
	return true
}

// count adds the line to the margin. A line that is not rounded yet counts with
// its whole minor units, for the rounding of the document may take the fraction.
func (c *calculation) count(m *Margin, i int) error {
	ls := &c.lines[i]
	whole, _, err := c.cut(ls.running)
	if err != nil {
		return err
	}
	if m.Net, err = m.Net.Add(whole); err != nil {
		return err
	}
	if m.Cost, err = m.Cost.Add(ls.cost); err != nil {
		return err
	}
	if m.Accrued, err = m.Accrued.Add(ls.accrued); err != nil {
		return err
	}
	if m.Profit, err = m.Net.Sub(m.Cost); err != nil {
		return err
	}
	m.Profit, err = m.Profit.Sub(m.Accrued)
	return err
}

// keepMargin notes the margin of the line as it is now.
func (c *calculation) keepMargin(i int) error {
	m := Margin{Net: c.zero, Cost: c.zero, Accrued: c.zero}
	err := c.count(&m, i)
	c.lines[i].margin, c.lines[i].checked = m, true
	return err
}

// checkMargin compares with the floor and does what the outcome says.
func (c *calculation) checkMargin(ctx context.Context, st *step, m *marginCheck) error {
	if err := c.findFloor(ctx, st, m); err != nil {
		return err
	}
	c.storeMargin(m)
	if m.outcome == NoFloor {
		c.skip(st, m.line, Entry{Why: WhyNoFloor, Source: m.rule})
		return nil
	}
	if err := m.compare(c.zero.Scale()); err != nil {
		return err
	}
	if m.short.Sign() <= 0 {
		if c.full { // to say what the margin is costs more than to work it out
			e := m.entry(c.zero)
			e.Why = WhyFloorHolds
			c.note(st, m.line, e)
		}
		return nil
	}
	switch m.outcome {
	case Clamp:
		return c.clamp(st, m)
	case RequireApproval:
		return c.askApproval(ctx, st, m)
	default: // Reject; the schema has no other outcomes
		c.found.Block("pricing.margin.reject", placePath(m.line), m.text(st), "take less off, or do not sell it")
		e := m.entry(c.zero)
		e.Why = WhyRejected
		c.note(st, m.line, e)
		return nil
	}
}

// findFloor finds the floor that holds: that of the first rule, or the step's.
func (c *calculation) findFloor(ctx context.Context, st *step, m *marginCheck) error {
	m.floor, m.outcome = st.Margin.Floor, st.Margin.Outcome
	if st.floors == nil {
		return nil
	}
	var err error
	if c.guards.floors, err = st.floors.Match(ctx, &c.facts, c.at(m.line), c.guards.floors[:0]); err != nil {
		if err = c.reportSkipped(m.line, err); err != nil {
			return err
		}
	}
	if len(c.guards.floors) == 0 {
		return nil
	}
	rule := c.guards.floors[0]
	m.rule, m.floor = rule.ID, rule.Then.Margin
	if rule.Then.Outcome != "" {
		m.outcome = rule.Then.Outcome
	}
	return nil
}

// storeMargin puts the margin where the result takes it from.
func (c *calculation) storeMargin(m *marginCheck) {
	if m.line >= 0 {
		c.lines[m.line].margin, c.lines[m.line].checked = m.Margin, true
		return
	}
	c.guards.margin, c.guards.checked = m.Margin, true
}

// addMargins gives the result its margins, from one block.
func (c *calculation) addMargins(r *Result) {
	var block []Margin
	place := func(m Margin, checked bool) *Margin {
		if !checked {
			return nil
		}
		if block == nil {
			block = make([]Margin, 0, len(c.lines)+1)
		}
		block = append(block, m)
		return &block[len(block)-1]
	}
	r.Margin = place(c.guards.margin, c.guards.checked)
	for i := range c.lines {
		r.Lines[i].Margin = place(c.lines[i].margin, c.lines[i].checked)
	}
}

// compare works out what the net lacks: the least whole number of minor units
// with net x (1 - floor) >= cost + accruals is cost + accruals divided by
// 1 - floor, rounded to the next one above.
func (m *marginCheck) compare(places int) error {
	rest, err := m.floor.OneMinus()
	if err != nil {
		return err
	}
	if m.need, err = m.Cost.Add(m.Accrued); err != nil {
		return err
	}
	mode := money.Up
	if m.need.Sign() < 0 {
		mode = money.Down
	}
	least, err := m.need.QuoRound(rest, places, mode)
	if err != nil {
		return err
	}
	m.short, err = least.Sub(m.Net)
	return err
}

// entry is what the waterfall shows of the check.
func (m *marginCheck) entry(amount money.Amount) Entry {
	return Entry{Base: m.need, Rate: m.floor, Amount: amount, Source: m.rule, Detail: m.detail()}
}

// detail says what the margin was.
func (m *marginCheck) detail() string {
	text := "no margin"
	if rate, ok := m.Share(); ok {
		text = "margin " + rate.Percent()
	}
	text += ", cost " + m.Cost.Number()
	if !m.Accrued.IsZero() {
		text += ", accrued " + m.Accrued.Number()
	}
	return text
}

// text says for a finding what the floor is and what lacks.
func (m *marginCheck) text(st *step) string {
	return fmt.Sprintf("the net of %s (%s) is %s short of the floor of %s of step %s", m.Net, m.detail(), m.short, m.floor.Percent(), st.Name)
}

// askApproval blocks unless a person has approved the margin.
func (c *calculation) askApproval(ctx context.Context, st *step, m *marginCheck) error {
	d := decision{
		step: st, kind: string(StepMargin), line: m.line, priced: true, list: c.zero, off: m.short, net: m.Net, need: m.need, costed: true,
	}
	of := c.eligible
	if m.line >= 0 {
		of = []int{m.line}
	}
	var err error
	for _, i := range of {
		d.priced = d.priced && c.lines[i].record != ""
		if d.list, err = d.list.Add(c.lines[i].standard); err != nil {
			return err
		}
	}
	a, err := c.approved(ctx, &d)
	if err != nil {
		return err
	}
	e := m.entry(c.zero)
	e.Why = WhyNotApproved
	if a != nil {
		e.Why = WhyApproved
		e.approve(a)
	} else {
		w := &c.guards.wanted[len(c.guards.wanted)-1]
		c.found.Block("pricing.margin.approval", placePath(m.line), m.text(st)+w.wants(), "have the margin approved, or take less off")
	}
	c.note(st, m.line, e)
	return nil
}
