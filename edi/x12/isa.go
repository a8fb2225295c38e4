package x12

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/o2ckit/o2c/edi/fault"
)

const (
	isaLength  = 106 // with the terminator
	isaLongest = 512 // how far the separators of one of another length are looked for
)

// isaWidths are the widths of ISA01 to ISA16 (X12.5).
func isaWidths() [17]int {
	return [17]int{3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1}
}

// atHeader tells whether an interchange begins at pos.
func (r *Reader) atHeader() bool {
	if r.in.Buf[r.in.Pos] != 'I' || !r.in.Need(4) {
		return false
	}
	text := r.in.Buf[r.in.Pos:r.in.End]
	if text[1] != 'S' || text[2] != 'A' {
		return false
	}
	switch {
	case !r.inside && !r.resync:
		return true
	case r.inside && text[3] == r.delims.Element:
		return true
	}
	return r.plausible()
}

// plausible tells whether an ISA that can be understood stands at pos. It is
// asked where ISA may be data.
func (r *Reader) plausible() bool {
	r.in.Need(isaLength)
	text := r.in.Buf[r.in.Pos:r.in.End]
	if len(text) < 7 || !canDelimit(text[3]) || bytes.IndexByte(text[4:min(20, len(text))], text[3]) < 0 {
		return false
	}
	if _, regular := fixedISA(text); regular {
		return true
	}
	r.in.Need(isaLongest)
	_, ok := countedISA(r.in.Buf[r.in.Pos:r.in.End])
	return ok
}

// readHeader reads the ISA at pos and takes the delimiters from it.
func (r *Reader) readHeader() {
	r.in.Need(isaLength)
	ends, regular := fixedISA(r.in.Buf[r.in.Pos:r.in.End])
	if !regular {
		r.in.Need(isaLongest)
		var ok bool
		if ends, ok = countedISA(r.in.Buf[r.in.Pos:r.in.End]); !ok {
			r.rejectHeader()
			return
		}
	}
	start, length := r.in.Pos, int(ends[16])
	text := r.in.Buf[start : start+length]
	delims := Delimiters{Element: text[3], Component: text[length-1], Segment: r.in.Buf[start+length]}
	r.number, r.inSet, r.lastSet = 1, 0, false
	r.tok = Token{lead: r.in.Buf[r.in.Lead:start], text: text, tail: r.in.Buf[start+length : start+length+1],
		ends: append(r.tok.ends[:0], ends[:]...), delims: delims, offset: r.in.Base + int64(start), number: 1}
	r.in.Pos += length + 1
	if !regular {
		r.wrongLength(length + 1)
	}
	r.setDelimiters(delims)
}

// setDelimiters checks the delimiters of the ISA that is the token, and goes on
// with those that can be used.
func (r *Reader) setDelimiters(d Delimiters) {
	t := &r.tok
	if d.Segment == d.Element || !canDelimit(d.Segment) {
		f := delimiterFault(t, "004", 16, fmt.Sprintf("%q cannot be the segment terminator", d.Segment))
		f.Offset = t.offset + int64(len(t.text))
		r.fault(f)
		r.inside, r.resync = false, true
		return
	}
	if d.Component == d.Element || d.Component == d.Segment || !canDelimit(d.Component) {
		r.fault(delimiterFault(t, "027", 16, fmt.Sprintf(
			"%q cannot be the component separator beside element separator %q and terminator %q", d.Component, d.Element, d.Segment)))
		d.Component = 0
	}
	if version := t.Value(12); len(version) == 5 && allDigits(version) && version >= "00402" {
		d.Repetition = r.repetition(d)
	}
	t.delims, r.delims = d, d
	r.classify()
	r.inside, r.resync, r.held = true, false, true
}

// repetition returns the separator that ISA11 names from 00402 on, 0 if it
// cannot be used.
func (r *Reader) repetition(d Delimiters) byte {
	element := r.tok.Element(11)
	if len(element) != 1 || !canDelimit(element[0]) {
		f := delimiterFault(&r.tok, "026", 11, "from version 00402 on ISA11 is the repetition separator; this cannot be one")
		f.Severity = Warning
		r.fault(f)
		return 0
	}
	if b := element[0]; b == d.Element || b == d.Component || b == d.Segment {
		r.fault(delimiterFault(&r.tok, "026", 11, fmt.Sprintf("the repetition separator %q has another role, too", b)))
		return 0
	}
	return element[0]
}

// classify fills the table of what each byte means to readSegment.
func (r *Reader) classify() {
	for b := range r.class {
		r.class[b] = dataByte
		if isControl(byte(b)) && byte(b) != r.delims.Component && byte(b) != r.delims.Repetition {
			r.class[b] = controlByte
		}
	}
	r.class[0] = controlByte // an absent separator is 0
	r.class[r.delims.Element], r.class[r.delims.Segment] = elementByte, terminatorByte
}

func delimiterFault(t *Token, note string, element int, message string) Fault {
	return tokenFault(t, CodeDelimiters, standard("TA105", note), element, message, "use a character that does not occur in the data")
}

