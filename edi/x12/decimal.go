package x12

import (
	"fmt"
	"strings"
)

// ParseReal reads a number of type R: an optional minus, digits, an optional
// point and digits. The result is the same number in canonical text (no
// leading zeros, at least one digit before the point, digits after it kept),
// exact, ready for any decimal type.
func ParseReal(value string) (string, error) {
	kind := "R"
	sign, digits := cutSign(value)
	at := len(sign)
	whole, fraction, point := strings.Cut(digits, ".")
	if i := firstNot(whole, isDigit); i < len(whole) {
		return "", valueError(kind, value, at+i, "6", "a number has digits, a point and a minus only")
	}
	if i := firstNot(fraction, isDigit); i < len(fraction) {
		return "", valueError(kind, value, at+len(whole)+1+i, "6", "a number has digits and one point only")
	}
	if whole == "" && fraction == "" {
		return "", valueError(kind, value, at, "6", "there is no digit")
	}
	if plain := whole == "0" || whole != "" && whole[0] != '0'; plain && sign == "" && point == (fraction != "") {
		return value, nil // it is canonical
	}
	if !point || fraction == "" {
		return canonical(sign, whole, ""), nil
	}
	return canonical(sign, whole, fraction), nil
}

// ParseImplied reads a number of type Nn, whose last n digits stand behind a
// point that is not sent: 21801 as N2 is 218.01. The result is canonical text
// with n digits after the point, exact.
func ParseImplied(value string, places int) (string, error) {
	kind := fmt.Sprintf("N%d", places)
	if places < 0 || places > 9 {
		return "", valueError(kind, value, 0, "6", "types N0 to N9 exist")
	}
	sign, digits := cutSign(value)
	if i := firstNot(digits, isDigit); i < len(digits) {
		return "", valueError(kind, value, len(sign)+i, "6", "the point is implied; there are digits and a minus only")
	}
	if digits == "" {
		return "", valueError(kind, value, len(sign), "6", "there is no digit")
	}
	if short := places + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	return canonical(sign, digits[:len(digits)-places], digits[len(digits)-places:]), nil
}

// FormatReal writes a decimal text as type R: without needless zeros. 10.00 is
// 10, 0.50 is .5.
func FormatReal(decimal string) (string, error) {
	text, err := ParseReal(decimal)
	if err != nil {
		return "", err
	}
	sign, digits := cutSign(text)
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	switch {
	case fraction == "":
		return signed(sign, whole, whole), nil
	case whole == "0":
		return sign + "." + fraction, nil
	}
	return sign + whole + "." + fraction, nil
}

// FormatImplied writes a decimal text as type Nn: 218.01 as N2 is 21801. It is
// literal: 1.234 does not fit N2 and is an error.
func FormatImplied(decimal string, places int) (string, error) {
	kind := fmt.Sprintf("N%d", places)
	if places < 0 || places > 9 {
		return "", valueError(kind, decimal, 0, "6", "types N0 to N9 exist")
	}
	text, err := ParseReal(decimal)
	if err != nil {
		return "", err
	}
	sign, digits := cutSign(text)
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(fraction) > places {
		if strings.Trim(fraction[places:], "0") != "" {
			return "", valueError(kind, decimal, strings.IndexByte(decimal, '.')+1+places, "5",
				fmt.Sprintf("it has more than %d digits after the point", places))
		}
		fraction = fraction[:places]
	}
	digits = strings.TrimLeft(whole+fraction+strings.Repeat("0", places-len(fraction)), "0")
	if digits == "" {
		digits = "0"
	}
	return signed(sign, digits, digits), nil
}

// signed puts the sign in front unless the digits are all zero.
func signed(sign, digits, text string) string {
	if strings.Trim(digits, "0") == "" {
		sign = ""
	}
	return sign + text
}

func canonical(sign, whole, fraction string) string {
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	text := whole
	if fraction != "" {
		text += "." + fraction
	}
	return signed(sign, whole+fraction, text)
}

func cutSign(value string) (sign, digits string) {
	if strings.HasPrefix(value, "-") {
		return "-", value[1:]
	}
	return "", value
}
