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
// step had to hold or refuse it is a result, not an error. The desk keeps a copy
// of the document. Errors are [ErrKeyReused], [ErrSuperseded], [ErrUnsettled],
// an [*ActionError] for a document that cannot be kept, the end of ctx, and what
// the journal says. After [ErrUnsettled], and after an order so large that it
// was kept in parts (see the package documentation), the same submission again tells what became
// of it; after all others nothing was kept.
func (d *Desk) Submit(ctx context.Context, s Submission) (Result, error) {
	if s.Key == "" {
		return Result{}, &ActionError{Action: "submit", Err: fmt.Errorf("the submission has no key")}
	}
	if err := d.sound(); err != nil {
		return Result{}, err
	}
	// The second lock lets two copies of a purchase order see each other.
	defer d.locks.lock(append(purchaseKeys(&s.Document), "key/"+s.Key)...)()
	if known, err := d.known(ctx, s); known.Order != nil || err != nil {
		return known, err
	}
	if err := d.settlePurchase(ctx, &s.Document); err != nil {
		return Result{}, err
	}

	e, id, err := d.reserve(s.Key)
	if err != nil {
		return Result{}, &ActionError{Action: "submit", Err: err}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	defer d.forget(e, id, s.Key)
	w := d.begin(nil, s.Actor)
	defer w.takeBack()
	w.step = "receive"
	if err := w.Record(order.Received{ID: id, Submission: s.Key, At: w.now, Document: s.Document}); err != nil {
		return Result{}, &ActionError{Order: id, Action: "submit", Err: err}
	}
	return d.runAndKeep(ctx, e, w, Progressed{})
}

// purchaseKeys are the locks of what could be the same purchase order.
func purchaseKeys(doc *order.Document) []string {
	if doc.PurchaseOrder == "" {
		return nil
	}
	return []string{"purchase/" + doc.PurchaseOrder}
}

// runAndKeep takes a begun run through the steps, going on from where it
// stands, and appends it. e.mu is held.
func (d *Desk) runAndKeep(ctx context.Context, e *entry, w *Work, from Progressed) (Result, error) {
	p, err := d.through(ctx, e, w, from)
	if err != nil {
		return Result{}, err
	}
	if err := d.keep(ctx, e, w.rest(), p); err != nil {
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
	d.mu.RLock()
	e := d.entries[d.submissions[s.Key]]
	d.mu.RUnlock()
	if e == nil {
		return Result{}, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := d.settle(ctx, e); err != nil && e.pending != nil {
		return Result{}, err
	}
	o := e.current()
	if o == nil {
		return Result{}, nil // the earlier try was refused after all
	}
	same, err := sameDocument(o.Document, s.Document)
	if err != nil {
		return Result{}, &ActionError{Order: o.ID, Action: "submit", Err: err}
	}
	if !same {
		return Result{}, fmt.Errorf("%w: %q is order %s", ErrKeyReused, s.Key, o.ID)
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

// spareIDs is how many ids that are taken NewID may give beyond the orders on
// their way before the desk gives up.
const spareIDs = 1000

// reserve makes an entry with an id that is not taken.
func (d *Desk) reserve(key string) (*entry, order.ID, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := uint64(len(d.ids)) + 1
	for n := next; n <= uint64(len(d.entries))+spareIDs; n++ {
		id := d.config.NewID(n)
		if _, taken := d.entries[id]; !taken {
			e := &entry{}
			d.entries[id] = e
			d.submissions[key] = id
			return e, id, nil
		}
	}
	return nil, "", fmt.Errorf("all ids that NewID gives from %d on are taken", next)
}

// forget takes a reserved entry back if nothing came of it. e.mu is held.
func (d *Desk) forget(e *entry, id order.ID, key string) {
	if e.kept.Load() != nil || e.pending != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.entries[id] == e {
		delete(d.entries, id)
		delete(d.submissions, key)
	}
}
