package desk

import (
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// Work is an order in the hands of a step. It is good for the duration of the
// call that it was given to, and for one goroutine.
type Work struct {
	desk   *Desk
	order  *order.Order
	step   string
	actor  string
	now    time.Time
	drafts []journal.Draft
	beside []beside
	undo   []func() error
	stop   bool
}

// beside is what a run appends to a stream that is not the order's.
type beside struct {
	write journal.Write
	kept  func(last journal.Position)
}

// Order returns the order with all that this run has recorded so far. It must
// not be changed.
func (w *Work) Order() *order.Order { return w.order }

// Now returns the time of this run by the host's clock; it does not move
// while the run lasts.
func (w *Work) Now() time.Time { return w.now }

// Actor returns on whose behalf the run is done.
func (w *Work) Actor() string { return w.actor }

// Step returns the name of the step or action that is running.
func (w *Work) Step() string { return w.step }

// Record adds events to what this run appends to the order's stream: events of
// package order, which happen to [Work.Order] at once, and events of the folds
// that the desk was opened with, which the caller has let happen already (see
// [Work.OnRefused]). What happens to the order is what the journal will say of
// the event, so that nothing of it depends on the caller's value any more; an
// event that could not be read back is an error.
func (w *Work) Record(events ...any) error {
	for _, e := range events {
		draft, read, err := w.draft(e)
		if err != nil {
			return err
		}
		if w.desk.ofOrder[draft.Type] {
			if err := w.order.Apply(read); err != nil {
				return err
			}
		}
		w.drafts = append(w.drafts, draft)
	}
	return nil
}

// draft returns an event as the journal takes it, and as it gives it back.
func (w *Work) draft(event any) (journal.Draft, any, error) {
	draft, err := w.desk.codec.Encode(event)
	if err != nil {
		return draft, nil, err
	}
	draft.At, draft.Actor = w.now, w.actor
	read, _, err := w.desk.codec.Decode(journal.Event{Type: draft.Type, Version: draft.Version, Data: draft.Data})
	return draft, read, err
}

// RecordBeside adds events of a fold to what this run appends, in a stream of
// their own that must be at the position expect: a series of legal numbers,
// say, which has to have no gaps. If the stream is elsewhere, the whole run is
// refused with a *journal.ConflictError. Once the append is kept, kept is
// called with the stream's new last position; it may be nil.
func (w *Work) RecordBeside(stream string, expect journal.Position, kept func(last journal.Position), events ...any) error {
	b := beside{write: journal.Write{Stream: stream, Expect: expect}, kept: kept}
	for _, e := range events {
		draft, _, err := w.draft(e)
		if err != nil {
			return err
		}
		b.write.Events = append(b.write.Events, draft)
	}
	w.beside = append(w.beside, b)
	return nil
}

// OnRefused has undo called if what this run recorded is not kept: when the
// step fails later on, or the journal refuses the append. A step that changes
// state of its own registers here how to take it back. If that fails, memory
// and journal have parted, and the desk stops with [ErrStale].
func (w *Work) OnRefused(undo func() error) { w.undo = append(w.undo, undo) }

// Decide records what the step decided. Step, At and Actor are filled in. A
// step that records no decision has passed.
func (w *Work) Decide(d order.Decision) error {
	d.Step, d.At, d.Actor = w.step, w.now, w.actor
	return w.Record(order.Decided{Decision: d})
}

// Hold places a hold. ID and Placed are filled in. A hold of the same kind and
// code that is still open is not placed twice.
func (w *Work) Hold(h order.Hold) error {
	for _, open := range w.order.OpenHolds() {
		if open.Kind == h.Kind && open.Code == h.Code {
			return nil
		}
	}
	h.ID, h.Placed = fmt.Sprintf("H%d", len(w.order.Holds)+1), w.now
	return w.Record(order.HoldPlaced{Hold: h})
}

// Release releases every open hold of the kind, because its cause is gone.
func (w *Work) Release(kind order.HoldKind, reason string) error {
	for _, h := range w.order.OpenHolds() {
		if h.Kind != kind {
			continue
		}
		if err := w.Record(order.HoldReleased{Hold: h.ID, At: w.now, By: w.actor, Reason: reason}); err != nil {
			return err
		}
	}
	return nil
}

// Except records that the document cannot become an order until it is mended,
// and ends the run.
func (w *Work) Except(found finding.List) error {
	w.stop = true
	if err := w.Record(order.Excepted{Step: w.step, Findings: found}); err != nil {
		return err
	}
	return w.Decide(order.Decision{Outcome: order.Unresolved, Findings: found})
}

// Reject records that the order is refused as a whole, and ends the run.
func (w *Work) Reject(r order.Rejection) error {
	w.stop = true
	if err := w.Record(order.Rejected{Rejection: r}); err != nil {
		return err
	}
	return w.Decide(order.Decision{Outcome: order.Refused, Summary: r.Reason})
}

// Stop ends the run after this step: the later steps are not run.
func (w *Work) Stop() { w.stop = true }

// SamePurchaseOrder returns the other live orders of the customer with the same
// purchase order, release number and store, oldest first. What was refused or is an
// exception is not among them, and a document without a number is the same as
// no other.
func (w *Work) SamePurchaseOrder() []order.ID {
	return slices.DeleteFunc(w.desk.byPurchaseOrder(w.order), func(id order.ID) bool { return id == w.order.ID })
}
