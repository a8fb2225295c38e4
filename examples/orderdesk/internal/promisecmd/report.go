package promisecmd

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what a replay tells. All but Measured depends on the stream and the settings
// alone.
type Report struct {
	Stream        Census        `json:"stream"`
	Promised      Promised      `json:"promised"`
	Kept          Kept          `json:"kept"`
	Reasons       Reasons       `json:"reasons"`
	Cancellations Cancellations `json:"cancellations"`
	Supply        Supply        `json:"supply"`
	Shape         Shape         `json:"shape"`
	// Violations are days on which the engine's books and the replay's own differ, or
	// more was promised than there was; at most the first 20. There must be none.
	Violations []string `json:"violations"`
	Checks     int64    `json:"checks"` // of an item at the end of a day
	Measured   Measured `json:"measured"`
}

// Census is what the stream holds.
type Census struct {
	Rows        int    `json:"rows"`
	Orders      int    `json:"orders"`
	Lines       int    `json:"lines"` // rows of one item in an order are one line
	Units       int64  `json:"units"`
	Items       int    `json:"items"`
	Services    int    `json:"service_rows"`    // postage, fees, discounts: not goods
	Corrections int    `json:"correction_rows"` // of stock: no customer and no price
	Cancelled   int    `json:"cancelled_rows"`
	First       string `json:"first_day"`
	Last        string `json:"last_day"`
}

// Promised is what lines were promised when they were ordered.
type Promised struct {
	AtOnce      int   `json:"lines_at_once"` // all of it, on the first day that is possible
	Later       int   `json:"lines_later"`   // all of it, some of it later
	Partly      int   `json:"lines_partly"`  // known supply covers a part
	Nothing     int   `json:"lines_nothing"`
	UnitsAtOnce int64 `json:"units_at_once"`
}

// Kept is what became of lines in the end. A line is on time when its last goods leave
// on the first day that was possible when it was ordered.
type Kept struct {
	OnTime       int   `json:"lines_on_time"`
	Late         int   `json:"lines_late"`
	Short        int   `json:"lines_short"`     // something was missing when the replay ended
	Cancelled    int   `json:"lines_cancelled"` // wholly, before anything left
	LateToWeek   int   `json:"late_1_to_7_days"`
	LateToMonth  int   `json:"late_8_to_30_days"`
	LateBeyond   int   `json:"late_more_days"`
	DaysLate     int64 `json:"days_late"` // of all lines that are late
	UnitsOrdered int64 `json:"units_ordered"`
	UnitsOnTime  int64 `json:"units_on_time"`
	UnitsLate    int64 `json:"units_late"`
	UnitsShort   int64 `json:"units_short"`
	UnitsGone    int64 `json:"units_cancelled"` // before they left
}

// Reasons say why lines that were late or short are: what was found first.
type Reasons struct {
	Promised int `json:"promised_to_others"` // enough was on hand, and earlier orders had it
	Receipt  int `json:"waits_for_receipt"`  // known supply came later
	Unknown  int `json:"no_known_supply"`    // known supply did not cover it
	Slipped  int `json:"supply_slipped"`     // it was promised on time, and supply was late, short or written off
}

// Cancellations are the units that were cancelled and what they were matched with.
type Cancellations struct {
	Units     int64 `json:"units"`
	Waiting   int64 `json:"units_waiting"`  // nothing was reserved for them yet
	Released  int64 `json:"units_released"` // reserved and not shipped
	Returned  int64 `json:"units_returned"` // shipped
	Unmatched int64 `json:"units_unmatched"`
	Rows      int   `json:"unmatched_rows"` // wholly or in part
}

// Supply is what was generated.
type Supply struct {
	Opening    int64 `json:"opening_units"`
	Orders     int   `json:"purchase_orders"`
	Received   int64 `json:"received_units"`
	Late       int   `json:"late_receipts"`
	Short      int   `json:"short_receipts"`
	Returned   int64 `json:"returned_units"`
	WrittenOff int64 `json:"written_off_units"` // by correction rows
	Found      int64 `json:"found_units"`       // likewise
	NotThere   int64 `json:"written_off_units_not_there"`
}

// Shape counts items by the most days on which anything was due at once, as seen every
// week: none, so many that a sorted slice holds them, more.
type Shape struct {
	Plain   int   `json:"plain"`
	Slice   int   `json:"slice"`
	Tree    int   `json:"tree"`
	Most    int   `json:"most_days"`
	Events  int64 `json:"reservations"`
	Waiting int   `json:"most_lines_waiting"`
}

