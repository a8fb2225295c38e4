package message

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// ReadPurchaseOrderChange reads a purchase order change request, ORDCHG of any directory.
// RFF+ON names the order and BGM02 the change. LIN02 says what is asked for of a line:
// 1 a further line, 2 that it is deleted, 3 that it is changed, 4 or 11 that it stays;
// QTY 21 how much is wanted of it in all, unless it was agreed that it is the
// difference ([mapping.Options].ChangeIsDifference). Message function 1 gives up the
// order as a whole.
//
// What is asked for is read, not judged: package edi/amend carries it out and answers
// line by line, and [mapping.AnswerToChange] with [WriteOrderResponse] tells the customer. A
// change with a finding that blocks cannot be carried out as it is; it holds whatever
// could be read.
func ReadPurchaseOrderChange(m *edifact.Message, o mapping.Options) (mapping.OrderChange, finding.List) {
	r := changeReader{orderReader: orderReader{reader: reader{message: "ORDCHG", document: "change", agreed: &o}}}
	r.doc.Source = source(m)
	if r.is(m, "a change") {
		r.read(m.Cursor())
		r.conclude()
	}
	r.change.Document = r.doc
	return r.change, r.found
}

// changeReader reads one ORDCHG. Its header is that of an order.
type changeReader struct {
	orderReader
	change mapping.OrderChange
}

func (r *changeReader) read(c *edifact.Cursor) {
	for c.More() {
		s := c.Next()
		switch s.ID() {
		case "BGM":
			r.beginning(s)
		case "DTM":
			if text(s, 1, 1) == "137" {
				r.change.Date = r.day(s)
			} else {
				r.date(s)
			}
		case "RFF":
			ref, day, ok := r.dated(s, c)
			switch {
			case !ok:
			case ref.Qualifier == "ON" && r.doc.PurchaseOrder == "":
				r.doc.PurchaseOrder, r.doc.Date = ref.Value, day
			default:
				r.refer(ref)
			}
		case "LIN":
			r.line(s, c)
		default:
			r.header(s, c)
		}
	}
}

// beginning reads BGM: which change it is, and of what kind.
func (r *changeReader) beginning(s edifact.Segment) {
	if r.begun {
		r.block("bgm-repeated", s, whole(), "the message has a second BGM", "ask the partner to send each change in a message of its own")
		return
	}
	r.begun = true
	r.change.Sequence = text(s, 2, 1)
	if r.change.Sequence == "" {
		r.info("change-number-missing", s, element(2), "BGM02 has no number of the change; the same change sent twice is known by what it says")
	}
	name := "message function " + text(s, 3, 1)
	switch purposeOf(text(s, 3, 1)) {
	case orders, changing:
	case cancelling:
		r.change.Cancel = true
		if text(s, 3, 1) == "17" {
			r.info("purpose", s, element(3), name+" gives up the order, and says that another one follows")
		}
	case replacing:
		r.warn("purpose", s, element(3), name+" replaces the order; what it does not list is left as it is", "agree with the partner on what it means")
	case again:
		r.info("purpose", s, element(3), name+" says that it was sent before")
	case confirming:
		r.block("purpose", s, element(3), name+" confirms what we proposed; nothing is to be changed", "see whether the order holds what was proposed")
	case informing:
		r.block("purpose", s, element(3), name+" is not to be carried out", "read it for information, or ask the partner what is meant")
	case unclear:
		r.warn("purpose", s, element(3), name+" is taken as a change", "agree with the partner on what it means")
	}
}

// changeKind translates an action (element 1229).
func changeKind(action string) (kind mapping.ChangeKind, known bool) {
	switch action {
	case "1":
		return mapping.AddLine, true
	case "2", "21":
		return mapping.DeleteLine, true
	case "3", "38":
		return mapping.ChangeValues, true
	case "4", "11":
		return mapping.KeepLine, true
	}
	return mapping.OtherChange, false
}

