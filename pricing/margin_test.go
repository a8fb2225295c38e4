package pricing_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
)

func floorStep(name string, scope pricing.Scope, floor string, outcome pricing.MarginOutcome) pricing.Step {
	return pricing.Step{
		Name: name, Kind: pricing.StepMargin, Scope: scope,
		Margin: pricing.MarginPolicy{Floor: money.MustRate(floor), Outcome: outcome},
	}
}

func accrualStep(name string) pricing.Step {
	return pricing.Step{Name: name, Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Statistical: true, Accrual: true}
}

func cost(text string) *pricing.Price { return &pricing.Price{Amount: money.MustParse(text)} }

// costing is a line that costs the seller so much a piece.
func costing(item string, n int64, each string) pricing.Line {
	l := line(item, n)
	l.Cost = cost(each)
	return l
}

// pricing.md, guards: a margin floor per line after all discounts and accrued
// rebates, against a cost that the host supplies: clamp, require-approval, reject
// (PRI-5).
func TestMarginFloorOfALine(t *testing.T) {
	// 10 x 10.00 less 25% is 75.00.
	for name, c := range map[string]struct {
		cost    *pricing.Price
		floor   string
		outcome pricing.MarginOutcome
		accrual string
		want    string
		code    string
		why     pricing.Why
	}{
		"the floor holds":                  {cost("6 USD"), "20%", pricing.Clamp, "", "75.00", "", pricing.WhyFloorHolds}, // 60.00 / 0.8 = 75.00
		"one cent of cost more":            {&pricing.Price{Amount: usd("60.01"), Per: 10}, "20%", pricing.Clamp, "", "75.02", "pricing.margin.clamped", ""},
		"clamp: 70.00 / 0.9 = 77.777...":   {cost("7 USD"), "10%", pricing.Clamp, "", "77.78", "pricing.margin.clamped", ""},
		"not below cost":                   {cost("7.55 USD"), "0%", pricing.Clamp, "", "75.50", "pricing.margin.clamped", ""},
		"a loss of 10% is admitted":        {cost("8.25 USD"), "-10%", pricing.Clamp, "", "75.00", "", pricing.WhyFloorHolds},
		"a loss beyond it is not":          {cost("8.26 USD"), "-10%", pricing.Clamp, "", "75.10", "pricing.margin.clamped", ""},
		"an accrued rebate lowers it":      {cost("6 USD"), "20%", pricing.Clamp, "4%", "78.75", "pricing.margin.clamped", ""}, // (60 + 3) / 0.8
		"approval is required":             {cost("7 USD"), "10%", pricing.RequireApproval, "", "75.00", "pricing.margin.approval", pricing.WhyNotApproved},
		"rejected":                         {cost("7 USD"), "10%", pricing.Reject, "", "75.00", "pricing.margin.reject", pricing.WhyRejected},
		"no cost, no margin":               {nil, "10%", pricing.Reject, "", "75.00", "", pricing.WhyNoCost},
		"a cost per case":                  {&pricing.Price{Amount: usd("35"), Unit: quantity.Case}, "10%", pricing.Clamp, "", "77.78", "pricing.margin.clamped", ""},
		"a cost in another currency":       {cost("7 EUR"), "10%", pricing.Clamp, "", "75.00", "pricing.cost", pricing.WhyNoCost},
		"a cost in a unit that it has not": {&pricing.Price{Amount: usd("7"), Unit: quantity.Kilogram}, "10%", pricing.Clamp, "", "75.00", "pricing.cost", pricing.WhyNoCost},
		"a negative cost":                  {cost("-7 USD"), "10%", pricing.Clamp, "", "75.00", "pricing.cost", pricing.WhyNoCost},
		"a cost per a negative number":     {&pricing.Price{Amount: usd("7"), Per: -1}, "10%", pricing.Clamp, "", "75.00", "pricing.cost", pricing.WhyNoCost},
		"it costs nothing":                 {cost("0 USD"), "99.9%", pricing.Clamp, "", "75.00", "", pricing.WhyFloorHolds},
	} {
		t.Run(name, func(t *testing.T) {
			units, err := quantity.NewConversions(quantity.Each, quantity.Conversion{Unit: quantity.Case, Of: 5})
			require.NoError(t, err)
			s := setup{
				schema:  schemaOf(discountStep("d", pricing.BaseRunning), accrualStep("rebate"), floorStep("floor", "", c.floor, c.outcome)),
				records: []pricing.Record{listPrice("A", "10 USD")}, rules: []pricing.Rule{always("d", percent("25%"))},
			}
			if c.accrual != "" {
				s.rules = append(s.rules, always("rebate", percent(c.accrual)))
			}
			l := line("A", 10)
			l.Units, l.Cost = units, c.cost
			r := request(l)
			r.Trace = pricing.TraceFull
			got := price(t, s.engine(t), r)
			assert.Equal(t, usd(c.want), got.Total)
			var codes []string
			for _, f := range got.Findings {
				codes = append(codes, f.Code)
			}
			if c.code == "" {
				assert.Empty(t, codes)
			} else {
				assert.Equal(t, []string{c.code}, codes)
				assert.Equal(t, c.code != "pricing.margin.clamped", got.Findings.Blocks())
				assert.Contains(t, got.Findings[0].Path, "lines[0]")
			}
			last := got.Lines[0].Entries[len(got.Lines[0].Entries)-1]
			assert.Equal(t, pricing.StepMargin, last.Kind)
			assert.Equal(t, c.why, last.Why)
			if c.why != pricing.WhyNoCost {
				assert.Equal(t, money.MustRate(c.floor), last.Rate, "the entry names the floor")
				assert.Equal(t, got.Total, got.Lines[0].Margin.Net)
			}
		})
	}
}

