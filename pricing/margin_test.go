package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
					assert.Nil(t, got.Margin)
					continue
				}
				assert.Equal(t, usd(c.margin), got.Margin.Profit)
				assert.Len(t, got.Findings.With("pricing.margin.above-list"), c.beyond)
				sum := usd("0")
				for _, l := range got.Lines {
					if l.Margin != nil {
						sum = plus(t, sum, l.Margin.Profit)
					}
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
	_, ok := (&pricing.Margin{Net: usd("0"), Profit: usd("-1")}).Share()
	assert.False(t, ok)
	_, ok = (*pricing.Margin)(nil).Share()
	assert.False(t, ok, "no step looked at it")
	rate, ok := (&pricing.Margin{Net: usd("3"), Profit: usd("-1")}).Share()
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
