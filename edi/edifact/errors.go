package edifact

import "fmt"

// ValueError says what cannot be written. Nothing is written of the segment then,
// nor of those that come after it in one call.
type ValueError struct {
	// Segment is the tag. Element counts from 1; 0 is the tag itself.
	Segment string
	Element int
	// Value is what was to be written.
	Value  string
	Reason string
}

// Error names the place, the value and the reason.
func (e *ValueError) Error() string {
	return fmt.Sprintf("edifact: element %d of %s: %s (value %q)", e.Element, e.Segment, e.Reason, e.Value)
}

// SeparatorError says that separators do not work together.
type SeparatorError struct {
	// Separator is which one: component, element, decimal, release, repetition,
	// terminator.
	Separator string
	Value     byte
	Reason    string
}

// Error names the separator and the reason.
func (e *SeparatorError) Error() string {
	return fmt.Sprintf("edifact: the %s separator %q: %s", e.Separator, e.Value, e.Reason)
}

// NumberError says that a text is no number.
type NumberError struct{ Text string }

// Error names the text.
func (e *NumberError) Error() string { return fmt.Sprintf("edifact: %q is no number", e.Text) }
