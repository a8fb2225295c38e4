package calendar_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
)

func mustNew(tb testing.TB, cfg calendar.Config) *calendar.Calendar {
	tb.Helper()
	c, err := calendar.New(cfg)
	require.NoError(tb, err)
	return c
}

// anyConfig draws a calendar of two years with everything that decides whether a day is worked.
func anyConfig() *rapid.Generator[calendar.Config] {
	return rapid.Custom(func(t *rapid.T) calendar.Config {
		from := date("1999-06-01").AddDays(rapid.IntRange(0, 10000).Draw(t, "from"))
		day := func(name string) calendar.Date { return from.AddDays(rapid.IntRange(0, 730).Draw(t, name)) }
		cfg := calendar.Config{Name: "any", Location: time.UTC, From: from, To: from.AddDays(730)}
		for _, w := range calendar.EveryDay() {
			if rapid.Bool().Draw(t, w.String()) {
				cfg.Week = append(cfg.Week, w)
			}
		}
		for range rapid.IntRange(0, 30).Draw(t, "holidays") {
			cfg.Holidays = append(cfg.Holidays, day("holiday"))
		}
		for range rapid.IntRange(0, 3).Draw(t, "special days") {
			if cfg.Special == nil {
				cfg.Special = map[calendar.Date]calendar.Day{}
			}
			cfg.Special[day("special")] = calendar.Day{}
		}
		return cfg
	})
}

// worked is the definition that the calendar's counting is held against.
func worked(cfg calendar.Config, d calendar.Date) bool {
	if d.Before(cfg.From) || d.After(cfg.To) {
		return false
	}
	if _, ok := cfg.Special[d]; ok {
		return true
	}
	for _, h := range cfg.Holidays {
		if h == d {
			return false
		}
	}
	if len(cfg.Week) == 0 {
		return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	}
	for _, w := range cfg.Week {
		if w == d.Weekday() {
			return true
		}
	}
	return false
}

// step walks day by day to the n-th working day after or before d; no date when it leaves the range.
func step(cfg calendar.Config, d calendar.Date, n int) calendar.Date {
	way := 1
	if n < 0 {
		way, n = -1, -n
	}
	for ; n > 0; n-- {
		for d = d.AddDays(way); !worked(cfg, d); d = d.AddDays(way) {
			if d.Before(cfg.From) || d.After(cfg.To) {
				return calendar.Date{}
			}
		}
	}
	return d
}

func TestWorkingDaysByStepping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := anyConfig().Draw(t, "config")
		c, err := calendar.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		d := cfg.From.AddDays(rapid.IntRange(0, 730).Draw(t, "day"))
		n := rapid.IntRange(-400, 400).Draw(t, "n")
		if c.IsWorkingDay(d) != worked(cfg, d) {
			t.Fatalf("IsWorkingDay(%v) = %v", d, c.IsWorkingDay(d))
		}

		want := step(cfg, d, n)
		if n == 0 && !worked(cfg, d) {
			want = step(cfg, d, 1)
		}
		got, err := c.AddWorkingDays(d, n)
		var outside *calendar.RangeError
		if want.IsZero() != errors.As(err, &outside) || got != want {
			t.Fatalf("AddWorkingDays(%v, %d) = %v, %v; want %v", d, n, got, err, want)
		}
		if err == nil && n != 0 {
			if back, err := c.WorkingDaysBetween(d, got); err != nil || back != n {
				t.Fatalf("WorkingDaysBetween(%v, %v) = %d, %v; want %d", d, got, back, err, n)
			}
		}

		e := cfg.From.AddDays(rapid.IntRange(0, 730).Draw(t, "other day"))
		count := 0
		for x := cfg.From; !x.After(cfg.To); x = x.AddDays(1) {
			switch {
			case worked(cfg, x) && x.After(d) && !x.After(e):
				count++
			case worked(cfg, x) && x.Before(d) && !x.Before(e):
				count--
			}
		}
		if got, err := c.WorkingDaysBetween(d, e); err != nil || got != count {
			t.Fatalf("WorkingDaysBetween(%v, %v) = %d, %v; want %d", d, e, got, err, count)
		}

		n = rapid.IntRange(0, 30).Draw(t, "transit")
		var latest calendar.Date
		for x := cfg.From; !x.After(d); x = x.AddDays(1) {
			if end := step(cfg, x, n); worked(cfg, x) && !end.IsZero() && !end.After(d) {
				latest = x
			}
		}
		if got, err := c.LatestStart(d, n); latest.IsZero() != errors.As(err, &outside) || got != latest {
			t.Fatalf("LatestStart(%v, %d) = %v, %v; want %v", d, n, got, err, latest)
		}
	})
}

func TestIntersectIsWorkedByAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyConfig().Draw(t, "a"), anyConfig().Draw(t, "b")
		ca, errA := calendar.New(a)
		cb, errB := calendar.New(b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		both, err := calendar.Intersect("both", ca, cb)
		common := 0
		for d := a.From.AddDays(-2); !d.After(a.To.AddDays(2)); d = d.AddDays(1) {
			want := worked(a, d) && worked(b, d)
			if want {
				common++
			}
			if err == nil && both.IsWorkingDay(d) != want {
				t.Fatalf("%v: worked %v, want %v", d, both.IsWorkingDay(d), want)
			}
		}
		if (common == 0) != errors.Is(err, calendar.ErrNoWorkingDay) {
			t.Fatalf("%d days in common, error %v", common, err)
		}
	})
}

func TestNextAndPreviousAreNeverTheDayItself(t *testing.T) {
	c := mustNew(t, calendar.Config{Name: "office", Location: time.UTC})
	for _, tc := range []struct{ day, next, previous, onOrAfter, onOrBefore string }{
		{"2026-03-27", "2026-03-30", "2026-03-26", "2026-03-27", "2026-03-27"}, // Friday
		{"2026-03-28", "2026-03-30", "2026-03-27", "2026-03-30", "2026-03-27"}, // Saturday
		{"2026-03-30", "2026-03-31", "2026-03-27", "2026-03-30", "2026-03-30"}, // Monday
	} {
		for name, ask := range map[string]struct {
			f    func(calendar.Date) (calendar.Date, error)
			want string
		}{
			"next": {c.NextWorkingDay, tc.next}, "previous": {c.PreviousWorkingDay, tc.previous},
			"on or after": {c.OnOrAfter, tc.onOrAfter}, "on or before": {c.OnOrBefore, tc.onOrBefore},
		} {
			got, err := ask.f(date(tc.day))
			require.NoError(t, err)
			require.Equal(t, ask.want, got.String(), "%s of %s", name, tc.day)
		}
	}
}

func TestOutsideTheRange(t *testing.T) {
	c := mustNew(t, calendar.Config{
		Name: "2026", Location: time.UTC, From: date("2026-01-01"), To: date("2026-12-31"),
	})
	require.Equal(t, calendar.Period{From: date("2026-01-01"), To: date("2026-12-31")}, c.Range())
	require.False(t, c.IsWorkingDay(date("2027-01-04")))
	for name, ask := range map[string]func() error{
		"before":               func() error { _, err := c.AddWorkingDays(date("2025-12-31"), 1); return err },
		"after":                func() error { _, err := c.AddWorkingDays(date("2027-01-04"), -1); return err },
		"no date":              func() error { _, err := c.NextWorkingDay(calendar.Date{}); return err },
		"leads beyond":         func() error { _, err := c.AddWorkingDays(date("2026-12-31"), 1); return err },
		"leads before":         func() error { _, err := c.AddWorkingDays(date("2026-01-01"), -1); return err },
		"most days":            func() error { _, err := c.AddWorkingDays(date("2026-07-01"), math.MaxInt); return err },
		"fewest days":          func() error { _, err := c.AddWorkingDays(date("2026-07-01"), math.MinInt); return err },
		"latest start":         func() error { _, err := c.LatestStart(date("2026-07-01"), math.MaxInt); return err },
		"latest start, after":  func() error { _, err := c.LatestStart(date("2026-07-01"), math.MinInt); return err },
		"between, first":       func() error { _, err := c.WorkingDaysBetween(date("2025-12-31"), date("2026-07-01")); return err },
		"between, second":      func() error { _, err := c.WorkingDaysBetween(date("2026-07-01"), calendar.Date{}); return err },
		"time before":          func() error { _, err := c.AddWorkingTime(date("2025-12-31").UTC(), time.Hour); return err },
		"zero time":            func() error { _, err := c.AddWorkingTime(time.Time{}, 0); return err },
		"time leads beyond":    func() error { _, err := c.AddWorkingTime(date("2026-12-31").UTC(), 25*time.Hour); return err },
		"most time":            func() error { _, err := c.AddWorkingTime(date("2026-07-01").UTC(), math.MaxInt64); return err },
		"fewest time":          func() error { _, err := c.AddWorkingTime(date("2026-07-01").UTC(), math.MinInt64); return err },
		"time back after":      func() error { _, err := c.SubWorkingTime(date("2027-01-01").UTC(), time.Hour); return err },
		"time back before":     func() error { _, err := c.SubWorkingTime(date("2026-01-01").UTC(), time.Hour); return err },
		"working time, first":  func() error { _, err := c.WorkingTime(date("2025-07-01").UTC(), date("2026-07-01").UTC()); return err },
		"working time, second": func() error { _, err := c.WorkingTime(date("2026-07-01").UTC(), date("2027-07-01").UTC()); return err },
		"next working time":    func() error { _, err := c.NextWorkingTime(date("2027-07-01").UTC()); return err },
		"start day":            func() error { _, err := c.StartDay(date("2027-07-01").UTC()); return err },
	} {
		t.Run(name, func(t *testing.T) {
			var outside *calendar.RangeError
			require.ErrorAs(t, ask(), &outside)
			require.Equal(t, "2026", outside.Calendar)
			require.Equal(t, date("2026-12-31"), outside.To)
			require.NotEmpty(t, outside.Error())
		})
	}
}

