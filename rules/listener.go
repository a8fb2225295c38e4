package rules

import (
	"context"
	"time"
)

// Listener hears of every decision of the books of a schema: for logs, metrics,
// an audit trail or a recording to replay. It is called by Match, Explain and
// what builds on them, after the decision and in its goroutine, so it should be
// quick and must be safe for many goroutines. Without a listener decisions cost
// what they cost; with one, each copies its facts.
type Listener interface {
	Decided(ctx context.Context, d Decided)
}

// Decided is what a Listener hears.
type Decided struct {
	Book  string    // the hash of the book
	Group string    // the group that was asked; empty for the whole book
	At    time.Time // the decision date
	// Facts is a copy of the facts, of the type *F. What they point to is not
	// copied.
	Facts any
	Rules []string // the ids of the rules that matched, in order
	Err   error    // of the match
}

// tell lets the listeners hear of a decision.
func (b *Book[F, E]) tell(ctx context.Context, facts *F, at time.Time, ranks []uint32, err error) {
	d := Decided{Book: b.hash, Group: b.group, At: at, Rules: make([]string, len(ranks)), Err: err}
	for i, rank := range ranks {
		d.Rules[i] = b.rules[rank].rule.ID
	}
	if facts != nil {
		kept := *facts
		d.Facts = &kept
	}
	for _, l := range b.schema.listeners {
		l.Decided(ctx, d)
	}
}
