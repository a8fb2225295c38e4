package edifact

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Options are how a stream is read. The zero value is the standard.
type Options struct {
	// Separators hold until a UNA says otherwise. Zero: [Standard].
	Separators Separators
	// MaxSegment bounds the bytes of one segment. 0: 1 MiB.
	MaxSegment int
}

const defaultMaxSegment = 1 << 20

// Reader reads segments from a stream. It holds one segment at a time. It is not
// safe for several goroutines.
type Reader struct {
	in         *bufio.Reader
	separators Separators
	most       int
	offset     int64
	number     int
	raw        []byte
	divider    divider
	failed     error
}

// NewReader returns a reader of the stream.
func NewReader(r io.Reader, o Options) *Reader {
	reader := &Reader{in: bufio.NewReader(r), separators: o.Separators, most: o.MaxSegment}
	if reader.separators == (Separators{}) {
		reader.separators = Standard()
	}
	reader.failed = reader.separators.Validate()
	if reader.most <= 0 {
		reader.most = defaultMaxSegment
	}
	return reader
}

// ReadAll reads all segments of a stream. It stops at the first error and returns
// the segments before it too.
func ReadAll(r io.Reader, o Options) ([]Segment, error) {
	reader := NewReader(r, o)
	var all []Segment
	for {
		s, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return all, nil
		case err != nil:
			return all, err
		}
		all = append(all, s)
	}
}

// Separators returns those that hold where the reader stands.
func (r *Reader) Separators() Separators { return r.separators }

// Next returns the next segment, io.EOF behind the last. White space and blank
// lines between segments and a byte order mark are passed over. What is wrong is a
// [*SyntaxError], and the next call goes on behind the segment; separators that do
// not work together are a [*SeparatorError], behind which nothing can be read, as
// are the errors of the stream.
func (r *Reader) Next() (Segment, error) {
	if r.failed != nil {
		return Segment{}, r.failed
	}
	s, err := r.next()
	if err != nil {
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			r.failed = err
		}
	}
	return s, err
}

func (r *Reader) next() (Segment, error) {
	if err := r.begin(); err != nil {
		return Segment{}, err
	}
	at := r.offset
	r.number++
	wrong := func(reason string, cause error) (Segment, error) {
		return Segment{}, &SyntaxError{Offset: at, Segment: r.number, Reason: reason, Err: cause}
	}
	size, err := r.take()
	switch {
	case errors.Is(err, io.EOF):
		return wrong("it has no terminator", io.ErrUnexpectedEOF)
	case err != nil:
		return Segment{}, err
	case size > r.most:
		return wrong(fmt.Sprintf("it has more than %d bytes", r.most), nil)
	}
	s := r.divide()
	if tag := s.ID(); !validTag(tag) {
		return wrong(fmt.Sprintf("%.20q is no tag: three capital letters or digits, and not UNA", tag), nil)
	}
	s.offset, s.number = at, r.number
	return s, nil
}

// begin passes over what may stand between segments, and takes every UNA.
func (r *Reader) begin() error {
	for {
		b, err := r.in.Peek(1)
		if err != nil {
			return err
		}
		switch b[0] {
		case ' ', '\t', '\r', '\n':
			r.skip(1)
			continue
		case 0xEF:
			if mark, _ := r.in.Peek(3); bytes.Equal(mark, []byte("\xEF\xBB\xBF")) {
				r.skip(3)
				continue
			}
		}
		una, err := r.in.Peek(unaLength)
		if !bytes.HasPrefix(una, []byte("UNA")) {
			return nil
		}
		if errors.Is(err, io.EOF) {
			at := r.offset
			r.skip(len(una))
			return &SyntaxError{Offset: at, Segment: r.number + 1, Reason: "the service string advice is cut off", Err: io.ErrUnexpectedEOF}
		}
		if err != nil {
			return err
		}
		separators, err := ParseUNA(string(una))
		if err != nil {
			return err
		}
		r.separators = separators
		r.skip(unaLength)
	}
}

