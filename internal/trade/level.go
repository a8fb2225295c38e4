package trade

import (
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Level is what can be had of an item from a day on, or what is added to it then.
type Level struct {
	Date     calendar.Date
	Quantity quantity.Quantity
}

// ErrUnits says that the levels of an item are in several units, or too large.
var ErrUnits = errors.New("the quantities are in several units, or too large")

// RepeatedError says that two quantities are told for one day.
type RepeatedError struct {
	Date          calendar.Date
	First, Second quantity.Quantity
}

// Error names the quantities and the day.
func (e *RepeatedError) Error() string {
	return fmt.Sprintf("%s and %s are told for %s", e.First, e.Second, e.Date)
}

// Levels puts together what a report of a day tells of an item: what can be had at once,
// what can be had from later days on in all, and what is added on days. Those in all
// count; without them what is added is added up, and what is due by today is there.
// Where nothing is told of today it is nothing, in the unit of the later days.
//
// The errors are [ErrUnits] and a *[RepeatedError].
func Levels(today calendar.Date, now quantity.Quantity, later, added []Level) (quantity.Quantity, []Level, error) {
	byDate := func(a, b Level) int { return a.Date.Compare(b.Date) }
	all := slices.SortedStableFunc(slices.Values(later), byDate)
	if len(all) == 0 {
		for _, a := range slices.SortedStableFunc(slices.Values(added), byDate) {
			sum := now
			if n := len(all); n > 0 {
				sum = all[n-1].Quantity
			}
			if sum.Unit() == 0 {
				sum = quantity.New(0, a.Quantity.Unit())
			}
			sum, err := sum.Add(a.Quantity)
			if err != nil {
				return now, nil, ErrUnits
			}
			switch n := len(all); {
			case !a.Date.After(today):
				now = sum
			case n > 0 && all[n-1].Date == a.Date:
				all[n-1].Quantity = sum
			default:
				all = append(all, Level{a.Date, sum})
			}
		}
	}
	for i, l := range all {
		switch {
		case now.Unit() == 0:
			now = quantity.New(0, l.Quantity.Unit())
		case now.Unit() != l.Quantity.Unit():
			return now, nil, ErrUnits
		}
		if i > 0 && all[i-1].Date == l.Date && all[i-1].Quantity != l.Quantity {
			return now, nil, &RepeatedError{l.Date, all[i-1].Quantity, l.Quantity}
		}
	}
	return now, slices.CompactFunc(all, func(a, b Level) bool { return a.Date == b.Date }), nil
}
