package partner

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// Events returns the decoder of this package's event types: partner.sent,
// partner.kept and partner.answered.
func Events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[SentEvent]("partner.sent", 1),
		journal.JSON[KeptEvent]("partner.kept", 1),
		journal.JSON[AnsweredEvent]("partner.answered", 1),
	)
}

// SentEvent says that an interchange was made for a partner, under these control
// numbers, which nothing else will have.
type SentEvent struct {
	Partner string `json:"partner"`
	Key     string `json:"key"`
	// Standard is EDIFACT, or empty for X12.
	Standard string `json:"standard,omitempty"`
	Set      string `json:"set"`
	Order    string `json:"order,omitempty"`
	// Interchange is ISA13 or UNB 0020. Group is GS06 of the first of Groups groups.
	Interchange int64 `json:"interchange"`
	Group       int64 `json:"group"`
	Groups      int   `json:"groups"`
	// SetControl is ST02, or UNH 0062 of the first of Messages messages; 0 for
	// acknowledgements, which are numbered within their interchange alone.
	SetControl int64 `json:"set_control,omitempty"`
	Messages   int   `json:"messages,omitempty"`
	// Size and SHA256 are those of the whole interchange, where Data is only
	// its beginning and KeptEvents follow.
	Size   int    `json:"size,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// Data is the interchange as it is transmitted.
	Data []byte `json:"data"`
}

// size is that of the whole interchange.
func (e *SentEvent) size() int {
	if e.Size == 0 {
		return len(e.Data)
	}
	return e.Size
}

// KeptEvent has a further part of an interchange that one event cannot hold.
type KeptEvent struct {
	Partner string `json:"partner"`
	Key     string `json:"key"`
	Offset  int    `json:"offset"`
	Data    []byte `json:"data"`
}

// AnsweredEvent says that an acknowledgement came in, and what it says of the
// documents that were sent.
type AnsweredEvent struct {
	Partner  string    `json:"partner"`
	Key      string    `json:"key"`
	Standard string    `json:"standard"`
	Kind     string    `json:"kind"`
	Control  string    `json:"control,omitempty"`
	Verdicts []Verdict `json:"verdicts"`
}

func (e *AnsweredEvent) acknowledged(at time.Time, position journal.Position) Acknowledged {
	return Acknowledged{Partner: e.Partner, Key: e.Key, Standard: e.Standard, Kind: e.Kind, Control: e.Control,
		At: at, Verdicts: e.Verdicts, position: position}
}

// Events returns the decoder of the events that fill the outbox.
func (o *Outbox) Events() *journal.Codec { return Events() }

// Apply lets an event of the journal happen, at start-up. One that happened
// before changes nothing.
func (o *Outbox) Apply(e journal.Event, event any) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	var name string
	switch v := event.(type) {
	case SentEvent:
		name = v.Partner
	case KeptEvent:
		name = v.Partner
	case AnsweredEvent:
		name = v.Partner
	default:
		return fmt.Errorf("partner: %T is not an event of an outbox", event)
	}
	l := o.ledger(name)
	if e.Position <= l.last {
		return nil
	}
	if err := l.apply(e, event); err != nil {
		return fmt.Errorf("partner: position %d: %w", e.Position, err)
	}
	l.last = e.Position
	return nil
}

// Load fills the outbox from its journal.
func (o *Outbox) Load(ctx context.Context) error {
	return o.replay(ctx, journal.All, 0)
}

// replay lets happen what a stream holds after a position.
func (o *Outbox) replay(ctx context.Context, stream string, after journal.Position) error {
	for e, err := range o.config.Journal.Read(ctx, stream, after) {
		if err != nil {
			return err
		}
		v, known, err := o.codec.Decode(e)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		if err := o.Apply(e, v); err != nil {
			return err
		}
	}
	return nil
}
