package replenishment

import (
	"fmt"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// The bounds of what this package takes.
const (
	// MaxQuantity bounds every quantity, in base units.
	MaxQuantity = atp.MaxQuantity
	// MaxDays bounds every number of days of a policy.
	MaxDays = 1000
)

// Method says how a policy decides.
type Method uint8

const (
	// MinMax orders up to Policy.Max when the position is at or below Policy.Min.
	MinMax Method = iota
	// OrderUpTo orders at every review what the position is short of the target stock level.
	OrderUpTo
	// ReorderPoint orders when the position is at or below the reorder point, in lots or for days of cover.
	ReorderPoint
)

func methodNames() named.Set {
	return named.Set{In: "replenishment", What: "method", Names: "min-max order-up-to reorder-point"}
}

// String returns min-max, order-up-to or reorder-point.
func (m Method) String() string { return methodNames().Name(uint8(m)) }

// MarshalText writes the method as String does. A value that is none of the constants is an error.
func (m Method) MarshalText() ([]byte, error) { return methodNames().Marshal(uint8(m)) }

// UnmarshalText reads what String returns.
func (m *Method) UnmarshalText(text []byte) error { return methodNames().Unmarshal(text, (*uint8)(m)) }

// Policy says when and how much of an item is sent to a place. Quantities are in base units, 0 to MaxQuantity; days are
// calendar days, 0 to MaxDays.
type Policy struct {
	Method Method `json:"method"`
	// Min and Max are for MinMax; Max is required there and not below Min.
	Min int64 `json:"min,omitempty"`
	Max int64 `json:"max,omitempty"`
	// Cover is how many days of demand an order is for, beyond what the method needs to get to the next one.
	Cover int `json:"cover,omitempty"`
	// Lot is the fixed quantity of an order, for ReorderPoint, which needs a lot or days of cover. 0: none.
	Lot int64 `json:"lot,omitempty"`
	// Lead is how long it takes from a proposal to goods on the shelf.
	Lead int `json:"lead,omitempty"`
	// SafetyStock and SafetyDays are kept for what nobody foresees; both count.
	SafetyStock int64 `json:"safety_stock,omitempty"`
	SafetyDays  int   `json:"safety_days,omitempty"`
	// Pack is the multiple in which is ordered. 0 and 1: single units.
	Pack int64 `json:"pack,omitempty"`
	// MinimumOrder is the least that an order is for; a smaller one is raised to it.
	MinimumOrder int64 `json:"minimum_order,omitempty"`
	// Most is what the place can hold: an order never brings the position above it. 0: no limit.
	Most int64 `json:"most,omitempty"`
	// Review has the days on which is ordered. Nil: every day.
	Review *calendar.Calendar `json:"-"`
	// Window is from how many days until today Books takes the demand rate; 0: 28.
	Window int `json:"window,omitempty"`
	// SkipOutOfStock leaves periods out of the rate that began and ended without stock and sold nothing: demand was
	// there, and could not be seen.
	SkipOutOfStock bool `json:"skip_out_of_stock,omitempty"`
	// Silent takes days for which a customer who reports does not mention the item as days without sales. Without it
	// they do not count as days.
	Silent bool `json:"silent,omitempty"`
	// Stale is after how many days without a report of the place nothing is proposed. 0: never.
	Stale int `json:"stale,omitempty"`
}

const defaultWindow = 28

// maxRateDays bounds the days of a rate: a window, and the period in which it begins.
const maxRateDays = 2 * MaxDays

func (p *Policy) check(op string) error {
	fail := func(field, reason string) error {
		return &RequestError{Op: op, Field: "Policy." + field, Reason: reason}
	}
	for _, q := range []struct {
		field string
		n     int64
	}{
		{"Min", p.Min}, {"Max", p.Max}, {"Lot", p.Lot}, {"SafetyStock", p.SafetyStock}, {"Pack", p.Pack},
		{"MinimumOrder", p.MinimumOrder}, {"Most", p.Most},
	} {
		if q.n < 0 || q.n > MaxQuantity {
			return fail(q.field, "is not from 0 to MaxQuantity")
		}
	}
	for _, d := range []struct {
		field string
		n     int
	}{{"Cover", p.Cover}, {"Lead", p.Lead}, {"SafetyDays", p.SafetyDays}, {"Window", p.Window}, {"Stale", p.Stale}} {
		if d.n < 0 || d.n > MaxDays {
			return fail(d.field, "is not from 0 to MaxDays")
		}
	}
	switch {
	case p.Method > ReorderPoint:
		return fail("Method", "is unknown")
	case p.Method == MinMax && p.Max == 0:
		return fail("Max", "is missing")
	case p.Method == MinMax && p.Max < p.Min:
		return fail("Max", "is below Min")
	case p.Method == ReorderPoint && p.Lot == 0 && p.Cover == 0:
		return fail("Lot", "is missing, and so is Cover: nothing says how much to order")
	}
	return nil
}

// Rate is a demand rate: so many units in so many days. The zero Rate is no demand.
type Rate struct {
	Units int64 `json:"units"` // 0 or more
	Days  int64 `json:"days"`
}

// Over is the demand of days, rounded up to whole units, and at most MaxQuantity.
func (r Rate) Over(days int) int64 {
	if r.Units <= 0 || r.Days <= 0 || days <= 0 {
		return 0
	}
	whole, rest := r.Units/r.Days, r.Units%r.Days
	n := int64(days)
	if whole > MaxQuantity/n {
		return MaxQuantity
	}
	return min(whole*n+(rest*n+r.Days-1)/r.Days, MaxQuantity)
}

// String says it in words: 14 in 7 days.
func (r Rate) String() string { return fmt.Sprintf("%d in %d days", r.Units, r.Days) }

// Position is what a place has of an item and what is on its way.
type Position struct {
	OnHand    int64 `json:"on_hand"`             // below 0 where the customer's books say so
	OnOrder   int64 `json:"on_order,omitempty"`  // ordered or in transit, and not yet received
	Committed int64 `json:"committed,omitempty"` // promised to others from it
}

// Total is the inventory position: on hand + on order - committed.
func (p Position) Total() int64 { return p.OnHand + p.OnOrder - p.Committed }

func (p Position) check(op string) error {
	for _, q := range []struct {
		field string
		n     int64
		least int64
	}{{"OnHand", p.OnHand, -maxTotal}, {"OnOrder", p.OnOrder, 0}, {"Committed", p.Committed, 0}} {
		if q.n < q.least || q.n > maxTotal {
			return &RequestError{Op: op, Field: "Position." + q.field, Reason: "is out of range"}
		}
	}
	return nil
}

// maxTotal bounds sums of quantities, so that sums of sums stay within 64 bits.
const maxTotal = 1 << 60
