package calendar_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
)

func Example() {
	berlin, err := calendar.New(calendar.Config{
		Name:     "Berlin",
		Zone:     "Europe/Berlin",
		Hours:    calendar.MustHours("08:00-12:00", "13:00-17:00"),
		Cutoff:   calendar.MustClock("15:00"),
		Rules:    []calendar.Rule{calendar.EasterPlus(-2), calendar.EasterPlus(1)},
		Holidays: []calendar.Date{calendar.MustDate("2026-05-01")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ordered := time.Date(2026, 3, 27, 16, 30, 0, 0, berlin.Location()) // a Friday, after the cut-off
	starts, _ := berlin.StartDay(ordered)
	ships, _ := berlin.AddWorkingDays(starts, 1)
	due, _ := berlin.AddWorkingTime(ordered, 4*time.Hour)

	fmt.Println("starts", starts)
	fmt.Println("ships ", ships)
	fmt.Println("answer", due.Format("Mon 2006-01-02 15:04 MST"))
	// Output:
	// starts 2026-03-30
	// ships  2026-03-31
	// answer Mon 2026-03-30 11:30 CEST
}

// The latest day to ship, and to start, for a requested delivery date: the receiver takes goods from Tuesday to Thursday,
// the carrier drives on Saturdays too.
func ExampleCalendar_LatestStart() {
	receiver, _ := calendar.New(calendar.Config{
		Name: "receiver", Location: time.UTC, Week: []time.Weekday{time.Tuesday, time.Wednesday, time.Thursday},
	})
	carrier, _ := calendar.New(calendar.Config{
		Name: "carrier", Location: time.UTC, Week: calendar.EveryDay()[:6],
	})
	site, _ := calendar.New(calendar.Config{Name: "site", Location: time.UTC})

	wanted := calendar.MustDate("2026-03-30") // a Monday
	delivered, _ := receiver.OnOrBefore(wanted)
	leaves, _ := carrier.LatestStart(delivered, 2) // two days in transit
	ships, _ := site.OnOrBefore(leaves)
	starts, _ := site.LatestStart(ships, 1) // one processing day
	fmt.Println(starts, ships, delivered)
	// Output: 2026-03-23 2026-03-24 2026-03-26
}

func ExampleDate() {
	invoiced := calendar.MustDate("2026-01-31")
	fmt.Println(invoiced.AddDays(30))
	fmt.Println(invoiced.AddMonths(1))
	fmt.Println(invoiced.EndOfMonth().AddDays(1).OnDay(15))
	fmt.Println(invoiced.NextOnDay(10))
	// Output:
	// 2026-03-02
	// 2026-02-28
	// 2026-02-15
	// 2026-02-10
}

func ExampleDateOf() {
	at := time.Date(2026, 3, 27, 23, 30, 0, 0, time.UTC)
	tokyo := time.FixedZone("JST", 9*60*60)
	fmt.Println(calendar.DateOf(at), calendar.DateOf(at.In(tokyo)))
	// Output: 2026-03-27 2026-03-28
}

func ExampleRangeError() {
	c, _ := calendar.New(calendar.Config{
		Name: "plant", Zone: "Europe/Berlin", From: calendar.MustDate("2026-01-01"), To: calendar.MustDate("2026-12-31"),
	})
	_, err := c.AddWorkingDays(calendar.MustDate("2026-12-30"), 5)
	var outside *calendar.RangeError
	if errors.As(err, &outside) {
		fmt.Println(outside)
		fmt.Println("holidays are known until", outside.To)
	}
	// Output:
	// calendar "plant": 2026-12-30: question or answer outside 2026-01-01 to 2026-12-31
	// holidays are known until 2026-12-31
}

func ExampleIntersect() {
	site, _ := calendar.New(calendar.Config{Name: "site", Location: time.UTC})
	store, _ := calendar.New(calendar.Config{
		Name: "store", Location: time.UTC, Week: []time.Weekday{time.Friday, time.Saturday},
	})
	both, _ := calendar.Intersect("site and store", site, store)
	d, _ := both.NextWorkingDay(calendar.MustDate("2026-03-27"))
	fmt.Println(d.Weekday(), d)
	// Output: Friday 2026-04-03
}