func TestCostRequired(t *testing.T) {
	step := floorStep("floor", "", "10%", pricing.Clamp)
	step.Margin.CostRequired = true
	for _, scope := range []pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder} {
		step.Scope = scope
		e := setup{schema: schemaOf(step), records: []pricing.Record{listPrice("A", "10 USD")}}.engine(t)
		got := price(t, e, request(line("A", 1), line("unpriced", 1)))
		found := got.Findings.With("pricing.cost-missing")
		require.Len(t, found, 1, "what has no price has a finding for that already")
		assert.Equal(t, "lines[0].cost", found[0].Path)
		assert.Equal(t, finding.Block, found[0].Severity)
	}
}

// A clamp goes beyond the list value where the cost leaves no other way, and says
// so.
func TestClampAboveList(t *testing.T) {
	e := setup{
		schema:  schemaOf(discountStep("d", pricing.BaseRunning), floorStep("floor", "", "20%", pricing.Clamp)),
		records: []pricing.Record{listPrice("A", "10 USD")}, rules: []pricing.Rule{always("d", percent("25%"))},
	}.engine(t)
	got := price(t, e, request(costing("A", 1, "8 USD")))
	assert.Equal(t, usd("10.00"), got.Total)
	assert.Empty(t, got.Findings.With("pricing.margin.above-list"), "at the list value it is not above")
	got = price(t, e, request(costing("A", 1, "8.01 USD")))
	assert.Equal(t, usd("10.02"), got.Total)
	found := got.Findings.With("pricing.margin.above-list")
	require.Len(t, found, 1)
	assert.Equal(t, finding.Warning, found[0].Severity)
}

func TestMarginFloorOfTheOrder(t *testing.T) {
	s := func(floor string, outcome pricing.MarginOutcome) setup {
		return setup{
			schema:  schemaOf(discountStep("d", pricing.BaseRunning), floorStep("floor", pricing.ScopeOrder, floor, outcome)),
			records: []pricing.Record{listPrice("A", "100 USD"), listPrice("B", "100 USD"), listPrice("C", "100 USD"), listPrice("D", "100 USD")},
			rules: []pricing.Rule{
				{ID: "a", Group: "d", When: `item == "A"`, Then: percent("40%")}, {ID: "b", Group: "d", When: `item == "B"`, Then: percent("20%")},
				{ID: "d", Group: "d", When: `item == "D"`, Then: percent("50%")},
			},
		}
	}
	// A 60.00, B 80.00, C 100.00: 240.00, cost 210.00.
	lines := []pricing.Line{costing("A", 1, "70 USD"), costing("B", 1, "70 USD"), costing("C", 1, "70 USD")}
	for name, c := range map[string]struct {
		floor  string
		lines  []pricing.Line
		want   []string
		margin string // profit
		beyond int
	}{
		"one line pays for another":               {"12.5%", lines, []string{"60.00", "80.00", "100.00"}, "30.00", 0},
		"raised by what discounts took, 2 to 1":   {"16%", lines, []string{"66.67", "83.33", "100.00"}, "40.00", 0}, // 250.00
		"all discounts are taken back":            {"30%", lines, []string{"100.00", "100.00", "100.00"}, "90.00", 0},
		"and the rest by list value":              {"31%", lines, []string{"101.45", "101.45", "101.45"}, "94.35", 3}, // 304.35
		"a line without cost is not counted":      {"30%", []pricing.Line{lines[0], line("D", 1), lines[2]}, []string{"100.00", "50.00", "100.00"}, "60.00", 0},
		"a line without price is not counted":     {"30%", []pricing.Line{lines[0], costing("X", 1, "1 USD"), lines[2]}, []string{"100.00", "0.00", "100.00"}, "60.00", 0},
		"no cost at all":                          {"99%", []pricing.Line{line("A", 1)}, []string{"60.00"}, "", 0},
		"one line alone is raised like the order": {"0%", lines[:1], []string{"70.00"}, "0.00", 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, trace := range []pricing.Trace{pricing.TraceOff, pricing.TraceFull} {
				r := request(c.lines...)
				r.Trace = trace
				got := price(t, s(c.floor, pricing.Clamp).engine(t), r)
				assert.Equal(t, c.want, totals(got))
				if c.margin == "" {
					assert.Zero(t, got.Margin)
					continue
				}
				assert.Equal(t, usd(c.margin), got.Margin.Profit)
				assert.Len(t, got.Findings.With("pricing.margin.above-list"), c.beyond)
				sum := usd("0")
				for _, l := range got.Lines {
					sum = plus(t, sum, l.Margin.Profit)
				}
				assert.Equal(t, got.Margin.Profit, sum, "the margins of the lines are the order's")
			}
		})
	}
	for outcome, code := range map[pricing.MarginOutcome]string{
		pricing.RequireApproval: "pricing.margin.approval", pricing.Reject: "pricing.margin.reject",
	} {
		got := price(t, s("16%", outcome).engine(t), request(lines...))
		assert.Equal(t, usd("240.00"), got.Total)
		require.Len(t, got.Findings, 1)
		assert.Equal(t, code, got.Findings[0].Code)
		assert.Empty(t, got.Findings[0].Path)
		assert.Contains(t, got.Findings[0].Message, "10.00 USD short")
	}
}

