package pricing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Config is what an [Engine] is made of.
type Config struct {
	// Schema is the waterfall.
	Schema Schema
	// Prices is the price book.
	Prices *Book
	// Rules are the discounts and surcharges. Nil: none.
	Rules *RuleBook
	// Zone is where price dates fall on a day; it must be stated.
	Zone *time.Location
}

// Engine prices requests. It never changes after [New], keeps nothing between
// requests and is safe for many goroutines. New prices or rules are a new
// Engine; making one from finished books costs little. [Live] puts it in the
// place of the one before.
type Engine struct {
	schema    *Schema
	steps     []step
	access    []access
	subtotals int
	digits    int
	book      *Book
	rules     *RuleBook // nil: none
	zone      *time.Location
	excludes  []groupSet // for each stacking group those that it does not combine with
	hash      string
	pool      sync.Pool // of *calculation
}

// New checks that schema, prices and rules fit together and returns the engine.
// The error is a *[LoadError] with every fault: steps and accesses that are not
// sound, price records that no access can reach, rules that belong to no step
// or to one of another kind.
func New(c Config) (*Engine, error) {
	var found faults
	e := &Engine{schema: c.Schema.clone(), book: c.Prices, zone: c.Zone}
	e.steps, e.access = e.schema.compile(&found)
	e.excludes = e.schema.exclusions()
	if c.Zone == nil {
		found.add("zone", "the zone in which price dates fall on a day is not stated")
	}
	e.bindPrices(&found)
	e.bindRules(c.Rules, &found)
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
	return e, e.seal()
}

// WithRules returns an engine that differs in its rules alone; nil: it has none.
// What is wrong with the rules is the *[LoadError] of [New]. The engine itself
// stays as it is.
func (e *Engine) WithRules(book *RuleBook) (*Engine, error) {
	next := &Engine{
		schema: e.schema, steps: slices.Clone(e.steps), access: e.access, subtotals: e.subtotals, digits: e.digits,
		excludes: e.excludes, book: e.book, zone: e.zone,
	}
	for i := range next.steps {
		next.steps[i].rules, next.steps[i].grouped = nil, false
	}
	var found faults
	next.bindRules(book, &found)
	if err := found.err(); err != nil {
		return nil, err
	}
	return next, next.seal()
}

// bindPrices makes sure that every record can be found.
func (e *Engine) bindPrices(found *faults) {
	if e.book == nil {
		found.add("prices", "there is no price book")
		return
	}
	for _, fields := range slices.Sorted(maps.Keys(e.book.shapes)) {
		reached := false
		for i := range e.access {
			reached = reached || e.access[i].fields == fields
		}
		if !reached {
			found.add("prices", "no access has the fields %s of record %s", fields, e.book.shapes[fields])
		}
	}
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
		st.rules = book.Group(group)
		for _, rule := range st.rules.Rules() {
			e.bindRule(n, rule, found)
		}
	}
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
// and the context's error when it ended. The codes of the findings are
//
//	pricing.quantity               blocks: not above zero, or without a unit
//	pricing.price-missing          blocks: no price record holds for the item on the day (*)
//	pricing.price-unit             blocks: the prices are in units that the quantity cannot be counted in (*)
//	pricing.outside-scale          blocks: the scale has no row for the quantity (*)
//	pricing.step-unknown           blocks: an override or charge for a step that the schema does not have
//	pricing.override               blocks: an override that is incomplete or cannot be applied
//	pricing.charge                 blocks: a charge in another currency, or finer than the minor unit
//	pricing.customer-price.higher  info: the customer expects to pay more
//	pricing.customer-price.lower   blocks: the customer expects to pay less, beyond the tolerance
//	pricing.customer-price.unlike  blocks: the price that the customer states cannot be compared
//	pricing.rule-skipped           warns: a rule could not be evaluated (rules.SkipAndReport)
//	pricing.unplaced               warns: a part of an order step found no line to go to
//	pricing.combination            info: a better combination of rules may exist, and by how much at most
//	pricing.negative               blocks: a line or the order comes to less than zero
//
// (*) info where a person has set the price of the line ([SetPrice]).
func (e *Engine) Price(ctx context.Context, req Request) (Result, error) {
	c, ok := e.pool.Get().(*calculation)
	if !ok {
		c = &calculation{engine: e}
	}
	defer e.pool.Put(c)
	defer c.clear()
	if err := c.begin(req); err != nil {
		return Result{}, err
	}
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
	return c.result()
}

// Hash returns the content hash, in hexadecimal, of schema, zone, price book and
// rules.
func (e *Engine) Hash() string { return e.hash }

// Rules returns the rule book, nil when the engine has none.
func (e *Engine) Rules() *RuleBook { return e.rules }

// seal works out the hash.
func (e *Engine) seal() error {
	schema, err := json.Marshal(e.schema)
	if err != nil {
		return fmt.Errorf("pricing: schema: %w", err)
	}
	content := fmt.Appendf(nil, "%s\n%s\n%s\n", schema, e.zone, e.book.Hash())
	if e.rules != nil {
		content = append(content, e.rules.Hash()...)
	}
	hash := sha256.Sum256(content)
	e.hash = hex.EncodeToString(hash[:])
	return nil
}
