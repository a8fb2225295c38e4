package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// groceryTerms reads G23 as a term of payment: a discount within days, and when the
// whole is due. ok is false where it says neither in days.
func groceryTerms(s x12.Segment) (p terms.Payment, ok bool) {
	text := ""
	if percent, err := x12.ParseReal(s.Value(5)); err == nil && s.Value(7) != "" {
		text = percent + "/" + s.Value(7) + " "
	}
	if s.Value(9) == "" {
		return p, false
	}
	p, err := terms.ParsePayment(text + "net " + s.Value(9))
	return p, err == nil
}

// ReadGroceryInvoice reads a grocery products invoice, X12 880 of any version, into the same
// type as [ReadInvoice] reads an 810 into.
//
// The value of a line is G1701 x G1703, rounded half up to the minor unit, or G1714.
// Lines, less allowances and plus charges that are on the invoice (G72 with handling 02
// or 06), have to be G33; where they are not, that is a warning with the difference.
// Other allowances, such as those that are billed back, are mentioned. Amounts are in the
// currency of the agreement, for the set states none.
func ReadGroceryInvoice(set *x12.Set, o Options) (VendorInvoice, finding.List) {
	r := groceryInvoiceReader{invoiceReader: invoiceReader{vendorReader: vendorReader{orderReader: orderReader{
		reader: reader{set: "880", document: "invoice", agreed: &o}}}}}
	r.start(set)
	r.invoice.Source, r.invoice.Kind = r.doc.Source, Billed
	if r.is(set, "a grocery invoice") {
		if o.Currency == 0 {
			r.found.Block(r.code("currency-missing"), "", "the set has no currency, nor has the agreement with the partner", "agree with the partner on the currency")
		}
		for c := set.Cursor(); c.More(); {
			r.segment(c.Next(), c)
		}
		r.conclude()
	}
	return r.invoice, r.found
}

// groceryInvoiceReader reads one 880.
type groceryInvoiceReader struct {
	invoiceReader
	quantities x12.Segment // G31
}

func (r *groceryInvoiceReader) segment(s x12.Segment, c *x12.Cursor) {
	v := &r.invoice
	switch s.ID() {
	case "G01":
		r.beginning(s)
	case "N9":
		r.reference(s)
	case "NTE":
		r.instruct("", s.Value(2))
	case "G62":
		switch s.Value(1) {
		case "11":
			v.ShipDate = r.day(s, 2)
		case "02", "35", "17":
			v.DeliveryDate = r.day(s, 2)
		default:
			r.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in the invoice", s.Value(1), s.Value(2)))
		}
	case "G23":
		r.terms(s)
	case "N1":
		r.headerParty(s, c)
	case "G72":
		v.Charges = r.charge(s, c, quantity.Quantity{}, v.Charges)
	case "G17":
		r.line(s, c)
	case "G31":
		r.quantities = s
	case "G33":
		r.total = s
		v.Totals.Payable = r.implied(s, 1)
	default:
		r.homeless("invoice", s)
	}
}

// beginning reads G01.
func (r *groceryInvoiceReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("g01-repeated", s, 0, "the set has a second G01", "ask the partner to send each invoice in a set of its own")
		return
	}
	r.begun = true
	v := &r.invoice
	value := func(element int) string { return strings.TrimSpace(s.Value(element)) }
	v.Date, v.Number, v.PurchaseOrderDate, v.PurchaseOrder, v.VendorOrder = r.day(s, 1), value(2), r.day(s, 3), value(4), value(5)
	if v.Number == "" {
		r.block("number-missing", s, 2, "G0102 has no number of the invoice", "ask the partner for the number")
	}
}

// terms reads G23.
func (r *groceryInvoiceReader) terms(s x12.Segment) {
	v := &r.invoice
	if d := r.day(s, 8); v.Due.IsZero() {
		v.Due = d
	}
	p, ok := groceryTerms(s)
	switch {
	case ok:
		v.Terms = p
	case v.Due.IsZero():
		r.info("terms", s, 1, "the terms of payment are not told in days: "+s.String())
	}
	if s.Value(10) != "" {
		v.Totals.Discount, v.Totals.Discounted, v.Totals.DiscountBase = r.implied(s, 10), r.implied(s, 11), r.implied(s, 12)
	}
}

