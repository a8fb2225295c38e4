package journal

import (
	"errors"
	"fmt"
)

// States of a journal that a caller tells apart with errors.Is.
var (
	// ErrKeyReused says that the key of a batch is bound to another payload.
	ErrKeyReused = errors.New("journal: key is bound to another payload")

	// ErrOutcomeUnknown says that an append may or may not have been committed:
	// its context ended, or the store failed, at the wrong instant. Appending
	// the same batch with the same key again settles it.
	ErrOutcomeUnknown = errors.New("journal: outcome of the append is not known")

	// ErrTooLarge is what every *LimitError is.
	ErrTooLarge = errors.New("journal: batch is too large")

	// ErrClosed says that the journal was closed.
	ErrClosed = errors.New("journal: closed")

	// ErrNoSnapshot says that no snapshot is kept under a name.
	ErrNoSnapshot = errors.New("journal: no snapshot")
)

// ConflictError says that a stream is not where a batch expects it: somebody
// else appended first. The caller reads on, decides anew and appends again.
type ConflictError struct {
	Stream string
	Expect Position // what the batch expected
	Actual Position // where the stream is
}

// Error implements error.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("journal: stream %q is at %d, not at %d", e.Stream, e.Actual, e.Expect)
}

// LimitError says that a batch exceeds [MaxRecords] or [MaxBytes].
// errors.Is(err, ErrTooLarge) holds for it.
type LimitError struct {
	What  string // "records" or "bytes"
	Count int    // what the batch has
	Limit int    // what a batch may have
}

// Error implements error.
func (e *LimitError) Error() string {
	return fmt.Sprintf("journal: batch has %d %s, the limit is %d", e.Count, e.What, e.Limit)
}

// Is reports whether target is ErrTooLarge.
func (e *LimitError) Is(target error) bool { return target == ErrTooLarge }

// BatchError says that a batch is not well formed, and where.
type BatchError struct {
	Write  int    // index in Batch.Writes, or -1 for the batch itself
	Event  int    // index in Write.Events, or -1 for the write itself
	Reason string // what is wrong, as "stream is empty"
}

// Error implements error.
func (e *BatchError) Error() string {
	switch {
	case e.Write < 0:
		return "journal: batch: " + e.Reason
	case e.Event < 0:
		return fmt.Sprintf("journal: write %d: %s", e.Write, e.Reason)
	default:
		return fmt.Sprintf("journal: write %d, event %d: %s", e.Write, e.Event, e.Reason)
	}
}
