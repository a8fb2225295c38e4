package calendar

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"time"
)

// ParseDate reads a date as ISO 8601 writes it, year-month-day: "2026-03-27". Nothing else is a date here: forms that
// need to be told apart (two-digit years, day before month) belong to whoever knows the sender. What does not parse is
// a *DateError; the year 0 is ErrRange.
func ParseDate(text string) (Date, error) {
	if len(text) != len("2006-01-02") || text[4] != '-' || text[7] != '-' {
		return Date{}, &DateError{Text: text, Reason: "want year-month-day such as 2026-03-27"}
	}
	y, ok1 := digits(text[:4])
	m, ok2 := digits(text[5:7])
	day, ok3 := digits(text[8:])
	switch {
	case !ok1 || !ok2 || !ok3:
		return Date{}, &DateError{Text: text, Reason: "want year-month-day such as 2026-03-27"}
	case y == 0:
		return Date{}, ErrRange
	case m < 1 || m > 12:
		return Date{}, &DateError{Text: text, Reason: "month is not 01 to 12"}
	case day < 1 || day > DaysIn(y, time.Month(m)):
		return Date{}, &DateError{Text: text, Reason: "the month has no such day"}
	}
	return dateOf(y, time.Month(m), day), nil
}

// String returns the date as ISO 8601 writes it, "2026-03-27"; "" for no date.
func (d Date) String() string {
	var buf [len("2006-01-02")]byte
	return string(d.append(buf[:0]))
}

// UTC returns the instant at which the date begins in Coordinated Universal Time: for formatting, and for interfaces
// that carry a date as a time. No date gives the zero time.
func (d Date) UTC() time.Time {
	if d.n == 0 {
		return time.Time{}
	}
	y, m, day := civil(int(d.n))
	return time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
}

// Format writes the date by a layout of package time, such as "20060102" for EDI; "" for no date.
func (d Date) Format(layout string) string {
	if d.n == 0 {
		return ""
	}
	return d.UTC().Format(layout)
}

// AppendText implements encoding.TextAppender with the form of String.
func (d Date) AppendText(dst []byte) ([]byte, error) { return d.append(dst), nil }

// MarshalText implements encoding.TextMarshaler, and so JSON and YAML too, with the form of String. No date is the
// empty text; the json option omitzero leaves it out.
func (d Date) MarshalText() ([]byte, error) { return d.append(nil), nil }

// UnmarshalText implements encoding.TextUnmarshaler with the form of ParseDate; the empty text is no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	e, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = e
	return nil
}

// Value implements driver.Valuer: the text of String, which both DATE and TEXT columns take; NULL for no date.
func (d Date) Value() (driver.Value, error) {
	if d.n == 0 {
		return nil, nil
	}
	return d.String(), nil
}

// Scan implements sql.Scanner. It takes text as ParseDate does, a time of day zero (what drivers give for a DATE
// column) and NULL, which is no date. A time with hours in it is a *DateError: whoever has one must say in which zone
// its date is meant, with DateOf.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		h, m, s := v.Clock()
		if h != 0 || m != 0 || s != 0 || v.Nanosecond() != 0 {
			return &DateError{Text: v.Format(time.RFC3339Nano), Reason: "it has a time of day"}
		}
		*d = DateOf(v)
		return nil
	}
	return &DateError{Text: fmt.Sprint(src), Reason: fmt.Sprintf("cannot scan a %T", src)}
}

func (d Date) append(dst []byte) []byte {
	if d.n == 0 {
		return dst
	}
	y, m, day := civil(int(d.n))
	for pad := 1000; pad > y; pad /= 10 {
		dst = append(dst, '0')
	}
	dst = strconv.AppendInt(dst, int64(y), 10)
	return append(dst, '-', byte('0'+int(m)/10), byte('0'+int(m)%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// digits reads unsigned decimal digits only; strconv would take signs.
func digits(s string) (int, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}
