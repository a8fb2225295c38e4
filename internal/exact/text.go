package exact

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// The reasons why Parse refuses a text.
var (
	ErrSyntax = errors.New("not a decimal number")
	ErrRange  = errors.New("number out of range")
)

// Parse reads a decimal number: an optional sign, digits, and optionally a point
// and more digits ("12", "-0.50", "+3.", ".5"). There is no exponent and no
// grouping. The result has the fewest digits, so "1.50" is 1.5. A text of
// another form is ErrSyntax; a number beyond 63 bits or with more than MaxScale
// places (trailing zeros not counted) is ErrRange.
func Parse(s string) (Dec, error) {
	digits := s
	neg := strings.HasPrefix(s, "-")
	if neg || strings.HasPrefix(s, "+") {
		digits = s[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole == "" && fraction == "" || !isDigits(whole) || !isDigits(fraction) {
		return Dec{}, ErrSyntax
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > MaxScale {
		return Dec{}, ErrRange
	}
	n, ok := appendDigits(0, whole)
	if ok {
		n, ok = appendDigits(n, fraction)
	}
	if !ok {
		return Dec{}, ErrRange
	}
	d, _ := signed(n, neg, uint8(len(fraction)))
	return d, nil
}

// AppendText appends d with all the digits of its scale: {150, 2} is "1.50".
func (d Dec) AppendText(dst []byte) []byte {
	u, neg := magnitude(d.Coef)
	if neg {
		dst = append(dst, '-')
	}
	var buf [20]byte
	digits := strconv.AppendUint(buf[:0], u, 10)
	places := int(d.Scale)
	if places == 0 {
		return append(dst, digits...)
	}
	if len(digits) <= places {
		dst = append(dst, "0."...)
		for range places - len(digits) {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	point := len(digits) - places
	dst = append(dst, digits[:point]...)
	dst = append(dst, '.')
	return append(dst, digits[point:]...)
}

// String returns d with all the digits of its scale.
func (d Dec) String() string {
	var buf [24]byte
	return string(d.AppendText(buf[:0]))
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// appendDigits appends decimal digits to n; it is false beyond 63 bits.
func appendDigits(n uint64, digits string) (uint64, bool) {
	for i := range len(digits) {
		digit := uint64(digits[i] - '0')
		if n > (math.MaxInt64-digit)/10 {
			return 0, false
		}
		n = n*10 + digit
	}
	return n, true
}
