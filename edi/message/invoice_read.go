package message

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// ReadInvoice reads what a vendor bills us, INVOIC of any directory: an invoice, a
// credit or a debit note by the code in BGM. What [WriteInvoice] writes reads back with the
// same lines, charges, taxes and totals.
//
// The value of a line is MOA 66, else MOA 203 without the line's allowances and charges,
// else price times quantity; where they contradict each other that is a warning.
// Allowances and charges beside a net price (PRI AAA) whose value is MOA 203 already are
// for information, and are left out. Taxes are those of the summary, and where it has
// none those of the lines.
//
// What does not tie is a warning with the two amounts, for the vendor claims its total all the
// same; see [mapping.VendorInvoice.Validate]. A line that cannot be read is left out,
// with a finding that blocks.
func ReadInvoice(m *edifact.Message, o mapping.Options) (mapping.VendorInvoice, finding.List) {
	r := invoiceReader{reader: reader{message: "INVOIC", document: "invoice", agreed: &o}}
	r.out.Source = source(m)
	if !r.is(m, "an invoice") {
		return r.out, r.found
	}
	for c := m.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.closeLine()
	r.conclude()
	return r.out, r.found
}

// invoiceReader reads one INVOIC.
type invoiceReader struct {
	reader
	out    mapping.VendorInvoice
	begun  bool
	terms  paymentTerms
	groups [][]edifact.Segment // ALC of the document, read once its lines are known

	line    *invoiceLine // that is open; nil: none is
	read    []invoiceLine
	lines   int
	summary bool // behind UNS
	counts  []edifact.Segment
	stated  map[string]statedAmount // MOA of the summary
	late    []statedAmount          // that stand behind a tax of the summary
	// taxGroups counts the taxes of the summary.
	taxGroups int
	ranks     [2]int // of the dates of shipment and delivery
}

// statedAmount is an amount of the summary and where it stands.
type statedAmount struct {
	segment edifact.Segment
	amount  money.Amount
}

func (r *invoiceReader) segment(s edifact.Segment, c *edifact.Cursor) {
	switch {
	case s.Is("LIN") && !r.summary:
		r.closeLine()
		r.openLine(s)
	case s.Is("UNS"):
		r.closeLine()
		r.summary = text(s, 1, 1) != "D"
	case r.summary:
		r.total(s, c)
	case r.line != nil:
		r.line.segment(s, c)
	default:
		r.header(s, c)
	}
}

func (r *invoiceReader) header(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "BGM":
		r.beginning(s)
	case "DTM":
		r.date(s)
	case "FTX":
		if words := freeText(s); words != "" {
			r.out.Notes = append(r.out.Notes, words)
		} else {
			r.homeless("invoice", s)
		}
	case "RFF":
		r.refers(s, c)
	case "NAD":
		r.takes(s, c)
	case "CUX":
		r.currency(s, c)
	case "PAT":
		r.payment(s, c)
	case "ALC":
		r.groups = append(r.groups, chargeGroup(s, c))
	case "TAX":
		r.rest(c, "TAX group", "MOA", "LOC")
		r.homeless("invoice", s)
	case "TDT", "TOD", "PAC", "DOC":
		r.rest(c, s.ID()+" group", "LOC", "DTM", "RFF", "MEA", "PCI", "GIN")
		r.homeless("invoice", s)
	default:
		r.homeless("invoice", s)
	}
}

// chargeGroup is an ALC with what belongs to it.
func chargeGroup(s edifact.Segment, c *edifact.Cursor) []edifact.Segment {
	group := []edifact.Segment{s}
	for next, ok := c.Take(chargeTags()...); ok; next, ok = c.Take(chargeTags()...) {
		group = append(group, next)
		if next.Is("TAX") { // what stands behind it are the amounts of the tax
			for tax, more := c.Take("MOA", "DTM"); more; tax, more = c.Take("MOA", "DTM") {
				group = append(group, tax)
			}
		}
	}
	return group
}

func (r *invoiceReader) beginning(s edifact.Segment) {
	if r.begun {
		r.block("bgm-repeated", s, whole(), "the message has a second BGM", "ask the partner to send each invoice in a message of its own")
		return
	}
	r.begun = true
	r.out.Code, r.out.Number = text(s, 1, 1), text(s, 2, 1)
	var known bool
	if r.out.Kind, known = billKind(r.out.Code); !known {
		r.warn("kind", s, spot{1, 1}, fmt.Sprintf("document %.10q is taken as an invoice", r.out.Code), "agree with the partner on what it sends")
	}
	if r.out.Number == "" {
		r.block("number-missing", s, spot{2, 1}, "the invoice has no number", "ask the partner for it")
	}
	if cancel, replace := r.function(s); cancel || replace {
		r.block("function", s, element(3), "the message takes back or replaces an invoice of this number", "compare it with the invoice that it speaks of")
	}
}

