package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

func combinationStep(name string) pricing.Step {
	s := orderStep(name)
	s.Stacking = pricing.StackBestCombination
	return s
}

func drawPromotion(r *rapid.T, n int) pricing.Rule {
	rule := pricing.Rule{ID: fmt.Sprintf("p%d", n), Group: "promo", Priority: rapid.IntRange(0, 2).Draw(r, "priority")}
	rule.When = rapid.SampledFrom([]string{
		"true", `item == "A"`, `item == "B"`, `item in ["B", "C"]`, `item in ["C", "D"]`,
	}).Draw(r, "when")
	rate := money.MustRate(rapid.SampledFrom([]string{"5%", "10%", "33%", "100%"}).Draw(r, "rate"))
	cents := money.FromMinor(rapid.Int64Range(1, 900).Draw(r, "amount"), money.USD)
	rule.Then = rapid.SampledFrom([]pricing.Discount{
		{Kind: pricing.Percent, Rate: rate},
		{Kind: pricing.AmountOff, Amount: cents},
		{Kind: pricing.AmountPerUnit, Amount: money.FromMinor(7, money.USD)},
		{Kind: pricing.FixedPrice, Amount: cents},
		{Kind: pricing.BuyGet, Buy: of(2), Get: of(1), Rate: rate},
		{Kind: pricing.BuyGet, Buy: of(1), Get: of(1, "A"), Rate: rate},
		{Kind: pricing.MixAndMatch, Buy: of(3), Amount: cents},
		{Kind: pricing.Bundle, Parts: []pricing.Selection{*of(1, "B"), *of(1, "C")}, Rate: rate},
		{Kind: pricing.Tiered, Tiers: []pricing.Tier{{From: usd("20.00"), Rate: rate}}},
	}).Draw(r, "effect")
	if rapid.Bool().Draw(r, "has minimum") {
		rule.Then.Minimum = money.FromMinor(rapid.Int64Range(0, 8000).Draw(r, "minimum"), money.USD)
	}
	rule.Then.Stack = rapid.SampledFrom([]string{"", "", "x", "y", "z"}).Draw(r, "group")
	return rule
}

func combinationWorld(r *rapid.T, rules int) setup {
	s := setup{schema: schemaOf(combinationStep("promo"))}
	s.schema.Groups = []pricing.StackingGroup{
		{Name: "x", Stacking: pricing.StackFirst, Scope: pricing.ScopeOrder},
		{Name: "y", Stacking: rapid.SampledFrom([]pricing.Stacking{pricing.Stack, pricing.StackFirst, pricing.StackExclusive}).Draw(r, "y")},
		{Name: "z", NotWith: []string{"y"}, Scope: rapid.SampledFrom([]pricing.Scope{pricing.ScopeLine, pricing.ScopeOrder}).Draw(r, "z")},
	}
	for _, item := range []string{"A", "B", "C", "D"} {
		s.records = append(s.records, listPrice(item, money.FromMinor(rapid.Int64Range(1, 2000).Draw(r, "price"), money.USD).String()))
	}
	for n := range rules {
		s.rules = append(s.rules, drawPromotion(r, n))
	}
	return s
}

// TestBestCombinationAgainstEveryCombination: no subset of the rules, stacked,
// leaves the customer less to pay.
func TestBestCombinationAgainstEveryCombination(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := combinationWorld(r, rapid.IntRange(1, 6).Draw(r, "rules"))
		req := request()
		for n := range rapid.IntRange(1, 4).Draw(r, "lines") {
			l := line(rapid.SampledFrom([]string{"A", "B", "C", "D"}).Draw(r, "item"), rapid.Int64Range(1, 6).Draw(r, "quantity"))
			l.ID = fmt.Sprint(n + 1)
			req.Lines = append(req.Lines, l)
		}
		got := price(t, s.engine(t), req)
		for _, f := range got.Findings {
			assert.NotEqual(r, "pricing.combination", f.Code)
		}
		stacked := s
		stacked.schema.Steps = append([]pricing.Step(nil), s.schema.Steps...)
		stacked.schema.Steps[1].Stacking = pricing.Stack
		least := got.Total
		subsets(len(s.rules), func(set uint) {
			some := stacked
			some.rules = nil
			for n := range s.rules {
				if set>>n&1 != 0 {
					some.rules = append(some.rules, s.rules[n])
				}
			}
			total := price(t, some.engine(t), req).Total
			if order, err := total.Cmp(least); err == nil && order < 0 {
				least = total
			}
		})
		assert.Equal(r, least, got.Total)
	})
}

