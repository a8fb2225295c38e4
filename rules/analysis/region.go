package analysis

import "sort"

// A set is cells of one axis: runs in order that neither overlap nor touch.
type set []run

// run is the cells from lo up to, not including, hi.
type run struct{ lo, hi int }

// add appends a run that begins at or after the last one's beginning.
func (s set) add(r run) set {
	if r.lo >= r.hi {
		return s
	}
	if n := len(s); n > 0 && s[n-1].hi >= r.lo {
		s[n-1].hi = max(s[n-1].hi, r.hi)
		return s
	}
	return append(s, r)
}

func (s set) and(t set) set {
	var out set
	for i, j := 0, 0; i < len(s) && j < len(t); {
		out = out.add(run{max(s[i].lo, t[j].lo), min(s[i].hi, t[j].hi)})
		if s[i].hi < t[j].hi {
			i++
		} else {
			j++
		}
	}
	return out
}

// meets reports whether the sets have a cell in common.
func (s set) meets(t set) bool {
	for i, j := 0, 0; i < len(s) && j < len(t); {
		if max(s[i].lo, t[j].lo) < min(s[i].hi, t[j].hi) {
			return true
		}
		if s[i].hi < t[j].hi {
			i++
		} else {
			j++
		}
	}
	return false
}

func (s set) or(t set) set {
	all := append(append(set{}, s...), t...)
	sort.Slice(all, func(i, j int) bool { return all[i].lo < all[j].lo })
	var out set
	for _, r := range all {
		out = out.add(r)
	}
	return out
}

func (s set) minus(t set) set {
	var out set
	j := 0
	for _, r := range s {
		lo := r.lo
		for j < len(t) && t[j].hi <= lo {
			j++
		}
		for k := j; k < len(t) && t[k].lo < r.hi; k++ {
			out = out.add(run{lo, t[k].lo})
			lo = max(lo, t[k].hi)
		}
		out = out.add(run{lo, r.hi})
	}
	return out
}

func (s set) size() int {
	n := 0
	for _, r := range s {
		n += r.hi - r.lo
	}
	return n
}

// region is facts and dates: those whose value lies, on each axis, in one of the
// cells. The axes are in order; on one that is not there any cell will do. An
// empty set never stands in a region.
type region []dim

type dim struct {
	axis  int
	cells set
}

// and returns what lies in both, and whether there is anything.
func (r region) and(s region) (region, bool) {
	out := make(region, 0, len(r)+len(s))
	i, j := 0, 0
	for i < len(r) || j < len(s) {
		switch {
		case j == len(s) || i < len(r) && r[i].axis < s[j].axis:
			out = append(out, r[i])
			i++
		case i == len(r) || s[j].axis < r[i].axis:
			out = append(out, s[j])
			j++
		default:
			both := r[i].cells.and(s[j].cells)
			if len(both) == 0 {
				return nil, false
			}
			out = append(out, dim{r[i].axis, both})
			i++
			j++
		}
	}
	return out, true
}

// meets reports whether the regions have anything in common.
func (r region) meets(s region) bool {
	for i, j := 0, 0; i < len(r) && j < len(s); {
		switch {
		case r[i].axis < s[j].axis:
			i++
		case s[j].axis < r[i].axis:
			j++
		case !r[i].cells.meets(s[j].cells):
			return false
		default:
			i++
			j++
		}
	}
	return true
}

// on returns the cells of an axis.
func (r region) on(axis int) (set, bool) {
	for _, d := range r {
		if d.axis == axis {
			return d.cells, true
		}
	}
	return nil, false
}

// with returns the region with other cells on an axis.
func (r region) with(axis int, cells set) region {
	out := make(region, 0, len(r)+1)
	done := false
	for _, d := range r {
		if !done && d.axis >= axis {
			out = append(out, dim{axis, cells})
			done = true
		}
		if d.axis != axis {
			out = append(out, d)
		}
	}
	if !done {
		out = append(out, dim{axis, cells})
	}
	return out
}

// minus appends to dst what of r does not lie in s, in pieces that do not
// overlap: axis by axis what lies beside s, going on with what lies within.
func (r region) minus(s region, full func(axis int) set, dst []region) []region {
	if !r.meets(s) {
		return append(dst, r)
	}
	within := r
	for _, d := range s {
		own, ok := within.on(d.axis)
		if !ok {
			own = full(d.axis)
		}
		if beside := own.minus(d.cells); len(beside) > 0 {
			dst = append(dst, within.with(d.axis, beside))
		}
		within = within.with(d.axis, own.and(d.cells))
	}
	return dst
}

// without takes regions from regions. It reports false when there are more
// pieces than the cap.
func without(from, take []region, full func(axis int) set, limit int) ([]region, bool) {
	for _, s := range take {
		var left []region
		for _, r := range from {
			left = r.minus(s, full, left)
			if len(left) > limit {
				return left, false
			}
		}
		from = left
	}
	return from, true
}

// cross returns what lies in a region of either list.
func cross(a, b []region) []region {
	var out []region
	for _, r := range a {
		for _, s := range b {
			if both, ok := r.and(s); ok {
				out = append(out, both)
			}
		}
	}
	return out
}

// union puts two lists together, and makes one region of those that only tell of
// the same axis: an or about one fact is the usual one.
func union(a, b []region) []region {
	out := append([]region{}, a...)
next:
	for _, r := range b {
		for i, s := range out {
			if len(r) == 0 || len(s) == 0 {
				if len(s) == 0 {
					continue next // all is in there already
				}
				continue
			}
			if len(r) == 1 && len(s) == 1 && r[0].axis == s[0].axis {
				out[i] = region{{r[0].axis, s[0].cells.or(r[0].cells)}}
				continue next
			}
		}
		out = append(out, r)
	}
	return out
}

// lies reports whether all of r lies in s.
func (r region) lies(s region) bool {
	for _, d := range s {
		own, ok := r.on(d.axis)
		if !ok || len(own.minus(d.cells)) > 0 {
			return false
		}
	}
	return true
}

// manyTerms is from how many regions on it pays to look for needless ones.
const manyTerms = 8

// absorb leaves out regions that lie within another one: what ors of the same
// tests multiply into.
func absorb(list []region) []region {
	if len(list) < manyTerms {
		return list
	}
	var out []region
next:
	for _, r := range list {
		kept := out[:0]
		for _, s := range out {
			if r.lies(s) {
				continue next // and nothing kept so far lies in r, or it would lie in s
			}
			if !s.lies(r) {
				kept = append(kept, s)
			}
		}
		out = append(kept, r)
	}
	return out
}
