package mapping

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// Invoice makes the invoice (X12 810) of an invoice: the segments between ST
// and SE. It ties: IT102 x IT104 of the lines, each rounded to the minor unit,
// less the allowances and plus the charges in SAC, plus the taxes in TXI, is
// TDS01.
//
// A line's own discounts and surcharges are SAC segments below it. What was
// spread over the lines, such as a discount on the whole order, is one SAC
// behind the totals, beside the charges of the order itself. A cent by which
// the billed share of a price differs from price times quantity is a SAC named
// rounding.
//
// A SAC carries the partner's code of the charge ([Options].Charges), its amount,
// and what explains it: the percentage (SAC07, six digits) and the amount that it
// is taken of (SAC10, as a basis in DO or M4), or the amount per unit (SAC08, nine
// digits) with unit and quantity; the record or rule as reference (SAC13, thirty
// characters); the label (SAC15, cut at eighty). An explanation that does not fit
// its element is left out, since the amount alone counts. Who decided an override,
// why, and what is statistical is ours and is not written. Percentages of the base
// price are told (SAC06 6) from those of what earlier discounts left (7).
//
// Amounts in TDS, SAC and ITD have two implied decimals whatever the currency
// (type N2): 1,000 JPY is 100000, and 1.234 KWD does not fit. TDS02 to TDS04
// tell the discount for early payment, which is taken from the goods after
// allowances, not from freight and tax. Of references to other documents the
// first twelve are written.
//
// What would break the set is a [*FieldError]; a credit, whose amount is below
// zero, among it.
func Invoice(inv *invoice.Invoice, agreed Options) ([]x12.Segment, error) {
	b := biller{composer: composer{set: "810", agreed: &agreed}, inv: inv, sum: money.Zero(inv.Currency)}
	b.header()
	for i := range inv.Lines {
		b.line(&inv.Lines[i])
	}
	b.summary()
	return b.result()
}

// biller makes one 810.
type biller struct {
	composer
	inv *invoice.Invoice
	// sum is what was written so far, in the sense of TDS01.
	sum money.Amount
	// spread are the charges of the lines that belong to the order as a whole.
	spread []order.Charge
	// charges counts the SAC of a line, or behind the totals.
	charges int
}

// add counts what was written.
func (b *biller) add(a money.Amount) {
	var err error
	if b.sum, err = b.sum.Add(a); err != nil {
		b.fail(a.String(), err.Error())
	}
}

func (b *biller) header() {
	inv := b.inv
	b.begin("BIG")
	b.day(inv.Date)
	b.need(inv.Number, 22)
	b.day(inv.PurchaseOrderDate)
	b.text(inv.PurchaseOrder, 22)
	b.text(inv.Release, 30)
	if inv.Totals.Payable.Sign() < 0 {
		b.fail(inv.Totals.Payable.String(), "a credit is not sent as an invoice")
	}
	b.end()
	b.begin("CUR")
	b.put("SE")
	b.need(inv.Currency.Code(), 3)
	b.end()
	b.references()
	for _, p := range inv.Parties {
		if code := roleCode(p.Role); code != "" {
			b.party(code, p.Name, p.Identifiers, p.Address)
		}
	}
	b.terms()
	b.date("011", inv.ShipDate)
	b.date("035", inv.DeliveryDate)
}

// references writes our numbers of the order and the shipments, and those that
// the customer wants to see again.
func (b *biller) references() {
	const most = 12
	refs := make([]order.Reference, 0, most)
	if b.inv.Order != "" {
		refs = append(refs, order.Reference{Qualifier: "VN", Value: string(b.inv.Order)})
	}
	for _, s := range b.inv.Shipments {
		refs = append(refs, order.Reference{Qualifier: "SI", Value: s})
	}
	refs = append(refs, b.inv.References...)
	for _, r := range refs[:min(most, len(refs))] {
		b.refer(r.Qualifier, r.Value)
	}
}

