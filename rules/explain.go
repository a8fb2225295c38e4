package rules

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Level says how much Explain tells.
type Level uint8

const (
	// Off tells nothing but the book and the date.
	Off Level = iota
	// Fired tells the rules that matched, in order, with the values they saw.
	Fired
	// Full tells of every rule that was asked, and of those that did not match the
	// first part of the condition that failed and the values it saw. Of a book of
	// more than 100 rules, those that the index passed over are counted by reason;
	// WhyNot tells of each of them.
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
	// Total counts the rules of the book, in force or not.
	Total int `json:"total"`
	// Rules are the matches in order; at Full then every other rule that was
	// asked, in the order of the book.
	Rules []Reason `json:"rules,omitempty"`
	// PassedOver are the other rules, at Full: those that the index left out.
	PassedOver []PassedOver `json:"passed_over,omitempty"`

	seen []Seen // what the reasons' Saw are cut from, to be used again
}

// PassedOver counts rules that cannot match because of a few facts alone.
type PassedOver struct {
	// Facts are what their conditions ask about and do not find, with their
	// values; "validity" and the decision date for rules that are not in force.
	Facts []Seen `json:"facts"`
	Rules int    `json:"rules"`
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
	var x Explanation
	matched, err := b.ExplainInto(ctx, facts, at, level, nil, &x)
	return matched, x, err
}

// ExplainInto is Explain that appends to dst, as Match does, and explains into x.
// What x held is overwritten and its memory used again: at Fired, a match with
// its explanation then needs no more memory than the match.
func (b *Book[F, E]) ExplainInto(
	ctx context.Context, facts *F, at time.Time, level Level, dst []*Rule[E], x *Explanation,
) ([]*Rule[E], error) {
	var hits, open [nearby]uint32
	ranks, err := b.match(ctx, facts, at, found{hits: hits[:0], open: open[:0]})
	*x = Explanation{
		Book: b.hash, At: at, Level: level, Matched: len(ranks), Total: len(b.rules),
		Rules: x.Rules[:0], PassedOver: x.PassedOver[:0], seen: x.seen[:0],
	}
	var reads []*field // of the last match; rules often read the same facts
	out, told := dst, level != Off && facts != nil && ctx.Err() == nil
	for _, rank := range ranks {
		r := b.rules[rank]
		out = append(out, &r.rule)
		if !told {
			continue
		}
		reason := next(x)
		of(r, reason)
		reason.Condition = r.when.text
		if n := len(x.Rules); n > 1 && slices.Equal(reads, r.when.reads) {
			reason.Saw = x.Rules[n-2].Saw
			continue
		}
		reads = r.when.reads
		reason.Saw = see(x, reads, baseOf(facts))
	}
	if !told || level == Fired && err == nil {
		return out, err
	}
	run := run[F]{pool: b.pool}
	defer run.end()
	if level == Fired {
		for _, failure := range failures(err) {
			explainRule(&run, b.byID[failure.Rule], facts, at, x, next(x))
		}
		return out, err
	}
	b.explainOthers(&run, facts, at, x)
	return out, err
}

// listedWhole is the number of rules up to which Full tells of every rule.
const listedWhole = 100

// explainOthers tells of the rules that did not match.
func (b *Book[F, E]) explainOthers(run *run[F], facts *F, at time.Time, x *Explanation) {
	matched := make(map[string]bool, x.Matched)
	for i := range x.Rules {
		matched[x.Rules[i].Rule] = true
	}
	tell := func(r *compiled[E]) bool {
		if matched[r.rule.ID] {
			return true
		}
		reason := next(x)
		explainRule(run, r, facts, at, x, reason)
		return reason.Outcome != Failed || b.schema.policy != Fail
	}
	if len(b.rules) <= listedWhole {
		for _, r := range b.rules {
			if !tell(r) {
				return
			}
		}
		return
	}
	instant, counted := instantOf(at)
	asked, left := b.index.explain(baseOf(facts), instant, counted)
	for _, rank := range asked {
		if !tell(b.rules[rank]) {
			return
		}
	}
	for _, l := range left {
		p := PassedOver{Rules: l.rules, Facts: saw(l.facts, baseOf(facts))}
		if l.dated {
			p.Facts = append(p.Facts, Seen{Fact: "validity", Value: valueOf(at)})
		}
		x.PassedOver = append(x.PassedOver, p)
	}
}

// next returns the place of the next reason.
func next(x *Explanation) *Reason {
	if len(x.Rules) == cap(x.Rules) {
		x.Rules = append(x.Rules, Reason{})
	} else {
		x.Rules = x.Rules[:len(x.Rules)+1]
		x.Rules[len(x.Rules)-1] = Reason{}
	}
	return &x.Rules[len(x.Rules)-1]
}

// see keeps the values that facts have now.
func see(x *Explanation, facts []*field, base pointer) []Seen {
	from := len(x.seen)
	x.seen = appendSeen(x.seen, facts, base)
	return x.seen[from:len(x.seen):len(x.seen)]
}

// failures returns the rules that failed in a match. It looks at the error
// itself, not into it: a function of the host may have asked another book, and
// its failures are not those of this one.
func failures(err error) []*EvalError {
	switch err := err.(type) { //nolint:errorlint // as above
	case *SkippedError:
		return err.Errors
	case *EvalError:
		return []*EvalError{err}
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
	var out Reason
	explainRule(&run, r, facts, at, &Explanation{}, &out)
	return out, nil
}

// of says which rule a reason is about.
func of[E any](r *compiled[E], out *Reason) {
	out.Rule, out.Name, out.Group, out.Version, out.Priority = r.rule.ID, r.rule.Name, r.rule.Group, r.rule.Version, r.rule.Priority
}

// explainRule evaluates one rule part by part.
func explainRule[F, E any](run *run[F], r *compiled[E], facts *F, at time.Time, x *Explanation, out *Reason) {
	of(r, out)
	switch {
	case !r.rule.begun(at):
		out.Outcome = NotYetInForce
	case r.rule.ended(at):
		out.Outcome = NoLongerInForce
	}
	if out.Outcome != Matched {
		out.From, out.To = bound(r.rule.From), bound(r.rule.To)
		return
	}
	for i := range r.when.parts {
		part := &r.when.parts[i]
		v, err := run.part(r.when, part, facts)
		if v == no {
			out.Outcome, out.Error = Unmet, ""
			out.Condition, out.Saw = part.text, see(x, part.facts, baseOf(facts))
			return
		}
		if v == unknown && out.Outcome == Matched {
			out.Outcome, out.Error = Failed, err.Error()
			out.Condition, out.Saw = part.text, see(x, part.facts, baseOf(facts))
		}
	}
	if out.Outcome == Matched {
		out.Condition, out.Saw = r.when.text, see(x, r.when.reads, baseOf(facts))
	}
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
	return appendSeen(make([]Seen, 0, len(facts)), facts, base)
}

func appendSeen(to []Seen, facts []*field, base pointer) []Seen {
	for _, f := range facts {
		to = append(to, Seen{Fact: f.name})
		s := &to[len(to)-1]
		f.readInto(base, &s.Value)
		s.Missing = s.Value.IsMissing()
	}
	return to
}
