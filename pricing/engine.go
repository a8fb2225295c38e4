package pricing

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/tax"
)

// Config is what an [Engine] is made of.
type Config struct {
	// Schema is the waterfall.
	Schema Schema
	// Prices is the price book.
	Prices *Book
	// Rules are the discounts and surcharges. Nil: none.
	Rules *RuleBook
	// Floors are the margin floors of single items and customers; a rule's group
	// is the name of its [StepMargin] step. Nil: the floors of the steps hold.
	Floors *FloorBook
	// Authority says who may decide how much. Nil: any named person may decide
	// anything.
	Authority *AuthorityBook
	// Exchange has the rates by which prices in [Schema.Currencies] are converted.
	// Nil where the schema has none.
	Exchange *money.Exchange
	// Zone is where price dates fall on a day; it must be stated.
	Zone *time.Location
	// Taxes works out tax for the [StepTax] step, which a schema has exactly
	// where this is given.
	Taxes tax.Engine
}

// Engine prices requests. It never changes after [New], keeps nothing between
// requests and is safe for many goroutines. New prices or rules are a new
// Engine; making one from finished books costs little. [Live] puts it in the
// place of the one before.
type Engine struct {
	setup
	hash string
	pool sync.Pool // of *calculation
}

// setup is what an engine is made of.
type setup struct {
	schema    *Schema
	steps     []step
	access    []access
	subtotals int
	digits    int
	book      *Book
	rules     *RuleBook // nil: none
	floors    *FloorBook
	authority *AuthorityBook
	rates     *money.Exchange // nil: none
	ratesHash string
	mass      *quantity.Conversions
	fields    fieldSet // those of all accesses
	zone      *time.Location
	zoneText  string     // for the hash
	excludes  []groupSet // for each stacking group those that it does not combine with
	taxes     tax.Engine // nil: none
	taxStep   *step      // nil: none
	charges   []*Step    // those whose amounts are taxed by themselves
}

// New checks that schema, prices and rules fit together and returns the engine.
// The error is a *[LoadError] with every fault: steps and accesses that are not
// sound, price records that no access can reach, rules that belong to no step
// or to one of another kind.
func New(c Config) (*Engine, error) {
	var found faults
	e := &Engine{setup: setup{
		schema: c.Schema.clone(), book: c.Prices, zone: c.Zone, rates: c.Exchange, mass: quantity.Mass(), taxes: c.Taxes, authority: c.Authority,
	}}
	e.steps, e.access = e.schema.compile(&found)
	e.excludes = e.schema.exclusions()
	if c.Exchange == nil && len(c.Schema.Currencies) > 0 {
		found.add("exchange", "the schema has currencies and there are no rates to convert them")
	}
	if c.Zone == nil {
		found.add("zone", "the zone in which price dates fall on a day is not stated")
	}
	e.bindPrices(&found)
	e.bindTaxes()
	e.checkTaxes(&found)
	e.bindRules(c.Rules, &found)
	e.bindFloors(c.Floors, &found)
	if err := found.err(); err != nil {
		return nil, err
	}
	for i := range e.steps {
		if e.steps[i].Kind == StepSubtotal {
			e.subtotals++
		}
	}
	e.digits = e.schema.Digits
	if e.digits == 0 {
		e.digits = defaultDigits
	}
	e.zoneText = zoneText(e.zone)
	if err := e.sealRates(); err != nil {
		return nil, err
	}
	return e, e.seal()
}

// WithRules returns an engine that differs in its rules alone; nil: it has none.
// What is wrong with the rules is the *[LoadError] of [New]. The engine itself
// stays as it is.
func (e *Engine) WithRules(book *RuleBook) (*Engine, error) {
	next := e.derive()
	for i := range next.steps {
		st := &next.steps[i]
		st.rules, st.grouped, st.gross, st.alike = nil, false, false, false
	}
	var found faults
	next.bindRules(book, &found)
	if err := found.err(); err != nil {
		return nil, err
	}
	return next, next.seal()
}

// WithPrices returns an engine that differs in its price book alone. What is wrong
// with the book is the *[LoadError] of [New]. It takes no longer for a large book
// than for a small one. The engine itself stays as it is.
func (e *Engine) WithPrices(book *Book) (*Engine, error) {
	next := e.derive()
	next.book = book
	var found faults
	next.bindPrices(&found)
	if err := found.err(); err != nil {
		return nil, err
	}
	return next, next.seal()
}

// derive returns an engine that is the same but for its memory, so that one of
// its parts can be replaced.
func (e *Engine) derive() *Engine {
	next := &Engine{setup: e.setup}
	next.steps = slices.Clone(e.steps)
	next.bindTaxes()
	return next
}

