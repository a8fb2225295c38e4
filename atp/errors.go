package atp

import (
	"errors"
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/kernel/calendar"
)

var (
	// ErrRange reports an item and site whose supply or demand would grow beyond what the engine counts.
	ErrRange = errors.New("atp: quantity out of range")
	// ErrExpired is what errors.Is finds in a *StateError of a hold that has expired.
	ErrExpired = errors.New("atp: hold has expired")
)

// ConfigError reports a setting of Config that cannot be used. New joins all of them.
type ConfigError struct {
	Field  string // the field of Config, with an index: "Sites[2].Calendar"
	Reason string
}

// Error implements error.
func (e *ConfigError) Error() string { return fmt.Sprintf("atp: config: %s: %s", e.Field, e.Reason) }

// RequestError reports an argument that no state of the stock could make valid: a negative quantity, an empty key, a
// missing date, a Ref of another Stock.
type RequestError struct {
	Op     string // the operation: "reserve"
	Field  string // the field of the request, with an index: "Lines[1].Quantity"
	Reason string
}

// Error implements error.
func (e *RequestError) Error() string { return fmt.Sprintf("atp: %s: %s %s", e.Op, e.Field, e.Reason) }

// UnknownItemError reports an item that is not defined at a site.
type UnknownItemError struct{ Item, Site string }

// Error implements error.
func (e *UnknownItemError) Error() string {
	return fmt.Sprintf("atp: item %q is not defined at site %q", e.Item, e.Site)
}

// UnknownSiteError reports a site that Config does not name.
type UnknownSiteError struct{ Site string }

// Error implements error.
func (e *UnknownSiteError) Error() string { return fmt.Sprintf("atp: site %q is not known", e.Site) }

// UnknownSupplyError reports a receipt that was never added.
type UnknownSupplyError struct{ Item, Site, Document string }

// Error implements error.
func (e *UnknownSupplyError) Error() string {
	return fmt.Sprintf("atp: item %q at site %q expects nothing from %q", e.Item, e.Site, e.Document)
}

// UnknownKeyError reports a reservation that does not exist.
type UnknownKeyError struct{ Key string }

// Error implements error.
func (e *UnknownKeyError) Error() string {
	return fmt.Sprintf("atp: no reservation has the key %q", e.Key)
}

// KeyConflictError reports a key, or a document that serves as one, that is bound to another payload.
type KeyConflictError struct {
	Op  string // the operation that was refused
	Key string
}

// Error implements error.
func (e *KeyConflictError) Error() string {
	return fmt.Sprintf("atp: %s: %q was used before with another content", e.Op, e.Key)
}

// StateError reports an operation that the reservation's state does not allow.
type StateError struct {
	Op     string // the operation that was refused
	Key    string
	Status Status // what the reservation is
	Reason string // more, where the status does not say it all
}

// Error implements error.
func (e *StateError) Error() string {
	text := fmt.Sprintf("atp: %s: reservation %q is %s", e.Op, e.Key, e.Status)
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// Is makes errors.Is(err, ErrExpired) true for an expired hold.
func (e *StateError) Is(target error) bool { return target == ErrExpired && e.Status == StatusExpired }

// Shortage is a line that cannot be had.
type Shortage struct {
	Item, Site string
	Date       calendar.Date // when it was to be taken
	Requested  int64
	Available  int64 // what could be taken on that date, at least 0
	Quota      bool  // Item is the id of a quota

	GoodThrough calendar.Date // of the line
	Lot         string        // that the line or the part names

	Reason LimitReason // why; LimitSupply says no more than Available
}

// ShortageError reports a request that was refused because supply is missing. Lists the lines that fell short, each
// judged after the lines before it.
type ShortageError struct {
	Op    string
	Lines []Shortage
}

// Error implements error.
func (e *ShortageError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "atp: %s:", e.Op)
	for i, l := range e.Lines {
		if i > 0 {
			b.WriteByte(';')
		}
		kind := "item"
		if l.Quota {
			kind = "quota"
		}
		fmt.Fprintf(&b, " %s %q at site %q: %d requested, %d available", kind, l.Item, l.Site, l.Requested, l.Available)
		if !l.Date.IsZero() {
			fmt.Fprintf(&b, " on %s", l.Date)
		}
		if !l.GoodThrough.IsZero() {
			fmt.Fprintf(&b, " good through %s", l.GoodThrough)
		}
		if l.Lot != "" {
			fmt.Fprintf(&b, " of lot %q", l.Lot)
		}
		if l.Reason != LimitSupply {
			fmt.Fprintf(&b, ": %s", l.Reason)
		}
	}
	return b.String()
}
