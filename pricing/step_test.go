package pricing_test

import (
	"context"
	"errors"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

func rule(id, step string, priority int, d pricing.Discount) pricing.Rule {
	return pricing.Rule{ID: id, Group: step, When: "true", Priority: priority, Then: d}
}

func TestStacking(t *testing.T) {
	rules := []pricing.Rule{
		rule("ten", "d", 2, percent("10%")), rule("fifteen", "d", 1, off("15 USD")), rule("euro", "d", 9, off("99 EUR")),
		rule("later", "later", 0, percent("50%")),
	}
	for stacking, want := range map[pricing.Stacking][]string{
		"":                     {"list 100.00", "d -10.00", "d -15.00", "later -37.50"},
		pricing.Stack:          {"list 100.00", "d -10.00", "d -15.00", "later -37.50"},
		pricing.StackBest:      {"list 100.00", "d -15.00", "later -42.50"},
		pricing.StackFirst:     {"list 100.00", "d -10.00", "later -45.00"},
		pricing.StackExclusive: {"list 100.00", "d -10.00"},
	} {
		for _, scope := range []pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder} {
			step := discountStep("d", pricing.BaseRunning)
			step.Stacking, step.Scope = stacking, scope
			e := setup{
				schema:  schemaOf(step, discountStep("later", pricing.BaseRunning)),
				records: []pricing.Record{listPrice("A", "100 USD")}, rules: rules,
			}.engine(t)
			for _, trace := range []pricing.Trace{pricing.TraceOff, pricing.TraceFull} {
				r := request(line("A", 1))
				r.Trace = trace
				got := price(t, e, r)
				assert.Equal(t, want, amounts(got.Lines[0]), "%s at %s scope, trace %s", stacking, scope, trace)
			}
		}
	}
	t.Run("of equals the first", func(t *testing.T) {
		step := discountStep("d", pricing.BaseRunning)
		step.Stacking = pricing.StackBest
		e := setup{
			schema: schemaOf(step), records: []pricing.Record{listPrice("A", "100 USD")},
			rules: []pricing.Rule{rule("b", "d", 0, percent("10%")), rule("a", "d", 0, off("10 USD")), rule("c", "d", 0, percent("9%"))},
		}.engine(t)
		assert.Equal(t, "a", price(t, e, request(line("A", 1))).Lines[0].Entries[1].Source)
	})
	t.Run("the best surcharge is the least", func(t *testing.T) {
		step := pricing.Step{Name: "s", Kind: pricing.StepSurcharge, Base: pricing.BaseList, Stacking: pricing.StackBest}
		e := setup{
			schema: schemaOf(step), records: []pricing.Record{listPrice("A", "100 USD")},
			rules: []pricing.Rule{rule("a", "s", 5, percent("10%")), rule("b", "s", 0, percent("4%"))},
		}.engine(t)
		assert.Equal(t, usd("104.00"), price(t, e, request(line("A", 1))).Total)
	})
	t.Run("an explicit discount of nothing beats a general one", func(t *testing.T) {
		step := discountStep("d", pricing.BaseRunning)
		step.Stacking = pricing.StackFirst
		e := setup{
			schema: schemaOf(step), records: []pricing.Record{listPrice("A", "100 USD")},
			rules: []pricing.Rule{rule("general", "d", 0, percent("10%")), rule("special", "d", 1, percent("0%"))},
		}.engine(t)
		got := price(t, e, request(line("A", 1)))
		assert.Equal(t, usd("100.00"), got.Total)
		assert.Equal(t, "special", got.Lines[0].Entries[1].Source)
	})
}

