package rules

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"
)

// ErrSeveralGroups is returned by Decide on a book with several groups.
var ErrSeveralGroups = errors.New("rules: the book has several groups; decide on one of them with Group")

// Decision is what a group decides by its hit policy.
type Decision[E any] struct {
	Group  string
	Policy HitPolicy
	// Rules are the matches that decide, in order; empty when no rule matched.
	Rules []*Rule[E]
	// Also are the other matches, in order.
	Also []*Rule[E]
	// Effects are what was decided: under Collect the effect of every match in
	// order; under a policy that aggregates one effect in which the output alone
	// is set; otherwise the effect of the one match that decides.
	Effects []E
	// Book is the hash of the book.
	Book string
}

// Hit reports whether a rule matched.
func (d Decision[E]) Hit() bool { return len(d.Effects) > 0 }

// Then returns the effect decided, under Collect the first of them; false when
// no rule matched.
func (d Decision[E]) Then() (E, bool) {
	if len(d.Effects) == 0 {
		var none E
		return none, false
	}
	return d.Effects[0], true
}

// Decide matches the facts like Match and settles by the hit policy of the group
// what the matches decide. The book is one of a single group, such as
// Book.Group returns: with several it is ErrSeveralGroups. A group that is not
// declared collects.
//
// Errors are those of Match. Matches that break the policy are a
// *HitPolicyError, and the decision then has them all in Also; so are values
// that cannot be brought together, such as amounts of two currencies, which the
// error wraps. Under SkipAndReport a decision comes together with the
// *SkippedError of the rules that had no part in it.
func (b *Book[F, E]) Decide(ctx context.Context, facts *F, at time.Time) (Decision[E], error) {
	name := b.group
	if len(b.groups) > 1 {
		return Decision[E]{}, fmt.Errorf("%w: %s", ErrSeveralGroups, joinNames(b.Groups()))
	}
	for only := range b.groups {
		name = only
	}
	info, _ := b.GroupInfo(name)
	d := Decision[E]{Group: name, Policy: info.Policy, Book: b.hash}
	matched, err := b.Match(ctx, facts, at, nil)
	// The error itself counts; see failures.
	if _, skipped := err.(*SkippedError); err != nil && !skipped { //nolint:errorlint // see failures
		return d, err
	}
	if broken := b.settle(&d, matched); broken != nil {
		d.Rules, d.Also, d.Effects = nil, matched, nil
		if err == nil {
			return d, broken
		}
		return d, errors.Join(broken, err)
	}
	return d, err
}

// settle fills the decision from the matches.
func (b *Book[F, E]) settle(d *Decision[E], matched []*Rule[E]) error {
	if len(matched) == 0 {
		return nil
	}
	switch d.Policy {
	case Unique:
		if len(matched) > 1 {
			return d.violation(matched, fmt.Sprintf("%d rules match where one may", len(matched)), nil)
		}
	case Any:
		for _, r := range matched[1:] {
			if b.byID[r.ID].effect != b.byID[matched[0].ID].effect {
				return d.violation(matched, "the effects of the matches differ", nil)
			}
		}
	case CollectSum, CollectMin, CollectMax:
		return b.aggregate(d, matched)
	case Collect:
		d.Rules = matched
		for _, r := range matched {
			d.Effects = append(d.Effects, r.Then)
		}
		return nil
	case First, ByPriority, OutputPriority: // the order of Match is that of the policy
	}
	d.Rules, d.Also = matched[:1:1], matched[1:]
	d.Effects = []E{matched[0].Then}
	return nil
}

func (d Decision[E]) violation(matched []*Rule[E], reason string, cause error) error {
	e := &HitPolicyError{Group: d.Group, Policy: d.Policy, Reason: reason, Err: cause}
	for _, r := range matched {
		e.Rules = append(e.Rules, r.ID)
	}
	return e
}

// aggregate makes one value of the outputs of all matches. Those that hold the
// smallest or largest value decide it together.
func (b *Book[F, E]) aggregate(d *Decision[E], matched []*Rule[E]) error {
	decoder := effectDecoder{}
	path := b.about.aggregates[d.Group]
	values := make([]any, len(matched))
	for i, r := range matched {
		values[i] = numberOf(decoder.part(reflect.ValueOf(&r.Then).Elem(), path))
	}
	result, err := total(d.Policy, values)
	if err != nil {
		return d.violation(matched, err.Error(), err)
	}
	for i, r := range matched {
		if o, err := order(values[i], result); d.Policy == CollectSum || err == nil && o == 0 {
			d.Rules = append(d.Rules, r)
		} else {
			d.Also = append(d.Also, r)
		}
	}
	var effect E
	decoder.at(reflect.ValueOf(&effect).Elem(), path, func(v reflect.Value) { err = setNumber(v, result) })
	if err != nil {
		return d.violation(matched, err.Error(), err)
	}
	d.Effects = []E{effect}
	return nil
}

// total adds the values up or takes the smallest or the largest.
func total(policy HitPolicy, values []any) (any, error) {
	result := values[0]
	for _, v := range values[1:] {
		if policy == CollectSum {
			sum, err := addNumbers(result, v)
			if err != nil {
				return nil, err
			}
			result = sum
			continue
		}
		o, err := order(v, result)
		if err != nil {
			return nil, err
		}
		if policy == CollectMin && o < 0 || policy == CollectMax && o > 0 {
			result = v
		}
	}
	return result, nil
}
