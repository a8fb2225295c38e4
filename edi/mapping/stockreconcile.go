package mapping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/quantity"
)

// ReceiptDiscrepancy is one thing in which what a warehouse received is not what was
// announced to it.
type ReceiptDiscrepancy struct {
	Kind ReceiptDiscrepancyKind `json:"kind"`
	// Line is that of the transfer, or where nothing was announced what the warehouse
	// says of the line.
	Line string `json:"line,omitempty"`
	// Announced and Received are those of the line in all. Of what was received twice,
	// was not announced or is not in order, Received is the part that it is about.
	Announced quantity.Quantity `json:"announced,omitzero"`
	Received  quantity.Quantity `json:"received,omitzero"`
	// Condition and Reason are those of a part that is not in order.
	Condition Condition `json:"condition,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	// Receipt says where it was told, unless it is about the line in all.
	Receipt string `json:"receipt,omitempty"`
}

// ReceiptDiscrepancyKind says how a line disagrees.
type ReceiptDiscrepancyKind string

// The kinds of discrepancies of a receipt.
const (
	ReceiptShort ReceiptDiscrepancyKind = "short"
	ReceiptOver  ReceiptDiscrepancyKind = "over"
	// NotInOrder is a part that is damaged, on hold, rejected or otherwise not to be
	// used: its Condition says which.
	NotInOrder ReceiptDiscrepancyKind = "not-in-order"
	// ReceivedTwice is a line of a receipt that was told before.
	ReceivedTwice ReceiptDiscrepancyKind = "twice"
	// NeverAnnounced is a line of another transfer, or of none.
	NeverAnnounced ReceiptDiscrepancyKind = "never-announced"
	// OtherReceivedUnit is a quantity that cannot be compared with what was announced.
	OtherReceivedUnit ReceiptDiscrepancyKind = "unit"
)

// String says it in words: "line 1: short, 52 EA of 60 EA have come".
func (d ReceiptDiscrepancy) String() string {
	switch d.Kind {
	case ReceiptShort, ReceiptOver:
		return fmt.Sprintf("line %s: %s, %s of %s have come", d.Line, d.Kind, d.Received, d.Announced)
	case NotInOrder:
		return fmt.Sprintf("line %s: %s are %s (receipt %s)", d.Line, d.Received, d.Condition, d.Receipt)
	case ReceivedTwice:
		return fmt.Sprintf("line %s: %s were told twice (receipt %s)", d.Line, d.Received, d.Receipt)
	case NeverAnnounced:
		return fmt.Sprintf("line %s: %s were never announced (receipt %s)", d.Line, d.Received, d.Receipt)
	case OtherReceivedUnit:
		return fmt.Sprintf("line %s: %s cannot be compared with %s", d.Line, d.Received, d.Announced)
	}
	return string(d.Kind)
}

// ReconcileReceipts compares what was announced to a warehouse with all that it has
// told of it, line by line. Lines are found by their number, or without one by an item
// number that only one line has. Several receipts and several lots of a line add up; a
// receipt of a number that was told before is not counted again. A line that came as
// announced but for its condition is neither short nor over: what is not in order is
// told by itself.
//
// The discrepancies of receipts come in their order, then those of the lines, in the
// order of the transfer. None: all came as it was announced. Lines that are in none of
// the receipts are short, unless one of them tells exceptions only.
func ReconcileReceipts(announced StockTransfer, receipts ...StockReceipt) []ReceiptDiscrepancy {
	t := newTally(len(announced.Lines))
	for i := range announced.Lines {
		t.expect(announced.Lines[i].ID, announced.Lines[i].Identifiers)
	}
	var found []ReceiptDiscrepancy
	told := make(map[string]bool)
	exceptionsOnly := false
	for i := range receipts {
		r := &receipts[i]
		ours := r.answers(&announced)
		twice := r.Receipt != "" && told[r.Receipt]
		told[r.Receipt] = true
		exceptionsOnly = exceptionsOnly || ours && r.ExceptionsOnly
		for n := range r.Lines {
			found = append(found, r.compare(&r.Lines[n], &announced, t, ours, twice)...)
		}
	}
	for i := range announced.Lines {
		l := &announced.Lines[i]
		if exceptionsOnly && t.sums[i].Unit() == 0 {
			continue
		}
		d := ReceiptDiscrepancy{Line: l.ID, Announced: l.Quantity}
		var c int
		var alike bool
		switch d.Received, c, alike = t.compare(i, l.Quantity); {
		case !alike:
			d.Kind = OtherReceivedUnit
		case c < 0:
			d.Kind = ReceiptShort
		case c > 0:
			d.Kind = ReceiptOver
		default:
			continue
		}
		found = append(found, d)
	}
	return found
}

// answers tells whether a receipt is of a transfer: by the depositor's number, or by
// that of the shipment where one of them has no other.
func (r *StockReceipt) answers(t *StockTransfer) bool {
	if r.Number != "" && t.Number != "" {
		return r.Number == t.Number
	}
	return r.Shipment != "" && r.Shipment == t.Shipment
}

// compare counts a line, and says what of it does not count or is not in order.
func (r *StockReceipt) compare(l *ReceivedLine, announced *StockTransfer, t *tally, ours, twice bool) []ReceiptDiscrepancy {
	d := ReceiptDiscrepancy{Line: l.ID, Received: l.Received, Receipt: r.Receipt}
	at := t.find(l.ID, l.Identifiers)
	switch {
	case !ours || at < 0:
		if d.Line == "" && len(l.Identifiers) > 0 {
			d.Line = l.Identifiers[0].Value
		}
		if l.Received.Sign() == 0 {
			return nil
		}
		d.Kind = NeverAnnounced
		return append([]ReceiptDiscrepancy{d}, r.notInOrder(l, d.Line)...)
	case twice:
		d.Kind, d.Line = ReceivedTwice, announced.Lines[at].ID
		return []ReceiptDiscrepancy{d}
	}
	d.Line = announced.Lines[at].ID
	if !t.add(at, l.Received) {
		d.Kind, d.Announced = OtherReceivedUnit, announced.Lines[at].Quantity
		return []ReceiptDiscrepancy{d}
	}
	return r.notInOrder(l, d.Line)
}

// notInOrder tells the parts of a line that cannot be used at once.
func (r *StockReceipt) notInOrder(l *ReceivedLine, line string) []ReceiptDiscrepancy {
	var found []ReceiptDiscrepancy
	for _, x := range l.Exceptions {
		if !x.Condition.usable() && x.Condition.came() && x.Quantity.Sign() > 0 {
			found = append(found, ReceiptDiscrepancy{
				Kind: NotInOrder, Line: line, Received: x.Quantity, Condition: x.Condition, Reason: x.Reason, Receipt: r.Receipt,
			})
		}
	}
	return found
}
