package message

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// The amounts of an invoice (element 5025).
const (
	amountDue         = "9"
	discountAmount    = "52"
	goodsValue        = "66"
	invoiceAmount     = "77"
	linesTotal        = "79"
	messageTotal      = "86"
	taxAmount         = "124"
	taxableAmount     = "125"
	subjectToDiscount = "129"
	chargesTotal      = "131"
	taxTotal          = "176"
	lineAmount        = "203"
)

const (
	commercialInvoice = "380" // 1001
	creditNote        = "381"
	invoiced          = "47" // 6063
	instalmentTerms   = "21" // 4279
	fixedDateTerms    = "3"
	netDue            = "13" // 2005
	discountDue       = "12"
	mostLineCharges   = 15 // of D.96A
	mostTaxes         = 10
)

// WriteInvoice makes the invoice (INVOIC) of an invoice, or the credit note (BGM 381) of one
// whose amount is below zero: the segments between UNH and UNT. It ties, which is
// checked before it is written: the line amounts (MOA 203) are the total of lines (79),
// with the allowances and charges of the document (131) and the taxes (176) they are
// the invoice amount (77, 86, 9).
//
// MOA 203 is quantity (QTY 47) times price, rounded to the minor unit, less the line's
// own allowances and plus its charges, which stand in ALC groups; without them the
// price is net (PRI AAA), with them it is gross (AAB) and MOA 66 tells its value. The
// basis of a price per 100 or 1,000 stands with it. What was spread over the lines, such as
// a discount on the whole order, is one ALC group of the document, beside the charges
// of the order itself. A cent by which the billed share of a price differs from price
// times quantity is an ALC named rounding.
//
// Each tax stands with its rate and category at the lines and charges that bear it, and
// in the summary with its base (125) and amount (124). Categories are those of element
// 5305 in D.01B: reverse charge (AE) is B, transferred, and a supply within the
// community (K) is E, exempt. A tax of a jurisdiction of the United States is of type
// STT, or LOC where it has a name, any other VAT. Why nothing is charged stands in FTX
// TXD.
//
// Terms stand in PAT with the day that they come to; the amount that early payment is
// discounted from is MOA 129, the discount 52. Value added tax numbers of parties are
// RFF VA. The amounts of a credit note are above zero.
//
// What would break the message is a [*mapping.FieldError].
func WriteInvoice(inv *invoice.Invoice, agreed mapping.Options) ([]edifact.Segment, error) {
	b := biller{composer: compose("INVOIC", &agreed), inv: inv}
	if inv.Totals.Payable.Sign() < 0 {
		b.inv, b.credit = tell.Reversed(inv), true
	}
	var err error
	if b.bill, err = tell.Invoice(b.inv); err != nil {
		return nil, untold(err)
	}
	b.header()
	for i := range b.bill.Charges {
		c := &b.bill.Charges[i]
		b.charge(c.Charge)
		b.taxes(c.Taxes)
	}
	for i := range b.bill.Lines {
		b.invoiceLine(i, &b.bill.Lines[i])
	}
	b.summary()
	return b.result()
}

// untold is the error of an invoice that cannot be told.
func untold(err error) error {
	var told *tell.Error
	if !errors.As(err, &told) {
		return err
	}
	return &mapping.FieldError{Set: "INVOIC", Segment: "LIN", Value: told.Value, Reason: told.Reason}
}

// biller makes one INVOIC.
type biller struct {
	*composer
	inv    *invoice.Invoice
	bill   tell.Bill
	credit bool
	lines  money.Amount // MOA 203 so far
	orders money.Amount // charges of the document so far
}

// moa writes an amount in the minor unit of its currency.
func (b *biller) moa(qualifier string, a money.Amount) {
	if rounded, err := a.RoundMinor(money.HalfUp); err != nil || rounded != a {
		b.fail("MOA", spot{1, 2}, a.String(), "it has more decimal places than the currency has")
	}
	b.composer.moa(qualifier, a)
}

// sum adds to a sum what was written.
func (b *biller) sum(to *money.Amount, a money.Amount) {
	if to.Currency() == 0 {
		*to = money.Zero(b.inv.Currency)
	}
	var err error
	if *to, err = to.Add(a); err != nil {
		b.fail("MOA", spot{1, 2}, a.String(), err.Error())
	}
}

