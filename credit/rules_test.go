package credit_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/credit"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// messages gives what was found, by rule.
func messages(d credit.Decision) map[string]string {
	found := map[string]string{}
	for _, r := range d.Reasons {
		found[r.Rule] = r.Finding.String()
	}
	return found
}

func TestStandardRules(t *testing.T) {
	yesterday := calendar.MustDate("2026-03-01")
	today := calendar.MustDate("2026-03-02")
	account := func(change func(*credit.Account)) credit.Account {
		a := acme("1000")
		change(&a)
		return a
	}
	old := func(d *desk) { d.invoice("OLD", "0", d.day(-1)) } // no new customer
	for name, c := range map[string]struct {
		account credit.Account
		before  func(d *desk)
		amount  string
		want    map[string]string
	}{
		"nothing": {acme("1000"), old, "899.99", map[string]string{}},
		"new customer": {acme("1000"), nil, "10", map[string]string{
			"new-customer": "warning credit.new-customer: nothing was ever invoiced to account ACME",
		}},
		"utilisation": {acme("1000"), old, "900", map[string]string{
			"utilisation": "warning credit.utilisation: 90% of the limit 1,000.00 USD of account ACME is used",
		}},
		"utilisation at the limit": {acme("1000"), old, "1000", map[string]string{
			"utilisation": "warning credit.utilisation: 100% of the limit 1,000.00 USD of account ACME is used",
		}},
		"limit exceeded": {acme("1234567"), old, "1234567.89", map[string]string{
			"limit-exceeded": "block credit.limit-exceeded: short by 0.89 USD: exposure 0.00 USD and 1,234,567.89 USD of the order against the limit 1,234,567.00 USD of account ACME (get 0.89 USD paid or deposited, raise the limit, or approve the order)",
		}},
		"limit reached": {account(func(a *credit.Account) { a.Limit.Comparison = credit.AtOrAbove }), old, "1000", map[string]string{
			"limit-reached": "block credit.limit-reached: exposure 0.00 USD and 1,000.00 USD of the order come to 1,000.00 USD and reach the limit 1,000.00 USD of account ACME (get open items paid, raise the limit, or approve the order)",
			"utilisation":   "warning credit.utilisation: 100% of the limit 1,000.00 USD of account ACME is used",
		}},
		"just below a limit that may not be reached": {
			account(func(a *credit.Account) { a.Limit.Comparison = credit.AtOrAbove }), old, "899.99", map[string]string{},
		},
		"a limit of nothing": {acme("0"), old, "0.01", map[string]string{
			"limit-exceeded": "block credit.limit-exceeded: short by 0.01 USD: exposure 0.00 USD and 0.01 USD of the order against the limit 0.00 USD of account ACME (get 0.01 USD paid or deposited, raise the limit, or approve the order)",
		}},
		"no limit": {account(func(a *credit.Account) { a.Limit = nil }), old, "1000000", map[string]string{}},
		"limit expired": {account(func(a *credit.Account) { a.Limit.ValidUntil = yesterday }), old, "1", map[string]string{
			"limit-expired": "block credit.limit-expired: the limit 1,000.00 USD of account ACME was valid until 2026-03-01 (review the account and set the limit anew)",
		}},
		"limit on its last day": {account(func(a *credit.Account) { a.Limit.ValidUntil = today }), old, "1", map[string]string{}},
		"cover expired": {account(func(a *credit.Account) { a.Cover = &credit.Cover{Amount: usd("5"), ValidUntil: yesterday} }), old, "1", map[string]string{
			"cover-expired": "warning credit.cover-expired: the cover of account ACME was valid until 2026-03-01",
		}},
		"blocked and watched, all at once": {account(func(a *credit.Account) { a.Blocked, a.Watch, a.Note = true, true, "disputes" }), nil, "1000.01", map[string]string{
			"blocked":        "block credit.blocked: account ACME is blocked: disputes",
			"limit-exceeded": "block credit.limit-exceeded: short by 0.01 USD: exposure 0.00 USD and 1,000.01 USD of the order against the limit 1,000.00 USD of account ACME (get 0.01 USD paid or deposited, raise the limit, or approve the order)",
			"watch":          "warning credit.watch: account ACME is watched: disputes",
			"new-customer":   "warning credit.new-customer: nothing was ever invoiced to account ACME",
		}},
		"terms": {account(func(a *credit.Account) { a.Terms = "COD" }), old, "1", map[string]string{
			"terms-changed": "block credit.terms-changed: the order asks for payment terms N30, agreed are COD (give the order the agreed terms, or approve it)",
		}},
		"60 days past due": {acme("1000"), func(d *desk) {
			d.invoice("LATE", "30", d.day(-60))
			d.invoice("DUE", "70", d.day(0))
		}, "1", map[string]string{}},
		"61 days past due": {acme("1000"), func(d *desk) {
			d.invoice("LATE", "1", d.day(-61))
			d.invoice("DUE", "70", d.day(0))
		}, "1", map[string]string{
			"overdue-oldest": "block credit.overdue-oldest: the oldest open item is 61 days past due, more than 60 (get the item paid or settle what is disputed)",
		}},
		"overdue share by a cent": {acme("1000"), func(d *desk) {
			d.invoice("LATE", "30.01", d.day(-31))
			d.invoice("DUE", "70", d.day(0))
		}, "1", map[string]string{
			"overdue-share": "block credit.overdue-share: 30.01 USD of 100.01 USD receivable is more than 30 days past due, more than 30% (get the overdue items paid)",
		}},
		"overdue by no more than 30 days": {acme("1000"), func(d *desk) { d.invoice("LATE", "100", d.day(-30)) }, "1", map[string]string{}},
		"a credit memo is never overdue":  {acme("1000"), func(d *desk) { d.invoice("MEMO", "-100", d.day(-90)) }, "1", map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, credit.Config{}, c.account)
			if c.before != nil {
				c.before(d)
			}
			decision, err := d.Check(context.Background(), d.now, credit.Request{Order: "SO-1", Account: "ACME", Amount: usd(c.amount), Terms: "N30"})
			require.NoError(t, err)
			assert.Equal(t, c.want, messages(decision))
			assert.Equal(t, decision.Findings().Blocks(), decision.Outcome == credit.Held)
			for _, r := range decision.Reasons {
				assert.Equal(t, "ACME", r.Account)
			}
		})
	}
}

