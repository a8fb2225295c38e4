package rulestest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

func TestReadOtherMistakes(t *testing.T) {
	s := schema(t, rules.Config{Limits: rules.Limits{ListItems: 3}})
	tests := []struct{ name, text, want string }{
		{"twice a key of the file", "at: 2026-01-01\nat: 2026-01-01\nscenarios: [{id: a, expect: {none: true}}]", "test.yaml:2:1: the key at stands twice"},
		{"defaults are a list", "defaults: [a]\nscenarios: [{id: a, expect: {none: true}}]", "test.yaml:1:11: defaults: this is not a mapping"},
		{"a wrong default is told once", "defaults: {rank: 300}\nscenarios: [{id: a, expect: {none: true}}, {id: b, expect: {none: true}}]", "rules: 1 error, nothing loaded\ntest.yaml:1:18: defaults: fact rank cannot be 300: it is of type int8"},
		{"facts are a text", "scenarios: [{id: a, facts: x, expect: {none: true}}]", "facts: this is not a mapping"},
		{"expect is a list", "scenarios: [{id: a, expect: [x]}]", "expect: this is not a mapping"},
		{"rules are a text", "scenarios: [{id: a, expect: {rules: x}}]", "expect: rules: this is not a list; write [a, b]"},
		{"a rule is a list", "scenarios: [{id: a, expect: {rules: [[x]]}}]", "this is not the id of a rule"},
		{"too many rules", "scenarios: [{id: a, expect: {rules: [a, b, c, d]}}]", "the list has 4 elements; the limit is 3"},
		{"effects are a mapping", "scenarios: [{id: a, expect: {effects: {percent: 5%}}}]", "expect: effects: this is not a list"},
		{"no effects", "scenarios: [{id: a, expect: {effects: []}}]", "the list is empty; when nothing must match write none: true"},
		{"included, not among the rules", "scenarios: [{id: a, expect: {rules: [a], includes: [b]}}]", "rule b is included and not among the rules"},
		{"expected and excluded", "scenarios: [{id: a, expect: {rules: [a], excludes: [a]}}]", "rule a is both expected and excluded"},
		{"null in expect", "scenarios: [{id: a, expect: {none: null}}]", "the scenario expects nothing"},
		{"a base below", "scenarios: [{id: a, base: b, expect: {none: true}}, {id: b, expect: {none: true}}]", "no scenario above has the id b"},
		{"its own base", "scenarios: [{id: a, base: a, expect: {none: true}}]", "no scenario above has the id a"},
		{"list for a text", "scenarios: [{id: a, facts: {lines: [1]}, expect: {none: true}}]", "fact lines is not a list"},
		{"null for an int", "scenarios: [{id: a, facts: {lines: null}, expect: {none: true}}]", "fact lines cannot be missing here"},
		{"a fact of a group", "scenarios: [{id: a, facts: {customer: GOLD}, expect: {none: true}}]", "there is no fact customer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rulestest.Read[facts, effect](s, "test.yaml", []byte(tt.text))
			require.ErrorContains(t, err, tt.want)
			require.ErrorContains(t, err, "rules: 1 error, ", "one mistake is told once")
		})
	}
	for cell, want := range map[string]string{
		`"a, b, c, d"`: "the list has 4 elements; the limit is 3", `"a,,b"`: "an id is missing", `"a, a"`: "rule a stands twice",
	} {
		_, err := rulestest.ReadCSV[facts, effect](s, "test.csv", []byte("id,expect.rules\nx,"+cell+"\n"))
		require.ErrorContains(t, err, "test.csv:2:3: scenario x: expect.rules: "+want)
	}
}

// TestReadLongLineOfBases takes over from a base that took over, many times.
func TestReadLongLineOfBases(t *testing.T) {
	var file strings.Builder
	file.WriteString("scenarios:\n  - {id: s0, facts: {tier: GOLD}, expect: {none: true}}\n")
	const n = 5_000
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&file, "  - {id: s%d, base: s%d, facts: {lines: %d}, expect: {none: true}}\n", i, i-1, i)
	}
	out := read(t, schema(t, rules.Config{}), file.String())
	require.Equal(t, facts{Tier: "GOLD", Lines: n}, out[n].Facts)
}

