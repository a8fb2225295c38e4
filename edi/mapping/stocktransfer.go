package mapping

import (
	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// StockTransfer is stock that is on its way to a warehouse: what it is told to expect.
type StockTransfer struct {
	Source order.Source `json:"source,omitzero"`
	// Number is the depositor's, whose goods they are: the receipt names it again.
	Number string `json:"number"`
	// Shipment is the number of the shipment, such as that of its bill of lading.
	Shipment      string `json:"shipment,omitempty"`
	PurchaseOrder string `json:"purchase_order,omitempty"`
	// Shipped is the day on which it left, Arrives that on which it is expected.
	Shipped calendar.Date `json:"shipped,omitzero"`
	Arrives calendar.Date `json:"arrives,omitzero"`
	// Warehouse is where it goes, From where it comes from. Their ID is our name of
	// the site.
	Warehouse  order.Party       `json:"warehouse"`
	From       order.Party       `json:"from,omitzero"`
	Carriage   Carriage          `json:"carriage"`
	References []order.Reference `json:"references,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
	Lines      []TransferLine    `json:"lines"`
}

// Carriage is how goods travel.
type Carriage struct {
	// Mode is the code of the means of transport (X12 element 91), such as M for motor
	// carrier, R for rail, U for private parcel service.
	Mode string `json:"mode"`
	// Carrier is a Standard Carrier Alpha Code, Routing says it in words.
	Carrier string `json:"carrier,omitempty"`
	Routing string `json:"routing,omitempty"`
}

// TransferLine is what comes of an item.
type TransferLine struct {
	// ID is the depositor's number of the line; the receipt may name it again.
	ID          string                 `json:"id,omitempty"`
	Identifiers []order.ItemIdentifier `json:"identifiers"`
	Description string                 `json:"description,omitempty"`
	Quantity    quantity.Quantity      `json:"quantity"`
	// Lot is the depositor's lot, Expires the last day on which it is good.
	Lot     string        `json:"lot,omitempty"`
	Expires calendar.Date `json:"expires,omitzero"`
}

// WriteStockTransfer makes the advice to a warehouse that stock is on its way (X12 943
// warehouse stock transfer shipment advice): the segments between ST and SE.
//
// The warehouse is N1 WH, a site of ours by the warehouse's own number for it
// ([Options].Sites), else by ours. Each line is a W04 with up to three item numbers;
// its number stands in N9 LI, its lot in N9 LT, with the day on which it expires. W03
// adds up the numbers of all lines.
//
// What would break the set is a [*FieldError]: the means of transport and a carrier
// or a routing among it, which a 943 cannot be without.
func WriteStockTransfer(t StockTransfer, agreed Options) ([]x12.Segment, error) {
	w := depositor{composer: composer{set: "943", agreed: &agreed}}
	w.begin("W06")
	w.put("F") // full detail
	w.need(t.Number, 22)
	w.day(t.Shipped)
	w.text(t.Shipment, 30)
	w.put("")
	w.text(t.PurchaseOrder, 22)
	if len(t.Lines) == 0 {
		w.fail(t.Number, "nothing is on its way")
	}
	w.place("WH", t.Warehouse)
	if named(t.From) {
		w.place("SF", t.From)
	}
	w.references(t.References)
	w.when("17", t.Arrives)
	w.notes(t.Notes)
	w.begin("W27")
	w.need(t.Carriage.Mode, 2)
	w.text(t.Carriage.Carrier, 4)
	w.text(t.Carriage.Routing, 35)
	if t.Carriage.Carrier == "" && t.Carriage.Routing == "" {
		w.fail("", "it names a carrier or a routing")
	}
	sum := decimal.Zero
	for i := range t.Lines {
		l := &t.Lines[i]
		w.line(l)
		sum = sum.Add(l.Quantity.Decimal())
	}
	w.begin("W03")
	w.number(sum.String(), 10)
	return w.result()
}

// depositor makes the sets that a depositor and its warehouse exchange of stock.
type depositor struct {
	composer
	containers int // LX loops begun
}

// place writes an N1 loop of a site of ours, or of another party.
func (w *depositor) place(code string, p order.Party) {
	if p.ID != "" && len(p.Identifiers) == 0 {
		p.Identifiers = []party.Identifier{w.agreed.siteNumber(p.ID)}
	}
	w.party(code, p.Name, p.Identifiers, p.Address)
}

// references writes an N9 for each reference; there is room for ten.
func (w *depositor) references(refs []order.Reference) {
	for i, r := range refs {
		w.nine(r.Qualifier, r.Value)
		if i == 10 {
			w.fail(r.Value, "there are ten references at most")
		}
	}
}

// nine begins an N9, of which what is longer than N902 goes into N903.
func (w *depositor) nine(qualifier, value string) {
	w.begin("N9")
	w.need(qualifier, 3)
	if len(value) > 30 {
		w.put("")
		w.need(value, 45)
		return
	}
	w.need(value, 30)
	w.put("")
}

// notes writes NTE segments.
func (w *depositor) notes(texts []string) {
	n := 0
	for _, text := range texts {
		for part, rest := cut(text, 80); part != ""; part, rest = cut(rest, 80) {
			w.begin("NTE")
			w.put("WHI")
			w.need(part, 80)
			if n++; n == 21 {
				w.fail(part, "there are twenty notes at most")
			}
		}
	}
}

// items adds two pairs of item numbers behind an empty U.P.C. case code, and gives
// those that are left.
func (w *depositor) items(line string, ids []order.ItemIdentifier) []order.ItemIdentifier {
	known := w.agreed.qualified(ids)
	w.put("")
	if len(known) == 0 {
		w.fail(line, "the item has no number that the partner knows")
	}
	w.numbers(known, 2)
	return known[min(2, len(known)):]
}

// line writes a W04 loop.
func (w *depositor) line(l *TransferLine) {
	w.begin("W04")
	w.number(l.Quantity.Number(), 10)
	if l.Quantity.Sign() <= 0 {
		w.fail(l.Quantity.String(), "nothing is on its way")
	}
	w.unit(w.agreed.unitCode(l.Quantity.Unit()))
	third := w.items(l.ID, l.Identifiers)
	w.pad(13)
	w.numbers(third, 1)
	w.details(l.ID, l.Description, l.Lot, l.Expires)
}

// details writes what follows W04 and W07: description, number and lot of a line.
func (w *depositor) details(id, description, lot string, expires calendar.Date) {
	if part, _ := cut(description, 45); part != "" {
		w.begin("G69")
		w.need(part, 45)
	}
	if id != "" {
		w.nine("LI", id)
	}
	if lot != "" || !expires.IsZero() {
		w.nine("LT", lot)
		w.day(expires)
	}
}
