package transport

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
)

// ErrNotKept is returned for a key that a ledger does not have.
var ErrNotKept = errors.New("transport: nothing is kept under the key")

// Ledger remembers, durably, what must not happen twice. An entry is written
// once and never changes.
type Ledger interface {
	// Keep writes an entry unless there is one under the key, and returns the
	// one that is there now. Of two that write at once, one is first.
	Keep(ctx context.Context, key string, value []byte) (kept []byte, first bool, err error)
	// Get returns an entry, or ErrNotKept.
	Get(ctx context.Context, key string) ([]byte, error)
	// Entries gives those whose key begins with prefix, in the order of their keys.
	Entries(ctx context.Context, prefix string) iter.Seq2[Entry, error]
}

// Entry is one of a ledger. The value is not to be modified.
type Entry struct {
	Key   string
	Value []byte
}

// MemoryLedger is a ledger that forgets when the process ends: for tests. The
// zero value is empty and ready.
type MemoryLedger struct {
	mu      sync.Mutex
	entries map[string][]byte
}

// Keep implements [Ledger].
func (l *MemoryLedger) Keep(ctx context.Context, key string, value []byte) ([]byte, bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if kept, there := l.entries[key]; there {
		return kept, false, nil
	}
	if l.entries == nil {
		l.entries = make(map[string][]byte)
	}
	l.entries[key] = slices.Clone(value)
	return l.entries[key], true, nil
}

// Get implements [Ledger].
func (l *MemoryLedger) Get(_ context.Context, key string) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept, there := l.entries[key]
	if !there {
		return nil, ErrNotKept
	}
	return kept, nil
}

// Entries implements [Ledger].
func (l *MemoryLedger) Entries(_ context.Context, prefix string) iter.Seq2[Entry, error] {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []Entry
	for key, value := range l.entries {
		if strings.HasPrefix(key, prefix) {
			found = append(found, Entry{Key: key, Value: value})
		}
	}
	slices.SortFunc(found, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	return func(yield func(Entry, error) bool) {
		for _, e := range found {
			if !yield(e, nil) {
				return
			}
		}
	}
}
