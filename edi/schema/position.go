package schema

import (
	"fmt"
	"slices"
)

// maxExcused bounds the list of nodes that are not missed.
const maxExcused = 64

// frame is how far a loop, or the set itself, has got.
type frame struct {
	loop  int32 // its node
	child int32 // the last node that was found in it, -1 for none
	count int32 // how often that was found
}

// state is a place in a set: the open loops from the set itself inwards.
type state struct {
	depth  int // index of the innermost frame
	frames [maxDepth + 1]frame
}

func (st *state) begin() {
	st.depth = 0
	st.frames[0] = frame{loop: 0, child: -1}
}

func (st *state) copy(from *state) {
	st.depth = from.depth
	copy(st.frames[:], from.frames[:from.depth+1])
}

// placing follows where in the set the segments stand. A segment that skips
// required ones may be misplaced, or they may be missing: what comes later tells.
// Until then pending holds the place before, and the nodes skipped.
type placing struct {
	main state

	pending bool
	before  state   // as things stood before the skip
	skipped []int32 // the required nodes that were passed over
	jumped  jump    // the segment that did so
	excused []int32 // nodes whose segments stood at the wrong place

	last    jump  // the last segment that had its place, node -1 for none
	earlier state // as things stood before it

	displaced bool // a loop is being read at the wrong place
	side      state
	floor     int // the frame of side that is not left as long as the segment has a place there
	again     int // the frame of side that is not left at all: the loop may repeat
}

// jump is what a finding about an earlier segment needs.
type jump struct {
	node   int32
	no     int
	offset int64
	second bool
}

func (p *placing) begin() {
	p.main.begin()
	p.pending, p.displaced = false, false
	p.last.node = -1
	p.excused = p.excused[:0]
}

// match is where a segment can stand.
type match struct {
	ok      bool
	over    bool // it, or its loop, occurs too often there
	second  bool // it has its place before, but occurs too often there
	depth   int
	node    int32
	missing int // required nodes that would be skipped
}

func (a match) better(b match) bool {
	return !b.ok || b.over && !a.over && a.missing == 0 || !b.over && a.over && b.missing > 0 || a.over == b.over && a.missing < b.missing
}

// find looks from the innermost loop outwards for the next place of a segment.
// The first place that skips nothing is taken, else the best of the others.
func (s *Set) find(st *state, id uint32, floor int) match {
	var best match
	missing, second := 0, false // in the loops that would be left
	for d := st.depth; d >= floor; d-- {
		f := &st.frames[d]
		next := s.flat[f.loop].child
		if f.child >= 0 {
			c := &s.flat[f.child]
			if c.id == id && (d == 0 || f.child != s.flat[f.loop].child) { // the loop itself repeats, not its first segment
				m := match{ok: true, over: f.count >= c.max, depth: d, node: f.child, missing: missing}
				if !m.over && missing == 0 {
					return m
				}
				if m.better(best) {
					best = m
				}
				second = second || m.over
			}
			next = c.next
			if f.count < c.min {
				missing++
			}
		}
		for n := next; n >= 0; n = s.flat[n].next {
			c := &s.flat[n]
			if c.id == id {
				m := match{ok: true, over: c.max == 0, second: second, depth: d, node: n, missing: missing}
				if !m.over && missing == 0 {
					return m
				}
				if m.better(best) {
					best = m
				}
			}
			if c.min > 0 {
				missing++
			}
		}
	}
	return best
}

// enter moves to a place, and returns the node of the segment itself: a loop's
// first.
func (s *Set) enter(st *state, m match) int32 {
	st.depth = m.depth
	f := &st.frames[m.depth]
	if f.child == m.node {
		f.count++
	} else {
		f.child, f.count = m.node, 1
	}
	first := s.head(m.node)
	if first == m.node {
		return first
	}
	st.depth++
	st.frames[st.depth] = frame{loop: m.node, child: first, count: 1}
	return first
}

