package edifact

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrOrder says that envelopes are not opened and closed in order.
var ErrOrder = errors.New("edifact: written out of order")

type level uint8

const (
	outside level = iota
	inInterchange
	inGroup
	inMessage
)

// envelope is where a writer stands.
type envelope struct {
	level       level
	interchange string // control references
	group       string
	message     string
	groups      int
	messages    int // of the group or, without groups, of the interchange
	segments    int // of the message
}

// BeginInterchange writes the UNB, with a UNA before it if the configuration says so.
// Values are written in the character set of the syntax identifier; what it does not
// have is a [*ValueError], as are a missing party, date or reference. Elements repeat
// in syntax version 4 only.
func (w *Writer) BeginInterchange(h Header) error {
	if err := w.at("UNB", outside); err != nil {
		return err
	}
	charset, known := charsetOf(h.SyntaxID)
	switch {
	case !known:
		return &ValueError{Segment: "UNB", Element: 1, Value: h.SyntaxID, Reason: "the syntax identifier is one of UNOA to UNOF, UNOW, UNOY"}
	case len(h.SyntaxVersion) != 1 || h.SyntaxVersion < "1" || h.SyntaxVersion > "4":
		return &ValueError{Segment: "UNB", Element: 1, Value: h.SyntaxVersion, Reason: "the syntax version is 1 to 4"}
	case h.Sender.ID == "":
		return &ValueError{Segment: "UNB", Element: 2, Reason: "the sender is missing"}
	case h.Recipient.ID == "":
		return &ValueError{Segment: "UNB", Element: 3, Reason: "the recipient is missing"}
	case !validDate(h.Date, h.Time):
		return &ValueError{Segment: "UNB", Element: 4, Value: h.Date + ":" + h.Time, Reason: "it is no date and time of the form YYMMDD:HHMM"}
	}
	if err := reference("UNB", 5, h.Control); err != nil {
		return err
	}
	w.syntax(charset, h)
	flag := func(on bool) Element {
		if on {
			return Simple("1")
		}
		return Element{}
	}
	if err := w.put(NewSegment("UNB", Composite(h.SyntaxID, h.SyntaxVersion), h.Sender.element(), h.Recipient.element(),
		Composite(h.Date, h.Time), Simple(h.Control), Composite(h.Password, h.PasswordQualifier), Simple(h.Application),
		Simple(h.Priority), flag(h.AckRequested), Simple(h.Agreement), flag(h.Test))); err != nil {
		return err
	}
	w.open = envelope{level: inInterchange, interchange: h.Control}
	return nil
}

// syntax sets what the syntax of an interchange means to what is written.
func (w *Writer) syntax(charset Charset, h Header) {
	w.charset, w.repertoire = charset, repertoire(h.SyntaxID)
	w.config.Separators = w.given
	switch sep := &w.config.Separators; {
	case h.SyntaxVersion != "4":
		sep.Repetition = 0
	case !w.config.UNA && !sep.special('*'):
		sep.Repetition = '*'
	}
	w.pending = nil
	if w.config.UNA {
		w.pending = []byte(w.config.Separators.UNA() + w.config.LineBreak)
	}
}

func (p Party) element() Element { return Composite(p.ID, p.Qualifier, p.Routing) }

// repertoire is what UNOA and UNOB have; nil for the others.
func repertoire(syntaxID string) *[128]bool {
	if syntaxID != "UNOA" && syntaxID != "UNOB" {
		return nil
	}
	var has [128]bool
	for b := range byte(128) {
		has[b] = alphanumeric(b) && (b < 'a' || syntaxID == "UNOB") || strings.IndexByte(" .,-()/='+:?!\"%&*;<>", b) >= 0
	}
	return &has
}

// reference checks a control reference.
func reference(tag string, element int, value string) error {
	if value == "" || len([]rune(value)) > maxReference {
		return &ValueError{Segment: tag, Element: element, Value: value, Reason: "a reference has 1 to 14 characters"}
	}
	return nil
}

