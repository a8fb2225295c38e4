package rules

import (
	"cmp"
	"hash/maphash"
	"slices"
)

const (
	// maxExpansion bounds the buckets that one rule stands in, because its key
	// admits several values.
	maxExpansion = 512
	// maxTuples bounds the tuples that keep all facts of their keys; rules of
	// rarer combinations stand under fewer facts.
	maxTuples = 8
	// fewRules is the number of rules up to which a tuple is not worth a look-up,
	// as long as not more than fewUnkeyed are asked without one.
	fewRules   = 3
	fewUnkeyed = 16
)

// indexBuilder makes an index of the rules of a book.
type indexBuilder struct {
	*index
	conditions []*condition
	parts      [][]keyPart // by rule
	signatures []string    // by rule: the facts of its key, as numbers of index.keys
	budget     int         // of entries beyond one a rule
	entries    []entry
	buckets    []bucket
	arena      []keyValue // of the values of entries
	path       []keyValue // of the entry being expanded
	scratch    []check
}

// entry is a rule in a bucket to be.
type entry struct {
	tuple  int
	hash   uint64
	values []keyValue
	rank   uint32
}

// newIndex indexes rules in the order of the book.
func newIndex[E any](rules []*compiled[E]) *index {
	b := indexBuilder{index: &index{seed: maphash.MakeSeed()}, budget: 16*len(rules) + 4096}
	b.conditions = make([]*condition, len(rules))
	for i, r := range rules {
		b.conditions[i] = r.when
	}
	b.choose()
	b.place()
	b.build(func(rank uint32) row {
		r := row{rank: rank}
		r.from, r.to = validity(rules[rank].rule.From, rules[rank].rule.To)
		return r
	})
	return b.index
}

// choose finds out which facts the key of each rule is made of.
func (b *indexBuilder) choose() {
	counts := map[element]int{}
	for _, c := range b.conditions {
		for i := range c.predicates {
			if p := &c.predicates[i]; p.test == testHolds {
				text, _ := p.value.(string)
				counts[element{p.field, text}]++
			}
		}
	}
	b.parts = make([][]keyPart, len(b.conditions))
	total := 0
	for _, c := range b.conditions {
		total += len(c.keys)
	}
	arena := make([]keyPart, 0, total)
	for i, c := range b.conditions {
		from := len(arena)
		arena = append(arena, c.keys...)
		b.parts[i] = b.affordable(rarestList(arena[from:len(arena):len(arena)], counts))
	}
	b.number()
	tally := map[string]int{}
	known := map[string]string{}
	b.signatures = make([]string, len(b.parts))
	var buffer [maxKeys]byte
	for i, parts := range b.parts {
		signature := b.signature(buffer[:0], parts)
		s, ok := known[string(signature)]
		if !ok {
			s = string(signature)
			known[s] = s
		}
		b.signatures[i] = s
		tally[s]++
	}
	b.merge(tally)
}

// affordable leaves out the parts of many values for which there is no room.
func (b *indexBuilder) affordable(parts []keyPart) []keyPart {
	for {
		n, most := 1, 0
		for i, p := range parts {
			n *= len(p.values)
			if len(p.values) > len(parts[most].values) {
				most = i
			}
			if n > maxExpansion {
				break
			}
		}
		if n == 1 || n <= maxExpansion && n-1 <= b.budget {
			b.budget -= n - 1
			return parts
		}
		parts = slices.Delete(parts, most, most+1)
	}
}

// number gives the facts of keys their numbers. Those beyond maxKeys, the rarest,
// are taken out of the keys.
func (b *indexBuilder) number() {
	uses := map[*field]int{}
	for _, parts := range b.parts {
		for _, p := range parts {
			if uses[p.field]++; uses[p.field] == 1 {
				b.keys = append(b.keys, p.field)
			}
		}
	}
	slices.SortStableFunc(b.keys, func(f, g *field) int { return cmp.Compare(uses[g], uses[f]) })
	b.keys = b.keys[:min(len(b.keys), maxKeys)]
	numbers := make(map[*field]int, len(b.keys))
	for i, f := range b.keys {
		numbers[f] = i
	}
	for i := range b.parts {
		b.parts[i] = slices.DeleteFunc(b.parts[i], func(p keyPart) bool { _, ok := numbers[p.field]; return !ok })
		slices.SortStableFunc(b.parts[i], func(p, q keyPart) int {
			return cmp.Or(isList(p.field)-isList(q.field), cmp.Compare(numbers[p.field], numbers[q.field]))
		})
	}
}

