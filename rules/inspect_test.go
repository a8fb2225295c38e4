package rules_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/rules"
)

// TestPartsMeanTheSame writes conditions anew from their trees; the two decide
// the same, and fail the same.
func TestPartsMeanTheSame(t *testing.T) {
	s := schema(t, rules.Config{OnError: rules.SkipAndReport})
	rapid.Check(t, func(t *rapid.T) {
		text := tree(t, rapid.IntRange(0, 3).Draw(t, "depth")).text
		parts, err := s.Parts(text)
		if err != nil {
			t.Fatal(err)
		}
		again := "true"
		for _, p := range parts {
			again += " && (" + p.Tree.String() + ")"
		}
		facts, _ := anyFacts(t)
		first, failed1 := answerOf(t, s, text, facts)
		second, failed2 := answerOf(t, s, again, facts)
		if first != second || failed1 != failed2 {
			t.Fatalf("%s\n%s\nmatch %t and %t, fail %t and %t", text, again, first, second, failed1, failed2)
		}
	})
}

func answerOf(t *rapid.T, s *rules.Schema[order], when string, facts *order) (matched, failed bool) {
	b, err := rules.Compile(s, "generated", []rules.Rule[int]{{ID: "r", When: when}})
	if err != nil {
		t.Fatal(when, err)
	}
	out, err := b.Match(context.Background(), facts, time.Time{}, nil)
	var skipped *rules.SkippedError
	return len(out) == 1, errors.As(err, &skipped)
}

func TestParts(t *testing.T) {
	tests := []struct{ when, want string }{
		{`tier == "GOLD" and lines in 1..3`, `test tier == "GOLD"; and (lines >= 1) && (lines <= 3)`},
		{`"web" in tags && "x" not in tags`, `test "web" in tags; test "x" not in tags`},
		{`rush && !rush`, `test rush; not !rush`},
		{`customer.score == nil`, `test customer.score == nil`},
		{`lines in [3, 1] or 5 < lines`, `or (lines in [1, 3]) || (lines > 5)`},
		{`net * 0.05 > money("1 USD")`, `opaque (net * rate("0.05")) > money("1.00 USD")`},
		{`lines > quantity`, `opaque quantity < lines`},
		{`lower(tier) contains "a"`, `opaque lower(tier) contains "a"`},
		{`true`, `constant true`},
		{`-lines > 3`, `opaque (-lines) > 3`},
		{`requested > date("2026-01-31")`, `test requested > date("2026-01-31")`},
	}
	s := schema(t, rules.Config{})
	for _, tt := range tests {
		parts, err := s.Parts(tt.when)
		require.NoError(t, err, tt.when)
		got := ""
		for i, p := range parts {
			if i > 0 {
				got += "; "
			}
			got += fmt.Sprintf("%s %s", p.Tree.Op, p.Tree)
		}
		require.Equal(t, tt.want, got)
	}
	_, err := s.Parts(`teir == "GOLD"`)
	var load *rules.LoadError
	require.ErrorAs(t, err, &load)
	require.Equal(t, 1, load.Errors[0].Column)
}

// TestSidesExchanged holds that an int before a quantity compares the right way
// round, also where another comparison of the same sign stands in the book.
func TestSidesExchanged(t *testing.T) {
	facts := sample() // 4 lines, 12 EA
	b := book(t, rules.Rule[string]{ID: "a", When: `quantity > lines`}, rules.Rule[string]{ID: "b", When: `lines > quantity`},
		rules.Rule[string]{ID: "c", When: `lines < quantity`})
	out, err := b.Match(context.Background(), &facts, time.Time{}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "c"}, ids(out))
}

