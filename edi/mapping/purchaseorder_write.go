package mapping

import (
	"strconv"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// WritePurchaseOrder makes the purchase order (X12 850) of a document, for a vendor of
// ours: the segments between ST and SE. [ReadPurchaseOrder] reads them back equal.
//
// BEG05 is the day of the order, which is mandatory. The currency (CUR) is the
// document's, or where it has none that of its prices. Freight terms and the Incoterm
// are FOB, terms of payment ITD: in days, or where X12 has no room for them in words
// (ITD12). Instructions are MSG behind N9 L1, one for each 264 characters. Parties are
// N1 loops, each with its first number. A line's numbers are written as its
// identifiers say; our own number of an item (Item) goes as the buyer's where there is
// none.
//
// What would break the set is a [*FieldError]; so is what X12 cannot say, such as a
// price for 7 units or delivery at a place unloaded (DPU).
func WritePurchaseOrder(doc *order.Document, agreed Options) ([]x12.Segment, error) {
	w := purchaser{composer: composer{set: "850", agreed: &agreed}, doc: doc}
	w.beginning()
	w.header()
	if len(doc.Lines) == 0 {
		w.begin("PO1")
		w.fail("", "nothing is ordered")
	}
	for i := range doc.Lines {
		w.line(&doc.Lines[i])
	}
	w.total(len(doc.Lines))
	return w.result()
}

// purchaser makes an 850 or an 860.
type purchaser struct {
	composer
	doc      *order.Document
	currency money.Currency // of every price; zero: of none yet
}

func (w *purchaser) beginning() {
	w.begin("BEG")
	w.put("00")
	w.kind()
	w.need(w.doc.PurchaseOrder, 22)
	w.text(w.doc.Release, 30)
	w.mandatoryDay()
}

// kind adds a purchase order type code (X12 element 92).
func (w *purchaser) kind() {
	code, ok := typeCode(w.doc.Type)
	w.put(code)
	if !ok {
		w.fail(string(w.doc.Type), "X12 has no code for an order of that type")
	}
}

// typeCode is the purchase order type code of a type, which [orderType] reads.
func typeCode(t order.Type) (string, bool) {
	switch t {
	case "", order.Standard:
		return "SA", true
	case order.Rush:
		return "RO", true
	case order.Sample:
		return "SP", true
	case order.ConsignmentFill:
		return "CN", true
	case order.DropShip:
		return "DS", true
	case order.Blanket:
		return "BK", true
	case order.BlanketRelease:
		return "RL", true
	case order.ConsignmentIssue:
	}
	return "", false
}

// mandatoryDay adds the day of the order.
func (w *purchaser) mandatoryDay() {
	w.day(w.doc.Date)
	if w.doc.Date.IsZero() {
		w.fail("", "the order has no date, which is mandatory")
	}
}

// header writes what is said of the order as a whole, in the order that 850 and 860
// share.
func (w *purchaser) header() {
	doc := w.doc
	w.currency = doc.Currency
	for i := range doc.Lines {
		if p := doc.Lines[i].Price; w.currency == 0 && p != nil {
			w.currency = p.Currency()
		}
	}
	w.money()
	for _, r := range doc.References {
		w.refer(r.Qualifier, r.Value)
	}
	w.freight()
	w.terms()
	w.date("010", doc.RequestedShip)
	w.date("002", doc.RequestedDelivery)
	w.date("001", doc.CancelAfter)
	w.instructions()
	for _, p := range doc.Parties {
		code := roleCode(p.Role)
		w.party(code, p.Name, p.Identifiers, p.Address)
		if code == "" {
			w.fail(string(p.Role), "X12 has no code for a party of that role")
		}
	}
}

// money writes CUR.
func (w *purchaser) money() {
	if w.currency == 0 {
		return
	}
	w.begin("CUR")
	w.put("BY", w.currency.Code())
}

// freight writes FOB: who pays the carrier, where risk passes, the Incoterm.
func (w *purchaser) freight() {
	f := w.doc.Freight
	if f == (terms.Freight{}) && w.doc.Incoterm == 0 {
		return
	}
	method, known := freightCode(f.Payment)
	w.begin("FOB")
	w.put(method)
	if !known {
		w.fail(f.Payment.String(), "X12 has no code for that way to pay freight")
	}
	place := ""
	switch f.Passes {
	case terms.Origin:
		place = "OR"
	case terms.Destination:
		place = "DE"
	}
	w.put(place)
	if w.doc.Incoterm != 0 {
		w.incoterm()
	}
}

// freightCode is the shipment method of payment code (X12 element 146), which
// [freightOf] reads; DF is as buyer and seller define it.
func freightCode(p terms.FreightPayment) (string, bool) {
	switch p {
	case 0:
		return "DF", true
	case terms.Prepaid:
		return "PP", true
	case terms.PrepaidAndAdd:
		return "PC", true
	case terms.Collect:
		return "CC", true
	case terms.ThirdParty:
		return "TP", true
	}
	return "", false
}

// incoterm adds FOB03 to FOB07.
func (w *purchaser) incoterm() {
	term := w.doc.Incoterm
	w.put("", "01", term.String())
	if term == terms.DAP || term == terms.DPU {
		w.fail(term.String(), "X12 has no code for that Incoterm (element 335)")
	}
	if place := w.doc.IncotermPlace; place != "" {
		w.put("ZZ")
		w.need(place, 80)
	}
}

// terms writes ITD: days where X12 has them, else the words of trade.
func (w *purchaser) terms() {
	p := w.doc.Terms
	if p.IsZero() {
		return
	}
	w.begin("ITD")
	i, from, ok := inDays(p)
	if !ok {
		w.put("", "", "", "", "", "", "", "", "", "", "")
		w.need(p.String(), 80)
		return
	}
	kind := "01" // basic
	if i.Due.EndOfMonth {
		kind = "02"
	}
	w.put(kind, from)
	if len(i.Discounts) > 0 {
		d := i.Discounts[0]
		percent, _ := short(d.Rate.Decimal().Shift(2), 6)
		w.put(percent, "", strconv.Itoa(d.Within.Days))
	} else {
		w.put("", "", "")
	}
	w.put("", strconv.Itoa(i.Due.Days))
}

// inDays gives terms that are no more than days, and a discount, from a day that X12
// has a code for.
func inDays(p terms.Payment) (i terms.Instalment, from string, ok bool) {
	if p.Method != terms.OpenAccount || len(p.Instalments) != 1 {
		return i, "", false
	}
	i = p.Instalments[0]
	plain := func(d terms.Due) bool {
		return d == (terms.Due{Days: d.Days, EndOfMonth: i.Due.EndOfMonth}) && d.Days >= 0 && d.Days <= 999
	}
	from, ok = eventCode(i.From)
	if !ok || i.Share != money.RateFromInt(1) || !plain(i.Due) || len(i.Discounts) > 1 {
		return i, "", false
	}
	for _, d := range i.Discounts {
		if _, fits := short(d.Rate.Decimal().Shift(2), 6); !fits || !plain(d.Within) {
			return i, "", false
		}
	}
	return i, from, true
}

// instructions writes the texts for people.
func (w *purchaser) instructions() {
	if len(w.doc.Instructions) == 0 {
		return
	}
	w.begin("N9")
	w.put(notes, "1")
	for _, text := range w.doc.Instructions {
		w.message(text)
	}
}

// line writes the PO1 loop of a line.
func (w *purchaser) line(l *order.Request) {
	w.begin("PO1")
	w.need(l.ID, 20)
	w.number(l.Quantity.Number(), 15)
	if l.Quantity.Sign() <= 0 {
		w.fail(l.Quantity.String(), "nothing is ordered")
	}
	w.unit(w.agreed.unitCode(l.Quantity.Unit()))
	w.price(l)
	w.items(l)
	if w.out.Elements() < 7 {
		w.fail(l.ID, "the line names no item that the partner knows")
	}
	w.about(l)
}

// price adds a price and its basis, which have to say to the partner what they say
// here.
func (w *purchaser) price(l *order.Request) {
	w.basisPrice(l.Price, l.PricePer)
	if l.Price == nil {
		return
	}
	if w.currency != 0 && l.Price.Currency() != w.currency {
		w.fail(l.Price.String(), "the order is in "+w.currency.Code())
	}
	code, _ := basisCode(l.PricePer)
	if basisOf(code, l.Quantity.Unit()).per != max(l.PricePer, 1) {
		w.fail(code, "for a line in "+l.Quantity.Unit().String()+" the code means another number of units")
	}
}

// items adds the numbers of the item, ours among them.
func (w *purchaser) items(l *order.Request) {
	ids := l.Identifiers
	ours := order.ItemIdentifier{Scheme: order.SchemeBuyer, Value: l.Item}
	known := l.Item == ""
	for _, id := range ids {
		known = known || id.Scheme == ours.Scheme
	}
	if !known {
		ids = append([]order.ItemIdentifier{ours}, ids...)
	}
	const most = 10
	if len(ids) > most {
		w.fail(l.ID, "a line has ten numbers of an item at most")
	}
	w.numbers(ids, most)
}

// about writes the description and the days of a line.
func (w *purchaser) about(l *order.Request) {
	w.describe(l.Description)
	w.date("010", l.RequestedShip)
	w.date("002", l.RequestedDelivery)
}

// count adds a number of units of a quantity; without unit it is empty.
func (c *composer) count(q quantity.Quantity, longest int) {
	if q.Unit() == 0 {
		c.put("")
		return
	}
	c.number(q.Number(), longest)
}
