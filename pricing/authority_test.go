package pricing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// approvalMatrix is who may decide how much in a wholesaler: by role, by the
// order's total, by share and amount, with a margin that nobody but the director
// may leave (PRI-5).
const approvalMatrix = `
rules:
  - id: rep
    when: '"rep" in roles'
    then: { share: 5%, amounts: [50.00 USD], approver: manager }
  - id: manager
    when: '"manager" in roles'
    then: { share: 15%, amounts: [200.00 USD], margin: 10%, approver: director }
  - id: director
    when: '"director" in roles'
    then: { share: 100% }
  - id: large-orders
    when: order.running >= money("5000.00 USD") and not ("director" in roles)
    priority: 10
    then: { share: 2%, approver: director }
  - id: contracts
    when: len(customer.contracts) > 0 and kind != "margin"
    priority: 20
    then: { share: 100%, second: true, approver: contract desk }
  - id: nobody-else
    when: 'true'
    priority: -1
    then: { approver: manager }
`

// authorityConfig has an override step of each scope, and two items.
func authorityConfig(t testing.TB, matrix string, steps ...pricing.Step) pricing.Config {
	t.Helper()
	config := setup{
		schema: schemaOf(append([]pricing.Step{
			{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList},
			{Name: "deal", Kind: pricing.StepOverride, Base: pricing.BaseRunning, Scope: pricing.ScopeOrder},
		}, steps...)...),
		records: []pricing.Record{listPrice("A", "100 USD"), listPrice("B", "1000 USD")},
	}.config(t)
	schema, err := pricing.NewAuthoritySchema(rules.Config{})
	require.NoError(t, err)
	config.Authority, err = rules.Load(schema, rules.YAML[pricing.Authority]("matrix.yaml", []byte(matrix)))
	require.NoError(t, err)
	return config
}

func authorityEngine(t testing.TB, matrix string, steps ...pricing.Step) *pricing.Engine {
	t.Helper()
	e, err := pricing.New(authorityConfig(t, matrix, steps...))
	require.NoError(t, err)
	return e
}

func rolesOfTheHouse() map[string][]string {
	return map[string][]string{
		"rep": {"rep"}, "manager": {"manager"}, "both": {"rep", "manager"}, "director": {"director"},
	}
}

func takes(actor, rate string) pricing.Override {
	return pricing.Override{Step: "manual", Kind: pricing.TakePercent, Rate: money.MustRate(rate), Actor: actor, Reason: "as agreed"}
}

func approvedBy(actor string, o pricing.Override) pricing.Override {
	o.Approval = &pricing.Approval{Actor: actor, Reason: "a good customer", At: time.Date(2026, 3, 26, 0, 0, 0, 0, time.UTC)}
	return o
}

func upTo(amount string, o pricing.Override) pricing.Override {
	o.Approval.UpTo = usd(amount)
	return o
}