func TestEvaluate(t *testing.T) {
	facts := sample()
	b := book(t, rules.Rule[string]{ID: "r", When: `lines in 1..3 && net > money("1 EUR") && rush`})
	parts, inForce, err := b.Evaluate(context.Background(), "r", &facts, time.Time{})
	require.NoError(t, err)
	require.True(t, inForce)
	require.Len(t, parts, 3)
	require.Equal(t, "lines in 1..3", parts[0].Text)
	require.False(t, parts[0].Holds)
	require.ErrorContains(t, parts[1].Err, "EUR")
	require.True(t, parts[2].Holds)
	_, _, err = b.Evaluate(context.Background(), "none", &facts, time.Time{})
	require.ErrorIs(t, err, rules.ErrUnknownRule)
}

func TestSetAndGet(t *testing.T) {
	s := schema(t, rules.Config{})
	tests := []struct{ fact, text, want string }{
		{"tier", "GOLD", `"GOLD"`}, {"tier", `"GO\"LD"`, `"GO\"LD"`}, {"lines", "4", "4"}, {"rank", "-3", "-3"}, {"rush", "true", "true"},
		{"net", "10 USD", "10.00 USD"}, {"limit", "10 USD", "10.00 USD"}, {"limit", "missing", "missing"},
		{"quantity", "12 EA", "12 EA"}, {"discount", "5%", "0.05"}, {"requested", "2026-03-01", "2026-03-01"}, {"requested", "nil", "missing"},
		{"placed", "2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z"}, {"tags", `a, "b,c"`, `["a", "b,c"]`}, {"tags", `[]`, `[]`},
		{"customer.score", "700", "700"}, {"customer.score", "missing", "missing"}, {"carrier.days", "3", "3"},
	}
	for _, tt := range tests {
		t.Run(tt.fact+" "+tt.text, func(t *testing.T) {
			var facts order
			v, err := s.Parse(tt.fact, tt.text)
			require.NoError(t, err)
			require.NoError(t, s.Set(&facts, tt.fact, v))
			got, err := s.Get(&facts, tt.fact)
			require.NoError(t, err)
			require.Equal(t, tt.want, got.String())
		})
	}
	var facts order
	for _, tt := range []struct{ fact, text, want string }{
		{"teir", "x", "did you mean tier?"}, {"lines", "1.5", "is not an int, such as 10"}, {"net", "10", "is not an amount, such as 10.00 USD"},
		{"tier", `"x`, ""}, {"rush", "missing", "is not a bool"},
	} {
		_, err := s.Parse(tt.fact, tt.text)
		if tt.want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, tt.want)
	}
	wide, err := s.Parse("lines", fmt.Sprint(math.MaxInt64))
	require.NoError(t, err)
	require.ErrorContains(t, s.Set(&facts, "rank", wide), "cannot be")
	require.ErrorContains(t, s.Set(&facts, "tier", wide), "is a string, not an int")
	require.ErrorContains(t, s.Set(&facts, "lines", rules.Value{}), "cannot be missing")
	require.ErrorIs(t, s.Set(&facts, "none", wide), rules.ErrUnknownFact)
}

func TestValuesCompare(t *testing.T) {
	s := schema(t, rules.Config{})
	value := func(fact, text string) rules.Value {
		v, err := s.Parse(fact, text)
		require.NoError(t, err)
		return v
	}
	for _, tt := range []struct {
		a, b rules.Value
		want int
	}{
		{value("net", "9.999 USD"), value("net", "10 USD"), -1}, {value("lines", "3"), value("quantity", "2.5 EA"), 1},
		{value("tier", "A"), value("tier", "A"), 0}, {value("requested", "2026-01-02"), value("requested", "2026-01-01"), 1},
		{value("rush", "false"), value("rush", "true"), -1},
	} {
		o, err := tt.a.Compare(tt.b)
		require.NoError(t, err)
		require.Equal(t, tt.want, o)
		o, err = tt.b.Compare(tt.a)
		require.NoError(t, err)
		require.Equal(t, -tt.want, o)
	}
	for _, w := range []rules.Value{value("net", "1 EUR"), value("lines", "1"), {}} {
		_, err := value("net", "1 USD").Compare(w)
		require.ErrorIs(t, err, rules.ErrIncomparable)
	}
}
