package errordesk

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/order/intake"
)

// The channels of documents that this package knows how to read again.
const (
	ChannelX12     = "x12"
	ChannelEDIFACT = "edifact"
)

// ErrNotKept is returned for a set or message whose bytes were not kept by its
// reader, since it was only checked or was longer than the reader's limit.
var ErrNotKept = errors.New("errordesk: the bytes were not kept when it was read")

// FromSet makes of a set what an inbox keeps of it: its bytes, its control numbers
// (interchange/group/set), its sender (qualifier:identifier), and the ISA and GS
// around it. Where those are longer than [intake.MaxEnvelope] the bytes are the whole
// interchange. With [ErrNotKept] comes all of that but the bytes and what stood around.
func FromSet(set *x12.Set) (intake.Document, error) {
	ic, group := set.Interchange(), set.Group
	d := intake.Document{
		Channel: ChannelX12, Kind: set.ID, Partner: ic.SenderQualifier + ":" + ic.Sender,
		Control: ic.Control + "/" + group.Control + "/" + set.Control, Raw: set.Raw(),
	}
	if len(d.Raw) == 0 {
		return d, fmt.Errorf("%w: set %s %s", ErrNotKept, set.ID, set.Control)
	}
	d.Envelope = envelopeX12(ic, group, d.Raw)
	return within(d)
}

// within makes one interchange of a document whose envelope is longer than an inbox keeps
// beside it.
func within(d intake.Document) (intake.Document, error) {
	if len(d.Envelope) <= intake.MaxEnvelope {
		return d, nil
	}
	whole, err := Interchange(d)
	if err == nil {
		d.Raw, d.Envelope = whole, nil
	}
	return d, err
}

// envelopeX12 writes the ISA and GS again as they were understood, whatever may be
// wrong with them: a writer of package x12 would refuse what is.
func envelopeX12(ic *x12.Interchange, g *x12.Group, raw []byte) []byte {
	d := ic.Delimiters
	if d.Component == 0 {
		d.Component = x12.StandardDelimiters().Component
	}
	requested, repetition := "0", "U"
	if ic.AckRequested {
		requested = "1"
	}
	if ic.Version >= "00402" && d.Repetition != 0 {
		repetition = string([]byte{d.Repetition})
	}
	fixed := func(value string, width int, none string) string {
		if value == "" {
			value = none
		}
		return value + strings.Repeat(" ", max(0, width-len(value)))
	}
	control := strings.Repeat("0", max(0, 9-len(ic.Control))) + ic.Control
	lines := [][]string{
		{"ISA", fixed(ic.AuthorizationQualifier, 2, "00"), fixed(ic.Authorization, 10, ""), fixed(ic.SecurityQualifier, 2, "00"), fixed(ic.Security, 10, ""),
			fixed(ic.SenderQualifier, 2, ""), fixed(ic.Sender, 15, ""), fixed(ic.ReceiverQualifier, 2, ""), fixed(ic.Receiver, 15, ""),
			fixed(ic.Date, 6, ""), fixed(ic.Time, 4, ""), repetition, fixed(ic.Version, 5, ""), control, requested, fixed(ic.Usage, 1, "P"),
			string([]byte{d.Component})},
		{"GS", g.FunctionalID, g.Sender, g.Receiver, g.Date, g.Time, g.Control, g.Agency, g.Version},
	}
	var b bytes.Buffer
	lineBreak := breakBehind(raw, d.Segment)
	for _, line := range lines {
		b.WriteString(strings.Join(line, string([]byte{d.Element})))
		b.WriteByte(d.Segment)
		b.WriteString(lineBreak)
	}
	return b.Bytes()
}

// breakBehind is the line break that stands behind the first terminator.
func breakBehind(raw []byte, terminator byte) string {
	i := bytes.IndexByte(raw, terminator)
	if i < 0 {
		return ""
	}
	switch rest := raw[i+1:]; {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		return "\r\n"
	case bytes.HasPrefix(rest, []byte("\n")):
		return "\n"
	}
	return ""
}

