package pricing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// calculation is one request on its way through the steps. Its memory is used
// again for later requests.
type calculation struct {
	engine   *Engine
	req      Request
	date     calendar.Date
	full     bool // TraceFull
	zero     money.Amount
	currency string   // the code of zero's
	minor    rounding // to the currency's minor unit
	exact    rounding // to the working digits of exact steps

	lines     []lineState
	byID      []int // the lines in the order of their ids
	subtotals []money.Amount
	found     finding.List
	booked    waterfalls

	words             [itemField][]word       // what the customer is found by
	probes            []probe                 // of the price step, in the currency of the request
	foreign           [][]probe               // the same in the schema's currencies, made when they are asked for
	stepProbes        []probe                 // of the step that runs
	totals            map[groupKey]groupTotal // made when a scale asks
	facts             Facts
	unit              quantity.Unit // the one that facts names
	items, categories []string      // of all lines, for facts
	matches           []*Rule
	matched           *step   // that matches are of, for every line without a price date of its own
	offers            []offer // what each matching rule would do, where the best is sought
	hits              []hit
	eligible          []int
	groups            groupTable
	combined          combination
	sets              setSolver
	bids              []application
	waived            []waiver
	goods             []FreeGood
	usage             []Usage
	weights           []money.Amount
	caps              []money.Amount
	taxed             taxed
	guards            guards
}

// lineState is a line on its way.
type lineState struct {
	*Line
	priced  bool
	closed  string // the record or rule that admits no further discount
	record  string
	price   Price
	list    money.Amount
	running money.Amount
	net     money.Amount // running without the parts of order steps
	before  money.Amount // running before the charges of a step
	entries []Entry      // the result's, as they come
	check   PriceCheck
	guarded
	used    quantity.Quantity // units that sets have taken, in the item's base unit
	usedFor money.Amount      // what of running those units have come to
	hit     recordHit         // the record that the step found
	access  int               // by which access

	itemHash, categoryHash uint64
}

// clear forgets the request, so that the memory kept for later ones holds
// nothing of this one's.
func (c *calculation) clear() {
	clear(c.lines)
	c.booked.clear()
	clear(c.matches)
	c.matched = nil
	clear(c.items)
	clear(c.categories)
	clear(c.hits)
	clear(c.offers)
	clear(c.totals)
	c.guards.clear()
	for n := range c.bids[:cap(c.bids)] { // an earlier step may have had more
		a := &c.bids[:cap(c.bids)][n]
		a.rule, a.entry, a.earned, a.gross = nil, Entry{}, nil, nil
	}
	clear(c.goods)
	clear(c.waived)
	clear(c.usage)
	c.groups.clear()
	c.combined.clear()
	c.taxed = taxed{}
	clear(c.probes)
	clear(c.stepProbes)
	for field := range c.words {
		clear(c.words[field])
		c.words[field] = c.words[field][:0]
	}
	c.foreign = nil
	c.req, c.found, c.facts = Request{}, nil, Facts{Unit: c.facts.Unit} // the name of c.unit, kept
}

// begin checks the request and sets the calculation up for it.
func (c *calculation) begin(req *Request) error {
	c.req, c.full = *req, req.Trace == TraceFull
	c.lines, c.byID = slices.Grow(c.lines[:0], len(req.Lines))[:len(req.Lines)], c.byID[:0] // clear has left all lines zero
	c.goods, c.usage, c.waived = c.goods[:0], c.usage[:0], c.waived[:0]
	for i := range req.Lines {
		c.lines[i].Line = &req.Lines[i]
		c.byID = append(c.byID, i)
	}
	slices.SortFunc(c.byID, func(x, y int) int { return compareIDs(req.Lines[x].ID, req.Lines[y].ID) })
	if err := c.checkRequest(); err != nil {
		return err
	}
	c.date = calendar.DateOf(req.At.In(c.engine.zone))
	if c.zero.Currency() != req.Currency { // often it is that of the request before
		c.zero, c.currency = money.Zero(req.Currency), req.Currency.Code()
	}
	mode := c.engine.schema.Rounding
	c.minor = rounding{req.Currency.Digits(), mode}
	c.exact = rounding{req.Currency.Digits() + c.engine.digits, mode}
	c.subtotals = append(c.subtotals[:0], make([]money.Amount, c.engine.subtotals*len(req.Lines))...)
	for i := range c.lines {
		ls := &c.lines[i]
		ls.list, ls.running, ls.net, ls.usedFor = c.zero, c.zero, c.zero, c.zero
		ls.accrued, ls.manual, ls.standard = c.zero, c.zero, c.zero
		if c.engine.fields.has(itemField) {
			ls.itemHash = hashText(ls.Item)
		}
		if c.engine.fields.has(categoryField) {
			ls.categoryHash = hashText(ls.Category)
		}
	}
	c.groups.begin(len(c.engine.excludes), len(c.lines))
	c.fillWords()
	c.probes = c.addProbes(c.probes[:0], c.engine.access, shape{currency: req.Currency})
	c.fillFacts()
	c.checkGiven()
	return c.takeCosts()
}

