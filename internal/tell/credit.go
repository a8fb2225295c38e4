package tell

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// Reversed gives an invoice with every amount and quantity of the other sign: a credit,
// which is below zero, in the amounts that its document shows.
func Reversed(inv *invoice.Invoice) *invoice.Invoice {
	out := *inv
	out.Lines = slices.Clone(inv.Lines)
	for i := range out.Lines {
		l := &out.Lines[i]
		if l.Quantity.Sign() < 0 || l.Ordered.Sign() < 0 {
			l.Quantity, l.Ordered = l.Quantity.Neg(), l.Ordered.Neg()
		} else {
			l.UnitPrice = l.UnitPrice.Abs()
		}
		l.Net = l.Net.Neg()
		l.Charges, l.Statistics = reversedCharges(l.Charges), reversedCharges(l.Statistics)
		l.Taxes = reversedTaxes(l.Taxes)
	}
	out.Charges = slices.Clone(inv.Charges)
	for i := range out.Charges {
		c := &out.Charges[i]
		c.Charge = reversedCharge(c.Charge)
		c.Taxes = reversedTaxes(c.Taxes)
	}
	out.Taxes = slices.Clone(inv.Taxes)
	for i := range out.Taxes {
		t := &out.Taxes[i]
		t.Base, t.Amount = t.Base.Neg(), t.Amount.Neg()
	}
	t := &out.Totals
	for _, a := range []*money.Amount{&t.Lines, &t.Net, &t.Tax, &t.Payable} {
		*a = a.Neg()
	}
	t.Allowances, t.Charges = t.Charges, t.Allowances
	out.Due = slices.Clone(inv.Due)
	for i := range out.Due {
		d := &out.Due[i]
		d.Amount = d.Amount.Neg()
		d.Discounts = slices.Clone(d.Discounts)
		for n := range d.Discounts {
			d.Discounts[n].Amount = d.Discounts[n].Amount.Neg()
		}
	}
	return &out
}

func reversedCharges(all []order.Charge) []order.Charge {
	out := slices.Clone(all)
	for i := range out {
		out[i] = reversedCharge(out[i])
	}
	return out
}

// reversedCharge has the other sign. What explains it keeps the sign that it has on
// the invoice of what is credited.
func reversedCharge(c order.Charge) order.Charge {
	c.Amount = c.Amount.Neg()
	if c.Quantity.Sign() < 0 {
		c.Quantity = c.Quantity.Neg()
	} else if c.Base.Sign() < 0 && c.Quantity == (quantity.Quantity{}) {
		c.Base = c.Base.Neg()
	}
	return c
}

func reversedTaxes(all []invoice.Taxed) []invoice.Taxed {
	out := slices.Clone(all)
	for i := range out {
		out[i].Base, out[i].Amount = out[i].Base.Neg(), out[i].Amount.Neg()
	}
	return out
}
