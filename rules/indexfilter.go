package rules

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/o2ckit/o2c/internal/exact"
)

// filter narrows a bucket of many rows by intervals. For each of a few facts,
// and for the decision date, the values are cut into segments; a segment has a
// bit for every row whose interval meets it. What a row asks of a fact cannot
// be true outside of its segments, so the rows to ask are those that have their
// bit in the segment of every fact. Segments may be wider than intervals: a bit
// means that the row may match.
type filter struct {
	words int // of 64 rows
	dims  []dimension
}

// dimension is the segments of one fact.
type dimension struct {
	field *field // nil for the decision date
	like  check  // how the fact is read: offset, ask and unit
	scale uint8  // that numbers are compared at
	cuts  []int64
	bits  []uint64 // words for each segment, one more than cuts, then for a missing fact
	cover int      // share of the bits that are set, in thousandths
}

const (
	// filterFrom is the number of rows from which a filter pays.
	filterFrom = 48
	maxCuts    = 255
	maxDims    = 4
	maxCover   = 900
)

// segments are the bits of the segment of each fact.
type segments struct {
	lists [maxDims][]uint64
	n     int
}

// narrow finds the segments of the facts.
func (f *filter) narrow(base pointer, at int64, counted bool) (out segments) {
	for i := range f.dims {
		if list, ok := f.dims[i].segment(base, at, counted, f.words); ok {
			out.lists[out.n] = list
			out.n++
		}
	}
	return out
}

// word returns 64 rows: those that have their bit in every segment.
func (s *segments) word(w int) uint64 {
	set := ^uint64(0)
	for _, list := range s.lists[:s.n] {
		set &= list[w]
	}
	return set
}

// segment returns the bits of the segment that the fact is in; false when the
// fact cannot be compared, so that it excludes nothing.
func (d *dimension) segment(base pointer, at int64, counted bool, words int) ([]uint64, bool) {
	n, state := at, counted
	if d.field != nil {
		var missing bool
		if n, missing, state = d.read(base); missing {
			i := (len(d.cuts) + 1) * words
			return d.bits[i : i+words], true
		}
	}
	if !state {
		return nil, false
	}
	i := d.find(n) * words
	return d.bits[i : i+words], true
}

// find returns the number of cuts up to n, which is its segment.
func (d *dimension) find(n int64) int {
	lo, hi := 0, len(d.cuts)
	for lo < hi {
		if middle := (lo + hi) / 2; d.cuts[middle] <= n {
			lo = middle + 1
		} else {
			hi = middle
		}
	}
	return lo
}

// read returns the fact as a number of the dimension.
func (d *dimension) read(base pointer) (n int64, missing, ok bool) {
	switch at := moved(base, d.like.offset); d.like.ask {
	case askInt:
		return readInt64(at), false, true
	case askInt32:
		return readInt32(at), false, true
	case askBool:
		if readBool(at) {
			return 1, false, true
		}
		return 0, false, true
	case askDate:
		n = int64(readDate(at).Ordinal())
		return n, n == 0, true
	case askNumber, askQuantity:
		q := readQuantity(at)
		if d.like.ask == askQuantity && (uint32(q.Unit()) != d.like.unit || q.Coefficient() == noNumber) {
			return 0, false, false
		}
		return scaled(q.Coefficient(), uint8(q.Scale()), d.scale), false, true
	case askAmount:
		a := readAmount(at)
		if uint32(a.Currency()) != d.like.unit || a.Coefficient() == noNumber {
			return 0, false, false
		}
		return scaled(a.Coefficient(), uint8(a.Scale()), d.scale), false, true
	default:
		return 0, false, false
	}
}

// scaled is the decimal at another scale, without the digits that it cannot
// keep, and at the ends of int64 where it does not fit. It never puts two
// decimals into the opposite order, which is all that segments need.
func scaled(coef int64, from, to uint8) int64 {
	if from == to {
		return coef
	}
	d, ok := exact.Dec{Coef: coef, Scale: from}.Rescale(to, exact.Down)
	switch {
	case ok:
		return d.Coef
	case coef < 0:
		return math.MinInt64
	default:
		return math.MaxInt64
	}
}

// span is what a row admits of a dimension, both ends included.
type span struct{ lo, hi int64 }

