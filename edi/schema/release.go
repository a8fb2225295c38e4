package schema

import (
	"maps"
	"slices"
)

// The standards whose releases are embedded.
const (
	// X12 is ASC X12.
	X12 = "X12"
	// EDIFACT is UN/EDIFACT.
	EDIFACT = "EDIFACT"
)

// Type is the type of a simple element.
type Type uint8

const (
	// AlphaNumeric takes any text: X12 AN, EDIFACT an.
	AlphaNumeric Type = iota
	// Alphabetic takes text without digits: EDIFACT a.
	Alphabetic
	// Identifier is a code, X12 ID.
	Identifier
	// Integer is a whole number with a sign if negative, X12 N0 to N9. The digit
	// behind the N says how many decimals are implied.
	Integer
	// Real is a number with an optional sign, decimal point and exponent, X12 R.
	Real
	// Numeric is a number with an optional sign and decimal mark, EDIFACT n.
	Numeric
	// Date is YYMMDD or CCYYMMDD, X12 DT.
	Date
	// Time is HHMM, with optional seconds and decimals of them, X12 TM.
	Time
	// Binary is anything, X12 B.
	Binary
)

// Release is a standard in one of its versions: sets made of segments, segments
// made of elements, elements with codes. It does not change and is safe to share.
type Release struct {
	standard, version string
	elements          map[string]*element
	composites        map[string]*composite
	segments          map[string]*Segment
	sets              map[string]*Set
}

// Standard returns [X12] or [EDIFACT], or what a host's own text says.
func (r *Release) Standard() string { return r.standard }

// Version returns the version, such as 004010 or D96A.
func (r *Release) Version() string { return r.version }

// Set returns a transaction set or message, such as 850 or ORDERS.
func (r *Release) Set(id string) (*Set, bool) {
	s, ok := r.sets[id]
	return s, ok
}

// SetIDs returns the identifiers of the sets, sorted bytewise.
func (r *Release) SetIDs() []string { return slices.Sorted(maps.Keys(r.sets)) }

// Segment returns a segment as the standard has it, wherever it is used.
func (r *Release) Segment(id string) (*Segment, bool) {
	s, ok := r.segments[id]
	return s, ok
}

// SegmentIDs returns the identifiers of the segments, sorted bytewise.
func (r *Release) SegmentIDs() []string { return slices.Sorted(maps.Keys(r.segments)) }

// Set is a transaction set (X12) or message (EDIFACT). It does not change and is
// safe to share.
type Set struct {
	// ID is the identifier, such as 850 or ORDERS.
	ID string
	// Nodes are its segments and loops in order, the service segments that open
	// and close it (ST and SE, UNH and UNT) included.
	Nodes []*Node

	release *Release
	flat    []flatNode
	first   map[uint32][]int32 // the nodes by identifier, in order
}

// Release returns the release that the set belongs to.
func (s *Set) Release() *Release { return s.release }

// Node is a place in a set: a segment, or a loop of segments.
type Node struct {
	// ID is the identifier of the segment; that of a loop is its first segment's.
	ID string
	// Min and Max say how often it occurs. Max 0 means any number, unless the
	// place is forbidden.
	Min, Max int
	// Segment is what stands here; nil for a loop.
	Segment *Segment
	// Children are the places of a loop, the first of which opens it; nil for a
	// segment.
	Children []*Node
	// Forbidden says that an [Overlay] has closed the place.
	Forbidden bool
	// Partner says that an [Overlay] and not the standard asks for what is asked here.
	Partner bool
}

// Segment says which elements a segment has. It does not change.
type Segment struct {
	// ID is the identifier, such as PO1.
	ID string
	// Elements are its elements in order.
	Elements []Element
	// Notes are its conditions over several elements.
	Notes []Note

	required       uint64
	period, format int // elements, from 1; 0: none
}

