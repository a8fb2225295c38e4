package message

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/shipping"
)

// ReceiptDiscrepancy is one thing in which what a customer received does not agree
// with the shipment.
type ReceiptDiscrepancy struct {
	Kind ReceiptDiscrepancyKind `json:"kind"`
	// Order and Line are those of the shipment; of what was never shipped Line is what
	// the advice says of it.
	Order string `json:"order,omitempty"`
	Line  string `json:"line,omitempty"`
	Item  string `json:"item,omitempty"`
	// Shipped and Received are those of the line in all, in the item's base unit. Of
	// what was refused Received is how much of it was.
	Shipped  quantity.Quantity `json:"shipped,omitzero"`
	Received quantity.Quantity `json:"received,omitzero"`
	// Carton is the SSCC of a carton that did not arrive.
	Carton shipping.SSCC `json:"carton,omitempty"`
	// Advice is the number of the advice, where one alone says it.
	Advice string `json:"advice,omitempty"`
}

// ReceiptDiscrepancyKind says how a receipt disagrees.
type ReceiptDiscrepancyKind string

// The kinds of discrepancies.
const (
	ReceivedShort ReceiptDiscrepancyKind = "short"
	ReceivedOver  ReceiptDiscrepancyKind = "over"
	// NotAccepted was received and refused: damaged, too late, not ordered.
	NotAccepted ReceiptDiscrepancyKind = "not-accepted"
	// NeverShipped was received and is in no line of the shipment.
	NeverShipped ReceiptDiscrepancyKind = "never-shipped"
	// CartonMissing is a carton of the shipment that no advice names, while other
	// cartons are named.
	CartonMissing ReceiptDiscrepancyKind = "carton-missing"
	// ReceivedInOtherUnit cannot be compared with what was shipped.
	ReceivedInOtherUnit ReceiptDiscrepancyKind = "unit"
	// AdvisedTwice is an advice of a number that was there before; it is not counted.
	AdvisedTwice ReceiptDiscrepancyKind = "twice"
)

// String says it in words: "order SO-1 line 1: short, 57 EA of 60 EA arrived".
func (d ReceiptDiscrepancy) String() string {
	line := fmt.Sprintf("order %s line %s", d.Order, d.Line)
	switch d.Kind {
	case ReceivedShort, ReceivedOver:
		return fmt.Sprintf("%s: %s, %s of %s arrived", line, d.Kind, d.Received, d.Shipped)
	case NotAccepted:
		return fmt.Sprintf("%s: %s of %s were not accepted", line, d.Received, d.Shipped)
	case NeverShipped:
		return fmt.Sprintf("item %s: %s arrived that were never shipped (advice %s)", d.Item, d.Received, d.Advice)
	case CartonMissing:
		return fmt.Sprintf("carton %s did not arrive", d.Carton)
	case ReceivedInOtherUnit:
		return fmt.Sprintf("%s: %s cannot be compared with %s", line, d.Received, d.Shipped)
	case AdvisedTwice:
		return fmt.Sprintf("advice %s was received before and is not counted again", d.Advice)
	}
	return string(d.Kind)
}

// ReconcileReceipt compares a shipment with all that its receiver has told of it.
// Lines are found by the customer's numbers of order and line, else by a number of
// the item; where several lines ship the item, what arrived fills them in their
// order, and what is beyond them is over at the last. Several advices add up; one
// whose number was there before is not counted again.
//
// The discrepancies of advices come in their order, then those of the lines, short
// before not accepted, in the order of the shipment, then the cartons. None: all
// arrived and was kept.
func ReconcileReceipt(s *shipping.Shipment, advices ...ReceivingAdvice) []ReceiptDiscrepancy {
	r := newReceipt(s)
	numbers := make(map[string]bool)
	for i := range advices {
		a := &advices[i]
		if a.Number != "" && numbers[a.Number] {
			r.found = append(r.found, ReceiptDiscrepancy{Kind: AdvisedTwice, Advice: a.Number})
			continue
		}
		numbers[a.Number] = true
		for n := range a.Lines {
			r.line(a, &a.Lines[n])
		}
	}
	r.conclude()
	return r.found
}

// receipt compares a shipment with what arrived of it.
type receipt struct {
	shipment *shipping.Shipment
	lines    []receiptLine
	cartons  map[string]bool
	found    []ReceiptDiscrepancy
}

// receiptLine is a line of an order, in one or several schedules, in its base unit.
type receiptLine struct {
	line                       *shipping.Line
	shipped, received, refused decimal.Decimal
}

func newReceipt(s *shipping.Shipment) *receipt {
	r := &receipt{shipment: s, cartons: make(map[string]bool)}
	for i := range s.Lines {
		l := &s.Lines[i]
		at := slices.IndexFunc(r.lines, func(o receiptLine) bool { return o.line.Order == l.Order && o.line.Line == l.Line })
		if at < 0 {
			at = len(r.lines)
			r.lines = append(r.lines, receiptLine{line: l})
		}
		r.lines[at].shipped = r.lines[at].shipped.Add(l.Base.Decimal())
	}
	return r
}

