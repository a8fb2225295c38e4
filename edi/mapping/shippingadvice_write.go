package mapping

import (
	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/order"
)

// WriteShippingAdvice makes the advice of a warehouse of what it shipped (X12 945): the
// segments between ST and SE, for who keeps stock for others. Each carton is an LX loop,
// with its number in MAN GM. W1201 is CC for what was shipped as it was asked for, CP for
// less, CU for nothing; the number of the line of the request is N9 LI.
//
// What would break the set is a [*FieldError].
func WriteShippingAdvice(a ShippingAdvice, agreed Options) ([]x12.Segment, error) {
	w := depositor{composer: composer{set: "945", agreed: &agreed}}
	w.begin("W06")
	w.put("F") // full detail
	w.need(a.Number, 22)
	w.day(a.Date)
	w.text(a.Shipment, 30)
	w.put("")
	w.text(a.PurchaseOrder, 22)
	w.place("WH", order.Party{ID: a.Site})
	sum := decimal.Zero
	for i := range a.Lines {
		l := &a.Lines[i]
		if i == 0 || l.Carton != a.Lines[i-1].Carton {
			w.container(l.Carton)
		}
		w.shippedLine(l)
		sum = sum.Add(l.Shipped.Decimal())
	}
	if len(a.Lines) > 0 {
		w.begin("W03")
		w.number(sum.String(), 10)
	}
	return w.result()
}

// shippedLine writes a W12 loop.
func (w *depositor) shippedLine(l *ShippedLine) {
	less := l.Ordered
	status := "CC"
	if c, err := l.Shipped.Cmp(l.Ordered); l.Ordered.Unit() != 0 && err == nil {
		less, _ = l.Ordered.Sub(l.Shipped) // they compare, so they subtract
		if c < 0 {
			status = "CP"
		}
	}
	if l.Shipped.IsZero() {
		status = "CU"
	}
	w.begin("W12")
	w.put(status)
	if l.Ordered.Unit() != 0 {
		w.number(l.Ordered.Number(), 15)
		if l.Ordered.Unit() != l.Shipped.Unit() {
			w.fail(l.Ordered.String(), "what was asked for and what was shipped are told in one unit")
		}
	} else {
		w.put("")
	}
	w.number(l.Shipped.Number(), 10)
	if l.Shipped.Sign() < 0 {
		w.fail(l.Shipped.String(), "less than nothing cannot have left")
	}
	if l.Ordered.Unit() != 0 && less.Sign() > 0 {
		w.number(less.Number(), 9)
	} else {
		w.put("")
	}
	w.unit(w.agreed.unitCode(l.Shipped.Unit()))
	rest := w.items(l.ID, l.Identifiers[:min(1, len(l.Identifiers))])
	if len(l.Identifiers) > 1 && len(rest) == 0 {
		w.pad(20)
		w.numbers(w.agreed.qualified(l.Identifiers[1:]), 1)
	}
	if l.ID != "" {
		w.nine("LI", l.ID)
	}
}
