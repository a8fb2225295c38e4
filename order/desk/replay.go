package desk

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
)

// stream returns the name of an order's stream.
func stream(id order.ID) string { return orderStreams + string(id) }

const orderStreams = "order/"

// takeOver replays the journal and claims it. A desk that still writes makes
// the claim fail until it has been caught up with; what it wrote between the
// last replay and the claim is replayed after.
func (d *Desk) takeOver(ctx context.Context) error {
	draft, err := d.codec.Encode(Opened{Actor: d.config.Actor})
	if err != nil {
		return err
	}
	draft.At, draft.Actor = d.config.Clock(), d.config.Actor
	var r replay
	for {
		if err := d.replay(ctx, &r); err != nil {
			return err
		}
		commit, err := d.config.Journal.Append(ctx, journal.Batch{
			Writes: []journal.Write{{Stream: fence, Expect: r.fence, Events: []journal.Draft{draft}}},
		})
		if conflict := (*journal.ConflictError)(nil); errors.As(err, &conflict) {
			continue
		}
		if err != nil {
			return err
		}
		d.epoch = commit.Last
		return d.replay(ctx, &r)
	}
}

// replay is how far the journal has been read.
type replay struct {
	seen  journal.Position // of any event
	fence journal.Position // of the last event in the stream "desk"
}

// replay lets every event after r.seen happen.
func (d *Desk) replay(ctx context.Context, r *replay) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	batch := make([]decoded, 0, replayBatch)
	happen := func() error {
		d.decode(batch)
		for i := range batch {
			if err := d.replayEvent(&batch[i]); err != nil {
				return &ReplayError{Stream: batch[i].event.Stream, Position: batch[i].event.Position, Err: err}
			}
		}
		clear(batch)
		batch = batch[:0]
		return nil
	}
	for e, err := range d.config.Journal.Read(ctx, journal.All, r.seen) {
		if err != nil {
			return err
		}
		r.seen = e.Position
		if e.Stream == fence {
			r.fence = e.Position
		}
		if batch = append(batch, decoded{event: e}); len(batch) == replayBatch {
			if err := happen(); err != nil {
				return err
			}
		}
	}
	return happen()
}

// replayBatch is how many events are decoded side by side before they happen
// one after the other: opening a desk is decoding, nearly all of it.
const replayBatch = 1024

// decoded is an event with its payload.
type decoded struct {
	event   journal.Event
	payload any
	known   bool
	err     error
}

func (d *Desk) decode(batch []decoded) {
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(batch))
	for first := range workers {
		wg.Go(func() {
			for i := first; i < len(batch); i += workers {
				b := &batch[i]
				b.payload, b.known, b.err = d.codec.Decode(b.event)
			}
		})
	}
	wg.Wait()
}

func (d *Desk) replayEvent(b *decoded) error {
	e, v, known := b.event, b.payload, b.known
	if b.err != nil {
		return b.err
	}
	id, isOrder := strings.CutPrefix(e.Stream, orderStreams)
	if !isOrder {
		d.besides.moved(e.Stream, e.Position)
		return d.replayFold(e, v)
	}
	en := d.entries[order.ID(id)]
	if en == nil {
		en = &entry{}
		en.kept.Store(&kept{order: &order.Order{}})
		d.entries[order.ID(id)] = en
	}
	k := en.kept.Load() // nobody reads it while the desk opens
	k.last = e.Position
	switch p, isProgress := v.(Progressed); {
	case isProgress:
		k.progress = p
	case !known: // it belongs to somebody else, and counts for the position alone
		return nil
	case d.ofOrder[e.Type]:
		was := *k.order
		if err := k.order.Apply(v); err != nil {
			return err
		}
		d.index(en, &was, e.Position)
	default:
		if err := d.replayFold(e, v); err != nil {
			return err
		}
	}
	d.await(k)
	return nil
}

// replayFold hands an event to the fold that it belongs to, if any.
func (d *Desk) replayFold(e journal.Event, v any) error {
	if f := d.foldOf[e.Type]; f != nil {
		return f.Apply(e, v)
	}
	return nil
}

// publish makes k what is known of the entry. first is the position of the
// append's first event. d.mu is held.
func (d *Desk) publish(e *entry, k *kept, first journal.Position) {
	var was order.Order
	if old := e.current(); old != nil {
		was = *old
	}
	e.kept.Store(k)
	d.index(e, &was, first)
	d.await(k)
}

// await keeps the index of what waits. d.mu is held.
func (d *Desk) await(k *kept) {
	if k.progress.Next != "" {
		d.waiting[k.order.ID] = true
	} else {
		delete(d.waiting, k.order.ID)
	}
}

// index keeps the indexes of orders, of which was is the entry's order before.
// d.mu is held.
func (d *Desk) index(e *entry, was *order.Order, first journal.Position) {
	o := e.kept.Load().order
	if was.ID == "" {
		e.first = first
		d.entries[o.ID] = e
		d.submissions[o.Submission] = o.ID
		// Appends side by side may come back in another order than they stand in.
		at, _ := slices.BinarySearchFunc(d.ids, first, func(id order.ID, p journal.Position) int {
			return cmp.Compare(d.entries[id].first, p)
		})
		d.ids = slices.Insert(d.ids, at, o.ID)
	}
	before, after := purchaseOf(was), purchaseOf(o)
	if before == after {
		return
	}
	if before.number != "" {
		d.purchases[before] = without(d.purchases[before], o.ID)
		if len(d.purchases[before]) == 0 {
			delete(d.purchases, before)
		}
	}
	if after.number != "" {
		d.purchases[after] = append(d.purchases[after], o.ID)
	}
}

func without(ids []order.ID, id order.ID) []order.ID {
	var rest []order.ID
	for _, other := range ids {
		if other != id {
			rest = append(rest, other)
		}
	}
	return rest
}