func TestAnalystChangesTheBook(t *testing.T) {
	schema, err := credit.NewRuleSchema(rules.Config{})
	require.NoError(t, err)
	book, err := rules.Load(schema, rules.YAML[credit.Effect]("credit.yaml", []byte(`
rules:
  - id: seasonal
    when: exposureAfter > limit * rate("120%")
    from: 2026-11-01
    then: { action: hold, code: seasonal, text: "{exposureAfter} against {limit}, {lastPaymentDays} days after {account} paid" }
  - id: large
    when: order.amount > money("500 USD")
    then: { action: warn, code: large, text: "an order of {order.amount}, first on {order.firstShip}" }
`)))
	require.NoError(t, err)
	live := rules.NewLive(book)
	d := newDesk(t, credit.Config{Rules: live}, acme("1000"))
	paid, err := d.Pay(d.now, credit.Payment{Document: "P", Account: "ACME", Amount: usd("1"), Date: d.day(-5)})
	d.keep(paid, err)
	req := credit.Request{Order: "SO-1", Account: "ACME", Amount: usd("1201.01"), Explain: rules.Full}
	spring, err := d.Check(context.Background(), d.now, req)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"large": "warning credit.large: an order of 1,201.01 USD, first on -"}, messages(spring))
	assert.Equal(t, book.Hash(), spring.Book)
	require.Len(t, spring.Explanations, 1)
	assert.Len(t, spring.Explanations[0].Rules, 2, "the rule that is not in force is explained too")

	d.now = d.now.AddDate(1, 0, 0)
	autumn, err := d.Check(context.Background(), d.now, req)
	require.NoError(t, err)
	assert.Equal(t, "block credit.seasonal: 1,200.01 USD against 1,000.00 USD, 370 days after ACME paid", messages(autumn)["seasonal"])
	text, err := json.Marshal(autumn)
	require.NoError(t, err)
	var back credit.Decision
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, autumn.Reasons, back.Reasons)

	standard, err := credit.NewRuleBook("standard", credit.StandardRules())
	require.NoError(t, err)
	assert.NotEmpty(t, live.Replace(standard).Removed)
	autumn, err = d.Check(context.Background(), d.now, req)
	require.NoError(t, err)
	assert.Contains(t, messages(autumn), "limit-exceeded")
}

func TestEffectsAreChecked(t *testing.T) {
	good := credit.Effect{Action: credit.Hold, Code: "a-1", Text: "{limit}"}
	require.NoError(t, good.Validate())
	for name, change := range map[string]func(*credit.Effect){
		"no action":      func(e *credit.Effect) { e.Action = 0 },
		"no code":        func(e *credit.Effect) { e.Code = "" },
		"a code in caps": func(e *credit.Effect) { e.Code = "Limit" },
		"no text":        func(e *credit.Effect) { e.Text = "" },
		"no such fact":   func(e *credit.Effect) { e.Text = "{limits}" },
		"no end":         func(e *credit.Effect) { e.Fix = "{limit" },
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			change(&bad)
			require.Error(t, bad.Validate())
			_, err := credit.NewRuleBook("test", []credit.Rule{{ID: "x", When: "true", Then: bad}})
			var load *rules.LoadError
			require.ErrorAs(t, err, &load)
		})
	}
}

