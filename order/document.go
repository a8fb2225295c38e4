package order

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
)

// Type is the kind of sales order. The empty type is a standard order.
type Type string

// The order types.
const (
	Standard         Type = "standard"
	Rush             Type = "rush"
	Sample           Type = "sample"
	ConsignmentFill  Type = "consignment-fill"
	ConsignmentIssue Type = "consignment-issue"
	DropShip         Type = "drop-ship"
	Blanket          Type = "blanket"
	BlanketRelease   Type = "blanket-release"
)

// Source tells where a document came from and where its raw form is kept.
type Source struct {
	// Channel is the way it arrived: x12, edifact, json, csv, manual.
	Channel string `json:"channel"`
	// Partner is the sender as the channel knows it.
	Partner string `json:"partner,omitempty"`
	// Document is an opaque reference to the raw document, as whoever keeps
	// it named it.
	Document string `json:"document,omitempty"`
	// Control is the sender's own number of the message (X12: ISA13/GS06/ST02).
	Control string `json:"control,omitempty"`
}

// Document is an order as the customer asked for it: one purchase order, from
// any channel, before anything was decided.
type Document struct {
	// PurchaseOrder is the customer's number of the order.
	PurchaseOrder string `json:"purchase_order"`
	// Release is the number of a release against a blanket order.
	Release string `json:"release,omitempty"`
	// Store is the customer's number of the store that the document is for, where one
	// purchase order was divided by store; none: it was not. It tells such documents
	// apart, which share a purchase order and release.
	Store  party.Identifier `json:"store,omitzero"`
	Type   Type             `json:"type,omitempty"`
	Source Source           `json:"source"`
	// Date is the customer's date of the order.
	Date              calendar.Date `json:"date,omitzero"`
	RequestedShip     calendar.Date `json:"requested_ship,omitzero"`
	RequestedDelivery calendar.Date `json:"requested_delivery,omitzero"`
	// CancelAfter is the day after which the customer no longer wants it.
	CancelAfter calendar.Date `json:"cancel_after,omitzero"`
	// Currency is that of every price in the document. Zero: not stated.
	Currency money.Currency `json:"currency,omitzero"`
	// Customer is our number of the account that buys. Empty until known;
	// intake fills it from the parties' identifiers.
	Customer string  `json:"customer,omitempty"`
	Parties  []Party `json:"parties,omitempty"`
	// Terms are the payment terms that the customer stated. Zero: none.
	Terms terms.Payment `json:"terms,omitzero"`
	// Freight are the domestic freight terms that the customer stated. Zero: none.
	Freight terms.Freight `json:"freight,omitzero"`
	// Incoterm is the delivery term that the customer stated, and
	// IncotermPlace its named place. Zero: none.
	Incoterm      terms.Incoterm `json:"incoterm,omitzero"`
	IncotermPlace string         `json:"incoterm_place,omitempty"`
	// Instructions are free texts for people.
	Instructions []string `json:"instructions,omitempty"`
	// References are further numbers of the customer's: department,
	// contract, promotion.
	References []Reference `json:"references,omitempty"`
	Lines      []Request   `json:"lines"`
}

// Reference is a number that the customer wants to see again.
type Reference struct {
	// Qualifier says what the number is, in the channel's code (X12 element 128).
	Qualifier string `json:"qualifier"`
	Value     string `json:"value"`
}

// Party is one of those who take part in an order, as the document names it.
type Party struct {
	Role party.Role `json:"role"`
	// ID is our number of the party. Empty until known.
	ID          string             `json:"id,omitempty"`
	Name        string             `json:"name,omitempty"`
	Identifiers []party.Identifier `json:"identifiers,omitempty"`
	Address     party.Address      `json:"address,omitzero"`
}

