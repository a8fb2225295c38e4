package atp

import (
	"github.com/o2ckit/o2c/internal/named"
)

// Status is where a reservation stands.
type Status uint8

const (
	// StatusHeld reservations expire.
	StatusHeld Status = iota
	// StatusCommitted reservations stay until they are consumed or released.
	StatusCommitted
	// StatusConsumed reservations have left the site, at least in part, and nothing of them is open.
	StatusConsumed
	// StatusReleased reservations were given back wholly.
	StatusReleased
	// StatusExpired reservations were held and not committed in time.
	StatusExpired
)

func statusNames() named.Set {
	return named.Set{In: "atp", What: "status of a reservation", Names: "held committed consumed released expired"}
}

// String returns held, committed, consumed, released or expired.
func (s Status) String() string { return statusNames().Name(uint8(s)) }

// MarshalText writes the status as String does. A value that is none of the constants is an error.
func (s Status) MarshalText() ([]byte, error) { return statusNames().Marshal(uint8(s)) }

// UnmarshalText reads what String returns.
func (s *Status) UnmarshalText(text []byte) error { return statusNames().Unmarshal(text, (*uint8)(s)) }
