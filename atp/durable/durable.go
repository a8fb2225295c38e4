package durable

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
)

// Config configures a Stock.
type Config struct {
	// Stock configures the stock in memory. Required.
	Stock atp.Config
	// Journal is where the events go. Required.
	Journal journal.Journal
	// Stream is the stream of the events, 1 to 200 bytes. One process at a time writes to it. Events of package atp that
	// were written to it one by one are taken in too; those of other packages are passed over. Who has opened it stands in
	// a second stream, with "/opened" behind its name. Required.
	Stream string
	// Snapshots keeps the folded state, so that Open need not read the whole stream. Nil: none.
	Snapshots journal.Snapshots
	// SnapshotEvery is the number of events after which a snapshot is taken beside the work; 0: never, [Snapshot]
	// alone takes them. A snapshot folds the stream once more beside the stock, so nobody waits for it, but it takes
	// memory and time in proportion to all there is: let it be in proportion too.
	SnapshotEvery int
	// OnSnapshot is told of each snapshot that was taken beside the work, up to which position, or why not. Nil: nobody.
	OnSnapshot func(at journal.Position, err error)
	// Actor is recorded with the events; at most 255 bytes.
	Actor string
	// Tries is how often an append is tried whose outcome is open, or that was refused and holds what cannot be taken
	// back, before the Stock stops; 0: 10.
	Tries int
	// Pause waits before the next try, of which the first is number 1. It returns when ctx ends. Nil: 10 ms, doubled each
	// time, at most 1 s.
	Pause func(ctx context.Context, try int)
}

func (c Config) withDefaults() (Config, error) {
	switch {
	case c.Journal == nil:
		return c, &ConfigError{"Journal", "is missing"}
	case c.Stream == journal.All || len(c.Stream) > 200:
		return c, &ConfigError{"Stream", "has not 1 to 200 bytes"}
	case c.SnapshotEvery < 0 || c.Tries < 0:
		return c, &ConfigError{"SnapshotEvery, Tries", "neither may be negative"}
	case c.SnapshotEvery > 0 && c.Snapshots == nil:
		return c, &ConfigError{"Snapshots", "is missing, and SnapshotEvery is set"}
	}
	if c.Tries == 0 {
		c.Tries = 10
	}
	if c.Pause == nil {
		c.Pause = pause
	}
	if c.OnSnapshot == nil {
		c.OnSnapshot = func(journal.Position, error) {}
	}
	return c, nil
}

func pause(ctx context.Context, try int) {
	timer := time.NewTimer(min(10*time.Millisecond<<min(try-1, 10), time.Second))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Stock is an atp.Stock whose changes are in a journal before they are answered. It is safe for many goroutines, and it is
// meant for many: those that come while a group is being written share the next one.
//
// An operation takes effect in memory at once, in one order for all, and returns when its event has been journalled. No
// answer, not even a refusal, rests on a change that could still be lost: where the journal refuses a group, everything
// that has not been journalled is taken back, its callers get the error, and who was refused because of it is decided
// anew. What cannot be taken back, such as a count, stops the Stock instead, after Config.Tries.
//
// When the context of a caller ends while it waits, it gets ErrUnsettled: its operation goes on, and the same again with
// the same key tells what became of it. When another process has opened the stream, or the journal does not tell whether
// it has written, the Stock stops: every call is a *StoppedError from then on.
type Stock struct {
	cfg       Config
	live      *atp.Stock
	ctx       context.Context // of appends and snapshots
	cancel    context.CancelFunc
	opened    journal.Position // of the claim
	last      journal.Position // of the stream; belongs to the writer
	since     int              // events after the last snapshot; belongs to the writer
	snapshots snapshots

	mu      sync.Mutex // orders operations: held while one takes effect and joins a group
	enc     *encoder
	waiting []*group // not yet journalled, in order
	flying  *group   // being written
	running bool     // there is a writer
	room    int      // what a new group has room for, in bytes: a little more than the last one took
	undone  uint64   // counts how often changes were taken back
	stopped error    // a *StoppedError, or ErrClosed
}

// Open builds a Stock from the last snapshot and the events after it, and takes the stream over: a process that still
// writes to it cannot any more. A snapshot that does not belong to the stream, or cannot be read, is passed over.
//
// The errors are *ConfigError and *atp.ConfigError, *ReplayError for an event that cannot be taken in, and those of the
// journal.
func Open(ctx context.Context, now time.Time, cfg Config) (*Stock, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	f, err := load(ctx, &cfg)
	if err != nil {
		return nil, err
	}
	opened, err := claim(ctx, now, &cfg)
	if err != nil {
		return nil, err
	}
	if err := f.readOn(ctx); err != nil { // what the process before wrote until then
		return nil, err
	}
	s := &Stock{cfg: cfg, opened: opened, live: f.stock, last: f.last, since: f.since, enc: newEncoder()}
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return s, nil
}

// Live is the stock in memory, to ask it: for promises, availability, states. What it is asked is fine, what it is told
// to do is not journalled. It shows changes of which the event is still on its way; Ask waits for them.
func (s *Stock) Live() *atp.Stock { return s.live }

// Err tells why the Stock has stopped, or that it was closed; nil while it works.
func (s *Stock) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped
}

// Close refuses further operations and waits until those under way have been journalled. When ctx ends first, it gives
// up trying, and the error is that of ctx; otherwise it is nil, or why the Stock has stopped. The journal stays open.
func (s *Stock) Close(ctx context.Context) error {
	s.mu.Lock()
	err := s.stopped
	if err == nil {
		s.stopped = ErrClosed
	}
	last := s.tail()
	s.mu.Unlock()
	if errors.Is(err, ErrClosed) {
		err = nil
	}
	if last != nil {
		select {
		case <-last.done:
			err = last.err
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	s.cancel()
	s.snapshots.wait()
	return err
}

// batch is what a group is written as: the next event of the stream, if nobody else has opened it.
func (s *Stock) batch(g *group) journal.Batch {
	return journal.Batch{
		Key: fmt.Sprintf("durable/%s/%d/%d", s.cfg.Stream, s.opened, s.last),
		Writes: []journal.Write{
			{Stream: s.cfg.Stream, Expect: s.last, Events: []journal.Draft{{
				Type: packedType, Version: 1, At: g.at, Actor: s.cfg.Actor, Data: g.data,
			}}},
			{Stream: openings(s.cfg.Stream), Expect: s.opened},
		},
	}
}
