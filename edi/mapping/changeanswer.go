package mapping

import (
	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// ChangeAnswer says what became of a change.
type ChangeAnswer struct {
	Change OrderChange `json:"change"`
	// Date is the day of the answer.
	Date calendar.Date `json:"date"`
	// Lines answer those of the change, one for one.
	Lines []LineAnswer `json:"lines,omitempty"`
	// Remarks say what of the order as a whole is not changed, and why.
	Remarks []string `json:"remarks,omitempty"`
	// Refused says that nothing of an order that was to be cancelled could be given up.
	Refused bool `json:"refused,omitempty"`
}

// LineAnswer says what became of the change of a line.
type LineAnswer struct {
	Outcome ChangeOutcome `json:"outcome"`
	// Quantity is how much of the line will have been delivered in all, in its base
	// unit, as the line stands since; Shipped is what of it has left. Without unit:
	// the order has no such line.
	Quantity quantity.Quantity `json:"quantity,omitzero"`
	Shipped  quantity.Quantity `json:"shipped,omitzero"`
	// Reason says why it was not made, or not wholly.
	Reason string `json:"reason,omitempty"`
}

// ChangeOutcome is what became of what was asked for.
type ChangeOutcome string

// The outcomes of a change of a line.
const (
	ChangeMade    ChangeOutcome = "made"
	ChangePartly  ChangeOutcome = "partly"
	ChangeRefused ChangeOutcome = "refused"
)

// WriteChangeAcknowledgement makes the answer to a change (X12 865) of an order: the
// segments between ST and SE. BCA02 is AD where all is made, RD where nothing is,
// else AC.
//
// Each line of the change is answered, in its own words: POC echoes what was asked
// for, with how much of the line is still to come in POC04. The ACK says IA made, ID
// deleted, IQ another quantity than was asked for, IR refused, with how much the line
// is since, in the unit that was ordered if that is exact. Why it is not made stands
// in MSG, and what is not changed of the order as a whole in N9 L1 with MSG.
//
// What would break the set is a [*FieldError], an answer without one of its lines
// among it.
func WriteChangeAcknowledgement(answer ChangeAnswer, o *order.Order, agreed Options) ([]x12.Segment, error) {
	a := changeAnswerer{composer: composer{set: "865", agreed: &agreed}, answer: &answer, order: o}
	a.header()
	for i := range answer.Change.Lines {
		a.line(i)
	}
	a.total(len(answer.Change.Lines))
	return a.result()
}

// changeAnswerer makes one 865.
type changeAnswerer struct {
	composer
	answer *ChangeAnswer
	order  *order.Order
}

// verdict is what is said of a change as a whole. A change of no line is made where
// nothing remains to be said.
func (a *ChangeAnswer) verdict() VendorVerdict {
	made, refused := len(a.Remarks) == 0, a.Refused || len(a.Lines) > 0
	for _, l := range a.Lines {
		made = made && l.Outcome == ChangeMade
		refused = refused && l.Outcome == ChangeRefused
	}
	switch {
	case refused:
		return OrderRejected
	case made:
		return OrderAccepted
	}
	return OrderWithChanges
}

func (a *changeAnswerer) header() {
	doc := &a.answer.Change.Document
	a.begin("BCA")
	a.put("00", verdictCode(a.answer.verdict()))
	a.need(doc.PurchaseOrder, 22)
	a.text(doc.Release, 30)
	a.text(a.answer.Change.Sequence, 8)
	day := doc.Date
	if day.IsZero() {
		day = a.order.Document.Date
	}
	a.day(day)
	if day.IsZero() {
		a.fail("", "the purchase order has no date")
	}
	a.put("", "")
	a.text(string(a.order.ID), 30)
	a.day(a.answer.Date)
	a.day(a.answer.Change.Date)
	if len(a.answer.Lines) != len(a.answer.Change.Lines) {
		a.fail("", "each line of the change has one answer")
	}
	if doc.Currency != 0 {
		a.begin("CUR")
		a.put("BY", doc.Currency.Code())
	}
	if len(a.answer.Remarks) == 0 {
		return
	}
	a.begin("N9")
	a.put("L1", "1")
	for _, text := range a.answer.Remarks {
		a.message(text)
	}
}

// line writes the POC loop of a line.
func (a *changeAnswerer) line(i int) {
	l := &a.answer.Change.Lines[i]
	var said LineAnswer
	if i < len(a.answer.Lines) {
		said = a.answer.Lines[i]
	}
	now, left := said.amounts(a.order.Line(l.ID))
	a.begin("POC")
	a.text(l.ID, 20)
	a.need(l.Code, 2)
	if l.Quantity.Unit() != 0 {
		a.number(l.Quantity.Number(), 15)
		a.number(left.Number(), 9)
		a.unit(a.agreed.unitCode(l.Quantity.Unit()))
	} else {
		a.put("", "", "")
	}
	if l.Price != nil {
		a.number(l.Price.Number(), 17)
		a.basis(l.PricePer)
	} else {
		a.put("", "")
	}
	a.numbers(l.Identifiers, 10)
	a.begin("ACK")
	a.put(statusCode(said.status(l)))
	if now.Unit() != 0 {
		a.number(now.Number(), 15)
		a.unit(a.agreed.unitCode(now.Unit()))
	}
	a.message(said.Reason)
}

// amounts are how much the line is since, and how much of it is still to come, both
// in one unit.
func (a LineAnswer) amounts(line *order.Line) (now, left quantity.Quantity) {
	now, left = a.Quantity, a.Quantity
	if rest, err := a.Quantity.Sub(a.Shipped); err == nil {
		left = rest
	}
	if line != nil && now.Unit() != 0 {
		both := tell.InOrdered(line.Quantity, line.Base, []quantity.Quantity{now, left})
		now, left = both[0], both[1]
	}
	return now, left
}

// status is what becomes of a line by the answer to its change.
func (a LineAnswer) status(l *LineChange) PartStatus {
	switch {
	case a.Outcome == ChangeRefused:
		return PartRejected
	case a.Outcome == ChangePartly:
		return PartQuantityChanged
	case l.Kind == DeleteLine:
		return PartDeleted
	}
	return PartAccepted
}
