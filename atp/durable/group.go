package durable

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
)

// Change is what an operation of Do has done.
type Change struct {
	// Events say what happened. They are journalled together. None: nothing has changed, the operation had been done
	// before.
	Events []any
	// Undo takes the change back as if it had never been made. It is called when the journal has refused the events, with
	// everything that happened later taken back already. Nil: it cannot be taken back, and the Stock stops instead.
	Undo func() error

	apart bool // the events may be in different groups
}

// group is what is written together.
type group struct {
	data   []byte // a Packed, without its end
	base   int64
	at     time.Time // of the last event
	events int
	undo   []func() error
	final  bool // something in it cannot be taken back
	done   chan struct{}

	// Set before done is closed.
	err  error // for those who changed something; nil: journalled
	back bool  // what it held was taken back, so whoever was answered because of it has to be answered anew
}

// Do runs an operation of the stock in memory and journals what it did: for operations that have no method here.
//
//	err := s.Do(ctx, now, func(live *atp.Stock) (durable.Change, error) {
//		e, err := live.Release(now, posting)
//		if err != nil || e.Replayed {
//			return durable.Change{}, err
//		}
//		return durable.Change{Events: []any{e}, Undo: func() error { return live.UndoRelease(e) }}, nil
//	})
//
// Operations follow each other, so op must not wait for anything, nor call a method of s. It may be run again, when the
// journal has taken back what its refusal rested on. Events are those of package atp, as values or pointers that are not
// changed later; together they are at most journal.MaxBytes.
//
// The errors are those of op; ErrUnsettled; *StoppedError and ErrClosed; and those of the journal, with everything taken
// back.
func (s *Stock) Do(ctx context.Context, now time.Time, op func(live *atp.Stock) (Change, error)) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		g, changed, answer := s.decide(now, op)
		if g == nil {
			return answer
		}
		if err := g.wait(ctx); err != nil {
			return err
		}
		switch {
		case g.err == nil:
			return answer
		case changed || !g.back:
			return g.err
		}
	}
}

// Ask runs a question on the stock in memory and returns when nothing that the answer rests on can be lost any more. It
// may be run again. The errors are those of the question and those of Do.
func (s *Stock) Ask(ctx context.Context, question func(live *atp.Stock) error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		before, _, err := s.state()
		if err != nil {
			return err
		}
		answer := question(s.live)
		now, g, err := s.state()
		if errors.Is(err, ErrStopped) {
			return err // what the answer rests on may be lost
		}
		if now != before {
			continue
		}
		if g == nil {
			return answer
		}
		if err := g.wait(ctx); err != nil {
			return err
		}
		if g.err == nil {
			return answer
		}
		if !g.back {
			return g.err
		}
	}
}

// Sync returns when everything that has taken effect so far has been journalled, or has been taken back.
func (s *Stock) Sync(ctx context.Context) error {
	return s.Ask(ctx, func(*atp.Stock) error { return nil })
}

// state gives what Ask has to know before and after the question.
func (s *Stock) state() (undone uint64, last *group, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.undone, s.tail(), s.stopped
}

// wait returns when the group is settled. The error is that of ctx alone.
func (g *group) wait(ctx context.Context) error {
	if ctx.Done() == nil {
		<-g.done
		return nil
	}
	select {
	case <-g.done:
		return nil
	case <-ctx.Done():
	}
	select {
	case <-g.done:
		return nil
	default:
		return fmt.Errorf("%w: %w", ErrUnsettled, ctx.Err())
	}
}

// decide lets an operation take effect and puts its events into a group, which it gives. Where nothing has changed, the
// group is the last that is not journalled yet: the answer may rest on it. No group: the answer stands.
func (s *Stock) decide(now time.Time, op func(live *atp.Stock) (Change, error)) (g *group, changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped != nil {
		return nil, false, s.stopped
	}
	change, err := op(s.live)
	if err != nil || len(change.Events) == 0 {
		return s.tail(), false, err
	}
	g, err = s.record(now, change)
	return g, true, err
}

// tail gives the last group that is not journalled yet; nil when there is none. The caller holds the lock, as for all
// that follow.
func (s *Stock) tail() *group {
	if n := len(s.waiting); n > 0 {
		return s.waiting[n-1]
	}
	return s.flying
}

// record puts the events of a change into a group and sees that there is a writer.
func (s *Stock) record(now time.Time, change Change) (*group, error) {
	size := len(change.Events)
	if change.apart {
		size = 1
	}
	var g *group
	for rest := change.Events; len(rest) > 0; rest = rest[size:] {
		var err error
		if g, err = s.pack(now, rest[:size]); err != nil {
			return nil, s.takeBack(change, err)
		}
	}
	if change.Undo == nil {
		g.final = true
	} else {
		g.undo = append(g.undo, change.Undo)
	}
	if !s.running {
		s.running = true
		go s.write()
	}
	return g, nil
}

// takeBack undoes a change whose events cannot be written.
func (s *Stock) takeBack(change Change, err error) error {
	if change.Undo == nil {
		s.stop(err)
		return s.stopped
	}
	if fault := change.Undo(); fault != nil {
		s.stop(errors.Join(err, fault))
		return s.stopped
	}
	s.undone++
	return err
}

// pack appends events to the group that is being collected, or to a new one where they do not fit.
func (s *Stock) pack(now time.Time, events []any) (*group, error) {
	const most = journal.MaxBytes - len(tailOfPacked)
	if n := len(s.waiting); n > 0 {
		g := s.waiting[n-1]
		data, err := s.append(g, events)
		if err != nil {
			return nil, err
		}
		if len(data) <= most {
			g.take(now, data, len(events))
			return g, nil
		}
	}
	base := now.UnixNano()
	g := &group{base: base, done: make(chan struct{})}
	g.data = appendHead(make([]byte, 0, s.room), base)
	data, err := s.append(g, events)
	if err != nil {
		return nil, err
	}
	if len(data) > most {
		return nil, &journal.LimitError{What: "bytes", Count: len(data), Limit: journal.MaxBytes}
	}
	g.take(now, data, len(events))
	s.waiting = append(s.waiting, g)
	return g, nil
}

func (s *Stock) append(g *group, events []any) ([]byte, error) {
	data := g.data
	var err error
	for i, e := range events {
		if i > 0 || g.events > 0 {
			data = append(data, ',')
		}
		if data, err = s.enc.event(data, g.base, e); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (g *group) take(now time.Time, data []byte, events int) {
	g.data, g.at = data, now
	g.events += events
}
