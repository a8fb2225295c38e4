package rulestest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

func mutate(t testing.TB, c rulestest.MutationConfig, rs []rules.Rule[effect], text string) *rulestest.MutationReport {
	t.Helper()
	s := schema(t, rules.Config{})
	report, err := rulestest.Mutate(context.Background(), s, rs, read(t, s, text), c)
	require.NoError(t, err)
	return report
}

// survivors lists every mutant of a condition that the scenario cannot kill:
// excluding a rule under facts for which no mutant matches is not needed, since
// the scenario asks for another rule alone.
func survivors(t testing.TB, when string) []string {
	t.Helper()
	report := mutate(t, rulestest.MutationConfig{}, []rules.Rule[effect]{
		{ID: "r", Group: "a", When: when}, {ID: "other", Group: "b", When: "rush"},
	}, `scenarios: [{id: s, group: b, facts: {rush: true}, expect: {rules: [other]}}]`)
	var out []string
	for _, m := range report.Survivors {
		if m.Rule == "r" && m.Kind != rulestest.RuleDropped {
			out = append(out, fmt.Sprintf("%s: %s -> %s | %s", m.Kind, m.Before, m.After, m.When))
		}
	}
	return out
}

// TestMutants lists by hand what is made of each form of condition.
func TestMutants(t *testing.T) {
	tests := []struct {
		when string
		want []string
	}{
		{`tier == "GOLD"`, []string{
			`operator-flipped: tier == "GOLD" -> tier != "GOLD" | tier != "GOLD"`,
			`constant-replaced: tier == "GOLD" -> tier == "GOLD?" | (tier == "GOLD?")`,
			`part-dropped: tier == "GOLD" ->  | true`,
		}},
		{`lines > 4`, []string{ // >= 4 is > 3
			`operator-flipped: lines > 4 -> lines >= 4 | lines >= 4`,
			`bound-shifted: lines > 4 -> lines > 5 | (lines > 5)`,
			`part-dropped: lines > 4 ->  | true`,
		}},
		{`net >= money("1000.00 USD")`, []string{
			`operator-flipped: net >= money("1000.00 USD") -> net > money("1000.00 USD") | net > money("1000.00 USD")`,
			`bound-shifted: net >= money("1000.00 USD") -> net >= money("999.99 USD") | (net >= money("999.99 USD"))`,
			`bound-shifted: net >= money("1000.00 USD") -> net >= money("1000.01 USD") | (net >= money("1000.01 USD"))`,
			`part-dropped: net >= money("1000.00 USD") ->  | true`,
		}},
		{`margin < 0.05`, []string{
			`operator-flipped: margin < rate("0.05") -> margin <= rate("0.05") | margin <= rate("0.05")`,
			`bound-shifted: margin < rate("0.05") -> margin < rate("0.04") | (margin < rate("0.04"))`,
			`bound-shifted: margin < rate("0.05") -> margin < rate("0.06") | (margin < rate("0.06"))`,
			`part-dropped: margin < 0.05 ->  | true`,
		}},
		{`quantity <= 0.5`, []string{
			`operator-flipped: quantity <= 0.5 -> quantity < 0.5 | quantity < 0.5`,
			`bound-shifted: quantity <= 0.5 -> quantity <= 0.4 | (quantity <= 0.4)`,
			`bound-shifted: quantity <= 0.5 -> quantity <= 0.6 | (quantity <= 0.6)`,
			`part-dropped: quantity <= 0.5 ->  | true`,
		}},
		{`quantity == qty("12 CA")`, []string{
			`operator-flipped: quantity == qty("12 CA") -> quantity != qty("12 CA") | quantity != qty("12 CA")`,
			`bound-shifted: quantity == qty("12 CA") -> quantity == qty("11 CA") | (quantity == qty("11 CA"))`,
			`bound-shifted: quantity == qty("12 CA") -> quantity == qty("13 CA") | (quantity == qty("13 CA"))`,
			`part-dropped: quantity == qty("12 CA") ->  | true`,
		}},
		{`requested < date("2026-03-01")`, []string{ // <= is < the day after
			`operator-flipped: requested < date("2026-03-01") -> requested <= date("2026-03-01") | requested <= date("2026-03-01")`,
			`bound-shifted: requested < date("2026-03-01") -> requested < date("2026-02-28") | (requested < date("2026-02-28"))`,
			`part-dropped: requested < date("2026-03-01") ->  | true`,
		}},
		{`placed >= time("2026-01-01T00:00:00Z")`, []string{
			`operator-flipped: placed >= time("2026-01-01T00:00:00Z") -> placed > time("2026-01-01T00:00:00Z") | placed > time("2026-01-01T00:00:00Z")`,
			`bound-shifted: placed >= time("2026-01-01T00:00:00Z") -> placed >= time("2025-12-31T23:59:59Z") | (placed >= time("2025-12-31T23:59:59Z"))`,
			`bound-shifted: placed >= time("2026-01-01T00:00:00Z") -> placed >= time("2026-01-01T00:00:01Z") | (placed >= time("2026-01-01T00:00:01Z"))`,
			`part-dropped: placed >= time("2026-01-01T00:00:00Z") ->  | true`,
		}},
		{`tier in ["A", "B"]`, []string{
			`operator-flipped: tier in ["A", "B"] -> tier not in ["A", "B"] | tier not in ["A", "B"]`,
			`element-dropped: tier in ["A", "B"] -> tier in ["B"] | tier in ["B"]`,
			`element-dropped: tier in ["A", "B"] -> tier in ["A"] | tier in ["A"]`,
			`part-dropped: tier in ["A", "B"] ->  | true`,
		}},
		{`rush`, []string{`operator-flipped: rush -> !rush | (!rush)`, `part-dropped: rush ->  | true`}},
		{`!rush`, []string{`operator-flipped: !rush -> rush | rush`, `part-dropped: !rush ->  | true`}},
		{`customer.score == nil`, []string{
			`operator-flipped: customer.score == nil -> customer.score != nil | (customer.score != nil)`,
			`part-dropped: customer.score == nil ->  | true`,
		}},
		{`"web" in tags`, []string{
			`operator-flipped: "web" in tags -> "web" not in tags | "web" not in tags`,
			`constant-replaced: "web" in tags -> "web?" in tags | ("web?" in tags)`,
			`part-dropped: "web" in tags ->  | true`,
		}},
		{`net * 0.05 > money("1 USD")`, []string{
			`operator-flipped: (net * rate("0.05")) > money("1.00 USD") -> (net * rate("0.05")) >= money("1.00 USD") | ((net * rate("0.05")) >= money("1.00 USD"))`,
			`part-dropped: net * 0.05 > money("1 USD") ->  | true`,
		}},
		{`lower(tier) contains "a"`, []string{
			`operator-flipped: lower(tier) contains "a" -> !(lower(tier) contains "a") | (!(lower(tier) contains "a"))`,
			`part-dropped: lower(tier) contains "a" ->  | true`,
		}},
		{`lines in 2..5 && rush`, []string{
			`and-or-swapped: (lines >= 2) && (lines <= 5) -> (lines >= 2) || (lines <= 5) | ((lines >= 2) || (lines <= 5)) && rush`,
			`operator-flipped: lines >= 2 -> lines > 2 | ((lines > 2) && (lines <= 5)) && rush`,
			`bound-shifted: lines >= 2 -> lines >= 1 | ((lines >= 1) && (lines <= 5)) && rush`,
			`operator-flipped: lines <= 5 -> lines < 5 | ((lines >= 2) && (lines < 5)) && rush`,
			`bound-shifted: lines <= 5 -> lines <= 6 | ((lines >= 2) && (lines <= 6)) && rush`,
			`part-dropped: lines in 2..5 ->  | rush`,
			`operator-flipped: rush -> !rush | (lines in 2..5) && (!rush)`,
			`part-dropped: rush ->  | (lines in 2..5)`,
			`and-or-swapped: lines in 2..5 && rush -> (lines in 2..5) || rush | ((lines in 2..5) || rush)`,
		}},
		{"true", nil},
		{"rush // always\n&& tier == \"a  b\"", []string{
			`operator-flipped: rush -> !rush | (!rush) && tier == "a  b"`,
			`part-dropped: rush ->  | tier == "a  b"`,
			`operator-flipped: tier == "a  b" -> tier != "a  b" | rush && tier != "a  b"`,
			`constant-replaced: tier == "a  b" -> tier == "a  b?" | rush && (tier == "a  b?")`,
			`part-dropped: tier == "a  b" ->  | rush`,
			`and-or-swapped: rush && tier == "a  b" -> rush || tier == "a  b" | (rush || tier == "a  b")`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.when, func(t *testing.T) { require.Equal(t, tt.want, survivors(t, tt.when)) })
	}
}

// TestMutateScore lists by hand what scenarios miss.
func TestMutateScore(t *testing.T) {
	rs := []rules.Rule[effect]{
		{ID: "gold", When: `tier == "GOLD" && lines > 4`, Priority: 10},
		{ID: "sale", When: `rush`, From: day("2026-07-01")},
	}
	const most = `
at: 2026-07-01
scenarios:
  - {id: both, facts: {tier: GOLD, lines: 5, rush: true}, expect: {rules: [gold, sale]}}
  - {id: four, facts: {tier: GOLD, lines: 4}, expect: {none: true}}
  - {id: silver, facts: {tier: SILVER, lines: 5}, expect: {none: true}}
`
	report := mutate(t, rulestest.MutationConfig{}, rs, most)
	var got []string
	for _, m := range report.Survivors {
		got = append(got, m.String())
	}
	// The sale may begin a day early: no scenario asks about June.
	require.Equal(t, []string{"sale: validity-shifted: from 2026-07-01T00:00:00Z -> from 2026-06-30T00:00:00Z"}, got)
	// gold: == flipped, text replaced, part dropped; > flipped, bound up (bound
	// down is the flip), part dropped; or; dropped, lowered. sale: negated, part
	// dropped, dropped; from earlier and later. It is last already.
	require.Equal(t, 14, report.Possible)
	require.Equal(t, 14, report.Tried)
	require.Len(t, report.Equivalent, 1)
	require.Equal(t, "gold: bound-shifted: lines > 4 -> lines > 3, the same as tier == \"GOLD\" && lines >= 4", report.Equivalent[0].String())
	require.Equal(t, rulestest.Share{Covered: 13, Of: 14}, report.Score)
	golden(t, "mutation.txt", report.String())
	golden(t, "mutation.json", jsonOf(t, report))

	book := compile(t, rules.Config{}, rs[1], rs[0])
	again, err := rulestest.MutateBook(context.Background(), book, read(t, book.Schema(), most), rulestest.MutationConfig{})
	require.NoError(t, err)
	require.Equal(t, report, again, "of a book, in whatever order its rules were given")

	all := mutate(t, rulestest.MutationConfig{}, rs, most+`  - {id: june, at: 2026-06-30, facts: {rush: true}, expect: {none: true}}
`)
	require.Equal(t, rulestest.Share{Covered: 14, Of: 14}, all.Score)
	require.Empty(t, all.Survivors)

	// includes cannot see an order, nor what matches beside.
	loose := mutate(t, rulestest.MutationConfig{}, rs, `
at: 2026-07-01
scenarios: [{id: both, facts: {tier: GOLD, lines: 5, rush: true}, expect: {includes: [gold, sale]}}]`)
	var kinds []rulestest.Mutation
	for _, m := range loose.Survivors {
		kinds = append(kinds, m.Kind)
	}
	require.Equal(t, []rulestest.Mutation{
		rulestest.PartDropped, rulestest.OperatorFlipped, rulestest.PartDropped, rulestest.AndOrSwapped, rulestest.PriorityLowered,
		rulestest.PartDropped, rulestest.ValidityShifted,
	}, kinds)
}

func TestMutateMax(t *testing.T) {
	text := `scenarios: [{id: s, at: 2026-01-01, facts: {rush: true}, expect: {includes: [large]}}]`
	all := mutate(t, rulestest.MutationConfig{}, discounts(), text)
	var calls []int
	config := rulestest.MutationConfig{Max: 10, Progress: func(done, total int) {
		require.Equal(t, 10, total)
		calls = append(calls, done)
	}}
	some := mutate(t, config, discounts(), text)
	require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, calls)
	require.Equal(t, all.Possible, some.Possible)
	require.Equal(t, 10, some.Tried)
	require.Subset(t, all.Survivors, some.Survivors)
	tried := map[string]bool{}
	for _, m := range some.Survivors {
		tried[m.Rule] = true
	}
	require.Len(t, tried, 4, "every rule has its turn")
	config.Progress = nil
	require.Equal(t, some, mutate(t, config, discounts(), text), "two runs try the same")
}

