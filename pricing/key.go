package pricing

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

// fieldSet is a set of key fields, one bit each, in the order of keyFields.
type fieldSet uint16

const (
	fieldCount = 7 // how many fields a key can have
	maxParts   = 4 // how many of them one key may combine

	itemField     = 5 // the places of the line's fields in keyFields; those
	categoryField = 6 // before them are the customer's
)

// keyFields returns the fields in the order in which keys hold their values.
func keyFields() [fieldCount]Field {
	return [fieldCount]Field{
		FieldContract, FieldAccount, FieldHierarchy, FieldGroup, FieldPriceList, FieldItem, FieldCategory,
	}
}

// values returns the key's values in the order of keyFields.
func (k Key) values() [fieldCount]string {
	return [fieldCount]string{
		k.Contract, k.Account, k.Hierarchy, k.Group, k.PriceList, k.Item, k.Category,
	}
}

func (k Key) fields() fieldSet {
	var set fieldSet
	for i, v := range k.values() {
		if v != "" {
			set |= 1 << i
		}
	}
	return set
}

// String writes the key for a person: contract K-7, item 4711.
func (k Key) String() string {
	fields := keyFields()
	var parts []string
	for i, v := range k.values() {
		if v != "" {
			parts = append(parts, string(fields[i])+" "+v)
		}
	}
	return strings.Join(parts, ", ")
}

func (s fieldSet) len() int { return bits.OnesCount16(uint16(s)) }

func (s fieldSet) has(field int) bool { return s&(1<<field) != 0 }

// forLine tells whether the set names what is sold.
func (s fieldSet) forLine() bool { return s.has(itemField) || s.has(categoryField) }

// String writes the set as an access would be named: contract+item.
func (s fieldSet) String() string {
	var names []string
	for i, f := range keyFields() {
		if s.has(i) {
			names = append(names, string(f))
		}
	}
	return strings.Join(names, "+")
}

// symbol stands for a text of the book; 0 is no text of the book.
type symbol uint32

// key is a record's key with its texts replaced by symbols: what the book is
// indexed by. parts are in the order of keyFields.
type key struct {
	fields   fieldSet
	currency money.Currency
	parts    [maxParts]symbol
}

func compareKeys(a, b key) int {
	return cmp.Or(
		cmp.Compare(a.fields, b.fields),
		cmp.Compare(a.currency, b.currency),
		slices.Compare(a.parts[:], b.parts[:]),
	)
}

// access is an Access as the engine uses it.
type access struct {
	name   string
	fields fieldSet
}

// probe is a key to look up, complete but for what differs from line to line.
type probe struct {
	access         int
	key            key
	item, category int // the part of the key to fill in; -1: none
}

// probes appends the keys under which an access can find a record for the
// customer whose symbols are given, in the order in which they are tried.
func (a *access) probes(dst []probe, index int, currency money.Currency, customer *[itemField][]symbol) []probe {
	p := probe{access: index, key: key{fields: a.fields, currency: currency}, item: -1, category: -1}
	return a.extend(dst, p, customer, 0, 0)
}

// extend fills the parts of the key from the given field on, once for every
// value that the customer has.
func (a *access) extend(dst []probe, p probe, customer *[itemField][]symbol, field, part int) []probe {
	for field < fieldCount && !a.fields.has(field) {
		field++
	}
	switch field {
	case fieldCount:
		return append(dst, p)
	case itemField:
		p.item = part
		return a.extend(dst, p, customer, field+1, part+1)
	case categoryField:
		p.category = part
		return a.extend(dst, p, customer, field+1, part+1)
	}
	for _, value := range customer[field] {
		p.key.parts[part] = value
		dst = a.extend(dst, p, customer, field+1, part+1)
	}
	return dst
}
