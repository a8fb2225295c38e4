package edifact

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/internal/stream"
)

// Reader reads the segments of a stream. It holds one segment in memory at a time,
// whatever the size of the stream, and copies nothing. It takes segments without an
// envelope too.
//
// Separators are those of the standard, or of the service string advice (UNA) that
// stands before an interchange. Elements repeat in syntax version 4 only. White space,
// blank lines and byte order marks between segments are skipped; within an element
// they are data. A segment whose terminator is missing before a line break is reported
// and ended there, not merged with the next.
//
// A Reader is not safe for use by several goroutines.
type Reader struct {
	in     stream.Window
	opt    Options
	class  [256]byteClass
	sep    Separators
	last   Separators // of the interchange before
	set    Charset
	tok    Token
	held   bool // tok is to be given out
	faults []Fault
	given  int   // faults given out
	failed error // of the options

	framed    bool // what stands outside an interchange is passed over
	inside    bool // between UNB and UNZ
	implied   bool // without a UNB
	resync    bool // looking for the next UNA or UNB; the reason has been reported
	advised   bool // a UNA holds
	any       bool // something but white space was seen
	ended     bool // the end was reported
	joined    bool // what was passed goes to the lead of the next segment
	skipping  bool // the rest of a segment that is too long is passed over
	number    int
	inMessage int
	lastUNT   bool // the last segment was a UNT
}

// byteClass is what a byte means within a segment.
type byteClass uint8

const (
	dataByte byteClass = iota
	elementByte
	terminatorByte
	releaseByte
	foreignByte
)

// NewReader makes a reader of the stream. Of the options it uses Separators, Charset,
// MaxSegmentBytes and MaxElements.
func NewReader(source io.Reader, options Options) *Reader {
	options = options.withDefaults()
	r := &Reader{in: stream.NewWindow(source), opt: options, sep: options.Separators, last: options.Separators,
		failed: options.Separators.Validate()}
	r.setCharset("")
	return r
}

// ReadAll reads all segments of a stream. It stops at the first error and returns
// the segments before it too.
func ReadAll(r io.Reader, o Options) ([]Segment, error) {
	reader := NewReader(r, o)
	var all []Segment
	for {
		t, err := reader.Next()
		switch {
		case err == nil:
			all = append(all, t.Segment())
		case errors.Is(err, io.EOF):
			return all, nil
		default:
			return all, err
		}
	}
}

// Separators returns those that hold where the reader stands.
func (r *Reader) Separators() Separators { return r.sep }

// Next returns the next segment, an error, or [io.EOF] at the end of the stream. The
// token is valid until the next call.
//
// A [*SyntaxError] stands before the segment that it speaks of; reading goes on with
// the next call. Warnings do not come this way: see [Reader.Warnings]. Any other error
// is that of the source, or a [*SeparatorError] of the options, and final.
func (r *Reader) Next() (*Token, error) {
	if r.failed != nil {
		return nil, r.failed
	}
	for {
		for r.given < len(r.faults) {
			r.given++
			if f := r.faults[r.given-1]; f.Severity == Failure {
				return nil, &SyntaxError{f}
			}
		}
		if r.held {
			r.held = false
			return &r.tok, nil
		}
		if err := r.scan(); err != nil {
			return nil, err
		}
	}
}

// Warnings returns those that belong to the segment that Next returned last, such as
// a character that the character set does not have. The list is valid until the next
// call of Next.
func (r *Reader) Warnings() []Fault {
	var list []Fault
	for _, f := range r.faults {
		if f.Severity == Warning {
			list = append(list, f)
		}
	}
	return list
}

// Rest returns what stands after the last segment, once Next has returned [io.EOF].
func (r *Reader) Rest() []byte { return r.in.Buf[r.in.Lead:r.in.Pos] }

// scan goes on by one step: afterwards there is a token (held), or there are faults,
// or both, or neither.
func (r *Reader) scan() error {
	r.faults, r.given, r.held = r.faults[:0], 0, false
	if r.ended {
		return io.EOF
	}
	if !r.joined || r.in.Pos-r.in.Lead > r.opt.MaxSegmentBytes {
		r.in.Lead = r.in.Pos
	}
	r.joined = false
	if r.skipping {
		r.skipSegment()
		return nil
	}
	if !r.skipFiller() {
		return r.atEnd()
	}
	r.any = true
	switch {
	case r.at("UNA"):
		r.readAdvice()
	case r.inside || !r.framed:
		r.readSegment()
	case r.at("UNB") && (!r.resync || r.in.Need(unaLength)) && (!r.resync || r.plausible(r.in.Buf[r.in.Pos:r.in.End])):
		r.readHeader()
	case !r.resync && r.at("UNH") && r.at("UNH"+string([]byte{r.sep.Element})):
		r.inside, r.implied = true, true
		r.readSegment()
	default:
		r.skipJunk()
	}
	return nil
}

// at tells whether the text stands at the present position.
func (r *Reader) at(text string) bool {
	return r.in.Buf[r.in.Pos] == text[0] && r.in.Need(len(text)) && bytes.HasPrefix(r.in.Buf[r.in.Pos:r.in.End], []byte(text))
}

