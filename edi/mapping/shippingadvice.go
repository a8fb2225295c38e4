package mapping

import (
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ShippingAdvice is what a warehouse tells of a shipment.
type ShippingAdvice struct {
	Source order.Source `json:"source"`
	// Number is that of our [ShippingOrder].
	Number        string `json:"number"`
	PurchaseOrder string `json:"purchase_order,omitempty"`
	// Site is the warehouse, by our name; empty: it does not say, or is none that we know.
	Site string `json:"site,omitempty"`
	// Shipment is the warehouse's number.
	Shipment string        `json:"shipment,omitempty"`
	Date     calendar.Date `json:"date,omitzero"`
	Lines    []ShippedLine `json:"lines,omitempty"`
}

// ShippedLine is what left of a line, in one carton if the warehouse tells cartons.
type ShippedLine struct {
	// ID is the number of our line; empty: the warehouse does not repeat it.
	ID          string                 `json:"id,omitempty"`
	Identifiers []order.ItemIdentifier `json:"identifiers,omitempty"`
	// Ordered is what was asked for of the line, as the warehouse has it; zero: it does
	// not say.
	Ordered quantity.Quantity `json:"ordered,omitzero"`
	// Shipped is what left; zero: nothing did.
	Shipped quantity.Quantity `json:"shipped"`
	// Carton is the number on its label, an SSCC or the carrier's.
	Carton string `json:"carton,omitempty"`
}

// ReadShippingAdvice reads what a warehouse has shipped, X12 945 of any version.
// The number of our line is N9 LI of the line, as [WriteShippingOrder] wrote it;
// [Reconcile] compares it with what was asked for. A line that cannot be read is left
// out, with a finding that blocks.
func ReadShippingAdvice(set *x12.Set, o Options) (ShippingAdvice, finding.List) {
	r := adviceReader{reader: reader{set: "945", document: "shipping advice", agreed: &o}}
	r.advice.Source = source(set)
	if !r.is(set, "a shipping advice") {
		return r.advice, r.found
	}
	for c := set.Cursor(); c.More(); {
		r.segment(c.Next(), c)
	}
	if !r.begun {
		r.found.Block(r.code("w06-missing"), "", "the set has no W06, which names the request", "ask the partner to send it anew")
	}
	r.leftOut()
	return r.advice, r.found
}

// adviceReader reads one 945.
type adviceReader struct {
	reader
	advice ShippingAdvice
	begun  bool
	carton string // of the LX loop
	inLine bool   // a W12 is open
	sound  bool   // and could be read
}

func (r *adviceReader) segment(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "N1":
		if p := r.siteLoop(s, c, party.ShipFrom); s.Value(1) == "WH" {
			r.advice.Site = p.ID
		} else {
			r.homeless("advice", s)
		}
	case "W06":
		r.beginning(s)
	case "LX":
		r.carton, r.inLine = "", false
	case "MAN":
		if r.carton == "" {
			r.carton = strings.TrimSpace(s.Value(2))
		} else {
			r.homeless("LX loop", s)
		}
	case "W12":
		r.line(s)
	case "N9":
		if r.inLine && s.Value(1) == "LI" {
			if r.sound {
				r.advice.Lines[len(r.advice.Lines)-1].ID = strings.TrimSpace(s.Value(2))
			}
		} else {
			r.homeless("N9", s)
		}
	case "W03":
		r.inLine = false
	default:
		r.homeless("advice", s)
	}
}

func (r *adviceReader) beginning(s x12.Segment) {
	if r.begun {
		r.block("w06-repeated", s, 0, "the set has a second W06", "ask the partner to send each shipment in a set of its own")
		return
	}
	r.begun = true
	a := &r.advice
	a.Number, a.Date = strings.TrimSpace(s.Value(2)), r.day(s, 3)
	a.Shipment, a.PurchaseOrder = strings.TrimSpace(s.Value(4)), strings.TrimSpace(s.Value(6))
	if a.Number == "" {
		r.block("number-missing", s, 2, "W0602 does not say which request is answered", "ask the partner for our number of it")
	}
}

// line reads W12.
func (r *adviceReader) line(s x12.Segment) {
	r.inLine, r.sound = true, false
	q := r.quantity(s, 3, 5)
	if q.Unit() == 0 {
		return
	}
	if q.Sign() < 0 {
		r.block("quantity", s, 3, q.String()+" cannot have left", "ask the partner how much is meant")
		return
	}
	r.sound = true
	l := ShippedLine{Shipped: q, Carton: r.carton}
	l.Ordered = r.measure(s, 2, 5)
	for _, first := range []int{7, 21} { // 17 and 18 are of what was ordered in its place
		if q, value := s.Value(first), strings.TrimSpace(s.Value(first+1)); q != "" && value != "" {
			l.Identifiers = append(l.Identifiers, r.agreed.itemNumber(q, value))
		}
	}
	if id, told := caseCode(s.Value(6)); told {
		l.Identifiers = append(l.Identifiers, id)
	}
	r.advice.Lines = append(r.advice.Lines, l)
}
