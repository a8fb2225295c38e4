package calendar

import (
	"errors"
	"fmt"
	"time"
)

// ErrRange reports a date outside the years that Date holds, 1 to 9999.
var ErrRange = errors.New("calendar: date outside the years 1 to 9999")

// DateError reports text that is not a date, or a day that no month has.
type DateError struct {
	Text   string // the value as given
	Reason string // what is wrong with it
}

// Error implements error.
func (e *DateError) Error() string {
	return fmt.Sprintf("calendar: %q is not a date: %s", e.Text, e.Reason)
}

// Date is a civil date of the Gregorian calendar: a day on a wall calendar, without a time and without a place.
// It takes four bytes, compares with ==, and serves as a map key. Years run from 1 to 9999.
//
// The zero Date is no date. No date is before every date, prints as the empty string, and stays no date under
// arithmetic; arithmetic that leaves the years 1 to 9999 gives no date too. Operations of Calendar answer no date
// with an error, so it cannot become a promise unnoticed.
type Date struct {
	n int32 // days since 31 December of the year 0: 1 January of the year 1 is 1
}

const (
	minDay = 1       // 0001-01-01
	maxDay = 3652059 // 9999-12-31
)

// NewDate returns the date of a year (1 to 9999), a month and a day of that month. A year outside is ErrRange; a day or
// month that does not exist is a *DateError: 30 February is never taken for 2 March.
func NewDate(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 {
		return Date{}, ErrRange
	}
	if month < time.January || month > time.December {
		return Date{}, &DateError{Text: fmt.Sprintf("%d-%d-%d", year, int(month), day), Reason: "month is not 1 to 12"}
	}
	if day < 1 || day > DaysIn(year, month) {
		return Date{}, &DateError{Text: fmt.Sprintf("%04d-%02d-%d", year, int(month), day), Reason: "the month has no such day"}
	}
	return dateOf(year, month, day), nil
}

// MustDate is ParseDate for dates written in source code; it panics when the text is not a date.
func MustDate(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// DateOf returns the date that a wall calendar shows at t in t's own location. A time in a year outside 1 to 9999, and
// the zero time, give no date.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	y, m, d := t.Date()
	if y < 1 || y > 9999 {
		return Date{}
	}
	return dateOf(y, m, d)
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d.n == 0 }

// Civil returns year, month and day; 0, 0, 0 for no date.
func (d Date) Civil() (year int, month time.Month, day int) {
	if d.n == 0 {
		return 0, 0, 0
	}
	return civil(int(d.n))
}

// Year returns the year, 1 to 9999; 0 for no date.
func (d Date) Year() int { y, _, _ := d.Civil(); return y }

// Month returns the month; 0 for no date.
func (d Date) Month() time.Month { _, m, _ := d.Civil(); return m }

// Day returns the day of the month, 1 to 31; 0 for no date.
func (d Date) Day() int { _, _, day := d.Civil(); return day }

// Weekday returns the day of the week. No date has none: ask IsZero first; the answer for it is Sunday.
func (d Date) Weekday() time.Weekday { return time.Weekday(d.n % 7) }

// ISOWeek returns the week number of ISO 8601 (1 to 53) with the year that the week belongs to; 0, 0 for no date.
func (d Date) ISOWeek() (year, week int) {
	if d.n == 0 {
		return 0, 0
	}
	return d.UTC().ISOWeek()
}

// Compare returns -1, 0 or +1 as d is before, equal to or after e. No date is before every date.
func (d Date) Compare(e Date) int {
	switch {
	case d.n < e.n:
		return -1
	case d.n > e.n:
		return 1
	}
	return 0
}

// Before reports whether d is before e.
func (d Date) Before(e Date) bool { return d.n < e.n }

// After reports whether d is after e.
func (d Date) After(e Date) bool { return d.n > e.n }

