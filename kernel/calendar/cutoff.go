package calendar

import "time"

// Cutoff returns the instant of a working day from which what arrives belongs to the next one, in the calendar's
// location. It answers false where the day has no cut-off: none is configured, d is no working day, or the calendar does
// not cover it. Around daylight-saving changes it is placed as Clock.On says.
func (c *Calendar) Cutoff(d Date) (time.Time, bool) {
	if !c.IsWorkingDay(d) {
		return time.Time{}, false
	}
	clock := c.day(d).Cutoff
	return clock.On(d, c.loc), !clock.IsZero()
}

// AfterCutoff reports whether t is too late for the day that the calendar's wall shows at t. A time exactly at the
// cut-off is late. A day without a cut-off is late for nothing.
func (c *Calendar) AfterCutoff(t time.Time) bool {
	cutoff, ok := c.Cutoff(DateOf(t.In(c.loc)))
	return ok && !t.Before(cutoff)
}

// StartDay returns the working day on which work begins on what arrives at t: the day on the calendar's wall when it is
// a working day and its cut-off has not come, and else the next working day. Working hours play no part: a day without
// cut-off takes orders until midnight. The error is a *RangeError.
func (c *Calendar) StartDay(t time.Time) (Date, error) {
	d := DateOf(t.In(c.loc))
	if c.IsWorkingDay(d) && !c.AfterCutoff(t) {
		return d, nil
	}
	return c.NextWorkingDay(d)
}
