package backorder

import (
	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/internal/named"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Strategy says how a line takes part in a run.
type Strategy uint8

// The strategies. The zero value is Redistribute.
const (
	Redistribute Strategy = iota // served as if it were new
	Win                          // full and on time, or the run is not feasible
	Gain                         // keeps at least what it has
	Fill                         // never gains
	Lose                         // keeps what nobody else takes

	strategies = iota
)

// turn is the place of a line in the order of service, by its strategy.
func (l *Line) turn() int {
	if l.keeps {
		return -1
	}
	switch l.Strategy {
	case Win:
		return 0
	case Gain:
		return 1
	case Redistribute:
		return 2
	case Fill:
		return 3
	default:
		return 4
	}
}

func strategyNames() named.Set {
	return named.Set{In: "backorder", What: "strategy", Names: "redistribute win gain fill lose"}
}

// String returns redistribute, win, gain, fill or lose.
func (s Strategy) String() string { return strategyNames().Name(uint8(s)) }

// MarshalText writes the strategy as String does. A value that is none of the constants is an error.
func (s Strategy) MarshalText() ([]byte, error) { return strategyNames().Marshal(uint8(s)) }

// UnmarshalText reads a name that String returns.
func (s *Strategy) UnmarshalText(text []byte) error {
	return strategyNames().Unmarshal(text, (*uint8)(s))
}

// Line is an order line that takes part in a run.
type Line struct {
	// ID names the line in results and settles ties; an order line. Required and unique in a run.
	ID string
	// Key is the reservation that has what is confirmed. A key that is not known has nothing confirmed; a run that confirms
	// something makes it. Required; only one line of a run may have a key and a Ref.
	Key string
	// Ref is the item at the site. Required.
	Ref atp.Ref
	// Quantity is what the customer still waits for, confirmed or not: ordered less delivered, in base units, from 0 to
	// atp.MaxQuantity. What is picked for the line is in it: a run reads from the reservation how much that is, leaves it where
	// it is, and confirms no more than the rest. With 0 everything that is confirmed is given back, but what is picked.
	Quantity int64
	// Wanted is the day on which the goods are to be taken from stock. No date: as soon as possible.
	Wanted calendar.Date
	// Strategy and Priority say who goes first; the higher priority before the lower.
	Strategy Strategy
	Priority int
	// Ordered is the day on which the order came in; Choices take it for the Placed of a Demand.
	Ordered calendar.Date
	// Partial says whether and how the line may be split, as in a Demand. What a line simply keeps is not asked, and what is
	// picked is none of its deliveries, as little as what was delivered.
	Partial atp.Partial
	// Pack is the quantity of a whole pack: what is given anew is a multiple of it. 0 and 1: any quantity.
	Pack int64
	// ShipComplete names the order with whose other lines this one goes on one day, each complete, or none of them. They all
	// have one strategy. Where they cannot all be complete, what some of them have is given up, but by those that gain.
	// Empty: the line goes by itself.
	ShipComplete string
	// Class is what Summary and Segment divide lines by; may be empty.
	Class string
	// Scope and SafetyStock are as in a Demand. A reservation that is there has its own, which should be the same.
	Scope       atp.Scope
	SafetyStock bool

	keeps bool // has what it has, neither more nor less: the other lines when one is expedited
}

// asks is the quantity that can be given beside what is picked: whole packs.
func (l *Line) asks(picked int64) int64 { return wholePacks(max(l.Quantity-picked, 0), l.Pack) }

func wholePacks(quantity, pack int64) int64 {
	if pack > 1 {
		return quantity - quantity%pack
	}
	return quantity
}

// check returns which field of a line cannot be used, and why; no reason when all can.
func (l *Line) check() (field, reason string) {
	switch {
	case l.ID == "":
		return "ID", "is empty"
	case l.Key == "":
		return "Key", "is empty"
	case l.Ref.IsZero():
		return "Ref", "is missing"
	case l.Quantity < 0 || l.Quantity > atp.MaxQuantity:
		return "Quantity", "is not from 0 to MaxQuantity"
	case l.Strategy >= strategies:
		return "Strategy", "is none"
	case l.Partial.AtMost < 0:
		return "Partial.AtMost", "is below 0"
	case l.Partial.Minimum < 0 || l.Partial.Minimum > atp.MaxQuantity:
		return "Partial.Minimum", "is not from 0 to MaxQuantity"
	case l.Pack < 0 || l.Pack > atp.MaxQuantity:
		return "Pack", "is not from 0 to MaxQuantity"
	}
	return "", ""
}

// before reports who is served first: by strategy, priority, wanted day (as soon as possible first), day of the order and
// id.
func (l *Line) before(m *Line) int {
	if l.Strategy != m.Strategy {
		if a, b := l.turn(), m.turn(); a != b {
			return a - b
		}
	}
	switch {
	case l.Priority != m.Priority:
		if l.Priority > m.Priority {
			return -1
		}
		return 1
	case l.Wanted != m.Wanted:
		return l.Wanted.Compare(m.Wanted)
	case l.Ordered != m.Ordered:
		return l.Ordered.Compare(m.Ordered)
	case l.ID < m.ID:
		return -1
	case l.ID > m.ID:
		return 1
	}
	return 0
}
