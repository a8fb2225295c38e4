package rulestest

import (
	"context"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/rules"
)

// MutationConfig bounds a mutation run. The zero value tries every mutant.
type MutationConfig struct {
	// Max bounds the mutants that are tried; 0 means all. Of more, about every
	// n-th is tried, without chance: two runs try the same, and every rule and
	// every kind has its turn.
	Max int
	// Progress is called after every mutant; nil when nobody listens.
	Progress func(done, total int)
}

// Mutation is a kind of small mistake in a rule.
type Mutation uint8

const (
	// BoundShifted moves a number, an amount, a rate or a quantity by one in its
	// last place, a date by a day, a time by a second; both ways.
	BoundShifted Mutation = iota
	// OperatorFlipped puts != for ==, <= for <, >= for >, not in for in, and the
	// other way round, or negates what is true or false.
	OperatorFlipped
	// ConstantReplaced puts another text for a text.
	ConstantReplaced
	// ElementDropped leaves one constant out of the list of an in.
	ElementDropped
	// PartDropped leaves out one of the parts that must all hold.
	PartDropped
	// AndOrSwapped puts or for and, and the other way round.
	AndOrSwapped
	// RuleDropped leaves out the rule.
	RuleDropped
	// PriorityLowered puts the rule behind all others of its group.
	PriorityLowered
	// ValidityShifted moves From or To by a day, both ways.
	ValidityShifted
)

// mutations lists all kinds in order.
func mutations() []Mutation {
	return []Mutation{
		BoundShifted, OperatorFlipped, ConstantReplaced, ElementDropped, PartDropped, AndOrSwapped,
		RuleDropped, PriorityLowered, ValidityShifted,
	}
}

// String returns the name of the kind.
func (m Mutation) String() string {
	switch m {
	case OperatorFlipped:
		return "operator-flipped"
	case ConstantReplaced:
		return "constant-replaced"
	case ElementDropped:
		return "element-dropped"
	case PartDropped:
		return "part-dropped"
	case AndOrSwapped:
		return "and-or-swapped"
	case RuleDropped:
		return "rule-dropped"
	case PriorityLowered:
		return "priority-lowered"
	case ValidityShifted:
		return "validity-shifted"
	default:
		return "bound-shifted"
	}
}

// MarshalText writes the name of the kind.
func (m Mutation) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the name of a kind.
func (m *Mutation) UnmarshalText(text []byte) error {
	for _, kind := range mutations() {
		if string(text) == kind.String() {
			*m = kind
			return nil
		}
	}
	return fmt.Errorf("rulestest: %q is not a mutation", text)
}

// Mutant is a rule with one mistake in it.
type Mutant struct {
	Rule string   `json:"rule"`
	Kind Mutation `json:"kind"`
	// Before and After are what was changed. After is empty when it was dropped.
	Before string `json:"before"`
	After  string `json:"after,omitempty"`
	// When is the whole condition with the mistake, when it is in the condition.
	When string `json:"when,omitempty"`
	// Same is set of a mutant that is left out: the condition, of the rule or of
	// an earlier mutant of it, that means the same.
	Same string `json:"same,omitempty"`
}

// String prints the mutant on one line.
func (m Mutant) String() string {
	text := fmt.Sprintf("%s: %s: %s", m.Rule, m.Kind, m.Before)
	if m.After != "" {
		text += " -> " + m.After
	}
	if m.Same != "" {
		text += ", the same as " + m.Same
	}
	return text
}

// MutationReport tells how many mistakes scenarios find.
type MutationReport struct {
	Book      string `json:"book"` // the hash of the book without mistakes
	Rules     int    `json:"rules"`
	Scenarios int    `json:"scenarios"`
	// Possible counts the mutants that there are, Tried those that were run.
	Possible int `json:"possible"`
	Tried    int `json:"tried"`
	// Score is the share of the mutants tried that a scenario killed.
	Score Share `json:"score"`
	// ByKind has the score of every kind of which there was a mutant.
	ByKind []KindScore `json:"byKind"`
	// Survivors are the mutants under which every scenario passed.
	Survivors []Mutant `json:"survivors,omitempty"`
	// Equivalent are those that were left out, because they mean the same as the
	// rule or as another mutant of it by their form. They are not among the
	// Possible.
	Equivalent []Mutant `json:"equivalent,omitempty"`
}

// KindScore is the score of one kind of mutation.
type KindScore struct {
	Kind  Mutation `json:"kind"`
	Score Share    `json:"score"`
}

