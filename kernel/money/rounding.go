package money

import "github.com/o2ckit/o2c/internal/exact"

// MaxScale is the largest number of decimal places of an Amount or a Rate.
const MaxScale = exact.MaxScale

// Rounding says what happens to the digits that a result cannot keep. Its text
// form is "half-up", "half-even", "half-down", "up" or "down".
type Rounding = exact.Rounding

// The five rounding modes. A negative amount is rounded like the positive one of
// the same size.
const (
	HalfUp   = exact.HalfUp   // to the nearest, a tie goes away from zero; the default
	HalfEven = exact.HalfEven // to the nearest, a tie goes to the even digit
	HalfDown = exact.HalfDown // to the nearest, a tie goes toward zero
	Up       = exact.Up       // away from zero
	Down     = exact.Down     // toward zero
)

// ParseRounding reads a mode's text form.
func ParseRounding(s string) (Rounding, error) { return exact.ParseRounding(s) }

func checkRounding(places int, mode Rounding) error {
	if places < 0 || places > MaxScale || !mode.IsValid() {
		return &RoundingError{Places: places, Mode: mode}
	}
	return nil
}
