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
	rules  []*compiled[E] // in the order of matching
	byID   map[string]*compiled[E]
	groups map[string]*Book[F, E]
	hash   string
	group  string     // that the book is of, when it is part of another
	pool   *sync.Pool // of *machine[F]
	index  *index
	about  *about // nil in a book that no load made
}

func newBook[F, E any](s *Schema[F], rules []*compiled[E], about *about) *Book[F, E] {
	sortRules(rules, s.core.specific)
	pool := &sync.Pool{New: func() any { return newMachine[F](s.core.limits) }}
	hash := hashBook(s.core, rules, about.signature())
	b := &Book[F, E]{schema: s.core, rules: rules, hash: hash, pool: pool, about: about}
	b.byID = make(map[string]*compiled[E], len(rules))
	b.groups = map[string]*Book[F, E]{}
	for _, r := range rules {
		b.byID[r.rule.ID] = r
		g := b.groups[r.rule.Group]
		if g == nil {
			g = &Book[F, E]{schema: s.core, hash: hash, group: r.rule.Group, pool: pool, byID: map[string]*compiled[E]{}, about: about}
			g.groups = map[string]*Book[F, E]{r.rule.Group: g}
			b.groups[r.rule.Group] = g
		}
		g.rules = append(g.rules, r)
		g.byID[r.rule.ID] = r
	}
	b.index = newIndex(b.rules)
	for _, g := range b.groups {
		if len(b.groups) == 1 { // it says to listeners which group was asked, the rest is shared
			g.rules, g.byID, g.index = b.rules, b.byID, b.index
			continue
		}
		g.index = newIndex(g.rules)
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
// not allocate as long as dst has room, at most 64 rules match, none fails, and
// every condition asked is made of comparisons of a fact with a constant or
// another fact.
func (b *Book[F, E]) Match(ctx context.Context, facts *F, at time.Time, dst []*Rule[E]) ([]*Rule[E], error) {
	var hits, open [nearby]uint32
	ranks, err := b.match(ctx, facts, at, found{hits: hits[:0], open: open[:0]})
	out := dst
	for _, rank := range ranks {
		out = append(out, &b.rules[rank].rule)
	}
	return out, err
}

// match returns the ranks of the rules that match, in order, and lets listeners
// hear of them; none with an error that ends the match.
func (b *Book[F, E]) match(ctx context.Context, facts *F, at time.Time, x found) ([]uint32, error) {
	ranks, err := b.search(ctx, facts, at, x)
	if len(b.schema.listeners) > 0 {
		b.tell(ctx, facts, at, ranks, err)
	}
	return ranks, err
}

func (b *Book[F, E]) search(ctx context.Context, facts *F, at time.Time, x found) ([]uint32, error) {
	if facts == nil {
		return nil, ErrNoFacts
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	instant, counted := instantOf(at)
	x = b.index.scan(baseOf(facts), instant, counted, x)
	var err error
	if len(x.open) > 0 {
		x.hits, err = b.decide(ctx, facts, at, x)
	}
	return settle(x.hits), err
}

// nearby is the number of matches up to which Match needs no memory of its own.
const nearby = 64

// decide asks the conditions that the index left open, and returns the hits with
// those that match.
func (b *Book[F, E]) decide(ctx context.Context, facts *F, at time.Time, x found) ([]uint32, error) {
	run := run[F]{pool: b.pool}
	defer run.end()
	done := ctx.Done()
	var failed []*EvalError
	for _, rank := range settle(x.open) {
		r := b.rules[rank]
		if !r.rule.inForce(at) {
			continue
		}
		switch run.ask(r.when, facts) {
		case yes:
			x.hits = append(x.hits, rank)
		case unknown:
			failure := run.failure(r.rule.ID, r.when, facts)
			if b.schema.policy == Fail {
				return nil, failure
			}
			failed = append(failed, failure)
		case no:
		}
		if done != nil && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	if len(failed) > 0 {
		return x.hits, &SkippedError{Errors: failed}
	}
	return x.hits, nil
}

// Group returns the book of the rules of one group alone, empty when there are
// none. It has the hash of the whole book.
func (b *Book[F, E]) Group(name string) *Book[F, E] {
	if g := b.groups[name]; g != nil {
		return g
	}
	return &Book[F, E]{schema: b.schema, hash: b.hash, group: name, pool: b.pool, index: &index{}, about: b.about}
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
