package duplicate

import (
	"context"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// AdmittedEvent says which numbers a partner used for what was received.
type AdmittedEvent struct {
	Partner  string `json:"partner"`
	Standard string `json:"standard"`
	// ID is the caller's name of what was received.
	ID      string   `json:"id"`
	Numbers []Number `json:"numbers"`
}

// Events returns the decoder of this package's event type: duplicate.admitted.
func Events() *journal.Codec {
	return journal.MustCodec(journal.JSON[AdmittedEvent]("duplicate.admitted", 1))
}

// Events returns the decoder of the events that fill the register.
func (r *Register) Events() *journal.Codec { return Events() }

// Apply lets an event of the journal happen. One that happened before changes nothing.
func (r *Register) Apply(e journal.Event, event any) error {
	v, ok := event.(AdmittedEvent)
	if !ok {
		return fmt.Errorf("duplicate: %T is not an event of a register", event)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.book(v.Partner)
	if e.Position <= b.last {
		return nil
	}
	b.last = e.Position
	for _, n := range v.Numbers {
		b.seen[key{v.Standard, n.Scope, n.Kind, n.Control}] = Seen{ID: v.ID, At: e.At, Digest: n.Digest}
	}
	return nil
}

// Load fills the register from its journal.
func (r *Register) Load(ctx context.Context) error { return r.replay(ctx, journal.All, 0) }

// replay lets happen what a stream holds after a position.
func (r *Register) replay(ctx context.Context, stream string, after journal.Position) error {
	for e, err := range r.config.Journal.Read(ctx, stream, after) {
		if err != nil {
			return err
		}
		v, known, err := r.codec.Decode(e)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		if err := r.Apply(e, v); err != nil {
			return err
		}
	}
	return nil
}

// append writes an event to the partner's stream and lets it happen.
func (r *Register) append(ctx context.Context, expect journal.Position, at time.Time, v AdmittedEvent) error {
	draft, err := r.codec.Encode(v)
	if err != nil {
		return err
	}
	draft.At, draft.Actor = at, r.config.Actor
	commit, err := r.config.Journal.Append(ctx, journal.Batch{
		Writes: []journal.Write{{Stream: stream(v.Partner), Expect: expect, Events: []journal.Draft{draft}}},
	})
	if err != nil {
		return err
	}
	return r.Apply(journal.Event{Position: commit.Last, At: at}, v)
}
