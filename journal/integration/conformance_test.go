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
// record are as good as none; and PostgreSQL is spoken to without prepared
// statements, as behind some connection poolers.
func TestConformanceOneConnection(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		journaltest.Run(t, func(t *testing.T) journal.Journal {
			source := d.source(t)
			if d.dialect == sqljournal.PostgreSQL {
				source += " default_query_exec_mode=simple_protocol"
			}
			db := d.open(t, source)
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
