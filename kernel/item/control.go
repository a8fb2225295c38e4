package item

import (
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Control says what is recorded of each piece or batch of an item, and how fresh it must be.
type Control struct {
	// Lot is true where every piece belongs to a recorded lot.
	Lot bool `json:"lot,omitempty"`
	// Serial is true where every piece has a recorded serial number.
	Serial bool `json:"serial,omitempty"`
	// Expiry is true where every lot has a date on which it expires.
	Expiry bool `json:"expiry,omitempty"`
	// ShelfLifeDays is how long a new lot keeps; 0 where that is not known.
	ShelfLifeDays int `json:"shelf_life_days,omitempty"`
	// MinimumRemainingDays is how long a lot must still keep when it is delivered. A customer may ask for more.
	MinimumRemainingDays int `json:"minimum_remaining_days,omitempty"`
}

// FreshEnough reports whether a lot that expires on one day may be delivered on another: there must be at least
// MinimumRemainingDays from the delivery to the expiry, so with 0 a lot may expire on the day it is delivered. Where
// expiry is recorded, a lot without a date is not fresh; where it is not, every lot is.
func (c Control) FreshEnough(expires, delivered calendar.Date) bool {
	if !c.Expiry {
		return true
	}
	if expires.IsZero() || delivered.IsZero() {
		return false
	}
	return expires.Sub(delivered) >= c.MinimumRemainingDays
}