// Accruals of order scope count in the lines that they are spread over, and a
// supplier's bonus counts for the margin.
func TestAccrualsOfTheOrder(t *testing.T) {
	rebate := accrualStep("rebate")
	rebate.Scope = pricing.ScopeOrder
	bonus := pricing.Step{Name: "bonus", Kind: pricing.StepSurcharge, Base: pricing.BaseRunning, Statistical: true, Accrual: true}
	commission := pricing.Step{Name: "commission", Kind: pricing.StepDiscount, Base: pricing.BaseRunning, Statistical: true}
	e := setup{
		schema:  schemaOf(commission, rebate, bonus, floorStep("line", "", "5%", pricing.Reject), floorStep("floor", pricing.ScopeOrder, "10%", pricing.Clamp)),
		records: []pricing.Record{listPrice("A", "100 USD"), listPrice("B", "50 USD")},
		rules:   []pricing.Rule{always("commission", percent("50%")), always("rebate", off("15 USD")), always("bonus", percent("2%"))},
	}.engine(t)
	got := price(t, e, request(costing("A", 1, "80 USD"), costing("B", 1, "41 USD")))
	m := got.Lines[0].Margin
	assert.Equal(t, usd("8.00"), m.Accrued, "10.00 of the rebate less 2.00 of bonus")
	// 121.00 + 12.00 = 133.00, and 150.00 x 0.9 = 135.00: it holds, and the lines do too.
	assert.Equal(t, usd("150.00"), got.Total)
	assert.Equal(t, usd("17.00"), got.Margin.Profit)
	rate, ok := got.Margin.Share()
	assert.True(t, ok)
	assert.Equal(t, money.MustRate("0.113333"), rate)
	found := got.Findings.With("pricing.margin.reject")
	require.Len(t, found, 0)
}

// Free goods on top have a cost too: that of the item, on the line that earned
// them.
func TestMarginOfFreeGoods(t *testing.T) {
	goods := func(item string, inclusive bool) pricing.Discount {
		return pricing.Discount{Kind: pricing.FreeGoods, Goods: &pricing.Goods{
			Every: ea(10), Free: ea(1), Item: item, Inclusive: inclusive, Policy: pricing.PerFullStep,
		}}
	}
	for name, c := range map[string]struct {
		goods    pricing.Discount
		lines    []pricing.Line
		required bool
		costs    []string
		missing  int
	}{
		"of the same item":             {goods("", false), []pricing.Line{costing("A", 20, "7 USD")}, true, []string{"154.00"}, 0},
		"of an item of another line":   {goods("B", false), []pricing.Line{costing("A", 20, "7 USD"), costing("B", 1, "3 USD")}, true, []string{"146.00", "3.00"}, 0},
		"a part of the line":           {goods("", true), []pricing.Line{costing("A", 20, "7 USD")}, true, []string{"140.00"}, 0},
		"of an item that nobody knows": {goods("C", false), []pricing.Line{costing("A", 20, "7 USD")}, false, []string{"140.00"}, 0},
		"and that has to be known":     {goods("C", false), []pricing.Line{costing("A", 20, "7 USD")}, true, []string{"140.00"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			line, whole := floorStep("floor", "", "0%", pricing.Reject), floorStep("whole", pricing.ScopeOrder, "0%", pricing.Reject)
			line.Margin.CostRequired = c.required
			rule := always("d", c.goods)
			rule.When = `item == "A"`
			e := setup{
				schema: schemaOf(discountStep("d", pricing.BaseRunning), line, whole), rules: []pricing.Rule{rule},
				records: []pricing.Record{listPrice("A", "10 USD"), listPrice("B", "10 USD")},
			}.engine(t)
			got := price(t, e, request(c.lines...))
			require.Len(t, got.Goods, 1)
			var costs []string
			sum := usd("0")
			for _, l := range got.Lines {
				costs = append(costs, l.Margin.Cost.Number())
				sum = plus(t, sum, l.Margin.Cost)
			}
			assert.Equal(t, c.costs, costs)
			assert.Equal(t, sum, got.Margin.Cost)
			assert.Len(t, got.Findings.With("pricing.cost-missing"), c.missing)
			assert.Len(t, got.Findings, c.missing)
		})
	}
}

