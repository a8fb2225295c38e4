package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// ReadReturnRequest reads a request to return goods, or the notification that they are
// on their way, X12 180 of any version. What [WriteReturnRequest] writes reads back equal.
//
// A set that answers a request (BGN01 11) is for [ReadReturnAnswer]. Prices are in the
// currency of the agreement. A line that cannot be read is left out, with a finding that
// blocks.
func ReadReturnRequest(set *x12.Set, o Options) (ReturnRequest, finding.List) {
	r := newReturnReader(set, &o)
	if r.is(set, "a return") {
		r.read(set)
		if r.purpose == returnAnswered {
			r.block("answer", r.bgn, 1, "BGN01 11 answers a request and is none", "read it as the answer to a return")
		}
	}
	q := ReturnRequest{
		Source: r.source, Number: r.number, Date: r.date, Kind: AskReturn, Authorization: r.numbers.authorization, PurchaseOrder: r.numbers.purchaseOrder,
		Invoice: r.numbers.invoice, Shipped: r.shipped, Disposition: r.disposition, Reason: r.reason, References: r.numbers.references,
		Parties: r.parties, Notes: r.notes,
	}
	if r.purpose == returnNotified {
		q.Kind = NotifyReturn
	}
	for i := range r.lines {
		l := &r.lines[i]
		q.Lines = append(q.Lines, ReturnLine{
			ID: l.id, Identifiers: l.Identifiers, Description: l.Description, Quantity: l.Quantity, Price: l.Price, Disposition: l.Disposition,
			Reason: l.Reason, Used: l.Used, Authorization: l.numbers.authorization, PurchaseOrder: l.numbers.purchaseOrder, Invoice: l.numbers.invoice,
			References: l.numbers.references, Notes: l.Notes,
		})
	}
	r.leftOut()
	return q, r.found
}

// ReadReturnAnswer reads the answer to a request to return goods, X12 180 of any version,
// for who asked. What [WriteReturnAnswer] writes reads back equal, but for how charges
// are explained.
func ReadReturnAnswer(set *x12.Set, o Options) (ReturnAnswer, finding.List) {
	r := newReturnReader(set, &o)
	r.parts = true
	if r.is(set, "the answer to a return") {
		r.read(set)
		if r.purpose == returnAsked || r.purpose == returnNotified {
			r.block("request", r.bgn, 1, fmt.Sprintf("BGN01 %s asks or tells, and answers nothing", r.purpose), "read it as a request")
		}
	}
	a := ReturnAnswer{
		Source: r.source, Number: r.number, Request: r.of, Date: r.date, Authorization: r.numbers.authorization, Expires: r.expires,
		PurchaseOrder: r.numbers.purchaseOrder, Invoice: r.numbers.invoice, References: r.numbers.references, Parties: r.parties,
		Charges: r.charges, Notes: r.notes,
	}
	for i := range r.lines {
		l := &r.lines[i]
		line := ReturnAnswerLine{
			ID: l.id, Identifiers: l.Identifiers, Description: l.Description, Quantity: l.Quantity, Disposition: l.Disposition, Reason: l.answered,
			Authorization: l.numbers.authorization, Notes: l.Notes,
		}
		if line.Disposition == "" {
			line.Disposition = r.disposition
		}
		if !line.Disposition.known() {
			r.block("disposition", l.bli, 0, fmt.Sprintf("the answer does not say what becomes of line %s", l.id), "ask the partner")
		}
		a.Lines = append(a.Lines, line)
	}
	r.leftOut()
	return a, r.found
}

// returnNumbers are the numbers that a return or a line of it names.
type returnNumbers struct {
	authorization, purchaseOrder, invoice string
	references                            []order.Reference
}

// returnItem is a BLI loop.
type returnItem struct {
	ReturnLine
	bli      x12.Segment
	id       string
	answered string
	numbers  returnNumbers
}

// returnReader reads one 180.
type returnReader struct {
	reader
	source           order.Source
	bgn              x12.Segment
	purpose          string
	number, of       string
	date             calendar.Date
	shipped, expires calendar.Date
	disposition      Disposition
	reason           ReturnReason
	numbers          returnNumbers
	parties          []order.Party
	charges          []order.Charge
	notes            []string
	lines            []returnItem
	line             *returnItem // that is open
	parts            bool        // lines of the same number are parts of it
	sound            bool
	loops            int // BLI
}

