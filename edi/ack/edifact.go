package ack

import (
	"fmt"
	"strconv"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/fault"
	"github.com/o2ckit/o2c/kernel/finding"
)

// ReadMessage reads a CONTRL. The findings, all of them blocking, are
//
//	ack.set       the message is no CONTRL
//	ack.missing   an element that the answer needs is missing
//	ack.verdict   the action is none of the standard's
//	ack.order     a segment stands where nothing is that it could speak of
func ReadMessage(m *edifact.Message) (Answer, finding.List) {
	r := control{findings: findings{offset: m.Offset}, answer: Answer{Standard: EDIFACT, Kind: m.ID, Control: m.Interchange.Control + "/" + m.Control}}
	if m.Group != nil {
		r.answer.Control = m.Interchange.Control + "/" + m.Group.Control + "/" + m.Control
	}
	if m.ID != "CONTRL" {
		r.tell(blocking("ack.set", "the message is a "+m.ID, "read CONTRL here"))
		return r.answer, r.found
	}
	for _, s := range m.Body() {
		r.segment(s)
	}
	r.closeSegment()
	if r.answer.Interchange == nil {
		r.tell(blocking("ack.missing", "the message has no UCI and names no interchange", "ask the partner for an answer that names one"))
	}
	r.conclude()
	return r.answer, r.found
}

// control reads the segments of a CONTRL one after the other.
type control struct {
	answer   Answer
	group    *Group
	document *Document
	at       *fault.Fault // the segment of the last UCS, until something follows
	number   int
	noted    bool // the UCS of it was told
	findings
}

func (r *control) segment(s edifact.Segment) {
	switch s.ID() {
	case "UCI":
		level := Level{Control: r.need(s, "the reference of the interchange")}
		r.answer.Received = s.Value(4) == "8"
		r.judge(&level, s, 4, CodeInterchange)
		r.answer.Interchange = &level
	case "UCF":
		r.closeSegment()
		r.document = nil
		g := Group{Level: Level{Control: r.need(s, "the reference of the group")}}
		r.judge(&g.Level, s, 4, CodeGroup)
		r.answer.Groups = append(r.answer.Groups, g)
		r.group = &r.answer.Groups[len(r.answer.Groups)-1]
	case "UCM":
		r.message(s)
	case "UCS":
		if r.within(s, r.document != nil) {
			r.openSegment(s)
		}
	case "UCD":
		if r.within(s, r.document != nil && r.number > 0) {
			r.element(s)
		}
	}
}

// message takes a UCM: the verdict on a message.
func (r *control) message(s edifact.Segment) {
	r.closeSegment()
	d := Document{Kind: s.Component(2, 1), Level: Level{Control: r.need(s, "the reference of the message")}}
	r.judge(&d.Level, s, 3, CodeDocument)
	list := &r.answer.Documents
	if r.group != nil {
		list = &r.group.Documents
		r.group.Kind = d.Kind
	}
	*list = append(*list, d)
	r.document = &(*list)[len(*list)-1]
}

// judge takes 0083, 0085, 0013 and S011, which stand one behind the other.
func (r *control) judge(l *Level, s edifact.Segment, action int, code string) {
	switch s.Value(action) {
	case "7", "8":
		l.Status = fault.Accepted
	case "4":
		l.Status = fault.Rejected
	default:
		l.Status = fault.Rejected
		r.tell(at(s, "ack.verdict", action, fmt.Sprintf("%q is no action", fault.Shortened(s.Value(action))), "ask the partner what it means"))
	}
	note := s.Value(action + 1)
	if note == "" {
		return
	}
	f := told(code, "0085", note, controlNote)
	if l.Status != fault.Rejected {
		f.Severity = fault.Warning
		l.Status = fault.AcceptedWithErrors
	}
	f.Segment = s.Value(action + 2)
	f.Element, f.Component = r.position(s, action+3)
	l.add(f)
}

// openSegment takes a UCS: a segment of the message, with a fault of its own or with
// elements that have.
func (r *control) openSegment(s edifact.Segment) {
	r.closeSegment()
	n, err := strconv.Atoi(s.Value(1))
	if err != nil || n < 1 {
		r.tell(at(s, "ack.missing", 1, fmt.Sprintf("%q is no place of a segment", fault.Shortened(s.Value(1))), "ask the partner for an answer that names it"))
		return
	}
	r.number = n
	note := s.Value(2)
	r.noted = note != ""
	if !r.noted {
		note = "18"
	}
	f := told(CodeSegment, "0085", note, controlNote)
	f.SegmentNo = n
	r.at = &f
}

func (r *control) closeSegment() {
	if r.at != nil {
		r.document.add(*r.at)
	}
	r.at, r.number = nil, 0
}

// element takes a UCD.
func (r *control) element(s edifact.Segment) {
	if r.at != nil && r.noted {
		r.document.add(*r.at)
	}
	r.at = nil
	f := told(CodeElement, "0085", r.need(s, "the error code"), controlNote)
	f.SegmentNo = r.number
	f.Element, f.Component = r.position(s, 2)
	r.document.add(f)
}

// position reads S011, in which the tag counts as the first element.
func (r *control) position(s edifact.Segment, element int) (_, component int) {
	number := func(c int) int {
		text := s.Component(element, c)
		if text == "" {
			return 0
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			f := at(s, "ack.number", element, fmt.Sprintf("%q is no place", fault.Shortened(text)), "")
			f.Severity = fault.Warning
			r.tell(f)
			return 0
		}
		return n
	}
	return max(0, number(1)-1), number(2)
}

// conclude gives the verdict of each level what stands below it: a CONTRL acknowledges
// a level, those below that are not rejected.
func (r *control) conclude() {
	for i := range r.answer.Groups {
		g := &r.answer.Groups[i]
		g.Status = below(g.Status, g.Documents)
	}
	if ic := r.answer.Interchange; ic != nil {
		ic.Status = below(ic.Status, r.answer.Documents)
		for _, g := range r.answer.Groups {
			if g.Status >= fault.PartiallyAccepted && ic.Status < fault.PartiallyAccepted {
				ic.Status = fault.PartiallyAccepted
			}
		}
	}
}

func below(status fault.Status, documents []Document) fault.Status {
	for i := range documents {
		d := &documents[i]
		if d.Status == fault.Accepted && len(d.Faults) > 0 {
			d.Status = fault.AcceptedWithErrors
		}
		if d.Status == fault.Rejected && status < fault.PartiallyAccepted {
			status = fault.PartiallyAccepted
		}
	}
	return status
}

// need reads the first element, which names what the segment is about.
func (r *control) need(s edifact.Segment, what string) string {
	if s.Value(1) == "" {
		r.tell(at(s, "ack.missing", 1, what+" is missing", "ask the partner for an answer that names it"))
	}
	return s.Value(1)
}

func (r *control) within(s edifact.Segment, ok bool) bool {
	if !ok {
		r.tell(at(s, "ack.order", 0, s.ID()+" speaks of nothing that was named before", "ask the partner for a sound answer"))
	}
	return ok
}

// at makes a failure that stands at a segment's element.
func at(s edifact.Segment, code string, element int, message, fix string) fault.Fault {
	f := blocking(code, message, fix)
	f.Segment, f.SegmentNo, f.Element, f.Offset = s.ID(), s.NumberInMessage(), element, s.ElementOffset(element)
	return f
}