// A line is rounded before it is compared, where the document rounds lines: what
// is compared is what the customer pays.
func TestMarginOfRoundedLines(t *testing.T) {
	d := discountStep("d", pricing.BaseRunning)
	d.Exact = true
	s := setup{
		schema:  schemaOf(d, floorStep("floor", "", "0%", pricing.Reject)),
		records: []pricing.Record{listPrice("A", "10 USD")}, rules: []pricing.Rule{always("d", off("0.006 USD"))},
	}
	got := price(t, s.engine(t), request(costing("A", 1, "9.99 USD")))
	assert.Equal(t, []string{"list 10.00", "d -0.006", "rounding -0.004"}, amounts(got.Lines[0]))
	assert.Empty(t, got.Findings)
	s.schema.Document = pricing.RoundTotal
	got = price(t, s.engine(t), request(costing("A", 1, "9.99 USD")))
	assert.Equal(t, usd("9.99"), got.Total)
	assert.Empty(t, got.Findings)
	got = price(t, s.engine(t), request(costing("A", 1, "9.991 USD")))
	assert.Len(t, got.Findings.With("pricing.margin.reject"), 1, "the total's rounding may take the fraction")
}

// A supplier's bonus above the cost admits a net below zero, and no lower one.
func TestMarginBelowZero(t *testing.T) {
	s := setup{
		schema: schemaOf(discountStep("d", pricing.BaseRunning),
			pricing.Step{Name: "bonus", Kind: pricing.StepSurcharge, Base: pricing.BaseList, Statistical: true, Accrual: true, Exact: true},
			floorStep("floor", "", "0%", pricing.Clamp)),
		records: []pricing.Record{listPrice("A", "10 USD")}, rules: []pricing.Rule{always("d", off("10.05 USD")), always("bonus", off("0.037 USD"))},
	}
	s.schema.AllowNegative = true
	got := price(t, s.engine(t), request(costing("A", 1, "0 USD")))
	assert.Equal(t, usd("-0.03"), got.Total)
	assert.Equal(t, usd("0.007"), got.Lines[0].Margin.Profit)
}

func TestMarginShareOfNothing(t *testing.T) {
	_, ok := pricing.Margin{Net: usd("0"), Profit: usd("-1")}.Share()
	assert.False(t, ok)
	rate, ok := pricing.Margin{Net: usd("3"), Profit: usd("-1")}.Share()
	assert.True(t, ok)
	assert.Equal(t, money.MustRate("-0.333334"), rate, "a loss is not made smaller")
}

// A floor comes from a rule where one matches.
func TestFloorRules(t *testing.T) {
	config := setup{
		schema:  schemaOf(floorStep("floor", "", "10%", pricing.Clamp), floorStep("order", pricing.ScopeOrder, "0%", pricing.Reject)),
		records: []pricing.Record{listPrice("A", "10 USD")},
	}.config(t)
	floor := func(id, when string, priority int, f pricing.Floor) pricing.FloorRule {
		return pricing.FloorRule{ID: id, Group: "floor", When: when, Priority: priority, Then: f}
	}
	var err error
	config.Floors, err = pricing.NewFloorBook("test",
		floor("tools", `category == "TOOLS"`, 1, pricing.Floor{Margin: money.MustRate("25%")}),
		floor("samples", `"sample" in tags`, 9, pricing.Floor{Outcome: pricing.NoFloor}),
		floor("gold", `customer.group == "GOLD"`, 5, pricing.Floor{Margin: money.MustRate("20%"), Outcome: pricing.Reject}),
		pricing.FloorRule{ID: "gold-order", Group: "order", When: `customer.group == "GOLD" and order.lines == 1`, Then: pricing.Floor{Outcome: pricing.NoFloor}},
	)
	require.NoError(t, err)
	e, err := pricing.New(config)
	require.NoError(t, err)
	ask := func(change func(*pricing.Request)) pricing.Result {
		l := costing("A", 1, "10.50 USD")
		r := request(l)
		change(&r)
		r.Trace = pricing.TraceFull
		return price(t, e, r)
	}
	got := ask(func(*pricing.Request) {})
	assert.Equal(t, usd("11.67"), got.Total, "the step's own floor")
	got = ask(func(r *pricing.Request) { r.Lines[0].Category = "TOOLS" })
	assert.Equal(t, usd("14.00"), got.Total)
	assert.Equal(t, "tools", got.Lines[0].Entries[1].Source)
	got = ask(func(r *pricing.Request) { r.Lines[0].Category, r.Customer.Group = "TOOLS", "GOLD" })
	assert.Equal(t, usd("10.00"), got.Total, "the rule of the higher priority holds")
	assert.Len(t, got.Findings.With("pricing.margin.reject"), 1, "of the line, and none of the order")
	got = ask(func(r *pricing.Request) { r.Lines[0].Tags, r.Customer.Group = []string{"sample"}, "GOLD" })
	assert.Empty(t, got.Findings)
	assert.Equal(t, pricing.WhyNoFloor, got.Lines[0].Entries[1].Why)
	got = ask(func(r *pricing.Request) { r.Lines[0].Tags = []string{"sample"} })
	assert.Len(t, got.Findings.With("pricing.margin.reject"), 1, "of the order")

	t.Run("they are part of the hash and stay with other rules", func(t *testing.T) {
		same, err := e.WithRules(e.Rules())
		require.NoError(t, err)
		assert.Equal(t, e.Hash(), same.Hash())
		config.Floors = nil
		without, err := pricing.New(config)
		require.NoError(t, err)
		assert.NotEqual(t, e.Hash(), without.Hash())
	})
}