// TestMutateMaxOfRulesThatAreAlike tries as many mutants as there are rules, of
// rules that all have the same mutants: that must not be always the same kind.
func TestMutateMaxOfRulesThatAreAlike(t *testing.T) {
	var rs []rules.Rule[effect]
	for i := range 20 {
		rs = append(rs, rules.Rule[effect]{ID: fmt.Sprint(i), When: fmt.Sprintf(`tier == "T%d" && lines > 4`, i)})
	}
	report := mutate(t, rulestest.MutationConfig{Max: 20}, rs, `scenarios: [{id: s, facts: {lines: 1}, expect: {none: true}}]`)
	require.Equal(t, 20, report.Tried)
	kinds := map[rulestest.Mutation]int{}
	for _, k := range report.ByKind {
		kinds[k.Kind] = k.Score.Of
	}
	for _, kind := range []rulestest.Mutation{
		rulestest.BoundShifted, rulestest.OperatorFlipped, rulestest.ConstantReplaced, rulestest.PartDropped,
		rulestest.AndOrSwapped, rulestest.RuleDropped, rulestest.PriorityLowered,
	} {
		require.Positive(t, kinds[kind], kind.String())
	}
}

func TestMutateRefuses(t *testing.T) {
	s := schema(t, rules.Config{})
	scenarios := read(t, s, `at: 2026-01-01
scenarios: [{id: wrong, expect: {rules: [gold]}}, {id: right, expect: {none: true}}, {id: misspelt, expect: {excludes: [golf]}}]`)
	var failing *rulestest.FailingError
	_, err := rulestest.Mutate(context.Background(), s, discounts(), scenarios, rulestest.MutationConfig{})
	require.ErrorAs(t, err, &failing)
	require.Equal(t, []string{"wrong", "misspelt"}, failing.Scenarios)
	_, err = rulestest.Mutate(context.Background(), s, discounts(), scenarios[:0], rulestest.MutationConfig{})
	require.ErrorIs(t, err, rulestest.ErrNoScenarios)
	_, err = rulestest.MutateBook[facts, effect](context.Background(), nil, scenarios, rulestest.MutationConfig{})
	require.ErrorIs(t, err, rulestest.ErrNoBook)
	var load *rules.LoadError
	_, err = rulestest.Mutate(context.Background(), s, []rules.Rule[effect]{{ID: "r", When: "teir"}}, scenarios, rulestest.MutationConfig{})
	require.ErrorAs(t, err, &load)
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	_, err = rulestest.Mutate(ctx, s, discounts(), scenarios[1:2], rulestest.MutationConfig{Progress: func(int, int) { cancel(stop) }})
	require.ErrorIs(t, err, stop)
}

