package steps_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

func holdBook(t testing.TB, c rules.Config, list ...steps.HoldRule) *steps.HoldBook {
	t.Helper()
	schema, err := steps.NewHoldSchema(c)
	require.NoError(t, err)
	book, err := rules.Compile(schema, "test", list)
	require.NoError(t, err)
	return book
}

// holds is a rule that holds under its own id.
func holds(id, when string) steps.HoldRule {
	return steps.HoldRule{ID: id, When: when, Then: steps.HoldEffect{Action: steps.PlaceHold, Kind: order.ManualHold, Code: id, Text: id}}
}

func warns(id, when string) steps.HoldRule {
	return steps.HoldRule{ID: id, When: when, Then: steps.HoldEffect{Action: steps.HoldWarning, Code: id, Text: id}}
}

// deciding opens a desk with all steps and the book, stock and credit.
func (h *house) deciding(t *testing.T, book *steps.HoldBook, change ...func(*steps.DecideConfig)) (*desk.Desk, *rules.Live[steps.HoldFacts, steps.HoldEffect]) {
	t.Helper()
	live := rules.NewLive(book)
	c := steps.DecideConfig{Rules: live, Customers: h.customers, Owner: "desk"}
	for _, f := range change {
		f(&c)
	}
	s := h.creditSteps()
	d := h.open(t, s[0], s[1], s[2], s[3], steps.Decide(c), s[4])
	h.stockUp(t, d, 30, 1000, "1000.00")
	return d, live
}

func account(t *testing.T, o *order.Order) (order.Decision, steps.RuleAccount) {
	t.Helper()
	d, ok := o.LastDecision("decide")
	require.True(t, ok)
	var a steps.RuleAccount
	require.NoError(t, json.Unmarshal(d.Explanation, &a))
	return d, a
}

func release(t *testing.T, d *desk.Desk, o *order.Order) *order.Order {
	t.Helper()
	for _, hold := range o.OpenHolds() {
		r, err := d.Release(t.Context(), o.ID, hold.ID, "ann", "looked at it")
		require.NoError(t, err)
		require.Nil(t, r.Waiting, "%+v", r.Waiting)
		o = r.Order
	}
	return o
}

func TestHoldEffects(t *testing.T) {
	for name, c := range map[string]struct {
		rules   []steps.HoldRule
		outcome order.Outcome
		found   []string
		holds   []order.Hold // kind, code, reason, owner
	}{
		"nothing matches": {[]steps.HoldRule{holds("a", "order.lines > 1")}, order.Passed, nil, nil},
		"warn":            {[]steps.HoldRule{warns("a", "true")}, order.Passed, []string{"warning order.rule.a: a"}, nil},
		"hold with figures, owner and fix": {
			[]steps.HoldRule{{ID: "r", When: `order.total >= money("40 USD")`, Then: steps.HoldEffect{
				Action: steps.PlaceHold, Kind: order.ComplianceHold, Code: "large", Owner: "legal",
				Text: "{order.total} for {customer.account}", Fix: "ask {customer.class}"}}},
			order.Held, []string{"block order.rule.large: 45.00 USD for C1 (ask GOLD)"},
			[]order.Hold{{Kind: order.ComplianceHold, Code: "order.rule.large", Reason: "45.00 USD for C1", Owner: "legal"}},
		},
		"all that match, by priority": {
			[]steps.HoldRule{holds("a", "true"), warns("b", "true"), {ID: "c", When: "true", Priority: 9, Then: holds("c", "").Then}},
			order.Held, []string{"block order.rule.c: c", "block order.rule.a: a", "warning order.rule.b: b"},
			[]order.Hold{
				{Kind: order.ManualHold, Code: "order.rule.c", Reason: "c", Owner: "desk"},
				{Kind: order.ManualHold, Code: "order.rule.a", Reason: "a", Owner: "desk"},
			},
		},
		"two rules, one hold": {
			[]steps.HoldRule{holds("a", "true"), {ID: "b", When: "true", Then: steps.HoldEffect{
				Action: steps.PlaceHold, Kind: order.ManualHold, Code: "a", Text: "again"}}},
			order.Held, []string{"block order.rule.a: a", "block order.rule.a: again"},
			[]order.Hold{{Kind: order.ManualHold, Code: "order.rule.a", Reason: "a", Owner: "desk"}},
		},
		"not in force": {[]steps.HoldRule{{ID: "a", When: "true", From: monday.Add(1), Then: holds("a", "").Then}}, order.Passed, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			book := holdBook(t, rules.Config{}, c.rules...)
			d, _ := h.deciding(t, book)
			o := submit(t, d, document("PO1", "C1", want("HAMMER", 5, quantity.Each)))
			dec, why := account(t, o)
			assert.Equal(t, c.outcome, dec.Outcome)
			assert.Equal(t, book.Hash(), dec.Book)
			assert.Equal(t, book.Hash(), why.Book)
			assert.Equal(t, "45.00 USD", why.Total)
			assert.Len(t, why.Fired, len(c.found))
			var found []string
			for _, f := range dec.Findings {
				found = append(found, f.String())
			}
			assert.Equal(t, c.found, found)
			var open []order.Hold
			for _, hold := range o.OpenHolds() {
				open = append(open, order.Hold{Kind: hold.Kind, Code: hold.Code, Reason: hold.Reason, Owner: hold.Owner})
			}
			assert.Equal(t, c.holds, open)
			status := order.StatusOpen
			if len(c.holds) > 0 {
				status = order.StatusOnHold
			}
			assert.Equal(t, status, o.Status())
			assert.Equal(t, order.StatusOpen, release(t, d, o).Status(), "what was released is not held again")
			h.replay(t, d)
		})
	}
}