func TestFloorsThatAreRefused(t *testing.T) {
	for _, f := range []pricing.Floor{
		{Margin: money.MustRate("100%")}, {Outcome: "raise"}, {Outcome: pricing.NoFloor, Margin: money.MustRate("1%")},
	} {
		_, err := pricing.NewFloorBook("test", pricing.FloorRule{ID: "1", Group: "floor", When: "true", Then: f})
		assert.Error(t, err, "%+v", f)
	}
	for name, c := range map[string]struct {
		rule pricing.FloorRule
		want string
	}{
		"of no step":                {pricing.FloorRule{Group: "floors", When: "true"}, "no margin step of the name"},
		"of a price step":           {pricing.FloorRule{Group: "list", When: "true"}, "no margin step of the name"},
		"of an order, about a line": {pricing.FloorRule{Group: "order", When: `customer.group == "A" and category == "TOOLS"`}, "category is a fact of a line"},
	} {
		t.Run(name, func(t *testing.T) {
			config := setup{schema: schemaOf(floorStep("order", pricing.ScopeOrder, "0%", pricing.Reject))}.config(t)
			c.rule.ID = "1"
			var err error
			config.Floors, err = pricing.NewFloorBook("test", c.rule)
			require.NoError(t, err)
			_, err = pricing.New(config)
			var load *pricing.LoadError
			require.ErrorAs(t, err, &load)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestGuardSchemasThatAreRefused(t *testing.T) {
	floor := floorStep("floor", "", "10%", pricing.Clamp)
	change := func(s pricing.Step, do func(*pricing.Step)) pricing.Step {
		do(&s)
		return s
	}
	check := pricing.Step{Name: "check", Kind: pricing.StepCustomerPrice}
	for name, c := range map[string]struct {
		steps []pricing.Step
		want  string
	}{
		"a floor of all":            {[]pricing.Step{floorStep("floor", "", "100%", pricing.Clamp)}, "steps[1].margin.floor: no price has a margin of 100%"},
		"no outcome":                {[]pricing.Step{floorStep("floor", "", "10%", "")}, "steps[1].margin.outcome"},
		"exempt":                    {[]pricing.Step{floorStep("floor", "", "10%", pricing.NoFloor)}, "steps[1].margin.outcome"},
		"a base":                    {[]pricing.Step{change(floor, func(s *pricing.Step) { s.Base = pricing.BaseList })}, "takes no percentages"},
		"statistical":               {[]pricing.Step{change(floor, func(s *pricing.Step) { s.Statistical = true })}, "cannot be statistical"},
		"a floor out of place":      {[]pricing.Step{change(check, func(s *pricing.Step) { s.Margin.CostRequired = true })}, "only a margin step has a floor"},
		"an accrual that counts":    {[]pricing.Step{change(accrualStep("a"), func(s *pricing.Step) { s.Statistical = false })}, "steps[1].accrual"},
		"an accrued charge":         {[]pricing.Step{{Name: "a", Kind: pricing.StepCharge, Statistical: true, Accrual: true}}, "steps[1].accrual"},
		"an override after it":      {[]pricing.Step{floor, {Name: "m", Kind: pricing.StepOverride, Base: pricing.BaseList}}, "steps[2]"},
		"a check after it":          {[]pricing.Step{floor, check}, "steps[2]"},
		"an accrual after it":       {[]pricing.Step{floor, accrualStep("a")}, "steps[2]"},
		"a check policy elsewhere":  {[]pricing.Step{change(floor, func(s *pricing.Step) { s.Check.Within = pricing.Hold })}, "only a customer-price step"},
		"a check of no outcome":     {[]pricing.Step{change(check, func(s *pricing.Step) { s.Check.Below = "cancel" })}, `steps[1].check.below: "cancel"`},
		"to charge more than ours":  {[]pricing.Step{change(check, func(s *pricing.Step) { s.Check.Above = pricing.AcceptTheirs })}, "steps[1].check.above"},
		"a floor before the prices": {nil, "stands before the price step"},
	} {
		t.Run(name, func(t *testing.T) {
			config := setup{schema: schemaOf(c.steps...)}.config(t)
			if c.steps == nil {
				config.Schema.Steps = append([]pricing.Step{floor}, config.Schema.Steps...)
			}
			_, err := pricing.New(config)
			var load *pricing.LoadError
			require.ErrorAs(t, err, &load)
			assert.ErrorContains(t, err, c.want)
		})
	}
	t.Run("a discount after it", func(t *testing.T) {
		freight := pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder}
		s := setup{schema: schemaOf(floor, freight, orderStep("late")), rules: []pricing.Rule{
			always("late", pricing.Discount{Kind: pricing.FreeCharge, Charge: "freight", Rate: money.MustRate("100%")}),
		}}
		_, err := pricing.New(s.config(t))
		assert.NoError(t, err, "free freight is no part of the margin")
		s.rules[0].Then = percent("1%")
		_, err = pricing.New(s.config(t))
		assert.ErrorContains(t, err, "rule late-rule: it can lower the margin after step floor has checked it")
	})
	t.Run("what cannot lower the margin may follow", func(t *testing.T) {
		statistical := discountStep("s", pricing.BaseList)
		statistical.Statistical = true
		_, err := pricing.New(setup{schema: schemaOf(accrualStep("a"), floor, floorStep("order", pricing.ScopeOrder, "5%", pricing.Reject), statistical,
			pricing.Step{Name: "fee", Kind: pricing.StepSurcharge, Base: pricing.BaseList},
			pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder})}.config(t))
		assert.NoError(t, err)
	})
}

// marginWorld is a random request of lines with costs, and a floor.
type marginWorld struct {
	setup
	request  pricing.Request
	currency money.Currency
	floor    *big.Rat
	scope    pricing.Scope
}

func drawMarginWorld(r *rapid.T, scope pricing.Scope) *marginWorld {
	w := &marginWorld{scope: scope}
	w.currency = rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(r, "currency")
	parts := rapid.Int64Range(-2000, 9900).Draw(r, "floor")
	floor, err := money.ParseRate(fmt.Sprintf("%d.%02d%%", parts/100, max(parts, -parts)%100))
	require.NoError(r, err)
	w.floor = floor.Decimal().Rat()
	d := discountStep("d", pricing.BaseRunning)
	d.Exact = rapid.Bool().Draw(r, "exact")
	step := floorStep("floor", scope, "0%", pricing.Clamp)
	step.Margin.Floor = floor
	w.schema = schemaOf(d, orderStep("o"), accrualStep("rebate"), step)
	w.schema.Rounding = rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Up, money.Down}).Draw(r, "mode")
	w.schema.Document = rapid.SampledFrom([]pricing.DocumentRounding{pricing.RoundLines, pricing.RoundTotal}).Draw(r, "document")
	w.request = request()
	w.request.Currency = w.currency
	rate := func(name string, most int64) pricing.Discount {
		return percent(fmt.Sprintf("%d.%d%%", rapid.Int64Range(0, most).Draw(r, name), rapid.Int64Range(0, 9).Draw(r, name)))
	}
	for n := range rapid.IntRange(1, 4).Draw(r, "lines") {
		item := fmt.Sprintf("I%d", n)
		record := pricing.Record{ID: item, Key: pricing.Key{Item: item}, Price: money.FromMinor(rapid.Int64Range(0, 900).Draw(r, "price"), w.currency), Unit: quantity.Each}
		w.records = append(w.records, record)
		w.rules = append(w.rules, pricing.Rule{ID: "d-" + item, Group: "d", When: fmt.Sprintf("item == %q", item), Then: rate("discount", 60)})
		l := pricing.Line{ID: fmt.Sprint(n + 1), Item: item, Quantity: ea(rapid.Int64Range(1, 3).Draw(r, "quantity"))}
		l.Cost = &pricing.Price{Amount: money.FromMinor(rapid.Int64Range(0, 900).Draw(r, "cost"), w.currency), Per: rapid.SampledFrom([]int64{0, 1, 3, 7}).Draw(r, "per")}
		w.request.Lines = append(w.request.Lines, l)
	}
	w.rules = append(w.rules, always("o", rate("order discount", 30)), always("rebate", rate("rebate", 20)))
	return w
}

