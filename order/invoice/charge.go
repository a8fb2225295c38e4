package invoice

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// billCharges takes from the order's own charges what the policy puts on this
// invoice. Charges that were spread over the lines are in their nets already.
func billCharges(r *Request, lines []Line) ([]Charge, error) {
	var billed []Charge
	var p *progress
	for _, c := range r.Order.Charges {
		if c.Spread {
			continue
		}
		if r.Charges == "" {
			return nil, &RequestError{Field: "Charges", Reason: fmt.Sprintf("the order has the charge %q: say when it is billed", c.Step)}
		}
		if p == nil {
			var err error
			if p, err = progressOf(r.Order, lines); err != nil {
				return nil, fmt.Errorf("invoice: order %s: %w", r.Order.ID, err)
			}
		}
		whole, err := c.Amount.RoundMinor(r.Rounding)
		if err != nil {
			return nil, fmt.Errorf("invoice: charge %q: %w", c.Step, err)
		}
		if c.Amount, err = p.share(whole, r.Charges); err != nil {
			return nil, fmt.Errorf("invoice: charge %q: %w", c.Step, err)
		}
		if !c.Amount.IsZero() {
			billed = append(billed, Charge{Charge: c})
		}
	}
	return billed, nil
}

// progress is how much of an order is billed before and with an invoice.
type progress struct {
	first, last bool
	// before and after are the net value billed, whole that of the order.
	before, after, whole money.Amount
}

// progressOf adds up the order and the lines of the new invoice. What was
// billed of a line that was refused later counts as part of the order.
func progressOf(o *order.Order, lines []Line) (*progress, error) {
	p := progress{first: len(o.Invoices) == 0, last: completes(o, lines)}
	sum := sums{}
	for i := range o.Lines {
		if o.Lines[i].Rejection == nil {
			value, err := o.Lines[i].Value()
			if err != nil {
				return nil, err
			}
			sum.add(&p.whole, value)
		}
	}
	for _, inv := range o.Invoices {
		for _, l := range inv.Lines {
			sum.add(&p.before, l.Net)
			if ol := o.Line(l.Line); ol != nil && ol.Rejection != nil {
				sum.add(&p.whole, l.Net)
			}
		}
	}
	p.after = p.before
	for i := range lines {
		sum.add(&p.after, lines[i].Net)
	}
	return &p, sum.err
}

// completes tells whether everything that is not refused is billed with lines.
func completes(o *order.Order, lines []Line) bool {
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Rejection != nil {
			continue
		}
		billed := o.Billed(l.ID)
		for j := range lines {
			if lines[j].Line == l.ID {
				billed, _ = billed.Add(lines[j].Quantity) // bounded by what was shipped
			}
		}
		if billed != l.Deliverable() {
			return false
		}
	}
	return true
}

// share is what this invoice takes of a charge.
func (p *progress) share(charge money.Amount, policy ChargePolicy) (money.Amount, error) {
	if policy == ProRata && p.whole.Sign() <= 0 {
		policy = OnLast
	}
	none := money.Zero(charge.Currency())
	switch {
	case policy == OnFirst && p.first, policy == OnLast && p.last:
		return charge, nil
	case policy != ProRata:
		return none, nil
	}
	was, err := p.upTo(charge, p.before)
	if err != nil {
		return none, err
	}
	is := charge
	if !p.last {
		if is, err = p.upTo(charge, p.after); err != nil {
			return none, err
		}
	}
	return is.Sub(was)
}

// upTo is the part of the charge that belongs to a value, never less than
// nothing nor more than all.
func (p *progress) upTo(charge, value money.Amount) (money.Amount, error) {
	rest, err := p.whole.Sub(value)
	switch {
	case err != nil:
		return money.Amount{}, err
	case value.Sign() <= 0:
		return money.Zero(charge.Currency()), nil
	case rest.Sign() <= 0:
		return charge, nil
	}
	parts, err := money.Apportion(charge, []money.Amount{value, rest})
	if err != nil {
		return money.Amount{}, err
	}
	return parts[0], nil
}
