package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
)

// JointAction is something that happens to state that many orders share, and is
// recorded as one: a backorder run, which gives one order what another had.
type JointAction struct {
	// Name is what decisions of Then cite.
	Name string
	// Actor is on whose behalf it is done. By default the desk's own.
	Actor string
	// Orders are those that it concerns.
	Orders []order.ID
	// Stream is where its events go; see [Desk.Record].
	Stream string
	// Run lets it happen and returns the events of the folds that say so, and how
	// to take it back. The orders are those of Orders as they stand, by id, and must not be
	// changed. Where the events need several appends, they must change nothing
	// before the last is there. An error means that nothing has happened. Required.
	Run func(ctx context.Context, now time.Time, orders []*order.Order) (events []any, undo func() error, err error)
	// Then does to each of the orders what follows from it, as an [Action] does. Nil:
	// nothing follows.
	Then func(ctx context.Context, w *Work) error
}

// ActJointly does a joint action. Nothing else is done to its orders between Run
// and Then, so that the journal has what happened to each in the order in which it
// happened.
//
// If the journal refuses the events, what Run did is taken back. After
// [ErrUnsettled] the desk keeps them, as [Desk.Record] does, and touches none of
// the orders before they are appended; Then is not done. If Then fails for an
// order, or its append does, the others go on, and the errors are joined: what
// follows from a joint action must be such that it can be made up for later. A
// process may also die in between.
//
// The other errors are [ErrNoOrder], [ErrSuperseded], that of Run, and what the
// journal says; then nothing was kept.
func (d *Desk) ActJointly(ctx context.Context, a JointAction) error {
	if err := d.recordable(a.Stream); err != nil {
		return err
	}
	if a.Run == nil {
		return &ActionError{Action: a.Name, Err: errors.New("there is nothing to run")}
	}
	ids := slices.Compact(slices.Sorted(slices.Values(a.Orders)))
	t, err := d.takeAll(ctx, ids, a.Stream)
	if err != nil {
		return err
	}
	defer t.unlock()
	if err := d.happen(ctx, a, t); err != nil {
		return err
	}
	if a.Then == nil {
		return nil
	}
	var errs []error
	for i, e := range t.entries {
		if err := d.follow(ctx, a, e); err != nil {
			errs = append(errs, err)
		}
		t.release(i)
	}
	return errors.Join(errs...)
}

// together is what a joint action has locked.
type together struct {
	entries []*entry // by id; nil: released
	stream  func()
}

// release lets one order go.
func (t *together) release(i int) {
	if e := t.entries[i]; e != nil {
		e.mu.Unlock()
		t.entries[i] = nil
	}
}

func (t *together) unlock() {
	for i := range t.entries {
		t.release(i)
	}
	t.stream()
}

// takeAll locks a stream and orders, in the order in which everybody takes locks,
// once nothing is open of them.
func (d *Desk) takeAll(ctx context.Context, ids []order.ID, stream string) (*together, error) {
	for {
		if err := d.sound(); err != nil {
			return nil, err
		}
		for _, id := range ids {
			if err := d.settleBinding(ctx, id); err != nil {
				return nil, err
			}
		}
		t := &together{stream: d.locks.lock(streamKeys([]string{stream})...)}
		err := d.settleBeside(ctx, []string{stream})
		for i := 0; err == nil && i < len(ids); i++ {
			err = d.lockEntry(ctx, t, ids[i])
		}
		if err != nil {
			t.unlock()
			return nil, err
		}
		if !slices.ContainsFunc(ids, func(id order.ID) bool { return d.besides.binding(id) != "" }) {
			return t, nil
		}
		t.unlock()
	}
}

// lockEntry adds one order to what is locked.
func (d *Desk) lockEntry(ctx context.Context, t *together, id order.ID) error {
	e := d.entry(id)
	if e == nil {
		return fmt.Errorf("%w: %q", ErrNoOrder, id)
	}
	e.mu.Lock()
	t.entries = append(t.entries, e)
	if err := d.settle(ctx, e); err != nil && e.pending != nil {
		return err
	}
	if e.current() == nil {
		return fmt.Errorf("%w: %q", ErrNoOrder, id)
	}
	return nil
}

// settleBinding appends what has to be in the journal before the order is touched.
func (d *Desk) settleBinding(ctx context.Context, id order.ID) error {
	stream := d.besides.binding(id)
	if stream == "" {
		return nil
	}
	defer d.locks.lock(streamKeys([]string{stream})...)()
	return d.settleRecord(ctx, stream)
}

// happen runs a joint action and appends its events. All locks are held.
func (d *Desk) happen(ctx context.Context, a JointAction, t *together) error {
	w := d.begin(nil, a.Actor)
	orders := make([]*order.Order, len(t.entries))
	for i, e := range t.entries {
		orders[i] = e.current()
	}
	events, undo, err := a.Run(ctx, w.now, orders)
	if err != nil {
		return &ActionError{Action: a.Name, Err: err}
	}
	back := func(err error) error {
		if undo != nil {
			d.takeBack([]func() error{undo})
		}
		return err
	}
	drafts, err := w.foldDrafts(events)
	if err != nil {
		return back(err)
	}
	var open error
	for _, write := range portions(a.Stream, drafts) {
		switch err := d.appendFresh(ctx, write); {
		case errors.Is(err, ErrUnsettled):
			open = err
		case err != nil:
			return back(err)
		}
	}
	if open != nil {
		for _, o := range orders {
			d.besides.bind(o.ID, a.Stream)
		}
	}
	return open
}

// portions cuts drafts into writes that one append carries each.
func portions(stream string, drafts []journal.Draft) []journal.Write {
	var writes []journal.Write
	from, bytes := 0, spareBytes
	for i := range drafts {
		n := len(drafts[i].Data)
		if i > from && (bytes+n > journal.MaxBytes || i-from+spareRecords >= journal.MaxRecords) {
			writes = append(writes, journal.Write{Stream: stream, Events: drafts[from:i:i]})
			from, bytes = i, spareBytes
		}
		bytes += n
	}
	if from < len(drafts) {
		writes = append(writes, journal.Write{Stream: stream, Events: drafts[from:]})
	}
	return writes
}

// follow does to one order what follows from a joint action. e.mu is held.
func (d *Desk) follow(ctx context.Context, a JointAction, e *entry) error {
	k := e.kept.Load()
	w := d.begin(k, a.Actor)
	defer w.takeBack()
	w.step = a.Name
	if err := a.Then(ctx, w); err != nil {
		return &ActionError{Order: k.order.ID, Action: a.Name, Err: err}
	}
	if len(w.drafts)+len(w.beside) == 0 {
		return nil
	}
	return d.keep(ctx, e, w.rest(), k.progress)
}
