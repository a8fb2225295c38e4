package rules_test

import (
	"context"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
)

// linked is an effect that can hold anything, a way back to itself included.
type linked struct {
	What   any
	Number decimal.Decimal
	On     time.Time
	Up     *linked `json:"-"`
	Next   *linked `json:",omitempty"`
}

// TestHashOfEffectsThatHoldInterfaces holds the hash to what effects say: not to
// the order of a map, nor to how a number or a time is kept in memory.
func TestHashOfEffectsThatHoldInterfaces(t *testing.T) {
	s := schema(t, rules.Config{})
	first := ""
	for range 30 {
		then := map[int]any{}
		for i := range 8 {
			then[i] = i
			if i%2 == 0 {
				then[i] = int64(i)
			}
		}
		b, err := rules.Compile(s, "test", []rules.Rule[map[int]any]{{ID: "a", When: "rush", Then: then}})
		require.NoError(t, err)
		if first == "" {
			first = b.Hash()
		}
		require.Equal(t, first, b.Hash())
	}

	var zero decimal.Decimal
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	equal := []linked{{What: 1, Number: zero, On: noon}, {What: 1, Number: decimal.RequireFromString("0"), On: noon.In(time.FixedZone("", 0))}}
	b, err := rules.Load(s, rules.Groups[linked]("groups", rules.Group{Name: "g", Policy: rules.Any}), rules.Values("test", []rules.Rule[linked]{
		{ID: "a", Group: "g", When: "rush", Then: equal[0]}, {ID: "b", Group: "g", When: "rush", Then: equal[1]},
	}))
	require.NoError(t, err)
	facts := sample()
	_, err = b.Decide(context.Background(), &facts, noon)
	require.NoError(t, err, "effects of the same JSON form and types are equal")
	int64s, err := b.With(rules.Values("change", []rules.Rule[linked]{{ID: "b", Group: "g", When: "rush", Then: linked{What: int64(1), On: noon}}}))
	require.NoError(t, err)
	_, err = int64s.Decide(context.Background(), &facts, noon)
	var broken *rules.HitPolicyError
	require.ErrorAs(t, err, &broken, "effects of other types differ")
}

// TestEffectsThatLeadBack come to an end: without JSON on the way they are
// hashed, with it they are a mistake of the rule.
func TestEffectsThatLeadBack(t *testing.T) {
	s := schema(t, rules.Config{})
	up, next := &linked{What: 1}, &linked{What: 1}
	up.Up, next.Next = up, next
	for _, policy := range []rules.HitPolicy{rules.Collect, rules.Any} {
		load := func(then *linked) error {
			_, err := rules.Load(s, rules.Groups[*linked]("groups", rules.Group{Name: "g", Policy: policy}),
				rules.Values("test", []rules.Rule[*linked]{{ID: "a", Group: "g", When: "rush", Then: then}}))
			return err
		}
		require.NoError(t, load(up))
		require.ErrorContains(t, load(next), "the effect cannot be written as JSON")
	}
}
