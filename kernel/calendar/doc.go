// Package calendar tells when work is done: on which days and hours a site is open, until when it takes orders for the
// same day, and what date it is so many working days, or so much working time, from now.
//
// Describe a site once, and count:
//
//	berlin, err := calendar.New(calendar.Config{
//		Name:     "Berlin",
//		Zone:     "Europe/Berlin",
//		Hours:    calendar.MustHours("08:00-12:00", "13:00-17:00"),
//		Cutoff:   calendar.MustClock("15:00"),
//		Rules:    []calendar.Rule{calendar.EasterPlus(-2), calendar.EasterPlus(1)},
//		Holidays: []calendar.Date{calendar.MustDate("2026-05-01")},
//	})
//	starts, err := berlin.StartDay(ordered)           // today, or the next working day after the cut-off
//	ships, err := berlin.AddWorkingDays(starts, 1)    // one processing day
//	due, err := berlin.AddWorkingTime(ordered, 4*time.Hour)
//
// # Dates
//
// [Date] is a civil date: what stands on a purchase order as "deliver by". It has no time and no zone, so it cannot
// shift by a day when a document travels. [DateOf] asks which date an instant is in its location, [Date.In] when a date
// begins there. The zero Date is no date. [Date.AddMonths], [Date.EndOfMonth], [Date.OnDay] and [Date.NextOnDay] are
// what payment terms are made of; the terms themselves are in package terms.
//
// # Days and the time of day
//
// A [Calendar] answers for a stated range of dates and reports a [RangeError] outside it, for the question and for the
// answer alike: nothing searches without end, and nothing is promised for years whose holidays nobody knows.
//
// NextWorkingDay and PreviousWorkingDay never answer the day they were asked about; OnOrAfter and OnOrBefore do, when it
// is worked.
//
// # Daylight saving
//
// Opening, closing and cut-off are wall times. One that the clocks skip (02:30 on the day that jumps from 02:00 to
// 03:00) counts at the jump; one that comes twice counts the first time. In other words, a wall time counts when the
// local clock first reads it or more. Working time in between is real elapsed time: a night shift is an hour shorter in
// spring, an hour longer in autumn.
package calendar