// Every fact can stand in a text under the name that conditions use.
func TestFactsInTexts(t *testing.T) {
	schema, err := credit.NewRuleSchema(rules.Config{})
	require.NoError(t, err)
	for _, f := range schema.Facts() {
		assert.NoError(t, credit.Effect{Action: credit.Warn, Code: "x", Text: "{" + f.Name + "}"}.Validate(), f.Name)
	}
}

// credit.md: 24,000 of 60,000 = 40%; shares are cut after six places, so that a comparison with fewer is exact.
func TestShares(t *testing.T) {
	for name, c := range map[string]struct{ late, due, order, want string }{
		"40%":                    {"24000", "36000", "40000", "40% of receivables overdue, 100% used"},
		"a third":                {"10", "20", "3.33", "33.3333% of receivables overdue, 33.33% used"},
		"two thirds":             {"20", "10", "36.67", "66.6666% of receivables overdue, 66.67% used"},
		"nothing receivable":     {"0", "0", "50", "- of receivables overdue, 50% used"},
		"below nothing":          {"0", "-150", "50", "- of receivables overdue, -100% used"},
		"beyond the minor digit": {"0.0001", "0.0002", "0", "33.3333% of receivables overdue, 0.0003% used"},
	} {
		t.Run(name, func(t *testing.T) {
			book, err := credit.NewRuleBook("test", []credit.Rule{{
				ID: "shares", When: "true",
				Then: credit.Effect{Action: credit.Warn, Code: "x", Text: "{overdueShare} of receivables overdue, {utilisation} used"},
			}})
			require.NoError(t, err)
			limit := "100"
			if name == "40%" {
				limit = "100000"
			}
			d := newDesk(t, credit.Config{Rules: rules.NewLive(book)}, acme(limit))
			if c.late != "0" {
				d.invoice("LATE", c.late, d.day(-1))
			}
			d.invoice("DUE", c.due, d.day(0))
			assert.Equal(t, c.want, d.ask("SO-1", c.order).Findings()[0].Message)
		})
	}
}

func TestRuleThatFails(t *testing.T) {
	list := []credit.Rule{{ID: "euro", When: `exposure > money("1 EUR")`, Then: credit.Effect{Action: credit.Hold, Code: "x", Text: "x"}}}
	book, err := credit.NewRuleBook("test", list)
	require.NoError(t, err)
	d := newDesk(t, credit.Config{Rules: rules.NewLive(book)}, acme("1000"))
	before := d.State()
	_, _, err = d.Commit(context.Background(), d.now, credit.Request{Order: "SO-1", Account: "ACME", Amount: usd("1")})
	var failed *rules.EvalError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, "euro", failed.Rule)
	assert.Equal(t, before, d.State())

	schema, err := credit.NewRuleSchema(rules.Config{OnError: rules.SkipAndReport})
	require.NoError(t, err)
	book, err = rules.Compile(schema, "test", list)
	require.NoError(t, err)
	d = newDesk(t, credit.Config{Rules: rules.NewLive(book)}, acme("1000"))
	decision := d.ask("SO-1", "1")
	assert.Equal(t, credit.Passed, decision.Outcome)
	assert.Len(t, decision.Findings().With("credit.rule-failed"), 1)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err = d.Commit(ctx, d.now, credit.Request{Order: "SO-2", Account: "ACME", Amount: usd("1")})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestTextForms(t *testing.T) {
	for _, p := range []credit.Part{credit.Receivables, credit.Deliveries, credit.Orders, credit.Special, credit.Deposits, credit.Unapplied} {
		text, err := p.MarshalText()
		require.NoError(t, err)
		var back credit.Part
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, p, back)
	}
	for _, b := range []credit.Basis{credit.ByRules, credit.ByRelease, credit.NoIncrease} {
		text, err := b.MarshalText()
		require.NoError(t, err)
		var back credit.Basis
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, b, back)
	}
	_, err := credit.Part(9).MarshalText()
	require.Error(t, err)
	_, err = credit.Basis(9).MarshalText()
	require.Error(t, err)
	_, err = credit.Outcome(9).MarshalText()
	require.Error(t, err)
	_, err = credit.Action(9).MarshalText()
	require.Error(t, err)
	_, err = credit.Comparison(9).MarshalText()
	require.Error(t, err)
	require.Error(t, new(credit.Part).UnmarshalText([]byte("x")))
	require.Error(t, new(credit.Basis).UnmarshalText([]byte("x")))
	require.Error(t, new(credit.Outcome).UnmarshalText([]byte("x")))
	require.Error(t, new(credit.Action).UnmarshalText([]byte("x")))
	require.Error(t, new(credit.Comparison).UnmarshalText([]byte("x")))
}

func TestStandardRulesAreNew(t *testing.T) {
	one, two := credit.StandardRules(), credit.StandardRules()
	one[0].ID = "changed"
	assert.NotEqual(t, one[0].ID, two[0].ID)
	assert.True(t, slices.IsSortedFunc(two, func(a, b credit.Rule) int { return b.Priority - a.Priority }))
}
