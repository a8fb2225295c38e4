package rulestest

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/rules"
)

// Coverage tells how much of a book scenarios have exercised. Rules beyond the
// reach of the scenarios, because all of these ask another group, count too.
type Coverage struct {
	// Rules counts the rules that fired at least once: in force, with every part
	// of the condition true.
	Rules Share `json:"rules"`
	// Conditions counts outcomes, two for each part of a condition between its
	// outermost ands: that it was seen true, and seen false. A part that is
	// constant, such as true, does not count, nor does one that is not in force.
	Conditions Share `json:"conditions"`
	// ByRule has every rule in the order of the book.
	ByRule []RuleCoverage `json:"byRule"`
	// Missing lists what was not seen.
	Missing []Gap `json:"missing,omitempty"`
}

// RuleCoverage counts what scenarios saw of one rule.
type RuleCoverage struct {
	Rule    string         `json:"rule"`
	Group   string         `json:"group,omitempty"`
	InForce int            `json:"inForce"` // scenarios that asked it while in force
	Fired   int            `json:"fired"`
	Parts   []PartCoverage `json:"parts"`
}

// PartCoverage counts what scenarios saw of one part of a condition, also where
// another part was false. Failed counts where it could not be evaluated, which
// is neither true nor false.
type PartCoverage struct {
	Text     string `json:"text"`
	Constant bool   `json:"constant,omitempty"`
	True     int    `json:"true"`
	False    int    `json:"false"`
	Failed   int    `json:"failed,omitempty"`
}

// Gap is something that no scenario has shown.
type Gap struct {
	Rule string `json:"rule"`
	// Part is the part of the condition, empty when the rule itself is meant.
	Part string `json:"part,omitempty"`
	// Never is what was not seen: fired, or of a part true or false.
	Never Sight `json:"never"`
}

// String prints the gap on one line.
func (g Gap) String() string {
	if g.Part == "" {
		return fmt.Sprintf("%s: never %s", g.Rule, g.Never)
	}
	return fmt.Sprintf("%s: %s: never %s", g.Rule, g.Part, g.Never)
}

// Sight is what a scenario can show of a rule.
type Sight uint8

const (
	// SawFired means that the rule matched.
	SawFired Sight = iota
	// SawTrue means that a part of its condition was true.
	SawTrue
	// SawFalse means that a part of its condition was false.
	SawFalse
)

// String returns the name of the sight.
func (s Sight) String() string {
	switch s {
	case SawTrue:
		return "true"
	case SawFalse:
		return "false"
	default:
		return "fired"
	}
}

// MarshalText writes the name of the sight.
func (s Sight) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads fired, true or false.
func (s *Sight) UnmarshalText(text []byte) error {
	for _, sight := range []Sight{SawFired, SawTrue, SawFalse} {
		if string(text) == sight.String() {
			*s = sight
			return nil
		}
	}
	return fmt.Errorf("rulestest: %q is not what a scenario shows; want fired, true or false", text)
}

// Share is a part of a whole.
type Share struct {
	Covered int `json:"covered"`
	Of      int `json:"of"`
}

// Permille returns the share in thousandths, rounded down, so that 1000 means
// all of it; 1000 of nothing.
func (s Share) Permille() int {
	if s.Of == 0 {
		return 1000
	}
	return int(int64(s.Covered) * 1000 / int64(s.Of))
}

// String returns 7 of 8 (87.5%).
func (s Share) String() string {
	permille := s.Permille()
	return fmt.Sprintf("%d of %d (%d.%d%%)", s.Covered, s.Of, permille/10, permille%10)
}

// coverage collects while scenarios run.
type coverage struct {
	rules []RuleCoverage
	index map[string]int
}

func newCoverage[F, E any](book *rules.Book[F, E]) (*coverage, error) {
	c := &coverage{index: make(map[string]int, book.Len())}
	for i, r := range book.Rules() {
		parts, err := book.Parts(r.ID)
		if err != nil {
			return nil, err
		}
		one := RuleCoverage{Rule: r.ID, Group: r.Group, Parts: make([]PartCoverage, len(parts))}
		for j, p := range parts {
			one.Parts[j] = PartCoverage{Text: p.Text, Constant: p.Tree.Op == rules.OpConstant}
		}
		c.rules = append(c.rules, one)
		c.index[r.ID] = i
	}
	return c, nil
}

// observe evaluates every rule that a scenario asks, part by part.
func observe[F, E any](ctx context.Context, c *coverage, book *rules.Book[F, E], s *Scenario[F, E]) error {
	for _, r := range part(book, s.Group).Rules() {
		parts, inForce, err := book.Evaluate(ctx, r.ID, &s.Facts, s.At)
		if err != nil {
			return err
		}
		if !inForce {
			continue
		}
		one := &c.rules[c.index[r.ID]]
		one.InForce++
		fired := true
		for i, p := range parts {
			fired = fired && p.Holds
			seen := &one.Parts[i]
			switch {
			case p.Err != nil:
				seen.Failed++
			case p.Holds:
				seen.True++
			default:
				seen.False++
			}
		}
		if fired {
			one.Fired++
		}
	}
	return nil
}

// summary adds up, and lists what is missing.
func (c *coverage) summary() Coverage {
	out := Coverage{ByRule: c.rules}
	for _, r := range c.rules {
		out.Rules.Of++
		if r.Fired > 0 {
			out.Rules.Covered++
		} else {
			out.Missing = append(out.Missing, Gap{Rule: r.Rule, Never: SawFired})
		}
		for _, p := range r.Parts {
			if p.Constant {
				continue
			}
			out.Conditions.Of += 2
			if p.True > 0 {
				out.Conditions.Covered++
			} else {
				out.Missing = append(out.Missing, Gap{Rule: r.Rule, Part: p.Text, Never: SawTrue})
			}
			if p.False > 0 {
				out.Conditions.Covered++
			} else {
				out.Missing = append(out.Missing, Gap{Rule: r.Rule, Part: p.Text, Never: SawFalse})
			}
		}
	}
	return out
}
