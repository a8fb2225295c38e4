package atp

import (
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Events returns the codec of the events of this package. All are version 1.
func Events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[ItemDefined]("atp.item-defined", 1),
		journal.JSON[StockCounted]("atp.stock-counted", 1),
		journal.JSON[SupplyAdded]("atp.supply-added", 1),
		journal.JSON[SupplyAdjusted]("atp.supply-adjusted", 1),
		journal.JSON[SupplyReceived]("atp.supply-received", 1),
		journal.JSON[StockMoved]("atp.stock-moved", 1),
		journal.JSON[QuotaDefined]("atp.quota-defined", 1),
		journal.JSON[QuotaSet]("atp.quota-set", 1),
		journal.JSON[Reserved]("atp.reserved", 1),
		journal.JSON[Committed]("atp.committed", 1),
		journal.JSON[Consumed]("atp.consumed", 1),
		journal.JSON[Released]("atp.released", 1),
		journal.JSON[Picked]("atp.picked", 1),
		journal.JSON[Unpicked]("atp.unpicked", 1),
		journal.JSON[Decreased]("atp.decreased", 1),
		journal.JSON[Expired]("atp.expired", 1),
		journal.JSON[RescheduledPart]("atp.rescheduled-part", 1),
		journal.JSON[Rescheduled]("atp.rescheduled", 1),
	)
}

// ItemDefined says that an item is stocked at a site, and how it is checked there.
type ItemDefined struct {
	Item        string    `json:"item"`
	Site        string    `json:"site"`
	Revision    uint64    `json:"revision"` // counts the supply events of the item at the site from 1
	At          time.Time `json:"at"`
	SafetyStock int64     `json:"safety_stock,omitempty"`
	Policy      Policy    `json:"policy,omitzero"`
}

// StockCounted says what stock on hand of one status is.
type StockCounted struct {
	Item     string     `json:"item"`
	Site     string     `json:"site"`
	Revision uint64     `json:"revision"`
	At       time.Time  `json:"at"`
	Document string     `json:"document,omitempty"` // the count, or why else
	Status   SupplyType `json:"status"`
	Quantity int64      `json:"quantity"` // on hand
	Change   int64      `json:"change"`   // against what was on hand; what a fold adds up

	Lot     string        `json:"lot,omitempty"`    // the lot that was counted; empty: what is in no lot
	Expires calendar.Date `json:"expires,omitzero"` // of the lot
}

