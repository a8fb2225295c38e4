package rulestest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
	"github.com/o2ckit/o2c/rules/rulestest"
)

// TestRunJudges holds one answer, gold then bulk, against expectations.
func TestRunJudges(t *testing.T) {
	tests := []struct {
		name, expect string
		want         []string // failures
	}{
		{"rules", `{rules: [gold, bulk]}`, nil},
		{"another order", `{rules: [bulk, gold]}`, []string{"the order is gold, bulk; expected bulk, gold"}},
		{"one is missing", `{rules: [gold, bulk, summer]}`, []string{"rule summer did not match"}},
		{"one is surplus", `{rules: [gold]}`, []string{"rule bulk matched and was not expected"}},
		{"includes", `{includes: [bulk]}`, nil},
		{"includes what is missing", `{includes: [summer, bulk]}`, []string{"rule summer did not match"}},
		{"excludes", `{excludes: [summer]}`, nil},
		{"excludes what matched", `{excludes: [bulk, summer]}`, []string{"rule bulk matched and is excluded"}},
		{"none", `{none: true}`, []string{"rule gold matched and was not expected", "rule bulk matched and was not expected"}},
		{"effects", `{effects: [{percent: 5%}, {percent: 0.020}]}`, nil},
		{"a field of an effect", `{effects: [{terms: {days: 30}}, {}]}`, nil},
		{"a field among others", `{effects: [{terms: {days: 31}}, {}]}`, []string{"effect 1, of rule gold: Terms.Days: want 31, got 30"}},
		{"a list in an effect is whole", `{effects: [{labels: [a]}, {}]}`, []string{`effect 1, of rule gold: Labels: want ["a"], got ["a","b"]`}},
		{"an amount in an effect", `{effects: [{amount: 5 USD}, {}]}`, nil},
		{"another amount", `{effects: [{amount: 5.01 USD}, {amount: 1 USD}]}`, []string{
			`effect 1, of rule gold: amount: want "5.01 USD", got "5.00 USD"`, `effect 2, of rule bulk: amount: want "1.00 USD", got null`}},
		{"too few effects", `{effects: [{percent: 5%}]}`, []string{`effect 2, of rule bulk, was not expected: {"Percent":"0.02","Terms":{"Days":0,"Text":""},"Labels":null}`}},
		{"too many effects", `{effects: [{}, {}, {percent: 1%}]}`, []string{"effect 3 is missing: expected {percent: 1%}"}},
		{"a rule that is not", `{excludes: [sumer]}`, []string{"the book has no rule sumer; did you mean summer?"}},
		{"a rule that is not, told once", `{rules: [gold, bulk, nothing-alike]}`, []string{"the book has no rule nothing-alike"}},
		{"a rule of another group", `{excludes: [large]}`, []string{"rule large is not of group line"}},
		{"an error that does not come", `{error: overflow}`, []string{`no rule failed; expected an error with "overflow"`}},
	}
	rs := discounts()
	amount := money.MustParse("5 USD")
	rs[0].Then.Terms.Days, rs[0].Then.Terms.Text, rs[0].Then.Labels, rs[0].Then.Amount = 30, "net", []string{"a", "b"}, &amount
	book := compile(t, rules.Config{}, rs...)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			scenarios := read(t, book.Schema(), `
at: 2026-06-01
scenarios: [{id: s, group: line, facts: {tier: GOLD, lines: 3, quantity: 100 EA}, expect: `+tt.expect+`}]`)
			report, err := rulestest.Run(context.Background(), book, scenarios)
			require.NoError(t, err)
			result := report.Results[0]
			require.Equal(t, []string{"gold", "bulk"}, result.Matched)
			var got []string
			for _, f := range result.Failures {
				got = append(got, f.Message)
				require.Equal(t, f.Rule != "" && book.Group("line").Rule(f.Rule) != nil, f.Why != nil)
			}
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.want == nil, result.Passed)
			require.Equal(t, report.Passed, map[bool]int{true: 1}[result.Passed])
			require.Equal(t, 1, report.Passed+report.Failed)
		})
	}
	require.Equal(t, "5.00 USD", amount.String(), "an expectation never writes into an effect")
	require.Equal(t, []string{"a", "b"}, rs[0].Then.Labels)
}