// compareIDs orders line ids: the shorter first, so that 2 stands before 10.
func compareIDs(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// checkRequest reports what makes it impossible to price the request as a whole.
func (c *calculation) checkRequest() error {
	var found []FaultError
	refuse := func(path, reason string) { found = append(found, FaultError{path, reason}) }
	if !c.req.Currency.IsValid() {
		refuse("currency", "it is not stated")
	}
	if c.req.At.IsZero() {
		refuse("at", "the price date is not stated")
	}
	switch c.req.Trace {
	case "", TraceOff, TraceFull:
	default:
		refuse("trace", fmt.Sprintf("%q is no trace; off or full", c.req.Trace))
	}
	for n, i := range c.byID {
		id := c.req.Lines[i].ID
		if id == "" {
			refuse(linePath(i), "it has no id")
		} else if n > 0 && c.req.Lines[c.byID[n-1]].ID == id {
			refuse(linePath(i), fmt.Sprintf("its id %s is that of another line", id))
		}
	}
	if len(found) > 0 {
		return &RequestError{Faults: found}
	}
	return nil
}

func linePath(i int) string { return fmt.Sprintf("lines[%d]", i) }

// fillFacts fills in the facts that all lines share.
func (c *calculation) fillFacts() {
	customer := &c.req.Customer
	c.facts = Facts{
		Unit: c.facts.Unit,
		Customer: CustomerFacts{
			Account: customer.Account, Group: customer.Group, Hierarchy: customer.Hierarchy,
			Contracts: customer.Contracts, Tags: customer.Tags,
		},
		Order: OrderFacts{
			Currency: c.currency, Date: c.date, Coupons: c.req.Coupons, Lines: len(c.lines),
		},
	}
	c.items, c.categories = c.items[:0], c.categories[:0]
	for i := range c.lines {
		c.items = append(c.items, c.lines[i].Item)
		if category := c.lines[i].Category; category != "" {
			c.categories = append(c.categories, category)
		}
	}
	c.facts.Order.Items, c.facts.Order.Categories = c.items, c.categories
}

// run runs one step.
func (c *calculation) run(ctx context.Context, st *step) error {
	if st.Scope == ScopeOrder {
		if err := c.settle(); err != nil {
			return err
		}
		if err := c.totalRunning(); err != nil {
			return err
		}
	}
	switch st.Kind {
	case StepPrice:
		return c.basePrices(st)
	case StepSubtotal:
		return c.eachLine(st, c.subtotal)
	case StepCustomerPrice:
		if st.Scope == ScopeOrder {
			return c.orderPriceCheck(ctx, st)
		}
		return c.eachLine(st, func(st *step, i int) error { return c.customerPrice(ctx, st, i) })
	case StepTax:
		return c.tax(ctx, st)
	case StepMargin:
		if st.Scope == ScopeOrder {
			return c.orderMargin(ctx, st)
		}
		return c.lineMargins(ctx, st)
	case StepOverride:
		if st.Scope == ScopeOrder {
			return c.orderOverrides(ctx, st)
		}
		return c.eachLine(st, func(st *step, i int) error { return c.lineOverrides(ctx, st, i) })
	case StepCharge:
		if st.Scope == ScopeOrder {
			return c.orderCharges(st)
		}
		return c.eachLine(st, c.lineCharges)
	default: // discounts and surcharges; the schema has no other kinds
		if len(st.access) > 0 {
			return c.stepRecords(st)
		}
		if st.Scope == ScopeOrder {
			c.offerTaxes(ctx, st)
			return c.orderRules(ctx, st)
		}
		if err := c.totalRunning(); err != nil {
			return err
		}
		for _, i := range c.byID { // a group of order scope goes by the order of ids, not of lines
			if err := c.lineRules(ctx, st, i); err != nil {
				return c.lineError(i, err)
			}
		}
		return nil
	}
}

// eachLine runs a step of line scope.
func (c *calculation) eachLine(st *step, do func(*step, int) error) error {
	for i := range c.lines {
		if err := do(st, i); err != nil {
			return c.lineError(i, err)
		}
	}
	return nil
}

// lineError names the line that an error came from.
func (c *calculation) lineError(i int, err error) error {
	return fmt.Errorf("line %s: %w", c.lines[i].ID, err)
}

// rounding is how amounts of a step at line scope are rounded.
func (c *calculation) rounding(st *step) rounding {
	if st.Exact || c.engine.schema.Document == RoundTotal {
		return c.exact
	}
	return c.minor
}

// book adds the entry to the line and moves the line's running amount by it,
// unless the step is statistical or the entry says why it does not apply.
func (c *calculation) book(st *step, i int, e *Entry) error {
	if ls := &c.lines[i]; !ls.used.IsZero() && e.Counts() && !st.Statistical {
		if err := c.shareUsed(ls, e.Amount); err != nil {
			return err
		}
	}
	return c.record(st, i, e)
}

// record is book for an entry that is about units which sets take.
func (c *calculation) record(st *step, i int, e *Entry) error {
	ls := &c.lines[i]
	e.Step, e.Kind, e.Label, e.Account, e.Statistical = st.Name, st.Kind, st.label, st.Account, st.Statistical
	e.Before, e.After = ls.running, ls.running
	if e.Counts() {
		after, err := ls.running.Add(e.Amount)
		if err != nil {
			return err
		}
		if !e.FromOrder {
			if ls.net, err = ls.net.Add(e.Amount); err != nil {
				return err
			}
		}
		e.After, ls.running = after, after
	}
	if err := ls.guard(st, e); err != nil {
		return err
	}
	c.add(e, i)
	return nil
}

// skip records, where everything is recorded, that a step or a rule of it did
// not apply.
func (c *calculation) skip(st *step, i int, e Entry) {
	if c.full {
		c.note(st, i, e)
	}
}

// note records that a step did not apply, whatever the trace: what a person
// decided is never left out.
func (c *calculation) note(st *step, i int, e Entry) {
	if e.Amount.Currency() == 0 {
		e.Amount = c.zero
	}
	e.Step, e.Kind, e.Label, e.Account, e.Statistical = st.Name, st.Kind, st.label, st.Account, st.Statistical
	e.Before = c.facts.Order.Running
	if i >= 0 {
		e.Before = c.lines[i].running
	}
	e.After = e.Before
	c.add(&e, i)
}

// totalRunning works out the running amount of the order for the facts.
func (c *calculation) totalRunning() error {
	total := c.zero
	for i := range c.lines {
		var err error
		if total, err = total.Add(c.lines[i].running); err != nil {
			return err
		}
	}
	c.facts.Order.Running = total
	return nil
}

// subtotal notes what the lines have come to.
func (c *calculation) subtotal(st *step, i int) error {
	*c.subtotalOf(st, i) = c.lines[i].running
	c.skip(st, i, Entry{})
	return nil
}

// subtotalOf returns the place of the line's amount at the subtotal that the
// step records or takes percentages of.
func (c *calculation) subtotalOf(st *step, i int) *money.Amount {
	return &c.subtotals[st.subtotal*len(c.lines)+i]
}

// base is what a percentage of the step is taken of.
func (c *calculation) base(st *step, i int) money.Amount {
	switch {
	case st.subtotal >= 0:
		return *c.subtotalOf(st, i)
	case st.Base == BaseList:
		return c.lines[i].list
	default:
		return c.lines[i].running
	}
}
