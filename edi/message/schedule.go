package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/internal/gs1"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// schedule reads a group of split deliveries: SCC with quantities, each with its days.
func (l *lineReader) schedule(c *edifact.Cursor) {
	for next, ok := c.Take("QTY", "FTX", "RFF", "DTM"); ok; next, ok = c.Take("QTY", "FTX", "RFF", "DTM") {
		if !next.Is("QTY") {
			l.homeless("SCC group", next)
			continue
		}
		l.part(next, c, &l.schedules, party.Identifier{})
	}
}

// store reads LOC of a line with what goes there.
func (l *lineReader) store(s edifact.Segment, c *edifact.Cursor) {
	q, ok := c.Take("QTY")
	if !ok {
		l.homeless("line", s)
		l.rest(c, "LOC group", "DTM")
		return
	}
	if len(l.stores) >= mostStores {
		if l.once("stores-many") {
			l.block("stores-many", s, whole(), fmt.Sprintf("a line is split by more than %d places; the rest is left out", mostStores), "ask the partner for several orders")
		}
		l.rest(c, "LOC group", "DTM", "PCD")
		return
	}
	l.part(q, c, &l.stores, l.place(s))
	l.rest(c, "LOC group", "PCD")
}

// mostStores bounds the places that a line is split by.
const mostStores = 10_000

// place is the number of the place in a LOC.
func (l *lineReader) place(s edifact.Segment) party.Identifier {
	id := party.Identifier{Value: text(s, 2, 1)}
	code := text(s, 2, 3)
	switch {
	case id.Value == "":
		id.Value = texts(s, 2, 4, 4)
		fallthrough
	case code == "":
		if len(id.Value) == 13 && gs1.Valid(id.Value) {
			id.Scheme = party.GLN
		}
		return id
	}
	id.Scheme = schemeOf(code)
	return id.Normalize()
}

// part reads QTY and the DTM behind it.
func (l *lineReader) part(s edifact.Segment, c *edifact.Cursor, parts *[]schedule, place party.Identifier) {
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
	for _, p := range l.stores {
		if p.place.Value == "" && l.once("store-missing") {
			l.block("store-missing", p.segment, whole(), fmt.Sprintf("%s are for a place without a number", p.quantity), "ask the partner how the line is split")
		}
	}
	if l.byStore {
		return
	}
	if l.once("stores") {
		l.warn("stores", l.stores[0].segment, whole(), fmt.Sprintf("the order is split by place (%s and on); the split stays in the raw message and is shipped as one", l.stores[0].place.Value),
			"read an order for each store (StoreOrders) if they are to be shipped apart")
	}
	l.schedules = append(l.schedules, l.stores...)
}

// storeParts are the parts of the line by store.
func (l *lineReader) storeParts() []trade.StorePart {
	var parts []trade.StorePart
	for _, s := range l.stores {
		p := trade.StorePart{Store: s.place, Quantity: s.quantity}
		switch s.field {
		case shipDate:
			p.Ship = s.date
		case deliveryDate:
			p.Deliver = s.date
		default: // no day
		}
		parts = append(parts, p)
	}
	return parts
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
