package rulestest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// ErrNoLive is returned by NewShadow without a book in force.
var ErrNoLive = errors.New("rulestest: no live book")

// ShadowConfig says what becomes of differences. The zero value counts them.
type ShadowConfig[F, E any] struct {
	// OnDifference is called for every decision in which the candidate answers
	// otherwise than the live book, or fails, in the goroutine that asked and
	// before it has its answer. It must be safe for many goroutines.
	OnDifference func(ctx context.Context, d Difference[F, E])
}

// Difference is a decision that the candidate would have made otherwise. Its
// facts and slices are those of the caller: they are not to be changed, and not
// to be kept beyond the call.
type Difference[F, E any] struct {
	Facts *F
	At    time.Time
	Group string
	// Live and Candidate are the matches under the two books.
	Live, Candidate []*rules.Rule[E]
	// LiveErr and CandidateErr are the rules that failed.
	LiveErr, CandidateErr error
}

// Shadow asks a candidate book beside the one in force and counts where the two
// differ. The answer is always that of the book in force. It keeps no facts and
// is safe for many goroutines. A decision costs as much as both books together.
type Shadow[F, E any] struct {
	live      *rules.Live[F, E]
	candidate *rules.Book[F, E]
	config    ShadowConfig[F, E]
	altered   atomic.Pointer[altered[F, E]]
	buffers   sync.Pool // of *[]*rules.Rule[E]
	counts    shadowCounts
	rules     sync.Map // id to *ruleCounts
}

// altered are the rules with another effect than in a live book.
type altered[F, E any] struct {
	live *rules.Book[F, E]
	ids  map[string]bool
}

type shadowCounts struct {
	asked, equal, different, candidateFailed, liveFailed, interrupted atomic.Int64
}

// ruleCounts counts decisions in which a rule made a difference.
type ruleCounts struct {
	added, lost, altered, failed atomic.Int64
}

// NewShadow puts a candidate beside a live book. The errors are ErrNoLive and
// ErrNoBook.
func NewShadow[F, E any](live *rules.Live[F, E], candidate *rules.Book[F, E], c ShadowConfig[F, E]) (*Shadow[F, E], error) {
	switch {
	case live == nil:
		return nil, ErrNoLive
	case candidate == nil:
		return nil, ErrNoBook
	}
	s := &Shadow[F, E]{live: live, candidate: candidate, config: c}
	s.buffers.New = func() any { return new([]*rules.Rule[E]) }
	return s, nil
}

// Match answers as the live book does, error included, and compares the
// candidate's answer with that. See rules.Book.Match.
func (s *Shadow[F, E]) Match(ctx context.Context, facts *F, at time.Time, dst []*rules.Rule[E]) ([]*rules.Rule[E], error) {
	return s.MatchGroup(ctx, "", facts, at, dst)
}

// MatchGroup is Match among the rules of one group; the empty group is the whole
// book.
func (s *Shadow[F, E]) MatchGroup(ctx context.Context, group string, facts *F, at time.Time, dst []*rules.Rule[E]) ([]*rules.Rule[E], error) {
	live := s.live.Book() // once, so that a Replace meanwhile changes nothing here
	out, err := part(live, group).Match(ctx, facts, at, dst)
	if facts == nil {
		return out, err
	}
	s.counts.asked.Add(1)
	if err == nil && live == s.candidate {
		s.counts.equal.Add(1)
		return out, nil
	}
	buffer, _ := s.buffers.Get().(*[]*rules.Rule[E])
	other, otherErr := part(s.candidate, group).Match(ctx, facts, at, (*buffer)[:0])
	s.compare(ctx, live, Difference[F, E]{
		Facts: facts, At: at, Group: group,
		Live: out[len(dst):], Candidate: other, LiveErr: err, CandidateErr: otherErr,
	})
	clear(other)
	*buffer = other[:0]
	s.buffers.Put(buffer)
	return out, err
}

// compare counts one decision.
func (s *Shadow[F, E]) compare(ctx context.Context, live *rules.Book[F, E], d Difference[F, E]) {
	if d.LiveErr != nil && !ruleFailed(d.LiveErr) || d.CandidateErr != nil && !ruleFailed(d.CandidateErr) {
		s.counts.interrupted.Add(1)
		return
	}
	if d.LiveErr != nil {
		s.counts.liveFailed.Add(1)
	}
	if d.CandidateErr != nil {
		s.counts.candidateFailed.Add(1)
		for _, id := range failedRules(d.CandidateErr) {
			s.rule(id).failed.Add(1)
		}
	}
	same := s.sameMatches(live, d.Live, d.Candidate)
	if same && (d.LiveErr == nil) == (d.CandidateErr == nil) {
		s.counts.equal.Add(1)
		return
	}
	s.counts.different.Add(1)
	if !same && !stopped(d.LiveErr) && !stopped(d.CandidateErr) {
		shift := compare(d.Live, d.Candidate, s.alteredSince(live))
		for _, id := range shift.added {
			s.rule(id).added.Add(1)
		}
		for _, id := range shift.lost {
			s.rule(id).lost.Add(1)
		}
		for _, id := range shift.altered {
			s.rule(id).altered.Add(1)
		}
	}
	if s.config.OnDifference != nil {
		s.config.OnDifference(ctx, d)
	}
}

// sameMatches compares without making anything.
func (s *Shadow[F, E]) sameMatches(live *rules.Book[F, E], a, b []*rules.Rule[E]) bool {
	if len(a) != len(b) {
		return false
	}
	altered := s.alteredSince(live)
	for i, r := range a {
		if r.ID != b[i].ID || altered[r.ID] {
			return false
		}
	}
	return true
}

// alteredSince is found once for each live book.
func (s *Shadow[F, E]) alteredSince(live *rules.Book[F, E]) map[string]bool {
	known := s.altered.Load()
	if known == nil || known.live != live {
		known = &altered[F, E]{live: live, ids: alteredEffects(live, s.candidate)}
		s.altered.Store(known)
	}
	return known.ids
}

func (s *Shadow[F, E]) rule(id string) *ruleCounts {
	if c, ok := s.rules.Load(id); ok {
		if counts, ok := c.(*ruleCounts); ok {
			return counts
		}
	}
	c, _ := s.rules.LoadOrStore(id, &ruleCounts{})
	counts, _ := c.(*ruleCounts)
	return counts
}

// failedRules names the rules that failed in a match.
func failedRules(err error) []string {
	var skipped *rules.SkippedError
	if errors.As(err, &skipped) {
		ids := make([]string, len(skipped.Errors))
		for i, e := range skipped.Errors {
			ids[i] = e.Rule
		}
		return ids
	}
	var one *rules.EvalError
	if errors.As(err, &one) {
		return []string{one.Rule}
	}
	return nil
}

// Promote puts the candidate in force and tells what that changes. Decisions
// under way end with the book that they began with.
func (s *Shadow[F, E]) Promote() rules.Diff { return s.live.Replace(s.candidate) }
