package x12

import "bytes"

// Token is a segment as it stands in the reader's buffer. Nothing is copied:
// a Token and every slice taken from it are valid until the next call of
// [Reader.Next]. Elements, repetitions and components count from 1; what does
// not exist is nil. Use [Token.Segment] for a copy that stays.
type Token struct {
	lead   []byte   // filler before the segment
	text   []byte   // identifier and elements, without the terminator
	tail   []byte   // the terminator as found, empty if it is missing
	ends   []uint32 // ends[i]: where element i ends in text; 0 is the identifier
	delims Delimiters
	offset int64
	number int
	inSet  int
}

// ID returns the segment identifier, such as PO1.
func (t *Token) ID() []byte { return t.text[:t.ends[0]] }

// Is tells whether the segment has the identifier.
func (t *Token) Is(id string) bool { return string(t.ID()) == id }

// Len returns the number of elements, empty ones included.
func (t *Token) Len() int { return len(t.ends) - 1 }

// Element returns the element as it stands, repetitions and components
// undivided.
func (t *Token) Element(i int) []byte {
	if i < 1 || i >= len(t.ends) {
		return nil
	}
	return t.text[t.ends[i-1]+1 : t.ends[i]]
}

// Value returns a copy of the element.
func (t *Token) Value(i int) string { return string(t.Element(i)) }

// Repetitions returns how often the element is there: 0 if it does not exist
// or is empty. The elements of the ISA do not repeat.
func (t *Token) Repetitions(i int) int {
	element := t.Element(i)
	if len(element) == 0 {
		return 0
	}
	if t.delims.Repetition == 0 || t.Is("ISA") {
		return 1
	}
	return 1 + bytes.Count(element, []byte{t.delims.Repetition})
}

// Repetition returns the nth repetition of the element.
func (t *Token) Repetition(i, n int) []byte {
	element := t.Element(i)
	if t.Is("ISA") {
		return part(element, 0, n)
	}
	return part(element, t.delims.Repetition, n)
}

// Component returns component c of the first repetition of the element. A
// simple element is its own first component.
func (t *Token) Component(i, c int) []byte {
	if t.Is("ISA") {
		return part(t.Element(i), 0, c)
	}
	return part(t.Repetition(i, 1), t.delims.Component, c)
}

// Offset returns where the segment begins in the stream, in bytes from 0.
func (t *Token) Offset() int64 { return t.offset }

// ElementOffset returns where the element begins in the stream, the offset of
// the segment's end if there is no such element.
func (t *Token) ElementOffset(i int) int64 {
	switch {
	case i < 1:
		return t.offset
	case i >= len(t.ends):
		return t.offset + int64(len(t.text))
	}
	return t.offset + int64(t.ends[i-1]) + 1
}

// Number counts the segments of the interchange; the ISA is 1.
func (t *Token) Number() int { return t.number }

// NumberInSet counts the segments of the set; the ST is 1. It is 0 outside.
func (t *Token) NumberInSet() int { return t.inSet }

// Raw returns the segment without its terminator.
func (t *Token) Raw() []byte { return t.text }

// Lead returns what was skipped before the segment: byte order mark, line
// breaks, blanks.
func (t *Token) Lead() []byte { return t.lead }

// Terminator returns the bytes that ended the segment: the delimiter, with a
// carriage return in front where lines end so, or nothing if it is missing.
func (t *Token) Terminator() []byte { return t.tail }

// Append adds the segment to dst as it was received, with what was skipped
// before it and its terminator. All tokens of a stream, and [Reader.Rest] at its
// end, give the same bytes again.
func (t *Token) Append(dst []byte) []byte {
	return append(append(append(dst, t.lead...), t.text...), t.tail...)
}

// Delimiters returns those of the interchange.
func (t *Token) Delimiters() Delimiters { return t.delims }

// Segment returns a copy that stays valid.
func (t *Token) Segment() Segment {
	return Segment{text: string(t.text), ends: append([]uint32(nil), t.ends...),
		delims: t.delims, offset: t.offset, number: t.number, inSet: t.inSet}
}

// no returns the number that a fault of the segment carries.
func (t *Token) no() int {
	if t.inSet > 0 {
		return t.inSet
	}
	return t.number
}

// part returns the nth part of text, counted from 1; nil if there is none.
func part[T ~string | ~[]byte](text T, delimiter byte, n int) T {
	var none T
	if n < 1 {
		return none
	}
	for from := 0; ; n-- {
		to := len(text)
		if delimiter != 0 {
			if i := indexByte(text[from:], delimiter); i >= 0 {
				to = from + i
			}
		}
		if n == 1 {
			return text[from:to]
		}
		if to == len(text) {
			return none
		}
		from = to + 1
	}
}

func indexByte[T ~string | ~[]byte](text T, b byte) int {
	for i := range len(text) {
		if text[i] == b {
			return i
		}
	}
	return -1
}
