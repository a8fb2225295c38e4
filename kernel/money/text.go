package money

import (
	"bytes"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/internal/exact"
)

// Parse reads an amount as String writes it: a number, one space and an ISO 4217
// code, "12.50 USD". The number is optionally signed, with a decimal point,
// without exponent or grouping. "0" alone is the zero Amount. Errors are
// *ParseError.
func Parse(s string) (Amount, error) {
	number, code, found := strings.Cut(s, " ")
	var currency Currency
	if found {
		var err error
		if currency, err = ParseCurrency(code); err != nil {
			return Amount{}, parseError("amount", s, ErrUnknownCurrency)
		}
	}
	return parseAmount(s, number, currency)
}

// ParseNumber reads a number in the currency: "12.50". Errors are *ParseError.
func ParseNumber(number string, c Currency) (Amount, error) {
	if c != 0 && !c.IsValid() {
		return Amount{}, parseError("amount", number, ErrUnknownCurrency)
	}
	return parseAmount(number, number, c)
}

// MustParse is Parse for amounts known when the program is written. It panics on
// an error.
func MustParse(s string) Amount {
	a, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return a
}

// Number returns the amount without its currency: "12.50".
func (a Amount) Number() string { return a.dec().String() }

// String returns "12.50 USD"; without a currency the number alone.
func (a Amount) String() string {
	var buf [32]byte
	return string(a.append(buf[:0]))
}

// MarshalText returns the amount as String writes it.
func (a Amount) MarshalText() ([]byte, error) {
	if err := a.writable(); err != nil {
		return nil, err
	}
	return a.append(nil), nil
}

// UnmarshalText reads what Parse does.
func (a *Amount) UnmarshalText(text []byte) error {
	amount, err := Parse(string(text))
	if err != nil {
		return err
	}
	*a = amount
	return nil
}

// MarshalJSON returns the text form as a string: "12.50 USD". A number would be
// taken through binary floating point by most readers of JSON.
func (a Amount) MarshalJSON() ([]byte, error) {
	if err := a.writable(); err != nil {
		return nil, err
	}
	dst := append(make([]byte, 0, 32), '"')
	return append(a.append(dst), '"'), nil
}

// UnmarshalJSON reads what MarshalJSON writes, and the object that other systems
// use, {"amount":"12.50","currency":"USD"}. An unknown field, a missing amount
// and an amount that is not a string are errors; null changes nothing.
func (a *Amount) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == "null":
		return nil
	case len(data) > 1 && data[0] == '"' && !bytes.ContainsRune(data, '\\'):
		return a.UnmarshalText(data[1 : len(data)-1])
	case bytes.HasPrefix(data, []byte{'"'}):
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return fmt.Errorf("money: amount: %w", err)
		}
		return a.UnmarshalText([]byte(text))
	}
	var form struct {
		Amount   *string `json:"amount"`
		Currency string  `json:"currency"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&form); err != nil {
		return fmt.Errorf("money: amount: %w", err)
	}
	if form.Amount == nil {
		return parseError("amount", string(data), ErrSyntax)
	}
	var currency Currency
	if err := currency.UnmarshalText([]byte(form.Currency)); err != nil {
		return err
	}
	amount, err := ParseNumber(*form.Amount, currency)
	if err != nil {
		return err
	}
	*a = amount
	return nil
}

// Value stores the amount as text, "12.50 USD", in one column of at least 25
// characters. A host that computes in SQL stores two columns instead: Number in
// numeric(38, 18) and the Currency, and reads them back with ParseNumber.
func (a Amount) Value() (driver.Value, error) { return textValue(a) }

// Scan reads what Value stores. NULL is an error: use sql.Null[Amount].
func (a *Amount) Scan(src any) error { return scanText(src, a) }

func (a Amount) append(dst []byte) []byte {
	dst = a.dec().AppendText(dst)
	if a.currency == 0 {
		return dst
	}
	return append(dst, ' ', byte(a.currency>>24), byte(a.currency>>16), byte(a.currency>>8))
}

// writable refuses an amount whose text could not be read back.
func (a Amount) writable() error {
	if !a.inRange() {
		return ErrRange
	}
	if !a.currency.IsValid() && a != (Amount{}) {
		return fmt.Errorf("%w: %q", ErrUnknownCurrency, a)
	}
	return nil
}

// parseAmount reads the number of the text; an amount without a currency can
// only be zero.
func parseAmount(text, number string, c Currency) (Amount, error) {
	d, err := exact.Parse(number)
	if err != nil {
		return Amount{}, parseError("amount", text, err)
	}
	if c == 0 && d.Coef != 0 {
		return Amount{}, parseError("amount", text, ErrUnknownCurrency)
	}
	a, err := canonical(d, c)
	if err != nil {
		return Amount{}, parseError("amount", text, err)
	}
	return a, nil
}

// textValue is driver.Valuer for what has a text form.
func textValue(v encoding.TextMarshaler) (driver.Value, error) {
	text, err := v.MarshalText()
	if err != nil {
		return nil, err
	}
	return string(text), nil
}

// scanText is sql.Scanner for what has a text form.
func scanText(src any, into encoding.TextUnmarshaler) error {
	switch src := src.(type) {
	case string:
		return into.UnmarshalText([]byte(src))
	case []byte:
		return into.UnmarshalText(src)
	default:
		return fmt.Errorf("money: cannot scan %T into %T", src, into)
	}
}