// spanOf is the span of a check at the scale of the dimension.
func spanOf(c *check, scale uint8) (span, bool) {
	v := c.value
	whole := true
	if c.ask == askNumber || c.ask == askQuantity || c.ask == askAmount {
		v, whole = scaled(c.value, c.scale, scale), false
	}
	s := span{math.MinInt64, math.MaxInt64}
	less, equal, greater := c.ok&1 != 0, c.ok&2 != 0, c.ok&4 != 0
	switch {
	case less && greater:
		return s, false
	case less:
		s.hi = v
		if !equal && whole && v > math.MinInt64 {
			s.hi--
		}
	case greater:
		s.lo = v
		if !equal && whole && v < math.MaxInt64 {
			s.lo++
		}
	default:
		s = span{v, v}
	}
	return s, true
}

// newFilter makes the filter of the rows; nil when none would narrow them.
func newFilter(x *index, rows []row) *filter {
	f := &filter{words: (len(rows) + 63) / 64}
	var dims []*dimension
	spans := map[*dimension][]span{}
	whole := span{math.MinInt64, math.MaxInt64}
	spansOf := func(d *dimension) []span {
		if spans[d] == nil {
			spans[d] = slices.Repeat([]span{whole}, len(rows))
			dims = append(dims, d)
		}
		return spans[d]
	}
	byFact := map[check]*dimension{}
	bounded := map[*dimension]int{} // checks, at least as many as rows
	for i := range rows {
		x.eachCheck(&rows[i], func(c *check) {
			if c.ask == askPredicate || c.ask == askNothing {
				return
			}
			like := check{offset: c.offset, ask: c.ask, unit: c.unit}
			d := byFact[like]
			if d == nil {
				d = &dimension{like: like, field: x.predicates[c.origin].field}
				byFact[like] = d
			}
			d.scale = max(d.scale, min(c.scale, maxFilterScale))
			bounded[d]++
		})
	}
	// What few rows ask about leaves the bits of all others set, which is too wide;
	// with a unit of its own for each rule such dimensions would be as many as rules.
	maps.DeleteFunc(byFact, func(_ check, d *dimension) bool {
		return 1000*(len(rows)-min(bounded[d], len(rows)))/len(rows) > maxCover
	})
	validity := &dimension{} // of no fact: the decision date
	for i := range rows {
		r := &rows[i]
		x.eachCheck(r, func(c *check) {
			d := byFact[check{offset: c.offset, ask: c.ask, unit: c.unit}]
			if d == nil {
				return
			}
			if s, ok := spanOf(c, d.scale); ok {
				list := spansOf(d)
				list[i] = span{max(list[i].lo, s.lo), min(list[i].hi, s.hi)}
			}
		})
		if r.from != firstInstant || r.to != lastInstant {
			s := span{r.from, r.to}
			if r.to != lastInstant {
				s.hi = max(r.to, firstInstant+1) - 1
			}
			spansOf(validity)[i] = s
		}
	}
	for _, d := range dims {
		d.build(spans[d], f.words)
	}
	slices.SortStableFunc(dims, func(a, b *dimension) int { return cmp.Compare(a.cover, b.cover) })
	for _, d := range dims {
		if d.cover <= maxCover && len(f.dims) < maxDims {
			f.dims = append(f.dims, *d)
		}
	}
	if len(f.dims) == 0 {
		return nil
	}
	return f
}

// maxFilterScale bounds the scale of a dimension, so that large numbers fit.
const maxFilterScale = 6

// build cuts the spans into segments and sets the bits.
func (d *dimension) build(spans []span, words int) {
	var ends []int64
	for _, s := range spans {
		if s.lo != math.MinInt64 {
			ends = append(ends, s.lo)
		}
		if s.hi != math.MaxInt64 {
			ends = append(ends, s.hi+1)
		}
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	d.cuts = ends
	if len(ends) > maxCuts {
		d.cuts = make([]int64, maxCuts)
		for i := range d.cuts {
			d.cuts[i] = ends[i*len(ends)/maxCuts]
		}
	}
	segments := len(d.cuts) + 1
	d.bits = make([]uint64, (segments+1)*words)
	set := 0
	for i, s := range spans {
		if s.lo > s.hi {
			continue // cannot match
		}
		last := d.find(s.hi)
		for segment := d.find(s.lo); segment <= last; segment++ {
			d.bits[segment*words+i/64] |= 1 << (i % 64)
			set++
		}
		if s.lo == math.MinInt64 && s.hi == math.MaxInt64 {
			d.bits[segments*words+i/64] |= 1 << (i % 64)
		}
	}
	d.cover = 1000 * set / (segments * len(spans))
}
