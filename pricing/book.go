package pricing

import (
	"iter"
	"math"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Book is a price book: price records, checked, indexed and held compactly. It
// never changes and is shared by any number of engines and goroutines. A new price
// is a new book, which [Book.With] and [Book.Without] make quickly: it shares with
// the old one what does not change.
type Book struct {
	records *node[*shard]
	ids     *node[[]identity]
	shapes  map[shape]int // how many records have each
	hash    string
}

// NewBook checks and indexes the records. The error is a *[LoadError] with
// every fault: records without id, price or unit, keys that do not say what is
// sold, empty validity, scales that do not rise, and, as *[TieError], each two
// records that could both be hit: they have step, key, currency, unit and a day in
// common. Of records of a step, kinds and rates without currency or unit tie with
// all others of the key.
func NewBook(records ...Record) (*Book, error) {
	return (&Book{}).With(records...)
}

// With returns a book that has the records too. A record whose id the book has
// takes the place of that one. The errors are those of [NewBook], and the book
// itself stays as it is.
//
// It takes time and memory for the records that change and for the few hundred
// that are kept together with each, whatever the size of the book.
func (b *Book) With(records ...Record) (*Book, error) {
	var found faults
	checkRecords(records, &found)
	if err := found.err(); err != nil {
		return nil, err
	}
	c := newBookChange(b, len(records))
	for i := range records {
		c.add(&records[i])
	}
	return c.publish()
}

// Without returns a book that lacks the records of the ids. An id that the book
// does not have is a [FaultError] in a *[LoadError].
func (b *Book) Without(ids ...string) (*Book, error) {
	var found faults
	c := newBookChange(b, len(ids))
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		switch {
		case seen[id]:
			found.add("record "+id, "it is to be removed twice")
		case !c.drop(id):
			found.add("record "+id, "the book does not have it")
		}
		seen[id] = true
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return c.publish()
}

// Len returns the number of records.
func (b *Book) Len() int { return b.records.size() }

// Hash returns the content hash of the book in hexadecimal: SHA-256 over its
// records, whatever order they were given in and by whatever way the book came to
// them.
func (b *Book) Hash() string { return b.hash }

// Record returns the record of an id.
func (b *Book) Record(id string) (Record, bool) {
	h, ok := b.byID(id)
	if !ok {
		return Record{}, false
	}
	return h.in.record(h.at), true
}

// All lists the records, in an order that is the same for equal books and means
// nothing else.
func (b *Book) All() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		b.records.each(func(s *shard) bool {
			for i := range s.records {
				if !yield(s.record(i)) {
					return false
				}
			}
			return true
		})
	}
}

// recordHit is a record that was found.
type recordHit struct {
	in *shard // nil: none
	at int
}

func (h *recordHit) record() *record { return &h.in.records[h.at] }
func (h *recordHit) id() string      { return h.in.id(h.at) }

// find returns the record that has the key and holds on the day: one in the
// ordered unit before one in the item's base unit before others in the order of
// their unit codes, as far as the item has the unit. Records of a step that are in
// another currency do not count. Where there is none it says why.
func (b *Book) find(k *wanted, currency money.Currency, on calendar.Date, line *Line) (hit recordHit, why Why) {
	s, known := b.records.find(k.hash)
	if !known {
		return recordHit{}, WhyNoRecord
	}
	why = WhyNoRecord
	best := math.MaxInt
	for i := s.first(k.hash); i < len(s.records) && s.records[i].hash == k.hash; i++ {
		if !s.has(i, k) {
			continue
		}
		r := &s.records[i]
		if c := r.price.Currency(); c != currency && c != 0 {
			continue
		}
		if on.Before(r.from) || !r.to.IsZero() && !on.Before(r.to) {
			if why == WhyNoRecord {
				why = WhyNotValid
			}
			continue
		}
		rank, ok := line.rank(r)
		switch {
		case ok && rank == 0:
			return recordHit{s, i}, ""
		case ok && rank < best:
			hit, why, best = recordHit{s, i}, "", rank
		case !ok && hit.in == nil:
			why = WhyNoConversion
		}
	}
	return hit, why
}

// rank orders the units that a record can be in, the best first; ok is false where
// the line cannot be counted in the record's.
func (l *Line) rank(r *record) (rank int, ok bool) {
	ordered := l.Quantity.Unit()
	switch {
	case r.unit == ordered || r.unit == 0:
		return 0, true
	case !l.Units.Has(ordered) || !l.Units.Has(r.unit):
		return 0, false
	case r.unit == l.Units.Base():
		return 1, true
	}
	return 2, true
}

// shapeOf returns the shape of a record's key.
func (s *shard) shapeOf(at int) shape {
	texts := s.textsOf(at)
	out := shape{step: texts.step, fields: s.records[at].fields}
	if out.step == "" {
		out.currency = s.records[at].price.Currency()
	}
	return out
}

// example returns the id of a record that has the shape, for errors.
func (b *Book) example(of shape) string {
	id := ""
	b.records.each(func(s *shard) bool {
		for i := range s.records {
			if s.shapeOf(i) == of && (id == "" || s.id(i) < id) {
				id = s.id(i)
			}
		}
		return true
	})
	return id
}
