package rules

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Level says how much Explain tells.
type Level uint8

const (
	// Off tells nothing but the book and the date.
	Off Level = iota
	// Fired tells the rules that matched, in order, with the values they saw.
	Fired
	// Full tells of every rule of the book, and of those that did not match the
	// first part of the condition that failed and the values it saw.
	Full
)

// String returns the name of the level.
func (l Level) String() string {
	switch l {
	case Fired:
		return "fired"
	case Full:
		return "full"
	default:
		return "off"
	}
}

// MarshalText writes the name of the level.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads off, fired or full.
func (l *Level) UnmarshalText(text []byte) error {
	for _, level := range []Level{Off, Fired, Full} {
		if string(text) == level.String() {
			*l = level
			return nil
		}
	}
	return fmt.Errorf("rules: %q is not a level; want off, fired or full", text)
}

// Outcome is what became of one rule.
type Outcome uint8

const (
	// Matched means in force, and the condition holds.
	Matched Outcome = iota
	// Unmet means that a part of the condition is false.
	Unmet
	// NotYetInForce means that the decision date is before From.
	NotYetInForce
	// NoLongerInForce means that the decision date is To or later.
	NoLongerInForce
	// Failed means that the condition could not be evaluated.
	Failed
)

// String returns the name of the outcome.
func (o Outcome) String() string {
	switch o {
	case Unmet:
		return "unmet"
	case NotYetInForce:
		return "not-yet-in-force"
	case NoLongerInForce:
		return "no-longer-in-force"
	case Failed:
		return "failed"
	default:
		return "matched"
	}
}

// MarshalText writes the name of the outcome.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the name of an outcome.
func (o *Outcome) UnmarshalText(text []byte) error {
	for _, outcome := range []Outcome{Matched, Unmet, NotYetInForce, NoLongerInForce, Failed} {
		if string(text) == outcome.String() {
			*o = outcome
			return nil
		}
	}
	return fmt.Errorf("rules: %q is not an outcome", text)
}

// Explanation tells how a book came to its answer. It prints as text for a
// person and as JSON.
type Explanation struct {
	Book    string    `json:"book"` // the hash of the book
	At      time.Time `json:"at"`   // the decision date
	Level   Level     `json:"level"`
	Matched int       `json:"matched"`
	// Considered counts the rules of the book, in force or not.
	Considered int `json:"considered"`
	// Rules are the matches in order; at Full then every other rule, in the order
	// of the book.
	Rules []Reason `json:"rules,omitempty"`
}

// Reason tells what became of one rule and why.
type Reason struct {
	Rule     string  `json:"rule"`
	Name     string  `json:"name,omitempty"`
	Group    string  `json:"group,omitempty"`
	Version  string  `json:"version,omitempty"`
	Priority int     `json:"priority"`
	Outcome  Outcome `json:"outcome"`
	// Condition is the whole condition of a match; else the first part, in the
	// order written, that is false, or that failed when none is false.
	Condition string `json:"condition,omitempty"`
	// Saw are the facts that the condition reads, with their values.
	Saw []Seen `json:"saw,omitempty"`
	// From and To are set when the rule was not in force.
	From *time.Time `json:"from,omitempty"`
	To   *time.Time `json:"to,omitempty"`
	// Error is set when the rule failed.
	Error string `json:"error,omitempty"`
}

// Seen is a fact as a condition saw it.
type Seen struct {
	Fact    string `json:"fact"`
	Value   Value  `json:"value"`
	Missing bool   `json:"missing,omitempty"`
}

