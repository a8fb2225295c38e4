package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// ReadPriceCatalogue reads a price catalogue, PRICAT of any directory: the items of a
// vendor with their prices, for how many units each is, how long and for which
// quantities it holds, as [mapping.ReadCatalogue] reads an 832.
//
// A price is net, gross, retail or for information by its qualifier (element 5125) and
// its type (5387). Allowances and charges, and prices of a whole group of items, may
// change what an item costs; they have no place here and are warnings. A price that
// cannot be read is left out, with a finding that blocks.
func ReadPriceCatalogue(m *edifact.Message, o mapping.Options) (mapping.Catalogue, finding.List) {
	r := catalogueReader{reader: reader{message: "PRICAT", document: "price catalogue", agreed: &o}}
	r.out.Source = source(m)
	if !r.is(m, "a price catalogue") {
		return r.out, r.found
	}
	for c := m.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.closeLine()
	r.out.Currency = r.currencyOf()
	if !r.begun {
		r.add(finding.Block, "bgm-missing", edifact.Segment{}, whole(), "the message has no BGM, which numbers the catalogue", "ask the partner to send it anew")
	}
	r.leftOut()
	return r.out, r.found
}

// catalogueReader reads one PRICAT.
type catalogueReader struct {
	reader
	out     mapping.Catalogue
	begun   bool
	group   string // of PGI
	inGroup bool

	lin   edifact.Segment // of the line that is open; zero: none is
	line  mapping.CatalogueItem
	words description
	own   money.Currency // of the prices of the line, by its own CUX
}

func (r *catalogueReader) segment(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "PGI":
		r.closeLine()
		r.inGroup = true
		if r.group = text(s, 2, 1); r.group == "" {
			r.group = text(s, 2, 4)
		}
	case "LIN":
		r.closeLine()
		r.openLine(s)
	default:
		switch {
		case !r.lin.IsZero():
			r.detail(s, c)
		case r.inGroup:
			r.ofGroup(s, c)
		default:
			r.header(s, c)
		}
	}
}

func (r *catalogueReader) header(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "BGM":
		r.beginning(s)
	case "DTM":
		if text(s, 1, 1) == "137" {
			r.out.Date = r.day(s)
		} else if !r.validity(s, &r.out.Effective, &r.out.Until) {
			r.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s has no place in the price catalogue", s))
		}
	case "RFF":
		if ref, ok := r.reference(s, c); ok {
			r.out.References = append(r.out.References, ref)
		}
	case "NAD":
		p, refs, _ := r.party(s, c)
		r.out.References = append(r.out.References, refs...)
		if p.Role == "" {
			r.info("party-not-mapped", s, element(1), fmt.Sprintf("party %s (%s) has no role in the price catalogue", text(s, 1, 1), name(p)))
			return
		}
		r.out.Parties = append(r.out.Parties, p)
	case "CUX":
		r.currency(s, c)
	case "ALC":
		r.charged("catalogue", s, c)
	default:
		r.passGroup(s, c)
		r.homeless("catalogue", s)
	}
}

// ofGroup reads what is told of a whole group of items.
func (r *catalogueReader) ofGroup(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "CUX":
		r.currency(s, c)
	case "PRI":
		r.rest(c, "PRI group", "CUX", "APR", "RNG", "DTM", "PCD")
		if r.once("group-price") {
			r.warn("group-price", s, whole(), fmt.Sprintf("a price holds for all items of a group (%s); it is not told at them", s), "read it in the raw message")
		}
	case "ALC":
		r.charged("group", s, c)
	default:
		r.passGroup(s, c)
		r.homeless("group", s)
	}
}

// passGroup passes what belongs to a group that has no place.
func (r *catalogueReader) passGroup(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "PAT", "TDT", "TOD", "TAX", "PAC", "CCI":
		c.Until(catalogueTags(s.ID())...)
	}
}

// catalogueTags are those that may stand behind the group of a segment.
func catalogueTags(of string) []string {
	tags := []string{"UNT", "LIN", "PGI", "RFF", "NAD", "TAX", "CUX", "PAT", "TDT", "TOD", "ALC", "TRU", "PRI", "PAC", "EFI", "CCI", "DGS", "HYN", "IMD", "PIA", "QTY"}
	if of == "PAC" {
		tags = tags[:len(tags)-1] // D.01B has QTY in it
	}
	return tags
}

