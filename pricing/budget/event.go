package budget

import (
	"time"

	"github.com/o2ckit/o2c/journal"
)

// Events returns the codec of the events of this package. All are version 1.
func Events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[LimitSet]("budget.limit-set", 1),
		journal.JSON[Reserved]("budget.reserved", 1),
		journal.JSON[Committed]("budget.committed", 1),
		journal.JSON[Released]("budget.released", 1),
	)
}

// LimitSet says how much of something there is from now on.
type LimitSet struct {
	Limit    Limit     `json:"limit"`
	Revision uint64    `json:"revision"` // counts the settings of the limit from 1
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"`
	Reason   string    `json:"reason"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Reserved says all that an order uses, in place of what it used before.
type Reserved struct {
	Key      string    `json:"key"`
	Revision uint64    `json:"revision"` // counts the events of the key from 1
	Customer string    `json:"customer,omitempty"`
	At       time.Time `json:"at"`
	// Expires is when it lapses if it is not committed. Zero: never.
	Expires time.Time `json:"expires,omitzero"`
	// Usages are sorted by limit, each limit once; an amount only where the limit counts money.
	Usages []Usage `json:"usages"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Committed says that what an order has reserved is firm.
type Committed struct {
	Key      string    `json:"key"`
	Revision uint64    `json:"revision"` // counts the events of the key from 1
	At       time.Time `json:"at"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Released says that an order gives back all that it used.
type Released struct {
	Key      string    `json:"key"`
	Revision uint64    `json:"revision"` // counts the events of the key from 1
	At       time.Time `json:"at"`
	Reason   string    `json:"reason,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}
