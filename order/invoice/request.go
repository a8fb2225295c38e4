package invoice

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// Request is what to bill.
type Request struct {
	// Order is the order with everything that has shipped and was billed
	// before. It is not changed.
	Order *order.Order
	// Number is the invoice's own, as [Register.Next] gives it.
	Number Number
	// Lines are what to bill. [Unbilled] returns all that can be. Several
	// portions of one line are added up.
	Lines []Portion
	// Date is the invoice's, on which taxes are looked up and from which most
	// terms count.
	Date calendar.Date
	// Shipments are the numbers of the shipments that are billed, opaque here.
	Shipments []string
	// ShipDate and DeliveryDate are needed where the terms count from them.
	ShipDate     calendar.Date
	DeliveryDate calendar.Date
	// Terms are the terms of payment. Zero: those of the order's document.
	Terms terms.Payment
	// Parties are added to those of the order's document, each in place of the
	// one in its role: the seller, the remit-to, the bill-to from master data.
	Parties []order.Party
	// Charges says when the order's own charges are billed. It may be empty
	// only for an order that has none.
	Charges ChargePolicy
	// Taxes says what each line and charge is taxed with. Required; for no tax
	// at all see [Untaxed].
	Taxes TaxFunc
	// Rounding is the mode of every rounding. The zero value is half up.
	Rounding money.Rounding
}

// Portion is a part of an order line.
type Portion struct {
	// Line is the number of the line in the order.
	Line string
	// Quantity is in the item's base unit.
	Quantity quantity.Quantity
}

// ChargePolicy says on which invoice of an order stand the charges that belong
// to the order as a whole, such as freight.
type ChargePolicy string

// The policies.
const (
	// OnFirst bills them whole on the order's first invoice.
	OnFirst ChargePolicy = "first"
	// ProRata bills with each invoice the part that its lines have of the
	// order's net value, cumulatively, so that the parts add up. An order
	// without value bills them as OnLast does.
	ProRata ChargePolicy = "pro-rata"
	// OnLast bills them on the invoice that completes the order.
	OnLast ChargePolicy = "last"
)

// Unbilled returns what of the order has shipped and was not billed yet, in the
// order of its lines. Empty: there is nothing to bill.
func Unbilled(o *order.Order) ([]Portion, error) {
	var all []Portion
	for i := range o.Lines {
		l := &o.Lines[i]
		open, err := l.Shipped().Sub(o.Billed(l.ID))
		if err != nil {
			return nil, fmt.Errorf("invoice: line %q: %w", l.ID, err)
		}
		if open.Sign() > 0 {
			all = append(all, Portion{Line: l.ID, Quantity: open})
		}
	}
	return all, nil
}

func (r *Request) check() error {
	fail := func(field, reason string) error { return &RequestError{Field: field, Reason: reason} }
	switch {
	case r.Order == nil || r.Order.ID == "":
		return fail("Order", "there is no order to bill")
	case r.Number.Series == "" || r.Number.Sequence < 1 || r.Number.Text == "":
		return fail("Number", "the invoice needs a number, from a Register")
	case r.Date.IsZero():
		return fail("Date", "the invoice needs a date")
	case len(r.Lines) == 0:
		return fail("Lines", "there is nothing to bill")
	case r.Taxes == nil:
		return fail("Taxes", "say what is taxed, or that nothing is (Untaxed)")
	}
	switch r.Charges {
	case "", OnFirst, ProRata, OnLast:
		return nil
	}
	return fail("Charges", fmt.Sprintf("%q is no policy for charges", r.Charges))
}

// portions adds up what is asked for by line, checks it against what can be
// billed, and returns it in the order of the order's lines.
func (r *Request) portions() ([]Portion, error) {
	asked := make(map[string]quantity.Quantity, len(r.Lines))
	for _, p := range r.Lines {
		if p.Quantity.Sign() <= 0 {
			return nil, &RequestError{Field: "Lines", Reason: fmt.Sprintf("%s of line %q cannot be billed", p.Quantity, p.Line)}
		}
		if r.Order.Line(p.Line) == nil {
			return nil, &RequestError{Field: "Lines", Reason: fmt.Sprintf("order %s has no line %q", r.Order.ID, p.Line)}
		}
		sum, err := asked[p.Line].Add(p.Quantity)
		if err != nil {
			return nil, fmt.Errorf("invoice: line %q: %w", p.Line, err)
		}
		asked[p.Line] = sum
	}
	var portions []Portion
	for i := range r.Order.Lines {
		l := &r.Order.Lines[i]
		q, ok := asked[l.ID]
		if !ok {
			continue
		}
		delete(asked, l.ID)
		shipped, billed := l.Shipped(), r.Order.Billed(l.ID)
		total, err := billed.Add(q)
		if err != nil {
			return nil, fmt.Errorf("invoice: line %q: %w", l.ID, err)
		}
		if over, err := total.Cmp(shipped); err != nil {
			return nil, fmt.Errorf("invoice: line %q: %w", l.ID, err)
		} else if over > 0 {
			return nil, &QuantityError{Order: r.Order.ID, Line: l.ID, Asked: q, Shipped: shipped, Billed: billed}
		}
		portions = append(portions, Portion{Line: l.ID, Quantity: q})
	}
	return portions, nil
}