func TestDiscountKinds(t *testing.T) {
	units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 12})
	require.NoError(t, err)
	minimum := off("5 USD")
	minimum.Minimum = usd("240.00")
	over := off("5 USD")
	over.Minimum = usd("240.01")
	euro := percent("10%")
	euro.Minimum = money.MustParse("1 EUR")
	for name, c := range map[string]struct {
		discount pricing.Discount
		want     string
		why      pricing.Why
	}{
		"per ordered unit":            {pricing.Discount{Kind: pricing.AmountPerUnit, Amount: usd("1.25")}, "237.50", ""},
		"per 100 pieces":              {pricing.Discount{Kind: pricing.AmountPerUnit, Amount: usd("33.33"), Per: 100, Unit: quantity.Each}, "232.00", ""},
		"per unit that is none":       {pricing.Discount{Kind: pricing.AmountPerUnit, Amount: usd("1"), Unit: quantity.Kilogram}, "240.00", pricing.WhyNoConversion},
		"the line":                    {off("12.34 USD"), "227.66", ""},
		"an amount with finer digits": {off("0.125 USD"), "239.87", ""},
		"another currency":            {off("12.34 EUR"), "240.00", pricing.WhyOtherCurrency},
		"a minimum reached":           {minimum, "235.00", ""},
		"a minimum not reached":       {over, "240.00", pricing.WhyBelowMinimum},
		"a minimum in EUR":            {euro, "240.00", pricing.WhyOtherCurrency},
	} {
		t.Run(name, func(t *testing.T) {
			e := setup{
				schema: schemaOf(discountStep("d", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "10 USD")},
				rules: []pricing.Rule{always("d", c.discount)},
			}.engine(t)
			r := request(pricing.Line{Item: "A", Quantity: quantity.New(2, quantity.Case), Units: units})
			r.Trace = pricing.TraceFull
			got := price(t, e, r)
			assert.Equal(t, usd(c.want), got.Total)
			assert.Equal(t, c.why, got.Lines[0].Entries[1].Why)
			assert.Equal(t, "d-rule", got.Lines[0].Entries[1].Source)
		})
	}
}

// Conditions see the customer, the line and the order as the step begins.
func TestFacts(t *testing.T) {
	condition := func(when string) bool {
		e := setup{
			schema:  schemaOf(discountStep("first", pricing.BaseRunning), discountStep("d", pricing.BaseRunning)),
			records: []pricing.Record{listPrice("A", "10 USD"), listPrice("B", "10 USD")},
			rules:   []pricing.Rule{always("first", percent("10%")), {ID: "1", Group: "d", When: when, Then: percent("50%")}},
		}.engine(t)
		units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Box, Of: 5})
		require.NoError(t, err)
		r := request(pricing.Line{Item: "A", Category: "TOOLS", Tags: []string{"new"}, Quantity: quantity.New(1, quantity.Box), Units: units}, line("B", 1))
		r.Customer = pricing.Customer{
			Account: "100", Group: "GOLD", Hierarchy: []string{"WEST"}, Contracts: []string{"K"}, Tags: []string{"vip"},
		}
		r.Coupons = []string{"SPRING"}
		return price(t, e, r).Lines[0].Total == usd("22.50")
	}
	for _, when := range []string{
		`customer.account == "100"`, `customer.group in ["GOLD", "SILVER"]`, `"WEST" in customer.hierarchy`,
		`"K" in customer.contracts`, `"vip" in customer.tags`, `item == "A"`, `category == "TOOLS"`, `"new" in tags`,
		`quantity >= qty("5 EA")`, `unit == "BX"`, `list == money("50.00 USD")`, `running == money("45.00 USD")`, `record == "LIST-A-10 USD"`,
		`order.currency == "USD"`, `order.date == date("2026-03-27")`, `"SPRING" in order.coupons`, `order.lines == 2`,
		`order.running == money("54.00 USD")`,
	} {
		assert.True(t, condition(when), when)
		assert.False(t, condition("not ("+when+")"), "not %s", when)
	}
}

