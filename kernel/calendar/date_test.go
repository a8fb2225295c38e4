package calendar_test

import (
	"encoding/json"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
)

func date(s string) calendar.Date { return calendar.MustDate(s) }

// Every day of the range against package time, which counts days in its own way.
func TestDateAgreesWithTimeOnEveryDay(t *testing.T) {
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	d, days := date("0001-01-01"), 0
	for ; at.Year() <= 9999; at, d = at.AddDate(0, 0, 1), d.AddDays(1) {
		days++
		y, m, day := d.Civil()
		ty, tm, tday := at.Date()
		if y != ty || m != tm || day != tday || d.Weekday() != at.Weekday() {
			t.Fatalf("day %d: %v %v, time says %v %v", days, d, d.Weekday(), at.Format(time.DateOnly), at.Weekday())
		}
		if e, err := calendar.NewDate(y, m, day); err != nil || e != d {
			t.Fatalf("NewDate(%d, %d, %d) = %v, %v; want %v", y, m, day, e, err, d)
		}
	}
	require.Equal(t, 3652059, days)
	require.True(t, d.IsZero(), "the day after 9999-12-31 is no date")
}

func TestDateTakesFourBytes(t *testing.T) {
	require.EqualValues(t, 4, unsafe.Sizeof(calendar.Date{}))
}

func anyDate() *rapid.Generator[calendar.Date] {
	return rapid.Custom(func(t *rapid.T) calendar.Date {
		return date("0001-01-01").AddDays(rapid.IntRange(0, 3652058).Draw(t, "day"))
	})
}

func TestDateTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate().Draw(t, "date")
		text := d.String()
		if want := d.UTC().Format(time.DateOnly); text != want {
			t.Fatalf("String %q, package time writes %q", text, want)
		}
		back, err := calendar.ParseDate(text)
		if err != nil || back != d {
			t.Fatalf("%q read back as %v, %v", text, back, err)
		}
		var scanned calendar.Date
		value, err := d.Value()
		if err != nil || scanned.Scan(value) != nil || scanned != d {
			t.Fatalf("%v through database/sql is %v", d, scanned)
		}
	})
}

func TestDateArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate().Draw(t, "date")
		n := rapid.IntRange(-4000000, 4000000).Draw(t, "n")
		want := d.UTC().AddDate(0, 0, n)
		got := d.AddDays(n)
		if want.Year() < 1 || want.Year() > 9999 {
			if !got.IsZero() {
				t.Fatalf("%v + %d days = %v, want no date", d, n, got)
			}
			return
		}
		if got.String() != want.Format(time.DateOnly) {
			t.Fatalf("%v + %d days = %v, want %v", d, n, got, want)
		}
		if got.Sub(d) != n || got.Compare(d) != got.UTC().Compare(d.UTC()) {
			t.Fatalf("%v - %v = %d, want %d", got, d, got.Sub(d), n)
		}
	})
}

// The oracle steps a day at a time from the first of the month.
func TestAddMonthsClamps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate().Draw(t, "date")
		n := rapid.IntRange(-1300, 1300).Draw(t, "months")
		first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		got := d.AddMonths(n)
		if first.Year() < 1 || first.Year() > 9999 {
			if !got.IsZero() {
				t.Fatalf("%v + %d months = %v, want no date", d, n, got)
			}
			return
		}
		want := first
		for want.Day() < d.Day() && want.AddDate(0, 0, 1).Month() == first.Month() {
			want = want.AddDate(0, 0, 1)
		}
		if got.String() != want.Format(time.DateOnly) {
			t.Fatalf("%v + %d months = %v, want %v", d, n, got, want)
		}
	})
}

func TestMonthHelpers(t *testing.T) {
	for name, tc := range map[string]struct{ got, want calendar.Date }{
		"month end, leap year":             {date("2028-02-10").EndOfMonth(), date("2028-02-29")},
		"month end, century":               {date("2100-02-10").EndOfMonth(), date("2100-02-28")},
		"month end, December":              {date("2026-12-31").EndOfMonth(), date("2026-12-31")},
		"month start":                      {date("2026-12-31").StartOfMonth(), date("2026-12-01")},
		"end of January and a month":       {date("2026-01-31").AddMonths(1), date("2026-02-28")},
		"a month back over the year":       {date("2026-01-31").AddMonths(-2), date("2025-11-30")},
		"no months":                        {date("2026-01-31").AddMonths(0), date("2026-01-31")},
		"fixed day in a short month":       {date("2026-04-02").OnDay(31), date("2026-04-30")},
		"fixed day below one":              {date("2026-04-02").OnDay(0), date("2026-04-01")},
		"next fixed day, this month":       {date("2026-04-02").NextOnDay(15), date("2026-04-15")},
		"next fixed day, today":            {date("2026-04-15").NextOnDay(15), date("2026-04-15")},
		"next fixed day, next month":       {date("2026-04-20").NextOnDay(15), date("2026-05-15")},
		"next fixed day, from 31 January":  {date("2026-01-31").NextOnDay(30), date("2026-02-28")},
		"next fixed day, after the year":   {date("2026-12-20").NextOnDay(15), date("2027-01-15")},
		"no date and a day":                {calendar.Date{}.AddDays(1), calendar.Date{}},
		"no date and a month":              {calendar.Date{}.AddMonths(1), calendar.Date{}},
		"end of no month":                  {calendar.Date{}.EndOfMonth(), calendar.Date{}},
		"next fixed day of no date":        {calendar.Date{}.NextOnDay(3), calendar.Date{}},
		"beyond the last year":             {date("9999-12-20").NextOnDay(3), calendar.Date{}},
		"before the first year, by months": {date("0001-01-31").AddMonths(-1), calendar.Date{}},
		"absurd number of days":            {date("2026-01-31").AddDays(1 << 40), calendar.Date{}},
		"absurd number of months":          {date("2026-01-31").AddMonths(-1 << 40), calendar.Date{}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, tc.got, "got %v, want %v", tc.got, tc.want) })
	}
}