// FromMessage makes of a message what [FromSet] makes of a set: its bytes, and the
// UNA, UNB and UNG around it.
func FromMessage(m *edifact.Message) (intake.Document, error) {
	ic := m.Interchange
	raw := m.Raw()
	d := intake.Document{
		Channel: ChannelEDIFACT, Kind: m.ID, Partner: ic.Sender.Qualifier + ":" + ic.Sender.ID,
		Control: ic.Control + "/" + m.Control, Raw: raw,
	}
	if len(raw) == 0 {
		return d, fmt.Errorf("%w: message %s %s", ErrNotKept, m.ID, m.Control)
	}
	header := []edifact.Segment{edifact.NewSegment("UNB", edifact.Composite(ic.SyntaxID, ic.SyntaxVersion), party(ic.Sender), party(ic.Recipient),
		edifact.Composite(ic.Date, ic.Time), edifact.Simple(ic.Control), edifact.Composite(ic.Password, ic.PasswordQualifier),
		edifact.Simple(ic.Application), edifact.Simple(ic.Priority), flag(ic.AckRequested), edifact.Simple(ic.Agreement), flag(ic.Test))}
	if g := m.Group; g != nil {
		d.Control = ic.Control + "/" + g.Control + "/" + m.Control
		header = append(header, edifact.NewSegment("UNG", edifact.Simple(g.MessageType), party(g.Sender), party(g.Recipient),
			edifact.Composite(g.Date, g.Time), edifact.Simple(g.Control), edifact.Simple(g.Agency), edifact.Composite(g.Version, g.Release, g.Association)))
	}
	var b bytes.Buffer
	w, err := edifact.NewWriter(&b, edifact.WriterConfig{Separators: ic.Separators, UNA: true, LineBreak: breakBehind(raw, ic.Separators.Terminator)})
	if err == nil {
		err = w.Write(header...)
	}
	if err != nil {
		return d, fmt.Errorf("errordesk: the envelope of message %s: %w", m.Control, err)
	}
	d.Envelope = b.Bytes()
	return within(d)
}

func party(p edifact.Party) edifact.Element { return edifact.Composite(p.ID, p.Qualifier, p.Routing) }

func flag(on bool) edifact.Element {
	if on {
		return edifact.Simple("1")
	}
	return edifact.Element{}
}

// Interchange makes an interchange of a document that was kept: its envelope, the
// document, and trailers that count it. It holds the one set or message and can be
// read by itself. What was kept without an envelope, such as a whole file, is
// returned as it is; an envelope that cannot be read is put before the document without
// more, for a person to correct both.
func Interchange(d intake.Document) ([]byte, error) {
	if len(d.Envelope) == 0 {
		return d.Raw, nil
	}
	switch d.Channel {
	case ChannelX12:
		return interchangeX12(d)
	case ChannelEDIFACT:
		return interchangeEDIFACT(d)
	}
	return d.Raw, nil
}

// longest bounds a segment that was read once and is read again: what is written of it may
// be longer than it was.
const longest = 16 << 20

func interchangeX12(d intake.Document) ([]byte, error) {
	report, err := x12.Check(bytes.NewReader(d.Envelope), x12.Options{Lenient: true, MaxSegmentBytes: longest})
	if err != nil {
		return nil, err
	}
	if len(report.Interchanges) != 1 || len(report.Interchanges[0].Groups) != 1 {
		return slices.Concat(d.Envelope, d.Raw), nil
	}
	ic := report.Interchanges[0]
	element, terminator := string([]byte{ic.Delimiters.Element}), string([]byte{ic.Delimiters.Segment})
	lineBreak := breakBehind(d.Envelope, ic.Delimiters.Segment)
	out := append(bytes.Clone(d.Envelope), d.Raw...)
	out = append(out, lineBreak...)
	for _, trailer := range [][]string{{"GE", "1", ic.Groups[0].Control}, {"IEA", "1", ic.Control}} {
		out = append(out, strings.Join(trailer, element)+terminator+lineBreak...)
	}
	return out, nil
}

func interchangeEDIFACT(d intake.Document) ([]byte, error) {
	report, err := edifact.Check(bytes.NewReader(d.Envelope), edifact.Options{MaxSegmentBytes: longest})
	if err != nil {
		return nil, err
	}
	if len(report.Interchanges) != 1 {
		return slices.Concat(d.Envelope, d.Raw), nil
	}
	ic := report.Interchanges[0]
	lineBreak := breakBehind(d.Envelope, ic.Separators.Terminator)
	var b bytes.Buffer
	w, err := edifact.NewWriter(&b, edifact.WriterConfig{Separators: ic.Separators, LineBreak: lineBreak})
	if err != nil {
		return nil, err
	}
	b.Write(d.Envelope)
	b.Write(d.Raw)
	b.WriteString(lineBreak)
	if len(ic.Groups) == 1 {
		err = w.Write(edifact.NewSegment("UNE", edifact.Simple("1"), edifact.Simple(ic.Groups[0].Control)))
	}
	if err == nil {
		err = w.Write(edifact.NewSegment("UNZ", edifact.Simple("1"), edifact.Simple(ic.Control)))
	}
	return b.Bytes(), err
}