// billKind translates a document name (element 1001).
func billKind(code string) (kind mapping.VendorBill, known bool) {
	switch code {
	case "380", "382", "384", "385", "386", "388", "389", "390", "393", "395", "82":
		return mapping.Billed, true
	case "381", "396", "83", "261", "262", "308":
		return mapping.Credited, true
	case "383", "84":
		return mapping.Debited, true
	}
	return mapping.Billed, false
}

func (r *invoiceReader) date(s edifact.Segment) {
	switch text(s, 1, 1) {
	case "3":
		r.out.Date = r.day(s)
	case "137":
		if d := r.day(s); r.out.Date.IsZero() {
			r.out.Date = d
		}
	case "11":
		r.choose(s, &r.out.ShipDate, &r.ranks[0], 0)
	case "10", "110":
		r.choose(s, &r.out.ShipDate, &r.ranks[0], 1)
	case "35":
		r.choose(s, &r.out.DeliveryDate, &r.ranks[1], 0)
	case "1", "2", "17":
		r.choose(s, &r.out.DeliveryDate, &r.ranks[1], 1)
	case netDue, "140":
		r.out.Due = r.day(s)
	default:
		r.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s has no place in the invoice", s))
	}
}

func (r *invoiceReader) refers(s edifact.Segment, c *edifact.Cursor) {
	if text(s, 1, 1) == orderNumber && r.out.PurchaseOrder == "" {
		if d, ok := c.Take("DTM"); ok {
			r.out.PurchaseOrderDate = r.day(d)
		}
	}
	ref, ok := r.reference(s, c)
	switch {
	case !ok:
	case ref.Qualifier == orderNumber && r.out.PurchaseOrder == "":
		r.out.PurchaseOrder = ref.Value
	case ref.Qualifier == "RE" && r.out.Release == "":
		r.out.Release = ref.Value
	case ref.Qualifier == vendorOrder && r.out.VendorOrder == "":
		r.out.VendorOrder = ref.Value
	case ref.Qualifier == "DQ" || ref.Qualifier == "AAK":
		r.out.Shipments = append(r.out.Shipments, ref.Value)
	case (ref.Qualifier == "IV" || ref.Qualifier == "OI") && r.out.Original == "" && r.out.Kind != mapping.Billed:
		r.out.Original = ref.Value
	default:
		r.out.References = append(r.out.References, ref)
	}
}

func (r *invoiceReader) takes(s edifact.Segment, c *edifact.Cursor) {
	p, refs, notes := r.party(s, c)
	r.rest(c, "NAD group", "MOA")
	r.out.References = append(r.out.References, refs...)
	for _, n := range notes {
		r.out.Notes = append(r.out.Notes, fmt.Sprintf("%s (%s)", n, text(s, 1, 1)))
	}
	if p.Role == "" {
		r.info("party-not-mapped", s, element(1), fmt.Sprintf("party %s (%s) has no role in the invoice", text(s, 1, 1), name(p)))
		return
	}
	first := slices.IndexFunc(r.out.Parties, func(known order.Party) bool { return known.Role == p.Role })
	if first < 0 || !merge(&r.out.Parties[first], p) {
		r.out.Parties = append(r.out.Parties, p)
	}
}

// payment reads PAT, with the day that it comes to.
func (r *invoiceReader) payment(s edifact.Segment, c *edifact.Cursor) {
	kind := text(s, 1, 1)
	for d, ok := c.Take("DTM"); ok; d, ok = c.Take("DTM") {
		switch code := text(d, 1, 1); {
		case code == netDue && kind != discountTerms && kind != instalmentTerms:
			r.out.Due = r.day(d)
		case code == netDue || code == discountDue: // what C112 and PCD say in words
		default:
			r.homeless("PAT group", d)
		}
	}
	if kind == fixedDateTerms && text(s, 3, 1) == "" && !r.out.Due.IsZero() {
		r.rest(c, "PAT group", "PCD", "MOA", "PAI", "FII")
		return
	}
	r.terms.take(&r.reader, s, c)
	r.rest(c, "PAT group", "PAI", "FII")
}