func TestOverrides(t *testing.T) {
	manual := pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseRunning}
	s := setup{
		schema:  schemaOf(manual, discountStep("d", pricing.BaseList)),
		records: []pricing.Record{listPrice("A", "10 USD")}, rules: []pricing.Rule{always("d", percent("10%"))},
	}
	override := func(o pricing.Override) pricing.Request {
		l := line("A", 10)
		o.Step, o.Actor, o.Reason = "manual", "a.clerk", "as agreed"
		l.Overrides = []pricing.Override{o}
		return request(l)
	}
	t.Run("a price takes the place of ours, which stays in sight", func(t *testing.T) {
		got := price(t, s.engine(t), override(pricing.Override{Kind: pricing.SetPrice, Price: pricing.Price{Amount: usd("9")}}))
		assert.Equal(t, []string{"list 100.00", "manual -10.00", "d -9.00"}, amounts(got.Lines[0]), "percentages are of the price that was set")
		e := got.Lines[0].Entries[1]
		assert.Equal(t, "a.clerk", e.Actor)
		assert.Equal(t, "as agreed", e.Reason)
		assert.Equal(t, usd("9"), e.Base)
		assert.Equal(t, usd("10"), got.Lines[0].Price.Amount)
		assert.Equal(t, usd("90"), got.Lines[0].List)
	})
	t.Run("a percentage", func(t *testing.T) {
		got := price(t, s.engine(t), override(pricing.Override{Kind: pricing.TakePercent, Rate: money.MustRate("2.5%")}))
		assert.Equal(t, []string{"list 100.00", "manual -2.50", "d -10.00"}, amounts(got.Lines[0]))
	})
	t.Run("an amount", func(t *testing.T) {
		got := price(t, s.engine(t), override(pricing.Override{Kind: pricing.TakeAmount, Amount: usd("-3")}))
		assert.Equal(t, []string{"list 100.00", "manual 3.00", "d -10.00"}, amounts(got.Lines[0]), "a negative reduction adds")
	})
	t.Run("a price for what has none", func(t *testing.T) {
		none := s
		none.records = []pricing.Record{listPrice("B", "10 USD")}
		got := price(t, none.engine(t), override(pricing.Override{Kind: pricing.SetPrice, Price: pricing.Price{Amount: usd("9")}}))
		assert.True(t, got.Lines[0].Priced)
		assert.Equal(t, []string{"manual 90.00", "d -9.00"}, amounts(got.Lines[0]))
		assert.Equal(t, finding.Info, got.Findings.Worst(), "the missing price is no longer in the way")
		assert.Len(t, got.Findings.With("pricing.price-missing"), 1)
	})
	t.Run("a reduction of what has no price", func(t *testing.T) {
		none := s
		none.records = []pricing.Record{listPrice("B", "10 USD")}
		got := price(t, none.engine(t), override(pricing.Override{Kind: pricing.TakeAmount, Amount: usd("3")}))
		assert.Equal(t, usd("0"), got.Total)
		assert.True(t, got.Findings.Blocks())
	})
	for name, o := range map[string]pricing.Override{
		"nobody":               {Step: "manual", Kind: pricing.TakePercent, Reason: "r"},
		"no reason":            {Step: "manual", Kind: pricing.TakePercent, Actor: "a"},
		"no kind":              {Step: "manual", Actor: "a", Reason: "r"},
		"a step of no name":    {Step: "d", Kind: pricing.TakePercent, Actor: "a", Reason: "r"},
		"a price in EUR":       {Step: "manual", Kind: pricing.SetPrice, Actor: "a", Reason: "r", Price: pricing.Price{Amount: money.MustParse("1 EUR")}},
		"a price per -1":       {Step: "manual", Kind: pricing.SetPrice, Actor: "a", Reason: "r", Price: pricing.Price{Amount: usd("1"), Per: -1}},
		"a price per kilogram": {Step: "manual", Kind: pricing.SetPrice, Actor: "a", Reason: "r", Price: pricing.Price{Amount: usd("1"), Unit: quantity.Kilogram}},
		"a fraction of a cent": {Step: "manual", Kind: pricing.TakeAmount, Actor: "a", Reason: "r", Amount: usd("0.001")},
	} {
		t.Run(name, func(t *testing.T) {
			l := line("A", 10)
			l.Overrides = []pricing.Override{o}
			got := price(t, s.engine(t), request(l))
			assert.Equal(t, usd("90.00"), got.Total, "it is not booked")
			require.Len(t, got.Findings, 1)
			assert.True(t, got.Findings.Blocks())
			assert.Contains(t, got.Findings[0].Path, "lines[0]")
		})
	}
}

