package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// beginning reads BEG: purpose, type, number, release, date, contract.
func (r *orderReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("beg-repeated", s, 0, "the set has a second BEG", "ask the partner to send each order in a set of its own")
		return
	}
	r.begun = true
	r.purpose(s, 1, purposeOf(s.Value(1)))
	t, p := orderType(s.Value(2))
	r.purpose(s, 2, p)
	r.doc.Type = t
	r.doc.PurchaseOrder, r.doc.Release = strings.TrimSpace(s.Value(3)), strings.TrimSpace(s.Value(4))
	if r.doc.PurchaseOrder == "" {
		r.block("purchase-order-missing", s, 3, "BEG03 has no purchase order number", "ask the partner for the number")
	}
	r.doc.Date = r.day(s, 5)
	r.ranks[orderDate] = 1
	if contract := strings.TrimSpace(s.Value(6)); contract != "" {
		r.doc.References = append(r.doc.References, order.Reference{Qualifier: "CT", Value: contract})
	}
	if s.Value(7) != "" {
		r.info("acknowledgement", s, 7, fmt.Sprintf("the partner asks for an acknowledgement of type %s", s.Value(7)))
	}
}

// purpose says what a code of BEG means for what shall happen with the set.
func (r *orderReader) purpose(s x12.Segment, element int, p purpose) {
	name := fmt.Sprintf("BEG%02d %s", element, s.Value(element))
	switch p {
	case orders:
	case again:
		r.info("purpose", s, element, name+" says that it was sent before")
	case confirming:
		r.warn("purpose", s, element, name+" confirms an order that was placed otherwise", "check that it is not entered twice")
	case changing:
		r.block("purpose", s, element, name+" changes or cancels an order", "send changes as an 860, or handle it by hand")
	case informing:
		r.block("purpose", s, element, name+" is not to be carried out", "read it for information, or ask the partner what is meant")
	case unclear:
		r.warn("purpose", s, element, name+" is taken as an ordinary order", "agree with the partner on what it means")
	}
}

// currency reads CUR, which stands before the lines.
func (r *orderReader) currency(s x12.Segment) {
	c, err := money.ParseCurrency(s.Value(2))
	switch {
	case err != nil:
		r.block("currency", s, 2, fmt.Sprintf("%q is no currency", s.Value(2)), "ask the partner for the ISO 4217 code")
	case len(r.doc.Lines) > 0 && r.currencyOf() != c:
		r.block("currency", s, 2, "CUR stands behind lines with prices in another currency", "ask the partner which currency holds")
	case r.doc.Currency != 0 && r.doc.Currency != c:
		r.block("currency", s, 2, fmt.Sprintf("the order is in %s and in %s", r.doc.Currency, c), "ask the partner which currency holds")
	default:
		r.doc.Currency = c
	}
}

// currencyOf is that of the prices: stated, else agreed; zero: neither.
func (r *orderReader) currencyOf() money.Currency {
	if r.doc.Currency != 0 {
		return r.doc.Currency
	}
	return r.agreed.Currency
}

// reference reads REF and N9.
func (r *orderReader) reference(s x12.Segment) {
	value := strings.TrimSpace(s.Value(2))
	if value == "" {
		value = strings.TrimSpace(s.Value(3))
	}
	if value == "" {
		r.info("reference-empty", s, 2, fmt.Sprintf("%s %s has no number", s.ID(), s.Value(1)))
		return
	}
	r.doc.References = append(r.doc.References, order.Reference{Qualifier: s.Value(1), Value: value})
}

// notes is the qualifier (X12 element 128) of an N9 that carries texts for people.
const notes = "L1"

// note reads the rest of an N9 loop.
func (r *orderReader) note(c *x12.Cursor, line string) {
	for {
		switch c.Peek().ID() {
		case "MSG", "MTX":
			r.instruct(line, freeText(c.Next()))
		case "DTM", "PWK", "EFI":
			r.homeless("N9 loop", c.Next())
		default:
			return
		}
	}
}

// freeText is that of MSG, or of MTX, which took its place in 005010.
func freeText(s x12.Segment) string {
	if s.Is("MTX") {
		return strings.TrimSpace(s.Value(2) + " " + s.Value(3))
	}
	return s.Value(1)
}

// instruct keeps a text for people, with the line that it is about.
func (r *orderReader) instruct(line, text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if line != "" {
		text = "line " + line + ": " + text
	}
	r.doc.Instructions = append(r.doc.Instructions, text)
}

// routing reads TD5, how the customer wants it sent, for a person.
func (r *orderReader) routing(s x12.Segment) {
	var parts []string
	for _, element := range []int{3, 5, 12} { // carrier, routing, service level
		if v := strings.TrimSpace(s.Value(element)); v != "" {
			parts = append(parts, v)
		}
	}
	if len(parts) == 0 {
		r.homeless("order", s)
		return
	}
	r.instruct("", "routing: "+strings.Join(parts, " "))
}

