package message

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// ReadPurchaseOrder reads a purchase order, ORDERS of any directory, into a document. The
// findings say what of it is wrong or unclear, and what has no place in the document
// and stays in the raw message; they carry segment, element and component. A document
// with a finding that blocks cannot be submitted; it holds whatever could be read.
//
// A line is known by the reference that its RFF+LI gives it, else by the number in LIN,
// else by its place. References keep the qualifiers of EDIFACT (element 1153); RFF+RE is
// the release. Contacts, routing and free text become instructions, those of a line
// with its number.
//
// It returns a document and findings for any segments in any order. Whether the
// message is accepted (edifact.Message.Status) is for the caller to ask before. Who the
// customer is, and which of our items are meant, the document does not say: it carries
// the identifiers that tell.
func ReadPurchaseOrder(m *edifact.Message, o mapping.Options) (order.Document, finding.List) {
	r := orderReader{reader: reader{message: "ORDERS", document: "order", agreed: &o}}
	r.purchaseOrder(m)
	return r.doc, r.found
}

// purchaseOrder reads the message.
func (r *orderReader) purchaseOrder(m *edifact.Message) {
	r.doc.Type, r.doc.Source = order.Standard, source(m)
	if r.is(m, "a purchase order") {
		r.read(m.Cursor())
		r.conclude()
	}
}

// ReadStoreOrders reads a purchase order (ORDERS) whose lines are split by place of
// delivery (LOC with QTY) as one document for each place, in the order in which the
// message names them: with the lines that it has a part of, in its quantity and on its
// day. Where nothing is split it is the one document of [ReadPurchaseOrder]; lines without a
// split, beside others that have one, are a document of no store.
//
// Each document has the number of its store. Where the order names a ship-to, such as
// a distribution centre, goods go there and are marked for the store (role mark-for),
// unless it was agreed that they go to the stores ([mapping.Options].ShipToStores);
// where it names none the store is the ship-to. All else is that of the order. Each
// becomes an order of its own, which is answered, shipped and billed by itself.
//
// The findings are those of the message. Parts that do not add up to the quantity of
// their line block all of it.
func ReadStoreOrders(m *edifact.Message, o mapping.Options) ([]order.Document, finding.List) {
	r := orderReader{reader: reader{message: "ORDERS", document: "order", agreed: &o}, byStore: true}
	r.purchaseOrder(m)
	docs, whole := trade.ByStore(&r.doc, r.stores, o.ShipToStores)
	if len(docs) == 0 {
		return []order.Document{r.doc}, r.found
	}
	if len(whole) > 0 {
		r.found.Warn(r.code("stores-none"), "", fmt.Sprintf("line %s is not split by store, and others are; it is an order of no store", whole[0].ID),
			"ask the partner which store it is for")
		rest := r.doc
		rest.Lines = whole
		docs = append(docs, rest)
	}
	return docs, r.found
}

// orderReader reads one ORDERS, or the header of an ORDCHG.
type orderReader struct {
	reader
	doc order.Document

	begun   bool
	ended   bool               // UNS has come
	ranks   [orderDate + 1]int // how well the dates of the header are known, from 1
	terms   paymentTerms
	numbers map[string]bool // lines by what they are known by
	next    int             // the next number to give
	totals  controlTotals

	byStore bool                // the splits of lines are kept
	stores  [][]trade.StorePart // by line
}

// read goes through the message, group by group.
func (r *orderReader) read(c *edifact.Cursor) {
	for c.More() {
		s := c.Next()
		switch s.ID() {
		case "BGM":
			r.beginning(s)
		case "LIN":
			r.line(s, c)
		default:
			r.header(s, c)
		}
	}
}

// header reads a segment that is about the order as a whole, or its totals.
func (r *orderReader) header(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "DTM":
		r.date(s)
	case "FTX":
		r.note("", s)
	case "RFF":
		if ref, ok := r.reference(s, c); ok {
			r.refer(ref)
		}
	case "NAD":
		r.headerParty(s, c)
	case "CUX":
		r.currency(s, c)
	case "PAT":
		r.terms.take(&r.reader, s, c)
	case "TDT":
		r.routing(s, c)
	case "TOD":
		f, t, place := r.deliveryTerms(s, c)
		if r.doc.Freight == (order.Document{}).Freight {
			r.doc.Freight = f
		}
		if r.doc.Incoterm == 0 {
			r.doc.Incoterm, r.doc.IncotermPlace = t, place
		}
	case "ALC":
		r.charge(s, c, "order")
	case "UNS":
		r.ended = true
	case "CNT":
		r.totals.counts = append(r.totals.counts, s)
	case "MOA":
		if r.ended {
			r.totals.amounts = append(r.totals.amounts, s)
			return
		}
		r.homeless("order", s)
	default:
		r.group(s, c, "order")
	}
}