func (b *biller) header() {
	inv := b.inv
	kind := commercialInvoice
	if b.credit {
		kind = creditNote
	}
	b.bgm(of(kind), inv.Number, original, "")
	if inv.Date.IsZero() {
		b.fail("DTM", whole(), "", "the invoice has no date, which is mandatory")
	}
	b.date("137", inv.Date)
	b.date("11", inv.ShipDate)
	b.date("35", inv.DeliveryDate)
	for _, reason := range b.reasons() {
		b.text("TXD", reason)
	}
	b.references()
	b.parties(inv.Parties)
	b.cux(inv.Currency, "4")
	b.terms()
}

// reasons are why taxes are not charged, each once.
func (b *biller) reasons() []string {
	var all []string
	for i := range b.inv.Taxes {
		if reason := strings.TrimSpace(b.inv.Taxes[i].Reason); reason != "" && !slices.Contains(all, reason) {
			all = append(all, reason)
		}
	}
	return all
}

// references writes the customer's numbers of the order, ours of the order and the
// shipments, and those that the customer wants to see again.
func (b *biller) references() {
	inv := b.inv
	if inv.PurchaseOrder != "" {
		b.refer(orderNumber, inv.PurchaseOrder)
		b.date("171", inv.PurchaseOrderDate)
	}
	if inv.Release != "" {
		b.refer("RE", inv.Release)
	}
	if inv.Order != "" {
		b.refer(vendorOrder, string(inv.Order))
	}
	for _, s := range inv.Shipments {
		b.refer("DQ", s)
	}
	for _, r := range inv.References {
		b.refer(r.Qualifier, r.Value)
	}
}

// terms writes a PAT for each instalment and for each of its discounts.
func (b *biller) terms() {
	instalments := b.inv.Terms.Instalments
	kind := basicTerms
	if len(instalments) > 1 {
		kind = instalmentTerms
	}
	for i, t := range instalments {
		var due invoice.Due
		if i < len(b.inv.Due) {
			due = b.inv.Due[i]
		}
		b.period(kind, t.From, t.Due)
		b.date(netDue, due.Date)
		if kind == instalmentTerms && due.Amount.Currency() != 0 {
			b.moa(amountDue, due.Amount)
		}
		for n, d := range t.Discounts {
			b.period(discountTerms, t.From, d.Within)
			if n < len(due.Discounts) {
				b.date(discountDue, due.Discounts[n].Until)
			}
			b.add("PCD", of("12", b.decimal(d.Rate.Decimal().Shift(2))))
		}
	}
}

// period writes PAT; what no number of days or months says has the day alone.
func (b *biller) period(kind string, from terms.Event, due terms.Due) {
	if _, told := single(terms.Payment{Instalments: []terms.Instalment{{Share: money.RateFromInt(1), From: from, Due: due}}}); told {
		b.patOf(kind, from, due)
		return
	}
	if kind == basicTerms {
		kind = fixedDateTerms
	}
	b.add("PAT", of(kind))
}

// charge writes the ALC group of an allowance or charge.
func (b *biller) charge(c order.Charge) {
	group, err := mapping.AllowanceGroup(c, *b.agreed)
	if err != nil && b.err == nil {
		b.err = err
	}
	b.out = append(b.out, group...)
	b.sum(&b.orders, c.Amount)
}

// taxes writes what a line or a charge is taxed with.
func (b *biller) taxes(all []invoice.Taxed) {
	for i := range all {
		b.tax(&all[i].Tax)
		b.moa(taxAmount, all[i].Amount)
	}
}

// tax writes TAX.
func (b *biller) tax(t *invoice.Tax) {
	kind, words := "VAT", ""
	if country, _, _ := strings.Cut(t.Jurisdiction, "-"); country == "US" {
		kind = "STT"
		if t.Name != "" {
			kind = "LOC"
		}
	}
	if t.Jurisdiction != "" {
		words = strings.TrimSpace(t.Jurisdiction + " " + t.Name)
	}
	b.add("TAX", of("7"), of(kind, "", "", words), none(), none(),
		of("", "", "", b.number(strings.TrimSuffix(t.Rate.Percent(), "%"))), of(taxCategory(t.Category)))
}

