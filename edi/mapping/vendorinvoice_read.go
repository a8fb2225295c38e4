package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// ReadInvoice reads what a vendor bills us, X12 810 of any version, as [WriteInvoice]
// writes it. [VendorInvoice.Match] compares it with what was ordered and received.
//
// The value of a line is IT102 x IT104, rounded half up to the minor unit. Lines, less
// allowances and plus charges (SAC), plus taxes (TXI), have to be TDS01; where they
// are not, that is a warning with the difference. Taxes of the lines that the taxes of
// the whole repeat count once. BIG07 CR and CN are a credit, DR a debit.
//
// An invoice with a finding that blocks cannot be paid as it is; it holds whatever
// could be read.
func ReadInvoice(set *x12.Set, o Options) (VendorInvoice, finding.List) {
	r := invoiceReader{vendorReader: vendorReader{orderReader: orderReader{reader: reader{set: "810", document: "invoice", agreed: &o}}}}
	r.start(set)
	r.invoice.Source, r.invoice.Kind = r.doc.Source, Billed
	if r.is(set, "an invoice") {
		r.read(set.Cursor())
		r.conclude()
	}
	return r.invoice, r.found
}

// invoiceReader reads one 810.
type invoiceReader struct {
	vendorReader
	invoice VendorInvoice
	total   x12.Segment // TDS
}

func (r *invoiceReader) read(c *x12.Cursor) {
	for c.More() {
		s := c.Next()
		switch s.ID() {
		case "BIG":
			r.beginning(s)
		case "IT1":
			r.line(s, c)
		case "TDS":
			r.sums(s)
		case "TXI":
			r.invoice.Taxes = r.tax(s, r.invoice.Taxes)
		case "CTT":
			r.totals = s
		case "ITD":
			if d := r.day(s, 6); r.invoice.Due.IsZero() {
				r.invoice.Due = d
			}
			r.header(s, c)
		case "CAD":
			r.homeless(r.document, s)
		default:
			r.header(s, c)
		}
	}
}

// beginning reads BIG.
func (r *invoiceReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("big-repeated", s, 0, "the set has a second BIG", "ask the partner to send each invoice in a set of its own")
		return
	}
	r.begun = true
	v := &r.invoice
	value := func(element int) string { return strings.TrimSpace(s.Value(element)) }
	v.Date, v.Number, v.PurchaseOrderDate, v.PurchaseOrder, v.Release = r.day(s, 1), value(2), r.day(s, 3), value(4), value(5)
	v.Code, v.Original = value(7), value(10)
	switch v.Code {
	case "CR", "CN":
		v.Kind = Credited
	case "DR":
		v.Kind = Debited
	}
	if v.Number == "" {
		r.block("number-missing", s, 2, "BIG02 has no number of the invoice", "ask the partner for the number")
	}
	name := "BIG08 " + s.Value(8)
	switch purposeOf(s.Value(8)) {
	case orders, confirming:
	case again:
		r.info("purpose", s, 8, name+" says that it was sent before")
	case changing:
		r.block("purpose", s, 8, name+" changes or takes back an invoice", "handle it by hand, or ask the partner for a credit")
	case informing:
		r.block("purpose", s, 8, name+" is not to be paid", "read it for information, or ask the partner what is meant")
	case unclear:
		r.warn("purpose", s, 8, name+" is taken as an invoice to be paid", "agree with the partner on what it means")
	}
}

// sums reads TDS.
func (r *invoiceReader) sums(s x12.Segment) {
	if !r.total.IsZero() {
		r.block("tds-repeated", s, 0, "the set has a second TDS", "ask the partner what is to be paid")
		return
	}
	r.total = s
	t := &r.invoice.Totals
	t.Payable, t.DiscountBase, t.Discounted, t.Discount = r.implied(s, 1), r.implied(s, 2), r.implied(s, 3), r.implied(s, 4)
}

// tax reads TXI and adds it, unless it is only told or in the prices.
func (r *invoiceReader) tax(s x12.Segment, to []VendorTax) []VendorTax {
	if code := s.Value(7); code == "I" || code == "O" {
		r.info("tax-included", s, 7, fmt.Sprintf("tax %s of %s is in the amounts or told for information; it is not added (%s)", s.Value(1), s.Value(2), code))
		return to
	}
	tax := VendorTax{Type: s.Value(1), Amount: r.amount(s, 2), Base: r.amount(s, 8), Jurisdiction: s.Value(5), Category: s.Value(6)}
	if s.Value(3) != "" {
		charges := chargeReader{agreed: r.agreed}
		if percent, there := charges.real(s, 3); there {
			tax.Rate = charges.rate(percent, at(s, 3))
		}
		r.take(charges.found)
	}
	if tax.Amount.Currency() == 0 && tax.Base.Currency() != 0 && !tax.Rate.IsZero() {
		if a, err := tax.Base.MulRound(tax.Rate, tax.Base.Currency().Digits(), money.HalfUp); err == nil {
			tax.Amount = a
		}
	}
	if tax.Amount.Currency() == 0 {
		if s.Value(6) == "" && r.currencyOf() != 0 && s.Value(2) == "" {
			r.info("tax-amount", s, 2, fmt.Sprintf("tax %s states no amount", tax.Type))
		}
		tax.Amount = money.Zero(r.currencyOf())
	}
	return append(to, tax)
}

