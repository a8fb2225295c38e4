package calendar_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// butcher is the method of Butcher's Ecclesiastical Calendar (1876), which works without the tables of the epact.
func butcher(year int) (time.Month, int) {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (b - (b+8)/25 + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Month(n / 31), n%31 + 1
}

func TestEasterOfEveryYear(t *testing.T) {
	for year := 1; year <= 9999; year++ {
		m, d := butcher(year)
		want, err := calendar.NewDate(year, m, d)
		require.NoError(t, err)
		if got := calendar.Easter(year); got != want {
			t.Fatalf("Easter %d is %v, want %v", year, got, want)
		}
	}
	require.True(t, calendar.Easter(0).IsZero())
	require.True(t, calendar.Easter(10000).IsZero())
}

func TestEasterAsPublished(t *testing.T) {
	for _, day := range []string{"1818-03-22", "1943-04-25", "2000-04-23", "2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25"} {
		require.Equal(t, day, calendar.Easter(date(day).Year()).String())
	}
}

func TestRuleIn(t *testing.T) {
	for name, tc := range map[string]struct {
		rule calendar.Rule
		want string // "": none in that year
		year int
	}{
		"Christmas":               {calendar.FixedDay(time.December, 25), "2026-12-25", 2026},
		"leap day":                {calendar.FixedDay(time.February, 29), "2028-02-29", 2028},
		"leap day, common year":   {calendar.FixedDay(time.February, 29), "", 2026},
		"Thanksgiving":            {calendar.NthWeekday(4, time.Thursday, time.November), "2026-11-26", 2026},
		"Memorial Day":            {calendar.NthWeekday(-1, time.Monday, time.May), "2026-05-25", 2026},
		"second last Friday":      {calendar.NthWeekday(-2, time.Friday, time.May), "2026-05-22", 2026},
		"fifth Monday":            {calendar.NthWeekday(5, time.Monday, time.March), "2026-03-30", 2026},
		"no fifth Monday":         {calendar.NthWeekday(5, time.Monday, time.April), "", 2026},
		"no fifth Monday, back":   {calendar.NthWeekday(-5, time.Monday, time.April), "", 2026},
		"Victoria Day":            {calendar.WeekdayOnOrAfter(time.Monday, time.May, 18), "2026-05-18", 2026},
		"Victoria Day, late":      {calendar.WeekdayOnOrAfter(time.Monday, time.May, 18), "2027-05-24", 2027},
		"Good Friday":             {calendar.EasterPlus(-2), "2026-04-03", 2026},
		"Ascension":               {calendar.EasterPlus(39), "2026-05-14", 2026},
		"Juneteenth, before 2021": {calendar.FixedDay(time.June, 19).Years(2021, 0), "", 2020},
		"Juneteenth":              {calendar.FixedDay(time.June, 19).Years(2021, 0), "2021-06-19", 2021},
		"a jubilee":               {calendar.FixedDay(time.June, 3).Years(2022, 2022), "", 2023},
		"year beyond":             {calendar.FixedDay(time.June, 3), "", 10000},
		"zero rule":               {calendar.Rule{}, "", 2026},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := tc.rule.In(tc.year)
			require.Equal(t, tc.want != "", ok)
			require.Equal(t, tc.want, got.String())
		})
	}
}

// The free weekdays of years whose holidays are public knowledge.
func TestHolidaysAsKept(t *testing.T) {
	us := []calendar.Rule{
		calendar.FixedDay(time.January, 1).Observed(calendar.NearestWeekday),
		calendar.NthWeekday(3, time.Monday, time.January),
		calendar.NthWeekday(3, time.Monday, time.February),
		calendar.NthWeekday(-1, time.Monday, time.May),
		calendar.FixedDay(time.June, 19).Years(2021, 0).Observed(calendar.NearestWeekday),
		calendar.FixedDay(time.July, 4).Observed(calendar.NearestWeekday),
		calendar.NthWeekday(1, time.Monday, time.September),
		calendar.NthWeekday(2, time.Monday, time.October),
		calendar.FixedDay(time.November, 11).Observed(calendar.NearestWeekday),
		calendar.NthWeekday(4, time.Thursday, time.November),
		calendar.FixedDay(time.December, 25).Observed(calendar.NearestWeekday),
	}
	england := []calendar.Rule{
		calendar.FixedDay(time.January, 1).Observed(calendar.NextWeekday),
		calendar.EasterPlus(-2), calendar.EasterPlus(1),
		calendar.NthWeekday(1, time.Monday, time.May),
		calendar.NthWeekday(-1, time.Monday, time.May),
		calendar.NthWeekday(-1, time.Monday, time.August),
		calendar.FixedDay(time.December, 25).Observed(calendar.NextWeekday),
		calendar.FixedDay(time.December, 26).Observed(calendar.NextWeekday),
	}
	for name, tc := range map[string]struct {
		rules []calendar.Rule
		year  string
		want  []string
	}{
		"United States 2021: New Year 2022 is kept on 31 December": {us, "2021", []string{
			"2021-01-01", "2021-01-18", "2021-02-15", "2021-05-31", "2021-06-18", "2021-07-05", "2021-09-06", "2021-10-11",
			"2021-11-11", "2021-11-25", "2021-12-24", "2021-12-31",
		}},
		"United States 2026": {us, "2026", []string{
			"2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07", "2026-10-12",
			"2026-11-11", "2026-11-26", "2026-12-25",
		}},
		"England 2021: both Christmas days have substitutes": {england, "2021", []string{
			"2021-01-01", "2021-04-02", "2021-04-05", "2021-05-03", "2021-05-31", "2021-08-30", "2021-12-27", "2021-12-28",
		}},
		"England 2022: the substitute makes way for Boxing Day": {england, "2022", []string{
			"2022-01-03", "2022-04-15", "2022-04-18", "2022-05-02", "2022-05-30", "2022-08-29", "2022-12-26", "2022-12-27",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c := mustNew(t, calendar.Config{
				Location: time.UTC, Rules: tc.rules, From: date(tc.year + "-01-01"), To: date(tc.year + "-12-31"),
			})
			var got []string
			for d := c.Range().From; c.Covers(d); d = d.AddDays(1) {
				if w := d.Weekday(); w != time.Saturday && w != time.Sunday && !c.IsWorkingDay(d) {
					got = append(got, d.String())
				}
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func TestSpecialDayIsWorkedOnAHoliday(t *testing.T) {
	c := mustNew(t, calendar.Config{
		Zone: "UTC", Holidays: []calendar.Date{date("2026-12-24")}, Hours: calendar.MustHours("08:00-17:00"),
		Special: map[calendar.Date]calendar.Day{
			date("2026-12-24"): {Hours: calendar.MustHours("08:00-12:00"), Cutoff: calendar.MustClock("10:00")},
			date("2026-12-19"): {}, // a Saturday, hours as usual
		},
	})
	require.True(t, c.IsWorkingDay(date("2026-12-24")))
	require.False(t, c.IsWorkingTime(date("2026-12-24").UTC().Add(13*time.Hour)))
	cutoff, ok := c.Cutoff(date("2026-12-24"))
	require.True(t, ok)
	require.Equal(t, date("2026-12-24").UTC().Add(10*time.Hour), cutoff)
	_, ok = c.Cutoff(date("2026-12-23"))
	require.False(t, ok)
	require.True(t, c.IsWorkingTime(date("2026-12-19").UTC().Add(16*time.Hour)))
}
