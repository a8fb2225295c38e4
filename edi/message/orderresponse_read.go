package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/order"
)

// ReadOrderResponse reads what a vendor says of a purchase order of ours, or of a
// change of it: ORDRSP of any directory, as [WriteOrderResponse] writes it.
// [mapping.VendorAnswer.Differences] compares it with the order.
//
// The verdict is that of BGM03, or where that says nothing of it that of BGM04. A line
// is known by its RFF+LI, else by the line that RFF+ON names, else by the number in LIN.
// QTY 113 or 12 is what will be delivered, 83 what is backordered, 85 what is cancelled;
// what of the ordered quantity none of them tells is rejected. A line that repeats
// another's number and is added (LIN02 1) is a part of that one.
//
// A total that does not fit, and a verdict that the lines speak against, are warnings.
// An answer with a finding that blocks cannot be used as it is; it holds whatever could
// be read.
func ReadOrderResponse(m *edifact.Message, o mapping.Options) (mapping.VendorAnswer, finding.List) {
	r := responseReader{orderReader: orderReader{reader: reader{message: "ORDRSP", document: "answer", agreed: &o}}}
	r.answer.Source = source(m)
	if r.is(m, "the answer to an order") {
		r.read(m.Cursor())
		r.conclude()
	}
	return r.answer, r.found
}

// responseReader reads one ORDRSP. Its header is read as that of an order.
type responseReader struct {
	orderReader
	answer mapping.VendorAnswer
	first  edifact.Segment // BGM
	days   partDays
	known  map[string]int // lines by what they are known by
	count  int            // LIN, but for sub-lines

	referred int // lines that RFF+LI names
}

// partDays are the days on which goods leave and arrive.
type partDays struct {
	ship, deliver calendar.Date
	ranks         [orderDate + 1]int // how well they are known, from 1
}

func (r *responseReader) read(c *edifact.Cursor) {
	for c.More() {
		s := c.Next()
		switch s.ID() {
		case "BGM":
			r.beginning(s)
		case "DTM":
			r.headerDate(s)
		case "RFF":
			if ref, day, ok := r.dated(s, c); ok {
				r.refer(ref, day)
			}
		case "ALC":
			r.answer.Charges = append(r.answer.Charges, r.allowances(s, c)...)
		case "LIN":
			r.line(s, c)
		default:
			r.header(s, c)
		}
	}
}

// allowances reads ALC and its group.
func (r *reader) allowances(s edifact.Segment, c *edifact.Cursor) []order.Charge {
	group := []edifact.Segment{s}
	for next, ok := c.Take(chargeTags()...); ok; next, ok = c.Take(chargeTags()...) {
		group = append(group, next)
	}
	charges, found := mapping.AllowanceGroups(group, r.currencyOf(), *r.agreed)
	r.adopt(found)
	return charges
}

// adopt adds findings of others, within the bound.
func (r *reader) adopt(found finding.List) {
	for _, f := range found {
		r.bound.Add(&r.found, f)
	}
}

// beginning reads BGM: what becomes of the order.
func (r *responseReader) beginning(s edifact.Segment) {
	if r.begun {
		r.block("bgm-repeated", s, whole(), "the message has a second BGM", "ask the partner to send each answer in a message of its own")
		return
	}
	r.begun, r.first = true, s
	if name := text(s, 1, 1); name != "" && name != "231" && name != "320" {
		r.info("document-name", s, spot{1, 1}, fmt.Sprintf("document name %s is taken as an answer to an order", name))
	}
	function, response := text(s, 3, 1), text(s, 4, 1)
	r.answer.Code = response
	var known bool
	if r.answer.Verdict, known = verdictOf(function, response); !known {
		r.warn("verdict", s, element(3), fmt.Sprintf("message function %q and response type %q do not say what becomes of the order", function, response),
			"go by the lines, or ask the partner")
	}
}

// verdictOf translates message function and response type (elements 1225 and 4343).
func verdictOf(function, response string) (v mapping.VendorVerdict, known bool) {
	switch function {
	case "29", "44":
		return mapping.OrderAccepted, true
	case "4", "28", "30", "34", "45", "33", "36", "19":
		return mapping.OrderWithChanges, true
	case "27":
		return mapping.OrderRejected, true
	case "23":
		return mapping.OrderOnHold, true
	case "12":
		if response == "CA" {
			return mapping.OrderOnHold, true
		}
		return mapping.OrderReceived, true
	}
	switch response {
	case "AP", "AD":
		return mapping.OrderAccepted, true
	case "AC", "AI", "CA":
		return mapping.OrderWithChanges, true
	case "RE":
		return mapping.OrderRejected, true
	case "AB", "AJ":
		return mapping.OrderReceived, true
	}
	return "", false
}

