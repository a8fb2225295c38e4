package rules

import (
	"fmt"
	"slices"
)

// Access says how a book finds a rule: what its index uses of the condition. In a
// book of few rules a look-up does not pay, and Key is empty for that reason.
// A rule without a key is right all the same, but every match looks at it; bounds
// then make that cheap.
type Access struct {
	// Key names the facts by whose values the rule is looked up.
	Key []string
	// Bounds names the other facts that the condition compares as plain numbers.
	Bounds []string
	// Dated says that the rule has a validity, which is a bound too.
	Dated bool
	// Evaluated counts the parts that need evaluation: arithmetic and functions.
	Evaluated int
}

// Access tells how the book finds a rule. The error is ErrUnknownRule.
func (b *Book[F, E]) Access(id string) (Access, error) {
	r := b.byID[id]
	if r == nil {
		return Access{}, fmt.Errorf("%w: %s", ErrUnknownRule, id)
	}
	out := Access{Evaluated: len(r.when.programs), Dated: !r.rule.From.IsZero() || !r.rule.To.IsZero()}
	for _, key := range b.index.tuples[b.index.homes[slices.Index(b.rules, r)]].key {
		out.Key = append(out.Key, b.index.keys[key].name)
	}
	for i := range r.when.predicates {
		p := &r.when.predicates[i]
		if checkOf(p).ask != askPredicate && !slices.Contains(out.Key, p.field.name) && !slices.Contains(out.Bounds, p.field.name) {
			out.Bounds = append(out.Bounds, p.field.name)
		}
	}
	return out, nil
}
