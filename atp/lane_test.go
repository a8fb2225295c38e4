package atp_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// laneDays is the length of the calendars that the tests of lanes draw, from day 0.
const laneDays = 120

// drawCalendar gives a calendar of random days, none of which follow from the weekday.
func drawCalendar(t *testing.T, rng *rand.Rand, name string) *calendar.Calendar {
	cfg := calendar.Config{
		Name: name, Location: time.UTC, Week: calendar.EveryDay(), From: day(0), To: day(laneDays - 1),
		Cutoff: calendar.MustClock("15:00"),
	}
	rest := rng.IntN(70)
	for n := range laneDays {
		if rng.IntN(100) < rest {
			cfg.Holidays = append(cfg.Holidays, day(n))
		}
	}
	c, err := calendar.New(cfg)
	require.NoError(t, err)
	return c
}

// maybe gives a calendar, or none.
func maybe(t *testing.T, rng *rand.Rand, name string) *calendar.Calendar {
	if rng.IntN(3) == 0 {
		return nil
	}
	return drawCalendar(t, rng, name)
}

// walk goes the way of a lane one day at a time; false where it leaves the calendars.
func walk(l atp.Lane, site *calendar.Calendar, available int) (start, ship, deliver int, ok bool) {
	open := func(n int, all ...*calendar.Calendar) bool {
		for _, c := range all {
			if c != nil && !c.IsWorkingDay(day(n)) {
				return false
			}
		}
		return true
	}
	wait := func(n int, all ...*calendar.Calendar) int {
		for n < laneDays && !open(n, all...) {
			n++
		}
		return n
	}
	count := func(n, days int, c *calendar.Calendar) int {
		for ; days > 0; days-- {
			n = wait(n+1, c)
		}
		return n
	}
	carrier := l.Pickup
	if carrier == nil {
		carrier = l.TransitDays
	}
	start = wait(available, site)
	ship = wait(count(start, l.Processing, site), site, carrier)
	deliver = ship
	if l.Transit > 0 {
		deliver = count(ship, l.Transit, l.TransitDays)
	}
	deliver = wait(wait(deliver, l.TransitDays), l.Delivery)
	return start, ship, deliver, deliver < laneDays
}

// Forward and Backward are what their definitions say, in calendars without any pattern: the first way that the calendars
// allow, and of all starts the latest that is there in time.
func TestLaneByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	starts := make(map[bool]int)
	for range 300 {
		site := drawCalendar(t, rng, "site")
		lane := atp.Lane{
			Processing: rng.IntN(4), Transit: rng.IntN(4), Pickup: maybe(t, rng, "pickup"),
			TransitDays: maybe(t, rng, "road"), Delivery: maybe(t, rng, "customer"),
		}
		for n := range laneDays - 40 {
			start, ship, deliver, ok := walk(lane, site, n)
			got, err := lane.Forward(site, day(n))
			if !ok {
				require.ErrorAs(t, err, new(*calendar.RangeError))
				continue
			}
			require.NoError(t, err)
			require.Equal(t, [3]calendar.Date{day(start), day(ship), day(deliver)}, [3]calendar.Date{got.Start, got.Ship, got.Deliver})
			require.False(t, got.ShipBy.IsZero(), "the site has a cut-off on the days on which it works")
		}
		for wanted := 40; wanted < laneDays-40; wanted++ {
			latest, when := -1, 0
			for n := range wanted + 1 {
				if start, _, deliver, ok := walk(lane, site, n); ok && deliver <= wanted {
					latest, when = max(latest, start), max(when, deliver)
				}
			}
			back, err := lane.Backward(site, day(wanted))
			starts[latest >= 0]++
			if latest < 0 {
				require.ErrorAs(t, err, new(*calendar.RangeError))
				continue
			}
			require.NoError(t, err)
			require.Equal(t, day(latest), back.Start, "%+v wanted on %s", lane, day(wanted))
			require.Equal(t, day(when), back.Deliver)
		}
	}
	require.Greater(t, starts[true], 10*starts[false])
}

// What the carrier collects on a Sunday, when it is not on the road, is one day on the road on Monday: wanted on Monday,
// work may start on Sunday.
func TestBackwardFromABreak(t *testing.T) {
	carrier, err := calendar.New(calendar.Config{Name: "road", Location: time.UTC})
	require.NoError(t, err)
	daily, err := calendar.New(calendar.Config{Name: "daily", Location: time.UTC, Week: calendar.EveryDay()})
	require.NoError(t, err)
	lane := atp.Lane{Transit: 1, TransitDays: carrier, Pickup: daily}
	back, err := lane.Backward(daily, calendar.MustDate("2026-03-09"))
	require.NoError(t, err)
	require.Equal(t, calendar.MustDate("2026-03-08"), back.Start)
	require.Equal(t, calendar.MustDate("2026-03-09"), back.Deliver)
}

// Goods are handed over when the site works and the carrier collects, and never where the two have no day in common.
func TestHandover(t *testing.T) {
	weekdays := func(name string, week ...time.Weekday) *calendar.Calendar {
		c, err := calendar.New(calendar.Config{Name: name, Location: time.UTC, Week: week})
		require.NoError(t, err)
		return c
	}
	site := weekdays("site", time.Monday, time.Tuesday, time.Saturday)
	friday := calendar.MustDate("2026-03-06")
	for name, c := range map[string]struct {
		lane atp.Lane
		ship string
	}{
		"the site works":                 {atp.Lane{}, "2026-03-07"},
		"collected on a Sunday too":      {atp.Lane{Pickup: weekdays("van", time.Sunday, time.Tuesday)}, "2026-03-10"},
		"on the road from Monday":        {atp.Lane{TransitDays: weekdays("road", time.Monday, time.Tuesday)}, "2026-03-09"},
		"collected off the road as well": {atp.Lane{TransitDays: weekdays("road", time.Monday), Pickup: site}, "2026-03-07"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.lane.Forward(site, friday)
			require.NoError(t, err)
			require.Equal(t, calendar.MustDate(c.ship), got.Ship)
		})
	}
	_, err := atp.Lane{Pickup: weekdays("van", time.Sunday)}.Forward(site, friday)
	require.ErrorAs(t, err, new(*calendar.RangeError))
	_, err = atp.Lane{Pickup: weekdays("van", time.Sunday)}.Backward(site, friday)
	require.ErrorAs(t, err, new(*calendar.RangeError))
}
