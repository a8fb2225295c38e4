package analysis

import (
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/rules"
)

// Config says what is asked. The zero value asks what needs no further word:
// overlaps, rules that nothing can match and rules that no index can find.
type Config struct {
	// Groups says how the rules of a group are meant to work together, by the name
	// of the group, in place of what the book declares: its hit policy, and as the
	// domain the domains of its decision tables.
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
	Policy rules.HitPolicy
	// Domain is a condition that all facts meet that the group is asked about,
	// such as `zone in ["A", "B"] && weight in 1..100`. Nothing outside of it is a
	// finding, and gaps are looked for within it. "true" means all facts there can
	// be; empty means the same, but that gaps are not looked for.
	Domain string
}

// declared is what a book says of its groups: the policies, and the domains of
// the columns of decision tables.
func declared[F, E any](book *rules.Book[F, E], name string) Group {
	info, _ := book.GroupInfo(name)
	out := Group{Policy: info.Policy}
	var domains []string
	for _, t := range book.Tables() {
		if t.Group != name {
			continue
		}
		for _, d := range t.Domains {
			domains = append(domains, "("+d.When+")")
		}
	}
	out.Domain = strings.Join(domains, " && ")
	return out
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
