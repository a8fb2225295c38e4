package rulestest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// ErrNoBook is returned when there is no book to test.
var ErrNoBook = errors.New("rulestest: no book")

// ErrNoScenarios is returned when there is nothing to test with.
var ErrNoScenarios = errors.New("rulestest: no scenarios")

// Report tells how a book did in scenarios, and how much of it they covered. It
// prints as text for a person and as JSON.
type Report struct {
	Book     string   `json:"book"` // the hash of the book
	Passed   int      `json:"passed"`
	Failed   int      `json:"failed"`
	Results  []Result `json:"results"` // in the order of the scenarios
	Coverage Coverage `json:"coverage"`
}

// Result is what became of one scenario.
type Result struct {
	ID     string    `json:"id"`
	Note   string    `json:"note,omitempty"`
	Place  string    `json:"place,omitempty"` // file:line
	Group  string    `json:"group,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Passed bool      `json:"passed"`
	// Expected is the answer that was asked for, in words.
	Expected []string `json:"expected"`
	// Matched are the ids of the rules that matched, in order.
	Matched []string `json:"matched"`
	// Error is set when a rule failed, expected or not.
	Error string `json:"error,omitempty"`
	// Failures are all the ways in which the answer is not the expected one.
	Failures []Failure `json:"failures,omitempty"`
}

// Failure is one way in which an answer is not the expected one.
type Failure struct {
	Message string `json:"message"`
	Rule    string `json:"rule,omitempty"`
	// Why tells why an expected rule did not match, or why a surplus one did, in
	// the first failure of the rule.
	Why *rules.Reason `json:"why,omitempty"`
}

// Run asks the book about every scenario and measures what they cover. That a
// scenario fails is in the report, not an error; the errors are ErrNoBook,
// ErrNoScenarios and that of ctx. For coverage every rule is evaluated for every
// scenario: a book of thousands of rules takes its time.
func Run[F, E any](ctx context.Context, book *rules.Book[F, E], scenarios []Scenario[F, E]) (*Report, error) {
	switch {
	case book == nil:
		return nil, ErrNoBook
	case len(scenarios) == 0:
		return nil, ErrNoScenarios
	}
	out := &Report{Book: book.Hash(), Results: make([]Result, 0, len(scenarios))}
	cover, err := newCoverage(book)
	if err != nil {
		return nil, err
	}
	for i := range scenarios {
		s := &scenarios[i]
		result, err := runOne(ctx, book, s)
		if err != nil {
			return nil, err
		}
		if result.Passed {
			out.Passed++
		} else {
			out.Failed++
		}
		out.Results = append(out.Results, result)
		if err := observe(ctx, cover, book, s); err != nil {
			return nil, err
		}
	}
	out.Coverage = cover.summary()
	return out, nil
}

// runOne asks about one scenario and explains what is not as expected.
func runOne[F, E any](ctx context.Context, book *rules.Book[F, E], s *Scenario[F, E]) (Result, error) {
	got, err := ask(ctx, book, s.Group, &s.Facts, s.At)
	if err != nil {
		return Result{}, err
	}
	out := Result{
		ID: s.ID, Note: s.Note, Place: s.Place, Group: s.Group, At: s.At,
		Expected: s.Expect.words(), Matched: idsOf(got.rules),
	}
	if got.failed != nil {
		out.Error = got.failed.Error()
	}
	judged := slices.DeleteFunc(judge(&s.Expect, got), func(f Failure) bool {
		return f.Rule != "" && book.Rule(f.Rule) == nil // unknown says it, and why
	})
	out.Failures = slices.Concat(unknown(book, s), judged)
	out.Passed = len(out.Failures) == 0
	asked := part(book, s.Group)
	told := map[string]bool{}
	for i := range out.Failures {
		f := &out.Failures[i]
		if f.Rule == "" || told[f.Rule] || asked.Rule(f.Rule) == nil {
			continue
		}
		told[f.Rule] = true
		why, err := asked.WhyNot(ctx, f.Rule, &s.Facts, s.At)
		if err != nil {
			return Result{}, err
		}
		f.Why = &why
	}
	return out, nil
}

// unknown finds what a scenario lacks or gets wrong about the book: names that
// the book does not have, for a rule that is excluded under a name that is
// misspelt would otherwise be excluded for ever; and no date where rules have a
// validity, for they would not be in force.
func unknown[F, E any](book *rules.Book[F, E], s *Scenario[F, E]) []Failure {
	var out []Failure
	if s.Group != "" && !slices.Contains(book.Groups(), s.Group) {
		out = append(out, Failure{Message: fmt.Sprintf("the book has no group %s; %s", s.Group, rules.DidYouMean(s.Group, book.Groups()))})
		return out
	}
	dated := func(r *rules.Rule[E]) bool { return !r.From.IsZero() || !r.To.IsZero() }
	if asked := part(book, s.Group).Rules(); s.At.IsZero() {
		if i := slices.IndexFunc(asked, dated); i >= 0 {
			out = append(out, Failure{Message: fmt.Sprintf("the scenario has no date, and rule %s has a validity; give it at: 2026-01-31", asked[i].ID)})
		}
	}
	for _, id := range s.Expect.ids() {
		r := book.Rule(id)
		switch {
		case r == nil:
			out = append(out, Failure{Message: fmt.Sprintf("the book has no rule %s%s", id, nearRule(book, id)), Rule: id})
		case s.Group != "" && r.Group != s.Group:
			out = append(out, Failure{Message: fmt.Sprintf("rule %s is not of group %s", id, s.Group), Rule: id})
		}
	}
	return out
}

// nearRule asks whether another rule was meant; "" when none is called alike, for a
// list of all rules would hide the message.
func nearRule[F, E any](book *rules.Book[F, E], id string) string {
	var known []string
	for _, r := range book.Rules() {
		known = append(known, r.ID)
	}
	if hint := rules.DidYouMean(id, known); strings.HasPrefix(hint, "did you mean") {
		return "; " + hint
	}
	return ""
}

// words writes an expectation for a reader.
func (x *Expectation[E]) words() []string {
	out := []string{}
	if len(x.Rules) > 0 {
		out = append(out, "rules "+list(x.Rules))
	}
	if len(x.Includes) > 0 {
		out = append(out, "includes "+list(x.Includes))
	}
	if len(x.Excludes) > 0 {
		out = append(out, "excludes "+list(x.Excludes))
	}
	if len(x.Effects) > 0 {
		texts := make([]string, len(x.Effects))
		for i, p := range x.Effects {
			texts[i] = p.String()
		}
		out = append(out, "effects "+strings.Join(texts, ", "))
	}
	if x.None {
		out = append(out, "none")
	}
	if x.Error != "" {
		out = append(out, "error "+x.Error)
	}
	return out
}

// judge compares an answer with what is expected.
func judge[E any](x *Expectation[E], came answer[E]) []Failure {
	var out []Failure
	say := func(rule, format string, args ...any) {
		out = append(out, Failure{Message: fmt.Sprintf(format, args...), Rule: rule})
	}
	switch failed := came.failed; {
	case x.empty():
		say("", "the scenario expects nothing")
	case x.Error == "" && failed != nil:
		rule := ""
		if one := (*rules.EvalError)(nil); errors.As(failed, &one) {
			rule = one.Rule
		}
		say(rule, "a rule failed: %s", plain(failed))
	case x.Error != "" && failed == nil:
		say("", "no rule failed; expected an error with %q", x.Error)
	case x.Error != "" && !strings.Contains(failed.Error(), x.Error):
		say("", "a rule failed with %s; expected an error with %q", plain(failed), x.Error)
	}
	got, also := idsOf(came.rules), idsOf(came.also)
	lost := func(id string) string {
		if slices.Contains(also, id) {
			return "matched, but the hit policy takes another"
		}
		return "did not match"
	}
	if x.None || len(x.Rules) > 0 {
		before := len(out)
		for _, id := range x.Rules {
			if !slices.Contains(got, id) {
				say(id, "rule %s %s", id, lost(id))
			}
		}
		for _, id := range got {
			if !slices.Contains(x.Rules, id) {
				say(id, "rule %s matched and was not expected", id)
			}
		}
		if len(out) == before && !slices.Equal(got, x.Rules) {
			say("", "the order is %s; expected %s", list(got), list(x.Rules))
		}
	}
	for _, id := range x.Includes {
		if !slices.Contains(got, id) && !slices.Contains(x.Rules, id) {
			say(id, "rule %s %s", id, lost(id))
		}
	}
	for _, id := range x.Excludes {
		if slices.Contains(got, id) {
			say(id, "rule %s matched and is excluded", id)
		}
	}
	return slices.Concat(out, judgeEffects(x.Effects, came))
}

func judgeEffects[E any](patterns []Pattern[E], came answer[E]) []Failure {
	if len(patterns) == 0 {
		return nil
	}
	var out []Failure
	for i, p := range patterns {
		if i >= len(came.effects) {
			out = append(out, Failure{Message: fmt.Sprintf("effect %d is missing: expected %s", i+1, p)})
			continue
		}
		for _, difference := range p.differences(came.effects[i]) {
			name, rule := came.effect(i)
			out = append(out, Failure{Message: name + ": " + difference, Rule: rule})
		}
	}
	for i := len(patterns); i < len(came.effects); i++ {
		name, rule := came.effect(i)
		out = append(out, Failure{Message: name + ", was not expected: " + jsonText(came.effects[i]), Rule: rule})
	}
	return out
}