// passed lists the required nodes that a move skips, outermost last.
func (s *Set) passed(list []int32, st *state, m match) []int32 {
	for d := st.depth; d >= m.depth; d-- {
		f := &st.frames[d]
		next := s.flat[f.loop].child
		if f.child >= 0 {
			if d == m.depth && f.child == m.node {
				break
			}
			if f.count < s.flat[f.child].min {
				list = append(list, f.child)
			}
			next = s.flat[f.child].next
		}
		for n := next; n >= 0 && (d > m.depth || n != m.node); n = s.flat[n].next {
			if s.flat[n].min > 0 {
				list = append(list, n)
			}
		}
	}
	return list
}

// last tells whether a node closes the set: nothing can come behind it.
func (s *Set) last(m match) bool { return m.depth == 0 && s.flat[m.node].next < 0 }

// position finds the place of the segment at hand and tells what is wrong with it.
// It returns what the segment must look like, nil if that is not known.
func (v *Validator) position(id uint32) *Segment {
	s, p := v.set, &v.place
	if p.displaced {
		if side := s.find(&p.side, id, p.floor); side.ok && !side.over && side.missing == 0 {
			return v.put(s.enter(&p.side, side))
		}
	}
	m := s.find(&p.main, id, 0)
	if m.ok && !m.over && m.missing == 0 {
		p.displaced = false
		if s.last(m) {
			v.flush()
		}
		if m.second {
			return v.skip(m)
		}
		p.earlier.copy(&p.main)
		node := s.enter(&p.main, m)
		p.last.node, p.last.no = node, v.no
		return v.put(node)
	}
	if s.first[id] == nil {
		return v.foreign()
	}
	if p.displaced {
		if side := s.find(&p.side, id, p.again); side.ok && !side.over {
			return v.put(s.enter(&p.side, side))
		}
	}
	if segment := v.refill(id); segment != nil {
		return segment
	}
	p.displaced = false
	switch {
	case m.ok && m.over:
		return v.tooOften(m)
	case m.ok:
		return v.move(m)
	}
	return v.misplaced(id)
}

// put notes the node of the segment and returns the segment.
func (v *Validator) put(node int32) *Segment {
	v.loop = node
	return v.set.flat[node].node.Segment
}

// foreign takes a segment that the set does not have.
func (v *Validator) foreign() *Segment {
	id := string(v.seg.ID())
	segment := v.set.release.segments[id]
	if segment == nil {
		v.add(v.atSegment(CodeSegmentUnknown, "1", "12", fmt.Sprintf("there is no segment %s in %s", shortened(v.seg.ID()), v.set.release.name()),
			"", "look for a spelling mistake or a missing terminator"))
		return nil
	}
	v.add(v.atSegment(CodeSegmentForeign, "6", "15", "set "+v.set.ID+" has no segment "+id, "", "leave the segment out"))
	return nil
}

func (r *Release) name() string { return r.standard + " " + r.version }

// refill sees whether the segment is one of those that a jump left out. Then the
// one that jumped stood at the wrong place or, if it opened a loop, this one does.
func (v *Validator) refill(id uint32) *Segment {
	s, p := v.set, &v.place
	if !p.pending {
		return nil
	}
	m := s.find(&p.before, id, 0)
	if !m.ok || m.over || m.missing > 0 {
		return nil
	}
	if p.jumped.second && len(p.skipped) == 0 {
		v.repeated()
		p.main = p.before
		return v.put(s.enter(&p.main, m))
	}
	if !slices.Contains(p.skipped, m.node) {
		return nil
	}
	if s.opens(p.jumped.node) && p.jumped.no != v.no-1 { // more hangs on it
		p.skipped = slices.DeleteFunc(p.skipped, func(n int32) bool { return n == m.node })
		return v.outOfOrder(s.head(m.node))
	}
	p.pending = false
	p.main = p.before
	return v.early(p.jumped, m)
}

