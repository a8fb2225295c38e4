package message

import (
	"cmp"
	"errors"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// WriteOrderResponse makes the answer to a purchase order or to a change of it, ORDRSP of
// D.96A and D.01B: the segments between UNH and UNT. [mapping.AnswerTo] and
// [mapping.AnswerToChange] say what is answered; the caller adds the day of the answer.
// What is written reads back by [ReadOrderResponse] as the same answer, but for our
// numbers of items and what was asked for of a changed line.
//
// BGM03 and BGM04 say what becomes of the order: 29 and AP as ordered, 4 and AC with
// changes, 27 and RE rejected, 12 and CA on hold. LIN02 says it of a line: 5 accepted,
// 3 changed, 7 rejected, 2 deleted, 4 on hold. QTY 21 is what was ordered, 113 what will
// be delivered, 12 what has left and 83 what is backordered; the rest is not delivered,
// and told (85) only where it is in another unit than was ordered. DTM 79 and 69 are the
// days on which a line leaves and arrives; where it comes in several parts each has an
// SCC group with its own. Another price than was ordered at is a PRI of type CUP, beside
// the expected one, EUP. An item that comes instead stands in PIA 3; where only a part
// of the line is substituted, in a line of its own with action 1 and the same RFF+LI.
//
// References of the order beyond the ten that D.96A has room for are left out: they are
// the customer's own. What would break the message is a [*mapping.FieldError].
func WriteOrderResponse(a mapping.VendorAnswer, agreed mapping.Options) ([]edifact.Segment, error) {
	w := responder{composer: compose("ORDRSP", &agreed), answer: &a}
	w.header()
	for i := range a.Lines {
		w.line(i, &a.Lines[i])
	}
	w.trailer(w.written, decimal.Zero)
	return w.result()
}

// responder makes one ORDRSP.
type responder struct {
	*composer
	answer  *mapping.VendorAnswer
	written int // LIN
}

// verdictCodes are message function and response type (elements 1225 and 4343) of what
// becomes of an order.
func verdictCodes(v mapping.VendorVerdict) (function, response string) {
	switch v {
	case mapping.OrderAccepted:
		return "29", "AP"
	case mapping.OrderWithChanges:
		return "4", "AC"
	case mapping.OrderRejected:
		return "27", "RE"
	case mapping.OrderOnHold:
		return "12", "CA"
	case mapping.OrderReceived:
		return "12", "AB"
	}
	return "11", ""
}

func (w *responder) header() {
	a := w.answer
	function, response := verdictCodes(a.Verdict)
	w.bgm(of("231"), cmp.Or(a.VendorOrder, a.PurchaseOrder), function, response)
	if a.Date.IsZero() {
		w.fail("DTM", whole(), "", "the answer has no date, which is mandatory")
	}
	w.date("137", a.Date)
	w.date("79", a.Ship)
	w.date("69", a.Deliver)
	for _, words := range a.Notes {
		w.text("AAI", words)
	}
	w.references(order.Reference{Qualifier: "ON", Value: a.PurchaseOrder})
	w.date(referenceDate, a.OrderDate)
	w.references(order.Reference{Qualifier: "RE", Value: a.Release}, order.Reference{Qualifier: "PP", Value: a.Change}, order.Reference{Qualifier: "VN", Value: a.VendorOrder})
	w.references(a.References[:min(len(a.References), mostReferences-w.refs)]...)
	if a.PurchaseOrder == "" {
		w.fail("RFF", spot{1, 2}, "", "the answer does not say which purchase order it is about")
	}
	w.parties(a.Parties)
	w.cux(currencyOf(a.Currency, a.Lines, func(l *mapping.AnsweredLine) *money.Amount { return l.Price }), "9")
	w.pat(a.Terms)
	w.charges(a.Charges)
}

// charges writes allowances and charges.
func (c *composer) charges(all []order.Charge) {
	for _, charge := range all {
		group, err := mapping.AllowanceGroup(charge, *c.agreed)
		var field *mapping.FieldError
		if errors.As(err, &field) {
			field.Set = c.message
		}
		if c.err == nil {
			c.err = err
		}
		c.out = append(c.out, group...)
	}
}

// line writes what is said of the i-th line: a LIN group for the item that was ordered,
// and one for each item that comes instead of a part of it.
func (w *responder) line(i int, l *mapping.AnsweredLine) {
	groups := [][]mapping.AnsweredPart{nil}
	for _, p := range l.Parts {
		at := slices.IndexFunc(groups, func(g []mapping.AnsweredPart) bool {
			return len(g) == 0 || !p.Status.Confirms() || slices.Equal(g[0].Substitute, p.Substitute)
		})
		if at < 0 {
			at, groups = len(groups), append(groups, nil)
		}
		groups[at] = append(groups[at], p)
	}
	number, reference := lineNumber(i, l.ID)
	w.group(number, reference, action(l), l, groups[0])
	for _, parts := range groups[1:] {
		added := mapping.AnsweredLine{Request: order.Request{ID: l.ID, Identifiers: l.Identifiers, PricePer: l.PricePer}}
		w.group("", l.ID, "1", &added, parts)
	}
}

// action is the action of a line (element 1229).
func action(l *mapping.AnsweredLine) string {
	if len(l.Parts) == 0 {
		return ""
	}
	all := func(statuses ...mapping.PartStatus) bool {
		for _, p := range l.Parts {
			if !slices.Contains(statuses, p.Status) {
				return false
			}
		}
		return true
	}
	switch {
	case all(mapping.PartAccepted, mapping.PartShipped):
		return "5"
	case all(mapping.PartRejected):
		return "7"
	case all(mapping.PartDeleted):
		return "2"
	case all(mapping.PartOnHold):
		return "4"
	}
	return "3"
}

// group writes a LIN group with some parts of a line.
func (w *responder) group(number, reference, action string, l *mapping.AnsweredLine, parts []mapping.AnsweredPart) {
	w.written++
	w.composer.line(number, action, l.Identifiers)
	if len(parts) > 0 && len(parts[0].Substitute) > 0 {
		w.pia("3", parts[0].Substitute)
	}
	w.describe(l.Description)
	confirmed := w.quantities(l, parts)
	w.date("10", l.RequestedShip)
	w.date("2", l.RequestedDelivery)
	if len(confirmed) == 1 {
		w.date("79", confirmed[0].Ship)
		w.date("69", confirmed[0].Deliver)
	}
	for _, words := range l.Notes {
		w.text("LIN", words)
	}
	for _, p := range parts {
		w.text("ACD", p.Reason)
	}
	w.prices(l, parts)
	if reference != "" {
		w.refer("LI", reference)
	}
	w.charges(l.Charges)
	if len(confirmed) > 1 {
		for _, p := range confirmed {
			w.add("SCC", of("1"))
			w.quantity(deliveredAs(p.Status), p.Quantity)
			w.date("79", p.Ship)
			w.date("69", p.Deliver)
		}
	}
}

// deliveredAs is the qualifier (element 6063) of what will be delivered.
func deliveredAs(s mapping.PartStatus) string {
	if s == mapping.PartShipped {
		return "12"
	}
	return "113"
}

// quantities writes what was ordered and what becomes of it, and gives the parts that
// are delivered, but not backordered.
func (w *responder) quantities(l *mapping.AnsweredLine, parts []mapping.AnsweredPart) (confirmed []mapping.AnsweredPart) {
	if l.Quantity.Unit() != 0 {
		w.quantity("21", l.Quantity)
	}
	sums := make(map[string]quantity.Quantity)
	refused := false
	var rest quantity.Quantity // what is not delivered, in another unit than was ordered
	for _, p := range parts {
		key := deliveredAs(p.Status)
		switch {
		case p.Status == mapping.PartBackordered:
			key = "83"
		case !p.Status.Confirms() && l.Change == "":
			refused = true
			if p.Quantity.Unit() != l.Quantity.Unit() {
				rest = p.Quantity // the only one: the parts of a line are in one unit
			}
			continue // what is not delivered is the rest
		case p.Status.Confirms():
			confirmed = append(confirmed, p)
		}
		if p.Quantity.Unit() == 0 {
			continue // all of the line
		}
		sum, err := sums[key].Add(p.Quantity)
		if err != nil {
			w.fail("QTY", spot{1, 2}, p.Quantity.String(), err.Error())
		}
		sums[key] = sum
	}
	if left, told := sums["83"]; told && refused && len(confirmed) == 0 { // else the rest might be delivered
		sums["113"] = quantity.New(0, left.Unit())
	}
	for _, key := range []string{"113", "12", "83"} {
		if sum, told := sums[key]; told {
			w.quantity(key, sum)
		}
	}
	if rest.Sign() > 0 {
		w.quantity("85", rest)
	}
	return confirmed
}

// prices writes the price that the line was ordered at, and ours where it is another.
func (w *responder) prices(l *mapping.AnsweredLine, parts []mapping.AnsweredPart) {
	unit := l.Quantity.Unit()
	said := ""
	for _, p := range parts {
		if p.Price == nil {
			continue
		}
		if unit == 0 {
			unit = p.Quantity.Unit()
		}
		w.typedPrice("AAA", "CUP", *p.Price, p.PricePer, unit)
		said = "EUP"
		break // one price is of all parts
	}
	if l.Price != nil {
		w.typedPrice("AAA", said, *l.Price, l.PricePer, unit)
	}
}

// late tells whether a day is behind the one that was wanted.
func late(d, wanted calendar.Date) bool { return !d.IsZero() && !wanted.IsZero() && d.After(wanted) }
