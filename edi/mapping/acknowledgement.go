package mapping

import (
	"errors"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// ErrUndecided is returned for an order that cannot be answered yet: a step of
// the desk waits, or its document has to be mended before it is an order.
var ErrUndecided = errors.New("mapping: the order is not decided yet")

// Line item status codes (X12 element 668) that an acknowledgement uses.
const (
	itemAccepted        = "IA"
	itemBackordered     = "IB"
	itemChanged         = "IC" // price and date
	itemDeleted         = "ID"
	itemOnHold          = "IH"
	itemPriced          = "IP"
	itemQuantityChanged = "IQ"
	itemRejected        = "IR"
	itemRescheduled     = "DR"
	itemSubstituted     = "IS"
)

// WriteAcknowledgement makes the purchase order acknowledgement (X12 855) of an
// order: the segments between ST and SE.
//
// BAK02 says what became of it: AD as ordered, AC with changes, RD rejected,
// AH on hold. Each line echoes what was ordered and tells in ACK segments what
// becomes of it ([AnswerTo]), whose quantities add up to PO102: accepted (IA),
// backordered (IB), at another price (IP, with the price in CTP), on another day (DR),
// both (IC), as another item (IS, with its number as ours), on hold (IH), rejected
// (IR). Goods that are given on top are not acknowledged; the ship notice announces
// them.
//
// BAK04 is the customer's date of the order, or if it stated none the day on
// which it arrived.
//
// An order that is not decided yet is [ErrUndecided]. What would break the set
// is a [*FieldError].
func WriteAcknowledgement(o *order.Order, agreed Options) ([]x12.Segment, error) {
	answer, err := AnswerTo(o)
	if err != nil {
		return nil, err
	}
	a := acknowledger{composer: composer{set: "855", agreed: &agreed}, answer: &answer}
	a.header()
	for i := range answer.Lines {
		a.line(&answer.Lines[i])
	}
	a.total(len(answer.Lines))
	return a.result()
}

// acknowledger makes one 855.
type acknowledger struct {
	composer
	answer *VendorAnswer
}

// verdictCode is the acknowledgement type (X12 element 587) of what we answer.
func verdictCode(v VendorVerdict) string {
	switch v {
	case OrderAccepted:
		return "AD"
	case OrderWithChanges:
		return "AC"
	case OrderRejected:
		return "RD"
	case OrderOnHold:
		return "AH"
	case OrderReceived:
	}
	return "AK"
}

// statusCode is the line item status (X12 element 668) of a part that we answer.
func statusCode(s PartStatus) string {
	switch s {
	case PartAccepted, PartShipped:
		return itemAccepted
	case PartBackordered:
		return itemBackordered
	case PartRescheduled:
		return itemRescheduled
	case PartRepriced:
		return itemPriced
	case PartQuantityChanged:
		return itemQuantityChanged
	case PartChanged:
		return itemChanged
	case PartSubstituted:
		return itemSubstituted
	case PartOnHold:
		return itemOnHold
	case PartDeleted:
		return itemDeleted
	case PartRejected:
	}
	return itemRejected
}

func (a *acknowledger) header() {
	a.begin("BAK")
	a.put("00", verdictCode(a.answer.Verdict))
	a.need(a.answer.PurchaseOrder, 22)
	a.day(a.answer.OrderDate)
	a.text(a.answer.Release, 30)
	a.put("", "")
	a.need(a.answer.VendorOrder, 30)
	if a.answer.Currency != 0 {
		a.begin("CUR")
		a.put("BY", a.answer.Currency.Code())
	}
	for _, r := range a.answer.References {
		a.refer(r.Qualifier, r.Value)
	}
	for _, p := range a.answer.Parties {
		if code := roleCode(p.Role); code != "" {
			a.party(code, p.Name, p.Identifiers, p.Address)
		}
	}
}

// line writes a PO1 loop.
func (a *acknowledger) line(l *AnsweredLine) {
	a.begin("PO1")
	a.need(l.ID, 20)
	a.number(l.Quantity.Number(), 15)
	a.unit(a.agreed.unitCode(l.Quantity.Unit()))
	a.basisPrice(l.Price, l.PricePer)
	a.numbers(l.Identifiers, 10)
	for _, p := range l.Parts {
		if p.Price == nil {
			continue
		}
		a.begin("CTP")
		a.put("", "NET")
		a.number(p.Price.Number(), 17)
		a.put("", "", "", "", "")
		a.basis(p.PricePer)
		break // one price is of all parts
	}
	a.describe(l.Description)
	for i := range l.Parts {
		a.part(&l.Parts[i])
	}
}

// basisPrice adds a price and what it is for; nil: nothing was stated.
func (c *composer) basisPrice(price *money.Amount, per int64) {
	if price == nil {
		c.put("", "")
		return
	}
	c.number(price.Number(), 17)
	c.basis(per)
}

// basis adds a basis of unit price code.
func (c *composer) basis(per int64) {
	code, ok := basisCode(per)
	c.put(code)
	if !ok {
		c.fail(code, "X12 has no basis for a price per that many units")
	}
}

// part writes an ACK with the date of shipment and of delivery.
func (a *acknowledger) part(p *AnsweredPart) {
	a.begin("ACK")
	a.put(statusCode(p.Status))
	a.number(p.Quantity.Number(), 15)
	a.unit(a.agreed.unitCode(p.Quantity.Unit()))
	switch {
	case !p.Ship.IsZero():
		a.put("068") // current schedule ship
		a.day(p.Ship)
	case !p.Deliver.IsZero():
		a.put("067") // current schedule delivery
		a.day(p.Deliver)
	default:
		a.put("", "")
	}
	if len(p.Substitute) > 0 {
		a.put("")
		a.numbers(p.Substitute, 1)
	}
	if !p.Ship.IsZero() {
		a.date("067", p.Deliver)
	}
}

func (c *composer) total(lines int) {
	c.begin("CTT")
	c.number(decimal.NewFromInt(int64(lines)).String(), 6)
}