func (r *catalogueReader) beginning(s edifact.Segment) {
	if r.begun {
		r.block("bgm-repeated", s, whole(), "the message has a second BGM", "ask the partner to send each catalogue in a message of its own")
		return
	}
	r.begun = true
	r.out.Number = text(s, 2, 1)
	switch code := text(s, 3, 1); code {
	case "", "5", "7", "9", "18", "31", "35", "43", "47":
	case "2", "4", "33", "36":
		r.out.Changes = true
	case "1", "3", "17":
		r.block("function", s, element(3), "the message takes back a catalogue", "compare it with the catalogue that it speaks of")
	default:
		r.out.Changes = true
		r.warn("function", s, element(3), fmt.Sprintf("BGM %.10q is taken as changes: what is not listed stays as it was", code), "agree with the partner on what it sends")
	}
}

// validity reads a DTM that bounds how long something holds; false: it is another one.
func (r *reader) validity(s edifact.Segment, from, to *calendar.Date) bool {
	switch text(s, 1, 1) {
	case "7", "44", "157", "194":
		*from = r.day(s)
	case "36", "206":
		*to = r.period(s).last
	case "273", "324":
		p := r.period(s)
		*from, *to = p.first, p.last
	default:
		return false
	}
	return true
}

// charged mentions an allowance or charge.
func (r *catalogueReader) charged(of string, s edifact.Segment, c *edifact.Cursor) {
	chargeGroup(s, c)
	if r.once("charge/" + of) {
		r.warn("charge", s, whole(), fmt.Sprintf("an allowance or charge of the %s (%s) may change what an item costs; it has no place in the price catalogue", of, s), "read it in the raw message")
	}
}

func (r *catalogueReader) openLine(s edifact.Segment) {
	r.lin, r.words, r.own = s, description{}, 0
	r.line = mapping.CatalogueItem{ID: text(s, 1, 1), Group: r.group, Identifiers: r.identify(nil, s, 3)}
	switch text(s, 2, 1) {
	case "":
	case "1":
		r.line.Action = mapping.CatalogueAdded
	case deletedLine:
		r.line.Withdrawn = true
	case "3":
		r.line.Action = mapping.CatalogueChanged
	case "4":
		r.line.Action = mapping.CatalogueUnchanged
	default:
		r.warn("action", s, element(2), fmt.Sprintf("what becomes of the line (%.10q) is not known", text(s, 2, 1)), "agree with the partner on what the code means")
	}
	if text(s, 4, 1) != "" {
		r.homeless("sub-line", s)
	}
}

// detail reads what belongs to a line.
func (r *catalogueReader) detail(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "PIA":
		r.line.Identifiers = r.pia(r.line.Identifiers, s)
	case "IMD":
		if !r.words.add(s) {
			r.homeless("line", s)
		}
	case "QTY":
		r.counts(s)
	case "DTM":
		if !r.validity(s, &r.line.Effective, &r.line.Until) {
			r.homeless("line", s)
		}
	case "CUX":
		r.ownCurrency(s)
		r.rest(c, "CUX group", "DTM")
	case "TAX":
		r.rest(c, "TAX group", "MOA", "DTM")
		r.taxed(s)
	case "PRI":
		r.priced(s, c)
	case "ALC":
		r.charged("line", s, c)
	default:
		r.passGroup(s, c)
		r.homeless("line", s)
	}
}

func (r *catalogueReader) counts(s edifact.Segment) {
	var to *quantity.Quantity
	switch text(s, 1, 1) {
	case "53":
		to = &r.line.Minimum
	case "54":
		to = &r.line.Maximum
	case "59":
		to = &r.line.Contents
	default:
		r.info("quantity-not-mapped", s, spot{1, 1}, fmt.Sprintf("quantity %s has no place in the price catalogue", s))
		return
	}
	q, where, err := r.count(s)
	if err != nil {
		r.warn("quantity", s, where, err.Error(), "ask the partner how much is meant")
		return
	}
	*to = q
}

// ownCurrency reads CUX of a line.
func (r *catalogueReader) ownCurrency(s edifact.Segment) {
	currency, err := money.ParseCurrency(text(s, 1, 2))
	if err != nil {
		r.warn("currency", s, spot{1, 2}, fmt.Sprintf("%.20q is no currency", text(s, 1, 2)), "ask the partner for the ISO 4217 code")
		return
	}
	r.own = currency
}

// taxed reads the rate of TAX.
func (r *catalogueReader) taxed(s edifact.Segment) {
	number := text(s, 5, 4)
	if number == "" {
		r.homeless("line", s)
		return
	}
	rate, err := parseRate(number)
	if err != nil {
		r.warn("tax-rate", s, spot{5, 4}, fmt.Sprintf("%.20q is no percentage", number), "ask the partner for the rate")
		return
	}
	r.line.TaxRate = rate
}

