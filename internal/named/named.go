// Package named gives constants that count from 0 their names, in text and back.
package named

import (
	"fmt"
	"strings"
)

// Set has the names of the constants of a type. It is made anew where it is needed, which costs nothing.
type Set struct {
	In    string // the package, for errors
	What  string // what a constant is, for errors: "status of a reservation"
	Names string // of 0, 1, 2 and on, separated by spaces
}

// lookup gives the name of a constant; false when it is none.
func (s Set) lookup(n uint8) (string, bool) {
	for name := range strings.FieldsSeq(s.Names) {
		if n == 0 {
			return name, true
		}
		n--
	}
	return "", false
}

// Name returns the name of a constant, for other values their number.
func (s Set) Name(n uint8) string {
	if name, ok := s.lookup(n); ok {
		return name
	}
	return fmt.Sprintf("%s(%d)", s.What, n)
}

// Marshal returns the name of a constant. Another value is an error.
func (s Set) Marshal(n uint8) ([]byte, error) {
	if name, ok := s.lookup(n); ok {
		return []byte(name), nil
	}
	return nil, fmt.Errorf("%s: %d is no %s", s.In, n, s.What)
}

// Unmarshal sets n to the constant with a name. For another text it is an error that lists the names, and n stays.
func (s Set) Unmarshal(text []byte, n *uint8) error {
	i := uint8(0)
	for name := range strings.FieldsSeq(s.Names) {
		if name == string(text) {
			*n = i
			return nil
		}
		i++
	}
	return fmt.Errorf("%s: %q is no %s; expected %s", s.In, text, s.What, strings.Join(strings.Fields(s.Names), ", "))
}
