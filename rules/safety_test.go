package rules_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/rules"
)

// TestHostileText holds the bounds on rule text. Each of these would hang, kill
// or mislead a host that handed it to the expression library as it is (RUL-2).
func TestHostileText(t *testing.T) {
	roomy := rules.Limits{ConditionBytes: 64 << 10, Depth: 256, Nodes: 10_000, ListItems: 10_000}
	tests := []struct {
		name   string
		limits rules.Limits
		when   string
		want   string
	}{
		// rules.md: Safety. 3 million nested parentheses overflow the stack.
		{"3 million parentheses", rules.Limits{}, strings.Repeat("(", 3_000_000), "the condition has 3000000 bytes; the limit is 8192"},
		{"parentheses within the bytes", rules.Limits{}, strings.Repeat("(", 4000) + "rush" + strings.Repeat(")", 4000), "nested deeper than 32"},
		{"parentheses, all limits at their ceiling", roomy, strings.Repeat("(", 32_000) + "rush" + strings.Repeat(")", 32_000), "nested deeper than 256"},
		{"lists", roomy, strings.Repeat("[", 60_000), "nested deeper than 256"},
		{"maps", roomy, strings.Repeat("{a:", 20_000), "nested deeper than 256"},
		{"calls", roomy, strings.Repeat("abs(", 15_000), "nested deeper than 256"},
		{"not", roomy, strings.Repeat("!", 60_000) + "rush", "nested deeper than 256"},
		{"not in words", roomy, strings.Repeat("not ", 15_000) + "rush", "nested deeper than 256"},
		{"minus", roomy, strings.Repeat("-", 60_000) + "lines > 1", "nested deeper than 256"},
		{"choices", roomy, strings.Repeat("rush ? rush : ", 4_000) + "rush", "nested deeper than 256"},
		{"if", roomy, strings.Repeat("if rush { rush } else ", 2_000) + "{ rush }", "nested deeper than 256"},
		{"let", roomy, strings.Repeat("let a = 1; ", 5_000) + "rush", "nested deeper than 256"},
		{"powers", roomy, "lines > " + strings.Repeat("2 ** ", 10_000) + "2", "nested deeper than 256"},
		{"members", roomy, "a" + strings.Repeat(".a", 30_000), "exceeds maximum allowed nodes"},
		{"many nodes", roomy, strings.Repeat("rush && ", 7_000) + "rush", "exceeds maximum allowed nodes"},
		{"nodes by default", rules.Limits{}, strings.Repeat("rush && ", 800) + "rush", "exceeds maximum allowed nodes"},
		{"long list", rules.Limits{}, "lines in [" + strings.Repeat("1,", 600) + "1]", "the list has 601 elements; the limit is 500"},

		// rules.md: Safety. Strings do not grow: 432 bytes could make 128 MiB.
		{"doubling", rules.Limits{}, `let a = tier + tier; let b = a + a; b == "x"`, "a condition has no variables and no statements"},
		{"repeat", rules.Limits{}, `repeat(tier, 1000000) == "x"`, "there is no function repeat"},
		{"large range", rules.Limits{}, `len(1..100000000) > 1`, "there is no operator .."},
		{"predicates without a step limit", rules.Limits{}, `all(1..1000000, all(1..1000000, true))`, "there is no function all"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Compile(schema(t, rules.Config{Limits: tt.limits}), "test", []rules.Rule[string]{{ID: "r", When: tt.when}})
			require.ErrorContains(t, err, tt.want)
			require.Less(t, len(err.Error()), 2000, "an error quotes only a part of the text")
		})
	}
}

// TestLargeIntervalMakesNoList shows that an interval is two comparisons.
func TestLargeIntervalMakesNoList(t *testing.T) {
	got, err := holds(t, `lines in 1..9223372036854775807`, sample())
	require.NoError(t, err)
	require.True(t, got)
}

