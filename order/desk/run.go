package desk

import (
	"context"
	"errors"
	"slices"

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
// and returns where it stands then. A step that fails ends it. What is more
// than one append carries is kept in parts, cut between two steps. The errors
// are that of ctx, and those of keeping a part. e.mu is held.
func (d *Desk) through(ctx context.Context, e *entry, w *Work, from Progressed) (Progressed, error) {
	attempt := from.Attempt
	for _, s := range d.ahead(from) {
		if dead(w.order) {
			break
		}
		w.step = s.Name
		at := w.mark()
		err := s.Run(ctx, w)
		if err == nil {
			err = w.passed(at)
		}
		if err == nil {
			err = w.fits(at)
		}
		if err != nil {
			w.back(at)
			if ctx.Err() != nil {
				return Progressed{}, context.Cause(ctx)
			}
			attempt++
			return Progressed{
				Next: d.retry(s, err), Again: from.Again,
				Attempt: attempt, RetryAt: w.now.Add(s.Retry.after(attempt)), Error: err.Error(),
			}, nil
		}
		if at.drafts > 0 && w.fits(mark{}) != nil {
			if err := d.keep(ctx, e, w.until(at), Progressed{Next: s.Name, Again: from.Again, RetryAt: w.now}); err != nil {
				return Progressed{}, err
			}
		}
		if w.stop {
			break
		}
		attempt = 0
	}
	return Progressed{}, nil
}

// dead tells that there is nothing to run over an order any more.
func dead(o *order.Order) bool {
	s := o.Status()
	return s == order.StatusException || s == order.StatusRejected
}

// retry names the step to go on with after a step has failed: the same, or if
// what was decided before it is outdated, the first with OnRelease.
func (d *Desk) retry(failed Step, err error) string {
	if !errors.Is(err, ErrOutdated) {
		return failed.Name
	}
	for _, s := range d.config.Steps {
		if s.OnRelease || s.Name == failed.Name {
			return s.Name
		}
	}
	return failed.Name
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
	if len(w.order.Holds) > len(since.order.Holds) {
		return w.Decide(order.Decision{Outcome: order.Held, Summary: w.order.Holds[len(w.order.Holds)-1].Reason})
	}
	return w.Decide(order.Decision{Outcome: order.Passed})
}