func isList(f *field) int {
	if f.kind == kindStrings {
		return 1
	}
	return 0
}

// signature is the facts of a key as their numbers, lists last.
func (b *indexBuilder) signature(to []byte, parts []keyPart) []byte {
	for _, p := range parts {
		to = append(to, byte(slices.Index(b.keys, p.field)))
	}
	return to
}

// merge gives rules of rare signatures one that others have, so that a match has
// few tuples to look at.
func (b *indexBuilder) merge(tally map[string]int) {
	common := sortedKeys(tally)
	slices.SortStableFunc(common, func(s, t string) int { return cmp.Compare(tally[t], tally[s]) })
	common = slices.DeleteFunc(common, func(s string) bool { return s == "" })
	kept := map[string]bool{"": true}
	for _, s := range common[:min(len(common), maxTuples)] {
		kept[s] = true
	}
	final := map[string]string{}
	for s := range tally {
		final[s] = b.nearestKept(s, kept)
	}
	totals := map[string]int{}
	for s, n := range tally {
		totals[final[s]] += n
	}
	unkeyed := totals[""]
	for _, s := range sortedKeys(totals) {
		if n := totals[s]; s != "" && n <= fewRules && unkeyed+n <= fewUnkeyed {
			unkeyed += n
			for from, to := range final {
				if to == s {
					final[from] = ""
				}
			}
		}
	}
	for i, s := range b.signatures {
		b.signatures[i] = final[s]
	}
}

// nearestKept is the signature itself if it is kept, else the largest kept part
// of it, else its first fact alone.
func (b *indexBuilder) nearestKept(s string, kept map[string]bool) string {
	if kept[s] {
		return s
	}
	best := s[:1]
	for k := range kept {
		part := true
		for i := range len(k) {
			part = part && slices.Contains([]byte(s), k[i])
		}
		if part && (len(k) > len(best) || len(k) == len(best) && k < best) {
			best = k
		}
	}
	return best
}

// place makes the entries of all rules, sorted into buckets.
func (b *indexBuilder) place() {
	numbers := map[string]int{}
	for _, s := range b.signatures {
		numbers[s]++
	}
	for i, s := range sortedKeys(numbers) {
		t := tuple{key: []uint8(s), rules: numbers[s]}
		t.list = len(s) > 0 && isList(b.keys[s[len(s)-1]]) == 1
		b.tuples = append(b.tuples, t)
		numbers[s] = i
	}
	b.entries = make([]entry, 0, len(b.conditions))
	b.arena = make([]keyValue, 0, 2*len(b.conditions))
	b.homes = make([]uint16, len(b.signatures))
	for rank, s := range b.signatures {
		b.homes[rank] = uint16(numbers[s])
		b.parts[rank] = slices.DeleteFunc(b.parts[rank], func(p keyPart) bool {
			return !slices.Contains([]byte(s), byte(slices.Index(b.keys, p.field)))
		})
		b.expand(entry{tuple: numbers[s], rank: uint32(rank)}, b.parts[rank])
	}
	slices.SortFunc(b.entries, compareEntries)
}

func compareEntries(e, f entry) int {
	if e.tuple != f.tuple {
		return cmp.Compare(e.tuple, f.tuple)
	}
	if e.hash != f.hash {
		return cmp.Compare(e.hash, f.hash)
	}
	if o := slices.CompareFunc(e.values, f.values, keyValue.compare); o != 0 {
		return o
	}
	return cmp.Compare(e.rank, f.rank)
}

// expand makes an entry for every combination of the values of the parts.
func (b *indexBuilder) expand(e entry, parts []keyPart) {
	if len(parts) == 0 {
		from := len(b.arena)
		b.arena = append(b.arena, b.path...)
		e.values = b.arena[from:len(b.arena):len(b.arena)]
		b.entries = append(b.entries, e)
		return
	}
	for _, v := range parts[0].values {
		next := e
		next.hash = joined(e.hash, b.hashOf(v))
		b.path = append(b.path, v)
		b.expand(next, parts[1:])
		b.path = b.path[:len(b.path)-1]
	}
}