// TestEvaluationErrors holds what cannot be decided: it is an error that names
// the rule, never a guess.
func TestEvaluationErrors(t *testing.T) {
	huge := sample()
	huge.Lines = math.MaxInt64
	low := sample()
	low.Lines = math.MinInt64
	tests := []struct {
		name  string
		when  string
		facts order
		want  string
	}{
		{"int sum", `lines + 1 > 0`, huge, "integer overflow: 9223372036854775807 + 1"},
		{"int difference", `lines - 1 > 0`, low, "integer overflow"},
		{"int product", `lines * 2 > 0`, huge, "integer overflow"},
		{"int product by -1", `lines * -1 > 0`, low, "integer overflow"},
		{"int negated", `-lines > 0`, low, "integer overflow"},
		{"absolute", `abs(lines) > 0`, low, "integer overflow"},
		{"remainder by zero", `lines % (lines - 4) == 0`, sample(), "remainder of a division by zero"},
		{"amounts of two currencies", `net > money("1 EUR")`, sample(), "EUR"},
		{"equality of two currencies", `net == money("100 EUR")`, sample(), "EUR"},
		{"list of two currencies, none equal", `net in [money("1 USD"), money("100 EUR")]`, sample(), "EUR"},
		{"sum of two currencies", `net + money("1 EUR") > net`, sample(), "EUR"},
		{"two units", `quantity >= qty("1 CA")`, sample(), "CA"},
		{"date beyond the calendar", `requested + 3000000 > requested`, sample(), "calendar"},
		{"date by a huge int", `requested + lines > requested`, huge, "integer overflow"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dst := make([]*rules.Rule[string], 0, 4)
			out, err := book(t, rules.Rule[string]{ID: "r1", When: tt.when}).Match(context.Background(), &tt.facts, time.Time{}, dst)
			var failed *rules.EvalError
			require.ErrorAs(t, err, &failed)
			require.Equal(t, "r1", failed.Rule)
			require.Equal(t, tt.when, failed.Condition)
			require.ErrorContains(t, failed, tt.want)
			require.Empty(t, out)
		})
	}
	got, err := holds(t, `lines % -1 == 0`, low)
	require.NoError(t, err)
	require.True(t, got)
	got, err = holds(t, `net in [money("100 USD"), money("100 EUR")]`, sample())
	require.NoError(t, err, "an equal element settles it")
	require.True(t, got)
}

// TestFalseSettlesACondition holds that a part that is false makes the condition
// false, wherever it stands; so the order of asking has no influence.
func TestFalseSettlesACondition(t *testing.T) {
	for _, when := range []string{
		`currency(net) == "EUR" && net > money("1 EUR")`,
		`net > money("1 EUR") && currency(net) == "EUR"`,
		`net > money("1 EUR") && !rush`,
		`lines % (lines - 4) == 0 && tier == "NONE"`,
		`tier == "NONE" && lines % (lines - 4) == 0`,
	} {
		got, err := holds(t, when, sample())
		require.NoError(t, err, when)
		require.False(t, got, when)
	}
	_, err := holds(t, `rush && net > money("1 EUR") && tier == "GOLD"`, sample())
	var failed *rules.EvalError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, `net > money("1 EUR")`, failed.Condition)
}

func TestSkipAndReport(t *testing.T) {
	boom := errors.New("boom")
	s := schema(t, rules.Config{OnError: rules.SkipAndReport, Functions: []rules.Function{
		{Name: "fails", Call: func(int) (bool, error) { return false, boom }},
		{Name: "panics", Call: func(int) bool { panic("out of order") }},
	}})
	b, err := rules.Compile(s, "test", []rules.Rule[string]{
		{ID: "a", When: "rush"}, {ID: "b", When: "fails(lines)", Priority: 9}, {ID: "c", When: "panics(lines)"}, {ID: "d", When: "lines == 4"},
	})
	require.NoError(t, err)
	facts := sample()
	out, err := b.Match(context.Background(), &facts, time.Time{}, nil)
	require.Equal(t, []string{"a", "d"}, ids(out))
	var skipped *rules.SkippedError
	require.ErrorAs(t, err, &skipped)
	require.Len(t, skipped.Errors, 2)
	require.EqualError(t, skipped.Errors[0], "rules: rule b: fails(lines): function fails: boom")
	require.EqualError(t, skipped.Errors[1], "rules: rule c: panics(lines): function panics panicked: out of order")
	require.ErrorIs(t, err, boom)

	_, x, err := b.Explain(context.Background(), &facts, time.Time{}, rules.Fired)
	require.ErrorAs(t, err, &skipped)
	require.Len(t, x.Rules, 4, "rules that failed are in the explanation")
	require.Equal(t, rules.Failed, x.Rules[2].Outcome)
	require.Equal(t, "function fails: boom", x.Rules[2].Error)
}

