package atp

import (
	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// MaxQuantity bounds every quantity that an operation takes: a million million base units (for catch weight a thousand
// million kilograms, pounds, ...). With it no sum inside the engine leaves 64 bits.
const MaxQuantity = 1_000_000_000_000

// maxTotal bounds what one item and site may hold on each side, so that balances stay far from overflow.
const maxTotal = 1 << 61

// Site is a place that stocks and ships.
type Site struct {
	// ID names the site. Required and unique.
	ID string
	// Calendar gives the site's time zone, which decides what day it is there, its working days and its cut-off.
	// Required.
	Calendar *calendar.Calendar
}

// Horizon says what may be promised beyond known supply.
type Horizon uint8

const (
	// Reject promises known supply only.
	Reject Horizon = iota
	// Infinite takes the item as unlimited from the replenishment lead time on: whatever is ordered today could be bought
	// or made until then. Balances from that day on are not looked at.
	Infinite
)

func horizonNames() named.Set {
	return named.Set{In: "atp", What: "horizon", Names: "reject infinite"}
}

// String returns reject or infinite.
func (h Horizon) String() string { return horizonNames().Name(uint8(h)) }

// MarshalText writes the horizon as String does. A value that is none of the constants is an error.
func (h Horizon) MarshalText() ([]byte, error) { return horizonNames().Marshal(uint8(h)) }

// UnmarshalText reads reject or infinite.
func (h *Horizon) UnmarshalText(text []byte) error {
	return horizonNames().Unmarshal(text, (*uint8)(h))
}

// Fence says what becomes of supply or demand that is past due. The zero Fence counts it however old it is: a late
// receipt is expected today, a late demand still needs its goods.
type Fence struct {
	// Ignore leaves out what is more than Days days past due.
	Ignore bool `json:"ignore,omitempty"`
	// Days of grace, 0 or more; meaningful with Ignore.
	Days int `json:"days,omitempty"`
}

// Policy is how an item is checked at a site. The zero Policy counts DefaultScope, promises known supply only, and
// counts everything that is past due.
type Policy struct {
	// Scope says which supply counts. Zero: DefaultScope.
	Scope Scope `json:"scope,omitempty"`
	// Horizon says what lies beyond known supply.
	Horizon Horizon `json:"horizon,omitempty"`
	// Replenishment is the lead time in calendar days after which Infinite begins, 0 or more.
	Replenishment int `json:"replenishment,omitempty"`
	// PastDueReceipts and PastDueDemands say how long what is past due still counts. A receipt is past due from the day after
	// the one from which it counts (see Reliability).
	PastDueReceipts Fence `json:"past_due_receipts,omitzero"`
	PastDueDemands  Fence `json:"past_due_demands,omitzero"`
	// AvailableFrom is the first day on which the item is taken from stock: whatever is there before counts from that day on.
	// No date: at once.
	AvailableFrom calendar.Date `json:"available_from,omitzero"`
	// LastOrder is the last day on which the item can be ordered, for a last-time buy: a demand that was placed later gets
	// nothing. It does not break promises, nor keep them from being moved. No date: it is open.
	LastOrder calendar.Date `json:"last_order,omitzero"`
	// PhaseOut is the day from which on nothing more is bought or made: on that day, and on all after it, known supply alone
	// is promised, whatever Horizon says. The item is sold while it lasts. No date: it goes on.
	PhaseOut calendar.Date `json:"phase_out,omitzero"`
}

// maxDays bounds lead times and fences: no two dates of the calendar are further apart.
const maxDays = 3_660_000

func (p Policy) check() error {
	fail := func(field, reason string) error { return &RequestError{Op: "define", Field: field, Reason: reason} }
	switch {
	case p.Scope>>supplyTypes != 0:
		return fail("Policy.Scope", "holds an unknown type of supply")
	case p.Horizon > Infinite:
		return fail("Policy.Horizon", "is neither reject nor infinite")
	case p.Replenishment < 0 || p.Replenishment > maxDays:
		return fail("Policy.Replenishment", "is not a number of days")
	case p.PastDueReceipts.Days < 0 || p.PastDueReceipts.Days > maxDays:
		return fail("Policy.PastDueReceipts", "is not a number of days")
	case p.PastDueDemands.Days < 0 || p.PastDueDemands.Days > maxDays:
		return fail("Policy.PastDueDemands", "is not a number of days")
	}
	if field, reason := p.checkLifecycle(); reason != "" {
		return fail(field, reason)
	}
	return nil
}
