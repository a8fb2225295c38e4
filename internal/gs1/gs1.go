// Package gs1 has what the identification keys of GS1 have in common: GTIN,
// GLN and SSCC end in the same check digit.
package gs1

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
