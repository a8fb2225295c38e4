// Package fault is what is wrong with an interchange, and the verdict that follows
// from it: the same for X12 and EDIFACT. Packages edi/x12 and edi/edifact make
// faults and know them under their own names, such as x12.Fault.
package fault

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
)

// Severity tells whether what is wrong costs a set, a group or an interchange
// its acceptance.
type Severity uint8

const (
	// Warning is worth telling the sender; nothing is rejected for it.
	Warning Severity = iota
	// Failure counts against the level at which it stands.
	Failure
)

// String returns warning or error, the words of the JSON report.
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Failure:
		return "error"
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// MarshalText writes the severity as String does.
func (s Severity) MarshalText() ([]byte, error) {
	if s > Failure {
		return nil, fmt.Errorf("edi: %s is no severity", s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads warning or error.
func (s *Severity) UnmarshalText(text []byte) error {
	switch string(text) {
	case "warning":
		*s = Warning
	case "error":
		*s = Failure
	default:
		return fmt.Errorf("edi: %q is no severity; expected warning or error", text)
	}
	return nil
}

// Note is a code of the standard's own acknowledgements: the element that
// carries it (TA105, AK905, AK502, AK304, AK403 of X12, 0085 of EDIFACT) and its value. The zero Note
// says that the standard has no code for the matter.
type Note struct{ Element, Code string }

// String puts a note as AK502:4, the zero Note as the empty text.
func (n Note) String() string {
	if n == (Note{}) {
		return ""
	}
	return n.Element + ":" + n.Code
}

// MarshalText writes the note as String does.
func (n Note) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (n *Note) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*n = Note{}
		return nil
	}
	element, code, found := strings.Cut(string(text), ":")
	if !found || element == "" || code == "" {
		return fmt.Errorf("edi: %q is no note; expected an element and a code, such as AK502:4", text)
	}
	*n = Note{element, code}
	return nil
}

// Fault is one thing that is wrong with what was read: where it stands, what
// it means, and what mends it. Faults are values; all of them are reported.
type Fault struct {
	// Code is our own, stable code, one of the Code constants of the syntax or that of a checker.
	Code string `json:"code"`
	// Standard is the code with which an acknowledgement tells the sender.
	Standard Note `json:"standard,omitzero"`
	// Severity tells whether the level is rejected for it.
	Severity Severity `json:"severity"`
	// Segment is the identifier of the segment, empty between segments.
	Segment string `json:"segment"`
	// SegmentNo counts segments from 1: from the ST or UNH, which is 1, if the fault
	// stands in a set or message, else within the interchange (ISA or UNB is 1). 0: none.
	SegmentNo int `json:"segment_no"`
	// Loop is where the segment belongs, such as PO1/N1; empty outside of loops
	// and when it is not known.
	Loop string `json:"loop,omitempty"`
	// Element counts elements from 1; 0 is the segment as a whole.
	Element int `json:"element"`
	// Component counts components from 1; 0 is the element as a whole.
	Component int `json:"component"`
	// Repetition counts repetitions from 1; 0 is the element as a whole.
	Repetition int `json:"repetition,omitempty"`
	// Reference is the number of the data element in the standard's dictionary
	// (AK402), empty when it is not known.
	Reference string `json:"reference,omitempty"`
	// Implementation is the code with which a 999 tells it (IK304, IK403) where that
	// is not the one of Standard.
	Implementation string `json:"implementation,omitempty"`
	// Offset is the place in the stream, in bytes from 0.
	Offset int64 `json:"offset"`
	// Value is what was found, shortened.
	Value string `json:"value"`
	// Message says what is wrong, for a person.
	Message string `json:"message"`
	// Expected says what should be there, for a person.
	Expected string `json:"expected,omitempty"`
	// Fix says what would mend it, for a person.
	Fix string `json:"fix,omitempty"`
}

// String puts the fault on one line.
func (f Fault) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at offset %d", f.Severity, f.Offset)
	if place := f.place(); place != "" {
		b.WriteString(", " + place)
	}
	fmt.Fprintf(&b, ": %s", f.Message)
	if f.Value != "" {
		fmt.Fprintf(&b, " (found %q)", f.Value)
	}
	fmt.Fprintf(&b, " [%s]", f.Code)
	return b.String()
}

// Finding turns the fault into the finding that the rest of the library
// speaks of. Its path is the segment's number and name and the element, such
// as segments[12].PO1.2; a Failure blocks.
func (f Fault) Finding() finding.Finding {
	severity := finding.Warning
	if f.Severity == Failure {
		severity = finding.Block
	}
	return finding.Finding{Code: f.Code, Severity: severity, Path: f.Path(),
		Message: fmt.Sprintf("%s (byte %d)", f.Message, f.Offset), Fix: f.Fix}
}

// Path is where the fault stands, in the form of a finding: segments[12].PO1.2. It is
// empty where the segment is not known.
func (f Fault) Path() string {
	if f.SegmentNo <= 0 {
		return ""
	}
	var buf [48]byte
	path := append(strconv.AppendInt(append(buf[:0], "segments["...), int64(f.SegmentNo), 10), "]."...)
	path = append(path, f.Segment...)
	if f.Element > 0 {
		path = strconv.AppendInt(append(path, '.'), int64(f.Element), 10)
	}
	return string(path)
}

func (f Fault) place() string {
	var b strings.Builder
	if f.SegmentNo > 0 {
		fmt.Fprintf(&b, "segment %d", f.SegmentNo)
	}
	if f.Segment != "" {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(f.Segment)
	}
	if f.Element > 0 {
		fmt.Fprintf(&b, "%02d", f.Element)
	}
	if f.Component > 0 {
		fmt.Fprintf(&b, "-%d", f.Component)
	}
	return b.String()
}

// Worst tells whether any fault is a Failure.
func Worst(faults []Fault) Severity {
	for i := range faults {
		if faults[i].Severity == Failure {
			return Failure
		}
	}
	return Warning
}

// Shortened keeps the beginning of a value for a report.
func Shortened[T ~string | ~[]byte](value T) string {
	const longest = 40
	if len(value) > longest {
		return string(value[:longest-3]) + "..."
	}
	return string(value)
}
