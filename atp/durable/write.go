package durable

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/o2ckit/o2c/journal"
)

// write journals groups, one after the other, for as long as there are any.
func (s *Stock) write() {
	for g := s.next(); g != nil; g = s.next() {
		g.data = append(g.data, tailOfPacked...)
		commit, unknown, err := s.appendGroup(g)
		if err == nil {
			s.last = commit.Last
			s.count(g.events)
			s.settle(g)
		} else {
			s.failed(g, unknown, err)
		}
		// The callers that were just released mostly have a next operation: letting them run first makes the next group a
		// full one.
		runtime.Gosched()
	}
}

// next takes the next group; nil when the writer is to end.
func (s *Stock) next() *group {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == 0 {
		s.running = false
		return nil
	}
	s.flying = s.waiting[0]
	s.waiting[0] = nil
	if s.waiting = s.waiting[1:]; len(s.waiting) == 0 {
		s.waiting = nil
	}
	return s.flying
}

// appendGroup appends a group, again while that may help. unknown tells, with an error, that the group may have been
// written all the same: after an outcome that is open, a try that is refused says nothing of the tries before it.
func (s *Stock) appendGroup(g *group) (commit journal.Commit, unknown bool, err error) {
	b := s.batch(g)
	for try := 1; ; try++ {
		if commit, err = s.cfg.Journal.Append(s.ctx, b); err == nil {
			return commit, false, nil
		}
		unknown = unknown || errors.Is(err, journal.ErrOutcomeUnknown)
		switch {
		case isLost(err):
			return commit, false, err
		case try == s.cfg.Tries || !unknown && s.mayGoBack(g):
			return commit, unknown, err
		}
		s.cfg.Pause(s.ctx, try)
		if s.ctx.Err() != nil {
			return commit, unknown, err
		}
	}
}

// isLost tells that another process has opened the stream, or writes to it.
func isLost(err error) bool {
	conflict := (*journal.ConflictError)(nil)
	return errors.As(err, &conflict) || errors.Is(err, journal.ErrKeyReused)
}

func (s *Stock) mayGoBack(g *group) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.canGoBack(g)
}

func (s *Stock) settle(g *group) {
	s.mu.Lock()
	s.flying, s.room = nil, len(g.data)+len(g.data)/4
	s.mu.Unlock()
	close(g.done)
}

// failed takes everything back that is not journalled, or stops where that cannot be done.
func (s *Stock) failed(g *group, unknown bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer close(g.done)
	s.flying = nil
	if isLost(err) {
		err = fmt.Errorf("another process has stream %q: %w", s.cfg.Stream, err)
	} else if !unknown && s.canGoBack(g) {
		refused := fmt.Errorf("durable: not journalled, and taken back: %w", err)
		fault := s.goBack(g, refused)
		if fault == nil {
			g.err, g.back = refused, true
			return
		}
		err = errors.Join(err, fault)
	}
	s.stop(err)
	if g.err = s.stopped; unknown {
		g.err = fmt.Errorf("%w: %w", ErrUnsettled, s.stopped)
	}
}

// canGoBack reports whether everything from g on can be taken back. The caller holds the lock, as for all that follow.
func (s *Stock) canGoBack(g *group) bool {
	final := g.final || s.broken()
	for _, w := range s.waiting {
		final = final || w.final
	}
	return !final
}

// goBack takes everything back from g on, the last first, and settles all groups after g.
func (s *Stock) goBack(g *group, refused error) error {
	groups := append([]*group{g}, s.waiting...)
	for _, g := range slices.Backward(groups) {
		for _, undo := range slices.Backward(g.undo) {
			if err := undo(); err != nil {
				return err
			}
		}
	}
	s.waiting = nil
	s.undone++
	for _, w := range groups[1:] {
		w.err, w.back = refused, true
		close(w.done)
	}
	return nil
}

// broken reports whether the Stock has stopped, other than by Close.
func (s *Stock) broken() bool { return s.stopped != nil && s.stopped != ErrClosed } //nolint:errorlint // set as it is

// stop ends everything but the group that is being written, which the writer settles.
func (s *Stock) stop(err error) {
	if !s.broken() {
		s.stopped = &StoppedError{Err: err}
	}
	for _, w := range s.waiting {
		w.err = s.stopped
		close(w.done)
	}
	s.waiting = nil
}
