package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/atp/advice"
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// StockFeed is what a vendor tells of its stock.
type StockFeed struct {
	Source order.Source `json:"source"`
	// Reference is the vendor's number of the report.
	Reference string        `json:"reference"`
	Date      calendar.Date `json:"date"`
	// Kind says whether what is not listed is gone: a full report takes the place of
	// all before it, changes leave what they do not speak of.
	Kind  advice.Kind `json:"kind"`
	Lines []StockLine `json:"lines"`
}

// StockLine is what a vendor has of an item.
type StockLine struct {
	// Identifiers name the item. The vendor's numbers are those of the scheme vendor,
	// ours those of the scheme buyer.
	Identifiers []order.ItemIdentifier `json:"identifiers"`
	Description string                 `json:"description,omitempty"`
	// Site is where the goods are; zero: the vendor does not say.
	Site order.Party `json:"site,omitzero"`
	// Quantity can be had at once.
	Quantity quantity.Quantity `json:"quantity"`
	// Later are the days from which on another quantity can be had, in order.
	Later []LaterStock `json:"later,omitempty"`
	// Withdrawn says that the vendor no longer offers the item.
	Withdrawn bool `json:"withdrawn,omitempty"`
}

// LaterStock is what can be had from a day on, what could be had before included.
type LaterStock struct {
	Date     calendar.Date     `json:"date"`
	Quantity quantity.Quantity `json:"quantity"`
}

// ReadInventoryAdvice reads an inventory advice, X12 846 of any version, as the report of a
// vendor. What [WriteInventoryAdvice] writes reads back with the same quantities.
//
// QTY 33 is what can be had, or where that is not told QTY 17, what is on hand. A
// later quantity is QTY 29 (or 33) with a day in DTM, which tells all that can be
// had then; SCH within a QTY tells what is added to it. BIA01 00 and 05 are full
// reports; 04 and every purpose that is not plain are changes, so that nothing is
// taken for gone that is only not told.
//
// A line that cannot be read is left out, with a finding that blocks: a full
// report with such a finding does not tell what is gone.
func ReadInventoryAdvice(set *x12.Set, o Options) (StockFeed, finding.List) {
	r := stockReader{reader: reader{set: "846", document: "stock report", agreed: &o}}
	r.feed.Source = source(set)
	if !r.is(set, "a stock report") {
		return r.feed, r.found
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next())
	}
	r.closeLine()
	r.conclude()
	return r.feed, r.found
}

// stockReader reads one 846.
type stockReader struct {
	reader
	feed   StockFeed
	begun  bool
	site   order.Party // of the report as a whole
	totals x12.Segment
	lines  int

	lin   x12.Segment // of the line that is open; zero: none is
	line  StockLine
	told  []toldQuantity
	sound bool // the line could be read so far
}

// toldQuantity is a QTY and what belongs to it.
type toldQuantity struct {
	segment  x12.Segment
	code     string
	quantity quantity.Quantity
	date     calendar.Date
	added    []trade.Level // SCH
}

func (r *stockReader) segment(s x12.Segment) {
	switch s.ID() {
	case "BIA":
		r.beginning(s)
	case "LIN":
		r.closeLine()
		r.lines++
		r.lin, r.sound = s, true
		r.line = StockLine{Identifiers: r.identify(nil, s, 2)}
	case "CTT":
		r.closeLine()
		r.totals = s
	case "N1":
		r.party(s)
	default:
		if r.lin.IsZero() {
			r.header(s)
		} else {
			r.detail(s)
		}
	}
}

// beginning reads BIA: what is told, and when.
func (r *stockReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("bia-repeated", s, 0, "the set has a second BIA", "ask the partner to send each report in a set of its own")
		return
	}
	r.begun = true
	r.feed.Reference = strings.TrimSpace(s.Value(3))
	r.feed.Date = r.day(s, 4)
	if r.feed.Date.IsZero() {
		r.block("date-missing", s, 4, "BIA04 has no date: it is not known when the stock was counted", "ask the partner for the date")
	}
	r.feed.Kind = advice.Changes
	switch code := s.Value(1); code {
	case "00", "05":
		r.feed.Kind = advice.Full
	case "04", "25":
	case "13", "28":
		r.block("purpose", s, 1, fmt.Sprintf("BIA01 %s asks for a report and is none", code), "answer it with a report")
	default:
		r.warn("purpose", s, 1, fmt.Sprintf("BIA01 %s is taken as changes: what is not listed stays as it was", code),
			"agree with the partner on whether its reports are full")
	}
}

func (r *stockReader) party(s x12.Segment) {
	roles := rolesOf(s.Value(1))
	if s.Value(1) != "WH" && !slices.Contains(roles, party.ShipFrom) {
		r.homeless("N1", s)
		return
	}
	p := r.named(s)
	p.Role = party.ShipFrom
	if r.lin.IsZero() {
		r.site = p
	} else {
		r.line.Site = p
	}
}

// header reads what stands before the first line.
func (r *stockReader) header(s x12.Segment) { r.homeless("report", s) }

// detail reads what belongs to a line.
func (r *stockReader) detail(s x12.Segment) {
	switch s.ID() {
	case "PID":
		if text := strings.TrimSpace(s.Value(5)); text != "" && r.line.Description == "" {
			r.line.Description = text
		} else {
			r.homeless("line", s)
		}
	case "G53":
		r.line.Withdrawn = r.line.Withdrawn || s.Value(1) == maintenanceDelete
	case "QTY":
		r.told = append(r.told, toldQuantity{segment: s, code: s.Value(1), quantity: r.amount(s)})
	case "DTM":
		if n := len(r.told); n > 0 && r.told[n-1].date.IsZero() && availableFrom(s.Value(1)) {
			r.told[n-1].date = r.day(s, 2)
		} else {
			r.homeless("line", s)
		}
	case "SCH":
		r.schedule(s)
	default:
		r.homeless("line", s)
	}
}

