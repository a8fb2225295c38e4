package rules

import (
	"cmp"
	"hash/maphash"
	"math/bits"
	"slices"
)

// index finds the rules that can match given facts without asking the others.
//
// Every rule stands under a key: the facts that its condition asks to be equal
// to constants, or among some of them. Rules that ask about the same facts make
// a tuple, a hash table from the values of those facts to a bucket of rules. A
// match looks up one bucket in each tuple, and asks the rows of the buckets for
// the rest: validity and bounds as plain numbers, anything else as the whole
// condition. A bucket of many rows has a filter by intervals. Rules without such
// facts stand in one bucket of their own.
//
// What the index leaves out is false: a part that is false makes a condition
// false, whatever the others are. So the answers are those of asking every rule.
type index struct {
	seed       maphash.Seed
	keys       []*field // that keys are made of
	tuples     []tuple
	values     []keyValue // of the keys of the buckets
	rows       []row      // bucket by bucket, in each by rank
	checks     []check
	predicates []*predicate
	filters    []filter
	homes      []uint16 // by rank: the tuple that the rule stands in
}

// tuple is the table of the rules whose keys are made of the same facts.
type tuple struct {
	key   []uint8 // into index.keys; empty: the rules without a key
	list  bool    // the last fact of the key is a list, each element of which is looked up
	slots []slot  // a power of two, at most two thirds of them taken
	rules int
}

// slot is a bucket under the hash of its key; a match goes to one place in memory
// for both. It is free when the bucket is empty.
type slot struct {
	hash uint64
	bucket
}

// bucket holds the rules of one key.
type bucket struct {
	from, to uint32 // rows
	values   uint32 // its key, in index.values
	filter   int32  // in index.filters, or -1
}

// keyValue is a value that a fact has to have.
type keyValue struct {
	text   string
	number int64
}

func (v keyValue) compare(w keyValue) int {
	if v.number != w.number {
		return cmp.Compare(v.number, w.number)
	}
	return cmp.Compare(v.text, w.text)
}

// maxKeys bounds the facts that keys are made of.
const maxKeys = 16

// search is the facts of one match as the index sees them: the hash of each
// fact of a key, made when it is first needed.
type search struct {
	base    pointer
	known   uint32 // bits of index.keys
	missing uint32
	hashes  [maxKeys]uint64
}

// hash returns the hash of a fact of a key; false when it is missing.
func (x *index) hash(s *search, key uint8) (uint64, bool) {
	if s.known>>key&1 == 0 {
		s.known |= 1 << key
		if at := x.keys[key].address(s.base); at == nil {
			s.missing |= 1 << key
		} else {
			s.hashes[key] = x.hashOf(x.keys[key].keyValue(at))
		}
	}
	return s.hashes[key], s.missing>>key&1 == 0
}

// keyValue reads a fact that can be in a key.
func (f *field) keyValue(at pointer) keyValue {
	switch f.kind {
	case kindString:
		return keyValue{text: readString(at)}
	case kindDate:
		return keyValue{number: int64(readDate(at).Ordinal())}
	default:
		return keyValue{number: f.readInt(at)}
	}
}

func (x *index) hashOf(v keyValue) uint64 {
	if v.text != "" {
		return maphash.String(x.seed, v.text)
	}
	return mix(uint64(v.number) + 0x9e3779b97f4a7c15)
}

// mix spreads the bits of a number.
func mix(n uint64) uint64 {
	hi, lo := bits.Mul64(n^0x2d358dccaa6c78a5, 0x8bb84b93962eacc9)
	return hi ^ lo
}

// joined is the hash of a key with one more fact.
func joined(h, next uint64) uint64 { return mix(bits.RotateLeft64(h, 23) ^ next) }

// found is what a search comes to, as ranks.
type found struct {
	hits []uint32 // match
	open []uint32 // have to be asked as a whole
}

