package intake_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	_, err = in.Correct(t.Context(), r.ID, intake.Correction{Raw: []byte("ST*850*0002~"), Actor: "ada", Reason: "wrong number"})
	require.NoError(t, err)
	x := document("000000102/1/0001", "ST*850*0003~")
	x.Envelope = []byte("ISA*00~GS*PO~")
	other, err := in.Receive(t.Context(), x)
	require.NoError(t, err)
	require.NoError(t, in.Settle(t.Context(), other.ID, intake.Outcome{Result: intake.Exception}))
	require.NoError(t, in.Assign(t.Context(), other.ID, "bob", "knows the partner", "ada"))
	require.NoError(t, in.Close(t.Context(), other.ID, "a test", "bob"))
	require.NoError(t, in.Reopen(t.Context(), other.ID, "no test", "ada"))
	seen := make(map[string]int)
	old := journal.NewMemory()                // the same, as the golden files say it
	last := make(map[string]journal.Position) // by stream
	for e, err := range j.Read(t.Context(), journal.All, 0) {
		require.NoError(t, err)
		seen[e.Type]++
		name := fmt.Sprintf("%s.v%d.json", e.Type, e.Version)
		if n := seen[e.Type]; n > 1 { // such as a document that corrects another
			name = fmt.Sprintf("%s.v%d.%d.json", e.Type, e.Version, n)
		}
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
		c, err := old.Append(t.Context(), journal.Batch{Writes: []journal.Write{{Stream: e.Stream, Expect: last[e.Stream], Events: []journal.Draft{
			{Type: e.Type, Version: e.Version, At: e.At, Actor: e.Actor, Data: golden},
		}}}})
		require.NoError(t, err)
		last[e.Stream] = c.Last
	}
	assert.Len(t, seen, 7)
	assert.Equal(t, slices.Collect(in.Entries()), slices.Collect(inbox(t, old).Entries()))
}
