package mapping

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// VendorShipment is what a vendor announces to have sent us (X12 856, EDIFACT
// DESADV). Packages and items are flat lists, however deep they are nested: a
// package names the one that it is in, an item those that hold it.
type VendorShipment struct {
	Source order.Source `json:"source"`
	// Shipment is the vendor's number.
	Shipment string `json:"shipment"`
	// Cancel takes back what was announced under the number, Replace puts this in
	// its place.
	Cancel  bool `json:"cancel,omitempty"`
	Replace bool `json:"replace,omitempty"`
	// Date is the day of the notice; Ship and Deliver are when it left and when it
	// arrives.
	Date    calendar.Date `json:"date,omitzero"`
	Ship    calendar.Date `json:"ship,omitzero"`
	Deliver calendar.Date `json:"deliver,omitzero"`
	// Carrier is the code of the carrier, a SCAC where it has one; CarrierName and
	// Routing are what the vendor says of it in words.
	Carrier     string `json:"carrier,omitempty"`
	CarrierName string `json:"carrier_name,omitempty"`
	Routing     string `json:"routing,omitempty"`
	// Mode is how it travels, in the channel's code (X12 element 91, EDIFACT element
	// 8067), Equipment the number of the trailer or container.
	Mode         string `json:"mode,omitempty"`
	Equipment    string `json:"equipment,omitempty"`
	BillOfLading string `json:"bill_of_lading,omitempty"`
	// Tracking is the carrier's number of the shipment (PRO number).
	Tracking   string            `json:"tracking,omitempty"`
	Parties    []order.Party     `json:"parties,omitempty"`
	References []order.Reference `json:"references,omitempty"`
	Notes      []string          `json:"notes,omitempty"`
	// Gross, Net and Volume are those of the shipment as the vendor states them,
	// Loaded how many packages; zero: it does not say.
	Gross    quantity.Quantity `json:"gross,omitzero"`
	Net      quantity.Quantity `json:"net,omitzero"`
	Volume   quantity.Quantity `json:"volume,omitzero"`
	Loaded   int64             `json:"loaded,omitempty"`
	Packages []VendorPackage   `json:"packages,omitempty"`
	Items    []VendorItem      `json:"items,omitempty"`
}

// VendorPackage is a pallet, a carton or what is in one.
type VendorPackage struct {
	// Number counts the packages of the shipment from 1, each behind the one that it
	// is in. Within is the number of that one; 0: it stands in none.
	Number int         `json:"number"`
	Within int         `json:"within,omitempty"`
	Kind   PackageKind `json:"kind"`
	// Type is the form of packaging in the channel's code (X12 element 103, EDIFACT
	// element 7065), such as CTN25.
	Type string `json:"type,omitempty"`
	// SSCC is the number on its label, 18 digits.
	SSCC string `json:"sscc,omitempty"`
	// Marks are its other numbers, such as the carrier's of the parcel.
	Marks []string `json:"marks,omitempty"`
	// Count is how many such packages the vendor speaks of at once; 0 means 1.
	Count  int64             `json:"count,omitempty"`
	Gross  quantity.Quantity `json:"gross,omitzero"`
	Net    quantity.Quantity `json:"net,omitzero"`
	Volume quantity.Quantity `json:"volume,omitzero"`
}

// PackageKind says what a package is.
type PackageKind string

// The kinds of packages.
const (
	// Tare is a pallet or another load carrier.
	Tare PackageKind = "tare"
	// Carton is what a label is put on: a carton, a crate, a bag.
	Carton PackageKind = "carton"
	// InnerPack is a pack in a carton.
	InnerPack PackageKind = "inner-pack"
)

// VendorItem is what was sent of a line, for each package if the vendor tells packages.
type VendorItem struct {
	// PurchaseOrder is our number of the order, Release that of the release,
	// VendorOrder the vendor's. Empty: the vendor does not say.
	PurchaseOrder string `json:"purchase_order,omitempty"`
	Release       string `json:"release,omitempty"`
	VendorOrder   string `json:"vendor_order,omitempty"`
	// Line is our number of the line; empty: the vendor does not repeat it.
	Line string `json:"line,omitempty"`
	// Store is the party that the item is marked for, where the notice tells several.
	Store order.Party `json:"store,omitzero"`
	// Packages are the numbers of the packages that hold it: one, or several where
	// the vendor does not tell how much is in which. None: no package is told.
	Packages    []int                  `json:"packages,omitempty"`
	Identifiers []order.ItemIdentifier `json:"identifiers,omitempty"`
	Description string                 `json:"description,omitempty"`
	// Shipped is how much; Ordered is what the vendor says was ordered of the line,
	// and zero where it does not.
	Shipped quantity.Quantity `json:"shipped"`
	Ordered quantity.Quantity `json:"ordered,omitzero"`
	// Status is what becomes of the line, Code the vendor's code for it (X12 element
	// 668); empty: it does not say.
	Status PartStatus `json:"status,omitempty"`
	Code   string     `json:"code,omitempty"`
	// Lots are the batches that it is of, Serials the numbers of its pieces.
	Lots    []VendorLot `json:"lots,omitempty"`
	Serials []string    `json:"serials,omitempty"`
	// References are further numbers of the line.
	References []order.Reference `json:"references,omitempty"`
}

// VendorLot is a batch, or a part of an item of one.
type VendorLot struct {
	Number string `json:"number,omitempty"`
	// Quantity is how much is of it; zero: all, or the vendor does not say.
	Quantity quantity.Quantity `json:"quantity,omitzero"`
	// Made is when it was produced, BestBefore how long it is best, Expires how long
	// it may be used.
	Made       calendar.Date `json:"made,omitzero"`
	BestBefore calendar.Date `json:"best_before,omitzero"`
	Expires    calendar.Date `json:"expires,omitzero"`
}

// Path returns a package behind those that it is in, the outermost first; none: there
// is no such package.
func (s *VendorShipment) Path(number int) []VendorPackage {
	var inside []VendorPackage
	for n := number; n >= 1 && n <= len(s.Packages); n = s.Packages[n-1].Within {
		inside = append(inside, s.Packages[n-1])
		if s.Packages[n-1].Within >= n { // each stands behind the one that it is in
			break
		}
	}
	slices.Reverse(inside)
	return inside
}
