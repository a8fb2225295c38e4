package calendar

import (
	"iter"
	"math"
	"time"
)

// Hours returns the working intervals of a date as instants, opening and closing, in order; none when d is not a
// working day. They are real time: an interval of 22:00-24:00 or 00:00-06:00 is an hour shorter or longer when daylight
// saving begins or ends within it, and one that daylight saving skips wholly is left out. A wall time that comes twice
// counts the first time, one that is skipped counts at the jump, for opening and closing alike.
func (c *Calendar) Hours(d Date) iter.Seq2[time.Time, time.Time] {
	return func(yield func(time.Time, time.Time) bool) {
		if !c.IsWorkingDay(d) {
			return
		}
		for _, h := range c.day(d).Hours {
			opens, closes := h.Open.On(d, c.loc), h.Close.On(d, c.loc)
			if opens.Before(closes) && !yield(opens, closes) {
				return
			}
		}
	}
}

// IsWorkingTime reports whether work is done at t. The opening instant is working time, the closing instant is not.
func (c *Calendar) IsWorkingTime(t time.Time) bool {
	next, err := c.NextWorkingTime(t)
	return err == nil && next.Equal(t)
}

// NextWorkingTime returns t itself when work is done at t, and else the next opening. The error is a *RangeError.
func (c *Calendar) NextWorkingTime(t time.Time) (time.Time, error) {
	next, err := c.AddWorkingTime(t, 1)
	if err != nil {
		return time.Time{}, err
	}
	return next.Add(-1), nil
}

// AddWorkingTime returns the first instant by which d of working time has passed since t: real elapsed time within
// working hours, exact across daylight-saving changes. What ends with a working interval ends at its close, not at the
// next opening: Friday 16:00 and one hour is Friday 17:00. With d = 0 it is t, at work or not; with d negative it is
// SubWorkingTime. The result is in the calendar's location. The error is a *RangeError.
func (c *Calendar) AddWorkingTime(t time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return c.SubWorkingTime(t, opposite(d))
	}
	t = t.In(c.loc)
	date := DateOf(t)
	if !c.Covers(date) {
		return time.Time{}, c.outside(date)
	}
	if d == 0 {
		return t, nil
	}
	for day, err := c.OnOrAfter(date); err == nil; day, err = c.NextWorkingDay(day) {
		for opens, closes := range c.Hours(day) {
			opens = later(opens, t)
			left := closes.Sub(opens)
			if left >= d {
				return opens.Add(d), nil
			}
			d -= max(left, 0)
		}
	}
	return time.Time{}, c.outside(date)
}

// SubWorkingTime returns the last instant from which d of working time passes until t. It is the mirror of
// AddWorkingTime: what begins with a working interval begins at its opening, not at the close before. The error is a
// *RangeError.
func (c *Calendar) SubWorkingTime(t time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return c.AddWorkingTime(t, opposite(d))
	}
	t = t.In(c.loc)
	date := DateOf(t)
	if !c.Covers(date) {
		return time.Time{}, c.outside(date)
	}
	if d == 0 {
		return t, nil
	}
	// Where clocks fall back over midnight (St John's until 2011), the wall shows the old date again while hours of the
	// new one have passed already: so begin with the date after.
	start := date
	if next := date.AddDays(1); c.Covers(next) {
		start = next
	}
	for day, err := c.OnOrBefore(start); err == nil; day, err = c.PreviousWorkingDay(day) {
		at, left := c.backward(day, t, d)
		if left == 0 {
			return at, nil
		}
		d = left
	}
	return time.Time{}, c.outside(date)
}

// backward takes d off the working time of one date before t. It gives the instant reached, and what is left of d.
func (c *Calendar) backward(date Date, t time.Time, d time.Duration) (time.Time, time.Duration) {
	hours := c.day(date).Hours
	for i := len(hours) - 1; i >= 0; i-- {
		opens, closes := hours[i].Open.On(date, c.loc), hours[i].Close.On(date, c.loc)
		if t.Before(closes) {
			closes = t
		}
		left := closes.Sub(opens)
		if left >= d {
			return closes.Add(-d), 0
		}
		d -= max(left, 0)
	}
	return time.Time{}, d
}

// WorkingTime returns the working time from a to b: real elapsed time within working hours, negative where b is before
// a. It undoes AddWorkingTime: from t to AddWorkingTime(t, d) it is d. The error is a *RangeError.
func (c *Calendar) WorkingTime(a, b time.Time) (time.Duration, error) {
	if b.Before(a) {
		d, err := c.WorkingTime(b, a)
		return -d, err
	}
	first, last := DateOf(a.In(c.loc)), DateOf(b.In(c.loc))
	for _, d := range [...]Date{first, last} {
		if !c.Covers(d) {
			return 0, c.outside(d)
		}
	}
	// The date after the last for the same reason as in SubWorkingTime.
	var sum time.Duration
	for day := first; !day.After(last.AddDays(1)); day = day.AddDays(1) {
		for opens, closes := range c.Hours(day) {
			if b.Before(closes) {
				closes = b
			}
			sum += max(closes.Sub(later(opens, a)), 0)
		}
	}
	return sum, nil
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// opposite is -d. The one Duration without an opposite is taken for the longest: both are beyond any calendar's range.
func opposite(d time.Duration) time.Duration {
	if d == math.MinInt64 {
		return math.MaxInt64
	}
	return -d
}