// Request is one line of a document: what the customer wants.
type Request struct {
	// ID is the customer's line number; it is unique in the document.
	ID string `json:"id"`
	// Item is our item number. Empty until known; intake fills it from the
	// identifiers.
	Item string `json:"item,omitempty"`
	// Identifiers name the item in the customer's or the trade's words.
	Identifiers []ItemIdentifier  `json:"identifiers,omitempty"`
	Description string            `json:"description,omitempty"`
	Quantity    quantity.Quantity `json:"quantity"`
	// Price is what the customer expects to pay for PricePer units. Nil: the
	// customer stated no price, which is not the same as a price of zero.
	Price *money.Amount `json:"price,omitempty"`
	// PricePer is how many units the price is for; 0 means 1.
	PricePer          int64         `json:"price_per,omitempty"`
	RequestedShip     calendar.Date `json:"requested_ship,omitzero"`
	RequestedDelivery calendar.Date `json:"requested_delivery,omitzero"`
}

// ItemIdentifier names an item: a GTIN, the buyer's or the vendor's part number.
type ItemIdentifier struct {
	// Scheme says what the number is: gtin, upc, buyer, vendor, manufacturer.
	Scheme string `json:"scheme"`
	Value  string `json:"value"`
}

// The schemes of an [ItemIdentifier].
const (
	SchemeGTIN         = "gtin"
	SchemeBuyer        = "buyer"
	SchemeVendor       = "vendor"
	SchemeManufacturer = "manufacturer"
)

// Party returns the first party in the role.
func (d *Document) Party(role party.Role) (Party, bool) {
	for _, p := range d.Parties {
		if p.Role == role {
			return p, true
		}
	}
	return Party{}, false
}

// Validate returns what is wrong with the document on its own, without any
// master data: missing numbers, lines without quantity, prices in another
// currency, dates out of order.
func (d *Document) Validate() finding.List {
	var found finding.List
	if d.PurchaseOrder == "" {
		found.Block("order.purchase-order.missing", "purchase_order", "the document has no purchase order number",
			"ask the customer for the number of the order")
	}
	if len(d.Lines) == 0 {
		found.Block("order.lines.missing", "lines", "the document has no lines", "ask the customer for what is ordered")
	}
	if !d.CancelAfter.IsZero() && !d.RequestedShip.IsZero() && d.CancelAfter.Before(d.RequestedShip) {
		found.Warn("order.cancel-after.early", "cancel_after",
			fmt.Sprintf("the order is void after %s, before the requested ship date %s", d.CancelAfter, d.RequestedShip),
			"ask the customer which of the two dates holds")
	}
	seen := make(map[string]int, len(d.Lines))
	for i := range d.Lines {
		path := fmt.Sprintf("lines[%d]", i)
		found.Within(path, d.Lines[i].validate(d.Currency))
		if first, dup := seen[d.Lines[i].ID]; dup && d.Lines[i].ID != "" {
			found.Block("order.line.number-repeated", path+".id",
				fmt.Sprintf("line number %q is that of lines[%d] too", d.Lines[i].ID, first), "number each line once")
		} else {
			seen[d.Lines[i].ID] = i
		}
	}
	return found
}

func (r *Request) validate(currency money.Currency) finding.List {
	var found finding.List
	if r.ID == "" {
		found.Block("order.line.number-missing", "id", "the line has no number", "number the line")
	}
	if r.Item == "" && len(r.Identifiers) == 0 {
		found.Block("order.line.item-missing", "item", "the line names no item", "ask the customer what is ordered")
	}
	switch {
	case r.Quantity.Unit() == 0:
		found.Block("order.line.unit-missing", "quantity", "the quantity has no unit", "state the unit of measure")
	case r.Quantity.Sign() <= 0:
		found.Block("order.line.quantity-not-positive", "quantity",
			fmt.Sprintf("%s cannot be ordered", r.Quantity), "order more than zero, or send a return")
	}
	if r.PricePer < 0 {
		found.Block("order.line.price-per-negative", "price_per",
			fmt.Sprintf("a price cannot be per %d units", r.PricePer), "state how many units the price is for")
	}
	if r.Price != nil {
		if r.Price.Sign() < 0 {
			found.Block("order.line.price-negative", "price", fmt.Sprintf("the price is %s", r.Price), "state a price of zero or more")
		}
		if c := r.Price.Currency(); currency != 0 && c != 0 && c != currency {
			found.Block("order.line.currency", "price",
				fmt.Sprintf("the price is in %s, the document in %s", c, currency), "state all prices in one currency")
		}
	}
	return found
}
