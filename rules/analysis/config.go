package analysis

import (
	"fmt"
	"time"
)

// Config says what is asked. The zero value asks what needs no further word:
// overlaps, rules that nothing can match and rules that no index can find.
type Config struct {
	// Groups says how the rules of a group are meant to work together, by the name
	// of the group. A group that is not named here collects.
	Groups map[string]Group
	// At is the date for Expired and NotYetValid, and the date at which gaps are
	// looked for. Zero asks for neither, and for gaps at all dates from the first
	// From to the last To of the group.
	At time.Time
	// MaxFindings caps the findings of each kind; zero means 100.
	MaxFindings int
	// MaxRegions caps the pieces into which the facts that a rule or a domain
	// leaves are split; zero means 20,000.
	MaxRegions int
	// MaxTerms caps the alternatives of one condition when its ors are multiplied
	// out; a condition beyond it is opaque. Zero means 64.
	MaxTerms int
	// MaxPairs caps the pairs of rules of a group that are compared; zero means
	// 5,000,000, which can take a few hundred megabytes while it runs.
	MaxPairs int
}

// Group says how the rules of a group are meant to work together.
type Group struct {
	Policy Policy
	// Domain is a condition that all facts meet that the group is asked about,
	// such as `zone in ["A", "B"] && weight in 1..100`. Nothing outside of it is a
	// finding, and gaps are looked for within it. "true" means all facts there can
	// be; empty means the same, but that gaps are not looked for.
	Domain string
	// Rank orders the rules of OutputPriority by their ids: the rule of the lower
	// rank wins. Rules without a rank have the rank 0.
	Rank map[string]int
}

// Policy says what becomes of several rules of a group that match.
type Policy uint8

const (
	// Collect takes all rules that match; no overlap is a conflict.
	Collect Policy = iota
	// Unique admits one match; every overlap is a conflict.
	Unique
	// Any takes one match, and all must have the same effect.
	Any
	// First takes the first match in the order of the book.
	First
	// ByPriority takes the match of the highest priority. Like First, but for the
	// reader.
	ByPriority
	// OutputPriority takes the match of the lowest Group.Rank.
	OutputPriority
)

// String returns the name of the policy.
func (p Policy) String() string {
	switch p {
	case Unique:
		return "unique"
	case Any:
		return "any"
	case First:
		return "first"
	case ByPriority:
		return "by-priority"
	case OutputPriority:
		return "priority"
	default:
		return "collect"
	}
}

// MarshalText writes the name of the policy.
func (p Policy) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the name of a policy.
func (p *Policy) UnmarshalText(text []byte) error {
	for policy := Collect; policy <= OutputPriority; policy++ {
		if string(text) == policy.String() {
			*p = policy
			return nil
		}
	}
	return fmt.Errorf("analysis: %q is not a policy; want collect, unique, any, first, by-priority or priority", text)
}

// ConfigError tells which part of a Config cannot be used.
type ConfigError struct {
	Group  string // empty when it is not about a group
	Reason string
	Err    error // may be nil
}

// Error names the group and the reason.
func (e *ConfigError) Error() string {
	text := "analysis: " + e.Reason
	if e.Group != "" {
		text = fmt.Sprintf("analysis: group %s: %s", e.Group, e.Reason)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

func (c Config) withDefaults() (Config, error) {
	for _, limit := range []struct {
		name  string
		value *int
		usual int
	}{{"MaxFindings", &c.MaxFindings, 100}, {"MaxRegions", &c.MaxRegions, 20_000}, {"MaxTerms", &c.MaxTerms, 64}, {"MaxPairs", &c.MaxPairs, 5_000_000}} {
		if *limit.value < 0 {
			return c, &ConfigError{Reason: fmt.Sprintf("%s is %d; it must not be negative", limit.name, *limit.value)}
		}
		if *limit.value == 0 {
			*limit.value = limit.usual
		}
	}
	return c, nil
}
