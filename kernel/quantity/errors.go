package quantity

import (
	"errors"
	"fmt"
	"strings"
)

// ErrRange is returned when a result does not fit: a coefficient beyond 63 bits. Nothing wraps around.
var ErrRange = errors.New("quantity: out of range")

// ParseError says why a text is no quantity or no unit.
type ParseError struct {
	// Text is what was to be read.
	Text string
	// Reason says what is wrong with it.
	Reason string
}

// Error implements error.
func (e *ParseError) Error() string { return fmt.Sprintf("quantity: %q: %s", e.Text, e.Reason) }

// MismatchError is returned where two quantities must have one unit and have two. Convert one of them first.
type MismatchError struct {
	A, B Unit
}

// Error implements error.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("quantity: unit %s meets unit %s", named(e.A), named(e.B))
}

// UnitError is returned when a conversion meets a unit that its table does not have.
type UnitError struct {
	// Unit is what was asked for.
	Unit Unit
	// Known are the units of the table, its base first.
	Known []Unit
}

// Error implements error.
func (e *UnitError) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("quantity: no conversion for %s; there are no units", named(e.Unit))
	}
	known := make([]string, len(e.Known))
	for i, u := range e.Known {
		known[i] = u.String()
	}
	return fmt.Sprintf("quantity: no conversion for %s; there is one for %s", named(e.Unit), strings.Join(known, ", "))
}

// InexactError is returned when a quantity has no exact value in another unit, or at the number of decimal places that
// was asked for: a single piece is no whole number of cases of 12, and no finite number of them either.
type InexactError struct {
	// Quantity is what was to be converted.
	Quantity Quantity
	// To is the unit.
	To Unit
	// Places is the number of decimal places allowed, -1 where it was as many as a quantity holds.
	Places int
}

// Error implements error.
func (e *InexactError) Error() string {
	switch e.Places {
	case -1:
		return fmt.Sprintf("quantity: %s has no exact value in %s", e.Quantity, named(e.To))
	case 0:
		return fmt.Sprintf("quantity: %s is no whole number of %s", e.Quantity, named(e.To))
	default:
		return fmt.Sprintf("quantity: %s has more than %d decimal places in %s", e.Quantity, e.Places, named(e.To))
	}
}

// TableError says what is wrong with one row of a conversion table.
type TableError struct {
	// Unit is the row's unit.
	Unit Unit
	// Reason says what is wrong.
	Reason string
}

// Error implements error.
func (e *TableError) Error() string {
	return fmt.Sprintf("quantity: conversion of %s: %s", named(e.Unit), e.Reason)
}

// named puts something readable where the unit is none.
func named(u Unit) string {
	if u == 0 {
		return "no unit"
	}
	return u.String()
}
