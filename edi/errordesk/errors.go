package errordesk

import "fmt"

// ConfigError says what is wrong with a [Config].
type ConfigError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("errordesk: config: %s: %s", e.Field, e.Reason)
}

// DocumentError says why a document, or what a person made of it, cannot be taken.
type DocumentError struct {
	// ID is the document; empty if it is not known here.
	ID     string
	Reason string
}

// Error names the document and the reason.
func (e *DocumentError) Error() string {
	if e.ID == "" {
		return "errordesk: the document cannot be taken: " + e.Reason
	}
	return fmt.Sprintf("errordesk: document %s cannot be taken: %s", e.ID, e.Reason)
}