// seal computes what follows from the elements.
func (s *Segment) seal() {
	s.required = requiredMask(s.Elements)
	s.period, s.format = periodOf(s.Elements)
	for i := range s.Elements {
		e := &s.Elements[i]
		e.required = requiredMask(e.Components)
		e.listed = listedMask(e.Components)
		e.period, e.format = periodOf(e.Components)
	}
}

// Element is an element of a segment or a component of a composite element.
type Element struct {
	// ID is its number in the standard's dictionary, such as 355 or C001.
	ID string
	// Required says that it must not be empty.
	Required bool
	// Forbidden says that an [Overlay] wants it empty.
	Forbidden bool
	// Partner says that an [Overlay] and not the standard asks for what is asked here.
	Partner bool
	// Repeat is how often it may repeat: 1 once, 0 any number.
	Repeat int
	// Type, Min and Max say what a simple element may hold. Min and Max count
	// characters; the sign, the decimal mark and the exponent's E do not count.
	Type     Type
	Min, Max int
	// Components are those of a composite element, nil for a simple one.
	Components []Element
	// Notes are the conditions over the components.
	Notes []Note

	codes          *codeList
	required       uint64 // components
	listed         uint64 // components whose code list is named behind them
	period, format int    // components, from 1; 0: none
}

// Codes returns the values that the element may have, sorted bytewise; nil: any.
// The list is the caller's.
func (e *Element) Codes() []string {
	if e.codes == nil {
		return nil
	}
	return slices.Clone(e.codes.values)
}

// Note is a condition over elements of a segment, or components of a composite.
type Note struct {
	// Kind is P: all or none of them; R: at least one; E: at most one; C: if the
	// first then all; L: if the first then at least one of the others.
	Kind byte
	// Positions are the elements, counted from 1, at least two.
	Positions []int

	mask uint64
}

// String puts the note as X12 does, such as P0304.
func (n Note) String() string {
	text := []byte{n.Kind}
	for _, p := range n.Positions {
		text = append(text, '0'+byte(p/10), '0'+byte(p%10))
	}
	return string(text)
}

// element is the dictionary's entry of a simple element.
type element struct {
	typ      Type
	min, max int
	codes    *codeList
}

// composite is the dictionary's entry of a composite element.
type composite struct {
	components []Element
}

// codeList answers whether a value is among the codes: those of up to eight bytes
// in a table with open addressing, the others in a map.
type codeList struct {
	values []string
	table  []uint64
	long   map[string]struct{}
}

func newCodeList(values []string) *codeList {
	values = slices.Clone(values)
	slices.Sort(values)
	l := &codeList{values: slices.Compact(values)}
	size := 4
	for size < 2*len(l.values) {
		size *= 2
	}
	l.table = make([]uint64, size)
	for _, v := range l.values {
		if len(v) > 8 {
			if l.long == nil {
				l.long = make(map[string]struct{})
			}
			l.long[v] = struct{}{}
			continue
		}
		key := pack(v)
		i := l.slot(key)
		for l.table[i] != 0 {
			i = (i + 1) & (len(l.table) - 1)
		}
		l.table[i] = key
	}
	return l
}

func (l *codeList) slot(key uint64) int {
	return int((key*0x9e3779b97f4a7c15)>>32) & (len(l.table) - 1)
}

func (l *codeList) has(value []byte) bool {
	if len(value) > 8 {
		_, ok := l.long[string(value)]
		return ok
	}
	key := pack(value)
	for i := l.slot(key); l.table[i] != 0; i = (i + 1) & (len(l.table) - 1) {
		if l.table[i] == key {
			return true
		}
	}
	return false
}

// pack puts up to eight bytes into a number; a code holds no zero byte.
func pack[T ~string | ~[]byte](value T) uint64 {
	var key uint64
	for i := range len(value) {
		key = key<<8 | uint64(value[i])
	}
	return key
}

// packID puts a segment identifier of up to four bytes into a number, 0 for what
// cannot be one.
func packID[T ~string | ~[]byte](id T) uint32 {
	if len(id) > maxIDBytes {
		return 0
	}
	return uint32(pack(id))
}
