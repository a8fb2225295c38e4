package x12

import (
	"bytes"

	"github.com/o2ckit/o2c/edi/fault"
)

// readSegment reads one segment of the interchange at pos. It looks at each
// byte once, so that its time is linear however the bytes are arranged.
func (r *Reader) readSegment() {
	ends := r.tok.ends[:0]
	elements := 0 // ends, and those beyond the limit
	control := -1 // the first control character
	i := 0
	text := r.ahead()
	for {
		for i < len(text) && r.class[text[i]] == dataByte {
			i++
		}
		if i == len(text) {
			if i > r.opt.MaxSegmentBytes {
				r.abandon(i, r.limitFault("a segment"))
				return
			}
			if !r.in.Fill() {
				break
			}
			text = r.ahead()
			continue
		}
		class := r.class[text[i]]
		if class == elementByte {
			if elements <= r.opt.MaxElements {
				ends = append(ends, uint32(i))
			}
			elements++
			i++
			continue
		}
		if class == terminatorByte {
			r.endSegment(ends, i, 1, elements, control)
			return
		}
		if r.in.End-r.in.Pos-i < boundaryWidth && r.in.Fill() {
			text = r.ahead()
			continue
		}
		if width := r.boundary(text[i:]); width > 0 && i > 0 {
			r.fault(r.unterminated(ends, i))
			r.endSegment(ends, i, width, elements, control)
			return
		}
		if control < 0 {
			control = i
		}
		i++
	}
	if r.in.Failed() {
		r.in.Pos = r.in.End // what the source did not give is not what the sender left out
		return
	}
	r.endStream(ends, i, elements, control)
}

// ahead is what is in memory of the segment at pos, up to one byte more than
// it may have: what is too long must not depend on how the stream arrives.
func (r *Reader) ahead() []byte {
	return r.in.Buf[r.in.Pos:min(r.in.End, r.in.Pos+r.opt.MaxSegmentBytes+1)]
}

// endSegment makes the token of the segment text[:i], which the terminator of
// the given width follows. ends holds the ends of all elements but the last.
func (r *Reader) endSegment(ends []uint32, i, width, elements, control int) {
	if i == 0 {
		r.fault(Fault{Code: CodeSegmentEmpty, Standard: standard("AK304", "1"), Severity: Failure,
			SegmentNo: r.number, Message: "a segment terminator follows another", Fix: "leave out the empty segment"})
		r.in.Pos += width
		r.joined = true
		return
	}
	start := r.in.Pos
	text := r.in.Buf[start : start+i]
	r.in.Pos += i + width
	if r.delims.Segment == '\n' && width == 1 && text[i-1] == '\r' {
		text = text[:i-1]
	}
	if elements <= r.opt.MaxElements {
		ends = append(ends, uint32(len(text)))
	}
	r.number++
	t := &r.tok
	t.lead, t.text, t.tail = r.in.Buf[r.in.Lead:start], text, r.in.Buf[start+len(text):r.in.Pos]
	t.ends, t.offset, t.number = ends, r.in.Base+int64(start), r.number
	r.countInSet(t)
	r.held = true
	r.unmerge(start)
	r.inspect(elements, control)
}

// countInSet keeps the number of the segment within its set.
func (r *Reader) countInSet(t *Token) {
	switch id := t.ID(); {
	case string(id) == "ST":
		r.inSet = 1
	case r.lastSet:
		r.inSet = 0
	case r.inSet > 0:
		r.inSet++
	}
	id := t.ID()
	r.lastSet = r.inSet > 0 && string(id) == "SE"
	if !r.lastSet && (string(id) == "GE" || string(id) == "IEA") {
		r.inSet = 0
	}
	if string(id) == "IEA" {
		r.inside = false
	}
	t.inSet = r.inSet
}

// inspect reports what is wrong with the token that has just been read.
func (r *Reader) inspect(elements, control int) {
	t := &r.tok
	if !validID(t.ID()) {
		r.fault(Fault{Code: CodeSegmentIdentifier, Standard: standard("AK304", "1"), Severity: Failure,
			SegmentNo: t.no(), Offset: t.offset, Value: fault.Shortened(t.ID()),
			Message: "a segment begins with an identifier of two or three capital letters and digits",
			Fix:     "correct the identifier, or the terminator of the segment before"})
	}
	if elements > r.opt.MaxElements {
		r.fault(Fault{Code: CodeLimitElements, Standard: standard("AK403", "3"), Severity: Failure,
			Segment: fault.Shortened(t.ID()), SegmentNo: t.no(), Element: r.opt.MaxElements + 1, Offset: t.offset,
			Message: "the segment has more elements than are allowed; the rest is left out"})
	}
	if control >= 0 && control < len(t.text) {
		element := t.elementAt(control)
		r.fault(Fault{Code: CodeInvalidCharacter, Standard: standard("AK403", "6"), Severity: Failure,
			Segment: fault.Shortened(t.ID()), SegmentNo: t.no(), Element: element, Offset: t.offset + int64(control),
			Value: fault.Shortened(t.Element(element)), Message: "a control character stands within the data",
			Fix: "remove it, or terminate the segment before it"})
	}
}

