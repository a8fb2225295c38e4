package message

import (
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// PriceCatalogue is what a vendor tells of its items and their prices.
type PriceCatalogue struct {
	Source order.Source `json:"source"`
	// Number is the vendor's number of the catalogue.
	Number string        `json:"number"`
	Date   calendar.Date `json:"date,omitzero"`
	// Changes says that what is not listed stays as it was. Without it the catalogue
	// takes the place of the one before.
	Changes bool `json:"changes,omitempty"`
	// From and To are the days between which the prices hold, both included, where a
	// line or a price does not say otherwise. No date: no bound is told.
	From       calendar.Date     `json:"from,omitzero"`
	To         calendar.Date     `json:"to,omitzero"`
	Currency   money.Currency    `json:"currency,omitzero"`
	References []order.Reference `json:"references,omitempty"`
	Parties    []order.Party     `json:"parties,omitempty"`
	Lines      []CatalogueLine   `json:"lines"`
}

// CatalogueLine is an item of a price catalogue.
type CatalogueLine struct {
	ID          string                 `json:"id,omitempty"`
	Action      CatalogueAction        `json:"action,omitempty"`
	Identifiers []order.ItemIdentifier `json:"identifiers"`
	Description string                 `json:"description,omitempty"`
	// Group is the vendor's product group.
	Group string `json:"group,omitempty"`
	// Minimum and Maximum bound what is ordered at once, and Contents is how many
	// consumer units the ordered unit holds. No unit: it is not told.
	Minimum  quantity.Quantity `json:"minimum,omitzero"`
	Maximum  quantity.Quantity `json:"maximum,omitzero"`
	Contents quantity.Quantity `json:"contents,omitzero"`
	// From and To are the days between which the line holds, as in the catalogue.
	From   calendar.Date    `json:"from,omitzero"`
	To     calendar.Date    `json:"to,omitzero"`
	Prices []CataloguePrice `json:"prices,omitempty"`
	// TaxRate is the rate at which the item is taxed; zero: none is told.
	TaxRate money.Rate `json:"tax_rate,omitzero"`
}

// CatalogueAction says what becomes of a line.
type CatalogueAction string

// The actions. An empty one is a line that is listed, and says no more.
const (
	CatalogueAdded     CatalogueAction = "added"
	CatalogueDeleted   CatalogueAction = "deleted"
	CatalogueChanged   CatalogueAction = "changed"
	CatalogueUnchanged CatalogueAction = "unchanged"
)

// CataloguePrice is one price of an item.
type CataloguePrice struct {
	Kind PriceKind `json:"kind"`
	// Type is the code of what price it is (data element 5387), such as CAT for a
	// catalogue's or PRP for a promotion's. May be empty.
	Type string `json:"type,omitempty"`
	// Price is the price of Per units of Unit. Per 0 means 1, and no Unit the one that
	// is ordered.
	Price money.Amount  `json:"price"`
	Per   int64         `json:"per,omitempty"`
	Unit  quantity.Unit `json:"unit,omitzero"`
	// From and To are the days between which it holds; no date: as the line says.
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
	// AtLeast and AtMost bound the quantity that the price is for. No unit: no bound.
	AtLeast quantity.Quantity `json:"at_least,omitzero"`
	AtMost  quantity.Quantity `json:"at_most,omitzero"`
}

// PriceKind says what a price includes.
type PriceKind string

// The kinds of prices.
const (
	// NetPrice is what is paid, after allowances and charges and before tax.
	NetPrice PriceKind = "net"
	// GrossPrice is before allowances and charges, which stand beside it.
	GrossPrice PriceKind = "gross"
	// RetailPrice is what a consumer shall pay.
	RetailPrice PriceKind = "retail"
	// InformationPrice is told for information, and nothing is worked out of it.
	InformationPrice PriceKind = "information"
)
