package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
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
	have int              // raw bytes kept
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
	id := d.id()
	for _, text := range []*string{&d.Channel, &d.Kind, &d.Partner, &d.Control, &d.Name} {
		*text = strings.ToValidUTF8(*text, "\uFFFD") // as JSON will have it
	}
	defer in.lock(id)()
	return again(func() (Receipt, error) { return in.receive(ctx, id, d) })
}

// lock lets one goroutine append to a document's stream.
func (in *Inbox) lock(id string) (unlock func()) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	l := &in.locks[h.Sum32()%uint32(len(in.locks))]
	l.Lock()
	return l.Unlock
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
	known := s != nil && s.have == s.Size
	if s == nil {
		sum := sha256.Sum256(d.Raw)
		err := in.append(ctx, id, 0, received{
			ID: id, Channel: d.Channel, Kind: d.Kind, Partner: d.Partner, Control: d.Control, Name: d.Name,
			Size: len(d.Raw), SHA256: hex.EncodeToString(sum[:]),
		}, kept{ID: id, Data: d.Raw[:min(chunk, len(d.Raw))]})
		if err != nil {
			return Receipt{}, err
		}
		s = in.known(id)
	}
	for s.have < s.Size {
		end := min(s.have+chunk, s.Size)
		if err := in.append(ctx, id, s.last, kept{ID: id, Offset: s.have, Data: d.Raw[s.have:end]}); err != nil {
			return Receipt{}, err
		}
		s = in.known(id)
	}
	return Receipt{ID: id, Known: known, Outcome: s.Outcome}, nil
}

// Settle records what became of a document. The same outcome again is fine,
// another one is [ErrSettled]; but an exception may become an order later.
func (in *Inbox) Settle(ctx context.Context, id string, o Outcome) error {
	switch o.Result {
	case Ordered, Exception, PassedOver:
	default:
		return fmt.Errorf("intake: %q is no result of a document", o.Result)
	}
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
	return in.append(ctx, id, s.last, settled{ID: id, Result: o.Result, Order: o.Order, Findings: o.Findings})
}

// append writes events to the document's stream and lets them happen. Where
// the stream is elsewhere, since an answer of the journal was lost or another
// process was faster, it catches up and returns errBehind. The document's lock
// is held.
func (in *Inbox) append(ctx context.Context, id string, expect journal.Position, events ...any) error {
	w := journal.Write{Stream: stream(id), Expect: expect}
	for _, e := range events {
		d, err := in.codec.Encode(e)
		if err != nil {
			return err
		}
		d.At, d.Actor = in.config.Clock().UTC().Round(0), in.config.Actor
		w.Events = append(w.Events, d)
	}
	commit, err := in.config.Journal.Append(ctx, journal.Batch{Writes: []journal.Write{w}})
	if conflict := (*journal.ConflictError)(nil); errors.As(err, &conflict) {
		news, failed := in.catchUp(ctx, id, expect)
		switch {
		case failed != nil:
			return failed
		case news:
			return errBehind
		}
	}
	if err != nil {
		return err
	}
	for i, e := range events {
		at := journal.Event{Position: commit.First + journal.Position(i), Stream: w.Stream, At: w.Events[i].At}
		if err := in.Apply(at, e); err != nil {
			return err
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
	var raw bytes.Buffer
	var head received
	for e, err := range in.config.Journal.Read(ctx, stream(id), 0) {
		if err != nil {
			return nil, err
		}
		v, _, err := in.codec.Decode(e)
		if err != nil {
			return nil, err
		}
		switch v := v.(type) {
		case received:
			head = v
		case kept:
			raw.Write(v.Data)
		}
	}
	if head.ID == "" {
		return nil, fmt.Errorf("%w: %q", ErrNoDocument, id)
	}
	if sum := sha256.Sum256(raw.Bytes()); hex.EncodeToString(sum[:]) != head.SHA256 {
		return nil, fmt.Errorf("%w: %s has %d of %d bytes", ErrIncomplete, id, raw.Len(), head.Size)
	}
	return raw.Bytes(), nil
}

// The events of a document's stream.
type (
	received struct {
		ID      string `json:"id"`
		Channel string `json:"channel"`
		Kind    string `json:"kind,omitempty"`
		Partner string `json:"partner,omitempty"`
		Control string `json:"control,omitempty"`
		Name    string `json:"name,omitempty"`
		Size    int    `json:"size"`
		SHA256  string `json:"sha256"`
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
)

func events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[received]("intake.received", 1),
		journal.JSON[kept]("intake.kept", 1),
		journal.JSON[settled]("intake.settled", 1),
	)
}

// Events returns the decoder of the inbox's event types.
func (in *Inbox) Events() *journal.Codec { return events() }

// Apply lets an event of the journal happen. One that has happened is passed
// over: an inbox may take documents in while a desk opens on the journal.
func (in *Inbox) Apply(e journal.Event, event any) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	switch v := event.(type) {
	case received:
		if s := in.entries[v.ID]; s != nil && e.Position <= s.last {
			return nil
		} else if s != nil {
			return fmt.Errorf("intake: %s was received before", v.ID)
		}
		in.entries[v.ID] = &stored{last: e.Position, Entry: Entry{
			ID: v.ID, Channel: v.Channel, Kind: v.Kind, Partner: v.Partner, Control: v.Control, Name: v.Name,
			Size: v.Size, Received: e.At,
		}}
		in.ids = append(in.ids, v.ID)
		return nil
	case kept:
		s := in.entries[v.ID]
		if s != nil && e.Position <= s.last {
			return nil
		}
		if s == nil || s.have != v.Offset {
			return fmt.Errorf("intake: bytes from %d on of %s do not follow what is kept", v.Offset, v.ID)
		}
		s.have, s.last = s.have+len(v.Data), e.Position
		return nil
	case settled:
		s := in.entries[v.ID]
		if s == nil {
			return fmt.Errorf("%w: %q", ErrNoDocument, v.ID)
		}
		if e.Position <= s.last {
			return nil
		}
		s.Outcome = Outcome{Result: v.Result, Order: v.Order, Findings: v.Findings}
		s.Settled, s.last = e.At, e.Position
		return nil
	}
	return fmt.Errorf("intake: %T is not an event of an inbox", event)
}
