package mapping

import (
	"cmp"
	"time"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// AnswerTo is what we, as the vendor, say of an order: [WriteAcknowledgement] writes it as
// an 855, package edi/message as an ORDRSP.
//
// The verdict is accepted as ordered, with changes, rejected or on hold. Each line is
// told in parts whose quantities add up to what was ordered: accepted, backordered, at
// another price, on another day, both (changed), as another item (substituted, whatever
// the day and the price), on hold, rejected. Quantities are of the item that was
// ordered, in the unit that was ordered, or in the item's base unit if a part is no
// exact number of those. What the line has no schedule for is rejected. Goods that are
// given on top are not answered, for nobody ordered them.
//
// The days that a line is wanted on are those of the order where the line has none.
// OrderDate is the customer's date of the order, or if it stated none the day on which
// it arrived; Date, that of the answer, is the caller's to say. An order that is not
// decided yet is [ErrUndecided].
func AnswerTo(o *order.Order) (VendorAnswer, error) {
	doc := &o.Document
	a := VendorAnswer{PurchaseOrder: doc.PurchaseOrder, Release: doc.Release, VendorOrder: string(o.ID), OrderDate: doc.Date,
		Currency: doc.Currency, Parties: doc.Parties, References: doc.References}
	if a.OrderDate.IsZero() {
		a.OrderDate = calendar.DateOf(o.Received.In(time.UTC))
	}
	switch o.Status() {
	case order.StatusPending, order.StatusException:
		return VendorAnswer{}, ErrUndecided
	case order.StatusRejected:
		a.Verdict = OrderRejected
	case order.StatusOnHold:
		a.Verdict = OrderOnHold
	case order.StatusOpen, order.StatusCompleted:
		a.Verdict = OrderAccepted
	}
	for i := range o.Lines {
		if o.Lines[i].Free != nil {
			continue
		}
		l := answerTo(&o.Lines[i], doc, a.Verdict)
		a.Lines = append(a.Lines, l)
		if a.Verdict == OrderAccepted && l.changed() {
			a.Verdict = OrderWithChanges
		}
	}
	return a, nil
}

// AnswerToChange is what we, as the vendor, say of a change of an order:
// [WriteChangeAcknowledgement] writes the same as an 865, package edi/message as an ORDRSP.
//
// Each line of the change has one part: accepted, deleted, another quantity than was
// asked for, or rejected, with how much the line is since, in the unit that was ordered
// if that is exact, and why. What is not changed of the order as a whole stands in the
// notes.
func AnswerToChange(c ChangeAnswer, o *order.Order) VendorAnswer {
	doc := &c.Change.Document
	a := VendorAnswer{PurchaseOrder: doc.PurchaseOrder, Release: doc.Release, Change: c.Change.Sequence, VendorOrder: string(o.ID),
		Verdict: c.verdict(), Date: c.Date, OrderDate: doc.Date, Currency: doc.Currency, Notes: c.Remarks}
	if a.OrderDate.IsZero() {
		a.OrderDate = o.Document.Date
	}
	for i := range c.Change.Lines {
		l := &c.Change.Lines[i]
		answered := AnsweredLine{Request: l.Request, Change: l.Kind}
		if i < len(c.Lines) {
			now, _ := c.Lines[i].amounts(o.Line(l.ID))
			answered.Parts = []AnsweredPart{{Status: c.Lines[i].status(l), Quantity: now, Reason: c.Lines[i].Reason}}
		}
		a.Lines = append(a.Lines, answered)
	}
	return a
}

// changed tells whether a line is not accepted as it was ordered.
func (l *AnsweredLine) changed() bool {
	for _, p := range l.Parts {
		if p.Status != PartAccepted {
			return true
		}
	}
	return len(l.Parts) == 0
}

// answerTo says what becomes of a line.
func answerTo(l *order.Line, doc *order.Document, verdict VendorVerdict) AnsweredLine {
	whole := l.Base
	if whole.IsZero() { // never identified: there is no base unit to count in
		whole = l.Quantity
	}
	answered := AnsweredLine{Request: l.Request}
	answered.RequestedShip = cmp.Or(l.RequestedShip, doc.RequestedShip)
	answered.RequestedDelivery = cmp.Or(l.RequestedDelivery, doc.RequestedDelivery)
	switch {
	case l.Rejection != nil:
		answered.Parts = []AnsweredPart{{Status: PartRejected, Quantity: whole, Reason: l.Rejection.Reason}}
	case verdict == OrderRejected:
		answered.Parts = []AnsweredPart{{Status: PartRejected, Quantity: whole}}
	case verdict == OrderOnHold:
		answered.Parts = []AnsweredPart{{Status: PartOnHold, Quantity: whole}}
	default:
		answered.scheduled(l, whole)
	}
	base := make([]quantity.Quantity, len(answered.Parts))
	for i := range answered.Parts {
		base[i] = answered.Parts[i].Quantity
	}
	for i, q := range tell.InOrdered(l.Quantity, l.Base, base) {
		answered.Parts[i].Quantity = q
	}
	return answered
}

// scheduled tells the schedules of a line, and that the rest is rejected, in base units.
func (l *AnsweredLine) scheduled(o *order.Line, whole quantity.Quantity) {
	price := ourPrice(o)
	rest := whole
	for _, s := range o.Schedules {
		p := AnsweredPart{Status: l.fate(s, !price.IsZero()), Quantity: s.Quantity, Ship: s.Ship, Deliver: s.Deliver}
		if !price.IsZero() {
			p.Price, p.PricePer = &price, o.PricePer
		}
		if s.Substitute != nil {
			p.Status, p.Substitute = PartSubstituted, []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: s.Substitute.Item}}
		}
		l.add(p)
		rest, _ = rest.Sub(s.Quantity) // in the same unit, and within it, as order.Apply checks
	}
	if rest.Sign() > 0 {
		l.add(AnsweredPart{Status: PartRejected, Quantity: rest})
	}
}

