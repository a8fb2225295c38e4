package calendar

import (
	"fmt"
	"time"
)

// RangeError reports a question about dates that a calendar does not cover, or whose answer would lie outside.
type RangeError struct {
	Calendar string // the calendar's name
	Date     Date   // the date asked about; no date where none was given
	From, To Date   // the dates that the calendar covers
}

// Error implements error.
func (e *RangeError) Error() string {
	at := e.Date.String()
	if at == "" {
		at = "no date"
	}
	return fmt.Sprintf("calendar %q: %s: question or answer outside %s to %s", e.Calendar, at, e.From, e.To)
}

// Calendar says on which days and hours work is done somewhere. It never changes after New and may be used from many
// goroutines. Counting working days takes the same short time however many there are.
type Calendar struct {
	name     string
	loc      *time.Location
	from, to Date
	usual    Day
	week     [7]Day // hours empty where the weekday is not worked
	special  map[Date]Day
	working  daySet // index 0 is from
}

// Name returns the name given to New.
func (c *Calendar) Name() string { return c.name }

// Location returns the place whose wall clocks count.
func (c *Calendar) Location() *time.Location { return c.loc }

// Range returns the dates that the calendar covers, both included.
func (c *Calendar) Range() Period { return Period{c.from, c.to} }

// Covers reports whether the calendar answers questions about d.
func (c *Calendar) Covers(d Date) bool { return !d.Before(c.from) && !d.After(c.to) }

// IsWorkingDay reports whether work is done on d. It is false for dates that the calendar does not cover.
func (c *Calendar) IsWorkingDay(d Date) bool { return c.Covers(d) && c.working.has(d.Sub(c.from)) }

// NextWorkingDay returns the first working day after d: d itself is never the answer. See OnOrAfter.
func (c *Calendar) NextWorkingDay(d Date) (Date, error) { return c.AddWorkingDays(d, 1) }

// PreviousWorkingDay returns the last working day before d: d itself is never the answer. See OnOrBefore.
func (c *Calendar) PreviousWorkingDay(d Date) (Date, error) { return c.AddWorkingDays(d, -1) }

// OnOrAfter returns d itself when it is a working day, and else the next one: how a due date that falls on a holiday is
// moved.
func (c *Calendar) OnOrAfter(d Date) (Date, error) { return c.AddWorkingDays(d, 0) }

// OnOrBefore returns d itself when it is a working day, and else the one before.
func (c *Calendar) OnOrBefore(d Date) (Date, error) { return c.LatestStart(d, 0) }

// AddWorkingDays returns the n-th working day after d, or before d where n is negative; d need not be a working day,
// and is not counted. So Friday and one working day is Monday, and so is Saturday and one. With n = 0 it is OnOrAfter.
// The error is a *RangeError.
func (c *Calendar) AddWorkingDays(d Date, n int) (Date, error) {
	if !c.Covers(d) {
		return Date{}, c.outside(d)
	}
	i := d.Sub(c.from)
	if n > 0 {
		i, n = i+1, n-1 // count from the day after
	}
	return c.nth(d, c.working.before(i), n)
}

// LatestStart returns the last working day s from which n working days end on d or before, that is, with
// AddWorkingDays(s, n) not after d. It is the way back from a requested date: the latest day to ship what is n days in
// transit. With n = 0 it is OnOrBefore. The error is a *RangeError.
//
// It differs from AddWorkingDays(d, -n) when d is not a working day: what is one day in transit and wanted by Saturday
// must arrive on Friday and so leave on Thursday, while the last working day before Saturday is Friday.
func (c *Calendar) LatestStart(d Date, n int) (Date, error) {
	if !c.Covers(d) {
		return Date{}, c.outside(d)
	}
	last := c.working.before(d.Sub(c.from)+1) - 1 // the last working day that is not after d
	if last < 0 {
		return Date{}, c.outside(d)
	}
	return c.nth(d, last, -n)
}

// WorkingDaysBetween counts the working days after a up to and including b, and where b is before a, those before a down
// to and including b as a negative number. So it undoes AddWorkingDays: from d to AddWorkingDays(d, n) it is n. The error
// is a *RangeError.
func (c *Calendar) WorkingDaysBetween(a, b Date) (int, error) {
	for _, d := range [...]Date{a, b} {
		if !c.Covers(d) {
			return 0, c.outside(d)
		}
	}
	i, j := a.Sub(c.from), b.Sub(c.from)
	if b.Before(a) {
		return c.working.before(j) - c.working.before(i), nil
	}
	return c.working.before(j+1) - c.working.before(i+1), nil
}

// Intersect returns a calendar that works on the days on which all of the given ones do: the days on which one site can
// hand over what another can take. Hours, cut-off and location are the first one's; the range is what all cover. The
// error is ErrNoWorkingDay when they have no working day in common.
func Intersect(name string, first *Calendar, others ...*Calendar) (*Calendar, error) {
	c := *first
	c.name = name
	for _, o := range others {
		if c.from.Before(o.from) {
			c.from = o.from
		}
		if c.to.After(o.to) {
			c.to = o.to
		}
	}
	c.working = newDaySet(max(0, c.to.Sub(c.from)+1))
	for i := range c.working.size {
		d := c.from.AddDays(i)
		all := first.IsWorkingDay(d)
		for _, o := range others {
			all = all && o.IsWorkingDay(d)
		}
		if all {
			c.working.add(i)
		}
	}
	c.working.count()
	if c.working.total() == 0 {
		return nil, fmt.Errorf("%w: calendar %q has none in common", ErrNoWorkingDay, name)
	}
	return &c, nil
}

// nth gives the working day n places after the k-th.
func (c *Calendar) nth(asked Date, k, n int) (Date, error) {
	total := c.working.total()
	if n > total || n < -total || k+n < 0 || k+n >= total {
		return Date{}, c.outside(asked)
	}
	return c.from.AddDays(c.working.at(k + n)), nil
}

// day gives hours and cut-off of a working day.
func (c *Calendar) day(d Date) Day {
	if day, ok := c.special[d]; ok {
		return day
	}
	return c.week[d.Weekday()]
}

func (c *Calendar) outside(d Date) error {
	return &RangeError{Calendar: c.name, Date: d, From: c.from, To: c.to}
}
