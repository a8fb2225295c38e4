package budget

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

var (
	// ErrExhausted is what errors.Is finds in an *ExhaustedError.
	ErrExhausted = errors.New("budget: exhausted")
	// ErrBusy is returned by a [Shared] that lost the race for its stream too often.
	ErrBusy = errors.New("budget: other processes were faster each time")
	// ErrUnsettled is returned by a [Shared] whose journal could not say whether an append happened. The next operation
	// finds out first; doing the same again is safe.
	ErrUnsettled = errors.New("budget: the journal could not say whether the change was kept; try again")
)

// RequestError reports an argument that the operation cannot be done with.
type RequestError struct {
	Op     string // the operation: "reserve"
	Field  string // the field of the request, with an index: "Usages[1].Uses"
	Reason string
}

// Error implements error.
func (e *RequestError) Error() string {
	return fmt.Sprintf("budget: %s: %s %s", e.Op, e.Field, e.Reason)
}

// UnknownLimitError reports a name for which no limit has been set.
type UnknownLimitError struct{ Limit string }

// Error implements error.
func (e *UnknownLimitError) Error() string {
	return fmt.Sprintf("budget: no limit %q has been set", e.Limit)
}

// UnknownKeyError reports a key under which nothing was ever reserved.
type UnknownKeyError struct{ Key string }

// Error implements error.
func (e *UnknownKeyError) Error() string {
	return fmt.Sprintf("budget: nothing was ever reserved under %q", e.Key)
}

// KeyConflictError reports a key that belongs to another customer.
type KeyConflictError struct {
	Op  string // the operation that was refused
	Key string
}

// Error implements error.
func (e *KeyConflictError) Error() string {
	return fmt.Sprintf("budget: %s: the key %q belongs to another customer", e.Op, e.Key)
}

// StateError reports an operation that what has happened so far does not allow.
type StateError struct {
	Op     string // the operation that was refused
	Key    string // of the reservation, or the limit
	Reason string
}

// Error implements error.
func (e *StateError) Error() string { return fmt.Sprintf("budget: %s: %q %s", e.Op, e.Key, e.Reason) }

// Scope says which bound of a limit was reached.
type Scope string

// The bounds of a limit.
const (
	// ScopeTotal: all orders together.
	ScopeTotal Scope = "total"
	// ScopeCustomer: the orders of the customer.
	ScopeCustomer Scope = "customer"
	// ScopeOrder: the order itself.
	ScopeOrder Scope = "order"
	// ScopeClosed: the limit gives nothing today; it is blocked, or outside its days.
	ScopeClosed Scope = "closed"
)

// Shortage is a bound that an order would exceed.
type Shortage struct {
	Limit string
	Scope Scope
	// Uses and Amount are what the order asks for more than it has.
	Uses   int64
	Amount money.Amount
	// Left is what could be had of what is short. Empty for [ScopeClosed].
	Left Left
}

// ExhaustedError reports that an order did not get what it uses, and nothing of it. Every bound that it would exceed is
// listed, by limit. errors.Is(err, ErrExhausted) holds for it.
type ExhaustedError struct {
	Key       string
	Shortages []Shortage
}

// Error implements error.
func (e *ExhaustedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "budget: order %q cannot have", e.Key)
	for i, s := range e.Shortages {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteByte(' ')
		b.WriteString(s.String())
	}
	return b.String()
}

// Is makes errors.Is(err, ErrExhausted) true.
func (e *ExhaustedError) Is(target error) bool { return target == ErrExhausted }

// Names lists the limits that are short, each once.
func (e *ExhaustedError) Names() []string {
	var names []string
	for _, s := range e.Shortages {
		if len(names) == 0 || names[len(names)-1] != s.Limit {
			names = append(names, s.Limit)
		}
	}
	return names
}

// String says what is short, for a person: "SAVE10: 0 of 1 uses left in total".
func (s Shortage) String() string {
	if s.Scope == ScopeClosed {
		return s.Limit + ": it gives nothing today"
	}
	var parts []string
	if s.Left.Uses != nil {
		parts = append(parts, fmt.Sprintf("%d of %d uses", *s.Left.Uses, s.Uses))
	}
	if s.Left.Amount != nil {
		parts = append(parts, fmt.Sprintf("%s of %s", s.Left.Amount, s.Amount))
	}
	whose := map[Scope]string{ScopeTotal: "in total", ScopeCustomer: "for the customer", ScopeOrder: "for one order"}[s.Scope]
	return s.Limit + ": " + strings.Join(parts, " and ") + " left " + whose
}

// EventError reports an event that Apply cannot take in.
type EventError struct {
	Event  any // as given to Apply
	Reason string
}

// Error implements error.
func (e *EventError) Error() string { return fmt.Sprintf("budget: apply %T: %s", e.Event, e.Reason) }