// holds tells in fractions whether so many minor units of the lines have the
// margin.
func (w *marginWorld) holds(units int64, m pricing.Margin, lines ...pricing.Line) bool {
	scale := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(w.currency.Digits())), nil))
	net := new(big.Rat).Mul(new(big.Rat).SetInt64(units), scale)
	need := m.Accrued.Decimal().Rat()
	for _, l := range lines {
		each := new(big.Rat).Quo(l.Cost.Amount.Decimal().Rat(), new(big.Rat).SetInt64(max(l.Cost.Per, 1)))
		need.Add(need, each.Mul(each, l.Quantity.Decimal().Rat()))
	}
	profit := new(big.Rat).Sub(net, need)
	return profit.Cmp(new(big.Rat).Mul(net, w.floor)) >= 0
}

// leastUnits counts up from the minor units given to the first that have the
// margin.
func (w *marginWorld) leastUnits(from int64, m pricing.Margin, line pricing.Line) int64 {
	for !w.holds(from, m, line) {
		from++
	}
	return from
}

func minor(t require.TestingT, a money.Amount) int64 {
	units, whole := a.Minor()
	require.True(t, whole, "%s is in whole minor units", a)
	return units
}

// wholeUnits are the whole minor units of an amount that is not negative.
func wholeUnits(t require.TestingT, a money.Amount) int64 {
	down, err := a.RoundMinor(money.Down)
	require.NoError(t, err)
	return minor(t, down)
}