// EndInterchange writes the UNZ.
func (w *Writer) EndInterchange() error {
	if err := w.at("UNZ", inInterchange); err != nil {
		return err
	}
	count := w.open.messages
	if w.open.groups > 0 {
		count = w.open.groups
	}
	if err := w.put(NewSegment("UNZ", Simple(strconv.Itoa(count)), Simple(w.open.interchange))); err != nil {
		return err
	}
	w.open = envelope{}
	return nil
}

// BeginGroup writes the UNG. Messages do not stand beside groups.
func (w *Writer) BeginGroup(g GroupHeader) error {
	if err := w.at("UNG", inInterchange); err != nil {
		return err
	}
	if w.open.groups == 0 && w.open.messages > 0 {
		return fmt.Errorf("%w: UNG does not stand beside messages", ErrOrder)
	}
	if err := reference("UNG", 5, g.Control); err != nil {
		return err
	}
	if err := w.put(NewSegment("UNG", Simple(g.MessageType), g.Sender.element(), g.Recipient.element(), Composite(g.Date, g.Time),
		Simple(g.Control), Simple(g.Agency), Composite(g.Version, g.Release, g.Association))); err != nil {
		return err
	}
	w.open.level, w.open.group, w.open.messages = inGroup, g.Control, 0
	w.open.groups++
	return nil
}

// EndGroup writes the UNE.
func (w *Writer) EndGroup() error {
	if err := w.at("UNE", inGroup); err != nil {
		return err
	}
	if err := w.put(NewSegment("UNE", Simple(strconv.Itoa(w.open.messages)), Simple(w.open.group))); err != nil {
		return err
	}
	w.open.level = inInterchange
	return nil
}

// BeginMessage writes the UNH.
func (w *Writer) BeginMessage(h MessageHeader) error {
	if w.open.level != inGroup {
		if err := w.at("UNH", inInterchange); err != nil {
			return err
		}
		if w.open.groups > 0 {
			return fmt.Errorf("%w: UNH does not stand beside groups", ErrOrder)
		}
	}
	if err := reference("UNH", 1, h.Control); err != nil {
		return err
	}
	if h.ID == "" || h.Version == "" || h.Release == "" || h.Agency == "" {
		return &ValueError{Segment: "UNH", Element: 2, Value: h.ID, Reason: "type, version, release and agency are mandatory"}
	}
	if err := w.put(NewSegment("UNH", Simple(h.Control), h.element(), Simple(h.AccessReference))); err != nil {
		return err
	}
	w.open.level, w.open.message, w.open.segments = inMessage, h.Control, 1
	w.open.messages++
	return nil
}

// element is S009.
func (h MessageHeader) element() Element {
	return Composite(h.ID, h.Version, h.Release, h.Agency, h.Association)
}

// EndMessage writes the UNT.
func (w *Writer) EndMessage() error {
	if err := w.at("UNT", inMessage); err != nil {
		return err
	}
	if err := w.put(NewSegment("UNT", Simple(strconv.Itoa(w.open.segments+1)), Simple(w.open.message))); err != nil {
		return err
	}
	w.open.level = inInterchange
	if w.open.groups > 0 {
		w.open.level = inGroup
	}
	return nil
}

// content tells whether segments may be written where the writer stands.
func (w *Writer) content(segments []Segment) error {
	if w.open.level == outside {
		return nil
	}
	for _, s := range segments {
		switch s.ID() {
		case "UNB", "UNG", "UNH", "UNT", "UNE", "UNZ":
			return fmt.Errorf("%w: %s is written by Begin and End", ErrOrder, s.ID())
		}
		if err := w.at(s.ID(), inMessage); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) at(tag string, want level) error {
	if w.open.level != want {
		names := [...]string{"outside an interchange", "within an interchange", "within a group", "within a message"}
		return fmt.Errorf("%w: %s is written %s, not %s", ErrOrder, tag, names[want], names[w.open.level])
	}
	return nil
}
