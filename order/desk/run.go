package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
)

// begin starts a run over an order. kept may be nil for an order that does not
// exist yet.
func (d *Desk) begin(k *kept, actor string) *Work {
	if actor == "" {
		actor = d.config.Actor
	}
	w := &Work{desk: d, order: &order.Order{}, actor: actor, now: d.config.Clock().UTC().Round(0)}
	if k != nil {
		w.order = k.order.Clone()
	}
	return w
}

// through takes the order through the steps, going on from where it stands,
// and returns where it stands then. A step that fails ends it. The only error
// is that of ctx.
func (d *Desk) through(ctx context.Context, w *Work, from Progressed) (Progressed, error) {
	attempt := from.Attempt
	for _, s := range d.ahead(from) {
		w.step = s.Name
		at := w.mark()
		err := s.Run(ctx, w)
		if err == nil {
			err = w.passed(at)
		}
		if err != nil {
			w.back(at)
			if ctx.Err() != nil {
				return Progressed{}, context.Cause(ctx)
			}
			attempt++
			return Progressed{
				Next: s.Name, Again: from.Again,
				Attempt: attempt, RetryAt: w.now.Add(s.Retry.after(attempt)), Error: err.Error(),
			}, nil
		}
		if w.stop {
			break
		}
		attempt = 0
	}
	return Progressed{}, nil
}

// ahead returns the steps that are still to be run. A step that the host has
// meanwhile taken off the desk is passed over by starting anew.
func (d *Desk) ahead(from Progressed) []Step {
	steps := d.config.Steps
	if from.Again {
		steps = nil
		for _, s := range d.config.Steps {
			if s.OnRelease {
				steps = append(steps, s)
			}
		}
	}
	if i := slices.IndexFunc(steps, func(s Step) bool { return s.Name == from.Next }); i > 0 {
		return steps[i:]
	}
	return steps
}

// passed records that the step passed, unless it decided otherwise itself.
func (w *Work) passed(since mark) error {
	for _, d := range w.order.Decisions[len(since.order.Decisions):] {
		if d.Step == w.step {
			return nil
		}
	}
	return w.Decide(order.Decision{Outcome: order.Passed})
}

// pending is an append that the journal has not answered for.
type pending struct {
	batch journal.Batch
	kept  kept // what is known of the order if it happened; last is not filled in
	work  *Work
}

// keep appends what the run recorded. e.mu is held.
func (d *Desk) keep(ctx context.Context, e *entry, w *Work, p Progressed) error {
	if err := w.Record(p); err != nil {
		w.refused()
		return err
	}
	var last journal.Position
	if k := e.kept.Load(); k != nil {
		last = k.last
	}
	e.pending = &pending{
		batch: journal.Batch{
			Key: fmt.Sprintf("desk/%s/%d", w.order.ID, last),
			Writes: []journal.Write{ // the order, the fence, then what stands beside
				{Stream: stream(w.order.ID), Expect: last, Events: w.drafts},
				{Stream: fence, Expect: d.epoch},
			},
		},
		kept: kept{order: w.order, progress: p},
		work: w,
	}
	for _, b := range w.beside {
		e.pending.batch.Writes = append(e.pending.batch.Writes, b.write)
	}
	commit, err := d.config.Journal.Append(ctx, e.pending.batch)
	if err == nil {
		d.settled(e, commit)
		return nil
	}
	if errors.Is(err, journal.ErrOutcomeUnknown) {
		return fmt.Errorf("%w: %w", ErrUnsettled, err)
	}
	return d.refuse(e, err)
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

func (d *Desk) settled(e *entry, c journal.Commit) {
	k := e.pending.kept
	positions := c.Positions(e.pending.batch)
	k.last = positions[0]
	for i, b := range e.pending.work.beside {
		if b.kept != nil {
			b.kept(positions[2+i])
		}
	}
	e.pending = nil
	d.mu.Lock()
	defer d.mu.Unlock()
	d.publish(e, &k)
}

func (d *Desk) refuse(e *entry, err error) error {
	e.pending.work.refused()
	e.pending = nil
	var conflict *journal.ConflictError
	if errors.As(err, &conflict) && conflict.Stream == fence {
		return ErrSuperseded
	}
	return err
}
