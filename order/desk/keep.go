package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
)

// pending is an append that the journal has not answered for.
type pending struct {
	batch journal.Batch
	kept  kept // what is known of the order if it happened; last is not filled in
	part  part
}

// unsettled is an entry with a pending append.
type unsettled struct {
	entry    *entry
	purchase string // order number
	beside   []beside
}

// keep appends a part of a run. e.mu is held.
func (d *Desk) keep(ctx context.Context, e *entry, p part, progress Progressed) error {
	draft, _, err := p.work.draft(progress)
	if err != nil {
		d.takeBack(p.undo)
		return err
	}
	var last journal.Position
	if k := e.kept.Load(); k != nil {
		last = k.last
	}
	name := stream(p.order.ID)
	e.pending = &pending{
		batch: journal.Batch{
			Key: d.batchKey(name, last),
			Writes: []journal.Write{ // the fence first, whose refusal says more than any other
				{Stream: fence, Expect: d.epoch},
				{Stream: name, Expect: last, Events: append(p.drafts[:len(p.drafts):len(p.drafts)], draft)},
			},
		},
		kept: kept{order: p.order, progress: progress},
		part: p,
	}
	for _, b := range p.beside {
		e.pending.batch.Writes = append(e.pending.batch.Writes, b.write)
	}
	commit, err := d.config.Journal.Append(ctx, e.pending.batch)
	switch {
	case err == nil:
		d.settled(e, commit)
		return nil
	case errors.Is(err, journal.ErrOutcomeUnknown):
		d.mu.Lock()
		defer d.mu.Unlock()
		d.unsettled[p.order.ID] = unsettled{e, p.order.Document.PurchaseOrder, p.beside}
		return fmt.Errorf("%w: %w", ErrUnsettled, err)
	}
	return d.refuse(e, err)
}

// batchKey is the idempotency key of this desk's append to a stream of which
// the last position is known. Another desk has keys of its own: what it makes
// of the same submission after a take-over is not an answer to this one.
func (d *Desk) batchKey(stream string, last journal.Position) string {
	return fmt.Sprintf("desk/%d/%s/%d", d.epoch, stream, last)
}

// Settle finds out about every append of which the journal could not say
// whether it happened. What did not is appended now, or taken back if the
// journal refuses it. The error is [ErrUnsettled] if something is still open,
// [ErrSuperseded] if it was taken back because another desk has the journal.
func (d *Desk) Settle(ctx context.Context) error {
	errs := []error{d.sound(), d.settleRecords(ctx)}
	for _, u := range d.open() {
		errs = append(errs, d.settleEntry(ctx, u.entry))
	}
	return errors.Join(errs...)
}

func (d *Desk) open() []unsettled {
	d.mu.RLock()
	defer d.mu.RUnlock()
	all := make([]unsettled, 0, len(d.unsettled))
	for _, u := range d.unsettled {
		all = append(all, u)
	}
	return all
}

// settlePurchase settles the orders that could be the same purchase order as
// the document. No lock of an entry is held.
func (d *Desk) settlePurchase(ctx context.Context, doc *order.Document) error {
	for _, u := range d.open() {
		if doc.PurchaseOrder == "" || u.purchase != doc.PurchaseOrder {
			continue
		}
		if err := d.settleEntry(ctx, u.entry); err != nil {
			return err
		}
	}
	return nil
}

// settleBeside settles what is open in streams beside the orders'. Their locks
// are held, and none of an entry.
func (d *Desk) settleBeside(ctx context.Context, streams []string) error {
	for _, s := range streams {
		if err := d.settleRecord(ctx, s); err != nil {
			return err
		}
		for _, u := range d.open() {
			if !slices.ContainsFunc(u.beside, func(b beside) bool { return b.write.Stream == s }) {
				continue
			}
			if err := d.settleEntry(ctx, u.entry); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleEntry is settle for who does not hold e.mu. That the journal refused
// the append settles it.
func (d *Desk) settleEntry(ctx context.Context, e *entry) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := d.settle(ctx, e); e.pending != nil || errors.Is(err, ErrSuperseded) {
		return err
	}
	return nil
}

// settle finds out about an append whose outcome was left open, by appending
// it again under its key. e.mu is held.
func (d *Desk) settle(ctx context.Context, e *entry) error {
	if e.pending == nil {
		return nil
	}
	commit, err := d.config.Journal.Append(ctx, e.pending.batch)
	var conflict *journal.ConflictError
	switch {
	case err == nil:
		d.settled(e, commit)
		return nil
	case errors.As(err, &conflict), errors.Is(err, journal.ErrKeyReused):
		// Had the first append happened, the key would have brought it back.
		return d.refuse(e, err)
	}
	return fmt.Errorf("%w: %w", ErrUnsettled, err)
}

// settled lets be known what an append has kept. e.mu is held.
func (d *Desk) settled(e *entry, c journal.Commit) {
	p := e.pending
	positions := c.Positions(p.batch)
	p.kept.last = positions[1]
	for i, b := range p.part.beside {
		d.besides.moved(b.write.Stream, positions[2+i])
		if b.kept != nil {
			b.kept(positions[2+i])
		}
	}
	e.pending = nil
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.unsettled, p.kept.order.ID)
	d.publish(e, &p.kept, c.First)
}

// refuse takes back an append that the journal has refused. e.mu is held.
func (d *Desk) refuse(e *entry, err error) error {
	p := e.pending
	d.takeBack(p.part.undo)
	e.pending = nil
	d.mu.Lock()
	delete(d.unsettled, p.kept.order.ID)
	d.mu.Unlock()
	d.forget(e, p.kept.order.ID, p.kept.order.Submission)
	var conflict *journal.ConflictError
	if errors.As(err, &conflict) && conflict.Stream == fence {
		return ErrSuperseded
	}
	return err
}
