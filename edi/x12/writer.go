package x12

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/internal/stream"
)

// WriterConfig says what the written bytes look like.
type WriterConfig struct {
	// Delimiters to write with; the zero value means [StandardDelimiters].
	// Component is always needed (ISA16), Repetition from version 00402 on.
	Delimiters Delimiters
	// LineBreak is put behind each segment terminator: nothing, "\n" or "\r\n".
	LineBreak string
	// Charset bounds the characters of the data.
	Charset Charset
}

// ErrOrder says that envelopes are not opened and closed in order.
var ErrOrder = errors.New("x12: written out of order")

// WriteError says which value cannot be written. X12 has no escape: data that
// contains a delimiter needs other delimiters or other data.
type WriteError struct {
	// Segment is the identifier of the segment.
	Segment string
	// SegmentNo counts within the set (ST is 1), else within the interchange.
	SegmentNo int
	// Element counts from 1; 0 is the segment as a whole.
	Element int
	// Value is the element that was to be written.
	Value string
	// Reason says why not, for a person.
	Reason string
}

// Error names the place, the value and the reason.
func (e *WriteError) Error() string {
	place := e.Segment
	if e.Element > 0 {
		place += fmt.Sprintf("%02d", e.Element)
	}
	return fmt.Sprintf("x12: segment %d, %s: %s (value %q)", e.SegmentNo, place, e.Reason, fault.Shortened(e.Value))
}

// Writer writes interchanges: envelopes with their counts and control numbers,
// and the segments between. The caller gives the control numbers. A segment is
// written as a whole or, with an error, not at all. It is not safe for use by
// several goroutines.
type Writer struct {
	out     stream.Output
	config  WriterConfig
	delims  Delimiters
	allowed [256]bool
	line    []byte // what is kept, and the segment being composed

	level    level
	header   Header
	group    GroupHeader
	set      string // control number
	groups   int
	sets     int
	segments int // in the set
	number   int // in the interchange
}

type level uint8

const (
	outside level = iota
	inInterchange
	inGroup
	inSet
)

// NewWriter makes a writer. The error wraps [ErrDelimiters], or tells a line
// break or a character set that is none.
func NewWriter(out io.Writer, config WriterConfig) (*Writer, error) {
	if config.Delimiters == (Delimiters{}) {
		config.Delimiters = StandardDelimiters()
	}
	if err := config.Delimiters.Validate(); err != nil {
		return nil, err
	}
	if config.Delimiters.Component == 0 {
		return nil, fmt.Errorf("%w: ISA16 needs a component delimiter", ErrDelimiters)
	}
	switch config.LineBreak {
	case "", "\n", "\r\n":
	default:
		return nil, fmt.Errorf("x12: %q is no line break", config.LineBreak)
	}
	if err := config.Charset.Validate(); err != nil {
		return nil, err
	}
	return &Writer{out: stream.NewOutput(out), config: config}, nil
}

// BeginInterchange writes the ISA. Values are filled with blanks to their
// fixed widths, the control number with zeros.
func (w *Writer) BeginInterchange(h Header) error {
	if err := w.at(outside, "ISA"); err != nil {
		return err
	}
	w.delims = w.config.Delimiters
	isa11 := "U"
	if h.Version >= "00402" {
		if w.delims.Repetition == 0 {
			return fmt.Errorf("%w: version %s needs a repetition delimiter", ErrDelimiters, h.Version)
		}
		isa11 = string([]byte{w.delims.Repetition})
	} else {
		w.delims.Repetition = 0 // an ordinary character before 00402
	}
	w.permit()
	values, err := h.elements(isa11)
	if err != nil {
		return err
	}
	w.number, w.groups, w.header, w.header.Control = 0, 0, h, values[12]
	line := append(w.out.Begin(), "ISA"...)
	for i, value := range values {
		line = append(line, w.delims.Element)
		if i != 10 { // ISA11 is the repetition delimiter itself
			if at := w.forbidden(value); at >= 0 {
				return w.reject("ISA", i+1, value, value[at])
			}
		}
		line = append(line, value...)
	}
	w.line = append(line, w.delims.Element, w.delims.Component)
	w.level = inInterchange
	return w.emit()
}

