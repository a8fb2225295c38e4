package partner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/o2ckit/o2c/journal"
)

const (
	// MaxBytes bounds an interchange that is sent: 32 MiB.
	MaxBytes = 32 << 20
	// chunk bounds the bytes of one event: JSON makes four bytes of three, and
	// an append carries a mebibyte.
	chunk = 512 << 10
	// attempts bounds how often an append whose outcome is not known is tried.
	attempts = 3
)

// Errors of an outbox.
var (
	// ErrTooLarge is returned for an interchange of more than [MaxBytes].
	ErrTooLarge = errors.New("partner: the interchange is too large")
	// ErrNotSent is returned for a document that was not sent.
	ErrNotSent = errors.New("partner: no such document was sent")
	// ErrIncomplete is returned for a large interchange of which a process kept
	// only the beginning before it died. Sending it again completes it.
	ErrIncomplete = errors.New("partner: the interchange is not complete")
	// ErrChanged is returned when an incomplete interchange cannot be completed,
	// since the document under its key is another one now.
	ErrChanged = errors.New("partner: another document was begun under the key")
	// ErrNothing is returned by [Outbox.Reply] when there is nothing to answer.
	ErrNothing = errors.New("partner: there is nothing to answer")
)

// OutboxConfig is what an outbox is made of.
type OutboxConfig struct {
	// Journal keeps what is sent. Required.
	Journal journal.Journal
	// Clock tells the time, such as time.Now. Required. Envelopes carry its
	// local time.
	Clock func() time.Time
	// Releases finds the release that what is sent is held to. nil: [schema.Nearest].
	Releases Releases
	// Actor is recorded with each document. By default "edi".
	Actor string
}

// Outbox sends documents: it gives them their control numbers, puts the
// envelope around them and keeps them in the journal. It is safe for many
// goroutines, and for several processes on one journal: the numbers of a
// partner are taken by the very append that keeps the document, at the
// position that the outbox expects, so that none is taken twice and none is
// lost. An outbox is a desk.Fold, so that opening a desk on the same journal
// fills it; without a desk [Outbox.Load] does.
type Outbox struct {
	config OutboxConfig
	codec  *journal.Codec

	mu       sync.Mutex
	partners map[string]*ledger
	profiles map[string]readied // by name
}

// NewOutbox makes an empty outbox on a journal.
func NewOutbox(c OutboxConfig) (*Outbox, error) {
	if c.Journal == nil {
		return nil, &ConfigError{"Journal", "an outbox needs a journal"}
	}
	if c.Clock == nil {
		return nil, &ConfigError{"Clock", "an outbox needs a clock, such as time.Now"}
	}
	if c.Actor == "" {
		c.Actor = "edi"
	}
	return &Outbox{config: c, codec: Events(), partners: make(map[string]*ledger), profiles: make(map[string]readied)}, nil
}

// ledger returns that of a partner. o.mu is held.
func (o *Outbox) ledger(name string) *ledger {
	l := o.partners[name]
	if l == nil {
		l = newLedger()
		o.partners[name] = l
	}
	return l
}

func (o *Outbox) last(l *ledger) journal.Position {
	o.mu.Lock()
	defer o.mu.Unlock()
	return l.last
}

// Sent gives every document that was sent, in the order of the journal,
// without its bytes.
func (o *Outbox) Sent() iter.Seq[Sent] {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []Sent
	for _, l := range o.partners {
		for _, e := range l.byKey {
			all = append(all, e.Sent)
		}
	}
	slices.SortFunc(all, func(a, b Sent) int { return cmp.Compare(a.position, b.position) })
	return slices.Values(all)
}

// Raw returns a document that was sent, with its bytes, or [ErrNotSent], or
// [ErrIncomplete].
func (o *Outbox) Raw(ctx context.Context, partner, key string) (Sent, error) {
	o.mu.Lock()
	e := o.ledger(partner).byKey[key]
	var was entry
	if e != nil {
		was = *e
	}
	o.mu.Unlock()
	switch {
	case e == nil:
		return Sent{}, fmt.Errorf("%w: %s to %s", ErrNotSent, key, partner)
	case !was.complete():
		return Sent{}, fmt.Errorf("%w: %d of %d bytes of %s to %s", ErrIncomplete, was.have, was.Size, key, partner)
	}
	return o.raw(ctx, was.Sent)
}

// raw reads a complete document's bytes from the journal.
func (o *Outbox) raw(ctx context.Context, s Sent) (Sent, error) {
	for e, err := range o.config.Journal.Read(ctx, stream(s.Partner), s.position-1) {
		if err != nil {
			return Sent{}, err
		}
		v, _, err := o.codec.Decode(e)
		if err != nil {
			return Sent{}, err
		}
		switch v := v.(type) {
		case SentEvent:
			if v.Key == s.Key {
				s.Raw = append(s.Raw, v.Data...)
			}
		case KeptEvent:
			if v.Key == s.Key {
				s.Raw = append(s.Raw, v.Data...)
			}
		}
		if len(s.Raw) == s.Size {
			return s, nil
		}
	}
	return Sent{}, fmt.Errorf("%w: %s to %s", ErrNotSent, s.Key, s.Partner)
}

func stream(name string) string { return "edi/out/" + name }