// scan looks through all tuples. at is the decision date; where it is beyond
// what nanoseconds can count, all rules are left open.
func (x *index) scan(base pointer, at int64, counted bool, out found) found {
	s := search{base: base}
	for i := range x.tuples {
		t := &x.tuples[i]
		if len(t.key) == 0 {
			out = x.ask(&t.slots[0].bucket, base, at, counted, out)
			continue
		}
		hash, ok := x.prefix(t, &s)
		if !ok {
			continue
		}
		if !t.list {
			if b := x.find(t, hash, base, ""); b != nil {
				out = x.ask(b, base, at, counted, out)
			}
			continue
		}
		for _, element := range x.elements(t, base) {
			// An element that stands twice is found twice; settle sees to that.
			if b := x.find(t, joined(hash, x.hashOf(keyValue{text: element})), base, element); b != nil {
				out = x.ask(b, base, at, counted, out)
			}
		}
	}
	return out
}

// prefix is the hash of the facts of a key but for a list; false when one of
// them is missing.
func (x *index) prefix(t *tuple, s *search) (uint64, bool) {
	single := t.key
	if t.list {
		single = single[:len(single)-1]
	}
	var h uint64
	for _, key := range single {
		next, ok := x.hash(s, key)
		if !ok {
			return 0, false
		}
		h = joined(h, next)
	}
	return h, true
}

// elements are those of the list at the end of the key.
func (x *index) elements(t *tuple, base pointer) []string {
	at := x.keys[t.key[len(t.key)-1]].address(base)
	if at == nil {
		return nil
	}
	return readStrings(at)
}

// find returns the bucket of the key that the facts have, or nil.
func (x *index) find(t *tuple, hash uint64, base pointer, element string) *bucket {
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		slot := &t.slots[i]
		if slot.to == 0 {
			return nil
		}
		if slot.hash == hash && x.has(t, &slot.bucket, base, element) {
			return &slot.bucket
		}
	}
}

// has compares the key of a bucket with the facts themselves.
func (x *index) has(t *tuple, b *bucket, base pointer, element string) bool {
	values := x.values[b.values:]
	for i, key := range t.key {
		if t.list && i == len(t.key)-1 {
			return values[i].text == element
		}
		f := x.keys[key]
		switch at := f.address(base); f.kind {
		case kindString:
			if readString(at) != values[i].text {
				return false
			}
		default:
			if f.keyValue(at).number != values[i].number {
				return false
			}
		}
	}
	return true
}

// ask asks the rows of a bucket.
func (x *index) ask(b *bucket, base pointer, at int64, counted bool, out found) found {
	if b.filter >= 0 {
		return x.askFew(b, base, at, counted, out)
	}
	hits, open := out.hits, out.open // kept apart, since copies of both for every row cost more than the rows
	rows := x.rows[b.from:b.to]
	for i := range rows {
		r := &rows[i]
		if counted && (at < r.from || at >= r.to) {
			continue
		}
		switch x.row(r, base, counted) {
		case yes:
			hits = append(hits, r.rank)
		case unknown:
			open = append(open, r.rank)
		case no:
		}
	}
	return found{hits: hits, open: open}
}

// askFew asks the rows of a bucket that its filter leaves.
func (x *index) askFew(b *bucket, base pointer, at int64, counted bool, out found) found {
	rows := x.rows[b.from:b.to]
	f := &x.filters[b.filter]
	segments := f.narrow(base, at, counted)
	for w := range f.words {
		for set := segments.word(w); set != 0; set &= set - 1 {
			i := w*64 + bits.TrailingZeros64(set)
			if i >= len(rows) {
				break
			}
			r := &rows[i]
			if counted && (at < r.from || at >= r.to) {
				continue
			}
			switch x.row(r, base, counted) {
			case yes:
				out.hits = append(out.hits, r.rank)
			case unknown:
				out.open = append(out.open, r.rank)
			case no:
			}
		}
	}
	return out
}

// row asks one row that is in force; unknown means that the whole condition has
// to be asked.
func (x *index) row(r *row, base pointer, counted bool) verdict {
	answer := r.first.eval(base, x.predicates)
	if answer == no {
		return no
	}
	for i := range r.count {
		switch x.checks[r.more+uint32(i)].eval(base, x.predicates) {
		case no:
			return no
		case unknown:
			answer = unknown
		case yes:
		}
	}
	if r.whole || !counted {
		return unknown
	}
	return answer
}

// settle sorts ranks and leaves out those that stand twice.
func settle(ranks []uint32) []uint32 {
	for i := 1; i < len(ranks); i++ {
		if ranks[i] <= ranks[i-1] {
			slices.Sort(ranks)
			return slices.Compact(ranks)
		}
	}
	return ranks
}
