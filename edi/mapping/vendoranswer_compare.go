package mapping

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// Differences compares the answer with the order as it was sent: which lines are
// rejected, on hold, backordered, less or more than was ordered, at another price,
// later than was asked for or another item, which the vendor does not speak of, and
// which are not ours. Lines are found by our number, or where that is not ours by an
// item number that only one line has.
//
// An order that is accepted or rejected as a whole has no lines in its answer, or they
// are repeated without a word of their own; one that only arrived has no differences
// yet. A line that the vendor does not speak of
// is missing, unless it tells exceptions alone (BAK02 AE, RF). They come in the order
// of the answer, then the missing lines in that of the order.
func (a *VendorAnswer) Differences(doc *order.Document) []VendorDifference {
	c := answerComparer{answer: a, doc: doc, tally: expectOrder(doc), seen: make([]bool, len(doc.Lines))}
	for i := range a.Lines {
		c.line(&a.Lines[i])
	}
	c.sums()
	c.silent()
	return c.found
}

type answerComparer struct {
	answer *VendorAnswer
	doc    *order.Document
	tally  *tally
	seen   []bool
	found  []VendorDifference
}

// of starts a difference of a line.
func (c *answerComparer) of(l *order.Request) VendorDifference {
	return VendorDifference{PurchaseOrder: c.doc.PurchaseOrder, Line: l.ID, Expected: l.Quantity}
}

func (c *answerComparer) line(told *AnsweredLine) {
	at := c.tally.locate(told.ID, told.Identifiers)
	if at < 0 {
		c.found = append(c.found, VendorDifference{Kind: NeverOrdered, PurchaseOrder: c.doc.PurchaseOrder, Line: told.ID, Told: told.Quantity, Item: told.Identifiers})
		return
	}
	l := &c.doc.Lines[at]
	c.seen[at] = true
	if otherItem(l.Identifiers, told.Identifiers) {
		d := c.of(l)
		d.Kind, d.Item = ItemDiffers, told.Identifiers
		c.found = append(c.found, d)
	}
	if len(told.Parts) == 0 { // it repeats the line: what is said of the whole is said of it
		part := AnsweredPart{Status: PartAccepted, Quantity: told.Quantity}
		switch c.answer.Verdict {
		case OrderRejected:
			part.Status = PartRejected
		case OrderOnHold:
			part.Status = PartOnHold
		case OrderReceived, OrderAccepted, OrderWithChanges:
		}
		if !part.Status.Confirms() {
			c.part(at, l, part)
			return
		}
		c.count(at, l, part)
		c.price(l, told.Price, told.PricePer)
		return
	}
	priced := false
	for _, p := range told.Parts {
		c.part(at, l, p)
		if p.Status.Confirms() && !priced {
			priced = true
			if p.Price != nil {
				c.price(l, p.Price, p.PricePer)
			} else {
				c.price(l, told.Price, told.PricePer)
			}
		}
	}
}

// part compares a part of a line.
func (c *answerComparer) part(at int, l *order.Request, p AnsweredPart) {
	c.count(at, l, p)
	d := c.of(l)
	d.Told, d.Reason = p.Quantity, p.Reason
	if d.Told.Unit() == 0 {
		d.Told = l.Quantity
	}
	switch p.Status {
	case PartRejected, PartDeleted:
		d.Kind = LineRejected
	case PartOnHold:
		d.Kind = LineOnHold
	case PartBackordered:
		d.Kind = LineBackordered
	case PartSubstituted:
		d.Kind, d.Item = ItemDiffers, p.Substitute
	case "":
		d.Kind, d.Reason = StatusUnclear, p.Code
	case PartAccepted, PartShipped, PartRescheduled, PartRepriced, PartQuantityChanged, PartChanged:
	}
	if d.Kind != "" {
		c.found = append(c.found, d)
	}
	if p.Status.Confirms() {
		d.Reason, d.Item = "", nil
		c.found = lateness(c.found, d, c.doc, l, orDate(p.Ship, c.answer.Ship), orDate(p.Deliver, c.answer.Deliver))
	}
}

// count adds a part to what is told of a line, whatever becomes of it.
func (c *answerComparer) count(at int, l *order.Request, p AnsweredPart) {
	q := p.Quantity
	if q.Unit() == 0 {
		q = l.Quantity
	}
	if q.Unit() != l.Quantity.Unit() || !c.tally.add(at, q) {
		d := c.of(l)
		d.Kind, d.Told = UnitDiffers, q
		c.found = append(c.found, d)
		c.tally.sums[at] = l.Quantity // it is told once
	}
}

// price compares the vendor's price with the one that was ordered at. A price that
// either of them does not state is not compared.
func (c *answerComparer) price(l *order.Request, told *money.Amount, per int64) {
	if told == nil || l.Price == nil || samePrice(told, per, l.Price, l.PricePer) {
		return
	}
	d := c.of(l)
	d.Kind, d.ToldPrice, d.ToldPer, d.ExpectedPrice, d.ExpectedPer = PriceDiffers, *told, per, *l.Price, l.PricePer
	c.found = append(c.found, d)
}

// sums tells of lines whose parts are not what was ordered.
func (c *answerComparer) sums() {
	for i := range c.doc.Lines {
		l := &c.doc.Lines[i]
		if !c.seen[i] {
			continue
		}
		d := c.of(l)
		var cmp int
		d.Told, cmp, _ = c.tally.compare(i, l.Quantity) // in one unit, as count checked
		switch {
		case cmp < 0:
			d.Kind = LineShort
		case cmp > 0:
			d.Kind = LineOver
		default:
			continue
		}
		c.found = append(c.found, d)
	}
}

// silent tells of the lines that the vendor does not speak of.
func (c *answerComparer) silent() {
	kind := LineMissing
	switch a := c.answer; {
	case a.Verdict == OrderRejected && len(a.Lines) == 0:
		kind = LineRejected
	case a.Verdict == OrderOnHold && len(a.Lines) == 0:
		kind = LineOnHold
	case len(a.Lines) == 0 && (a.Verdict == OrderAccepted || a.Verdict == OrderReceived), a.Code == "AE", a.Code == "RF":
		return
	}
	for i := range c.doc.Lines {
		l := &c.doc.Lines[i]
		if c.seen[i] {
			continue
		}
		d := c.of(l)
		d.Kind = kind
		if kind != LineMissing {
			d.Told = l.Quantity
		}
		c.found = append(c.found, d)
	}
}

// otherItem tells whether two lists of numbers name different items: they have none in
// common, and differ in one of the same kind.
func otherItem(ours, told []order.ItemIdentifier) bool {
	differ := false
	for _, id := range told {
		if slices.Contains(ours, id) {
			return false
		}
		differ = differ || slices.ContainsFunc(ours, func(o order.ItemIdentifier) bool { return o.Scheme == id.Scheme })
	}
	return differ
}
