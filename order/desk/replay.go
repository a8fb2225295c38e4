package desk

import (
	"context"
	"errors"
	"strings"

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
	for e, err := range d.config.Journal.Read(ctx, journal.All, r.seen) {
		if err != nil {
			return err
		}
		r.seen = e.Position
		if e.Stream == fence {
			r.fence = e.Position
		}
		if err := d.replayEvent(e); err != nil {
			return &ReplayError{Stream: e.Stream, Position: uint64(e.Position), Err: err}
		}
	}
	return nil
}

func (d *Desk) replayEvent(e journal.Event) error {
	v, known, err := d.codec.Decode(e)
	if err != nil || !known {
		return err
	}
	id, isOrder := strings.CutPrefix(e.Stream, orderStreams)
	if !isOrder {
		d.besides.last[e.Stream] = e.Position
		return d.replayFold(e, v)
	}
	en := d.entries[order.ID(id)]
	if en == nil {
		en = &entry{}
		d.entries[order.ID(id)] = en
	}
	k := kept{order: &order.Order{}}
	if old := en.kept.Load(); old != nil {
		k = *old
	}
	k.last = e.Position
	switch p, isProgress := v.(Progressed); {
	case isProgress:
		k.progress = p
	case d.ofOrder[e.Type]:
		k.order = k.order.Clone()
		if err := k.order.Apply(v); err != nil {
			return err
		}
	default:
		if err := d.replayFold(e, v); err != nil {
			return err
		}
	}
	d.publish(en, &k)
	return nil
}

// replayFold hands an event to the fold that it belongs to, if any.
func (d *Desk) replayFold(e journal.Event, v any) error {
	if f := d.foldOf[e.Type]; f != nil {
		return f.Apply(e, v)
	}
	return nil
}

// publish makes k what is known of the entry, and keeps the indexes. d.mu is
// held.
func (d *Desk) publish(e *entry, k *kept) {
	old := e.current()
	e.kept.Store(k)
	id := k.order.ID
	if id == "" {
		return
	}
	if old == nil || old.ID == "" {
		d.entries[id] = e
		d.ids = append(d.ids, id)
		d.submissions[k.order.Submission] = id
		d.purchases[purchaseOf(k.order)] = append(d.purchases[purchaseOf(k.order)], id)
		d.count++
		return
	}
	if was, is := purchaseOf(old), purchaseOf(k.order); was != is {
		d.purchases[was] = without(d.purchases[was], id)
		d.purchases[is] = append(d.purchases[is], id)
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
