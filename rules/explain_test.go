package rules_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

func explained(t testing.TB) *rules.Book[order, string] {
	year := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	return book(t,
		rules.Rule[string]{ID: "fired", Name: "Gold tools", Priority: 5, When: `tier == "GOLD" and (lines > 3 or rush)`},
		rules.Rule[string]{ID: "first-part", When: `tier == "SILVER" && lines > 3`},
		rules.Rule[string]{ID: "later-part", When: `tier == "GOLD" && (net * 0.10 > money("50 USD") or lines == 9)`},
		rules.Rule[string]{ID: "missing", When: `rush && customer.score > 700`},
		rules.Rule[string]{ID: "missing-group", When: `carrier.days <= 2`},
		rules.Rule[string]{ID: "chain", When: `1 < lines < 3`},
		rules.Rule[string]{ID: "interval", When: `lines in 7..9`},
		rules.Rule[string]{ID: "early", When: `true`, From: year(2027)},
		rules.Rule[string]{ID: "late", When: `true`, To: year(2026)},
		rules.Rule[string]{ID: "every-kind", When: `not (discount == 0.05 && quantity >= 10 && requested > date("2026-01-01") &&
			placed > time("2026-01-01T00:00:00Z") && "web" in tags)`},
	)
}

// TestExplain holds what each level tells (RUL-3).
func TestExplain(t *testing.T) {
	b := explained(t)
	facts := sample()
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	want, err := b.Match(context.Background(), &facts, at, nil)
	require.NoError(t, err)
	for _, level := range []rules.Level{rules.Off, rules.Fired, rules.Full} {
		t.Run(level.String(), func(t *testing.T) {
			matched, x, err := b.Explain(context.Background(), &facts, at, level)
			require.NoError(t, err)
			require.Equal(t, want, matched)
			require.Equal(t, b.Hash(), x.Book)
			x.Book = "0123456789abcdef" // the hash is not what this test is about
			golden(t, "explain-"+level.String()+".txt", x.String())
			text, err := json.MarshalIndent(x, "", "  ")
			require.NoError(t, err)
			golden(t, "explain-"+level.String()+".json", string(text)+"\n")
			var back rules.Explanation
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, x.String(), back.String())
			again, err := json.MarshalIndent(back, "", "  ")
			require.NoError(t, err)
			require.Equal(t, string(text), string(again), "what was kept says the same when it is read back")
		})
	}
}

func TestWhyNotAlwaysAnswers(t *testing.T) {
	b := explained(t)
	facts := sample()
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	_, x, err := b.Explain(context.Background(), &facts, at, rules.Full)
	require.NoError(t, err)
	require.Len(t, x.Rules, b.Len())
	for _, want := range x.Rules {
		got, err := b.WhyNot(context.Background(), want.Rule, &facts, at)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err = b.WhyNot(context.Background(), "nobody", &facts, at)
	require.ErrorIs(t, err, rules.ErrUnknownRule)
}

func TestExplainLongValues(t *testing.T) {
	facts := sample()
	for len(facts.Category) < 1000 {
		facts.Category += "abcdefghij"
	}
	for len(facts.Tags) < 200 {
		facts.Tags = append(facts.Tags, "t")
	}
	facts.Requested = calendar.Date{}
	r, err := book(t, rules.Rule[string]{ID: "r", When: `category == "x" || "y" in tags || requested > date("2026-01-01")`}).
		WhyNot(context.Background(), "r", &facts, time.Time{})
	require.NoError(t, err)
	require.Less(t, len(r.String()), 1000)
	require.Contains(t, r.String(), "and 120 more")
	require.Contains(t, r.String(), "requested: missing")
}
