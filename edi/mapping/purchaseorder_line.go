package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// lineReader reads one PO1 or POC loop.
type lineReader struct {
	*orderReader
	order.Request
	first     x12.Segment        // PO1 or POC
	unit      string             // of the quantity, as it was sent
	ranks     [orderDate + 1]int // how well the line's dates are known, from 1
	texts     []string           // descriptions
	stores    []trade.StorePart  // of SDQ
	schedules []schedule
}

// schedule is one date of SCH with its quantity.
type schedule struct {
	segment  x12.Segment
	quantity quantity.Quantity
	field    dateField
	date     calendar.Date
}

// line reads PO1 and the loop that belongs to it.
func (r *orderReader) line(s x12.Segment, c *x12.Cursor) {
	l := lineReader{orderReader: r, first: s, unit: s.Value(3)}
	l.ID = r.lineNumber(s)
	l.Quantity = r.quantity(s, 2, 3)
	l.Price, l.PricePer = r.price(s, 4, 5, l.Quantity.Unit(), r.currencyOf())
	l.Identifiers = r.identify(nil, s, 6)
	if len(l.Identifiers) == 0 {
		r.block("item-missing", s, 6, "the line names no item", "ask the partner which item is ordered")
	} else if !slices.ContainsFunc(l.Identifiers, func(id order.ItemIdentifier) bool { return !strings.HasPrefix(id.Scheme, foreign) }) {
		r.warn("item-unclear", s, 6, fmt.Sprintf("no number of the line is known to be that of an item (%s)", s.Value(6)),
			"agree with the partner on the qualifier, or give the item this number")
	}
	l.loop(c)
	l.conclude()
	r.doc.Lines = append(r.doc.Lines, l.Request)
	if r.byStore {
		r.stores = append(r.stores, l.stores)
	}
}

// lineNumber is PO101, or where it is blank the place of the line, unless
// another line has that number.
func (r *orderReader) lineNumber(s x12.Segment) string {
	id := strings.TrimSpace(s.Value(1))
	for r.next = max(r.next, len(r.doc.Lines)+1); id == ""; r.next++ {
		if n := strconv.Itoa(r.next); !r.numbers[n] {
			id = n
		}
	}
	if r.numbers == nil {
		r.numbers = make(map[string]bool, cap(r.doc.Lines))
	}
	r.numbers[id] = true
	return id
}

// loop reads the rest of the PO1 loop.
func (l *lineReader) loop(c *x12.Cursor) {
	for c.More() {
		id := c.Peek().ID()
		if id == l.first.ID() || id == "CTT" {
			return
		}
		s := c.Next()
		switch id {
		case "LIN":
			l.Identifiers = l.identify(l.Identifiers, s, 2)
		case "PID":
			l.describe(s)
		case "DTM":
			l.lineDate(s)
		case "SCH":
			l.schedule(s)
		case "SDQ":
			l.split(s)
		case "SAC":
			l.charge(s, c, "line")
		case "CUR":
			l.lineCurrency(s)
		case "N9":
			l.homeless("line", s)
			l.note(c, l.ID)
		case "MSG", "MTX":
			l.instruct(l.ID, freeText(s))
		case "N1":
			l.lineParty(s, c, l.ID)
		default:
			l.homeless("line", s)
		}
	}
}

// describe collects the descriptions of PID.
func (l *lineReader) describe(s x12.Segment) {
	if text := strings.TrimSpace(s.Value(5)); text != "" {
		l.texts = append(l.texts, text)
		return
	}
	l.homeless("line", s)
}

// lineCurrency holds CUR of a line to that of the whole.
func (r *orderReader) lineCurrency(s x12.Segment) {
	if c, err := money.ParseCurrency(s.Value(2)); err != nil || c != r.currencyOf() {
		r.block("line-currency", s, 2, fmt.Sprintf("the line is in %s, the %s is not", s.Value(2), r.document), "enter an order for each currency")
	}
}

// target is where the line keeps a date; nil: nowhere.
func (l *lineReader) target(field dateField) *calendar.Date {
	switch field {
	case shipDate:
		return &l.RequestedShip
	case deliveryDate:
		return &l.RequestedDelivery
	default:
		return nil
	}
}