// build lays the entries out as rows, buckets and tables.
func (b *indexBuilder) build(newRow func(rank uint32) row) {
	b.rows = make([]row, 0, len(b.entries))
	places := map[uint32]row{} // rules in several buckets share their checks
	for i := 0; i < len(b.entries); {
		e := &b.entries[i]
		bk := bucket{from: uint32(len(b.rows)), values: uint32(len(b.values)), filter: -1}
		b.values = append(b.values, e.values...)
		for ; i < len(b.entries) && b.entries[i].same(e); i++ {
			rank := b.entries[i].rank
			r, known := places[rank]
			if !known {
				r = newRow(rank)
				b.complete(&r)
				if b.expanded(rank) {
					places[rank] = r
				}
			}
			b.rows = append(b.rows, r)
		}
		bk.to = uint32(len(b.rows))
		b.buckets = append(b.buckets, bk)
	}
	for i := range b.buckets {
		bk := &b.buckets[i]
		if bk.to-bk.from < filterFrom {
			continue
		}
		if f := newFilter(b.index, b.rows[bk.from:bk.to]); f != nil {
			bk.filter = int32(len(b.filters))
			b.filters = append(b.filters, *f)
		}
	}
	b.tables()
}

// expanded reports whether a rule stands in several buckets.
func (b *indexBuilder) expanded(rank uint32) bool {
	return slices.ContainsFunc(b.parts[rank], func(p keyPart) bool { return len(p.values) > 1 })
}

func (e *entry) same(f *entry) bool {
	return e.tuple == f.tuple && e.hash == f.hash && slices.Equal(e.values, f.values)
}

// complete gives a row the checks of its rule, but for those that the key
// settles.
func (b *indexBuilder) complete(r *row) {
	c := b.conditions[r.rank]
	r.whole = len(c.trees)+len(c.programs) > 0
	checks := b.scratch[:0]
	for i := range c.predicates {
		if slices.ContainsFunc(b.parts[r.rank], func(p keyPart) bool { return p.predicate == i }) {
			continue
		}
		one := checkOf(&c.predicates[i])
		one.origin = uint32(len(b.predicates))
		b.predicates = append(b.predicates, &c.predicates[i])
		checks = append(checks, one)
	}
	b.scratch = checks
	slices.SortStableFunc(checks, func(a, b check) int { return a.rank() - b.rank() })
	if len(checks) == 0 {
		return
	}
	r.first, r.more, r.count = checks[0], uint32(len(b.checks)), uint16(len(checks)-1)
	b.checks = append(b.checks, checks[1:]...)
}

// rank orders checks: equalities first, then bounds, then what is no number.
func (c *check) rank() int {
	switch {
	case c.ask == askPredicate:
		return 2
	case c.ok == compareEqual.orders():
		return 0
	default:
		return 1
	}
}

// tables makes the hash tables of the tuples.
func (b *indexBuilder) tables() {
	counts := make([]int, len(b.tuples))
	starts := make([]int, len(b.buckets)) // the entry that each bucket begins with
	for i, bk := 0, 0; bk < len(b.buckets); bk++ {
		starts[bk] = i
		counts[b.entries[i].tuple]++
		i += int(b.buckets[bk].to - b.buckets[bk].from)
	}
	for i := range b.tuples {
		size := 2
		for 2*size < 3*counts[i] {
			size *= 2
		}
		b.tuples[i].slots = make([]slot, size)
	}
	for bk, start := range starts {
		e := &b.entries[start]
		slots := b.tuples[e.tuple].slots
		mask := uint64(len(slots) - 1)
		at := e.hash & mask
		for slots[at].to != 0 {
			at = (at + 1) & mask
		}
		slots[at] = slot{hash: e.hash, bucket: b.buckets[bk]}
	}
}

// eachCheck visits the checks of a row.
func (x *index) eachCheck(r *row, visit func(*check)) {
	visit(&r.first)
	for i := range r.count {
		visit(&x.checks[r.more+uint32(i)])
	}
}
