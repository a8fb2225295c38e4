package edifact

import (
	"slices"
	"strings"
)

// Segment is one segment, as read or made with [NewSegment]. It is immutable and
// safe to share. Elements, repetitions and components count from 1; what does not
// exist is empty. Values are as they are meant: without release characters, in UTF-8.
// The zero value is no segment.
type Segment struct {
	text      string
	ends      []uint32 // ends[i]: where element i ends in text; 0 is the tag
	sep       Separators
	charset   Charset
	offset    int64
	number    int
	inMessage int
}

// made returns the separators of segments that were made: control characters, which
// data does not hold. They are translated when written.
func made() Separators {
	return Separators{Component: 0x1F, Element: 0x1D, Terminator: 0x1C, Repetition: 0x1E, Release: 0x10, Decimal: '.'}
}

// NewSegment makes a segment of a tag and its elements. Tag and values are checked
// when it is written.
func NewSegment(tag string, elements ...Element) Segment {
	elements = trimmed(elements, Element.IsZero)
	sep := made()
	text := sep.append(nil, tag)
	ends := make([]uint32, 1, 1+len(elements))
	ends[0] = uint32(len(text))
	for _, e := range elements {
		text = append(text, sep.Element)
		for n, components := range e.repetitions {
			if n > 0 {
				text = append(text, sep.Repetition)
			}
			for c, value := range components {
				if c > 0 {
					text = append(text, sep.Component)
				}
				text = sep.append(text, value)
			}
		}
		ends = append(ends, uint32(len(text)))
	}
	return Segment{text: string(text), ends: ends, sep: sep, charset: UTF8}
}

// append adds a value with its separators released.
func (s Separators) append(text []byte, value string) []byte {
	for i := range len(value) {
		if s.special(value[i]) {
			text = append(text, s.Release)
		}
		text = append(text, value[i])
	}
	return text
}

// meant puts a value into UTF-8 and takes its release characters out: first the one,
// so that bytes on both sides of a release character are not taken for one character.
func meant(value string, release byte, charset Charset) string {
	value = charset.decode(value)
	if release == 0 || strings.IndexByte(value, release) < 0 {
		return value
	}
	plain := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		if value[i] == release && i+1 < len(value) {
			i++
		}
		plain = append(plain, value[i])
	}
	return string(plain)
}

// IsZero tells whether there is no segment.
func (s Segment) IsZero() bool { return len(s.ends) == 0 }

// ID returns the tag, such as ALC.
func (s Segment) ID() string { return s.Value(0) }

// Is tells whether the segment has the tag.
func (s Segment) Is(tag string) bool { return s.ID() == tag }

// Len returns the number of elements, empty ones before the last included.
func (s Segment) Len() int {
	last := len(s.ends) - 1
	for last > 0 && s.blank(s.element(last)) {
		last--
	}
	return max(0, last)
}

// blank tells whether text has nothing but separators.
func (s Segment) blank(text string) bool {
	for i := range len(text) {
		if b := text[i]; b != s.sep.Component && (b != s.sep.Repetition || b == 0) {
			return false
		}
	}
	return true
}

// dangling tells whether the text ends within a released character, as it does at the
// end of a stream that was cut off.
func (s Segment) dangling() bool {
	if s.sep.Release == 0 {
		return false
	}
	plain := strings.TrimRight(s.text, string([]byte{s.sep.Release}))
	return (len(s.text)-len(plain))%2 == 1
}

// element returns the element as it stands.
func (s Segment) element(i int) string {
	switch {
	case i < 0 || i >= len(s.ends):
		return ""
	case i == 0:
		return s.text[:s.ends[0]]
	}
	return s.text[s.ends[i-1]+1 : s.ends[i]]
}

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
	return s.components(s.repetition(i, 1))
}

// components returns those of a repetition, empty ones at the end left out.
func (s Segment) components(repetition string) []string {
	var list []string
	for {
		at := cut(repetition, s.sep.Component, s.sep.Release)
		if at < 0 {
			break
		}
		list = append(list, meant(repetition[:at], s.sep.Release, s.charset))
		repetition = repetition[at+1:]
	}
	list = append(list, meant(repetition, s.sep.Release, s.charset))
	return trimmed(list, func(c string) bool { return c == "" })
}

