package mapping

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// CatalogueAction says what becomes of an item of a catalogue.
type CatalogueAction string

// The actions. An empty one is an item that is listed, and says no more.
const (
	CatalogueAdded     CatalogueAction = "added"
	CatalogueChanged   CatalogueAction = "changed"
	CatalogueUnchanged CatalogueAction = "unchanged"
)

// PriceBasis says what a price includes.
type PriceBasis string

// The bases of prices.
const (
	// NetPrice is what is paid, after allowances and charges and before tax.
	NetPrice PriceBasis = "net"
	// GrossPrice is before allowances and charges, which stand beside it.
	GrossPrice PriceBasis = "gross"
	// RetailPrice is what a consumer shall pay.
	RetailPrice PriceBasis = "retail"
	// InformationPrice is told for information, and nothing is worked out of it.
	InformationPrice PriceBasis = "information"
)

// priceBasisOf translates a price identifier (X12 element 236), where it says what the
// price includes.
func priceBasisOf(code string) PriceBasis {
	switch code {
	case "NET":
		return NetPrice
	case "MSR", "RES", "RTL", "SLP":
		return RetailPrice
	}
	return ""
}

// Find returns the items that a number names.
func (c *Catalogue) Find(id order.ItemIdentifier) []CatalogueItem {
	var found []CatalogueItem
	for i := range c.Items {
		if slices.Contains(c.Items[i].Identifiers, id) {
			found = append(found, c.Items[i])
		}
	}
	return found
}

// PriceOn returns the price of a basis that holds for a quantity on a day; of several
// the one that is bounded to fewer days and else the one for more, since a promotion and a
// scale stand beside the price that they replace. Prices for a class of customers are none
// of them. false: there is none.
func (i *CatalogueItem) PriceOn(basis PriceBasis, d calendar.Date, q quantity.Quantity) (CataloguePrice, bool) {
	var best CataloguePrice
	found := false
	for _, p := range i.Prices {
		if p.Basis != basis || p.Class != "" || !within(d, p.Effective, p.Until) || !p.includes(q) {
			continue
		}
		if !found || p.better(&best) {
			best, found = p, true
		}
	}
	return best, found && within(d, i.Effective, i.Until)
}

// within tells whether a day stands between two, of which either may be missing.
func within(d, from, until calendar.Date) bool {
	return (from.IsZero() || !d.Before(from)) && (until.IsZero() || !d.After(until))
}

// includes tells whether the price is for a quantity. One in another unit is none of
// the price's.
func (p *CataloguePrice) includes(q quantity.Quantity) bool {
	least, most := 1, -1
	var err error
	if p.From.Unit() != 0 {
		if least, err = q.Cmp(p.From); err != nil {
			return false
		}
	}
	if p.To.Unit() != 0 {
		if most, err = q.Cmp(p.To); err != nil {
			return false
		}
	}
	return least >= 0 && most <= 0
}

// better tells whether a price says better than another what holds.
func (p *CataloguePrice) better(q *CataloguePrice) bool {
	bounded := func(p *CataloguePrice) int {
		switch {
		case !p.Effective.IsZero() && !p.Until.IsZero():
			return 2
		case !p.Effective.IsZero() || !p.Until.IsZero():
			return 1
		}
		return 0
	}
	if a, b := bounded(p), bounded(q); a != b {
		return a > b
	}
	return p.From.Decimal().GreaterThan(q.From.Decimal())
}
