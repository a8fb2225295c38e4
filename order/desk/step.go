package desk

import (
	"context"
	"time"

	"github.com/o2ckit/o2c/journal"
)

// Step is one station of an order's way over the desk. It may run again for the
// same order, after an error or a release, and finds in [Work.Order] what it did
// before. It must not call the desk.
type Step struct {
	// Name is unique on the desk; decisions and retries cite it.
	Name string
	// Run looks at the order and records what it decides. An error means that
	// something it needs is out of order: what the step recorded is dropped
	// and the order waits. What is wrong with the order itself is recorded
	// (see [Work.Hold], [Work.Except]) and is no error.
	Run func(ctx context.Context, w *Work) error
	// Check says what is wrong with how the step is set up; nil, and no error:
	// nothing. [Open] asks, so that a step that lacks something is refused
	// before the first order.
	Check func() error
	// Retry says when to try again after an error.
	Retry Retry
	// OnRelease runs the step again when the last hold of an order is released,
	// and when a later step finds outdated what was decided ([ErrOutdated]).
	OnRelease bool
}

// Retry says how long to wait before a failed step is tried again: First,
// then twice as long each time, up to Max. The zero value waits a minute, and
// an hour at most.
type Retry struct {
	First, Max time.Duration
}

const (
	defaultFirst = time.Minute
	defaultMax   = time.Hour
)

// after returns the wait after the attempt, the first being 1.
func (r Retry) after(attempt int) time.Duration {
	wait, limit := r.First, r.Max
	if wait <= 0 {
		wait = defaultFirst
	}
	if limit <= 0 {
		limit = max(defaultMax, wait)
	}
	for ; attempt > 1 && wait < limit; attempt-- {
		wait *= 2
	}
	return min(wait, limit)
}

// Fold is state that steps keep beside the orders, such as stock or credit
// exposure, and that [Open] rebuilds from the journal. Runs over different orders
// are appended in another order than they changed the state in: events of
// different orders must give the same state in any order.
type Fold interface {
	// Events returns the decoder of the events that make the state. It is used by
	// many goroutines.
	Events() *journal.Codec
	// Apply lets an event of the journal happen; event is its payload. It is called in the order of
	// positions, and only while the desk opens: afterwards the steps
	// themselves change the state and record the events that describe it.
	Apply(e journal.Event, event any) error
}
