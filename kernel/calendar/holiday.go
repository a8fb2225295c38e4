package calendar

import "time"

// Rule is a holiday that comes every year: on a fixed day, on a weekday of a month, or so many days from Easter. Make
// one with FixedDay, NthWeekday, WeekdayOnOrAfter or EasterPlus. Holidays that follow other calendars (lunar, Orthodox)
// or are proclaimed year by year are given to Config.Holidays as dates.
type Rule struct {
	kind        ruleKind
	month       time.Month
	day         int // of the month; the count of NthWeekday; the offset of EasterPlus
	weekday     time.Weekday
	observed    Observance
	first, last int // years; 0: no bound
}

type ruleKind uint8

const (
	invalidRule ruleKind = iota // the zero Rule
	fixedDay
	nthWeekday
	weekdayOnOrAfter
	easterPlus
)

// Observance says on which day a holiday is kept that falls on a day without work.
type Observance uint8

const (
	// OnTheDay keeps the holiday on its own date, whatever day that is.
	OnTheDay Observance = iota
	// NearestWeekday keeps one that falls on Saturday on the Friday before, and one that falls on Sunday on the Monday
	// after, as United States federal holidays are kept (5 U.S.C. 6103). The date itself is a holiday too.
	NearestWeekday
	// NextWeekday keeps one that falls on a day outside the working week on the next day of the working week that is no
	// holiday already, as bank holidays are substituted in the United Kingdom. The date itself is a holiday too.
	NextWeekday
)

// FixedDay returns a holiday on the same date every year. 29 February is one in leap years only.
func FixedDay(month time.Month, day int) Rule {
	return Rule{kind: fixedDay, month: month, day: day}
}

// NthWeekday returns a holiday on the n-th given weekday of a month, 1 to 5, or counted from the month's end, -1 to -5:
// NthWeekday(4, time.Thursday, time.November) is Thanksgiving, NthWeekday(-1, time.Monday, time.May) Memorial Day. A
// fifth that a year does not have is no holiday in that year.
func NthWeekday(n int, weekday time.Weekday, month time.Month) Rule {
	return Rule{kind: nthWeekday, month: month, day: n, weekday: weekday}
}

// WeekdayOnOrAfter returns a holiday on the first given weekday that is not before a date of the year:
// WeekdayOnOrAfter(time.Monday, time.May, 18) is Victoria Day, the last Monday before 25 May.
func WeekdayOnOrAfter(weekday time.Weekday, month time.Month, day int) Rule {
	return Rule{kind: weekdayOnOrAfter, month: month, day: day, weekday: weekday}
}

// EasterPlus returns a holiday a number of days after Easter Sunday of the Gregorian calendar, or before it where days
// is negative: -2 is Good Friday, 1 Easter Monday, 39 Ascension, 50 Whit Monday, 60 Corpus Christi. Days are held to
// 200 either way.
func EasterPlus(days int) Rule { return Rule{kind: easterPlus, day: days} }

// Observed returns the rule with a day on which it is kept instead when it falls on a day without work.
func (r Rule) Observed(how Observance) Rule { r.observed = how; return r }

// Years returns the rule bounded to the years first to last; 0 leaves an end open.
func (r Rule) Years(first, last int) Rule { r.first, r.last = first, last; return r }

// In returns the date of the holiday in a year, before any observance, and whether the year has one.
func (r Rule) In(year int) (Date, bool) {
	if r.fault() != "" || year < 1 || year > 9999 || year < r.first || r.last != 0 && year > r.last {
		return Date{}, false
	}
	var d Date
	switch r.kind {
	case invalidRule: // fault has told
	case fixedDay:
		if r.day > DaysIn(year, r.month) {
			return Date{}, false
		}
		d = dateOf(year, r.month, r.day)
	case nthWeekday:
		if r.day > 0 {
			d = onOrAfter(dateOf(year, r.month, 1), r.weekday).AddDays(7 * (r.day - 1))
		} else {
			last := dateOf(year, r.month, DaysIn(year, r.month))
			d = onOrAfter(last.AddDays(-6), r.weekday).AddDays(7 * (r.day + 1))
		}
		if d.Month() != r.month {
			return Date{}, false
		}
	case weekdayOnOrAfter:
		if r.day > DaysIn(year, r.month) {
			return Date{}, false
		}
		d = onOrAfter(dateOf(year, r.month, r.day), r.weekday)
	case easterPlus:
		d = Easter(year).AddDays(r.day)
	}
	return d, !d.IsZero()
}

// Easter returns Easter Sunday of the Gregorian (Western) calendar for a year from 1 to 9999: the Sunday after the
// first full moon, by the Church's tables, on or after 21 March. Years before 1583 are reckoned as if the calendar had
// held. No date for other years.
func Easter(year int) Date {
	if year < 1 || year > 9999 {
		return Date{}
	}
	golden := year % 19 // the place in the 19-year cycle of the moon
	century := year / 100
	skipped := century - century/4 // leap days that the Gregorian centuries leave out
	moon := (8*century + 13) / 25  // the correction of the lunar cycle
	epact := (19*golden + skipped - moon + 15) % 30
	// The tables keep the full moon on or before 18 April, and apart from that of its neighbour in the cycle.
	if epact == 29 || epact == 28 && golden > 10 {
		epact--
	}
	moonDay := dateOf(year, time.March, 21).AddDays(epact)
	return onOrAfter(moonDay.AddDays(1), time.Sunday)
}

// onOrAfter gives the first of a weekday that is not before d.
func onOrAfter(d Date, weekday time.Weekday) Date {
	return d.AddDays((int(weekday) - int(d.Weekday()) + 7) % 7)
}

// fault says what is wrong with the rule, or nothing.
func (r Rule) fault() string {
	switch {
	case r.kind == invalidRule:
		return "the zero Rule is no holiday"
	case r.kind != easterPlus && (r.month < time.January || r.month > time.December):
		return "month is not January to December"
	case (r.kind == fixedDay || r.kind == weekdayOnOrAfter) && (r.day < 1 || r.day > DaysIn(2000, r.month)):
		return "the month has no such day"
	case r.kind == nthWeekday && (r.day == 0 || r.day < -5 || r.day > 5):
		return "a month has no such weekday: want 1 to 5 or -1 to -5"
	case r.kind == easterPlus && (r.day < -200 || r.day > 200):
		return "more than 200 days from Easter"
	case r.weekday < time.Sunday || r.weekday > time.Saturday:
		return "no such weekday"
	case r.observed > NextWeekday:
		return "no such observance"
	case r.last != 0 && r.last < r.first:
		return "the last year is before the first"
	}
	return ""
}

// day gives the day on which a holiday that falls on d is kept instead, or no date. works tells the working week,
// taken tells the holidays there are.
func (how Observance) day(d Date, works func(time.Weekday) bool, taken func(Date) bool) Date {
	switch how {
	case OnTheDay:
	case NearestWeekday:
		if d.Weekday() == time.Saturday {
			return d.AddDays(-1)
		}
		if d.Weekday() == time.Sunday {
			return d.AddDays(1)
		}
	case NextWeekday:
		if works(d.Weekday()) {
			return Date{}
		}
		// Holidays are finite, and a working week has a day in it, so a free day is found; 400 bounds a mad table.
		for range 400 {
			if d = d.AddDays(1); !d.IsZero() && works(d.Weekday()) && !taken(d) {
				return d
			}
		}
	}
	return Date{}
}
