package calendar

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// ErrNoWorkingDay reports a calendar on which nobody ever works, so that no question about it has an answer.
var ErrNoWorkingDay = errors.New("calendar: no working day")

// ConfigError reports a setting of Config that cannot be used. New joins all of them.
type ConfigError struct {
	Calendar string // Config.Name
	Field    string // the field of Config, with an index or key: "Hours[1]"
	Reason   string // what is wrong with it
}

// Error implements error.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("calendar %q: %s: %s", e.Calendar, e.Field, e.Reason)
}

// Day is what may differ from one working day to another.
type Day struct {
	Hours  []Interval // ascending, without overlap; none: as Config.Hours says
	Cutoff Clock      // no time: as Config.Cutoff says
}

// Config describes the working calendar of a site, a carrier or a receiver. Every field but the location may be left
// empty.
type Config struct {
	// Name stands in errors: the site's id, or what people call the calendar.
	Name string

	// Location is the place whose wall clocks count. Where it is nil, New loads Zone, an IANA name such as
	// "Europe/Berlin", from the system's zone files or the host's import of time/tzdata. One of the two is required.
	Location *time.Location
	Zone     string

	// Week lists the weekdays on which work is done. Default: Monday to Friday.
	Week []time.Weekday
	// Hours are the working hours of a working day. Default: the whole day.
	Hours []Interval
	// Cutoff is the time of a working day from which what arrives belongs to the next one. Default: none.
	Cutoff Clock
	// Weekdays gives single weekdays of Week their own hours and cut-off, such as a short Friday.
	Weekdays map[time.Weekday]Day
	// Special gives single dates their own hours and cut-off: a half day before Christmas, a Saturday worked. A special
	// date is a working day even on a weekend or a holiday.
	Special map[Date]Day

	// Holidays are dates without work; Rules are those that come every year. The order of rules matters only between
	// holidays kept on NextWeekday: the earlier rule takes the earlier day.
	Holidays []Date
	Rules    []Rule

	// From and To bound the dates, both included, on which the calendar answers; outside is a *RangeError. Set them to
	// the years for which Holidays is known, so that a promise beyond them is an error and not a guess. Defaults:
	// 2000-01-01 and 2099-12-31. The range is at most 250 years, so that all its working time fits a time.Duration; a
	// calendar takes about 70 bytes a year.
	From, To Date
}

// maxYears is what fits a time.Duration, 292 years, with room to spare.
const maxYears = 250

// EveryDay lists all seven weekdays, for Config.Week.
func EveryDay() []time.Weekday {
	return []time.Weekday{
		time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
	}
}

// New checks the configuration and makes the calendar of it. The errors are ErrNoWorkingDay, and a *ConfigError for
// each setting that cannot be used, all joined. The calendar keeps no reference to the slices and maps of cfg.
func New(cfg Config) (*Calendar, error) {
	b := builder{cfg: cfg, c: &Calendar{name: cfg.Name, from: cfg.From, to: cfg.To}}
	b.location()
	b.bounds()
	b.hours()
	b.special()
	if b.faults == nil {
		b.days()
	}
	if b.faults != nil {
		return nil, errors.Join(b.faults...)
	}
	if b.c.working.total() == 0 {
		return nil, fmt.Errorf("%w: calendar %q from %s to %s", ErrNoWorkingDay, cfg.Name, b.c.from, b.c.to)
	}
	return b.c, nil
}

// builder holds what New knows while it checks.
type builder struct {
	cfg    Config
	c      *Calendar
	works  [7]bool
	faults []error
}

func (b *builder) fault(field, reason string) {
	b.faults = append(b.faults, &ConfigError{Calendar: b.cfg.Name, Field: field, Reason: reason})
}

func (b *builder) location() {
	b.c.loc = b.cfg.Location
	switch {
	case b.c.loc != nil:
	case b.cfg.Zone == "":
		b.fault("Location", "a calendar needs a Location or the name of a Zone")
	case b.cfg.Zone == "Local":
		b.fault("Zone", "the machine's own zone is no place; name it, or pass time.Local as Location")
	default:
		loc, err := time.LoadLocation(b.cfg.Zone)
		if err != nil {
			b.fault("Zone", err.Error())
		}
		b.c.loc = loc
	}
}

func (b *builder) bounds() {
	if b.c.from.IsZero() {
		b.c.from = dateOf(2000, time.January, 1)
	}
	if b.c.to.IsZero() {
		b.c.to = dateOf(2099, time.December, 31)
	}
	if b.c.to.Before(b.c.from) {
		b.fault("To", fmt.Sprintf("%s is before From, %s", b.c.to, b.c.from))
	}
	if b.c.to.Year()-b.c.from.Year() > maxYears {
		b.fault("To", fmt.Sprintf("%s is more than %d years after From, %s", b.c.to, maxYears, b.c.from))
	}
}