// line writes an IT1 loop.
func (b *biller) line(l *invoice.Line) {
	q, price, per, value := b.priced(l)
	b.begin("IT1")
	b.need(l.Line, 20)
	b.number(q.Number(), 10)
	b.unit(b.agreed.unitCode(q.Unit()))
	b.number(price.Number(), 17)
	b.basis(per)
	b.numbers(b.numbersOf(l), 10)
	b.end()
	b.add(value)
	b.describe(l.Description)

	b.charges = 0
	list := money.Zero(b.inv.Currency)
	rest := l.Net
	take := func(a money.Amount) { rest, _ = rest.Sub(a) } // one currency, and parts of the net
	take(value)
	for i := range l.Charges {
		c := &l.Charges[i]
		amount, err := c.Amount.RoundMinor(money.HalfUp)
		switch {
		case err != nil:
			b.fail(c.Amount.String(), err.Error())
		case c.Spread:
			b.spreads(*c, amount)
			take(amount)
		case c.Kind == priceKind:
			list = c.Amount
		case c.Kind != roundingKind: // roundings are made anew
			b.charge(c, amount, list)
			take(amount)
		}
	}
	if !rest.IsZero() {
		b.charge(&order.Charge{Step: "rounding", Kind: roundingKind}, rest, list)
	}
}

// numbersOf are the numbers that the customer ordered by, and ours.
func (b *biller) numbersOf(l *invoice.Line) []order.ItemIdentifier {
	ours := order.ItemIdentifier{Scheme: order.SchemeVendor, Value: l.Item}
	if l.Item == "" || slices.ContainsFunc(l.Identifiers, func(id order.ItemIdentifier) bool { return id.Scheme == ours.Scheme }) {
		return l.Identifiers
	}
	return append(slices.Clone(l.Identifiers), ours)
}