// Every fact says what the order has come to.
func TestHoldFacts(t *testing.T) {
	newOrder := func(t *testing.T, rule steps.HoldRule) *order.Order {
		h := newHouse(t)
		d, _ := h.deciding(t, holdBook(t, rules.Config{}, rule), func(c *steps.DecideConfig) {
			c.FirstOrder = func(_ context.Context, o *order.Order) (bool, error) { return o.Customer == "C1", nil }
		})
		high, low := want("HAMMER", 5, quantity.Each), want("NAILS", 2000, quantity.Each)
		high.Price, low.Price = ptr(usd("8.00")), ptr(usd("4.60")) // 9.00 and 4.05 is ours
		low.PricePer = 100
		doc := document("PO1", "C1", high, low)
		doc.RequestedDelivery, doc.Type = calendar.MustDate("2026-03-29"), order.Rush
		doc.Parties = []order.Party{{Role: party.ShipTo, Address: address()}}
		return submit(t, d, doc)
	}
	for _, when := range []string{
		`order.id == "SO-00000001" && order.purchaseOrder == "PO1" && order.type == "rush"`,
		`order.channel == "manual" && order.partner == "" && order.today == date("2026-03-30")`,
		`order.total == money("121.00 USD") && order.currency == "USD"`, // 45.00 and 81.00, less 5.00
		`order.lines == 2 && order.rejected == 0`,
		`"NAILS" in order.items && len(order.items) == 2`,
		`"price" in order.holds && len(order.holds) == 1`, // 11% is beyond the tolerance
		`"pricing.customer-price.lower" in order.findings`,
		`order.priceDeviation == rate("11.1111%")`, // 1/9, cut
		`order.requestedDelivery == date("2026-03-29") && order.cancelAfter == nil && order.requestedShip == nil`,
		`order.firstShip == date("2026-03-30") && order.lastShip == date("2026-03-30") && order.lastDelivery == date("2026-03-30")`,
		`order.daysToShip == 0 && order.daysLate == 1`,
		`order.backordered == 1`,
		`order.firstOrder`,
		`customer.account == "C1" && shipTo.region == "OH"`,
	} {
		t.Run(when, func(t *testing.T) {
			_, why := account(t, newOrder(t, warns("a", when)))
			require.Len(t, why.Fired, 1)
		})
	}
	t.Run("priceDeviation is the worst by brute force", func(t *testing.T) {
		_, why := account(t, newOrder(t, warns("a", `order.priceDeviation > 0 or order.total > money("0 USD")`)))
		assert.Contains(t, fmt.Sprint(why.Fired[0].Saw), "0.111111")
	})
	t.Run("without prices, promises and first order", func(t *testing.T) {
		h := newHouse(t)
		c := steps.DecideConfig{Customers: h.customers, Rules: rules.NewLive(holdBook(t, rules.Config{},
			warns("a", `order.total == nil && order.currency == "" && order.firstShip == nil && order.daysToShip == nil && order.daysLate == nil`),
			warns("b", `order.firstOrder == nil && order.priceDeviation == nil`)))}
		d := h.open(t, h.steps()[0], steps.Decide(c))
		_, why := account(t, submit(t, d, document("PO1", "C1", want("HAMMER", 1, quantity.Each))))
		assert.Len(t, why.Fired, 2)
		assert.Empty(t, why.Total)
	})
	t.Run("first order cannot be told", func(t *testing.T) {
		h := newHouse(t)
		d, _ := h.deciding(t, holdBook(t, rules.Config{}), func(c *steps.DecideConfig) {
			c.FirstOrder = func(context.Context, *order.Order) (bool, error) { return false, errors.New("history: down") }
		})
		r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1", "C1", order.Request{
			ID: "1", Item: "HAMMER", Quantity: quantity.New(1, quantity.Each)})})
		require.NoError(t, err)
		require.NotNil(t, r.Waiting)
		assert.Equal(t, "decide", r.Waiting.Step)
	})
}