// Repetitions returns how often the element is there: 0 if it is empty.
func (s Segment) Repetitions(i int) int {
	element := s.element(i)
	count, last := 0, 0 // last: the last that is not empty
	for {
		count++
		at := cut(element, s.sep.Repetition, s.sep.Release)
		repetition := element
		if at >= 0 {
			repetition = element[:at]
		}
		if !s.blank(repetition) {
			last = count
		}
		if at < 0 {
			return last
		}
		element = element[at+1:]
	}
}

func (s Segment) repetition(i, n int) string {
	return part(s.element(i), s.sep.Repetition, s.sep.Release, n)
}

// RepeatedComponent returns component c of the nth repetition of the element.
func (s Segment) RepeatedComponent(i, n, c int) string {
	return meant(part(s.repetition(i, n), s.sep.Component, s.sep.Release, c), s.sep.Release, s.charset)
}

// Offset returns where the segment was read in the stream, in bytes from 0.
func (s Segment) Offset() int64 { return s.offset }

// ElementOffset returns where the element was read in the stream, the offset of the
// segment's end if there is no such element.
func (s Segment) ElementOffset(i int) int64 { return elementOffset(s.offset, len(s.text), s.ends, i) }

// Number counts the segments of the interchange it was read in; the UNB is 1. Without
// one it counts those of the stream. A UNA is none. 0: it was not read.
func (s Segment) Number() int { return s.number }

// NumberInMessage counts the segments of the message it was read in; the UNH is 1.
func (s Segment) NumberInMessage() int { return s.inMessage }

// Equal tells whether two segments say the same, wherever they were read.
func (s Segment) Equal(t Segment) bool {
	if s.IsZero() != t.IsZero() || s.Len() != t.Len() {
		return false
	}
	for i := 0; i <= s.Len(); i++ {
		if s.Repetitions(i) != t.Repetitions(i) {
			return false
		}
		for n := 1; n <= s.Repetitions(i); n++ {
			if !slices.Equal(s.components(s.repetition(i, n)), t.components(t.repetition(i, n))) {
				return false
			}
		}
	}
	return true
}

// String writes the segment with the standard separators and without its
// terminator, for a person. Repetitions are divided by *.
func (s Segment) String() string {
	if s.IsZero() {
		return ""
	}
	var b strings.Builder
	for i := 0; i <= s.Len(); i++ {
		if i > 0 {
			b.WriteByte('+')
		}
		rest := s.element(i)
		for n := s.Repetitions(i); n > 0; n-- {
			repetition := rest
			if at := cut(rest, s.sep.Repetition, s.sep.Release); at >= 0 {
				repetition, rest = rest[:at], rest[at+1:]
			}
			b.WriteString(strings.Join(s.components(repetition), ":"))
			if n > 1 {
				b.WriteByte('*')
			}
		}
	}
	return b.String()
}

// With returns the segment with another value of component c in the first repetition
// of element i: of a simple element it is the value itself. All else stays, the place
// where it was read too.
func (s Segment) With(i, c int, value string) Segment {
	if s.IsZero() || i < 1 || c < 1 {
		return s
	}
	elements := make([]Element, max(s.Len(), i))
	for n := range elements {
		e := Element{}
		for r := 1; r <= s.Repetitions(n+1); r++ {
			e.repetitions = append(e.repetitions, s.components(s.repetition(n+1, r)))
		}
		elements[n] = e
	}
	e := &elements[i-1]
	if len(e.repetitions) == 0 {
		e.repetitions = [][]string{nil}
	}
	for len(e.repetitions[0]) < c {
		e.repetitions[0] = append(e.repetitions[0], "")
	}
	e.repetitions[0][c-1] = value
	out := NewSegment(s.ID(), elements...)
	out.offset, out.number, out.inMessage = s.offset, s.number, s.inMessage
	return out
}
