package intake

import (
	"fmt"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// The events of a document's stream. Who did it is the actor of the event.
type (
	received struct {
		ID       string `json:"id"`
		Channel  string `json:"channel"`
		Kind     string `json:"kind,omitempty"`
		Partner  string `json:"partner,omitempty"`
		Control  string `json:"control,omitempty"`
		Name     string `json:"name,omitempty"`
		Envelope []byte `json:"envelope,omitempty"`
		// Corrects is the document that this one takes the place of.
		Corrects string `json:"corrects,omitempty"`
		Size     int    `json:"size"`
		SHA256   string `json:"sha256"`
	}
	kept struct {
		ID     string `json:"id"`
		Offset int    `json:"offset,omitempty"`
		Data   []byte `json:"data"`
	}
	settled struct {
		ID       string       `json:"id"`
		Result   Result       `json:"result"`
		Order    order.ID     `json:"order,omitempty"`
		Findings finding.List `json:"findings,omitempty"`
	}
	// corrected says which document took the place of one.
	corrected struct {
		ID     string `json:"id"`
		By     string `json:"by"`
		Reason string `json:"reason"`
	}
	assigned struct {
		ID   string `json:"id"`
		To   string `json:"to,omitempty"`
		Note string `json:"note,omitempty"`
	}
	closed struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	}
	reopened struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	}
)

func events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[received]("intake.received", 1),
		journal.JSON[kept]("intake.kept", 1),
		journal.JSON[settled]("intake.settled", 1),
		journal.JSON[corrected]("intake.corrected", 1),
		journal.JSON[assigned]("intake.assigned", 1),
		journal.JSON[closed]("intake.closed", 1),
		journal.JSON[reopened]("intake.reopened", 1),
	)
}

// Events returns the decoder of the inbox's event types.
func (in *Inbox) Events() *journal.Codec { return events() }

// Apply lets an event of the journal happen. One that has happened is passed
// over: an inbox may take documents in while a desk opens on the journal.
func (in *Inbox) Apply(e journal.Event, event any) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	id := documentOf(event)
	if id == "" {
		return fmt.Errorf("intake: %T is not an event of an inbox", event)
	}
	s := in.entries[id]
	if s != nil && e.Position <= s.last {
		return nil
	}
	switch v := event.(type) {
	case received:
		if s != nil {
			return fmt.Errorf("intake: %s was received before", v.ID)
		}
		in.entries[v.ID] = &stored{last: e.Position, Entry: Entry{
			ID: v.ID, Channel: v.Channel, Kind: v.Kind, Partner: v.Partner, Control: v.Control, Name: v.Name,
			Corrects: v.Corrects, Size: v.Size, Received: e.At,
		}}
		in.ids = append(in.ids, v.ID)
		return nil
	case kept:
		if s == nil || s.Kept != v.Offset {
			return fmt.Errorf("intake: bytes from %d on of %s do not follow what is kept", v.Offset, v.ID)
		}
	}
	if s == nil {
		return fmt.Errorf("%w: %q", ErrNoDocument, id)
	}
	s.apply(e, event)
	s.last = e.Position
	return nil
}

// documentOf is the document that an event is about, empty if it is none of an inbox.
func documentOf(event any) string {
	switch v := event.(type) {
	case received:
		return v.ID
	case kept:
		return v.ID
	case settled:
		return v.ID
	case corrected:
		return v.ID
	case assigned:
		return v.ID
	case closed:
		return v.ID
	case reopened:
		return v.ID
	}
	return ""
}

// apply lets an event happen to a document that is known.
func (s *stored) apply(e journal.Event, event any) {
	switch v := event.(type) {
	case kept:
		s.Kept += len(v.Data)
	case settled:
		s.Outcome = Outcome{Result: v.Result, Order: v.Order, Findings: v.Findings}
		s.Settled = e.At
	case corrected:
		s.CorrectedBy, s.Correction = v.By, Note{At: e.At, Actor: e.Actor, Text: v.Reason}
	case assigned:
		s.AssignedTo, s.Assignment = v.To, Note{At: e.At, Actor: e.Actor, Text: v.Note}
	case closed:
		s.Closed = Note{At: e.At, Actor: e.Actor, Text: v.Reason}
	case reopened:
		s.Closed = Note{}
	}
}
