package intake_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order/intake"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The golden files are what is in people's journals: a change that breaks this
// test needs a new version of the event and an upcast of the old one.
func TestGoldenEvents(t *testing.T) {
	j := journal.NewMemory()
	in := inbox(t, j)
	r, err := in.Receive(t.Context(), document("000000101/1/0001", "ST*850*0001~"))
	require.NoError(t, err)
	require.NoError(t, in.Settle(t.Context(), r.ID, intake.Outcome{Result: intake.Exception, Order: "SO-1", Findings: finding.List{
		{Code: "c", Severity: finding.Block, Path: "lines[0]", Message: "m", Fix: "f"},
	}}))
	old := journal.NewMemory() // the same, as the golden files say it
	last := journal.Position(0)
	for e, err := range j.Read(t.Context(), journal.All, 0) {
		require.NoError(t, err)
		name := fmt.Sprintf("%s.v%d.json", e.Type, e.Version)
		path := filepath.Join("testdata", "events", name)
		if *update {
			var pretty bytes.Buffer
			require.NoError(t, json.Indent(&pretty, e.Data, "", "  "))
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, append(pretty.Bytes(), '\n'), 0o644))
		}
		golden, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.JSONEq(t, string(golden), string(e.Data), name)
		c, err := old.Append(t.Context(), journal.Batch{Writes: []journal.Write{{Stream: e.Stream, Expect: last, Events: []journal.Draft{
			{Type: e.Type, Version: e.Version, At: e.At, Actor: e.Actor, Data: golden},
		}}}})
		require.NoError(t, err)
		last = c.Last
	}
	assert.EqualValues(t, 3, last)
	was, err := inbox(t, old).Entry(r.ID)
	require.NoError(t, err)
	is, err := in.Entry(r.ID)
	require.NoError(t, err)
	assert.Equal(t, is, was)
}