// The best combination is not the best rule with what still fits: 20 off A alone
// keeps two smaller ones out that come to more.
func TestBestCombinationBeatsGreedy(t *testing.T) {
	s := setup{
		schema:  schemaOf(combinationStep("promo")),
		records: []pricing.Record{listPrice("A", "100.00 USD"), listPrice("B", "100.00 USD")},
		rules: []pricing.Rule{
			{ID: "big", Group: "promo", When: "true", Then: pricing.Discount{Kind: pricing.AmountOff, Amount: usd("20.00"), Stack: "one"}},
			{ID: "a", Group: "promo", When: `item == "A"`, Then: pricing.Discount{Kind: pricing.AmountOff, Amount: usd("12.00"), Stack: "small"}},
			{ID: "b", Group: "promo", When: `item == "B"`, Then: pricing.Discount{Kind: pricing.AmountOff, Amount: usd("13.00"), Stack: "small"}},
		},
	}
	s.schema.Groups = []pricing.StackingGroup{{Name: "one", Scope: pricing.ScopeOrder, NotWith: []string{"small"}}, {Name: "small"}}
	r := request(line("A", 1), line("B", 1))
	r.Trace = pricing.TraceFull
	got := price(t, s.engine(t), r)
	assert.Equal(t, []string{"88.00", "87.00"}, totals(got))
	var why []string
	for _, e := range got.Entries {
		why = append(why, e.Source+" "+string(e.Why))
	}
	assert.ElementsMatch(t, []string{"a ", "b ", "big excluded"}, why)
}

// Sixteen rules that all compete are searched to the end; twenty-four are searched
// as far as it goes, and the finding bounds what may be missing.
func TestManyCompetingRules(t *testing.T) {
	world := func(n int) setup {
		s := setup{schema: schemaOf(combinationStep("promo"))}
		for i := range 6 {
			s.records = append(s.records, listPrice(fmt.Sprintf("I%d", i), fmt.Sprintf("%d.37 USD", 11+7*i)))
		}
		for i := range n {
			s.rules = append(s.rules, pricing.Rule{
				ID: fmt.Sprintf("p%02d", i), Group: "promo", When: fmt.Sprintf(`item in ["I%d", "I%d"]`, i%6, (i*5+1)%6),
				Then: pricing.Discount{Kind: pricing.BuyGet, Buy: of(int64(1 + i%3)), Get: of(1), Rate: money.MustRate(fmt.Sprintf("%d%%", 20+i)), Limit: 1},
			})
		}
		return s
	}
	req := request()
	for i := range 6 {
		req.Lines = append(req.Lines, pricing.Line{ID: fmt.Sprint(i + 1), Item: fmt.Sprintf("I%d", i), Quantity: ea(3)})
	}
	s := world(16)
	got := price(t, s.engine(t), req)
	assert.Empty(t, got.Findings, "the search is exact")
	s = world(24)
	got = price(t, s.engine(t), req)
	if len(got.Findings) > 0 {
		require.Equal(t, "pricing.combination", got.Findings[0].Code)
	}
}

