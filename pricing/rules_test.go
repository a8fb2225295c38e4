package pricing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// Rules can be kept in a file.
func TestRulesFromYAML(t *testing.T) {
	const text = `
- id: gold-5
  group: customer
  when: customer.group == "GOLD"
  priority: 10
  then:
    kind: percent
    rate: 5%
- id: spend-900
  group: order
  when: category == "TOOLS"
  from: 2026-03-01
  to: 2026-04-01
  then:
    kind: amount
    amount: 25.00 USD
    minimum: 900 USD
- id: bulk
  group: customer
  when: quantity >= qty("10 EA")
  then: {kind: amount-per-unit, amount: 1.50 USD, per: 10, unit: EA}
`
	schema, err := pricing.NewRuleSchema(rules.Config{})
	require.NoError(t, err)
	book, err := rules.Load(schema, rules.YAML[pricing.Discount]("spring.yaml", []byte(text)))
	require.NoError(t, err)
	assert.Equal(t, percent("5%"), book.Rule("gold-5").Then)
	assert.Equal(t, usd("900"), book.Rule("spend-900").Then.Minimum)
	assert.Equal(t, int64(10), book.Rule("bulk").Then.Per)

	_, err = rules.Load(schema, rules.YAML[pricing.Discount]("spring.yaml", []byte(strings.Replace(text, "rate: 5%", "rate: -5%", 1))))
	assert.ErrorContains(t, err, "negative")
	assert.ErrorContains(t, err, "gold-5")
}

// Where the host asks for it a failing rule is left out, and that is a finding.
func TestFailingRules(t *testing.T) {
	failing := pricing.Rule{ID: "kilos", Group: "d", When: `quantity > qty("1 KG")`, Then: percent("50%")}
	s := setup{
		schema: schemaOf(discountStep("d", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "10 USD")},
		rules: []pricing.Rule{failing, always("d", percent("10%"))},
	}
	_, err := s.engine(t).Price(t.Context(), request(line("A", 1)))
	var failure *rules.EvalError
	require.ErrorAs(t, err, &failure)
	assert.ErrorContains(t, err, "step d: line 1")

	schema, err := pricing.NewRuleSchema(rules.Config{OnError: rules.SkipAndReport})
	require.NoError(t, err)
	config := s.config(t)
	config.Rules, err = rules.Compile(schema, "test", s.rules)
	require.NoError(t, err)
	e, err := pricing.New(config)
	require.NoError(t, err)
	got := price(t, e, request(line("A", 1)))
	assert.Equal(t, usd("9.00"), got.Total)
	assert.Len(t, got.Findings.With("pricing.rule-skipped"), 1)
}

// The validity of rules is that of instants.
func TestRuleValidity(t *testing.T) {
	s := setup{
		schema: schemaOf(discountStep("d", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "10 USD")},
		rules: []pricing.Rule{always("d", percent("10%"))},
	}
	s.rules[0].From, s.rules[0].To = priceDate(), priceDate().Add(1)
	e := s.engine(t)
	r := request(line("A", 1))
	assert.Equal(t, usd("9.00"), price(t, e, r).Total)
	r.At = priceDate().Add(1)
	assert.Equal(t, usd("10.00"), price(t, e, r).Total)
	r.At = priceDate().Add(-1)
	assert.Equal(t, usd("10.00"), price(t, e, r).Total)
}

// A surcharge can be rounded by what it leads to as well.
func TestSurchargeRounding(t *testing.T) {
	for mode, want := range map[money.Rounding]string{money.HalfUp: "12.08", money.Down: "12.07"} { // 12.075
		step := pricing.Step{Name: "s", Kind: pricing.StepSurcharge, Base: pricing.BaseList, RoundNet: true}
		s := setup{
			schema: schemaOf(step), records: []pricing.Record{listPrice("A", "10.50 USD")},
			rules: []pricing.Rule{always("s", percent("15%"))},
		}
		s.schema.Rounding = mode
		assert.Equal(t, usd(want), price(t, s.engine(t), request(line("A", 1))).Total)
	}
}
