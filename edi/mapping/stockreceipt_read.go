package mapping

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
)

// ReadStockReceipt reads what a warehouse has received, X12 944 of any version.
// [ReconcileReceipts] compares it with what was announced, and
// [ReceivedLine.Receipts] makes the postings of stock of it. What [WriteStockReceipt]
// writes reads back equal, but for notes that it had to divide.
//
// W0701 is taken as all that came, W13 as parts of it; parts that are more than what
// came are a finding that blocks, unless it was agreed that W0701 is of goods in order
// alone ([Options].ReceivedInOrder). A line that cannot be read is left out, with a
// finding that blocks.
func ReadStockReceipt(set *x12.Set, o Options) (StockReceipt, finding.List) {
	r := receiptReader{depositorReader: depositorReader{reader: reader{set: "944", document: "stock receipt", agreed: &o}}}
	s := &r.receipt
	r.warehouse, r.from, r.refs, r.notes = &s.Warehouse, &s.From, &s.References, &s.Notes
	s.Source = source(set)
	if !r.is(set, "a stock receipt") {
		return *s, r.found
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	r.conclude()
	return *s, r.found
}

// receiptReader reads one 944.
type receiptReader struct {
	depositorReader
	receipt StockReceipt
	begun   bool
	carton  string // of the LX loop
	totals  x12.Segment
	lines   int
}

func (r *receiptReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "W17":
		r.beginning(s)
	case "LX":
		r.carton = ""
	case "MAN":
		r.carton = strings.TrimSpace(s.Value(2))
	case "W07":
		r.line(s, c)
	case "W14":
		r.totals = s
	default:
		if !r.header(s, c) {
			r.homeless("stock receipt", s)
		}
	}
}

func (r *receiptReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("w17-repeated", s, 0, "the set has a second W17", "ask the partner to send each receipt in a set of its own")
		return
	}
	r.begun = true
	t := &r.receipt
	t.Date, t.Receipt = r.day(s, 2), strings.TrimSpace(s.Value(3))
	t.Number, t.Shipment = strings.TrimSpace(s.Value(4)), strings.TrimSpace(s.Value(5))
	if t.Receipt == "" {
		r.block("receipt-missing", s, 3, "W1703 has no number of the receipt", "ask the partner for it")
	}
	switch code := s.Value(1); code {
	case "F", "J", "N":
		t.ExceptionsOnly = code == "N" // it says that there are none
	case "X":
		t.ExceptionsOnly = true
	case "C":
		t.Kind = CustomerReturn
	case "P":
		t.Kind = ProductionReceived
	case "K":
		r.block("simulation", s, 1, "W1701 K is an exercise: nothing has come", "do not post it")
	case "A", "B", "O", "S":
		r.block("no-receipt", s, 1, fmt.Sprintf("W1701 %s tells another change of stock than a receipt", code), "post it by hand, or ask the partner for an 846 or 947")
	default:
		r.warn("reporting-code", s, 1, fmt.Sprintf("W1701 %s is taken as a receipt that is told in full", code), "agree with the partner on what it means")
	}
}

// line reads a W07 loop.
func (r *receiptReader) line(s x12.Segment, c *x12.Cursor) {
	r.lines++
	l := ReceivedLine{
		Received: r.quantity(s, 1, 2), Identifiers: r.numbers(s, 4, 6, 10), WarehouseLot: strings.TrimSpace(s.Value(8)), Carton: r.carton,
	}
	sound := l.Received.Unit() != 0
	for {
		r.details(c, "W07", "W14", &l.ID, &l.Description, &l.Lot, &l.Expires)
		x, more := c.Take("W13")
		if !more {
			break
		}
		sound = r.exception(x, &l) && sound
	}
	if !sound {
		return
	}
	if l.Received.Sign() < 0 {
		r.block("quantity", s, 1, fmt.Sprintf("%s cannot have come", l.Received), "ask the partner how much is meant")
		return
	}
	if r.agreed.ReceivedInOrder {
		if err := l.addExceptions(); err != nil {
			r.block("exceptions", s, 1, err.Error(), "ask the partner how much has come")
			return
		}
	}
	if _, err := l.good(); err != nil {
		r.block("exceptions", s, 1, err.Error(), "agree with the partner on whether W0701 is all that came, or goods in order alone")
		return
	}
	r.receipt.Lines = append(r.receipt.Lines, l)
}

// exception reads a W13.
func (r *receiptReader) exception(s x12.Segment, l *ReceivedLine) bool {
	x := ReceiptException{
		Condition: Condition(s.Value(3)), Quantity: r.quantity(s, 1, 2), Reason: s.Value(5), WarehouseLot: strings.TrimSpace(s.Value(4)),
	}
	if x.Quantity.Unit() == 0 {
		return false
	}
	if x.Quantity.Sign() < 0 {
		r.block("quantity", s, 1, fmt.Sprintf("%s %s cannot be", x.Quantity, x.Condition), "ask the partner how much is meant")
		return false
	}
	if !x.Condition.known() {
		r.warn("condition", s, 3, fmt.Sprintf("%q is no receiving condition; the goods are blocked", x.Condition), "ask the partner what is wrong with them")
	}
	l.Exceptions = append(l.Exceptions, x)
	return true
}

// addExceptions makes all that came of what came in order.
func (l *ReceivedLine) addExceptions() error {
	for _, x := range l.Exceptions {
		if x.Condition.usable() || !x.Condition.came() {
			continue
		}
		var err error
		if l.Received, err = l.Received.Add(x.Quantity); err != nil {
			return fmt.Errorf("%s %s: %w", x.Quantity, x.Condition, err)
		}
	}
	return nil
}

// conclude says what can be said only at the end.
func (r *receiptReader) conclude() {
	if !r.begun {
		r.found.Block(r.code("w17-missing"), "", "the set has no W17, which names the receipt", "ask the partner to send it anew")
	}
	if r.lines == 0 {
		r.found.Block(r.code("w07-missing"), "", "the set has no W07: nothing has come", "ask the partner to send it anew")
	}
	if r.lines == len(r.receipt.Lines) && !r.agreed.ReceivedInOrder {
		sum := decimal.Zero
		for i := range r.receipt.Lines {
			sum = sum.Add(r.receipt.Lines[i].Received.Decimal())
		}
		r.total(r.totals, sum)
	}
	r.leftOut()
}
