package rulestest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/rules"
)

// Decision is one that was made in the past, with all that it was made of.
type Decision[F any] struct {
	// ID names it in reports.
	ID string
	// At is the decision date, not the time of recording.
	At time.Time
	// Facts are those that the rules were asked about.
	Facts F
	// Book is the hash of the book that decided; empty when it was not recorded.
	Book string
	// Group is the group of rules that was asked; empty means the whole book.
	Group string
}

// Decisions makes the sequence that Replay reads of decisions in memory.
func Decisions[F any](decisions []Decision[F]) iter.Seq2[Decision[F], error] {
	return func(yield func(Decision[F], error) bool) {
		for _, d := range decisions {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// ReplayConfig says what to reckon while replaying. The zero value compares
// rules and effects alone.
type ReplayConfig[F, E any] struct {
	// Value is what the matches of a decision are worth, such as a discount in
	// money. It is asked of the old and the new matches of each decision that
	// changed; the money moved is the new less the old. Nil reckons no money.
	Value func(facts *F, matched []*rules.Rule[E]) (money.Amount, error)
	// Key sorts decisions into groups for the report, such as by customer tier.
	// Nil makes no groups.
	Key func(facts *F) string
	// MaxKeys bounds the keys that are counted apart: 1,000 when it is 0. The
	// decisions of further keys are counted together.
	MaxKeys int
	// MaxListed bounds each list of decisions: 100 when it is 0. What is beyond
	// is counted.
	MaxListed int
	// AnyPast compares decisions of other books too, as if the old book had made
	// them.
	AnyPast bool
	// Progress is called after every decision; nil when nobody listens.
	Progress func(done int)
}

// Replay decides anew under both books what was decided in the past, and reports
// what the new book changes. A decision changes when other rules match, or in
// another order, or the same with another effect, also where that comes of the
// hit policy of the group that was asked.
//
// A decision that records the hash of a book other than the old one is counted
// as of another past, and not compared unless the config says so: what the old
// book makes of it is not what happened. A decision for which a rule fails under
// either book, and one of which the value cannot be reckoned, is counted as
// failed. Rules left out under rules.SkipAndReport are counted and do not fail
// it.
//
// The errors are ErrNoBook, that of the sequence, that of ctx, and the overflow
// of a sum of money. Replay keeps no decisions beyond the lists of the report.
func Replay[F, E any](ctx context.Context, old, next *rules.Book[F, E], decisions iter.Seq2[Decision[F], error], c ReplayConfig[F, E]) (*ReplayReport, error) {
	if old == nil || next == nil {
		return nil, ErrNoBook
	}
	r := replay[F, E]{old: old, next: next, config: c, altered: alteredEffects(old, next)}
	r.maxKeys, r.maxListed = cmp.Or(c.MaxKeys, 1_000), cmp.Or(c.MaxListed, 100)
	r.report = &ReplayReport{Old: old.Hash(), New: next.Hash()}
	r.rules, r.keys = map[string]*RuleShift{}, map[string]*KeyShift{}
	r.moved = sums{}
	for d, err := range decisions {
		if err != nil {
			return nil, fmt.Errorf("rulestest: reading decision %d: %w", r.report.Decisions+1, err)
		}
		if err := r.one(ctx, &d); err != nil {
			return nil, err
		}
		if c.Progress != nil {
			c.Progress(r.report.Decisions)
		}
	}
	return r.finish(), nil
}

// alteredEffects lists the rules of both books that have another effect.
func alteredEffects[F, E any](old, next *rules.Book[F, E]) map[string]bool {
	out := map[string]bool{}
	for _, id := range next.Diff(old).Changed {
		if !sameEffect(&old.Rule(id).Then, &next.Rule(id).Then) {
			out[id] = true
		}
	}
	return out
}

// replay adds up while decisions go by.
type replay[F, E any] struct {
	old, next          *rules.Book[F, E]
	config             ReplayConfig[F, E]
	altered            map[string]bool
	maxKeys, maxListed int
	report             *ReplayReport
	rules              map[string]*RuleShift
	keys               map[string]*KeyShift
	moved              sums
}

func (r *replay[F, E]) one(ctx context.Context, d *Decision[F]) error {
	r.report.Decisions++
	key := r.key(&d.Facts)
	if key != nil {
		key.Decisions++
	}
	if d.Book != "" && d.Book != r.old.Hash() {
		r.report.OtherPast++
		if !r.config.AnyPast {
			if key != nil {
				key.OtherPast++
			}
			return nil
		}
	}
	before, err := ask(ctx, r.old, d.Group, &d.Facts, d.At)
	if err != nil {
		return err
	}
	after, err := ask(ctx, r.next, d.Group, &d.Facts, d.At)
	if err != nil {
		return err
	}
	if stopped(before.failed) || stopped(after.failed) {
		r.fail(d, key, before.failed, after.failed)
		return nil
	}
	shift := compare(before.rules, after.rules, r.altered)
	if shift.equal() && r.settles(d.Group) && !sameEffects(before.effects, after.effects) {
		shift.altered = shift.after
	}
	var moved []money.Amount
	if !shift.equal() {
		if moved, err = r.value(&d.Facts, before.rules, after.rules); err != nil {
			r.fail(d, key, nil, err)
			return nil
		}
	}
	if after.skipped {
		r.report.Skipping++
	}
	if shift.equal() {
		r.report.Unchanged++
		return nil
	}
	return r.change(d, key, shift, moved)
}

// settles reports whether the same rules with the same effects can decide
// something else under the new book: by another hit policy, or by one that makes
// a value of another output.
func (r *replay[F, E]) settles(group string) bool {
	was, _ := r.old.GroupInfo(group)
	is, _ := r.next.GroupInfo(group)
	return group != "" && (was.Policy != is.Policy ||
		is.Policy == rules.CollectSum || is.Policy == rules.CollectMin || is.Policy == rules.CollectMax)
}

func sameEffects[E any](a, b []E) bool {
	return slices.EqualFunc(a, b, func(a, b E) bool { return sameEffect(&a, &b) })
}

func sameEffect[E any](a, b *E) bool {
	return jsonText(a) == jsonText(b) && kindsOf(a) == kindsOf(b)
}

// key returns where the decision is counted, nil when keys are not asked for.
func (r *replay[F, E]) key(facts *F) *KeyShift {
	if r.config.Key == nil {
		return nil
	}
	name := r.config.Key(facts)
	if k := r.keys[name]; k != nil {
		return k
	}
	if len(r.keys) >= r.maxKeys {
		if r.report.OtherKeys == nil {
			r.report.OtherKeys = &KeyShift{moved: sums{}}
		}
		return r.report.OtherKeys
	}
	k := &KeyShift{Key: name, moved: sums{}}
	r.keys[name] = k
	return k
}

func (r *replay[F, E]) fail(d *Decision[F], key *KeyShift, old, next error) {
	r.report.Failed++
	if key != nil {
		key.Failed++
	}
	if len(r.report.FailedList) == r.maxListed {
		r.report.FailedMore++
		return
	}
	one := FailedDecision{ID: d.ID}
	if old != nil {
		one.Old = old.Error()
	}
	if next != nil {
		one.New = next.Error()
	}
	r.report.FailedList = append(r.report.FailedList, one)
}

// value is the money that a change moves.
func (r *replay[F, E]) value(facts *F, before, after []*rules.Rule[E]) ([]money.Amount, error) {
	if r.config.Value == nil {
		return nil, nil
	}
	was, err := r.config.Value(facts, before)
	if err != nil {
		return nil, fmt.Errorf("rulestest: value under the old book: %w", err)
	}
	is, err := r.config.Value(facts, after)
	if err != nil {
		return nil, fmt.Errorf("rulestest: value under the new book: %w", err)
	}
	moved := sums{}
	if err := errors.Join(moved.add(was.Neg()), moved.add(is)); err != nil {
		return nil, err
	}
	return moved.list(), nil
}

func (r *replay[F, E]) change(d *Decision[F], key *KeyShift, s shift, moved []money.Amount) error {
	r.report.Changed++
	if key != nil {
		key.Changed++
	}
	for _, amount := range moved {
		err := r.moved.add(amount)
		if key != nil {
			err = errors.Join(err, key.moved.add(amount))
		}
		if err != nil {
			return fmt.Errorf("rulestest: the money moved: %w", err)
		}
	}
	for _, c := range []struct {
		ids   []string
		count func(*RuleShift) *int
	}{
		{s.added, func(r *RuleShift) *int { return &r.Added }},
		{s.lost, func(r *RuleShift) *int { return &r.Lost }},
		{s.altered, func(r *RuleShift) *int { return &r.Altered }},
	} {
		for _, id := range c.ids {
			if r.rules[id] == nil {
				r.rules[id] = &RuleShift{Rule: id}
			}
			*c.count(r.rules[id])++
		}
	}
	if len(r.report.ChangedList) == r.maxListed {
		r.report.ChangedMore++
		return nil
	}
	r.report.ChangedList = append(r.report.ChangedList, ChangedDecision{
		ID: d.ID, Before: s.before, After: s.after, Altered: s.altered, Moved: moved,
	})
	return nil
}

func (r *replay[F, E]) finish() *ReplayReport {
	out := r.report
	out.Moved = r.moved.list()
	for _, id := range sortedKeys(r.rules) {
		out.Rules = append(out.Rules, *r.rules[id])
	}
	for _, name := range sortedKeys(r.keys) {
		k := r.keys[name]
		k.Moved = k.moved.list()
		out.Keys = append(out.Keys, *k)
	}
	if out.OtherKeys != nil {
		out.OtherKeys.Moved = out.OtherKeys.moved.list()
	}
	return out
}

// shift is what differs between two answers.
type shift struct {
	before, after []string // ids in order
	added, lost   []string
	altered       []string // the same rule with another effect
}

func (s *shift) equal() bool { return len(s.altered) == 0 && slices.Equal(s.before, s.after) }

func compare[E any](before, after []*rules.Rule[E], altered map[string]bool) shift {
	s := shift{before: idsOf(before), after: idsOf(after)}
	for _, id := range s.after {
		switch {
		case !slices.Contains(s.before, id):
			s.added = append(s.added, id)
		case altered[id]:
			s.altered = append(s.altered, id)
		}
	}
	for _, id := range s.before {
		if !slices.Contains(s.after, id) {
			s.lost = append(s.lost, id)
		}
	}
	return s
}
