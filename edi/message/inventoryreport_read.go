package message

import (
	"errors"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ReadInventoryReport reads an inventory report, INVRPT of any directory, as the report
// of a vendor. What [WriteInventoryReport] writes reads back with the same quantities.
//
// QTY 145 is what can be had, or where that is not told QTY 17, what is on hand; several of
// batches (DTM 36, 361 or 94, GIN BX, RFF BT) add up. A later quantity is QTY 99 (or 145)
// with a day in DTM, which tells all that can be had then; QTY 113 and 198, to be
// delivered and in transit, tell what is added on their day. Movements and stock that is
// damaged, in bond or reserved (INV) are mentioned and not counted. An item that is told at
// several places (LOC) makes a line for each.
//
// An original or replacing message is a full report; a change, and every function that
// is not plain, tells changes, so that nothing is taken for gone that is only not told. A
// line that cannot be read is left out, with a finding that blocks: a full report with
// such a finding does not tell what is gone.
func ReadInventoryReport(m *edifact.Message, o mapping.Options) (mapping.StockFeed, finding.List) {
	r := stockReader{reader: reader{message: "INVRPT", document: "stock report", agreed: &o}}
	r.feed.Source = source(m)
	if !r.is(m, "a stock report") {
		return r.feed, r.found
	}
	for c := m.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.closeLine()
	r.conclude()
	return r.feed, r.found
}

// stockReader reads one INVRPT.
type stockReader struct {
	reader
	feed    mapping.StockFeed
	begun   bool
	counted bool        // the date is the one of the stock, and not of the message
	site    order.Party // of the report as a whole

	lin   edifact.Segment // of the line that is open; zero: none is
	line  mapping.StockLine
	words description
	told  []stockQuantity
	inv   edifact.Segment // that stands before a QTY
	sound bool
}

// stockQuantity is a QTY and what belongs to it.
type stockQuantity struct {
	segment  edifact.Segment
	code     string
	quantity quantity.Quantity
	site     order.Party
	date     calendar.Date
	batch    bool
	counts   bool
}

func (r *stockReader) segment(s edifact.Segment, c *edifact.Cursor) {
	if s.Is("LIN") {
		r.closeLine()
		r.openLine(s)
		return
	}
	if !r.lin.IsZero() {
		r.detail(s, c)
		return
	}
	switch s.ID() {
	case "BGM":
		r.beginning(s)
	case "DTM":
		r.date(s)
	case "NAD":
		p, _, _ := r.party(s, c)
		if p.Role == party.ShipFrom || text(s, 1, 1) == "WH" {
			p.Role, r.site = party.ShipFrom, p
		} else {
			r.homeless("report", s)
		}
	case "RFF", "CUX":
		r.rest(c, s.ID()+" group", "DTM")
		r.homeless("report", s)
	default:
		r.homeless("report", s)
	}
}

// beginning reads BGM: what is told.
func (r *stockReader) beginning(s edifact.Segment) {
	if r.begun {
		r.block("bgm-repeated", s, whole(), "the message has a second BGM", "ask the partner to send each report in a message of its own")
		return
	}
	r.begun = true
	r.feed.Reference = text(s, 2, 1)
	r.feed.Kind = advice.Changes
	switch code := text(s, 3, 1); code {
	case "", "5", "7", "9", "18", "31", "35", "43", "47":
		r.feed.Kind = advice.Full
	case "2", "4", "33", "36":
	case "1", "3", "13", "17":
		r.block("function", s, element(3), fmt.Sprintf("BGM %s asks for a report or takes one back, and is none", code), "look at what the partner wants")
	default:
		r.warn("function", s, element(3), fmt.Sprintf("BGM %s is taken as changes: what is not listed stays as it was", code),
			"agree with the partner on whether its reports are full")
	}
}

func (r *stockReader) date(s edifact.Segment) {
	switch text(s, 1, 1) {
	case reportDate, "179": // of the stock
		r.feed.Date, r.counted = r.day(s), true
	case "137":
		if d := r.day(s); !r.counted {
			r.feed.Date = d
		}
	default:
		r.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s has no place in the stock report", s))
	}
}

func (r *stockReader) openLine(s edifact.Segment) {
	r.lin, r.sound, r.words, r.told, r.inv = s, true, description{}, nil, edifact.Segment{}
	r.line = mapping.StockLine{Identifiers: r.identify(nil, s, 3), Withdrawn: text(s, 2, 1) == deletedLine}
}

// detail reads what belongs to a line.
func (r *stockReader) detail(s edifact.Segment, c *edifact.Cursor) {
	var last *stockQuantity
	if n := len(r.told); n > 0 {
		last = &r.told[n-1]
	}
	switch s.ID() {
	case "PIA":
		r.line.Identifiers = r.pia(r.line.Identifiers, s)
	case "IMD":
		if !r.words.add(s) {
			r.homeless("line", s)
		}
	case "INV":
		if last == nil || !r.inv.IsZero() { // it stands before its quantity, as in D.01B
			r.inv = s
		} else {
			r.affects(last, s)
		}
	case "QTY":
		r.amount(s)
	case "LOC":
		switch {
		case last == nil:
			r.line.Site = siteOf(s)
		case last.site.Role == "":
			last.site = siteOf(s)
		default:
			r.homeless("line", s)
		}
	case "NAD":
		p, _, _ := r.party(s, c)
		if p.Role != party.ShipFrom && text(s, 1, 1) != "WH" {
			r.homeless("line", s)
		} else if p.Role = party.ShipFrom; last == nil {
			r.line.Site = p
		} else {
			last.site = p
		}
	case "DTM":
		r.dateOf(last, s)
	case "GIN", "RFF":
		if last != nil && (text(s, 1, 1) == ginBatch || text(s, 1, 1) == "BT") {
			last.batch = true
		} else {
			r.homeless("line", s)
		}
	case "PRI", "CPS", "PAC", "PCI", "CUX":
		r.rest(c, s.ID()+" group", "CUX", "DTM", "MEA", "QTY", "RFF", "GIN")
		r.homeless("line", s)
	default:
		r.homeless("line", s)
	}
}

// amount reads QTY.
func (r *stockReader) amount(s edifact.Segment) {
	t := stockQuantity{segment: s, code: text(s, 1, 1)}
	switch t.code {
	case actualStock, quantityOnHand, estimatedQuantity, quantityInTransit, toBeDelivered:
		t.counts = true
	default:
		r.info("quantity-not-mapped", s, spot{1, 1}, fmt.Sprintf("quantity %s has no place in the stock report", s))
	}
	if !r.inv.IsZero() {
		r.affects(&t, r.inv)
	}
	if t.counts {
		switch t.quantity = r.quantity(s); {
		case t.quantity.Unit() == 0:
			r.sound = false
		case t.quantity.Sign() < 0: // sold more than there is
			r.info("quantity-negative", s, spot{1, 2}, fmt.Sprintf("%s are taken as none", t.quantity))
			t.quantity = quantity.New(0, t.quantity.Unit())
		}
	}
	r.told = append(r.told, t)
}

// affects reads INV: what the quantity is of. A movement, and stock that cannot be
// sold, is not counted.
func (r *stockReader) affects(t *stockQuantity, s edifact.Segment) {
	movement, kind := text(s, 1, 1), text(s, 2, 1)
	if movement != "" || kind != "" && kind != "1" {
		if t.counts {
			r.info("quantity-not-mapped", s, whole(), fmt.Sprintf("quantity %s is of a movement, or of stock that cannot be sold (%s)", t.segment, s))
		}
		t.counts = false
	}
}

// dateOf reads DTM of a quantity.
func (r *stockReader) dateOf(t *stockQuantity, s edifact.Segment) {
	switch code := text(s, 1, 1); code {
	case "36", "361", "94":
		if t != nil {
			t.batch = true
			return
		}
	case availableOn, "2", "7", "11", "17", "67", "69", "132", "163", "194":
		if t != nil && t.date.IsZero() {
			t.date = r.day(s)
			return
		}
	}
	r.homeless("line", s)
}

// closeLine makes a line of each site of the line that is open.
func (r *stockReader) closeLine() {
	if r.lin.IsZero() {
		return
	}
	s := r.lin
	r.lin = edifact.Segment{}
	r.line.Description = r.words.String()
	_, r.line.Identifiers = lotAmong("", r.line.Identifiers)
	if len(r.line.Identifiers) == 0 {
		r.block("item-missing", s, element(3), "the line names no item", "ask the partner which item is meant")
		return
	}
	if !r.sound {
		return
	}
	if r.line.Site.Role == "" {
		r.line.Site = r.site
	}
	told := slices.DeleteFunc(r.told, func(t stockQuantity) bool { return !t.counts })
	if len(told) == 0 {
		if r.line.Withdrawn {
			r.feed.Lines = append(r.feed.Lines, r.line)
			return
		}
		r.block("quantity-missing", s, whole(), "the line has no quantity that can be had (QTY 145 or 17)", "ask the partner for it")
		return
	}
	places, at := [][]stockQuantity(nil), make(map[string]int)
	for _, t := range told {
		key := string(t.site.Role) + "/" + name(t.site)
		i, known := at[key]
		if !known {
			i = len(places)
			at[key] = i
			places = append(places, nil)
		}
		places[i] = append(places[i], t)
	}
	for _, here := range places {
		l := r.line
		if site := here[0].site; site.Role != "" {
			l.Site = site
		}
		if r.levels(&l, here) {
			r.feed.Lines = append(r.feed.Lines, l)
		}
	}
}

// levels finds what can be had at once and later; false: it contradicts itself.
func (r *stockReader) levels(l *mapping.StockLine, told []stockQuantity) bool {
	now, ok := r.now(told)
	if !ok {
		return false
	}
	var all, added []trade.Level
	for _, t := range told {
		switch {
		case t.code == quantityInTransit || t.code == toBeDelivered:
			if t.date.IsZero() {
				r.warn("schedule", t.segment, whole(), fmt.Sprintf("it is not told when %s come; they are not counted", t.quantity), "ask the partner for the date")
				continue
			}
			added = append(added, trade.Level{Date: t.date, Quantity: t.quantity})
		case t.code != quantityOnHand && t.date.After(r.feed.Date):
			all = append(all, trade.Level{Date: t.date, Quantity: t.quantity})
		case t.code == estimatedQuantity:
			r.info("quantity-not-mapped", t.segment, whole(), fmt.Sprintf("the estimated quantity %s has no later day, and does not count", t.quantity))
		}
	}
	if len(all) > 0 && len(added) > 0 && r.once("schedules") {
		r.warn("schedules", told[0].segment, whole(), "later quantities are told in all (QTY 99) and by what is added (QTY 113, 198); those in all count",
			"agree with the partner on one of them")
	}
	now, later, err := trade.Levels(r.feed.Date, now, all, added)
	var repeated *trade.RepeatedError
	switch {
	case errors.As(err, &repeated):
		r.block("quantity-repeated", told[0].segment, whole(), err.Error(), "ask the partner which one is right")
		return false
	case err != nil:
		r.block("quantity-mixed", told[0].segment, whole(), err.Error(), "ask the partner for one unit")
		return false
	case now.Unit() == 0:
		r.block("quantity-missing", told[0].segment, whole(), "the line has no quantity that can be had (QTY 145 or 17)", "ask the partner for it")
		return false
	}
	l.Quantity = now
	for _, level := range later {
		l.Later = append(l.Later, mapping.LaterStock(level))
	}
	return true
}

// now finds the quantity that can be had at once. Those of batches add up; others that
// are told twice have to be the same.
func (r *stockReader) now(told []stockQuantity) (q quantity.Quantity, ok bool) {
	for _, code := range []string{actualStock, quantityOnHand} {
		found := false
		for _, t := range told {
			if t.code != code || t.date.After(r.feed.Date) {
				continue
			}
			switch {
			case !found:
				q, found = t.quantity, true
			case t.batch:
				sum, err := q.Add(t.quantity)
				if err != nil {
					r.block("quantity-mixed", t.segment, whole(), err.Error(), "ask the partner for one unit")
					return q, false
				}
				q = sum
			case t.quantity != q:
				r.block("quantity-repeated", t.segment, spot{1, 2}, fmt.Sprintf("QTY %s says %s and %s", code, q, t.quantity), "ask the partner which one is right")
				return q, false
			}
		}
		if found {
			return q, true
		}
	}
	return q, true
}

// conclude says what can be said only at the end.
func (r *stockReader) conclude() {
	switch {
	case !r.begun:
		r.add(finding.Block, "bgm-missing", edifact.Segment{}, whole(), "the message has no BGM, which says what is told", "ask the partner to send it anew")
	case r.feed.Date.IsZero():
		r.add(finding.Block, "date-missing", edifact.Segment{}, whole(), "the report has no date (DTM 366 or 137): it is not known when the stock was counted", "ask the partner for the date")
	}
	r.leftOut()
}
