package mapping

import (
	"cmp"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// WritePurchaseOrderChange makes the change of a purchase order (X12 860) for a vendor
// of ours: the segments between ST and SE. [ReadPurchaseOrderChange] reads them back
// equal.
//
// BCH01 is 01 where the order is given up as a whole, else 04. The header says what
// is to hold for the order as a whole, as [WritePurchaseOrder] writes it; BCH06 is the
// day of the order, which is mandatory. POC02 is the code of a line, or where it has
// none that of its kind. POC03 is how much is wanted in all, or the difference where
// that was agreed ([Options].ChangeIsDifference); a line that says the other one is
// an error, for the vendor would take it for what it is not.
//
// What would break the set is a [*FieldError].
func WritePurchaseOrderChange(change *OrderChange, agreed Options) ([]x12.Segment, error) {
	w := purchaser{composer: composer{set: "860", agreed: &agreed}, doc: &change.Document}
	w.begin("BCH")
	purpose := "04"
	if change.Cancel {
		purpose = "01"
	}
	w.put(purpose)
	w.kind()
	w.need(w.doc.PurchaseOrder, 22)
	w.text(w.doc.Release, 30)
	w.text(change.Sequence, 8)
	w.mandatoryDay()
	w.put("", "", "", "")
	w.day(change.Date)
	doc := *w.doc // without lines, and in the currency of those of the change
	doc.Lines = nil
	for i := range change.Lines {
		if p := change.Lines[i].Price; doc.Currency == 0 && p != nil {
			doc.Currency = p.Currency()
		}
	}
	w.doc = &doc
	w.header()
	for i := range change.Lines {
		w.change(&change.Lines[i])
	}
	w.total(len(change.Lines))
	return w.result()
}

// codeOfChange is the change code (X12 element 670) of a kind, which [changeKind]
// reads.
func codeOfChange(k ChangeKind) string {
	switch k {
	case AddLine:
		return "AI"
	case DeleteLine:
		return "DI"
	case IncreaseLine:
		return "QI"
	case DecreaseLine:
		return "QD"
	case ChangeValues:
		return "CA"
	case ChangePrice:
		return "PC"
	case ChangeDates:
		return "RS"
	case ReplaceItem:
		return "RE"
	case KeepLine:
		return "NC"
	case OtherChange:
	}
	return ""
}

// change writes the POC loop of a line.
func (w *purchaser) change(l *LineChange) {
	w.begin("POC")
	w.text(l.ID, 20)
	if l.ID == "" && l.Kind != AddLine {
		w.fail("", "it does not say which line is changed")
	}
	code := cmp.Or(l.Code, codeOfChange(l.Kind))
	w.need(code, 2)
	if l.Kind != "" && code != "" && changeKind(code) != l.Kind {
		w.fail(code, "the code asks for another change than "+string(l.Kind))
	}
	w.wanted(l)
	w.price(&l.Request)
	w.items(&l.Request)
	if l.Kind == AddLine && w.out.Elements() < 9 {
		w.fail(l.ID, "the line names no item that the partner knows")
	}
	w.about(&l.Request)
}

// wanted adds how much is wanted, how much is still to come, and the unit.
func (w *purchaser) wanted(l *LineChange) {
	w.count(l.Quantity, 15)
	if l.Quantity.Unit() == 0 {
		w.put("", "")
		if k := l.Kind; k == AddLine || k == IncreaseLine || k == DecreaseLine {
			w.fail("", "it does not say how much is wanted")
		}
		return
	}
	switch agreed := w.agreed.ChangeIsDifference && l.Kind != AddLine; {
	case agreed && !l.Difference:
		w.fail(l.Quantity.String(), "POC03 is agreed to be the difference, and the quantity is the total")
	case !agreed && l.Difference:
		w.fail(l.Quantity.String(), "POC03 is the total, and the quantity is a difference")
	case !l.Difference && l.Quantity.Sign() < 0:
		w.fail(l.Quantity.String(), "less than nothing cannot be wanted in all")
	}
	left := l.Left
	if left.Unit() != 0 && left.Unit() != l.Quantity.Unit() {
		w.fail(left.String(), "it is in another unit than the quantity")
	}
	if left.Unit() == 0 { // POC05 needs POC04
		left = l.Quantity
		if l.Difference {
			left = quantity.New(0, l.Quantity.Unit())
		}
	}
	w.count(left, 9)
	w.unit(w.agreed.unitCode(l.Quantity.Unit()))
}
