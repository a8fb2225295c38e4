package item

import (
	"fmt"
	"strings"
)

// HSCode is a code of the harmonised system of the World Customs Organization, digits only: a chapter of 2 digits, a
// heading of 4, a subheading of 6, or a national code of 8 or 10 that begins with one.
type HSCode string

// ECCN is an export control classification number of the United States, such as 5A002.a.1, or EAR99 for goods that are
// subject to the regulations without a number.
type ECCN string

// EAR99 is the ECCN of goods that no number covers.
const EAR99 ECCN = "EAR99"

// CodeError says why a text is no code of a kind.
type CodeError struct {
	// What names the kind: HS code or ECCN.
	What string
	// Text is what was to be read.
	Text string
	// Want says what would do.
	Want string
}

// Error implements error.
func (e *CodeError) Error() string {
	return fmt.Sprintf("item: %q is no %s; want %s", e.Text, e.What, e.Want)
}

// ParseHS reads an HS code of 2, 4, 6, 8 or 10 digits; the dots of "8471.30.01.00" are left out. Only the shape is
// checked, not whether the nomenclature has the code. Anything else is a *[CodeError].
func ParseHS(text string) (HSCode, error) {
	code := strings.ReplaceAll(text, ".", "")
	if !isHS(code) {
		return "", &CodeError{"HS code", text, "2, 4, 6, 8 or 10 digits"}
	}
	return HSCode(code), nil
}

// Chapter returns the first two digits; "" for a shorter code.
func (c HSCode) Chapter() string { return c.prefix(2) }

// Heading returns the first four digits; "" for a shorter code.
func (c HSCode) Heading() string { return c.prefix(4) }

// Subheading returns the first six digits, the same in all countries; "" for a shorter code.
func (c HSCode) Subheading() string { return c.prefix(6) }

func (c HSCode) prefix(n int) string {
	if len(c) < n {
		return ""
	}
	return string(c[:n])
}

// isHS checks the shape: pairs of digits, and no chapter 00.
func isHS(code string) bool {
	if len(code) < 2 || len(code) > 10 || len(code)%2 != 0 || code[:2] == "00" {
		return false
	}
	return allDigits(code)
}

// ParseECCN reads an ECCN: a category 0 to 9, a product group A to E, three digits, and optionally paragraphs, each
// behind a dot; or EAR99. Small letters are taken in the first five characters. Only the shape is checked. Anything else
// is a *[CodeError].
func ParseECCN(text string) (ECCN, error) {
	number, paragraphs, dotted := strings.Cut(text, ".")
	code := strings.ToUpper(number)
	if dotted {
		code += "." + paragraphs
	}
	if !isECCN(code) {
		return "", &CodeError{"ECCN", text, "a number such as 5A002 or 5A002.a.1, or EAR99"}
	}
	return ECCN(code), nil
}

// isECCN checks the shape.
func isECCN(code string) bool {
	if code == string(EAR99) {
		return true
	}
	if len(code) < 5 || !allDigits(code[:1]) || code[1] < 'A' || code[1] > 'E' || !allDigits(code[2:5]) {
		return false
	}
	if len(code) == 5 {
		return true
	}
	if code[5] != '.' {
		return false
	}
	for part := range strings.SplitSeq(code[6:], ".") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}

// isCountry checks the shape of an ISO 3166-1 alpha-2 code.
func isCountry(code string) bool {
	return len(code) == 2 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// allDigits reports whether a text has nothing but digits, and some.
func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
