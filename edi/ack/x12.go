package ack

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

// The standards.
const (
	X12     = "X12"
	EDIFACT = "EDIFACT"
)

// IsAnswer tells whether a set or message is one that this package reads: 997, 999 or
// CONTRL.
func IsAnswer(kind string) bool { return kind == "997" || kind == "999" || kind == "CONTRL" }

// ReadTA1 reads a TA1 that stood in an interchange, one of Interchange.Acknowledgements.
// The findings, all of them blocking:
//
//	ack.missing   an element that the answer needs is missing
//	ack.verdict   the verdict is none of the standard's
//
// A count that is none is a warning, ack.number.
func ReadTA1(ic *x12.Interchange, ta1 x12.Segment) (Answer, finding.List) {
	r := reader{}
	a := Answer{Standard: X12, Kind: "TA1", Control: ic.Control}
	level := Level{Control: r.need(ta1, 1, "the control number of the interchange")}
	level.Status = r.verdict(ta1, 4)
	if code := ta1.Value(5); code != "" && code != "000" {
		f := told(CodeInterchange, "TA105", code, interchangeNote)
		f.Segment = "ISA"
		if level.Status != fault.Rejected {
			f.Severity = fault.Warning
		}
		level.add(f)
	}
	a.Interchange = &level
	return a, r.found
}

// ReadSet reads a 997 or a 999. The findings, all of them blocking, are those of
// [ReadTA1] and
//
//	ack.set       the set is none of the two
//	ack.order     a segment stands where nothing is that it could speak of
func ReadSet(set *x12.Set) (Answer, finding.List) {
	r := reader{findings: findings{offset: set.Offset}}
	a := Answer{Standard: X12, Kind: set.ID, Control: set.Interchange().Control + "/" + set.Group.Control + "/" + set.Control}
	if set.ID != "997" && set.ID != "999" {
		r.tell(blocking("ack.set", "the set is a "+set.ID, "read 997 and 999 here"))
		return a, r.found
	}
	for _, s := range set.Body() {
		r.segment(s)
	}
	r.close()
	if len(r.groups) == 0 {
		r.tell(blocking("ack.missing", "the set has no AK1 and names no group", "ask the partner for an answer that names one"))
	}
	a.Groups = r.groups
	return a, r.found
}

// reader reads the segments of a 997 or 999 one after the other.
type reader struct {
	groups   []Group
	group    *Group       // that of the last AK1, until its AK9
	document *Document    // that of the last AK2, until its AK5
	at       *fault.Fault // the segment of the last AK3, not yet told
	segments fault.Fault  // the same, for its AK4
	findings
}

func (r *reader) segment(s x12.Segment) {
	switch s.ID() {
	case "AK1":
		r.close()
		r.group = &Group{Kind: r.need(s, 1, "the kind of the group"), Level: Level{Control: r.need(s, 2, "the control number of the group")}}
	case "AK2":
		if r.within(s, r.group != nil) {
			r.closeDocument()
			r.document = &Document{Kind: r.need(s, 1, "the kind of the set"), Level: Level{Control: r.need(s, 2, "the control number of the set")}}
		}
	case "AK3", "IK3":
		if r.within(s, r.document != nil) {
			r.openSegment(s)
		}
	case "AK4", "IK4":
		if r.within(s, r.document != nil && r.segments.Segment != "") {
			r.element(s)
		}
	case "CTX":
		r.context(s)
	case "AK5", "IK5":
		if r.within(s, r.document != nil) {
			r.closeSegment()
			r.document.Status = r.verdict(s, 1)
			r.notes(&r.document.Level, s, 2, CodeDocument, setNote)
			r.group.Documents = append(r.group.Documents, *r.document)
			r.document = nil
		}
	case "AK9":
		if r.within(s, r.group != nil) {
			r.closeDocument()
			r.group.Status = r.verdict(s, 1)
			r.group.Included, r.group.Received, r.group.Accepted = r.count(s, 2), r.count(s, 3), r.count(s, 4)
			r.notes(&r.group.Level, s, 5, CodeGroup, groupNote)
			r.groups = append(r.groups, *r.group)
			r.group = nil
		}
	}
}

// close ends what is open. A group without its verdict is rejected: nobody accepted it.
func (r *reader) close() {
	r.closeDocument()
	if r.group == nil {
		return
	}
	r.tell(blocking("ack.missing", fmt.Sprintf("the answer to group %s ends without AK9", r.group.Control), "ask the partner for the whole answer"))
	r.group.Status = fault.Rejected
	r.groups = append(r.groups, *r.group)
	r.group = nil
}

