package pricing_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/rules"
)

// ear counts the decisions that it hears of.
type ear struct{ heard int }

func (e *ear) Decided(context.Context, rules.Decided) { e.heard++ }

// Rules that ask about the customer and the order alone are matched once for all
// lines. An engine whose rules have a listener, who hears of every line, prices
// the same.
func TestMatchedOnceForAllLines(t *testing.T) {
	conditions := []string{
		`true`, `customer.group == "GOLD"`, `order.lines > 2`, `order.running >= money("20.00 USD")`, `"B" in order.items`,
		`item == "A"`, `running > money("9.00 USD")`, `quantity > qty("2 EA")`, `customer.group == "GOLD" and item != "A"`,
	}
	rapid.Check(t, func(rt *rapid.T) {
		schema := schemaOf(
			discountStep("one", pricing.BaseRunning), discountStep("two", pricing.BaseRunning), orderStep("whole"))
		var list []pricing.Rule
		for _, step := range []string{"one", "two", "whole"} {
			for n := range rapid.IntRange(0, 3).Draw(rt, "rules") {
				rule := pricing.Rule{
					ID: fmt.Sprint(step, n), Group: step, Then: percent(fmt.Sprintf("%d%%", 1+n)),
					When: rapid.SampledFrom(conditions).Draw(rt, "condition"),
				}
				if rapid.Bool().Draw(rt, "dated") {
					rule.From, rule.To = onDay(10), onDay(20)
				}
				list = append(list, rule)
			}
		}
		r := request()
		r.At = onDay(rapid.IntRange(9, 20).Draw(rt, "day"))
		r.Trace = rapid.SampledFrom([]pricing.Trace{pricing.TraceOff, pricing.TraceFull}).Draw(rt, "trace")
		r.Customer.Group = rapid.SampledFrom([]string{"GOLD", ""}).Draw(rt, "group")
		for n := range rapid.IntRange(1, 5).Draw(rt, "lines") {
			l := line(rapid.SampledFrom([]string{"A", "B"}).Draw(rt, "item"), int64(rapid.IntRange(1, 4).Draw(rt, "quantity")))
			l.ID = fmt.Sprint(n)
			if rapid.Bool().Draw(rt, "own date") {
				l.At = onDay(rapid.IntRange(9, 20).Draw(rt, "day of line"))
			}
			r.Lines = append(r.Lines, l)
		}
		s := setup{schema: schema, records: []pricing.Record{listPrice("A", "10.00 USD"), listPrice("B", "3.33 USD")}, rules: list}
		config := s.config(t)
		once, err := pricing.New(config)
		require.NoError(rt, err)
		e := &ear{}
		conditionsOf, err := pricing.NewRuleSchema(rules.Config{Listeners: []rules.Listener{e}})
		require.NoError(rt, err)
		config.Rules, err = rules.Compile(conditionsOf, "test", list)
		require.NoError(rt, err)
		each, err := pricing.New(config)
		require.NoError(rt, err)
		want := price(t, each, r)
		groups := map[string]bool{}
		for _, rule := range list {
			groups[rule.Group] = true
		}
		assert.Equal(rt, len(groups)*len(r.Lines), e.heard)
		got := price(t, once, r)
		assert.Equal(rt, want, got)
	})
}

// A line has room for its entries where others have few, and where the request
// before had none.
func TestEntriesOfUnequalLines(t *testing.T) {
	s := setup{schema: schemaOf(discountStep("many", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "100.00 USD"), listPrice("B", "7.00 USD")}}
	for n := range 30 {
		s.rules = append(s.rules, pricing.Rule{ID: fmt.Sprintf("r%02d", n), Group: "many", When: `item == "A"`, Then: off("1.00 USD")})
	}
	e := s.engine(t)
	few, many := request(line("B", 1)), request(line("B", 1), line("A", 1), line("B", 2), line("A", 2))
	for n := range 20 { // with entries in every line, in some and in none
		r := few
		switch n % 3 {
		case 1:
			r = many
		case 2:
			r = request()
		}
		got := price(t, e, r)
		require.Len(t, got.Lines, len(r.Lines))
		for i := range got.Lines {
			l := &got.Lines[i]
			entries, total := 1, map[bool]string{true: "7.00", false: "14.00"}
			if l.Item == "A" {
				entries, total = 31, map[bool]string{true: "70.00", false: "170.00"}
			}
			assert.Len(t, l.Entries, entries)
			assert.Equal(t, usd(total[l.Quantity == ea(1)]), l.Total)
			assert.Equal(t, len(l.Entries), cap(l.Entries), "an append must not reach another line's")
		}
	}
}
