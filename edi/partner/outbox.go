package partner

import (
	"bytes"
	"context"
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

// MaxBytes bounds an interchange that is sent: 700 KiB, what one append of the
// journal carries.
const MaxBytes = 700 << 10

// lastControl is the highest control number of ISA13 and GS06; 1 follows it.
const lastControl = 999_999_999

// Errors of an outbox.
var (
	// ErrTooLarge is returned for an interchange of more than [MaxBytes].
	ErrTooLarge = errors.New("partner: the interchange is too large")
	// ErrNotSent is returned for a document that was not sent.
	ErrNotSent = errors.New("partner: no such document was sent")
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
// goroutines, and for several processes on one journal. An outbox is a
// desk.Fold, so that opening a desk on the same journal fills it; without a
// desk [Outbox.Load] does.
type Outbox struct {
	config OutboxConfig
	codec  *journal.Codec

	mu       sync.Mutex
	partners map[string]*counters
	sent     []Sent
	byKey    map[[2]string]int // partner and key
}

// counters are a partner's last control numbers, and where its stream is.
type counters struct {
	interchange, group int64
	last               journal.Position
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
	At     time.Time
	Size   int
	// Raw is the interchange. It is filled in by Send, Reply and Raw alone.
	Raw []byte

	position journal.Position
}

// NewOutbox makes an empty outbox on a journal.
func NewOutbox(c OutboxConfig) (*Outbox, error) {
	if c.Journal == nil || c.Clock == nil {
		return nil, errors.New("partner: an outbox needs a journal and a clock")
	}
	if c.Actor == "" {
		c.Actor = "edi"
	}
	return &Outbox{config: c, codec: Events(), partners: make(map[string]*counters), byKey: make(map[[2]string]int)}, nil
}

// Send puts a document into an interchange of its own and keeps it. The same
// key again gives what was sent then, whatever the document is now.
func (o *Outbox) Send(ctx context.Context, p Profile, d Document) (Sent, error) {
	return o.send(ctx, p, Sent{Key: d.Key, Set: d.Set, Order: d.Order}, func(w *x12.Writer, s *Sent) error {
		group, err := p.group(d.Set, s.Group, s.At)
		if err != nil {
			return err
		}
		s.Groups = 1
		return errors.Join(
			w.BeginInterchange(p.header(s.Interchange, s.At)), w.BeginGroup(group), w.BeginSet(d.Set, "0001", ""),
			w.Write(d.Segments...), w.EndSet(), w.EndGroup(), w.EndInterchange(),
		)
	})
}

// Reply answers an interchange that the partner sent: a TA1 where one is due,
// and a 997 for each of its groups. An interchange of acknowledgements alone is
// [ErrNothing].
func (o *Outbox) Reply(ctx context.Context, p Profile, key string, ic *x12.Interchange) (Sent, error) {
	return o.send(ctx, p, Sent{Key: key, Set: "997"}, func(w *x12.Writer, s *Sent) error {
		groups, written, err := x12.Reply(w, ic, x12.ReplyConfig{
			Control: strconv.FormatInt(s.Interchange, 10), GroupControl: int(s.Group), At: s.At,
		})
		if err == nil && !written {
			return ErrNothing
		}
		s.Groups = groups
		return err
	})
}

// send numbers, writes and keeps an interchange. If another process took the
// numbers, it catches up and writes anew.
func (o *Outbox) send(ctx context.Context, p Profile, s Sent, write func(*x12.Writer, *Sent) error) (Sent, error) {
	if found := p.Validate(); found.Blocks() {
		return Sent{}, &InvalidError{Findings: found}
	}
	if s.Key == "" {
		return Sent{}, errors.New("partner: the document has no key")
	}
	s.Partner = p.Name
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		if i, known := o.byKey[[2]string{p.Name, s.Key}]; known {
			return o.raw(ctx, o.sent[i])
		}
		c := o.counters(p.Name)
		next := s
		next.At = o.config.Clock().Round(0)
		next.Interchange, next.Group = follow(c.interchange, 1), follow(c.group, 1)
		var raw bytes.Buffer
		w, err := x12.NewWriter(&raw, x12.WriterConfig{Delimiters: p.Delimiters, LineBreak: p.LineBreak, Charset: p.Charset})
		if err != nil {
			return Sent{}, err
		}
		if err := write(w, &next); err != nil {
			return Sent{}, err
		}
		next.Raw, next.Size = raw.Bytes(), raw.Len()
		if next.Size > MaxBytes {
			return Sent{}, fmt.Errorf("%w: %s has %d bytes, %d are allowed", ErrTooLarge, s.Key, next.Size, MaxBytes)
		}
		err = o.keep(ctx, next, c.last)
		if conflict := (*journal.ConflictError)(nil); errors.As(err, &conflict) {
			if err := o.catchUp(ctx, p.Name); err != nil {
				return Sent{}, err
			}
			continue
		}
		return next, err
	}
}

// follow is the nth control number after one.
func follow(control int64, n int) int64 { return (control+int64(n)-1)%lastControl + 1 }

func (o *Outbox) counters(name string) *counters {
	c := o.partners[name]
	if c == nil {
		c = &counters{}
		o.partners[name] = c
	}
	return c
}

// keep appends a document and lets it be sent. o.mu is held. An answer that
// was lost is found out by the next document, which conflicts, or by the same
// one, which then is known.
func (o *Outbox) keep(ctx context.Context, s Sent, expect journal.Position) error {
	e := SentEvent{
		Partner: s.Partner, Key: s.Key, Set: s.Set, Order: s.Order, Interchange: s.Interchange,
		Group: s.Group, Groups: s.Groups, Data: s.Raw,
	}
	draft, err := o.codec.Encode(e)
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
	o.happened(journal.Event{Position: commit.Last, At: s.At}, e)
	return nil
}

func (o *Outbox) catchUp(ctx context.Context, name string) error {
	for e, err := range o.config.Journal.Read(ctx, stream(name), o.counters(name).last) {
		if err != nil {
			return err
		}
		v, _, err := o.codec.Decode(e)
		if err != nil {
			return err
		}
		if err := o.apply(e, v); err != nil {
			return err
		}
	}
	return nil
}

// Sent gives every document that was sent, in the order of the journal,
// without its bytes.
func (o *Outbox) Sent() iter.Seq[Sent] {
	o.mu.Lock()
	all := slices.Clone(o.sent)
	o.mu.Unlock()
	return slices.Values(all)
}

// Raw returns a document that was sent, with its bytes, or [ErrNotSent].
func (o *Outbox) Raw(ctx context.Context, partner, key string) (Sent, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	i, known := o.byKey[[2]string{partner, key}]
	if !known {
		return Sent{}, fmt.Errorf("%w: %s to %s", ErrNotSent, key, partner)
	}
	return o.raw(ctx, o.sent[i])
}

// raw reads a document's bytes from the journal.
func (o *Outbox) raw(ctx context.Context, s Sent) (Sent, error) {
	for e, err := range o.config.Journal.Read(ctx, stream(s.Partner), s.position-1) {
		if err != nil {
			return Sent{}, err
		}
		v, _, err := o.codec.Decode(e)
		if err != nil {
			return Sent{}, err
		}
		if sent, ok := v.(SentEvent); ok && sent.Key == s.Key {
			s.Raw = sent.Data
			return s, nil
		}
	}
	return Sent{}, fmt.Errorf("%w: %s to %s", ErrNotSent, s.Key, s.Partner)
}

func stream(name string) string { return "edi/out/" + name }
