package invoice

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// roundingStep names the charge that brings the rounded shares of a waterfall to
// the rounded share of its net. Over all invoices of a line it comes to zero, where
// the net is whole in minor units.
const roundingStep = "invoice rounding"

// billLine takes the portion's share of the line.
func billLine(o *order.Order, p Portion, mode money.Rounding) (Line, error) {
	l := o.Line(p.Line)
	fail := func(err error) (Line, error) {
		return Line{}, fmt.Errorf("invoice: order %s line %q: %w", o.ID, l.ID, err)
	}
	if l.Net.Currency() == 0 {
		return Line{}, &RequestError{Field: "Order", Reason: fmt.Sprintf("line %q has no price", l.ID)}
	}
	if err := ties(o, l); err != nil {
		return Line{}, err
	}
	before := o.Billed(l.ID)
	after, err := before.Add(p.Quantity)
	if err != nil {
		return fail(err)
	}
	w := waterfall{line: l, mode: mode}
	was, err := w.upTo(before)
	if err != nil {
		return fail(err)
	}
	is, err := w.upTo(after)
	if err != nil {
		return fail(err)
	}
	billed := Line{
		Line: l.ID, Item: l.Item, Identifiers: slices.Clone(l.Identifiers), Description: l.Description,
		Quantity: p.Quantity, Ordered: inOrderedUnit(l, p.Quantity), UnitPrice: l.UnitPrice, Per: l.Per,
	}
	if billed.Net, err = is.net.Sub(was.net); err != nil {
		return fail(err)
	}
	if billed.Charges, err = w.between(was, is, billed.Net); err != nil {
		return fail(err)
	}
	return billed, nil
}

// ties checks that the line's charges add up to its net.
func ties(o *order.Order, l *order.Line) error {
	if len(l.Charges) == 0 {
		return nil
	}
	sum, err := money.Zero(l.Net.Currency()), error(nil)
	for _, c := range l.Charges {
		if sum, err = sum.Add(c.Amount); err != nil {
			return fmt.Errorf("invoice: order %s line %q: %w", o.ID, l.ID, err)
		}
	}
	if sum != l.Net {
		return &TieError{Order: o.ID, Line: l.ID, Charges: sum, Net: l.Net}
	}
	return nil
}

// waterfall shares out the charges of one order line.
type waterfall struct {
	line *order.Line
	mode money.Rounding
}

// level is what a quantity has of a waterfall.
type level struct {
	charges []money.Amount
	net     money.Amount // to the minor unit
}

// upTo is the share of a quantity: of each charge by itself, to the places in
// which it was booked (never fewer than its currency's digits), and of the net.
// The net is not the sum of the rounded charges: several discounts that each
// round up would make the share of a cheap line less than nothing.
func (w waterfall) upTo(q quantity.Quantity) (level, error) {
	net, err := w.share(w.line.Net, q, w.line.Net.Currency().Digits())
	if err != nil {
		return level{}, err
	}
	at := level{charges: make([]money.Amount, len(w.line.Charges)), net: net}
	for i, c := range w.line.Charges {
		if at.charges[i], err = w.share(c.Amount, q, c.Amount.Scale()); err != nil {
			return level{}, err
		}
	}
	return at, nil
}

// share is amount x q / the line's quantity, rounded once.
func (w waterfall) share(amount money.Amount, q quantity.Quantity, places int) (money.Amount, error) {
	if w.line.Base.Sign() <= 0 {
		return money.Amount{}, fmt.Errorf("the line's quantity is %s", w.line.Base)
	}
	shift := int64(1)
	for range w.line.Base.Scale() {
		shift *= 10
	}
	scaled, err := q.MulInt(shift)
	if err != nil {
		return money.Amount{}, err
	}
	return money.Extend(amount, scaled, w.line.Base.Coefficient(), places, w.mode)
}

// between returns the line's charges with what lies between two levels as
// their amounts, and a rounding where they need one to add up to net.
func (w waterfall) between(was, is level, net money.Amount) ([]order.Charge, error) {
	if len(w.line.Charges) == 0 {
		return nil, nil
	}
	charges := slices.Clone(w.line.Charges)
	rest := net
	for i := range charges {
		var err error
		if charges[i].Amount, err = is.charges[i].Sub(was.charges[i]); err != nil {
			return nil, err
		}
		if rest, err = rest.Sub(charges[i].Amount); err != nil {
			return nil, err
		}
	}
	if !rest.IsZero() {
		charges = append(charges, order.Charge{Step: roundingStep, Kind: "rounding", Label: "rounding", Amount: rest})
	}
	return charges, nil
}

// inOrderedUnit is q in the unit that the line was ordered in, as far as that
// can be said exactly.
func inOrderedUnit(l *order.Line, q quantity.Quantity) quantity.Quantity {
	unit := l.Quantity.Unit()
	if unit == l.Base.Unit() {
		return q
	}
	table, err := quantity.NewConversions(l.Base.Unit(), worth(l.Quantity, l.Base))
	if err != nil {
		return quantity.Quantity{}
	}
	ordered, err := table.Convert(q, unit)
	if err != nil {
		return quantity.Quantity{}
	}
	return ordered
}

// worth is the row of a conversion table that says how much base the ordered
// quantity is.
func worth(ordered, base quantity.Quantity) quantity.Conversion {
	c := quantity.Conversion{Unit: ordered.Unit(), Of: base.Coefficient(), Per: ordered.Coefficient()}
	for range ordered.Scale() {
		c.Of *= 10
	}
	for range base.Scale() {
		c.Per *= 10
	}
	return c
}
