package pricing

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode"
)

// byteOrderMark begins texts of some programs and means nothing.
const byteOrderMark = "\ufeff"

// ReadRecordsJSON reads records written in JSON: a list of them, or one after the
// other, as JSON Lines has them. It reads as it goes, so that the text may be large.
// The error is a *[LoadError] with a *[SourceError]: for a text that is no JSON, a
// key that a Record does not have or that stands twice, and a value that is none. It
// ends the reading.
func ReadRecordsJSON(name string, r io.Reader) ([]Record, error) {
	lines := &lineReader{from: bufio.NewReader(r)}
	in := json.NewDecoder(lines)
	records, err := readJSON(in, lines)
	if err == nil {
		return records, nil
	}
	e := &SourceError{
		Source: name, Line: lines.line(in.InputOffset()), Path: fmt.Sprintf("records[%d]", len(records)), Reason: err.Error(),
	}
	var syntax *json.SyntaxError
	var inside *recordFault
	switch {
	case errors.As(err, &inside):
		e.Line, e.Reason = lines.line(inside.offset), inside.reason
		if inside.path != "" {
			e.Path += "." + inside.path
		}
	case errors.As(err, &syntax):
		e.Line = lines.line(next(in))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.Line, e.Reason = lines.line(next(in)), "the text ends too early"
	}
	return nil, &LoadError{Faults: []error{e}}
}

// next returns where the value begins that could not be read to its end.
func next(in *json.Decoder) int64 {
	offset := in.InputOffset()
	rest := bufio.NewReader(in.Buffered())
	for {
		b, err := rest.ReadByte()
		if err != nil || !unicode.IsSpace(rune(b)) && b != ',' {
			return offset
		}
		offset++
	}
}

func readJSON(in *json.Decoder, lines *lineReader) ([]Record, error) {
	first, err := lines.peek()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	list := first == '['
	if list {
		if _, err := in.Token(); err != nil {
			return nil, err
		}
	}
	var records []Record
	var text json.RawMessage
	for in.More() {
		if err := in.Decode(&text); err != nil {
			return records, err
		}
		r, err := readRecord(text)
		if err != nil {
			err.offset += in.InputOffset() - int64(len(text))
			return records, err
		}
		records = append(records, r)
	}
	if list {
		if _, err := in.Token(); err != nil {
			return records, err
		}
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return records, errors.New("something stands after the records")
	}
	return records, nil
}

// lineReader knows where the lines of what was read through it end.
type lineReader struct {
	from *bufio.Reader
	read int64
	ends []int64 // where line feeds stand
}

// Read implements io.Reader.
func (l *lineReader) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			l.ends = append(l.ends, l.read+int64(i))
		}
	}
	l.read += int64(n)
	return n, err
}

// peek returns the first character that is no space; the spaces before it are gone,
// and so is a byte order mark.
func (l *lineReader) peek() (byte, error) {
	if mark, err := l.from.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
		if _, err := l.from.Discard(len(mark)); err != nil {
			return 0, err
		}
	}
	for {
		b, err := l.from.ReadByte()
		if err != nil {
			return 0, err
		}
		if !unicode.IsSpace(rune(b)) {
			return b, l.from.UnreadByte()
		}
		if b == '\n' {
			l.ends = append(l.ends, -1) // a line before the offsets begin
		}
	}
}

// line returns the number of the line in which an offset is.
func (l *lineReader) line(offset int64) int {
	n, _ := slices.BinarySearch(l.ends, offset)
	return n + 1
}
