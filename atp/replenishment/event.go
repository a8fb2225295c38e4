package replenishment

import (
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Events returns the codec of the events of this package. All are version 1.
func Events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[Reported]("replenishment.reported", 1),
		journal.JSON[Ordered]("replenishment.ordered", 1),
	)
}

// Reported says what of a report was taken in.
type Reported struct {
	ID         string        `json:"id"`
	Customer   string        `json:"customer"`
	At         time.Time     `json:"at"`
	From       calendar.Date `json:"from"`
	To         calendar.Date `json:"to"`
	Digest     string        `json:"digest"` // of the report as it came, to know it again
	Activities []Activity    `json:"activities,omitempty"`

	// Replayed tells that the report had been taken in before; it then has no activities, and the event need not be
	// journalled again.
	Replayed bool `json:"-"`
}

// Ordered says what was sent, or will be, for a place.
type Ordered struct {
	Place
	Document string        `json:"document"`
	Revision uint64        `json:"revision"` // counts the statements of the document from 1; the last one holds
	At       time.Time     `json:"at"`
	Date     calendar.Date `json:"date"`
	Quantity int64         `json:"quantity"` // in all; 0: cancelled

	// Replayed tells that the document had said so before; the event need not be journalled again.
	Replayed bool `json:"-"`
}
