package durable

import (
	"context"
	"errors"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
)

// folded is a stock as the stream has it.
type folded struct {
	cfg   *Config
	codec *journal.Codec
	own   *decoder
	stock *atp.Stock
	last  journal.Position // of the stream
	hash  journal.Hash     // of the event there
	since int              // events after the snapshot
}

// load folds the stream, from the last snapshot on if there is one that holds.
func load(ctx context.Context, cfg *Config) (*folded, error) {
	if cfg.Snapshots != nil {
		f, err := fromSnapshot(ctx, cfg)
		if f != nil || err != nil {
			return f, err
		}
	}
	f, err := newFolded(cfg)
	if err != nil {
		return nil, err
	}
	return f, f.readOn(ctx)
}

func newFolded(cfg *Config) (*folded, error) {
	stock, err := atp.New(cfg.Stock)
	if err != nil {
		return nil, err
	}
	codec := atp.Events()
	return &folded{cfg: cfg, codec: codec, own: newDecoder(codec), stock: stock}, nil
}

// fromSnapshot gives nothing where there is no snapshot, or none that belongs to the stream and can be read. Then all of
// the stream is read, and if something is wrong with that, it shows there.
func fromSnapshot(ctx context.Context, cfg *Config) (*folded, error) {
	snap, err := cfg.Snapshots.Load(ctx, snapshotName(cfg.Stream))
	if err != nil {
		return nil, ctx.Err()
	}
	f, err := newFolded(cfg)
	if err != nil {
		return nil, err
	}
	hash, err := restore(f.stock, snap.Data)
	if err != nil || snap.At == 0 || !f.holds(ctx, snap.At, hash) {
		return nil, ctx.Err()
	}
	f.last, f.hash = snap.At, hash
	return f, f.readOn(ctx)
}

// holds reports whether the stream has, at a position, the event with a hash: that the journal is the one of the snapshot.
func (f *folded) holds(ctx context.Context, at journal.Position, hash journal.Hash) bool {
	for e, err := range f.cfg.Journal.Read(ctx, f.cfg.Stream, at-1) {
		return err == nil && e.Position == at && e.Hash == hash
	}
	return false
}

// ahead is how many journal events are decoded while those before them take effect.
const ahead = 16

// read is an event of the journal that has been decoded.
type read struct {
	at     journal.Position
	hash   journal.Hash
	events []any
	err    error // of the journal, or a *ReplayError
}

// readOn takes in what the stream has after f.last. One goroutine decodes while this one applies.
func (f *folded) readOn(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	decoded := make(chan read, ahead)
	go f.decode(ctx, f.last, decoded)
	var failed error
	for r := range decoded {
		if failed == nil {
			failed = f.apply(r)
		}
		if failed != nil {
			cancel() // and wait for the other to end
		}
	}
	return failed
}

func (f *folded) decode(ctx context.Context, after journal.Position, to chan<- read) {
	defer close(to)
	for e, err := range f.cfg.Journal.Read(ctx, f.cfg.Stream, after) {
		r := read{at: e.Position, hash: e.Hash, err: err}
		if err == nil {
			r.events, err = f.events(e)
			if err != nil {
				r.err = f.fault(e.Position, err)
			}
		}
		to <- r
		if r.err != nil {
			return
		}
	}
}

// events gives the events of package atp that stand in an event of the journal.
func (f *folded) events(e journal.Event) ([]any, error) {
	if e.Type == packedType {
		if e.Version != 1 {
			return nil, errors.New("version of " + packedType + " is not known")
		}
		_, events, err := f.own.packed(e.Data)
		return events, err
	}
	v, known, err := f.codec.Decode(e)
	if err != nil || !known {
		return nil, err
	}
	return []any{v}, nil
}

func (f *folded) apply(r read) error {
	if r.err != nil {
		return r.err
	}
	for _, e := range r.events {
		if err := f.stock.Apply(e); err != nil {
			return f.fault(r.at, err)
		}
	}
	f.last, f.hash = r.at, r.hash
	f.since += len(r.events)
	return nil
}

func (f *folded) fault(at journal.Position, err error) error {
	return &ReplayError{Stream: f.cfg.Stream, Position: at, Err: err}
}

// openings is the stream in which processes say that they have opened a stream. Every append checks that nobody has opened
// it since, so that a process under load, too, loses the stream at once.
func openings(stream string) string { return stream + "/opened" }

// claim takes the stream over and gives the position of the claim. The event has no key: of two that claim the same
// place, one only may have it.
func claim(ctx context.Context, now time.Time, cfg *Config) (journal.Position, error) {
	draft, err := Events().Encode(Opened{Actor: cfg.Actor})
	if err != nil {
		return 0, err
	}
	draft.At, draft.Actor = now, cfg.Actor
	write := journal.Write{Stream: openings(cfg.Stream), Events: []journal.Draft{draft}}
	for try := 1; ; {
		commit, err := cfg.Journal.Append(ctx, journal.Batch{Writes: []journal.Write{write}})
		if err == nil {
			return commit.Last, nil
		}
		if conflict := (*journal.ConflictError)(nil); errors.As(err, &conflict) {
			write.Expect = conflict.Actual
			continue
		}
		// Where the outcome is open, the claim may stand in the stream; a further one does no harm.
		if !errors.Is(err, journal.ErrOutcomeUnknown) || try >= cfg.Tries || ctx.Err() != nil {
			return 0, err
		}
		cfg.Pause(ctx, try)
		try++
	}
}
