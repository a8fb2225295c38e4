package steps

import (
	"fmt"
	"strings"
)

// ConfigError says which part a step lacks. It comes back from desk.Open, and
// from Ship and Bill.
type ConfigError struct {
	Step  string
	Field string
}

// Error names the step and the field.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("steps: %s: %s is required", e.Step, e.Field)
}

// BookError lists the rules of a book that a step cannot use.
type BookError struct {
	Step   string
	Faults []BookFault
}

// BookFault is a rule, by its id, and what is wrong with it.
type BookFault struct {
	Rule   string
	Reason string
}

// Error puts each fault on a line of its own.
func (e *BookError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "steps: %s: the rule book cannot be used:", e.Step)
	for _, f := range e.Faults {
		fmt.Fprintf(&b, "\n  rule %s: %s", f.Rule, f.Reason)
	}
	return b.String()
}

func (e *BookError) add(rule, reason string) { e.Faults = append(e.Faults, BookFault{rule, reason}) }

func (e *BookError) err() error {
	if len(e.Faults) == 0 {
		return nil
	}
	return e
}

// part is a part that a step needs.
type part struct {
	field string
	there bool
}

// lacking returns a *ConfigError for the first part that is not there.
func lacking(step string, parts ...part) error {
	for _, p := range parts {
		if !p.there {
			return &ConfigError{step, p.field}
		}
	}
	return nil
}
