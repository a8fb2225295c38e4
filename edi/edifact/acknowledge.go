package edifact

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// The actions of a CONTRL (0083).
const (
	actionRejected     = "4" // this level and all below it
	actionAcknowledged = "7" // this level, and those below that are not rejected
)

// Acknowledge makes the segments of the CONTRL that answers an interchange, those
// between UNH and UNT: a UCI for the interchange, a UCF for each group, a UCM for each
// message, and for what is wrong within it UCS and UCD. ok is false when there is
// nothing to answer: a CONTRL is never acknowledged, nor are messages without an
// interchange. The interchange must have been read by [Read] or [Check].
func Acknowledge(ic *Interchange) (segments []Segment, ok bool) {
	if ic.implied || ic.acknowledge == 0 && ic.tally.Received > 0 {
		return nil, false
	}
	uci := []Element{Simple(ic.Control), ic.Sender.element(), ic.Recipient.element()}
	failure, rejected := firstFailure(ic.Faults)
	segments = append(segments, NewSegment("UCI", append(uci, judged(failure, rejected)...)...))
	if rejected {
		return segments, true
	}
	var group *Group
	for _, m := range ic.Messages {
		if m.Group != nil && m.Group != group {
			group = m.Group
			failure, rejected := firstFailure(group.Faults)
			ucf := []Element{Simple(group.Control), group.Sender.element(), group.Recipient.element()}
			segments = append(segments, NewSegment("UCF", append(ucf, judged(failure, rejected)...)...))
		}
		if m.ID == contrl || group != nil && m.Group == group && group.Status() == Rejected && hasFailure(group.Faults) {
			continue
		}
		segments = append(segments, m.acknowledge()...)
	}
	return segments, true
}

func hasFailure(faults []Fault) bool {
	_, failed := firstFailure(faults)
	return failed
}

// firstFailure is what a UCI, UCF or UCM tells: it has room for one.
func firstFailure(faults []Fault) (Fault, bool) {
	i := slices.IndexFunc(faults, func(f Fault) bool { return f.Severity == Failure })
	if i < 0 {
		return Fault{}, false
	}
	return faults[i], true
}

// judged are 0083, 0085, 0013 and S011.
func judged(f Fault, rejected bool) []Element {
	if !rejected {
		return []Element{Simple(actionAcknowledged)}
	}
	out := []Element{Simple(actionRejected), Simple(standardCode(f))}
	switch f.Segment {
	case "UNB", "UNG", "UNH", "UNT", "UNE", "UNZ":
		out = append(out, Simple(f.Segment), position(f))
	}
	return out
}

// standardCode is 0085; 18, an unspecified error, for what the standard has no code.
func standardCode(f Fault) string {
	if f.Standard.Code == "" {
		return "18"
	}
	return f.Standard.Code
}

// position is S011, in which the tag counts as the first element.
func position(f Fault) Element {
	switch {
	case f.Element == 0:
		return Element{}
	case f.Component == 0:
		return Simple(strconv.Itoa(f.Element + 1))
	}
	return Composite(strconv.Itoa(f.Element+1), strconv.Itoa(f.Component))
}

// acknowledge makes the UCM of a message, with a UCS for each segment at fault and a UCD
// for each of its elements, in the order of the segments.
func (m *Message) acknowledge() []Segment {
	var of []Fault // of the envelope of the message
	var within []Fault
	for _, f := range m.Faults {
		switch {
		case f.Severity != Failure:
		case f.SegmentNo == 0 || f.Segment == "UNH" || f.Segment == "UNT":
			of = append(of, f)
		default:
			within = append(within, f)
		}
	}
	rejected := m.Status() == Rejected
	ucm := []Element{Simple(m.Control), m.element()}
	switch failure, some := firstFailure(of); {
	case some:
		ucm = append(ucm, judged(failure, true)...)
	case rejected:
		ucm = append(ucm, Simple(actionRejected))
	default:
		ucm = append(ucm, Simple(actionAcknowledged))
	}
	out := []Segment{NewSegment("UCM", ucm...)}
	slices.SortStableFunc(within, func(a, b Fault) int { return cmp.Compare(a.SegmentNo, b.SegmentNo) })
	open := 0 // the segment whose UCS for elements was written last
	for _, f := range within {
		no := Simple(strconv.Itoa(f.SegmentNo))
		if f.Element == 0 {
			out = append(out, NewSegment("UCS", no, Simple(standardCode(f))))
			open = 0
			continue
		}
		if open != f.SegmentNo {
			out = append(out, NewSegment("UCS", no))
			open = f.SegmentNo
		}
		out = append(out, NewSegment("UCD", Simple(standardCode(f)), position(f)))
	}
	return out
}

// ReplyConfig gives a reply what its writer cannot know.
type ReplyConfig struct {
	// Control is the control reference of the reply's interchange.
	Control string
	// At is the date and time that the envelope carries, in the zone agreed.
	At time.Time
}

// Reply writes the interchange with the CONTRL that answers one received: sender and
// recipient exchanged, character set and test indicator repeated, in syntax version 3
// at most. written is false, and nothing was, when there is nothing to answer.
func Reply(w *Writer, ic *Interchange, c ReplyConfig) (written bool, err error) {
	segments, ok := Acknowledge(ic)
	if !ok {
		return false, nil
	}
	h := Header{SyntaxID: ic.SyntaxID, SyntaxVersion: ic.SyntaxVersion, Sender: ic.Recipient, Recipient: ic.Sender,
		Date: c.At.Format("060102"), Time: c.At.Format("1504"), Control: c.Control, Agreement: ic.Agreement, Test: ic.Test}
	if _, known := charsetOf(h.SyntaxID); !known {
		h.SyntaxID = "UNOC"
	}
	if h.SyntaxVersion != "1" && h.SyntaxVersion != "2" {
		h.SyntaxVersion = "3"
	}
	if err := w.BeginInterchange(h); err != nil {
		return false, err
	}
	if err := w.BeginMessage(MessageHeader{Control: "1", ID: contrl, Version: "D", Release: "3", Agency: "UN"}); err != nil {
		return false, err
	}
	if err := w.Write(segments...); err != nil {
		return false, err
	}
	if err := w.EndMessage(); err != nil {
		return false, err
	}
	return true, w.EndInterchange()
}