// headerDate reads DTM: the day of the answer, and when the order leaves and arrives.
func (r *responseReader) headerDate(s edifact.Segment) {
	if text(s, 1, 1) == "137" {
		r.answer.Date = r.day(s)
		return
	}
	r.partDate(s, &r.days, "answer")
}

// partDate reads a day on which goods leave or arrive; another one is mentioned.
func (r *responseReader) partDate(s edifact.Segment, days *partDays, where string) {
	field, rank := promisedOf(text(s, 1, 1))
	target := &days.ship
	switch field {
	case shipDate:
	case deliveryDate:
		target = &days.deliver
	default:
		r.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s (%s) has no place in the %s", text(s, 1, 1), text(s, 1, 2), where))
		return
	}
	r.choose(s, target, &days.ranks[field], rank)
}

// promisedOf translates a date qualifier (element 2005) of what a vendor says of its
// goods. Of several for the same day the one with the lower rank says it best: what
// happened, then what is promised, scheduled and estimated.
func promisedOf(code string) (field dateField, rank int) {
	switch code {
	case "11":
		return shipDate, 0
	case "79":
		return shipDate, 1
	case "10":
		return shipDate, 2
	case "35":
		return deliveryDate, 0
	case "69":
		return deliveryDate, 1
	case "67":
		return deliveryDate, 2
	case "76":
		return deliveryDate, 3
	case "17":
		return deliveryDate, 4
	case "2":
		return deliveryDate, 5
	}
	return noDate, 0
}

// refer keeps a reference of the answer: to the order, its release, its change, and the
// vendor's number of it.
func (r *responseReader) refer(ref order.Reference, day calendar.Date) {
	a := &r.answer
	var target *string
	switch ref.Qualifier {
	case "ON":
		target = &a.PurchaseOrder
		if a.PurchaseOrder == "" {
			a.OrderDate, day = day, calendar.Date{}
		}
	case "RE":
		target = &a.Release
	case "PP":
		target = &a.Change
	case "VN":
		target = &a.VendorOrder
	}
	if !day.IsZero() {
		r.info("date-not-mapped", r.first, whole(), fmt.Sprintf("the date %s of reference %s %s has no place in the answer", day, ref.Qualifier, ref.Value))
	}
	if target == nil || *target != "" {
		a.References = append(a.References, ref)
		return
	}
	*target = ref.Value
}

// conclude says what can be said only at the end.
func (r *responseReader) conclude() {
	a := &r.answer
	none := edifact.Segment{}
	if !r.begun {
		r.add(finding.Block, "bgm-missing", none, whole(), "the message has no BGM, which says what becomes of the order", "ask the partner to send it anew")
	}
	switch {
	case a.PurchaseOrder != "":
	case r.referred > 0 && r.referred == r.count:
		r.add(finding.Warning, "purchase-order-missing", none, whole(), "no RFF+ON says which order is answered; it follows from the references of the lines (RFF+LI) alone",
			"find the order by them, or ask the partner for our number of it")
	default:
		r.add(finding.Block, "purchase-order-missing", none, whole(), "no RFF+ON says which order is answered", "ask the partner for our number of it")
	}
	r.finish()
	a.Ship, a.Deliver = r.days.ship, r.days.deliver
	a.Currency, a.Parties, a.Terms = r.doc.Currency, r.doc.Parties, r.doc.Terms
	a.References = append(a.References, r.doc.References...)
	a.Notes = r.doc.Instructions
	for i := range a.Lines {
		r.remainder(&a.Lines[i])
	}
	r.checkTotals(&r.totals, r.count)
	if a.Verdict == mapping.OrderAccepted {
		r.contradicted()
	}
	r.adopt(a.Validate())
	r.leftOut()
}

// contradicted tells of the first line that is not as the whole is said to be.
func (r *responseReader) contradicted() {
	for i := range r.answer.Lines {
		for _, p := range r.answer.Lines[i].Parts {
			if p.Status != mapping.PartAccepted && p.Status != mapping.PartShipped && p.Status != "" {
				r.warn("verdict-lines", r.first, element(3), fmt.Sprintf("the order is accepted as it is, but line %s is %s", r.answer.Lines[i].ID, p.Status),
					"go by the lines, or ask the partner")
				return
			}
		}
	}
}
