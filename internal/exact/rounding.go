package exact

import (
	"errors"
	"fmt"
)

// ErrRounding is returned for a text that names no rounding mode.
var ErrRounding = errors.New("unknown rounding mode")

// Rounding says what happens to the digits that a result cannot keep. The zero
// value is HalfUp.
type Rounding uint8

// The five rounding modes. All of them are symmetric: a negative number is
// rounded like the positive one of the same size.
const (
	HalfUp   Rounding = iota // to the nearest, a tie goes away from zero
	HalfEven                 // to the nearest, a tie goes to the even digit
	HalfDown                 // to the nearest, a tie goes toward zero
	Up                       // away from zero
	Down                     // toward zero
)

// IsValid reports whether r is one of the five modes.
func (r Rounding) IsValid() bool { return r <= Down }

// String returns the mode's name: half-up, half-even, half-down, up or down.
func (r Rounding) String() string {
	switch r {
	case HalfUp:
		return "half-up"
	case HalfEven:
		return "half-even"
	case HalfDown:
		return "half-down"
	case Up:
		return "up"
	case Down:
		return "down"
	default:
		return fmt.Sprintf("Rounding(%d)", uint8(r))
	}
}

// ParseRounding reads a mode's name as String writes it. Another text is
// ErrRounding.
func ParseRounding(s string) (Rounding, error) {
	for r := HalfUp; r <= Down; r++ {
		if r.String() == s {
			return r, nil
		}
	}
	return HalfUp, fmt.Errorf("%w: %.32q", ErrRounding, s)
}

// MarshalText returns the mode's name, or ErrRounding.
func (r Rounding) MarshalText() ([]byte, error) {
	if !r.IsValid() {
		return nil, fmt.Errorf("%w: %s", ErrRounding, r)
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *Rounding) UnmarshalText(text []byte) error {
	mode, err := ParseRounding(string(text))
	if err != nil {
		return err
	}
	*r = mode
	return nil
}

// away reports whether a quotient q with the remainder rem of the divisor div
// goes one step away from zero.
func (r Rounding) away(q, rem, div uint64) bool {
	switch {
	case rem == 0 || r == Down:
		return false
	case r == Up:
		return true
	case rem != div-rem: // 2*rem against div, without an overflow
		return rem > div-rem
	case r == HalfEven:
		return q&1 == 1
	default:
		return r == HalfUp
	}
}
