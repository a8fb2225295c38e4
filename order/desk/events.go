package desk

import (
	"time"

	"github.com/o2ckit/o2c/journal"
)

// Events returns the decoder of the desk's own event types.
func Events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[Opened]("desk.opened", 1),
		journal.JSON[Progressed]("desk.progressed", 1),
	)
}

// Opened says that a desk took the journal over. It stands in the stream "desk", and
// every later append of that desk checks that it is still the last there.
type Opened struct {
	Actor string `json:"actor"`
}

// Progressed ends each run over an order and stands in the order's stream.
type Progressed struct {
	// Next is the step to go on with; empty: the order is through.
	Next string `json:"next,omitempty"`
	// Again tells that only the steps with OnRelease are being run.
	Again bool `json:"again,omitempty"`
	// Attempt counts the failures of that step in a row.
	Attempt int `json:"attempt,omitempty"`
	// RetryAt is when to try again.
	RetryAt time.Time `json:"retry_at,omitzero"`
	// Error says what failed.
	Error string `json:"error,omitempty"`
}