// A clamped line has the margin, a minor unit less has not, and a line that has
// the margin is left alone: checked by counting minor units one by one.
func TestClampOfALineIsTheLeastRaise(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawMarginWorld(r, pricing.ScopeLine)
		w.request.Trace = rapid.SampledFrom([]pricing.Trace{pricing.TraceOff, pricing.TraceFull}).Draw(r, "trace")
		got := price(t, w.engine(t), w.request)
		for i := range got.Lines {
			l := &got.Lines[i]
			require.True(r, w.holds(minor(r, l.Total), l.Margin, w.request.Lines[i]), "line %s: %s", l.ID, l.Total)
			before := l.Total
			for n := range l.Entries {
				if e := &l.Entries[n]; e.Kind == pricing.StepMargin {
					before = e.Before
					if e.Counts() {
						least := w.leastUnits(wholeUnits(r, e.Before), l.Margin, w.request.Lines[i])
						require.Equal(r, least, minor(r, e.After), "the least net that has it")
						require.Equal(r, e.After, l.Total, "nothing moves it afterwards")
					} else {
						require.True(r, w.holds(wholeUnits(r, e.Before), l.Margin, w.request.Lines[i]))
					}
				}
			}
			require.LessOrEqual(r, wholeUnits(r, before), minor(r, l.Total), "it is never lowered")
		}
	})
}

// The same for the order, and the raise takes discounts back before it goes above
// a list value.
func TestClampOfTheOrderIsTheLeastRaise(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawMarginWorld(r, pricing.ScopeOrder)
		got := price(t, w.engine(t), w.request)
		var clamp *pricing.Entry
		for n := range got.Entries {
			if got.Entries[n].Kind == pricing.StepMargin {
				clamp = &got.Entries[n]
			}
		}
		require.True(r, w.holds(minor(r, got.Total), got.Margin, w.request.Lines...), "the order: %s", got.Total)
		var before, lists int64
		for i := range got.Lines {
			lists += wholeUnits(r, got.Lines[i].List)
			for n := range got.Lines[i].Entries {
				if e := &got.Lines[i].Entries[n]; e.Kind == pricing.StepMargin {
					before += wholeUnits(r, e.Before)
				}
			}
		}
		if clamp == nil {
			require.Empty(r, got.Findings.With("pricing.margin.clamped"))
			return
		}
		raise := minor(r, clamp.Amount)
		// The costs of the lines are rounded up one by one, so that their sum can be
		// above the exact one: the least raise is that for the sum.
		asRecorded := pricing.Line{Quantity: ea(1), Cost: &pricing.Price{Amount: got.Margin.Cost}}
		require.False(r, w.holds(minor(r, got.Margin.Net)-1, got.Margin, asRecorded), "a minor unit less has not")
		var parts int64
		for i := range got.Lines {
			l := &got.Lines[i]
			for n := range l.Entries {
				if e := &l.Entries[n]; e.Kind == pricing.StepMargin {
					part := minor(r, e.Amount)
					require.GreaterOrEqual(r, part, int64(0))
					parts += part
					if minor(r, got.Margin.Net) <= lists-int64(len(got.Lines)) { // each line's fraction aside
						require.LessOrEqual(r, part, max(0, wholeUnits(r, l.List)-wholeUnits(r, e.Before)), "line %s", l.ID)
					}
				}
			}
		}
		require.Equal(r, raise, parts)
	})
}

