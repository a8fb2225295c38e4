package schema

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/fault"
)

// The codes of findings. They are stable: a program may compare them. Behind each
// stand the codes of AK304 or AK403 (997; IK304 and IK403 of the 999 are the same
// unless told) and of EDIFACT 0085 (CONTRL).
const (
	// CodeSegmentUnknown means that the release has no such segment (AK304 1, 0085 12).
	CodeSegmentUnknown = "schema.segment.unknown"
	// CodeSegmentForeign means that the segment does not belong to the set (AK304 6, 0085 15).
	CodeSegmentForeign = "schema.segment.foreign"
	// CodeSegmentOrder means that the segment stands at the wrong place (AK304 7, 0085 15).
	CodeSegmentOrder = "schema.segment.order"
	// CodeSegmentMissing means that a required segment is missing before this
	// one (AK304 3; where the partner asks for it IK304 I8, for a loop I7; 0085 13).
	CodeSegmentMissing = "schema.segment.missing"
	// CodeSegmentRepeated means that the segment occurs too often (AK304 5, 0085 35).
	CodeSegmentRepeated = "schema.segment.repeated"
	// CodeSegmentForbidden means that the partner wants no such segment here (AK304 2, IK304 I4, 0085 15).
	CodeSegmentForbidden = "schema.segment.forbidden"
	// CodeLoopRepeated means that the loop occurs too often (AK304 4, 0085 36).
	CodeLoopRepeated = "schema.loop.repeated"

	// CodeElementMissing means that a required element or component is empty
	// (AK403 1; where the partner asks for it IK403 I9; 0085 13).
	CodeElementMissing = "schema.element.missing"
	// CodeElementSurplus means that the segment has more elements than are defined (AK403 3, 0085 16).
	CodeElementSurplus = "schema.element.surplus"
	// CodeComponentSurplus means that the element has more components than are
	// defined (AK403 3, from 005010 on 13; 0085 16).
	CodeComponentSurplus = "schema.component.surplus"
	// CodeElementRepeated means that the element repeats too often (AK403 3, from 005010 on 12; 0085 35).
	CodeElementRepeated = "schema.element.repeated"
	// CodeElementForbidden means that the partner wants the element empty (AK403 3, IK403 I10, 0085 15).
	CodeElementForbidden = "schema.element.forbidden"
	// CodeElementShort means that the value has too few characters (AK403 4, 0085 40).
	CodeElementShort = "schema.element.short"
	// CodeElementLong means that the value has too many characters (AK403 5, 0085 39).
	CodeElementLong = "schema.element.long"
	// CodeElementType means that the value is not of its type, such as letters in a
	// number (AK403 6, 0085 37).
	CodeElementType = "schema.element.type"
	// CodeElementCode means that the value is not among the codes (AK403 7; where
	// the partner changed them IK403 I6; 0085 12).
	CodeElementCode = "schema.element.code"
	// CodeElementDate means that there is no such date, or that the value is not
	// written in the format that is named beside it (AK403 8, 0085 12).
	CodeElementDate = "schema.element.date"
	// CodeElementTime means that there is no such time (AK403 9, 0085 12).
	CodeElementTime = "schema.element.time"
	// CodeCondition means that an element is missing which others call for: a note
	// P, R, C or L (AK403 2, 0085 13).
	CodeCondition = "schema.element.condition"
	// CodeExclusion means that elements stand together which exclude each other: a
	// note E (AK403 10, 0085 15).
	CodeExclusion = "schema.element.exclusion"

	// CodeHierarchyID means that HL01 was used before in the set (AK403 7).
	CodeHierarchyID = "schema.hl.id"
	// CodeHierarchyParent means that HL02 is not the HL01 of an earlier HL (AK403 7).
	CodeHierarchyParent = "schema.hl.parent"
	// CodeHierarchyLevel means that the level of an HL does not fit under that of its
	// parent: a warning.
	CodeHierarchyLevel = "schema.hl.level"

	// CodeLimit means that more is wrong than Options.MaxFindings; the rest of the
	// set was not looked at.
	CodeLimit = "schema.limit.findings"
)

// Severity tells whether a set can be accepted with what was found.
type Severity = fault.Severity

// A Warning is worth telling the sender, a Failure breaks the schema.
const (
	Warning = fault.Warning
	Failure = fault.Failure
)

// Finding is one thing that is wrong with a set.
type Finding struct {
	// Code is one of the Code constants.
	Code string
	// Severity tells how bad it is.
	Severity Severity
	// Segment is the identifier of the segment that is at fault or missing, and
	// SegmentNo its number in the set, counted from 1; that of a missing one is
	// the number of the segment before which it should stand.
	Segment   string
	SegmentNo int
	// Loop is where the segment belongs, such as PO1/N1; empty outside of loops.
	Loop string
	// Element, Component and Repetition count from 1; 0 is the whole.
	Element, Component, Repetition int
	// Reference is the number of the element in the standard's dictionary.
	Reference string
	// Offset is the place in the stream, in bytes from 0, as the caller counts.
	Offset int64
	// Value is what was found, shortened.
	Value string
	// Message says what is wrong, Expected what should be there, and Fix what to do.
	Message, Expected, Fix string
	// X12 is the code for AK304 (Element 0) or AK403, empty when there is none.
	// Implementation is that for IK304 or IK403 where it differs.
	X12, Implementation string
	// CONTRL is the code of EDIFACT data element 0085.
	CONTRL string
}

// String puts the finding on one line.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: segment %d %s", f.Severity, f.SegmentNo, f.Segment)
	if f.Element > 0 {
		fmt.Fprintf(&b, "%02d", f.Element)
	}
	if f.Component > 0 {
		fmt.Fprintf(&b, "-%d", f.Component)
	}
	fmt.Fprintf(&b, ": %s", f.Message)
	if f.Value != "" {
		fmt.Fprintf(&b, " (found %q)", f.Value)
	}
	fmt.Fprintf(&b, " [%s]", f.Code)
	return b.String()
}

// shortened keeps the beginning of a value.
func shortened(value []byte) string {
	const longest = 40
	if len(value) > longest {
		return string(value[:longest-3]) + "..."
	}
	return string(value)
}

// Fault is the finding as a fault, to which the syntax adds the code of its standard.
func (f Finding) Fault() fault.Fault {
	return fault.Fault{Code: f.Code, Severity: f.Severity, Segment: f.Segment, SegmentNo: f.SegmentNo, Loop: f.Loop,
		Element: f.Element, Component: f.Component, Repetition: f.Repetition, Reference: f.Reference, Offset: f.Offset,
		Value: f.Value, Message: f.Message, Expected: f.Expected, Fix: f.Fix, Implementation: f.Implementation}
}