// wrongLength reports an ISA that had to be read by counting.
func (r *Reader) wrongLength(length int) {
	t := &r.tok
	f := Fault{Code: CodeHeaderLength, Standard: standard("TA105", "022"), Severity: Failure, Segment: "ISA", SegmentNo: 1,
		Offset: t.offset, Message: fmt.Sprintf("the ISA has %d bytes instead of %d", length, isaLength),
		Fix: "fill each element of the ISA with blanks to its fixed width"}
	if r.opt.Lenient {
		f.Severity = Warning
	}
	if t.widthsInCharacters() {
		f.Severity = Warning
		f.Message = "the ISA has its 106 characters, but more bytes; " + f.Message
	}
	for i, width := range isaWidths() {
		if i > 0 && len(t.Element(i)) != width {
			f.Element, f.Offset, f.Value = i, t.ElementOffset(i), fault.Shortened(t.Element(i))
			f.Message += fmt.Sprintf("; ISA%02d has %d instead of %d", i, len(t.Element(i)), width)
			break
		}
	}
	r.fault(f)
}

// widthsInCharacters tells whether the elements of an ISA in UTF-8 have their
// widths in characters: a sender's program that counts so is understood.
func (t *Token) widthsInCharacters() bool {
	for i, width := range isaWidths() {
		if i > 0 && utf8.RuneCount(t.Element(i)) != width {
			return false
		}
	}
	return utf8.Valid(t.text)
}

// rejectHeader reports an ISA that cannot be understood; the next is looked for.
func (r *Reader) rejectHeader() {
	if r.in.Failed() {
		r.in.Pos = r.in.End
		return
	}
	text := r.in.Buf[r.in.Pos:r.in.End]
	f := Fault{Code: CodeHeaderMalformed, Standard: standard("TA105", "022"), Severity: Failure, Segment: "ISA", SegmentNo: 1,
		Value: fault.Shortened(text), Message: "the ISA does not have sixteen elements between separators",
		Fix: "send an ISA of 106 bytes with its sixteen elements in their fixed widths"}
	if r.in.Err != nil && len(text) < isaLength {
		f.Code, f.Standard, f.Message = CodeHeaderTruncated, standard("TA105", "023"), "the stream ends within the ISA"
		f.Offset = r.in.Base + int64(r.in.End)
	}
	r.fault(f)
	r.in.Pos += len("ISA")
	r.inside, r.resync = false, true
}

// fixedISA finds the ends of an ISA whose elements have their fixed widths.
func fixedISA(text []byte) (ends [17]uint32, ok bool) {
	if len(text) < isaLength {
		return ends, false
	}
	separator, at := text[3], 0
	for i, width := range isaWidths() {
		at += width
		ends[i] = uint32(at)
		if i < 16 && text[at] != separator || bytes.IndexByte(text[at-width:at], separator) >= 0 {
			return ends, false
		}
		at++
	}
	return ends, canDelimit(separator)
}

// countedISA finds the ends of an ISA of any length by its sixteen separators;
// ISA16 is one byte.
func countedISA(text []byte) (ends [17]uint32, ok bool) {
	if len(text) < 4 || !canDelimit(text[3]) {
		return ends, false
	}
	text = text[:min(len(text), isaLongest)]
	separator, count := text[3], 0
	for i := 3; i < len(text) && count < 16; i++ {
		if text[i] == separator {
			ends[count] = uint32(i)
			count++
		}
	}
	end := int(ends[15]) + 2 // behind ISA16
	if count < 16 || end >= len(text) || !canDelimit(text[end-1]) || !canDelimit(text[end]) {
		return ends, false
	}
	ends[16] = uint32(end)
	version := bytes.TrimSpace(text[ends[11]+1 : ends[12]])
	control := bytes.TrimSpace(text[ends[12]+1 : ends[13]])
	return ends, len(version) == 5 && allDigits(version) && len(control) > 0 && allDigits(control)
}

// skipJunk passes what is no interchange, up to the next ISA that can be
// understood or the end of the stream, in bounded memory.
func (r *Reader) skipJunk() {
	if !r.resync {
		r.fault(r.notX12())
		r.resync = true
	}
	r.in.Pos++
	for {
		i := bytes.Index(r.in.Buf[r.in.Pos:r.in.End], []byte("ISA"))
		if i >= 0 {
			r.in.Pos += i
			r.in.Lead = r.in.Pos
			return
		}
		r.in.Pos = max(r.in.Pos, r.in.End-2)
		r.in.Lead = r.in.Pos
		if !r.in.Fill() {
			r.in.Pos = r.in.End
			r.in.Lead = r.in.Pos
			return
		}
	}
}

// notX12 describes bytes that stand where an ISA should.
func (r *Reader) notX12() Fault {
	r.in.Need(20)
	text := r.in.Buf[r.in.Pos:min(r.in.End, r.in.Pos+20)]
	f := Fault{Code: CodeNotX12, Severity: Failure, Value: fault.Shortened(text),
		Message: "an interchange begins with ISA; this is passed over",
		Fix:     "send X12 interchanges only, without headers or text around them"}
	switch {
	case bytes.HasPrefix(text, []byte("UNA")), bytes.HasPrefix(text, []byte("UNB")):
		f.Message, f.Fix = "this is EDIFACT, not X12", "read it as EDIFACT"
	case bytes.HasPrefix(text, []byte{0xFF, 0xFE}), bytes.HasPrefix(text, []byte{0xFE, 0xFF}):
		f.Message, f.Fix = "this looks like UTF-16 text", "send it in ASCII or UTF-8"
	}
	return f
}

func allDigits[T ~string | ~[]byte](text T) bool {
	for i := range len(text) {
		if !isDigit(text[i]) {
			return false
		}
	}
	return len(text) > 0
}