// bindPrices makes sure that every record can be found, and notes for each access
// in which currencies it can find any.
func (e *Engine) bindPrices(found *faults) {
	if e.book == nil {
		found.add("prices", "there is no price book")
		return
	}
	e.access, e.fields = freshAccess(e.access), 0
	for i := range e.steps {
		e.steps[i].access = freshAccess(e.steps[i].access)
	}
	shapes := slices.SortedFunc(maps.Keys(e.book.shapes), func(a, b shape) int {
		return cmp.Or(strings.Compare(a.step, b.step), cmp.Compare(a.fields, b.fields), cmp.Compare(a.currency, b.currency))
	})
	for _, s := range shapes {
		e.fields |= s.fields
		path, list := "prices", e.access
		if s.step != "" {
			path = "records of step " + s.step
			n := slices.IndexFunc(e.steps, func(st step) bool { return st.Name == s.step })
			if n < 0 {
				found.add(path, "the schema has no step of the name of record %s", e.book.example(s))
				continue
			}
			list = e.steps[n].access
		}
		n := slices.IndexFunc(list, func(a access) bool { return a.fields == s.fields })
		if n < 0 {
			found.add(path, "no access has the fields %s of record %s", s.fields, e.book.example(s))
			continue
		}
		list[n].currencies = append(list[n].currencies, s.currency)
	}
}

// freshAccess copies accesses without what they know of a book.
func freshAccess(list []access) []access {
	list = slices.Clone(list)
	for i := range list {
		list[i].currencies = nil
	}
	return list
}

// bindRules gives each step its rules.
func (e *Engine) bindRules(book *RuleBook, found *faults) {
	e.rules = book
	if book == nil {
		return
	}
	for _, group := range book.Groups() {
		path := fmt.Sprintf("rules of group %q", group)
		n := slices.IndexFunc(e.steps, func(st step) bool { return st.Name == group })
		if n < 0 {
			found.add(path, "the schema has no step of the name")
			continue
		}
		st := &e.steps[n]
		if st.Kind != StepDiscount && st.Kind != StepSurcharge {
			found.add(path, "the step is a %s step and has no rules", st.Kind)
			continue
		}
		if len(st.access) > 0 {
			found.add(path, "the step takes what it gives from records and has no rules")
			continue
		}
		st.rules = book.Group(group)
		st.alike = !st.rules.Heard() && !slices.ContainsFunc(st.rules.Reads(), ofLine)
		for _, rule := range st.rules.Rules() {
			e.bindRule(n, rule, found)
			e.checkRuleAfterMargin(st, rule, found)
		}
	}
}

// ofLine tells whether the fact is one of a line.
func ofLine(fact string) bool {
	return !strings.HasPrefix(fact, "customer.") && !strings.HasPrefix(fact, "order.")
}

// bindRule makes sure that the rule can work in its step.
func (e *Engine) bindRule(n int, rule *Rule, found *faults) {
	st, d, path := &e.steps[n], &rule.Then, "rule "+rule.ID
	if st.Scope != ScopeOrder && d.needsOrder() {
		found.add(path, "a %s discount belongs to a step of order scope", d.Kind)
	}
	if st.Kind == StepSurcharge && d.lowersOnly() {
		found.add(path, "a %s discount cannot be a surcharge", d.Kind)
	}
	if st.Statistical && (d.needsOrder() || d.Kind == FreeGoods || d.Units.Unit() != 0) {
		found.add(path, "a %s discount cannot be statistical", d.Kind)
	}
	if st.Scope == ScopeOrder && d.Goods != nil && !d.Goods.Inclusive && d.Goods.Item == "" {
		found.add(path, "free goods for several lines together name their item")
	}
	if d.Charge != "" && !slices.ContainsFunc(e.steps[:n], func(s step) bool { return s.Name == d.Charge && s.Kind == StepCharge }) {
		found.add(path, "no charge step before %s has the name %s", st.Name, d.Charge)
	}
	if d.Gross {
		e.bindGross(st, rule, found)
	}
	if d.Stack == "" {
		return
	}
	st.grouped = true
	if e.schema.group(d.Stack) < 0 {
		found.add(path, "the schema has no stacking group %s", d.Stack)
	}
}