// conclude says what can be said only at the end.
func (r *invoiceReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("big-missing"), "", "the set has no BIG, which carries the number of the invoice", "ask the partner to send it anew")
	}
	if r.total.IsZero() {
		r.found.Block(r.code("tds-missing"), "", "the set has no TDS: it does not say what is to be paid", "ask the partner to send it anew")
	} else if r.total.Value(1) == "" {
		r.block("payable-missing", r.total, 1, "TDS01 does not say what is to be paid", "ask the partner for the amount")
	}
	v := &r.invoice
	v.Currency, v.Parties, v.Terms, v.Notes, v.Charges = r.currencyOf(), r.doc.Parties, r.doc.Terms, r.doc.Instructions, r.charges
	v.ShipDate, v.DeliveryDate = r.days.ship, r.days.deliver
	for _, ref := range r.doc.References {
		r.numbered(ref)
	}
	if !r.totals.IsZero() {
		r.lineCount(r.totals, len(v.Lines))
	}
	r.repeatedTaxes()
	r.take(v.Validate())
	r.leftOut()
}

// numbered keeps a reference of the invoice where it belongs.
func (r *invoiceReader) numbered(ref order.Reference) {
	v := &r.invoice
	switch {
	case ref.Qualifier == "VN" && v.VendorOrder == "":
		v.VendorOrder = ref.Value
	case ref.Qualifier == "SI":
		if r.once("shipment/" + ref.Value) {
			v.Shipments = append(v.Shipments, ref.Value)
		}
	case (ref.Qualifier == "IV" || ref.Qualifier == "OI") && v.Kind == Credited && v.Original == "":
		v.Original = ref.Value
	case ref.Qualifier == "PO" && v.PurchaseOrder == "":
		v.PurchaseOrder = ref.Value
	default:
		v.References = append(v.References, ref)
	}
}

// repeatedTaxes drops the taxes of the lines where those of the whole tell them
// again: with both the invoice does not tie, and without it does.
func (r *invoiceReader) repeatedTaxes() {
	v := &r.invoice
	if len(v.Taxes) == 0 || !slices.ContainsFunc(v.Lines, func(l VendorInvoiceLine) bool { return len(l.Taxes) > 0 }) {
		return
	}
	if sum, err := v.Sum(); err != nil || sum == v.Totals.Payable {
		return
	}
	without := *v
	without.Lines = slices.Clone(v.Lines)
	for i := range without.Lines {
		without.Lines[i].Taxes = nil
	}
	if sum, err := without.Sum(); err == nil && sum == v.Totals.Payable {
		v.Lines = without.Lines
		r.found.Info(r.code("taxes-repeated"), "", "the taxes of the lines are told again for the whole; they count once", "")
	}
}

// billedReader reads one IT1 loop.
type billedReader struct {
	*invoiceReader
	VendorInvoiceLine
	texts []string // descriptions
}

// line reads IT1 and the loop that belongs to it.
func (r *invoiceReader) line(s x12.Segment, c *x12.Cursor) {
	l := billedReader{invoiceReader: r}
	l.ID = strings.TrimSpace(s.Value(1))
	l.Quantity = r.quantity(s, 2, 3)
	l.Price, l.PricePer = r.price(s, 4, 5, l.Quantity.Unit(), r.currencyOf())
	l.number(s, 6)
	switch {
	case l.Price != nil && l.Quantity.Unit() != 0:
		value, err := money.Extend(*l.Price, l.Quantity, max(l.PricePer, 1), l.Price.Currency().Digits(), money.HalfUp)
		if err != nil {
			r.block("value", s, 4, fmt.Sprintf("%s at %s have no value that can be told: %v", l.Quantity, l.Price, err), "ask the partner for quantity and price")
		}
		l.Value = value
	case l.Price == nil && r.currencyOf() != 0 && s.Value(4) == "":
		r.warn("price-missing", s, 4, fmt.Sprintf("line %s has no price", l.ID), "ask the partner what is billed")
	}
	l.loop(c)
	l.Description = description(l.texts)
	r.invoice.Lines = append(r.invoice.Lines, l.VendorInvoiceLine)
}

// number takes the numbers of the item, and those of our order and its line.
func (l *billedReader) number(s x12.Segment, first int) {
	for _, id := range l.identify(nil, s, first) {
		switch {
		case (id.Scheme == orderPair || id.Scheme == customerOrderPair) && l.PurchaseOrder == "":
			l.PurchaseOrder = id.Value
		case id.Scheme == orderLinePair && l.Line == "":
			l.Line = id.Value
		case !slices.Contains(l.Identifiers, id) && len(l.Identifiers) < mostNumbers:
			l.Identifiers = append(l.Identifiers, id)
		}
	}
}

// loop reads the rest of the IT1 loop.
func (l *billedReader) loop(c *x12.Cursor) {
	for c.More() {
		switch c.Peek().ID() {
		case "IT1", "TDS", "CTT":
			return
		}
		s := c.Next()
		switch s.ID() {
		case "PID":
			l.texts = note(l.texts, s.Value(5))
		case "LIN":
			l.number(s, 2)
		case "SAC":
			l.Charges = l.allowance(s, l.Charges)
		case "TXI":
			l.Taxes = l.tax(s, l.Taxes)
		case "REF":
			l.reference(s)
		case "CUR":
			l.lineCurrency(s)
		case "MSG", "MTX":
			l.Notes = note(l.Notes, freeText(s))
		case "SLN":
			l.homeless("line", s)
			c.Until("IT1", "TDS", "CTT")
		default:
			l.homeless("line", s)
		}
	}
}

// reference reads REF of a line.
func (l *billedReader) reference(s x12.Segment) {
	value := strings.TrimSpace(s.Value(2))
	switch q := s.Value(1); {
	case q == "PO" && value != "":
		l.PurchaseOrder = value
	case q == "LI" && value != "":
		l.Line = value
	default:
		l.homeless("line", s)
	}
}