// line reads LIN and the group that belongs to it.
func (r *changeReader) line(s edifact.Segment, c *edifact.Cursor) {
	if text(s, 4, 1) != "" {
		r.subline(s, c)
		return
	}
	l := r.lineOf(s, c)
	change := mapping.LineChange{Code: text(s, 2, 1)}
	var known bool
	change.Kind, known = changeKind(change.Code)
	switch {
	case change.Code == "":
		change.Kind = mapping.ChangeValues
		r.info("action-missing", s, element(2), "the line does not say what is asked for, and is taken as changed")
	case !known:
		r.warn("change", s, element(2), fmt.Sprintf("action %s asks for what the order has no place for", change.Code), "see to it, and answer the partner")
	}
	if l.ID == "" && l.reference == "" && change.Kind != mapping.AddLine {
		r.block("line-missing", s, element(1), "LIN does not say which line is changed", "ask the partner for its number")
	}
	l.conclude()
	change.Request = l.Request
	if l.Quantity.Unit() != 0 {
		change.Difference = r.agreed.ChangeIsDifference && change.Kind != mapping.AddLine
	} else if change.Kind == mapping.AddLine {
		r.block("quantity-missing", s, whole(), "the further line has no QTY 21: how much is wanted is not said", "ask the partner how much is meant")
	}
	if l.Quantity.Sign() < 0 && !change.Difference {
		r.block("quantity", l.ordered, spot{1, 2}, fmt.Sprintf("%s cannot be wanted in all", l.Quantity), "agree with the partner on whether QTY 21 is the difference")
	}
	r.change.Lines = append(r.change.Lines, change)
}

// conclude says what can be said only at the end.
func (r *changeReader) conclude() {
	none := edifact.Segment{}
	if !r.begun {
		r.add(finding.Block, "bgm-missing", none, whole(), "the message has no BGM", "ask the partner to send it anew")
	}
	if r.doc.PurchaseOrder == "" {
		r.add(finding.Block, "purchase-order-missing", none, whole(), "no RFF+ON says which order is changed", "ask the partner for the number")
	}
	if len(r.change.Lines) == 0 && !r.change.Cancel {
		r.add(finding.Warning, "lin-missing", none, whole(), "the change names no line: at most the order as a whole is changed", "ask the partner whether a line was lost")
	}
	r.finish()
	r.checkTotals(&r.totals, len(r.change.Lines))
	r.leftOut()
}

// WritePurchaseOrderChange makes a purchase order change request, ORDCHG of D.96A and
// D.01B: the segments between UNH and UNT. What is written reads back by
// [ReadPurchaseOrderChange] as the same change, but for what only the sender knows
// ([WritePurchaseOrder]), for how much of a line is still expected, and for the kind of
// a change that is not to add, delete or keep a line: it sets what it states.
//
// EDIFACT has no action for more, for less, or for another item. A difference can be
// written only where it was agreed that quantities are differences, and a line that is
// to have another item is deleted and added. What would break the message is a
// [*mapping.FieldError].
func WritePurchaseOrderChange(change mapping.OrderChange, agreed mapping.Options) ([]edifact.Segment, error) {
	c := compose("ORDCHG", &agreed)
	function := "4"
	if change.Cancel {
		function = "1"
	}
	c.bgm(of("230"), change.Sequence, function, "")
	if change.Date.IsZero() {
		c.fail("DTM", whole(), "", "the change has no date, which is mandatory")
	}
	c.date("137", change.Date)
	if change.Document.PurchaseOrder == "" {
		c.fail("RFF", spot{1, 2}, "", "the change does not say which purchase order it is of")
	}
	doc := change.Document
	c.wanted(&doc)
	c.references(order.Reference{Qualifier: "ON", Value: doc.PurchaseOrder})
	c.date(referenceDate, doc.Date)
	doc.Currency = currencyOf(doc.Currency, change.Lines, func(l *mapping.LineChange) *money.Amount { return l.Price })
	c.agreement(&doc)
	for i := range change.Lines {
		l := &change.Lines[i]
		c.orderLine(i, c.changeAction(l), &l.Request)
	}
	c.trailer(len(change.Lines), decimal.Zero)
	return c.result()
}

// changeAction is the action (element 1229) of a change of a line.
func (c *composer) changeAction(l *mapping.LineChange) string {
	if l.Quantity.Unit() != 0 && l.Kind != mapping.AddLine && l.Difference != c.agreed.ChangeIsDifference {
		c.fail("QTY", spot{1, 2}, l.Quantity.String(), "it was not agreed that quantities of a change are meant so (Options.ChangeIsDifference)")
	}
	switch l.Kind {
	case mapping.AddLine:
		return "1"
	case mapping.DeleteLine:
		return "2"
	case mapping.KeepLine:
		return "4"
	case mapping.DecreaseLine:
		if l.Difference && l.Quantity.Sign() > 0 {
			c.fail("QTY", spot{1, 2}, l.Quantity.String(), "a decrease by a difference is written as a quantity below zero")
		}
		return "3"
	case mapping.IncreaseLine, mapping.ChangeValues, mapping.ChangePrice, mapping.ChangeDates:
		return "3"
	case mapping.ReplaceItem:
		c.fail("LIN", element(2), string(l.Kind), "EDIFACT has no action for another item: delete the line and add one")
	case mapping.OtherChange:
		c.fail("LIN", element(2), l.Code, "no action says what is asked for")
	}
	return ""
}