// TestMutantsAreWhatTheySay draws facts and a rule, and asks the conditions of
// its mutants by themselves: survivors decide as the rule does, and those that
// are left out decide as the condition that they are said to be the same as.
func TestMutantsAreWhatTheySay(t *testing.T) {
	s := schema(t, rules.Config{})
	rapid.Check(t, func(t *rapid.T) {
		when := anyCondition(t)
		f := anyFacts(t)
		answer := func(when string) []string {
			b, err := rules.Compile(s, "r", []rules.Rule[effect]{{ID: "r", When: when}})
			if err != nil {
				t.Fatal(when, err)
			}
			out, err := b.Match(context.Background(), &f, day("2026-06-01"), nil)
			if err != nil {
				t.Fatal(when, err)
			}
			var ids []string
			for _, r := range out {
				ids = append(ids, r.ID)
			}
			return ids
		}
		scenario := rulestest.Scenario[facts, effect]{ID: "s", At: day("2026-06-01"), Facts: f}
		scenario.Expect.Rules = answer(when)
		scenario.Expect.None = scenario.Expect.Rules == nil
		report, err := rulestest.Mutate(context.Background(), s, []rules.Rule[effect]{{ID: "r", When: when}},
			[]rulestest.Scenario[facts, effect]{scenario}, rulestest.MutationConfig{})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range report.Equivalent {
			if fmt.Sprint(answer(m.When)) != fmt.Sprint(answer(m.Same)) {
				t.Fatalf("%s, but %s", m, m.When)
			}
		}
		for _, m := range report.Survivors {
			if m.Kind == rulestest.RuleDropped {
				continue
			}
			if fmt.Sprint(answer(m.When)) != fmt.Sprint(answer(when)) {
				t.Fatalf("%s survives and decides otherwise", m)
			}
		}
	})
}

func TestMutationNames(t *testing.T) {
	for m := range rulestest.ValidityShifted + 1 {
		text, err := json.Marshal(m)
		require.NoError(t, err)
		var back rulestest.Mutation
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, m, back)
	}
	for s := range rulestest.SawFalse + 1 {
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var back rulestest.Sight
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, s, back)
	}
	var m rulestest.Mutation
	require.ErrorContains(t, m.UnmarshalText([]byte("x")), `"x" is not a mutation`)
	var s rulestest.Sight
	require.Error(t, s.UnmarshalText([]byte("x")))
}