// Approvals of margins: who, up to how much, and not their own.
func TestMarginApproval(t *testing.T) {
	manual := pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList}
	at := time.Date(2026, time.March, 26, 9, 0, 0, 0, time.UTC)
	e := setup{
		schema: schemaOf(manual, floorStep("line", pricing.ScopeLine, "10%", pricing.RequireApproval),
			floorStep("hard", pricing.ScopeLine, "-50%", pricing.Reject), floorStep("order", pricing.ScopeOrder, "10%", pricing.RequireApproval)),
		records: []pricing.Record{listPrice("A", "100 USD")},
	}.engine(t)
	// 100.00 less 20% is 80.00; cost 81.00 asks for 90.00.
	approval := func(step string, change func(*pricing.Approval)) pricing.Approval {
		a := pricing.Approval{Step: step, Actor: "m.anager", Reason: "to enter the market", At: at}
		if change != nil {
			change(&a)
		}
		return a
	}
	for name, c := range map[string]struct {
		line, order []pricing.Approval
		cost        string
		codes       []string
		why         string
	}{
		"nobody approved": {nil, nil, "81 USD", []string{"pricing.margin.approval", "pricing.margin.approval"}, ""},
		"line and order":  {[]pricing.Approval{approval("line", nil)}, []pricing.Approval{approval("order", nil)}, "81 USD", nil, ""},
		"the line only":   {[]pricing.Approval{approval("line", nil)}, nil, "81 USD", []string{"pricing.margin.approval"}, ""},
		"up to what it lacks": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.UpTo = usd("10.00") })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", nil, ""},
		"up to less": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.UpTo = usd("9.99") })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.margin.approval"}, "m.anager approved up to 9.99 USD only"},
		"one of two is enough": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.UpTo = usd("1") }), approval("line", nil)},
			[]pricing.Approval{approval("order", nil)}, "81 USD", nil, ""},
		"their own reduction": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.Actor = "c.lerk" })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.margin.approval"}, "c.lerk gave a reduction here"},
		"no reason": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.Reason = "" })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.approval", "pricing.margin.approval"}, ""},
		"in another currency": {[]pricing.Approval{approval("line", func(a *pricing.Approval) { a.UpTo = money.MustParse("50 EUR") })},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.approval", "pricing.margin.approval"}, ""},
		"of no guard": {[]pricing.Approval{approval("line", nil), approval("order", nil)},
			[]pricing.Approval{approval("order", nil)}, "81 USD", []string{"pricing.step-unknown"}, ""},
		"none is needed": {nil, nil, "72 USD", nil, ""},
		"what nobody can approve": {[]pricing.Approval{approval("line", nil), approval("hard", nil)},
			[]pricing.Approval{approval("order", nil)}, "121 USD", []string{"pricing.margin.reject"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := costing("A", 1, c.cost)
			l.Overrides = []pricing.Override{{Step: "manual", Kind: pricing.TakePercent, Rate: money.MustRate("20%"), Actor: "c.lerk", Reason: "r"}}
			l.Approvals = c.line
			r := request(l)
			r.Approvals = c.order
			got := price(t, e, r)
			assert.Equal(t, usd("80.00"), got.Total, "an approval moves nothing")
			var codes []string
			for _, f := range got.Findings {
				codes = append(codes, f.Code)
				assert.Equal(t, finding.Block, f.Severity)
			}
			assert.Equal(t, c.codes, codes)
			assert.Len(t, got.Wanted, len(got.Findings.With("pricing.margin.approval")))
			if c.why != "" {
				require.Len(t, got.Wanted, 1)
				assert.Contains(t, got.Wanted[0].Why, c.why)
				assert.Equal(t, usd("10.00"), got.Wanted[0].Short)
				assert.Equal(t, "1", got.Wanted[0].Line)
			}
			for _, entry := range got.Lines[0].Entries {
				if entry.Why == pricing.WhyApproved {
					assert.Equal(t, "m.anager", entry.Actor, "who approved stands in the waterfall, whatever the trace")
					assert.Equal(t, "to enter the market", entry.Reason)
				}
			}
		})
	}
}

// What is wanted, given back as approvals, lets the order go on.
func TestWantedApprovalsAreEnough(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := drawMarginWorld(r, rapid.SampledFrom([]pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder}).Draw(r, "scope"))
		w.schema.Steps[len(w.schema.Steps)-1].Margin.Outcome = pricing.RequireApproval
		e := w.engine(t)
		held := price(t, e, w.request)
		require.Len(r, held.Wanted, len(held.Findings.With("pricing.margin.approval")))
		for _, wanted := range held.Wanted {
			a := pricing.Approval{Step: wanted.Step, Actor: "m.anager", Reason: "r", At: priceDate(), UpTo: wanted.Short}
			if wanted.Line == "" {
				w.request.Approvals = append(w.request.Approvals, a)
			}
			for i := range w.request.Lines {
				if w.request.Lines[i].ID == wanted.Line {
					w.request.Lines[i].Approvals = append(w.request.Lines[i].Approvals, a)
				}
			}
		}
		free := price(t, e, w.request)
		require.Empty(r, free.Findings.With("pricing.margin.approval"), free.Findings)
		require.Equal(r, held.Total, free.Total)
		require.Empty(r, free.Wanted)
	})
}
