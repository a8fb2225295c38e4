package mapping

import (
	"errors"
	"time"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
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

// Acknowledgement makes the purchase order acknowledgement (X12 855) of an
// order: the segments between ST and SE.
//
// BAK02 says what became of it: AD as ordered, AC with changes, RD rejected,
// AH on hold. Each line echoes what was ordered and tells in ACK segments what
// becomes of it, whose quantities add up to PO102: accepted (IA), backordered
// (IB), at another price (IP, with the price in CTP), on another day (DR),
// both (IC), as another item (IS, with its number as ours, whatever the day and the
// price), on hold (IH), rejected (IR). Quantities are of the item that was ordered, in
// the unit that was ordered, or in the item's base unit if a part is no exact number of
// those.
// What the line has no schedule for is rejected. Goods that are given on top are
// not acknowledged, for nobody ordered them; the ship notice announces them.
//
// BAK04 is the customer's date of the order, or if it stated none the day on
// which it arrived.
//
// An order that is not decided yet is [ErrUndecided]. What would break the set
// is a [*FieldError].
func Acknowledgement(o *order.Order, agreed Options) ([]x12.Segment, error) {
	a := acknowledger{composer: composer{set: "855", agreed: &agreed}, order: o}
	switch o.Status() {
	case order.StatusPending, order.StatusException:
		return nil, ErrUndecided
	case order.StatusRejected:
		a.verdict = "RD"
	case order.StatusOnHold:
		a.verdict = "AH"
	case order.StatusOpen, order.StatusCompleted:
		a.verdict = "AD"
	}
	lines := make([]acknowledged, 0, len(o.Lines))
	for i := range o.Lines {
		if o.Lines[i].Free != nil {
			continue
		}
		l := a.judge(&o.Lines[i])
		lines = append(lines, l)
		if a.verdict == "AD" && l.changed() {
			a.verdict = "AC"
		}
	}
	a.header()
	for i := range lines {
		a.line(&lines[i])
	}
	a.total(len(lines))
	return a.result()
}

// acknowledger makes one 855.
type acknowledger struct {
	composer
	order   *order.Order
	verdict string
}

// acknowledged is a line and what becomes of its parts.
type acknowledged struct {
	*order.Line
	parts []part
	// price is ours for as many units as the customer's, where it is another one.
	price money.Amount
}

// part is a quantity of a line with one fate, in the item's base unit.
type part struct {
	code          string
	quantity      quantity.Quantity
	ship, deliver calendar.Date
	instead       string // the item that ships; empty: the one that was ordered
}

func (l *acknowledged) changed() bool {
	for _, p := range l.parts {
		if p.code != itemAccepted {
			return true
		}
	}
	return len(l.parts) == 0
}

// judge says what becomes of a line.
func (a *acknowledger) judge(l *order.Line) acknowledged {
	whole := l.Base
	if whole.IsZero() { // never identified: there is no base unit to count in
		whole = l.Quantity
	}
	switch {
	case l.Rejection != nil || a.verdict == "RD":
		return acknowledged{Line: l, parts: []part{{code: itemRejected, quantity: whole}}}
	case a.verdict == "AH":
		return acknowledged{Line: l, parts: []part{{code: itemOnHold, quantity: whole}}}
	}
	judged := acknowledged{Line: l}
	judged.price = ourPrice(l)
	rest := whole
	for _, s := range l.Schedules {
		p := part{code: a.fate(l, s, !judged.price.IsZero()), quantity: s.Quantity, ship: s.Ship, deliver: s.Deliver}
		if s.Substitute != nil {
			p.code, p.instead = itemSubstituted, s.Substitute.Item
		}
		judged.add(p)
		rest, _ = rest.Sub(s.Quantity) // in the same unit, and within it, as order.Apply checks
	}
	if rest.Sign() > 0 {
		judged.add(part{code: itemRejected, quantity: rest})
	}
	return judged
}

// add adds a part to the one before, if both share one fate.
func (l *acknowledged) add(p part) {
	if n := len(l.parts); n > 0 {
		last := &l.parts[n-1]
		if last.code == p.code && last.instead == p.instead && last.ship == p.ship && last.deliver == p.deliver {
			if sum, err := last.quantity.Add(p.quantity); err == nil {
				last.quantity = sum
				return
			}
		}
	}
	l.parts = append(l.parts, p)
}

// fate is the status code of a schedule.
func (a *acknowledger) fate(l *order.Line, s order.Schedule, repriced bool) string {
	if s.Backordered() {
		return itemBackordered
	}
	wanted := func(line, document calendar.Date) calendar.Date {
		if line.IsZero() {
			return document
		}
		return line
	}
	doc := &a.order.Document
	late := after(s.Deliver, wanted(l.RequestedDelivery, doc.RequestedDelivery)) ||
		after(s.Ship, wanted(l.RequestedShip, doc.RequestedShip))
	switch {
	case late && repriced:
		return itemChanged
	case late:
		return itemRescheduled
	case repriced:
		return itemPriced
	}
	return itemAccepted
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

func (a *acknowledger) header() {
	o := a.order
	a.begin("BAK")
	a.put("00", a.verdict)
	a.need(o.Document.PurchaseOrder, 22)
	day := o.Document.Date
	if day.IsZero() {
		day = calendar.DateOf(o.Received.In(time.UTC))
	}
	a.day(day)
	a.text(o.Document.Release, 30)
	a.put("", "")
	a.need(string(o.ID), 30)
	a.end()
	if o.Document.Currency != 0 {
		a.begin("CUR")
		a.put("BY", o.Document.Currency.Code())
		a.end()
	}
	for _, r := range o.Document.References {
		a.refer(r.Qualifier, r.Value)
	}
	for _, p := range o.Document.Parties {
		if code := roleCode(p.Role); code != "" {
			a.party(code, p.Name, p.Identifiers, p.Address)
		}
	}
}

// line writes a PO1 loop.
func (a *acknowledger) line(l *acknowledged) {
	a.begin("PO1")
	a.need(l.ID, 20)
	a.number(l.Quantity.Number(), 15)
	a.unit(a.agreed.unitCode(l.Quantity.Unit()))
	a.basisPrice(l.Price, l.PricePer)
	a.numbers(l.Identifiers, 10)
	a.end()
	if !l.price.IsZero() {
		a.begin("CTP")
		a.put("", "NET")
		a.number(l.price.Number(), 17)
		a.put("", "", "", "", "")
		a.basis(l.PricePer)
		a.end()
	}
	a.describe(l.Description)
	for i, q := range inUnitOf(l.Line, l.parts) {
		a.part(l.parts[i], q)
	}
}

// basisPrice adds a price and what it is for; nil: nothing was stated.
func (a *acknowledger) basisPrice(price *money.Amount, per int64) {
	if price == nil {
		a.put("", "")
		return
	}
	a.number(price.Number(), 17)
	a.basis(per)
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
func (a *acknowledger) part(p part, q quantity.Quantity) {
	a.begin("ACK")
	a.put(p.code)
	a.number(q.Number(), 15)
	a.unit(a.agreed.unitCode(q.Unit()))
	switch {
	case !p.ship.IsZero():
		a.put("068") // current schedule ship
		a.day(p.ship)
	case !p.deliver.IsZero():
		a.put("067") // current schedule delivery
		a.day(p.deliver)
	default:
		a.put("", "")
	}
	if p.instead != "" {
		a.put("")
		a.numbers([]order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: p.instead}}, 1)
	}
	a.end()
	if !p.ship.IsZero() {
		a.date("067", p.deliver)
	}
}

func (c *composer) total(lines int) {
	c.begin("CTT")
	c.number(decimal.NewFromInt(int64(lines)).String(), 6)
	c.end()
}

// inUnitOf gives the parts of a line in the unit that was ordered if all of
// them are exact decimal numbers of it, else in the base unit as they are.
func inUnitOf(l *order.Line, parts []part) []quantity.Quantity {
	base := make([]quantity.Quantity, len(parts))
	for i := range parts {
		base[i] = parts[i].quantity
	}
	return tell.InOrdered(l.Quantity, l.Base, base)
}
