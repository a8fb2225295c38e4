package edifact

import (
	"bytes"

	"github.com/o2ckit/o2c/edi/fault"
)

// readSegment reads one segment at the present position. It looks at each byte once,
// so that its time is linear however the bytes are arranged.
func (r *Reader) readSegment() {
	ends := r.tok.ends[:0]
	elements := 0 // ends, and those beyond the limit
	foreign := -1 // the first character that the set does not have
	i := 0
	text := r.ahead()
	for {
		for i < len(text) && r.class[text[i]] == dataByte {
			i++
		}
		if i >= len(text) || r.class[text[i]] == releaseByte && i+1 == len(text) {
			if len(text) > r.opt.MaxSegmentBytes {
				r.abandon(len(text))
				return
			}
			if !r.in.Fill() {
				i = len(text)
				break
			}
			text = r.ahead()
			continue
		}
		switch r.class[text[i]] {
		case elementByte:
			if elements <= r.opt.MaxElements {
				ends = append(ends, uint32(i))
			}
			elements++
			i++
			continue
		case terminatorByte:
			r.endSegment(ends, i, 1, elements, foreign)
			return
		case releaseByte:
			i += 2
			continue
		default:
		}
		if r.in.End-r.in.Pos-i < boundaryWidth && r.in.Fill() {
			text = r.ahead()
			continue
		}
		if i > 0 && r.boundary(text[i:]) {
			r.fault(r.unterminated(ends, i))
			r.endSegment(ends, i, 0, elements, foreign)
			return
		}
		if foreign < 0 {
			foreign = i
		}
		i++
	}
	if r.in.Failed() {
		r.in.Pos = r.in.End // what the source did not give is not what the sender left out
		return
	}
	r.endStream(ends, i, elements, foreign)
}

// ahead is what is in memory of the segment, up to one byte more than it may have:
// what is too long must not depend on how the stream arrives.
func (r *Reader) ahead() []byte {
	return r.in.Buf[r.in.Pos:min(r.in.End, r.in.Pos+r.opt.MaxSegmentBytes+1)]
}

// endSegment makes the token of the segment text[:i], which the terminator of the
// given width follows. ends holds the ends of all elements but the last.
func (r *Reader) endSegment(ends []uint32, i, width, elements, foreign int) {
	if i == 0 {
		r.here(Fault{Code: CodeSegmentEmpty, Standard: note("22"), Severity: Failure,
			SegmentNo: r.number, Message: "a segment terminator follows another", Fix: "leave out the empty segment"})
		r.in.Pos += width
		r.joined = true
		return
	}
	start := r.in.Pos
	r.in.Pos += i + width
	if elements <= r.opt.MaxElements {
		ends = append(ends, uint32(i))
	}
	r.number++
	t := &r.tok
	t.lead, t.text, t.tail = r.in.Buf[r.in.Lead:start], r.in.Buf[start:start+i], r.in.Buf[start+i:r.in.Pos]
	t.ends, t.sep, t.charset = ends, r.sep, r.set
	t.offset, t.number = r.in.Base+int64(start), r.number
	r.place(t)
	r.held = true
	if elements > 2 && r.lastUNT {
		r.unmerge(start)
	}
	if !validTag(string(t.ID())) || elements > r.opt.MaxElements || foreign >= 0 {
		r.inspect(elements, foreign)
	}
}

// place keeps the number of the segment within its message, and what the segments of
// the envelope mean to the reader.
func (r *Reader) place(t *Token) {
	if r.lastUNT {
		r.inMessage, r.lastUNT = 0, false
	} else if r.inMessage > 0 {
		r.inMessage++
	}
	if t.text[0] == 'U' && t.text[1%len(t.text)] == 'N' {
		switch string(t.ID()) {
		case "UNB":
			r.inMessage = 0
			r.begin()
		case "UNG", "UNE":
			r.inMessage = 0
		case "UNH":
			r.inMessage = 1
		case "UNT":
			r.lastUNT = r.inMessage > 0
		case "UNZ":
			r.inMessage = 0
			r.finish()
		}
	}
	t.inMessage = r.inMessage
}

// inspect reports what is wrong with the token that has just been read.
func (r *Reader) inspect(elements, foreign int) {
	t := &r.tok
	if tag := t.ID(); !validTag(string(tag)) {
		r.fault(Fault{Code: CodeSegmentTag, Standard: note("12"), Severity: Failure,
			SegmentNo: t.no(), Offset: t.offset, Value: fault.Shortened(tag),
			Message: "what begins here is no tag: three capital letters or digits, and not UNA",
			Fix:     "correct the tag, or the terminator of the segment before"})
	}
	if elements > r.opt.MaxElements {
		r.fault(Fault{Code: CodeLimitElements, Standard: note("16"), Severity: Failure,
			Segment: fault.Shortened(t.ID()), SegmentNo: t.no(), Element: r.opt.MaxElements + 1, Offset: t.offset,
			Message: "the segment has more elements than are allowed; the rest is left out"})
	}
	if foreign >= 0 && foreign < len(t.text) {
		element := 0
		for element < len(t.ends)-1 && foreign >= int(t.ends[element]) {
			element++
		}
		r.fault(Fault{Code: CodeInvalidCharacter, Standard: note("21"), Severity: Warning,
			Segment: fault.Shortened(t.ID()), SegmentNo: t.no(), Element: element, Offset: t.offset + int64(foreign),
			Value: fault.Shortened(t.Element(element)), Message: "a character stands here that the character set does not have",
			Fix: "remove it, or name the character set in the UNB that has it"})
	}
}

