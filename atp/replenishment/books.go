package replenishment

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
)

// Config configures Books. The zero Config is ready for use.
type Config struct {
	// Keep is for how many days, back from the last report, activity and ids are remembered; 0: 400, at most MaxDays.
	Keep int
}

// Books are what customers have reported of their stock, kept as a fold of events. They are safe for many goroutines.
type Books struct {
	keep int

	mu        sync.Mutex
	shelves   map[Place]*shelf
	customers map[string]*customer
}

// customer is whose reports are known.
type customer struct {
	last    calendar.Date             // the last day of any report
	reports map[string]reportIdentity // by id
}

type reportIdentity struct {
	to     calendar.Date
	digest string
}

// New makes empty books. The error is a *RequestError.
func New(cfg Config) (*Books, error) {
	if cfg.Keep < 0 || cfg.Keep > MaxDays {
		return nil, &RequestError{Op: "new", Field: "Keep", Reason: "is not from 0 to MaxDays"}
	}
	keep := cmp.Or(cfg.Keep, 400)
	return &Books{keep: keep, shelves: make(map[Place]*shelf), customers: make(map[string]*customer)}, nil
}

// Take takes in a report. What of it contradicts itself or what was reported before comes back as findings; activities
// with a finding that blocks are left out, all others are in the event. The codes are
//
//   - replenishment.overlap, which blocks: days of the period were reported before, and sales would count twice
//   - replenishment.balance: stock on hand is not what the last report and the movements since come to; the new figure holds
//   - replenishment.opening: the period does not begin with the stock that the last one ended with
//   - replenishment.gap: days before the period were never reported
//   - replenishment.negative: stock on hand is below nothing; sales were booked before the goods were
//   - replenishment.received: more came in than was on order
//
// The report's id serves as key: the same again changes nothing and returns an event with Replayed set, another content is
// a *ConflictError. A corrected activity comes under a new id. The other errors are *RequestError, also for a period that
// lies before what is kept.
func (b *Books) Take(now time.Time, r Report) (Reported, finding.List, error) {
	if err := r.check(now); err != nil {
		return Reported{}, nil, err
	}
	e := Reported{ID: r.ID, Customer: r.Customer, At: now.UTC(), From: r.From, To: r.To}
	var err error
	if e.Digest, err = r.digest(); err != nil {
		return Reported{}, nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := b.customers[r.Customer]; c != nil {
		if known, ok := c.reports[r.ID]; ok {
			if known.digest != e.Digest {
				return Reported{}, nil, &ConflictError{Op: "take", ID: r.ID}
			}
			e.Replayed = true
			return e, nil, nil
		}
		if r.From.Before(c.last.AddDays(-b.keep)) {
			return Reported{}, nil, &RequestError{Op: "take", Field: "From", Reason: "lies before what is kept"}
		}
	}
	var found finding.List
	for i, a := range r.Activities {
		part := b.judge(&r, a)
		found.Within(path(i), part)
		if !part.Blocks() {
			e.Activities = append(e.Activities, a.clone())
		}
	}
	slices.SortFunc(e.Activities, func(x, y Activity) int { return x.place("").compare(y.place("")) })
	b.onReported(e)
	return e, found, nil
}

// digest is of the report with its activities in order of place.
func (r Report) digest() (string, error) {
	r.Activities = slices.Clone(r.Activities)
	slices.SortFunc(r.Activities, func(x, y Activity) int { return x.place("").compare(y.place("")) })
	text, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// clone copies what the activity points to.
func (a Activity) clone() Activity {
	for _, p := range []**int64{&a.Opening, &a.OnHand, &a.OnOrder} {
		if *p != nil {
			n := **p
			*p = &n
		}
	}
	return a
}

// Shipment is what was sent for a proposal, or will be.
type Shipment struct {
	Place    Place
	Document string        // names the order among those of the place; required
	Date     calendar.Date // the day of the order; required
	Quantity int64         // in all, 0 to MaxQuantity; 0 cancels
}

// Order notes what is sent to a place, so that it counts as on order until it is reported as received. Stated again with
// another quantity the document is changed: to what came, where the rest never will. The same again changes nothing and
// returns the event with Replayed set. Another date is a *ConflictError; the other errors are *RequestError.
func (b *Books) Order(now time.Time, o Shipment) (Ordered, error) {
	fail := func(field, reason string) (Ordered, error) {
		return Ordered{}, &RequestError{Op: "order", Field: field, Reason: reason}
	}
	switch {
	case o.Place.Customer == "" || o.Place.Location == "" || o.Place.Item == "":
		return fail("Place", "is not complete")
	case o.Document == "":
		return fail("Document", "is empty")
	case o.Date.IsZero():
		return fail("Date", "is missing")
	case o.Quantity < 0 || o.Quantity > MaxQuantity:
		return fail("Quantity", "is not from 0 to MaxQuantity")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	e := Ordered{Place: o.Place, Document: o.Document, Revision: 1, At: now.UTC(), Date: o.Date, Quantity: o.Quantity}
	if s := b.shelves[o.Place]; s != nil {
		if i, known := s.order(o.Document); known {
			was := s.orders[i]
			if was.Date != o.Date {
				return Ordered{}, &ConflictError{Op: "order", ID: o.Document}
			}
			if was.Quantity == o.Quantity {
				was.Replayed = true
				return was, nil
			}
			e.Revision = was.Revision + 1
		} else if len(s.orders) >= maxOrders {
			return fail("Place", "has too many orders")
		}
	}
	b.onOrdered(e)
	return e, nil
}

// maxOrders bounds the orders that a place remembers, so that their sum stays within 64 bits.
const maxOrders = 100_000

// order finds an order by its document.
func (s *shelf) order(document string) (int, bool) {
	return slices.BinarySearchFunc(s.orders, document, func(o Ordered, d string) int { return cmp.Compare(o.Document, d) })
}

// Apply takes in an event of this package, a plain value as the codec of Events decodes it. Events may come in any order,
// and one that has taken effect changes nothing. The error is an *EventError.
func (b *Books) Apply(event any) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case Reported:
		return b.applyReported(e)
	case Ordered:
		if e.Customer == "" || e.Location == "" || e.Item == "" || e.Document == "" || e.Revision == 0 || e.Date.IsZero() ||
			e.Quantity < 0 || e.Quantity > MaxQuantity {
			return &EventError{event, "is damaged"}
		}
		b.onOrdered(e)
		return nil
	}
	return &EventError{event, "is not of this package"}
}

func (b *Books) applyReported(e Reported) error {
	r := Report{ID: e.ID, Customer: e.Customer, From: e.From, To: e.To, Activities: e.Activities}
	if r.check(e.To.UTC()) != nil || e.Digest == "" {
		return &EventError{e, "is damaged"}
	}
	if c := b.customers[e.Customer]; c != nil {
		if known, ok := c.reports[e.ID]; ok {
			if known.digest != e.Digest {
				return &EventError{e, "has the id of another report"}
			}
			return nil
		}
	}
	for i := range e.Activities {
		if s := b.shelves[e.Activities[i].place(e.Customer)]; s != nil {
			if was, ok := s.overlaps(e.From, e.To); ok && was.report != e.ID {
				return &EventError{e, "reports days that were reported before"}
			}
		}
	}
	b.onReported(e)
	return nil
}

// onReported is the effect of the event.
func (b *Books) onReported(e Reported) {
	c := b.customers[e.Customer]
	if c == nil {
		c = &customer{reports: make(map[string]reportIdentity)}
		b.customers[e.Customer] = c
	}
	if e.To.After(c.last) {
		c.last = e.To
		for id, r := range c.reports {
			if r.to.Before(c.last.AddDays(-b.keep)) {
				delete(c.reports, id)
			}
		}
	}
	if !e.To.Before(c.last.AddDays(-b.keep)) {
		c.reports[e.ID] = reportIdentity{e.To, e.Digest}
	}
	for _, a := range e.Activities {
		s := b.shelf(a.place(e.Customer))
		s.add(period{e.From, e.To, e.ID, a.clone()})
		s.prune(b.keep)
	}
}

// onOrdered is the effect of the event.
func (b *Books) onOrdered(e Ordered) {
	e.Replayed = false
	s := b.shelf(e.Place)
	i, known := s.order(e.Document)
	switch {
	case !known:
		s.orders = slices.Insert(s.orders, i, e)
	case s.orders[i].Revision < e.Revision:
		s.orders[i] = e
	}
	s.prune(b.keep)
}

func (b *Books) shelf(at Place) *shelf {
	s := b.shelves[at]
	if s == nil {
		s = &shelf{}
		b.shelves[at] = s
	}
	return s
}
