package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// mostRemitted bounds the items and adjustments of a remittance.
const mostRemitted = 100_000

// ReadRemittance reads a payment order or remittance advice, X12 820 of any version;
// package edi/remit applies it to open items. What [WriteRemittance] writes reads back
// equal.
//
// Amounts are in the currency of CUR, else in that of the agreement; without either the
// set cannot be read. RMR04 is what is paid of an item. Adjustments within the item (ADX,
// and RMR08 with its reason) are taken as part of it where RMR05 less RMR06 says so, else
// where the payment ties with them, and are otherwise added to it, as some payers send
// the amount before adjustments.
//
// Items and adjustments have to come to the payment. What does not tie is a finding that
// blocks; the amounts stand as they were told.
func ReadRemittance(set *x12.Set, o Options) (Remittance, finding.List) {
	r := remittanceReader{reader: reader{set: "820", document: "remittance", agreed: &o}, currency: o.Currency}
	r.remittance.Source = source(set)
	if !r.is(set, "a remittance") {
		return r.remittance, r.found
	}
	if s, stated := x12.Find(set.Body(), "CUR"); stated {
		r.stated(s)
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.conclude()
	return r.remittance, r.found
}

// remittanceReader reads one 820.
type remittanceReader struct {
	reader
	remittance Remittance
	currency   money.Currency
	begun      bool
	bpr        x12.Segment
	entity     order.Party
	detail     bool // behind the first ENT, RMR or ADX

	items      []x12.Segment         // RMR
	item       *RemittedItem         // the one that is open
	adjustment *RemittanceAdjustment // the ADX that is open
}

// stated reads CUR.
func (r *remittanceReader) stated(s x12.Segment) {
	c, err := money.ParseCurrency(s.Value(2))
	if err != nil {
		r.block("currency", s, 2, fmt.Sprintf("%q is no currency", s.Value(2)), "ask the partner for the ISO 4217 code")
		return
	}
	r.currency = c
}

func (r *remittanceReader) segment(s x12.Segment, c *x12.Cursor) {
	rm := &r.remittance
	switch s.ID() {
	case "BPR":
		r.beginning(s)
	case "TRN":
		if rm.Trace == "" {
			rm.Trace, rm.Originator = strings.TrimSpace(s.Value(2)), strings.TrimSpace(s.Value(3))
		} else {
			r.homeless("remittance", s)
		}
	case "CUR": // read before
	case "N1":
		r.party(s, c)
	case "ENT":
		r.begin(s)
	case "RMR":
		r.remitted(s)
	case "ADX":
		r.adjust(s)
	case "REF":
		r.reference(s)
	case "NTE":
		*r.notes() = append(*r.notes(), strings.TrimSpace(s.Value(2)))
	case "DTM":
		r.date(s)
	default:
		r.homeless("remittance", s)
	}
}

// beginning reads BPR.
func (r *remittanceReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("bpr-repeated", s, 0, "the set has a second BPR", "ask the partner to send each payment in a set of its own")
		return
	}
	r.begun, r.bpr = true, s
	rm := &r.remittance
	if r.currency == 0 {
		r.block("currency-missing", s, 2, "neither CUR nor the agreement with the partner names the currency: no amount can be read",
			"agree with the partner on the currency")
	}
	rm.Handling, rm.Method, rm.Format = s.Value(1), s.Value(4), s.Value(5)
	var told bool
	if rm.Amount, told = r.amount(s, 2); !told && r.currency != 0 {
		rm.Amount = money.Zero(r.currency)
		if s.Value(2) == "" {
			r.block("amount", s, 2, "BPR02 does not say what is paid", "ask the partner for the amount")
		}
	}
	rm.Debit = s.Value(3) == "D"
	rm.From = BankAccount{BankScheme: s.Value(6), Bank: s.Value(7), Kind: s.Value(8), Account: s.Value(9)}
	rm.To = BankAccount{BankScheme: s.Value(12), Bank: s.Value(13), Kind: s.Value(14), Account: s.Value(15)}
	rm.Date = r.day(s, 16)
	switch {
	case rm.Amount.Sign() < 0:
		r.block("amount", s, 2, fmt.Sprintf("%s cannot be paid", rm.Amount), "ask the partner for the amount")
	case rm.Handling == "P":
		r.block("prenotification", s, 1, "BPR01 P tests an account: nothing is paid", "do not post it")
	case rm.Debit:
		r.warn("debit", s, 3, "BPR03 D: the money is taken from the payee", "post it as money that went out")
	}
}

