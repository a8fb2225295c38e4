package money

import (
	"database/sql/driver"
	"fmt"
)

// Currency is an ISO 4217 currency: the three letters of its code and the number
// of its minor digits, packed, so that an amount knows both without a registry.
// Use the constants or ParseCurrency. The zero value is no currency.
type Currency uint32

// ParseCurrency returns the currency of an ISO 4217 code in upper case. Any
// other text is a *ParseError that wraps ErrUnknownCurrency.
func ParseCurrency(code string) (Currency, error) {
	if len(code) == 3 {
		letters := Currency(code[0])<<24 | Currency(code[1])<<16 | Currency(code[2])<<8
		for _, digits := range [...]Currency{2, 0, 3, 4} {
			if c := letters | digits; c.IsValid() {
				return c, nil
			}
		}
	}
	return 0, parseError("currency", code, ErrUnknownCurrency)
}

// Code returns the three letters, or "" for no currency.
func (c Currency) Code() string {
	if c == 0 {
		return ""
	}
	return string([]byte{byte(c >> 24), byte(c >> 16), byte(c >> 8)})
}

// Digits returns the number of digits of the minor unit: 0, 2, 3 or 4 (ISO 4217);
// 0 for no currency.
func (c Currency) Digits() int { return int(c & 7) }

// String returns the code.
func (c Currency) String() string { return c.Code() }

// MarshalText returns the code; no currency is empty.
func (c Currency) MarshalText() ([]byte, error) {
	if c != 0 && !c.IsValid() {
		return nil, fmt.Errorf("%w: %#x", ErrUnknownCurrency, uint32(c))
	}
	return []byte(c.Code()), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *Currency) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = 0
		return nil
	}
	parsed, err := ParseCurrency(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// Value stores the currency as its code (char(3)); no currency is "".
func (c Currency) Value() (driver.Value, error) { return textValue(c) }

// Scan reads what Value stores. NULL is an error: use sql.Null[Currency].
func (c *Currency) Scan(src any) error { return scanText(src, c) }
