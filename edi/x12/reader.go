package x12

import (
	"bytes"
	"fmt"
	"io"

	"github.com/o2ckit/o2c/internal/stream"
)

// Reader reads the segments of a stream of interchanges. It holds one segment
// in memory at a time, whatever the size of the stream, and copies nothing.
//
// Delimiters are taken from each ISA. White space, blank lines and byte order
// marks between segments are skipped; within an element they are data, and
// control characters there are reported. A segment whose terminator is missing
// before a line break is reported and ended there, not merged with the next.
//
// A Reader is not safe for use by several goroutines.
type Reader struct {
	in     stream.Window
	opt    Options
	class  [256]byteClass
	delims Delimiters
	tok    Token
	held   bool // tok is to be given out
	faults []Fault
	given  int // faults given out

	inside  bool // between ISA and IEA
	resync  bool // looking for the next ISA; the reason has been reported
	any     bool // something but white space was seen
	ended   bool // the end was reported
	joined  bool // an empty segment was passed: it goes to the lead of the next
	number  int
	inSet   int
	lastSet bool // the last segment was an SE
}

// byteClass is what a byte means within an interchange.
type byteClass uint8

const (
	dataByte byteClass = iota
	elementByte
	terminatorByte
	controlByte
)

// NewReader makes a reader of the stream. Of the options it uses Lenient,
// MaxSegmentBytes and MaxElements.
func NewReader(source io.Reader, options Options) *Reader {
	return &Reader{in: stream.NewWindow(source), opt: options.withDefaults()}
}

// Next returns the next segment, an error, or [io.EOF] at the end of the
// stream. The token is valid until the next call.
//
// A [*SyntaxError] stands before the segment that it speaks of; reading goes on
// with the next call. Any other error is that of the source and final.
func (r *Reader) Next() (*Token, error) {
	for {
		if r.given < len(r.faults) {
			r.given++
			return nil, &SyntaxError{r.faults[r.given-1]}
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

// Rest returns the white space after the last segment, once Next has returned
// [io.EOF].
func (r *Reader) Rest() []byte { return r.in.Buf[r.in.Lead:r.in.Pos] }

// scan goes on by one step: afterwards there is a token (held), or there are
// faults, or both, or neither.
func (r *Reader) scan() error {
	r.faults, r.given, r.held = r.faults[:0], 0, false
	if r.ended {
		return io.EOF
	}
	if !r.joined || r.in.Pos-r.in.Lead > r.opt.MaxSegmentBytes {
		r.in.Lead = r.in.Pos
	}
	r.joined = false
	if !r.skipFiller() {
		return r.atEnd()
	}
	r.any = true
	switch {
	case r.atHeader():
		r.readHeader()
	case r.inside:
		r.readSegment()
	default:
		r.skipJunk()
	}
	return nil
}

// atEnd tells the end of the stream, once with what is missing.
func (r *Reader) atEnd() error {
	if r.in.Failed() {
		return fmt.Errorf("x12: reading at offset %d: %w", r.in.Base+int64(r.in.End), r.in.Err)
	}
	r.ended = true
	switch {
	case !r.any:
		r.fault(Fault{Code: CodeEmpty, Severity: Failure,
			Message: "there is nothing to read", Fix: "send at least one interchange"})
	case r.inside:
		r.fault(Fault{Code: CodeTruncated, Standard: standard("TA105", "023"), Severity: Failure,
			Message: "the stream ends within an interchange, before its IEA", Fix: "send the whole interchange again"})
		r.inside = false
	default:
		return io.EOF
	}
	return nil
}

// skipFiller moves to the next byte that is not white space; false at the end
// of the stream. What it skips stays in front of the segment as its lead.
func (r *Reader) skipFiller() bool {
	reported := false
	for {
		for r.in.Pos < r.in.End {
			if !r.passFiller() {
				return true
			}
			if r.in.Pos-r.in.Lead > r.opt.MaxSegmentBytes {
				if !reported {
					r.fault(r.limitFault("the white space between two segments"))
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

// passFiller passes the next byte, or the byte order mark there, if it may
// stand between segments.
func (r *Reader) passFiller() bool {
	b := r.in.Buf[r.in.Pos]
	if b == r.delims.Element && r.inside {
		return false
	}
	switch b {
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
		for r.in.End-r.in.Pos < len(mark) && r.in.Fill() {
		}
		if r.inside || !bytes.HasPrefix(r.in.Buf[r.in.Pos:r.in.End], []byte(mark)) {
			return false
		}
		r.in.Pos += len(mark)
		return true
	}
	return false
}

// fault adds a fault at the present position unless it names another.
func (r *Reader) fault(f Fault) {
	if f.Offset == 0 {
		f.Offset = r.in.Base + int64(r.in.Pos)
	}
	r.faults = append(r.faults, f)
}

func (r *Reader) limitFault(what string) Fault {
	return Fault{Code: CodeLimitSegment, Severity: Failure,
		Message: fmt.Sprintf("%s is longer than %d bytes", what, r.opt.MaxSegmentBytes),
		Fix:     "terminate each segment; raise MaxSegmentBytes if the data is as it should be"}
}
