package edifact

// Token is a segment as it stands in the reader's buffer. Nothing is copied: a Token
// and every slice taken from it are valid until the next call of [Reader.Next].
// Elements, repetitions and components count from 1; what does not exist is nil.
// Slices are as they stand, release characters included; [Token.Segment] makes a copy
// that stays and whose values are as they are meant.
type Token struct {
	lead      []byte   // filler and service string advice before the segment
	text      []byte   // tag and elements, without the terminator
	tail      []byte   // the terminator, empty if it is missing
	ends      []uint32 // ends[i]: where element i ends in text; 0 is the tag
	sep       Separators
	charset   Charset
	offset    int64
	number    int
	inMessage int
}

// ID returns the tag, such as LIN.
func (t *Token) ID() []byte {
	id := t.text[:t.ends[0]]
	if len(id) > tagLength && id[tagLength] == t.sep.Component { // LIN:1 nests explicitly
		return id[:tagLength]
	}
	return id
}

// Is tells whether the segment has the tag.
func (t *Token) Is(tag string) bool { return string(t.ID()) == tag }

// Len returns the number of elements, empty ones included.
func (t *Token) Len() int { return len(t.ends) - 1 }

// Element returns the element as it stands, repetitions and components undivided.
func (t *Token) Element(i int) []byte {
	if i < 1 || i >= len(t.ends) {
		return nil
	}
	return t.text[t.ends[i-1]+1 : t.ends[i]]
}

// Repetition returns the nth repetition of the element.
func (t *Token) Repetition(i, n int) []byte {
	return part(t.Element(i), t.sep.Repetition, t.sep.Release, n)
}

// Component returns component c of the first repetition of the element. A simple
// element is its own first component.
func (t *Token) Component(i, c int) []byte {
	return part(t.Repetition(i, 1), t.sep.Component, t.sep.Release, c)
}

// Value returns a copy of component c of the element as it is meant: without release
// characters, in UTF-8.
func (t *Token) Value(i, c int) string {
	return meant(string(t.Component(i, c)), t.sep.Release, t.charset)
}

// Offset returns where the segment begins in the stream, in bytes from 0.
func (t *Token) Offset() int64 { return t.offset }

// ElementOffset returns where the element begins in the stream, the offset of the
// segment's end if there is no such element.
func (t *Token) ElementOffset(i int) int64 { return elementOffset(t.offset, len(t.text), t.ends, i) }

func elementOffset(offset int64, length int, ends []uint32, i int) int64 {
	switch {
	case i < 1:
		return offset
	case i >= len(ends):
		return offset + int64(length)
	}
	return offset + int64(ends[i-1]) + 1
}

// Number counts the segments of the interchange; the UNB is 1. Without one the
// segments of the stream are counted. A UNA is none.
func (t *Token) Number() int { return t.number }

// NumberInMessage counts the segments of the message; the UNH is 1. It is 0 outside.
func (t *Token) NumberInMessage() int { return t.inMessage }

// Raw returns the segment without its terminator.
func (t *Token) Raw() []byte { return t.text }

// Append adds the segment to dst as it was received, with what was skipped before it
// (line breaks, a byte order mark, a service string advice) and its terminator. All
// tokens of a stream, and [Reader.Rest] at its end, give the same bytes again.
func (t *Token) Append(dst []byte) []byte {
	return append(append(append(dst, t.lead...), t.text...), t.tail...)
}

// Separators returns those of the segment.
func (t *Token) Separators() Separators { return t.sep }

// Segment returns a copy that stays valid.
func (t *Token) Segment() Segment {
	return Segment{text: string(t.text), ends: append([]uint32(nil), t.ends...), sep: t.sep, charset: t.charset,
		offset: t.offset, number: t.number, inMessage: t.inMessage}
}

// no returns the number that a fault of the segment carries.
func (t *Token) no() int {
	if t.inMessage > 0 {
		return t.inMessage
	}
	return t.number
}

// cut returns where the first separator stands that is not released, or -1. A
// separator of 0 does not occur.
func cut[T ~string | ~[]byte](text T, separator, release byte) int {
	if separator == 0 {
		return -1
	}
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b == separator:
			return i
		case b == release && release != 0:
			i++
		}
	}
	return -1
}

// part returns the nth part of text, counted from 1; nil if there is none.
func part[T ~string | ~[]byte](text T, separator, release byte, n int) T {
	var none T
	if n < 1 {
		return none
	}
	for ; ; n-- {
		at := cut(text, separator, release)
		switch {
		case n == 1 && at < 0:
			return text
		case n == 1:
			return text[:at]
		case at < 0:
			return none
		}
		text = text[at+1:]
	}
}
