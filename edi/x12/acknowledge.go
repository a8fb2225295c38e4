package x12

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/o2ckit/o2c/edi/fault"
)

// FunctionalAck makes the segments of the 997 that answers a group, AK1 to
// AK9, without ST and SE. It names each set and, as far as faults are known,
// each segment and element. ok is false for a group of acknowledgements (FA),
// which is never acknowledged. The group comes from [Check] or [Read]; that of
// [Walk] has no sets, so that only the sums are told.
func FunctionalAck(g *Group) (segments []Segment, ok bool) {
	return acknowledge(g, ackForm{segment: "AK3", element: "AK4", set: "AK5"})
}

// ImplementationAck makes the segments of the 999 that answers a group, which is
// the form for 005010 and later where partners have agreed on an implementation.
// It is made like the 997 of [FunctionalAck], and tells in its own codes what only
// the implementation asks for: see [Fault].
func ImplementationAck(g *Group) (segments []Segment, ok bool) {
	return acknowledge(g, ackForm{segment: "IK3", element: "IK4", set: "IK5", implementation: true})
}

// ackForm is what sets a 997 and a 999 apart: the segments for a segment, an element
// and a set, and the codes.
type ackForm struct {
	segment, element, set string
	implementation        bool
}

func acknowledge(g *Group, form ackForm) (segments []Segment, ok bool) {
	if g.FunctionalID == "FA" {
		return nil, false
	}
	release5 := isRelease5(g) // AK103 and AK203 exist
	ak1 := []string{g.FunctionalID, g.Control}
	if release5 {
		ak1 = append(ak1, g.Version)
	}
	segments = append(segments, NewSegment("AK1", ak1...))
	for _, s := range g.Sets {
		ak2 := []string{s.ID, s.Control}
		if release5 {
			ak2 = append(ak2, s.ImplementationRef)
		}
		segments = append(segments, NewSegment("AK2", ak2...))
		segments = append(segments, form.noted(s)...)
		segments = append(segments, NewSegment(form.set, append([]string{letter(s.Status())}, setCodes(s)...)...))
	}
	included := g.included
	if !allDigits(included) {
		included = strconv.Itoa(g.tally.Received)
	}
	ak9 := []string{letter(g.Status()), included, strconv.Itoa(g.tally.Received), strconv.Itoa(g.AcceptedSets())}
	return append(segments, NewSegment("AK9", append(ak9, codes(g.Faults, "AK905")...)...)), true
}

func isRelease5(g *Group) bool { return g.Version >= "005010" }

// InterchangeAck makes the TA1 that answers an interchange: accepted (A 000),
// accepted with errors when there are warnings (E), or rejected (R), with the
// note code of the first fault.
func InterchangeAck(ic *Interchange) Segment {
	verdict, note := "A", "000"
	for _, f := range ic.Faults {
		code := "024" // content that cannot be used, for what the standard has no code
		if f.Standard.Element == "TA105" {
			code = f.Standard.Code
		}
		if f.Severity == Failure {
			verdict, note = "R", code
			break
		}
		if verdict == "A" {
			verdict, note = "E", code
		}
	}
	return NewSegment("TA1", repeatable(ic.Control), repeatable(ic.Date), repeatable(ic.Time), verdict, note)
}

// repeatable is what can be repeated of a value that may be broken: its letters and
// digits, so that an interchange is answered whatever its ISA holds.
func repeatable(value string) string {
	if firstNot(value, isAlphanumeric) == len(value) {
		return value
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && isAlphanumeric(byte(r)) {
			return r
		}
		return -1
	}, value)
}

// ReplyConfig gives a reply what its writer cannot know.
type ReplyConfig struct {
	// Control is the control number of the reply's interchange.
	Control string
	// GroupControl is that of its first group; the next ones count on.
	GroupControl int
	// At is the date and time that the envelopes carry, in the zone agreed.
	At time.Time
	// Implementation answers a group of version 005010 or later with a 999 in place
	// of a 997.
	Implementation bool
}

// Reply writes the interchange that answers one received: sender and receiver
// exchanged, version and usage repeated, a TA1 when it was asked for or the
// envelope is rejected, and a 997 or 999 for each group that is not itself one
// of acknowledgements, in a group of its own. It returns the number of groups
// written; written is false, and nothing was, when there is nothing to answer.
// The sets of a rejected interchange are not acknowledged beside its TA1.
func Reply(w *Writer, ic *Interchange, c ReplyConfig) (groups int, written bool, err error) {
	ta1, answered := answers(ic)
	if !ta1 && len(answered) == 0 {
		return 0, false, nil
	}
	h := Header{
		SenderQualifier: ic.ReceiverQualifier, Sender: ic.Receiver,
		ReceiverQualifier: ic.SenderQualifier, Receiver: ic.Sender,
		Date: c.At.Format("060102"), Time: c.At.Format("1504"),
		Version: ic.Version, Control: c.Control, Usage: ic.Usage,
	}
	if err := w.BeginInterchange(h); err != nil {
		return 0, false, err
	}
	if ta1 {
		if err := w.Write(InterchangeAck(ic)); err != nil {
			return 0, false, err
		}
	}
	for i, g := range answered {
		if err := replyGroup(w, g, c, c.GroupControl+i); err != nil {
			return i, false, err
		}
	}
	return len(answered), true, w.EndInterchange()
}