// group passes a segment that has no place in the document, with the group that it
// begins: it is mentioned once.
func (r *orderReader) group(s edifact.Segment, c *edifact.Cursor, loop string) {
	r.homeless(loop, s)
	r.rest(c, s.ID()+" group", members(s.ID())...)
}

// members are the segments of a group without a place in the document, by the one that
// begins it.
func members(tag string) []string {
	switch tag {
	case "TAX":
		return []string{"MOA", "LOC"}
	case "PAC":
		return []string{"MEA", "QTY", "DTM", "RFF", "PCI", "GIN"}
	case "EQD":
		return []string{"HAN", "MEA", "FTX"}
	case "SCC":
		return []string{"FTX", "RFF", "QTY", "DTM"}
	case "APR":
		return []string{"DTM", "RNG"}
	case "RCS":
		return []string{"RFF", "DTM", "FTX"}
	case "DGS":
		return []string{"FTX", "CTA", "COM"}
	case "AJT":
		return []string{"FTX"}
	case "CCI":
		return []string{"CAV", "MEA"}
	case "STG":
		return []string{"QTY", "MOA"}
	}
	return nil
}

// beginning reads BGM: type, number, function.
func (r *orderReader) beginning(s edifact.Segment) {
	if r.begun {
		r.block("bgm-repeated", s, whole(), "the message has a second BGM", "ask the partner to send each order in a message of its own")
		return
	}
	r.begun = true
	kind, known := orderType(text(s, 1, 1), text(s, 1, 4))
	if !known {
		r.warn("purpose", s, spot{1, 1}, fmt.Sprintf("document name %s is taken as an ordinary order", text(s, 1, 1)), "agree with the partner on what it means")
	}
	r.doc.Type = kind
	r.doc.PurchaseOrder = text(s, 2, 1)
	if r.doc.PurchaseOrder == "" {
		r.block("purchase-order-missing", s, element(2), "BGM02 has no purchase order number", "ask the partner for the number")
	}
	if version := texts(s, 2, 2, 3); version != "" {
		r.info("version", s, spot{2, 2}, fmt.Sprintf("it is version %s of the order", version))
	}
	r.function(s, purposeOf(text(s, 3, 1)))
	switch response := text(s, 4, 1); response {
	case "", "NA":
	default:
		r.info("acknowledgement", s, element(4), "the partner asks for an answer of type "+response)
	}
}

// function says what the message function means for what shall happen with the order.
func (r *orderReader) function(s edifact.Segment, p purpose) {
	name := "message function " + text(s, 3, 1)
	switch p {
	case orders:
	case again:
		r.info("purpose", s, element(3), name+" says that it was sent before")
	case confirming:
		r.warn("purpose", s, element(3), name+" confirms an order that was placed otherwise", "check that it is not entered twice")
	case changing, cancelling, replacing:
		r.block("purpose", s, element(3), name+" changes or cancels an order", "send changes as an ORDCHG, or handle it by hand")
	case informing:
		r.block("purpose", s, element(3), name+" is not to be carried out", "read it for information, or ask the partner what is meant")
	case unclear:
		r.warn("purpose", s, element(3), name+" is taken as an ordinary order", "agree with the partner on what it means")
	}
}

// conclude says what can be said only at the end.
func (r *orderReader) conclude() {
	if !r.begun {
		r.add(finding.Block, "bgm-missing", edifact.Segment{}, whole(), "the message has no BGM, which carries the purchase order number", "ask the partner to send it anew")
	}
	if len(r.doc.Lines) == 0 {
		r.add(finding.Block, "lin-missing", edifact.Segment{}, whole(), "the message has no LIN: nothing is ordered", "ask the partner to send it anew")
	}
	r.finish()
	r.checkParties()
	r.checkTotals(&r.totals, len(r.doc.Lines))
	r.leftOut()
}

// finish puts together what the header says in several segments.
func (r *orderReader) finish() {
	r.doc.Currency = r.currencyOf()
	payment, note := r.terms.conclude(&r.reader)
	r.doc.Terms = payment
	r.instruct("", note)
}

// note keeps the text of FTX.
func (r *orderReader) note(line string, s edifact.Segment) {
	if words := freeText(s); words != "" {
		r.instruct(line, words)
		return
	}
	r.info("text-code", s, element(3), fmt.Sprintf("the text is named by its code alone: %s", s))
}

// instruct keeps a text for people, with the line that it is about.
func (r *orderReader) instruct(line, words string) {
	if words = strings.TrimSpace(words); words == "" {
		return
	}
	if line != "" {
		words = "line " + line + ": " + words
	}
	r.doc.Instructions = append(r.doc.Instructions, words)
}

// refer keeps a reference of the order; RE is the release.
func (r *orderReader) refer(ref order.Reference) {
	if ref.Qualifier == "RE" && r.doc.Release == "" {
		r.doc.Release = ref.Value
		return
	}
	r.doc.References = append(r.doc.References, ref)
}