func TestRunOfRulesThatFail(t *testing.T) {
	rs := []rules.Rule[effect]{
		{ID: "net", When: `net > money("1 EUR")`, Then: percent("1%")},
		{ID: "other", When: `true`, Then: percent("2%")},
	}
	for _, tt := range []struct {
		name   string
		policy rules.Policy
		expect string
		want   string
	}{
		{"the error is expected", rules.Fail, `{error: "EUR", none: true}`, ""},
		{"the others match", rules.SkipAndReport, `{error: "EUR", rules: [other]}`, ""},
		{"the error is another", rules.Fail, `{error: "overflow"}`, `expected an error with "overflow"`},
		{"no error is expected", rules.Fail, `{none: true}`, "a rule failed: rule net"},
		{"no error is expected under skip", rules.SkipAndReport, `{rules: [other]}`, "a rule failed: 1 rules skipped"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			book := compile(t, rules.Config{OnError: tt.policy}, rs...)
			report, err := rulestest.Run(context.Background(), book, read(t, book.Schema(), `
scenarios: [{id: s, facts: {net: 5 USD}, expect: `+tt.expect+`}]`))
			require.NoError(t, err)
			require.Contains(t, report.Results[0].Error, "EUR")
			if tt.want == "" {
				require.True(t, report.Results[0].Passed, report.String())
				return
			}
			require.Len(t, report.Results[0].Failures, 1)
			require.Contains(t, report.Results[0].Failures[0].Message, tt.want)
		})
	}
}

func TestRunOfGoValues(t *testing.T) {
	book := compile(t, rules.Config{}, discounts()...)
	scenario := rulestest.Scenario[facts, effect]{ID: "s", At: day("2026-01-01"), Facts: facts{Rush: true}}
	for _, tt := range []struct {
		name   string
		expect rulestest.Expectation[effect]
		passes bool
	}{
		{"nothing", rulestest.Expectation[effect]{}, false},
		{"exactly", rulestest.Expectation[effect]{Effects: []rulestest.Pattern[effect]{rulestest.Exactly(percent("3%"))}}, true},
		{"exactly another", rulestest.Expectation[effect]{Effects: []rulestest.Pattern[effect]{rulestest.Exactly(effect{Percent: money.MustRate("3%"), Labels: []string{}})}}, false},
		{"fields", rulestest.Expectation[effect]{Effects: []rulestest.Pattern[effect]{rulestest.Fields("30 days", func(e *effect) { e.Terms.Days = 30 })}}, false},
		{"fields that are", rulestest.Expectation[effect]{Effects: []rulestest.Pattern[effect]{rulestest.Fields("0 days", func(e *effect) { e.Terms.Days = 0 })}}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scenario.Expect = tt.expect
			report, err := rulestest.Run(context.Background(), book, []rulestest.Scenario[facts, effect]{scenario})
			require.NoError(t, err)
			require.Equal(t, tt.passes, report.Results[0].Passed, report.String())
		})
	}
	_, err := rulestest.Run[facts, effect](context.Background(), nil, []rulestest.Scenario[facts, effect]{scenario})
	require.ErrorIs(t, err, rulestest.ErrNoBook)
	_, err = rulestest.Run[facts, effect](context.Background(), book, nil)
	require.ErrorIs(t, err, rulestest.ErrNoScenarios)
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(stop)
	_, err = rulestest.Run(ctx, book, []rulestest.Scenario[facts, effect]{scenario})
	require.ErrorIs(t, err, stop)
}

