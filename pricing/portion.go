package pricing

import (
	"fmt"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// PortionError means that a part of a line was asked for that the line does not
// have.
type PortionError struct {
	// Line is the line's id and Ordered its quantity.
	Line    string
	Ordered quantity.Quantity
	// From and To are the part that was asked for.
	From, To quantity.Quantity
}

// Error implements error.
func (e *PortionError) Error() string {
	return fmt.Sprintf("pricing: line %s of %s has no part from %s to %s", e.Line, e.Ordered, e.From, e.To)
}

// Portion returns what of the line's entries falls on the part of its quantity
// after from and up to to, both in the ordered unit: a first shipment of 4 out of
// 10 is 0 to 4, the next of 6 is 4 to 10. A return takes the same part with the
// same amounts.
//
// Each amount is the share of the booked amount up to to less that up to from,
// both rounded half up to the digits that the booked amount has. So the parts of
// a line, however it is cut, add up to it entry by entry, and every part is whole
// minor units; where exact steps leave finer digits a last entry of kind
// [StepRounding] takes them, as in the line.
//
// Entries that do not count are left out; Before and After are those within the
// part. A part that is not within 0 to the line's quantity is a *[PortionError].
func (l *LineResult) Portion(from, to quantity.Quantity) ([]Entry, error) {
	order, err := from.Cmp(to)
	if err != nil {
		return nil, err
	}
	within, err := to.Cmp(l.Quantity)
	if err != nil {
		return nil, err
	}
	if from.Sign() < 0 || order > 0 || within > 0 || l.Quantity.Sign() <= 0 {
		return nil, &PortionError{Line: l.ID, Ordered: l.Quantity, From: from, To: to}
	}
	start, err := l.upTo(from)
	if err != nil {
		return nil, err
	}
	part, err := l.upTo(to)
	if err != nil {
		return nil, err
	}
	running := money.Zero(l.Total.Currency())
	for i := range part {
		e := &part[i]
		if e.Amount, err = e.Amount.Sub(start[i].Amount); err != nil {
			return nil, err
		}
		e.Before = running
		if running, err = running.Add(e.Amount); err != nil {
			return nil, err
		}
		e.After = running
	}
	if last := len(part) - 1; part[last].Amount.IsZero() {
		part = part[:last] // nothing to round
	}
	return part, nil
}

// upTo returns the entries that count with the shares of their amounts that fall
// on the first part of the line, and last one that rounds their sum.
func (l *LineResult) upTo(part quantity.Quantity) ([]Entry, error) {
	shares := make([]Entry, 0, len(l.Entries)+1)
	sum := money.Zero(l.Total.Currency())
	for i := range l.Entries {
		e := l.Entries[i]
		if !e.Counts() || e.Kind == StepRounding {
			continue
		}
		var err error
		if e.Amount, err = l.share(e.Amount, part); err != nil {
			return nil, err
		}
		if sum, err = sum.Add(e.Amount); err != nil {
			return nil, err
		}
		shares = append(shares, e)
	}
	rounded := l.Total // where the part is the whole, what the document came to
	if part != l.Quantity {
		var err error
		if rounded, err = sum.RoundMinor(money.HalfUp); err != nil {
			return nil, err
		}
	}
	change, err := rounded.Sub(sum)
	name := string(StepRounding)
	return append(shares, Entry{Step: name, Kind: StepRounding, Label: name, Amount: change}), err
}

// share returns what of a booked amount falls on the first part of the line.
func (l *LineResult) share(amount money.Amount, part quantity.Quantity) (money.Amount, error) {
	product := exact.NewProduct(exact.Dec{Coef: amount.Coefficient(), Scale: uint8(amount.Scale())})
	product.Mul(exact.Dec{Coef: part.Coefficient(), Scale: uint8(part.Scale())}) // two factors always fit
	whole := exact.Dec{Coef: l.Quantity.Coefficient(), Scale: uint8(l.Quantity.Scale())}
	d, ok := product.Quo(whole, uint8(amount.Scale()), exact.HalfUp)
	if !ok {
		return money.Amount{}, money.ErrRange
	}
	return money.FromDecimal(d.Decimal(), amount.Currency())
}