// early tells an earlier segment that stands before the one at hand, but belongs
// behind it, and takes the one at hand to its place.
func (v *Validator) early(j jump, m match) *Segment {
	s, p := v.set, &v.place
	id := s.flat[m.node].node.ID
	v.add(Finding{Code: CodeSegmentOrder, Severity: Failure, Segment: s.flat[j.node].node.ID, SegmentNo: j.no,
		Offset: j.offset, Loop: s.path(j.node), Message: "the segment stands too early", Expected: id + " before it",
		Fix: "put it behind " + id, X12: "7", CONTRL: "15"})
	node := s.enter(&p.main, m)
	p.displaced = false
	if p.excuse(j.node); s.opens(j.node) {
		v.displace(j.node)
	}
	return v.put(node)
}

// repeated tells a segment that went on to a later place, though it was meant once
// more where it stood.
func (v *Validator) repeated() {
	s, p := v.set, &v.place
	p.pending = false
	f := &p.before.frames[p.before.depth]
	for d := p.before.depth; d > 0 && s.flat[f.child].id != s.flat[p.jumped.node].id; d-- {
		f = &p.before.frames[d-1]
	}
	n := &s.flat[f.child]
	found := Finding{Code: CodeSegmentRepeated, Severity: Failure, Segment: n.node.ID, SegmentNo: p.jumped.no, Offset: p.jumped.offset,
		Loop: s.path(s.head(f.child)), Message: "the segment occurs too often", Expected: times(n.max), Fix: "send fewer, or in parts", X12: "5", CONTRL: "35"}
	if n.child >= 0 {
		found.Code, found.Message, found.X12, found.CONTRL = CodeLoopRepeated, "the loop "+n.node.ID+" occurs too often", "4", "36"
	}
	v.add(found)
}

// skip moves to a place that may not be the one that is meant: required segments
// are missing before it, or the segment had a place before, but once too often.
func (v *Validator) skip(m match) *Segment {
	s, p := v.set, &v.place
	v.flush()
	p.before = p.main
	p.skipped = s.passed(p.skipped[:0], &p.main, m)
	node := s.enter(&p.main, m)
	p.pending, p.jumped = true, jump{node: node, no: v.no, offset: v.seg.ElementOffset(0), second: m.second}
	if s.last(m) {
		v.flush()
	}
	return v.put(node)
}

// flush tells the segments that a jump skipped: they are missing.
func (v *Validator) flush() {
	s, p := v.set, &v.place
	if !p.pending {
		return
	}
	p.pending = false
	for _, n := range p.skipped {
		node := s.flat[n].node
		if slices.Contains(p.excused, n) {
			continue
		}
		f := Finding{Code: CodeSegmentMissing, Severity: Failure, Segment: node.ID, SegmentNo: p.jumped.no, Offset: p.jumped.offset,
			Loop: s.path(n), Message: "required segment " + node.ID + " is missing", X12: "3", CONTRL: "13",
			Expected: node.ID + " before " + s.flat[p.jumped.node].node.ID, Fix: "send " + node.ID}
		if node.Partner && node.Segment != nil {
			f.Implementation = "I8"
		} else if node.Partner {
			f.Implementation = "I7"
		}
		v.add(f)
	}
}

// move goes to a place, past required segments or not.
func (v *Validator) move(m match) *Segment {
	if m.missing > 0 || m.second {
		return v.skip(m)
	}
	return v.put(v.set.enter(&v.place.main, m))
}

// tooOften takes a segment that has its place, but not so often. It is told once
// for each loop.
func (v *Validator) tooOften(m match) *Segment {
	s, p := v.set, &v.place
	n := &s.flat[m.node]
	again := p.main.frames[m.depth].child == m.node && p.main.frames[m.depth].count > n.max
	segment := v.move(m)
	switch {
	case again:
	case n.node.Forbidden:
		f := v.atSegment(CodeSegmentForbidden, "2", "15", "the partner wants no "+n.node.ID+" here", "", "leave it out")
		f.Implementation = "I4"
		v.add(f)
	case n.child >= 0:
		v.add(v.atSegment(CodeLoopRepeated, "4", "36", "the loop "+n.node.ID+" occurs too often", times(n.max), "send fewer, or in parts"))
	default:
		v.add(v.atSegment(CodeSegmentRepeated, "5", "35", "the segment occurs too often", times(n.max), "send fewer, or in parts"))
	}
	return segment
}

