package durable

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
)

// snapshotName has the version of the encoding in it.
func snapshotName(stream string) string { return "atp/durable/" + stream + "/v1" }

// snapshots counts towards the next snapshot and takes one at a time.
type snapshots struct {
	mu      sync.Mutex
	running bool
	closed  bool
	all     sync.WaitGroup
}

// wait lets no further snapshot begin, and waits for the one under way.
func (p *snapshots) wait() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.all.Wait()
}

// begin reports whether no other snapshot is being taken, and if so, that one is.
func (p *snapshots) begin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running || p.closed {
		return false
	}
	p.running = true
	p.all.Add(1)
	return true
}

func (p *snapshots) end() {
	p.mu.Lock()
	p.running = false
	p.mu.Unlock()
	p.all.Done()
}

// count takes a snapshot beside the work when enough events have been written since the last. The writer calls it.
func (s *Stock) count(events int) {
	s.since += events
	if every := s.cfg.SnapshotEvery; every == 0 || s.since < every || !s.snapshots.begin() {
		return
	}
	s.since = 0
	go func() {
		defer s.snapshots.end()
		at, err := Snapshot(s.ctx, s.cfg)
		s.cfg.OnSnapshot(at, err)
	}()
}

// Snapshot takes a snapshot now and waits for it: what the stream has is folded beside the stock, from the last snapshot
// on. It can be called from another process than the one that has the stream open. It gives the position in the journal
// up to which the snapshot goes, 0 for a stream without events, of which there is none.
//
// The errors are those of Open, and a *ConfigError where Config.Snapshots is missing.
func Snapshot(ctx context.Context, cfg Config) (journal.Position, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return 0, err
	}
	if cfg.Snapshots == nil {
		return 0, &ConfigError{"Snapshots", "is missing"}
	}
	f, err := load(ctx, &cfg)
	if err != nil || f.last == 0 {
		return 0, err
	}
	// As of the earliest instant: what has expired is then what events say, and not the clock.
	data, err := encodeState(f.stock.State(time.Unix(0, 0)), f.hash)
	if err != nil {
		return 0, err
	}
	return f.last, cfg.Snapshots.Save(ctx, snapshotName(cfg.Stream), journal.Snapshot{At: f.last, Data: data})
}

// A snapshot has lines of JSON: the head; the items, one a line; the reservations, one a line; and last the SHA-256 of
// all lines before.
type snapshotHead struct {
	Hash         journal.Hash `json:"hash"` // of the last event that is in it
	Items        int          `json:"items"`
	Reservations int          `json:"reservations"`
	State        atp.State    `json:"state"` // the rest of the state
}

func encodeState(state atp.State, hash journal.Hash) ([]byte, error) {
	head := snapshotHead{Hash: hash, Items: len(state.Items), Reservations: len(state.Reservations), State: state}
	head.State.Items, head.State.Reservations = nil, nil
	var buf bytes.Buffer
	lines := json.NewEncoder(&buf)
	lines.SetEscapeHTML(false)
	if err := lines.Encode(head); err != nil {
		return nil, err
	}
	for i := range state.Items {
		if err := lines.Encode(&state.Items[i]); err != nil {
			return nil, err
		}
	}
	enc := newStateEncoder()
	for i := range state.Reservations {
		row, ok := enc.reservation(buf.AvailableBuffer(), &state.Reservations[i])
		if ok {
			buf.Write(append(row, '\n'))
		} else if err := lines.Encode(&state.Reservations[i]); err != nil {
			return nil, err
		}
	}
	sum := sha256.Sum256(buf.Bytes())
	if err := lines.Encode(journal.Hash(sum)); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

var errSnapshot = errors.New("durable: snapshot is damaged")

// restore fills an empty stock from a snapshot.
func restore(stock *atp.Stock, data []byte) (journal.Hash, error) {
	const tail = 2*sha256.Size + len("\"\"\n")
	if len(data) < tail {
		return journal.Hash{}, errSnapshot
	}
	data, sum := data[:len(data)-tail], data[len(data)-tail:]
	if string(sum) != strconv.Quote(journal.Hash(sha256.Sum256(data)).String())+"\n" {
		return journal.Hash{}, errSnapshot
	}
	line := func() []byte {
		one, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		return one
	}
	var head snapshotHead
	if err := strict(line(), &head); err != nil {
		return journal.Hash{}, err
	}
	state := head.State
	// The counts are those of the lines: the sum says so.
	state.Items = make([]atp.ItemState, head.Items)
	state.Reservations = make([]atp.ReservationState, head.Reservations)
	for i := range state.Items {
		if err := strict(line(), &state.Items[i]); err != nil {
			return journal.Hash{}, err
		}
	}
	d := newDecoder(nil)
	for i := range state.Reservations {
		if err := d.reservation(line(), &state.Reservations[i]); err != nil {
			return journal.Hash{}, err
		}
	}
	return head.Hash, stock.Restore(state)
}

// strict reads JSON and refuses fields that this version does not know: a snapshot of a later one is not for it.
func strict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(v)
}
