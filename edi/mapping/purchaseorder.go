package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
)

// PurchaseOrder reads a purchase order, X12 850 of any version, into a
// document. The findings say what of it is wrong or unclear, and what has no
// place in the document; they carry the segment and the element. A document
// with a finding that blocks cannot be submitted; it holds whatever could be
// read.
//
// Nothing in a set makes it fail otherwise: it returns a document and findings
// for any segments in any order.
func PurchaseOrder(set *x12.Set, o Options) (order.Document, finding.List) {
	r := &orderReader{Options: o, seen: make(map[string]bool)}
	r.doc.Type = order.Standard
	r.doc.Source = source(set)
	if set.ID != "850" {
		r.found.Block("edi.850.wrong-set", "", fmt.Sprintf("the set is a %s", set.ID), "read a set 850 as a purchase order")
		return r.doc, r.found
	}
	r.header(set.Cursor())
	return r.doc, r.found
}

func source(set *x12.Set) order.Source {
	s := order.Source{Channel: "x12", Control: set.Control}
	if set.Group != nil {
		s.Partner = set.Group.Sender
		s.Control = set.Group.Control + "/" + s.Control
		if ic := set.Interchange(); ic != nil {
			s.Partner = ic.SenderQualifier + ":" + ic.Sender
			s.Control = ic.Control + "/" + s.Control
		}
	}
	return s
}

// orderReader reads one 850.
type orderReader struct {
	Options
	doc   order.Document
	found finding.List
	seen  map[string]bool // segments without a place that were mentioned
}

// at is where a segment's element stands, as x12.Fault.Finding says it.
func at(s x12.Segment, element int) string {
	return s.Fault("", element, "", "").Finding().Path
}

func (r *orderReader) block(code string, s x12.Segment, element int, message, fix string) {
	r.found.Block("edi.850."+code, at(s, element), message, fix)
}

func (r *orderReader) warn(code string, s x12.Segment, element int, message, fix string) {
	r.found.Warn("edi.850."+code, at(s, element), message, fix)
}

// homeless mentions once that segments of a kind have no place in the document.
func (r *orderReader) homeless(s x12.Segment) {
	if !r.seen[s.ID()] {
		r.seen[s.ID()] = true
		r.found.Info("edi.850.not-mapped", at(s, 0), s.ID()+" has no place in the order and stays in the raw document", "")
	}
}

// header reads what stands before the lines, and then the lines.
func (r *orderReader) header(c *x12.Cursor) {
	for c.More() {
		s := c.Next()
		switch s.ID() {
		case "BEG":
			r.beginning(s)
		case "CUR":
			r.currency(s)
		case "REF":
			r.reference(s)
		case "FOB":
			r.freight(s)
		case "ITD":
			r.terms(s)
		case "DTM":
			r.date(s)
		case "N9":
			r.reference(s)
			for m, ok := c.Take("MSG"); ok; m, ok = c.Take("MSG") {
				r.instruct(m.Value(1))
			}
		case "MSG":
			r.instruct(s.Value(1))
		case "NTE":
			r.instruct(s.Value(2))
		case "N1":
			r.party(s, c)
		case "PO1":
			r.line(s, c)
		case "CTT":
			r.totals(s)
		default:
			r.homeless(s)
		}
	}
	if r.doc.PurchaseOrder == "" && !r.seen["BEG"] {
		r.found.Block("edi.850.beg-missing", "", "the set has no BEG, which carries the purchase order number", "ask the partner to send it anew")
	}
	if r.doc.Currency == 0 {
		r.doc.Currency = r.Options.Currency
		if r.doc.Currency != 0 {
			r.price()
		}
	}
	if len(r.doc.Lines) == 0 {
		r.found.Block("edi.850.po1-missing", "", "the set has no PO1: nothing is ordered", "ask the partner to send it anew")
	}
}

