package edifact

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
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

// Writer writes interchanges: envelopes with their counts and references, and the
// segments between. The caller gives the references. It is not safe for several
// goroutines.
type Writer struct {
	out     io.Writer
	config  WriterConfig
	given   Separators // those of the configuration
	open    envelope
	pending []byte
	charset Charset
	// repertoire is what UNOA and UNOB have below 0x80; nil: anything.
	repertoire *[128]bool
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
	writer := &Writer{out: w, config: c, given: c.Separators, charset: UTF8}
	if c.UNA {
		writer.pending = append(writer.pending, c.Separators.UNA()+c.LineBreak...)
	}
	return writer, nil
}

// Write writes segments, all of them in one write to the stream or, where one
// cannot be written, none: that is a [*ValueError]. Errors of the stream come back
// as they are.
//
// Within an interchange they are those of an open message; without one, segments are
// written as they come, and the envelope is the caller's.
func (w *Writer) Write(segments ...Segment) error {
	if err := w.content(segments); err != nil {
		return err
	}
	if err := w.put(segments...); err != nil {
		return err
	}
	w.open.segments += len(segments)
	return nil
}

// put writes segments of any kind.
func (w *Writer) put(segments ...Segment) error {
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

// append adds a segment with its terminator. One that was read with the same
// separators and character set is written as it was.
func (w *Writer) append(text []byte, s Segment) ([]byte, error) {
	sep := &w.config.Separators
	tag := s.ID()
	if !validTag(tag) {
		return nil, &ValueError{Segment: tag, Value: tag, Reason: "a tag has three capital letters or digits, and is not UNA"}
	}
	if s.sep == *sep && s.charset == w.charset && w.repertoire == nil && !s.dangling() && strings.HasPrefix(s.text, tag) {
		text = append(text, s.text...)
	} else {
		from := 0
		for i := 0; i <= s.Len(); i++ {
			if i > 0 {
				text = append(text, sep.Element)
			}
			var err error
			element := s.text[from:s.ends[i]]
			if i == 0 {
				element = tag + behindTag(&s, element)
			}
			if text, err = w.element(text, &s, element); err != nil {
				return nil, &ValueError{Segment: s.ID(), Element: i, Value: s.Value(i), Reason: err.Error()}
			}
			from = int(s.ends[i]) + 1
		}
	}
	text = append(text, sep.Terminator)
	return append(text, w.config.LineBreak...), nil
}

// behindTag is what the first element has after the tag: how it is nested. Release
// characters in a tag are none of it.
func behindTag(s *Segment, element string) string {
	for i := 0; i < len(element); i++ {
		switch b := element[i]; {
		case b == s.sep.Component, b == s.sep.Repetition && b != 0:
			return element[i:]
		case b == s.sep.Release && b != 0:
			i++
		}
	}
	return ""
}

// element appends an element with the separators and the character set of its segment
// translated.
func (w *Writer) element(text []byte, s *Segment, element string) ([]byte, error) {
	sep := &w.config.Separators
	for i := 0; i < len(element); i++ {
		b := element[i]
		switch {
		case b == s.sep.Component:
			text = append(text, sep.Component)
			continue
		case b == s.sep.Repetition && b != 0:
			if sep.Repetition == 0 {
				return nil, errors.New("it repeats, and the separators have none for that")
			}
			text = append(text, sep.Repetition)
			continue
		case b == s.sep.Release && b != 0 && i+1 < len(element):
			i++
			if b = element[i]; sep.Release != 0 && b < utf8.RuneSelf && !sep.special(b) {
				text = append(text, sep.Release) // it may keep what looks like the next segment from being taken for it
			}
		}
		switch {
		case sep.special(b):
			if sep.Release == 0 {
				return nil, fmt.Errorf("it has the separator %q, and there is no release character", b)
			}
			text = append(text, sep.Release, b)
		case b < utf8.RuneSelf:
			if w.repertoire != nil && !w.repertoire[b] {
				return nil, fmt.Errorf("the character %q is not in the character set", b)
			}
			text = append(text, b)
		default:
			value, size := s.charset.next(element[i:])
			i += size - 1
			var ok bool
			if text, ok = w.charset.encode(text, value); !ok || w.repertoire != nil {
				return nil, fmt.Errorf("the character %q is not in the character set", value)
			}
		}
	}
	return text, nil
}