// EndInterchange writes the IEA and flushes.
func (w *Writer) EndInterchange() error {
	if err := w.at(inInterchange, "IEA"); err != nil {
		return err
	}
	if err := w.segment(NewSegment("IEA", strconv.Itoa(w.groups), w.header.Control)); err != nil {
		return err
	}
	w.level = outside
	return w.Flush()
}

// BeginGroup writes the GS.
func (w *Writer) BeginGroup(g GroupHeader) error {
	if err := w.at(inInterchange, "GS"); err != nil {
		return err
	}
	if g.Agency == "" {
		g.Agency = "X"
	}
	if len(g.Control) > 9 || !allDigits(g.Control) {
		return &WriteError{"GS", w.number + 1, 6, g.Control, "the group control number is a number of up to nine digits"}
	}
	for i, value := range []string{g.FunctionalID, g.Sender, g.Receiver, g.Date, g.Time, g.Control, g.Agency, g.Version} {
		if value == "" {
			return &WriteError{"GS", w.number + 1, i + 1, "", "the element is mandatory"}
		}
	}
	if err := w.segment(NewSegment("GS", g.FunctionalID, g.Sender, g.Receiver, g.Date, g.Time, g.Control, g.Agency, g.Version)); err != nil {
		return err
	}
	w.group, w.sets, w.level = g, 0, inGroup
	w.groups++
	return nil
}

// EndGroup writes the GE.
func (w *Writer) EndGroup() error {
	if err := w.at(inGroup, "GE"); err != nil {
		return err
	}
	if err := w.segment(NewSegment("GE", strconv.Itoa(w.sets), w.group.Control)); err != nil {
		return err
	}
	w.level = inInterchange
	return nil
}

// BeginSet writes the ST: the set's identifier such as 810, its control number
// of four to nine characters, and from version 005010 on the implementation
// reference, else empty.
func (w *Writer) BeginSet(id, control, implementationRef string) error {
	if err := w.at(inGroup, "ST"); err != nil {
		return err
	}
	if len(id) != 3 || !allDigits(id) {
		return &WriteError{"ST", 1, 1, id, "the transaction set identifier is three digits"}
	}
	if len(control) < 4 || len(control) > 9 {
		return &WriteError{"ST", 1, 2, control, "the set control number has four to nine characters"}
	}
	w.segments = 0
	w.level = inSet
	if err := w.segment(NewSegment("ST", id, control, implementationRef)); err != nil {
		w.level = inGroup
		return err
	}
	w.set = control
	w.sets++
	return nil
}

// EndSet writes the SE.
func (w *Writer) EndSet() error {
	if err := w.at(inSet, "SE"); err != nil {
		return err
	}
	if err := w.segment(NewSegment("SE", strconv.Itoa(w.segments+1), w.set)); err != nil {
		return err
	}
	w.level = inGroup
	return nil
}

// Write writes segments of the open set; outside a set TA1 alone, before the
// first group. Segments that were read under other delimiters are translated.
// Empty elements at the end are left out. It stops at the first segment that
// cannot be written, with a [*WriteError] or that of the output.
func (w *Writer) Write(segments ...Segment) error {
	for _, s := range segments {
		switch s.ID() {
		case "ISA", "GS", "ST", "SE", "GE", "IEA":
			return fmt.Errorf("%w: %s is written by Begin and End", ErrOrder, s.ID())
		case "TA1":
			if w.level != inSet && (w.level != inInterchange || w.groups > 0) {
				return fmt.Errorf("%w: TA1 stands between ISA and the first GS", ErrOrder)
			}
		default:
			if w.level != inSet {
				return fmt.Errorf("%w: %s stands within a set", ErrOrder, s.ID())
			}
		}
		if err := w.segment(s); err != nil {
			return err
		}
	}
	return nil
}

// Flush hands everything to the output. EndInterchange does so, too.
func (w *Writer) Flush() error { return w.out.Flush() }

func (w *Writer) at(want level, id string) error {
	if w.level != want {
		names := [...]string{"outside an interchange", "within an interchange", "within a group", "within a set"}
		return fmt.Errorf("%w: %s is written %s, not %s", ErrOrder, id, names[want], names[w.level])
	}
	return nil
}
