package message

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/internal/gs1"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/order"
)

// foreign marks what the library has no word for, such as the item number type
// edifact:GS and the agency edifact:31B. It is kept and written back as it came.
const foreign = "edifact:"

// itemNumber translates an item number and its type (elements 7140 and 7143).
func (r *reader) itemNumber(kind, value string) order.ItemIdentifier {
	if scheme, agreed := r.agreed.ItemSchemes[kind]; agreed {
		return order.ItemIdentifier{Scheme: scheme, Value: value}
	}
	switch kind {
	case "EN", "EU", "SRV", "UP":
		return order.ItemIdentifier{Scheme: order.SchemeGTIN, Value: value}
	case "IB":
		if gtin, ok := gs1.Book(value); ok {
			return order.ItemIdentifier{Scheme: order.SchemeGTIN, Value: gtin}
		}
	case "BP", "IN":
		return order.ItemIdentifier{Scheme: order.SchemeBuyer, Value: value}
	case "SA", "VN", "VP":
		return order.ItemIdentifier{Scheme: order.SchemeVendor, Value: value}
	case "MF", "MP":
		return order.ItemIdentifier{Scheme: order.SchemeManufacturer, Value: value}
	}
	return order.ItemIdentifier{Scheme: foreign + kind, Value: value}
}

// itemKind is the type (element 7143) of an item number; false where there is none.
func (c *composer) itemKind(id order.ItemIdentifier) (string, bool) {
	if kind := trade.First(c.agreed.ItemSchemes, id.Scheme); kind != "" {
		return kind, true
	}
	switch id.Scheme {
	case order.SchemeGTIN:
		if len(id.Value) == 12 {
			return "UP", true
		}
		return "EN", true
	case order.SchemeBuyer:
		return "IN", true
	case order.SchemeVendor:
		return "SA", true
	case order.SchemeManufacturer:
		return "MF", true
	}
	return strings.CutPrefix(id.Scheme, foreign) // without a type where it came without
}

// identify adds the item number in an element of LIN or PIA.
func (r *reader) identify(ids []order.ItemIdentifier, s edifact.Segment, i int) []order.ItemIdentifier {
	value, kind := text(s, i, 1), text(s, i, 2)
	switch {
	case value == "" && kind == "":
		return ids
	case value == "":
		r.info("item-empty", s, spot{i, 1}, fmt.Sprintf("item number %s is empty", kind))
		return ids
	case kind == "":
		if !gs1.IsGTIN(value) {
			r.warn("item-kind", s, spot{i, 2}, fmt.Sprintf("item number %s has no type that says whose it is", value), "ask the partner whose number it is")
		} else {
			kind = "EN"
		}
	}
	id := r.itemNumber(kind, value)
	if id.Scheme == order.SchemeGTIN && !gs1.IsGTIN(id.Value) {
		r.warn("gtin", s, spot{i, 1}, fmt.Sprintf("%s %s is no trade item number: length or check digit is wrong", kind, value), "ask the partner for the number")
	}
	switch {
	case slices.Contains(ids, id):
	case len(ids) < mostNumbers:
		ids = append(ids, id)
	case r.once("item-numbers"):
		r.warn("item-numbers", s, element(i), fmt.Sprintf("a line has more than %d item numbers; the rest is left out", mostNumbers), "read them in the raw message")
	}
	return ids
}

// pia adds the item numbers of a PIA.
func (r *reader) pia(ids []order.ItemIdentifier, s edifact.Segment) []order.ItemIdentifier {
	for i := 2; i <= 6; i++ {
		ids = r.identify(ids, s, i)
	}
	return ids
}

// line writes LIN and PIA. The first GTIN stands in LIN, all other numbers in PIA, in
// their order. A number of a scheme that has no type means nothing to the partner and
// is left out.
func (c *composer) line(number, action string, ids []order.ItemIdentifier) {
	first := slices.IndexFunc(ids, func(id order.ItemIdentifier) bool { return id.Scheme == order.SchemeGTIN })
	item := none()
	if first >= 0 {
		kind, _ := c.itemKind(ids[first])
		item = of(ids[first].Value, kind)
	}
	c.add("LIN", of(number), of(action), item)
	function := "1" // additional to the number in LIN
	if first < 0 {
		function = "5" // what the line is known by
	} else {
		ids = slices.Delete(slices.Clone(ids), first, first+1)
	}
	c.pia(function, ids)
}

// pia writes item numbers in PIA, five in each: 1 additional to the one in LIN, 5 what
// the line is known by, 3 what comes instead.
func (c *composer) pia(function string, ids []order.ItemIdentifier) {
	var numbers [][]string
	for _, id := range ids {
		if kind, ok := c.itemKind(id); ok {
			numbers = append(numbers, of(id.Value, kind))
		}
	}
	for chunk := range slices.Chunk(numbers, 5) {
		c.add("PIA", append([][]string{of(function)}, chunk...)...)
	}
}

// description collects the texts of IMD: those that go on are joined by a space, those
// of another characteristic by a semicolon.
type description struct {
	characteristic string
	parts          []string // with what joins them
}

// String is the whole of it.
func (d *description) String() string { return strings.Join(d.parts, "") }

// add takes a further IMD; false where it has no text.
func (d *description) add(s edifact.Segment) bool {
	words := texts(s, 3, 4, 5)
	if words == "" {
		return false
	}
	characteristic := text(s, 2, 1)
	switch {
	case len(d.parts) == 0:
	case characteristic == d.characteristic:
		d.parts = append(d.parts, " ")
	default:
		d.parts = append(d.parts, "; ")
	}
	d.parts = append(d.parts, words)
	d.characteristic = characteristic
	return true
}

// describe writes a description, in as many IMD as it takes.
func (c *composer) describe(words string) {
	for words = strings.TrimSpace(words); words != ""; {
		var first, second string
		first, words = trade.Cut(words, 35)
		second, words = trade.Cut(words, 35)
		c.add("IMD", of("F"), none(), of("", "", "", first, second))
	}
}
