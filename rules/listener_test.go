package rules_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
)

// heard keeps what a listener is told.
type heard struct{ list []rules.Decided }

func (h *heard) Decided(_ context.Context, d rules.Decided) { h.list = append(h.list, d) }

// TestListenersHearTheGroup holds what listeners hear of a group to what was asked,
// also in a book that has no other group: it may be replayed on one that has.
func TestListenersHearTheGroup(t *testing.T) {
	all := []rules.Rule[string]{{ID: "a", Group: "g", When: "rush"}, {ID: "b", Group: "h", When: "rush"}}
	for n := 1; n <= len(all); n++ {
		h := &heard{}
		b, err := rules.Compile(schema(t, rules.Config{Listeners: []rules.Listener{h}}), "test", all[:n])
		require.NoError(t, err)
		facts := sample()
		_, err = b.Match(context.Background(), &facts, time.Time{}, nil)
		require.NoError(t, err)
		_, err = b.Group("g").Match(context.Background(), &facts, time.Time{}, nil)
		require.NoError(t, err)
		_, err = b.Group("g").Decide(context.Background(), &facts, time.Time{})
		require.NoError(t, err)
		_, err = b.Group("none").Match(context.Background(), &facts, time.Time{}, nil)
		require.NoError(t, err)
		groups := []string{}
		for _, d := range h.list {
			groups = append(groups, d.Group)
		}
		require.Equal(t, []string{"", "g", "g", "none"}, groups)
		require.Equal(t, []string{"a"}, h.list[1].Rules)
	}
}

// TestReads holds the facts that a book names to those that its conditions are
// written with.
func TestReads(t *testing.T) {
	h := &heard{}
	b, err := rules.Compile(schema(t, rules.Config{Listeners: []rules.Listener{h}}), "test", []rules.Rule[string]{
		{ID: "a", Group: "g", When: `tier == "GOLD" and (lines > 3 or "web" in tags)`},
		{ID: "b", Group: "g", When: `customer.score > rank + lines and carrier.code == nil`},
		{ID: "c", Group: "h", When: "true"},
	})
	require.NoError(t, err)
	require.Equal(t, []string{"carrier.code", "customer.score", "lines", "rank", "tags", "tier"}, b.Reads())
	require.Equal(t, b.Reads(), b.Group("g").Reads())
	require.Empty(t, b.Group("h").Reads())
	require.Empty(t, b.Group("none").Reads())
	require.True(t, b.Group("h").Heard())
	require.False(t, book(t, rules.Rule[string]{ID: "a", When: "rush"}).Heard())
}
