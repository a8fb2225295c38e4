package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// Catalogue is what a vendor tells of its items and prices.
type Catalogue struct {
	Source order.Source `json:"source"`
	// Purpose is the code of what an 832 sends (X12 element 683): PC a price catalogue, PS a
	// price sheet, SC a sales catalogue.
	Purpose string `json:"purpose,omitempty"`
	// Number and Version are the vendor's.
	Number  string `json:"number,omitempty"`
	Version string `json:"version,omitempty"`
	// Date is the day of the document; zero: not told.
	Date calendar.Date `json:"date,omitzero"`
	// Changes says that what is not listed stays as it was; otherwise the catalogue takes
	// the place of the one before.
	Changes     bool   `json:"changes,omitempty"`
	Description string `json:"description,omitempty"`
	// Currency is that of prices that state none of their own. Zero: neither stated nor
	// agreed, and prices cannot be read.
	Currency money.Currency `json:"currency,omitzero"`
	// Effective and Until are the days from which and to which it holds, where items and
	// prices have none of their own.
	Effective  calendar.Date     `json:"effective,omitzero"`
	Until      calendar.Date     `json:"until,omitzero"`
	References []order.Reference `json:"references,omitempty"`
	Parties    []order.Party     `json:"parties,omitempty"`
	Items      []CatalogueItem   `json:"items"`
}

// CatalogueItem is an item with its prices.
type CatalogueItem struct {
	ID          string                 `json:"id,omitempty"`
	Identifiers []order.ItemIdentifier `json:"identifiers"`
	Description string                 `json:"description,omitempty"`
	// Group is the vendor's product group.
	Group string `json:"group,omitempty"`
	// Withdrawn says that it is no longer offered. Action is what else becomes of it,
	// where the vendor says so.
	Withdrawn bool            `json:"withdrawn,omitempty"`
	Action    CatalogueAction `json:"action,omitempty"`
	Effective calendar.Date   `json:"effective,omitzero"`
	Until     calendar.Date   `json:"until,omitzero"`
	// Pack is how many inner units a shipping unit has, each of the Size; zero: not told.
	Pack int64             `json:"pack,omitempty"`
	Size quantity.Quantity `json:"size,omitzero"`
	// Minimum and Maximum bound what is ordered at once, and Contents is how many
	// consumer units the ordered unit holds. No unit: it is not told.
	Minimum  quantity.Quantity `json:"minimum,omitzero"`
	Maximum  quantity.Quantity `json:"maximum,omitzero"`
	Contents quantity.Quantity `json:"contents,omitzero"`
	// TaxRate is the rate at which it is taxed; zero: none is told.
	TaxRate    money.Rate        `json:"tax_rate,omitzero"`
	References []order.Reference `json:"references,omitempty"`
	Prices     []CataloguePrice  `json:"prices,omitempty"`
}

// CataloguePrice is one price of an item.
type CataloguePrice struct {
	// Basis is what the price includes; empty: it is not told.
	Basis PriceBasis `json:"basis,omitempty"`
	// Kind is what price it is in the channel's code (X12 element 236, EDIFACT element
	// 5387): CAT the catalogue's, CON by contract, NET, RES for resale, SLP suggested; Class
	// whom it is for (element 687): DI distributors, RS resale.
	Kind  string       `json:"kind,omitempty"`
	Class string       `json:"class,omitempty"`
	Price money.Amount `json:"price"`
	// Per is how many units it is the price of; 0 means 1. Unit is the unit; zero: that
	// in which the item is sold.
	Per  int64         `json:"per,omitempty"`
	Unit quantity.Unit `json:"unit,omitzero"`
	// From and To are the quantities from which on and up to which it holds; zero: any.
	From quantity.Quantity `json:"from,omitzero"`
	To   quantity.Quantity `json:"to,omitzero"`
	// Discount is a factor that the price is multiplied by, as the vendor states it, such
	// as 0.67 (CTP06 DIS); empty: none.
	Discount  string        `json:"discount,omitempty"`
	Effective calendar.Date `json:"effective,omitzero"`
	Until     calendar.Date `json:"until,omitzero"`
}

