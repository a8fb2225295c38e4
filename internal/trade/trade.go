// Package trade has what the translators of X12 and of EDIFACT have in common.
package trade

import (
	"strings"
	"unicode/utf8"
)

// First is the first key of a table, in alphabetical order, that stands for a value:
// how an agreement that is made for reading writes.
func First[V comparable](table map[string]V, value V) string {
	first := ""
	for key, v := range table {
		if v == value && (first == "" || key < first) {
			first = key
		}
	}
	return first
}

// Cut divides a text so that the first part is not longer than so many bytes,
// between words if it can, never within a character.
func Cut(text string, longest int) (part, rest string) {
	text = strings.TrimSpace(text)
	if len(text) <= longest {
		return text, ""
	}
	at := strings.LastIndexByte(text[:longest+1], ' ')
	if at <= 0 {
		for at = longest; at > 1 && !utf8.RuneStart(text[at]); at-- {
		}
	}
	return strings.TrimSpace(text[:at]), strings.TrimSpace(text[at:])
}
