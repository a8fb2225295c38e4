package pricing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Book is a price book: price records, checked, indexed and held compactly. It
// never changes and is shared by any number of engines and goroutines; a new
// price is a new book.
type Book struct {
	symbols map[string]symbol
	index   map[key]span
	records []record
	scales  []scale
	rows    []ScaleRow
	ids     string              // the ids of all records, one after the other
	idEnds  []uint32            // where each ends
	shapes  map[fieldSet]string // for each combination of fields a record that has it
	hash    string
}

// span is a run of records.
type span struct{ first, count uint32 }

// record is a Record as the book holds it; its id and key are elsewhere.
type record struct {
	price    money.Amount
	per      int64
	from, to calendar.Date
	unit     quantity.Unit
	scale    int32 // place in Book.scales; -1: none
	open     bool  // discounts apply
}

// NewBook checks and indexes the records. The error is a *[LoadError] with
// every fault: records without id, price or unit, keys without item and
// category, empty validity, scales that do not rise, and, as *[TieError], each
// two records that have key, currency, unit and a day in common.
func NewBook(records ...Record) (*Book, error) {
	var found faults
	checkRecords(records, &found)
	if err := found.err(); err != nil {
		return nil, err
	}
	b := &Book{symbols: make(map[string]symbol), shapes: make(map[fieldSet]string)}
	keys := make([]key, len(records))
	order := make([]int, len(records))
	for i := range records {
		keys[i] = b.keyOf(&records[i])
		order[i] = i
		if _, seen := b.shapes[keys[i].fields]; !seen {
			b.shapes[keys[i].fields] = strings.Clone(records[i].ID)
		}
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Or(
			compareKeys(keys[x], keys[y]),
			cmp.Compare(records[x].Unit, records[y].Unit),
			records[x].From.Compare(records[y].From),
			strings.Compare(records[x].ID, records[y].ID),
		)
	})
	b.fill(records, keys, order)
	b.hash = hashRecords(records)
	b.findTies(records, keys, order, &found)
	return b, found.err()
}

// Len returns the number of records.
func (b *Book) Len() int { return len(b.records) }

// Hash returns the content hash of the book in hexadecimal: SHA-256 over its
// records, whatever order they were given in.
func (b *Book) Hash() string { return b.hash }

// keyOf gives the record's texts symbols and makes its key.
func (b *Book) keyOf(r *Record) key {
	k := key{fields: r.Key.fields(), currency: r.currency()}
	part := 0
	for _, value := range r.Key.values() {
		if value == "" {
			continue
		}
		sym, known := b.symbols[value]
		if !known {
			sym = symbol(len(b.symbols) + 1)
			b.symbols[strings.Clone(value)] = sym
		}
		k.parts[part] = sym
		part++
	}
	return k
}

// fill lays the records out in order and indexes them.
func (b *Book) fill(records []Record, keys []key, order []int) {
	b.records = make([]record, 0, len(records))
	b.idEnds = make([]uint32, 0, len(records))
	b.index = make(map[key]span, len(records))
	var ids strings.Builder
	for place, i := range order {
		r := &records[i]
		b.records = append(b.records, record{
			price: r.Price, per: max(r.Per, 1), from: r.From, to: r.To, unit: r.Unit,
			scale: b.addScale(r.Scale), open: r.open(),
		})
		ids.WriteString(r.ID)
		b.idEnds = append(b.idEnds, uint32(ids.Len()))
		run := b.index[keys[i]]
		if run.count == 0 {
			run.first = uint32(place)
		}
		run.count++
		b.index[keys[i]] = run
	}
	b.ids = ids.String()
}

// hashRecords works out the content hash: that of the records in the order of
// their ids, however they were loaded.
func hashRecords(records []Record) string {
	order := make([]int, len(records))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return strings.Compare(records[x].ID, records[y].ID) })
	hash := sha256.New()
	var text []byte
	for _, i := range order {
		text = records[i].describe(text[:0])
		hash.Write(text)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// findTies reports every record that begins before one with its key and unit has
// ended: the one that ends last.
func (b *Book) findTies(records []Record, keys []key, order []int, found *faults) {
	last := 0 // place in order of the record that ends last among those before
	for n := 1; n < len(order); n++ {
		first, second := &records[order[last]], &records[order[n]]
		if keys[order[last]] != keys[order[n]] || first.Unit != second.Unit {
			last = n
			continue
		}
		if first.To.IsZero() || second.From.Before(first.To) {
			*found = append(*found, &TieError{
				First: first.ID, Second: second.ID, On: second.From,
				Key: fmt.Sprintf("%s in %s per %s", second.Key, second.currency(), second.Unit),
			})
		}
		if !first.To.IsZero() && (second.To.IsZero() || first.To.Before(second.To)) {
			last = n
		}
	}
}

// id returns the id of a record.
func (b *Book) id(place int) string {
	start := uint32(0)
	if place > 0 {
		start = b.idEnds[place-1]
	}
	return b.ids[start:b.idEnds[place]]
}

// find returns the place of the record that has the key and holds on the day:
// one in the ordered unit before one in the item's base unit before others in
// the order of their unit codes, as far as the item has the unit. Where there is
// none it says why.
func (b *Book) find(k key, on calendar.Date, line *Line) (place int, why Why) {
	run, known := b.index[k]
	if !known {
		return -1, WhyNoRecord
	}
	place, why = -1, WhyNotValid
	ordered, base := line.Quantity.Unit(), line.Units.Base()
	best := math.MaxInt
	for i := run.first; i < run.first+run.count; i++ {
		r := &b.records[i]
		if on.Before(r.from) || !r.to.IsZero() && !on.Before(r.to) {
			continue
		}
		rank := 2
		switch {
		case r.unit == ordered:
			return int(i), ""
		case !line.Units.Has(ordered) || !line.Units.Has(r.unit):
			if place < 0 {
				why = WhyNoConversion
			}
			continue
		case r.unit == base:
			rank = 1
		}
		if rank < best {
			place, why, best = int(i), "", rank
		}
	}
	return place, why
}