// What a person released stays released as long as the facts that the rule reads
// are the same, whatever the day is.
func TestReleaseIsGoodForTheFacts(t *testing.T) {
	dated := document("PO1", "C1", want("HAMMER", 5, quantity.Each))
	dated.RequestedShip, dated.RequestedDelivery = calendar.MustDate("2026-04-01"), calendar.MustDate("2026-04-01")
	for name, c := range map[string]struct {
		first, then steps.HoldRule
		days        int // that pass before it is released
		again       bool
	}{
		"the same":             {first: holds("a", `order.lines > 0`)},
		"the days to shipment": {first: holds("a", `order.daysToShip < 3`), days: 1},
		"today":                {first: holds("a", `order.today >= date("2026-03-30")`), days: 1},
		"the day has moved":    {first: holds("a", `order.daysToShip < 30`), days: 9, again: true}, // the stock expired
		"another code":         {first: holds("a", `order.lines > 0`), then: holds("b", `order.lines > 0`), again: true},
		"a rule of the same name that reads more": {
			first: holds("a", `order.lines > 0`), then: holds("a", `order.lines > 0 && customer.class == "GOLD"`), again: true,
		},
		"a rule of another name with the same question": {
			first: holds("a", `order.lines > 0`), then: steps.HoldRule{ID: "z", When: `order.lines >= 1`, Then: holds("a", "").Then},
		},
		"another kind": {
			first: holds("a", `order.lines > 0`), then: steps.HoldRule{ID: "a", When: `order.lines > 0`, Then: steps.HoldEffect{
				Action: steps.PlaceHold, Kind: order.ComplianceHold, Code: "a", Text: "a"}}, again: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			d, live := h.deciding(t, holdBook(t, rules.Config{}, c.first))
			o := submit(t, d, dated)
			require.Equal(t, order.StatusOnHold, o.Status())
			if c.then.ID != "" {
				live.Replace(holdBook(t, rules.Config{}, c.then))
			}
			h.clock.now = h.clock.now.AddDate(0, 0, c.days)
			o = release(t, d, o)
			dec, why := account(t, o)
			assert.Equal(t, live.Book().Hash(), dec.Book)
			require.Len(t, why.Fired, 1)
			if !c.again {
				assert.Equal(t, order.StatusOpen, o.Status())
				assert.Equal(t, "H1", why.Fired[0].Covered)
				assert.Equal(t, "a released by ann: looked at it", dec.Summary)
				assert.False(t, dec.Findings.Blocks())
				h.replay(t, d)
				return
			}
			require.Equal(t, order.StatusOnHold, o.Status())
			assert.Equal(t, "H2", why.Fired[0].Hold)
			o = release(t, d, o)
			assert.Equal(t, order.StatusOpen, o.Status(), "and that is good, too")
			h.replay(t, d)
		})
	}
}

