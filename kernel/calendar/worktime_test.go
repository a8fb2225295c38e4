package calendar_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// atp.md, Promising: Berlin, order Friday 2026-03-27 16:30, cut-off 15:00, 1 processing day, 2 transit days.
func TestPromiseOverDaylightSaving(t *testing.T) {
	site := mustNew(t, calendar.Config{
		Name: "Berlin", Location: zone(t, "Europe/Berlin"), Cutoff: calendar.MustClock("15:00"),
		Hours: calendar.MustHours("08:00-17:00"),
	})
	ordered := time.Date(2026, 3, 27, 15, 30, 0, 0, time.UTC) // 16:30 on the wall
	starts, err := site.StartDay(ordered)
	require.NoError(t, err)
	require.Equal(t, date("2026-03-30"), starts)
	ships, err := site.AddWorkingDays(starts, 1)
	require.NoError(t, err)
	require.Equal(t, date("2026-03-31"), ships)
	cutoff, ok := site.Cutoff(ships)
	require.True(t, ok)
	require.Equal(t, "2026-03-31T13:00:00Z", cutoff.UTC().Format(time.RFC3339))
	require.Equal(t, "2026-03-31T15:00:00+02:00", cutoff.Format(time.RFC3339))
	delivered, err := site.AddWorkingDays(ships, 2)
	require.NoError(t, err)
	require.Equal(t, date("2026-04-02"), delivered)

	// Backward: wanted on Thursday 2 April.
	latest, err := site.LatestStart(delivered, 2)
	require.NoError(t, err)
	require.Equal(t, ships, latest)
	latest, err = site.LatestStart(latest, 1)
	require.NoError(t, err)
	require.Equal(t, starts, latest)
	latest, err = site.LatestStart(date("2026-04-04"), 2) // a Saturday: there by Friday, so shipped on Wednesday
	require.NoError(t, err)
	require.Equal(t, date("2026-04-01"), latest)
}

// atp.md, Decisions: a time exactly at the cut-off is late.
func TestExactlyAtTheCutoffIsLate(t *testing.T) {
	c := mustNew(t, calendar.Config{
		Location: zone(t, "Europe/Berlin"), Cutoff: calendar.MustClock("15:00"),
		Weekdays: map[time.Weekday]calendar.Day{time.Friday: {Cutoff: calendar.MustClock("12:00")}},
	})
	at := time.Date(2026, 3, 26, 14, 0, 0, 0, time.UTC) // Thursday 15:00
	require.True(t, c.AfterCutoff(at))
	require.False(t, c.AfterCutoff(at.Add(-1)))
	for moment, want := range map[time.Time]string{
		at.Add(-1):                 "2026-03-26",
		at:                         "2026-03-27",
		at.Add(21*time.Hour - 1):   "2026-03-27", // Friday, before its own cut-off at noon
		at.Add(21 * time.Hour):     "2026-03-30",
		at.Add(2 * 24 * time.Hour): "2026-03-30", // Saturday
	} {
		d, err := c.StartDay(moment)
		require.NoError(t, err)
		require.Equal(t, want, d.String(), "from %v", moment)
	}
	never := mustNew(t, calendar.Config{Location: time.UTC})
	require.False(t, never.AfterCutoff(at))
}

func TestCutoffThatDaylightSavingSkipsOrRepeats(t *testing.T) {
	for name, tc := range map[string]struct{ zone, day, cutoff, want string }{
		"skipped: the jump":          {"Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00:00Z"},
		"repeated: the first":        {"Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00Z"},
		"end of a 25-hour day":       {"Europe/Berlin", "2026-10-25", "24:00", "2026-10-25T23:00:00Z"},
		"New York, skipped":          {"America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00:00Z"},
		"New York, repeated":         {"America/New_York", "2026-11-01", "01:59:59", "2026-11-01T05:59:59Z"},
		"Lord Howe, half an hour":    {"Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z"},
		"Lord Howe, repeated":        {"Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"},
		"São Paulo, skipped":         {"America/Sao_Paulo", "2018-11-04", "00:30", "2018-11-04T03:00:00Z"},
		"São Paulo, repeated":        {"America/Sao_Paulo", "2018-02-17", "23:30", "2018-02-18T01:30:00Z"},
		"São Paulo, no longer saved": {"America/Sao_Paulo", "2026-11-01", "00:30", "2026-11-01T03:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			c := mustNew(t, calendar.Config{
				Location: zone(t, tc.zone), Week: calendar.EveryDay(), Cutoff: calendar.MustClock(tc.cutoff),
			})
			got, ok := c.Cutoff(date(tc.day))
			require.True(t, ok)
			require.Equal(t, tc.want, got.UTC().Format(time.RFC3339))
		})
	}
}

