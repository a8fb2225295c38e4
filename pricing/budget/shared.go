package budget

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// maxTries bounds how often an operation of a [Shared] is decided anew because another process was faster.
const maxTries = 1000

// SharedConfig configures a [Shared].
type SharedConfig struct {
	// Register is what this process knows. It is new, and used through the Shared alone: what it is asked is fine, what it
	// is told to do is not. Required.
	Register *Register
	// Journal is where all processes write. Required.
	Journal journal.Journal
	// Stream is the stream of the limits, the same in all processes; nothing else is written to it. Limits that never
	// stand in one order together can be in streams of their own, each with a Shared, and do not wait for each other.
	// 1 to 200 bytes. Required.
	Stream string
	// Actor is recorded with what no person did.
	Actor string
}

// Shared keeps limits for several processes over one stream of a journal. Every operation that changes something is an
// append that expects the stream to be where the process knows it. Whoever loses the race reads what the winner did, and
// decides anew. So what is reserved never exceeds a limit, whichever process reserves it.
//
// It is safe for many goroutines; those of one process follow each other and do not race. An operation whose outcome the
// journal left open is [ErrUnsettled]; the next operation finds out. After any other error nothing has changed.
type Shared struct {
	register *Register
	journal  journal.Journal
	codec    *journal.Codec
	stream   string
	actor    string

	mu      sync.Mutex
	last    journal.Position
	pending *change // an append of which the outcome is open
}

// change is an operation on its way into the journal.
type change struct {
	batch journal.Batch
	undo  func() error
}

// NewShared checks the configuration. Call [Shared.CatchUp] to know what the others did before the first operation, or
// let that happen by itself. The error is a *RequestError.
func NewShared(c SharedConfig) (*Shared, error) {
	wrong := func(field, reason string) error { return &RequestError{Op: "share", Field: field, Reason: reason} }
	switch {
	case c.Register == nil:
		return nil, wrong("Register", "is missing")
	case c.Journal == nil:
		return nil, wrong("Journal", "is missing")
	case c.Stream == journal.All || len(c.Stream) > maxName:
		return nil, wrong("Stream", "has not 1 to 200 bytes")
	}
	return &Shared{register: c.Register, journal: c.Journal, codec: Events(), stream: c.Stream, actor: c.Actor}, nil
}

// Register is what this process knows, to ask it. It is as recent as the last operation or [Shared.CatchUp].
func (s *Shared) Register() *Register { return s.register }

// SetLimit is [Register.SetLimit] for all processes.
func (s *Shared) SetLimit(ctx context.Context, now time.Time, set Setting) (e LimitSet, err error) {
	err = s.do(ctx, now, set.Actor, func() (any, func() error, error) {
		if e, err = s.register.SetLimit(now, set); err != nil || e.Replayed {
			return nil, nil, err
		}
		return e, func() error { return s.register.UndoSetLimit(e) }, nil
	})
	return e, err
}

// Reserve is [Register.Reserve] for all processes.
func (s *Shared) Reserve(ctx context.Context, now time.Time, req Request) (e Reserved, err error) {
	err = s.do(ctx, now, s.actor, func() (any, func() error, error) {
		if e, err = s.register.Reserve(now, req); err != nil || e.Replayed {
			return nil, nil, err
		}
		return e, func() error { return s.register.UndoReserve(e) }, nil
	})
	return e, err
}

// Commit is [Register.Commit] for all processes.
func (s *Shared) Commit(ctx context.Context, now time.Time, key string) (e Committed, err error) {
	err = s.do(ctx, now, s.actor, func() (any, func() error, error) {
		if e, err = s.register.Commit(now, key); err != nil || e.Replayed {
			return nil, nil, err
		}
		return e, func() error { return s.register.UndoCommit(e) }, nil
	})
	return e, err
}

// Release is [Register.Release] for all processes.
func (s *Shared) Release(ctx context.Context, now time.Time, key, reason string) (e Released, err error) {
	err = s.do(ctx, now, s.actor, func() (any, func() error, error) {
		if e, err = s.register.Release(now, key, reason); err != nil || e.Replayed {
			return nil, nil, err
		}
		return e, func() error { return s.register.UndoRelease(e) }, nil
	})
	return e, err
}

// CatchUp reads what other processes have done. The errors are those of the journal, of [Register.Apply] and of the codec.
func (s *Shared) CatchUp(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.settle(ctx); err != nil {
		return err
	}
	_, err := s.catchUp(ctx)
	return err
}

// do decides and appends until one append stands. decide does it in memory, and gives the event and how to take it back;
// no event means that there is nothing to append. What this process refuses is refused only once it knows all that the
// others did.
func (s *Shared) do(ctx context.Context, now time.Time, actor string, decide func() (any, func() error, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.settle(ctx); err != nil {
		return err
	}
	for range maxTries {
		event, undo, refused := decide()
		if event == nil {
			news, err := s.catchUp(ctx)
			if err != nil {
				return err
			}
			if news {
				continue
			}
			return refused
		}
		lost, err := s.append(ctx, now, actor, event, undo)
		if err != nil || !lost {
			return err
		}
		if _, err := s.catchUp(ctx); err != nil {
			return err
		}
	}
	return ErrBusy
}

// append writes an event. lost tells that another process has moved the stream.
func (s *Shared) append(ctx context.Context, now time.Time, actor string, event any, undo func() error) (lost bool, err error) {
	draft, err := s.codec.Encode(event)
	if err != nil {
		return false, errors.Join(err, undo())
	}
	draft.At, draft.Actor = now, actor
	s.pending = &change{undo: undo, batch: journal.Batch{
		Key:    fmt.Sprintf("budget/%s/%d", s.stream, s.last),
		Writes: []journal.Write{{Stream: s.stream, Expect: s.last, Events: []journal.Draft{draft}}},
	}}
	commit, err := s.journal.Append(ctx, s.pending.batch)
	switch {
	case err == nil:
		s.pending, s.last = nil, commit.Last
		return false, nil
	case isLost(err):
		s.pending = nil
		return true, undo()
	case errors.Is(err, journal.ErrOutcomeUnknown):
		return false, fmt.Errorf("%w: %w", ErrUnsettled, err)
	}
	s.pending = nil
	return false, errors.Join(err, undo())
}

// settle finds out about an append whose outcome was left open, by appending it again under its key: had it happened, the
// key would bring it back.
func (s *Shared) settle(ctx context.Context) error {
	if s.pending == nil {
		return nil
	}
	commit, err := s.journal.Append(ctx, s.pending.batch)
	switch {
	case err == nil:
		s.pending, s.last = nil, commit.Last
		return nil
	case isLost(err):
		undo := s.pending.undo
		s.pending = nil
		return undo()
	}
	return fmt.Errorf("%w: %w", ErrUnsettled, err)
}

// isLost tells that another process was faster. It appended to the same position, and so under the same key.
func isLost(err error) bool {
	var conflict *journal.ConflictError
	return errors.As(err, &conflict) || errors.Is(err, journal.ErrKeyReused)
}

// catchUp lets happen what other processes have appended, and tells whether that was anything.
func (s *Shared) catchUp(ctx context.Context) (news bool, err error) {
	for e, err := range s.journal.Read(ctx, s.stream, s.last) {
		if err != nil {
			return news, err
		}
		v, known, err := s.codec.Decode(e)
		if err != nil {
			return news, err
		}
		if !known {
			return news, &EventError{Event: e.Type, Reason: "stands in the stream of limits and is not an event of this package"}
		}
		if err := s.register.Apply(v); err != nil {
			return news, err
		}
		s.last, news = e.Position, true
	}
	return news, nil
}
