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
const (
	roundingStep = "invoice rounding"
	roundingKind = "rounding"
)

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
	w := waterfall{charges: l.Charges, statistics: l.Statistics, net: l.Net, quantity: l.Base, mode: mode}
	share, err := w.part(before, after)
	if err != nil {
		return fail(err)
	}
	billed := Line{
		Line: l.ID, Item: l.Item, Identifiers: slices.Clone(l.Identifiers), Description: l.Description,
		Quantity: p.Quantity, Ordered: inOrderedUnit(l, p.Quantity), UnitPrice: l.UnitPrice, Per: l.Per, PriceUnit: l.PriceUnit,
		Charges: share.charges, Statistics: share.statistics, Net: share.net,
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

// waterfall is what is shared out by quantity: the charges of an order line, or
// those of a line that was billed.
type waterfall struct {
	charges, statistics []order.Charge
	net                 money.Amount
	quantity            quantity.Quantity // that all of it is for
	mode                money.Rounding
}

// portion is what a part of the quantity has of a waterfall. Its charges add up
// to its net, which is whole minor units.
type portion struct {
	charges, statistics []order.Charge
	net                 money.Amount
}

// part is what falls on the quantity after from, up to to: every amount the share
// up to to less the share up to from. A rounding is added to the charges where
// they need one to add up to the net: the net is not the sum of the rounded
// charges, since several discounts that each round up would make the share of a
// cheap line less than nothing.
func (w *waterfall) part(from, to quantity.Quantity) (portion, error) {
	var p portion
	size, err := to.Sub(from)
	if err != nil {
		return p, err
	}
	if p.net, err = w.between(w.net, from, to, w.net.Currency().Digits()); err != nil {
		return p, err
	}
	if p.charges, err = w.parts(w.charges, from, to, size); err != nil {
		return p, err
	}
	if p.statistics, err = w.parts(w.statistics, from, to, size); err != nil || len(p.charges) == 0 {
		return p, err
	}
	rest := p.net
	for i := range p.charges {
		if rest, err = rest.Sub(p.charges[i].Amount); err != nil {
			return p, err
		}
	}
	if !rest.IsZero() {
		p.charges = append(p.charges, order.Charge{Step: roundingStep, Kind: roundingKind, Label: "rounding", Amount: rest})
	}
	return p, nil
}

// parts are the shares of charges, each of its amount by itself, to the places in
// which it was booked (never fewer than its currency's digits). The base of a rate
// is shared alike; the quantity of an amount per unit where a decimal number says
// its share exactly.
func (w *waterfall) parts(of []order.Charge, from, to, size quantity.Quantity) ([]order.Charge, error) {
	parts := slices.Clone(of)
	for i := range parts {
		c := &parts[i]
		var err error
		if c.Amount, err = w.between(c.Amount, from, to, c.Amount.Scale()); err != nil {
			return nil, err
		}
		if !c.Rate.IsZero() && c.Base.Currency() != 0 {
			if c.Base, err = w.between(c.Base, from, to, c.Base.Scale()); err != nil {
				return nil, err
			}
		}
		c.Quantity = shareOf(c.Quantity, size, w.quantity)
	}
	return parts, nil
}

// between is the share of an amount that falls on the quantity after from, up to to.
func (w *waterfall) between(amount money.Amount, from, to quantity.Quantity, places int) (money.Amount, error) {
	was, err := w.share(amount, from, places)
	if err != nil {
		return money.Amount{}, err
	}
	is, err := w.share(amount, to, places)
	if err != nil {
		return money.Amount{}, err
	}
	return is.Sub(was)
}

// share is amount x q / the whole quantity, rounded once.
func (w *waterfall) share(amount money.Amount, q quantity.Quantity, places int) (money.Amount, error) {
	if w.quantity.Sign() <= 0 {
		return money.Amount{}, fmt.Errorf("the line's quantity is %s", w.quantity)
	}
	shift := int64(1)
	for range w.quantity.Scale() {
		shift *= 10
	}
	scaled, err := q.MulInt(shift)
	if err != nil {
		return money.Amount{}, err
	}
	return money.Extend(amount, scaled, w.quantity.Coefficient(), places, w.mode)
}

// shareOf is the share of a quantity that part has of whole, zero where no decimal
// number of six places says it exactly.
func shareOf(q, part, whole quantity.Quantity) quantity.Quantity {
	const places = 6
	if q.IsZero() || part == whole {
		return q
	}
	product := q.Decimal().Mul(part.Decimal())
	n := product.DivRound(whole.Decimal(), places)
	share, err := quantity.FromDecimal(n, q.Unit())
	if err != nil || !n.Mul(whole.Decimal()).Equal(product) {
		return quantity.Quantity{}
	}
	return share
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
