package mapping

import (
	"errors"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// WriteInvoice makes the invoice (X12 810) of an invoice: the segments between ST
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
// A credit, whose amount is below zero, goes with BIG07 CR where that was agreed
// ([Options].CreditAsInvoice); its amounts stand there above zero, and the invoice that
// it corrects is its reference IV.
//
// What would break the set is a [*FieldError]; a credit that was not agreed upon
// among it.
func WriteInvoice(inv *invoice.Invoice, agreed Options) ([]x12.Segment, error) {
	b := biller{composer: composer{set: "810", agreed: &agreed}, inv: inv, sum: money.Zero(inv.Currency)}
	if inv.Totals.Payable.Sign() < 0 && agreed.CreditAsInvoice {
		inv = tell.Reversed(inv)
		b.inv, b.credit = inv, true
	}
	bill, err := tell.Invoice(inv)
	if err != nil {
		return nil, untold(err)
	}
	b.out.Grow(20 + 2*len(inv.Lines))
	b.header()
	for i := range bill.Lines {
		b.line(&bill.Lines[i])
	}
	b.summary(bill.Charges)
	segments, err := b.result()
	if err != nil {
		return nil, err
	}
	total := segments[len(segments)-1] // stands in front of what it adds up
	copy(segments[b.totals+1:], segments[b.totals:])
	segments[b.totals] = total
	return segments, nil
}

// untold is the error of an invoice that cannot be told in a set.
func untold(err error) error {
	var told *tell.Error
	if !errors.As(err, &told) {
		return err
	}
	return &FieldError{Set: "810", Segment: "IT1", Value: told.Value, Reason: told.Reason}
}

// biller makes one 810.
type biller struct {
	composer
	inv *invoice.Invoice
	// credit says that it is one, whose amounts were turned above zero.
	credit bool
	// sum is what was written so far, in the sense of TDS01.
	sum money.Amount
	// totals is how many segments stand in front of TDS.
	totals int
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
		b.fail(inv.Totals.Payable.String(), "a credit goes as an 812, unless it is agreed that it goes as an invoice (CreditAsInvoice)")
	}
	if b.credit {
		b.put("", "CR")
	}
	b.begin("CUR")
	b.put("SE")
	b.need(inv.Currency.Code(), 3)
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
func (b *biller) line(l *tell.Line) {
	b.begin("IT1")
	b.need(l.Invoiced.Line, 20)
	b.number(l.Billed.Number(), 10)
	b.unit(b.agreed.unitCode(l.Billed.Unit()))
	b.number(l.Price.Number(), 17)
	b.basis(l.Per)
	b.numbers(l.Identifiers, 10)
	b.add(l.Value)
	b.describe(l.Invoiced.Description)
	b.charges = 0
	for i := range l.Charges {
		b.charge(&l.Charges[i], l.List)
	}
}

// charge writes a SAC. list is the line's value at its price; zero for the document
// as a whole.
func (b *biller) charge(c *order.Charge, list money.Amount) {
	b.sac(c, c.Amount, list)
	if b.charges++; b.charges > mostSAC {
		b.fail(c.Step, "there are 25 allowances and charges here at most")
	}
	b.add(c.Amount)
}

// summary writes totals, taxes and what belongs to the order as a whole.
func (b *biller) summary(charges []tell.Charge) {
	inv := b.inv
	b.totals = b.out.Len()
	for _, tax := range inv.Taxes {
		b.tax(tax)
	}
	b.charges = 0
	for i := range charges {
		b.charge(&charges[i].Charge, money.Amount{})
	}
	b.total(len(inv.Lines))
	b.tds()
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
	b.add(tax.Amount)
}

// tds writes TDS, which is made last: the total, and what is discounted for early payment.
func (b *biller) tds() {
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
}

// discounted is what the first discount for early payment is taken from, and
// its amount; false: none is offered, or the invoice is paid in instalments.
func (b *biller) discounted() (base, discount money.Amount, ok bool) {
	base, discount, ok, err := tell.Discounted(b.inv, b.agreed.isFreight)
	if err != nil {
		b.fail(base.String(), err.Error())
	}
	return base, discount, ok
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