// pricing.md, guards: a manual override is a step with actor, reason and approval;
// authority is a rule (PRI-5).
func TestAuthority(t *testing.T) {
	price1 := func(actor, amount string) pricing.Override {
		return pricing.Override{Step: "manual", Kind: pricing.SetPrice, Price: pricing.Price{Amount: usd(amount)}, Actor: actor, Reason: "r"}
	}
	amount := func(actor, amount string) pricing.Override {
		return pricing.Override{Step: "manual", Kind: pricing.TakeAmount, Amount: usd(amount), Actor: actor, Reason: "r"}
	}
	for name, c := range map[string]struct {
		line      pricing.Line
		overrides []pricing.Override
		contract  bool
		want      string
		code      string
		approvers []string
		why       string
	}{
		"within":                           {line("A", 1), []pricing.Override{takes("rep", "5%")}, false, "95.00", "", nil, ""},
		"beyond the share":                 {line("A", 1), []pricing.Override{takes("rep", "5.01%")}, false, "100.00", "pricing.authority", []string{"manager"}, "the authority of rep by rule rep ends at 5% and 50.00 USD"},
		"beyond the amount":                {line("A", 20), []pricing.Override{takes("rep", "3%")}, false, "2000.00", "pricing.authority", []string{"manager"}, ""},
		"an amount, within":                {line("A", 1), []pricing.Override{amount("rep", "5")}, false, "95.00", "", nil, ""},
		"an amount, beyond":                {line("A", 1), []pricing.Override{amount("rep", "5.01")}, false, "100.00", "pricing.authority", []string{"manager"}, ""},
		"a price, within":                  {line("A", 10), []pricing.Override{price1("rep", "95")}, false, "950.00", "", nil, ""},
		"a price, beyond":                  {line("A", 10), []pricing.Override{price1("rep", "94.99")}, false, "1000.00", "pricing.authority", []string{"manager"}, ""},
		"a higher price":                   {line("A", 10), []pricing.Override{price1("rep", "110")}, false, "1100.00", "", nil, ""},
		"a higher price, by anybody":       {line("A", 10), []pricing.Override{price1("cleaner", "110")}, false, "1100.00", "", nil, ""},
		"in small steps":                   {line("A", 1), []pricing.Override{takes("rep", "3%"), takes("rep", "2%"), takes("rep", "1%")}, false, "95.00", "pricing.authority", []string{"manager"}, ""},
		"on top of what another took":      {line("A", 1), []pricing.Override{takes("director", "30%"), takes("rep", "1%")}, false, "70.00", "pricing.authority", []string{"manager"}, ""},
		"after a price that they set":      {line("A", 1), []pricing.Override{price1("rep", "96"), takes("rep", "2%")}, false, "96.00", "pricing.authority", []string{"manager"}, ""},
		"room that a raise has made":       {line("A", 1), []pricing.Override{price1("rep", "110"), amount("rep", "15")}, false, "95.00", "", nil, ""},
		"approved":                         {costing("A", 1, "50 USD"), []pricing.Override{approvedBy("manager", takes("rep", "15%"))}, false, "85.00", "", nil, ""},
		"approved up to as much":           {costing("A", 1, "50 USD"), []pricing.Override{upTo("15", approvedBy("manager", takes("rep", "15%")))}, false, "85.00", "", nil, ""},
		"approved up to less":              {costing("A", 1, "50 USD"), []pricing.Override{upTo("14.99", approvedBy("manager", takes("rep", "15%")))}, false, "100.00", "pricing.authority", nil, "manager approved up to 14.99 USD only"},
		"approved beyond the other's":      {costing("A", 1, "50 USD"), []pricing.Override{approvedBy("manager", takes("rep", "16%"))}, false, "100.00", "pricing.authority", []string{"director"}, "the authority of manager by rule manager ends at 15%, 200.00 USD and a margin of 10%"},
		"approved below the other's floor": {costing("A", 1, "81 USD"), []pricing.Override{approvedBy("manager", takes("rep", "10.01%"))}, false, "100.00", "pricing.authority", []string{"director"}, ""},
		"approved at the other's floor":    {costing("A", 1, "81 USD"), []pricing.Override{approvedBy("manager", takes("rep", "10%"))}, false, "90.00", "", nil, ""},
		"approved, the cost not known":     {line("A", 1), []pricing.Override{approvedBy("manager", takes("rep", "10%"))}, false, "100.00", "pricing.authority", []string{"director"}, ""},
		"approved by the same":             {line("A", 1), []pricing.Override{approvedBy("rep", takes("rep", "10%"))}, false, "100.00", "pricing.approval", []string{"manager"}, ""},
		"approved by an equal":             {line("A", 1), []pricing.Override{approvedBy("rep", takes("cleaner", "10%"))}, false, "100.00", "pricing.authority", []string{"manager"}, ""},
		"nobody":                           {line("A", 1), []pricing.Override{takes("cleaner", "0.01%")}, false, "100.00", "pricing.authority", []string{"manager"}, "rule nobody-else ends at 0%"},
		"two roles":                        {costing("A", 1, "50 USD"), []pricing.Override{takes("both", "15%")}, false, "85.00", "", nil, ""},
		"two roles, both too small":        {costing("A", 1, "50 USD"), []pricing.Override{takes("both", "16%")}, false, "100.00", "pricing.authority", []string{"director", "manager"}, ""},
		"a large order":                    {line("B", 5), []pricing.Override{takes("rep", "0.5%")}, false, "4975.00", "", nil, ""},
		"a large order, beyond":            {line("B", 5), []pricing.Override{takes("manager", "2.01%")}, false, "5000.00", "pricing.authority", []string{"director"}, "rule large-orders"},
		"a contract asks for two":          {line("A", 1), []pricing.Override{takes("director", "1%")}, true, "100.00", "pricing.authority", []string{"contract desk"}, "rule contracts asks for a second person"},
		"a contract, and two":              {line("A", 1), []pricing.Override{approvedBy("manager", takes("director", "1%"))}, true, "99.00", "", nil, ""},
		"what we have no price for":        {line("C", 1), []pricing.Override{price1("rep", "1000")}, false, "0.00", "pricing.authority", []string{"manager"}, ""},
		"and who may price it":             {line("C", 1), []pricing.Override{price1("director", "10"), takes("director", "50%")}, false, "5.00", "", nil, ""},
		"and who may not lower that":       {line("C", 1), []pricing.Override{price1("director", "10"), takes("rep", "1%")}, false, "10.00", "pricing.authority", []string{"manager"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := authorityEngine(t, approvalMatrix)
			l := c.line
			l.Overrides = c.overrides
			r := request(l)
			r.Roles = rolesOfTheHouse()
			if c.contract {
				r.Customer.Contracts = []string{"K-1"}
			}
			got := price(t, e, r)
			assert.Equal(t, usd(c.want), got.Total)
			if c.code == "" {
				assert.False(t, got.Findings.Blocks(), got.Findings)
				assert.Empty(t, got.Wanted)
				return
			}
			found := got.Findings.With(c.code)
			require.Len(t, found, 1, got.Findings)
			assert.Equal(t, finding.Block, found[0].Severity)
			assert.Contains(t, found[0].Path, fmt.Sprintf("lines[0].overrides[%d]", len(c.overrides)-1))
			require.Len(t, got.Wanted, 1)
			assert.Equal(t, c.approvers, got.Wanted[0].Approvers)
			assert.Contains(t, got.Wanted[0].Why, c.why)
			for _, role := range c.approvers {
				assert.Contains(t, got.Findings.With("pricing.authority")[0].Message, role, "it names who may approve")
			}
			last := got.Lines[0].Entries[len(got.Lines[0].Entries)-1]
			assert.Equal(t, pricing.WhyNoAuthority, last.Why, "it is shown, and not applied")
			assert.Equal(t, c.overrides[len(c.overrides)-1].Actor, last.Actor)
			assert.NotZero(t, last.Amount)
		})
	}
}

