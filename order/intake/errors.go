package intake

import "fmt"

// ConfigError says what is wrong with a [Config].
type ConfigError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *ConfigError) Error() string { return fmt.Sprintf("intake: config: %s: %s", e.Field, e.Reason) }

// DocumentError says what is missing from a [Document].
type DocumentError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *DocumentError) Error() string {
	return fmt.Sprintf("intake: document: %s: %s", e.Field, e.Reason)
}