// charge reads G72 and the words behind it, and adds it if it is on the invoice. A rate
// that tells no quantity is of all of the line.
func (r *groceryInvoiceReader) charge(s x12.Segment, c *x12.Cursor, all quantity.Quantity, to []order.Charge) []order.Charge {
	what, allowance := groceryCharge(s)
	label := ""
	for words, more := c.Take("G73"); more; words, more = c.Take("G73") {
		label = joined(label, words.Value(1))
	}
	if h := s.Value(2); h != "02" && h != "06" && h != "08" {
		r.info("charge-apart", s, 2, fmt.Sprintf("%s %s is settled apart from the invoice (handling %s)", what, s.Value(1), h))
		return to
	}
	if len(to) >= mostFindings {
		r.block("charges", s, 0, fmt.Sprintf("there are more than %d allowances and charges in one place", mostFindings), "read them in the raw document")
		return to
	}
	charge := order.Charge{Step: s.Value(1), Kind: chargeKind, Label: label, Source: s.Value(3)}
	if allowance {
		charge.Kind = discountKind
	}
	charges := chargeReader{agreed: r.agreed, currency: r.currencyOf()}
	if percent, there := charges.real(s, 9); there {
		charge.Rate = charges.rate(percent, at(s, 9))
		if base, there := charges.real(s, 10); there {
			charge.Base = charges.money(base, at(s, 10))
		}
	}
	if rate, there := charges.real(s, 5); there {
		charge.Base, charge.Quantity = charges.money(rate, at(s, 5)), all
		if count, there := charges.real(s, 6); there {
			charge.Quantity = charges.quantity(count, s.Value(7), r.agreed.unitOf, at(s, 7))
		}
	}
	stated, err := "", error(nil)
	if s.Value(8) != "" {
		stated, err = x12.ParseImplied(s.Value(8), 2)
	}
	if err != nil {
		charges.say(severityBlock, "amount", at(s, 8), err.Error(), "ask the partner for the amount")
	} else if charges.amount(&charge, stated, stated != "", allowance, at(s, 8)) {
		to = append(to, charge)
	}
	r.take(charges.found)
	return to
}

// line reads a G17 loop.
func (r *groceryInvoiceReader) line(s x12.Segment, c *x12.Cursor) {
	l := VendorInvoiceLine{ID: strconv.Itoa(len(r.invoice.Lines) + 1), Quantity: r.quantity(s, 1, 2), Identifiers: r.groceryItem(s)}
	l.Price, l.PricePer = r.price(s, 3, s.Len()+1, l.Quantity.Unit(), r.currencyOf())
	switch {
	case l.Price != nil && l.Quantity.Unit() != 0:
		value, err := money.Extend(*l.Price, l.Quantity, 1, l.Price.Currency().Digits(), money.HalfUp)
		if err != nil {
			r.block("value", s, 3, fmt.Sprintf("%s at %s have no value that can be told: %v", l.Quantity, l.Price, err), "ask the partner for quantity and price")
		}
		l.Value = value
	case s.Value(14) != "":
		l.Value = r.amount(s, 14)
	case r.currencyOf() != 0 && s.Value(3) == "":
		r.warn("price-missing", s, 3, fmt.Sprintf("line %s has neither a price nor an amount", l.ID), "ask the partner what is billed")
	}
	for c.More() {
		switch c.Peek().ID() {
		case "G69":
			d := c.Next()
			l.Description = joined(l.Description, d.Value(1))
		case "G72":
			l.Charges = r.charge(c.Next(), c, l.Quantity, l.Charges)
		case "G19", "G20", "N9", "G23", "G25", "G73":
			r.homeless("line", c.Next())
		default:
			r.invoice.Lines = append(r.invoice.Lines, l)
			return
		}
	}
	r.invoice.Lines = append(r.invoice.Lines, l)
}

// conclude says what can be said only at the end.
func (r *groceryInvoiceReader) conclude() {
	v := &r.invoice
	if !r.begun {
		r.found.Block(r.code("g01-missing"), "", "the set has no G01, which carries the number of the invoice", "ask the partner to send it anew")
	}
	if r.total.Value(1) == "" {
		r.found.Block(r.code("g33-missing"), "", "the set has no G33: it does not say what is to be paid", "ask the partner to send it anew")
	}
	v.Currency, v.Parties, v.Notes = r.currencyOf(), r.doc.Parties, r.doc.Instructions
	for _, ref := range r.doc.References {
		r.numbered(ref)
	}
	sum := decimal.Zero
	for i := range v.Lines {
		sum = sum.Add(v.Lines[i].Quantity.Decimal())
	}
	r.groceryTotal(r.quantities, sum)
	r.take(v.Validate())
	r.leftOut()
}