// The waterfall names the second person.
func TestApproverInTheWaterfall(t *testing.T) {
	for name, e := range map[string]*pricing.Engine{
		"by rule": authorityEngine(t, approvalMatrix),
		"without rules": setup{
			schema:  schemaOf(pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList}),
			records: []pricing.Record{listPrice("A", "100 USD")},
		}.engine(t),
	} {
		l := costing("A", 1, "50 USD")
		l.Overrides = []pricing.Override{approvedBy("manager", takes("rep", "10%"))}
		r := request(l)
		r.Roles = rolesOfTheHouse()
		got := price(t, e, r)
		assert.Equal(t, usd("90.00"), got.Total, name)
		entry := got.Lines[0].Entries[1]
		assert.Equal(t, "rep", entry.Actor)
		assert.Equal(t, l.Overrides[0].Approval, entry.Approval)
		assert.NotSame(t, l.Overrides[0].Approval, entry.Approval, "the result has its own")
		assert.Contains(t, got.Text(), "by rep, as agreed, approved by manager: a good customer")
	}
}

// Without authority rules any named person decides, as long as approvals are
// approvals.
func TestApprovalsOfOverridesThatAreRefused(t *testing.T) {
	e := setup{
		schema: schemaOf(pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList},
			pricing.Step{Name: "deal", Kind: pricing.StepOverride, Base: pricing.BaseList, Scope: pricing.ScopeOrder}),
		records: []pricing.Record{listPrice("A", "100 USD")},
	}.engine(t)
	for name, change := range map[string]func(*pricing.Approval){
		"nobody":            func(a *pricing.Approval) { a.Actor = "" },
		"the same person":   func(a *pricing.Approval) { a.Actor = "rep" },
		"no reason":         func(a *pricing.Approval) { a.Reason = "" },
		"no time":           func(a *pricing.Approval) { a.At = time.Time{} },
		"of another step":   func(a *pricing.Approval) { a.Step = "deal" },
		"up to less":        func(a *pricing.Approval) { a.UpTo = usd("-1") },
		"in EUR":            func(a *pricing.Approval) { a.UpTo = money.MustParse("1 EUR") },
		"of a stated price": func(a *pricing.Approval) { a.Accept = pricing.AcceptTheirs },
	} {
		o := approvedBy("manager", takes("rep", "10%"))
		change(o.Approval)
		l := line("A", 1)
		l.Overrides = []pricing.Override{o}
		got := price(t, e, request(l))
		require.Len(t, got.Findings, 1, name)
		assert.Equal(t, "pricing.approval", got.Findings[0].Code)
		assert.Equal(t, "lines[0].overrides[0].approval", got.Findings[0].Path)
		assert.True(t, got.Findings.Blocks())
		assert.Nil(t, got.Lines[0].Entries[1].Approval)
	}
}