// priced gives quantity, price and value of a line as it is written: in the
// unit that was ordered and at the price for it, or where these do not come to
// the billed share of the price, at the price that does.
func (b *biller) priced(l *invoice.Line) (q quantity.Quantity, price money.Amount, per int64, value money.Amount) {
	billed := money.Zero(b.inv.Currency)
	if len(l.Charges) == 0 {
		billed = l.Net
	}
	for _, c := range l.Charges {
		if c.Kind == priceKind && !c.Spread {
			billed, _ = billed.Add(c.Amount) // a part of the net, in its currency
		}
	}
	digits := b.inv.Currency.Digits()
	q, price, per = l.Ordered, l.UnitPrice, max(l.Per, 1)
	if !q.IsZero() && price.Currency() == b.inv.Currency && (l.PriceUnit == 0 || l.PriceUnit == q.Unit()) {
		if value, err := money.Extend(price, q, per, digits, money.HalfUp); err == nil && near(value, billed) {
			return q, price, l.Per, value
		}
	}
	if q.IsZero() {
		q = l.Quantity
	}
	const places = 6
	if q.IsZero() {
		b.fail(q.String(), "there is no quantity")
		return q, billed, 0, billed
	}
	price, err := money.FromDecimal(billed.Decimal().DivRound(q.Decimal(), places), b.inv.Currency)
	if err == nil {
		value, err = money.Extend(price, q, 1, digits, money.HalfUp)
	}
	if err != nil {
		b.fail(billed.String(), err.Error())
	}
	return q, price, 0, value
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

// spreads adds a line's part of a charge on the whole order to that charge. What
// explains a part does not explain the whole, but for its rate.
func (b *biller) spreads(c order.Charge, amount money.Amount) {
	for i := range b.spread {
		s := &b.spread[i]
		if s.Step == c.Step && s.Kind == c.Kind && s.Label == c.Label && s.Source == c.Source && s.Rate == c.Rate {
			sum, err := s.Amount.Add(amount)
			if err != nil {
				b.fail(amount.String(), err.Error())
			}
			s.Amount = sum
			return
		}
	}
	c.Amount, c.Base, c.Quantity, c.Per = amount, money.Amount{}, quantity.Quantity{}, 0
	b.spread = append(b.spread, c)
}

// charge writes a SAC, unless there is nothing to write. list is the line's value
// at its price; zero for the document as a whole.
func (b *biller) charge(c *order.Charge, amount, list money.Amount) {
	if amount.IsZero() {
		return
	}
	b.sac(c, amount, list)
	if b.charges++; b.charges > mostSAC {
		b.fail(c.Step, "there are 25 allowances and charges here at most")
	}
	b.add(amount)
}

// summary writes totals, taxes and what belongs to the order as a whole.
func (b *biller) summary() {
	inv := b.inv
	totals := len(b.out)
	for _, tax := range inv.Taxes {
		b.tax(tax)
	}
	b.charges = 0
	for i := range b.spread {
		b.charge(&b.spread[i], b.spread[i].Amount, money.Amount{})
	}
	for i := range inv.Charges {
		c := &inv.Charges[i].Charge
		b.charge(c, c.Amount, money.Amount{})
	}
	b.total(len(inv.Lines))
	tds := b.tds()
	b.out = slices.Insert(b.out, totals, tds) // TDS stands in front of what it adds up
}

// tax writes a TXI.
func (b *biller) tax(tax invoice.TaxTotal) {
	b.begin("TXI")
	b.put("TX")
	b.number(tax.Amount.Number(), 18)
	b.number(strings.TrimSuffix(tax.Rate.Percent(), "%"), 10)
	if j := tax.Jurisdiction; j != "" && len(j) <= 10 {
		b.put("VD", j)
	} else {
		b.put("", "")
	}
	exempt := ""
	if tax.Reason != "" && tax.Amount.IsZero() {
		exempt = "1"
	}
	b.put(exempt)
	b.end()
	b.add(tax.Amount)
}

// tds makes TDS: the total, and what is discounted for early payment.
func (b *biller) tds() x12.Segment {
	payable := b.inv.Totals.Payable
	b.begin("TDS")
	b.cents(payable, 15)
	if b.sum != payable {
		b.fail(payable.String(), "lines, allowances, charges and taxes add up to "+b.sum.String())
	}
	if base, discount, ok := b.discounted(); ok {
		rest, err := payable.Sub(discount)
		if err != nil {
			b.fail(discount.String(), err.Error())
		}
		b.cents(base, 15)
		b.cents(rest, 15)
		b.cents(discount, 15)
	}
	return x12.NewSegment(b.id, b.elements...)
}

// discounted is what the first discount for early payment is taken from, and
// its amount; false: none is offered, or the invoice is paid in instalments.
func (b *biller) discounted() (base, discount money.Amount, ok bool) {
	t := b.inv.Terms.Instalments
	if len(t) != 1 || len(t[0].Discounts) == 0 {
		return base, discount, false
	}
	base = b.inv.Totals.Lines
	var err error
	for i := range b.inv.Charges {
		if c := &b.inv.Charges[i].Charge; err == nil && !b.agreed.isFreight(c) {
			base, err = base.Add(c.Amount)
		}
	}
	for i := range b.inv.Lines { // freight that was spread is in the lines
		for n := range b.inv.Lines[i].Charges {
			if c := &b.inv.Lines[i].Charges[n]; err == nil && b.agreed.isFreight(c) {
				base, err = base.Sub(c.Amount)
			}
		}
	}
	if err == nil {
		discount, err = base.MulRound(t[0].Discounts[0].Rate, b.inv.Currency.Digits(), money.HalfUp)
	}
	if err != nil {
		b.fail(base.String(), err.Error())
	}
	return base, discount, true
}

// terms writes an ITD for each instalment.
func (b *biller) terms() {
	instalments := b.inv.Terms.Instalments
	for i, t := range instalments {
		kind := "01" // basic
		if len(instalments) > 1 {
			kind = "04" // deferred or instalment
		}
		b.begin("ITD")
		from, _ := eventCode(t.From) // terms that count from the order have no code; their days do
		b.put(kind, from)
		b.early(i, t)
		b.net(i, t)
		if len(instalments) > 1 {
			b.instalment(i)
		} else if _, discount, ok := b.discounted(); ok {
			b.cents(discount, 10)
		}
		b.end()
	}
}

// early adds ITD03 to ITD05, the first discount.
func (b *biller) early(i int, t terms.Instalment) {
	if len(t.Discounts) == 0 {
		b.put("", "", "")
		return
	}
	d := t.Discounts[0]
	b.number(strings.TrimSuffix(d.Rate.Percent(), "%"), 6)
	if i < len(b.inv.Due) && len(b.inv.Due[i].Discounts) > 0 {
		b.day(b.inv.Due[i].Discounts[0].Until)
	} else {
		b.put("")
	}
	b.days(d.Within)
}

// net adds ITD06 and ITD07, when it is due.
func (b *biller) net(i int, t terms.Instalment) {
	if i < len(b.inv.Due) {
		b.day(b.inv.Due[i].Date)
	} else {
		b.put("")
	}
	b.days(t.Due)
}

// days adds a number of days, for terms that are no more than that.
func (b *biller) days(d terms.Due) {
	if d != (terms.Due{Days: d.Days}) {
		b.put("")
		return
	}
	b.number(decimal.NewFromInt(int64(d.Days)).String(), 3)
}

// instalment adds ITD08 to ITD10, the date and amount of an instalment.
func (b *biller) instalment(i int) {
	b.put("")
	if i < len(b.inv.Due) {
		b.day(b.inv.Due[i].Date)
		b.cents(b.inv.Due[i].Amount, 10)
	}
}
