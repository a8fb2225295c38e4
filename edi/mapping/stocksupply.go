package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Supplies gives a line as the receipts of vendor stock that [atp.Stock.AddSupply]
// takes, for the item at the site that ships in the vendor's name. On each day from
// the first on, the receipts that are due and have not expired are what the line
// shows for the day; where it shows less from a day on, the goods that come last
// expire the day before. Quantities are counted by count, such as item.Item.Count.
//
// The receipts are numbered below the document, which has to be another one for each
// report: a report takes the place of the one before once the receipts of that are
// adjusted to nothing. A line without stock gives none. The errors are those of count,
// and a *[StockError] for a document or first day that is missing.
func (l *StockLine) Supplies(
	ref atp.Ref, document string, first calendar.Date, count func(quantity.Quantity) (int64, error),
) ([]atp.Supply, error) {
	switch {
	case document == "":
		return nil, &StockError{Field: "document", Reason: "is empty"}
	case first.IsZero():
		return nil, &StockError{Field: "first", Reason: "is no date"}
	}
	var receipts, open []atp.Supply // open: those that do not expire, the last one due on top
	level := int64(0)
	step := func(d calendar.Date, q quantity.Quantity) error {
		n, err := count(q)
		if err != nil {
			return err
		}
		if n > level {
			open = append(open, atp.Supply{Ref: ref, Type: atp.VendorStock, Due: d, Quantity: n - level})
		}
		for less := level - n; less > 0; {
			top := &open[len(open)-1]
			gone := *top
			gone.Quantity, gone.Expires = min(less, top.Quantity), d.AddDays(-1)
			less -= gone.Quantity
			if top.Quantity -= gone.Quantity; top.Quantity == 0 {
				open = open[:len(open)-1]
			}
			receipts = append(receipts, gone)
		}
		level = n
		return nil
	}
	if !l.Withdrawn {
		if err := l.steps(first, step); err != nil {
			return nil, err
		}
	}
	receipts = append(receipts, open...)
	slices.SortFunc(receipts, func(a, b atp.Supply) int {
		return cmp.Or(a.Due.Compare(b.Due), a.Expires.Compare(b.Expires), cmp.Compare(a.Quantity, b.Quantity))
	})
	for i := range receipts {
		receipts[i].Document = document + "/" + strconv.Itoa(i+1)
	}
	return receipts, nil
}

// steps calls what follows with the quantity of the first day and of each later one.
func (l *StockLine) steps(first calendar.Date, step func(calendar.Date, quantity.Quantity) error) error {
	now, rest := l.Quantity, l.Later
	for len(rest) > 0 && !rest[0].Date.After(first) {
		now, rest = rest[0].Quantity, rest[1:]
	}
	if err := step(first, now); err != nil {
		return err
	}
	for _, later := range rest {
		if err := step(later.Date, later.Quantity); err != nil {
			return err
		}
	}
	return nil
}

// StockError says which argument of [StockLine.Supplies], [TransferLine.Supply] or
// [ReceivedLine.Receipts] cannot be used.
type StockError struct {
	Field  string
	Reason string
}

// Error names the argument and the reason.
func (e *StockError) Error() string {
	return fmt.Sprintf("mapping: stock: %s %s", e.Field, e.Reason)
}