func TestContextEndsAMatch(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("deadline of the request")
	s := schema(t, rules.Config{Functions: []rules.Function{
		{Name: "slow", Call: func(int) bool { cancel(reason); return true }},
	}})
	rs := []rules.Rule[string]{{ID: "0", When: "slow(lines)"}}
	for i := range 50 {
		rs = append(rs, rules.Rule[string]{ID: fmt.Sprint("n", i), When: "true"})
	}
	b, err := rules.Compile(s, "test", rs)
	require.NoError(t, err)
	facts := sample()
	dst := []*rules.Rule[string]{b.Rule("n1")}
	out, err := b.Match(ctx, &facts, time.Time{}, dst)
	require.ErrorIs(t, err, reason)
	require.Equal(t, dst, out, "dst comes back as it was")
	_, err = b.WhyNot(ctx, "0", &facts, time.Time{})
	require.ErrorIs(t, err, reason)
	_, _, err = b.Explain(ctx, &facts, time.Time{}, rules.Full)
	require.ErrorIs(t, err, reason)
}

func TestFunctions(t *testing.T) {
	calls := 0
	s := schema(t, rules.Config{Functions: []rules.Function{
		{Name: "isEU", Version: "2026", Cost: 5, Call: func(country string) bool { return country == "DE" }},
		{Name: "margin", Call: func(a money.Amount, r money.Rate) (money.Amount, error) { return a.Mul(r) }},
		{Name: "double", Call: func(n int) int { return 2 * n }},
		{Name: "wide", Call: func(n int64) int64 { return n }},
		{Name: "next", Call: func(d calendar.Date) calendar.Date { return d.AddDays(1) }},
		{Name: "none", Call: func(calendar.Date) calendar.Date { return calendar.Date{} }},
		{Name: "has", Call: func(list []string, s string) bool { return len(list) > 0 && list[0] == s }},
		{Name: "half", Call: func(q quantity.Quantity) quantity.Quantity { return q }},
		{Name: "sinceNoon", Call: func(at time.Time) bool { return at.Hour() >= 12 }},
		{Name: "score", Call: func(n int) int { calls++; return n }},
		{Name: "count", Call: func(list []string) int { return len(list) }},
	}})
	tests := []struct {
		when string
		want bool
	}{
		{`isEU(customer.country)`, false},
		{`!isEU(customer.country) && isEU("DE")`, true},
		{`margin(net, 0.1) == money("10 USD")`, true},
		{`double(lines) == 8 and wide(lines) == 4`, true},
		{`next(requested) == date("2026-03-28")`, true},
		{`none(requested) == nil`, true},
		{`none(requested) < date("2026-03-28")`, false},
		{`has(tags, "promo")`, true},
		{`half(quantity) >= 12`, true},
		{`sinceNoon(placed)`, false},
		{`score(customer.score) == 1`, false}, // not called: the argument is missing
		{`score(customer.score) == nil`, true},
		{`count(tags) == 2`, true}, // wins over the parser's own
	}
	for _, tt := range tests {
		b, err := rules.Compile(s, "test", []rules.Rule[string]{{ID: "r", When: tt.when}})
		require.NoError(t, err, tt.when)
		facts := sample()
		out, err := b.Match(context.Background(), &facts, time.Time{}, nil)
		require.NoError(t, err, tt.when)
		require.Equal(t, tt.want, len(out) == 1, tt.when)
	}
	require.Zero(t, calls)
}

// TestCheapPartsComeFirst holds that a dear function is asked last.
func TestCheapPartsComeFirst(t *testing.T) {
	calls := 0
	s := schema(t, rules.Config{Functions: []rules.Function{
		{Name: "dear", Cost: 1000, Call: func(string) bool { calls++; return true }},
	}})
	b, err := rules.Compile(s, "test", []rules.Rule[string]{
		{ID: "r", When: `dear(tier) && (lines > 9 || !rush)`}, {ID: "s", When: `dear(tier) && lines > 9`},
	})
	require.NoError(t, err)
	facts := sample()
	out, err := b.Match(context.Background(), &facts, time.Time{}, nil)
	require.NoError(t, err)
	require.Empty(t, out)
	require.Zero(t, calls)
}

func TestWithoutFactsOrSchema(t *testing.T) {
	b := book(t, rules.Rule[string]{ID: "r", When: "rush"})
	_, err := b.Match(context.Background(), nil, time.Time{}, nil)
	require.ErrorIs(t, err, rules.ErrNoFacts)
	_, _, err = b.Explain(context.Background(), nil, time.Time{}, rules.Full)
	require.ErrorIs(t, err, rules.ErrNoFacts)
	_, err = b.WhyNot(context.Background(), "r", nil, time.Time{})
	require.ErrorIs(t, err, rules.ErrNoFacts)
	_, err = rules.Compile[order, string](nil, "test", nil)
	require.ErrorIs(t, err, rules.ErrNoSchema)
}
