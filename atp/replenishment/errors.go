package replenishment

import (
	"errors"
	"fmt"
)

// ErrNotEmpty reports a Restore into Books that are in use.
var ErrNotEmpty = errors.New("replenishment: books are not empty")

// RequestError reports an argument that cannot be used, whatever is known.
type RequestError struct {
	Op     string // the operation: "take"
	Field  string // the field, with an index: "Activities[1].Sold"
	Reason string
}

// Error implements error.
func (e *RequestError) Error() string {
	return fmt.Sprintf("replenishment: %s: %s %s", e.Op, e.Field, e.Reason)
}

// ConflictError reports the id of a report, or the document of an order, that stands for another content.
type ConflictError struct {
	Op string
	ID string
}

// Error implements error.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("replenishment: %s: %q was used for another content", e.Op, e.ID)
}

// UnknownPlaceError reports an item at a place of which nothing was reported.
type UnknownPlaceError struct{ Place Place }

// Error implements error.
func (e *UnknownPlaceError) Error() string {
	return fmt.Sprintf("replenishment: nothing is known of item %q at %q of customer %q", e.Place.Item, e.Place.Location,
		e.Place.Customer)
}

// EventError reports an event that Apply cannot take in.
type EventError struct {
	Event  any
	Reason string
}

// Error implements error.
func (e *EventError) Error() string {
	return fmt.Sprintf("replenishment: event %T %s", e.Event, e.Reason)
}
