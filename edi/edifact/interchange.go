package edifact

import "github.com/o2ckit/o2c/edi/fault"

// Party is who sends or receives an interchange or a group: S002, S003, S006, S007.
type Party struct {
	// ID identifies it, such as a GLN.
	ID string
	// Qualifier says what the ID is: 14 GLN, 1 DUNS, ZZ mutually defined. May be empty.
	Qualifier string
	// Routing is an address within the party. Empty for groups.
	Routing string
}

// Header is what a UNB says, read or to be written.
type Header struct {
	// SyntaxID names the character set: UNOA, UNOB, UNOC and so on.
	SyntaxID string
	// SyntaxVersion is 1 to 4.
	SyntaxVersion string
	// Sender and Recipient are S002 and S003.
	Sender, Recipient Party
	// Date is YYMMDD, in syntax version 4 CCYYMMDD.
	Date string
	// Time is HHMM.
	Time string
	// Control is the interchange control reference (0020), up to 14 characters.
	Control string
	// Password and PasswordQualifier are S005.
	Password, PasswordQualifier string
	// Application is the application reference (0026), often the message type.
	Application string
	// Priority is 0029.
	Priority string
	// AckRequested is 0031: a CONTRL is wanted.
	AckRequested bool
	// Agreement is 0032, such as EANCOM.
	Agreement string
	// Test is 0035: this is no production data.
	Test bool
}

// GroupHeader is what a UNG says, read or to be written.
type GroupHeader struct {
	// MessageType is 0038, the type of all messages of the group.
	MessageType string
	// Sender and Recipient are S006 and S007.
	Sender, Recipient Party
	// Date and Time are S004, as in the [Header].
	Date, Time string
	// Control is the group reference number (0048).
	Control string
	// Agency is 0051, such as UN.
	Agency string
	// Version, Release and Association are S008.
	Version, Release, Association string
}

// MessageHeader is what a UNH says, read or to be written.
type MessageHeader struct {
	// Control is the message reference number (0062), up to 14 characters.
	Control string
	// ID is the message type (0065), such as ORDERS.
	ID string
	// Version and Release are 0052 and 0054, such as D and 96A.
	Version, Release string
	// Agency is 0051, such as UN.
	Agency string
	// Association is 0057, such as EAN008. May be empty.
	Association string
	// AccessReference is 0068. May be empty.
	AccessReference string
}

// Directory returns version and release put together, such as D96A.
func (h MessageHeader) Directory() string { return h.Version + h.Release }

// Interchange is what stands between a UNB and its UNZ.
type Interchange struct {
	Header
	// Separators are those of the interchange.
	Separators Separators
	// Offset is where the UNB begins in the stream.
	Offset int64
	// Groups are the functional groups; most interchanges have none. [Walk] leaves it empty.
	Groups []*Group
	// Messages are all messages in order, those of groups included; [Walk] leaves it empty.
	Messages []*Message
	// Faults are those of the envelope itself: UNA, UNB, UNZ, and what stands between
	// groups or messages.
	Faults []Fault

	groups      int
	ungrouped   int  // messages outside of groups
	implied     bool // there is no UNB
	controls    map[string]struct{}
	acknowledge int // messages that are no CONTRL
	tally       fault.Tally
}

// Group is what stands between a UNG and its UNE.
type Group struct {
	GroupHeader
	// Interchange is where the group stands.
	Interchange *Interchange
	// Offset is where the UNG begins in the stream.
	Offset int64
	// Messages are those of the group; [Walk] leaves it empty.
	Messages []*Message
	// Faults are those of the group itself: UNG, UNE, and what stands between the messages.
	Faults []Fault

	tally fault.Tally
}

// Message is what stands between a UNH and its UNT, both included.
type Message struct {
	MessageHeader
	// Interchange is where the message stands.
	Interchange *Interchange
	// Group is where the message stands, nil when it is outside of groups.
	Group *Group
	// Offset is where the UNH begins in the stream.
	Offset int64
	// Segments are those from UNH to UNT. They are kept by [Read] and for
	// [Handler.Message], not by [Check], and not when the message exceeds a limit.
	Segments []Segment
	// Faults are what is wrong with the message and its segments.
	Faults []Fault

	raw    string
	policy Policy
	count  int
}

// Raw returns the bytes of the message as they were received, from UNH to the
// terminator of UNT; nil when its segments were not kept.
func (m *Message) Raw() []byte {
	if m.raw == "" {
		return nil
	}
	return []byte(m.raw)
}

// Count returns the number of segments received, UNH and UNT included.
func (m *Message) Count() int { return m.count }

// Body returns the segments between UNH and UNT.
func (m *Message) Body() []Segment {
	body := m.Segments
	if len(body) > 0 && body[0].Is("UNH") {
		body = body[1:]
	}
	if n := len(body); n > 0 && body[n-1].Is("UNT") {
		body = body[:n-1]
	}
	return body
}

// Verdict judges the message by itself. The group and the interchange, whose trailers
// come later, may still be rejected; see [Message.Status].
func (m *Message) Verdict() Status {
	verdict := Accepted
	for i := range m.Faults {
		f := &m.Faults[i]
		if f.Severity != Failure {
			continue
		}
		if m.policy == RejectErrors || f.Standard.Code == "" || f.Code == CodeSegmentUnterminated ||
			f.Segment == "UNH" || f.Segment == "UNT" {
			return Rejected
		}
		verdict = AcceptedWithErrors
	}
	return verdict
}

// Status is the verdict on the message as things stand: that of the message itself,
// and Rejected as soon as its group or its interchange is. It is final once the
// interchange has been read.
func (m *Message) Status() Status {
	if m.Group != nil && fault.Worst(m.Group.Faults) == Failure || fault.Worst(m.Interchange.Faults) == Failure {
		return Rejected
	}
	return m.Verdict()
}

// Received returns the number of messages that were found in the group.
func (g *Group) Received() int { return g.tally.Received }

// Status is the verdict on the group: Rejected if its own envelope or that of the
// interchange is at fault or none of its messages is accepted, PartiallyAccepted if
// some are not. It is final once the interchange has been read.
func (g *Group) Status() Status {
	if fault.Worst(g.Interchange.Faults) == Failure {
		return Rejected
	}
	return g.tally.Status(g.Faults)
}

// Status is the verdict on the interchange: Rejected if its own envelope is at fault
// or none of its messages is accepted, PartiallyAccepted if some are not.
func (ic *Interchange) Status() Status {
	status := ic.tally.Status(ic.Faults)
	if status == AcceptedWithErrors {
		return Accepted // its messages tell, as with X12
	}
	return status
}

// Received returns the number of messages that were found in the interchange.
func (ic *Interchange) Received() int { return ic.tally.Received }