func TestAddWorkingTime(t *testing.T) {
	office := calendar.Config{Hours: calendar.MustHours("08:00-12:00", "13:00-17:00")}
	night := calendar.Config{Hours: calendar.MustHours("00:00-06:00", "22:00-24:00"), Week: calendar.EveryDay()}
	always := calendar.Config{Week: calendar.EveryDay()}
	for name, tc := range map[string]struct {
		cfg              calendar.Config
		zone, from, want string
		d                time.Duration
	}{
		"to the close, not the next opening": {office, "Europe/Berlin", "2026-03-27T16:00", "2026-03-27T17:00", time.Hour},
		"over lunch":                         {office, "Europe/Berlin", "2026-03-27T11:30", "2026-03-27T13:30", time.Hour},
		"over the weekend":                   {office, "Europe/Berlin", "2026-03-27T16:30", "2026-03-30T08:30", time.Hour},
		"from the night":                     {office, "Europe/Berlin", "2026-03-29T03:10", "2026-03-30T09:00", time.Hour},
		"nothing":                            {office, "Europe/Berlin", "2026-03-29T03:10", "2026-03-29T03:10", 0},
		"a nanosecond more than a day":       {office, "Europe/Berlin", "2026-03-27T08:00", "2026-03-30T08:00", 8*time.Hour + 1},
		"night, clocks go forward":           {night, "Europe/Berlin", "2026-03-28T22:00", "2026-03-29T06:00", 7 * time.Hour},
		"night, clocks go back":              {night, "Europe/Berlin", "2026-10-24T22:00", "2026-10-25T06:00", 9 * time.Hour},
		"Lord Howe forward":                  {always, "Australia/Lord_Howe", "2026-10-04T00:00", "2026-10-05T00:00", 23*time.Hour + 30*time.Minute},
		"Lord Howe back":                     {always, "Australia/Lord_Howe", "2026-04-05T00:00", "2026-04-06T00:00", 24*time.Hour + 30*time.Minute},
		"São Paulo, forward at midnight":     {always, "America/Sao_Paulo", "2018-11-03T12:00", "2018-11-04T12:00", 23 * time.Hour},
		"São Paulo, today":                   {always, "America/Sao_Paulo", "2026-11-03T12:00", "2026-11-04T12:00", 24 * time.Hour},
		"New York back":                      {always, "America/New_York", "2026-10-31T12:00", "2026-11-01T12:00", 25 * time.Hour},
		"Apia skips a date":                  {always, "Pacific/Apia", "2011-12-29T12:00", "2011-12-31T12:00", 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			tc.cfg.Location = zone(t, tc.zone)
			c := mustNew(t, tc.cfg)
			from, err := time.ParseInLocation("2006-01-02T15:04", tc.from, tc.cfg.Location)
			require.NoError(t, err)
			got, err := c.AddWorkingTime(from.UTC(), tc.d)
			require.NoError(t, err)
			require.Equal(t, tc.want, got.Format("2006-01-02T15:04"))
			require.Equal(t, tc.cfg.Location, got.Location())
			d, err := c.WorkingTime(from, got)
			require.NoError(t, err)
			require.Equal(t, tc.d, d)
		})
	}
}

