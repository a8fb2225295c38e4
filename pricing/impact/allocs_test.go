package impact_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/pricing/impact"
)

// TestAllocsRun holds what an order costs to what its two results take: adding up
// allocates nothing once a key is known.
func TestAllocsRun(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates too")
	}
	e := engineOf(t, map[string]string{"A": "10.00 USD", "B": "5.00 USD"}, percent("ten", "promo", `item == "A"`, "10%"))
	list := []impact.Order{order("O", "100", "A", 10, "B", 3, "A", 2, "B", 1)}
	const orders = 1000
	got := testing.AllocsPerRun(5, func() {
		_, err := impact.Run(t.Context(), impact.Config{Before: e, After: e, Workers: 1}, endless(list, orders))
		require.NoError(t, err)
	})
	assert.LessOrEqual(t, got/orders, 8.0, "allocations for an order")
}