func TestOrderOverridesAndCharges(t *testing.T) {
	s := setup{
		schema: schemaOf(
			pricing.Step{Name: "approved", Kind: pricing.StepOverride, Base: pricing.BaseRunning, Scope: pricing.ScopeOrder},
			pricing.Step{Name: "packing", Kind: pricing.StepCharge},
			pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder},
			pricing.Step{Name: "commission", Kind: pricing.StepSurcharge, Base: pricing.BaseRunning, Statistical: true},
		),
		records: []pricing.Record{listPrice("A", "10 USD"), listPrice("B", "20 USD"), listPrice("F", "0 USD"), listPrice("G", "0 USD")},
		rules:   []pricing.Rule{always("commission", percent("3%"))},
	}
	r := request(line("A", 1), line("B", 1))
	r.Lines[1].Charges = []pricing.Charge{{Step: "packing", Amount: usd("1.50"), Source: "gift box"}}
	r.Overrides = []pricing.Override{{Step: "approved", Kind: pricing.TakePercent, Rate: money.MustRate("5%"), Actor: "a", Reason: "r"}}
	r.Charges = []pricing.Charge{{Step: "freight", Amount: usd("7.00"), Source: "ground"}, {Step: "freight", Amount: usd("0.50"), Source: "fuel"}}
	got := price(t, s.engine(t), r)
	assert.Equal(t, []string{"list 10.00", "approved -0.50", "freight 2.22", "freight 0.16"}, amounts(got.Lines[0]))
	assert.Equal(t, []string{"list 20.00", "approved -1.00", "packing 1.50", "freight 4.78", "freight 0.34"}, amounts(got.Lines[1]))
	assert.Equal(t, usd("31.50"), got.Net, "without the parts of order steps")
	assert.Equal(t, usd("37.50"), got.Total)
	last := got.Lines[0].Entries[len(got.Lines[0].Entries)-1]
	assert.True(t, last.Statistical)
	assert.Equal(t, usd("0.36"), last.Amount, "3% of 11.88, recorded and not added")
	assert.Equal(t, last.Before, last.After)

	t.Run("freight of free goods is spread evenly", func(t *testing.T) {
		r := request(line("F", 1), line("G", 1))
		r.Charges = []pricing.Charge{{Step: "freight", Amount: usd("7.01")}}
		assert.Equal(t, []string{"3.51", "3.50"}, totals(price(t, s.engine(t), r)))
	})
	t.Run("what names no step or is in another currency is a finding", func(t *testing.T) {
		r := request(line("A", 1))
		r.Charges = []pricing.Charge{{Step: "postage", Amount: usd("1")}, {Step: "freight", Amount: money.MustParse("1 EUR")}, {Step: "freight", Amount: usd("0.001")}}
		r.Overrides = []pricing.Override{{Step: "approved", Kind: pricing.SetPrice, Price: pricing.Price{Amount: usd("1")}, Actor: "a", Reason: "r"}}
		got := price(t, s.engine(t), r)
		assert.Equal(t, usd("10.00"), got.Total)
		var paths []string
		for _, f := range got.Findings {
			paths = append(paths, f.Path)
		}
		assert.Equal(t, []string{"overrides[0]", "charges[0].step", "charges[1].amount", "charges[2].amount"}, paths)
	})
	t.Run("freight of nothing has nowhere to go", func(t *testing.T) {
		r := request(line("unknown", 1))
		r.Charges = []pricing.Charge{{Step: "freight", Amount: usd("7.00")}}
		got := price(t, s.engine(t), r)
		assert.Equal(t, usd("0"), got.Total)
		assert.Len(t, got.Findings.With("pricing.unplaced"), 1)
	})
}

// Rules take no more than there is; a person may, and that is an error unless the
// schema allows it. Where it does, rules may too.
func TestNegativeAmounts(t *testing.T) {
	s := setup{
		schema:  schemaOf(pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList}, discountStep("d", pricing.BaseRunning)),
		records: []pricing.Record{listPrice("A", "10 USD")},
		rules:   []pricing.Rule{always("d", off("10.01 USD"))},
	}
	byRule, byPerson := request(line("A", 1)), request(line("A", 1))
	byPerson.Lines[0].Overrides = []pricing.Override{
		{Step: "manual", Kind: pricing.TakeAmount, Amount: usd("10.01"), Actor: "ann", Reason: "a gift"},
	}
	got := price(t, s.engine(t), byRule)
	assert.Equal(t, usd("0.00"), got.Total)
	assert.Empty(t, got.Findings)
	got = price(t, s.engine(t), byPerson)
	assert.Equal(t, usd("-0.01"), got.Total)
	assert.Len(t, got.Findings.With("pricing.negative"), 2, "the line and the order")
	s.schema.AllowNegative = true
	assert.Empty(t, price(t, s.engine(t), byPerson).Findings)
	assert.Equal(t, usd("-0.01"), price(t, s.engine(t), byRule).Total)
}

