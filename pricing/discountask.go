package pricing

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// barred tells why the discount cannot apply to the request at all.
func (c *calculation) barred(d *Discount) Why {
	switch {
	case d.currency() != 0 && d.currency() != c.req.Currency:
		return WhyOtherCurrency
	case d.Coupon != "" && !slices.Contains(c.req.Coupons, d.Coupon):
		return WhyNoCoupon
	case len(c.req.Exhausted) > 0 && (d.Coupon != "" && slices.Contains(c.req.Exhausted, d.Coupon) ||
		d.Budget != "" && slices.Contains(c.req.Exhausted, d.Budget)):
		return WhyExhausted
	}
	return ""
}

// tooLittle tells why the lines, which have come to running together, are too
// little for the discount.
func (c *calculation) tooLittle(d *Discount, running money.Amount, lines []int) Why {
	if d.Minimum.Currency() != 0 {
		order, err := running.Cmp(d.Minimum)
		switch {
		case err != nil: // amounts of two currencies cannot be compared
			return WhyOtherCurrency
		case order < 0:
			return WhyBelowMinimum
		}
	}
	if d.MinimumQuantity.Unit() == 0 {
		return ""
	}
	total, err := c.counted(lines, d.MinimumQuantity.Unit())
	if err != nil {
		return WhyBelowMinimum // beyond any quantity
	}
	if order, err := total.Cmp(d.MinimumQuantity); err != nil || order < 0 {
		return WhyBelowMinimum
	}
	return ""
}

// counted adds up what the lines come to in the unit; those that have no exact
// value in it do not count.
func (c *calculation) counted(lines []int, unit quantity.Unit) (quantity.Quantity, error) {
	total := quantity.New(0, unit)
	for _, i := range lines {
		n, ok := inUnit(c.lines[i].Quantity, unit, c.lines[i].Units)
		if !ok {
			continue
		}
		var err error
		if total, err = total.Add(n); err != nil {
			return total, err
		}
	}
	return total, nil
}

// inUnit counts the quantity in the unit, if it has an exact value in it.
func inUnit(q quantity.Quantity, unit quantity.Unit, units *quantity.Conversions) (quantity.Quantity, bool) {
	if q.Unit() == unit {
		return q, true
	}
	if !units.Has(q.Unit()) || !units.Has(unit) {
		return quantity.Quantity{}, false
	}
	n, err := units.Convert(q, unit)
	return n, err == nil
}

// tier returns the highest tier that the lines reach, which have come to running
// together; nil: they reach none.
func (c *calculation) tier(d *Discount, running money.Amount, lines []int) (*Tier, error) {
	total, err := quantity.Quantity{}, error(nil)
	if unit := d.Tiers[0].Quantity.Unit(); unit != 0 {
		if total, err = c.counted(lines, unit); err != nil {
			return nil, err
		}
	}
	for n := len(d.Tiers) - 1; n >= 0; n-- {
		t := &d.Tiers[n]
		var order int
		if t.Quantity.Unit() != 0 {
			order, err = total.Cmp(t.Quantity)
		} else {
			order, err = running.Cmp(t.From)
		}
		if err == nil && order >= 0 && (t.Amount.Currency() == 0 || t.Amount.Currency() == c.req.Currency) {
			return t, nil
		}
	}
	return nil, nil //nolint:nilnil // no tier is no fault
}

// capped bounds what the discount takes off, to as many digits as the step has.
func (d *Discount) capped(amount money.Amount, r rounding) (money.Amount, error) {
	if d.Maximum.Currency() == 0 {
		return amount, nil
	}
	if order, err := amount.Cmp(d.Maximum); err != nil || order <= 0 {
		return amount, err
	}
	return d.Maximum.Round(r.places, money.Down)
}
