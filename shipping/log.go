package shipping

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"github.com/o2ckit/o2c/journal"
)

// LogConfig configures a [Log].
type LogConfig struct {
	// Extension is the extension digit of the SSCCs that the log gives out, 0 to 9.
	Extension int
	// Prefix is the GS1 company prefix, 4 to 12 digits.
	Prefix string
	// First is the first serial reference to give out: one above those that
	// were used before this log. 0 where there were none.
	First int64
}

// Log knows all shipments and which carton numbers are used up. It is a fold
// over [Planned] and [Shipped], gives out new numbers ([Numbers]), and is safe
// for many goroutines. It has the methods of a fold of order/desk.
type Log struct {
	config LogConfig

	mu      sync.RWMutex
	next    int64 // serial reference
	entries map[ID]*Entry
	orders  map[string][]ID // in the order of planning
	cartons map[SSCC]ID
}

// Entry is a shipment and what became of it.
type Entry struct {
	Shipment Shipment
	// Shipped tells when and how it left; nil: it has not.
	Shipped *Shipped
}

// NewLog returns an empty log. A prefix or an extension that no SSCC has is a
// [*PrefixError], a first serial reference beyond it a [*SerialError].
func NewLog(c LogConfig) (*Log, error) {
	if _, err := NewSSCC(c.Extension, c.Prefix, c.First); err != nil {
		return nil, err
	}
	return &Log{
		config: c, next: c.First,
		entries: make(map[ID]*Entry), orders: make(map[string][]ID), cartons: make(map[SSCC]ID),
	}, nil
}

// Next gives out a carton number. It is used up, whether or not a shipment
// with it is ever planned; after a replay, numbers are given out again only if
// no planned shipment carries them. When the prefix has no serial reference
// left, it fails with a [*SerialError].
func (l *Log) Next() (SSCC, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	code, err := NewSSCC(l.config.Extension, l.config.Prefix, l.next)
	if err != nil {
		return "", err
	}
	l.next++
	return code, nil
}

// Events returns the decoder of the events that make the log.
func (l *Log) Events() *journal.Codec { return Events() }

// Apply lets an event of the journal happen; v is its payload. It is
// [Log.Record] that names the event in its error.
func (l *Log) Apply(e journal.Event, v any) error {
	if err := l.Record(v); err != nil {
		return fmt.Errorf("shipping: position %d: %w", e.Position, err)
	}
	return nil
}

// Record lets a [Planned] or a [Shipped] happen. One that has happened is
// passed over. A shipment that does not tie is a [*PackingError]; one that is
// known with another content, one with a carton of another, and the departure of
// one that is not known or has left otherwise, are an [*EventError]. An error
// changes nothing.
func (l *Log) Record(event any) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := event.(type) {
	case Planned:
		return l.planned(e)
	case Shipped:
		return l.shipped(e)
	}
	return &EventError{Reason: fmt.Sprintf("%T is no event of a shipment", event)}
}

// Undo takes back an event that was recorded and then not kept in the journal.
// One that did not happen is passed over. A shipment that has left is not
// unplanned: that is an [*EventError].
func (l *Log) Undo(event any) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := event.(type) {
	case Planned:
		return l.unplan(e.Shipment.ID)
	case Shipped:
		if entry := l.entries[e.Shipment]; entry != nil {
			entry.Shipped = nil
		}
		return nil
	}
	return &EventError{Reason: fmt.Sprintf("%T is no event of a shipment", event)}
}

// Shipment returns the shipment with a number.
func (l *Log) Shipment(id ID) (Entry, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if e := l.entries[id]; e != nil {
		return *e, true
	}
	return Entry{}, false
}

// OfOrder returns the shipments that carry anything of an order, in the order
// in which they were planned.
func (l *Log) OfOrder(order string) []Entry {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var all []Entry
	for _, id := range l.orders[order] {
		all = append(all, *l.entries[id])
	}
	return all
}

// OfCarton returns the shipment that a carton belongs to.
func (l *Log) OfCarton(code SSCC) (Entry, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if id, ok := l.cartons[code]; ok {
		return *l.entries[id], true
	}
	return Entry{}, false
}

// Len returns the number of shipments.
func (l *Log) Len() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.entries)
}

func (l *Log) planned(e Planned) error {
	s := e.Shipment
	if known := l.entries[s.ID]; known != nil {
		if same(Planned{known.Shipment}, e) {
			return nil
		}
		return &EventError{Shipment: s.ID, Reason: "it was planned before, and otherwise"}
	}
	if s.ID == "" {
		return &EventError{Reason: "the shipment has no number"}
	}
	if err := s.Check(); err != nil {
		return err
	}
	for i := range s.Cartons {
		if other, used := l.cartons[s.Cartons[i].SSCC]; used {
			return &EventError{Shipment: s.ID, Reason: fmt.Sprintf("carton %s belongs to shipment %s", s.Cartons[i].SSCC, other)}
		}
	}
	l.entries[s.ID] = &Entry{Shipment: s}
	for _, order := range s.Orders() {
		l.orders[order] = append(l.orders[order], s.ID)
	}
	for i := range s.Cartons {
		code := s.Cartons[i].SSCC
		l.cartons[code] = s.ID
		if serial, ours := code.Serial(l.config.Extension, l.config.Prefix); ours && serial >= l.next {
			l.next = serial + 1
		}
	}
	return nil
}

func (l *Log) shipped(e Shipped) error {
	entry := l.entries[e.Shipment]
	switch {
	case entry == nil:
		return &EventError{Shipment: e.Shipment, Reason: "it left without having been planned"}
	case entry.Shipped == nil:
		entry.Shipped = &e
		return nil
	case same(*entry.Shipped, e):
		return nil
	}
	return &EventError{Shipment: e.Shipment, Reason: "it left before, and otherwise"}
}

func (l *Log) unplan(id ID) error {
	entry := l.entries[id]
	if entry == nil {
		return nil
	}
	if entry.Shipped != nil {
		return &EventError{Shipment: id, Reason: "it has left and cannot be unplanned"}
	}
	delete(l.entries, id)
	for _, order := range entry.Shipment.Orders() {
		l.orders[order] = slices.DeleteFunc(l.orders[order], func(other ID) bool { return other == id })
	}
	for i := range entry.Shipment.Cartons {
		delete(l.cartons, entry.Shipment.Cartons[i].SSCC)
	}
	return nil
}

// same tells whether two events would be written alike.
func same(a, b any) bool {
	codec := Events()
	x, errX := codec.Encode(a)
	y, errY := codec.Encode(b)
	return errX == nil && errY == nil && bytes.Equal(x.Data, y.Data)
}

// EventError says that an event does not fit what the log knows.
type EventError struct {
	Shipment ID
	Reason   string
}

// Error implements error.
func (e *EventError) Error() string {
	return fmt.Sprintf("shipping: shipment %q: %s", e.Shipment, e.Reason)
}