// priced reads PRI and its group.
func (r *catalogueReader) priced(s edifact.Segment, c *edifact.Cursor) {
	p := mapping.CataloguePrice{Basis: r.priceBasis(s), Kind: text(s, 1, 4)}
	currency := r.own
	if currency == 0 {
		currency = r.currencyOf()
	}
	for next, ok := c.Take("CUX", "APR", "RNG", "DTM", "PCD", "LOC"); ok; next, ok = c.Take("CUX", "APR", "RNG", "DTM", "PCD", "LOC") {
		switch next.ID() {
		case "CUX":
			if stated, err := money.ParseCurrency(text(next, 1, 2)); err == nil {
				currency = stated
			} else {
				r.warn("currency", next, spot{1, 2}, fmt.Sprintf("%.20q is no currency", text(next, 1, 2)), "ask the partner for the ISO 4217 code")
			}
		case "RNG":
			r.ranges(&p, next)
		case "DTM":
			if !r.validity(next, &p.Effective, &p.Until) {
				r.homeless("PRI group", next)
			}
		default:
			r.homeless("PRI group", next)
		}
	}
	if text(s, 1, 2) == "" {
		r.info("price-empty", s, spot{1, 2}, fmt.Sprintf("price %s is empty", text(s, 1, 1)))
		return
	}
	if currency == 0 {
		r.block("currency-missing", s, spot{1, 2}, "the price has no currency: neither CUX nor the agreement with the partner names one", "agree with the partner on the currency")
		return
	}
	number, err := edifact.Standard().ParseNumber(text(s, 1, 2))
	if err == nil {
		p.Price, err = money.ParseNumber(number, currency)
	}
	if err != nil {
		r.block("price", s, spot{1, 2}, err.Error(), "ask the partner for the price")
		return
	}
	if r.basisOf(&p, s) {
		r.line.Prices = append(r.line.Prices, p)
	}
}

// priceBasis says what a price includes.
func (r *catalogueReader) priceBasis(s edifact.Segment) mapping.PriceBasis {
	if retail(text(s, 1, 4)) {
		return mapping.RetailPrice
	}
	switch code := text(s, 1, 1); code {
	case "AAA", "INV", "CAL", "NTP":
		return mapping.NetPrice
	case "AAB":
		return mapping.GrossPrice
	case "AAC", "AAD", "AAE", "AAF", "AAG", "INF":
	default:
		r.warn("price-kind", s, spot{1, 1}, fmt.Sprintf("what price %.10q is, is not known; it is taken as information", code), "agree with the partner on what the code means")
	}
	return mapping.InformationPrice
}

// basisOf reads how many units of which a price is for; false, which blocks: it cannot be read.
func (r *catalogueReader) basisOf(p *mapping.CataloguePrice, s edifact.Segment) bool {
	if n := text(s, 1, 5); n != "" {
		per, ok := wholeNumber(n)
		if !ok || per == 0 {
			r.block("price-basis", s, spot{1, 5}, fmt.Sprintf("a price cannot be for %.20q units", n), "ask the partner what the price is for")
			return false
		}
		if per > 1 {
			p.Per = per
		}
	}
	if code := text(s, 1, 6); code != "" {
		unit, err := r.agreed.TradeUnit(code)
		if err != nil {
			r.block("unit", s, spot{1, 6}, fmt.Sprintf("%.10q is no unit of measure", code), "agree with the partner on the unit")
			return false
		}
		p.Unit = unit
	}
	return true
}

// ranges reads RNG: the quantities that a price is for.
func (r *catalogueReader) ranges(p *mapping.CataloguePrice, s edifact.Segment) {
	for _, bound := range []struct {
		component int
		to        *quantity.Quantity
	}{{2, &p.From}, {3, &p.To}} {
		number := text(s, 2, bound.component)
		if number == "" {
			continue
		}
		unit, err := r.unit(s, text(s, 2, 1))
		if err == nil {
			*bound.to, err = parseQuantity(number, unit)
		}
		if err != nil {
			r.warn("range", s, spot{2, bound.component}, err.Error(), "ask the partner for which quantities the price is")
		}
	}
}

// closeLine keeps the line that is open.
func (r *catalogueReader) closeLine() {
	if r.lin.IsZero() {
		return
	}
	s := r.lin
	r.lin = edifact.Segment{}
	r.line.Description = r.words.String()
	if len(r.line.Identifiers) == 0 {
		r.block("item-missing", s, element(3), "the line names no item", "ask the partner which item is meant")
		return
	}
	r.out.Items = append(r.out.Items, r.line)
}
