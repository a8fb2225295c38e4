package journal_test

import (
	"testing"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/journal/journaltest"
)

func TestConformance(t *testing.T) {
	journaltest.Run(t, func(*testing.T) journal.Journal { return journal.NewMemory() })
}

func TestSnapshots(t *testing.T) {
	journaltest.RunSnapshots(t, func(*testing.T) journal.Snapshots { return journal.NewMemorySnapshots() })
}