func TestReportGolden(t *testing.T) {
	book := compile(t, rules.Config{}, discounts()...)
	scenarios := read(t, book.Schema(), `
at: 2026-06-01
scenarios:
  - {id: passes, facts: {tier: GOLD, lines: 3}, expect: {rules: [gold]}}
  - {id: fails, note: Agreed with sales., facts: {tier: GOLD, lines: 6, quantity: 100 EA, tags: [garden]}, expect: {rules: [gold, summer], effects: [{percent: 5%}, {percent: 1%}]}}
  - {id: no such group, group: lines, expect: {none: true}}
  - {id: fails to evaluate, facts: {net: 5 EUR}, expect: {none: true}}
`)
	report, err := rulestest.Run(context.Background(), book, scenarios)
	require.NoError(t, err)
	golden(t, "report.txt", report.String())
	golden(t, "report.json", jsonOf(t, report))
}

// TestCoverage counts by hand what three scenarios see of a book.
func TestCoverage(t *testing.T) {
	book := compile(t, rules.Config{},
		rules.Rule[effect]{ID: "a", When: `true && tier == "GOLD" && lines in 2..5`},
		rules.Rule[effect]{ID: "b", When: `rush`, From: day("2027-01-01")},
		rules.Rule[effect]{ID: "c", When: `true`},
		rules.Rule[effect]{ID: "d", Group: "g", When: `net > money("1 EUR") && rush`},
		rules.Rule[effect]{ID: "e", Group: "h", When: `lines == 3`},
	)
	scenarios := read(t, book.Schema(), `
at: 2026-06-01
scenarios:
  - {id: x, facts: {tier: GOLD, lines: 3, net: 5 EUR}, group: "", expect: {includes: [c]}}
  - {id: y, facts: {tier: GOLD, lines: 7, net: 5 USD, rush: true}, group: g, expect: {error: USD}}
  - {id: z, facts: {tier: GOLD, lines: 9, net: 5 EUR}, expect: {includes: [c]}}
`)
	report, err := rulestest.Run(context.Background(), book, scenarios)
	require.NoError(t, err)
	require.Equal(t, 3, report.Passed, report.String())
	got := report.Coverage
	require.Equal(t, []rulestest.RuleCoverage{
		{Rule: "a", InForce: 2, Fired: 1, Parts: []rulestest.PartCoverage{
			{Text: "true", Constant: true, True: 2}, {Text: `tier == "GOLD"`, True: 2}, {Text: "lines in 2..5", True: 1, False: 1}}},
		{Rule: "b", Parts: []rulestest.PartCoverage{{Text: "rush"}}},
		{Rule: "c", InForce: 2, Fired: 2, Parts: []rulestest.PartCoverage{{Text: "true", Constant: true, True: 2}}},
		{Rule: "d", Group: "g", InForce: 3, Parts: []rulestest.PartCoverage{
			{Text: `net > money("1 EUR")`, True: 2, Failed: 1}, {Text: "rush", True: 1, False: 2}}},
		{Rule: "e", Group: "h", InForce: 2, Fired: 1, Parts: []rulestest.PartCoverage{{Text: "lines == 3", True: 1, False: 1}}},
	}, got.ByRule)
	require.Equal(t, rulestest.Share{Covered: 3, Of: 5}, got.Rules, "a, c and e fired")
	require.Equal(t, rulestest.Share{Covered: 8, Of: 12}, got.Conditions)
	var missing []string
	for _, g := range got.Missing {
		missing = append(missing, g.String())
	}
	require.Equal(t, []string{
		`a: tier == "GOLD": never false`, "b: never fired", "b: rush: never true", "b: rush: never false",
		"d: never fired", `d: net > money("1 EUR"): never false`,
	}, missing)
	require.Equal(t, "8 of 12 (66.6%)", got.Conditions.String())
	require.Equal(t, 1000, rulestest.Share{}.Permille())
	require.Equal(t, 999, rulestest.Share{Covered: 9999, Of: 10000}.Permille(), "only all is 1000")
}

