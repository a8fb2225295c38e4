package backorder

import (
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Cadence says when backorders are run: when goods of their item come in, at a time of day, by class. It decides nothing by
// itself: the host asks it what is due, runs that, and remembers when it last asked.
type Cadence struct {
	// Location is where the times of day count; nil: UTC.
	Location *time.Location
	// Terms are asked in order; a line goes by all that have it in their segment.
	Terms []Term
}

// Term says when the lines of a segment are due for a run.
type Term struct {
	Segment
	// OnReceipt: when goods of the line's item have come in at its site, or will come in sooner or more of them.
	OnReceipt bool
	// At is the time of day of a daily run; no time: none. Weekdays narrows its days; empty: every day.
	At       calendar.Clock
	Weekdays []time.Weekday
}

// Due returns the lines that are due at now and were not at last, the instant of the last question, in the order given.
// Received lists the items, at their sites, of which goods have come in since. With last the zero time, every term with a
// time of day is due.
func (c Cadence) Due(last, now time.Time, received []atp.Ref, lines []Line) []Line {
	came := make(map[atp.Ref]bool, len(received))
	for _, ref := range received {
		came[ref] = true
	}
	timed := make([]bool, len(c.Terms))
	for i, t := range c.Terms {
		next, ok := c.next(t, last)
		timed[i] = ok && !next.After(now) || last.IsZero() && !t.At.IsZero()
	}
	var due []Line
	for i := range lines {
		l := &lines[i]
		for k := range c.Terms {
			t := &c.Terms[k]
			if (timed[k] || t.OnReceipt && came[l.Ref]) && t.Has(l) {
				due = append(due, *l)
				break
			}
		}
	}
	return due
}

// Next is the first instant after last at which a term with a time of day is due; false where there is none, and with the
// zero time, when it is due at once. It is when the host asks again, unless goods come in before.
func (c Cadence) Next(last time.Time) (time.Time, bool) {
	var first time.Time
	for _, t := range c.Terms {
		if next, ok := c.next(t, last); ok && (first.IsZero() || next.Before(first)) {
			first = next
		}
	}
	return first, !first.IsZero()
}

// next is the first instant after last at which the term's time of day is due.
func (c Cadence) next(t Term, last time.Time) (time.Time, bool) {
	if t.At.IsZero() || last.IsZero() {
		return time.Time{}, false
	}
	location := c.Location
	if location == nil {
		location = time.UTC
	}
	day := calendar.DateOf(last.In(location))
	for range 9 { // a week, and the days at both ends
		if len(t.Weekdays) == 0 || slices.Contains(t.Weekdays, day.Weekday()) {
			if at := t.At.On(day, location); at.After(last) {
				return at, true
			}
		}
		day = day.AddDays(1)
	}
	return time.Time{}, false
}
