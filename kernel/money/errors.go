package money

import (
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/internal/exact"
)

// The states that an operation can end in. Compare with errors.Is.
var (
	// ErrRange: the exact or rounded result does not fit an Amount or Rate (63
	// bits and MaxScale places).
	ErrRange = errors.New("money: out of range")
	// ErrSyntax: a text is not a number, an amount or a rate.
	ErrSyntax = errors.New("money: not a number")
	// ErrUnknownCurrency: a code or value that is no active ISO 4217 currency.
	ErrUnknownCurrency = errors.New("money: unknown currency")
	// ErrDivision: a division by zero, or a price per a number below one.
	ErrDivision = errors.New("money: divisor out of range")
	// ErrPrecision: an amount is finer than the unit that it shall be spread in.
	ErrPrecision = errors.New("money: finer than the unit")
	// ErrNoWeight: an amount cannot be spread because every weight is zero.
	ErrNoWeight = errors.New("money: no weight to spread by")
	// ErrCaps: an apportionment with caps has not one for each weight.
	ErrCaps = errors.New("money: caps and weights differ in number")
)

// CurrencyError reports an operation on two currencies.
type CurrencyError struct{ Have, Want Currency }

// Error implements error.
func (e *CurrencyError) Error() string {
	return fmt.Sprintf("money: currency %q where %q is wanted", e.Have.Code(), e.Want.Code())
}

// RoundingError reports a rounding that does not exist: decimal places outside 0
// to MaxScale, or a mode that is none of the five.
type RoundingError struct {
	Places int
	Mode   Rounding
}

// Error implements error.
func (e *RoundingError) Error() string {
	return fmt.Sprintf("money: cannot round to %d places by %s", e.Places, e.Mode)
}

// ParseError reports a text that could not be read.
type ParseError struct {
	What string // "amount", "rate" or "currency"
	Text string // the text, cut after 64 bytes
	Err  error  // ErrSyntax, ErrRange or ErrUnknownCurrency
}

// Error implements error.
func (e *ParseError) Error() string { return fmt.Sprintf("%v: %s %q", e.Err, e.What, e.Text) }

// Unwrap returns Err.
func (e *ParseError) Unwrap() error { return e.Err }

func parseError(what, text string, err error) error {
	switch {
	case errors.Is(err, exact.ErrSyntax):
		err = ErrSyntax
	case errors.Is(err, exact.ErrRange):
		err = ErrRange
	}
	if len(text) > 64 {
		text = text[:64]
	}
	return &ParseError{What: what, Text: text, Err: err}
}