func TestStackingGroups(t *testing.T) {
	rule := func(id, step, rate, group string) pricing.Rule {
		d := percent(rate)
		d.Stack = group
		return pricing.Rule{ID: id, Group: step, When: "true", Then: d}
	}
	for name, c := range map[string]struct {
		groups []pricing.StackingGroup
		rules  []pricing.Rule
		want   string // of 100.00
	}{
		"first, across steps": {
			[]pricing.StackingGroup{{Name: "g", Stacking: pricing.StackFirst}},
			[]pricing.Rule{rule("a", "one", "10%", "g"), rule("b", "one", "20%", "g"), rule("c", "two", "30%", "g"), rule("d", "two", "50%", "")},
			"45.00",
		},
		"best of a group, beside others": {
			[]pricing.StackingGroup{{Name: "g", Stacking: pricing.StackBest}},
			[]pricing.Rule{rule("a", "one", "10%", "g"), rule("b", "one", "20%", "g"), rule("c", "one", "50%", "")},
			"40.00",
		},
		"groups that do not combine": {
			[]pricing.StackingGroup{{Name: "g", NotWith: []string{"h"}}, {Name: "h"}},
			[]pricing.Rule{rule("a", "one", "10%", "h"), rule("b", "one", "20%", "h"), rule("c", "two", "50%", "g")},
			"72.00",
		},
		"a group that stands alone closes the line": {
			[]pricing.StackingGroup{{Name: "g", Stacking: pricing.StackExclusive}},
			[]pricing.Rule{rule("a", "one", "10%", "g"), rule("b", "one", "20%", ""), rule("c", "two", "50%", "")},
			"90.00",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{
				schema:  schemaOf(discountStep("one", pricing.BaseRunning), discountStep("two", pricing.BaseRunning)),
				records: []pricing.Record{listPrice("A", "100.00 USD")}, rules: c.rules,
			}
			s.schema.Groups = c.groups
			r := request(line("A", 1))
			r.Trace = pricing.TraceFull
			got := price(t, s.engine(t), r)
			assert.Equal(t, c.want, got.Total.Number(), got.Text())
		})
	}
	t.Run("over the order", func(t *testing.T) {
		s := setup{
			schema:  schemaOf(discountStep("one", pricing.BaseRunning)),
			records: []pricing.Record{listPrice("A", "100.00 USD"), listPrice("B", "100.00 USD")},
			rules:   []pricing.Rule{rule("a", "one", "10%", "g"), rule("b", "one", "20%", "h")},
		}
		s.rules[0].When, s.rules[1].When = `item == "A"`, `item == "B"`
		s.schema.Groups = []pricing.StackingGroup{{Name: "g", Scope: pricing.ScopeOrder, NotWith: []string{"h"}}, {Name: "h"}}
		got := price(t, s.engine(t), request(line("A", 1), line("B", 1)))
		assert.Equal(t, []string{"90.00", "100.00"}, totals(got))
	})
}

func TestGroupsThatMakeNoSense(t *testing.T) {
	s := setup{schema: schemaOf(discountStep("one", pricing.BaseRunning)), records: []pricing.Record{listPrice("A", "1.00 USD")}}
	s.schema.Groups = []pricing.StackingGroup{
		{}, {Name: "g", Stacking: pricing.StackBestCombination}, {Name: "g", Scope: "all"}, {Name: "h", NotWith: []string{"h", "nowhere"}},
	}
	s.rules = []pricing.Rule{{ID: "r", Group: "one", When: "true", Then: pricing.Discount{Kind: pricing.Percent, Stack: "unknown"}}}
	_, err := pricing.New(s.config(t))
	var load *pricing.LoadError
	require.ErrorAs(t, err, &load)
	for _, want := range []string{
		"groups[0]: it has no name", "groups[1].stacking", "groups[2]: groups[1] has the name g too", "groups[2].scope",
		"groups[3].not_with: a group", "groups[3].not_with: there is no group nowhere", "rule r: the schema has no stacking group unknown",
	} {
		assert.ErrorContains(t, err, want)
	}
}
