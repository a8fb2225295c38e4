package journaltest_test

import (
	"testing"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/journaltest"
)

// counted is an event of a host.
type counted struct {
	N int `json:"n"`
}

func TestGolden(t *testing.T) {
	codec := journal.MustCodec(journal.JSON[counted]("host.counted", 1))
	dir := t.TempDir()
	journaltest.Golden(t, codec, dir, true, counted{7})
	journaltest.Golden(t, codec, dir, false, counted{7})
}