// line counts what an advice says of an item.
func (r *receipt) line(a *ReceivingAdvice, l *ReceivedLine) {
	if l.Carton != "" {
		r.cartons[l.Carton] = true
	}
	to := r.find(a, l)
	if len(to) == 0 {
		if l.Received.Sign() != 0 {
			r.found = append(r.found, ReceiptDiscrepancy{Kind: NeverShipped, Line: l.OrderLine, Item: itemOf(l), Received: l.Received, Advice: a.Number})
		}
		return
	}
	received, ok := inBase(l.Received, r.lines[to[0]].line)
	accepted, also := inBase(l.Accepted, r.lines[to[0]].line)
	if !ok || !also {
		o := &r.lines[to[0]]
		r.found = append(r.found, ReceiptDiscrepancy{Kind: ReceivedInOtherUnit, Order: o.line.Order, Line: o.line.Line, Item: o.line.Item,
			Shipped: baseOf(o.shipped, o.line), Received: l.Received, Advice: a.Number})
		return
	}
	refused := received.Sub(accepted)
	for i, at := range to {
		o := &r.lines[at]
		part := received
		if room := o.shipped.Sub(o.received); i < len(to)-1 && part.GreaterThan(room) {
			part = decimal.Max(room, decimal.Zero)
		}
		no := decimal.Min(refused, part)
		o.received, o.refused = o.received.Add(part), o.refused.Add(no)
		received, refused = received.Sub(part), refused.Sub(no)
	}
}

// find gives the lines of the shipment that a line of an advice speaks of.
func (r *receipt) find(a *ReceivingAdvice, l *ReceivedLine) []int {
	purchaseOrder := l.PurchaseOrder
	if purchaseOrder == "" {
		purchaseOrder = a.PurchaseOrder
	}
	var ofItem []int
	for i := range r.lines {
		o := r.lines[i].line
		if purchaseOrder != "" && o.PurchaseOrder != purchaseOrder {
			continue
		}
		if purchaseOrder != "" && l.OrderLine != "" && o.Line == l.OrderLine {
			return []int{i}
		}
		if slices.ContainsFunc(l.Identifiers, func(id order.ItemIdentifier) bool { return names(id, o) }) {
			ofItem = append(ofItem, i)
		}
	}
	return ofItem
}

// names tells whether a number is one of the item of a line.
func names(id order.ItemIdentifier, l *shipping.Line) bool {
	switch id.Scheme {
	case order.SchemeGTIN:
		return l.GTIN != "" && id.Value == l.GTIN
	case order.SchemeBuyer:
		return l.CustomerPart != "" && id.Value == l.CustomerPart
	case order.SchemeVendor:
		return id.Value == l.Item
	}
	return false
}

func itemOf(l *ReceivedLine) string {
	if len(l.Identifiers) == 0 {
		return ""
	}
	return l.Identifiers[0].Value
}

// inBase converts a quantity into the base unit of a line; false where it is in
// neither of the units of the line. A piece is one.
func inBase(q quantity.Quantity, l *shipping.Line) (decimal.Decimal, bool) {
	switch {
	case q.Unit() == l.Base.Unit() || aPiece(q.Unit()) && aPiece(l.Base.Unit()):
		return q.Decimal(), true
	case q.Unit() == l.Quantity.Unit() && !l.Quantity.IsZero():
		const places = 9
		return q.Decimal().Mul(l.Base.Decimal()).DivRound(l.Quantity.Decimal(), places), true
	}
	return decimal.Zero, q.Unit() == 0 && q.IsZero()
}

// baseOf makes a quantity in the base unit of a line; one without a unit where it is
// beyond what a quantity holds.
func baseOf(n decimal.Decimal, l *shipping.Line) quantity.Quantity {
	const places = 6
	q, err := quantity.FromDecimal(n.Round(places), l.Base.Unit())
	if err != nil {
		return quantity.Quantity{}
	}
	return q
}

// conclude compares the sums.
func (r *receipt) conclude() {
	for i := range r.lines {
		o := &r.lines[i]
		d := ReceiptDiscrepancy{Order: o.line.Order, Line: o.line.Line, Item: o.line.Item, Shipped: baseOf(o.shipped, o.line)}
		if c := o.received.Cmp(o.shipped); c != 0 {
			d.Kind, d.Received = ReceivedShort, baseOf(o.received, o.line)
			switch {
			case d.Received.Unit() == 0: // more than can be
				d.Kind = ReceivedInOtherUnit
			case c > 0:
				d.Kind = ReceivedOver
			}
			r.found = append(r.found, d)
		}
		if o.refused.Sign() > 0 {
			d.Kind, d.Received = NotAccepted, baseOf(o.refused, o.line)
			r.found = append(r.found, d)
		}
	}
	if !slices.ContainsFunc(r.shipment.Cartons, func(c shipping.Carton) bool { return r.cartons[string(c.SSCC)] }) {
		return // the customer tells no cartons, or what they stood on
	}
	for i := range r.shipment.Cartons {
		if code := r.shipment.Cartons[i].SSCC; !r.cartons[string(code)] {
			r.found = append(r.found, ReceiptDiscrepancy{Kind: CartonMissing, Carton: code})
		}
	}
}
