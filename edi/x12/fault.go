package x12

import "github.com/o2ckit/o2c/edi/fault"

// Fault is one thing that is wrong. Faults are values; all of them are reported.
type Fault = fault.Fault

// Severity tells whether what is wrong costs a set, a group or an interchange
// its acceptance.
type Severity = fault.Severity

// The severities; see package edi/fault.
const (
	Warning = fault.Warning
	Failure = fault.Failure
)

// Note is a code of the standard's own acknowledgements: TA105, AK905, AK502,
// AK304 or AK403.
type Note = fault.Note

func standard(element, code string) Note { return Note{Element: element, Code: code} }

// SyntaxError is the error of [Reader.Next] for bytes that are not well-formed
// X12. Reading goes on with the next call: at the next segment or, when the
// segment boundaries are lost, at the next ISA.
type SyntaxError struct{ Fault }

// Error puts the fault on one line.
func (e *SyntaxError) Error() string { return "x12: " + e.String() }
