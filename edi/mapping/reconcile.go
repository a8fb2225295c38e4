package mapping

import (
	"fmt"
	"slices"

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
	r := reconciler{asked: &asked, sums: make([]quantity.Quantity, len(asked.Lines))}
	shipments := make(map[string]bool)
	for i := range advices {
		a := &advices[i]
		twice := a.Shipment != "" && shipments[a.Shipment]
		shipments[a.Shipment] = true
		cartons := make(map[[2]string]bool)
		for n := range a.Lines {
			r.line(a, &a.Lines[n], twice, cartons)
		}
	}
	for i := range asked.Lines {
		l := &asked.Lines[i]
		want := l.Quantity
		if asked.Cancel {
			want = quantity.New(0, want.Unit())
		}
		got := r.sums[i]
		if got.Unit() == 0 {
			got = quantity.New(0, want.Unit())
		}
		kind := ShippedShort
		switch c, err := got.Cmp(want); {
		case err != nil:
			kind = OtherUnit
		case c == 0:
			continue
		case c > 0:
			kind = ShippedOver
		}
		r.found = append(r.found, Discrepancy{Kind: kind, Line: l.ID, Asked: want, Shipped: got})
	}
	return r.found
}

type reconciler struct {
	asked *ShippingOrder
	sums  []quantity.Quantity // by line of the request
	found []Discrepancy
}

func (r *reconciler) line(a *ShippingAdvice, l *ShippedLine, twice bool, cartons map[[2]string]bool) {
	d := Discrepancy{Line: l.ID, Shipped: l.Shipped, Shipment: a.Shipment, Carton: l.Carton}
	i := r.find(l)
	if a.Number != r.asked.Number || i < 0 {
		if d.Kind = NeverAsked; d.Line == "" && len(l.Identifiers) > 0 {
			d.Line = l.Identifiers[0].Value
		}
		if l.Shipped.Sign() > 0 {
			r.found = append(r.found, d)
		}
		return
	}
	d.Line, d.Asked = r.asked.Lines[i].ID, r.asked.Lines[i].Quantity
	in := [2]string{l.Carton, d.Line}
	if twice || l.Carton != "" && cartons[in] {
		d.Kind = ToldTwice
		r.found = append(r.found, d)
		return
	}
	cartons[in] = true
	if r.sums[i].Unit() == 0 {
		r.sums[i] = l.Shipped
		return
	}
	sum, err := r.sums[i].Add(l.Shipped)
	if err != nil {
		d.Kind = OtherUnit
		r.found = append(r.found, d)
		return
	}
	r.sums[i] = sum
}

// find is the place of a line in the request; below 0: it has none.
func (r *reconciler) find(l *ShippedLine) int {
	if l.ID != "" {
		return slices.IndexFunc(r.asked.Lines, func(w WarehouseLine) bool { return w.ID == l.ID })
	}
	found := -1
	for i := range r.asked.Lines {
		for _, id := range l.Identifiers {
			if !slices.Contains(r.asked.Lines[i].Identifiers, id) {
				continue
			}
			if found >= 0 && found != i {
				return -1
			}
			found = i
		}
	}
	return found
}