// answers tells whether a TA1 is due and which groups are to be acknowledged.
func answers(ic *Interchange) (ta1 bool, groups []*Group) {
	for _, g := range ic.Groups {
		if g.FunctionalID != "FA" && g.FunctionalID != "" {
			groups = append(groups, g)
		}
	}
	rejected := fault.Worst(ic.Faults) == Failure
	ta1 = ic.AckRequested && ic.groups > 0 || rejected && len(ic.Acknowledgements) == 0 && (len(groups) > 0 || ic.groups == 0)
	if rejected {
		groups = nil
	}
	return ta1, groups
}

func replyGroup(w *Writer, g *Group, c ReplyConfig, control int) error {
	date := c.At.Format("20060102")
	if len(g.Date) == 6 { // before 004010
		date = c.At.Format("060102")
	}
	header := GroupHeader{FunctionalID: "FA", Sender: g.Receiver, Receiver: g.Sender, Date: date, Time: c.At.Format("1504"),
		Control: strconv.Itoa(control), Agency: g.Agency, Version: g.Version[:min(6, len(g.Version))]}
	if err := w.BeginGroup(header); err != nil {
		return err
	}
	set := "997"
	segments, _ := FunctionalAck(g)
	if c.Implementation && isRelease5(g) {
		set = "999"
		segments, _ = ImplementationAck(g)
	}
	if err := w.BeginSet(set, "0001", ""); err != nil {
		return err
	}
	if err := w.Write(segments...); err != nil {
		return err
	}
	if err := w.EndSet(); err != nil {
		return err
	}
	return w.EndGroup()
}

// noted makes the AK3 and AK4 segments of a set: an AK3 for each segment with
// failures, an AK4 for each of its elements, in the order of the segments.
func (form ackForm) noted(s *Set) []Segment {
	faults := slices.Clone(s.Faults)
	slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.SegmentNo, b.SegmentNo) })
	var out []Segment
	open := 0 // the segment whose AK3 with code 8 was written last
	for _, f := range faults {
		if f.Severity != Failure || !validID([]byte(f.Segment)) {
			continue
		}
		head := func(code string) Segment {
			return NewSegment(form.segment, f.Segment, strconv.Itoa(f.SegmentNo), loopID(f.Loop), code)
		}
		switch f.Standard.Element {
		case "AK304":
			out = append(out, head(form.code(f)))
			open = 0
		case "AK403":
			if open != f.SegmentNo {
				out = append(out, head("8"))
				open = f.SegmentNo
			}
			out = append(out, NewSegment(form.element, position(f), f.Reference, form.code(f), harmless(f.Value)))
		}
	}
	return out
}

// code is the one of a fault in the form.
func (form ackForm) code(f Fault) string {
	if form.implementation && f.Implementation != "" {
		return f.Implementation
	}
	return f.Standard.Code
}

// loopID is AK303, the innermost loop of a path.
func loopID(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// position is AK401: element, component and repetition.
func position(f Fault) string {
	parts := []string{strconv.Itoa(f.Element), "", ""}
	if f.Component > 0 {
		parts[1] = strconv.Itoa(f.Component)
	}
	if f.Repetition > 0 {
		parts[2] = strconv.Itoa(f.Repetition)
	}
	return Composite(parts...)
}

// setCodes are AK502 to AK506: those of the envelope, and 5 when segments are
// at fault.
func setCodes(s *Set) []string {
	list := codes(s.Faults, "AK502")
	for _, f := range s.Faults {
		if f.Severity == Failure && f.Standard.Element != "AK502" {
			return unique(append(list, "5"))
		}
	}
	return list
}

// codes are the standard's codes of the failures for one element of an
// acknowledgement, each once, five at most.
func codes(faults []Fault, element string) []string {
	var list []string
	for _, f := range faults {
		if f.Severity == Failure && f.Standard.Element == element {
			list = append(list, f.Standard.Code)
		}
	}
	return unique(list)
}

func unique(list []string) []string {
	var out []string
	seen := make(map[string]bool)
	for _, code := range list {
		if !seen[code] && len(out) < 5 {
			seen[code] = true
			out = append(out, code)
		}
	}
	return out
}

// harmless repeats a value in AK404 only when no delimiter can be in it and it
// was not shortened.
func harmless(value string) string {
	if len(value) >= 40 || firstNot(value, func(b byte) bool { return isAlphanumeric(b) || b == ' ' || b == '.' || b == '-' }) < len(value) {
		return ""
	}
	return value
}
