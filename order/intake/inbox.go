package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/o2ckit/o2c/journal"
)

var (
	// ErrNoDocument is returned for an id that the inbox does not know.
	ErrNoDocument = errors.New("intake: no such document")
	// ErrSettled is returned when a document has another outcome already.
	ErrSettled = errors.New("intake: the document was settled before")
	// ErrTooLarge is returned for a document of more than [MaxBytes].
	ErrTooLarge = errors.New("intake: the document is too large")
	// ErrIncomplete is returned for a receipt that ended half-way; receiving
	// the document again completes it.
	ErrIncomplete = errors.New("intake: the raw document is not complete")
)

// chunk bounds the raw bytes of one event: JSON makes four bytes of three, and
// an append carries a mebibyte.
const chunk = 512 << 10

// Config is what an inbox is made of.
type Config struct {
	// Journal keeps the documents. Required.
	Journal journal.Journal
	// Clock tells the time, such as time.Now. Required.
	Clock func() time.Time
	// Actor is recorded with each document. By default "intake".
	Actor string
}

// Inbox keeps documents in a journal. It is safe for many goroutines; different
// documents do not wait for each other's appends. An inbox is a desk.Fold, so
// that opening a desk on the same journal fills it; without a desk [Inbox.Load]
// does.
type Inbox struct {
	config Config
	codec  *journal.Codec
	locks  [64]sync.Mutex // by document: one append to a stream at a time

	mu      sync.Mutex
	entries map[string]*stored
	ids     []string // in the order of receipt
}

type stored struct {
	Entry
	last journal.Position // of the stream
}

// New makes an empty inbox on a journal.
func New(c Config) (*Inbox, error) {
	if c.Journal == nil {
		return nil, &ConfigError{"Journal", "an inbox needs a journal"}
	}
	if c.Clock == nil {
		return nil, &ConfigError{"Clock", "an inbox needs a clock, such as time.Now"}
	}
	if c.Actor == "" {
		c.Actor = "intake"
	}
	return &Inbox{config: c, codec: events(), entries: make(map[string]*stored)}, nil
}

// Load fills the inbox from its journal.
func (in *Inbox) Load(ctx context.Context) error {
	for e, err := range in.config.Journal.Read(ctx, journal.All, 0) {
		if err != nil {
			return err
		}
		v, known, err := in.codec.Decode(e)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		if err := in.Apply(e, v); err != nil {
			return err
		}
	}
	return nil
}

// Receipt says under which id a document is kept.
type Receipt struct {
	ID string
	// Known tells that the very same document was received before.
	Known bool
	// Outcome is what became of it then.
	Outcome Outcome
}

// Receive keeps a document. The same document again gives the first receipt.
func (in *Inbox) Receive(ctx context.Context, d Document) (Receipt, error) {
	if len(d.Raw) > MaxBytes {
		return Receipt{}, fmt.Errorf("%w: %d bytes, %d are allowed", ErrTooLarge, len(d.Raw), MaxBytes)
	}
	if d.Channel == "" || len(d.Raw) == 0 {
		return Receipt{}, &DocumentError{"Channel, Raw", "a document needs a channel and content"}
	}
	if len(d.Envelope) > MaxEnvelope {
		return Receipt{}, &DocumentError{"Envelope", fmt.Sprintf("it has %d bytes, %d are allowed", len(d.Envelope), MaxEnvelope)}
	}
	id := d.id("")
	d = d.printable()
	defer in.lock(id)()
	return again(func() (Receipt, error) { return in.receive(ctx, id, d) })
}

// known returns a copy of what is known of a document, nil if nothing is.
func (in *Inbox) known(id string) *stored {
	in.mu.Lock()
	defer in.mu.Unlock()
	if s := in.entries[id]; s != nil {
		now := *s
		return &now
	}
	return nil
}