// ReadCatalogue reads a price or sales catalogue, X12 832 of any version: its items and
// their prices. What has no place in it is mentioned and stays in the raw document.
//
// CTP04 with a unit is taken as the quantity from which a price holds, but for a quantity
// of one, which only names the unit. An item whose number cannot be read is left out,
// with a finding that blocks.
func ReadCatalogue(set *x12.Set, o Options) (Catalogue, finding.List) {
	r := catalogueReader{reader: reader{set: "832", document: "catalogue", agreed: &o}}
	r.catalogue.Source, r.catalogue.Currency = source(set), o.Currency
	if !r.is(set, "a catalogue") {
		return r.catalogue, r.found
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.close()
	if !r.begun {
		r.found.Block(r.code("bct-missing"), "", "the set has no BCT, which says what it is", "ask the partner to send it anew")
	}
	if r.lines == 0 {
		r.found.Block(r.code("lin-missing"), "", "the set has no LIN: there are no items", "ask the partner to send it anew")
	}
	if !r.totals.IsZero() {
		r.lineCount(r.totals, r.lines)
	}
	r.leftOut()
	return r.catalogue, r.found
}

// catalogueReader reads one 832.
type catalogueReader struct {
	reader
	catalogue Catalogue
	begun     bool
	totals    x12.Segment
	lines     int
	item      *CatalogueItem // that is open
	sound     bool
	price     *CataloguePrice // that is open
	currency  money.Currency  // of the item, where it states one
}

func (r *catalogueReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "BCT":
		r.beginning(s)
	case "CUR":
		r.stated(s)
	case "DTM":
		r.date(s)
	case "REF":
		r.reference(s)
	case "N1":
		r.party(s, c)
	case "LIN":
		r.begin(s)
	case "CTP":
		r.priced(s)
	case "CTT":
		r.close()
		r.totals = s
	default:
		r.detail(s)
	}
}

// beginning reads BCT.
func (r *catalogueReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("bct-repeated", s, 0, "the set has a second BCT", "ask the partner to send each catalogue in a set of its own")
		return
	}
	r.begun = true
	c := &r.catalogue
	c.Purpose, c.Number, c.Version, c.Description = s.Value(1), strings.TrimSpace(s.Value(2)), strings.TrimSpace(s.Value(3)), strings.TrimSpace(s.Value(9))
	switch s.Value(10) {
	case "", "00", "05":
	case "02", "03", "04":
		c.Changes = true
	default:
		c.Changes = true
		r.warn("purpose", s, 10, fmt.Sprintf("BCT10 %s is taken as changes: what is not listed stays as it was", s.Value(10)), "agree with the partner on what it means")
	}
}

// stated reads CUR of the catalogue or of the item.
func (r *catalogueReader) stated(s x12.Segment) {
	c, err := money.ParseCurrency(s.Value(2))
	switch {
	case err != nil:
		r.block("currency", s, 2, fmt.Sprintf("%q is no currency", s.Value(2)), "ask the partner for the ISO 4217 code")
	case r.item != nil:
		r.currency = c
		if r.price != nil { // it stands behind the price that it is about
			r.warn("currency", s, 2, "CUR stands behind prices of the item; it holds for those that follow", "ask the partner which currency holds")
		}
	default:
		r.catalogue.Currency = c
	}
}

// date reads DTM of whatever is open: 007 and 036 are the days from which and to which it
// holds, as are 196 and 197 or 361.
func (r *catalogueReader) date(s x12.Segment) {
	from, until := &r.catalogue.Effective, &r.catalogue.Until
	switch {
	case r.price != nil:
		from, until = &r.price.Effective, &r.price.Until
	case r.item != nil:
		from, until = &r.item.Effective, &r.item.Until
	}
	switch s.Value(1) {
	case "007", "196":
		*from = r.day(s, 2)
	case "036", "197", "361":
		*until = r.day(s, 2)
	default:
		r.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in the catalogue", s.Value(1), s.Value(2)))
	}
}

// reference reads REF of the catalogue or of the item.
func (r *catalogueReader) reference(s x12.Segment) {
	ref, ok := referenceOf(s)
	switch {
	case !ok:
		r.info("reference-empty", s, 2, fmt.Sprintf("REF %s has no number", s.Value(1)))
	case r.item != nil:
		r.item.References = append(r.item.References, ref)
	default:
		r.catalogue.References = append(r.catalogue.References, ref)
	}
}

