package rulestest

import (
	"context"
	"errors"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// answer is what a book makes of facts: the rules that decide, in order, and
// their effects.
type answer[E any] struct {
	rules   []*rules.Rule[E]
	effects []E
}

// ask asks a book, or one group of it, for its answer. It is the one place, with
// ruleFailed, that knows how a group decides. What matched in spite of a rule
// that failed comes with the error.
func ask[F, E any](ctx context.Context, book *rules.Book[F, E], group string, facts *F, at time.Time) (answer[E], error) {
	matched, err := part(book, group).Match(ctx, facts, at, nil)
	out := answer[E]{rules: matched, effects: make([]E, len(matched))}
	for i, r := range matched {
		out.effects[i] = r.Then
	}
	return out, err
}

// ruleFailed tells the failure of a rule from one of the asking, such as the end
// of a context.
func ruleFailed(err error) bool {
	var failed *rules.EvalError
	return errors.As(err, &failed) // also within a SkippedError
}

// part is the book that a scenario or decision asks.
func part[F, E any](book *rules.Book[F, E], group string) *rules.Book[F, E] {
	if group == "" {
		return book
	}
	return book.Group(group)
}