// endStream makes a token of what stands in front of the end of the stream without a
// terminator.
func (r *Reader) endStream(ends []uint32, i, elements, foreign int) {
	text := bytes.TrimRight(r.in.Buf[r.in.Pos:r.in.Pos+i], " \t\r\n\v\f\x00\x1A")
	trimmed := len(text)
	for len(ends) > 0 && int(ends[len(ends)-1]) >= trimmed { // a separator that is white space
		ends = ends[:len(ends)-1]
	}
	f := r.unterminated(ends, trimmed)
	if r.framed && bytes.HasPrefix(text, []byte("UNZ")) {
		f.Severity = Warning
	} else {
		f.Code, f.Standard = CodeTruncated, note("13")
		f.Message, f.Fix = "the stream ends within a segment: it has no terminator", "send the whole interchange again"
	}
	r.fault(f)
	if foreign >= trimmed {
		foreign = -1
	}
	r.endSegment(ends, trimmed, i-trimmed, elements, foreign)
}

// abandon gives up a segment that is too long, and in an interchange the interchange:
// its segment boundaries are lost.
func (r *Reader) abandon(consumed int) {
	f := r.limitFault("a segment")
	text := r.in.Buf[r.in.Pos : r.in.Pos+consumed]
	tag, _, _ := bytes.Cut(text, []byte{r.sep.Element})
	f.Segment, f.SegmentNo = fault.Shortened(tag), r.number+1
	r.here(f)
	r.number++
	if r.framed {
		r.in.Pos += consumed
		r.finish()
		r.resync, r.inMessage, r.lastUNT = true, 0, false
		return
	}
	r.skipping = true
}

// skipSegment passes what is in memory of a segment that is too long, up to its
// terminator.
func (r *Reader) skipSegment() {
	for {
		for r.in.Pos < r.in.End {
			switch r.class[r.in.Buf[r.in.Pos]] {
			case terminatorByte:
				r.in.Pos++
				r.skipping = false
				return
			case releaseByte:
				if !r.in.Need(2) {
					r.in.Pos = r.in.End
					r.skipping = false
					return
				}
				r.in.Pos++
			default:
			}
			r.in.Pos++
		}
		r.in.Lead = r.in.Pos
		if !r.in.Fill() {
			r.skipping = false
			return
		}
	}
}

// unterminated is the fault of a segment that ends at text[i] without its terminator.
// ends does not hold that end yet.
func (r *Reader) unterminated(ends []uint32, i int) Fault {
	text := r.in.Buf[r.in.Pos : r.in.Pos+i]
	from := 0
	if len(ends) > 0 {
		from = min(int(ends[len(ends)-1])+1, i)
	}
	no := r.number + 1
	if r.inMessage > 0 && !r.lastUNT {
		no = r.inMessage + 1
	}
	tag, _, _ := bytes.Cut(text, []byte{r.sep.Element})
	return Fault{Code: CodeSegmentUnterminated, Standard: note("22"), Severity: Failure,
		Segment: fault.Shortened(tag), SegmentNo: no, Element: len(ends),
		Offset: r.in.Base + int64(r.in.Pos+i), Value: fault.Shortened(text[from:]),
		Message: "the segment terminator is missing here",
		Fix:     "end each segment with the terminator of the interchange"}
}

// boundaryWidth is how far boundary looks: some line breaks and blanks, a tag and a
// separator.
const boundaryWidth = 8 + tagLength + 1

// boundary tells whether text, which begins with a control character, is the end of a
// segment without terminator: behind control characters and blanks the next begins.
// Behind a tab, which may be part of a text, the next has to be a usual one.
func (r *Reader) boundary(text []byte) bool {
	width := 0
	for width < len(text) && width < boundaryWidth-4 && (text[width] == ' ' || text[width] < ' ' && r.class[text[width]] == foreignByte) {
		width++
	}
	next := text[width:]
	if width == 0 || len(next) <= tagLength || next[tagLength] != r.sep.Element || digit(next[0]) {
		return false
	}
	tag := string(next[:tagLength])
	return validTag(tag) && (text[0] != '\t' || usualTag(tag))
}

// unmerge finds a UNT that swallowed the next segment because its terminator is
// missing altogether: it has two elements, so that a third shows it, and what may
// follow it is known. The reader goes back to where the next segment begins. Only
// short segments are looked at, so that going back cannot make the time quadratic.
func (r *Reader) unmerge(start int) {
	const longest = 512
	t := &r.tok
	second := t.Element(2)
	if n := len(second) - tagLength; len(t.text) <= longest && n > 0 {
		switch string(second[n:]) {
		case "UNH", "UNE", "UNZ":
			end := int(t.ends[2]) - tagLength
			t.ends = append(t.ends[:2], uint32(end))
			t.text, t.tail = t.text[:end], nil
			r.in.Pos = start + end
			r.fault(Fault{Code: CodeSegmentUnterminated, Standard: note("22"), Severity: Failure,
				Segment: "UNT", SegmentNo: t.no(), Element: 2, Offset: t.offset + int64(end),
				Value: fault.Shortened(second), Message: "the segment terminator is missing here",
				Fix: "end each segment with the terminator of the interchange"})
		}
	}
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