// What persons take off the order and its lines counts together.
func TestAuthorityOverTheOrder(t *testing.T) {
	e := authorityEngine(t, approvalMatrix)
	deal := func(actor, rate string) pricing.Override {
		o := takes(actor, rate)
		o.Step = "deal"
		return o
	}
	for name, c := range map[string]struct {
		lines []pricing.Line
		order []pricing.Override
		want  string
		found int
	}{
		"within":                  {[]pricing.Line{line("A", 1), line("A", 3)}, []pricing.Override{deal("rep", "5%")}, "380.00", 0},
		"beyond":                  {[]pricing.Line{line("A", 1), line("A", 3)}, []pricing.Override{deal("rep", "5.1%")}, "400.00", 1},
		"with the lines':       ": {[]pricing.Line{{Item: "A", Quantity: ea(1), Overrides: []pricing.Override{takes("rep", "5%")}}, line("A", 3)}, []pricing.Override{deal("rep", "4%")}, "395.00", 1},
		"with the lines', within": {[]pricing.Line{{Item: "A", Quantity: ea(1), Overrides: []pricing.Override{takes("rep", "5%")}}, line("A", 3)},
			[]pricing.Override{{Step: "deal", Kind: pricing.TakeAmount, Amount: usd("15"), Actor: "rep", Reason: "r"}}, "380.00", 0},
		"of a price that is none": {[]pricing.Line{line("A", 1), line("none", 3)}, []pricing.Override{deal("rep", "5%")}, "95.00", 0},
		"twice":                   {[]pricing.Line{line("A", 1)}, []pricing.Override{deal("rep", "4%"), deal("rep", "4%")}, "96.00", 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(c.lines...)
			r.Overrides, r.Roles = c.order, rolesOfTheHouse()
			got := price(t, e, r)
			assert.Equal(t, usd(c.want), got.Total)
			found := got.Findings.With("pricing.authority")
			require.Len(t, found, c.found)
			if c.found > 0 {
				assert.Equal(t, fmt.Sprintf("overrides[%d]", len(c.order)-1), found[0].Path)
				last := got.Entries[len(got.Entries)-1]
				assert.Equal(t, pricing.WhyNoAuthority, last.Why)
				require.Len(t, got.Wanted, 1)
				assert.Empty(t, got.Wanted[0].Line)
			}
		})
	}
}

// A statistical override moves nothing, and needs no authority.
func TestStatisticalOverridesNeedNoAuthority(t *testing.T) {
	step := pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList, Statistical: true}
	config := authorityConfig(t, approvalMatrix)
	config.Schema.Steps[1] = step
	e, err := pricing.New(config)
	require.NoError(t, err)
	l := line("A", 1)
	l.Overrides = []pricing.Override{takes("cleaner", "90%")}
	r := request(l)
	r.Overrides = []pricing.Override{{Step: "deal", Kind: pricing.TakeAmount, Amount: usd("5"), Actor: "rep", Reason: "r"}}
	r.Roles = rolesOfTheHouse()
	got := price(t, e, r)
	assert.Empty(t, got.Findings, "it takes no room from those that count")
	assert.Equal(t, usd("95.00"), got.Total)
}

