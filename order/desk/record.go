package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/o2ckit/o2c/journal"
)

// besides is what the desk knows of the streams that are not orders'.
type besides struct {
	mu      sync.Mutex
	last    map[string]journal.Position
	pending map[string]journal.Batch // appends of which the outcome is open
}

// Record appends events of the folds that have to do with no order: stock was
// counted, a limit was changed. The caller has let them happen already, as a
// step does. They go to a stream of the desk's own, such as stock/MAIN; the
// names of orders' streams and of the desk's own are taken. Errors are
// [ErrSuperseded], [ErrUnsettled], after which the same stream settles the
// matter with its next Record, and what the journal says; then nothing was kept.
func (d *Desk) Record(ctx context.Context, stream, actor string, events ...any) error {
	if stream == fence || strings.HasPrefix(stream, orderStreams) {
		return fmt.Errorf("desk: stream %q is not for events beside the orders", stream)
	}
	w := d.begin(nil, actor)
	write := journal.Write{Stream: stream}
	for _, e := range events {
		draft, err := w.draft(e)
		if err != nil {
			return err
		}
		if d.foldOf[draft.Type] == nil {
			return fmt.Errorf("desk: %s is no event of a fold", draft.Type)
		}
		write.Events = append(write.Events, draft)
	}
	b := &d.besides
	b.mu.Lock()
	defer b.mu.Unlock()
	if open, is := b.pending[stream]; is {
		if err := d.recordBatch(ctx, stream, open); err != nil && b.isPending(stream) {
			return err
		}
	}
	if len(write.Events) == 0 {
		return nil
	}
	write.Expect = b.last[stream]
	return d.recordBatch(ctx, stream, journal.Batch{
		Key:    fmt.Sprintf("desk/%s/%d", stream, write.Expect),
		Writes: []journal.Write{write, {Stream: fence, Expect: d.epoch}},
	})
}

func (b *besides) isPending(stream string) bool {
	_, is := b.pending[stream]
	return is
}

// recordBatch appends a batch and remembers it if the outcome is open. b.mu is
// held.
func (d *Desk) recordBatch(ctx context.Context, stream string, batch journal.Batch) error {
	b := &d.besides
	commit, err := d.config.Journal.Append(ctx, batch)
	var conflict *journal.ConflictError
	switch {
	case err == nil:
		delete(b.pending, stream)
		b.last[stream] = commit.Positions(batch)[0]
		return nil
	case errors.As(err, &conflict):
		delete(b.pending, stream)
		if conflict.Stream == fence {
			return ErrSuperseded
		}
		return err
	case errors.Is(err, journal.ErrOutcomeUnknown) || b.isPending(stream):
		b.pending[stream] = batch
		return fmt.Errorf("%w: %w", ErrUnsettled, err)
	}
	return err
}