// pricing.md: an order discount takes no more from a line than is left; what
// cannot be placed is a finding.
func TestUnplacedDiscount(t *testing.T) {
	e := setup{
		schema: schemaOf(orderStep("o")), records: []pricing.Record{listPrice("A", "10 USD"), listPrice("B", "5 USD")},
		rules: []pricing.Rule{always("o", off("20 USD"))},
	}.engine(t)
	for _, r := range []pricing.Request{request(line("A", 1), line("B", 1)), request(line("A", 1))} {
		got := price(t, e, r)
		assert.Equal(t, usd("0"), got.Total)
		require.Len(t, got.Findings, 1)
		assert.Equal(t, "pricing.unplaced", got.Findings[0].Code)
		assert.Equal(t, finding.Warning, got.Findings[0].Severity)
	}
}

// A rule of order scope works on the lines that match it.
func TestEligibleLines(t *testing.T) {
	tools := rule("tools", "o", 0, off("9 USD"))
	tools.When, tools.Then.Minimum = `category == "TOOLS"`, usd("30")
	e := setup{
		schema: schemaOf(orderStep("o")), rules: []pricing.Rule{tools},
		records: []pricing.Record{listPrice("A", "10 USD"), listPrice("B", "20 USD"), listPrice("C", "70 USD")},
	}.engine(t)
	tool := func(item string) pricing.Line {
		return pricing.Line{Item: item, Category: "TOOLS", Quantity: ea(1)}
	}
	got := price(t, e, request(tool("A"), line("C", 1), tool("B")))
	assert.Equal(t, []string{"7.00", "70.00", "14.00"}, totals(got))
	got = price(t, e, request(tool("A"), line("C", 1)))
	assert.Equal(t, []string{"10.00", "70.00"}, totals(got), "the minimum is that of the eligible lines")
}