// Rules see the decision, the person, the line and the order.
func TestAuthorityFacts(t *testing.T) {
	const matrix = `
rules:
  - id: "1"
    when: '%s'
    then: { share: 100%% }
`
	holds := func(t *testing.T, condition string) bool {
		e := authorityEngine(t, fmt.Sprintf(matrix, condition), floorStep("floor", "", "50%", pricing.RequireApproval),
			floorStep("whole", pricing.ScopeOrder, "45%", pricing.RequireApproval))
		l := costing("A", 1, "60 USD")
		l.Category, l.Tags, l.Overrides = "TOOLS", []string{"new"}, []pricing.Override{takes("rep", "10%")}
		r := request(l, line("B", 1))
		r.Customer = pricing.Customer{Account: "100", Group: "GOLD"}
		r.Roles = rolesOfTheHouse()
		r.Lines[0].Approvals = []pricing.Approval{{Step: "floor", Actor: "manager", Reason: "r", At: priceDate()}}
		r.Approvals = []pricing.Approval{{Step: "whole", Actor: "manager", Reason: "r", At: priceDate()}}
		got := price(t, e, r)
		require.LessOrEqual(t, len(got.Wanted), 3)
		return len(got.Wanted) < 3
	}
	for _, condition := range []string{
		`kind == "percent"`, `step == "manual" and scope == "line"`, `item == "A" and category == "TOOLS" and "new" in tags and kind == "percent"`,
		`actor == "rep" and "rep" in roles`, `priced and list == money("100 USD") and off == money("10 USD")`,
		`share == rate("10%") and net == money("90 USD") and margin >= rate("33.3333%") and margin < rate("33.3334%")`,
		`customer.group == "GOLD" and order.running == money("1100 USD") and kind == "percent"`,
		`kind == "margin" and step == "floor" and actor == "manager" and off == money("20 USD") and net == money("100 USD")`,
		`kind == "margin" and scope == "order" and item == "" and net == money("100 USD") and off == money("9.10 USD")`,
	} {
		assert.True(t, holds(t, condition), condition)
	}
	for _, condition := range []string{`kind == "price"`, `not priced`, `margin > rate("41%")`, `kind == "customer-price"`} {
		assert.False(t, holds(t, condition), condition)
	}
}

// A rule of authority that cannot be evaluated gives nobody authority.
func TestAuthorityRulesThatFail(t *testing.T) {
	failing := pricing.AuthorityRule{ID: "failing", When: `list > money("1 EUR")`, Priority: 9}
	wide := pricing.AuthorityRule{ID: "wide", When: "true", Then: pricing.Authority{Share: money.MustRate("100%")}}
	config := authorityConfig(t, approvalMatrix)
	l := line("A", 1)
	l.Overrides = []pricing.Override{takes("rep", "1%")}

	var err error
	config.Authority, err = pricing.NewAuthorityBook("test", failing, wide)
	require.NoError(t, err)
	e, err := pricing.New(config)
	require.NoError(t, err)
	_, err = e.Price(t.Context(), request(l))
	var eval *rules.EvalError
	require.ErrorAs(t, err, &eval, "the error names the rule")

	schema, err := pricing.NewAuthoritySchema(rules.Config{OnError: rules.SkipAndReport})
	require.NoError(t, err)
	config.Authority, err = rules.Compile(schema, "test", []pricing.AuthorityRule{failing, wide})
	require.NoError(t, err)
	e, err = pricing.New(config)
	require.NoError(t, err)
	got := price(t, e, request(l))
	assert.Len(t, got.Findings.With("pricing.rule-skipped"), 1)
	assert.Len(t, got.Findings.With("pricing.authority"), 1)
	assert.Equal(t, usd("100.00"), got.Total)
}

func TestAuthoritiesThatAreRefused(t *testing.T) {
	whole := money.MustRate("100%")
	for _, a := range []pricing.Authority{
		{Share: money.MustRate("-1%")}, {Share: money.MustRate("101%")}, {Amounts: []money.Amount{usd("-1")}}, {Amounts: []money.Amount{{}}},
		{Amounts: []money.Amount{usd("1"), usd("2")}}, {Margin: &whole},
	} {
		_, err := pricing.NewAuthorityBook("test", pricing.AuthorityRule{ID: "1", When: "true", Then: a})
		assert.Error(t, err, "%+v", a)
	}
	_, err := pricing.NewAuthorityBook("test", pricing.AuthorityRule{ID: "1", When: "true"})
	assert.NoError(t, err, "no authority is an authority")
}

// The authority rules are part of the hash and stay when other rules change.
func TestAuthorityInTheHash(t *testing.T) {
	config := authorityConfig(t, approvalMatrix)
	with, err := pricing.New(config)
	require.NoError(t, err)
	same, err := with.WithRules(with.Rules())
	require.NoError(t, err)
	assert.Equal(t, with.Hash(), same.Hash())
	l := line("A", 1)
	l.Overrides = []pricing.Override{takes("rep", "50%")}
	assert.True(t, price(t, same, request(l)).Findings.Blocks())
	config.Authority = nil
	without, err := pricing.New(config)
	require.NoError(t, err)
	assert.NotEqual(t, with.Hash(), without.Hash())
}

