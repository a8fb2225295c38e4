package pricing

import (
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Record is a price record: a price, or a scale of prices, for a key, in a
// unit, for a time.
type Record struct {
	// ID names the record in results and errors. It is unique in a book.
	ID string `json:"id"`
	// Key is whom and what the price is for. Its currency is that of the price.
	Key Key `json:"key"`
	// Price is for Per units. An explicit price of 0 is a price. Leave it out
	// where Scale is given.
	Price money.Amount `json:"price,omitzero"`
	// Per is how many units the price, or each price of the scale, is for;
	// 0 means 1.
	Per int64 `json:"per,omitempty"`
	// Unit is the unit that the price is for, which need not be the ordered
	// one: the line's conversions bridge the two.
	Unit quantity.Unit `json:"unit"`
	// From is the first day on which the record holds, To the first on which it
	// no longer does. No date: no bound.
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
	// Scale is a table of prices by quantity instead of one price.
	Scale *Scale `json:"scale,omitempty"`
	// Discounts says whether discount rules may touch a line at this price.
	Discounts DiscountPolicy `json:"discounts,omitempty"`
}

// Key names whom and what a price record is for. It belongs to the [Access] that
// has exactly the fields which are not empty here.
type Key struct {
	Contract  string `json:"contract,omitempty"`
	Account   string `json:"account,omitempty"`
	Hierarchy string `json:"hierarchy,omitempty"`
	Group     string `json:"group,omitempty"`
	PriceList string `json:"price_list,omitempty"`
	Item      string `json:"item,omitempty"`
	Category  string `json:"category,omitempty"`
}

// DiscountPolicy says whether discount rules apply on top of a price.
type DiscountPolicy string

const (
	// DiscountsByKey lets discounts apply unless the key has a contract: a
	// contract price ends the search and the discounts.
	DiscountsByKey DiscountPolicy = ""
	// DiscountsAllowed lets them apply.
	DiscountsAllowed DiscountPolicy = "allowed"
	// DiscountsRefused does not. Persons may still override.
	DiscountsRefused DiscountPolicy = "refused"
)

// Scale is a table of prices by quantity.
type Scale struct {
	// Kind is all-units or graduated; it must be stated.
	Kind ScaleKind `json:"kind"`
	// Bound says what the rows' quantities are; it must be stated.
	Bound Bound `json:"bound"`
	// Over says which quantity is looked up. Empty means [OverLine].
	Over ScaleScope `json:"over,omitempty"`
	// Rows rise in quantity.
	Rows []ScaleRow `json:"rows"`
}

// ScaleRow is a bound and its price.
type ScaleRow struct {
	// Quantity is in the record's unit.
	Quantity quantity.Quantity `json:"quantity"`
	// Price is for the record's Per units.
	Price money.Amount `json:"price"`
}

// ScaleKind says which units a row's price is for.
type ScaleKind string

const (
	// AllUnits gives every unit the price of the row that the quantity reaches.
	AllUnits ScaleKind = "all-units"
	// Graduated gives each stretch of the quantity the price of its own row,
	// as income tax does.
	Graduated ScaleKind = "graduated"
)

// Bound says what the quantity of a scale row is.
type Bound string

const (
	// BoundFrom means that the row holds from its quantity, which is in it. Below the first
	// row an all-units scale has no price, which is a finding; a graduated one
	// goes on with the first row's price.
	BoundFrom Bound = "from"
	// BoundTo means that the row holds up to its quantity, which is in it. Above the last row
	// there is no price, which is a finding.
	BoundTo Bound = "to"
)

// ScaleScope says which quantity a scale is entered with.
type ScaleScope string

const (
	// OverLine takes the line's own quantity.
	OverLine ScaleScope = "line"
	// OverItem takes the quantity of the item over all lines of the request.
	OverItem ScaleScope = "item"
	// OverCategory takes the quantity of the item's category over all lines of
	// the request. Their base units must be one.
	OverCategory ScaleScope = "category"
)
