package edifact

import (
	"fmt"
	"io"
)

// WriterConfig says how segments are written. The zero value is the standard: no
// UNA, no line breaks.
type WriterConfig struct {
	// Separators are what divides them. Zero: [Standard].
	Separators Separators
	// UNA writes a service string advice first. Separators other than those of the
	// standard need one.
	UNA bool
	// LineBreak stands behind each terminator: empty, a line feed, or a carriage
	// return and a line feed.
	LineBreak string
}

// Writer writes segments. It is not safe for several goroutines.
type Writer struct {
	out     io.Writer
	config  WriterConfig
	pending []byte
}

// NewWriter returns a writer. Separators that do not work together are a
// [*SeparatorError], a line break that is none a [*ValueError]. Nothing is written
// before the first segment.
func NewWriter(w io.Writer, c WriterConfig) (*Writer, error) {
	if c.Separators == (Separators{}) {
		c.Separators = Standard()
	}
	if err := c.Separators.Validate(); err != nil {
		return nil, err
	}
	switch c.LineBreak {
	case "", "\n", "\r\n":
	default:
		return nil, &ValueError{Value: c.LineBreak, Reason: "a line break is a line feed, or a carriage return and a line feed"}
	}
	writer := &Writer{out: w, config: c}
	if c.UNA {
		writer.pending = append(writer.pending, c.Separators.UNA()+c.LineBreak...)
	}
	return writer, nil
}

// Write writes segments, all of them in one write to the stream or, where one
// cannot be written, none: that is a [*ValueError]. Errors of the stream come back
// as they are.
func (w *Writer) Write(segments ...Segment) error {
	text := w.pending
	for _, s := range segments {
		var err error
		if text, err = w.append(text, s); err != nil {
			return err
		}
	}
	if len(text) == 0 {
		return nil
	}
	w.pending = nil
	_, err := w.out.Write(text)
	return err
}

func (w *Writer) append(text []byte, s Segment) ([]byte, error) {
	sep := &w.config.Separators
	if tag := s.ID(); !validTag(tag) {
		return nil, &ValueError{Segment: tag, Value: tag, Reason: "a tag has three capital letters or digits, and is not UNA"}
	}
	for i, e := range s.elements {
		if i > 0 {
			text = append(text, sep.Element)
		}
		if len(e.repetitions) > 1 && sep.Repetition == 0 {
			return nil, &ValueError{Segment: s.ID(), Element: i, Value: s.Value(i), Reason: "it repeats, and the separators have none for that"}
		}
		for n, components := range e.repetitions {
			if n > 0 {
				text = append(text, sep.Repetition)
			}
			for c, value := range components {
				if c > 0 {
					text = append(text, sep.Component)
				}
				var err error
				if text, err = w.release(text, value); err != nil {
					return nil, &ValueError{Segment: s.ID(), Element: i, Value: value, Reason: err.Error()}
				}
			}
		}
	}
	text = append(text, sep.Terminator)
	return append(text, w.config.LineBreak...), nil
}

// release appends a value with its separators released.
func (w *Writer) release(text []byte, value string) ([]byte, error) {
	sep := &w.config.Separators
	for i := range len(value) {
		if b := value[i]; sep.special(b) {
			if sep.Release == 0 {
				return nil, fmt.Errorf("it has the separator %q, and there is no release character", b)
			}
			text = append(text, sep.Release)
		}
		text = append(text, value[i])
	}
	return text, nil
}
