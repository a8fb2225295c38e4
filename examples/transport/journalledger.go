package transport

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// MaxEntry bounds a ledger's value: 512 KiB, so that it fits in one event.
const MaxEntry = 512 << 10

// JournalLedger keeps a ledger's entries in a journal, a stream each: of two
// writers the journal lets one begin the stream. It is safe for many goroutines
// and for several processes on one journal. [JournalLedger.Entries] holds the
// keys, not the values, in memory.
type JournalLedger struct {
	journal journal.Journal
	clock   func() time.Time
	codec   *journal.Codec

	mu   sync.Mutex
	seen journal.Position // as far as keys were collected
	keys map[string]struct{}
}

// NewJournalLedger makes a ledger on a journal. Both arguments are required.
func NewJournalLedger(j journal.Journal, clock func() time.Time) (*JournalLedger, error) {
	switch {
	case j == nil:
		return nil, &ConfigError{"Journal", "a ledger needs a journal"}
	case clock == nil:
		return nil, &ConfigError{"Clock", "a ledger needs a clock, such as time.Now"}
	}
	return &JournalLedger{
		journal: j, clock: clock, keys: make(map[string]struct{}),
		codec: journal.MustCodec(journal.JSON[keptEvent]("transport.kept", 1)),
	}, nil
}

// keptEvent is an entry in the journal. The mark tells writers of the same
// entry apart.
type keptEvent struct {
	Key   string `json:"key"`
	Value []byte `json:"value"`
	Mark  []byte `json:"mark"`
}

// Keep implements [Ledger].
func (l *JournalLedger) Keep(ctx context.Context, key string, value []byte) ([]byte, bool, error) {
	if len(value) > MaxEntry {
		return nil, false, fmt.Errorf("%w: an entry of %d bytes, %d are allowed", ErrTooLarge, len(value), MaxEntry)
	}
	e := keptEvent{Key: key, Value: value, Mark: make([]byte, 16)}
	_, _ = rand.Read(e.Mark)
	draft, err := l.codec.Encode(e)
	if err != nil {
		return nil, false, err
	}
	draft.At, draft.Actor = l.clock().UTC().Round(0), "transport"
	batch := journal.Batch{Writes: []journal.Write{{Stream: ledgerStream(key), Events: []journal.Draft{draft}}}}
	_, err = l.journal.Append(ctx, batch)
	if errors.Is(err, journal.ErrOutcomeUnknown) && ctx.Err() == nil {
		_, err = l.journal.Append(ctx, batch) // settles it
	}
	if conflict := (*journal.ConflictError)(nil); errors.As(err, &conflict) {
		was, err := l.read(ctx, key)
		return was.Value, slices.Equal(was.Mark, e.Mark), err
	}
	if err != nil {
		return nil, false, err
	}
	return value, true, nil
}

// Get implements [Ledger].
func (l *JournalLedger) Get(ctx context.Context, key string) ([]byte, error) {
	e, err := l.read(ctx, key)
	return e.Value, err
}

func (l *JournalLedger) read(ctx context.Context, key string) (keptEvent, error) {
	for e, err := range l.journal.Read(ctx, ledgerStream(key), 0) {
		if err != nil {
			return keptEvent{}, err
		}
		kept, known, err := l.decode(e)
		if err != nil {
			return keptEvent{}, err
		}
		if known && kept.Key == key {
			return kept, nil
		}
	}
	return keptEvent{}, ErrNotKept
}

// Entries implements [Ledger].
func (l *JournalLedger) Entries(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		keys, err := l.collect(ctx, prefix)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		for _, key := range keys {
			value, err := l.Get(ctx, key)
			if !yield(Entry{Key: key, Value: value}, err) || err != nil {
				return
			}
		}
	}
}

// collect reads what the journal has got since the last time, and returns the
// keys with the prefix.
func (l *JournalLedger) collect(ctx context.Context, prefix string) ([]string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for e, err := range l.journal.Read(ctx, journal.All, l.seen) {
		if err != nil {
			return nil, err
		}
		kept, known, err := l.decode(e)
		if err != nil {
			return nil, err
		}
		if known {
			l.keys[kept.Key] = struct{}{}
		}
		l.seen = e.Position
	}
	var found []string
	for key := range l.keys {
		if strings.HasPrefix(key, prefix) {
			found = append(found, key)
		}
	}
	slices.Sort(found)
	return found, nil
}

func (l *JournalLedger) decode(e journal.Event) (kept keptEvent, known bool, err error) {
	v, known, err := l.codec.Decode(e)
	if err != nil || !known {
		return keptEvent{}, false, err
	}
	kept, known = v.(keptEvent)
	return kept, known, nil
}

// ledgerStream is the stream of an entry; a key may be longer than the name of
// a stream.
func ledgerStream(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "transport/" + hex.EncodeToString(sum[:])
}
