package quantity

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/internal/exact"
)

// Parse reads a number and a unit with a space between them: "12 CA", "1.250 KG", "-3 EA". The number is written as
// in [ParseNumber]; the unit as in [ParseUnit]. Only 0 may stand without a unit: it is the zero Quantity. Anything else
// is a *[ParseError], and a number beyond the range is ErrRange.
func Parse(s string) (Quantity, error) {
	number, code, found := strings.Cut(s, " ")
	var u Unit
	if found {
		var ok bool
		if u, ok = unitOf(code); !ok {
			return Quantity{}, &ParseError{Text: s, Reason: "the unit is not one to four upper-case letters or digits such as CA"}
		}
	}
	d, err := exact.Parse(number)
	switch {
	case err != nil:
		return Quantity{}, numberError(s, err)
	case !found && d.Sign() != 0:
		return Quantity{}, &ParseError{Text: s, Reason: "the unit is missing; want a number, a space and a unit such as 12 CA"}
	}
	return of(d, u), nil
}

// MustParse is Parse for literals in tests and examples. It panics where Parse has an error.
func MustParse(s string) Quantity {
	q, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return q
}

// ParseNumber reads a decimal number of a known unit: an optional sign, digits, and optionally a point and more digits.
// There is no exponent and there are no thousands separators: what they mean depends on who wrote them. Another form is
// a *[ParseError]; a number beyond the range, or with more than [MaxScale] decimal places, is ErrRange.
func ParseNumber(number string, u Unit) (Quantity, error) {
	d, err := exact.Parse(number)
	if err != nil {
		return Quantity{}, numberError(number, err)
	}
	return of(d, u), nil
}

// numberError says in this package's errors why exact.Parse refused the number in a text.
func numberError(text string, err error) error {
	if errors.Is(err, exact.ErrRange) {
		return ErrRange
	}
	return &ParseError{Text: text, Reason: "not a decimal number such as 12 or 1.25"}
}

// Number returns the number alone, with the fewest digits: "1.25" for 1.250 KG.
func (q Quantity) Number() string {
	var buf [24]byte
	return string(q.dec().AppendText(buf[:0]))
}

// String returns the number and the unit, in the form that Parse reads: "1.25 KG"; "0" for the zero Quantity.
func (q Quantity) String() string {
	var buf [32]byte
	return string(q.append(buf[:0]))
}

// AppendText implements encoding.TextAppender with the form of MarshalText.
func (q Quantity) AppendText(dst []byte) ([]byte, error) {
	switch {
	case q.unit == 0 && q.coef != 0:
		return dst, fmt.Errorf("quantity: %s has no unit", q)
	case q.unit != 0 && !q.unit.IsValid():
		return dst, fmt.Errorf("quantity: %s is no unit", q.unit)
	case !q.inRange():
		return dst, ErrRange
	}
	return q.append(dst), nil
}

// MarshalText implements encoding.TextMarshaler, and so JSON ("1.25 KG" as a string) and YAML too. What Parse would not
// read back is an error: a number other than 0 without a unit, or a unit that is none.
func (q Quantity) MarshalText() ([]byte, error) { return q.AppendText(nil) }

// UnmarshalText implements encoding.TextUnmarshaler with the form of Parse; the empty text is the zero Quantity.
func (q *Quantity) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*q = Quantity{}
		return nil
	}
	r, err := Parse(string(text))
	if err != nil {
		return err
	}
	*q = r
	return nil
}

// Value implements driver.Valuer: the text of MarshalText, NULL for the zero Quantity.
func (q Quantity) Value() (driver.Value, error) {
	if q == (Quantity{}) {
		return nil, nil
	}
	text, err := q.MarshalText()
	if err != nil {
		return nil, err
	}
	return string(text), nil
}

// Scan implements sql.Scanner. It takes what Value gives: text as Parse reads it, and NULL, which is the zero Quantity.
// A bare number from a numeric column is refused; scan it into a decimal and say its unit with [FromDecimal].
func (q *Quantity) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*q = Quantity{}
		return nil
	case string:
		return q.UnmarshalText([]byte(v))
	case []byte:
		return q.UnmarshalText(v)
	}
	return &ParseError{Text: fmt.Sprint(src), Reason: fmt.Sprintf("cannot scan a %T; want text such as 12 CA", src)}
}

func (q Quantity) append(dst []byte) []byte {
	dst = q.dec().AppendText(dst)
	switch {
	case q.unit == 0:
		return dst
	case !q.unit.IsValid():
		return append(append(dst, ' '), q.unit.String()...)
	}
	return q.unit.append(append(dst, ' '))
}
