package rules_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/rules"
)

// TestAllocsOfManyUnits loads rules that each compare in a unit of their own. What
// the load takes has to grow with the rules, not with their square.
func TestAllocsOfManyUnits(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates too")
	}
	s, err := rules.NewSchema[indexed](rules.Config{})
	require.NoError(t, err)
	load := func(n int) uint64 {
		rs := make([]rules.Rule[int], n)
		for i := range rs {
			unit := string([]byte{byte('A' + i%26), byte('A' + i/26%26), byte('A' + i/676%26)})
			rs[i] = rules.Rule[int]{ID: fmt.Sprint(i), When: fmt.Sprintf(`tier == "A" && quantity > qty("%d %s")`, i, unit)}
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := rules.Compile(s, "test", rs)
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		return after.TotalAlloc - before.TotalAlloc
	}
	load(1)
	require.Less(t, load(4000), 6*load(1000))
}
