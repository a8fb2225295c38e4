package sqljournal

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/o2ckit/o2c/journal"
)

// Snapshots is a journal.Snapshots in the same database as a journal.
// Journal.Snapshots gives it.
type Snapshots struct {
	db         *sql.DB
	load, save string
}

// Snapshots returns the snapshots that are kept beside the journal. They may
// be used after Close.
func (j *Journal) Snapshots() *Snapshots {
	return &Snapshots{db: j.cfg.DB, load: j.sql.load, save: j.sql.save}
}

// Load implements journal.Snapshots.
func (s *Snapshots) Load(ctx context.Context, name string) (journal.Snapshot, error) {
	var found *journal.Snapshot
	err := query(ctx, s.db, s.load, []any{name}, func(rows *sql.Rows) error {
		found = new(journal.Snapshot)
		return rows.Scan(&found.At, &found.Data)
	})
	switch {
	case err != nil:
		return journal.Snapshot{}, fmt.Errorf("sqljournal: load snapshot: %w", err)
	case found == nil:
		return journal.Snapshot{}, fmt.Errorf("%w under %q", journal.ErrNoSnapshot, name)
	}
	return *found, nil
}

// Save implements journal.Snapshots.
func (s *Snapshots) Save(ctx context.Context, name string, snapshot journal.Snapshot) error {
	if err := journal.CheckSnapshotName(name); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, s.save, name, int64(snapshot.At), notNull(snapshot.Data)); err != nil {
		return fmt.Errorf("sqljournal: save snapshot: %w", err)
	}
	return nil
}
