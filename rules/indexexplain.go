package rules

import (
	"math/bits"
	"slices"
)

// passed counts rules that the index left out, and by which facts.
type passed struct {
	facts []*field
	dated bool // by the decision date
	rules int
}

// explain looks up what scan looks up, and tells which rules it asks, in order,
// and how many it passes over: per tuple those of other keys, and per filter
// those that a fact excludes.
func (x *index) explain(base pointer, at int64, counted bool) (asked []uint32, left []passed) {
	s := search{base: base}
	for i := range x.tuples {
		t := &x.tuples[i]
		var buckets []*bucket
		if hash, ok := x.prefix(t, &s); ok {
			buckets = x.lookup(t, hash, base)
		}
		others := t.rules
		for _, b := range buckets {
			others -= int(b.to - b.from)
			rows, narrowed := x.narrow(b, base, at, counted)
			asked, left = append(asked, rows...), append(left, narrowed...)
		}
		if others > 0 {
			p := passed{rules: others}
			for _, key := range t.key {
				p.facts = append(p.facts, x.keys[key])
			}
			left = append(left, p)
		}
	}
	slices.Sort(asked)
	return asked, left
}

// lookup returns the buckets of the keys that the facts have, each once.
func (x *index) lookup(t *tuple, hash uint64, base pointer) []*bucket {
	var out []*bucket
	add := func(b *bucket) {
		if b != nil && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	switch {
	case len(t.key) == 0:
		add(&t.slots[0].bucket)
	case !t.list:
		add(x.find(t, hash, base, ""))
	default:
		for _, element := range x.elements(t, base) {
			add(x.find(t, joined(hash, x.hashOf(keyValue{text: element})), base, element))
		}
	}
	return out
}

// narrow returns the rows of a bucket that are asked, and how many each fact of
// its filter excludes of those that the facts before it left.
func (x *index) narrow(b *bucket, base pointer, at int64, counted bool) (ranks []uint32, left []passed) {
	rows := x.rows[b.from:b.to]
	keep := make([]uint64, (len(rows)+63)/64)
	for i := range rows {
		keep[i/64] |= 1 << (i % 64)
	}
	if b.filter >= 0 {
		f := &x.filters[b.filter]
		for i := range f.dims {
			d := &f.dims[i]
			list, ok := d.segment(base, at, counted, f.words)
			if !ok {
				continue
			}
			p := passed{dated: d.field == nil}
			if d.field != nil {
				p.facts = []*field{d.field}
			}
			for w := range keep {
				p.rules += bits.OnesCount64(keep[w] &^ list[w])
				keep[w] &= list[w]
			}
			if p.rules > 0 {
				left = append(left, p)
			}
		}
	}
	for i := range rows {
		if keep[i/64]>>(i%64)&1 != 0 {
			ranks = append(ranks, rows[i].rank)
		}
	}
	return ranks, left
}
