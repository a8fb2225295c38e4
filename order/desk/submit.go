package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/order"
)

// Submission is a document on its way to be an order.
type Submission struct {
	// Key makes the submission idempotent: the same document under the same
	// key is the same order. It is kept for ever. Required.
	Key string
	// Document is what the customer asks for.
	Document order.Document
	// Actor is on whose behalf it is submitted. By default the desk's own.
	Actor string
}

// Result is what became of a submission or another run over an order.
type Result struct {
	// Order is a copy of the order as it stands.
	Order *order.Order
	// Known tells that the submission was known before and nothing was done.
	Known bool
	// Waiting tells which step waits for what; nil: none does.
	Waiting *Waiting
}

// Waiting is an order whose step failed and will be tried again.
type Waiting struct {
	Order   order.ID
	Step    string
	Attempt int
	RetryAt time.Time
	Error   string
}

// Submit makes an order of a document and takes it through the steps. That a
// step had to hold or refuse it is a result, not an error. Errors are
// [ErrKeyReused], [ErrSuperseded], [ErrUnsettled], and what the journal says;
// unless it is [ErrUnsettled] nothing was kept.
func (d *Desk) Submit(ctx context.Context, s Submission) (Result, error) {
	if s.Key == "" {
		return Result{}, &ActionError{Action: "submit", Err: fmt.Errorf("the submission has no key")}
	}
	// The second lock lets two copies of a purchase order see each other.
	defer d.locks.lock("key/"+s.Key, "purchase/"+s.Document.PurchaseOrder)()
	if known, err := d.known(ctx, s); known.Order != nil || err != nil {
		return known, err
	}

	e, id := d.reserve(s.Key)
	e.mu.Lock()
	defer e.mu.Unlock()
	defer d.forget(e, id, s.Key)
	w := d.begin(nil, s.Actor)
	w.step = "receive"
	if err := w.Record(order.Received{ID: id, Submission: s.Key, At: w.now, Document: s.Document}); err != nil {
		return Result{}, &ActionError{Order: id, Action: "submit", Err: err}
	}
	return d.runAndKeep(ctx, e, w, Progressed{})
}

// runAndKeep takes a begun run through the steps, going on from where it
// stands, and appends it. e.mu is held.
func (d *Desk) runAndKeep(ctx context.Context, e *entry, w *Work, from Progressed) (Result, error) {
	p, err := d.through(ctx, w, from)
	if err != nil {
		w.refused()
		return Result{}, err
	}
	if err := d.keep(ctx, e, w, p); err != nil {
		return Result{}, err
	}
	return e.result(), nil
}

func (e *entry) result() Result {
	k := e.kept.Load()
	return Result{Order: k.order.Clone(), Waiting: k.waiting()}
}

func (k *kept) waiting() *Waiting {
	if k.progress.Next == "" {
		return nil
	}
	p := k.progress
	return &Waiting{Order: k.order.ID, Step: p.Next, Attempt: p.Attempt, RetryAt: p.RetryAt, Error: p.Error}
}

// known returns the result of an earlier submission under the key, if there
// was one.
func (d *Desk) known(ctx context.Context, s Submission) (Result, error) {
	id, ok := d.Submitted(s.Key)
	if !ok {
		return Result{}, nil
	}
	e := d.entry(id)
	e.mu.Lock()
	defer e.mu.Unlock()
	defer d.forget(e, id, s.Key)
	if err := d.settle(ctx, e); err != nil && e.pending != nil {
		return Result{}, err
	}
	if e.current() == nil {
		return Result{}, nil // the earlier try was refused after all
	}
	same, err := sameDocument(e.current().Document, s.Document)
	if err != nil {
		return Result{}, err
	}
	if !same {
		return Result{}, fmt.Errorf("%w: %q is order %s", ErrKeyReused, s.Key, id)
	}
	r := e.result()
	r.Known = true
	return r, nil
}

func sameDocument(a, b order.Document) (bool, error) {
	one, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	two, err := json.Marshal(b)
	return bytes.Equal(one, two), err
}

func (d *Desk) entry(id order.ID) *entry {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.entries[id]
}

// reserve makes an entry with an id that is not taken.
func (d *Desk) reserve(key string) (*entry, order.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n := d.count + 1; ; n++ {
		id := d.config.NewID(n)
		if _, taken := d.entries[id]; !taken {
			e := &entry{}
			d.entries[id] = e
			d.submissions[key] = id
			return e, id
		}
	}
}

// forget takes a reserved entry back if nothing came of it. e.mu is held.
func (d *Desk) forget(e *entry, id order.ID, key string) {
	if e.kept.Load() != nil || e.pending != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.entries, id)
	delete(d.submissions, key)
}
