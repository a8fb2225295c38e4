package x12

import (
	"fmt"
	"strings"
)

// segment composes and writes one segment.
func (w *Writer) segment(s Segment) error {
	id := s.ID()
	if !validID([]byte(id)) {
		return &WriteError{id, w.nextNumber(), 0, id, "a segment identifier is two or three capital letters and digits"}
	}
	last := s.Len()
	for last > 0 && s.Value(last) == "" {
		last--
	}
	w.line = append(w.out.Begin(), id...)
	for i := 1; i <= last; i++ {
		w.line = append(w.line, w.delims.Element)
		if err := w.element(&s, i); err != nil {
			return err
		}
	}
	return w.emit()
}

// element composes one element: data as it is, the separators of its parts
// translated from those of the segment.
func (w *Writer) element(s *Segment, i int) error {
	value := s.Value(i)
	for {
		at := w.forbidden(value)
		if own := w.partSeparator(s, value, at); own >= 0 {
			at = own
		}
		if at < 0 {
			w.line = append(w.line, value...)
			return nil
		}
		w.line = append(w.line, value[:at]...)
		switch b := value[at]; {
		case b == s.delims.Component && b != 0:
			w.line = append(w.line, w.delims.Component)
		case b == s.delims.Repetition && b != 0 && w.delims.Repetition != 0:
			w.line = append(w.line, w.delims.Repetition)
		case b == s.delims.Repetition && b != 0:
			return &WriteError{s.ID(), w.nextNumber(), i, s.Value(i), "elements repeat from version 00402 on only"}
		default:
			return w.reject(s.ID(), i, s.Value(i), b)
		}
		value = value[at+1:]
	}
}

// partSeparator finds a separator of the segment's own before the forbidden
// byte at limit, -1 if there is none. Those of a made segment are control
// characters and are found as forbidden bytes.
func (w *Writer) partSeparator(s *Segment, value string, limit int) int {
	if s.delims.Component == neutral().Component {
		return -1
	}
	if limit >= 0 {
		value = value[:limit]
	}
	for i := range len(value) {
		if b := value[i]; b != 0 && (b == s.delims.Component || b == s.delims.Repetition) {
			return i
		}
	}
	return -1
}

// forbidden returns the index of the first byte that is not plain data, or -1.
func (w *Writer) forbidden(value string) int {
	for i := range len(value) {
		if !w.allowed[value[i]] {
			return i
		}
	}
	return -1
}

// permit fills the table of plain data by the character set and delimiters.
func (w *Writer) permit() {
	for i := range w.allowed {
		b := byte(i)
		ok := b >= ' ' && b < 0x7F
		switch w.config.Charset {
		case BasicCharset:
			ok = isUpper(b) || isDigit(b) || strings.IndexByte(` !"&'()*+,-./:;?=`, b) >= 0
		case AnyCharset:
			ok = ok || b >= 0x80
		default:
		}
		w.allowed[i] = ok
	}
	for _, b := range []byte{w.delims.Element, w.delims.Component, w.delims.Segment, w.delims.Repetition} {
		w.allowed[b] = false
	}
}

// reject names the element whose byte b cannot be written.
func (w *Writer) reject(id string, element int, value string, b byte) error {
	d := w.delims
	reason := fmt.Sprintf("the character %q is not in the agreed character set", b)
	switch {
	case b == d.Element:
		reason = fmt.Sprintf("%q is the element separator", b)
	case b == d.Segment:
		reason = fmt.Sprintf("%q is the segment terminator", b)
	case b == d.Component:
		reason = fmt.Sprintf("%q is the component separator", b)
	case b == d.Repetition && b != 0:
		reason = fmt.Sprintf("%q is the repetition separator", b)
	}
	return &WriteError{id, w.nextNumber(), element, value, reason}
}

// emit writes the composed segment with its terminator and counts it.
func (w *Writer) emit() error {
	w.line = append(w.line, w.delims.Segment)
	w.line = append(w.line, w.config.LineBreak...)
	if err := w.out.End(w.line); err != nil {
		return err
	}
	w.number++
	if w.level == inSet {
		w.segments++
	}
	return nil
}

// nextNumber is the number that a fault of the segment to be written carries.
func (w *Writer) nextNumber() int {
	if w.level == inSet {
		return w.segments + 1
	}
	return w.number + 1
}

// elements returns ISA01 to ISA15 in their fixed widths.
func (h Header) elements(isa11 string) ([15]string, error) {
	requested := "0"
	if h.AckRequested {
		requested = "1"
	}
	values := [15]string{orNone(h.AuthorizationQualifier), h.Authorization, orNone(h.SecurityQualifier), h.Security,
		h.SenderQualifier, h.Sender, h.ReceiverQualifier, h.Receiver, h.Date, h.Time, isa11, h.Version, h.Control, requested, h.Usage}
	widths := isaWidths()
	for i := range values {
		width := widths[i+1]
		fail := func(reason string) error { return &WriteError{"ISA", 1, i + 1, values[i], reason} }
		if len(values[i]) > width {
			return values, fail(fmt.Sprintf("the element has %d characters at most", width))
		}
		switch i + 1 {
		case 2, 4: // may be blank
		case 9:
			if _, err := ParseDate(values[i], 2000); err != nil || len(values[i]) != width {
				return values, fail("the interchange date is a date YYMMDD")
			}
		case 10:
			if _, err := ParseTime(values[i]); err != nil {
				return values, fail("the interchange time is a time HHMM")
			}
		case 12, 13:
			if !allDigits(values[i]) || i+1 == 12 && len(values[i]) != width {
				return values, fail("the element is a number")
			}
			values[i] = strings.Repeat("0", width-len(values[i])) + values[i]
		case 15:
			if values[i] != "P" && values[i] != "T" && values[i] != "I" {
				return values, fail("the usage indicator is one of P, T, I")
			}
		default:
			if values[i] == "" {
				return values, fail("the element is mandatory")
			}
		}
		values[i] += strings.Repeat(" ", width-len(values[i]))
	}
	return values, nil
}

func orNone(qualifier string) string {
	if qualifier == "" {
		return "00"
	}
	return qualifier
}
