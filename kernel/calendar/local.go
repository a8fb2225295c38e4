package calendar

import "time"

// In returns the instant at which the date begins in a location: the first at which the local clock shows it. That is
// midnight as a rule, 01:00 where clocks skip midnight (São Paulo until 2018), the first of two midnights where they
// repeat it (Havana), and the next date's start where a whole date was skipped (Apia, 30 December 2011). No date gives
// the zero time. A nil location is UTC.
func (d Date) In(loc *time.Location) time.Time {
	if d.n == 0 {
		return time.Time{}
	}
	if loc == nil {
		loc = time.UTC
	}
	return reach(d.UTC(), loc)
}

// reach gives the first instant at which the clock of loc reads the given wall time, or more. The wall time is given
// as if it were UTC. A reading that daylight saving skips is reached when the clock jumps over it, a reading that
// occurs twice is reached the first time; later readings are never reached earlier than earlier ones.
//
// time.Date is of no use for this: it does not say which of the two instants it picks.
func reach(wall time.Time, loc *time.Location) time.Time {
	// No zone's clock is more than 16 hours from UTC, so a day earlier no clock has reached the reading yet. From there
	// the search walks over the changes of the zone's offset: hardly ever more than one.
	at := wall.Add(-24 * time.Hour).In(loc)
	for {
		_, offset := at.Zone()
		start, end := at.ZoneBounds()
		t := wall.Add(-time.Duration(offset) * time.Second)
		if !start.IsZero() && t.Before(start) {
			t = start
		}
		if end.IsZero() || t.Before(end) {
			return t.In(loc)
		}
		at = end
	}
}
