// Package gs1 has what the identification keys of GS1 have in common: GTIN,
// GLN and SSCC end in the same check digit.
package gs1

import "strings"

// CheckDigit is the check digit, '0' to '9', that belongs behind the digits of
// a key: weights 3 and 1 from the right, up to the next ten (GS1 General
// Specifications). ok is false for a text that is empty or has anything but
// digits.
func CheckDigit(digits string) (digit byte, ok bool) {
	sum := 0
	for i := range len(digits) {
		c := digits[len(digits)-1-i]
		if c < '0' || c > '9' {
			return 0, false
		}
		weight := 3 - 2*(i%2)
		sum += weight * int(c-'0')
	}
	return byte('0' + (10-sum%10)%10), digits != ""
}

// Valid tells whether a key of digits ends in the check digit of the rest.
func Valid(key string) bool {
	if key == "" {
		return false
	}
	digit, ok := CheckDigit(key[:len(key)-1])
	return ok && digit == key[len(key)-1]
}

// IsGTIN tells whether a number has the length and the check digit of a GTIN.
func IsGTIN(value string) bool {
	switch len(value) {
	case 8, 12, 13, 14:
		return Valid(value)
	}
	return false
}

// Book is the GTIN-13 of the book that an ISBN names, with or without hyphens: an
// ISBN-10 gets the prefix 978 and the check digit of the GTIN in place of its own
// (ISO 2108). ok is false for what is no ISBN.
func Book(isbn string) (gtin string, ok bool) {
	plain := strings.ReplaceAll(isbn, "-", "")
	if len(plain) == 10 {
		plain = "978" + plain[:9]
		digit, sound := CheckDigit(plain)
		return plain + string(digit), sound
	}
	_, sound := CheckDigit(plain)
	return plain, sound && len(plain) == 13
}