// An order that has become another one is held again: here its price has changed
// while it waited.
func TestReleaseIsGoodForTheValue(t *testing.T) {
	h := newHouse(t)
	price := usd("9.00")
	live := rules.NewLive(holdBook(t, rules.Config{}, holds("a", `order.lines > 0`)))
	reprice := desk.Step{Name: "reprice", OnRelease: true, Run: func(_ context.Context, w *desk.Work) error {
		return w.Record(order.Priced{Lines: []order.PricedLine{{
			Line: "1", UnitPrice: price, Net: price, Charges: []order.Charge{{Step: "list", Kind: "price", Amount: price}},
		}}})
	}}
	d := h.open(t, h.steps()[0], reprice, steps.Decide(steps.DecideConfig{Rules: live, Customers: h.customers}))
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 1, quantity.Each)))
	price = usd("9.01")
	o = release(t, d, o)
	require.Len(t, o.OpenHolds(), 1, "worth 9.01, released at 9.00")
	o = release(t, d, o)
	require.Empty(t, o.OpenHolds())
	_, why := account(t, o)
	assert.Equal(t, "H2", why.Fired[0].Covered)
}

// A release of the other holds lets the rules speak again, and they do not bring
// back what they let go.
func TestHoldsOfSeveralSteps(t *testing.T) {
	h := newHouse(t)
	d, _ := h.deciding(t, holdBook(t, rules.Config{},
		holds("a", `"price" in order.holds`), holds("b", `"credit" in order.holds or order.lines == 1`),
		holds("c", `"pricing.customer-price.lower" in order.findings`), // among others, which go when the credit check passes
		holds("d", `"order.rule.d" in order.findings or "order.rule.c" in order.findings`)))
	line := want("HAMMER", 200, quantity.Each)
	line.Price = ptr(usd("1.00"))
	o := submit(t, d, document("PO1", "C1", line))
	var kinds []order.HoldKind
	for _, hold := range o.OpenHolds() {
		kinds = append(kinds, hold.Kind)
	}
	require.Equal(t, []order.HoldKind{order.PriceHold, order.CreditHold, order.ManualHold, order.ManualHold, order.ManualHold}, kinds)
	o = release(t, d, o)
	assert.Equal(t, order.StatusOpen, o.Status())
	credit, _ := o.LastDecision("credit")
	assert.Contains(t, credit.Summary, "released by ann")
	h.replay(t, d)
}

// A hold that nobody has released is still there when the step runs again.
func TestDecideRunsAgainWhileItHolds(t *testing.T) {
	h := newHouse(t)
	decide := steps.Decide(steps.DecideConfig{Rules: rules.NewLive(holdBook(t, rules.Config{}, holds("a", "true"))), Customers: h.customers})
	once := decide.Run
	decide.Run = func(ctx context.Context, w *desk.Work) error { return errors.Join(once(ctx, w), once(ctx, w)) }
	o := submit(t, h.open(t, h.steps()[0], decide), document("PO1", "C1", want("HAMMER", 1, quantity.Each)))
	require.Len(t, o.Holds, 1)
	dec, why := account(t, o)
	assert.Equal(t, order.Held, dec.Outcome)
	assert.Equal(t, "H1", why.Fired[0].Hold)
}

func TestHoldBookIsReplaced(t *testing.T) {
	h := newHouse(t)
	d, live := h.deciding(t, holdBook(t, rules.Config{}, holds("a", "true")))
	assert.Equal(t, order.StatusOnHold, submit(t, d, document("PO1", "C1", want("HAMMER", 1, quantity.Each))).Status())
	schema, err := steps.NewHoldSchema(rules.Config{})
	require.NoError(t, err)
	bad, err := rules.Compile(schema, "test", []steps.HoldRule{holds("a", "order.totl == nil")})
	require.ErrorContains(t, err, "did you mean order.total?")
	live.Replace(bad)
	assert.Equal(t, order.StatusOnHold, submit(t, d, document("PO2", "C1", want("HAMMER", 1, quantity.Each))).Status())
	second := holdBook(t, rules.Config{}, warns("b", "true"))
	live.Replace(second)
	o := submit(t, d, document("PO3", "C1", want("HAMMER", 1, quantity.Each)))
	assert.Equal(t, order.StatusOpen, o.Status())
	dec, _ := account(t, o)
	assert.Equal(t, second.Hash(), dec.Book)
}

