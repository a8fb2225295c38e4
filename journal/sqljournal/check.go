package sqljournal

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/o2ckit/o2c/journal"
)

// CheckStreams proves that reading each stream gives all of its events: that
// every event leads to the one before it in its stream, and every stream to its
// last event. The chain does not cover these links; journal.Verify calls
// CheckStreams after it has proved the events. It holds a position for each
// stream in memory.
func (j *Journal) CheckStreams(ctx context.Context) error {
	head, err := j.Head(ctx)
	if err != nil {
		return err
	}
	streams := make(map[string]journal.Position)
	for after := journal.Position(0); after < head.Position; {
		before := after
		err := query(ctx, j.cfg.DB, j.sql.listed, []any{int64(after), int64(head.Position), pageEvents}, func(rows *sql.Rows) error {
			var previous journal.Position
			var name string
			if err := rows.Scan(&after, &name, &previous); err != nil {
				return err
			}
			if previous != streams[name] {
				return fmt.Errorf("event %d leads back to %d in stream %q, not to %d", after, previous, name, streams[name])
			}
			streams[name] = after
			return nil
		})
		if err == nil && after == before {
			err = fmt.Errorf("events after %d are missing", after)
		}
		if err != nil {
			return fmt.Errorf("sqljournal: check streams: %w", err)
		}
	}
	err = query(ctx, j.cfg.DB, j.sql.last, []any{int64(head.Position)}, func(rows *sql.Rows) error {
		var name string
		var last journal.Position
		if err := rows.Scan(&name, &last); err != nil {
			return err
		}
		if last != streams[name] {
			return fmt.Errorf("stream %q ends at %d, not at %d", name, last, streams[name])
		}
		delete(streams, name)
		return nil
	})
	if err != nil {
		return fmt.Errorf("sqljournal: check streams: %w", err)
	}
	return j.checkMoved(ctx, streams)
}

// checkMoved looks at the streams that have gone on since the head was read:
// all that are left have to be there.
func (j *Journal) checkMoved(ctx context.Context, left map[string]journal.Position) error {
	for name, last := range left {
		at := make(map[string]stream, 1)
		if err := j.lookupStreams(ctx, j.cfg.DB, []string{name}, at); err != nil {
			return fmt.Errorf("sqljournal: check streams: %w", err)
		}
		if at[name].last <= last {
			return fmt.Errorf("sqljournal: check streams: stream %q ends at %d, not at %d", name, at[name].last, last)
		}
	}
	return nil
}
