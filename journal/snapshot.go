package journal

import (
	"bytes"
	"context"
	"fmt"
	"sync"
)

// Snapshots keeps folded state, so that a start need not read a journal from
// its beginning. It is a cache: never atomic with an append, and whoever loses
// it folds again. All methods may be called from many goroutines.
type Snapshots interface {
	// Load returns what was last saved under a name, or ErrNoSnapshot.
	Load(ctx context.Context, name string) (Snapshot, error)

	// Save keeps s under a name of 1 to [MaxName] bytes of UTF-8 without
	// control characters, in place of what was there. The version of the
	// state's encoding belongs into the name, as "atp/stock/v3".
	Save(ctx context.Context, name string, s Snapshot) error
}

// Snapshot is the state folded from the events up to and with At: reading goes
// on after At.
type Snapshot struct {
	At   Position
	Data []byte
}

// CheckSnapshotName reports what is wrong with the name of a snapshot; stores
// call it in Save.
func CheckSnapshotName(name string) error {
	if reason := checkName("name", name, false); reason != "" {
		return fmt.Errorf("journal: snapshot: %s", reason)
	}
	return nil
}

// MemorySnapshots are Snapshots in the process. NewMemorySnapshots makes them.
type MemorySnapshots struct {
	mu   sync.Mutex
	kept map[string]Snapshot
}

// NewMemorySnapshots returns an empty store.
func NewMemorySnapshots() *MemorySnapshots {
	return &MemorySnapshots{kept: make(map[string]Snapshot)}
}

// Load implements Snapshots.
func (m *MemorySnapshots) Load(ctx context.Context, name string) (Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return Snapshot{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.kept[name]
	if !ok {
		return Snapshot{}, fmt.Errorf("%w under %q", ErrNoSnapshot, name)
	}
	s.Data = bytes.Clone(s.Data)
	return s, nil
}

// Save implements Snapshots.
func (m *MemorySnapshots) Save(ctx context.Context, name string, s Snapshot) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := CheckSnapshotName(name); err != nil {
		return err
	}
	s.Data = bytes.Clone(s.Data)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[name] = s
	return nil
}