func (b *builder) hours() {
	week := b.cfg.Week
	if len(week) == 0 {
		week = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	}
	usual := Day{Hours: b.cfg.Hours, Cutoff: b.cfg.Cutoff}
	if len(usual.Hours) == 0 {
		usual.Hours = MustHours("00:00-24:00")
	}
	b.checkHours("Hours", usual.Hours)
	b.c.usual = usual.over(usual)
	for i, w := range week {
		if w < time.Sunday || w > time.Saturday {
			b.fault(fmt.Sprintf("Week[%d]", i), "no such weekday")
			continue
		}
		b.works[w] = true
		b.c.week[w] = b.c.usual
	}
	for _, w := range EveryDay() {
		day, ok := b.cfg.Weekdays[w]
		if !ok {
			continue
		}
		if !b.works[w] {
			b.fault("Weekdays["+w.String()+"]", "the weekday is not in Week")
		}
		b.checkHours("Weekdays["+w.String()+"].Hours", day.Hours)
		b.c.week[w] = day.over(b.c.usual)
	}
	for w := range b.cfg.Weekdays {
		if w < time.Sunday || w > time.Saturday {
			b.fault(fmt.Sprintf("Weekdays[%d]", int(w)), "no such weekday")
		}
	}
}

func (b *builder) special() {
	for _, d := range slices.SortedFunc(maps.Keys(b.cfg.Special), Date.Compare) {
		day := b.cfg.Special[d]
		if d.IsZero() {
			b.fault("Special", "one of the dates is no date")
			continue
		}
		b.checkHours("Special["+d.String()+"].Hours", day.Hours)
		if b.c.special == nil {
			b.c.special = make(map[Date]Day, len(b.cfg.Special))
		}
		usual := b.c.usual
		if b.works[d.Weekday()] {
			usual = b.c.week[d.Weekday()]
		}
		b.c.special[d] = day.over(usual)
	}
	for i, d := range b.cfg.Holidays {
		if d.IsZero() {
			b.fault(fmt.Sprintf("Holidays[%d]", i), "it is no date")
		}
	}
	for i, r := range b.cfg.Rules {
		if reason := r.fault(); reason != "" {
			b.fault(fmt.Sprintf("Rules[%d]", i), reason)
		}
	}
}

func (b *builder) checkHours(field string, hours []Interval) {
	for i, h := range hours {
		at := fmt.Sprintf("%s[%d]", field, i)
		if h.Open.IsZero() || !h.Open.Before(h.Close) {
			b.fault(at, "an interval ends after it begins, on the same day")
		}
		if i > 0 && h.Open.Before(hours[i-1].Close) {
			b.fault(at, fmt.Sprintf("%s overlaps or precedes %s", h, hours[i-1]))
		}
	}
}

// over fills what the day leaves open from another, and copies the hours.
func (d Day) over(usual Day) Day {
	if len(d.Hours) == 0 {
		d.Hours = usual.Hours
	}
	d.Hours = append([]Interval(nil), d.Hours...)
	if d.Cutoff.IsZero() {
		d.Cutoff = usual.Cutoff
	}
	return d
}

// days writes down for every date of the range whether it is worked.
func (b *builder) days() {
	c := b.c
	free := b.holidays()
	c.working = newDaySet(c.to.Sub(c.from) + 1)
	w := c.from.Weekday()
	for i := range c.working.size {
		if b.works[w] {
			c.working.add(i)
		}
		w = (w + 1) % 7
	}
	for d := range free {
		if c.Covers(d) {
			c.working.remove(d.Sub(c.from))
		}
	}
	for d := range c.special {
		if c.Covers(d) {
			c.working.add(d.Sub(c.from))
		}
	}
	c.working.count()
}

// holidays gives all dates without work in the range, substitutes included. A year more at either end is looked at:
// a holiday of 1 January may be kept on 31 December.
func (b *builder) holidays() map[Date]bool {
	free := make(map[Date]bool)
	for _, d := range b.cfg.Holidays {
		free[d] = true
	}
	first, last := b.c.from.Year()-1, b.c.to.Year()+1
	for year := first; year <= last; year++ {
		for _, r := range b.cfg.Rules {
			if d, ok := r.In(year); ok {
				free[d] = true
			}
		}
	}
	works := func(w time.Weekday) bool { return b.works[w] }
	taken := func(d Date) bool { return free[d] }
	for year := first; year <= last; year++ {
		for _, r := range b.cfg.Rules {
			if d, ok := r.In(year); ok {
				if kept := r.observed.day(d, works, taken); !kept.IsZero() {
					free[kept] = true
				}
			}
		}
	}
	return free
}