// 100% off leaves nothing where exact steps left fractions of a cent.
func TestAllOffAfterExactSteps(t *testing.T) {
	for _, document := range []pricing.DocumentRounding{pricing.RoundLines, pricing.RoundTotal} {
		step := discountStep("d", pricing.BaseRunning)
		step.Exact = true
		s := setup{
			schema:  schemaOf(step, orderStep("o")),
			records: []pricing.Record{listPrice("A", "10.60 USD"), listPrice("B", "20.60 USD"), listPrice("C", "0.01 USD")},
			rules:   []pricing.Rule{always("d", percent("0.99%")), always("o", percent("100%"))},
		}
		s.schema.Document = document
		got := price(t, s.engine(t), request(line("A", 1), line("B", 1), line("C", 1)))
		assert.Equal(t, []string{"0.00", "0.00", "0.00"}, totals(got), document)
		assert.Empty(t, got.Findings, document)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	e := setup{schema: schemaOf(), records: []pricing.Record{listPrice("A", "10 USD")}}.engine(t)
	r := pricing.Request{Lines: []pricing.Line{{}, {ID: "1"}, {ID: "1"}}, Trace: "all"}
	_, err := e.Price(t.Context(), r)
	var refused *pricing.RequestError
	require.ErrorAs(t, err, &refused)
	assert.Len(t, refused.Faults, 5, err)

	got := price(t, e, request(line("A", 0), pricing.Line{Item: "A"}, line("A", -1), line("A", 1)))
	assert.Len(t, got.Findings.With("pricing.quantity"), 3)
	assert.Equal(t, usd("10.00"), got.Total, "the others are priced")

	huge := setup{schema: schemaOf(), records: []pricing.Record{listPrice("A", "90000000000000000 USD")}}.engine(t)
	_, err = huge.Price(t.Context(), request(line("A", 10)))
	require.ErrorIs(t, err, money.ErrRange)
	assert.ErrorContains(t, err, "line 1")

	ended, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("enough")
	cancel(reason)
	_, err = e.Price(ended, request(line("A", 1)))
	assert.ErrorIs(t, err, reason)

	empty := price(t, e, request())
	assert.Equal(t, usd("0"), empty.Total)
}

// Ties of an apportionment go to the shorter id, then to the lower: 2 before 10.
func TestTiesGoByLineID(t *testing.T) {
	e := setup{
		schema: schemaOf(orderStep("o")), records: []pricing.Record{listPrice("A", "1 USD")},
		rules: []pricing.Rule{always("o", off("0.01 USD"))},
	}.engine(t)
	ten, two := line("A", 1), line("A", 1)
	ten.ID, two.ID = "10", "2"
	assert.Equal(t, []string{"1.00", "0.99"}, totals(price(t, e, request(ten, two))))
}

// Only an exclusive discount that counts closes a line, and only to discounts.
func TestWhatAnExclusiveRuleCloses(t *testing.T) {
	exclusive := func(kind pricing.StepKind, statistical bool) pricing.Step {
		return pricing.Step{Name: "x", Kind: kind, Base: pricing.BaseRunning, Stacking: pricing.StackExclusive, Statistical: statistical}
	}
	surcharge := pricing.Step{Name: "s", Kind: pricing.StepSurcharge, Base: pricing.BaseRunning}
	for name, c := range map[string]struct {
		step pricing.Step
		want string
	}{
		"a discount":             {exclusive(pricing.StepDiscount, false), "99.00"}, // 100 - 10% + 10%
		"a statistical discount": {exclusive(pricing.StepDiscount, true), "88.00"},  // 100 - 20% + 10%
		"a surcharge":            {exclusive(pricing.StepSurcharge, false), "96.80"},
	} {
		t.Run(name, func(t *testing.T) {
			e := setup{
				schema: schemaOf(c.step, discountStep("d", pricing.BaseRunning), surcharge), records: []pricing.Record{listPrice("A", "100 USD")},
				rules: []pricing.Rule{always("x", percent("10%")), always("d", percent("20%")), always("s", percent("10%"))},
			}.engine(t)
			assert.Equal(t, usd(c.want), price(t, e, request(line("A", 1))).Total)
		})
	}
}

// A charge does not weigh in the next one of its step.
func TestChargesOfOneStep(t *testing.T) {
	e := setup{
		schema:  schemaOf(pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder}),
		records: []pricing.Record{listPrice("A", "0 USD")},
	}.engine(t)
	r := request(line("A", 1), line("A", 1))
	r.Charges = []pricing.Charge{{Step: "freight", Amount: usd("0.01")}, {Step: "freight", Amount: usd("1.00")}}
	assert.Equal(t, []string{"0.51", "0.50"}, totals(price(t, e, r)))
}

// Of rules of the order that are equally good the first applies.
func TestBestOfTheOrder(t *testing.T) {
	step := orderStep("o")
	step.Stacking = pricing.StackBest
	tools := rule("tools", "o", 0, percent("50%"))
	tools.When = `item == "A"`
	e := setup{
		schema: schemaOf(step), records: []pricing.Record{listPrice("A", "20 USD"), listPrice("B", "80 USD")},
		rules: []pricing.Rule{tools, rule("all", "o", 0, percent("10%")), rule("first", "o", 1, off("10 USD")), rule("euro", "o", 2, off("90 EUR"))},
	}.engine(t)
	got := price(t, e, request(line("A", 1), line("B", 1)))
	assert.Equal(t, usd("90.00"), got.Total)
	assert.Equal(t, "first", got.Entries[0].Source)
	assert.Equal(t, []string{"18.00", "72.00"}, totals(got))
}

// A share of a large amount by a rate of many digits is worked out as exactly where
// the net is rounded as where the share is.
func TestRoundNetOfManyDigits(t *testing.T) {
	for _, roundNet := range []bool{false, true} {
		step := discountStep("d", pricing.BaseRunning)
		step.RoundNet = roundNet
		e := setup{
			schema: schemaOf(step), records: []pricing.Record{listPrice("A", "1234567.89 USD")},
			rules: []pricing.Rule{always("d", percent("0.123456789012345678"))},
		}.engine(t)
		// 1,234,567,890.00 x 0.876543210987654322 = 1,082,152,101.3...
		want := decimal.RequireFromString("1234567890").Mul(decimal.RequireFromString("0.876543210987654322")).Round(2)
		assert.Equal(t, want.StringFixed(2)+" USD", price(t, e, request(line("A", 1000))).Total.String())
	}
}
