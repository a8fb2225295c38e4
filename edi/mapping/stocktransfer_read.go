package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// ReadStockTransfer reads an advice that stock is on its way to a warehouse, X12 943
// of any version. What [WriteStockTransfer] writes reads back equal, but for notes that
// it had to divide.
//
// A line that cannot be read is left out, with a finding that blocks.
func ReadStockTransfer(set *x12.Set, o Options) (StockTransfer, finding.List) {
	r := transferReader{depositorReader: depositorReader{reader: reader{set: "943", document: "stock transfer", agreed: &o}}}
	t := &r.transfer
	r.warehouse, r.from, r.refs, r.notes = &t.Warehouse, &t.From, &t.References, &t.Notes
	t.Source = source(set)
	if !r.is(set, "a stock transfer") {
		return *t, r.found
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.conclude()
	return *t, r.found
}

// transferReader reads one 943.
type transferReader struct {
	depositorReader
	transfer StockTransfer
	begun    bool
	totals   x12.Segment
	lines    int
}

func (r *transferReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "W06":
		r.beginning(s)
	case "G62":
		if s.Value(1) == "17" {
			r.transfer.Arrives = r.day(s, 2)
		} else {
			r.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in the stock transfer", s.Value(1), s.Value(2)))
		}
	case "W27":
		r.transfer.Carriage = Carriage{Mode: s.Value(1), Carrier: strings.TrimSpace(s.Value(2)), Routing: strings.TrimSpace(s.Value(3))}
	case "W04":
		r.line(s, c)
	case "W03":
		r.totals = s
	default:
		if !r.header(s, c) {
			r.homeless("stock transfer", s)
		}
	}
}

func (r *transferReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("w06-repeated", s, 0, "the set has a second W06", "ask the partner to send each shipment in a set of its own")
		return
	}
	r.begun = true
	t := &r.transfer
	t.Number, t.Shipped = strings.TrimSpace(s.Value(2)), r.day(s, 3)
	t.Shipment, t.PurchaseOrder = strings.TrimSpace(s.Value(4)), strings.TrimSpace(s.Value(6))
	if t.Number == "" && t.Shipment == "" {
		r.block("number-missing", s, 2, "W06 has neither a number of the depositor nor one of the shipment", "ask the partner for it")
	}
	if code := s.Value(1); code == "K" {
		r.block("simulation", s, 1, "W0601 K is an exercise: nothing is on its way", "do not expect it")
	}
}

// line reads a W04 loop.
func (r *transferReader) line(s x12.Segment, c *x12.Cursor) {
	r.lines++
	l := TransferLine{Quantity: r.quantity(s, 1, 2), Identifiers: r.numbers(s, 4, 6, 14)}
	r.details(c, "W04", "W03", &l.ID, &l.Description, &l.Lot, &l.Expires)
	switch {
	case l.Quantity.Unit() == 0: // told
	case l.Quantity.Sign() < 0:
		r.block("quantity", s, 1, fmt.Sprintf("%s cannot be on its way", l.Quantity), "ask the partner how much is meant")
	default:
		r.transfer.Lines = append(r.transfer.Lines, l)
	}
}

// conclude says what can be said only at the end.
func (r *transferReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("w06-missing"), "", "the set has no W06, which names the shipment", "ask the partner to send it anew")
	}
	if r.lines == 0 {
		r.found.Block(r.code("w04-missing"), "", "the set has no W04: nothing is on its way", "ask the partner to send it anew")
	}
	if r.lines == len(r.transfer.Lines) {
		sum := decimal.Zero
		for i := range r.transfer.Lines {
			sum = sum.Add(r.transfer.Lines[i].Quantity.Decimal())
		}
		r.total(r.totals, sum)
	}
	r.leftOut()
}

// depositorReader reads what the sets that a depositor and its warehouse exchange of
// stock have in common.
type depositorReader struct {
	reader
	warehouse, from *order.Party
	refs            *[]order.Reference
	notes           *[]string
}

