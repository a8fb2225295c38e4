package finding_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/finding"
)

func ExampleList() {
	var found finding.List
	found.Warn("order.duplicate-suspected", "", "order A-17 has the same lines", "compare the two orders")
	var line finding.List
	line.Block("order.line.item-unknown", "item", "no item has the number 4711", "")
	found.Within("lines[2]", line)

	fmt.Println(found.Blocks())
	fmt.Println(found)
	// Output:
	// true
	// warning order.duplicate-suspected: order A-17 has the same lines (compare the two orders)
	// block order.line.item-unknown at lines[2].item: no item has the number 4711
}

func TestWorst(t *testing.T) {
	var found finding.List
	assert.False(t, found.Blocks())
	assert.Equal(t, finding.Info, found.Worst())
	found.Info("a", "", "", "")
	assert.False(t, found.Blocks())
	found.Warn("b", "", "", "")
	assert.Equal(t, finding.Warning, found.Worst())
	assert.False(t, found.Blocks())
	found.Block("c", "", "", "")
	assert.True(t, found.Blocks())
	assert.Len(t, found.With("b"), 1)
	assert.Empty(t, found.With("d"))
}

func TestWithin(t *testing.T) {
	for name, c := range map[string]struct{ part, want string }{
		"field": {"item", "lines[0].item"},
		"index": {"[3]", "lines[0][3]"},
		"whole": {"", "lines[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			var found finding.List
			found.Within("lines[0]", finding.List{{Path: c.part}})
			assert.Equal(t, c.want, found[0].Path)
		})
	}
}

func TestJSON(t *testing.T) {
	in := finding.Finding{Code: "a.b", Severity: finding.Warning, Path: "x", Message: "m", Fix: "f"}
	data, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"code":"a.b","severity":"warning","path":"x","message":"m","fix":"f"}`, string(data))
	var out finding.Finding
	require.NoError(t, json.Unmarshal(data, &out))
	assert.Equal(t, in, out)

	assert.ErrorContains(t, json.Unmarshal([]byte(`{"severity":"fatal"}`), &out), `"fatal" is no severity`)
	_, err = finding.Severity(9).MarshalText()
	assert.ErrorContains(t, err, "severity(9)")
}
