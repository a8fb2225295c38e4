package mapping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// VendorInvoice is what a vendor bills us (X12 810, EDIFACT INVOIC). Amounts stand as
// the vendor states them: those of a credit are above zero for most, and [Kind] says
// that it is one. [VendorInvoice.Owed] is what it means for us.
type VendorInvoice struct {
	Source order.Source `json:"source"`
	// Number is the vendor's.
	Number string     `json:"number"`
	Kind   VendorBill `json:"kind"`
	// Code is the vendor's code of the kind (X12 element 640, EDIFACT element 1001).
	Code string        `json:"code,omitempty"`
	Date calendar.Date `json:"date,omitzero"`
	// PurchaseOrder is our number of the order, Release that of the release,
	// VendorOrder the vendor's number.
	PurchaseOrder     string        `json:"purchase_order,omitempty"`
	PurchaseOrderDate calendar.Date `json:"purchase_order_date,omitzero"`
	Release           string        `json:"release,omitempty"`
	VendorOrder       string        `json:"vendor_order,omitempty"`
	// Shipments are the vendor's numbers of the shipments that are billed.
	Shipments []string `json:"shipments,omitempty"`
	// Original is the invoice that a credit corrects; empty: it does not say.
	Original string `json:"original,omitempty"`
	// Currency is that of every amount. Zero: neither stated nor agreed.
	Currency     money.Currency    `json:"currency,omitzero"`
	Parties      []order.Party     `json:"parties,omitempty"`
	References   []order.Reference `json:"references,omitempty"`
	Notes        []string          `json:"notes,omitempty"`
	ShipDate     calendar.Date     `json:"ship_date,omitzero"`
	DeliveryDate calendar.Date     `json:"delivery_date,omitzero"`
	Terms        terms.Payment     `json:"terms,omitzero"`
	// Due is the day on which it has to be paid, where the vendor states one.
	Due   calendar.Date       `json:"due,omitzero"`
	Lines []VendorInvoiceLine `json:"lines,omitempty"`
	// Charges are those of the invoice as a whole; an allowance is below zero.
	Charges []order.Charge `json:"charges,omitempty"`
	// Taxes are those of the invoice as a whole.
	Taxes  []VendorTax  `json:"taxes,omitempty"`
	Totals VendorTotals `json:"totals"`
}

// VendorInvoiceLine is what is billed of a line.
type VendorInvoiceLine struct {
	// ID is the vendor's number of the line, for most our own of the order's line.
	ID string `json:"id,omitempty"`
	// PurchaseOrder and Line name the order and the line where the vendor states them
	// for the line; empty: they are those of the invoice, and ID.
	PurchaseOrder string                 `json:"purchase_order,omitempty"`
	Line          string                 `json:"line,omitempty"`
	Identifiers   []order.ItemIdentifier `json:"identifiers,omitempty"`
	Description   string                 `json:"description,omitempty"`
	Quantity      quantity.Quantity      `json:"quantity"`
	// Price is that of PricePer units; nil: none is stated.
	Price *money.Amount `json:"price,omitempty"`
	// PricePer is how many units the price is for; 0 means 1.
	PricePer int64 `json:"price_per,omitempty"`
	// Value is price times quantity rounded half up to the minor unit, or what the
	// vendor states for the line before allowances, charges and taxes.
	Value   money.Amount   `json:"value,omitzero"`
	Charges []order.Charge `json:"charges,omitempty"`
	// Taxes are those of this line where they are added to the total and are not
	// among those of the invoice.
	Taxes []VendorTax `json:"taxes,omitempty"`
	Notes []string    `json:"notes,omitempty"`
}

// VendorTax is a tax on an invoice.
type VendorTax struct {
	// Type is the kind of tax in the channel's code (X12 element 963, EDIFACT element
	// 5153), such as VA or VAT.
	Type string     `json:"type"`
	Rate money.Rate `json:"rate,omitzero"`
	// Base is what it was taken of; zero: not stated.
	Base         money.Amount `json:"base,omitzero"`
	Amount       money.Amount `json:"amount"`
	Jurisdiction string       `json:"jurisdiction,omitempty"`
	// Category is the category or exemption in the channel's code (X12 element 441,
	// EDIFACT element 5305).
	Category string `json:"category,omitempty"`
}