func (l *lineReader) lineDate(s x12.Segment) {
	field, rank := dateOf(s.Value(1))
	target := l.target(field)
	if target == nil {
		l.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in a line", s.Value(1), s.Value(2)))
		return
	}
	l.choose(s, target, &l.ranks[field], rank)
}

// schedule reads SCH, which has room for two dates.
func (l *lineReader) schedule(s x12.Segment) {
	var n quantity.Quantity
	text, err := x12.ParseReal(s.Value(1))
	if err == nil {
		n, err = quantity.ParseNumber(text, l.Quantity.Unit())
	}
	if err != nil {
		l.warn("schedule", s, 1, fmt.Sprintf("%q is no number", s.Value(1)), "ask the partner how much is wanted when")
	}
	for _, element := range []int{5, 8} {
		if s.Value(element) == "" {
			continue
		}
		field, _ := dateOf(s.Value(element))
		if l.target(field) == nil {
			l.info("date-not-mapped", s, element, fmt.Sprintf("date %s (%s) has no place in a line", s.Value(element), s.Value(element+1)))
			continue
		}
		if d := l.day(s, element+1); !d.IsZero() {
			l.schedules = append(l.schedules, schedule{segment: s, quantity: n, field: field, date: d})
		}
	}
}

// split reads SDQ: quantities by store.
func (l *lineReader) split(s x12.Segment) {
	if l.Quantity.Unit() == 0 { // which blocks
		return
	}
	parts := l.storeParts(s, l.Quantity.Unit())
	if len(l.stores)+len(parts) > mostStores {
		l.block("stores-many", s, 0, fmt.Sprintf("a line is split by more than %d stores; the rest is left out", mostStores), "ask the partner for several orders")
		return
	}
	l.stores = append(l.stores, parts...)
	if !l.byStore && l.once("stores") {
		fix := "read an order for each store (StoreOrders) if they are to be shipped apart"
		if l.set == "860" {
			fix = "read a change for each store (StoreChanges)"
		}
		l.warn("stores", s, 0, "the "+l.document+" is split by store; the split stays in the raw document", fix)
	}
}

// conclude says what can be said only at the end of the loop.
func (l *lineReader) conclude() {
	l.Description = strings.Join(l.texts, "; ")
	if len(l.stores) > 0 {
		sum := decimal.Decimal{}
		for _, p := range l.stores {
			sum = sum.Add(p.Quantity.Decimal())
		}
		if !sum.Equal(l.Quantity.Decimal()) {
			l.block("stores-sum", l.first, 2, fmt.Sprintf("the stores' quantities add up to %s, the line has %s", sum, l.Quantity),
				"ask the partner how the line is split")
		}
	}
	for _, field := range []dateField{shipDate, deliveryDate} {
		l.scheduled(field)
	}
}

// scheduled takes the day of the line from its schedules. A line that is
// wanted on several days keeps the first, and says so.
func (l *lineReader) scheduled(field dateField) {
	if len(l.schedules) == 0 {
		return
	}
	var sum quantity.Quantity
	var outOfRange error
	first, several := schedule{}, false
	for _, s := range l.schedules {
		if s.field != field || outOfRange != nil {
			continue
		}
		sum, outOfRange = sum.Add(s.quantity)
		several = several || !first.date.IsZero() && s.date != first.date
		if first.date.IsZero() || s.date.Before(first.date) {
			first = s
		}
	}
	if first.date.IsZero() {
		return
	}
	target := l.target(field)
	if !target.IsZero() && *target != first.date {
		l.info("date-window", first.segment, 0, fmt.Sprintf("the schedule (%s) says it better than %s", first.date, *target))
	}
	*target = first.date
	if several {
		l.warn("schedules", first.segment, 0, fmt.Sprintf("line %s is wanted on several days; the first one, %s, is kept for all of it", l.ID, first.date),
			"split the line, one for each day")
	}
	if l.Quantity.Unit() != 0 && (sum != l.Quantity || outOfRange != nil) {
		l.warn("schedule-sum", first.segment, 1, fmt.Sprintf("the schedules add up to %s, the line has %s", sum, l.Quantity),
			"ask the partner how much is wanted when")
	}
}