// endStream makes a token of what stands in front of the end of the stream
// without a terminator.
func (r *Reader) endStream(ends []uint32, i, elements, control int) {
	text := bytes.TrimRight(r.in.Buf[r.in.Pos:r.in.Pos+i], " \t\r\n\v\f\x00\x1A")
	trimmed := len(text)
	for len(ends) > 0 && int(ends[len(ends)-1]) >= trimmed { // a separator that is white space
		ends = ends[:len(ends)-1]
	}
	f := r.unterminated(ends, trimmed)
	if bytes.HasPrefix(text, []byte("IEA")) {
		f.Severity = Warning
	} else {
		f.Code, f.Standard = CodeTruncated, standard("TA105", "023")
		f.Message, f.Fix = "the stream ends within a segment", "send the whole interchange again"
	}
	r.fault(f)
	if control >= trimmed {
		control = -1
	}
	r.endSegment(ends, trimmed, i-trimmed, elements, control)
}

// abandon gives the interchange up: its segment boundaries are lost.
func (r *Reader) abandon(consumed int, f Fault) {
	f.Segment, f.SegmentNo = fault.Shortened(idOf(r.in.Buf[r.in.Pos:r.in.Pos+consumed], r.delims.Element)), r.number+1
	r.fault(f)
	r.in.Pos += consumed
	r.inside, r.resync, r.inSet, r.lastSet = false, true, 0, false
}

// unterminated is the fault of a segment that ends at text[i] without its
// terminator. ends does not hold that end yet.
func (r *Reader) unterminated(ends []uint32, i int) Fault {
	text := r.in.Buf[r.in.Pos : r.in.Pos+i]
	from := 0
	if len(ends) > 0 {
		from = min(int(ends[len(ends)-1])+1, i)
	}
	no := r.number + 1
	if r.inSet > 0 && !r.lastSet {
		no = r.inSet + 1
	}
	return Fault{Code: CodeSegmentUnterminated, Standard: standard("AK502", "5"), Severity: Failure,
		Segment: fault.Shortened(idOf(text, r.delims.Element)), SegmentNo: no, Element: len(ends),
		Offset: r.in.Base + int64(r.in.Pos+i), Value: fault.Shortened(text[from:]),
		Message: "the segment terminator is missing here",
		Fix:     "end each segment with the character that follows ISA16"}
}

// boundaryWidth is how far boundary looks: some control characters and blanks,
// an identifier and a separator.
const boundaryWidth = 8 + 3 + 1

// boundary tells whether text, which begins with a control character that is
// no delimiter, is the end of a segment without terminator: behind control
// characters and blanks the next segment begins. It returns their number, or 0. Behind a
// tab, which may be part of a text, the segment has to be a usual one.
func (r *Reader) boundary(text []byte) int {
	width := 0
	for width < len(text) && width < boundaryWidth-4 && (text[width] == ' ' || r.class[text[width]] == controlByte) {
		width++
	}
	next := text[width:]
	n := bytes.IndexByte(next[:min(4, len(next))], r.delims.Element)
	if n < 2 || !validID(next[:n]) {
		return 0
	}
	if text[0] == '\t' && !usualID(next[:n]) { // a tab in a text
		return 0
	}
	return width
}

// unmerge finds an envelope segment that swallowed the next one because its
// terminator is missing altogether: SE, GE and IEA have two elements, so that
// a third shows it, and what may follow them is known. The reader goes back to
// where the next segment begins. Only short segments are looked at, so that
// going back cannot make the time quadratic.
func (r *Reader) unmerge(start int) {
	const longest = 512
	t := &r.tok
	if t.Len() < 3 || len(t.text) > longest {
		return
	}
	var next []string
	switch string(t.ID()) {
	case "SE":
		next = []string{"ST", "GE"}
	case "GE":
		next = []string{"GS", "IEA"}
	case "IEA":
		next = []string{"ISA"}
	}
	second := t.Element(2)
	for _, id := range next {
		if n := len(second) - len(id); n > 0 && string(second[n:]) == id {
			end := int(t.ends[2]) - len(id)
			t.ends = append(t.ends[:2], uint32(end))
			t.text, t.tail = t.text[:end], nil
			r.in.Pos = start + end
			r.fault(Fault{Code: CodeSegmentUnterminated, Standard: standard("AK502", "5"), Severity: Failure,
				Segment: string(t.ID()), SegmentNo: t.no(), Element: 2, Offset: t.offset + int64(end),
				Value: fault.Shortened(second), Message: "the segment terminator is missing here",
				Fix: "end each segment with the character that follows ISA16"})
			return
		}
	}
}

// elementAt returns the number of the element in which text[i] stands.
func (t *Token) elementAt(i int) int {
	for n, end := range t.ends {
		if i < int(end) {
			return n
		}
	}
	return max(0, len(t.ends)-1)
}

// validID tells whether id is two or three capital letters and digits and
// begins with a letter.
func validID(id []byte) bool {
	if len(id) != 2 && len(id) != 3 || !isUpper(id[0]) {
		return false
	}
	for _, b := range id[1:] {
		if !isUpper(b) && !isDigit(b) {
			return false
		}
	}
	return true
}

// idOf returns what stands before the first separator.
func idOf(text []byte, separator byte) []byte {
	id, _, _ := bytes.Cut(text, []byte{separator})
	return id
}
