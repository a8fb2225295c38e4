package x12

import (
	"strings"

	"github.com/o2ckit/o2c/edi/fault"
)

// Segment is a segment that stays: read as part of a [Set], or made with
// [NewSegment] to be written. It is immutable and safe to share. Elements,
// repetitions and components count from 1; what does not exist is empty.
type Segment struct {
	text   string
	ends   []uint32
	delims Delimiters
	offset int64
	number int
	inSet  int
}

// NewSegment makes a segment of an identifier and its elements. Empty elements
// keep their place; those at the end are left out when it is written. Use
// [Composite] and [Repeat] for elements that have parts. The values are
// checked when the segment is written, because only then the delimiters are
// known.
func NewSegment(id string, elements ...string) Segment {
	size := len(id)
	for _, element := range elements {
		size += 1 + len(element)
	}
	var b strings.Builder
	b.Grow(size)
	ends := make([]uint32, 0, 1+len(elements))
	b.WriteString(id)
	ends = append(ends, uint32(b.Len()))
	for _, element := range elements {
		b.WriteByte(neutral().Element)
		b.WriteString(element)
		ends = append(ends, uint32(b.Len()))
	}
	return Segment{text: b.String(), ends: ends, delims: neutral()}
}

// Composite makes an element of components. Empty components at the end are
// left out.
func Composite(components ...string) string {
	for len(components) > 0 && components[len(components)-1] == "" {
		components = components[:len(components)-1]
	}
	return strings.Join(components, string(rune(neutral().Component)))
}

// Repeat makes an element of repetitions, each a value or a [Composite].
func Repeat(values ...string) string {
	return strings.Join(values, string(rune(neutral().Repetition)))
}

// IsZero tells whether there is no segment.
func (s Segment) IsZero() bool { return len(s.ends) == 0 }

// ID returns the segment identifier, such as PO1.
func (s Segment) ID() string {
	if s.IsZero() {
		return ""
	}
	return s.text[:s.ends[0]]
}

// Is tells whether the segment has the identifier.
func (s Segment) Is(id string) bool { return s.ID() == id }

// Len returns the number of elements, empty ones included.
func (s Segment) Len() int { return max(0, len(s.ends)-1) }

// Value returns the element as it stands, repetitions and components
// undivided.
func (s Segment) Value(i int) string {
	if i < 1 || i >= len(s.ends) {
		return ""
	}
	return s.text[s.ends[i-1]+1 : s.ends[i]]
}

// Repetitions returns the repetitions of the element, nil if it is empty.
func (s Segment) Repetitions(i int) []string { return s.split(s.Value(i), s.delims.Repetition) }

// Components returns the components of the first repetition of the element,
// nil if it is empty.
func (s Segment) Components(i int) []string {
	return s.split(s.repetition(i, 1), s.delims.Component)
}

// Component returns component c of the first repetition of the element. A
// simple element is its own first component.
func (s Segment) Component(i, c int) string {
	if s.Is("ISA") {
		return part(s.Value(i), 0, c)
	}
	return part(s.repetition(i, 1), s.delims.Component, c)
}

// RepeatedComponent returns component c of the nth repetition of the element.
func (s Segment) RepeatedComponent(i, n, c int) string {
	return part(s.repetition(i, n), s.delims.Component, c)
}

// Offset returns where the segment was read in the stream, in bytes from 0.
func (s Segment) Offset() int64 { return s.offset }

// ElementOffset returns where the element was read in the stream, the offset
// of the segment's end if there is no such element.
func (s Segment) ElementOffset(i int) int64 {
	switch {
	case i < 1:
		return s.offset
	case i >= len(s.ends):
		return s.offset + int64(len(s.text))
	}
	return s.offset + int64(s.ends[i-1]) + 1
}

// Number counts the segments of the interchange it was read in; the ISA is 1.
func (s Segment) Number() int { return s.number }

// NumberInSet counts the segments of the set it was read in; the ST is 1.
func (s Segment) NumberInSet() int { return s.inSet }

// Fault makes a failure that stands at an element of the segment, 0 for the
// segment as a whole: what a mapping reports when it cannot use a value.
func (s Segment) Fault(code string, element int, message, fix string) Fault {
	return Fault{Code: code, Severity: Failure, Segment: s.ID(), SegmentNo: s.inSet, Element: element,
		Offset: s.ElementOffset(element), Value: fault.Shortened(s.Value(element)), Message: message, Fix: fix}
}

// String puts the segment with * between elements, for a person.
func (s Segment) String() string {
	parts := make([]string, len(s.ends))
	for i := range parts {
		parts[i] = s.Value(i)
	}
	if len(parts) > 0 {
		parts[0] = s.ID()
	}
	return strings.NewReplacer("\x1f", ">", "\x1e", "^").Replace(strings.Join(parts, "*"))
}

func (s Segment) repetition(i, n int) string {
	if s.Is("ISA") {
		return part(s.Value(i), 0, n)
	}
	return part(s.Value(i), s.delims.Repetition, n)
}

func (s Segment) split(value string, delimiter byte) []string {
	if value == "" {
		return nil
	}
	if delimiter == 0 || s.Is("ISA") {
		return []string{value}
	}
	return strings.Split(value, string([]byte{delimiter}))
}

// With returns the segment with another value of component c in the first repetition
// of element i: of a simple element it is the value itself. All else stays, the place
// where it was read too. A value may not hold the delimiters that the segment was read
// with: such a segment is as if it was made, and has no place.
func (s Segment) With(i, c int, value string) Segment {
	if s.IsZero() || i < 1 || c < 1 {
		return s
	}
	d := s.delims
	if strings.ContainsAny(value, string([]byte{d.Element, d.Segment})) || d.Component != 0 && strings.IndexByte(value, d.Component) >= 0 ||
		d.Repetition != 0 && strings.IndexByte(value, d.Repetition) >= 0 || c > 1 && d.Component == 0 {
		return s.made().With(i, c, value)
	}
	elements := make([]string, max(s.Len(), i)+1)
	elements[0] = s.ID()
	for n := 1; n < len(elements); n++ {
		elements[n] = s.Value(n)
	}
	first, rest := elements[i], ""
	if at := strings.IndexByte(first, d.Repetition); d.Repetition != 0 && at >= 0 {
		first, rest = first[:at], first[at:]
	}
	components := []string{first}
	if d.Component != 0 {
		components = strings.Split(first, string([]byte{d.Component}))
	}
	for len(components) < c {
		components = append(components, "")
	}
	components[c-1] = value
	elements[i] = strings.Join(components, string([]byte{d.Component})) + rest
	out := s
	out.ends = make([]uint32, 0, len(elements))
	size := 0
	for _, e := range elements {
		size += len(e)
		out.ends = append(out.ends, uint32(size))
		size++
	}
	out.text = strings.Join(elements, string([]byte{d.Element}))
	return out
}

// made returns the segment with the neutral delimiters.
func (s Segment) made() Segment {
	elements := make([]string, s.Len())
	for i := range elements {
		var repetitions []string
		for _, r := range s.Repetitions(i + 1) {
			repetitions = append(repetitions, Composite(s.split(r, s.delims.Component)...))
		}
		elements[i] = Repeat(repetitions...)
	}
	return NewSegment(s.ID(), elements...)
}
