package invoice

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// Reversal returns what was billed for the part of a line after from, up to to,
// both in the item's base unit: what a return of that part is credited. The first
// return of 4 out of 10 is 0 to 4, the next of 6 is 4 to 10; whoever takes the
// returns remembers how much came back before.
//
// Every amount is a share of what the invoice stores: of each charge, parts of
// order discounts among them, of the net and of each tax and its base it takes what all
// quantity up to to has of it, rounded half up, less what the quantity up to from
// has. Nothing is worked out from rates or from the order anew. So the returns of
// a line, in however many parts, come to what was billed, charge by charge and tax
// by tax, and not a cent more or less (pricing: "returns reverse what the invoice
// stored"). Where the rounded charges of one part do not come to its net, a step
// "invoice rounding" says so, as in [Make].
//
// The amounts have the signs of the invoice. What the invoice billed of the
// order's own charges, such as freight, is credited by [Charge.Reversal].
//
// A line that the invoice does not have or that does not add up, and a part that
// is not within 0 to its quantity, is a [*ReversalError]; a quantity in another unit comes back as the
// error of package quantity.
func (inv *Invoice) Reversal(line string, from, to quantity.Quantity) (Line, error) {
	i := slices.IndexFunc(inv.Lines, func(l Line) bool { return l.Line == line })
	if i < 0 {
		return Line{}, &ReversalError{Invoice: inv.Number, Line: line, Reason: "the invoice has no such line"}
	}
	l := &inv.Lines[i]
	fail := func(err error) (Line, error) {
		return Line{}, fmt.Errorf("invoice: %s line %q: %w", inv.Number, line, err)
	}
	if err := l.has(inv.Number, from, to); err != nil {
		return Line{}, err
	}
	w := waterfall{
		// The rounding is what the others lack: shared with them, it would be
		// rounded against them.
		charges:    slices.DeleteFunc(slices.Clone(l.Charges), isRounding),
		statistics: l.Statistics, net: l.Net, quantity: l.Quantity,
	}
	p, err := w.part(from, to)
	if err != nil {
		return fail(err)
	}
	back := *l
	back.Identifiers = slices.Clone(l.Identifiers)
	back.Charges, back.Statistics, back.Net = p.charges, p.statistics, p.net
	back.Quantity, _ = to.Sub(from) // they compare, so they subtract
	back.Ordered = shareOf(l.Ordered, back.Quantity, l.Quantity)
	back.Taxes = slices.Clone(l.Taxes)
	for i := range back.Taxes {
		t := &back.Taxes[i]
		if t.Amount, err = w.between(t.Amount, from, to, t.Amount.Scale()); err != nil {
			return fail(err)
		}
		if t.Base.Currency() == 0 {
			continue
		}
		if t.Base, err = w.between(t.Base, from, to, t.Base.Scale()); err != nil {
			return fail(err)
		}
	}
	return back, nil
}

func isRounding(c order.Charge) bool { return c.Step == roundingStep && c.Kind == roundingKind }

// has checks that the line has the part, and that it adds up: an invoice that was
// tampered with would have its difference credited as a rounding.
func (l *Line) has(number string, from, to quantity.Quantity) error {
	ordered, err := from.Cmp(to)
	if err != nil {
		return fmt.Errorf("invoice: %s line %q: %w", number, l.Line, err)
	}
	within, err := to.Cmp(l.Quantity)
	if err != nil {
		return fmt.Errorf("invoice: %s line %q: %w", number, l.Line, err)
	}
	refuse := func(format string, args ...any) error {
		return &ReversalError{Invoice: number, Line: l.Line, Reason: fmt.Sprintf(format, args...)}
	}
	if from.Sign() < 0 || ordered > 0 || within > 0 {
		return refuse("of %s that were billed there is no part from %s to %s", l.Quantity, from, to)
	}
	sum := money.Zero(l.Net.Currency())
	for i := range l.Charges {
		if sum, err = sum.Add(l.Charges[i].Amount); err != nil {
			return refuse("its charges do not add up: %v", err)
		}
	}
	if len(l.Charges) > 0 && sum != l.Net {
		return refuse("its charges add up to %s, its net is %s", sum, l.Net)
	}
	return nil
}

// Reversal returns the part of the charge after from, up to to, with its taxes:
// what is credited of a freight of 12.00 of which 5.00 was credited before, and now
// 4.00 more, is the part from 5.00 to 9.00. Both are at or above zero, also for an
// allowance; the part has the sign of the charge. Its taxes are shares of what the
// invoice stores, so that all parts come to the charge and to each of its taxes.
// Base, rate and quantity stay as they are.
//
// A part that is not within 0 to the charge is a [*ReversalError]; amounts in
// another currency come back as the error of package money.
func (c *Charge) Reversal(from, to money.Amount) (Charge, error) {
	whole := c.Amount.Abs()
	ordered, err := from.Cmp(to)
	if err != nil {
		return Charge{}, fmt.Errorf("invoice: charge %q: %w", c.Step, err)
	}
	within, err := to.Cmp(whole)
	if err != nil {
		return Charge{}, fmt.Errorf("invoice: charge %q: %w", c.Step, err)
	}
	if from.Sign() < 0 || ordered > 0 || within > 0 {
		return Charge{}, &ReversalError{Charge: c.Step, Reason: fmt.Sprintf("of %s there is no part from %s to %s", whole, from, to)}
	}
	back := *c
	back.Taxes = slices.Clone(c.Taxes)
	if back.Amount, err = to.Sub(from); err != nil {
		return Charge{}, fmt.Errorf("invoice: charge %q: %w", c.Step, err)
	}
	if c.Amount.Sign() < 0 {
		back.Amount = back.Amount.Neg()
	}
	for i := range back.Taxes {
		t := &back.Taxes[i]
		if t.Amount, err = between(t.Amount, from, to, whole); err != nil {
			return Charge{}, fmt.Errorf("invoice: charge %q: %w", c.Step, err)
		}
		if t.Base.Currency() == 0 {
			continue
		}
		if t.Base, err = between(t.Base, from, to, whole); err != nil {
			return Charge{}, fmt.Errorf("invoice: charge %q: %w", c.Step, err)
		}
	}
	return back, nil
}

// between is the share of an amount that falls on the value after from, up to to.
func between(amount, from, to, whole money.Amount) (money.Amount, error) {
	p := progress{whole: whole}
	was, err := p.upTo(amount, from)
	if err != nil {
		return money.Amount{}, err
	}
	is, err := p.upTo(amount, to)
	if err != nil {
		return money.Amount{}, err
	}
	return is.Sub(was)
}