func TestISOWeek(t *testing.T) {
	y, w := date("2027-01-01").ISOWeek()
	require.Equal(t, [2]int{2026, 53}, [2]int{y, w})
	y, w = calendar.Date{}.ISOWeek()
	require.Equal(t, [2]int{0, 0}, [2]int{y, w})
}

func TestParseDateRejects(t *testing.T) {
	for _, text := range []string{
		"", "2026-3-27", "20260327", "27.03.2026", "2026-13-01", "2026-00-10", "2026-02-29", "2026-04-31", "2026-04-00",
		"+026-04-01", "2026-04-1 ", "2026-04-01T00:00:00Z", "２026-04-01",
	} {
		d, err := calendar.ParseDate(text)
		var fault *calendar.DateError
		require.ErrorAs(t, err, &fault, "%q was read as %v", text, d)
		require.Equal(t, text, fault.Text)
		require.True(t, d.IsZero())
	}
	_, err := calendar.ParseDate("0000-01-01")
	require.ErrorIs(t, err, calendar.ErrRange)
}

func TestNewDateRejects(t *testing.T) {
	for _, y := range []int{-1, 0, 10000} {
		_, err := calendar.NewDate(y, time.January, 1)
		require.ErrorIs(t, err, calendar.ErrRange)
	}
	var fault *calendar.DateError
	_, err := calendar.NewDate(2026, 13, 1)
	require.ErrorAs(t, err, &fault)
	_, err = calendar.NewDate(2026, time.February, 30)
	require.ErrorAs(t, err, &fault)
	require.Panics(t, func() { calendar.MustDate("tomorrow") })
}

func TestDateJSON(t *testing.T) {
	type order struct {
		Requested calendar.Date              `json:"requested"`
		Cancel    calendar.Date              `json:"cancel,omitzero"`
		ByDay     map[calendar.Date]int      `json:"byDay,omitempty"`
		Pointer   *calendar.Date             `json:"pointer"`
		Lists     map[string][]calendar.Date `json:"lists,omitempty"`
	}
	data, err := json.Marshal(order{Requested: date("2026-03-27"), ByDay: map[calendar.Date]int{date("0987-01-02"): 1}})
	require.NoError(t, err)
	require.JSONEq(t, `{"requested":"2026-03-27","byDay":{"0987-01-02":1},"pointer":null}`, string(data))
	var back order
	require.NoError(t, json.Unmarshal([]byte(`{"requested":"2026-03-27","cancel":"","lists":{"a":["2026-01-01"]}}`), &back))
	require.Equal(t, order{Requested: date("2026-03-27"), Lists: map[string][]calendar.Date{"a": {date("2026-01-01")}}}, back)
	require.Error(t, json.Unmarshal([]byte(`{"requested":"soon"}`), &back))
	require.Error(t, json.Unmarshal([]byte(`{"requested":20260327}`), &back))
}

func TestDateScan(t *testing.T) {
	var d calendar.Date
	require.NoError(t, d.Scan([]byte("2026-03-27")))
	require.Equal(t, date("2026-03-27"), d)
	require.NoError(t, d.Scan(time.Date(2026, 3, 28, 0, 0, 0, 0, time.FixedZone("", 3600))))
	require.Equal(t, date("2026-03-28"), d)
	require.NoError(t, d.Scan(nil))
	require.True(t, d.IsZero())
	require.Error(t, d.Scan(time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC)), "which date an instant is depends on a zone")
	require.Error(t, d.Scan(int64(3)))
	v, err := calendar.Date{}.Value()
	require.NoError(t, err)
	require.Nil(t, v)
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-03-27", "0001-01-01", "9999-12-31", "2026-02-29", "", "2026-3-27", "-001-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := calendar.ParseDate(text)
		want, oracle := time.Parse(time.DateOnly, text)
		if ok := oracle == nil && want.Year() > 0; ok != (err == nil) {
			t.Fatalf("%q: %v, package time: %v", text, err, oracle)
		}
		if err == nil && d.String() != text {
			t.Fatalf("%q prints as %q", text, d)
		}
	})
}
