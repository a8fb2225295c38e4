package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// schedule reads a group of split deliveries: SCC with quantities, each with its days.
func (l *lineReader) schedule(c *edifact.Cursor) {
	for next, ok := c.Take("QTY", "FTX", "RFF", "DTM"); ok; next, ok = c.Take("QTY", "FTX", "RFF", "DTM") {
		if !next.Is("QTY") {
			l.homeless("SCC group", next)
			continue
		}
		l.part(next, c, &l.schedules, "")
	}
}

// store reads LOC of a line with what goes there.
func (l *lineReader) store(s edifact.Segment, c *edifact.Cursor) {
	place := text(s, 2, 1)
	if place == "" {
		place = texts(s, 2, 4, 4)
	}
	q, ok := c.Take("QTY")
	if !ok {
		l.homeless("line", s)
		l.rest(c, "LOC group", "DTM")
		return
	}
	l.part(q, c, &l.stores, place)
	l.rest(c, "LOC group", "PCD")
}

// part reads QTY and the DTM behind it.
func (l *lineReader) part(s edifact.Segment, c *edifact.Cursor, parts *[]schedule, place string) {
	p := schedule{segment: s, quantity: l.quantityIn(s, l.Quantity.Unit()), place: place}
	for dtm, ok := c.Take("DTM"); ok; dtm, ok = c.Take("DTM") {
		field, _ := dateOf(text(dtm, 1, 1))
		if l.target(field) == nil {
			l.info("date-not-mapped", dtm, spot{1, 1}, fmt.Sprintf("date %s (%s) has no place in a line", text(dtm, 1, 1), text(dtm, 1, 2)))
			continue
		}
		if when := l.period(dtm); !when.isZero() && p.date.IsZero() {
			p.field, p.date = field, when.first
		}
	}
	*parts = append(*parts, p)
}

// checkStores says what a line that is split by place comes to.
func (l *lineReader) checkStores() {
	if len(l.stores) == 0 {
		return
	}
	if sum, err := sumOf(l.stores); l.Quantity.Unit() != 0 && (err != nil || sum != l.Quantity) {
		l.block("stores-sum", l.stores[0].segment, spot{1, 2}, fmt.Sprintf("the places' quantities add up to %s, the line has %s", sum, l.Quantity),
			"ask the partner how the line is split")
	}
	if l.once("stores") {
		l.warn("stores", l.stores[0].segment, whole(), fmt.Sprintf("the order is split by place (%s and on); the split stays in the raw message and is shipped as one", l.stores[0].place),
			"enter an order for each place if they are to be shipped apart")
	}
	l.schedules = append(l.schedules, l.stores...)
}

func sumOf(parts []schedule) (sum quantity.Quantity, err error) {
	for _, p := range parts {
		if sum, err = sum.Add(p.quantity); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// scheduled takes the day of the line from its parts. A line that is wanted on several
// days keeps the first, and says so.
func (l *lineReader) scheduled(field dateField) {
	var parts []schedule
	for _, p := range l.schedules {
		if p.field == field && !p.date.IsZero() {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return
	}
	first, several := parts[0], false
	for _, p := range parts[1:] {
		several = several || p.date != first.date
		if p.date.Before(first.date) {
			first = p
		}
	}
	target := l.target(field)
	if !target.IsZero() && *target != first.date {
		l.info("date-window", first.segment, whole(), fmt.Sprintf("the schedule (%s) says it better than %s", first.date, *target))
	}
	*target = first.date
	if several {
		l.warn("schedules", first.segment, whole(), fmt.Sprintf("line %s is wanted on several days; the first one, %s, is kept for all of it", l.ID, first.date),
			"split the line, one for each day")
	}
	if sum, err := sumOf(parts); len(l.stores) == 0 && l.Quantity.Unit() != 0 && (err != nil || sum != l.Quantity) {
		l.warn("schedule-sum", first.segment, spot{1, 2}, fmt.Sprintf("the schedules add up to %s, the line has %s", sum, l.Quantity),
			"ask the partner how much is wanted when")
	}
}
