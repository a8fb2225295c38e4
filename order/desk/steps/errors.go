package steps

import "fmt"

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
