package rules

import (
	"context"
	"sync"
	"time"
)

// Book is a set of compiled rules. It never changes and is safe for many
// goroutines without locks.
type Book[F, E any] struct {
	schema *schema
	rules  []*compiled[E] // priority descending, then id
	byID   map[string]*compiled[E]
	groups map[string]*Book[F, E]
	hash   string
	pool   *sync.Pool // of *machine[F]
	about  *about     // nil in a book that no load made
	group  string     // the name, in a book of one group
}

func newBook[F, E any](s *Schema[F], rules []*compiled[E], about *about) *Book[F, E] {
	sortRules(rules)
	pool := &sync.Pool{New: func() any { return newMachine[F](s.core.limits) }}
	hash := hashBook(s.core, rules, about.signature())
	b := &Book[F, E]{schema: s.core, rules: rules, hash: hash, pool: pool, about: about}
	b.byID = make(map[string]*compiled[E], len(rules))
	b.groups = map[string]*Book[F, E]{}
	for _, r := range rules {
		b.byID[r.rule.ID] = r
		g := b.groups[r.rule.Group]
		if g == nil {
			g = &Book[F, E]{schema: s.core, hash: hash, pool: pool, byID: map[string]*compiled[E]{}, about: about, group: r.rule.Group}
			g.groups = map[string]*Book[F, E]{r.rule.Group: g}
			b.groups[r.rule.Group] = g
		}
		g.rules = append(g.rules, r)
		g.byID[r.rule.ID] = r
	}
	return b
}

// Match appends the rules whose conditions hold for the facts, and that are in
// force at the decision date, to dst and returns the extended slice: higher
// priority first, then by id. The rules belong to the book: read them, never
// change them.
//
// A rule that cannot be evaluated follows the policy of the schema: under Fail
// dst comes back as it was, with an *EvalError; under SkipAndReport the other
// matches come back together with a *SkippedError. When ctx ends, dst comes
// back as it was with the error of ctx.
//
// Match does not keep facts, and does not make them escape to the heap. It does
// not allocate as long as dst has room and every condition asked is made of
// comparisons of a fact with a constant.
func (b *Book[F, E]) Match(ctx context.Context, facts *F, at time.Time, dst []*Rule[E]) ([]*Rule[E], error) {
	if facts == nil {
		return dst, ErrNoFacts
	}
	run := run[F]{pool: b.pool}
	defer run.end()
	done := ctx.Done()
	out := dst
	var skipped *SkippedError
	for _, r := range b.rules {
		if done != nil {
			select {
			case <-done:
				return dst, context.Cause(ctx)
			default:
			}
		}
		if !r.rule.inForce(at) {
			continue
		}
		v := run.ask(r.when, facts)
		if v == yes {
			out = append(out, &r.rule)
			continue
		}
		if v == no {
			continue
		}
		failure := run.failure(r.rule.ID, r.when, facts)
		if b.schema.policy == Fail {
			return dst, failure
		}
		if skipped == nil {
			skipped = &SkippedError{}
		}
		skipped.Errors = append(skipped.Errors, failure)
	}
	if skipped != nil {
		return out, skipped
	}
	return out, nil
}

// Group returns the book of the rules of one group alone, empty when there are
// none. It has the hash of the whole book.
func (b *Book[F, E]) Group(name string) *Book[F, E] {
	if g := b.groups[name]; g != nil {
		return g
	}
	return &Book[F, E]{schema: b.schema, hash: b.hash, pool: b.pool, about: b.about, group: name}
}

// Groups lists the names of the groups in order.
func (b *Book[F, E]) Groups() []string {
	return sortedKeys(b.groups)
}

// Rules returns all rules in the order of matching, whether in force or not.
func (b *Book[F, E]) Rules() []*Rule[E] {
	out := make([]*Rule[E], len(b.rules))
	for i, r := range b.rules {
		out[i] = &r.rule
	}
	return out
}

// Rule returns the rule of the id, or nil.
func (b *Book[F, E]) Rule(id string) *Rule[E] {
	if r := b.byID[id]; r != nil {
		return &r.rule
	}
	return nil
}

// Len returns the number of rules.
func (b *Book[F, E]) Len() int { return len(b.rules) }

// Hash returns the SHA-256 over the text of all rules and groups, the schema, the
// versions of the functions and that of the expression language, in hexadecimal. Record
// it with a decision: a book of the same hash decides the same.
func (b *Book[F, E]) Hash() string { return b.hash }
