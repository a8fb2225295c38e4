package partner

import (
	"time"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
)

// Document is something to be sent: either a set of X12, or messages of EDIFACT.
type Document struct {
	// Key makes sending idempotent: under one key a partner gets one document.
	// Required.
	Key string
	// Set is the transaction set, such as 855. Required for X12.
	Set string
	// Order is what it is about, opaque here.
	Order string
	// References are those of the order, which the partner's guide may want to see
	// again; see [Addition].
	References []order.Reference
	// Segments are those between ST and SE.
	Segments []x12.Segment
	// Messages are those of an EDIFACT interchange, in order. All are of one type.
	Messages []Message
}

// Message is a message of EDIFACT to be sent.
type Message struct {
	// Type is the message type, such as ORDRSP. Required.
	Type string
	// Segments are those between UNH and UNT.
	Segments []edifact.Segment
}

// Sent is a document that was sent.
type Sent struct {
	Partner string
	Key     string
	// Standard is X12 or EDIFACT.
	Standard string
	// Set is the transaction set or message type, 997 or CONTRL for acknowledgements.
	Set   string
	Order string
	// Interchange is ISA13 or UNB 0020. The two standards are numbered apart.
	Interchange int64
	// Group is the control number of the first group, Groups how many there are; both
	// are 0 for EDIFACT.
	Group  int64
	Groups int
	// SetControl is the control number of the set, or of the first of Messages messages;
	// 0 for acknowledgements.
	SetControl int64
	// Messages is how many messages an EDIFACT interchange has, 0 for X12.
	Messages int
	At       time.Time
	Size     int
	// Raw is the interchange. It is filled in by Send, Reply, ReplyEDIFACT and Raw alone.
	Raw []byte

	position journal.Position
}

// check tells what a document lacks.
func (d *Document) check(p *Profile) error {
	switch {
	case len(d.Messages) > 0 && len(d.Segments) > 0:
		return &DocumentError{"Messages", "a document is X12 or EDIFACT, not both"}
	case len(d.Messages) > 0 && p.EDIFACT == nil:
		return &DocumentError{"Messages", "no EDIFACT is agreed with " + p.Name}
	case len(d.Messages) == 0 && p.X12 == nil:
		return &DocumentError{"Segments", "no X12 is agreed with " + p.Name}
	}
	for _, m := range d.Messages {
		if m.Type == "" || m.Type != d.Messages[0].Type || d.Set != "" && d.Set != m.Type {
			return &DocumentError{"Messages", "the messages are not of one type"}
		}
	}
	return nil
}

// sent is what is known of a document before it is numbered.
func (d *Document) sent() Sent {
	s := Sent{Key: d.Key, Standard: schema.X12, Set: d.Set, Order: d.Order}
	if len(d.Messages) > 0 {
		s.Standard, s.Set, s.Messages = schema.EDIFACT, d.Messages[0].Type, len(d.Messages)
	}
	return s
}