// atEnd tells the end of the stream, once with what is missing.
func (r *Reader) atEnd() error {
	if r.in.Failed() {
		return fmt.Errorf("edifact: reading at offset %d: %w", r.in.Base+int64(r.in.End), r.in.Err)
	}
	r.ended = true
	switch {
	case !r.framed:
		return io.EOF
	case !r.any:
		r.here(Fault{Code: CodeEmpty, Severity: Failure,
			Message: "there is nothing to read", Fix: "send at least one interchange"})
	case r.inside && !r.implied:
		r.here(Fault{Code: CodeTruncated, Standard: note("13"), Severity: Failure,
			Message: "the stream ends within an interchange, before its UNZ", Fix: "send the whole interchange again"})
		r.inside = false
	default:
		return io.EOF
	}
	return nil
}

// skipFiller moves to the next byte that is not white space; false at the end of the
// stream. What it skips stays in front of the segment as its lead.
func (r *Reader) skipFiller() bool {
	reported := false
	for {
		for r.in.Pos < r.in.End {
			if !r.passFiller() {
				return true
			}
			if r.in.Pos-r.in.Lead > r.opt.MaxSegmentBytes {
				if !reported {
					r.here(r.limitFault("the white space between two segments"))
					reported = true
				}
				r.in.Lead = r.in.Pos
			}
		}
		if !r.in.Fill() {
			return false
		}
	}
}

// passFiller passes the next byte, or the byte order mark there, if it may stand
// between segments.
func (r *Reader) passFiller() bool {
	switch r.in.Buf[r.in.Pos] {
	case ' ', '\t', '\r', '\n', '\v', '\f':
		r.in.Pos++
		return true
	case 0, 0x1A: // padding and the end-of-file mark of old systems
		if r.inside {
			return false
		}
		r.in.Pos++
		return true
	case 0xEF:
		const mark = "\xEF\xBB\xBF"
		if !r.at(mark) {
			return false
		}
		r.in.Pos += len(mark)
		return true
	}
	return false
}

// here adds a fault at the present position.
func (r *Reader) here(f Fault) {
	f.Offset = r.in.Offset()
	r.fault(f)
}

func (r *Reader) fault(f Fault) { r.faults = append(r.faults, f) }

func (r *Reader) limitFault(what string) Fault {
	return Fault{Code: CodeLimitSegment, Severity: Failure,
		Message: fmt.Sprintf("%s is longer than %d bytes", what, r.opt.MaxSegmentBytes),
		Fix:     "terminate each segment; raise MaxSegmentBytes if the data is as it should be"}
}

// skipJunk passes what is no interchange, up to the next UNA or UNB that can be
// understood or the end of the stream, in bounded memory.
func (r *Reader) skipJunk() {
	if !r.resync {
		r.in.Need(20)
		text := r.in.Buf[r.in.Pos:min(r.in.End, r.in.Pos+20)]
		f := Fault{Code: CodeNotEDIFACT, Severity: Failure, Value: fault.Shortened(text),
			Message: "an interchange begins with UNA or UNB; this is passed over",
			Fix:     "send EDIFACT interchanges only, without headers or text around them"}
		if bytes.HasPrefix(text, []byte("ISA")) {
			f.Message, f.Fix = "this is X12, not EDIFACT", "read it as X12"
		}
		r.here(f)
		r.resync = true
	}
	r.in.Pos++
	for {
		i := bytes.Index(r.in.Buf[r.in.Pos:r.in.End], []byte("UN"))
		if i >= 0 {
			r.in.Pos += i
			r.in.Lead = r.in.Pos
			r.in.Need(unaLength)
			if r.plausible(r.in.Buf[r.in.Pos:r.in.End]) {
				return
			}
			r.in.Pos++
			continue
		}
		r.in.Pos = max(r.in.Pos, r.in.End-1)
		r.in.Lead = r.in.Pos
		if !r.in.Fill() {
			r.in.Pos = r.in.End
			r.in.Lead = r.in.Pos
			return
		}
	}
}

// plausible tells whether text, behind what is none, begins an interchange.
func (r *Reader) plausible(text []byte) bool {
	if len(text) < unaLength {
		return false
	}
	if string(text[:3]) == "UNA" {
		_, err := ParseUNA(string(text[:unaLength]))
		return err == nil
	}
	return string(text[:3]) == "UNB" && !alphanumeric(text[3]) && text[3] > 0x1B && text[3] < 0x7F &&
		validTag(string(text[4:7])) && alphanumeric(text[7])
}

// validTag tells whether a segment can have the tag: three capital letters or digits.
// UNA begins no segment: what it begins has no terminator of its own.
func validTag(tag string) bool {
	if len(tag) != tagLength || tag == "UNA" {
		return false
	}
	for i := range len(tag) {
		if b := tag[i]; !alphanumeric(b) || b >= 'a' {
			return false
		}
	}
	return true
}

const tagLength = 3
