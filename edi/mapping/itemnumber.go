package mapping

import (
	"slices"
	"strings"

	"github.com/o2ckit/o2c/internal/gs1"
	"github.com/o2ckit/o2c/order"
)

// foreign marks the scheme of a number whose X12 qualifier the library has no
// word for, such as x12:N4 for a drug code. It is kept and written back as it came.
const foreign = "x12:"

// itemNumber translates a product qualifier and number (X12 elements 235 and
// 234). Trade item numbers get the check digit that some qualifiers leave out,
// and an ISBN-10 becomes the GTIN of the book. Styles, colours, sizes and all
// else that is no number of an item keeps its qualifier as its scheme.
func (o *Options) itemNumber(qualifier, value string) order.ItemIdentifier {
	if scheme, agreed := o.ItemSchemes[qualifier]; agreed {
		return order.ItemIdentifier{Scheme: scheme, Value: value}
	}
	switch qualifier {
	case "UP", "EN", "EO", "UK", "UG", "UH":
		return order.ItemIdentifier{Scheme: order.SchemeGTIN, Value: value}
	case "UI": // 1-5-5
		return withCheckDigit(value, 11)
	case "UA", "UD", "UE": // 2-5-5
		return withCheckDigit(value, 12)
	case "U2": // 1-2-5-5
		return withCheckDigit(value, 13)
	case "IB":
		return bookNumber(value)
	case "BP", "CB", "IN", "PI", "SK":
		return order.ItemIdentifier{Scheme: order.SchemeBuyer, Value: value}
	case "VP", "VN", "VC":
		return order.ItemIdentifier{Scheme: order.SchemeVendor, Value: value}
	case "MG":
		return order.ItemIdentifier{Scheme: order.SchemeManufacturer, Value: value}
	}
	return order.ItemIdentifier{Scheme: foreign + qualifier, Value: value}
}

// itemQualifier is the product qualifier (X12 element 235) of an item number.
// GTINs have one for each length. A scheme that has none, and was not agreed
// upon, gives false.
func (o *Options) itemQualifier(id order.ItemIdentifier) (string, bool) {
	if q := firstFor(o.ItemSchemes, id.Scheme); q != "" {
		return q, true
	}
	switch id.Scheme {
	case order.SchemeGTIN:
		switch len(id.Value) {
		case 8:
			return "EO", true
		case 12:
			return "UP", true
		case 13:
			return "EN", true
		}
		return "UK", true
	case order.SchemeBuyer:
		return "BP", true
	case order.SchemeVendor:
		return "VN", true
	case order.SchemeManufacturer:
		return "MG", true
	}
	q, ok := strings.CutPrefix(id.Scheme, foreign)
	return q, ok && q != ""
}

// caseCode translates a U.P.C. case code (X12 element 438): a system of two digits, the
// manufacturer and the item, five each, without a check digit. Many send the twelve digits
// of a GTIN instead: those whose check digit is right are taken as such. false: none.
func caseCode(value string) (order.ItemIdentifier, bool) {
	value = strings.TrimSpace(value)
	if len(value) == 12 && value[0] == '0' && !gs1.Valid(value) {
		return withCheckDigit(value[1:], 11), true
	}
	return order.ItemIdentifier{Scheme: order.SchemeGTIN, Value: value}, value != ""
}

// qualified are the numbers that can be written.
func (o *Options) qualified(ids []order.ItemIdentifier) []order.ItemIdentifier {
	return slices.DeleteFunc(slices.Clone(ids), func(id order.ItemIdentifier) bool {
		_, ok := o.itemQualifier(id)
		return !ok
	})
}

// withCheckDigit makes a GTIN of a number that is sent without its last digit.
// One of another length is taken as it is.
func withCheckDigit(value string, length int) order.ItemIdentifier {
	if digit, ok := gs1.CheckDigit(value); ok && len(value) == length {
		value += string(digit)
	}
	return order.ItemIdentifier{Scheme: order.SchemeGTIN, Value: value}
}

// bookNumber makes the GTIN-13 of an ISBN.
func bookNumber(value string) order.ItemIdentifier {
	if gtin, ok := gs1.Book(value); ok {
		return order.ItemIdentifier{Scheme: order.SchemeGTIN, Value: gtin}
	}
	return order.ItemIdentifier{Scheme: foreign + "IB", Value: value}
}

// soundGTIN tells whether a number has the length and the check digit of a GTIN.
func soundGTIN(value string) bool { return gs1.IsGTIN(value) }