// Sub returns the number of days from e to d: negative when d is the earlier. Where either is no date the answer is 0.
func (d Date) Sub(e Date) int {
	if d.n == 0 || e.n == 0 {
		return 0
	}
	return int(d.n) - int(e.n)
}

// Ordinal counts days: 1 January of the year 1 is 1, and no date is 0. It orders dates as Compare does.
func (d Date) Ordinal() int { return int(d.n) }

// AddDays returns the date n days later, or earlier where n is negative; no date when that leaves the years 1 to 9999.
func (d Date) AddDays(n int) Date {
	if d.n == 0 || n > maxDay || n < -maxDay {
		return Date{}
	}
	return fromDay(int(d.n) + n)
}

// AddMonths returns the same day n months later, or earlier where n is negative. Where the month is too short it is
// that month's last day: 31 January and one month is 28 or 29 February. No date when that leaves the years 1 to 9999.
func (d Date) AddMonths(n int) Date {
	if d.n == 0 || n > 12*9999 || n < -12*9999 {
		return Date{}
	}
	y, m, day := civil(int(d.n))
	months := y*12 + int(m) - 1 + n
	y, m = months/12, time.Month(months%12+1)
	if months < 12 || y > 9999 {
		return Date{}
	}
	return dateOf(y, m, min(day, DaysIn(y, m)))
}

// StartOfMonth returns the first day of d's month.
func (d Date) StartOfMonth() Date { return d.OnDay(1) }

// EndOfMonth returns the last day of d's month.
func (d Date) EndOfMonth() Date { return d.OnDay(31) }

// OnDay returns the given day in d's month, held to that month's last day: day 31 in April is the 30th. A day below 1
// counts as 1. It is what "payable on the 31st" means in a short month.
func (d Date) OnDay(day int) Date {
	if d.n == 0 {
		return Date{}
	}
	y, m, _ := civil(int(d.n))
	return dateOf(y, m, min(max(day, 1), DaysIn(y, m)))
}

// NextOnDay returns the first date, d itself included, that stands on the given day of a month, with short months held
// to their last day as in OnDay: from 20 April, day 15 is 15 May and day 31 is 30 April.
func (d Date) NextOnDay(day int) Date {
	if e := d.OnDay(day); !e.Before(d) {
		return e
	}
	return d.StartOfMonth().AddMonths(1).OnDay(day)
}

// DaysIn returns the number of days of a month: 28 to 31. The month must be January to December.
func DaysIn(year int, month time.Month) int {
	switch month {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	default:
		return 31
	}
}

// fromDay guards the range after arithmetic.
func fromDay(n int) Date {
	if n < minDay || n > maxDay {
		return Date{}
	}
	return Date{int32(n)}
}

// daysBefore counts the days of the year before its m-th month when the year begins in March, so that the day which
// leap years add comes last and needs no case of its own.
func daysBefore(m int) int { return (153*m + 2) / 5 }

// dateOf counts days. Year, month and day must be those of a real date.
func dateOf(year int, month time.Month, day int) Date {
	m := int(month) - 3
	if m < 0 {
		m += 12
		year--
	}
	// 306 days run from 1 March to 31 December: what the March year puts before 1 January of the year 1.
	return Date{int32(365*year + year/4 - year/100 + year/400 + daysBefore(m) + day - 306)}
}

// civil undoes dateOf.
func civil(n int) (int, time.Month, int) {
	const century4, century, leap4 = 146097, 36524, 1461
	n += 305 // days since 1 March of the year 0
	y := 400 * (n / century4)
	n %= century4
	c := min(n/century, 3) // the fourth century is a day longer
	n -= c * century
	y += 100*c + 4*(n/leap4)
	n %= leap4
	q := min(n/365, 3) // and so is the fourth year
	n -= q * 365
	y += q
	m := (5*n + 2) / 153
	day := n - daysBefore(m) + 1
	if m += 3; m > 12 {
		m -= 12
		y++
	}
	return y, time.Month(m), day
}
