package mapping

import (
	"cmp"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// MatchAgainst is what an invoice is held to.
type MatchAgainst struct {
	// Orders are ours, as they were sent; an invoice may be of several. The releases of
	// a blanket order, which share its number, are told apart by theirs.
	Orders []order.Document
	// Received are the shipments that arrived, as the vendor told them or as the
	// dock counted them. Nil: nothing is held to what was received, and the invoice
	// is matched with the orders alone (two-way).
	Received []VendorShipment
	// Billed are the invoices and credits of the same orders that were taken before.
	Billed    []VendorInvoice
	Tolerance Tolerance
}

// Tolerance says which differences of an invoice are taken as they are. The zero value
// is none.
type Tolerance struct {
	// Price is for what the price of a line makes of its value, in percent of the value
	// that was ordered and in units of the currency.
	Price Limit `json:"price,omitzero"`
	// Quantity is for what is billed beyond what was received, in percent of it and in
	// the unit that was ordered.
	Quantity Limit `json:"quantity,omitzero"`
	// Total is for charges that nobody ordered, each of them, and for what an invoice
	// claims beyond what it adds up to, in percent of the payable and in units of the
	// currency.
	Total Limit `json:"total,omitzero"`
}

// Limit is how much two numbers may differ. Where both are given, both hold; where
// neither is, nothing may differ.
type Limit struct {
	Percent decimal.Decimal `json:"percent,omitzero"`
	Amount  decimal.Decimal `json:"amount,omitzero"`
}

// Allows tells whether a difference from a number is within the limit, whatever its
// sign.
func (l Limit) Allows(difference, from decimal.Decimal) bool {
	difference, from = difference.Abs(), from.Abs()
	switch {
	case difference.IsZero():
		return true
	case l.Percent.IsZero() && l.Amount.IsZero():
		return false
	case !l.Percent.IsZero() && difference.Shift(2).GreaterThan(from.Mul(l.Percent)):
		return false
	}
	return l.Amount.IsZero() || difference.LessThanOrEqual(l.Amount)
}

// Match holds the invoice to what was ordered, at which price, and to what was
// received and billed before (three-way match). What it returns has to be settled
// before the invoice is paid; nothing: pay it.
//
// A line is billed over where it, and what was billed of it before less what was
// credited, is more than was received; without receipts, than was ordered. A credit is
// over where it is more than was billed. A price differs from the one of the order
// line; a price that the order does not state is not compared. Allowances are ours
// to keep; a charge above zero is told, for an order states none. An invoice that was
// billed before, is in another currency than its order, or does not tie says so.
func (v *VendorInvoice) Match(against MatchAgainst) []VendorDifference {
	m := matcher{invoice: v, against: &against, orders: make(map[string][]*matched, len(against.Orders))}
	for i := range against.Orders {
		doc := &against.Orders[i]
		m.orders[doc.PurchaseOrder] = append(m.orders[doc.PurchaseOrder], &matched{doc: doc, received: expectOrder(doc), billed: expectOrder(doc)})
	}
	m.receive()
	m.billedBefore()
	m.whole()
	for i := range v.Lines {
		m.line(&v.Lines[i])
	}
	for i := range m.touched {
		m.quantity(m.touched[i].order, m.touched[i].at)
	}
	return m.found
}

type matcher struct {
	invoice *VendorInvoice
	against *MatchAgainst
	orders  map[string][]*matched // by number; the releases of one share it
	touched []touchedLine         // once each, in the order of the invoice
	found   []VendorDifference
}

// matched is an order with what is told of its lines.
type matched struct {
	doc              *order.Document
	received, billed *tally
	touched          map[int]bool
	compared         bool // its currency was told to be another one
}

type touchedLine struct {
	order *matched
	at    int
}

// orderOf is the order of a number and release; the only one where none is stated. Nil:
// there is none, or it is not told which of several.
func (m *matcher) orderOf(number, release string) *matched {
	if number == "" && len(m.against.Orders) == 1 {
		number = m.against.Orders[0].PurchaseOrder
	}
	all := m.orders[number]
	for _, o := range all {
		if o.doc.Release == release {
			return o
		}
	}
	if len(all) == 1 && !otherRelease(release, all[0].doc) {
		return all[0]
	}
	return nil
}

// receive counts what arrived. What cannot be counted in the unit of the order is not
// received, and is told when it is billed.
func (m *matcher) receive() {
	for _, s := range standing(m.against.Received, func(*VendorShipment) {}) {
		for i := range s.Items {
			item := &s.Items[i]
			o := m.orderOf(item.PurchaseOrder, item.Release)
			if o == nil {
				continue
			}
			if at := o.received.locate(item.Line, item.Identifiers); at >= 0 && item.Shipped.Unit() == o.doc.Lines[at].Quantity.Unit() {
				o.received.add(at, item.Shipped)
			}
		}
	}
}

// find is the order and the place of a line of an invoice; nil: it has none.
func (m *matcher) find(v *VendorInvoice, l *VendorInvoiceLine) (*matched, int) {
	number, release := v.PurchaseOrder, v.Release
	if l.PurchaseOrder != "" && l.PurchaseOrder != number {
		number, release = l.PurchaseOrder, "" // a line states none
	}
	o := m.orderOf(number, release)
	if o == nil {
		return nil, -1
	}
	return o, o.billed.locate(cmp.Or(l.Line, l.ID), l.Identifiers)
}

// signed is a billed quantity; a credit takes back.
func signed(v *VendorInvoice, q quantity.Quantity) quantity.Quantity {
	if v.Kind == Credited {
		return q.Abs().Neg()
	}
	return q
}

// billedBefore counts earlier invoices and credits.
func (m *matcher) billedBefore() {
	for i := range m.against.Billed {
		b := &m.against.Billed[i]
		if b.Number == m.invoice.Number {
			m.found = append(m.found, VendorDifference{Kind: DocumentTwice, Document: b.Number, PurchaseOrder: b.PurchaseOrder})
			continue
		}
		for n := range b.Lines {
			l := &b.Lines[n]
			if o, at := m.find(b, l); at >= 0 && l.Quantity.Unit() == o.doc.Lines[at].Quantity.Unit() {
				o.billed.add(at, signed(b, l.Quantity))
			}
		}
	}
}

// whole holds the invoice as a whole to the order: its charges, and whether it ties.
func (m *matcher) whole() {
	v := m.invoice
	of := func(kind DifferenceKind) VendorDifference {
		return VendorDifference{Kind: kind, Document: v.Number, PurchaseOrder: v.PurchaseOrder}
	}
	payable := v.Totals.Payable
	m.charges(of(ChargeAdded), v.Charges)
	sum, err := v.Sum()
	switch {
	case err != nil:
		d := of(DoesNotTie)
		d.ToldPrice, d.Reason = payable, err.Error()
		m.found = append(m.found, d)
	case sum != payable:
		if m.against.Tolerance.Total.Allows(payable.Decimal().Sub(sum.Decimal()), payable.Decimal()) {
			break
		}
		d := of(DoesNotTie)
		d.ToldPrice, d.ExpectedPrice = payable, sum
		m.found = append(m.found, d)
	}
}

// charges tells of charges that nobody ordered. Of a credit they are given back.
func (m *matcher) charges(d VendorDifference, charges []order.Charge) {
	if m.invoice.Kind == Credited {
		return
	}
	for i := range charges {
		c := &charges[i]
		if c.Amount.Sign() <= 0 || m.against.Tolerance.Total.Allows(c.Amount.Decimal(), m.invoice.Totals.Payable.Decimal()) {
			continue
		}
		d.ToldPrice, d.Reason = c.Amount, cmp.Or(c.Label, c.Step)
		m.found = append(m.found, d)
	}
}

// line holds a line to that of the order.
func (m *matcher) line(l *VendorInvoiceLine) {
	v := m.invoice
	d := VendorDifference{Document: v.Number, PurchaseOrder: cmp.Or(l.PurchaseOrder, v.PurchaseOrder), Line: cmp.Or(l.Line, l.ID), Told: l.Quantity}
	o, at := m.find(v, l)
	if at < 0 {
		d.Kind, d.Item = NeverOrdered, l.Identifiers
		m.found = append(m.found, d)
		return
	}
	ordered := &o.doc.Lines[at]
	d.PurchaseOrder, d.Line, d.Expected = o.doc.PurchaseOrder, ordered.ID, ordered.Quantity
	if otherItem(ordered.Identifiers, l.Identifiers) {
		item := d
		item.Kind, item.Item = ItemDiffers, l.Identifiers
		m.found = append(m.found, item)
	}
	m.charges(withKind(d, ChargeAdded), l.Charges)
	m.price(d, o, ordered, l)
	if l.Quantity.Unit() != ordered.Quantity.Unit() || !o.billed.add(at, signed(v, l.Quantity)) {
		m.found = append(m.found, withKind(d, UnitDiffers))
		return
	}
	if o.touched == nil {
		o.touched = make(map[int]bool)
	}
	if !o.touched[at] {
		o.touched[at] = true
		m.touched = append(m.touched, touchedLine{o, at})
	}
}

func withKind(d VendorDifference, kind DifferenceKind) VendorDifference {
	d.Kind = kind
	return d
}

// price holds the price of a line to that of the order.
func (m *matcher) price(d VendorDifference, o *matched, ordered *order.Request, l *VendorInvoiceLine) {
	if l.Price == nil || ordered.Price == nil {
		m.currency(o)
		return
	}
	d.ToldPrice, d.ToldPer, d.ExpectedPrice, d.ExpectedPer = *l.Price, l.PricePer, *ordered.Price, ordered.PricePer
	if l.Price.Currency() != ordered.Price.Currency() {
		m.found = append(m.found, withKind(d, CurrencyDiffers))
		return
	}
	// both values of the line times both numbers of units, so that nothing is rounded
	told := valueOf(*l.Price, l.Quantity, ordered.PricePer)
	wanted := valueOf(*ordered.Price, l.Quantity, l.PricePer)
	limit := m.against.Tolerance.Price
	limit.Amount = limit.Amount.Mul(decimal.NewFromInt(max(l.PricePer, 1))).Mul(decimal.NewFromInt(max(ordered.PricePer, 1)))
	if !limit.Allows(told.Sub(wanted), wanted) {
		m.found = append(m.found, withKind(d, PriceDiffers))
	}
}

// currency holds the currency of the invoice to that of an order, once, where no price of
// a line does.
func (m *matcher) currency(o *matched) {
	v := m.invoice
	if o.compared || v.Currency == 0 || o.doc.Currency == 0 || v.Currency == o.doc.Currency {
		return
	}
	o.compared = true
	m.found = append(m.found, VendorDifference{Kind: CurrencyDiffers, Document: v.Number, PurchaseOrder: o.doc.PurchaseOrder, ToldPrice: v.Totals.Payable})
}

func valueOf(price money.Amount, q quantity.Quantity, times int64) decimal.Decimal {
	return price.Decimal().Mul(q.Decimal()).Mul(decimal.NewFromInt(max(times, 1)))
}

// quantity holds what is billed of a line in all to what was received, or where
// nothing is said of that to what was ordered.
func (m *matcher) quantity(o *matched, at int) {
	l := &o.doc.Lines[at]
	limit := l.Quantity
	if m.against.Received != nil {
		if limit = o.received.sums[at]; limit.Unit() == 0 {
			limit = quantity.New(0, l.Quantity.Unit())
		}
	}
	billed := o.billed.sums[at]
	d := VendorDifference{Kind: BilledOver, Document: m.invoice.Number, PurchaseOrder: o.doc.PurchaseOrder, Line: l.ID, Expected: limit, Told: billed}
	over := billed.Decimal().Sub(limit.Decimal()) // in one unit, as was checked
	switch {
	case m.invoice.Kind == Credited && billed.Sign() < 0:
		d.Kind, d.Expected = CreditedOver, quantity.New(0, limit.Unit())
	case m.invoice.Kind != Credited && over.IsPositive() && !m.against.Tolerance.Quantity.Allows(over, limit.Decimal()):
	default:
		return
	}
	m.found = append(m.found, d)
}
