package message

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// lineReader reads one LIN group.
type lineReader struct {
	*orderReader
	order.Request
	first     edifact.Segment    // LIN
	ranks     [orderDate + 1]int // how well the line's dates are known, from 1
	words     description
	reference string          // RFF+LI
	ordered   edifact.Segment // QTY 21
	discrete  edifact.Segment // QTY 1, which some send in its place
	prices    []edifact.Segment
	value     edifact.Segment // MOA 203
	charged   bool            // ALC stands in the line
	gross     bool            // the price is one before allowances
	schedules []schedule
	stores    []schedule
	notes     []string // texts, once the line's number is known
}

// schedule is a part of a line that is wanted on a day, or by a store.
type schedule struct {
	segment  edifact.Segment
	quantity quantity.Quantity
	field    dateField
	date     calendar.Date
	place    party.Identifier
}

// line reads LIN and the group that belongs to it.
func (r *orderReader) line(s edifact.Segment, c *edifact.Cursor) {
	if text(s, 4, 1) != "" {
		r.subline(s, c)
		return
	}
	l := r.lineOf(s, c)
	l.conclude()
	if len(l.Identifiers) == 0 {
		r.block("item-missing", s, element(3), "the line names no item", "ask the partner which item is ordered")
	} else if !slices.ContainsFunc(l.Identifiers, func(id order.ItemIdentifier) bool { return !strings.HasPrefix(id.Scheme, foreign) }) {
		r.warn("item-unclear", s, element(3), fmt.Sprintf("no number of the line is known to be that of an item (%s)", l.Identifiers[0].Value),
			"agree with the partner on the type, or give the item this number")
	}
	if l.ordered.IsZero() {
		r.block("quantity-missing", s, whole(), "the line has no QTY 21: how much is ordered is not said", "ask the partner how much is meant")
	}
	r.doc.Lines = append(r.doc.Lines, l.Request)
	if r.byStore {
		r.stores = append(r.stores, l.storeParts())
	}
}

// lineOf reads a LIN group.
func (r *orderReader) lineOf(s edifact.Segment, c *edifact.Cursor) *lineReader {
	l := &lineReader{orderReader: r, first: s}
	l.ID = text(s, 1, 1)
	l.Identifiers = r.identify(nil, s, 3)
	for c.More() {
		if next := c.Peek(); next.Is("LIN") || next.Is("UNS") {
			break
		}
		l.take(c.Next(), c)
	}
	return l
}

// subline passes the group of a sub-line, which tells what a line is made of.
func (r *orderReader) subline(s edifact.Segment, c *edifact.Cursor) {
	r.totals.sublines++
	c.Until("LIN", "UNS")
	r.warn("sub-line", s, element(4), fmt.Sprintf("sub-line %s (%s) of line %s has no place in the order, but may say what is wanted",
		text(s, 1, 1), text(s, 3, 1), text(s, 4, 2)), "read it in the raw message")
}

// take reads a segment of the LIN group, with the group that it begins.
func (l *lineReader) take(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "PIA":
		l.Identifiers = l.pia(l.Identifiers, s)
	case "IMD":
		if !l.words.add(s) {
			l.homeless("line", s)
		}
	case "QTY":
		l.count(s)
	case "DTM":
		l.lineDate(s)
	case "PRI":
		l.prices = append(l.prices, s)
		l.priceGroup(c)
	case "MOA":
		if text(s, 1, 1) == "203" {
			l.value = s
		} else {
			l.homeless("line", s)
		}
	case "FTX":
		if words := freeText(s); words != "" {
			l.notes = append(l.notes, words)
		} else {
			l.note("", s)
		}
	case "RFF":
		ref, ok := l.orderReader.reference(s, c)
		switch {
		case !ok:
		case ref.Qualifier == "LI" && l.reference == "":
			l.reference = ref.Value
		default:
			l.info("line-reference", s, whole(), fmt.Sprintf("reference %s %s of a line has no place in the order", ref.Qualifier, ref.Value))
		}
	case "SCC":
		l.schedule(c)
	case "LOC":
		l.store(s, c)
	case "NAD":
		l.lineParty(s, c, cmp.Or(l.reference, l.ID))
	case "ALC":
		l.charged = true
		l.charge(s, c, "line")
	case "TDT":
		l.homeless("line", s)
		l.rest(c, "TDT group", "LOC", "DTM")
	case "TOD", "PAT":
		l.homeless("line", s)
		l.rest(c, s.ID()+" group", "LOC", "DTM", "PCD")
	default:
		l.group(s, c, "line")
	}
}

