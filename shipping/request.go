package shipping

import (
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// ID is a shipment's number, which the caller gives.
type ID string

// Request is what shall leave together: released lines from one place to
// another, at one time, with one carrier.
type Request struct {
	// ID is unique among the host's shipments.
	ID ID `json:"id"`
	// From and To are where the goods leave and where they go.
	From Party `json:"from"`
	To   Party `json:"to"`
	// Carrier, Service and Routing are codes of the host or the trade, such as
	// a SCAC and a service level; they are handed on as they are.
	Carrier string `json:"carrier,omitempty"`
	Service string `json:"service,omitempty"`
	Routing string `json:"routing,omitempty"`
	// FreightTerms are as the papers print them: "FOB origin, freight collect".
	FreightTerms string `json:"freight_terms,omitempty"`
	// ShipDate is the planned day of departure, DeliveryDate of arrival.
	ShipDate     calendar.Date `json:"ship_date,omitzero"`
	DeliveryDate calendar.Date `json:"delivery_date,omitzero"`
	Lines        []Line        `json:"lines"`
}

// Party is somebody at an end of a shipment.
type Party struct {
	// ID is the host's number of the party.
	ID          string             `json:"id,omitempty"`
	Name        string             `json:"name,omitempty"`
	Identifiers []party.Identifier `json:"identifiers,omitempty"`
	Address     party.Address      `json:"address,omitzero"`
}

// Line is what ships of one order line.
type Line struct {
	// Order, Line and Schedule refer to what is shipped, in the words of
	// whoever owns it. Together they are unique in a shipment.
	Order    string `json:"order"`
	Line     string `json:"line"`
	Schedule string `json:"schedule,omitempty"`
	// PurchaseOrder is the customer's number of the order.
	PurchaseOrder string `json:"purchase_order,omitempty"`
	Item          string `json:"item"`
	Description   string `json:"description,omitempty"`
	// CustomerPart is the customer's number of the item, and GTIN the trade's.
	CustomerPart string `json:"customer_part,omitempty"`
	GTIN         string `json:"gtin,omitempty"`
	// Quantity is in the unit that was ordered, Base the same in the item's
	// base unit, which cartons count in.
	Quantity quantity.Quantity `json:"quantity"`
	Base     quantity.Quantity `json:"base"`
	// PerCarton is how much of the base unit fills a carton. Zero: not known;
	// the line then gets a carton of its own.
	PerCarton quantity.Quantity `json:"per_carton,omitzero"`
	// UnitWeight is what one base unit weighs. Zero: not known.
	UnitWeight quantity.Quantity `json:"unit_weight,omitzero"`
	// MarkFor is the store that the goods are marked for where they go to another
	// place, such as a distribution centre. None: they are for whoever gets them.
	MarkFor Party `json:"mark_for,omitzero"`
	// NoMix keeps the line out of cartons with other lines.
	NoMix bool `json:"no_mix,omitempty"`
}
