package fault

import "fmt"

// Status is the verdict on a set or message, a group or an interchange.
type Status uint8

const (
	// Accepted means that nothing stands against it.
	Accepted Status = iota
	// AcceptedWithErrors means that it goes on, and the sender is told what is wrong.
	AcceptedWithErrors
	// PartiallyAccepted means that some of its sets or messages are rejected. Groups and interchanges only.
	PartiallyAccepted
	// Rejected means that it is not processed.
	Rejected
)

// String returns the verdict in the words of the JSON report.
func (s Status) String() string {
	return [...]string{"accepted", "accepted_with_errors", "partially_accepted", "rejected"}[min(s, Rejected)]
}

// MarshalText writes the verdict as String does.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Status) UnmarshalText(text []byte) error {
	for v := Accepted; v <= Rejected; v++ {
		if v.String() == string(text) {
			*s = v
			return nil
		}
	}
	return fmt.Errorf("edi: %q is no verdict; expected accepted, accepted_with_errors, partially_accepted or rejected", text)
}

// Tally counts the sets or messages of a level by their verdict.
type Tally struct{ Received, Rejected, Noted int }

// Add counts one.
func (t *Tally) Add(verdict Status) {
	t.Received++
	switch verdict {
	case Rejected:
		t.Rejected++
	case AcceptedWithErrors:
		t.Noted++
	default:
	}
}

// RejectAccepted counts the sets of a part that is rejected as a whole.
func (t *Tally) RejectAccepted(part Tally) { t.Rejected += part.Received - part.Rejected }

// Status is the verdict on a level with faults of its own.
func (t *Tally) Status(faults []Fault) Status {
	switch {
	case Worst(faults) == Failure, t.Received > 0 && t.Rejected == t.Received:
		return Rejected
	case t.Rejected > 0:
		return PartiallyAccepted
	case t.Noted > 0:
		return AcceptedWithErrors
	}
	return Accepted
}
