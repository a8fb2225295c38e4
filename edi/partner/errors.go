package partner

import "fmt"

// ConfigError says what is wrong with an [OutboxConfig].
type ConfigError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("partner: config: %s: %s", e.Field, e.Reason)
}

// DocumentError says what is wrong with a [Document].
type DocumentError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *DocumentError) Error() string {
	return fmt.Sprintf("partner: document: %s: %s", e.Field, e.Reason)
}
