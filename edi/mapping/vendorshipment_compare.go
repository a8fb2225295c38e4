package mapping

import (
	"slices"

	"github.com/o2ckit/o2c/order"
)

// ShipmentDifferences compares an order as it was sent with all that the vendor has
// announced of it: what is short and over, in all shipments together, what arrives
// late, what was never ordered, and which shipment was told twice. Items of other
// orders, and of other releases, are not looked at. Lines are found as [VendorAnswer.Differences] finds them.
//
// A notice that replaces an earlier one of its number counts in its place, and one that
// cancels takes it back; another one of a number that was told before is not counted
// again. Differences of shipments come in their order, then those of the lines.
func ShipmentDifferences(doc *order.Document, shipments ...VendorShipment) []VendorDifference {
	var found []VendorDifference
	t := expectOrder(doc)
	for _, s := range standing(shipments, func(s *VendorShipment) {
		found = append(found, VendorDifference{Kind: DocumentTwice, Document: s.Shipment})
	}) {
		late := make(map[int]bool) // lines that are told to be late, once a shipment
		for i := range s.Items {
			item := &s.Items[i]
			if item.PurchaseOrder != "" && item.PurchaseOrder != doc.PurchaseOrder || otherRelease(item.Release, doc) {
				continue
			}
			d := VendorDifference{Document: s.Shipment, PurchaseOrder: item.PurchaseOrder, Line: item.Line, Told: item.Shipped}
			at := t.locate(item.Line, item.Identifiers)
			if at < 0 {
				d.Kind, d.Item = NeverOrdered, item.Identifiers
				found = append(found, d)
				continue
			}
			l := &doc.Lines[at]
			d.PurchaseOrder, d.Line, d.Expected = doc.PurchaseOrder, l.ID, l.Quantity
			if item.Shipped.Unit() != l.Quantity.Unit() || !t.add(at, item.Shipped) {
				d.Kind = UnitDiffers
				found = append(found, d)
				continue
			}
			if !late[at] {
				late[at] = true
				found = lateness(found, d, doc, l, s.Ship, s.Deliver)
			}
		}
	}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		d := VendorDifference{PurchaseOrder: doc.PurchaseOrder, Line: l.ID, Expected: l.Quantity}
		var cmp int
		switch d.Told, cmp, _ = t.compare(i, l.Quantity); { // in one unit, as was checked
		case cmp < 0:
			d.Kind = LineShort
		case cmp > 0:
			d.Kind = LineOver
		default:
			continue
		}
		found = append(found, d)
	}
	return found
}

// otherRelease tells whether a release that is told, if it is, is another one than that
// of an order that is one.
func otherRelease(told string, doc *order.Document) bool {
	return told != "" && doc.Release != "" && told != doc.Release
}

// standing gives the notices that hold: the last of each number that replaces, none
// of a number that was cancelled, and of others the first. The others are told.
func standing(shipments []VendorShipment, twice func(*VendorShipment)) []*VendorShipment {
	hold := make([]*VendorShipment, 0, len(shipments))
	at := make(map[string]int)
	for i := range shipments {
		s := &shipments[i]
		before, told := at[s.Shipment]
		told = told && s.Shipment != ""
		switch {
		case s.Cancel:
			if told {
				hold[before] = nil
				delete(at, s.Shipment)
			}
		case told && s.Replace:
			hold[before] = s
		case told:
			twice(s)
		default:
			at[s.Shipment] = len(hold)
			hold = append(hold, s)
		}
	}
	return slices.DeleteFunc(hold, func(s *VendorShipment) bool { return s == nil })
}
