package backorder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/rules"
)

// Treatment is the effect of a rule on a line of a run. Where several rules match, Strategy and Set are those of the first
// that has one, what all Add is added up, and one that excludes suffices.
type Treatment struct {
	// Strategy takes the place of the line's own. Nil: it stays.
	Strategy *Strategy `json:"strategy,omitempty"`
	// Set takes the place of the line's own priority, Add is added to it, as in atp.Ranking.
	Set *int `json:"set,omitempty"`
	Add int  `json:"add,omitempty"`
	// Exclude leaves the line out of the run: it keeps what it has.
	Exclude bool `json:"exclude,omitempty"`
	// Reason says why, for a person; {customer.class} and all other names of facts stand for their figures. Empty: the
	// rule's name, or else its id, speaks for it.
	Reason string `json:"reason,omitempty"`
}

// Validate returns what makes no sense in the effect, or nil. A rule book asks it of every rule when it is loaded.
func (t Treatment) Validate() error {
	var errs []error
	if t.Strategy != nil && *t.Strategy >= strategies {
		errs = append(errs, fmt.Errorf("%s is none", *t.Strategy))
	}
	if t.Set != nil || t.Add != 0 || t.Exclude {
		r := atp.Ranking{Set: t.Set, Add: t.Add, Exclude: t.Exclude}
		errs = append(errs, r.Validate())
	} else if t.Strategy == nil {
		errs = append(errs, errors.New("the rule does nothing; expected strategy, set, add or exclude"))
	}
	errs = append(errs, rules.CheckTexts[atp.Facts](t.Reason))
	return errors.Join(errs...)
}

// Rule is a rule of backorder runs: on the lines that its condition holds for, its Treatment has effect.
type Rule = rules.Rule[Treatment]

// RuleBook holds compiled rules, over the same facts as rules of allocation; see atp.NewRuleSchema for books in files. It is
// immutable.
type RuleBook = rules.Book[atp.Facts, Treatment]

// NewRuleBook compiles rules given as Go values. The source names where they come from, for errors; the error is a
// *rules.LoadError with all of them.
func NewRuleBook(source string, list ...Rule) (*RuleBook, error) {
	schema, err := atp.NewRuleSchema(rules.Config{})
	if err != nil {
		return nil, err
	}
	return rules.Compile(schema, source, list)
}

// Candidate is a line and what rules may know of it beside.
type Candidate struct {
	Line
	Profile atp.Profile
}

// Assigned is what rules made of a line.
type Assigned struct {
	ID       string   `json:"id"`
	Strategy Strategy `json:"strategy"`
	Priority int      `json:"priority"`
	Excluded bool     `json:"excluded,omitempty"`
	// Reasons are the texts of the rules that matched, in their order, and of those that failed and were left out.
	Reasons []string `json:"reasons,omitempty"`
}

// Assign asks a rule book about every line, and returns the lines that take part, with their strategies and priorities,
// and for all candidates what decided, both in the order given. A line's Class is the profile's where it has none.
//
// The errors are *LineError, those of the rules (a *rules.EvalError names the rule) and that of ctx.
func Assign(ctx context.Context, now time.Time, book *RuleBook, candidates []Candidate) ([]Line, []Assigned, error) {
	lines := make([]Line, 0, len(candidates))
	all := make([]Assigned, 0, len(candidates))
	var matched []*Rule
	for i := range candidates {
		c := &candidates[i]
		if field, reason := c.check(); reason != "" {
			return nil, nil, &LineError{ID: c.ID, Field: field, Reason: reason}
		}
		facts := c.facts(now)
		a := Assigned{ID: c.ID, Strategy: c.Strategy}
		var err error
		if matched, err = book.Match(ctx, &facts, now, matched[:0]); err != nil {
			var skipped *rules.SkippedError
			if !errors.As(err, &skipped) {
				return nil, nil, fmt.Errorf("backorder: assign: line %q: %w", c.ID, err)
			}
			for _, e := range skipped.Errors {
				a.Reasons = append(a.Reasons, e.Error())
			}
		}
		if err := a.apply(book, &facts, matched, c.Priority); err != nil {
			return nil, nil, fmt.Errorf("backorder: assign: line %q: %w", c.ID, err)
		}
		all = append(all, a)
		if a.Excluded {
			continue
		}
		l := c.Line
		l.Strategy, l.Priority = a.Strategy, a.Priority
		if l.Class == "" {
			l.Class = c.Profile.Class
		}
		lines = append(lines, l)
	}
	return lines, all, nil
}

func (c *Candidate) facts(now time.Time) atp.Facts {
	claim := atp.Candidate{
		Claim: atp.Claim{
			Demand:   atp.Demand{ID: c.ID, Ref: c.Ref, Quantity: c.Quantity, Wanted: c.Wanted},
			Priority: c.Priority, Ordered: c.Ordered,
		},
		Profile: c.Profile,
	}
	return claim.Facts(now)
}

// apply puts the rules that matched into effect.
func (a *Assigned) apply(book *RuleBook, facts *atp.Facts, matched []*Rule, own int) error {
	sum, set, chosen := int64(own), false, false
	for _, rule := range matched {
		then := &rule.Then
		if then.Strategy != nil && !chosen {
			a.Strategy, chosen = *then.Strategy, true
		}
		if then.Set != nil && !set {
			sum, set = sum-int64(own)+int64(*then.Set), true
		}
		sum += int64(then.Add)
		a.Excluded = a.Excluded || then.Exclude
		text := rule.Name
		if text == "" {
			text = rule.ID
		}
		if then.Reason != "" {
			var err error
			if text, err = book.Render(then.Reason, facts); err != nil {
				return fmt.Errorf("rule %q: %w", rule.ID, err)
			}
		}
		a.Reasons = append(a.Reasons, text)
	}
	a.Priority = int(min(max(sum, -atp.MaxPriority), atp.MaxPriority))
	return nil
}

// Segment picks lines. The zero Segment has all; each list that is not empty narrows it.
type Segment struct {
	Items   []string
	Sites   []string
	Classes []string
}

// Has reports whether a line is in the segment.
func (s Segment) Has(l *Line) bool {
	in := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	return in(s.Items, l.Ref.Item()) && in(s.Sites, l.Ref.Site()) && in(s.Classes, l.Class)
}

// Select returns the lines of the segment, in the order given.
func (s Segment) Select(lines []Line) []Line {
	var selected []Line
	for i := range lines {
		if s.Has(&lines[i]) {
			selected = append(selected, lines[i])
		}
	}
	return selected
}