// beginning reads BEG: purpose, type, number, release, date.
func (r *orderReader) beginning(s x12.Segment) {
	r.seen["BEG"] = true
	switch s.Value(1) {
	case "00", "07", "":
	case "01", "03", "04", "05":
		r.block("purpose", s, 1, fmt.Sprintf("BEG01 %s cancels, deletes or changes an order sent before", s.Value(1)),
			"send changes as an 860, or handle it by hand")
	case "06":
		r.warn("purpose", s, 1, "BEG01 06 confirms an order that was placed otherwise", "check that it is not entered twice")
	default:
		r.warn("purpose", s, 1, fmt.Sprintf("BEG01 %s is taken as an original order", s.Value(1)), "")
	}
	t, known := orderType(s.Value(2))
	if !known {
		r.warn("type", s, 2, fmt.Sprintf("order type %q is taken as a standard order", s.Value(2)), "agree with the partner on what it means")
	}
	r.doc.Type = t
	r.doc.PurchaseOrder, r.doc.Release = strings.TrimSpace(s.Value(3)), strings.TrimSpace(s.Value(4))
	if r.doc.PurchaseOrder == "" {
		r.block("purchase-order-missing", s, 3, "BEG03 has no purchase order number", "ask the partner for the number")
	}
	r.doc.Date = r.day(s, 5)
}

// day reads a date element; what is no date is a warning.
func (r *orderReader) day(s x12.Segment, element int) calendar.Date {
	text := s.Value(element)
	if text == "" {
		return calendar.Date{}
	}
	t, err := x12.ParseDate(text, r.firstYear())
	if err != nil {
		r.warn("date", s, element, fmt.Sprintf("%q is no date", text), "ask the partner for the date")
		return calendar.Date{}
	}
	return calendar.DateOf(t)
}

func (r *orderReader) currency(s x12.Segment) {
	c, err := money.ParseCurrency(s.Value(2))
	if err != nil {
		r.block("currency", s, 2, fmt.Sprintf("%q is no currency", s.Value(2)), "ask the partner for the ISO 4217 code")
		return
	}
	r.doc.Currency = c
}

func (r *orderReader) reference(s x12.Segment) {
	value := s.Value(2)
	if value == "" {
		value = s.Value(3)
	}
	if value != "" {
		r.doc.References = append(r.doc.References, order.Reference{Qualifier: s.Value(1), Value: value})
	}
}

func (r *orderReader) instruct(text string) {
	if text = strings.TrimSpace(text); text != "" {
		r.doc.Instructions = append(r.doc.Instructions, text)
	}
}

// freight reads FOB: who pays the carrier, where risk passes, the Incoterm.
func (r *orderReader) freight(s x12.Segment) {
	if s.Value(1) != "DF" { // defined by buyer and seller: says nothing
		f, err := freightOf(s.Value(1), s.Value(2))
		if err != nil {
			r.warn("freight", s, 1, err.Error(), "the customer's agreed freight terms hold")
		}
		r.doc.Freight = f
	}
	if s.Value(5) == "" {
		return
	}
	t, err := terms.ParseIncoterm(s.Value(5))
	if err != nil {
		r.warn("incoterm", s, 5, err.Error(), "the customer's agreed delivery terms hold")
		return
	}
	r.doc.Incoterm, r.doc.IncotermPlace = t, s.Value(7)
}

// date reads DTM: the days that the whole order asks for.
func (r *orderReader) date(s x12.Segment) {
	d := r.day(s, 2)
	switch s.Value(1) {
	case "010", "037", "118", "068":
		r.doc.RequestedShip = d
	case "002", "063", "067", "074", "064":
		r.doc.RequestedDelivery = d
	case "001", "061", "177":
		r.doc.CancelAfter = d
	case "004":
		if r.doc.Date.IsZero() {
			r.doc.Date = d
		}
	default:
		r.found.Info("edi.850.date-not-mapped", at(s, 1), fmt.Sprintf("DTM %s has no place in the order", s.Value(1)), "")
	}
}

// totals compares CTT with what was read.
func (r *orderReader) totals(s x12.Segment) {
	if n := s.Value(1); n != "" && strings.TrimLeft(n, "0") != fmt.Sprint(len(r.doc.Lines)) {
		r.warn("line-count", s, 1, fmt.Sprintf("CTT01 announces %s lines, there are %d", n, len(r.doc.Lines)),
			"ask the partner whether a line was lost")
	}
	if s.Value(2) == "" {
		return
	}
	announced, err := decimalOf(s.Value(2))
	if err != nil {
		r.warn("hash-total", s, 2, err.Error(), "")
		return
	}
	sum, _ := decimalOf("0")
	for i := range r.doc.Lines {
		sum = sum.Add(r.doc.Lines[i].Quantity.Decimal())
	}
	if !sum.Equal(announced) {
		r.warn("hash-total", s, 2, fmt.Sprintf("CTT02 announces a hash total of %s, the quantities add up to %s", announced, sum),
			"ask the partner whether a line was lost; some partners add up other elements")
	}
}
