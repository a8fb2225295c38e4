package mapping

import (
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// ReadPurchaseOrder reads a purchase order, X12 850 of any version, into a
// document. The findings say what of it is wrong or unclear, and what has no
// place in the document and stays in the raw set; they carry the segment and
// the element. A document with a finding that blocks cannot be submitted; it
// holds whatever could be read.
//
// It returns a document and findings for any segments in any order. Whether
// the set is accepted (x12.Set.Status) is for the caller to ask before. Who
// the customer is, and which of our items are meant, the document does not
// say: it carries the identifiers that tell.
func ReadPurchaseOrder(set *x12.Set, o Options) (order.Document, finding.List) {
	r := orderReader{reader: reader{set: "850", document: "order", agreed: &o}}
	r.purchaseOrder(set)
	return r.doc, r.found
}

// purchaseOrder reads the set.
func (r *orderReader) purchaseOrder(set *x12.Set) {
	r.body = set.Body()
	r.doc.Type, r.doc.Source = order.Standard, source(set)
	if !r.is(set, "a purchase order") {
		return
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
	reader
	body []x12.Segment
	doc  order.Document

	begun   bool
	totals  x12.Segment        // CTT
	ranks   [orderDate + 1]int // how well the dates of the header are known, from 1
	numbers map[string]bool    // line numbers given
	next    int                // the next one to give

	roles map[party.Role]int // place of the first party of each

	byStore bool                // the splits of lines are kept
	stores  [][]trade.StorePart // by line
}

// read goes through the set, loop by loop.
func (r *orderReader) read(c *x12.Cursor) {
	for c.More() {
		s := c.Next()
		switch s.ID() {
		case "BEG":
			r.beginning(s)
		case "PO1":
			r.line(s, c)
		case "CTT":
			r.totals = s
		default:
			r.header(s, c)
		}
	}
}

// header reads a segment that is about the order as a whole.
func (r *orderReader) header(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
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
		if s.Value(1) != notes || s.Value(3) != "" { // else its number is that of the notes
			r.reference(s)
		}
		r.note(c, "")
	case "MSG", "MTX":
		r.instruct("", freeText(s))
	case "NTE":
		r.instruct("", s.Value(2))
	case "N1":
		r.headerParty(s, c)
	default:
		r.homeless("order", s)
	}
}

// conclude says what can be said only at the end.
func (r *orderReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("beg-missing"), "", "the set has no BEG, which carries the purchase order number", "ask the partner to send it anew")
	}
	if len(r.doc.Lines) == 0 {
		r.found.Block("mapping.850.po1-missing", "", "the set has no PO1: nothing is ordered", "ask the partner to send it anew")
	}
	r.doc.Currency = r.currencyOf()
	r.checkParties()
	r.checkTotals()
	r.leftOut()
}
