package x12

import (
	"errors"
	"fmt"
)

// Delimiters are the four bytes that give an interchange its shape. They are
// not agreed beforehand: a reader takes them from the ISA segment by position.
// Those to write with stand in JSON and YAML as texts under the names of the
// fields in small letters; see [Delimiters.UnmarshalJSON].
type Delimiters struct {
	// Element separates elements: byte 3 of the ISA, counted from 0.
	Element byte
	// Component separates the components of a composite: ISA16, byte 104.
	// 0: the interchange has none.
	Component byte
	// Repetition separates the repetitions of an element: ISA11, byte 82, from
	// version 00402 on; before that ISA11 is data. 0: the interchange has none.
	Repetition byte
	// Segment ends a segment: byte 105 of the ISA. A line feed that follows a
	// carriage return belongs to it.
	Segment byte
}

// ErrDelimiters says that delimiters cannot be used: two of them are the same,
// one is a letter, a digit or a space, or their text is none.
var ErrDelimiters = errors.New("x12: unusable delimiters")

// StandardDelimiters returns the delimiters that most partners use: * for
// elements, > for components, ^ for repetitions and ~ at the end of a segment.
func StandardDelimiters() Delimiters {
	return Delimiters{Element: '*', Component: '>', Repetition: '^', Segment: '~'}
}

// neutral delimits the elements of a segment that was made, not read. The
// three bytes are control characters that X12 data may not contain.
func neutral() Delimiters {
	return Delimiters{Element: 0x1D, Component: 0x1F, Repetition: 0x1E, Segment: 0x1C}
}

// Validate tells whether the delimiters can be used together. Component and
// Repetition may be 0. The error wraps [ErrDelimiters].
func (d Delimiters) Validate() error {
	roles := [...]struct {
		name string
		byte byte
	}{{"element", d.Element}, {"segment", d.Segment}, {"component", d.Component}, {"repetition", d.Repetition}}
	for i, role := range roles {
		if role.byte == 0 {
			if i < 2 {
				return fmt.Errorf("%w: no %s delimiter", ErrDelimiters, role.name)
			}
			continue
		}
		if !canDelimit(role.byte) {
			return fmt.Errorf("%w: %q cannot delimit a %s", ErrDelimiters, role.byte, role.name)
		}
		for _, other := range roles[:i] {
			if other.byte == role.byte {
				return fmt.Errorf("%w: %q delimits both %s and %s", ErrDelimiters, role.byte, other.name, role.name)
			}
		}
	}
	return nil
}

// canDelimit leaves out what any data contains.
func canDelimit(b byte) bool { return b != ' ' && !isAlphanumeric(b) }

func isAlphanumeric(b byte) bool { return isDigit(b) || isUpper(b) || b >= 'a' && b <= 'z' }
func isDigit(b byte) bool        { return b >= '0' && b <= '9' }
func isUpper(b byte) bool        { return b >= 'A' && b <= 'Z' }
func isControl(b byte) bool      { return b < ' ' || b == 0x7F }
