package calendar_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zone files

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
)

func zone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(tb, err)
	return loc
}

// zones with changes worth testing: whole hours north and south, half an hour (Lord Howe), at midnight (São Paulo,
// Havana), a date skipped (Apia 2011), and none at all.
func zones() []string {
	return []string{
		"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "America/Havana", "Pacific/Apia",
		"Asia/Kathmandu", "Africa/Casablanca", "UTC",
	}
}

func TestDayBegins(t *testing.T) {
	for name, tc := range map[string]struct{ zone, date, want string }{
		"ordinary":                    {"Europe/Berlin", "2026-03-27", "2026-03-26T23:00:00Z"},
		"day after the change":        {"Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z"},
		"midnight skipped":            {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"}, // 01:00 local
		"midnight reached once":       {"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"}, // after 23:00 came twice
		"midnight twice":              {"America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"},    // the first one
		"date skipped":                {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},      // the 31st begins
		"date after the skipped one":  {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
		"date before the skipped one": {"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"},
		"local mean time, 1850":       {"Europe/Berlin", "1850-01-01", "1849-12-31T23:06:32Z"},
	} {
		t.Run(name, func(t *testing.T) {
			got := date(tc.date).In(zone(t, tc.zone))
			require.Equal(t, tc.want, got.UTC().Format(time.RFC3339))
		})
	}
	require.True(t, calendar.Date{}.In(time.UTC).IsZero())
	require.Equal(t, date("2026-03-27").UTC(), date("2026-03-27").In(nil))
}

// The oracle walks real time in steps of a minute until the local clock shows the date.
func TestDayBeginsByStepping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones()).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		d := date("1990-01-01").AddDays(rapid.IntRange(0, 20000).Draw(t, "day"))
		at := d.UTC().Add(-30 * time.Hour).In(loc)
		for calendar.DateOf(at).Before(d) {
			at = at.Add(time.Minute)
		}
		if got := d.In(loc); !got.Equal(at) {
			t.Fatalf("%v in %v begins at %v, want %v", d, loc, got, at)
		}
	})
}
