package partner

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/o2ckit/o2c/edi/x12"
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
}

// Document is something to be sent.
type Document struct {
	// Key makes sending idempotent: under one key a partner gets one document.
	// Required.
	Key string
	// Set is the transaction set, such as 855. Required.
	Set string
	// Order is what it is about, opaque here.
	Order string
	// Segments are those between ST and SE.
	Segments []x12.Segment
}

// Sent is a document that was sent.
type Sent struct {
	Partner     string
	Key         string
	Set         string
	Order       string
	Interchange int64
	// Group is the control number of the first group, Groups how many there are.
	Group  int64
	Groups int
	// SetControl is the control number of the set; 0 for acknowledgements.
	SetControl int64
	At         time.Time
	Size       int
	// Raw is the interchange. It is filled in by Send, Reply and Raw alone.
	Raw []byte

	position journal.Position
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
	return &Outbox{config: c, codec: Events(), partners: make(map[string]*ledger)}, nil
}

// Send puts a document into an interchange of its own and keeps it. The same
// key again gives what was sent then, whatever the document is now. What
// cannot be written takes no number.
//
// An error of the journal that leaves the outcome open is settled here, unless
// ctx has ended; sending the document again settles it then.
func (o *Outbox) Send(ctx context.Context, p Profile, d Document) (Sent, error) {
	return o.send(ctx, p, Sent{Key: d.Key, Set: d.Set, Order: d.Order}, func(w *x12.Writer, s *Sent) error {
		group, err := p.X12.group(d.Set, s.Group, s.At)
		if err != nil {
			return err
		}
		s.Groups = 1
		return errors.Join(
			w.BeginInterchange(p.X12.header(s.Interchange, s.At)), w.BeginGroup(group), w.BeginSet(d.Set, fmt.Sprintf("%04d", s.SetControl), ""),
			w.Write(d.Segments...), w.EndSet(), w.EndGroup(), w.EndInterchange(),
		)
	})
}

// Reply answers an interchange that the partner sent: a TA1 where one is due,
// and a 997 for each of its groups, unless the profile suppresses them. An
// interchange of acknowledgements alone is [ErrNothing]. The key is the
// caller's name of what was received.
func (o *Outbox) Reply(ctx context.Context, p Profile, key string, ic *x12.Interchange) (Sent, error) {
	refused := slices.ContainsFunc(ic.Faults, func(f x12.Fault) bool { return f.Severity == x12.Failure })
	if p.X12 != nil && p.X12.Acknowledge.Send == AnswerNone && !refused { // of one that is refused x12.Reply answers the envelope alone
		only := *ic
		only.Groups = nil
		ic = &only
	}
	return o.send(ctx, p, Sent{Key: key, Set: "997"}, func(w *x12.Writer, s *Sent) error {
		s.SetControl = 0
		if s.Group+int64(len(ic.Groups)) > lastControl {
			s.Group = 1 // its groups count on from one number
		}
		groups, written, err := x12.Reply(w, ic, x12.ReplyConfig{
			Control: strconv.FormatInt(s.Interchange, 10), GroupControl: int(s.Group), At: s.At,
			Implementation: p.X12.Acknowledge.Send == Answer999,
		})
		if err == nil && !written {
			return ErrNothing
		}
		s.Groups = groups
		return err
	})
}

// writeFunc writes an interchange under the numbers of s, and sets in s what
// became of them.
type writeFunc func(w *x12.Writer, s *Sent) error

// send numbers, writes and keeps an interchange. If somebody else took the
// numbers, it catches up and writes anew.
func (o *Outbox) send(ctx context.Context, p Profile, s Sent, write writeFunc) (Sent, error) {
	if found := p.Validate(); found.Blocks() {
		return Sent{}, &InvalidError{Findings: found}
	}
	if s.Key == "" {
		return Sent{}, &DocumentError{"Key", "the document has no key"}
	}
	if p.X12 == nil {
		return Sent{}, &DocumentError{"Set", "no X12 is agreed with " + p.Name}
	}
	s.Partner = p.Name
	o.mu.Lock()
	l := o.ledger(p.Name)
	o.mu.Unlock()
	l.sending.Lock()
	defer l.sending.Unlock()
	for attempt := 1; ; {
		sent, err := o.try(ctx, l, p, s, write)
		conflict := (*journal.ConflictError)(nil)
		switch {
		case errors.As(err, &conflict):
		case errors.Is(err, journal.ErrOutcomeUnknown) && ctx.Err() == nil && attempt < attempts:
			attempt++
		default:
			return sent, err
		}
		if err := o.replay(ctx, stream(p.Name), o.last(l)); err != nil {
			return Sent{}, err
		}
	}
}

// try sends as things stand, with one append for each part of the interchange.
func (o *Outbox) try(ctx context.Context, l *ledger, p Profile, s Sent, write writeFunc) (Sent, error) {
	o.mu.Lock()
	known, last, numbers := l.byKey[s.Key], l.last, l.next(p.X12.First)
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
	if err := s.write(p, write); err != nil {
		return Sent{}, err
	}
	sum := sha256.Sum256(s.Raw)
	hash := hex.EncodeToString(sum[:])
	var err error
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

// write makes the bytes of the interchange.
func (s *Sent) write(p Profile, write writeFunc) error {
	var raw bytes.Buffer
	w, err := x12.NewWriter(&raw, p.X12.writerConfig())
	if err != nil {
		return err
	}
	if err := write(w, s); err != nil {
		return err
	}
	s.Raw, s.Size = raw.Bytes(), raw.Len()
	if s.Size > MaxBytes {
		return fmt.Errorf("%w: %s has %d bytes, %d are allowed", ErrTooLarge, s.Key, s.Size, MaxBytes)
	}
	return nil
}

// keep appends a document, and with it takes its numbers.
func (o *Outbox) keep(ctx context.Context, l *ledger, expect journal.Position, s Sent, hash string) error {
	e := SentEvent{
		Partner: s.Partner, Key: s.Key, Set: s.Set, Order: s.Order, Interchange: s.Interchange,
		Group: s.Group, Groups: s.Groups, SetControl: s.SetControl, Data: s.Raw,
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

// ledger returns that of a partner. o.mu is held.
func (o *Outbox) ledger(name string) *ledger {
	l := o.partners[name]
	if l == nil {
		l = &ledger{byKey: make(map[string]*entry)}
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
