package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPromiseReplay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stream.csv")
	text := "invoice,sku,description,quantity,time,unit_price_gbp,customer,country\n" +
		"1,A,,1,2026-03-02T09:00,1.00,C1,X\n1,POST,,1,2026-03-02T09:00,1.00,C1,X\nC2,A,,-1,2026-03-09T09:00,1.00,C1,X\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	status, out, errs := orderdesk(t, "promise", "replay", path)
	require.Zero(t, status, errs)
	assert.Contains(t, out, "3 rows from 2026-03-02 to 2026-03-09: 1 orders, 1 lines, 1 units of 1 items")
	assert.Contains(t, out, "0 violations")

	status, out, errs = orderdesk(t, "--json", "promise", "replay", "--questions=0", "--service=X", path)
	require.Zero(t, status, errs)
	var got struct {
		Stream struct {
			Items    int `json:"items"`
			Services int `json:"service_rows"`
		} `json:"stream"`
		Cancellations struct {
			Returned int64 `json:"units_returned"`
		} `json:"cancellations"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	assert.Equal(t, 2, got.Stream.Items, "postage is goods where it is not said to be a service")
	assert.Zero(t, got.Stream.Services)
	assert.Equal(t, int64(1), got.Cancellations.Returned)
}

func TestPromiseReplayExitCodes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stream.csv")
	require.NoError(t, os.WriteFile(path, []byte("invoice\n"), 0o600))
	for name, c := range map[string]struct {
		args []string
		want int
	}{
		"no file":      {[]string{path + "x"}, 3},
		"a bad file":   {[]string{path}, 2},
		"a folder":     {[]string{filepath.Dir(path)}, 3},
		"deliveries":   {[]string{"--deliveries=0", path}, 2},
		"a bad glob":   {[]string{"--service=[", path}, 2},
		"no file name": {nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, errs := orderdesk(t, append([]string{"promise", "replay"}, c.args...)...)
			assert.Equal(t, c.want, status, errs)
			assert.NotEmpty(t, errs)
		})
	}
}