func TestHoldEffectsThatAreRefused(t *testing.T) {
	schema, err := steps.NewHoldSchema(rules.Config{})
	require.NoError(t, err)
	for want, then := range map[string]string{
		"the action is missing":             `{ code: a, text: a }`,
		"is no action; expected hold":       `{ action: block, code: a, text: a }`,
		"the kind of the hold is missing":   `{ action: hold, code: a, text: a }`,
		"put the rule into the credit book": `{ action: hold, kind: credit, code: a, text: a }`,
		`the kind "By Hand"`:                `{ action: hold, kind: By Hand, code: a, text: a }`,
		"kind and owner belong to a hold":   `{ action: warn, owner: me, code: a, text: a }`,
		"the text is missing":               `{ action: warn, code: a }`,
		`the code "a b"`:                    `{ action: warn, code: a b, text: a }`,
		"{total} is not the name of a fact": `{ action: warn, code: a, text: "{total}" }`,
	} {
		_, err := rules.Load(schema, rules.YAML[steps.HoldEffect]("holds.yaml", []byte("rules:\n  - id: a\n    when: \"true\"\n    then: "+then)))
		var load *rules.LoadError
		require.ErrorAs(t, err, &load, then)
		assert.Contains(t, err.Error(), want)
	}
	h := newHouse(t)
	_, err = h.tryOpen(t, steps.Decide(steps.DecideConfig{Customers: h.customers}))
	require.ErrorContains(t, err, "Rules is required")
}

func TestHoldRuleThatFails(t *testing.T) {
	bad := holds("euro", `order.total > money("1 EUR")`)
	h := newHouse(t)
	d, live := h.deciding(t, holdBook(t, rules.Config{}, bad))
	r, err := d.Submit(t.Context(), desk.Submission{Key: "k", Document: document("PO1", "C1", order.Request{
		ID: "1", Item: "HAMMER", Quantity: quantity.New(1, quantity.Each)})})
	require.NoError(t, err)
	require.NotNil(t, r.Waiting)
	assert.Contains(t, r.Waiting.Error, "rule euro")
	live.Replace(holdBook(t, rules.Config{OnError: rules.SkipAndReport}, bad, warns("b", "true")))
	h.clock.now = h.clock.now.AddDate(0, 0, 1)
	results, err := d.RunDue(t.Context())
	require.NoError(t, err)
	require.Len(t, results, 1)
	dec, _ := account(t, results[0].Order)
	assert.Equal(t, order.Passed, dec.Outcome)
	assert.Len(t, dec.Findings.With("order.rule-failed"), 1)
	assert.Len(t, dec.Findings.With("order.rule.b"), 1)
}

// However many rules match, which of them held the order is kept.
func TestManyHoldRules(t *testing.T) {
	h := newHouse(t)
	var list []steps.HoldRule
	for i := range 400 {
		r := holds(fmt.Sprint("r", i), `"HAMMER" in order.items && customer.class == "GOLD" && order.purchaseOrder != "" && order.type == "standard" && order.lines > 0 && order.channel == "manual" && order.total > money("0 USD")`)
		r.Name = "a rule that says much of itself, so that its account is long"
		if i > 0 {
			r.Then.Code = "r0"
		}
		list = append(list, r)
	}
	d, _ := h.deciding(t, holdBook(t, rules.Config{}, list...))
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 1, quantity.Each)))
	require.Len(t, o.OpenHolds(), 1)
	dec, why := account(t, o)
	assert.Len(t, why.Fired, 400)
	assert.LessOrEqual(t, len(dec.Explanation), 256<<10)
	assert.Empty(t, why.Fired[0].Saw)
	assert.Equal(t, order.StatusOpen, release(t, d, o).Status())
	h.replay(t, d)
}