// Measured are the figures of the machine.
type Measured struct {
	Seconds   float64 `json:"seconds"`
	HeapBytes uint64  `json:"heap_bytes"` // of the stock in the end, with all reservations ever made
	PeakBytes uint64  `json:"peak_bytes"` // of the whole replay, as seen every week
	ATP       Latency `json:"atp"`        // a quantity at a date
	Earliest  Latency `json:"earliest"`   // a date for a quantity
	Promise   Latency `json:"promise"`    // an order, all its lines
	Reserve   Latency `json:"reserve"`    // likewise
	Commit    Latency `json:"commit"`
	// Consume is of what ships together of an order.
	Consume      Latency `json:"consume"`
	Release      Latency `json:"release"`
	Receive      Latency `json:"receive"`
	LinesASecond float64 `json:"lines_per_second"` // ordered to shipped, questions included
}

// Text is the report for people.
func (r *Report) Text() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(name string, format string, args ...any) {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	s, k := &r.Stream, &r.Kept
	row("stream", "%d rows from %s to %s: %d orders, %d lines, %d units of %d items", s.Rows, s.First, s.Last, s.Orders, s.Lines,
		s.Units, s.Items)
	row("", "%d rows of services, %d corrections, %d cancellations", s.Services, s.Corrections, s.Cancelled)
	row("promised", "%d lines at once, %d later, %d partly, %d not at all", r.Promised.AtOnce, r.Promised.Later,
		r.Promised.Partly, r.Promised.Nothing)
	row("kept", "%d lines on time, %d late, %d short, %d cancelled", k.OnTime, k.Late, k.Short, k.Cancelled)
	row("availability", "%s of lines, %s of units on time", percent(int64(k.OnTime), int64(k.OnTime+k.Late+k.Short)),
		percent(k.UnitsOnTime, k.UnitsOrdered-k.UnitsGone))
	row("late", "%d lines by up to 7 days, %d by up to 30, %d by more; %s days each", k.LateToWeek, k.LateToMonth, k.LateBeyond,
		tenths(k.DaysLate, int64(k.Late)))
	row("why", "%d promised to others, %d waited for a receipt, %d without known supply, %d supply slipped", r.Reasons.Promised,
		r.Reasons.Receipt, r.Reasons.Unknown, r.Reasons.Slipped)
	c := &r.Cancellations
	row("cancelled", "%d units: %d waited, %d reserved, %d shipped, %d match nothing", c.Units, c.Waiting, c.Released, c.Returned,
		c.Unmatched)
	p := &r.Supply
	row("supply", "%d units to begin with, %d received of %d purchase orders (%d late, %d short), %d returned", p.Opening,
		p.Received, p.Orders, p.Late, p.Short, p.Returned)
	row("", "%d written off, %d found; %d to be written off were not there", p.WrittenOff, p.Found, p.NotThere)
	row("items", "%d with nothing due, %d with up to 64 days, %d with more; at most %d days", r.Shape.Plain, r.Shape.Slice,
		r.Shape.Tree, r.Shape.Most)
	row("checked", "%d items at the end of a day, %d violations", r.Checks, len(r.Violations))
	r.Measured.rows(row, r.Shape.Events)
	_ = w.Flush()
	for _, v := range r.Violations {
		b.WriteString("violation: " + v + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (m *Measured) rows(row func(string, string, ...any), reservations int64) {
	row("time", "%.1f s, %.0f lines/s", m.Seconds, m.LinesASecond)
	row("memory", "%.1f MiB with all of %d reservations, %.1f MiB at most", float64(m.HeapBytes)/(1<<20), reservations,
		float64(m.PeakBytes)/(1<<20))
	for _, op := range []struct {
		name string
		l    Latency
	}{
		{"atp", m.ATP}, {"earliest", m.Earliest}, {"promise order", m.Promise}, {"reserve order", m.Reserve}, {"commit", m.Commit},
		{"ship order", m.Consume}, {"release", m.Release}, {"receive", m.Receive},
	} {
		if op.l.Count > 0 {
			row(op.name, "%d, %.0f/s, p50 %s, p99 %s, p99.9 %s, at most %s", op.l.Count, op.l.PerSecond, time.Duration(op.l.P50),
				time.Duration(op.l.P99), time.Duration(op.l.P999), time.Duration(op.l.Max))
		}
	}
}

// percent writes a share with two places, rounded down so that 100 % is all.
func percent(part, whole int64) string {
	if whole == 0 {
		return "-"
	}
	n := part * 10_000 / whole
	return fmt.Sprintf("%d.%02d %%", n/100, n%100)
}

// tenths writes an average with one place.
func tenths(sum, n int64) string {
	if n == 0 {
		return "0"
	}
	t := sum * 10 / n
	return fmt.Sprintf("%d.%d", t/10, t%10)
}