// count reads a QTY of the line: 21 is how much is ordered.
func (l *lineReader) count(s edifact.Segment) {
	switch kind := text(s, 1, 1); {
	case kind == "21" && l.ordered.IsZero():
		l.ordered = s
		l.Quantity = l.quantity(s)
	case kind == "21":
		l.block("quantity-repeated", s, whole(), "the line has a second ordered quantity", "ask the partner how much is meant")
	case kind == "1" && l.discrete.IsZero():
		l.discrete = s
	case kind == "192":
		l.warn("quantity-free", s, spot{1, 1}, fmt.Sprintf("%s are wanted free of charge; they have no place in the order", text(s, 1, 2)), "agree with the partner on what is given on top")
	default:
		l.info("quantity-not-mapped", s, spot{1, 1}, fmt.Sprintf("quantity %s (%s) has no place in a line", kind, text(s, 1, 2)))
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

func (l *lineReader) lineDate(s edifact.Segment) {
	field, rank := dateOf(text(s, 1, 1))
	target := l.target(field)
	if target == nil {
		l.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s (%s) has no place in a line", text(s, 1, 1), text(s, 1, 2)))
		return
	}
	l.choose(s, target, &l.ranks[field], rank)
}

// conclude says what can be said only at the end of the group.
func (l *lineReader) conclude() {
	l.Description = l.words.String()
	if !l.discrete.IsZero() && l.ordered.IsZero() {
		l.ordered, l.Quantity = l.discrete, l.quantity(l.discrete)
		l.info("quantity-discrete", l.discrete, spot{1, 1}, "the line has no ordered quantity (21); the discrete one (1) is taken for it")
	}
	l.identifyLine()
	l.chooses()
	for _, words := range l.notes {
		l.instruct(l.ID, words)
	}
	l.checkStores()
	for _, field := range []dateField{shipDate, deliveryDate} {
		l.scheduled(field)
	}
	l.totals.quantity = l.totals.quantity.Add(l.Quantity.Decimal())
	l.checkValue()
}

// identifyLine settles what the line is known by: its reference, its number, or its place.
func (l *lineReader) identifyLine() {
	r := l.orderReader
	if r.numbers == nil {
		r.numbers = make(map[string]bool)
	}
	if l.reference != "" && !r.numbers[l.reference] {
		l.ID = l.reference
	}
	for r.next = max(r.next, len(r.doc.Lines)+1); l.ID == ""; r.next++ {
		if n := strconv.Itoa(r.next); !r.numbers[n] {
			l.ID = n
		}
	}
	r.numbers[l.ID] = true
}

// chooses takes the price that the customer expects to pay: the net one, else the
// invoice price, else the calculation price, else the gross one if nothing is taken off
// it.
func (l *lineReader) chooses() {
	var best priced
	rank := func(kind string) int { return slices.Index([]string{"AAB", "CAL", "INV", "AAA"}, kind) }
	found := false
	for _, s := range l.prices {
		p, ok := l.price(s, l.Quantity.Unit())
		if !ok || found && rank(p.kind) <= rank(best.kind) {
			continue
		}
		best, found = p, true
	}
	switch {
	case !found:
		return
	case best.kind == "AAB" && l.charged:
		l.warn("price-gross", l.prices[0], spot{1, 1}, fmt.Sprintf("line %s states a gross price (%s) and allowances, but no net price; it is not compared with ours", l.ID, best.amount),
			"ask the partner for the net price (AAA)")
		return
	case best.kind == "AAB":
		if l.once("price-gross") {
			l.info("price-gross", l.prices[0], spot{1, 1}, fmt.Sprintf("line %s states a gross price (%s) alone, and others may; nothing is taken off it", l.ID, best.amount))
		}
		l.gross = true
	}
	l.Price, l.PricePer = &best.amount, best.per
}

// checkValue compares the value that the line states (MOA 203) with quantity and price.
func (l *lineReader) checkValue() {
	if l.value.IsZero() {
		return
	}
	stated, ok := l.amount(l.value)
	if !ok {
		return
	}
	l.totals.valued++
	l.totals.value = l.totals.value.Add(stated.Decimal())
	if l.Price == nil || l.charged || l.gross || l.Price.Currency() != stated.Currency() {
		return
	}
	worth, err := money.Extend(*l.Price, l.Quantity, max(l.PricePer, 1), stated.Currency().Digits(), money.HalfUp)
	if err == nil && worth != stated {
		l.warn("line-value", l.value, spot{1, 2}, fmt.Sprintf("line %s is said to be worth %s; %s at its price are %s", l.ID, stated, l.Quantity, worth),
			"ask the partner which of them holds")
	}
}
