package pricing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

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

// hit is a record that was found.
type recordHit struct {
	in *shard // nil: none
	at int
}

func (h *recordHit) record() *record { return &h.in.records[h.at] }
func (h *recordHit) id() string      { return h.in.id(h.at) }

// byID finds the record of an id.
func (b *Book) byID(id string) (recordHit, bool) {
	hash := mix(hashText(id))
	leaf, _ := b.ids.find(hash)
	n, _ := slices.BinarySearchFunc(leaf, hash, func(e identity, hash uint64) int { return cmp.Compare(e.id, hash) })
	for ; n < len(leaf) && leaf[n].id == hash; n++ {
		s, ok := b.records.find(leaf[n].key)
		if !ok {
			continue
		}
		for i := s.first(leaf[n].key); i < len(s.records) && s.records[i].hash == leaf[n].key; i++ {
			if s.id(i) == id {
				return recordHit{s, i}, true
			}
		}
	}
	return recordHit{}, false
}

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

// identity leads from the hash of a record's id to that of its key.
type identity struct {
	id, key uint64
	gone    bool
}

func (e identity) place() uint64 { return e.id }
func (e identity) tag() uint64   { return e.key }
func (e identity) drops() bool   { return e.gone }

// identityKeeper keeps identities in leaves. They have no sums: they follow from the
// records.
type identityKeeper struct{}

func (identityKeeper) unpack(dst, leaf []identity) []identity { return append(dst, leaf...) }

func (identityKeeper) arrange(items []identity) {
	slices.SortFunc(items, func(a, b identity) int { return cmp.Compare(a.key, b.key) })
}

func (identityKeeper) pack(items []identity) []identity { return slices.Clone(items) }

// bookChange collects what a new book has that the old one has not.
type bookChange struct {
	old     *Book
	records []stored
	ids     []identity
	shapes  map[shape]int
}

func newBookChange(old *Book, size int) *bookChange {
	c := &bookChange{old: old, shapes: maps.Clone(old.shapes)}
	c.records, c.ids = make([]stored, 0, size), make([]identity, 0, size)
	if c.shapes == nil {
		c.shapes = make(map[shape]int)
	}
	return c
}

func (c *bookChange) add(r *Record) {
	c.drop(r.ID)
	s := r.shape()
	hash := r.keyHash(&s)
	c.records = append(c.records, stored{hash: hash, from: r})
	c.ids = append(c.ids, identity{id: mix(hashText(r.ID)), key: hash})
	c.count(s, 1)
}

// drop takes the record of the id out, if the book has it.
func (c *bookChange) drop(id string) bool {
	h, ok := c.old.byID(id)
	if !ok {
		return false
	}
	r := h.record()
	c.records = append(c.records, stored{hash: r.hash, in: h.in, at: int32(h.at), drop: true})
	c.ids = append(c.ids, identity{id: mix(hashText(id)), key: r.hash, gone: true})
	c.count(h.in.shapeOf(h.at), -1)
	return true
}

func (c *bookChange) count(s shape, by int) {
	n := c.shapes[s] + by
	if n == 0 {
		delete(c.shapes, s)
		return
	}
	s.step = strings.Clone(s.step) // not a part of a long text of the host
	c.shapes[s] = n
}

// publish makes the new book.
func (c *bookChange) publish() (*Book, error) {
	var found faults
	next := &Book{shapes: c.shapes}
	next.records = update(&shardKeeper{found: &found}, c.old.records, c.records)
	if err := found.err(); err != nil {
		return nil, err
	}
	next.ids = update(identityKeeper{}, c.old.ids, c.ids)
	sum := sha256.Sum256(nil)
	if next.records != nil {
		sum = next.records.sum
	}
	next.hash = hex.EncodeToString(sum[:])
	return next, nil
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

// findTies reports every record of one key that begins before another with which
// it ties has ended: the one that ends last. The items have one hash.
func (k *shardKeeper) findTies(items []stored) {
	for len(items) > 1 {
		end := 1
		first := items[0].texts()
		fields, currency, _, _, _ := items[0].head()
		for end < len(items) {
			texts := items[end].texts()
			otherFields, otherCurrency, _, _, _ := items[end].head()
			// Prices in two currencies have two keys, which can have one hash.
			if otherFields != fields || first.compareKey(&texts) != 0 || first.step == "" && otherCurrency != currency {
				break
			}
			end++
		}
		k.tiesOfKey(items[:end])
		items = items[end:]
	}
}

// holder is the record that ends last among those seen of a currency and unit.
type holder struct {
	*stored
	to calendar.Date
}

// tiesOfKey finds the ties among the records of one key.
func (k *shardKeeper) tiesOfKey(items []stored) {
	if len(items) < 2 {
		return
	}
	byDay := slices.Clone(items)
	slices.SortStableFunc(byDay, func(a, b stored) int {
		_, _, _, fromA, _ := a.head()
		_, _, _, fromB, _ := b.head()
		return fromA.Compare(fromB)
	})
	var last []holder
	for i := range byDay {
		item := &byDay[i]
		_, currency, unit, from, to := item.head()
		own := -1
		for n, h := range last {
			_, otherCurrency, otherUnit, _, _ := h.head()
			if currency == otherCurrency && unit == otherUnit {
				own = n
			}
			apart := currency != otherCurrency && currency != 0 && otherCurrency != 0 ||
				unit != otherUnit && unit != 0 && otherUnit != 0
			if !apart && (h.to.IsZero() || from.Before(h.to)) {
				k.tie(h.stored, item, from)
			}
		}
		switch {
		case own < 0:
			last = append(last, holder{item, to})
		case !last[own].to.IsZero() && (to.IsZero() || last[own].to.Before(to)):
			last[own] = holder{item, to}
		}
	}
}

func (k *shardKeeper) tie(first, second *stored, on calendar.Date) {
	r := second.from
	if r == nil {
		kept := second.in.record(int(second.at))
		r = &kept
	}
	*k.found = append(*k.found, &TieError{
		First: first.id(), Second: second.id(), On: on, Key: r.keyText(),
	})
}
