package item

import (
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Item is the master data of one item. ID and Units are required; everything else may be left out. An Item is plain
// data: [Item.Validate] says what is wrong with it.
type Item struct {
	// ID is the stock keeping unit, the seller's own number.
	ID string `json:"id"`
	// Description is what people call it.
	Description string `json:"description,omitempty"`

	// Units are the units that the item is traded in. Stock is counted in the base unit.
	Units *quantity.Conversions `json:"units"`
	// SalesUnit is the unit that an order line without one means; no unit stands for the base unit.
	SalesUnit quantity.Unit `json:"sales_unit,omitzero"`
	// CatchWeight is true for an item whose pieces weigh what they weigh, such as cheese by the wheel. Its base unit is
	// a weight, stock is counted in thousandths of it, and the factors of the other units are averages.
	CatchWeight bool `json:"catch_weight,omitempty"`
	// Pack says in what portions the item is ordered.
	Pack Pack `json:"pack,omitzero"`
	// Packaging tells weights and dimensions by unit.
	Packaging []Packaging `json:"packaging,omitempty"`

	// GTINs are the global trade item numbers by unit: a case has another than the piece in it.
	GTINs []UnitGTIN `json:"gtins,omitempty"`
	// CustomerParts are the numbers under which customers order the item.
	CustomerParts []CustomerPart `json:"customer_parts,omitempty"`

	// Lifecycle tells whether and when the item may be ordered.
	Lifecycle Lifecycle `json:"lifecycle,omitzero"`
	// SupersededBy names the item that takes this one's place.
	SupersededBy Supersession `json:"superseded_by,omitzero"`
	// LeadTimeDays is the replenishment lead time in calendar days; 0 where it is not known.
	LeadTimeDays int `json:"lead_time_days,omitempty"`
	// Components make the item a kit.
	Components []Component `json:"components,omitempty"`

	// Control says what is recorded of each piece or batch.
	Control Control `json:"control,omitzero"`
	// Hazard is set for dangerous goods.
	Hazard *Hazard `json:"hazard,omitempty"`
	// HS is the code of the harmonised system, for customs.
	HS HSCode `json:"hs,omitempty"`
	// ECCN is the export control classification number of the United States.
	ECCN ECCN `json:"eccn,omitempty"`
	// Origin is the country of origin, ISO 3166-1 alpha-2.
	Origin string `json:"origin,omitempty"`
}

// Unit returns the unit that an order line without one means: the sales unit, or else the base unit.
func (i *Item) Unit() quantity.Unit {
	if i.SalesUnit != 0 {
		return i.SalesUnit
	}
	return i.Units.Base()
}

// Count returns a quantity in what stock of the item is counted in: whole base units, or thousandths of the base unit
// for an item of catch weight. Errors are those of [quantity.Conversions.BaseCount].
func (i *Item) Count(q quantity.Quantity) (int64, error) {
	if i.CatchWeight {
		return i.Units.BaseThousandths(q)
	}
	return i.Units.BaseCount(q)
}

// Quantity returns a count of stock as a quantity of the base unit: the reverse of Count, with the range of
// [quantity.New].
func (i *Item) Quantity(count int64) quantity.Quantity {
	if i.CatchWeight {
		return quantity.FromThousandths(count, i.Units.Base())
	}
	return quantity.New(count, i.Units.Base())
}
