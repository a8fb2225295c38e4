package transport

import (
	"errors"
	"fmt"
)

var (
	// ErrTooLarge is returned for a file of more bytes than are allowed.
	ErrTooLarge = errors.New("transport: the file is too large")
	// ErrExists is returned where another file of the same name is at the
	// receiver: it is not written over.
	ErrExists = errors.New("transport: another file of this name is there")
	// ErrName is returned for a name that cannot be that of a file.
	ErrName = errors.New("transport: not a name for a file")
	// ErrChanged is returned when something else is sent under an ID that was
	// used before.
	ErrChanged = errors.New("transport: the ID was used for other content")
)

// RejectedError says that trying again is of no use.
type RejectedError struct{ Err error }

// Reject marks an error as permanent. Of nil it makes nil.
func Reject(err error) error {
	if err == nil {
		return nil
	}
	return &RejectedError{Err: err}
}

// Rejected tells whether an error is permanent.
func Rejected(err error) bool {
	var r *RejectedError
	return errors.As(err, &r)
}

// Error is that of the cause.
func (e *RejectedError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *RejectedError) Unwrap() error { return e.Err }

// RetryError says that something was tried as often as is allowed.
type RetryError struct {
	Attempts int
	// Err is what the last attempt ended with.
	Err error
}

// Error tells how often it was tried and what came of it.
func (e *RetryError) Error() string { return fmt.Sprintf("tried %d times: %v", e.Attempts, e.Err) }

// Unwrap returns the last attempt's error.
func (e *RetryError) Unwrap() error { return e.Err }

// ConfigError says what is wrong with a configuration.
type ConfigError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *ConfigError) Error() string { return "transport: " + e.Field + ": " + e.Reason }
