package item

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
)

// Status is where an item stands in its life.
type Status uint8

// The zero Status is Active.
const (
	// Active is sold.
	Active Status = iota
	// Planned is not sold yet. With a date from which it is available it can be ordered ahead.
	Planned
	// PhaseOut is sold while it lasts, or to the last-order date.
	PhaseOut
	// Discontinued is not sold any more.
	Discontinued
)

// String returns active, planned, phase-out or discontinued.
func (s Status) String() string {
	switch s {
	case Active:
		return "active"
	case Planned:
		return "planned"
	case PhaseOut:
		return "phase-out"
	case Discontinued:
		return "discontinued"
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// IsValid reports whether the status is one of the four.
func (s Status) IsValid() bool { return s <= Discontinued }

// MarshalText implements encoding.TextMarshaler with the form of String; a status that is none is an error.
func (s Status) MarshalText() ([]byte, error) {
	if !s.IsValid() {
		return nil, fmt.Errorf("item: %s is no life-cycle status", s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Status) UnmarshalText(text []byte) error {
	for c := Active; c.IsValid(); c++ {
		if c.String() == string(text) {
			*s = c
			return nil
		}
	}
	return fmt.Errorf("item: %q is no life-cycle status; want active, planned, phase-out or discontinued", text)
}

// Lifecycle tells whether and when an item may be ordered.
type Lifecycle struct {
	Status Status `json:"status,omitempty"`
	// AvailableFrom is the first day on which the item can be delivered; no date where that is not fixed.
	AvailableFrom calendar.Date `json:"available_from,omitzero"`
	// LastOrder is the last day on which the item may be ordered, for a last-time buy; no date where it is open.
	LastOrder calendar.Date `json:"last_order,omitzero"`
}

// CheckOrder says what stands against ordering on a day. Before it is available an item may be ordered for later, which
// is a warning; a planned item without a date, one past its last-order date and a discontinued one block. Without a day
// only the status counts. Paths are relative to the order line. The codes are
//
//	item.discontinued       blocks: not sold any more
//	item.last-order-passed  blocks: the day is after LastOrder
//	item.not-yet-available  blocks: planned without a date; warns: the day is before AvailableFrom
//	item.phase-out          warns: sold while it lasts, or to LastOrder
func (l Lifecycle) CheckOrder(on calendar.Date) finding.List {
	var found finding.List
	dated := !on.IsZero()
	switch {
	case l.Status == Discontinued:
		found.Block("item.discontinued", "item", "the item is discontinued", "order its successor")
	case dated && !l.LastOrder.IsZero() && on.After(l.LastOrder):
		found.Block("item.last-order-passed", "item", fmt.Sprintf("the item could be ordered until %s", l.LastOrder), "order its successor")
	case l.Status == Planned && l.AvailableFrom.IsZero():
		found.Block("item.not-yet-available", "item", "the item is planned and has no date yet", "order when the date is fixed")
	case dated && !l.AvailableFrom.IsZero() && on.Before(l.AvailableFrom):
		found.Warn("item.not-yet-available", "item", fmt.Sprintf("the item is available from %s", l.AvailableFrom), "expect delivery after that")
	}
	if l.Status == PhaseOut && !found.Blocks() {
		until := "while stock lasts"
		if !l.LastOrder.IsZero() {
			until = "until " + l.LastOrder.String()
		}
		found.Warn("item.phase-out", "item", "the item is being phased out and can be ordered "+until, "")
	}
	return found
}

// Supersession names the item that takes an item's place. The zero value names none.
type Supersession struct {
	// By is the id of the successor.
	By string `json:"by"`
	// From is the day on which it takes over; no date means at once.
	From calendar.Date `json:"from,omitzero"`
	// BothWays is true where the old item may also be delivered for the new one.
	BothWays bool `json:"both_ways,omitempty"`
	// UseUpFirst is true where stock of the old item is delivered first, for orders of either.
	UseUpFirst bool `json:"use_up_first,omitempty"`
}

// InForce reports whether there is a successor on a day; without a day, whether there is one at all.
func (s Supersession) InForce(on calendar.Date) bool {
	return s.By != "" && (on.IsZero() || s.From.IsZero() || !on.Before(s.From))
}