func (in *Inbox) receive(ctx context.Context, id string, d Document) (Receipt, error) {
	s := in.known(id)
	known := s != nil && s.complete()
	if s == nil {
		sum := sha256.Sum256(d.Raw)
		err := in.append(ctx, id, 0, received{
			ID: id, Channel: d.Channel, Kind: d.Kind, Partner: d.Partner, Control: d.Control, Name: d.Name,
			Envelope: d.Envelope, Size: len(d.Raw), SHA256: hex.EncodeToString(sum[:]),
		}, kept{ID: id, Data: d.Raw[:min(chunk, len(d.Raw))]})
		if err != nil {
			return Receipt{}, err
		}
		s = in.known(id)
	}
	for s.Kept < s.Size {
		end := min(s.Kept+chunk, s.Size)
		if err := in.append(ctx, id, s.last, kept{ID: id, Offset: s.Kept, Data: d.Raw[s.Kept:end]}); err != nil {
			return Receipt{}, err
		}
		s = in.known(id)
	}
	return Receipt{ID: id, Known: known, Outcome: s.Outcome}, nil
}

// Settle records what became of a document. The same outcome again is fine,
// another one is [ErrSettled]; but an exception may become an order later, as long
// as no correction took its place.
func (in *Inbox) Settle(ctx context.Context, id string, o Outcome) error {
	switch o.Result {
	case Ordered, Exception, PassedOver:
	default:
		return fmt.Errorf("intake: %q is no result of a document", o.Result)
	}
	o = o.bounded()
	defer in.lock(id)()
	_, err := again(func() (struct{}, error) { return struct{}{}, in.settle(ctx, id, o) })
	return err
}

func (in *Inbox) settle(ctx context.Context, id string, o Outcome) error {
	s := in.known(id)
	if s == nil {
		return fmt.Errorf("%w: %q", ErrNoDocument, id)
	}
	if was := s.Outcome; was.Result == o.Result && was.Order == o.Order && slices.Equal(was.Findings, o.Findings) {
		return nil
	}
	if s.Outcome.Result != Unsettled && s.Outcome.Result != Exception {
		return fmt.Errorf("%w: %s is %s", ErrSettled, id, s.Outcome.Result)
	}
	if s.CorrectedBy != "" {
		return fmt.Errorf("%w: %s was corrected by %s", ErrSettled, id, s.CorrectedBy)
	}
	return in.append(ctx, id, s.last, settled{ID: id, Result: o.Result, Order: o.Order, Findings: o.Findings})
}

// append writes events to the document's stream and lets them happen. Where
// the stream is elsewhere, since an answer of the journal was lost or another
// process was faster, it catches up and returns errBehind. The document's lock
// is held.
func (in *Inbox) append(ctx context.Context, id string, expect journal.Position, events ...any) error {
	return in.appendAll(ctx, in.config.Actor, part{id, expect, events})
}

// part is what an append writes to the stream of one document.
type part struct {
	id     string
	expect journal.Position
	events []any
}

// appendAll writes to the streams of several documents, to all or to none.
// Their locks are held.
func (in *Inbox) appendAll(ctx context.Context, actor string, parts ...part) error {
	var b journal.Batch
	at := in.config.Clock().UTC().Round(0)
	for _, p := range parts {
		w := journal.Write{Stream: stream(p.id), Expect: p.expect}
		for _, e := range p.events {
			d, err := in.codec.Encode(e)
			if err != nil {
				return err
			}
			d.At, d.Actor = at, actor
			w.Events = append(w.Events, d)
		}
		b.Writes = append(b.Writes, w)
	}
	commit, err := in.config.Journal.Append(ctx, b)
	if conflict := (*journal.ConflictError)(nil); errors.As(err, &conflict) {
		some := false
		for _, p := range parts {
			news, failed := in.catchUp(ctx, p.id, p.expect)
			if failed != nil {
				return failed
			}
			some = some || news
		}
		if some {
			return errBehind
		}
	}
	if err != nil {
		return err
	}
	next := commit.First
	for i, p := range parts {
		for _, e := range p.events {
			if err := in.Apply(journal.Event{Position: next, Stream: b.Writes[i].Stream, At: at, Actor: actor}, e); err != nil {
				return err
			}
			next++
		}
	}
	return nil
}

