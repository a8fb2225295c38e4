package desk_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order/desk"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The golden files are what is in people's journals: a change that breaks this
// test needs a new version of the event and an upcast of the old one.
func TestGoldenEvents(t *testing.T) {
	for _, event := range []any{
		desk.Opened{Actor: "desk"},
		desk.Progressed{Next: "credit", Again: true, Attempt: 2, RetryAt: start.Add(time.Minute), Error: "connection refused"},
	} {
		draft, err := desk.Events().Encode(event)
		require.NoError(t, err)
		name := fmt.Sprintf("%s.v%d.json", draft.Type, draft.Version)
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "events", name)
			if *update {
				var pretty bytes.Buffer
				require.NoError(t, json.Indent(&pretty, draft.Data, "", "  "))
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, append(pretty.Bytes(), '\n'), 0o644))
			}
			golden, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.JSONEq(t, string(golden), string(draft.Data))
			back, known, err := desk.Events().Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: golden})
			require.NoError(t, err)
			require.True(t, known)
			assert.Equal(t, event, back)
		})
	}
}