func (r *reader) closeDocument() {
	r.closeSegment()
	if r.document == nil {
		return
	}
	r.tell(blocking("ack.missing", fmt.Sprintf("the answer to set %s ends without AK5 or IK5", r.document.Control), "ask the partner for the whole answer"))
	r.document.Status = fault.Rejected
	r.group.Documents = append(r.group.Documents, *r.document)
	r.document = nil
}

// openSegment takes an AK3. Where elements follow, they are told and not the segment.
func (r *reader) openSegment(s x12.Segment) {
	r.closeSegment()
	code := s.Value(4)
	if code == "" {
		code = "8"
	}
	f := told(CodeSegment, s.ID()+"04", code, segmentNote)
	f.Segment, f.SegmentNo, f.Loop = r.need(s, 1, "the identifier of the segment"), r.count(s, 2), s.Value(3)
	r.segments, r.at = f, &f
}

func (r *reader) closeSegment() {
	if r.at != nil {
		r.document.add(*r.at)
	}
	r.at, r.segments = nil, fault.Fault{}
}

// element takes an AK4.
func (r *reader) element(s x12.Segment) {
	if r.segments.Standard.Code == "8" {
		r.at = nil
	}
	f := told(CodeElement, s.ID()+"03", r.need(s, 3, "the code"), elementNote)
	f.Segment, f.SegmentNo, f.Loop = r.segments.Segment, r.segments.SegmentNo, r.segments.Loop
	f.Element, f.Component, f.Repetition = r.number(s, 1, 1), r.number(s, 1, 2), r.number(s, 1, 3)
	f.Reference, f.Value = s.Value(2), fault.Shortened(s.Value(4))
	if r.at != nil { // the segment has a fault of its own beside
		r.document.add(*r.at)
		r.at = nil
	}
	r.document.add(f)
}

// context puts what a CTX says to the fault that it belongs to.
func (r *reader) context(s x12.Segment) {
	parts := make([]string, 0, s.Len())
	for i := 1; i <= s.Len(); i++ {
		if words := strings.Join(s.Components(i), " "); words != "" {
			parts = append(parts, words)
		}
	}
	words := fault.Shortened(strings.Join(parts, ", "))
	switch {
	case words == "":
	case r.at != nil:
		r.at.Expected = words
	case r.document != nil && len(r.document.Faults) > 0:
		r.document.Faults[len(r.document.Faults)-1].Expected = words
	}
}

// notes takes the codes of AK5 and AK9, up to five from an element on.
func (r *reader) notes(l *Level, s x12.Segment, from int, code string, meaning func(string) string) {
	for i := from; i <= from+4; i++ {
		note := s.Value(i)
		if note == "" || len(l.Faults) > 0 && code == CodeDocument && (note == "5" || note == "I5") {
			continue // the segments say it already
		}
		f := told(code, fmt.Sprintf("%s%02d", s.ID(), from), note, meaning)
		f.Segment = "ST"
		if code == CodeGroup {
			f.Segment = "GS"
		}
		l.add(f)
	}
}

// verdict reads AK501, AK901, TA104. What is no verdict accepts nothing.
func (r *reader) verdict(s x12.Segment, element int) fault.Status {
	switch s.Value(element) {
	case "A":
		return fault.Accepted
	case "E":
		return fault.AcceptedWithErrors
	case "P":
		return fault.PartiallyAccepted
	case "R", "M", "W", "X": // the last three for reasons of security
		return fault.Rejected
	}
	r.tell(s.Fault("ack.verdict", element, fmt.Sprintf("%q is no verdict", fault.Shortened(s.Value(element))), "ask the partner what it means"))
	return fault.Rejected
}

func (r *reader) need(s x12.Segment, element int, what string) string {
	if s.Value(element) == "" {
		r.tell(s.Fault("ack.missing", element, what+" is missing", "ask the partner for an answer that names it"))
	}
	return s.Value(element)
}

func (r *reader) within(s x12.Segment, ok bool) bool {
	if !ok {
		r.tell(s.Fault("ack.order", 0, s.ID()+" speaks of nothing that was named before", "ask the partner for a sound answer"))
	}
	return ok
}

func (r *reader) count(s x12.Segment, element int) int { return r.number(s, element, 1) }

// number reads a count or a position; 0 where there is none.
func (r *reader) number(s x12.Segment, element, component int) int {
	text := s.Component(element, component)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		f := s.Fault("ack.number", element, fmt.Sprintf("%q is no count", fault.Shortened(text)), "")
		f.Severity = fault.Warning
		r.tell(f)
		return 0
	}
	return n
}
