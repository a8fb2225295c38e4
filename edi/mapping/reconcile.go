package mapping

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/quantity"
)

// Discrepancy is one thing in which shipping advices and their request do not agree.
type Discrepancy struct {
	Kind DiscrepancyKind `json:"kind"`
	// Line is that of the request, or where nothing was asked for what the warehouse
	// says of the line.
	Line string `json:"line,omitempty"`
	// Asked and Shipped are those of the line in all; of what was told twice, Shipped
	// is what was not counted again.
	Asked   quantity.Quantity `json:"asked,omitzero"`
	Shipped quantity.Quantity `json:"shipped,omitzero"`
	// Shipment and Carton say where it was told, for what was told twice or never
	// asked for.
	Shipment string `json:"shipment,omitempty"`
	Carton   string `json:"carton,omitempty"`
}

// DiscrepancyKind says how a line disagrees.
type DiscrepancyKind string

// The kinds of discrepancies.
const (
	ShippedShort DiscrepancyKind = "short"
	ShippedOver  DiscrepancyKind = "over"
	// ToldTwice is a shipment, or a line in a carton, that was told before.
	ToldTwice DiscrepancyKind = "twice"
	// NeverAsked is a line of another request, or of none.
	NeverAsked DiscrepancyKind = "never-asked"
	// OtherUnit is a quantity that cannot be compared with the one that was asked for.
	OtherUnit DiscrepancyKind = "unit"
)

// String says it in words: "line 1: short, 60 EA of 100 EA have left".
func (d Discrepancy) String() string {
	switch d.Kind {
	case ShippedShort, ShippedOver:
		return fmt.Sprintf("line %s: %s, %s of %s have left", d.Line, d.Kind, d.Shipped, d.Asked)
	case ToldTwice:
		return fmt.Sprintf("line %s: %s were told twice (shipment %s)", d.Line, d.Shipped, d.Shipment)
	case NeverAsked:
		return fmt.Sprintf("line %s: %s were never asked for (shipment %s)", d.Line, d.Shipped, d.Shipment)
	case OtherUnit:
		return fmt.Sprintf("line %s: %s cannot be compared with %s", d.Line, d.Shipped, d.Asked)
	}
	return string(d.Kind)
}

// Reconcile compares a request with all that a warehouse has told of it, line by
// line. Lines are found by their number, or without one by an item number that only
// one line has. Several cartons and several shipments add up; a shipment of a number
// that was told before, and a line that was told before in the same carton, are not
// counted again.
//
// The discrepancies of advices come in their order, then those of the lines, in the
// order of the request. None: all is as it was asked for. Of a request that was
// cancelled nothing is asked for: all that leaves is over.
func Reconcile(asked ShippingOrder, advices ...ShippingAdvice) []Discrepancy {
	t, found := shipped(&asked, advices)
	for i := range asked.Lines {
		l := &asked.Lines[i]
		want := l.Quantity
		if asked.Cancel {
			want = quantity.New(0, want.Unit())
		}
		d := Discrepancy{Line: l.ID, Asked: want}
		var c int
		var alike bool
		switch d.Shipped, c, alike = t.compare(i, want); {
		case !alike:
			d.Kind = OtherUnit
		case c < 0:
			d.Kind = ShippedShort
		case c > 0:
			d.Kind = ShippedOver
		default:
			continue
		}
		found = append(found, d)
	}
	return found
}

// shipped adds up what advices tell of the lines of a request, and says what of it
// does not count.
func shipped(asked *ShippingOrder, advices []ShippingAdvice) (*tally, []Discrepancy) {
	t := newTally(len(asked.Lines))
	for i := range asked.Lines {
		t.expect(asked.Lines[i].ID, asked.Lines[i].Identifiers)
	}
	var found []Discrepancy
	shipments := make(map[string]bool)
	for i := range advices {
		a := &advices[i]
		twice := a.Shipment != "" && shipments[a.Shipment]
		shipments[a.Shipment] = true
		cartons := make(map[[2]string]bool)
		for n := range a.Lines {
			l := &a.Lines[n]
			d := Discrepancy{Line: l.ID, Shipped: l.Shipped, Shipment: a.Shipment, Carton: l.Carton}
			at := t.find(l.ID, l.Identifiers)
			if a.Number != asked.Number || at < 0 {
				if d.Kind = NeverAsked; d.Line == "" && len(l.Identifiers) > 0 {
					d.Line = l.Identifiers[0].Value
				}
				if l.Shipped.Sign() > 0 {
					found = append(found, d)
				}
				continue
			}
			d.Line, d.Asked = asked.Lines[at].ID, asked.Lines[at].Quantity
			in := [2]string{l.Carton, d.Line}
			switch {
			case twice || l.Carton != "" && cartons[in]:
				d.Kind = ToldTwice
			case t.add(at, l.Shipped):
				cartons[in] = true
				continue
			default:
				d.Kind = OtherUnit
			}
			found = append(found, d)
			cartons[in] = true
		}
	}
	return t, found
}
