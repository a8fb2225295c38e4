package order

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// ID is our number of an order.
type ID string

// Order is a sales order as its events have made it. Everything in it can be
// read; it changes by [Order.Apply] alone.
type Order struct {
	ID ID `json:"id"`
	// Submission is the key under which the order was submitted.
	Submission string `json:"submission"`
	// Received is when the order arrived at the desk.
	Received time.Time `json:"received"`
	// Document is what was asked for.
	Document Document `json:"document"`
	// Customer is the account that buys, known once the order is identified.
	Customer string `json:"customer,omitempty"`
	// Lines stand in the order of the document's lines; after them come goods that
	// are given on top.
	Lines []Line `json:"lines"`
	// Charges are the steps of the waterfall at the level of the order, such
	// as an order discount before it was spread, or freight.
	Charges []Charge `json:"charges,omitempty"`
	// Statistics are the statistical steps at the level of the order: recorded
	// for accounting and analysis, and part of no sum.
	Statistics []Charge `json:"statistics,omitempty"`
	Holds      []Hold   `json:"holds,omitempty"`
	// Decisions tell what each step of the desk decided, oldest first.
	Decisions []Decision `json:"decisions,omitempty"`
	// Shipments and Invoices are what was shipped and billed, oldest first.
	Shipments []Shipped  `json:"shipments,omitempty"`
	Invoices  []Invoiced `json:"invoices,omitempty"`
	Payments  []Paid     `json:"payments,omitempty"`

	total     money.Amount
	payable   money.Amount // of all invoices
	paid      money.Amount
	accepted  bool
	exception *Excepted
	rejection *Rejection
}

// Line is one line of an order: the request and what became of it.
type Line struct {
	Request
	// Item is our item, known once the order is identified.
	Item string `json:"item"`
	// Base is the ordered quantity in the item's base unit, in which
	// promises, shipments and invoices count.
	Base quantity.Quantity `json:"base"`
	// Cancelled is how much of Base will not be delivered, because the line was
	// decreased; see [LineDecreased].
	Cancelled quantity.Quantity `json:"cancelled,omitzero"`
	// UnitPrice is our price for Per units of PriceUnit, before any discount.
	UnitPrice money.Amount `json:"unit_price,omitzero"`
	// Per is how many units UnitPrice is for; 0 means 1.
	Per int64 `json:"per,omitempty"`
	// PriceUnit is the unit that UnitPrice is for. Zero: the ordered unit.
	PriceUnit quantity.Unit `json:"price_unit,omitzero"`
	// Charges are the steps of the line's waterfall as booked.
	Charges []Charge `json:"charges,omitempty"`
	// Statistics are the line's statistical steps, such as its cost: recorded
	// for accounting and analysis, and no part of the net.
	Statistics []Charge `json:"statistics,omitempty"`
	// Net is the value of Base before tax, all line and spread order charges in it.
	// See [Line.Worth] for that of a part.
	Net money.Amount `json:"net,omitzero"`
	// Schedules are the promises, earliest first. A schedule without dates is
	// backordered.
	Schedules []Schedule `json:"schedules,omitempty"`
	// Rejection tells why the line was refused; nil: it was not.
	Rejection *Rejection `json:"rejection,omitempty"`
	// Free tells what gives the line free of charge; nil: it was ordered.
	Free *Free `json:"free,omitempty"`

	billed quantity.Quantity // of all invoices
}

// Free is what gives a line that nobody ordered.
type Free struct {
	// Rule is the promotion.
	Rule string `json:"rule"`
	// For is the line that earned it; empty where several did together.
	For string `json:"for,omitempty"`
}

// Schedule is a promise for part of a line, or what could not be promised.
type Schedule struct {
	// ID is unique in the line.
	ID string `json:"id"`
	// Quantity is in the item's base unit.
	Quantity quantity.Quantity `json:"quantity"`
	// Ship and Deliver are the promised days. Zero: backordered, no date yet.
	Ship    calendar.Date `json:"ship,omitzero"`
	Deliver calendar.Date `json:"deliver,omitzero"`
	// Site is where it ships from.
	Site string `json:"site,omitempty"`
	// Substitute is what ships in the place of the line's item; nil: the item itself.
	// Quantity and Shipped count the line's item all the same.
	Substitute *Substitute `json:"substitute,omitempty"`
	// Reservation is the key under which the stock is reserved.
	Reservation string `json:"reservation,omitempty"`
	// Shipped is how much of it has left.
	Shipped quantity.Quantity `json:"shipped,omitzero"`
}

// Substitute is an item that ships in the place of another.
type Substitute struct {
	// Item is our item that ships.
	Item string `json:"item"`
	// Numerator of it stand for Denominator of the item that was ordered, each counted
	// in its base unit, or in thousandths of it for catch weight; both are at least 1.
	Numerator   int64 `json:"numerator"`
	Denominator int64 `json:"denominator"`
	// Reason says why it ships, for a person.
	Reason string `json:"reason,omitempty"`
}