// changes gives the instants between 1990 and 2030 at which a zone's clocks change.
func changes(loc *time.Location) []time.Time {
	var all []time.Time
	at := time.Date(1990, 1, 1, 0, 0, 0, 0, loc)
	for {
		_, at = at.ZoneBounds()
		if at.IsZero() || at.Year() >= 2030 {
			return all
		}
		all = append(all, at)
	}
}

// minutes is the oracle: the working minutes around a moment, found by walking through real time a minute at a time
// with an eye on the wall clock. What the clock has read already it does not reach again: work goes on until the reading
// passes the close for the first time.
func minutes(cfg calendar.Config, from, to time.Time) []time.Time {
	reading := func(t time.Time) string { return t.Format("2006-01-02T15:04") }
	var all []time.Time
	reached := ""
	for t := from.Add(-48 * time.Hour); t.Before(to); t = t.Add(time.Minute) {
		reached = max(reached, reading(t.In(cfg.Location)))
		day, clock := calendar.MustDate(reached[:10]), calendar.MustClock(reached[11:])
		if t.Before(from) || !worked(cfg, day) {
			continue
		}
		for _, h := range cfg.Hours {
			if !clock.Before(h.Open) && clock.Before(h.Close) {
				all = append(all, t)
			}
		}
	}
	return all
}

func TestWorkingTimeByStepping(t *testing.T) {
	names := append(zones(), "America/St_Johns") // which fell back over midnight until 2011
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(names).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		around := time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC)
		if all := changes(loc); len(all) > 0 {
			around = rapid.SampledFrom(all).Draw(t, "change")
		}
		from := around.Add(time.Duration(rapid.IntRange(-3000, 1500).Draw(t, "start")) * time.Minute).Truncate(time.Minute)
		to := from.Add(96 * time.Hour)

		cfg := calendar.Config{Location: loc, From: date("1980-01-01"), To: date("2040-12-31")}
		cfg.Week = rapid.SliceOfN(rapid.SampledFrom(calendar.EveryDay()), 3, 9).Draw(t, "week")
		if rapid.Bool().Draw(t, "has a holiday") {
			cfg.Holidays = []calendar.Date{calendar.DateOf(from).AddDays(1)}
		}
		bounds := rapid.SliceOfNDistinct(rapid.IntRange(0, 48), 2, 6, rapid.ID[int]).Draw(t, "half hours")
		slices.Sort(bounds)
		for i := 0; i+1 < len(bounds); i += 2 {
			text := fmt.Sprintf("%02d:%02d-%02d:%02d", bounds[i]/2, bounds[i]%2*30, bounds[i+1]/2, bounds[i+1]%2*30)
			cfg.Hours = append(cfg.Hours, calendar.MustHours(text)...)
		}
		c, err := calendar.New(cfg)
		if err != nil {
			t.Fatal(err)
		}

		all := minutes(cfg, from, to)
		if got, err := c.WorkingTime(from, to); err != nil || got != time.Duration(len(all))*time.Minute {
			t.Fatalf("WorkingTime(%v, %v) = %v, %v; want %d minutes", from, to, got, err, len(all))
		}
		if got, err := c.WorkingTime(to, from); err != nil || got != -time.Duration(len(all))*time.Minute {
			t.Fatalf("WorkingTime(%v, %v) = %v, %v; want -%d minutes", to, from, got, err, len(all))
		}
		if open := len(all) > 0 && all[0].Equal(from); open != c.IsWorkingTime(from) {
			t.Fatalf("IsWorkingTime(%v) = %v", from, !open)
		}
		if len(all) == 0 {
			return
		}
		if next, err := c.NextWorkingTime(from); err != nil || !next.Equal(all[0]) {
			t.Fatalf("NextWorkingTime(%v) = %v, %v; want %v", from, next, err, all[0])
		}
		n := rapid.IntRange(1, len(all)).Draw(t, "minutes")
		want := all[n-1].Add(time.Minute)
		if got, err := c.AddWorkingTime(from, time.Duration(n)*time.Minute); err != nil || !got.Equal(want) {
			t.Fatalf("AddWorkingTime(%v, %d minutes) = %v, %v; want %v", from, n, got, err, want)
		}
		want = all[len(all)-n]
		if got, err := c.SubWorkingTime(to, time.Duration(n)*time.Minute); err != nil || !got.Equal(want) {
			t.Fatalf("SubWorkingTime(%v, %d minutes) = %v, %v; want %v", to, n, got, err, want)
		}
		if got, err := c.AddWorkingTime(to, -time.Duration(n)*time.Minute); err != nil || !got.Equal(want) {
			t.Fatalf("AddWorkingTime(%v, -%d minutes) = %v, %v; want %v", to, n, got, err, want)
		}
	})
}

