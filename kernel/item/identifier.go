package item

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/internal/gs1"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// GTIN is a global trade item number of GS1: 8, 12, 13 or 14 digits of which the last is a check digit. GTIN-12 is the
// UPC of North America, GTIN-13 the EAN; a GTIN-14 marks a packaging level. One number may be written at several
// lengths, with zeros in front: compare by [GTIN.Key].
type GTIN string

// UnitGTIN is the GTIN of one of an item's units.
type UnitGTIN struct {
	Unit quantity.Unit `json:"unit"`
	GTIN GTIN          `json:"gtin"`
}

// CustomerPart is the number under which a customer orders an item.
type CustomerPart struct {
	// Customer is the customer's id, as the host has it.
	Customer string `json:"customer"`
	// Number is the customer's number for the item. Numbers are compared as they are written.
	Number string `json:"number"`
}

// GTINError says why a text is no GTIN.
type GTINError struct {
	// Text is what was to be read.
	Text string
	// Want is the check digit that would be right, 0 where length or characters are wrong.
	Want byte
}

// Error implements error.
func (e *GTINError) Error() string {
	if e.Want == 0 {
		return fmt.Sprintf("item: %q is no GTIN: want 8, 12, 13 or 14 digits", e.Text)
	}
	return fmt.Sprintf("item: %q is no GTIN: the check digit should be %c", e.Text, e.Want)
}

// gtinLength is the longest form, to which all others are brought for comparison.
const gtinLength = 14

// ParseGTIN reads a GTIN: 8, 12, 13 or 14 digits with the right check digit. Anything else is a *[GTINError].
func ParseGTIN(text string) (GTIN, error) {
	switch len(text) {
	case 8, 12, 13, gtinLength:
	default:
		return "", &GTINError{Text: text}
	}
	want, ok := gs1.CheckDigit(text[:len(text)-1])
	last := text[len(text)-1]
	if !ok || last < '0' || last > '9' {
		return "", &GTINError{Text: text}
	}
	if last != want {
		return "", &GTINError{Text: text, Want: want}
	}
	return GTIN(text), nil
}

// Key returns the number at 14 digits, with zeros in front: equal for the same number at any length.
func (g GTIN) Key() string {
	if len(g) >= gtinLength {
		return string(g)
	}
	return strings.Repeat("0", gtinLength-len(g)) + string(g)
}

// GTIN returns the GTIN of a unit, and whether there is one.
func (i *Item) GTIN(u quantity.Unit) (GTIN, bool) {
	for _, g := range i.GTINs {
		if g.Unit == u {
			return g.GTIN, true
		}
	}
	return "", false
}

// CustomerPart returns the number under which a customer orders the item, and whether there is one.
func (i *Item) CustomerPart(customer string) (string, bool) {
	for _, p := range i.CustomerParts {
		if p.Customer == customer {
			return p.Number, true
		}
	}
	return "", false
}