func TestNewRejects(t *testing.T) {
	bad := calendar.MustHours("08:00-12:00", "13:00-17:00")
	overlap := calendar.MustHours("08:00-12:00", "11:00-17:00")
	for name, tc := range map[string]struct {
		cfg   calendar.Config
		field string
	}{
		"no location":         {calendar.Config{}, "Location"},
		"unknown zone":        {calendar.Config{Zone: "Europe/Atlantis"}, "Zone"},
		"the machine's zone":  {calendar.Config{Zone: "Local"}, "Zone"},
		"range backwards":     {calendar.Config{Zone: "UTC", From: date("2026-01-01"), To: date("2025-01-01")}, "To"},
		"range too long":      {calendar.Config{Zone: "UTC", From: date("0001-01-01")}, "To"},
		"weekday":             {calendar.Config{Zone: "UTC", Week: []time.Weekday{7}}, "Week[0]"},
		"hours overlap":       {calendar.Config{Zone: "UTC", Hours: overlap}, "Hours[1]"},
		"hours out of order":  {calendar.Config{Zone: "UTC", Hours: []calendar.Interval{bad[1], bad[0]}}, "Hours[1]"},
		"hours empty":         {calendar.Config{Zone: "UTC", Hours: []calendar.Interval{{}}}, "Hours[0]"},
		"weekday not worked":  {calendar.Config{Zone: "UTC", Weekdays: map[time.Weekday]calendar.Day{time.Sunday: {}}}, "Weekdays[Sunday]"},
		"weekday unknown":     {calendar.Config{Zone: "UTC", Weekdays: map[time.Weekday]calendar.Day{9: {}}}, "Weekdays[9]"},
		"weekday overlap":     {calendar.Config{Zone: "UTC", Weekdays: map[time.Weekday]calendar.Day{time.Friday: {Hours: overlap}}}, "Weekdays[Friday].Hours[1]"},
		"special, no date":    {calendar.Config{Zone: "UTC", Special: map[calendar.Date]calendar.Day{{}: {}}}, "Special"},
		"special overlap":     {calendar.Config{Zone: "UTC", Special: map[calendar.Date]calendar.Day{date("2026-01-01"): {Hours: overlap}}}, "Special[2026-01-01].Hours[1]"},
		"holiday, no date":    {calendar.Config{Zone: "UTC", Holidays: make([]calendar.Date, 1)}, "Holidays[0]"},
		"rule, zero":          {calendar.Config{Zone: "UTC", Rules: make([]calendar.Rule, 1)}, "Rules[0]"},
		"rule, 30 February":   {calendar.Config{Zone: "UTC", Rules: []calendar.Rule{calendar.FixedDay(time.February, 30)}}, "Rules[0]"},
		"rule, no month":      {calendar.Config{Zone: "UTC", Rules: []calendar.Rule{calendar.FixedDay(0, 30)}}, "Rules[0]"},
		"rule, sixth Monday":  {calendar.Config{Zone: "UTC", Rules: []calendar.Rule{calendar.NthWeekday(6, time.Monday, time.May)}}, "Rules[0]"},
		"rule, no weekday":    {calendar.Config{Zone: "UTC", Rules: []calendar.Rule{calendar.NthWeekday(1, -1, time.May)}}, "Rules[0]"},
		"rule, far of Easter": {calendar.Config{Zone: "UTC", Rules: []calendar.Rule{calendar.EasterPlus(300)}}, "Rules[0]"},
		"rule, years":         {calendar.Config{Zone: "UTC", Rules: []calendar.Rule{calendar.EasterPlus(1).Years(2027, 2026)}}, "Rules[0]"},
		"rule, observance":    {calendar.Config{Zone: "UTC", Rules: []calendar.Rule{calendar.EasterPlus(1).Observed(9)}}, "Rules[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.cfg.Name = "bad"
			c, err := calendar.New(tc.cfg)
			require.Nil(t, c)
			var fault *calendar.ConfigError
			require.ErrorAs(t, err, &fault)
			require.Equal(t, "bad", fault.Calendar)
			require.Equal(t, tc.field, fault.Field)
		})
	}
	t.Run("all are told", func(t *testing.T) {
		_, err := calendar.New(calendar.Config{Week: []time.Weekday{-1}, Hours: overlap})
		require.ErrorContains(t, err, "Location")
		require.ErrorContains(t, err, "Week[0]")
		require.ErrorContains(t, err, "Hours[1]")
	})
	t.Run("no working day", func(t *testing.T) {
		_, err := calendar.New(calendar.Config{
			Zone: "UTC", From: date("2026-01-01"), To: date("2026-01-03"), Holidays: []calendar.Date{date("2026-01-01"), date("2026-01-02")},
		})
		require.ErrorIs(t, err, calendar.ErrNoWorkingDay)
	})
}

