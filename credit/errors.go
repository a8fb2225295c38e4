package credit

import (
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/money"
)

// ErrHeld is what errors.Is finds in a *HeldError.
var ErrHeld = errors.New("credit: order may not ship")

// ConfigError reports a setting of Config that cannot be used.
type ConfigError struct {
	Field  string
	Reason string
}

// Error implements error.
func (e *ConfigError) Error() string { return fmt.Sprintf("credit: config: %s: %s", e.Field, e.Reason) }

// RequestError reports an argument that the operation cannot be done with: a missing key, a negative order, an amount in
// another currency than its order.
type RequestError struct {
	Op     string // the operation: "commit"
	Field  string // the field of the request, with an index: "Planned[1].Amount"
	Reason string
}

// Error implements error.
func (e *RequestError) Error() string {
	return fmt.Sprintf("credit: %s: %s %s", e.Op, e.Field, e.Reason)
}

// UnknownAccountError reports an account that has not been set.
type UnknownAccountError struct{ Account string }

// Error implements error.
func (e *UnknownAccountError) Error() string {
	return fmt.Sprintf("credit: account %q is not known", e.Account)
}

// UnknownOrderError reports an order that holds no credit: it was never committed or approved.
type UnknownOrderError struct{ Order string }

// Error implements error.
func (e *UnknownOrderError) Error() string {
	return fmt.Sprintf("credit: order %q has never been committed or approved", e.Order)
}

// UnknownItemError reports an open item that the account does not have.
type UnknownItemError struct{ Account, Document string }

// Error implements error.
func (e *UnknownItemError) Error() string {
	return fmt.Sprintf("credit: account %q has no open item %q", e.Account, e.Document)
}

// KeyConflictError reports an order or a document whose key is bound to another account, currency or content.
type KeyConflictError struct {
	Op     string // the operation that was refused
	Key    string // the order or document
	Reason string
}

// Error implements error.
func (e *KeyConflictError) Error() string {
	return fmt.Sprintf("credit: %s: %q %s", e.Op, e.Key, e.Reason)
}

// StateError reports an operation that what has happened so far does not allow.
type StateError struct {
	Op     string // the operation that was refused
	Key    string // the order, item or document
	Reason string
}

// Error implements error.
func (e *StateError) Error() string { return fmt.Sprintf("credit: %s: %q %s", e.Op, e.Key, e.Reason) }

// AuthorityError reports an approval by somebody who may not give it.
type AuthorityError struct {
	Order, Actor string
	Reason       string
}

// Error implements error.
func (e *AuthorityError) Error() string {
	return fmt.Sprintf("credit: %s may not approve order %q: %s", e.Actor, e.Order, e.Reason)
}

// RateError reports an exposure that cannot be counted because there is no rate between two currencies. It wraps a
// *money.MissingRateError, or money.ErrRange when the result is too large.
type RateError struct {
	Account  string // whose exposure it is
	From, To money.Currency
	At       time.Time
	Err      error
}

// Error implements error.
func (e *RateError) Error() string {
	return fmt.Sprintf("credit: exposure of account %q: from %s to %s: %v", e.Account, e.From, e.To, e.Err)
}

// Unwrap gives the cause.
func (e *RateError) Unwrap() error { return e.Err }

// HeldError tells why an order may not ship.
type HeldError struct {
	Order  string
	Reason string
}

// Error implements error.
func (e *HeldError) Error() string {
	return fmt.Sprintf("credit: order %q may not ship: %s", e.Order, e.Reason)
}

// Is makes errors.Is(err, ErrHeld) true.
func (e *HeldError) Is(target error) bool { return target == ErrHeld }

// EventError reports an event that Apply cannot take in.
type EventError struct {
	Event  any // as given to Apply
	Reason string
}

// Error implements error.
func (e *EventError) Error() string { return fmt.Sprintf("credit: apply %T: %s", e.Event, e.Reason) }
