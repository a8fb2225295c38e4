package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/order"
)

// Action is something that is done to an order outside its steps: shipping
// it, billing it, a person's correction.
type Action struct {
	// Name is what decisions cite.
	Name string
	// Actor is on whose behalf it is done. By default the desk's own.
	Actor string
	// Run does it, like a step. An error refuses the action: nothing of it is kept.
	Run func(ctx context.Context, w *Work) error
}

// Act does an action and appends what it recorded. If Run fails, nothing is
// kept and the error comes back in an [*ActionError].
func (d *Desk) Act(ctx context.Context, id order.ID, a Action) (Result, error) {
	e, unlock, err := d.take(ctx, id)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	k := e.kept.Load()
	w := d.begin(k, a.Actor)
	w.step = a.Name
	if err := a.Run(ctx, w); err != nil {
		w.refused()
		return Result{}, &ActionError{Order: id, Action: a.Name, Err: err}
	}
	if err := d.keep(ctx, e, w, k.progress); err != nil {
		return Result{}, err
	}
	return e.result(), nil
}

// Release releases a hold. When it was the last that held the order, the
// steps with OnRelease run again, since what they saw may have changed.
func (d *Desk) Release(ctx context.Context, id order.ID, hold, actor, reason string) (Result, error) {
	e, unlock, err := d.take(ctx, id)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	k := e.kept.Load()
	w := d.begin(k, actor)
	w.step = "release"
	err = w.Record(order.HoldReleased{Hold: hold, At: w.now, By: w.actor, Reason: reason})
	if err != nil {
		return Result{}, &ActionError{Order: id, Action: "release", Err: err}
	}
	if len(w.order.OpenHolds()) > 0 || k.progress.Next != "" {
		if err := d.keep(ctx, e, w, k.progress); err != nil {
			return Result{}, err
		}
		return e.result(), nil
	}
	return d.runAndKeep(ctx, e, w, Progressed{Again: true})
}

// RunDue goes on with every order whose step failed and whose retry time has
// come, and returns the results. An error ends it; the orders before it are
// done.
func (d *Desk) RunDue(ctx context.Context) ([]Result, error) {
	var results []Result
	now := d.config.Clock()
	for _, wait := range d.Waiting() {
		if wait.RetryAt.After(now) {
			continue
		}
		r, err := d.resume(ctx, wait.Order, now)
		if err != nil {
			return results, err
		}
		if r.Order != nil {
			results = append(results, r)
		}
	}
	return results, nil
}

// resume goes on with one order, unless somebody else already did.
func (d *Desk) resume(ctx context.Context, id order.ID, now time.Time) (Result, error) {
	e, unlock, err := d.take(ctx, id)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	k := e.kept.Load()
	if k.progress.Next == "" || k.progress.RetryAt.After(now) {
		return Result{}, nil
	}
	w := d.begin(k, "")
	return d.runAndKeep(ctx, e, w, k.progress)
}

// Waiting returns the orders whose step failed, the next to be tried first.
func (d *Desk) Waiting() []Waiting {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var all []Waiting
	for _, id := range d.ids {
		if w := d.entries[id].kept.Load().waiting(); w != nil {
			all = append(all, *w)
		}
	}
	slices.SortStableFunc(all, func(a, b Waiting) int {
		return cmp.Or(a.RetryAt.Compare(b.RetryAt), cmp.Compare(a.Order, b.Order))
	})
	return all
}

// take locks an order for a run, after finding out about an open append.
func (d *Desk) take(ctx context.Context, id order.ID) (*entry, func(), error) {
	e := d.entry(id)
	if e == nil {
		return nil, nil, fmt.Errorf("%w: %q", ErrNoOrder, id)
	}
	e.mu.Lock()
	if err := d.settle(ctx, e); err != nil && e.pending != nil {
		e.mu.Unlock()
		return nil, nil, err
	}
	if e.current() == nil {
		e.mu.Unlock()
		return nil, nil, fmt.Errorf("%w: %q", ErrNoOrder, id)
	}
	return e, e.mu.Unlock, nil
}
