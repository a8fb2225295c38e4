package atp

import "fmt"

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

// String returns held, committed, consumed, released or expired.
func (s Status) String() string {
	switch s {
	case StatusHeld:
		return "held"
	case StatusCommitted:
		return "committed"
	case StatusConsumed:
		return "consumed"
	case StatusReleased:
		return "released"
	case StatusExpired:
		return "expired"
	}
	return fmt.Sprintf("status(%d)", uint8(s))
}

// MarshalText writes the status as String does. A value that is none of the constants is an error.
func (s Status) MarshalText() ([]byte, error) {
	if s > StatusExpired {
		return nil, fmt.Errorf("atp: %s is none", s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what String returns.
func (s *Status) UnmarshalText(text []byte) error {
	for c := StatusHeld; c <= StatusExpired; c++ {
		if c.String() == string(text) {
			*s = c
			return nil
		}
	}
	return fmt.Errorf("atp: %q is no status of a reservation", text)
}
