package stockcmd_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/stockcmd"
)

func samples(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, folder := range []string{"promise", "allocate", "backorder"} {
		found, err := filepath.Glob("../../samples/" + folder + "/*.json")
		require.NoError(t, err)
		require.NotEmpty(t, found)
		files = append(files, found...)
	}
	return files
}

// TestChartEdges draws what is hard to draw: an item without anything, one that is booked
// beyond its stock, and one that is due years from now.
func TestChartEdges(t *testing.T) {
	for name, item := range map[string]string{
		"nothing": `{"item": "A"}`,
		"below":   `{"item": "A", "on_hand": [{"quantity": 3}]}`,
		"far":     `{"item": "A", "receipts": [{"document": "P", "due": "2032-03-02", "quantity": 1000000000000}]}`,
		"fences": `{"item": "A", "policy": {"past_due_receipts": {"ignore": true, "days": 3}, "past_due_demands": {"ignore": true, "days": 9},
			"horizon": "infinite"}}`,
	} {
		file, err := stockcmd.Read("f.json", fmt.Appendf(nil, `{"now": "2026-03-02T09:00:00Z", "sites": [{"id": "HUB"}], "items": [%s],
			"reservations": [{"key": "k", "lines": [{"item": "A", "date": "2026-03-05", "quantity": 9}]}]}`, item))
		require.NoError(t, err, name)
		chart, err := file.Chart("", "")
		require.NoError(t, err, name)
		svg, err := chart.Drawing().SVG()
		require.NoError(t, err, name)
		assert.NotContains(t, string(svg), "NaN", name)
		assert.NotContains(t, string(svg), "Inf", name)
		assert.Contains(t, string(svg), "can be promised "+map[string]string{"nothing": "-9", "below": "-6", "far": "-9", "fences": "without end"}[name])
		if name == "fences" {
			assert.Equal(t, "2026-02-21", chart.Fence.String())
		}
	}
}

// FuzzRead reads anything: what is refused is refused as a file's fault, at once or when it
// is asked.
func FuzzRead(f *testing.F) {
	for _, name := range samples(f) {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(`{"now": "2026-03-02T09:00:00Z", "sites": [{"id": "A"}], "items": [{"item": "A"}], "order": {}, "demands": [{}], "quotas": null}`))
	f.Add([]byte(`{"now": "2026-03-02T09:00:00Z", "sites": [{"id": "A"}], "items": [{"item": "A"}], "claims": [{"id": "1"}], "backorders": [{"id": "1"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if strings.Count(string(data), "\n") > 500 {
			return
		}
		file, err := stockcmd.Read("f.json", data)
		refused := []error{err}
		if err == nil {
			_, promise := file.Promise(t.Context(), true)
			_, allocate := file.Allocate(t.Context(), nil, true)
			_, backorder := file.Backorder(t.Context())
			refused = []error{promise, allocate, backorder}
		}
		for _, err := range refused {
			if bad := (*jsonfile.Error)(nil); err != nil && (!errors.As(err, &bad) || len(bad.Faults) == 0) {
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}