// recorder is a test that notes failures instead of failing.
type recorder struct {
	testing.TB
	failures []string
	stopped  bool
}

func (r *recorder) Helper() {}
func (r *recorder) Error(args ...any) {
	for _, a := range args {
		if text, ok := a.(interface{ String() string }); ok {
			r.failures = append(r.failures, text.String())
		}
	}
}
func (r *recorder) Fatal(args ...any)              { r.stop() }
func (r *recorder) Fatalf(format string, _ ...any) { r.stop() }
func (r *recorder) stop()                          { r.stopped = true; panic(r) }

func TestCheck(t *testing.T) {
	book := compile(t, rules.Config{}, discounts()...)
	report := rulestest.Check(t, book, "testdata/discounts.*")
	require.Equal(t, 3, report.Passed)

	failing := &recorder{TB: t}
	report = rulestest.Check(failing, compile(t, rules.Config{}, discounts()[:2]...), "testdata/discounts.yaml")
	require.Equal(t, 1, report.Failed)
	require.Len(t, failing.failures, 1)
	require.True(t, strings.HasPrefix(failing.failures[0], "FAILED large (testdata/discounts.yaml:"), failing.failures[0])

	for name, files := range map[string]string{"no file": "testdata/none*.yaml", "a file with mistakes": "testdata/mistakes.yaml", "no scenarios": ""} {
		t.Run(name, func(t *testing.T) {
			stopped := &recorder{TB: t}
			require.Panics(t, func() { rulestest.Check(stopped, book, files) })
			require.True(t, stopped.stopped)
		})
	}
}

// TestLostByPolicy tells a rule that lost from one that did not match.
func TestLostByPolicy(t *testing.T) {
	type facts struct{ N int }
	schema, err := rules.NewSchema[facts](rules.Config{})
	require.NoError(t, err)
	book, err := rules.Load(schema, rules.CSV[string]("t.csv", []byte("# group: g\n# hit: first\nid,n,then\na,> 5,A\nb,> 1,B\nc,< 0,C\n")))
	require.NoError(t, err)
	scenarios, err := rulestest.Read[facts, string](schema, "s.yaml", []byte("scenarios: [{id: s, group: g, facts: {n: 9}, expect: {includes: [b, c]}}]"))
	require.NoError(t, err)
	report, err := rulestest.Run(context.Background(), book, scenarios)
	require.NoError(t, err)
	require.Len(t, report.Results[0].Failures, 2)
	require.Equal(t, "rule b matched, but the hit policy takes another", report.Results[0].Failures[0].Message)
	require.Equal(t, "rule c did not match", report.Results[0].Failures[1].Message)
}

// TestDateOfScenario asks for a date where rules have a validity.
func TestDateOfScenario(t *testing.T) {
	type facts struct{ N int }
	schema, err := rules.NewSchema[facts](rules.Config{})
	require.NoError(t, err)
	book, err := rules.Load(schema, rules.YAML[string]("r.yaml", []byte("rules: [{id: a, when: n > 1, then: x, from: 2026-01-01}, {id: b, group: g, when: n > 1, then: x}]")))
	require.NoError(t, err)
	run := func(text string) *rulestest.Report {
		scenarios, err := rulestest.Read[facts, string](schema, "s.yaml", []byte(text))
		require.NoError(t, err)
		report, err := rulestest.Run(context.Background(), book, scenarios)
		require.NoError(t, err)
		return report
	}
	report := run("scenarios: [{id: s, facts: {n: 9}, expect: {excludes: [a]}}]")
	require.Equal(t, 1, report.Failed)
	require.Contains(t, report.Results[0].Failures[0].Message, "the scenario has no date, and rule a has a validity")
	require.Equal(t, 1, run("scenarios: [{id: s, at: 2025-01-01, facts: {n: 9}, expect: {excludes: [a]}}]").Passed)
	require.Equal(t, 1, run("scenarios: [{id: s, group: g, facts: {n: 9}, expect: {includes: [b]}}]").Passed)
}
