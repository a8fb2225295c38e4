//go:build unix

package integration_test

import (
	"testing"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/journaltest"
	"github.com/o2ckit/o2c/journal/sqljournal"
)

func TestConformance(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		journaltest.Run(t, func(t *testing.T) journal.Journal {
			j, _ := d.fresh(t)
			return j
		})
	})
}

// A pool of one connection shows whether anything is held open; groups of one
// record are as good as none.
func TestConformanceOneConnection(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		journaltest.Run(t, func(t *testing.T) journal.Journal {
			db := d.open(t, d.source(t))
			db.SetMaxOpenConns(1)
			return d.journal(t, sqljournal.Config{DB: db, Prefix: "one_", GroupRecords: 1})
		})
	})
}

func TestSnapshots(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		journaltest.RunSnapshots(t, func(t *testing.T) journal.Snapshots {
			j, _ := d.fresh(t)
			return j.Snapshots()
		})
	})
}
