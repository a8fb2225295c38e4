package steps

import (
	"context"
	"errors"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/item"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// waitingLine is a line of which something has not shipped.
type waitingLine struct {
	line   *order.Line
	item   item.Item
	pack   int64         // counts in one ordered unit, as in openLine
	wanted calendar.Date // by the customer
	open   []openSchedule
}

// openSchedule is what of a schedule has not shipped.
type openSchedule struct {
	order.Schedule
	count int64 // in what stock counts
}

// waitingLines lists the live lines of an order of which something has not shipped. Lines
// of items that are not known any more are left as they are.
func waitingLines(ctx context.Context, items Items, o *order.Order) ([]waitingLine, error) {
	var lines []waitingLine
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Rejection != nil || len(l.Schedules) == 0 || l.Fulfilment() == order.FullyShipped {
			continue
		}
		it, err := items.Item(ctx, l.Item)
		if unknown := (*item.NotFoundError)(nil); errors.As(err, &unknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		w := waitingLine{line: l, item: it, wanted: wanted(o, l)}
		var all int64
		for _, s := range l.Schedules {
			open, err := openPart(&it, s)
			if err != nil {
				return nil, err
			}
			if open.count > 0 {
				w.open, all = append(w.open, open), all+open.count
			}
		}
		w.pack = packOf(&it, l, all)
		lines = append(lines, w)
	}
	return lines, nil
}

// openPart is what of a schedule has not shipped. Where something has, it is a
// schedule of its own, which has no id yet: the order keeps what has shipped.
func openPart(it *item.Item, s order.Schedule) (openSchedule, error) {
	all, err := it.Count(s.Quantity)
	if err != nil {
		return openSchedule{}, err
	}
	shipped, err := it.Count(s.Shipped)
	if err != nil {
		return openSchedule{}, err
	}
	if shipped > 0 {
		s.ID, s.Shipped, s.Quantity = "", quantity.Quantity{}, it.Quantity(all-shipped)
	}
	return openSchedule{s, all - shipped}, nil
}

// packOf is how many counts one ordered unit has, of which each delivery is a
// multiple; 1 where a quantity is none.
func packOf(it *item.Item, l *order.Line, count int64) int64 {
	if one, err := it.Count(quantity.New(1, l.Quantity.Unit())); err == nil && one > 0 && count%one == 0 {
		return one
	}
	return 1
}

// ownReservation is the reservation that a backorder run makes for a line that has none at
// a site. It is none of those that the promise step makes.
func ownReservation(o *order.Order, l *order.Line) string {
	return string(o.ID) + "/line " + l.ID
}
