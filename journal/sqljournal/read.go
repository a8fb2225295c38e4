package sqljournal

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// A page ends with the first of these.
const (
	pageEvents = 512
	pageBytes  = 4 << 20
)

// Read implements journal.Journal. It reads pages of at most 512 events and
// about 4 MiB, and holds no connection while the caller looks at them.
func (j *Journal) Read(ctx context.Context, stream string, after journal.Position) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		if err := j.open(); err != nil {
			yield(journal.Event{}, err)
			return
		}
		_ = j.readTo(ctx, stream, after, yield)
	}
}

// readTo yields the events up to the head, and an error at the end. It reports
// whether the caller wants to go on, and is nil-safe in nothing.
func (j *Journal) readTo(ctx context.Context, stream string, after journal.Position, yield func(journal.Event, error) bool) (goOn bool) {
	fail := func(err error) bool {
		yield(journal.Event{}, err)
		return false
	}
	end := journal.Position(math.MaxInt64)
	for {
		page, err := j.page(ctx, stream, after, end)
		if err != nil {
			return fail(err)
		}
		if !page.last && end == math.MaxInt64 {
			// There is more than a page: from here on the head stands still,
			// or the end might never be reached.
			head, err := readHead(ctx, j.cfg.DB, j.sql.head)
			if err != nil {
				return fail(fmt.Errorf("sqljournal: read: %w", err))
			}
			end = head.Position
		}
		for _, e := range page.events {
			if err := ctx.Err(); err != nil {
				return fail(err)
			}
			if !yield(e, nil) {
				return false
			}
			after = e.Position
		}
		if page.last || after >= end {
			return true
		}
	}
}

// page is a part of a stream that was read at once; last when nothing
// followed then.
type page struct {
	events []journal.Event
	last   bool
}

func (j *Journal) page(ctx context.Context, stream string, after, end journal.Position) (page, error) {
	if after >= math.MaxInt64 { // beyond what a database counts
		return page{last: true}, ctx.Err()
	}
	statement, args := j.sql.read, []any{int64(after), int64(end), pageEvents}
	if stream != journal.All {
		statement, args = j.sql.readOne, append(args, stream)
	}
	rows, err := j.cfg.DB.QueryContext(ctx, statement, args...)
	if err != nil {
		return page{}, fmt.Errorf("sqljournal: read: %w", err)
	}
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	var p page
	bytes := 0
	for bytes < pageBytes && rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return page{}, fmt.Errorf("sqljournal: read: %w", err)
		}
		bytes += len(e.Data)
		p.events = append(p.events, e)
	}
	if err := rows.Err(); err != nil {
		return page{}, fmt.Errorf("sqljournal: read: %w", err)
	}
	p.last = bytes < pageBytes && len(p.events) < pageEvents
	return p, nil
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
		after := after // each iteration begins anew
		for {
			changed, err := j.change() // before reading, so that nothing is missed
			if err != nil {
				yield(journal.Event{}, err)
				return
			}
			goOn := j.readTo(ctx, journal.All, after, func(e journal.Event, err error) bool {
				if err == nil {
					after = e.Position
				}
				return yield(e, err)
			})
			if !goOn {
				return
			}
			if err := j.wait(ctx, changed); err != nil {
				yield(journal.Event{}, err)
				return
			}
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
