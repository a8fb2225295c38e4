package edifact

import (
	"slices"
	"strings"
)

// Segment is one segment, as read or made with [NewSegment]. It is immutable and
// safe to share. Elements, repetitions and components count from 1; what does not
// exist is empty. Values are as they are meant, without release characters. The
// zero value is no segment.
type Segment struct {
	elements []Element // the tag is the first
	offset   int64
	number   int
}

// Element is the value of an element: its repetitions, each of one or more
// components. The zero value is an empty element. Empty components and repetitions
// at the end say nothing and are left out.
type Element struct{ repetitions [][]string }

// Simple makes an element of one value.
func Simple(value string) Element { return Composite(value) }

// Composite makes an element of components.
func Composite(components ...string) Element {
	components = trimmed(slices.Clone(components), func(c string) bool { return c == "" })
	if len(components) == 0 {
		return Element{}
	}
	return Element{repetitions: [][]string{components}}
}

// Repeat makes an element of the first repetition of each of the elements.
func Repeat(elements ...Element) Element {
	var e Element
	for _, r := range elements {
		var first []string
		if len(r.repetitions) > 0 {
			first = r.repetitions[0]
		}
		e.repetitions = append(e.repetitions, first)
	}
	e.repetitions = trimmed(e.repetitions, func(r []string) bool { return len(r) == 0 })
	return e
}

// IsZero tells whether the element is empty.
func (e Element) IsZero() bool { return len(e.repetitions) == 0 }

// NewSegment makes a segment of a tag and its elements. Tag and values are checked
// when it is written.
func NewSegment(tag string, elements ...Element) Segment {
	all := make([]Element, 0, 1+len(elements))
	all = append(all, Simple(tag))
	all = append(all, elements...)
	return Segment{elements: trimmed(all, Element.IsZero)}
}

// trimmed drops what is empty at the end.
func trimmed[T any](list []T, empty func(T) bool) []T {
	for len(list) > 0 && empty(list[len(list)-1]) {
		list = list[:len(list)-1]
	}
	return list
}

// IsZero tells whether there is no segment.
func (s Segment) IsZero() bool { return len(s.elements) == 0 }

// ID returns the tag, such as ALC.
func (s Segment) ID() string { return s.Value(0) }

// Is tells whether the segment has the tag.
func (s Segment) Is(tag string) bool { return s.ID() == tag }

// Len returns the number of elements, empty ones before the last included.
func (s Segment) Len() int { return max(0, len(s.elements)-1) }

// Value returns the first component of the element: all of an element that is
// simple. Element 0 is the tag.
func (s Segment) Value(i int) string { return s.Component(i, 1) }

// Component returns component c of the first repetition of the element.
func (s Segment) Component(i, c int) string { return s.RepeatedComponent(i, 1, c) }

// Components returns the components of the first repetition of the element, nil if
// it is empty. The list is the caller's.
func (s Segment) Components(i int) []string {
	if s.Repetitions(i) == 0 {
		return nil
	}
	return slices.Clone(s.elements[i].repetitions[0])
}

// Repetitions returns how often the element is there: 0 if it is empty.
func (s Segment) Repetitions(i int) int {
	if i < 0 || i >= len(s.elements) {
		return 0
	}
	return len(s.elements[i].repetitions)
}

// RepeatedComponent returns component c of the nth repetition of the element.
func (s Segment) RepeatedComponent(i, n, c int) string {
	if n < 1 || n > s.Repetitions(i) {
		return ""
	}
	components := s.elements[i].repetitions[n-1]
	if c < 1 || c > len(components) {
		return ""
	}
	return components[c-1]
}

// Offset returns where the segment was read in the stream, in bytes from 0.
func (s Segment) Offset() int64 { return s.offset }

// Number counts the segments of the stream it was read from; the first is 1. A UNA
// is none. 0: it was not read.
func (s Segment) Number() int { return s.number }

// Equal tells whether two segments say the same, wherever they were read.
func (s Segment) Equal(t Segment) bool {
	return slices.EqualFunc(s.elements, t.elements, func(a, b Element) bool {
		return slices.EqualFunc(a.repetitions, b.repetitions, slices.Equal[[]string])
	})
}

// String writes the segment with the standard separators and without its
// terminator, for a person. Repetitions are divided by *.
func (s Segment) String() string {
	separators := Standard()
	separators.Repetition = '*'
	var b strings.Builder
	for i, e := range s.elements {
		if i > 0 {
			b.WriteByte(separators.Element)
		}
		for n, components := range e.repetitions {
			if n > 0 {
				b.WriteByte(separators.Repetition)
			}
			b.WriteString(strings.Join(components, string([]byte{separators.Component})))
		}
	}
	return b.String()
}
