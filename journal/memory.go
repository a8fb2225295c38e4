package journal

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
)

// Memory is a Journal in the process: for tests, and for state that need not
// outlive it. NewMemory makes one. It implements Header.
type Memory struct {
	mu      sync.RWMutex
	chain   *Chain
	events  []Event // only ever appended to: a reader keeps a prefix without the lock
	streams map[string][]Position
	keys    map[string]binding
	changed chan struct{} // closed, and made anew, by each append
	closed  bool
}

// binding is what a key stands for.
type binding struct {
	payload Hash
	commit  Commit
}

// NewMemory returns an empty journal.
func NewMemory() *Memory {
	return &Memory{
		chain:   NewChain(Head{}),
		streams: make(map[string][]Position),
		keys:    make(map[string]binding),
		changed: make(chan struct{}),
	}
}

// Append implements Journal. The outcome is always known.
func (m *Memory) Append(ctx context.Context, b Batch) (Commit, error) {
	if err := b.Validate(); err != nil {
		return Commit{}, err
	}
	if err := ctx.Err(); err != nil {
		return Commit{}, err
	}
	var payload Hash
	if b.Key != "" {
		payload = b.Fingerprint()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return Commit{}, ErrClosed
	}
	if b.Key != "" {
		if bound, ok := m.keys[b.Key]; ok {
			if bound.payload != payload {
				return Commit{}, fmt.Errorf("%w: %q", ErrKeyReused, b.Key)
			}
			return bound.commit, nil
		}
	}
	for _, w := range b.Writes {
		if actual := last(m.streams[w.Stream]); actual != w.Expect {
			return Commit{}, &ConflictError{Stream: w.Stream, Expect: w.Expect, Actual: actual}
		}
	}
	commit := m.write(b)
	if b.Key != "" {
		m.keys[b.Key] = binding{payload: payload, commit: commit}
	}
	return commit, nil
}

// write appends what has been checked. The lock is held.
func (m *Memory) write(b Batch) Commit {
	size, count := 0, 0
	for _, w := range b.Writes {
		count += len(w.Events)
		for i := range w.Events {
			size += len(w.Events[i].Data)
		}
	}
	if count == 0 {
		return Commit{}
	}
	first := m.chain.Head().Position + 1
	held := make([]byte, 0, size) // the caller keeps its own buffers
	for _, w := range b.Writes {
		if len(w.Events) == 0 {
			continue
		}
		positions := m.streams[w.Stream]
		for _, d := range w.Events {
			from := len(held)
			held = append(held, d.Data...)
			d.Data = held[from:len(held):len(held)]
			e := m.chain.Link(w.Stream, d)
			m.events = append(m.events, e)
			positions = append(positions, e.Position)
		}
		m.streams[w.Stream] = positions
	}
	close(m.changed)
	m.changed = make(chan struct{})
	return Commit{First: first, Last: m.chain.Head().Position}
}

func last(positions []Position) Position {
	if len(positions) == 0 {
		return 0
	}
	return positions[len(positions)-1]
}

// Read implements Journal.
func (m *Memory) Read(ctx context.Context, stream string, after Position) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(Event{}, err)
			return
		}
		events, positions, err := m.viewStream(stream)
		if err != nil {
			yield(Event{}, err)
			return
		}
		if stream == All {
			for i := uint64(after); i < uint64(len(events)); i++ {
				if !give(ctx, events[i], yield) {
					return
				}
			}
			return
		}
		from, found := slices.BinarySearch(positions, after)
		if found {
			from++
		}
		for _, p := range positions[from:] {
			if !give(ctx, events[p-1], yield) {
				return
			}
		}
	}
}

// Follow implements Journal. It is woken by each append.
func (m *Memory) Follow(ctx context.Context, after Position) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		after := after // each iteration begins anew
		for {
			events, changed, err := m.view()
			if err != nil {
				yield(Event{}, err)
				return
			}
			for ; uint64(after) < uint64(len(events)); after++ {
				if !give(ctx, events[after], yield) {
					return
				}
			}
			select {
			case <-changed:
			case <-ctx.Done():
				yield(Event{}, ctx.Err())
				return
			}
		}
	}
}

// give yields e, or the error of ctx; it reports whether to go on.
func give(ctx context.Context, e Event, yield func(Event, error) bool) bool {
	if err := ctx.Err(); err != nil {
		yield(Event{}, err)
		return false
	}
	return yield(e, nil)
}

// view returns the events so far and a channel that is closed when there are
// more.
func (m *Memory) view() ([]Event, <-chan struct{}, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return nil, nil, ErrClosed
	}
	return m.events, m.changed, nil
}

// viewStream returns the events so far and the positions of one stream among
// them.
func (m *Memory) viewStream(stream string) ([]Event, []Position, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return nil, nil, ErrClosed
	}
	return m.events, m.streams[stream], nil
}

// Head implements Header.
func (m *Memory) Head(ctx context.Context) (Head, error) {
	if err := ctx.Err(); err != nil {
		return Head{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return Head{}, ErrClosed
	}
	return m.chain.Head(), nil
}

// Close ends all followers with ErrClosed; from then on every method gives
// ErrClosed. It never fails.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.closed = true
		close(m.changed)
	}
	return nil
}
