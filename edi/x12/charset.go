package x12

import "fmt"

// Charset is a set of characters that data may have (X12.6).
type Charset uint8

const (
	// ExtendedCharset is printable ASCII.
	ExtendedCharset Charset = iota
	// BasicCharset is capital letters, digits, blank and !"&'()*+,-./:;?=.
	BasicCharset
	// AnyCharset is printable ASCII and every byte above it, in the encoding
	// that was agreed with the receiver.
	AnyCharset
)

// Validate tells whether the set is one of those named here.
func (c Charset) Validate() error {
	if c > AnyCharset {
		return fmt.Errorf("x12: %s is no character set", c)
	}
	return nil
}

// String returns extended, basic or any.
func (c Charset) String() string {
	switch c {
	case ExtendedCharset:
		return "extended"
	case BasicCharset:
		return "basic"
	case AnyCharset:
		return "any"
	}
	return fmt.Sprintf("charset(%d)", uint8(c))
}

// MarshalText writes the set as String does, in JSON and YAML too.
func (c Charset) MarshalText() ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads extended, basic or any.
func (c *Charset) UnmarshalText(text []byte) error {
	for known := ExtendedCharset; known <= AnyCharset; known++ {
		if string(text) == known.String() {
			*c = known
			return nil
		}
	}
	return fmt.Errorf("x12: %q is no character set; expected extended, basic or any", text)
}