// errBehind says that the inbox had to catch up with the journal.
var errBehind = errors.New("intake: the journal was ahead of the inbox")

// catchUp lets happen what the document's stream holds after a position, and
// tells whether there was anything.
func (in *Inbox) catchUp(ctx context.Context, id string, after journal.Position) (news bool, err error) {
	for e, err := range in.config.Journal.Read(ctx, stream(id), after) {
		if err != nil {
			return news, err
		}
		v, _, err := in.codec.Decode(e)
		if err != nil {
			return news, err
		}
		if err := in.Apply(e, v); err != nil {
			return news, err
		}
		news = true
	}
	return news, nil
}

// again calls do once more whenever the inbox was behind. Each time somebody
// else got ahead.
func again[T any](do func() (T, error)) (T, error) {
	for {
		if v, err := do(); !errors.Is(err, errBehind) {
			return v, err
		}
	}
}

func stream(id string) string { return "intake/" + id }

// Entry returns a document's entry.
func (in *Inbox) Entry(id string) (Entry, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := in.entries[id]
	if s == nil {
		return Entry{}, fmt.Errorf("%w: %q", ErrNoDocument, id)
	}
	return s.Entry, nil
}

// Entries gives every document, in the order of receipt.
func (in *Inbox) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		in.mu.Lock()
		ids := slices.Clone(in.ids)
		in.mu.Unlock()
		for _, id := range ids {
			if e, err := in.Entry(id); err == nil && !yield(e) {
				return
			}
		}
	}
}

// Open gives the documents of which nothing has become yet, in the order of
// receipt. After a crash they are what is to be done again.
func (in *Inbox) Open() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for e := range in.Entries() {
			if e.Outcome.Result == Unsettled && !yield(e) {
				return
			}
		}
	}
}

// Tally counts the documents by what became of them.
func (in *Inbox) Tally() Tally {
	var t Tally
	for e := range in.Entries() {
		t.Received++
		switch e.Outcome.Result {
		case Ordered:
			t.Ordered++
		case Exception:
			t.Exceptions++
		case PassedOver:
			t.PassedOver++
		default:
			t.Open++
		}
	}
	return t
}

// Raw reads a document as it came from the journal, and checks that it is the
// one that was received.
func (in *Inbox) Raw(ctx context.Context, id string) ([]byte, error) {
	d, err := in.Document(ctx, id)
	return d.Raw, err
}

// Document reads a document as it was received from the journal, its raw form
// and its envelope included, and checks that it is the one that was received.
func (in *Inbox) Document(ctx context.Context, id string) (Document, error) {
	var raw bytes.Buffer
	var head received
	for e, err := range in.config.Journal.Read(ctx, stream(id), 0) {
		if err != nil {
			return Document{}, err
		}
		v, _, err := in.codec.Decode(e)
		if err != nil {
			return Document{}, err
		}
		switch v := v.(type) {
		case received:
			head = v
		case kept:
			raw.Write(v.Data)
		}
	}
	if head.ID == "" {
		return Document{}, fmt.Errorf("%w: %q", ErrNoDocument, id)
	}
	if sum := sha256.Sum256(raw.Bytes()); hex.EncodeToString(sum[:]) != head.SHA256 {
		return Document{}, fmt.Errorf("%w: %s has %d of %d bytes", ErrIncomplete, id, raw.Len(), head.Size)
	}
	return Document{
		Channel: head.Channel, Kind: head.Kind, Partner: head.Partner, Control: head.Control, Name: head.Name,
		Envelope: head.Envelope, Raw: raw.Bytes(),
	}, nil
}