// party reads an N1 loop.
func (r *catalogueReader) party(s x12.Segment, c *x12.Cursor) {
	p := r.partyLoop(s, c)
	roles := rolesOf(s.Value(1))
	if len(roles) == 0 || r.item != nil {
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no role in the catalogue", s.Value(1), describe(p)))
		return
	}
	for _, role := range roles {
		p.Role = role
		r.catalogue.Parties = append(r.catalogue.Parties, p)
	}
}

// begin reads LIN.
func (r *catalogueReader) begin(s x12.Segment) {
	r.close()
	r.lines++
	r.item = &CatalogueItem{ID: strings.TrimSpace(s.Value(1)), Identifiers: r.identify(nil, s, 2)}
	if r.sound = len(r.item.Identifiers) > 0; !r.sound {
		r.block("item-missing", s, 2, "the line names no item", "ask the partner which item is meant")
	}
}

// close keeps the item that is open.
func (r *catalogueReader) close() {
	if r.item != nil && r.sound {
		r.catalogue.Items = append(r.catalogue.Items, *r.item)
	}
	r.item, r.price, r.currency = nil, nil, 0
}

// detail reads what else belongs to an item.
func (r *catalogueReader) detail(s x12.Segment) {
	switch {
	case r.item == nil:
		r.homeless("catalogue", s)
	case s.Is("PID") && strings.TrimSpace(s.Value(5)) != "":
		r.item.Description = joined(r.item.Description, s.Value(5))
	case s.Is("G53"):
		r.item.Withdrawn = r.item.Withdrawn || s.Value(1) == maintenanceDelete
	case s.Is("PO4") && r.item.Pack == 0 && r.price == nil:
		r.packed(s)
	default:
		r.homeless("item", s)
	}
}

// packed reads PO4: inner units and their size.
func (r *catalogueReader) packed(s x12.Segment) {
	if n, err := decimalOf(s.Value(1)); err == nil && n.IsInteger() && n.Sign() > 0 {
		r.item.Pack = n.IntPart()
	}
	if s.Value(2) == "" {
		return
	}
	n, err := x12.ParseReal(s.Value(2))
	u, unitErr := r.agreed.unitOf(s.Value(3))
	if err == nil && unitErr == nil {
		r.item.Size, err = quantity.ParseNumber(n, u)
	}
	if err != nil || unitErr != nil {
		r.warn("size", s, 2, fmt.Sprintf("%q %q is no size", s.Value(2), s.Value(3)), "ask the partner for the size")
	}
}

// priced reads CTP. One in front of the items is a condition of the catalogue as a whole.
func (r *catalogueReader) priced(s x12.Segment) {
	if r.item == nil {
		r.warn("condition", s, 0, "a CTP in front of the items holds for all of them and has no place in the catalogue: "+s.String(), "read it in the raw document")
		return
	}
	p := CataloguePrice{Class: s.Value(1), Kind: s.Value(2), Basis: priceBasisOf(s.Value(2)), Discount: s.Value(7)}
	if s.Value(6) != "" && s.Value(6) != "DIS" {
		r.warn("multiplier", s, 6, fmt.Sprintf("the multiplier %s %s of a price is kept as a discount", s.Value(6), s.Value(7)), "agree with the partner on what it means")
	}
	if code := s.Component(5, 1); code != "" {
		u, err := r.agreed.unitOf(code)
		if err != nil {
			r.warn("unit", s, 5, fmt.Sprintf("%q is no unit of measure", code), "agree with the partner on the unit")
		}
		p.Unit = u
	}
	if n, err := decimalOf(s.Value(4)); s.Value(4) != "" && p.Unit != 0 {
		if err == nil && n.String() != "1" {
			p.From, err = quantity.FromDecimal(n, p.Unit)
		}
		if err != nil {
			r.warn("quantity", s, 4, fmt.Sprintf("%q is no quantity from which a price holds", s.Value(4)), "ask the partner for it")
		}
	}
	currency := r.currency
	if currency == 0 {
		currency = r.catalogue.Currency
	}
	amount, per := r.reader.price(s, 3, 9, p.Unit, currency)
	if amount == nil {
		r.price = &CataloguePrice{} // what follows is of it, and of none before
		if s.Value(3) == "" {
			r.warn("price-missing", s, 3, "CTP has no price of a unit", "read it in the raw document")
		}
		return
	}
	p.Price, p.Per = *amount, per
	r.item.Prices = append(r.item.Prices, p)
	r.price = &r.item.Prices[len(r.item.Prices)-1]
}
