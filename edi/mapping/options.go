package mapping

import (
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Options say what was agreed with a partner beyond the standard. The zero
// value is the standard alone. Codes are compared as they stand, so that one
// agreement reads and writes alike.
type Options struct {
	// Version is the version and release of X12 that sets are written for where
	// releases differ in what a set holds, such as 005010. Empty: 004010. When reading,
	// all are taken.
	Version string `json:"version,omitempty" yaml:"version,omitempty"`
	// Currency is that of prices where the partner states none.
	Currency money.Currency `json:"currency,omitzero" yaml:"currency,omitempty"`
	// Country is that of addresses where the partner states none.
	Country party.Country `json:"country,omitempty" yaml:"country,omitempty"`
	// Units translates unit codes that the partner uses in its own sense. Codes
	// that are not in it are taken as X12 element 355 has them. When writing,
	// the first code in alphabetical order that means a unit stands for it. Of EDIFACT
	// (element 6411) the empty code is the unit of quantities that are sent without one.
	Units map[string]quantity.Unit `json:"units,omitempty" yaml:"units,omitempty"`
	// ItemSchemes translates product qualifiers (X12 element 235) that the
	// partner uses in its own sense into the schemes of order.ItemIdentifier,
	// such as SK, which is the buyer's number for most but ours for some. When
	// writing, the first qualifier in alphabetical order of a scheme stands for it.
	ItemSchemes map[string]string `json:"item_schemes,omitempty" yaml:"item_schemes,omitempty"`
	// ChangeIsDifference says that the quantity of a change (POC03 of an 860) is by how
	// much the partner wants more or less, and not how much it wants in all.
	ChangeIsDifference bool `json:"change_is_difference,omitempty" yaml:"change_is_difference,omitempty"`
	// ShipToStores says that goods of an order that is split by store go to each store,
	// and not to the ship-to of the order, marked for it.
	ShipToStores bool `json:"ship_to_stores,omitempty" yaml:"ship_to_stores,omitempty"`
	// CreditAsInvoice says that a credit goes as an invoice (810) whose BIG07 is CR.
	// Where it is not agreed a credit goes as an adjustment (812).
	CreditAsInvoice bool `json:"credit_as_invoice,omitempty" yaml:"credit_as_invoice,omitempty"`
	// Charges say what the partner calls allowances and charges, by the name of
	// the step in our price schema and else by the kind of the step (discount,
	// surcharge, override, charge). Where nothing is agreed a discount is C310 and
	// DI, freight D240 and FC, handling D500 and HD, insurance D980 and IN, a
	// surcharge H550, a tax that is told as a charge H850 and TX, anything else F050
	// and ADR.
	Charges map[string]ChargeCode `json:"charges,omitempty" yaml:"charges,omitempty"`
	// Sites are the partner's numbers of our sites, by our own. A site that is not
	// among them goes by ours.
	Sites map[string]string `json:"sites,omitempty" yaml:"sites,omitempty"`
	// ReceivedInOrder says that what a warehouse tells of a receipt (W0701 of a 944) is
	// goods in order alone, beside which stand those that are damaged or on hold (W13).
	// Otherwise it is all that came.
	ReceivedInOrder bool `json:"received_in_order,omitempty" yaml:"received_in_order,omitempty"`
	// EANCOM says that messages of EDIFACT are of the subset of GS1, which has codes of
	// its own: PCI 33E marks a package with its SSCC.
	EANCOM bool `json:"eancom,omitempty" yaml:"eancom,omitempty"`
	// DecimalMark is that of the numbers in EDIFACT that are written, a point or a
	// comma. Empty: a point. When reading, both are taken.
	DecimalMark string `json:"decimal_mark,omitempty" yaml:"decimal_mark,omitempty"`
	// FirstYear is where the hundred years of six-digit dates begin. 0: 1970.
	FirstYear int `json:"first_year,omitempty" yaml:"first_year,omitempty"`
}

func (o *Options) firstYear() int {
	if o.FirstYear == 0 {
		return 1970
	}
	return o.FirstYear
}

// writesMTX tells whether free text is MTX in the version that is written.
func (o *Options) writesMTX() bool { return o.Version >= "005010" }

// unitOf translates a unit of measure code (X12 element 355). The codes of
// package quantity are those of X12.
func (o *Options) unitOf(code string) (quantity.Unit, error) {
	if u, agreed := o.Units[code]; agreed {
		return u, nil
	}
	return quantity.ParseUnit(code)
}

// unitCode is the partner's code of a unit.
func (o *Options) unitCode(u quantity.Unit) string {
	if code := firstFor(o.Units, u); code != "" {
		return code
	}
	return u.String()
}

// siteNumber is the partner's number of a site of ours, else our own.
func (o *Options) siteNumber(site string) party.Identifier {
	if theirs := o.Sites[site]; theirs != "" {
		return party.Identifier{Scheme: party.AssignedByBuyer, Value: theirs}
	}
	return party.Identifier{Scheme: party.AssignedBySeller, Value: site}
}

// siteOf is the site of ours that a number means; empty: it is none that we know. Of
// several with the same number it is the first in alphabetical order.
func (o *Options) siteOf(id party.Identifier) string {
	if id.Scheme == party.AssignedBySeller {
		return id.Value
	}
	return firstFor(o.Sites, id.Value)
}

// firstFor is the first key, in alphabetical order, that stands for a value.
func firstFor[V comparable](table map[string]V, value V) string { return trade.First(table, value) }