// String prints the report for a person.
func (r *MutationReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "mutation score: %s, book %.12s\n", r.Score, r.Book)
	fmt.Fprintf(&b, "%d rules, %d scenarios, %d mutants possible, %d tried, %d left out as equivalent\n",
		r.Rules, r.Scenarios, r.Possible, r.Tried, len(r.Equivalent))
	for _, k := range r.ByKind {
		fmt.Fprintf(&b, "  %s: %s\n", k.Kind, k.Score)
	}
	if len(r.Survivors) > 0 {
		b.WriteString("survivors:\n")
	}
	for i, m := range r.Survivors {
		if i == maxLines {
			fmt.Fprintf(&b, "  and %d more\n", len(r.Survivors)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", m)
	}
	return b.String()
}

// FailingError tells that scenarios fail on the rules as they are; then nothing
// can be learnt from mistakes.
type FailingError struct {
	Scenarios []string // their ids
}

// Error names the scenarios that fail.
func (e *FailingError) Error() string {
	shown := e.Scenarios[:min(len(e.Scenarios), maxLines)]
	return fmt.Sprintf("rulestest: %d scenarios fail without any mutation: %s", len(e.Scenarios), list(shown))
}

// Mutate puts small mistakes into the rules, one at a time, and reports which of
// them no scenario finds. Each such survivor is a scenario to write, or a part
// of a rule that decides nothing. A mutant that means the same as the rule for
// all facts survives always; in general nothing can tell such a mutant from one
// that a scenario is missing for, so a score of 100% is not always possible.
// Only mutants that mean the same by their form are left out: lines > 4 with
// lines >= 5, for ints.
//
// Mistakes are made in conditions, priority and validity, not in effects. The
// errors are the *rules.LoadError of the rules, ErrNoScenarios, *FailingError,
// and that of ctx.
func Mutate[F, E any](ctx context.Context, schema *rules.Schema[F], rs []rules.Rule[E], scenarios []Scenario[F, E], c MutationConfig) (*MutationReport, error) {
	book, err := rules.Compile(schema, "rules", rs)
	if err != nil {
		return nil, err
	}
	return MutateBook(ctx, book, scenarios, c)
}

// MutateBook is Mutate for a book that is there already, such as one read from
// files. Its errors are ErrNoBook and those of Mutate.
func MutateBook[F, E any](ctx context.Context, book *rules.Book[F, E], scenarios []Scenario[F, E], c MutationConfig) (*MutationReport, error) {
	switch {
	case book == nil:
		return nil, ErrNoBook
	case len(scenarios) == 0:
		return nil, ErrNoScenarios
	}
	if err := baseline(ctx, book, scenarios); err != nil {
		return nil, err
	}
	mutants, equivalent, err := mutantsOf(book)
	if err != nil {
		return nil, err
	}
	out := &MutationReport{Book: book.Hash(), Rules: book.Len(), Scenarios: len(scenarios), Possible: len(mutants), Equivalent: equivalent}
	chosen := everyNth(mutants, c.Max)
	scores := map[Mutation]Share{}
	for i := range chosen {
		m := &chosen[i]
		mutated, err := mutantBook(book, m)
		if err != nil {
			return nil, fmt.Errorf("rulestest: mutant %s: %w", m.Mutant, err)
		}
		killed, err := kills(ctx, mutated, scenarios, m.rule.Group)
		if err != nil {
			return nil, err
		}
		score := scores[m.Kind]
		score.Of++
		if killed {
			score.Covered++
			out.Score.Covered++
		} else {
			out.Survivors = append(out.Survivors, m.Mutant)
		}
		scores[m.Kind] = score
		out.Score.Of++
		if c.Progress != nil {
			c.Progress(i+1, len(chosen))
		}
	}
	out.Tried = len(chosen)
	for _, kind := range mutations() {
		if score := scores[kind]; score.Of > 0 {
			out.ByKind = append(out.ByKind, KindScore{kind, score})
		}
	}
	return out, nil
}

// baseline holds the scenarios against the rules as they are.
func baseline[F, E any](ctx context.Context, book *rules.Book[F, E], scenarios []Scenario[F, E]) error {
	var failing []string
	for i := range scenarios {
		s := &scenarios[i]
		passed, err := passes(ctx, book, s)
		if err != nil {
			return err
		}
		if !passed || len(unknown(book, s)) > 0 {
			failing = append(failing, s.ID)
		}
	}
	if len(failing) > 0 {
		return &FailingError{Scenarios: failing}
	}
	return nil
}

func passes[F, E any](ctx context.Context, book *rules.Book[F, E], s *Scenario[F, E]) (bool, error) {
	came, err := ask(ctx, book, s.Group, &s.Facts, s.At)
	return err == nil && len(judge(&s.Expect, came)) == 0, err
}

// kills reports whether a scenario that asks the group fails.
func kills[F, E any](ctx context.Context, mutated *rules.Book[F, E], scenarios []Scenario[F, E], group string) (bool, error) {
	for i := range scenarios {
		s := &scenarios[i]
		if s.Group != "" && s.Group != group {
			continue
		}
		if passed, err := passes(ctx, mutated, s); err != nil || !passed {
			return err == nil, err
		}
	}
	return false, nil
}

// mutantBook is the book with one rule changed. It is the one place that knows
// how such a book is made.
func mutantBook[F, E any](book *rules.Book[F, E], m *mutant[E]) (*rules.Book[F, E], error) {
	if m.Kind == RuleDropped {
		return book.Without(m.rule.ID), nil
	}
	return book.With(rules.Values("mutant", []rules.Rule[E]{m.rule}))
}

// everyNth chooses at most limit elements, one of each stretch of equal length:
// of the first stretch its first, of the second its second, and so on. Always
// the same place in a stretch would be always the same kind of mutant where
// rules are alike.
func everyNth[T any](all []T, limit int) []T {
	if limit <= 0 || len(all) <= limit {
		return all
	}
	out := make([]T, limit)
	from := 0
	for i := range out {
		to := int(int64(i+1) * int64(len(all)) / int64(limit))
		out[i] = all[from+i%(to-from)]
		from = to
	}
	return out
}
