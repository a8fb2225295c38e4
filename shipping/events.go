package shipping

import (
	"time"

	"github.com/o2ckit/o2c/journal"
)

// Events returns the decoder of this package's event types, shipping.planned
// and shipping.shipped.
func Events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[Planned]("shipping.planned", 1),
		journal.JSON[Shipped]("shipping.shipped", 1),
	)
}

// Planned says that a shipment was planned and its cartons numbered.
type Planned struct {
	Shipment Shipment `json:"shipment"`
}

// Shipped says that a planned shipment left.
type Shipped struct {
	Shipment ID        `json:"shipment"`
	At       time.Time `json:"at"`
	// Carrier is the code of the carrier that took it. Empty: as planned.
	Carrier string `json:"carrier,omitempty"`
	// BillOfLading is the number of the bill of lading, Tracking those under
	// which the carrier tracks it (parcel numbers, a PRO number).
	BillOfLading string   `json:"bill_of_lading,omitempty"`
	Tracking     []string `json:"tracking,omitempty"`
}
