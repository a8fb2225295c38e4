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
