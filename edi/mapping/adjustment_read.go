package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// ReadAdjustment reads a credit or debit memo, X12 812 of any version: a customer's
// deduction, or what a vendor credits us. What [WriteAdjustment] writes reads back equal,
// but for how charges are explained.
//
// Amounts are in the currency of CUR, else in that of the agreement; without either the
// set cannot be read. Lines and charges have to come to the amount of the memo; what
// does not tie is a finding that blocks, and the amounts stand as they were told. An
// amount below zero goes the other way.
func ReadAdjustment(set *x12.Set, o Options) (Adjustment, finding.List) {
	r := adjustmentReader{reader: reader{set: "812", document: "memo", agreed: &o}, currency: o.Currency}
	r.memo.Source = source(set)
	if !r.is(set, "a credit or debit memo") {
		return r.memo, r.found
	}
	if s, stated := x12.Find(set.Body(), "CUR"); stated {
		c, err := money.ParseCurrency(s.Value(2))
		if err != nil {
			r.block("currency", s, 2, fmt.Sprintf("%q is no currency", s.Value(2)), "ask the partner for the ISO 4217 code")
		}
		r.currency = c
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.conclude()
	return r.memo, r.found
}

// adjustmentReader reads one 812.
type adjustmentReader struct {
	reader
	memo     Adjustment
	currency money.Currency
	begun    bool
	bcd      x12.Segment
	line     *AdjustmentLine // the CDD that is open
}

func (r *adjustmentReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "BCD":
		r.beginning(s)
	case "CUR": // read before
	case "N9":
		r.reference(s)
	case "SAC":
		r.charge(s)
	case "N1":
		r.party(s, c)
	case "CDD":
		r.detail(s)
	case "LIN":
		if r.line != nil {
			r.line.Identifiers = r.identify(r.line.Identifiers, s, 2)
		} else {
			r.homeless("memo", s)
		}
	default:
		r.homeless("memo", s)
	}
}

// beginning reads BCD.
func (r *adjustmentReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("bcd-repeated", s, 0, "the set has a second BCD", "ask the partner to send each memo in a set of its own")
		return
	}
	r.begun, r.bcd = true, s
	m := &r.memo
	m.Date, m.Number, m.Handling = r.day(s, 1), strings.TrimSpace(s.Value(2)), s.Value(3)
	m.InvoiceDate, m.Invoice, m.SalesOrder = r.day(s, 6), strings.TrimSpace(s.Value(7)), strings.TrimSpace(s.Value(8))
	m.PurchaseOrderDate, m.PurchaseOrder = r.day(s, 9), strings.TrimSpace(s.Value(10))
	if ref := (order.Reference{Qualifier: s.Value(13), Value: strings.TrimSpace(s.Value(14))}); ref.Value != "" {
		m.References = append(m.References, ref)
	}
	if m.Number == "" {
		r.block("number-missing", s, 2, "BCD02 has no number of the memo", "ask the partner for it")
	}
	if r.currency == 0 {
		r.block("currency-missing", s, 4, "neither CUR nor the agreement with the partner names the currency: no amount can be read",
			"agree with the partner on the currency")
	}
	m.Kind, m.Amount = r.amount(s, 4, 5)
	switch purposeOf(s.Value(11)) {
	case orders:
	case again:
		r.info("purpose", s, 11, fmt.Sprintf("BCD11 %s says that it was sent before", s.Value(11)))
	case changing:
		r.warn("purpose", s, 11, fmt.Sprintf("BCD11 %s changes or takes back a memo of the same number", s.Value(11)), "look at the one before")
	default:
		r.warn("purpose", s, 11, fmt.Sprintf("BCD11 %s is taken as a memo that holds", s.Value(11)), "agree with the partner on what it means")
	}
}

// way reads which way an amount goes, and gives the other one, too.
func (r *adjustmentReader) way(s x12.Segment, flag int) (kind, other AdjustmentKind) {
	switch code := s.Value(flag); code {
	case "C":
	case "D":
		return DebitMemo, CreditMemo
	default:
		r.block("flag", s, flag, fmt.Sprintf("%q does not say whether it is a credit or a debit", code), "ask the partner which it is")
	}
	return CreditMemo, DebitMemo
}

// amount reads an amount and which way it goes.
func (r *adjustmentReader) amount(s x12.Segment, element, flag int) (AdjustmentKind, money.Amount) {
	kind, other := r.way(s, flag)
	zero := money.Zero(r.currency)
	if r.currency == 0 {
		return kind, zero
	}
	if s.Value(element) == "" {
		r.block("amount", s, element, fmt.Sprintf("%s%02d has no amount", s.ID(), element), "ask the partner for the amount")
		return kind, zero
	}
	n, err := x12.ParseImplied(s.Value(element), 2)
	if err != nil {
		r.block("amount", s, element, fmt.Sprintf("%q is no amount with two implied decimals", s.Value(element)), "ask the partner for the amount")
		return kind, zero
	}
	a, err := money.ParseNumber(n, r.currency)
	if err != nil {
		r.block("amount", s, element, err.Error(), "ask the partner for the amount")
		return kind, zero
	}
	if a.Sign() < 0 {
		return other, a.Neg()
	}
	return kind, a
}

