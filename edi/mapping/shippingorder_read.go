package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
)

// ReadShippingOrder reads what a warehouse is asked to ship, X12 940 of any version, for
// who keeps stock for others; [WriteShippingAdvice] answers it. What
// [WriteShippingOrder] writes reads back equal, but for notes that it had to divide.
//
// A line's number is N9 LI, or where there is none its place. A line that cannot be read
// is left out, with a finding that blocks.
func ReadShippingOrder(set *x12.Set, o Options) (ShippingOrder, finding.List) {
	r := shippingOrderReader{reader: reader{set: "940", document: "shipping order", agreed: &o}}
	if !r.is(set, "a shipping order") {
		return r.request, r.found
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.conclude()
	return r.request, r.found
}

// shippingOrderReader reads one 940.
type shippingOrderReader struct {
	reader
	request ShippingOrder
	begun   bool
	to      bool // it is known where the goods go
	totals  x12.Segment
	lines   int
}

func (r *shippingOrderReader) segment(s x12.Segment, c *x12.Cursor) {
	q := &r.request
	switch s.ID() {
	case "W05":
		r.beginning(s)
	case "N1":
		r.party(s, c)
	case "G62":
		switch s.Value(1) {
		case "10":
			q.Ship = r.day(s, 2)
		case "02":
			q.Deliver = r.day(s, 2)
		default:
			r.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in the shipping order", s.Value(1), s.Value(2)))
		}
	case "NTE":
		q.Instructions = note(q.Instructions, s.Value(2))
	case "LX":
	case "W01":
		r.line(s, c)
	case "W76":
		r.totals = s
	default:
		r.homeless("shipping order", s)
	}
}

// beginning reads W05.
func (r *shippingOrderReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("w05-repeated", s, 0, "the set has a second W05", "ask the partner to send each request in a set of its own")
		return
	}
	r.begun = true
	q := &r.request
	if q.Number, q.PurchaseOrder = strings.TrimSpace(s.Value(2)), strings.TrimSpace(s.Value(3)); q.Number == "" {
		r.block("number-missing", s, 2, "W0502 has no number of the request", "ask the partner for it")
	}
	switch code := s.Value(1); code {
	case "N", "B", "S":
	case "D", "F":
		q.Cancel = true
	case "R", "L", "G":
		q.Change = true
	case "T":
		r.info("purpose", s, 1, "W0501 T says that it was sent before")
	case "A", "X":
		r.block("purpose", s, 1, fmt.Sprintf("W0501 %s is not to be carried out", code), "read it for information, or ask the partner what is meant")
	default:
		r.warn("purpose", s, 1, fmt.Sprintf("W0501 %s is taken as a new request", code), "agree with the partner on what it means")
	}
}

// party reads an N1 loop: the warehouse, and where the goods go.
func (r *shippingOrderReader) party(s x12.Segment, c *x12.Cursor) {
	p := r.siteLoop(s, c, party.ShipTo)
	switch {
	case s.Value(1) == "WH":
		if r.request.Site = p.ID; p.ID == "" {
			r.request.Site = describe(p)
		}
	case slices.Contains(rolesOf(s.Value(1)), party.ShipTo) && !r.to:
		p.ID = "" // it is no site
		r.request.To, r.to = p, true
	default:
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no place in the shipping order", s.Value(1), describe(p)))
	}
}

// line reads a W01 loop.
func (r *shippingOrderReader) line(s x12.Segment, c *x12.Cursor) {
	r.lines++
	l := WarehouseLine{Quantity: r.quantity(s, 1, 2)}
	for _, i := range []int{4, 6, 15} {
		l.Identifiers = r.pair(l.Identifiers, s, i)
	}
	if id, told := caseCode(s.Value(3)); told && !slices.Contains(l.Identifiers, id) {
		l.Identifiers = append(l.Identifiers, id)
	}
	for more := true; more; {
		switch d := c.Peek(); d.ID() {
		case "G69":
			l.Description = joined(l.Description, c.Next().Value(1))
		case "N9":
			if ref, ok := referenceOf(c.Next()); ok && ref.Qualifier == "LI" && l.ID == "" {
				l.ID = ref.Value
			} else {
				r.homeless("line", d)
			}
		default:
			more = false
		}
	}
	switch {
	case len(l.Identifiers) == 0:
		r.block("item-missing", s, 4, "the line names no item", "ask the partner which item is meant")
	case l.Quantity.Unit() == 0: // told
	case l.Quantity.Sign() <= 0:
		r.block("quantity", s, 1, fmt.Sprintf("%s cannot be shipped", l.Quantity), "ask the partner how much is meant")
	default:
		if l.ID == "" {
			l.ID = strconv.Itoa(r.lines)
		}
		r.request.Lines = append(r.request.Lines, l)
	}
}

// conclude says what can be said only at the end.
func (r *shippingOrderReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("w05-missing"), "", "the set has no W05, which names the request", "ask the partner to send it anew")
	}
	if r.lines == 0 && !r.request.Cancel {
		r.found.Block(r.code("w01-missing"), "", "the set has no W01: nothing is asked for", "ask the partner to send it anew")
	}
	if text := r.totals.Value(1); text != "" && r.lines == len(r.request.Lines) {
		sum := decimal.Zero
		for i := range r.request.Lines {
			sum = sum.Add(r.request.Lines[i].Quantity.Decimal())
		}
		if n, err := decimalOf(text); err != nil || !n.Equal(sum) {
			r.warn("total", r.totals, 1, fmt.Sprintf("W7601 says %s in all, the lines add up to %s", text, sum), "ask the partner whether a line was lost")
		}
	}
	r.leftOut()
}
