package invoice

import (
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// Invoice is a bill as it was issued. It is never changed: what has to be
// reversed is reversed by the amounts that stand here.
type Invoice struct {
	// Number is the legal number, Series and Sequence what it is made of.
	Number   string         `json:"number"`
	Series   string         `json:"series"`
	Sequence int64          `json:"sequence"`
	Date     calendar.Date  `json:"date"`
	Currency money.Currency `json:"currency"`

	// Order is our number of the order, PurchaseOrder and Release the customer's.
	Order             order.ID      `json:"order"`
	PurchaseOrder     string        `json:"purchase_order,omitempty"`
	PurchaseOrderDate calendar.Date `json:"purchase_order_date,omitzero"`
	Release           string        `json:"release,omitempty"`
	// Customer is our number of the account that is billed.
	Customer   string            `json:"customer,omitempty"`
	Parties    []order.Party     `json:"parties,omitempty"`
	References []order.Reference `json:"references,omitempty"`
	// Shipments are the numbers of the shipments that are billed.
	Shipments    []string      `json:"shipments,omitempty"`
	ShipDate     calendar.Date `json:"ship_date,omitzero"`
	DeliveryDate calendar.Date `json:"delivery_date,omitzero"`

	// Lines stand in the order of the order's lines.
	Lines []Line `json:"lines"`
	// Charges are those of the order as a whole: freight, an allowance.
	Charges []Charge `json:"charges,omitempty"`
	// Taxes is the breakdown by category.
	Taxes  []TaxTotal `json:"taxes,omitempty"`
	Totals Totals     `json:"totals"`

	Terms terms.Payment `json:"terms,omitzero"`
	// Due is when how much has to be paid; it adds up to the payable.
	Due []Due `json:"due,omitempty"`
}

// Line is what is billed of one order line.
type Line struct {
	// Line is the number of the line in the order.
	Line        string                 `json:"line"`
	Item        string                 `json:"item"`
	Identifiers []order.ItemIdentifier `json:"identifiers,omitempty"`
	Description string                 `json:"description,omitempty"`
	// Quantity is in the item's base unit. Ordered is the same in the unit that
	// was ordered; zero where no decimal number says it exactly, such as 1 EA of
	// a case of 12.
	Quantity quantity.Quantity `json:"quantity"`
	Ordered  quantity.Quantity `json:"ordered,omitzero"`
	// UnitPrice is the price of Per units of PriceUnit before any discount; Per
	// 0 means 1, and no PriceUnit the unit that was ordered.
	UnitPrice money.Amount  `json:"unit_price,omitzero"`
	Per       int64         `json:"per,omitempty"`
	PriceUnit quantity.Unit `json:"price_unit,omitzero"`
	// Charges are this invoice's shares of the line's waterfall and add up to
	// Net. Base, where it is the base of a rate, and Quantity are shares too;
	// Quantity is zero where no decimal number says its share exactly. None
	// where the order has none.
	Charges []order.Charge `json:"charges,omitempty"`
	// Statistics are the shares of the line's statistical steps; they are no
	// part of Net.
	Statistics []order.Charge `json:"statistics,omitempty"`
	// Net is the value before tax.
	Net money.Amount `json:"net"`
	// Taxes are the line's shares of the document's taxes.
	Taxes []Taxed `json:"taxes,omitempty"`
}

// Charge is this invoice's share of one of the order's own charges.
type Charge struct {
	// Charge has the share as its Amount, below zero for an allowance; Base
	// and Rate are as booked for the whole order.
	order.Charge
	Taxes []Taxed `json:"taxes,omitempty"`
}

// Totals are the sums of an invoice, by the terms of EN 16931.
type Totals struct {
	// Lines is the sum of the lines' nets (BT-106).
	Lines money.Amount `json:"lines"`
	// Allowances and Charges are the sums of the order's own charges, those
	// below zero and the others, both as positive amounts (BT-107, BT-108).
	Allowances money.Amount `json:"allowances"`
	Charges    money.Amount `json:"charges"`
	// Net is Lines less Allowances plus Charges: the total without tax (BT-109).
	Net money.Amount `json:"net"`
	// Tax is the sum of the tax breakdown (BT-110).
	Tax money.Amount `json:"tax"`
	// Payable is Net plus Tax (BT-115).
	Payable money.Amount `json:"payable"`
}

// Due is an amount and the last day on which it is paid in time.
type Due struct {
	Amount money.Amount  `json:"amount"`
	Date   calendar.Date `json:"date"`
	// Discounts are for paying sooner, the earliest first.
	Discounts []Discount `json:"discounts,omitempty"`
}

// Discount may be kept back by who pays until a day.
type Discount struct {
	Until  calendar.Date `json:"until"`
	Rate   money.Rate    `json:"rate"`
	Amount money.Amount  `json:"amount"`
}

// Tax returns the sum of the line's taxes.
func (l *Line) Tax() (money.Amount, error) { return sumTaxed(l.Net, l.Taxes) }

// Tax returns the sum of the charge's taxes.
func (c *Charge) Tax() (money.Amount, error) { return sumTaxed(c.Amount, c.Taxes) }

// Invoiced returns the event that says on the order what was billed. The
// journal takes it together with the [Issued] of this invoice, or neither.
func (inv *Invoice) Invoiced(at time.Time) order.Invoiced {
	e := order.Invoiced{Invoice: inv.Number, At: at, Payable: inv.Totals.Payable, Lines: make([]order.InvoicedLine, len(inv.Lines))}
	for i := range inv.Lines {
		l := &inv.Lines[i]
		e.Lines[i] = order.InvoicedLine{Line: l.Line, Quantity: l.Quantity, Net: l.Net}
	}
	return e
}

func sumTaxed(of money.Amount, taxes []Taxed) (money.Amount, error) {
	sum := money.Zero(of.Currency())
	var err error
	for _, t := range taxes {
		if sum, err = sum.Add(t.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return sum, nil
}