// reference reads N9 of the memo or of its line.
func (r *adjustmentReader) reference(s x12.Segment) {
	ref, ok := referenceOf(s)
	switch {
	case !ok:
		r.info("reference-empty", s, 2, fmt.Sprintf("N9 %s has no number", s.Value(1)))
	case r.line != nil:
		r.line.References = append(r.line.References, ref)
	case len(r.memo.References) > 0 && r.memo.References[0] == ref: // BCD14, once more
	default:
		r.memo.References = append(r.memo.References, ref)
	}
}

// charge reads SAC. That of a line explains its amount, in which it is.
func (r *adjustmentReader) charge(s x12.Segment) {
	if r.line != nil {
		r.info("line-charge", s, 1, "an allowance or charge of a line is in its amount; how it is made up stays in the raw document")
		return
	}
	charges := chargeReader{agreed: r.agreed, currency: r.currency}
	c, ok := charges.readSAC(s)
	r.take(charges.found)
	switch {
	case !ok:
	case len(r.memo.Charges) >= mostFindings:
		if r.once("charges") {
			r.block("charges", s, 0, fmt.Sprintf("there are more than %d allowances and charges", mostFindings), "ask the partner to divide the memo")
		}
	default:
		r.memo.Charges = append(r.memo.Charges, c)
	}
}

// party reads an N1 loop.
func (r *adjustmentReader) party(s x12.Segment, c *x12.Cursor) {
	p := r.partyLoop(s, c)
	roles := rolesOf(s.Value(1))
	if len(roles) == 0 || r.line != nil {
		r.info("party-not-mapped", s, 1, fmt.Sprintf("party %s (%s) has no role in the memo", s.Value(1), describe(p)))
		return
	}
	for _, role := range roles {
		p.Role = role
		r.memo.Parties = append(r.memo.Parties, p)
	}
}

// detail reads CDD.
func (r *adjustmentReader) detail(s x12.Segment) {
	l := AdjustmentLine{ID: strings.TrimSpace(s.Value(3)), Reason: s.Value(1)}
	if s.Value(7) != "" {
		l.Quantity = r.quantity(s, 7, 8)
	}
	l.Difference = r.real(s, 9)
	l.Price = r.real(s, 11)
	if s.Value(13) != "" {
		r.info("price-not-mapped", s, 13, fmt.Sprintf("the price %s %s has no place in the memo", s.Value(12), s.Value(13)))
	}
	if s.Value(4) == "" && l.Quantity.Unit() != 0 && l.Difference != nil {
		l.Kind, l.Amount = r.workedOut(s, &l)
	} else {
		l.Kind, l.Amount = r.amount(s, 4, 2)
	}
	r.memo.Lines = append(r.memo.Lines, l)
	r.line = &r.memo.Lines[len(r.memo.Lines)-1]
}

// workedOut is the amount of a line that tells quantity and price difference alone.
func (r *adjustmentReader) workedOut(s x12.Segment, l *AdjustmentLine) (AdjustmentKind, money.Amount) {
	amount, err := money.Extend(*l.Difference, l.Quantity, 1, r.currency.Digits(), money.HalfUp)
	if err != nil {
		r.block("amount", s, 9, err.Error(), "ask the partner for the amount")
		amount = money.Zero(r.currency)
	}
	kind, _ := r.way(s, 2)
	return kind, amount.Abs()
}

// real reads an amount of type R; nil: there is none.
func (r *adjustmentReader) real(s x12.Segment, element int) *money.Amount {
	text := s.Value(element)
	if text == "" || r.currency == 0 {
		return nil
	}
	n, err := x12.ParseReal(text)
	if err != nil {
		r.block("price", s, element, fmt.Sprintf("%q is no number", text), "ask the partner for the price")
		return nil
	}
	a, err := money.ParseNumber(n, r.currency)
	if err != nil {
		r.block("price", s, element, err.Error(), "ask the partner for the price")
		return nil
	}
	return &a
}

// conclude says what can be said only at the end.
func (r *adjustmentReader) conclude() {
	m := &r.memo
	if !r.begun {
		r.found.Block(r.code("bcd-missing"), "", "the set has no BCD, which carries the memo", "ask the partner to send it anew")
	}
	if r.begun && m.Invoice == "" && m.PurchaseOrder == "" && len(m.References) == 0 {
		r.warn("about-nothing", r.bcd, 7, "the memo names neither an invoice nor a purchase order nor a reference", "ask the partner what it is about")
	}
	if r.begun && r.currency != 0 && len(m.Lines)+len(m.Charges) > 0 {
		total, err := m.Total()
		switch {
		case err != nil:
			r.block("total", r.bcd, 4, "the amounts do not add up: "+err.Error(), "ask the partner for the amounts")
		case total != m.Amount:
			r.block("total", r.bcd, 4, fmt.Sprintf("BCD04 is %s, lines and charges come to %s", m.Amount, total), "ask the partner what the difference is for")
		}
	}
	r.leftOut()
}
