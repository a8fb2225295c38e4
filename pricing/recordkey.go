package pricing

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

// fieldSet is a set of key fields, one bit each, in the order of keyFields.
type fieldSet uint16

const (
	fieldCount = 8 // how many fields a key can have
	maxParts   = 4 // how many of them one key may combine

	itemField     = 5 // the places of the line's fields in keyFields; those
	nodeField     = 6 // before them are the customer's
	categoryField = 7
)

// keyFields returns the fields in the order in which keys hold their values.
func keyFields() [fieldCount]Field {
	return [fieldCount]Field{
		FieldContract, FieldAccount, FieldHierarchy, FieldGroup, FieldPriceList,
		FieldItem, FieldItemHierarchy, FieldCategory,
	}
}

// values returns the key's values in the order of keyFields.
func (k Key) values() [fieldCount]string {
	return [fieldCount]string{
		k.Contract, k.Account, k.Hierarchy, k.Group, k.PriceList, k.Item, k.ItemHierarchy, k.Category,
	}
}

// setField puts a value in its place in the order of keyFields.
func setField(k *Key, field int, value string) {
	*[fieldCount]*string{
		&k.Contract, &k.Account, &k.Hierarchy, &k.Group, &k.PriceList, &k.Item, &k.ItemHierarchy, &k.Category,
	}[field] = value
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
func (s fieldSet) forLine() bool { return s.has(itemField) || s.has(nodeField) || s.has(categoryField) }

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

// shape is what keys have in common that one access can find in one currency.
type shape struct {
	step     string
	fields   fieldSet
	currency money.Currency // none: records of a step other than the price step
}

// hash begins the hash of a key of the shape; hashPart adds a value of the key to
// it, in the order of keyFields.
func (s *shape) hash() uint64 {
	return mix(hashText(s.step) ^ uint64(s.fields)<<32 ^ uint64(s.currency))
}

func hashPart(hash, part uint64) uint64 { return mix(hash*31 + part) }

// hashText is the 64-bit FNV-1a hash. It must be the same in every process, for
// the content hash of a book follows the order of hashes.
func hashText(text string) uint64 {
	hash := uint64(14695981039346656037)
	for i := range len(text) {
		hash = (hash ^ uint64(text[i])) * 1099511628211
	}
	return hash
}

// mix lets every bit of the number count in the high bits of the result, by which
// the book is divided.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// access is an Access as the engine uses it.
type access struct {
	name       string
	fields     fieldSet
	currencies []money.Currency // those of the book's records that it can find
}

// word is a text of the request with its hash.
type word struct {
	text string
	hash uint64
}

// probe is a key to look up, complete but for what differs from line to line.
type probe struct {
	access int
	shape  shape
	hash   uint64 // of the shape and the customer's parts
	parts  [maxParts]string
	known  int // how many parts are the customer's; the line's follow them
}

// probes appends the keys under which an access can find a record for the
// customer whose words are given, in the order in which they are tried.
func (a *access) probes(dst []probe, index int, s shape, customer *[itemField][]word) []probe {
	s.fields = a.fields
	return a.extend(dst, probe{access: index, shape: s, hash: s.hash()}, customer, 0)
}

// extend fills in the parts of the key from the given field on, once for every
// value that the customer has.
func (a *access) extend(dst []probe, p probe, customer *[itemField][]word, field int) []probe {
	for field < itemField && !a.fields.has(field) {
		field++
	}
	if field == itemField {
		return append(dst, p)
	}
	for _, value := range customer[field] {
		q := p
		q.parts[q.known] = value.text
		q.known++
		q.hash = hashPart(q.hash, value.hash)
		dst = a.extend(dst, q, customer, field+1)
	}
	return dst
}

// complete adds the line's parts to the key. ok is false where the line lacks one.
func (p *probe) complete(ls *lineState, node string) (k wanted, ok bool) {
	k = wanted{shape: &p.shape, hash: p.hash, parts: p.parts}
	next := p.known
	add := func(text string, hash uint64) {
		k.parts[next] = text
		k.hash = hashPart(k.hash, hash)
		next++
		ok = ok && text != ""
	}
	ok = true
	if p.shape.fields.has(itemField) {
		add(ls.Item, ls.itemHash)
	}
	if p.shape.fields.has(nodeField) {
		add(node, hashText(node))
	}
	if p.shape.fields.has(categoryField) {
		add(ls.Category, ls.categoryHash)
	}
	return k, ok
}

// wanted is a key that is being looked for.
type wanted struct {
	shape *shape
	hash  uint64
	parts [maxParts]string
}

// text names what the key of a record is for in an error.
func (r *Record) keyText() string {
	text := r.Key.String()
	if r.Step != "" {
		text = "step " + r.Step + ", " + text
	}
	if c := r.currency(); c != 0 {
		text += " in " + c.Code()
	}
	if r.Unit != 0 {
		text = fmt.Sprintf("%s per %s", text, r.Unit)
	}
	return text
}