func TestCalendarKeepsNothingOfTheConfig(t *testing.T) {
	cfg := calendar.Config{
		Name: "site", Zone: "UTC", Hours: calendar.MustHours("08:00-12:00"),
		Special: map[calendar.Date]calendar.Day{date("2026-03-28"): {}},
	}
	c := mustNew(t, cfg)
	cfg.Hours[0] = calendar.MustHours("20:00-21:00")[0]
	delete(cfg.Special, date("2026-03-28"))
	require.True(t, c.IsWorkingTime(date("2026-03-28").UTC().Add(8*time.Hour)))
	require.False(t, c.IsWorkingTime(date("2026-03-28").UTC().Add(20*time.Hour)))
	require.Equal(t, "site", c.Name())
	require.Equal(t, time.UTC, c.Location())
}

func TestPeriod(t *testing.T) {
	year := calendar.Period{From: date("2026-01-01"), To: date("2026-12-31")}
	since := calendar.Period{From: date("2027-01-01")}
	until := calendar.Period{To: date("2026-01-01")}
	for d, want := range map[string]bool{"2025-12-31": false, "2026-01-01": true, "2026-12-31": true, "2027-01-01": false} {
		require.Equal(t, want, year.Contains(date(d)), d)
		require.True(t, calendar.Period{}.Contains(date(d)), d)
	}
	require.False(t, calendar.Period{}.Contains(calendar.Date{}))
	require.False(t, year.Overlaps(since))
	require.True(t, year.Overlaps(until))
	require.False(t, since.Overlaps(until))
	require.True(t, since.Overlaps(calendar.Period{}))
	backwards := calendar.Period{From: date("2026-02-01"), To: date("2026-01-01")}
	require.False(t, backwards.IsValid())
	require.False(t, backwards.Overlaps(year))
	require.True(t, since.IsValid())
	require.Equal(t, "2026-01-01..2026-12-31 2027-01-01..", fmt.Sprint(year, since))
}

func BenchmarkAddWorkingDays(b *testing.B) {
	c := mustNew(b, calendar.Config{Name: "office", Location: time.UTC})
	d := date("2026-03-27")
	for _, n := range []int{1, 10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.AddWorkingDays(d, n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