// Share, amount and margin are compared exactly: checked with decimals.
func TestAuthorityAgreesWithDecimals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{money.USD, money.JPY, money.KWD}).Draw(r, "currency")
		digits := int32(currency.Digits())
		list := decimal.New(rapid.Int64Range(1, 1000).Draw(r, "list"), -digits)
		off := decimal.New(rapid.Int64Range(-10, 300).Draw(r, "off"), -digits)
		goods := decimal.New(rapid.Int64Range(0, 800).Draw(r, "cost"), -digits)
		a := pricing.Authority{}
		share := decimal.New(rapid.Int64Range(0, 400).Draw(r, "share"), -3)
		bound := decimal.New(rapid.Int64Range(0, 300).Draw(r, "amount"), -digits)
		floor := decimal.New(rapid.Int64Range(-500, 900).Draw(r, "margin"), -3)
		hasBound, hasMargin := rapid.Bool().Draw(r, "has amount"), rapid.Bool().Draw(r, "has margin")
		var err error
		a.Share, err = money.RateFromDecimal(share)
		require.NoError(r, err)
		amount := func(d decimal.Decimal) money.Amount {
			m, err := money.FromDecimal(d, currency)
			require.NoError(r, err)
			return m
		}
		if hasBound {
			a.Amounts = []money.Amount{amount(bound)}
		}
		if hasMargin {
			rate, err := money.RateFromDecimal(floor)
			require.NoError(r, err)
			a.Margin = &rate
		}
		s := setup{schema: schemaOf(pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList})}
		s.schema.AllowNegative = true
		record := listPrice("A", "1 USD")
		record.Price = amount(list)
		s.records = []pricing.Record{record}
		config := s.config(t)
		config.Authority, err = pricing.NewAuthorityBook("test", pricing.AuthorityRule{ID: "1", When: "true", Then: a})
		require.NoError(r, err)
		e, err := pricing.New(config)
		require.NoError(r, err)
		l := line("A", 1)
		l.Cost = &pricing.Price{Amount: amount(goods)}
		l.Overrides = []pricing.Override{{Step: "manual", Kind: pricing.TakeAmount, Amount: amount(off), Actor: "a", Reason: "r"}}
		req := request(l)
		req.Currency = currency
		got := price(t, e, req)

		net := list.Sub(off)
		want := off.Sign() <= 0 || off.LessThanOrEqual(share.Mul(list)) &&
			(!hasBound || off.LessThanOrEqual(bound)) &&
			(!hasMargin || net.Sub(goods).GreaterThanOrEqual(floor.Mul(net)))
		require.Equal(r, want, !got.Findings.Blocks(), "%s of %s, cost %s, by %+v", off, list, goods, a)
	})
}

// A bound on the margin is exact beyond the minor unit, and for a net below zero.
func TestMarginBoundIsExact(t *testing.T) {
	for name, c := range map[string]struct {
		cost, floor string
		discount    string // before the override takes one cent
		admitted    bool
	}{
		"1.00 x 0.963 = 0.963":      {"0.963", "3.7%", "0", true},
		"1.00 x 0.9629 < 0.963":     {"0.963", "3.71%", "0", false},
		"-0.05 x 0.74 = -0.037":     {"0", "26%", "1.05", true},
		"-0.05 x 0.747 < -0.037":    {"0", "25.3%", "1.05", false},
		"-0.05 below a cost of any": {"0.038", "0%", "1.05", false},
	} {
		t.Run(name, func(t *testing.T) {
			bonus := pricing.Step{Name: "bonus", Kind: pricing.StepSurcharge, Base: pricing.BaseList, Statistical: true, Accrual: true, Exact: true}
			s := setup{
				schema: schemaOf(discountStep("d", pricing.BaseList), bonus, pricing.Step{Name: "manual", Kind: pricing.StepOverride, Base: pricing.BaseList}),
				rules:  []pricing.Rule{always("d", off(c.discount+" USD"))}, records: []pricing.Record{listPrice("A", "1.01 USD")},
			}
			if c.discount != "0" {
				s.rules = append(s.rules, always("bonus", off("0.037 USD")))
			}
			s.schema.AllowNegative = true
			config := s.config(t)
			floor := money.MustRate(c.floor)
			var err error
			config.Authority, err = pricing.NewAuthorityBook("test", pricing.AuthorityRule{
				ID: "1", When: "true", Then: pricing.Authority{Share: money.MustRate("10%"), Margin: &floor},
			})
			require.NoError(t, err)
			e, err := pricing.New(config)
			require.NoError(t, err)
			l := costing("A", 1, c.cost+" USD")
			l.Overrides = []pricing.Override{{Step: "manual", Kind: pricing.TakeAmount, Amount: usd("0.01"), Actor: "a", Reason: "r"}}
			assert.Equal(t, c.admitted, !price(t, e, request(l)).Findings.Blocks())
		})
	}
}
