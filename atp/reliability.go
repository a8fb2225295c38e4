package atp

import "github.com/o2ckit/o2c/kernel/calendar"

// Reliability says how far a receipt can be relied on, as experience with the supplier has it. The zero Reliability counts
// all of it on the day on which it is due. What was received counts in full, on the day on which it was received.
type Reliability struct {
	// Lag is how many calendar days later than due the goods usually come, 0 or more. They count from then on.
	Lag int `json:"lag,omitempty"`
	// Haircut is the share of what is still to come that does not count, in thousandths, 0 to 1000. What counts is rounded
	// down to whole base units.
	Haircut int `json:"haircut,omitempty"`
}

// fault says what is wrong with the reliability of a receipt that is due on a day, and in which field; empty when nothing
// is.
func (r Reliability) fault(due calendar.Date) (field, reason string) {
	switch {
	case r.Haircut < 0 || r.Haircut > 1000:
		return "Reliability.Haircut", "is not from 0 to 1000"
	case r.Lag < 0 || r.Lag > maxDays:
		return "Reliability.Lag", "is not a number of days"
	case due.AddDays(r.Lag).IsZero():
		return "Reliability.Lag", "leads beyond the calendar"
	}
	return "", ""
}

// check refuses a reliability that a receipt due on a day cannot have.
func (r Reliability) check(op string, due calendar.Date) error {
	if field, reason := r.fault(due); reason != "" {
		return &RequestError{Op: op, Field: field, Reason: reason}
	}
	return nil
}

// counts is what counts of a quantity that is still to come. The product alone could leave 64 bits.
func (r Reliability) counts(open int64) int64 {
	if r.Haircut == 0 {
		return open
	}
	kept := int64(1000 - r.Haircut)
	return open/1000*kept + open%1000*kept/1000
}

// counted is what counts of a receipt of what is still to come.
func (r *receipt) counted() int64 { return r.reliability.counts(r.open()) }

// expected is the day from which a receipt counts.
func (r *receipt) expected() calendar.Date { return r.due.AddDays(r.reliability.Lag) }