// amount reads an amount of type R in the currency of the remittance; false: there is
// none that can be read.
func (r *remittanceReader) amount(s x12.Segment, element int) (money.Amount, bool) {
	text := s.Value(element)
	if text == "" || r.currency == 0 {
		return money.Amount{}, false
	}
	n, err := x12.ParseReal(text)
	if err != nil {
		r.block("amount", s, element, fmt.Sprintf("%q is no number", text), "ask the partner for the amount")
		return money.Amount{}, false
	}
	a, err := money.ParseNumber(n, r.currency)
	if err != nil {
		r.block("amount", s, element, err.Error(), "ask the partner for the amount")
	}
	return a, err == nil
}

// party reads an N1 loop.
func (r *remittanceReader) party(s x12.Segment, c *x12.Cursor) {
	p := r.partyLoop(s, c)
	switch {
	case s.Value(1) == "PR" && r.remittance.Payer.Role == "" && !r.detail:
		p.Role = party.Payer
		r.remittance.Payer = p
	case s.Value(1) == "PE" && r.remittance.Payee.Role == "" && !r.detail:
		p.Role = party.Seller
		r.remittance.Payee = p
	default:
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no place in the remittance", s.Value(1), describe(p)))
	}
}

// begin reads ENT: the part of the payer that the next items are of.
func (r *remittanceReader) begin(s x12.Segment) {
	r.close()
	r.detail, r.entity = true, order.Party{}
	if number := strings.TrimSpace(s.Value(4)); number != "" {
		r.entity.Role = party.Payer
		r.entity.Identifiers = []party.Identifier{party.Identifier{Scheme: party.Scheme(s.Value(3)), Value: number}.Normalize()}
	}
}

// close ends the item and the adjustment that are open.
func (r *remittanceReader) close() { r.item, r.adjustment = nil, nil }

// room tells whether there is room for another item or adjustment.
func (r *remittanceReader) room(s x12.Segment, have int) bool {
	if have < mostRemitted {
		return true
	}
	if r.once("room") {
		r.block("too-many", s, 0, fmt.Sprintf("a remittance has %d items and adjustments at most", mostRemitted), "ask the partner to divide it")
	}
	return false
}

// remitted reads RMR.
func (r *remittanceReader) remitted(s x12.Segment) {
	r.close()
	r.detail = true
	rm := &r.remittance
	if !r.room(s, len(rm.Items)) {
		return
	}
	i := RemittedItem{Reference: order.Reference{Qualifier: s.Value(1), Value: strings.TrimSpace(s.Value(2))}, Action: s.Value(3), Entity: r.entity}
	var paid bool
	i.Paid, paid = r.amount(s, 4)
	i.Invoiced, _ = r.amount(s, 5)
	i.Discount, _ = r.amount(s, 6)
	if i.Reference.Value == "" {
		r.warn("item-missing", s, 2, "RMR02 does not name what is paid", "ask the partner which item is meant")
	}
	if a, ok := r.amount(s, 8); ok && !a.IsZero() {
		i.Adjustments = append(i.Adjustments, RemittanceAdjustment{Amount: a, Reason: s.Value(7)})
	}
	if !paid && r.currency != 0 {
		i.Paid = money.Zero(r.currency)
		due, known := i.Due()
		switch {
		case s.Value(4) != "": // told
		case known:
			r.warn("paid-missing", s, 4, fmt.Sprintf("RMR04 does not say what is paid; %s is taken, to which it comes", due), "agree with the partner on RMR04")
			i.Paid = due
		default:
			r.block("paid-missing", s, 4, "RMR04 does not say what is paid", "ask the partner for the amount")
		}
	}
	r.items = append(r.items, s)
	rm.Items = append(rm.Items, i)
	r.item = &rm.Items[len(rm.Items)-1]
}

