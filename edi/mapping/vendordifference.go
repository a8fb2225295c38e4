package mapping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// VendorDifference is one thing in which a vendor's answer, shipments or invoice do not
// agree with what was ordered, or received.
type VendorDifference struct {
	Kind DifferenceKind `json:"kind"`
	// Document is the number of the shipment or invoice that differs; empty: of an
	// answer.
	Document string `json:"document,omitempty"`
	// PurchaseOrder and Line are ours; of what was never ordered they are what the
	// vendor says.
	PurchaseOrder string `json:"purchase_order,omitempty"`
	Line          string `json:"line,omitempty"`
	// Expected is what was ordered, or of an invoice received; Told is what the vendor
	// says, of a quantity or of the part that differs.
	Expected quantity.Quantity `json:"expected,omitzero"`
	Told     quantity.Quantity `json:"told,omitzero"`
	// ExpectedPrice and ToldPrice are prices for so many units; of a charge and of
	// what does not tie they are amounts.
	ExpectedPrice money.Amount `json:"expected_price,omitzero"`
	ExpectedPer   int64        `json:"expected_per,omitempty"`
	ToldPrice     money.Amount `json:"told_price,omitzero"`
	ToldPer       int64        `json:"told_per,omitempty"`
	// Wanted is the day that was asked for, Day that which the vendor says.
	Wanted calendar.Date `json:"wanted,omitzero"`
	Day    calendar.Date `json:"day,omitzero"`
	// Item is what the vendor sends instead, or where the line is not ours what it
	// names.
	Item []order.ItemIdentifier `json:"item,omitempty"`
	// Reason is why, in the vendor's words.
	Reason string `json:"reason,omitempty"`
}

// DifferenceKind says what differs.
type DifferenceKind string

// The kinds of differences.
const (
	// LineMissing is a line that the vendor does not speak of.
	LineMissing DifferenceKind = "missing"
	// NeverOrdered is a line, or an order, that is not ours.
	NeverOrdered DifferenceKind = "never-ordered"
	// LineRejected, LineOnHold and LineBackordered are quantities that do not come, or
	// not yet.
	LineRejected    DifferenceKind = "rejected"
	LineOnHold      DifferenceKind = "on-hold"
	LineBackordered DifferenceKind = "backordered"
	// LineShort and LineOver are less and more than was ordered.
	LineShort DifferenceKind = "short"
	LineOver  DifferenceKind = "over"
	// UnitDiffers is a quantity that cannot be compared with the one that was ordered.
	UnitDiffers  DifferenceKind = "unit"
	PriceDiffers DifferenceKind = "price"
	// ShipsLate and ArrivesLate are days behind the one that was asked for.
	ShipsLate   DifferenceKind = "ships-late"
	ArrivesLate DifferenceKind = "arrives-late"
	// ItemDiffers is another item than was ordered.
	ItemDiffers DifferenceKind = "item"
	// StatusUnclear is a part of which the vendor says what is not known here.
	StatusUnclear DifferenceKind = "unclear"
	// CurrencyDiffers is a document in another currency than the order.
	CurrencyDiffers DifferenceKind = "currency"
	// BilledOver is more than was received, less what was billed before; CreditedOver
	// more than was billed.
	BilledOver   DifferenceKind = "billed-over"
	CreditedOver DifferenceKind = "credited-over"
	// DocumentTwice is a shipment or an invoice that was told before.
	DocumentTwice DifferenceKind = "twice"
	// ChargeAdded is a charge that nobody ordered, DoesNotTie an invoice that claims
	// another amount than it adds up to.
	ChargeAdded DifferenceKind = "charge"
	DoesNotTie  DifferenceKind = "tie"
)

// String says it in words: "PO-1 line 1: backordered, 25 EA".
func (d VendorDifference) String() string {
	text := string(d.Kind)
	switch d.Kind {
	case LineShort, LineOver, UnitDiffers, BilledOver, CreditedOver:
		text = fmt.Sprintf("%s, %s and not %s", d.Kind, d.Told, d.Expected)
	case LineRejected, LineOnHold, LineBackordered, StatusUnclear, NeverOrdered:
		if d.Told.Unit() != 0 {
			text += ", " + d.Told.String()
		}
	case PriceDiffers, DoesNotTie, ChargeAdded, CurrencyDiffers:
		if d.ToldPrice.Currency() != 0 {
			text += ", " + priceText(d.ToldPrice, d.ToldPer)
		}
		if d.ExpectedPrice.Currency() != 0 {
			text += " and not " + priceText(d.ExpectedPrice, d.ExpectedPer)
		}
	case ShipsLate, ArrivesLate:
		text = fmt.Sprintf("%s, %s and not %s", d.Kind, d.Day, d.Wanted)
	case ItemDiffers:
		for _, id := range d.Item {
			text += fmt.Sprintf(", %s %s", id.Scheme, id.Value)
		}
	case LineMissing, DocumentTwice:
	}
	if d.Reason != "" {
		text += " (" + d.Reason + ")"
	}
	if d.Line != "" {
		text = "line " + d.Line + ": " + text
	}
	for _, name := range []string{d.PurchaseOrder, d.Document} {
		if name != "" {
			text = name + " " + text
		}
	}
	return text
}

func priceText(p money.Amount, per int64) string {
	if per > 1 {
		return fmt.Sprintf("%s per %d", p, per)
	}
	return p.String()
}

// expectOrder makes a tally of what was ordered.
func expectOrder(doc *order.Document) *tally {
	t := newTally(len(doc.Lines))
	for i := range doc.Lines {
		l := &doc.Lines[i]
		ids := l.Identifiers
		if l.Item != "" {
			ids = append([]order.ItemIdentifier{{Scheme: order.SchemeBuyer, Value: l.Item}}, ids...)
		}
		t.expect(l.ID, ids)
	}
	return t
}

// locate is the place of a vendor's line: by our number of it, unless its item is that
// of another line alone, which says that the number is the vendor's own.
func (t *tally) locate(id string, numbers []order.ItemIdentifier) int {
	at, byItem := t.find(id, numbers), t.find("", numbers)
	if byItem >= 0 && (at < 0 || at != byItem) {
		return byItem
	}
	return at
}

// lateness adds what is later than what was asked for, of the line or of the order.
func lateness(found []VendorDifference, d VendorDifference, doc *order.Document, l *order.Request, ship, deliver calendar.Date) []VendorDifference {
	for _, day := range []struct {
		kind         DifferenceKind
		wanted, told calendar.Date
	}{
		{ShipsLate, orDate(l.RequestedShip, doc.RequestedShip), ship},
		{ArrivesLate, orDate(l.RequestedDelivery, doc.RequestedDelivery), deliver},
	} {
		if !day.told.IsZero() && !day.wanted.IsZero() && day.told.After(day.wanted) {
			d.Kind, d.Wanted, d.Day = day.kind, day.wanted, day.told
			found = append(found, d)
		}
	}
	return found
}
