package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

// ReadAcknowledgement reads what a vendor says of a purchase order of ours, X12 855
// of any version, as [WriteAcknowledgement] writes it. [VendorAnswer.Differences] compares
// it with the order.
//
// Each ACK of a line is a part of it, with its quantity, day and status. The price of
// a part that is repriced is that of CTP, or where there is none PO104. Parts that do
// not add up to PO102, and a BAK02 that the parts speak against, are warnings. An
// answer with a finding that blocks cannot be used as it is; it holds whatever could
// be read.
func ReadAcknowledgement(set *x12.Set, o Options) (VendorAnswer, finding.List) {
	return readAnswer(set, "855", "an acknowledgement", o)
}

// ReadChangeAcknowledgement reads what a vendor says of a change of a purchase order
// of ours, X12 865 of any version, as [WriteChangeAcknowledgement] writes it. The quantity
// of a line is that of POC03, what was asked for; its parts say how much the line is
// since.
func ReadChangeAcknowledgement(set *x12.Set, o Options) (VendorAnswer, finding.List) {
	return readAnswer(set, "865", "the answer to a change", o)
}

func readAnswer(set *x12.Set, id, what string, o Options) (VendorAnswer, finding.List) {
	r := answerReader{vendorReader: vendorReader{orderReader: orderReader{reader: reader{set: id, document: "answer", agreed: &o}}}}
	r.start(set)
	r.answer.Source = r.doc.Source
	if r.is(set, what) {
		r.read(set.Cursor())
		r.conclude()
	}
	return r.answer, r.found
}

// answerReader reads one 855 or 865.
type answerReader struct {
	vendorReader
	answer VendorAnswer
	first  x12.Segment // BAK or BCA
}

func (r *answerReader) read(c *x12.Cursor) {
	for c.More() {
		s := c.Next()
		switch s.ID() {
		case "BAK", "BCA":
			r.beginning(s)
		case "PO1", "POC":
			r.line(s, c)
		case "CTT":
			r.totals = s
		default:
			r.header(s, c)
		}
	}
}

// beginning reads BAK or BCA.
func (r *answerReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("begin-repeated", s, 0, "the set has a second "+s.ID(), "ask the partner to send each answer in a set of its own")
		return
	}
	r.begun, r.first = true, s
	a := &r.answer
	value := func(element int) string { return strings.TrimSpace(s.Value(element)) }
	a.Code, a.PurchaseOrder = value(2), value(3)
	if s.Is("BAK") {
		a.OrderDate, a.Release, a.VendorOrder, a.Date = r.day(s, 4), value(5), value(8), r.day(s, 9)
	} else {
		a.Release, a.Change, a.OrderDate, a.VendorOrder, a.Date = value(4), value(5), r.day(s, 6), value(9), r.day(s, 10)
	}
	if a.PurchaseOrder == "" {
		r.block("purchase-order-missing", s, 3, s.ID()+"03 does not say which order is answered", "ask the partner for our number of it")
	}
	name := s.ID() + "01 " + s.Value(1)
	switch purposeOf(s.Value(1)) {
	case orders, confirming:
	case again:
		r.info("purpose", s, 1, name+" says that it was sent before")
	case changing:
		r.warn("purpose", s, 1, name+" changes or takes back what was answered before", "see which answer holds")
	case informing, unclear:
		r.info("purpose", s, 1, name+" is taken as an answer")
	}
	var known bool
	if a.Verdict, known = verdictOf(a.Code); !known {
		r.warn("verdict", s, 2, fmt.Sprintf("%s02 %q does not say what becomes of the order", s.ID(), a.Code), "go by the lines, or ask the partner")
	}
}

// verdictOf translates an acknowledgement type (X12 element 587).
func verdictOf(code string) (VendorVerdict, bool) {
	switch code {
	case "AD", "AK", "AT":
		return OrderAccepted, true
	case "AC", "AE":
		return OrderWithChanges, true
	case "AH":
		return OrderOnHold, true
	case "AP", "NA":
		return OrderReceived, true
	case "RD", "RF", "RJ", "RO":
		return OrderRejected, true
	}
	return "", false
}

// statusOf translates a line item status (X12 element 668).
func statusOf(code string) (PartStatus, bool) {
	switch code {
	case itemAccepted, "AA", "IE", "SP":
		return PartAccepted, true
	case "AC", "AR":
		return PartShipped, true
	case itemBackordered:
		return PartBackordered, true
	case itemRescheduled:
		return PartRescheduled, true
	case itemPriced:
		return PartRepriced, true
	case itemQuantityChanged:
		return PartQuantityChanged, true
	case itemChanged, "BP":
		return PartChanged, true
	case itemSubstituted:
		return PartSubstituted, true
	case itemOnHold, "IF", "IW":
		return PartOnHold, true
	case itemDeleted:
		return PartDeleted, true
	case itemRejected, "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8":
		return PartRejected, true
	}
	return "", false
}

// repriced tells whether a status says that the price is another one.
func (s PartStatus) repriced() bool { return s == PartRepriced || s == PartChanged }

// conclude says what can be said only at the end.
func (r *answerReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("begin-missing"), "", "the set has no BAK or BCA, which says what is answered", "ask the partner to send it anew")
	}
	a := &r.answer
	a.Ship, a.Deliver = r.days.ship, r.days.deliver
	a.Currency, a.Parties, a.References = r.currencyOf(), r.doc.Parties, r.doc.References
	a.Terms, a.Notes, a.Charges = r.doc.Terms, r.doc.Instructions, r.charges
	if !r.totals.IsZero() {
		r.lineCount(r.totals, len(a.Lines))
	}
	r.contradicted()
	r.take(a.Validate())
	r.leftOut()
}

// contradicted tells of the first line that is not as the whole is said to be.
func (r *answerReader) contradicted() {
	for i := range r.answer.Lines {
		for _, p := range r.answer.Lines[i].Parts {
			if p.Status != "" && r.answer.Verdict.excludes(p.Status) {
				r.warn("verdict-lines", r.first, 2, fmt.Sprintf("%s02 %s says that the order is %s, but line %s is %s",
					r.first.ID(), r.answer.Code, r.answer.Verdict, r.answer.Lines[i].ID, p.Status), "go by the lines, or ask the partner")
				return
			}
		}
	}
}

// excludes tells whether no part of an order can have a status.
func (v VendorVerdict) excludes(s PartStatus) bool {
	switch v {
	case OrderAccepted:
		return s != PartAccepted && s != PartShipped
	case OrderRejected, OrderOnHold:
		return s.Confirms()
	case OrderReceived, OrderWithChanges:
	}
	return false
}