// Explain returns the same matches as Match, and the explanation at the level.
// Errors are those of Match; rules that failed are in the explanation from Fired
// on. Under Fail it ends with the rule that failed.
func (b *Book[F, E]) Explain(ctx context.Context, facts *F, at time.Time, level Level) ([]*Rule[E], Explanation, error) {
	x := Explanation{Book: b.hash, At: at, Level: level, Considered: len(b.rules)}
	matched, err := b.Match(ctx, facts, at, nil)
	x.Matched = len(matched)
	if level == Off || facts == nil || ctx.Err() != nil {
		return matched, x, err
	}
	run := run[F]{pool: b.pool}
	defer run.end()
	if level == Fired {
		for _, r := range matched {
			x.Rules = append(x.Rules, explainRule(&run, b.byID[r.ID], facts, at))
		}
		for _, failure := range failures(err) {
			x.Rules = append(x.Rules, explainRule(&run, b.byID[failure.Rule], facts, at))
		}
		return matched, x, err
	}
	var others []Reason
	for _, r := range b.rules {
		reason := explainRule(&run, r, facts, at)
		if reason.Outcome == Matched {
			x.Rules = append(x.Rules, reason)
			continue
		}
		others = append(others, reason)
		if reason.Outcome == Failed && b.schema.policy == Fail {
			break
		}
	}
	x.Rules = append(x.Rules, others...)
	return matched, x, err
}

// failures returns the rules that failed in a match.
func failures(err error) []*EvalError {
	var skipped *SkippedError
	var failed *EvalError
	switch {
	case errors.As(err, &skipped):
		return skipped.Errors
	case errors.As(err, &failed):
		return []*EvalError{failed}
	default:
		return nil
	}
}

// WhyNot tells what becomes of one rule for the facts and why, whatever that is.
// It returns ErrUnknownRule when the book does not have the rule.
func (b *Book[F, E]) WhyNot(ctx context.Context, id string, facts *F, at time.Time) (Reason, error) {
	r := b.byID[id]
	if r == nil {
		return Reason{}, fmt.Errorf("%w: %s", ErrUnknownRule, id)
	}
	if facts == nil {
		return Reason{}, ErrNoFacts
	}
	if ctx.Err() != nil {
		return Reason{}, context.Cause(ctx)
	}
	run := run[F]{pool: b.pool}
	defer run.end()
	return explainRule(&run, r, facts, at), nil
}

// explainRule evaluates one rule part by part.
func explainRule[F, E any](run *run[F], r *compiled[E], facts *F, at time.Time) Reason {
	out := Reason{
		Rule: r.rule.ID, Name: r.rule.Name, Group: r.rule.Group, Version: r.rule.Version,
		Priority: r.rule.Priority, Outcome: Matched,
	}
	switch {
	case !r.rule.begun(at):
		out.Outcome = NotYetInForce
	case r.rule.ended(at):
		out.Outcome = NoLongerInForce
	}
	if out.Outcome != Matched {
		out.From, out.To = bound(r.rule.From), bound(r.rule.To)
		return out
	}
	var read []*field
	for i := range r.when.parts {
		part := &r.when.parts[i]
		v, err := run.part(r.when, part, facts)
		if v == no {
			out.Outcome, out.Error = Unmet, ""
			out.Condition, out.Saw = part.text, saw(part.facts, baseOf(facts))
			return out
		}
		if v == unknown && out.Outcome == Matched {
			out.Outcome, out.Error = Failed, err.Error()
			out.Condition, out.Saw = part.text, saw(part.facts, baseOf(facts))
		}
		read = appendFacts(read, part.facts)
	}
	if out.Outcome == Matched {
		out.Condition, out.Saw = oneLine(r.rule.When), saw(read, baseOf(facts))
	}
	return out
}

func bound(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func appendFacts(to, more []*field) []*field {
	for _, f := range more {
		known := false
		for _, g := range to {
			known = known || f == g
		}
		if !known {
			to = append(to, f)
		}
	}
	return to
}

func saw(facts []*field, base pointer) []Seen {
	out := make([]Seen, len(facts))
	for i, f := range facts {
		v := f.read(base)
		out[i] = Seen{Fact: f.name, Value: v, Missing: v.IsMissing()}
	}
	return out
}