// VendorTotals are the sums that the vendor states. Zero, without currency: not
// stated.
type VendorTotals struct {
	// Payable is what is to be paid in all (TDS01, MOA 77 or 9).
	Payable money.Amount `json:"payable,omitzero"`
	// Lines are the values of the lines (MOA 79), Tax the taxes (MOA 124 or 176).
	Lines money.Amount `json:"lines,omitzero"`
	Tax   money.Amount `json:"tax,omitzero"`
	// DiscountBase is what early payment is discounted from, Discount how much, and
	// Discounted what is left to pay then (TDS02 to TDS04).
	DiscountBase money.Amount `json:"discount_base,omitzero"`
	Discounted   money.Amount `json:"discounted,omitzero"`
	Discount     money.Amount `json:"discount,omitzero"`
}

// VendorBill is the kind of an invoice.
type VendorBill string

// The kinds of invoices.
const (
	Billed   VendorBill = "invoice"
	Credited VendorBill = "credit"
	Debited  VendorBill = "debit"
)

// Owed is what is to be paid for the invoice: below zero for a credit, whichever
// sign the vendor gives its amounts.
func (v *VendorInvoice) Owed() money.Amount {
	if v.Kind == Credited {
		return v.Totals.Payable.Abs().Neg()
	}
	return v.Totals.Payable
}

// Sum adds up what the payable has to be: the values of the lines, their charges and
// taxes, the charges and the taxes of the invoice, rounded half up to the minor unit.
// The error is that of amounts in several currencies, or out of range.
func (v *VendorInvoice) Sum() (money.Amount, error) {
	if v.Currency == 0 {
		return money.Amount{}, fmt.Errorf("mapping: invoice %s states no currency", v.Number)
	}
	amounts := []money.Amount{money.Zero(v.Currency)}
	charges := func(list []order.Charge) {
		for i := range list {
			amounts = append(amounts, list[i].Amount)
		}
	}
	taxes := func(list []VendorTax) {
		for i := range list {
			amounts = append(amounts, list[i].Amount)
		}
	}
	for i := range v.Lines {
		l := &v.Lines[i]
		if l.Value.Currency() != 0 {
			amounts = append(amounts, l.Value)
		}
		charges(l.Charges)
		taxes(l.Taxes)
	}
	charges(v.Charges)
	taxes(v.Taxes)
	sum, err := money.Sum(amounts...)
	if err != nil {
		return sum, err
	}
	return sum.RoundMinor(money.HalfUp)
}

// Validate tells whether the invoice ties: lines, allowances, charges and taxes are
// the payable, and the discounted total is the payable less the discount. What does
// not tie is a warning, for the vendor claims the payable all the same.
func (v *VendorInvoice) Validate() finding.List {
	var found finding.List
	stated := v.Totals.Payable
	if v.Currency == 0 || stated.Currency() == 0 {
		return nil
	}
	sum, err := v.Sum()
	switch {
	case err != nil:
		found.Warn("mapping.invoice.sum", "totals.payable", fmt.Sprintf("lines, charges and taxes cannot be added up: %v", err), "ask the vendor for the amounts")
	case sum != stated:
		found.Warn("mapping.invoice.tie", "totals.payable",
			fmt.Sprintf("lines, allowances, charges and taxes add up to %s, the invoice claims %s", sum, stated),
			"ask the vendor what the difference is for before it is paid")
	}
	t := &v.Totals
	if t.Discounted.Currency() == 0 || t.Discount.Currency() == 0 {
		return found
	}
	if rest, err := stated.Sub(t.Discount); err == nil && rest != t.Discounted {
		found.Warn("mapping.invoice.discount-tie", "totals.discounted",
			fmt.Sprintf("%s less the discount of %s is %s, the invoice says %s", stated, t.Discount, rest, t.Discounted),
			"ask the vendor how much may be kept back")
	}
	return found
}
