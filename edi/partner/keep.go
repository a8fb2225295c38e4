package partner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/edi/schema"
	"github.com/o2ckit/o2c/journal"
)

// writeFunc writes an interchange under the numbers of s, and sets in s what
// became of them.
type writeFunc func(c *compiled, s *Sent) ([]byte, error)

// send numbers, writes and keeps an interchange. If somebody else took the
// numbers, it catches up and writes anew. What is a document is held to the schema.
func (o *Outbox) send(ctx context.Context, p Profile, s Sent, document bool, write writeFunc) (Sent, error) {
	c, err := o.ready(p)
	if err != nil {
		return Sent{}, err
	}
	if s.Key == "" {
		return Sent{}, &DocumentError{"Key", "the document has no key"}
	}
	s.Partner = p.Name
	var sent Sent
	err = o.settle(ctx, p.Name, func(l *ledger) error {
		var err error
		sent, err = o.try(ctx, l, c, s, document, write)
		return err
	})
	return sent, err
}

// settle tries something that appends to a partner's stream. If somebody else was
// faster, or the outcome is not known, it catches up and tries anew.
func (o *Outbox) settle(ctx context.Context, name string, try func(l *ledger) error) error {
	o.mu.Lock()
	l := o.ledger(name)
	o.mu.Unlock()
	l.sending.Lock()
	defer l.sending.Unlock()
	for attempt := 1; ; {
		err := try(l)
		conflict := (*journal.ConflictError)(nil)
		switch {
		case errors.As(err, &conflict):
		case errors.Is(err, journal.ErrOutcomeUnknown) && ctx.Err() == nil && attempt < attempts:
			attempt++
		default:
			return err
		}
		if err := o.replay(ctx, stream(name), o.last(l)); err != nil {
			return err
		}
	}
}

// first are the numbers to begin with in a standard.
func (c *compiled) first(standard string) Numbers {
	if standard == schema.EDIFACT {
		return c.EDIFACT.First
	}
	return c.X12.First
}

// try sends as things stand, with one append for each part of the interchange.
func (o *Outbox) try(ctx context.Context, l *ledger, c *compiled, s Sent, document bool, write writeFunc) (Sent, error) {
	o.mu.Lock()
	known, last, numbers := l.byKey[s.Key], l.last, l.next(s.Standard, c.first(s.Standard))
	var was entry
	if known != nil {
		was = *known
	}
	o.mu.Unlock()
	if known != nil && was.complete() {
		return o.raw(ctx, was.Sent)
	}
	if known != nil { // as it was begun
		s.At = was.At.In(o.config.Clock().Location()) // the journal keeps the instant alone
		s.Interchange, s.Group, s.SetControl = was.Interchange, was.Group, was.SetControl
	} else {
		s.At = o.config.Clock().Round(0)
		s.Interchange, s.Group, s.SetControl = numbers.Interchange, numbers.Group, numbers.Set
	}
	if s.Standard == schema.EDIFACT {
		s.Group = 0
	}
	raw, err := write(c, &s)
	if err != nil {
		return Sent{}, err
	}
	s.Raw, s.Size = raw, len(raw)
	if s.Size > MaxBytes {
		return Sent{}, fmt.Errorf("%w: %s has %d bytes, %d are allowed", ErrTooLarge, s.Key, s.Size, MaxBytes)
	}
	if document && known == nil { // what was begun is completed as it was begun
		if err := c.hold(&s); err != nil {
			return Sent{}, err
		}
	}
	sum := sha256.Sum256(s.Raw)
	hash := hex.EncodeToString(sum[:])
	switch {
	case known == nil:
		err = o.keep(ctx, l, last, s, hash)
	case hash != was.sha256:
		err = fmt.Errorf("%w: %s to %s", ErrChanged, s.Key, s.Partner)
	default:
		err = o.keepRest(ctx, l, last, s, was.have)
	}
	if err != nil {
		return Sent{}, err
	}
	return s, nil
}

// keep appends a document, and with it takes its numbers.
func (o *Outbox) keep(ctx context.Context, l *ledger, expect journal.Position, s Sent, hash string) error {
	e := SentEvent{
		Partner: s.Partner, Key: s.Key, Set: s.Set, Order: s.Order, Interchange: s.Interchange,
		Group: s.Group, Groups: s.Groups, SetControl: s.SetControl, Messages: s.Messages, Data: s.Raw,
	}
	if s.Standard != schema.X12 {
		e.Standard = s.Standard
	}
	if s.Size > chunk {
		e.Size, e.SHA256, e.Data = s.Size, hash, s.Raw[:chunk]
	}
	if err := o.append(ctx, expect, s, e); err != nil {
		return err
	}
	return o.keepRest(ctx, l, o.last(l), s, len(e.Data))
}

// keepRest appends the parts of a large interchange from an offset on.
func (o *Outbox) keepRest(ctx context.Context, l *ledger, expect journal.Position, s Sent, from int) error {
	for from < s.Size {
		end := min(from+chunk, s.Size)
		if err := o.append(ctx, expect, s, KeptEvent{Partner: s.Partner, Key: s.Key, Offset: from, Data: s.Raw[from:end]}); err != nil {
			return err
		}
		from, expect = end, o.last(l)
	}
	return nil
}

// append writes an event to the partner's stream and lets it happen.
func (o *Outbox) append(ctx context.Context, expect journal.Position, s Sent, event any) error {
	draft, err := o.codec.Encode(event)
	if err != nil {
		return err
	}
	draft.At, draft.Actor = s.At, o.config.Actor
	commit, err := o.config.Journal.Append(ctx, journal.Batch{
		Writes: []journal.Write{{Stream: stream(s.Partner), Expect: expect, Events: []journal.Draft{draft}}},
	})
	if err != nil {
		return err
	}
	return o.Apply(journal.Event{Position: commit.Last, At: s.At}, event)
}

// ready returns a profile made ready: one that is the same as last time is not
// compiled again.
func (o *Outbox) ready(p Profile) (*compiled, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, &InvalidError{Findings: p.Validate()}
	}
	o.mu.Lock()
	last := o.profiles[p.Name]
	o.mu.Unlock()
	if last.compiled != nil && last.text == string(text) {
		return last.compiled, nil
	}
	c, found := p.compile(o.config.Releases)
	if found.Blocks() {
		return nil, &InvalidError{Findings: found}
	}
	o.mu.Lock()
	o.profiles[p.Name] = readied{text: string(text), compiled: c}
	o.mu.Unlock()
	return c, nil
}

// readied is a profile that was made ready, and the text that it was made of.
type readied struct {
	text     string
	compiled *compiled
}