// SupplyAdded says that a receipt is due.
type SupplyAdded struct {
	Item     string        `json:"item"`
	Site     string        `json:"site"`
	Revision uint64        `json:"revision"`
	At       time.Time     `json:"at"`
	Document string        `json:"document"` // a purchase order line, a production order, ...
	Type     SupplyType    `json:"type"`
	Due      calendar.Date `json:"due"`
	Quantity int64         `json:"quantity"`
	Expires  calendar.Date `json:"expires,omitzero"` // of the goods, as expected

	Reliability Reliability `json:"reliability,omitzero"`

	// For is the key of the reservation together with which production was planned; empty: it was not, see ReserveProduction.
	For string `json:"for,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// SupplyAdjusted says that a receipt has another date, quantity or reliability.
type SupplyAdjusted struct {
	Item     string        `json:"item"`
	Site     string        `json:"site"`
	Revision uint64        `json:"revision"`
	At       time.Time     `json:"at"`
	Document string        `json:"document"`
	Due      calendar.Date `json:"due"`
	Quantity int64         `json:"quantity"` // ordered in all; 0: cancelled
	Expires  calendar.Date `json:"expires,omitzero"`

	Reliability Reliability `json:"reliability,omitzero"`
}

// SupplyReceived says that goods of a receipt are on hand now.
type SupplyReceived struct {
	Item     string     `json:"item"`
	Site     string     `json:"site"`
	Revision uint64     `json:"revision"`
	At       time.Time  `json:"at"`
	Document string     `json:"document"` // of the receipt
	Posting  string     `json:"posting"`  // of the goods receipt
	Status   SupplyType `json:"status"`   // the status the goods have on hand
	Quantity int64      `json:"quantity"`

	Lot     string        `json:"lot,omitempty"` // the lot that the goods are in
	Expires calendar.Date `json:"expires,omitzero"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// StockMoved says that stock on hand has another status, was shipped to another site, or went into or out of consignment
// stock.
type StockMoved struct {
	Item     string       `json:"item"`
	Site     string       `json:"site"`
	Revision uint64       `json:"revision"`
	At       time.Time    `json:"at"`
	Key      string       `json:"key"` // of the movement; the document of the receipt at the other site
	Kind     MovementKind `json:"kind"`
	Status   SupplyType   `json:"status"`
	Quantity int64        `json:"quantity"`

	Lot      string        `json:"lot,omitempty"`
	Expires  calendar.Date `json:"expires,omitzero"`    // of the lot, where it is shipped or comes back
	ToStatus SupplyType    `json:"to_status,omitempty"` // with StatusChange; zero is Available

	// What is shipped is due at another site, whose revision it is.
	ToSite     string        `json:"to_site,omitempty"`
	ToRevision uint64        `json:"to_revision,omitempty"`
	Due        calendar.Date `json:"due,omitzero"`
	Type       SupplyType    `json:"type,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Reserved says that quantities are held until an instant.
type Reserved struct {
	Key         string         `json:"key"`
	At          time.Time      `json:"at"`
	Expires     time.Time      `json:"expires"`
	SafetyStock bool           `json:"safety_stock,omitempty"`
	Scope       Scope          `json:"scope,omitempty"`
	Lines       []ReservedLine `json:"lines"` // by item, site, date

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// ReservedLine is a quantity of an item on a date, or of a quota in the period of a date.
type ReservedLine struct {
	Item     string        `json:"item"` // or the id of the quota
	Site     string        `json:"site"`
	Date     calendar.Date `json:"date"`
	Quantity int64         `json:"quantity"`
	LineQuota

	GoodThrough calendar.Date `json:"good_through,omitzero"` // as in Line
	Lot         string        `json:"lot,omitempty"`
}

// Committed says that a reservation no longer expires.
type Committed struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Consumed says that reserved goods have left the site.
type Consumed struct {
	Key      string         `json:"key"`
	At       time.Time      `json:"at"`
	Document string         `json:"document"`      // the shipment or goods issue
	All      bool           `json:"all,omitempty"` // everything that was open
	Lines    []ReservedLine `json:"lines"`         // the part of each line that left

	// Picked is, beside Lines, how much of each had been picked; empty: nothing.
	Picked []int64 `json:"picked,omitempty"`
	// Lots says which lots left, by item, site and lot; what is not listed was in no lot.
	Lots []LotPart `json:"lots,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Released says that reserved goods are free again.
type Released struct {
	Key      string         `json:"key"`
	At       time.Time      `json:"at"`
	Document string         `json:"document,omitempty"` // the change or cancellation
	All      bool           `json:"all,omitempty"`      // everything that was open
	Lines    []ReservedLine `json:"lines"`              // the part of each line that is free

	// Lots are the parts that named a lot.
	Lots []LotPart `json:"lots,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Picked says that goods are off the shelf and lie ready for a reservation.
type Picked struct {
	Key      string         `json:"key"`
	At       time.Time      `json:"at"`
	Document string         `json:"document"`      // the pick list
	All      bool           `json:"all,omitempty"` // everything that was open
	Lines    []ReservedLine `json:"lines"`         // the part of each line that was picked

	// Lots says which lots were picked, by item, site and lot; what is not listed was in no lot.
	Lots []LotPart `json:"lots,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Unpicked says that picked goods are back on the shelf.
type Unpicked struct {
	Key      string         `json:"key"`
	At       time.Time      `json:"at"`
	Document string         `json:"document"`      // the warehouse's confirmation
	All      bool           `json:"all,omitempty"` // everything that was picked
	Lines    []ReservedLine `json:"lines"`         // the part of each line that is back

	// Lots says which lots are back, by item, site and lot; what is not listed is in no lot.
	Lots []LotPart `json:"lots,omitempty"`

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Decreased says that the total of an item that a reservation has came down.
type Decreased struct {
	Key      string    `json:"key"`
	At       time.Time `json:"at"`
	Document string    `json:"document"` // the change order
	Reduction
	Lines []ReservedLine `json:"lines,omitempty"` // the part of each line that was given up

	// Replayed tells that the operation had been done before; the event need not be journalled again.
	Replayed bool `json:"-"`
}

// Expired says that a hold was not committed in time. It is bookkeeping: a fold without it has the same state, but for
// what Sweep has yet to say.
type Expired struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"`
}
