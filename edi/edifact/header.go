package edifact

import (
	"bytes"
	"fmt"

	"github.com/o2ckit/o2c/edi/fault"
)

// readAdvice takes the separators of the UNA at the present position.
func (r *Reader) readAdvice() {
	if !r.in.Need(unaLength) {
		if !r.in.Failed() {
			r.here(Fault{Code: CodeTruncated, Standard: note("13"), Severity: Failure, Segment: "UNA",
				Message: "the service string advice is cut off", Fix: "send the whole interchange again"})
		}
		r.in.Pos, r.inside, r.joined = r.in.End, false, true // Rest has what there is of it
		return
	}
	text := string(r.in.Buf[r.in.Pos : r.in.Pos+unaLength])
	sep, err := ParseUNA(text)
	if err != nil && text[5] != '.' {
		// Numbers are read with a point and a comma whatever the UNA says, so that
		// another mark there is no reason to read nothing.
		if with, again := ParseUNA(text[:5] + "." + text[6:]); again == nil {
			r.here(Fault{Code: CodeSeparators, Standard: note("20"), Severity: Warning, Segment: "UNA", Value: text,
				Message: err.Error() + "; a point and a comma are taken", Fix: "put a point or a comma there"})
			sep, err = with, nil
		}
	}
	if err != nil {
		r.here(Fault{Code: CodeSeparators, Standard: note("20"), Severity: Failure, Segment: "UNA", Value: text,
			Message: err.Error(), Fix: "use characters that do not occur in the data, such as UNA:+.? '"})
		r.resync, r.joined = true, true
		r.in.Pos += r.lengthOf(text)
		return
	}
	r.sep, r.advised = sep, true
	r.classify()
	r.in.Pos += unaLength
	r.joined = true
}

// lengthOf returns how long a service string advice that cannot be used is: up to
// the UNB where one begins before its nine characters end.
func (r *Reader) lengthOf(advice string) int {
	r.in.Need(unaLength + tagLength)
	text := r.in.Buf[r.in.Pos:min(r.in.End, r.in.Pos+unaLength+tagLength-1)]
	if i := bytes.Index(text[tagLength:], []byte("UNB")); i >= 0 {
		return tagLength + i
	}
	return len(advice)
}

// readHeader reads the UNB at the present position, with the separators of the UNA
// before it, of the standard, of level B, or of the interchange before.
func (r *Reader) readHeader() {
	r.in.Need(tagLength + 1)
	separator := byte(0)
	if r.in.End-r.in.Pos > tagLength {
		separator = r.in.Buf[r.in.Pos+tagLength]
	}
	if !r.advised {
		r.sep = r.opt.Separators
		switch separator {
		case r.sep.Element:
		case levelB().Element:
			r.sep = levelB()
		case r.last.Element:
			r.sep = r.last
		}
		r.classify()
	}
	if separator != r.sep.Element {
		r.in.Need(unaLength)
		r.here(Fault{Code: CodeHeaderSeparators, Standard: note("22"), Severity: Failure, Segment: "UNB", SegmentNo: 1,
			Value:   fault.Shortened(r.in.Buf[r.in.Pos:min(r.in.End, r.in.Pos+unaLength)]),
			Message: fmt.Sprintf("%q stands where the separator of elements is %q; the interchange is passed over", separator, r.sep.Element),
			Fix:     "put a UNA with its separators before the interchange"})
		r.in.Pos += tagLength
		r.inside, r.resync, r.advised = false, true, false
		return
	}
	r.inside, r.resync = true, false
	r.readSegment()
}

// levelB are the separators of syntax level B where no UNA stands: control characters.
func levelB() Separators {
	return Separators{Component: 0x1F, Element: 0x1D, Terminator: 0x1C, Decimal: ','}
}

// begin takes character set and repetition from the UNB that is the token.
func (r *Reader) begin() {
	t := &r.tok
	r.number, t.number, r.implied = 1, 1, false
	t.sep.Repetition = 0 // what says that elements repeat does not repeat
	if t.Value(1, 2) != "4" {
		r.sep.Repetition = 0
	} else if !r.advised && !r.sep.special('*') {
		r.sep.Repetition = '*'
	}
	t.sep, r.last = r.sep, r.sep
	r.setCharset(t.Value(1, 1))
	t.charset = r.set
}

// finish takes back what held within the interchange.
func (r *Reader) finish() {
	r.inside, r.advised, r.implied = false, false, false
	r.sep = r.opt.Separators
	r.setCharset("")
}

// setCharset takes the character set of a syntax identifier.
func (r *Reader) setCharset(syntaxID string) {
	r.set, _ = charsetOf(syntaxID)
	if r.opt.Charset != ByUNB {
		r.set, syntaxID = r.opt.Charset, ""
	}
	for b := 0x80; b < 0x100; b++ {
		r.class[b] = dataByte
		if syntaxID == "UNOA" || syntaxID == "UNOB" {
			r.class[b] = foreignByte
		}
	}
	r.classify()
}

// classify fills the table of what each byte below 0x80 means to readSegment.
func (r *Reader) classify() {
	for b := range 0x80 {
		r.class[b] = dataByte
		if b < ' ' || b == 0x7F {
			r.class[b] = foreignByte
		}
	}
	for _, b := range []byte{r.sep.Component, r.sep.Repetition} {
		if b != 0 {
			r.class[b] = dataByte
		}
	}
	if r.sep.Release != 0 {
		r.class[r.sep.Release] = releaseByte
	}
	r.class[r.sep.Element], r.class[r.sep.Terminator] = elementByte, terminatorByte
}