// misplaced takes a segment that belongs to the set, but not here: to a loop that
// was not opened, or further to the front. If it fits before the last segment, that
// one stands too early; but one that opens a loop is left: strays in a loop are more
// common than loops that stray.
func (v *Validator) misplaced(id uint32) *Segment {
	s, p := v.set, &v.place
	if p.last.node >= 0 && p.last.no == v.no-1 && !s.opens(p.last.node) {
		if m := s.find(&p.earlier, id, 0); m.ok && !m.over && m.missing == 0 {
			j := p.last
			p.last.node = -1
			p.main.copy(&p.earlier)
			return v.early(j, m)
		}
	}
	if n, ok := s.earlier(&p.main, id); ok {
		return v.outOfOrder(n)
	}
	for _, n := range s.first[id] {
		loop := s.flat[n].parent
		if loop == 0 || s.opens(n) {
			continue
		}
		m := s.find(&p.main, s.flat[loop].id, 0)
		if !m.ok || m.missing > 0 || m.node != loop {
			continue
		}
		v.loop = n
		f := v.atSegment(CodeSegmentMissing, "3", "13", "the loop begins without its first segment "+s.flat[loop].node.ID,
			s.flat[loop].node.ID+" before it", "send "+s.flat[loop].node.ID+" first")
		f.Segment = s.flat[loop].node.ID
		v.add(f)
		v.displace(n)
		return v.put(n)
	}
	return v.outOfOrder(s.first[id][0])
}

// earlier is the node of an identifier that was passed in an open loop.
func (s *Set) earlier(st *state, id uint32) (node int32, ok bool) {
	for d := st.depth; d >= 0; d-- {
		f := &st.frames[d]
		for n := s.flat[f.loop].child; n >= 0 && n <= f.child; n = s.flat[n].next {
			if s.flat[n].id == id {
				return s.head(n), true
			}
		}
	}
	return 0, false
}

// head is the node of a segment or of the one that opens a loop.
func (s *Set) head(node int32) int32 {
	if s.flat[node].child >= 0 {
		return s.flat[node].child
	}
	return node
}

// opens tells whether the segment at a node opens a loop.
func (s *Set) opens(node int32) bool {
	loop := s.flat[node].parent
	return loop > 0 && s.flat[loop].child == node
}

// outOfOrder tells a segment that stands at the wrong place. When it opens a loop,
// or belongs into one that is not open, what follows may go on in that loop.
func (v *Validator) outOfOrder(node int32) *Segment {
	s, p := v.set, &v.place
	segment := v.put(node)
	loop := s.flat[node].parent
	expected := "in set " + s.ID
	if path := s.path(node); path != "" {
		expected = "in the loop " + path
	}
	v.add(v.atSegment(CodeSegmentOrder, "7", "15", "the segment stands at the wrong place", expected, "put the segments into the order of the set"))
	if loop == 0 || !s.opens(node) && v.isOpen(loop) {
		p.excuse(node)
		return segment
	}
	v.displace(node)
	return segment
}

// displace goes on at a place without leaving the one that the set has got to.
func (v *Validator) displace(node int32) {
	s, p := v.set, &v.place
	p.displaced = true
	p.side.depth = int(s.flat[node].depth)
	for n, d := node, p.side.depth; d >= 0; d-- {
		p.side.frames[d] = frame{loop: s.flat[n].parent, child: n, count: 1}
		n = s.flat[n].parent
		p.excuse(n)
	}
	p.excuse(node)
	p.floor, p.again = p.side.depth, p.side.depth
	if s.opens(node) {
		p.again--
	}
}

// excuse keeps a node whose segment stood at the wrong place from being missed.
func (p *placing) excuse(node int32) {
	if len(p.excused) < maxExcused && !slices.Contains(p.excused, node) {
		p.excused = append(p.excused, node)
	}
}

// isOpen tells whether a loop is open.
func (v *Validator) isOpen(loop int32) bool {
	for d := 0; d <= v.place.main.depth; d++ {
		if v.place.main.frames[d].loop == loop {
			return true
		}
	}
	return false
}