// adjust reads ADX.
func (r *remittanceReader) adjust(s x12.Segment) {
	r.adjustment = nil
	r.detail = true
	a := RemittanceAdjustment{Reason: s.Value(2)}
	a.Reference = order.Reference{Qualifier: s.Value(3), Value: strings.TrimSpace(s.Value(4))}
	var ok bool
	if a.Amount, ok = r.amount(s, 1); !ok {
		if s.Value(1) == "" {
			r.block("amount", s, 1, "ADX01 does not say how much is adjusted", "ask the partner for the amount")
		}
		return
	}
	list := &r.remittance.Adjustments
	if r.item != nil {
		list = &r.item.Adjustments
	} else {
		a.Entity = r.entity
	}
	if r.room(s, len(*list)) {
		*list = append(*list, a)
		r.adjustment = &(*list)[len(*list)-1]
	}
}

// reference reads REF of whatever is open.
func (r *remittanceReader) reference(s x12.Segment) {
	ref, ok := referenceOf(s)
	switch {
	case !ok:
		r.info("reference-empty", s, 2, fmt.Sprintf("REF %s has no number", s.Value(1)))
	case r.adjustment != nil:
		r.adjustment.References = append(r.adjustment.References, ref)
	case r.item != nil:
		r.item.References = append(r.item.References, ref)
	case r.detail:
		r.info("reference-not-mapped", s, 1, fmt.Sprintf("REF %s %s stands at neither an item nor an adjustment", ref.Qualifier, ref.Value))
	default:
		r.remittance.References = append(r.remittance.References, ref)
	}
}

// notes are those of whatever is open.
func (r *remittanceReader) notes() *[]string {
	switch {
	case r.adjustment != nil:
		return &r.adjustment.Notes
	case r.item != nil:
		return &r.item.Notes
	}
	return &r.remittance.Notes
}

// date reads DTM of whatever is open. At an item it is that of the invoice, in front of
// them one that stands for a date that BPR16 does not tell: of the check or the transfer.
func (r *remittanceReader) date(s x12.Segment) {
	var target *calendar.Date
	switch code := s.Value(1); {
	case r.adjustment != nil:
		target = &r.adjustment.Date
	case r.item != nil && code == "003":
		target = &r.item.Date
	case !r.detail && (code == "020" || code == "007" || code == "009") && r.bpr.Value(16) == "":
		target = &r.remittance.Date
	default:
		r.info("date-not-mapped", s, 1, fmt.Sprintf("date %s (%s) has no place in the remittance", code, s.Value(2)))
		return
	}
	if target.IsZero() {
		*target = r.day(s, 2)
	}
}

// conclude checks what can be checked only at the end.
func (r *remittanceReader) conclude() {
	rm := &r.remittance
	if !r.begun {
		r.found.Block(r.code("bpr-missing"), "", "the set has no BPR, which carries the payment", "ask the partner to send it anew")
	}
	if rm.Trace == "" {
		r.found.Warn(r.code("trace-missing"), "", "the set has no TRN: payment and remittance can be brought together by the amount alone", "ask the partner for the trace number")
	}
	if rm.Date.IsZero() && r.begun {
		r.warn("date-missing", r.bpr, 16, "BPR16 does not say when the payment takes effect", "ask the partner for the date")
	}
	if r.begun && r.currency != 0 {
		r.tie()
	}
	r.leftOut()
}
