package durable

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/journal"
)

var (
	// ErrUnsettled says that this caller does not know whether its operation has been journalled: its context ended while
	// it waited, or the journal left the outcome open. The same operation with the same key again settles it.
	ErrUnsettled = errors.New("durable: outcome is not known")
	// ErrStopped is what errors.Is finds in every *StoppedError.
	ErrStopped = errors.New("durable: stock has stopped")
	// ErrClosed reports an operation after Close.
	ErrClosed = errors.New("durable: closed")
)

// StoppedError says that the Stock does nothing any more: what is in memory and what is in the journal may differ, or
// another process has taken the journal over. Open makes a new one from the journal.
type StoppedError struct {
	Err error // why it has stopped
}

// Error implements error.
func (e *StoppedError) Error() string { return fmt.Sprintf("%v: %v", ErrStopped, e.Err) }

// Unwrap returns the cause.
func (e *StoppedError) Unwrap() error { return e.Err }

// Is makes errors.Is(err, ErrStopped) true.
func (e *StoppedError) Is(target error) bool { return target == ErrStopped }

// ConfigError reports a setting of Config that cannot be used.
type ConfigError struct {
	Field  string
	Reason string
}

// Error implements error.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("durable: config: %s: %s", e.Field, e.Reason)
}

// ReplayError reports an event of the journal that cannot be taken in.
type ReplayError struct {
	Stream   string
	Position journal.Position
	Err      error
}

// Error implements error.
func (e *ReplayError) Error() string {
	return fmt.Sprintf("durable: replay %s at %d: %v", e.Stream, e.Position, e.Err)
}

// Unwrap returns the cause.
func (e *ReplayError) Unwrap() error { return e.Err }

// MaxText bounds ids, keys and documents, in bytes.
const MaxText = 1024

// text is a text of a request that goes into an event.
type text struct{ field, value string }

// check refuses texts that would not come back from the journal as they are: JSON carries UTF-8 only.
func check(op string, texts ...text) error {
	for _, t := range texts {
		switch {
		case len(t.value) > MaxText:
			return &atp.RequestError{Op: op, Field: t.field, Reason: fmt.Sprintf("has more than %d bytes", MaxText)}
		case !utf8.ValidString(t.value):
			return &atp.RequestError{Op: op, Field: t.field, Reason: "is not UTF-8"}
		}
	}
	return nil
}