// taxCategory is the category (element 5305) in the codes of D.96A and D.01B.
func taxCategory(category string) string {
	switch category {
	case "AE":
		return "B"
	case "K":
		return "E"
	}
	return category
}

// invoiceLine writes the LIN group of the i-th line.
func (b *biller) invoiceLine(i int, l *tell.Line) {
	in := l.Invoiced
	b.line(strconv.Itoa(i+1), "", l.Identifiers)
	b.describe(in.Description)
	b.quantity(invoiced, l.Billed)
	b.moa(lineAmount, l.Net)
	price := "AAA"
	if len(l.Charges) > 0 {
		price = "AAB"
		b.moa(goodsValue, l.Value)
	}
	b.pri(price, l.Price, l.Per, l.Billed.Unit())
	b.refersTo(b.inv.PurchaseOrder, in.Line)
	b.taxes(in.Taxes)
	if len(l.Charges) > mostLineCharges {
		b.fail("ALC", whole(), in.Line, "a line has 15 allowances and charges at most")
	}
	orders := b.orders
	for _, c := range l.Charges {
		b.charge(c)
	}
	b.orders = orders
	b.sum(&b.lines, l.Net)
}

// summary writes the totals, once they tie.
func (b *biller) summary() {
	inv := b.inv
	tax := money.Zero(inv.Currency)
	for i := range inv.Taxes {
		b.sum(&tax, inv.Taxes[i].Amount)
	}
	b.sum(&b.lines, money.Zero(inv.Currency))
	b.sum(&b.orders, money.Zero(inv.Currency))
	sum := b.lines
	b.sum(&sum, b.orders)
	net := sum
	b.sum(&sum, tax)
	payable := inv.Totals.Payable
	if sum != payable {
		b.fail("MOA", spot{1, 2}, payable.String(), "lines, allowances, charges and taxes add up to "+sum.String())
	}
	b.add("UNS", of("S"))
	b.add("CNT", of("2", strconv.Itoa(len(inv.Lines))))
	b.moa(invoiceAmount, payable)
	b.moa(linesTotal, b.lines)
	b.moa(messageTotal, payable)
	b.moa(amountDue, payable)
	b.moa(chargesTotal, b.orders)
	if b.allTaxed() {
		b.moa(taxableAmount, net)
	}
	b.moa(taxTotal, tax)
	b.discount()
	if len(inv.Taxes) > mostTaxes {
		b.fail("TAX", whole(), strconv.Itoa(len(inv.Taxes)), "a summary has ten taxes at most")
	}
	for i := range inv.Taxes {
		t := &inv.Taxes[i]
		b.tax(&t.Tax)
		b.moa(taxAmount, t.Amount)
		b.moa(taxableAmount, t.Base)
	}
}

// discount writes what early payment is discounted from, and by how much.
func (b *biller) discount() {
	base, discount, ok, err := tell.Discounted(b.inv, b.isFreight)
	switch {
	case err != nil:
		b.fail("MOA", spot{1, 2}, base.String(), err.Error())
	case ok:
		b.moa(subjectToDiscount, base)
		b.moa(discountAmount, discount)
	}
}

// isFreight tells whether the partner takes a charge for freight, or it is what was taken
// off freight.
func (b *biller) isFreight(c *order.Charge) bool {
	const freight, service = "freight", "FC"
	if c.Of != "" {
		return b.isFreight(&order.Charge{Step: c.Of})
	}
	return c.Kind == freight || c.Step == freight || b.agreed.Charges[c.Step].Service == service || b.agreed.Charges[c.Kind].Service == service
}

// allTaxed tells whether every line and charge is taxed on its whole net by one tax, so
// that the net of the document is what is taxed.
func (b *biller) allTaxed() bool {
	whole := func(all []invoice.Taxed) bool { return len(all) == 1 && all[0].Base.Currency() == 0 }
	for i := range b.inv.Lines {
		if !whole(b.inv.Lines[i].Taxes) {
			return false
		}
	}
	for i := range b.inv.Charges {
		if !whole(b.inv.Charges[i].Taxes) {
			return false
		}
	}
	return len(b.inv.Lines) > 0
}