// add adds a part to the one before, if both share one fate.
func (l *AnsweredLine) add(p AnsweredPart) {
	if n := len(l.Parts); n > 0 {
		last := &l.Parts[n-1]
		if last.Status == p.Status && last.item() == p.item() && last.Ship == p.Ship && last.Deliver == p.Deliver {
			if sum, err := last.Quantity.Add(p.Quantity); err == nil {
				last.Quantity = sum
				return
			}
		}
	}
	l.Parts = append(l.Parts, p)
}

// item is the first number of the item that comes instead.
func (p *AnsweredPart) item() order.ItemIdentifier {
	if len(p.Substitute) == 0 {
		return order.ItemIdentifier{}
	}
	return p.Substitute[0]
}

// fate is the status of a schedule of the item that was ordered.
func (l *AnsweredLine) fate(s order.Schedule, repriced bool) PartStatus {
	if s.Backordered() {
		return PartBackordered
	}
	late := after(s.Deliver, l.RequestedDelivery) || after(s.Ship, l.RequestedShip)
	switch {
	case late && repriced:
		return PartChanged
	case late:
		return PartRescheduled
	case repriced:
		return PartRepriced
	}
	return PartAccepted
}

func after(d, wanted calendar.Date) bool {
	return !d.IsZero() && !wanted.IsZero() && d.After(wanted)
}

// ourPrice is what we charge for as many units as the customer's price is for,
// where the two come to another value of the line; zero: they agree, or there
// is nothing to compare. Our value is the line's without its part of discounts
// on the whole order, as package pricing compares it.
func ourPrice(l *order.Line) money.Amount {
	if l.Price == nil || l.Net.Currency() == 0 || l.Price.Currency() != l.Net.Currency() || l.Quantity.IsZero() {
		return money.Amount{}
	}
	ours := l.Net
	for _, c := range l.Charges {
		if c.Spread {
			ours, _ = ours.Sub(c.Amount) // charges add up to the net, so they fit
		}
	}
	per := max(l.PricePer, 1)
	theirs, err := money.Extend(*l.Price, l.Quantity, per, ours.Currency().Digits(), money.HalfUp)
	if err != nil || theirs == ours {
		return money.Amount{}
	}
	const places = 6
	price := ours.Decimal().Mul(decimal.NewFromInt(per)).DivRound(l.Quantity.Decimal(), places)
	a, err := money.FromDecimal(price, ours.Currency())
	if err != nil {
		return money.Amount{}
	}
	return a
}