// TestReportsEnd holds that the text of a report stays bounded while the report
// has everything.
func TestReportsEnd(t *testing.T) {
	const n = 150
	var rs []rules.Rule[effect]
	var scenarios []rulestest.Scenario[facts, effect]
	for i := range n {
		rs = append(rs, rules.Rule[effect]{ID: fmt.Sprintf("r%03d", i), When: fmt.Sprintf("lines == %d", 1000+i)})
		scenarios = append(scenarios, rulestest.Scenario[facts, effect]{ID: fmt.Sprintf("s%03d", i), Expect: rulestest.Expectation[effect]{Includes: []string{"r000"}}})
	}
	report, err := rulestest.Run(context.Background(), compile(t, rules.Config{}, rs...), scenarios)
	require.NoError(t, err)
	require.Equal(t, n, report.Failed)
	require.Len(t, report.Coverage.Missing, 2*n)
	require.Contains(t, report.String(), "\nand 50 more\n")
	require.Contains(t, report.String(), "\n  and 200 more\n")
	require.Equal(t, "passed x\n", (&rulestest.Result{ID: "x", Passed: true}).String())

	_, err = rulestest.Mutate(context.Background(), schema(t, rules.Config{}), rs, scenarios, rulestest.MutationConfig{})
	require.ErrorContains(t, err, "150 scenarios fail without any mutation: s000, ")
	require.NotContains(t, err.Error(), "s100")

	for i := range scenarios {
		scenarios[i].Expect = rulestest.Expectation[effect]{Excludes: []string{"r000"}}
	}
	mutation, err := rulestest.Mutate(context.Background(), schema(t, rules.Config{}), rs, scenarios[:1], rulestest.MutationConfig{Max: 300})
	require.NoError(t, err)
	require.Len(t, mutation.Survivors, mutation.Tried-mutation.Score.Covered)
	require.Contains(t, mutation.String(), "more\n")
}

// TestMutantsAtTheEndOfARange shifts what cannot be shifted, and numbers that
// change their sign or lose a digit.
func TestMutantsAtTheEndOfARange(t *testing.T) {
	tests := []struct {
		when string
		want []string // what bounds become
	}{
		{`lines == 9223372036854775807`, []string{"lines == 9223372036854775806"}},
		{`net > money("0.00 USD")`, []string{`net > money("-0.01 USD")`, `net > money("0.01 USD")`}},
		{`net > money("10 JPY")`, []string{`net > money("9 JPY")`, `net > money("11 JPY")`}},
		{`net > money("0.999 USD")`, []string{`net > money("0.998 USD")`, `net > money("1.000 USD")`}},
		{`margin > rate("-5%")`, []string{`margin > rate("-0.06")`, `margin > rate("-0.04")`}},
		{`quantity in [qty("1 EA")]`, []string{`quantity in [qty("0 EA")]`, `quantity in [qty("2 EA")]`}},
		{`lines not in [3]`, []string{`lines not in [2]`, `lines not in [4]`}},
		{`lines in [3, 4]`, nil},
		{`placed == time("2026-01-01T00:00:00Z")`, []string{`placed == time("2025-12-31T23:59:59Z")`, `placed == time("2026-01-01T00:00:01Z")`}},
	}
	for _, tt := range tests {
		t.Run(tt.when, func(t *testing.T) {
			report := mutate(t, rulestest.MutationConfig{}, []rules.Rule[effect]{
				{ID: "r", Group: "a", When: tt.when}, {ID: "other", Group: "b", When: "rush"},
			}, `scenarios: [{id: s, group: b, facts: {rush: true}, expect: {rules: [other]}}]`)
			var got []string
			for _, m := range report.Survivors {
				if m.Rule == "r" && m.Kind == rulestest.BoundShifted {
					got = append(got, m.After)
				}
			}
			require.Equal(t, tt.want, got)
		})
	}
}

// TestMutateValidityThatWouldEnd shifts the ends of a rule of one day: where the
// end would meet the beginning there is no rule to try.
func TestMutateValidityThatWouldEnd(t *testing.T) {
	report := mutate(t, rulestest.MutationConfig{}, []rules.Rule[effect]{
		{ID: "day", When: "rush", From: day("2026-06-01"), To: day("2026-06-02")},
	}, `scenarios: [{id: s, at: 2026-01-01, facts: {rush: true}, expect: {none: true}}]`)
	var got []string
	for _, m := range report.Survivors {
		if m.Kind == rulestest.ValidityShifted {
			got = append(got, m.Before+" -> "+m.After)
		}
	}
	require.Equal(t, []string{
		"from 2026-06-01T00:00:00Z -> from 2026-05-31T00:00:00Z", "to 2026-06-02T00:00:00Z -> to 2026-06-03T00:00:00Z",
	}, got)
}

// TestReplaySumsCurrencies moves money from one currency to another.
func TestReplaySumsCurrencies(t *testing.T) {
	was := compile(t, rules.Config{}, rules.Rule[effect]{ID: "a", When: "rush"})
	is := compile(t, rules.Config{}, rules.Rule[effect]{ID: "b", When: "rush"})
	report, err := rulestest.Replay(context.Background(), was, is, rulestest.Decisions([]rulestest.Decision[facts]{
		{ID: "1", Facts: facts{Rush: true}}, {ID: "2", Facts: facts{Rush: true}}, {ID: "3"},
	}), rulestest.ReplayConfig[facts, effect]{
		Value: func(_ *facts, matched []*rules.Rule[effect]) (money.Amount, error) {
			if matched[0].ID == "a" {
				return money.MustParse("1.00 USD"), nil
			}
			return money.MustParse("0.90 EUR"), nil
		},
	})
	require.NoError(t, err)
	require.Equal(t, []money.Amount{money.MustParse("1.80 EUR"), money.MustParse("-2.00 USD")}, report.Moved)
	require.Equal(t, []string{"1: a -> b, moved 0.90 EUR, -1.00 USD", "2: a -> b, moved 0.90 EUR, -1.00 USD"},
		[]string{report.ChangedList[0].String(), report.ChangedList[1].String()})
}
