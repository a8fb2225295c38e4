package ack

import (
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/kernel/finding"
)

// The codes of the faults that an acknowledgement tells. What the partner found is in
// Fault.Standard: the element and its code, such as AK403:7.
const (
	// CodeInterchange stands for what is wrong with the envelope of the interchange.
	CodeInterchange = "ack.interchange"
	// CodeGroup stands for what is wrong with a functional group as a whole.
	CodeGroup = "ack.group"
	// CodeDocument stands for what is wrong with a set or message as a whole.
	CodeDocument = "ack.document"
	// CodeSegment stands for what is wrong with a segment.
	CodeSegment = "ack.segment"
	// CodeElement stands for what is wrong with an element.
	CodeElement = "ack.element"
	// CodeMore stands for further faults that were left out.
	CodeMore = "ack.more"
)

// MaxFaults is how many faults of one document an answer keeps.
const MaxFaults = 100

// Answer is one acknowledgement. Application advices (824, APERAK) fit in as well:
// what reads them fills one in.
type Answer struct {
	// Standard is X12 or EDIFACT.
	Standard string `json:"standard"`
	// Kind is TA1, 997, 999 or CONTRL, or another word of who made the answer.
	Kind string `json:"kind"`
	// Control is where the acknowledgement itself stood: the control numbers of its
	// interchange, group and set with / between.
	Control string `json:"control,omitempty"`
	// Interchange is the verdict on the interchange; nil where none is given: a 997
	// speaks of a group.
	Interchange *Level `json:"interchange,omitempty"`
	// Received tells that a CONTRL confirms that the interchange arrived and judges
	// nothing (0083 8).
	Received bool `json:"received,omitempty"`
	// Groups are the groups of which something is said.
	Groups []Group `json:"groups,omitempty"`
	// Documents are the messages outside of groups of which something is said.
	Documents []Document `json:"documents,omitempty"`
}

// Level is an interchange, a group, a set or a message as the partner judges it.
type Level struct {
	// Control is the control number under which it was sent: ISA13, GS06, ST02,
	// 0020, 0048, 0062.
	Control string `json:"control"`
	// Status is the verdict.
	Status fault.Status `json:"status"`
	// Faults are what the partner found wrong.
	Faults []fault.Fault `json:"faults,omitempty"`
}

// Group is a functional group as the partner judges it.
type Group struct {
	Level
	// Kind is the functional identifier (GS01), such as IN, or the message type.
	Kind string `json:"kind"`
	// Included, Received and Accepted count its sets: as its trailer said, as the
	// partner counted, and as it accepted them. X12 alone tells them.
	Included int `json:"included,omitempty"`
	Received int `json:"received,omitempty"`
	Accepted int `json:"accepted,omitempty"`
	// Documents are the sets of which something is said. The others have the verdict
	// of the group; see [Group.Of].
	Documents []Document `json:"documents,omitempty"`
}

// Document is a set or message as the partner judges it.
type Document struct {
	Level
	// Kind is the set or message type, such as 810 or INVOIC.
	Kind string `json:"kind"`
	// Reference is the number of the document itself, such as that of an invoice,
	// where the answer names it.
	Reference string `json:"reference,omitempty"`
}

// Status is the worst verdict of the answer.
func (a *Answer) Status() fault.Status {
	worst := fault.Accepted
	if a.Interchange != nil {
		worst = a.Interchange.Status
	}
	for i := range a.Groups {
		worst = max(worst, a.Groups[i].Status)
		for _, d := range a.Groups[i].Documents {
			worst = max(worst, d.Status)
		}
	}
	for _, d := range a.Documents {
		worst = max(worst, d.Status)
	}
	return worst
}

// Of returns what the group says of a set, by its control number: the set itself where
// it is named, else what follows from the group. A group that is accepted in part names
// the sets that are not.
func (g *Group) Of(control string) Level {
	for _, d := range g.Documents {
		if SameControl(d.Control, control) {
			return d.Level
		}
	}
	l := Level{Control: control, Status: g.Status, Faults: g.Faults}
	if l.Status == fault.PartiallyAccepted {
		l.Status = fault.Accepted
	}
	return l
}

// SameControl compares control numbers: those of digits by their value, so that 1 is
// 0001, others as they are.
func SameControl(a, b string) bool {
	return a == b || bare(a) == bare(b) && digits(a) && digits(b)
}

func bare(control string) string {
	for len(control) > 1 && control[0] == '0' {
		control = control[1:]
	}
	return control
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// add keeps a fault, up to [MaxFaults].
func (l *Level) add(f fault.Fault) {
	switch n := len(l.Faults); {
	case n < MaxFaults:
		l.Faults = append(l.Faults, f)
	case n == MaxFaults:
		l.Faults = append(l.Faults, fault.Fault{Code: CodeMore, Severity: fault.Failure,
			Message: "the partner tells of more, which is left out", Fix: "mend what is told first; the whole answer is in its raw form"})
	}
}

// mostFindings bounds the findings of one acknowledgement.
const mostFindings = 100

// findings are what is wrong with an acknowledgement itself.
type findings struct {
	found  finding.List
	offset int64 // of the acknowledgement
}

func (l *findings) tell(f fault.Fault) {
	if f.Segment == "" {
		f.Offset = l.offset
	}
	switch n := len(l.found); {
	case n < mostFindings:
		l.found = append(l.found, f.Finding())
	case n == mostFindings:
		l.found.Block("ack.more", "", "more is wrong with the answer, which is left out", "ask the partner for a sound answer")
	}
}

// blocking is a failure of the acknowledgement as a whole.
func blocking(code, message, fix string) fault.Fault {
	return fault.Fault{Code: code, Severity: fault.Failure, Message: message, Fix: fix}
}