// Price prices a request. It reads no clock and keeps nothing: the same request
// gives the same result.
//
// What is wrong with the business of a line is a finding in the result, and the
// other lines are priced. The error is a *[RequestError] when the request makes
// no sense as a whole, money.ErrRange, wrapped with the step,
// when an amount does not fit, what package rules reports when a condition fails,
// what the tax engine reports, a *[TaxError] when its answer makes no sense, and
// the context's error when it ended. The codes of the findings are
//
//	pricing.quantity               blocks: not above zero, or without a unit
//	pricing.price-missing          blocks: no price record holds for the item on the day (*)
//	pricing.price-unit             blocks: the prices are in units that the quantity cannot be counted in (*)
//	pricing.outside-scale          blocks: the scale has no row for the quantity (*)
//	pricing.weight-missing         blocks: the price goes by a weight that is not known (*); warns where a discount does
//	pricing.rate-missing           blocks: no exchange rate leads from the price to the currency of the request (*)
//	pricing.step-unknown           blocks: an override or charge for a step that the schema does not have
//	pricing.override               blocks: an override that is incomplete or cannot be applied
//	pricing.charge                 blocks: a charge in another currency, or finer than the minor unit
//	pricing.customer-price.higher  info: the customer expects to pay more
//	pricing.customer-price.lower   blocks: the customer expects to pay less, beyond the tolerance
//	pricing.customer-price.unlike  blocks: the price that the customer states cannot be compared
//	pricing.order-total.higher     info: the purchase order comes to more than ours
//	pricing.order-total.lower      blocks: it comes to less, beyond the tolerance
//	pricing.order-total.unlike     blocks: its total cannot be compared
//	pricing.authority              blocks: an override is beyond the authority of who decided
//	pricing.approval               blocks: an approval is incomplete, or that of the same person
//	pricing.cost                   blocks: the cost of a line cannot be applied to it
//	pricing.cost-missing           blocks: a margin step asks for a cost that is not stated
//	pricing.margin.clamped         info: the margin was below its floor and has been raised to it
//	pricing.margin.above-list      warns: so that a line now costs more than its list value
//	pricing.margin.approval        blocks: the margin is below its floor, and nobody approved that
//	pricing.margin.reject          blocks: the margin is below a floor that nobody can approve
//	pricing.rule-skipped           warns: a rule could not be evaluated (rules.SkipAndReport)
//	pricing.unplaced               warns: a part of an order step found no line to go to
//	pricing.combination            info: a better combination of rules may exist, and by how much at most
//	pricing.negative               blocks: a line or the order comes to less than zero
//	pricing.tax-missing            blocks: no tax rate is known for a line
//	pricing.gross-discount         warns: an amount meant gross of tax does not lower the gross total by exactly that
//
// (*) info where a person has set the price of the line ([SetPrice]). What a
// [CheckPolicy] has decided otherwise than by default is info or blocks as the
// outcome says.
func (e *Engine) Price(ctx context.Context, req Request) (r Result, _ error) {
	c, ok := e.pool.Get().(*calculation)
	if !ok {
		c = &calculation{engine: e}
	}
	defer e.pool.Put(c)
	defer c.clear()
	if err := c.begin(&req); err != nil {
		return Result{}, err
	}
	c.booked.begin(c.lines)
	for i := range e.steps {
		if err := ctx.Err(); err != nil {
			return Result{}, context.Cause(ctx)
		}
		if err := c.run(ctx, &e.steps[i]); err != nil {
			return Result{}, fmt.Errorf("pricing: step %s: %w", e.steps[i].Name, err)
		}
	}
	if err := c.finish(); err != nil {
		return Result{}, fmt.Errorf("pricing: totals: %w", err)
	}
	if err := c.result(&r); err != nil {
		return Result{}, err
	}
	return r, nil
}

// Hash returns the content hash, in hexadecimal, of schema, zone, price book,
// exchange rates, rules, floors and authority, and of the tax engine where that has a
// Hash() string, as tax.Table has.
func (e *Engine) Hash() string { return e.hash }

// Zone returns the zone in which price dates fall on a day.
func (e *Engine) Zone() *time.Location { return e.zone }

// Prices returns the price book.
func (e *Engine) Prices() *Book { return e.book }

// Rules returns the rule book, nil when the engine has none.
func (e *Engine) Rules() *RuleBook { return e.rules }

// sealRates works out the hash of the exchange rates.
func (e *Engine) sealRates() error {
	if e.rates == nil {
		return nil
	}
	rates, err := json.Marshal(e.rates.Rates())
	if err != nil {
		return fmt.Errorf("pricing: exchange: %w", err)
	}
	sum := sha256.Sum256(rates)
	e.ratesHash = hex.EncodeToString(sum[:])
	return nil
}

// zoneText says what a zone is: its name, and on which first days of a month from
// 1970 to 2037 it begins to be how many seconds away from UTC. The name alone does
// not tell: Local is another zone on another machine.
func zoneText(zone *time.Location) string {
	text := []byte(zone.String())
	last := 1 << 20 // no offset
	for month := range 12 * (2038 - 1970) {
		at := time.Date(1970, time.January+time.Month(month), 1, 0, 0, 0, 0, time.UTC)
		if _, offset := at.In(zone).Zone(); offset != last {
			text, last = fmt.Appendf(text, " %d:%d", month, offset), offset
		}
	}
	return string(text)
}

// seal works out the hash.
func (e *Engine) seal() error {
	schema, err := json.Marshal(e.schema)
	if err != nil {
		return fmt.Errorf("pricing: schema: %w", err)
	}
	content := fmt.Appendf(nil, "%s\n%s\n%s\n%s\n", schema, e.zoneText, e.book.Hash(), e.ratesHash)
	if e.rules != nil {
		content = append(content, e.rules.Hash()...)
	}
	if taxes, ok := e.taxes.(interface{ Hash() string }); ok {
		content = fmt.Appendf(content, "\ntaxes %s", taxes.Hash())
	}
	if e.floors != nil {
		content = fmt.Appendf(content, "\nfloors %s", e.floors.Hash())
	}
	if e.authority != nil {
		content = fmt.Appendf(content, "\nauthority %s", e.authority.Hash())
	}
	hash := sha256.Sum256(content)
	e.hash = hex.EncodeToString(hash[:])
	return nil
}
