// Package calendar holds civil dates and working calendars: on which days and hours a site works, until when it takes
// orders for the same day, and how to count in working days and working time.
package calendar