// header reads a segment that is about the set as a whole; false: it is none.
func (r *depositorReader) header(s x12.Segment, c *x12.Cursor) bool {
	switch s.ID() {
	case "N1":
		r.party(s, c)
	case "N9":
		if ref, ok := referenceOf(s); ok {
			*r.refs = append(*r.refs, ref)
		}
	case "NTE":
		*r.notes = append(*r.notes, strings.TrimSpace(s.Value(2)))
	default:
		return false
	}
	return true
}

// party reads an N1 loop. WH is the warehouse, or where there is none, who the goods go
// to.
func (r *depositorReader) party(s x12.Segment, c *x12.Cursor) {
	roles := rolesOf(s.Value(1))
	switch {
	case s.Value(1) == "WH" || slices.Contains(roles, party.ShipTo) && r.warehouse.Role == "":
		if r.warehouse.Role != "" && r.once("warehouse") {
			r.info("warehouse", s, 1, "N1 WH says better than another N1 where the goods go")
		}
		*r.warehouse = r.siteLoop(s, c, party.ShipTo)
	case slices.Contains(roles, party.ShipFrom) && r.from.Role == "":
		*r.from = r.siteLoop(s, c, party.ShipFrom)
	default:
		p := r.partyLoop(s, c)
		r.info("party-not-mapped", s, 1, "party "+s.Value(1)+" ("+describe(p)+") has no place in the "+r.document)
	}
}

// referenceOf is what an N9 or REF refers to.
func referenceOf(s x12.Segment) (ref order.Reference, ok bool) {
	value := strings.TrimSpace(s.Value(2))
	if value == "" {
		value = strings.TrimSpace(s.Value(3))
	}
	return order.Reference{Qualifier: s.Value(1), Value: value}, value != ""
}

// numbers reads the item numbers of W04 or W07: pairs that begin at the elements given,
// and the U.P.C. case code of the third element.
func (r *depositorReader) numbers(s x12.Segment, pairs ...int) []order.ItemIdentifier {
	var ids []order.ItemIdentifier
	for _, i := range pairs {
		ids = r.pair(ids, s, i)
	}
	if id, told := caseCode(s.Value(3)); told && !slices.Contains(ids, id) {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		r.block("item-missing", s, 4, "the line names no item", "ask the partner which item is meant")
	}
	return ids
}

// details reads what follows W04 or W07: description, number and lot of a line. It ends
// in front of the next line, the next carton, the totals and W13.
func (r *depositorReader) details(c *x12.Cursor, line, totals string, id, description, lot *string, expires *calendar.Date) {
	for c.More() {
		switch c.Peek().ID() {
		case line, totals, "LX", "W13":
			return
		}
		s := c.Next()
		ref, ok := referenceOf(s)
		switch {
		case s.Is("G69") && *description == "":
			*description = strings.TrimSpace(s.Value(1))
		case s.Is("N9") && ref.Qualifier == "LI" && *id == "" && ok:
			*id = ref.Value
		case s.Is("N9") && ref.Qualifier == "LT" && *lot == "" && ok:
			*lot, *expires = ref.Value, r.day(s, 4)
		case s.Is("N9"):
			r.info("reference", s, 1, fmt.Sprintf("reference %s %s of a line has no place in the %s", ref.Qualifier, ref.Value, r.document))
		default:
			r.homeless("line", s)
		}
	}
}

// total compares the number that a set ends with with what its lines add up to.
func (r *depositorReader) total(s x12.Segment, sum decimal.Decimal) {
	if s.Value(1) == "" {
		return
	}
	if n, err := decimalOf(s.Value(1)); err != nil || !n.Equal(sum) {
		r.warn("total", s, 1, fmt.Sprintf("%s01 says %s in all, the lines add up to %s", s.ID(), s.Value(1), sum), "ask the partner whether a line was lost")
	}
}
