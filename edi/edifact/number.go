package edifact

import "strings"

// ParseNumber reads a number as EDIFACT writes it and returns it with a point and
// at least one digit before it, as the types of package kernel/money read it. The
// decimal mark is a point or a comma whatever the separators say: numbers are not
// grouped, so either is clear, and partners mix them. There is at least one digit
// behind a mark; there may be none before it. Anything else, an exponent or a plus
// sign among it, is a [*NumberError].
func (s Separators) ParseNumber(text string) (string, error) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, marked := strings.Cut(strings.Replace(digits, ",", ".", 1), ".")
	if whole == "" && marked {
		whole = "0"
	}
	if !number(whole) || marked && !number(fraction) {
		return "", &NumberError{Text: text}
	}
	if marked {
		whole += "." + fraction
	}
	if negative {
		whole = "-" + whole
	}
	return whole, nil
}

// FormatNumber writes a number, given as the types of package kernel/money write
// it, with the decimal mark. Zeros behind the mark that say nothing are left out.
// What is no number is a [*NumberError].
func (s Separators) FormatNumber(text string) (string, error) {
	plain, err := s.ParseNumber(text)
	if err != nil {
		return "", err
	}
	if whole, fraction, marked := strings.Cut(plain, "."); marked {
		if fraction = strings.TrimRight(fraction, "0"); fraction == "" {
			return whole, nil
		}
		return whole + string([]byte{s.Decimal}) + fraction, nil
	}
	return plain, nil
}

// number tells whether the text is digits, one at least.
func number(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
