package desk

import (
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/order"
)

var (
	// ErrNoOrder is returned for an order that the desk does not know.
	ErrNoOrder = errors.New("desk: no such order")
	// ErrKeyReused is returned for a submission whose key was used for another
	// document before.
	ErrKeyReused = errors.New("desk: the submission key was used for another document")
	// ErrSuperseded is returned once another desk has opened the same journal.
	ErrSuperseded = errors.New("desk: another desk has taken over this journal")
	// ErrStale is returned once something that a step had changed could not be
	// taken back, so that the state in memory is no longer that of the journal.
	// The desk does nothing more; the state is right again once it is opened
	// anew, with new engines.
	ErrStale = errors.New("desk: the state in memory is not that of the journal; open the desk anew")
	// ErrUnsettled is returned when the journal could not say whether an
	// append happened. The desk finds out before it touches the order again, or
	// when asked to ([Desk.Settle]); submitting again with the same key is safe.
	ErrUnsettled = errors.New("desk: the journal could not say whether the change was kept; try again")
	// ErrOutdated is what a step fails with when something that an earlier step
	// decided does not hold any more, such as a reservation that has expired:
	// the next try goes back to the first step with OnRelease.
	ErrOutdated = errors.New("desk: what was decided earlier holds no more")
)

// ConfigError says what is wrong with a [Config].
type ConfigError struct {
	Field  string
	Reason string
}

// Error names the field and the reason.
func (e *ConfigError) Error() string { return fmt.Sprintf("desk: config: %s: %s", e.Field, e.Reason) }

// ReplayError says that the journal holds an event that does not fit.
type ReplayError struct {
	Stream   string
	Position journal.Position
	Err      error
}

// Error names the event and the reason.
func (e *ReplayError) Error() string {
	return fmt.Sprintf("desk: replaying position %d of stream %s: %v", e.Position, e.Stream, e.Err)
}

// Unwrap returns the reason.
func (e *ReplayError) Unwrap() error { return e.Err }

// ActionError says that an action on an order was refused or failed. Nothing
// of it was kept.
type ActionError struct {
	Order  order.ID
	Action string
	Err    error
}

// Error names the order, if it is about one, the action and the reason.
func (e *ActionError) Error() string {
	if e.Order == "" {
		return fmt.Sprintf("desk: %s: %v", e.Action, e.Err)
	}
	return fmt.Sprintf("desk: order %s: %s: %v", e.Order, e.Action, e.Err)
}

// Unwrap returns the reason.
func (e *ActionError) Unwrap() error { return e.Err }
