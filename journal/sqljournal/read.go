package sqljournal

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// A page ends with the first of these.
const (
	pageEvents = 512
	pageBytes  = 4 << 20
)

// Read implements journal.Journal. It reads pages of at most 512 events and
// about 4 MiB, and holds no connection while the caller looks at them. Of one
// stream it holds the positions of what it will give, 8 bytes an event.
func (j *Journal) Read(ctx context.Context, stream string, after journal.Position) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		err := j.open()
		switch {
		case err != nil:
		case after >= math.MaxInt64: // beyond what a database counts
			err = ctx.Err()
		case stream == journal.All:
			_, err = j.readAll(ctx, after, yield)
		default:
			err = j.readStream(ctx, stream, after, yield)
		}
		if err != nil {
			yield(journal.Event{}, fmt.Errorf("sqljournal: read: %w", err))
		}
	}
}

// readAll yields the events up to the head. It reports whether the caller
// wants to go on.
func (j *Journal) readAll(ctx context.Context, after journal.Position, yield func(journal.Event, error) bool) (goOn bool, err error) {
	end := journal.Position(math.MaxInt64)
	for after < end {
		page, full, err := j.page(ctx, j.sql.read, int64(after), int64(end), pageEvents)
		if err != nil {
			return false, err
		}
		if full && end == math.MaxInt64 {
			// There is more than a page: from here on the head stands still,
			// or the end might never be reached.
			head, err := readHead(ctx, j.cfg.DB, j.sql.head)
			if err != nil {
				return false, err
			}
			end = head.Position
		}
		if goOn, err := give(ctx, page, yield); !goOn {
			return false, err
		}
		if !full {
			break
		}
		after = page[len(page)-1].Position
	}
	return true, nil
}

// readStream yields the events of a stream. It walks the list of them first,
// which leads from the last one back.
func (j *Journal) readStream(ctx context.Context, stream string, after journal.Position, yield func(journal.Event, error) bool) error {
	var list []journal.Position
	err := query(ctx, j.cfg.DB, j.sql.walk, []any{stream, int64(after)}, func(rows *sql.Rows) error {
		var p journal.Position
		list = append(list, p)
		return rows.Scan(&list[len(list)-1])
	})
	if err != nil {
		return err
	}
	slices.Sort(list)
	for len(list) > 0 {
		wanted := list[:min(len(list), pageEvents)]
		page, _, err := j.page(ctx, j.sql.fetch, encodePositions(j.cfg.Dialect, wanted))
		if err != nil {
			return err
		}
		for i, p := range wanted[:max(1, len(page))] {
			if i == len(page) || page[i].Position != p || page[i].Stream != stream {
				return fmt.Errorf("stream %q leads to position %d, where it has no event", stream, p)
			}
		}
		if goOn, err := give(ctx, page, yield); !goOn {
			return err
		}
		list = list[len(page):]
	}
	return nil
}

// give yields the events of a page, until the caller breaks off or ctx ends.
func give(ctx context.Context, page []journal.Event, yield func(journal.Event, error) bool) (goOn bool, err error) {
	for _, e := range page {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if !yield(e, nil) {
			return false, nil
		}
	}
	return true, nil
}

// page reads events at once; full says that there may be more.
func (j *Journal) page(ctx context.Context, statement string, args ...any) (page []journal.Event, full bool, err error) {
	rows, err := j.cfg.DB.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	bytes := 0
	for bytes < pageBytes && rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return nil, false, err
		}
		bytes += len(e.Data)
		page = append(page, e)
	}
	return page, bytes >= pageBytes || len(page) == pageEvents, rows.Err()
}

func scanEvent(rows *sql.Rows) (journal.Event, error) {
	var e journal.Event
	var at int64
	var hash sql.RawBytes
	if err := rows.Scan(&e.Position, &e.Stream, &e.Type, &e.Version, &at, &e.Actor, &e.Data, &hash); err != nil {
		return e, err
	}
	e.At = time.Unix(0, at).UTC()
	copy(e.Hash[:], hash)
	return e, nil
}

// Follow implements journal.Journal. Appends of this process wake it; for
// those of others it looks every [Config].Poll.
func (j *Journal) Follow(ctx context.Context, after journal.Position) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		if err := j.follow(ctx, after, yield); err != nil {
			yield(journal.Event{}, fmt.Errorf("sqljournal: follow: %w", err))
		}
	}
}

func (j *Journal) follow(ctx context.Context, after journal.Position, yield func(journal.Event, error) bool) error {
	for {
		changed, err := j.change() // before reading, so that nothing is missed
		if err != nil {
			return err
		}
		goOn, err := j.readAll(ctx, after, func(e journal.Event, err error) bool {
			after = e.Position
			return yield(e, err)
		})
		if !goOn {
			return err
		}
		if err := j.wait(ctx, changed); err != nil {
			return err
		}
	}
}

// wait returns when there may be more, or with the error of ctx.
func (j *Journal) wait(ctx context.Context, changed <-chan struct{}) error {
	fired, stop := j.cfg.Timer(j.cfg.Poll)
	defer stop()
	select {
	case <-changed:
		return nil
	case <-fired:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
