package calendar

import (
	"fmt"
	"strings"
	"time"
)

// ClockError reports text that is not a time of day, or not an interval of them.
type ClockError struct {
	Text   string // the value as given
	Reason string // what is wrong with it
}

// Error implements error.
func (e *ClockError) Error() string {
	return fmt.Sprintf("calendar: %q is not a time of day: %s", e.Text, e.Reason)
}

// Clock is a time of day on a wall clock, to the second, from 00:00 to 24:00, the end of the day. The zero Clock is no
// time, which is not midnight: midnight is written 00:00.
type Clock struct {
	s int32 // seconds since midnight, and one
}

// ParseClock reads hours and minutes, "15:00", or seconds too, "15:00:30". What does not parse is a *ClockError.
func ParseClock(text string) (Clock, error) {
	fault := &ClockError{Text: text, Reason: "want hours and minutes such as 15:00"}
	if len(text) != len("15:04") && len(text) != len("15:04:05") || text[2] != ':' {
		return Clock{}, fault
	}
	h, ok1 := digits(text[:2])
	m, ok2 := digits(text[3:5])
	s, ok3 := 0, true
	if len(text) > len("15:04") {
		s, ok3 = digits(text[6:])
		ok3 = ok3 && text[5] == ':'
	}
	if !ok1 || !ok2 || !ok3 {
		return Clock{}, fault
	}
	if total := h*3600 + m*60 + s; m < 60 && s < 60 && total <= 24*3600 {
		return Clock{int32(total) + 1}, nil
	}
	fault.Reason = "the day runs from 00:00 to 24:00"
	return Clock{}, fault
}

// MustClock is ParseClock for times written in source code; it panics when the text is not a time of day.
func MustClock(text string) Clock {
	c, err := ParseClock(text)
	if err != nil {
		panic(err)
	}
	return c
}

// IsZero reports whether c is no time.
func (c Clock) IsZero() bool { return c.s == 0 }

// Before reports whether c is earlier in the day than d. No time is before every time.
func (c Clock) Before(d Clock) bool { return c.s < d.s }

// On returns the instant at which the clock of loc reads c on the given date: the first one where the reading comes
// twice because daylight saving ends, and the instant of the jump where it is skipped because daylight saving begins.
// No time or no date gives the zero time; a nil location is UTC.
func (c Clock) On(d Date, loc *time.Location) time.Time {
	if c.s == 0 || d.IsZero() {
		return time.Time{}
	}
	if loc == nil {
		loc = time.UTC
	}
	return reach(d.UTC().Add(time.Duration(c.s-1)*time.Second), loc)
}

// String returns "15:00", or "15:00:30" where there are seconds; "" for no time.
func (c Clock) String() string {
	if c.s == 0 {
		return ""
	}
	s := c.s - 1
	if s%60 == 0 {
		return fmt.Sprintf("%02d:%02d", s/3600, s/60%60)
	}
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

// MarshalText implements encoding.TextMarshaler with the form of String.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler with the form of ParseClock; the empty text is no time.
func (c *Clock) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = Clock{}
		return nil
	}
	d, err := ParseClock(string(text))
	if err != nil {
		return err
	}
	*c = d
	return nil
}

// Interval is a part of one day, from Open until just before Close. A shift over midnight is two intervals on two days,
// 22:00-24:00 and 00:00-06:00; worked time runs on between them.
type Interval struct {
	Open, Close Clock
}

// ParseInterval reads two times with a hyphen between them, "08:00-12:00". What does not parse, and an interval that
// does not end after it begins, is a *ClockError.
func ParseInterval(text string) (Interval, error) {
	from, to, ok := strings.Cut(text, "-")
	if !ok {
		return Interval{}, &ClockError{Text: text, Reason: "want two times such as 08:00-12:00"}
	}
	opens, err := ParseClock(from)
	if err != nil {
		return Interval{}, err
	}
	closes, err := ParseClock(to)
	if err != nil {
		return Interval{}, err
	}
	if !opens.Before(closes) {
		return Interval{}, &ClockError{Text: text, Reason: "an interval ends after it begins, on the same day"}
	}
	return Interval{opens, closes}, nil
}

// MustHours is ParseInterval for the hours of a day written in source code; it panics when one is not an interval.
//
//	calendar.MustHours("08:00-12:00", "13:00-17:00")
func MustHours(intervals ...string) []Interval {
	hours := make([]Interval, len(intervals))
	for i, text := range intervals {
		var err error
		if hours[i], err = ParseInterval(text); err != nil {
			panic(err)
		}
	}
	return hours
}

// String returns "08:00-12:00".
func (i Interval) String() string { return i.Open.String() + "-" + i.Close.String() }

// MarshalText implements encoding.TextMarshaler with the form of String.
func (i Interval) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler with the form of ParseInterval.
func (i *Interval) UnmarshalText(text []byte) error {
	j, err := ParseInterval(string(text))
	if err != nil {
		return err
	}
	*i = j
	return nil
}