// skip passes over bytes that were peeked at.
func (r *Reader) skip(n int) {
	_, _ = r.in.Discard(n) // they are in the buffer
	r.offset += int64(n)
}

// take reads up to the terminator and keeps what stands before it, as far as it
// may be that long.
func (r *Reader) take() (size int, err error) {
	r.raw = r.raw[:0]
	released := false
	for {
		if _, err := r.in.Peek(1); err != nil {
			return size, err
		}
		chunk, _ := r.in.Peek(r.in.Buffered())
		end := -1
		for i, b := range chunk {
			if released {
				released = false
			} else if b == r.separators.Terminator {
				end = i
				break
			} else {
				released = b == r.separators.Release && b != 0
			}
		}
		part := chunk
		if end >= 0 {
			part = chunk[:end]
		}
		if size += len(part); size <= r.most {
			r.raw = append(r.raw, part...)
		} else {
			size = r.most + 1 // too long already; the count must not run over
		}
		if end >= 0 {
			r.skip(end + 1)
			return size, nil
		}
		r.skip(len(chunk))
	}
}

// divide makes the segment of what was taken. Values, components and repetitions
// of all elements are parts of one list each.
func (r *Reader) divide() Segment {
	d := &r.divider
	*d = divider{sep: &r.separators, text: string(r.raw), value: d.value[:0]}
	d.size()
	for i := 0; i < len(d.text); i++ {
		switch b := d.text[i]; {
		case b == d.sep.Release && b != 0 && i+1 < len(d.text):
			d.take(i)
			i++
			d.begins = i
			d.released = true
		case b == d.sep.Component:
			d.endComponent(i)
		case b == d.sep.Repetition && b != 0:
			d.endRepetition(i)
		case b == d.sep.Element:
			d.endElement(i)
		}
	}
	d.endElement(len(d.text))
	return Segment{elements: trimmed(d.elements, Element.IsZero)}
}

// divider divides the text of one segment.
type divider struct {
	sep  *Separators
	text string
	// begins is where the rest of the value begins that is not in value yet;
	// value holds what stood before a release character.
	begins   int
	value    []byte
	released bool

	components            []string
	repetitions           [][]string
	elements              []Element
	component, repetition int // where the current repetition and element begin
}

// size makes the lists as long as they can get.
func (d *divider) size() {
	components, repetitions, elements := 1, 1, 1
	for i := range len(d.text) {
		switch b := d.text[i]; {
		case b == d.sep.Component:
			components++
		case b == d.sep.Element:
			elements++
		case b == d.sep.Repetition && b != 0:
			repetitions++
		}
	}
	repetitions += elements
	d.elements = make([]Element, 0, elements)
	d.repetitions = make([][]string, 0, repetitions)
	d.components = make([]string, 0, components+repetitions)
}

// take adds what the value has up to i.
func (d *divider) take(i int) { d.value = append(d.value, d.text[d.begins:i]...) }

func (d *divider) endComponent(i int) {
	value := d.text[d.begins:i]
	if d.released {
		d.take(i)
		value = string(d.value)
	}
	d.components = append(d.components, value)
	d.begins, d.value, d.released = i+1, d.value[:0], false
}

func (d *divider) endRepetition(i int) {
	d.endComponent(i)
	list := trimmed(d.components[d.component:], func(c string) bool { return c == "" })
	d.repetitions = append(d.repetitions, list[:len(list):len(list)])
	d.component = len(d.components)
}

func (d *divider) endElement(i int) {
	d.endRepetition(i)
	list := trimmed(d.repetitions[d.repetition:], func(r []string) bool { return len(r) == 0 })
	d.elements = append(d.elements, Element{repetitions: list[:len(list):len(list)]})
	d.repetition = len(d.repetitions)
}

// validTag tells whether a segment can have the tag. UNA begins no segment: what it
// begins has no terminator of its own, however it was written.
func validTag(tag string) bool {
	if len(tag) != 3 || tag == "UNA" {
		return false
	}
	for i := range len(tag) {
		if b := tag[i]; !alphanumeric(b) || b >= 'a' {
			return false
		}
	}
	return true
}
