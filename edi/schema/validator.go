package schema

import "fmt"

// SegmentReader is a segment as the reader of a syntax has it. Nothing is copied: the
// bytes are looked at during the call only.
type SegmentReader interface {
	// ID returns the identifier, such as PO1.
	ID() []byte
	// Len returns the number of elements, empty ones included.
	Len() int
	// Element returns an element as it stands, counted from 1, repetitions and
	// components undivided; nil if there is none.
	Element(i int) []byte
	// ElementOffset returns where the element begins in the stream, in bytes; that
	// of element 0 is the segment's. 0 if it is not known.
	ElementOffset(i int) int64
}

// Syntax says how elements are divided. 0 means that there is no such character.
type Syntax struct {
	// Component divides the components of an element, Repetition its repetitions.
	Component, Repetition byte
	// Release takes the meaning of a divider from the character behind it (EDIFACT).
	Release byte
}

// Options bound a [Validator].
type Options struct {
	// MaxFindings is the largest number of findings of a set; then the rest of the
	// set is not looked at. 0 or less: 1,000.
	MaxFindings int
}

// Validator checks one set after the other, a segment at a time. It does not
// allocate while nothing is wrong. It is for one goroutine at a time.
type Validator struct {
	set    *Set
	syntax Syntax
	limit  int

	no     int // segments of the set so far
	seg    SegmentReader
	loop   int32 // the node at which the segment was placed, -1: nowhere
	found  []Finding
	total  int
	late   bool // 005010 and later
	place  placing
	levels hierarchy
}

// NewValidator returns a validator; [Validator.Begin] gives it a set.
func NewValidator(o Options) *Validator {
	if o.MaxFindings <= 0 {
		o.MaxFindings = 1000
	}
	return &Validator{limit: o.MaxFindings}
}

// Begin starts with the first segment of a set of the kind.
func (v *Validator) Begin(set *Set, syntax Syntax) {
	v.set, v.syntax = set, syntax
	v.no, v.total = 0, 0
	v.late = set.release.version >= "005010"
	v.found = v.found[:0]
	v.place.begin()
	v.levels.begin()
}

// Segment checks the next segment of the set, those that open and close the set
// included. What is returned is valid until the next call; some findings come
// only with a later segment, when it is clear which one is at fault.
func (v *Validator) Segment(s SegmentReader) []Finding {
	v.found = v.found[:0]
	if v.set == nil || v.total >= v.limit {
		return nil
	}
	v.no++
	v.seg, v.loop = s, -1
	if segment := v.position(packID(s.ID())); segment != nil {
		v.elements(segment)
		if segment.ID == "HL" && v.set.release.standard == X12 {
			v.hierarchy()
		}
	}
	v.seg = nil
	return v.found
}

// End tells what can only be said when the set is over, also one whose end is
// missing.
func (v *Validator) End() []Finding {
	v.found = v.found[:0]
	if v.set == nil || v.total >= v.limit {
		return nil
	}
	v.flush()
	return v.found
}

// add keeps a finding, unless there are too many, which is told once.
func (v *Validator) add(f Finding) {
	if v.total++; v.total > v.limit {
		return
	}
	if v.total == v.limit {
		f = Finding{Code: CodeLimit, Severity: Failure, Segment: f.Segment, SegmentNo: f.SegmentNo, Offset: f.Offset,
			Message: "more is wrong from here on and is left out", Fix: "mend what is told first"}
	}
	v.found = append(v.found, f)
}

// atSegment is a failure of the segment at hand as a whole.
func (v *Validator) atSegment(code, x12, contrl, message, expected, fix string) Finding {
	f := Finding{Code: code, Severity: Failure, Segment: shortened(v.seg.ID()), SegmentNo: v.no, Offset: v.seg.ElementOffset(0),
		Message: message, Expected: expected, Fix: fix, X12: x12, CONTRL: contrl}
	if v.loop >= 0 {
		f.Loop = v.set.path(v.loop)
	}
	return f
}

// times puts how often something may occur into words.
func times(n int32) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times at most", n)
}
