package desk

import (
	"cmp"
	"context"
	"errors"
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
	// Beside names the streams that it records in beside the order's
	// ([Work.RecordBeside]). Actions on any orders that name the same stream
	// follow each other, and begin when no append to it is open any more.
	Beside []string
	// Run does it, like a step. An error refuses the action: nothing of it is
	// kept. Required.
	Run func(ctx context.Context, w *Work) error
}

// Act does an action and appends what it recorded. If Run fails, nothing is
// kept and the error comes back in an [*ActionError].
func (d *Desk) Act(ctx context.Context, id order.ID, a Action) (Result, error) {
	if a.Run == nil {
		return Result{}, &ActionError{Order: id, Action: a.Name, Err: errors.New("there is nothing to run")}
	}
	defer d.locks.lock(streamKeys(a.Beside)...)()
	if err := d.settleBeside(ctx, a.Beside); err != nil {
		return Result{}, err
	}
	e, unlock, err := d.take(ctx, id)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	k := e.kept.Load()
	w := d.begin(k, a.Actor)
	defer w.takeBack()
	w.step = a.Name
	if err := a.Run(ctx, w); err != nil {
		return Result{}, &ActionError{Order: id, Action: a.Name, Err: err}
	}
	if err := d.keep(ctx, e, w.rest(), k.progress); err != nil {
		return Result{}, err
	}
	return e.result(), nil
}

// streamKeys are the locks of streams beside the orders'.
func streamKeys(streams []string) []string {
	keys := make([]string, len(streams))
	for i, s := range streams {
		keys[i] = "stream/" + s
	}
	return keys
}

// Release releases a hold. When it was the last that held the order, the
// steps with OnRelease run again, since what they saw may have changed; not so
// on an order that was rejected or is an exception.
func (d *Desk) Release(ctx context.Context, id order.ID, hold, actor, reason string) (Result, error) {
	e, unlock, err := d.take(ctx, id)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	k := e.kept.Load()
	w := d.begin(k, actor)
	defer w.takeBack()
	w.step = "release"
	err = w.Record(order.HoldReleased{Hold: hold, At: w.now, By: w.actor, Reason: reason})
	if err != nil {
		return Result{}, &ActionError{Order: id, Action: "release", Err: err}
	}
	if len(w.order.OpenHolds()) > 0 || k.progress.Next != "" {
		if err := d.keep(ctx, e, w.rest(), k.progress); err != nil {
			return Result{}, err
		}
		return e.result(), nil
	}
	return d.runAndKeep(ctx, e, w, Progressed{Again: true})
}

// RunDue settles what is open ([Desk.Settle]) and then goes on with every order
// whose step failed and whose retry time has come, and returns the results. An
// order that cannot be gone on with does not keep the others from it: the
// errors of all are joined. Only the end of ctx and [ErrSuperseded] end it.
func (d *Desk) RunDue(ctx context.Context) ([]Result, error) {
	var results []Result
	errs := []error{d.Settle(ctx)}
	now := d.config.Clock()
	for _, wait := range d.Waiting() {
		if last := errs[len(errs)-1]; ctx.Err() != nil || errors.Is(last, ErrSuperseded) {
			break
		}
		if wait.RetryAt.After(now) {
			break
		}
		switch r, err := d.resume(ctx, wait.Order, now); {
		case err != nil:
			errs = append(errs, fmt.Errorf("order %s: %w", wait.Order, err))
		case r.Order != nil:
			results = append(results, r)
		}
	}
	return results, errors.Join(errs...)
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
	defer w.takeBack()
	return d.runAndKeep(ctx, e, w, k.progress)
}

// Waiting returns the orders whose step failed, the next to be tried first.
func (d *Desk) Waiting() []Waiting {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var all []Waiting
	for id := range d.waiting {
		if w := d.entries[id].kept.Load().waiting(); w != nil {
			all = append(all, *w)
		}
	}
	slices.SortFunc(all, func(a, b Waiting) int {
		return cmp.Or(a.RetryAt.Compare(b.RetryAt), cmp.Compare(a.Order, b.Order))
	})
	return all
}

// take locks an order for a run, after finding out about its open append and that
// of a joint action on it, and with it its purchase order: two runs that look for
// the same one follow each other.
func (d *Desk) take(ctx context.Context, id order.ID) (*entry, func(), error) {
	for {
		e, unlock, err := d.takeEntry(ctx, id)
		if err != nil || d.besides.binding(id) == "" {
			return e, unlock, err
		}
		unlock()
		if err := d.settleBinding(ctx, id); err != nil {
			return nil, nil, err
		}
	}
}

// takeEntry is take for who looks after joint actions.
func (d *Desk) takeEntry(ctx context.Context, id order.ID) (*entry, func(), error) {
	none := func(err error) (*entry, func(), error) { return nil, nil, err }
	if err := d.sound(); err != nil {
		return none(err)
	}
	e := d.entry(id)
	if e == nil {
		return none(fmt.Errorf("%w: %q", ErrNoOrder, id))
	}
	if e.current() == nil {
		if err := d.settleEntry(ctx, e); err != nil {
			return none(err)
		}
	}
	o := e.current()
	if o == nil {
		return none(fmt.Errorf("%w: %q", ErrNoOrder, id))
	}
	unlock := d.locks.lock(purchaseKeys(&o.Document)...)
	if err := d.settlePurchase(ctx, &o.Document); err != nil {
		unlock()
		return none(err)
	}
	e.mu.Lock()
	if err := d.settle(ctx, e); err != nil && e.pending != nil {
		e.mu.Unlock()
		unlock()
		return none(err)
	}
	return e, func() { e.mu.Unlock(); unlock() }, nil
}
