package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// ReadGroceryPurchaseOrder reads a grocery products purchase order, X12 875 of any version,
// into the same document as [ReadPurchaseOrder] reads an 850 into.
//
// A 875 has no line numbers: a line's ID is its place. Prices (G6803) are for one unit
// of what is ordered, in the currency of the agreement, for the set states none.
// Allowances and charges (G72) and terms (G23) that the customer states are mentioned,
// for somebody has to agree; a line that is split by place is mentioned as a whole.
func ReadGroceryPurchaseOrder(set *x12.Set, o Options) (order.Document, finding.List) {
	r := groceryReader{orderReader{reader: reader{set: "875", document: "order", agreed: &o}}}
	r.doc.Type, r.doc.Source = order.Standard, source(set)
	if r.is(set, "a grocery purchase order") {
		for c := set.Cursor(); c.More(); {
			r.segment(c.Next(), c)
		}
		r.conclude()
	}
	return r.doc, r.found
}

// groceryReader reads one 875.
type groceryReader struct{ orderReader }

func (r *groceryReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "G50":
		r.beginning(s)
	case "N9":
		r.reference(s)
	case "G62":
		r.date(s)
	case "NTE":
		r.instruct("", s.Value(2))
	case "G66":
		r.freight(s)
	case "G23":
		r.warn("terms", s, 1, "the customer states terms of payment, which are not compared with ours: "+s.String(), "compare them with what was agreed")
	case "N1":
		r.headerParty(s, c)
	case "G72":
		r.charge(s, "order")
	case "G73": // behind the G72 that it describes
		r.homeless("order", s)
	case "G68":
		r.line(s, c)
	case "G76":
		r.totals = s
	default:
		r.homeless("order", s)
	}
}

// beginning reads G50.
func (r *groceryReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("g50-repeated", s, 0, "the set has a second G50", "ask the partner to send each order in a set of its own")
		return
	}
	r.begun = true
	r.doc.Date, r.ranks[orderDate] = r.day(s, 2), 1
	if r.doc.PurchaseOrder = strings.TrimSpace(s.Value(3)); r.doc.PurchaseOrder == "" {
		r.block("purchase-order-missing", s, 3, "G5003 has no purchase order number", "ask the partner for the number")
	}
	name := "G5001 " + s.Value(1)
	switch s.Value(1) {
	case "N", "S", "B":
	case "T":
		r.info("purpose", s, 1, name+" says that it was sent before")
	case "C", "E":
		r.warn("purpose", s, 1, name+" confirms an order that was placed otherwise", "check that it is not entered twice")
	case "D", "F", "G", "L", "R":
		r.block("purpose", s, 1, name+" changes or cancels an order", "send changes as an 876, or handle it by hand")
	case "A", "X":
		r.block("purpose", s, 1, name+" is not to be carried out", "read it for information, or ask the partner what is meant")
	default:
		r.warn("purpose", s, 1, name+" is taken as an ordinary order", "agree with the partner on what it means")
	}
	t, p := orderType(s.Value(7))
	if r.doc.Type = t; p != orders {
		r.warn("purpose", s, 7, fmt.Sprintf("G5007 %s is taken as an ordinary order", s.Value(7)), "agree with the partner on what it means")
	}
}

// date reads G62, whose qualifiers are of X12 element 432.
func (r *groceryReader) date(s x12.Segment) {
	var target *calendar.Date
	var field dateField
	rank := 0
	switch s.Value(1) {
	case "02":
		target, field = &r.doc.RequestedDelivery, deliveryDate
	case "10":
		target, field = &r.doc.RequestedShip, shipDate
	case "37":
		target, field, rank = &r.doc.RequestedShip, shipDate, 3
	case "01":
		target, field = &r.doc.CancelAfter, cancelDate
	default:
		r.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in the order", s.Value(1), s.Value(2)))
		return
	}
	r.choose(s, target, &r.ranks[field], rank)
}

