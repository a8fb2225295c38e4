package edifact

import (
	"io"

	"github.com/o2ckit/o2c/edi/fault"
)

// Fault is one thing that is wrong. Faults are values; all of them are reported.
type Fault = fault.Fault

// Severity tells whether what is wrong costs a message, a group or an interchange its
// acceptance.
type Severity = fault.Severity

// The severities; see package edi/fault.
const (
	Warning = fault.Warning
	Failure = fault.Failure
)

// Status is the verdict on a message, a group or an interchange.
type Status = fault.Status

// The verdicts; see package edi/fault.
const (
	Accepted           = fault.Accepted
	AcceptedWithErrors = fault.AcceptedWithErrors
	PartiallyAccepted  = fault.PartiallyAccepted
	Rejected           = fault.Rejected
)

// SyntaxError is the error of [Reader.Next] for bytes that are not well-formed
// EDIFACT. Reading goes on with the next call.
type SyntaxError struct{ Fault }

// Error puts the fault on one line.
func (e *SyntaxError) Error() string { return "edifact: " + e.String() }

// Unwrap returns io.ErrUnexpectedEOF where the stream ends too early.
func (e *SyntaxError) Unwrap() error {
	if e.Code == CodeTruncated {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// note is a code of data element 0085.
func note(code string) fault.Note { return fault.Note{Element: "0085", Code: code} }

// tokenFault is a failure at an element of a segment, 0 for the whole of it.
func tokenFault(t *Token, code, standard string, element int, message, fix string) Fault {
	f := Fault{Code: code, Severity: Failure, Segment: fault.Shortened(t.ID()), SegmentNo: t.no(), Element: element,
		Offset: t.ElementOffset(element), Value: fault.Shortened(t.Element(element)), Message: message, Fix: fix}
	if standard != "" {
		f.Standard = note(standard)
	}
	return f
}

func warning(f Fault) Fault {
	f.Severity = Warning
	return f
}
