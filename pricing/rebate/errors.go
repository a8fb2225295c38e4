package rebate

import "fmt"

// RequestError reports an argument that the operation cannot be done with.
type RequestError struct {
	Op     string // the operation: "accrue"
	Field  string // the field of the request, with an index: "Lines[1].Net"
	Reason string
}

// Error implements error.
func (e *RequestError) Error() string {
	return fmt.Sprintf("rebate: %s: %s %s", e.Op, e.Field, e.Reason)
}

// UnknownAgreementError reports an agreement that has not been set.
type UnknownAgreementError struct{ Agreement string }

// Error implements error.
func (e *UnknownAgreementError) Error() string {
	return fmt.Sprintf("rebate: agreement %q is not known", e.Agreement)
}

// UnitError reports a quantity that cannot be counted in the unit of an agreement.
type UnitError struct {
	Agreement string
	Line      string
	Err       error // that of package quantity
}

// Error implements error.
func (e *UnitError) Error() string {
	return fmt.Sprintf("rebate: agreement %q cannot count line %q: %v", e.Agreement, e.Line, e.Err)
}

// Unwrap gives the cause.
func (e *UnitError) Unwrap() error { return e.Err }

// KeyConflictError reports a document that was accrued or settled before with another content.
type KeyConflictError struct {
	Op       string // the operation that was refused
	Document string
}

// Error implements error.
func (e *KeyConflictError) Error() string {
	return fmt.Sprintf("rebate: %s: document %q was recorded before with another content", e.Op, e.Document)
}

// StateError reports an operation that what has happened so far does not allow.
type StateError struct {
	Op     string // the operation that was refused
	Key    string // the agreement or document
	Reason string
}

// Error implements error.
func (e *StateError) Error() string { return fmt.Sprintf("rebate: %s: %q %s", e.Op, e.Key, e.Reason) }

// EventError reports an event that Apply cannot take in.
type EventError struct {
	Event  any // as given to Apply
	Reason string
}

// Error implements error.
func (e *EventError) Error() string { return fmt.Sprintf("rebate: apply %T: %s", e.Event, e.Reason) }
