package order

import (
	"time"

	"github.com/o2ckit/o2c/journal"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Events returns the decoder of the order's event types. They are written as
// JSON under the names order.received, order.identified and so on.
func Events() *journal.Codec {
	return journal.MustCodec(
		journal.JSON[Received]("order.received", 1),
		journal.JSON[Identified]("order.identified", 1),
		journal.JSON[Priced]("order.priced", 1),
		journal.JSON[Promised]("order.promised", 1),
		journal.JSON[LineRejected]("order.line-rejected", 1),
		journal.JSON[LineDecreased]("order.line-decreased", 1),
		journal.JSON[Rejected]("order.rejected", 1),
		journal.JSON[Excepted]("order.excepted", 1),
		journal.JSON[HoldPlaced]("order.hold-placed", 1),
		journal.JSON[HoldReleased]("order.hold-released", 1),
		journal.JSON[Decided]("order.decided", 1),
		journal.JSON[Accepted]("order.accepted", 1),
		journal.JSON[Shipped]("order.shipped", 1),
		journal.JSON[Invoiced]("order.invoiced", 1),
		journal.JSON[Paid]("order.paid", 1),
	)
}

// Received is the first event of every order: the document arrived.
type Received struct {
	ID         ID        `json:"id"`
	Submission string    `json:"submission"`
	At         time.Time `json:"at"`
	Document   Document  `json:"document"`
}

// Identified says that the customer and the items are known in our numbers.
type Identified struct {
	Customer string           `json:"customer"`
	Lines    []IdentifiedLine `json:"lines"`
}

// IdentifiedLine is the item of one line and its quantity in base units.
type IdentifiedLine struct {
	Line string            `json:"line"`
	Item string            `json:"item"`
	Base quantity.Quantity `json:"base"`
}

// Priced replaces all prices of the order.
type Priced struct {
	Lines   []PricedLine `json:"lines"`
	Charges []Charge     `json:"charges,omitempty"`
	// Statistics are the statistical steps of the order.
	Statistics []Charge `json:"statistics,omitempty"`
	// Given are the lines that promotions give on top. They take the place of
	// those that were given before, which keep their promises where the id stays.
	Given []GivenLine `json:"given,omitempty"`
}

// GivenLine is a line that nobody ordered: goods that come free of charge.
type GivenLine struct {
	// Line is the id of the line, which no ordered line has.
	Line string `json:"line"`
	Item string `json:"item"`
	// Quantity is in the unit that the promotion states, Base in the item's base
	// unit.
	Quantity quantity.Quantity `json:"quantity"`
	Base     quantity.Quantity `json:"base"`
	Free
}

// PricedLine is the price of one line.
type PricedLine struct {
	Line       string        `json:"line"`
	UnitPrice  money.Amount  `json:"unit_price"`
	Per        int64         `json:"per,omitempty"`
	PriceUnit  quantity.Unit `json:"price_unit,omitzero"`
	Charges    []Charge      `json:"charges,omitempty"`
	Statistics []Charge      `json:"statistics,omitempty"`
	Net        money.Amount  `json:"net"`
}

// Promised replaces the open schedules of the lines that it names. What has
// shipped stays; open and shipped quantities must add up to what is to be delivered
// of the line ([Line.Deliverable]).
type Promised struct {
	Lines []PromisedLine `json:"lines"`
}

// PromisedLine is the promise of one line.
type PromisedLine struct {
	Line      string     `json:"line"`
	Schedules []Schedule `json:"schedules"`
}

// LineRejected says that a line is refused; the others go on.
type LineRejected struct {
	Line string `json:"line"`
	Rejection
}

// LineDecreased says that a part of a line will not be delivered. What has shipped
// stays, and so does the price: what is left is worth its share of the net. Of a line
// nothing is left of, [LineRejected] says it.
type LineDecreased struct {
	Line string `json:"line"`
	// By is how much less it is, in base units, above 0.
	By quantity.Quantity `json:"by"`
	// Schedules take the place of all that has not shipped.
	Schedules []Schedule `json:"schedules,omitempty"`
	Rejection
}

// Rejected says that the order is refused as a whole.
type Rejected struct {
	Rejection
}

// Excepted says that the document cannot become an order until it is mended.
type Excepted struct {
	Step     string       `json:"step"`
	Findings finding.List `json:"findings"`
}

// HoldPlaced says that a hold was placed.
type HoldPlaced struct {
	Hold Hold `json:"hold"`
}

// HoldReleased says that a hold was released.
type HoldReleased struct {
	Hold   string    `json:"hold"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
}

// Decided says that a step of the desk came to a decision.
type Decided struct {
	Decision
}

// Accepted says that the order is good for fulfilment.
type Accepted struct {
	At time.Time `json:"at"`
}

// Shipped says that goods left.
type Shipped struct {
	// Shipment is the shipment's own number, opaque here.
	Shipment string        `json:"shipment"`
	At       time.Time     `json:"at"`
	Lines    []ShippedLine `json:"lines"`
}

// ShippedLine is what left of one schedule, in base units of the line's item, also
// where a substitute left.
type ShippedLine struct {
	Line     string            `json:"line"`
	Schedule string            `json:"schedule"`
	Quantity quantity.Quantity `json:"quantity"`
}

// Invoiced says that shipped goods were billed.
type Invoiced struct {
	// Invoice is the invoice's own number, opaque here.
	Invoice string    `json:"invoice"`
	At      time.Time `json:"at"`
	// Shipments are the shipments that were billed.
	Shipments []string       `json:"shipments,omitempty"`
	Lines     []InvoicedLine `json:"lines"`
	// Payable is the invoice's total with tax and charges.
	Payable money.Amount `json:"payable"`
}

// InvoicedLine is what was billed of one line, in base units.
type InvoicedLine struct {
	Line     string            `json:"line"`
	Quantity quantity.Quantity `json:"quantity"`
	Net      money.Amount      `json:"net"`
}

// Paid says that money was applied to an invoice. It is in the currency of
// the invoices.
type Paid struct {
	Invoice string       `json:"invoice"`
	At      time.Time    `json:"at"`
	Amount  money.Amount `json:"amount"`
}