func newReturnReader(set *x12.Set, o *Options) *returnReader {
	return &returnReader{reader: reader{set: "180", document: "return", agreed: o}, source: source(set)}
}

// read goes through the set.
func (r *returnReader) read(set *x12.Set) {
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.close()
	if r.bgn.IsZero() {
		r.found.Block(r.code("bgn-missing"), "", "the set has no BGN, which names the return", "ask the partner to send it anew")
	}
	if r.loops == 0 {
		r.found.Block(r.code("bli-missing"), "", "the set has no BLI: nothing is returned", "ask the partner to send it anew")
	}
	r.numberLines()
}

func (r *returnReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "BGN":
		r.beginning(s)
	case "BLI":
		r.item(s)
	case "RDR":
		r.dispose(s)
	case "PRF":
		r.at().purchaseOrder = strings.TrimSpace(s.Value(1))
	case "N9":
		r.nine(s)
	case "DTM":
		r.when(s)
	case "NTE":
		if text := strings.TrimSpace(s.Value(2)); text != "" {
			*r.texts() = append(*r.texts(), text)
		}
	case "PID":
		r.describe(s)
	case "SAC":
		r.charge(s)
	case "N1":
		r.party(s, c)
	default:
		r.homeless("return", s)
	}
}

// beginning reads BGN.
func (r *returnReader) beginning(s x12.Segment) {
	if !r.bgn.IsZero() {
		r.block("bgn-repeated", s, 0, "the set has a second BGN", "ask the partner to send each return in a set of its own")
		return
	}
	r.bgn, r.purpose = s, s.Value(1)
	r.number, r.of, r.date = strings.TrimSpace(s.Value(2)), strings.TrimSpace(s.Value(6)), r.day(s, 3)
	if r.number == "" {
		r.block("number-missing", s, 2, "BGN02 has no number of the return", "ask the partner for it")
	}
	switch r.purpose {
	case "00", returnAsked, returnNotified, returnAnswered:
	case "01", "03", "04", "05":
		r.block("purpose", s, 1, fmt.Sprintf("BGN01 %s changes or takes back a return", r.purpose), "handle it by hand")
	default:
		r.warn("purpose", s, 1, fmt.Sprintf("BGN01 %s is taken as a request", r.purpose), "agree with the partner on what it means")
	}
}

// at are the numbers of whatever is open.
func (r *returnReader) at() *returnNumbers {
	if r.line != nil {
		return &r.line.numbers
	}
	return &r.numbers
}

// texts are the notes of whatever is open.
func (r *returnReader) texts() *[]string {
	if r.line != nil {
		return &r.line.Notes
	}
	return &r.notes
}

// nine reads N9 of whatever is open.
func (r *returnReader) nine(s x12.Segment) {
	ref, ok := referenceOf(s)
	if !ok {
		r.info("reference-empty", s, 2, fmt.Sprintf("N9 %s has no number", s.Value(1)))
		return
	}
	n := r.at()
	switch {
	case ref.Qualifier == "LI" && r.line != nil && r.line.id == "":
		r.line.id = ref.Value
	case ref.Qualifier == "RZ" && n.authorization == "":
		n.authorization = ref.Value
	case ref.Qualifier == "IV" && n.invoice == "":
		n.invoice = ref.Value
	case ref.Qualifier == "PO" && n.purchaseOrder == "":
		n.purchaseOrder = ref.Value
	default:
		n.references = append(n.references, ref)
	}
}

// when reads DTM: when the goods left, and until when they may.
func (r *returnReader) when(s x12.Segment) {
	switch code := s.Value(1); {
	case r.line == nil && code == "011":
		r.shipped = r.day(s, 2)
	case r.line == nil && code == "036":
		r.expires = r.day(s, 2)
	default:
		r.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in the return", code, s.Value(2)))
	}
}

// dispose reads RDR of whatever is open.
func (r *returnReader) dispose(s x12.Segment) {
	d, reason := Disposition(s.Value(1)), ReturnReason(s.Value(2))
	if d != "" && !d.known() {
		r.warn("disposition", s, 1, fmt.Sprintf("%q is no disposition", d), "ask the partner what is to be done with the goods")
	}
	if text := strings.TrimSpace(s.Value(4)); text != "" {
		*r.texts() = append(*r.texts(), text)
	}
	if r.line == nil {
		r.disposition, r.reason = d, reason
		return
	}
	r.line.Disposition, r.line.Reason, r.line.answered = d, reason, s.Value(3)
	if used := s.Value(5); used == "Y" || used == "N" {
		yes := used == "Y"
		r.line.Used = &yes
	}
}

