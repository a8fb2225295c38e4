package x12

import (
	"fmt"
	"strings"
	"time"
)

// ValueError says that the text of an element does not have the form of its type.
type ValueError struct {
	// Type is the element's type or format: DT, TM, N2, R, D8.
	Type string
	// Value is the text.
	Value string
	// Index is the first byte at which it fails.
	Index int
	// Standard is the code that an acknowledgement gives: AK403 4 too short, 5
	// too long, 6 invalid character, 8 invalid date, 9 invalid time.
	Standard Note
	// Reason says why, for a person.
	Reason string
}

// Error names the value, its type and the reason.
func (e *ValueError) Error() string {
	return fmt.Sprintf("x12: %q is no %s at character %d: %s", e.Value, e.Type, e.Index+1, e.Reason)
}

func valueError(kind, value string, index int, code, reason string) *ValueError {
	return &ValueError{Type: kind, Value: value, Index: index, Standard: standard("AK403", code), Reason: reason}
}

// ParseDate reads a date of type DT: CCYYMMDD, or YYMMDD as it was before
// 004010 and is in the ISA. Six digits fall into the hundred years that begin
// with firstYear. The result is midnight in UTC.
func ParseDate(value string, firstYear int) (time.Time, error) {
	if i := firstNot(value, isDigit); i < len(value) {
		return time.Time{}, valueError("DT", value, i, "8", "a date has digits only")
	}
	var year int
	switch len(value) {
	case 8:
		year = number(value[:4])
	case 6:
		year = firstYear - firstYear%100 + number(value[:2])
		if year < firstYear {
			year += 100
		}
	default:
		return time.Time{}, valueError("DT", value, len(value), "8", "a date has six or eight digits")
	}
	monthAt := len(value) - 4
	month, day := number(value[monthAt:monthAt+2]), number(value[monthAt+2:])
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if month < 1 || month > 12 {
		return time.Time{}, valueError("DT", value, monthAt, "8", "there is no such month")
	}
	if date.Day() != day || date.Month() != time.Month(month) {
		return time.Time{}, valueError("DT", value, monthAt+2, "8", "the month has no such day")
	}
	return date, nil
}

// ParseTime reads a time of type TM, HHMM, HHMMSS, HHMMSSD or HHMMSSDD (tenths
// or hundredths of a second), as the time since midnight.
func ParseTime(value string) (time.Duration, error) {
	if i := firstNot(value, isDigit); i < len(value) {
		return 0, valueError("TM", value, i, "9", "a time has digits only")
	}
	switch len(value) {
	case 4, 6, 7, 8:
	default:
		return 0, valueError("TM", value, len(value), "9", "a time has four, six, seven or eight digits")
	}
	padded := value + "0000"[:8-len(value)]
	hour, minute, second := number(padded[:2]), number(padded[2:4]), number(padded[4:6])
	switch {
	case hour > 23:
		return 0, valueError("TM", value, 0, "9", "a day has hours 00 to 23")
	case minute > 59:
		return 0, valueError("TM", value, 2, "9", "an hour has minutes 00 to 59")
	case second > 59:
		return 0, valueError("TM", value, 4, "9", "a minute has seconds 00 to 59")
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second +
		time.Duration(number(padded[6:]))*10*time.Millisecond, nil
}

// ParsePeriod reads a date or period by its format qualifier (element 1250):
// D8 and DB (CCYYMMDD, MMDDCCYY), D6 (YYMMDD), CM (CCYYMM), CY (CCYY), DT
// (CCYYMMDDHHMM), TM (HHMM, on the zero date), RD8 (CCYYMMDD-CCYYMMDD) and RD6.
// It returns the first moment and the end, which is not part of it any more.
func ParsePeriod(format, value string, firstYear int) (from, to time.Time, err error) {
	fail := func(index int, reason string) (time.Time, time.Time, error) {
		return time.Time{}, time.Time{}, valueError(format, value, index, "8", reason)
	}
	day := func(text string) (time.Time, time.Time, error) {
		from, err := ParseDate(text, firstYear)
		if err != nil {
			return time.Time{}, time.Time{}, err
		}
		return from, from.AddDate(0, 0, 1), nil
	}
	lengths := map[string]int{"D8": 8, "DB": 8, "D6": 6, "CM": 6, "CY": 4, "DT": 12, "TM": 4, "RD8": 17, "RD6": 13}
	length, known := lengths[format]
	if !known {
		return fail(0, "the format qualifier is not known")
	}
	if len(value) != length {
		return fail(len(value), fmt.Sprintf("the format has %d characters", length))
	}
	switch format {
	case "D8", "D6":
		return day(value)
	case "DB":
		return day(value[4:] + value[:4])
	case "CM":
		if from, err = ParseDate(value+"01", firstYear); err != nil {
			return fail(4, "there is no such month")
		}
		return from, from.AddDate(0, 1, 0), nil
	case "CY":
		if from, err = ParseDate(value+"0101", firstYear); err != nil {
			return fail(0, "a year has digits only")
		}
		return from, from.AddDate(1, 0, 0), nil
	case "DT":
		if from, err = ParseDate(value[:8], firstYear); err != nil {
			return from, to, err
		}
		fallthrough
	case "TM":
		since, err := ParseTime(value[len(value)-4:])
		if err != nil {
			return time.Time{}, time.Time{}, err
		}
		from = from.Add(since)
		return from, from.Add(time.Minute), nil
	}
	first, last, _ := strings.Cut(value, "-")
	if from, err = ParseDate(first, firstYear); err != nil {
		return from, to, err
	}
	if _, to, err = day(last); err != nil {
		return time.Time{}, time.Time{}, err
	}
	if !to.After(from) {
		return fail(len(first)+1, "the period ends before it begins")
	}
	return from, to, nil
}

// firstNot returns the index of the first byte that is not of the kind.
func firstNot(value string, kind func(byte) bool) int {
	for i := range len(value) {
		if !kind(value[i]) {
			return i
		}
	}
	return len(value)
}

// number reads a few digits.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = 10*n + int(digits[i]-'0')
	}
	return n
}