// Count returns how much of the item stands for a count of the one that was ordered.
// ok is false if that is no whole number, or none that an int64 holds.
func (s *Substitute) Count(ordered int64) (count int64, ok bool) {
	if s.Numerator < 1 || s.Denominator < 1 || ordered < 0 || ordered%s.Denominator != 0 {
		return 0, false
	}
	n := ordered / s.Denominator
	return n * s.Numerator, n <= math.MaxInt64/s.Numerator
}

// Backordered tells whether no date could be promised.
func (s Schedule) Backordered() bool { return s.Ship.IsZero() }

// Rejection tells why an order or a line was refused.
type Rejection struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// Outcome is what a step of the desk decided.
type Outcome string

// The outcomes of a step.
const (
	// Passed: nothing stands in the way.
	Passed Outcome = "passed"
	// Changed: the order goes on, but not as asked.
	Changed Outcome = "changed"
	// Held: a person has to release it.
	Held Outcome = "held"
	// Refused: the order was rejected.
	Refused Outcome = "refused"
	// Unresolved: the document cannot become an order until it is mended.
	Unresolved Outcome = "exception"
)

// Decision is what one step decided, on what grounds.
type Decision struct {
	Step    string    `json:"step"`
	Outcome Outcome   `json:"outcome"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor,omitempty"`
	// Summary says it in a sentence.
	Summary  string       `json:"summary,omitempty"`
	Findings finding.List `json:"findings,omitempty"`
	// Book is the content hash of the rule book or price book that decided.
	Book string `json:"book,omitempty"`
	// Explanation is the engine's own account, opaque to the order.
	Explanation json.RawMessage `json:"explanation,omitempty"`
}

// HoldKind names the cause of a hold.
type HoldKind string

// The kinds of hold.
const (
	CreditHold     HoldKind = "credit"
	PriceHold      HoldKind = "price"
	ComplianceHold HoldKind = "compliance"
	AddressHold    HoldKind = "address"
	DuplicateHold  HoldKind = "duplicate"
	ManualHold     HoldKind = "manual"
)

// Hold keeps an order from being fulfilled until somebody releases it.
type Hold struct {
	// ID is unique in the order.
	ID     string    `json:"id"`
	Kind   HoldKind  `json:"kind"`
	Code   string    `json:"code"`
	Reason string    `json:"reason"`
	Owner  string    `json:"owner,omitempty"`
	Placed time.Time `json:"placed"`
	// Due is when it should have been dealt with; zero: not stated.
	Due time.Time `json:"due,omitzero"`
	// Released, ReleasedBy and ReleaseReason are set once it no longer holds.
	Released      time.Time `json:"released,omitzero"`
	ReleasedBy    string    `json:"released_by,omitempty"`
	ReleaseReason string    `json:"release_reason,omitempty"`
}

// Open tells whether the hold still holds.
func (h Hold) Open() bool { return h.Released.IsZero() }

// Line returns the line with the customer's line number, nil if there is none.
func (o *Order) Line(id string) *Line {
	for i := range o.Lines {
		if o.Lines[i].ID == id {
			return &o.Lines[i]
		}
	}
	return nil
}

// OpenHolds returns the holds that still hold, oldest first.
func (o *Order) OpenHolds() []Hold {
	var open []Hold
	for _, h := range o.Holds {
		if h.Open() {
			open = append(open, h)
		}
	}
	return open
}

// Total is the order's value before tax: what its live lines are worth and the
// charges that were not spread over lines. Zero until priced.
func (o *Order) Total() money.Amount { return o.total }

// Exception returns why the document could not become an order; ok is false
// if it could.
func (o *Order) Exception() (e Excepted, ok bool) {
	if o.exception == nil {
		return Excepted{}, false
	}
	return *o.exception, true
}

// Rejection returns why the order was refused as a whole; ok is false if it
// was not.
func (o *Order) Rejection() (r Rejection, ok bool) {
	if o.rejection == nil {
		return Rejection{}, false
	}
	return *o.rejection, true
}

// LastDecision returns the latest decision of the step; ok is false if it has
// not decided yet.
func (o *Order) LastDecision(step string) (d Decision, ok bool) {
	for _, d := range slices.Backward(o.Decisions) {
		if d.Step == step {
			return d, true
		}
	}
	return Decision{}, false
}

// Clone returns a copy that shares nothing with the order that Apply changes,
// and no list of which a caller would change the elements: lines, schedules,
// charges, holds, decisions. What those point to is shared and must not be
// changed.
func (o *Order) Clone() *Order {
	c := *o
	c.Document.Lines = slices.Clone(o.Document.Lines)
	c.Document.Parties = slices.Clone(o.Document.Parties)
	c.Lines = slices.Clone(o.Lines)
	for i := range c.Lines {
		c.Lines[i].Schedules = slices.Clone(o.Lines[i].Schedules)
		c.Lines[i].Charges = slices.Clone(o.Lines[i].Charges)
		c.Lines[i].Statistics = slices.Clone(o.Lines[i].Statistics)
	}
	c.Charges = slices.Clone(o.Charges)
	c.Statistics = slices.Clone(o.Statistics)
	c.Holds = slices.Clone(o.Holds)
	c.Decisions = slices.Clone(o.Decisions)
	c.Shipments = slices.Clone(o.Shipments)
	c.Invoices = slices.Clone(o.Invoices)
	c.Payments = slices.Clone(o.Payments)
	return &c
}
