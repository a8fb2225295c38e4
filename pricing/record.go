package pricing

import (
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Record is a price record: a price, or a scale of prices, for a key, in a unit,
// for a time. A record that names a Step is a discount or surcharge instead, which
// that step takes off or adds.
type Record struct {
	// ID names the record in results and errors. It is unique in a book.
	ID string `json:"id"`
	// Step is the discount or surcharge step that the record is for. Empty: the
	// price step.
	Step string `json:"step,omitempty"`
	// Key is whom and what the record is for.
	Key Key `json:"key"`
	// Kind says what a record of a step gives: [Percent] a Rate, [AmountPerUnit]
	// a Price for Per units, [AmountOff] a Price for the line. Empty for prices.
	Kind DiscountKind `json:"kind,omitempty"`
	// Rate is the share of the step's base. A rate of 0 is a rate: the search
	// ends at it.
	Rate money.Rate `json:"rate,omitzero"`
	// Price is for Per units. An explicit price of 0 is a price. Leave it out
	// where Scale is given. A price record can be found by requests in its
	// currency and in those that [Schema.Currencies] says; a record of a step by
	// those in its currency alone.
	Price money.Amount `json:"price,omitzero"`
	// Per is how many units the price, or each price of the scale, is for;
	// 0 means 1.
	Per int64 `json:"per,omitempty"`
	// Unit is the unit that the price is for, and that the rows of a scale by
	// quantity are in. It need not be the ordered one: the line's conversions
	// bridge the two. Only a step's rates and amounts per line can do without.
	Unit quantity.Unit `json:"unit,omitzero"`
	// From is the first day on which the record holds, To the first on which it
	// no longer does. No date: no bound.
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
	// Scale is a table of prices, or rates, instead of one.
	Scale *Scale `json:"scale,omitempty"`
	// Discounts says whether discounts may touch a line at this price. For price
	// records only.
	Discounts DiscountPolicy `json:"discounts,omitempty"`
}

// Key names whom and what a record is for. It belongs to the [Access] that
// has exactly the fields which are not empty here.
type Key struct {
	Contract  string `json:"contract,omitempty"`
	Account   string `json:"account,omitempty"`
	Hierarchy string `json:"hierarchy,omitempty"`
	Group     string `json:"group,omitempty"`
	PriceList string `json:"price_list,omitempty"`
	Item      string `json:"item,omitempty"`
	// ItemHierarchy is a node above the item.
	ItemHierarchy string `json:"item_hierarchy,omitempty"`
	Category      string `json:"category,omitempty"`
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

// Scale is a table of prices, or of rates, by how much is bought.
type Scale struct {
	// Kind is all-units or graduated; it must be stated.
	Kind ScaleKind `json:"kind"`
	// Bound says what the rows' quantities are; it must be stated.
	Bound Bound `json:"bound"`
	// By says what is measured. Empty means [ByQuantity].
	By Measure `json:"by,omitempty"`
	// Over says over which lines. Empty means [OverLine].
	Over ScaleScope `json:"over,omitempty"`
	// Mix is the mix group, for [OverMix].
	Mix string `json:"mix,omitempty"`
	// Rows rise.
	Rows []ScaleRow `json:"rows"`
}

// ScaleRow is a bound and what it gives.
type ScaleRow struct {
	// Quantity is the bound of a scale by quantity, in the record's unit, or by
	// weight, in a unit of [quantity.Mass] that is one for all rows. A plain 0 is
	// taken to be in that unit.
	Quantity quantity.Quantity `json:"quantity,omitzero"`
	// Value is the bound of a scale by value.
	Value money.Amount `json:"value,omitzero"`
	// Price is what the record's Price would be, Rate what its Rate would.
	Price money.Amount `json:"price,omitzero"`
	Rate  money.Rate   `json:"rate,omitzero"`
}

// ScaleKind says what a row's price is for.
type ScaleKind string

const (
	// AllUnits gives everything the price, or rate, of the row that is reached.
	AllUnits ScaleKind = "all-units"
	// Graduated gives each stretch the price, or rate, of its own row, as income
	// tax does.
	Graduated ScaleKind = "graduated"
)

// Bound says what the quantity of a scale row is.
type Bound string

const (
	// BoundFrom means that the row holds from its quantity, which is in it. Below the first
	// row an all-units scale has no price, which is a finding; a graduated one
	// goes on with the first row's price. A step's scale has nothing below it.
	BoundFrom Bound = "from"
	// BoundTo means that the row holds up to its quantity, which is in it. Above the last row
	// there is no price, which is a finding; a step's scale has nothing there.
	BoundTo Bound = "to"
)

// Measure says what a scale measures.
type Measure string

const (
	// ByQuantity measures how many units are ordered.
	ByQuantity Measure = "quantity"
	// ByWeight measures what they weigh: [Line.Weight], or where that is not
	// stated what the ordered quantity comes to in a unit of weight that the item
	// has.
	ByWeight Measure = "weight"
	// ByValue measures the running amounts when the step begins. It is for records
	// of a step: a price cannot depend on itself.
	ByValue Measure = "value"
)

// ScaleScope says over which lines a scale measures. A group scope measures all
// lines of the request that are in the group; each line then has the price, or the
// rate, that the whole group reaches. Of a graduated scale every line has the
// average over the stretches of the whole group.
type ScaleScope string

const (
	// OverLine measures the line by itself.
	OverLine ScaleScope = "line"
	// OverItem measures all lines of the item.
	OverItem ScaleScope = "item"
	// OverCategory measures all lines of the item's category. Where quantities
	// are measured their base units must be one.
	OverCategory ScaleScope = "category"
	// OverMix measures all lines that found a record of the same [Scale.Mix] for
	// the same step, whatever their items. Where quantities are measured their
	// base units must be one.
	OverMix ScaleScope = "mix"
)