// describe reads PID.
func (r *returnReader) describe(s x12.Segment) {
	text := strings.TrimSpace(s.Value(5))
	switch {
	case r.line == nil || text == "":
		r.homeless("return", s)
	default:
		r.line.Description = joined(r.line.Description, text)
	}
}

// charge reads SAC. That of a line is mentioned.
func (r *returnReader) charge(s x12.Segment) {
	if r.line != nil || len(r.charges) >= mostFindings {
		r.warn("charge", s, 1, "an allowance or charge of a line has no place in the return: "+s.String(), "read it in the raw document")
		return
	}
	charges := chargeReader{agreed: r.agreed, currency: r.agreed.Currency}
	c, ok := charges.readSAC(s)
	r.take(charges.found)
	if ok {
		r.charges = append(r.charges, c)
	}
}

// party reads an N1 loop.
func (r *returnReader) party(s x12.Segment, c *x12.Cursor) {
	p := r.partyLoop(s, c)
	roles := rolesOf(s.Value(1))
	if len(roles) == 0 || r.line != nil {
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no role in the return", s.Value(1), describe(p)))
		return
	}
	for _, role := range roles {
		p.Role = role
		r.parties = append(r.parties, p)
	}
}

// item reads BLI.
func (r *returnReader) item(s x12.Segment) {
	r.close()
	r.loops++
	r.line = &returnItem{bli: s}
	l := r.line
	l.Quantity = r.quantity(s, 3, 4)
	r.sound = l.Quantity.Unit() != 0
	if l.Quantity.Sign() < 0 {
		r.block("quantity", s, 3, fmt.Sprintf("%s cannot be returned", l.Quantity), "ask the partner how much is meant")
		r.sound = false
	}
	for _, i := range []int{1, 8, 10, 12} {
		l.Identifiers = r.pair(l.Identifiers, s, i)
	}
	if len(l.Identifiers) == 0 {
		r.block("item-missing", s, 1, "the line names no item", "ask the partner which item is meant")
		r.sound = false
	}
	l.Price = r.unitPrice(s, 6)
}

// unitPrice reads a price in the currency of the agreement; nil: there is none that can
// be compared with ours.
func (r *returnReader) unitPrice(s x12.Segment, element int) *money.Amount {
	text := s.Value(element)
	if text == "" {
		return nil
	}
	if r.agreed.Currency == 0 {
		if r.once("price-currency") {
			r.warn("price-currency", s, element, "the set has no currency, nor has the agreement with the partner; prices are left out", "agree with the partner on the currency")
		}
		return nil
	}
	n, err := x12.ParseReal(text)
	if err != nil {
		r.warn("price", s, element, fmt.Sprintf("%q is no number", text), "ask the partner for the price")
		return nil
	}
	a, err := money.ParseNumber(n, r.agreed.Currency)
	if err != nil {
		r.warn("price", s, element, err.Error(), "ask the partner for the price")
		return nil
	}
	return &a
}

// close keeps the line that is open.
func (r *returnReader) close() {
	if r.line != nil && r.sound {
		r.lines = append(r.lines, *r.line)
	}
	r.line = nil
}

// numberLines gives lines that have no number, or that of a line before that is no part
// of the same, one that no other has, from their place on.
func (r *returnReader) numberLines() {
	given := make(map[string]bool, len(r.lines))
	for i := range r.lines {
		l := &r.lines[i]
		if given[l.id] && !r.parts {
			r.warn("line-repeated", l.bli, 0, fmt.Sprintf("a line before has the number %s, too; this one goes by its place", l.id), "ask the partner for the number")
			l.id = ""
		}
		given[l.id] = l.id != ""
	}
	next := 1
	for i := range r.lines {
		if r.lines[i].id != "" {
			continue
		}
		for next = max(next, i+1); given[strconv.Itoa(next)]; next++ {
		}
		r.lines[i].id = strconv.Itoa(next)
		given[r.lines[i].id] = true
	}
}
