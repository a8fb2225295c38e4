package invoice

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// Make bills a part of an order. It is a function of its arguments.
//
// Every amount is a share of what the order stores: of a line's net, and of each
// step of its waterfall, the invoice takes the share that all quantity billed so
// far has of it, rounded, less the share that was billed before. So the invoices
// of a line add up to its net, and step by step to its waterfall, in however many
// parts it ships; and none is below zero when the line is not. Where the rounded
// steps of one invoice do not come to its net, a step "invoice rounding" says so.
// An order line whose net is finer than the minor unit is billed rounded to it.
//
// A request that lacks something is a [*RequestError], more of a line than can
// be billed a [*QuantityError], an order line that does not add up a
// [*TieError], an invoice below zero [ErrNegative]. Errors of the tax function
// and of package terms come back wrapped.
func Make(r Request) (Invoice, error) {
	if err := r.check(); err != nil {
		return Invoice{}, err
	}
	portions, err := r.portions()
	if err != nil {
		return Invoice{}, err
	}
	o := r.Order
	inv := Invoice{
		Number: r.Number.Text, Series: r.Number.Series, Sequence: r.Number.Sequence, Date: r.Date,
		Order: o.ID, PurchaseOrder: o.Document.PurchaseOrder, PurchaseOrderDate: o.Document.Date, Release: o.Document.Release,
		Customer: o.Customer, Parties: parties(o.Document.Parties, r.Parties), References: slices.Clone(o.Document.References),
		Shipments: slices.Clone(r.Shipments), ShipDate: r.ShipDate, DeliveryDate: r.DeliveryDate,
		Terms: r.Terms,
	}
	for _, p := range portions {
		line, err := billLine(o, p, r.Rounding)
		if err != nil {
			return Invoice{}, err
		}
		inv.Lines = append(inv.Lines, line)
	}
	inv.Currency = inv.Lines[0].Net.Currency()
	if inv.Charges, err = billCharges(&r, inv.Lines); err != nil {
		return Invoice{}, err
	}
	if err := inv.tax(r.Taxes, r.Rounding); err != nil {
		return Invoice{}, err
	}
	if err := inv.addUp(); err != nil {
		return Invoice{}, err
	}
	if inv.Terms.IsZero() {
		inv.Terms = o.Document.Terms
	}
	if inv.Due, err = inv.due(o); err != nil {
		return Invoice{}, err
	}
	return inv, nil
}

// parties are those of the document, less the roles that others fill, and the
// others.
func parties(document, others []order.Party) []order.Party {
	all := slices.DeleteFunc(slices.Clone(document), func(p order.Party) bool {
		return slices.ContainsFunc(others, func(q order.Party) bool { return q.Role == p.Role })
	})
	return append(all, others...)
}

// addUp fills in the totals.
func (inv *Invoice) addUp() error {
	zero := money.Zero(inv.Currency)
	t := Totals{Lines: zero, Allowances: zero, Charges: zero, Tax: zero}
	sum := sums{}
	for i := range inv.Lines {
		sum.add(&t.Lines, inv.Lines[i].Net)
	}
	for i := range inv.Charges {
		if a := inv.Charges[i].Amount; a.Sign() < 0 {
			sum.add(&t.Allowances, a.Neg())
		} else {
			sum.add(&t.Charges, a)
		}
	}
	for i := range inv.Taxes {
		sum.add(&t.Tax, inv.Taxes[i].Amount)
	}
	t.Net = t.Lines
	sum.add(&t.Net, t.Allowances.Neg())
	sum.add(&t.Net, t.Charges)
	t.Payable = t.Net
	sum.add(&t.Payable, t.Tax)
	if sum.err != nil {
		return fmt.Errorf("invoice: %w", sum.err)
	}
	if t.Payable.Sign() < 0 {
		return fmt.Errorf("%w: %s", ErrNegative, t.Payable)
	}
	inv.Totals = t
	return nil
}

// sums adds amounts up and keeps the first error.
type sums struct{ err error }

func (s *sums) add(to *money.Amount, a money.Amount) {
	if s.err != nil {
		return
	}
	sum, err := to.Add(a)
	if err != nil {
		s.err = err
		return
	}
	*to = sum
}

// due works out what the terms say about the payable.
func (inv *Invoice) due(o *order.Order) ([]Due, error) {
	if inv.Terms.IsZero() {
		return nil, &RequestError{Field: "Terms", Reason: "neither the request nor the order states terms of payment"}
	}
	dates := terms.Dates{Invoice: inv.Date, Order: o.Document.Date, Shipment: inv.ShipDate, Delivery: inv.DeliveryDate}
	if dates.Order.IsZero() && !o.Received.IsZero() {
		dates.Order = calendar.DateOf(o.Received)
	}
	payables, err := inv.Terms.Schedule(inv.Totals.Payable, dates)
	if err != nil {
		return nil, fmt.Errorf("invoice: %w", err)
	}
	all := make([]Due, len(payables))
	for i, p := range payables {
		all[i] = Due{Amount: p.Amount, Date: p.Due}
		for _, e := range p.Early {
			all[i].Discounts = append(all[i].Discounts, Discount{Until: e.Until, Rate: e.Rate, Amount: e.Discount})
		}
	}
	return all, nil
}
