package message

import (
	"fmt"
	"strings"
	"time"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// period is the days that a DTM speaks of, both included; a single one is its own
// last. The zero period is none.
type period struct{ first, last calendar.Date }

// single tells whether the period is one day.
func (p period) single() bool { return p.first == p.last }

func (p period) isZero() bool { return p.first.IsZero() }

// String writes the day or the days.
func (p period) String() string {
	if p.single() {
		return p.first.String()
	}
	return p.first.String() + " to " + p.last.String()
}

// layout is how a format (element 2379) is written: y a year of four digits, Y of two,
// M month, D day, W week, d day of the week, N day of the year, Q quarter, H half of
// the year, h hour, m minute, s second, z anything; - stands between the beginning and the end of
// a period, where a hyphen may be. Empty: it is no day.
func layout(format string) string {
	switch format {
	case "2":
		return "DMY"
	case "3":
		return "MDY"
	case "4":
		return "DMy"
	case "5":
		return "DMyhm"
	case "101":
		return "YMD"
	case "102":
		return "yMD"
	case "103":
		return "YWd"
	case "105":
		return "YN"
	case "201":
		return "YMDhm"
	case "202":
		return "YMDhms"
	case "203":
		return "yMDhm"
	case "204":
		return "yMDhms"
	case "205":
		return "yMDhmz"
	case "301":
		return "YMDhmz"
	case "302":
		return "YMDhmsz"
	case "303":
		return "yMDhmz"
	case "304":
		return "yMDhmsz"
	case "602":
		return "y"
	case "603":
		return "Y"
	case "604":
		return "yH"
	case "608":
		return "yQ"
	case "609":
		return "YM"
	case "610":
		return "yM"
	case "615":
		return "YW"
	case "616":
		return "yW"
	case "701", "715":
		return "YW-YW"
	case "702", "716":
		return "yW-yW"
	case "708":
		return "yM-yM"
	case "709":
		return "YM-YM"
	case "710":
		return "yM-yM"
	case "711", "718":
		return "yMD-yMD"
	case "713":
		return "YMDhm-YMDhm"
	case "717":
		return "YMD-YMD"
	case "719":
		return "yMDhm-yMDhm"
	}
	return ""
}

// parsePeriod reads a value by its format. Two digits of a year lie in the hundred
// years from firstYear. Without a format the number of digits tells it, if it can.
func parsePeriod(value, format string, firstYear int) (period, error) {
	if format == "" {
		switch len(value) {
		case 6:
			format = "101"
		case 8:
			format = "102"
		case 12:
			format = "203"
		}
	}
	as := layout(format)
	if as == "" {
		return period{}, fmt.Errorf("format %.10q tells no day", format)
	}
	begin, end, both := strings.Cut(as, "-")
	p, rest, ok := readPeriod(value, begin, firstYear)
	if both && ok {
		var q period
		q, rest, ok = readPeriod(strings.TrimPrefix(rest, "-"), end, firstYear)
		p.last = q.last
	}
	if !ok || rest != "" {
		return period{}, fmt.Errorf("%.40q is no date of format %s", value, format)
	}
	if p.last.Before(p.first) {
		return period{}, fmt.Errorf("%.40q ends before it begins", value)
	}
	return p, nil
}

// readPeriod reads one end of a period, and gives what is left of the value.
func readPeriod(value, layout string, firstYear int) (p period, rest string, ok bool) {
	n := make(map[rune]int, len(layout))
	for _, field := range layout {
		size := 2
		switch field {
		case 'y':
			size = 4
		case 'N':
			size = 3
		case 'd', 'Q', 'H':
			size = 1
		case 'z':
			return daysOf(n, firstYear), "", !daysOf(n, firstYear).isZero()
		}
		if len(value) < size || strings.Trim(value[:size], "0123456789") != "" {
			return period{}, value, false
		}
		for _, digit := range value[:size] {
			n[field] = 10*n[field] + int(digit-'0')
		}
		value = value[size:]
	}
	if n['h'] > 24 || n['m'] > 59 || n['s'] > 59 {
		return period{}, value, false
	}
	p = daysOf(n, firstYear)
	return p, value, !p.isZero()
}

// daysOf are the days that the fields of a layout name; the zero period where there
// are no such days.
func daysOf(n map[rune]int, firstYear int) period {
	year := n['y']
	if short, ok := n['Y']; ok {
		year = firstYear + (short-firstYear%100+100)%100
	}
	months := func(from, count int) period {
		first, err := calendar.NewDate(year, time.Month(from), 1)
		if err != nil {
			return period{}
		}
		return period{first, first.AddMonths(count).AddDays(-1)}
	}
	var one calendar.Date
	var err error
	switch {
	case has(n, 'W'):
		return week(year, n['W'], n['d'], has(n, 'd'))
	case has(n, 'N'):
		if one, err = calendar.NewDate(year, time.January, 1); err == nil {
			one = one.AddDays(n['N'] - 1)
			if one.Year() != year {
				return period{}
			}
		}
	case has(n, 'Q'):
		return months(3*n['Q']-2, 3)
	case has(n, 'H'):
		return months(6*n['H']-5, 6)
	case has(n, 'D'):
		one, err = calendar.NewDate(year, time.Month(n['M']), n['D'])
	case has(n, 'M'):
		return months(n['M'], 1)
	default:
		return months(1, 12)
	}
	if err != nil {
		return period{}
	}
	return period{one, one}
}

func has(n map[rune]int, field rune) bool { _, ok := n[field]; return ok }

// week is a week of a year, from Monday to Sunday (ISO 8601), or a day of it.
func week(year, number, day int, one bool) period {
	january4, err := calendar.NewDate(year, time.January, 4) // is always in the first week
	if err != nil {
		return period{}
	}
	monday := january4.AddDays(-(int(january4.Weekday())+6)%7 + 7*(number-1))
	if y, w := monday.ISOWeek(); y != year || w != number || one && (day < 1 || day > 7) {
		return period{}
	}
	if one {
		return period{monday.AddDays(day - 1), monday.AddDays(day - 1)}
	}
	return period{monday, monday.AddDays(6)}
}

// period reads DTM; the zero period where it is none, which is a warning unless it is
// empty.
func (r *reader) period(s edifact.Segment) period {
	value, format := text(s, 1, 2), text(s, 1, 3)
	if value == "" {
		r.info("date-empty", s, spot{1, 2}, fmt.Sprintf("date %s has no value", s.Component(1, 1)))
		return period{}
	}
	first := r.agreed.FirstYear
	if first == 0 {
		first = 1970
	}
	p, err := parsePeriod(value, format, first)
	if err != nil {
		r.warn("date", s, spot{1, 2}, err.Error(), "ask the partner for the date")
	}
	return p
}

// day reads a DTM that names one day; of several the first.
func (r *reader) day(s edifact.Segment) calendar.Date { return r.period(s).first }

// date writes a DTM in format 102, unless there is no date.
func (c *composer) date(qualifier string, d calendar.Date) {
	if !d.IsZero() {
		c.add("DTM", of(qualifier, d.Format("20060102"), "102"))
	}
}