// freight reads G66: who pays the carrier, and how it is sent.
func (r *groceryReader) freight(s x12.Segment) {
	if method := s.Value(1); method != "" {
		f, err := freightOf(method, "")
		if err != nil {
			r.warn("freight", s, 1, err.Error(), "the customer's agreed freight terms hold")
		} else {
			r.doc.Freight = f
		}
	}
	if routing := strings.TrimSpace(s.Value(5)); routing != "" {
		r.instruct("", "routing: "+routing)
	}
}

// charge mentions a G72, which changes no price of ours.
func (r *groceryReader) charge(s x12.Segment, loop string) {
	what, _ := groceryCharge(s)
	r.warn("charge", s, 1, fmt.Sprintf("the customer states %s %s for the %s; it is not in the price that we compare: %s", what, s.Value(1), loop, s),
		"compare it with what was agreed")
}

// groceryCharge says whether a G72 is an allowance or a charge, by its code (X12 element
// 340): charges are those from 500 on.
func groceryCharge(s x12.Segment) (what string, allowance bool) {
	if n, err := strconv.Atoi(s.Value(1)); err == nil && n >= 500 {
		return "a charge", false
	}
	return "an allowance", true
}

// line reads a G68 loop.
func (r *groceryReader) line(s x12.Segment, c *x12.Cursor) {
	l := lineReader{orderReader: &r.orderReader, first: s, unit: s.Value(2)}
	l.ID = strconv.Itoa(len(r.doc.Lines) + 1)
	l.Quantity = r.quantity(s, 1, 2)
	l.Price, l.PricePer = r.price(s, 3, s.Len()+1, l.Quantity.Unit(), r.currencyOf())
	l.Identifiers = r.groceryItem(s)
	for c.More() {
		id := c.Peek().ID()
		if id == "G68" || id == "G76" {
			break
		}
		d := c.Next()
		switch id {
		case "G69":
			l.texts = note(l.texts, d.Value(1))
		case "G72":
			r.charge(d, "line")
		case "N1":
			p := r.partyLoop(d, c)
			if r.once("stores") {
				r.warn("stores", d, 0, fmt.Sprintf("line %s is split by place (%s); the split stays in the raw document and is shipped as one", l.ID, describe(p)),
					"enter an order for each place if they are to be shipped apart")
			}
		default:
			r.homeless("line", d)
		}
	}
	l.conclude()
	r.doc.Lines = append(r.doc.Lines, l.Request)
}

// groceryItem reads the numbers of G68 and G17: two pairs and the U.P.C. case code.
func (r *reader) groceryItem(s x12.Segment) []order.ItemIdentifier {
	ids := r.pair(r.pair(nil, s, 5), s, 7)
	if id, told := caseCode(s.Value(4)); told && !slices.Contains(ids, id) {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		r.block("item-missing", s, 4, "the line names no item", "ask the partner which item is meant")
	}
	return ids
}

// conclude says what can be said only at the end.
func (r *groceryReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("g50-missing"), "", "the set has no G50, which carries the purchase order number", "ask the partner to send it anew")
	}
	if len(r.doc.Lines) == 0 {
		r.found.Block(r.code("g68-missing"), "", "the set has no G68: nothing is ordered", "ask the partner to send it anew")
	}
	r.doc.Currency = r.currencyOf()
	r.checkParties()
	sum := decimal.Zero
	for i := range r.doc.Lines {
		sum = sum.Add(r.doc.Lines[i].Quantity.Decimal())
	}
	r.groceryTotal(r.totals, sum)
	r.leftOut()
}

// groceryTotal compares the quantity that G76 or G31 tells with that of the lines.
func (r *reader) groceryTotal(s x12.Segment, sum decimal.Decimal) {
	if s.Value(1) == "" {
		return
	}
	if n, err := decimalOf(s.Value(1)); err != nil || !n.Equal(sum) {
		r.warn("total", s, 1, fmt.Sprintf("%s01 says %s in all, the lines add up to %s", s.ID(), s.Value(1), sum), "ask the partner whether a line was lost")
	}
}
