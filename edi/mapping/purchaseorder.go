package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// PurchaseOrder reads a purchase order, X12 850 of any version, into a
// document. The findings say what of it is wrong or unclear, and what has no
// place in the document and stays in the raw set; they carry the segment and
// the element. A document with a finding that blocks cannot be submitted; it
// holds whatever could be read.
//
// It returns a document and findings for any segments in any order. Whether
// the set is accepted (x12.Set.Status) is for the caller to ask before. Who
// the customer is, and which of our items are meant, the document does not
// say: it carries the identifiers that tell.
func PurchaseOrder(set *x12.Set, o Options) (order.Document, finding.List) {
	r := orderReader{agreed: &o, body: set.Body()}
	r.doc.Type, r.doc.Source = order.Standard, source(set)
	if set.ID != "850" {
		r.found.Block("mapping.850.wrong-set", "", fmt.Sprintf("the set is a %s", set.ID), "read a set 850 as a purchase order")
		return r.doc, r.found
	}
	lines := 0
	for i := range r.body {
		if r.body[i].Is("PO1") {
			lines++
		}
	}
	r.doc.Lines = make([]order.Request, 0, lines)
	r.read(set.Cursor())
	r.conclude()
	return r.doc, r.found
}

// source names the set in the sender's words: who sent it, and
// ISA13/GS06/ST02.
func source(set *x12.Set) order.Source {
	s := order.Source{Channel: "x12", Control: set.Control}
	if set.Group != nil {
		s.Partner = set.Group.Sender
		s.Control = set.Group.Control + "/" + s.Control
		if ic := set.Group.Interchange; ic != nil {
			s.Partner = ic.SenderQualifier + ":" + ic.Sender
			s.Control = ic.Control + "/" + s.Control
		}
	}
	return s
}

// orderReader reads one 850.
type orderReader struct {
	agreed *Options
	body   []x12.Segment
	doc    order.Document
	found  finding.List
	said   map[string]bool // what is told once for a set

	begun   bool
	totals  x12.Segment        // CTT
	ranks   [orderDate + 1]int // how well the dates of the header are known, from 1
	numbers map[string]bool    // line numbers given
	next    int                // the next one to give

	more      int // findings beyond mostFindings
	moreWorst finding.Severity
}

const (
	// mostFindings bounds the findings of one set; what is beyond is counted.
	mostFindings = 500
	// longestMessage bounds the message of a finding, in bytes.
	longestMessage = 400
	// mostNumbers bounds the item numbers of one line.
	mostNumbers = 50
)

// at is where a segment's element stands, in the form of x12.Fault.Finding.
func at(s x12.Segment, element int) string {
	return s.Fault("", element, "", "").Finding().Path
}

func (r *orderReader) block(code string, s x12.Segment, element int, message, fix string) {
	r.add(finding.Block, code, s, element, message, fix)
}

func (r *orderReader) warn(code string, s x12.Segment, element int, message, fix string) {
	r.add(finding.Warning, code, s, element, message, fix)
}

func (r *orderReader) info(code string, s x12.Segment, element int, message string) {
	r.add(finding.Info, code, s, element, message, "")
}

func (r *orderReader) add(severity finding.Severity, code string, s x12.Segment, element int, message, fix string) {
	if len(r.found) >= mostFindings {
		r.more, r.moreWorst = r.more+1, max(r.moreWorst, severity)
		return
	}
	if len(message) > longestMessage { // it quotes what was sent
		message = strings.ToValidUTF8(message[:longestMessage], "") + "..."
	}
	r.found = append(r.found, finding.Finding{Code: "mapping.850." + code, Severity: severity, Path: at(s, element), Message: message, Fix: fix})
}

// once tells whether it is asked for the first time.
func (r *orderReader) once(what string) bool {
	if r.said[what] {
		return false
	}
	if r.said == nil {
		r.said = make(map[string]bool)
	}
	r.said[what] = true
	return true
}

// homeless mentions, once for each loop, a segment that has no place in the
// document. Those that change what is wanted or what it costs are warnings.
func (r *orderReader) homeless(loop string, s x12.Segment) {
	if !r.once(loop + "/" + s.ID()) {
		return
	}
	where := "of the " + loop
	switch s.ID() {
	case "PO3", "SLN", "CTP", "DIS", "INC", "ADV", "CSH", "QTY", "SPI":
		r.warn("not-mapped", s, 0, fmt.Sprintf("%s %s has no place in the order, but may change what is wanted or what it costs", s.ID(), where),
			"read it in the raw document")
	default:
		r.info("not-mapped", s, 0, fmt.Sprintf("%s %s has no place in the order and stays in the raw document", s.ID(), where))
	}
}

// read goes through the set, loop by loop.
func (r *orderReader) read(c *x12.Cursor) {
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
		case "SAC":
			r.charge(s, c, "order")
		case "ITD":
			r.terms(s)
		case "DTM":
			r.date(s)
		case "TD5":
			r.routing(s)
		case "N9":
			r.reference(s)
			r.note(c, "")
		case "MSG":
			r.instruct("", s.Value(1))
		case "NTE":
			r.instruct("", s.Value(2))
		case "N1":
			r.headerParty(s, c)
		case "PO1":
			r.line(s, c)
		case "CTT":
			r.totals = s
		default:
			r.homeless("order", s)
		}
	}
}

// conclude says what can be said only at the end.
func (r *orderReader) conclude() {
	if !r.begun {
		r.found.Block("mapping.850.beg-missing", "", "the set has no BEG, which carries the purchase order number", "ask the partner to send it anew")
	}
	if len(r.doc.Lines) == 0 {
		r.found.Block("mapping.850.po1-missing", "", "the set has no PO1: nothing is ordered", "ask the partner to send it anew")
	}
	r.doc.Currency = r.currencyOf()
	r.checkParties()
	r.checkTotals()
	if r.more > 0 {
		r.found = append(r.found, finding.Finding{Code: "mapping.850.more", Severity: r.moreWorst,
			Message: fmt.Sprintf("there are %d more findings, which are left out", r.more), Fix: "mend the others first"})
	}
}