func TestClockText(t *testing.T) {
	for _, text := range []string{"00:00", "15:00", "15:00:30", "24:00", "23:59:59"} {
		c, err := calendar.ParseClock(text)
		require.NoError(t, err)
		require.Equal(t, text, c.String())
		require.False(t, c.IsZero())
	}
	for _, text := range []string{"", "15", "1500", "24:01", "25:00", "12:60", "12:00:60", "12:00-30", "-1:00", "24:00:01", "12:3x"} {
		_, err := calendar.ParseClock(text)
		var fault *calendar.ClockError
		require.True(t, errors.As(err, &fault), text)
		require.Equal(t, text, fault.Text)
	}
	for _, text := range []string{"", "08:00", "12:00-08:00", "08:00-08:00", "8:00-12:00", "08:00-25:00"} {
		_, err := calendar.ParseInterval(text)
		require.Error(t, err, text)
		require.Panics(t, func() { calendar.MustHours(text) })
	}
	var c calendar.Clock
	require.NoError(t, c.UnmarshalText([]byte("15:00")))
	require.Equal(t, calendar.MustClock("15:00"), c)
	require.NoError(t, c.UnmarshalText(nil))
	require.True(t, c.IsZero())
	require.Equal(t, "", c.String())
	require.True(t, c.On(date("2026-01-01"), time.UTC).IsZero(), "no time is not midnight")
	require.Error(t, c.UnmarshalText([]byte("noon")))
	require.Panics(t, func() { calendar.MustClock("noon") })
	var i calendar.Interval
	require.NoError(t, i.UnmarshalText([]byte("08:00-12:00")))
	text, err := i.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "08:00-12:00", string(text))
	require.Error(t, i.UnmarshalText([]byte("always")))
}

func BenchmarkAddWorkingTime(b *testing.B) {
	c := mustNew(b, calendar.Config{Location: zone(b, "Europe/Berlin"), Hours: calendar.MustHours("08:00-12:00", "13:00-17:00")})
	at := time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC)
	for _, d := range []time.Duration{time.Hour, 40 * time.Hour} {
		b.Run(d.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.AddWorkingTime(at, d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkStartDay(b *testing.B) {
	c := mustNew(b, calendar.Config{Location: zone(b, "Europe/Berlin"), Cutoff: calendar.MustClock("15:00")})
	at := time.Date(2026, 3, 27, 9, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.StartDay(at); err != nil {
			b.Fatal(err)
		}
	}
}

// On 7 November 2010 clocks in St John's went from 00:01 back to 23:01 on the 6th: the wall shows the old date while time
// of the new one passes.
func TestClocksFallBackToTheDayBefore(t *testing.T) {
	c := mustNew(t, calendar.Config{Location: zone(t, "America/St_Johns"), Week: calendar.EveryDay()})
	at := time.Date(2010, 11, 7, 3, 0, 0, 0, time.UTC)
	require.Equal(t, "2010-11-06T23:30", at.In(c.Location()).Format("2006-01-02T15:04"))
	require.True(t, c.IsWorkingTime(at))
	d, err := c.WorkingTime(at.Add(-time.Hour), at)
	require.NoError(t, err)
	require.Equal(t, time.Hour, d)
	back, err := c.SubWorkingTime(at, time.Hour)
	require.NoError(t, err)
	require.Equal(t, at.Add(-time.Hour), back.UTC())
}
