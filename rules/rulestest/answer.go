package rulestest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// answer is what a book makes of facts.
type answer[E any] struct {
	rules   []*rules.Rule[E] // those that decide, in order
	also    []*rules.Rule[E] // those that match, but the hit policy takes others
	effects []E
	failed  error // of a rule
	skipped bool  // the rules that failed were left out, and the others decide
}

// ask asks a book, or one group of it, for its answer. It is the one place that
// knows how a group decides. That a rule fails is a part of the answer; the
// error is one of the asking, such as the end of ctx.
func ask[F, E any](ctx context.Context, book *rules.Book[F, E], group string, facts *F, at time.Time) (answer[E], error) {
	if group != "" {
		d, err := book.Group(group).Decide(ctx, facts, at)
		if err != nil && !ruleFailed(err) {
			return answer[E]{}, err
		}
		return answer[E]{rules: d.Rules, also: d.Also, effects: d.Effects, failed: err, skipped: err != nil && !stopped(err)}, nil
	}
	matched, err := book.Match(ctx, facts, at, nil)
	if err != nil && !ruleFailed(err) {
		return answer[E]{}, err
	}
	out := answer[E]{rules: matched, effects: make([]E, len(matched)), failed: err, skipped: err != nil && !stopped(err)}
	for i, r := range matched {
		out.effects[i] = r.Then
	}
	return out, nil
}

// effect names one of the effects, and the rule whose it is when it is that of
// one rule.
func (a *answer[E]) effect(i int) (name, rule string) {
	name = fmt.Sprintf("effect %d", i+1)
	if len(a.effects) != len(a.rules) {
		return name, ""
	}
	return name + ", of rule " + a.rules[i].ID, a.rules[i].ID
}

// ruleFailed tells the failure of a rule from one of the asking.
func ruleFailed(err error) bool {
	var failed *rules.EvalError // also within a SkippedError
	var broken *rules.HitPolicyError
	return errors.As(err, &failed) || errors.As(err, &broken)
}

// stopped reports whether a rule that failed left no answer.
func stopped(err error) bool {
	var skipped *rules.SkippedError
	var broken *rules.HitPolicyError
	return err != nil && (errors.As(err, &broken) || !errors.As(err, &skipped))
}

// part is the book that a scenario or decision asks.
func part[F, E any](book *rules.Book[F, E], group string) *rules.Book[F, E] {
	if group == "" {
		return book
	}
	return book.Group(group)
}