// freight reads FOB: who pays the carrier, where risk passes, the Incoterm.
func (r *orderReader) freight(s x12.Segment) {
	switch method := s.Value(1); method {
	case "":
	case "DF": // defined by buyer and seller: says nothing of its own but where risk passes
		r.doc.Freight = terms.Freight{Passes: pointOf(s.Value(2))}
		r.info("freight", s, 1, "freight is as agreed between buyer and seller: "+strings.TrimSpace(s.Value(3)))
	default:
		f, err := freightOf(method, s.Value(2))
		if err != nil {
			r.warn("freight", s, 1, err.Error(), "the customer's agreed freight terms hold")
		} else {
			r.doc.Freight = f
		}
	}
	if s.Value(5) == "" {
		return
	}
	t, err := terms.ParseIncoterm(s.Value(5))
	if err == nil && s.Value(4) != "" && s.Value(4) != "01" {
		err = fmt.Errorf("FOB04 %s says that %s is no Incoterm", s.Value(4), s.Value(5))
	}
	if err != nil {
		r.warn("incoterm", s, 5, err.Error(), "the customer's agreed delivery terms hold")
		return
	}
	r.doc.Incoterm, r.doc.IncotermPlace = t, strings.TrimSpace(s.Value(7))
}

// charge reads SAC and its CUR. An allowance or charge that the customer
// states changes no price of ours: somebody has to agree.
func (r *orderReader) charge(s x12.Segment, c *x12.Cursor, loop string) {
	c.Take("CUR")
	what := "an allowance"
	switch s.Value(1) {
	case "A":
	case "C":
		what = "a charge"
	case "N":
		r.info("charge-none", s, 1, strings.TrimSpace(fmt.Sprintf("the %s says that there is neither allowance nor charge %s %s",
			loop, s.Value(2)+s.Value(4), s.Value(15))))
		return
	default:
		what = fmt.Sprintf("an allowance or charge of kind %q", s.Value(1))
	}
	for _, code := range []int{2, 4, 15} {
		if v := strings.TrimSpace(s.Value(code)); v != "" {
			what += " " + v
		}
	}
	if v := s.Value(5); v != "" {
		if amount, err := x12.ParseImplied(v, 2); err == nil {
			v = amount
		}
		what += " of " + v
	}
	if v := s.Value(7); v != "" {
		what += " of " + v + "%"
	}
	if v := s.Value(8); v != "" {
		what += " of " + v + " a unit"
	}
	r.warn("charge", s, 1, fmt.Sprintf("the customer states %s for the %s; it is not in the price that we compare", what, loop),
		"compare it with what was agreed")
}

// date reads DTM: the days that the whole order asks for.
func (r *orderReader) date(s x12.Segment) {
	field, rank := dateOf(s.Value(1))
	var target *calendar.Date
	switch field {
	case shipDate:
		target = &r.doc.RequestedShip
	case deliveryDate:
		target = &r.doc.RequestedDelivery
	case cancelDate:
		target = &r.doc.CancelAfter
	case orderDate:
		target = &r.doc.Date
	case noDate:
		r.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in the order", s.Value(1), s.Value(2)))
		return
	}
	r.choose(s, target, &r.ranks[field], rank)
}

// choose keeps the date that says best when it is wanted, and mentions the other.
func (r *orderReader) choose(s x12.Segment, target *calendar.Date, known *int, rank int) {
	d := r.day(s, 2)
	if d.IsZero() {
		return
	}
	switch {
	case target.IsZero() || rank+1 < *known:
		if !target.IsZero() && *target != d {
			r.info("date-window", s, 1, fmt.Sprintf("date %s (%s) says it better than %s", s.Value(1), d, *target))
		}
		*target, *known = d, rank+1
	case *target != d:
		r.info("date-window", s, 1, fmt.Sprintf("date %s (%s) stands beside %s, which says it better", s.Value(1), d, *target))
	}
}

// hashTotal adds up PO102 in the two ways that senders fill CTT02: as numbers,
// and with decimal points left out, as the standard's dictionary describes it.
type hashTotal struct {
	numbers, digits decimal.Decimal
}

func hashTotalOf(segments []x12.Segment) hashTotal {
	var h hashTotal
	for i := range segments {
		text := segments[i].Value(2)
		if !segments[i].Is("PO1") {
			continue
		}
		if n, err := decimalOf(text); err == nil {
			h.numbers = h.numbers.Add(n)
			n, _ = decimalOf(strings.Replace(text, ".", "", 1)) // digits as before
			h.digits = h.digits.Add(n)
		}
	}
	return h
}

// is tells whether a total is what senders make of the quantities. The
// standard cuts it on the left after ten digits.
func (h hashTotal) is(total decimal.Decimal) bool {
	ten := decimal.New(1, 10)
	return total.Equal(h.numbers) || total.Equal(h.digits) || total.Equal(h.digits.Mod(ten))
}

// lineCount compares CTT01 with the number of lines.
func (r *reader) lineCount(s x12.Segment, lines int) {
	if text := s.Value(1); text != "" {
		if n, err := strconv.Atoi(text); err != nil || n != lines {
			r.warn("line-count", s, 1, fmt.Sprintf("CTT01 announces %s lines, there are %d", text, lines),
				"ask the partner whether a line was lost")
		}
	}
}

// checkTotals compares CTT with what was read.
func (r *orderReader) checkTotals() {
	s := r.totals
	if s.IsZero() {
		return
	}
	r.lineCount(s, len(r.doc.Lines))
	if s.Value(2) == "" {
		return
	}
	announced, err := decimalOf(s.Value(2))
	hash := hashTotalOf(r.body)
	switch {
	case err != nil:
		r.warn("hash-total", s, 2, fmt.Sprintf("%q is no number", s.Value(2)), "ask the partner what is meant")
	case !hash.is(announced):
		r.warn("hash-total", s, 2, fmt.Sprintf("CTT02 announces a hash total of %s, the quantities add up to %s", announced, hash.numbers),
			"ask the partner whether a quantity was lost, or what it adds up")
	}
}
