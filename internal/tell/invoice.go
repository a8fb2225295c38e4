package tell

import (
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// The kinds of order.Charge that are told in another way than as charges.
const (
	priceKind    = "price"
	roundingKind = "rounding"
)

// Bill is an invoice as a partner is told of it. Its lines and charges, and the
// taxes of the invoice, add up to what is to be paid.
type Bill struct {
	Lines []Line
	// Charges are those of the document as a whole: what was spread over the lines,
	// put together again, and then the order's own. Amounts are in the minor unit, and
	// none is zero.
	Charges []Charge
	// Sum is that of lines and charges, before tax.
	Sum money.Amount
}

// Line is a line of a bill.
type Line struct {
	// Invoiced is the line of the invoice.
	Invoiced *invoice.Line
	// Identifiers are the numbers that the customer ordered by, and ours.
	Identifiers []order.ItemIdentifier
	// Billed is what is billed, in the unit that was ordered where it can be said in
	// it; Price is for Per of that unit (0: for one), and Value is both together, in
	// the minor unit.
	Billed quantity.Quantity
	Price  money.Amount
	Per    int64
	Value  money.Amount
	// List is what a percentage of the base price is taken of; no currency: the
	// waterfall has no price.
	List money.Amount
	// Charges are the line's own, rounding among them; amounts are in the minor unit,
	// and none is zero.
	Charges []order.Charge
	// Net is Value and Charges together.
	Net money.Amount
}

// Charge is an allowance or charge of the document as a whole.
type Charge struct {
	order.Charge
	// Taxes are those of a charge of the order's own; what was spread is taxed in the
	// lines.
	Taxes []invoice.Taxed
}

var errNoQuantity = errors.New("there is no quantity")

// Error says what of an invoice cannot be told.
type Error struct {
	// Line is the number of the line; empty for the whole.
	Line   string
	Value  string
	Reason string
}

// Error names the line, the value and the reason.
func (e *Error) Error() string {
	return fmt.Sprintf("invoice line %s: %s (value %q)", e.Line, e.Reason, e.Value)
}

// Invoice works out an invoice. Errors are *[Error].
func Invoice(inv *invoice.Invoice) (Bill, error) {
	b := biller{inv: inv}
	b.bill.Sum = money.Zero(inv.Currency)
	b.bill.Lines = make([]Line, 0, len(inv.Lines))
	for i := range inv.Lines {
		b.lineID = inv.Lines[i].Line
		b.line(&inv.Lines[i])
	}
	b.lineID = ""
	spread := b.bill.Charges
	b.bill.Charges = nil
	for _, c := range spread {
		b.charge(c)
	}
	for i := range inv.Charges {
		b.charge(Charge{Charge: inv.Charges[i].Charge, Taxes: inv.Charges[i].Taxes})
	}
	if b.err != nil {
		return Bill{}, b.err
	}
	return b.bill, nil
}

// biller works out one bill.
type biller struct {
	inv    *invoice.Invoice
	bill   Bill
	lineID string
	err    error
}

func (b *biller) fail(value string, err error) {
	if err != nil && b.err == nil {
		b.err = &Error{Line: b.lineID, Value: value, Reason: err.Error()}
	}
}

// add adds to a sum.
func (b *biller) add(sum *money.Amount, a money.Amount) {
	var err error
	if *sum, err = sum.Add(a); err != nil {
		b.fail(a.String(), err)
	}
}

// charge adds a charge of the whole, unless there is nothing to tell.
func (b *biller) charge(c Charge) {
	if c.Amount.IsZero() {
		return
	}
	b.bill.Charges = append(b.bill.Charges, c)
	b.add(&b.bill.Sum, c.Amount)
}

// line works out a line.
func (b *biller) line(in *invoice.Line) {
	l := Line{Invoiced: in, Identifiers: numbersOf(in)}
	b.price(&l)
	l.Net = l.Value
	rest := in.Net
	take := func(a money.Amount) { rest, _ = rest.Sub(a) } // one currency, and parts of the net
	take(l.Value)
	for _, c := range in.Charges {
		amount, err := c.Amount.RoundMinor(money.HalfUp)
		b.fail(c.Amount.String(), err)
		if err != nil {
			continue
		}
		switch {
		case c.Spread:
			c.Amount = amount
			b.spread(c)
			take(amount)
		case c.Kind == priceKind:
			l.List = c.Amount
		case c.Kind != roundingKind: // roundings are made anew
			c.Amount = amount
			b.own(&l, c)
			take(amount)
		}
	}
	b.own(&l, order.Charge{Step: roundingKind, Kind: roundingKind, Amount: rest})
	b.bill.Lines = append(b.bill.Lines, l)
	b.add(&b.bill.Sum, l.Net)
}

// own adds a charge of a line, unless there is nothing to tell.
func (b *biller) own(l *Line, c order.Charge) {
	if c.Amount.IsZero() {
		return
	}
	l.Charges = append(l.Charges, c)
	b.add(&l.Net, c.Amount)
}

// spread adds a line's part of a charge on the whole order to that charge. What
// explains a part does not explain the whole, but for its rate.
func (b *biller) spread(c order.Charge) {
	for i := range b.bill.Charges {
		s := &b.bill.Charges[i]
		if s.Step == c.Step && s.Kind == c.Kind && s.Label == c.Label && s.Source == c.Source && s.Rate == c.Rate {
			b.add(&s.Amount, c.Amount)
			return
		}
	}
	c.Base, c.Quantity, c.Per = money.Amount{}, quantity.Quantity{}, 0
	b.bill.Charges = append(b.bill.Charges, Charge{Charge: c})
}

// numbersOf are the numbers that the customer ordered by, and ours.
func numbersOf(l *invoice.Line) []order.ItemIdentifier {
	ours := order.ItemIdentifier{Scheme: order.SchemeVendor, Value: l.Item}
	if l.Item == "" || slices.ContainsFunc(l.Identifiers, func(id order.ItemIdentifier) bool { return id.Scheme == ours.Scheme }) {
		return l.Identifiers
	}
	return append(slices.Clone(l.Identifiers), ours)
}

// price finds quantity, price and value of a line as it is told: in the unit that
// was ordered and at the price for it, or where these do not come to the billed
// share of the price, at the price that does.
func (b *biller) price(l *Line) {
	billed := money.Zero(b.inv.Currency)
	if len(l.Invoiced.Charges) == 0 {
		billed = l.Invoiced.Net
	}
	for _, c := range l.Invoiced.Charges {
		if c.Kind == priceKind && !c.Spread {
			billed, _ = billed.Add(c.Amount) // a part of the net, in its currency
		}
	}
	digits := b.inv.Currency.Digits()
	l.Billed, l.Price, l.Per = l.Invoiced.Ordered, l.Invoiced.UnitPrice, l.Invoiced.Per
	unit := l.Invoiced.PriceUnit
	if !l.Billed.IsZero() && l.Price.Currency() == b.inv.Currency && (unit == 0 || unit == l.Billed.Unit()) {
		if value, err := money.Extend(l.Price, l.Billed, max(l.Per, 1), digits, money.HalfUp); err == nil && near(value, billed) {
			l.Value = value
			return
		}
	}
	if l.Billed.IsZero() {
		l.Billed = l.Invoiced.Quantity
	}
	l.Per = 0
	const places = 6
	if l.Billed.IsZero() {
		b.fail(l.Billed.String(), errNoQuantity)
		return
	}
	var err error
	l.Price, err = money.FromDecimal(billed.Decimal().DivRound(l.Billed.Decimal(), places), b.inv.Currency)
	if err == nil {
		l.Value, err = money.Extend(l.Price, l.Billed, 1, digits, money.HalfUp)
	}
	b.fail(billed.String(), err)
}

// near tells whether two amounts differ by no more than the minor unit.
func near(a, b money.Amount) bool {
	diff, err := a.Sub(b)
	if err != nil {
		return false
	}
	over, err := diff.Abs().Cmp(money.FromMinor(1, a.Currency()))
	return err == nil && over <= 0
}

// Discounted is what the first discount for early payment is taken from, which is
// the goods after allowances and not freight and tax, and its amount; false: none is
// offered, or the invoice is paid in instalments. isFreight says which charges are
// freight.
func Discounted(inv *invoice.Invoice, isFreight func(*order.Charge) bool) (base, discount money.Amount, ok bool, err error) {
	t := inv.Terms.Instalments
	if len(t) != 1 || len(t[0].Discounts) == 0 {
		return base, discount, false, nil
	}
	base = inv.Totals.Lines
	for i := range inv.Charges {
		if c := &inv.Charges[i].Charge; err == nil && !isFreight(c) {
			base, err = base.Add(c.Amount)
		}
	}
	for i := range inv.Lines { // freight that was spread is in the lines
		for n := range inv.Lines[i].Charges {
			if c := &inv.Lines[i].Charges[n]; err == nil && isFreight(c) {
				base, err = base.Sub(c.Amount)
			}
		}
	}
	if err == nil {
		discount, err = base.MulRound(t[0].Discounts[0].Rate, inv.Currency.Digits(), money.HalfUp)
	}
	return base, discount, true, err
}
