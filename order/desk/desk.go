package desk

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
)

// fence is the stream whose last event names the desk that owns the journal.
const fence = "desk"

// Config is what a desk is made of.
type Config struct {
	// Journal keeps everything. Required.
	Journal journal.Journal
	// Clock tells the time, such as time.Now. Required.
	Clock func() time.Time
	// Steps are run in this order. At least one; names are unique.
	Steps []Step
	// Folds is the state that steps keep beside the orders.
	Folds []Fold
	// NewID makes the id of an order; n counts the orders of the journal from
	// 1. An id that is taken is asked for anew with the next n. It must not call
	// the desk. By default SO-00000001 and so on.
	NewID func(n uint64) order.ID
	// Actor is recorded where a caller names none. By default "desk".
	Actor string
}

func (c Config) validate() error {
	if c.Journal == nil {
		return &ConfigError{"Journal", "a desk needs a journal"}
	}
	if c.Clock == nil {
		return &ConfigError{"Clock", "a desk needs a clock, such as time.Now"}
	}
	if len(c.Steps) == 0 {
		return &ConfigError{"Steps", "a desk needs at least one step"}
	}
	for i, s := range c.Steps {
		field := fmt.Sprintf("Steps[%d]", i)
		switch {
		case s.Name == "":
			return &ConfigError{field, "the step has no name"}
		case s.Run == nil:
			return &ConfigError{field, fmt.Sprintf("step %q has nothing to run", s.Name)}
		case slices.ContainsFunc(c.Steps[:i], func(t Step) bool { return t.Name == s.Name }):
			return &ConfigError{field, fmt.Sprintf("two steps are called %q", s.Name)}
		case s.Check != nil:
			if err := s.Check(); err != nil {
				return &ConfigError{field, err.Error()}
			}
		}
	}
	for i, f := range c.Folds {
		if f == nil {
			return &ConfigError{fmt.Sprintf("Folds[%d]", i), "the fold is nil"}
		}
	}
	return nil
}

// Desk takes orders through its steps. It is safe for many goroutines; the
// runs over one order follow each other.
type Desk struct {
	config  Config
	codec   *journal.Codec
	ofOrder map[string]bool  // event types of package order
	foldOf  map[string]Fold  // by event type
	epoch   journal.Position // the fence's position while this desk owns the journal
	locks   keyLocks
	stale   atomic.Pointer[error] // set once the desk must not go on
	besides besides

	mu          sync.RWMutex
	entries     map[order.ID]*entry
	ids         []order.ID // oldest first
	submissions map[string]order.ID
	purchases   map[purchase][]order.ID
	waiting     map[order.ID]bool
	unsettled   map[order.ID]unsettled
}

// entry is one order of the desk. Whoever runs over the order holds mu; the
// order and its progress are replaced as one and never changed, so that they
// can be read meanwhile.
type entry struct {
	mu      sync.Mutex
	kept    atomic.Pointer[kept] // nil until the first append is kept
	pending *pending             // an append of which the outcome is open
	first   journal.Position     // of the order; guarded by the desk's mu
}

// kept is what the journal holds of an order.
type kept struct {
	order    *order.Order
	last     journal.Position
	progress Progressed
}

func (e *entry) current() *order.Order {
	if k := e.kept.Load(); k != nil && k.order.ID != "" {
		return k.order
	}
	return nil
}

// purchase is what makes two documents the same purchase order. A document
// without a number is the same as no other.
type purchase struct{ customer, number, release string }

func purchaseOf(o *order.Order) purchase {
	return purchase{o.Customer, o.Document.PurchaseOrder, o.Document.Release}
}

// Open makes a desk on a journal: it folds what the journal holds, takes the
// journal over from any desk that had it, and is ready.
func Open(ctx context.Context, c Config) (*Desk, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	c.Steps, c.Folds = slices.Clone(c.Steps), slices.Clone(c.Folds)
	if c.NewID == nil {
		c.NewID = func(n uint64) order.ID { return order.ID(fmt.Sprintf("SO-%08d", n)) }
	}
	if c.Actor == "" {
		c.Actor = "desk"
	}
	d := &Desk{
		config:      c,
		ofOrder:     make(map[string]bool),
		foldOf:      make(map[string]Fold),
		entries:     make(map[order.ID]*entry),
		submissions: make(map[string]order.ID),
		purchases:   make(map[purchase][]order.ID),
		waiting:     make(map[order.ID]bool),
		unsettled:   make(map[order.ID]unsettled),
		besides: besides{
			last: make(map[string]journal.Position), open: make(map[string][]journal.Batch), bound: make(map[order.ID]string),
		},
	}
	codecs := []*journal.Codec{order.Events(), Events()}
	for _, f := range c.Folds {
		codecs = append(codecs, f.Events())
		for _, t := range f.Events().Types() {
			d.foldOf[t] = f
		}
	}
	var err error
	if d.codec, err = journal.Compose(codecs...); err != nil {
		return nil, &ConfigError{"Folds", err.Error()}
	}
	for _, t := range order.Events().Types() {
		d.ofOrder[t] = true
	}
	if err := d.takeOver(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// Order returns a copy of the order as it stands, [ErrNoOrder] if there is none.
func (d *Desk) Order(id order.ID) (*order.Order, error) {
	if e := d.entry(id); e != nil && e.current() != nil {
		return e.current().Clone(), nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNoOrder, id)
}

// Orders gives a copy of every order, oldest first. Orders that arrive during
// the iteration may be left out.
func (d *Desk) Orders() iter.Seq[*order.Order] {
	return func(yield func(*order.Order) bool) {
		d.mu.RLock()
		ids := slices.Clone(d.ids)
		d.mu.RUnlock()
		for _, id := range ids {
			if o, err := d.Order(id); err == nil && !yield(o) {
				return
			}
		}
	}
}

// Submitted returns the order that the key was submitted under; ok is false
// if there is none.
func (d *Desk) Submitted(key string) (id order.ID, ok bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	id, ok = d.submissions[key]
	return id, ok
}

// byPurchaseOrder returns the live orders of the customer with the same
// purchase order, release number and store, oldest first. What was refused or could
// not become an order is not among them.
func (d *Desk) byPurchaseOrder(o *order.Order) []order.ID {
	return d.live(purchaseOf(o), func(other *order.Order) bool { return other.Document.Store == o.Document.Store })
}