// A desk prices with rules that are replaced while it is open.
func TestPriceRulesAreReplaced(t *testing.T) {
	h := newHouse(t)
	book, err := pricing.NewBook(pricing.Record{ID: "L-HAMMER", Key: pricing.Key{Item: "HAMMER"}, Price: usd("10.00"), Unit: quantity.Each})
	require.NoError(t, err)
	gold := func(rate string) *pricing.RuleBook {
		b, err := pricing.NewRuleBook("discounts", pricing.Rule{ID: "gold", Group: "discount", When: `customer.group == "GOLD"`,
			Then: pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate(rate)}})
		require.NoError(t, err)
		return b
	}
	live, err := pricing.NewLive(pricing.Config{Zone: time.UTC, Prices: book, Rules: gold("10%"), Schema: pricing.Schema{
		Name: "live", Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
		Steps: []pricing.Step{
			{Name: "list", Kind: pricing.StepPrice}, {Name: "discount", Kind: pricing.StepDiscount, Base: pricing.BaseRunning},
		},
	}})
	require.NoError(t, err)
	s := h.steps()
	s[1] = steps.Price(steps.PriceConfig{Engine: live, Customers: h.customers, Items: h.items})
	d := h.open(t, s...)
	h.supply(t)
	o := submit(t, d, document("PO1", "C1", want("HAMMER", 1, quantity.Each)))
	assert.Equal(t, usd("9.00"), o.Total())
	was, _ := o.LastDecision("price")
	_, err = live.ReplaceRules(gold("20%"))
	require.NoError(t, err)
	o = submit(t, d, document("PO2", "C1", want("HAMMER", 1, quantity.Each)))
	assert.Equal(t, usd("8.00"), o.Total())
	is, _ := o.LastDecision("price")
	assert.Equal(t, live.Engine().Hash(), is.Book)
	assert.NotEqual(t, was.Book, is.Book)
}

// TestRulesAreReplacedWhileTheDeskWorks holds every decision to the book that it
// names; run with -race.
func TestRulesAreReplacedWhileTheDeskWorks(t *testing.T) {
	h := newHouse(t)
	want := map[string]string{} // the code that a book finds, by its hash
	checks := make([]*steps.ValidationBook, 2)
	holding := make([]*steps.HoldBook, 2)
	for i, id := range []string{"a", "b"} {
		checks[i] = validationBook(t, rules.Config{}, ofOrder(id, "true", steps.ValidationWarning), ofLine(id+"-line", "line.known", steps.ValidationWarning))
		holding[i] = holdBook(t, rules.Config{}, warns(id, "true"), warns(id+"-line", "order.lines == 1"))
		want[checks[i].Hash()], want[holding[i].Hash()] = id, id
	}
	check, hold := rules.NewLive(checks[0]), rules.NewLive(holding[0])
	d := h.open(t, steps.Validate(steps.ValidateConfig{Customers: h.customers, Items: h.items, Rules: check}),
		steps.Decide(steps.DecideConfig{Customers: h.customers, Rules: hold}))
	var wg sync.WaitGroup
	for worker := range 3 {
		wg.Go(func() {
			for i := range 30 {
				po := fmt.Sprint(worker, "-", i)
				r, err := d.Submit(t.Context(), desk.Submission{Key: po, Document: document(po, "C1", order.Request{
					ID: "1", Item: "HAMMER", Quantity: quantity.New(1, quantity.Each)})})
				if err != nil {
					t.Error(err)
					return
				}
				for _, step := range []string{"validate", "decide"} {
					dec, _ := r.Order.LastDecision(step)
					code := "order.rule." + want[dec.Book]
					if len(dec.Findings) != 2 || dec.Findings[0].Code != code || dec.Findings[1].Code != code+"-line" {
						t.Errorf("%s: %s by book %s", step, dec.Findings, dec.Book)
					}
				}
			}
		})
	}
	for i := range 200 {
		check.Replace(checks[i%2])
		hold.Replace(holding[i%2])
	}
	wg.Wait()
}