// availableFrom tells whether a date qualifier (X12 element 374) is about the day
// from which goods can be had.
func availableFrom(code string) bool {
	switch code {
	case "018", "002", "010", "067", "068", "079":
		return true
	}
	return false
}

// counts tells whether a kind of quantity is about what can be had.
func counts(code string) bool {
	return code == quantityForSale || code == quantityOnHand || code == quantityProjected
}

// amount reads the quantity of a QTY that counts.
func (r *stockReader) amount(s x12.Segment) quantity.Quantity {
	if !counts(s.Value(1)) {
		r.info("quantity-not-mapped", s, 1, fmt.Sprintf("quantity %s (%s) has no place in the stock report", s.Value(1), s.Value(2)))
		return quantity.Quantity{}
	}
	return r.amountOf(s, 2, 3)
}

// amountOf reads a quantity without which the line is of no use.
func (r *stockReader) amountOf(s x12.Segment, number, unit int) quantity.Quantity {
	q := r.quantity(s, number, unit)
	switch {
	case q.Unit() == 0:
		r.sound = false
	case q.Sign() < 0: // sold more than there is
		r.info("quantity-negative", s, number, fmt.Sprintf("%s are taken as none", q))
		return quantity.New(0, q.Unit())
	}
	return q
}

// schedule reads SCH: what comes on a day.
func (r *stockReader) schedule(s x12.Segment) {
	n := len(r.told)
	if n == 0 || !counts(r.told[n-1].code) || !availableFrom(s.Value(5)) {
		r.homeless("line", s)
		return
	}
	q := r.amountOf(s, 1, 2)
	d := r.day(s, 6)
	if d.IsZero() {
		r.warn("schedule", s, 6, fmt.Sprintf("it is not told when %s come; they are not counted", q), "ask the partner for the date")
		return
	}
	r.told[n-1].added = append(r.told[n-1].added, trade.Level{Date: d, Quantity: q})
}

// closeLine puts together what was told of a line.
func (r *stockReader) closeLine() {
	if r.lin.IsZero() {
		return
	}
	s := r.lin
	r.lin = x12.Segment{}
	if len(r.line.Identifiers) == 0 {
		r.block("item-missing", s, 3, "the line names no item", "ask the partner which item is meant")
		r.sound = false
	}
	if r.line.Site.Role == "" {
		r.line.Site = r.site
	}
	r.now(s)
	r.later()
	r.told = r.told[:0]
	if r.sound {
		r.feed.Lines = append(r.feed.Lines, r.line)
	}
}

// now finds the quantity that can be had at once.
func (r *stockReader) now(s x12.Segment) {
	for _, code := range []string{quantityForSale, quantityOnHand} {
		found := false
		for i := range r.told {
			t := &r.told[i]
			switch {
			case t.code != code || r.future(t.date):
			case !found:
				r.line.Quantity, found = t.quantity, true
			case t.quantity != r.line.Quantity:
				r.block("quantity-repeated", t.segment, 2, fmt.Sprintf("QTY %s says %s and %s", code, r.line.Quantity, t.quantity),
					"ask the partner which one is right")
				r.sound = false
			}
		}
		if found {
			return
		}
	}
	if !r.line.Withdrawn && !slices.ContainsFunc(r.told, func(t toldQuantity) bool { return counts(t.code) }) {
		r.block("quantity-missing", s, 0, "the line has no quantity that can be had (QTY 33 or 17)", "ask the partner for it")
		r.sound = false
	}
}

func (r *stockReader) future(d calendar.Date) bool { return d.After(r.feed.Date) }

// later finds the quantities of later days: those told in all, and those added.
func (r *stockReader) later() {
	var all, added []trade.Level
	for _, t := range r.told {
		if (t.code == quantityProjected || t.code == quantityForSale) && r.future(t.date) {
			all = append(all, trade.Level{Date: t.date, Quantity: t.quantity})
		}
		if t.code != quantityProjected {
			added = append(added, t.added...)
		}
	}
	if len(all) > 0 && len(added) > 0 && r.once("schedules") {
		r.warn("schedules", r.told[0].segment, 0, "later quantities are told in all (QTY) and by what is added (SCH); those in all count",
			"agree with the partner on one of them")
	}
	now, later, err := trade.Levels(r.feed.Date, r.line.Quantity, all, added)
	var repeated *trade.RepeatedError
	switch {
	case errors.As(err, &repeated):
		r.block("quantity-repeated", r.told[0].segment, 2, err.Error(), "ask the partner which one is right")
		r.sound = false
	case err != nil:
		r.block("quantity-mixed", r.told[0].segment, 3, err.Error(), "ask the partner for one unit")
		r.sound = false
	}
	r.line.Quantity = now
	for _, l := range later {
		r.line.Later = append(r.line.Later, LaterStock(l))
	}
}

// conclude says what can be said only at the end.
func (r *stockReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("bia-missing"), "", "the set has no BIA, which says what is told and when", "ask the partner to send it anew")
	}
	if !r.totals.IsZero() {
		r.lineCount(r.totals, r.lines)
	}
	r.leftOut()
}
