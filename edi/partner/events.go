package partner

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/journal"
)

// Events returns the decoder of this package's event type, partner.sent.
func Events() *journal.Codec { return journal.MustCodec(journal.JSON[SentEvent]("partner.sent", 1)) }

// SentEvent: an interchange was made for a partner, under these control numbers.
type SentEvent struct {
	Partner     string `json:"partner"`
	Key         string `json:"key"`
	Set         string `json:"set"`
	Order       string `json:"order,omitempty"`
	Interchange int64  `json:"interchange"`
	Group       int64  `json:"group"`
	Groups      int    `json:"groups"`
	// Data is the interchange as it is transmitted.
	Data []byte `json:"data"`
}

// Events returns the decoder of the events that fill the outbox.
func (o *Outbox) Events() *journal.Codec { return Events() }

// Apply lets an event of the journal happen, at start-up.
func (o *Outbox) Apply(e journal.Event, event any) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.apply(e, event)
}

// Load fills the outbox from its journal.
func (o *Outbox) Load(ctx context.Context) error {
	for e, err := range o.config.Journal.Read(ctx, journal.All, 0) {
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

func (o *Outbox) apply(e journal.Event, event any) error {
	v, ok := event.(SentEvent)
	if !ok {
		return fmt.Errorf("partner: %T is not an event of an outbox", event)
	}
	c := o.counters(v.Partner)
	if e.Position <= c.last {
		return nil
	}
	if _, twice := o.byKey[[2]string{v.Partner, v.Key}]; twice || v.Interchange != follow(c.interchange, 1) {
		return fmt.Errorf("partner: position %d: interchange %d (%s) does not follow %d of %s",
			e.Position, v.Interchange, v.Key, c.interchange, v.Partner)
	}
	o.happened(e, v)
	return nil
}

// happened takes an event in. o.mu is held.
func (o *Outbox) happened(e journal.Event, v SentEvent) {
	c := o.counters(v.Partner)
	c.interchange, c.last = v.Interchange, e.Position
	if v.Groups > 0 {
		c.group = follow(v.Group, v.Groups-1)
	}
	o.byKey[[2]string{v.Partner, v.Key}] = len(o.sent)
	o.sent = append(o.sent, Sent{
		Partner: v.Partner, Key: v.Key, Set: v.Set, Order: v.Order, Interchange: v.Interchange,
		Group: v.Group, Groups: v.Groups, At: e.At, Size: len(v.Data), position: e.Position,
	})
}
