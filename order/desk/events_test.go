package desk_test

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/order/desk"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGoldenEvents(t *testing.T) {
	journaltest.Golden(t, desk.Events(), filepath.Join("testdata", "events"), *update,
		desk.Opened{Actor: "desk"},
		desk.Progressed{Next: "credit", Again: true, Attempt: 2, RetryAt: start.Add(time.Minute), Error: "connection refused"},
	)
}
