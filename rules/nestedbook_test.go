package rules_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
)

// TestFunctionAsksAnotherBook has a function of the host fail with the errors of
// another book: they are the cause of the rule's failure, not failures of rules of
// this book.
func TestFunctionAsksAnotherBook(t *testing.T) {
	facts := sample()
	for _, policy := range []rules.Policy{rules.Fail, rules.SkipAndReport} {
		inner, err := rules.Compile(schema(t, rules.Config{OnError: policy}), "inner", []rules.Rule[string]{{ID: "inner", When: `net > money("1 EUR")`}})
		require.NoError(t, err)
		asks := rules.Function{Name: "asks", Call: func(bool) (bool, error) {
			matched, err := inner.Match(context.Background(), &facts, time.Time{}, nil)
			return len(matched) > 0, err
		}}
		for _, outer := range []rules.Policy{rules.Fail, rules.SkipAndReport} {
			t.Run(policy.String()+" in "+outer.String(), func(t *testing.T) {
				b, err := rules.Compile(schema(t, rules.Config{OnError: outer, Functions: []rules.Function{asks}}), "outer",
					[]rules.Rule[string]{{ID: "outer", When: `asks(rush)`}, {ID: "sure", When: `true`}})
				require.NoError(t, err)
				for _, level := range []rules.Level{rules.Fired, rules.Full} {
					_, x, err := b.Explain(context.Background(), &facts, time.Time{}, level)
					require.ErrorContains(t, err, "outer")
					failed := []string{}
					for _, r := range x.Rules {
						if r.Outcome == rules.Failed {
							failed = append(failed, r.Rule)
						}
					}
					require.Equal(t, []string{"outer"}, failed)
				}
				d, err := b.Decide(context.Background(), &facts, time.Time{})
				require.Error(t, err)
				require.Equal(t, outer == rules.SkipAndReport, d.Hit())
			})
		}
	}
}
