package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
)

// besides is what the desk knows of the streams that are not orders'.
type besides struct {
	mu    sync.Mutex
	last  map[string]journal.Position
	open  map[string][]journal.Batch // records that are still to be appended, or may have been
	bound map[order.ID]string        // orders that wait for the open records of a stream
}

// moved remembers where a stream is.
func (b *besides) moved(stream string, to journal.Position) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last[stream] = max(b.last[stream], to)
}

// at returns where a stream is.
func (b *besides) at(stream string) journal.Position {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last[stream]
}

// line returns the open records of a stream, in the order of their making.
func (b *besides) line(stream string) []journal.Batch {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open[stream]
}

func (b *besides) setLine(stream string, line []journal.Batch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[stream] = line; len(line) == 0 {
		delete(b.open, stream)
	}
}

// bind lets an order wait until the open records of a stream are appended.
func (b *besides) bind(id order.ID, stream string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bound[id] = stream
}

// binding returns the stream whose open records an order waits for; empty: none.
func (b *besides) binding(id order.ID) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	stream := b.bound[id]
	if len(b.open[stream]) == 0 {
		delete(b.bound, id)
		return ""
	}
	return stream
}

// streams lists the streams that have open records.
func (b *besides) streams() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Sorted(maps.Keys(b.open))
}

// Record appends events of the folds that have to do with no order: stock was
// counted, a limit was changed. The caller has let them happen already, as a
// step does. They go to a stream of the desk's own, such as stock/MAIN; the
// names of orders' streams and of the desk's own are taken. Records in different
// streams do not wait for each other.
//
// Errors are [ErrSuperseded], [ErrUnsettled], and what the journal says. After
// [ErrUnsettled] the desk keeps the events and they are not recorded again:
// [Desk.Settle], [Desk.RunDue] and the next Record in the stream append them if
// that did not happen. After all others nothing was kept, and the caller records
// the events again or takes back what they say.
func (d *Desk) Record(ctx context.Context, stream, actor string, events ...any) error {
	if err := d.recordable(stream); err != nil {
		return err
	}
	drafts, err := d.begin(nil, actor).foldDrafts(events)
	if err != nil {
		return err
	}
	defer d.locks.lock(streamKeys([]string{stream})...)()
	if len(drafts) == 0 {
		return d.settleRecord(ctx, stream)
	}
	return d.appendFresh(ctx, journal.Write{Stream: stream, Events: drafts})
}

// recordable tells, by an error, whether events beside the orders can be recorded
// in a stream.
func (d *Desk) recordable(stream string) error {
	if stream == fence || strings.HasPrefix(stream, orderStreams) {
		return fmt.Errorf("desk: stream %q is not for events beside the orders", stream)
	}
	return d.sound()
}

// foldDrafts returns events of folds as the journal takes them.
func (w *Work) foldDrafts(events []any) ([]journal.Draft, error) {
	drafts := make([]journal.Draft, 0, len(events))
	for _, e := range events {
		draft, _, err := w.draft(e)
		if err != nil {
			return nil, err
		}
		if w.desk.foldOf[draft.Type] == nil {
			return nil, fmt.Errorf("desk: %s is no event of a fold", draft.Type)
		}
		drafts = append(drafts, draft)
	}
	return drafts, nil
}

// appendFresh appends a new record behind the open ones of its stream, whose lock
// is held.
func (d *Desk) appendFresh(ctx context.Context, write journal.Write) error {
	fresh := journal.Batch{Writes: []journal.Write{{Stream: fence, Expect: d.epoch}, write}}
	if err := fresh.Validate(); err != nil {
		return err
	}
	return d.appendLine(ctx, write.Stream, append(slices.Clip(d.besides.line(write.Stream)), fresh), true)
}

// settleRecords settles the open records of all streams.
func (d *Desk) settleRecords(ctx context.Context) error {
	var errs []error
	for _, name := range d.besides.streams() {
		unlock := d.locks.lock(streamKeys([]string{name})...)
		errs = append(errs, d.settleRecord(ctx, name))
		unlock()
	}
	return errors.Join(errs...)
}

// settleRecord appends the open records of a stream. Its lock is held.
func (d *Desk) settleRecord(ctx context.Context, stream string) error {
	return d.appendLine(ctx, stream, d.besides.line(stream), false)
}

// appendLine appends the records of a stream one after the other. What is left
// after an error stays open, but for the last if it is fresh and the journal
// says that it did not happen. The stream's lock is held.
func (d *Desk) appendLine(ctx context.Context, stream string, line []journal.Batch, fresh bool) error {
	for len(line) > 0 {
		err := d.appendRecord(ctx, &line[0])
		switch {
		case err == nil:
			line = line[1:]
			continue
		case errors.Is(err, ErrSuperseded):
			line = nil
		case len(line) == 1 && fresh && !errors.Is(err, journal.ErrOutcomeUnknown):
			line = nil
		default:
			err = fmt.Errorf("%w: %w", ErrUnsettled, err)
		}
		d.besides.setLine(stream, line)
		return err
	}
	d.besides.setLine(stream, nil)
	return nil
}

// appendRecord appends one record, under the key of its first try. That an
// order has moved the stream meanwhile (see [Work.RecordBeside]) does not
// matter to it.
func (d *Desk) appendRecord(ctx context.Context, batch *journal.Batch) error {
	write := &batch.Writes[1]
	if batch.Key == "" {
		write.Expect = d.besides.at(write.Stream)
		batch.Key = d.batchKey(write.Stream, write.Expect)
	}
	for {
		commit, err := d.config.Journal.Append(ctx, *batch)
		var conflict *journal.ConflictError
		switch {
		case err == nil:
			d.besides.moved(write.Stream, commit.Positions(*batch)[1])
			return nil
		case errors.As(err, &conflict) && conflict.Stream == write.Stream:
			write.Expect = conflict.Actual
			continue
		case conflict != nil && conflict.Stream == fence:
			return ErrSuperseded
		}
		return err
	}
}
