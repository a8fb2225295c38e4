package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// vendorReader has what the readers of a vendor's sets have in common. Their headers
// are read as that of an order, into a document that the sets take their parts of.
type vendorReader struct {
	orderReader
	days    vendorDays
	charges []order.Charge
}

// vendorDays are the days on which a vendor says that goods leave and arrive.
type vendorDays struct {
	ship, deliver calendar.Date
	ranks         [orderDate + 1]int // how well they are known, from 1
}

// start begins a document for a set.
func (r *vendorReader) start(set *x12.Set) { r.doc.Source = source(set) }

// header reads a segment that is about the set as a whole.
func (r *vendorReader) header(s x12.Segment, c *x12.Cursor) {
	switch s.ID() {
	case "SAC":
		r.charges = r.allowance(s, r.charges)
		c.Take("CUR")
	case "DTM":
		r.vendorDate(s, 1, &r.days, r.document)
	case "FOB":
		r.homeless(r.document, s)
	default:
		r.orderReader.header(s, c)
	}
}

// allowance reads a SAC and adds it.
func (r *vendorReader) allowance(s x12.Segment, to []order.Charge) []order.Charge {
	if len(to) >= mostFindings {
		if r.once("charges") {
			r.block("charges", s, 0, fmt.Sprintf("there are more than %d allowances and charges in one place; the rest is left out", mostFindings),
				"read them in the raw document")
		}
		return to
	}
	charges := chargeReader{agreed: r.agreed, currency: r.currencyOf()}
	c, ok := charges.readSAC(s)
	r.take(charges.found)
	if ok {
		to = append(to, c)
	}
	return to
}

// take adds findings of others, within the bound.
func (r *reader) take(found finding.List) {
	for _, f := range found {
		r.bound.Add(&r.found, f)
	}
}

// vendorDate reads a date qualifier and the date behind it: when goods leave or
// arrive. Another date is mentioned.
func (r *vendorReader) vendorDate(s x12.Segment, element int, days *vendorDays, where string) {
	field, rank := vendorDateOf(s.Value(element))
	target := &days.ship
	switch field {
	case shipDate:
	case deliveryDate:
		target = &days.deliver
	default:
		r.info("date-not-mapped", s, element, fmt.Sprintf("date %s (%s) has no place in the %s", s.Value(element), s.Value(element+1), where))
		return
	}
	r.choose(s, target, &days.ranks[field], rank)
}

// vendorDateOf translates a date qualifier (X12 element 374) of what a vendor says
// of its goods. Of several for the same day the one with the lower rank says it best:
// what happened, then what is scheduled, promised and estimated.
func vendorDateOf(code string) (field dateField, rank int) {
	switch code {
	case "011":
		return shipDate, 0
	case "068":
		return shipDate, 1
	case "079":
		return shipDate, 2
	case "369":
		return shipDate, 3
	case "018":
		return shipDate, 4
	case "035":
		return deliveryDate, 0
	case "067":
		return deliveryDate, 1
	case "069":
		return deliveryDate, 2
	case "017":
		return deliveryDate, 3
	case "371":
		return deliveryDate, 4
	}
	return noDate, 0
}

// note adds a free text to others, unless it is blank.
func note(to []string, text string) []string {
	if text = strings.TrimSpace(text); text == "" {
		return to
	}
	return append(to, text)
}

// description puts the texts of PID together.
func description(texts []string) string { return strings.Join(texts, "; ") }

// amount reads an amount of type R in the currency of the set; the zero value where
// there is none, or none that can be read, which blocks.
func (r *vendorReader) amount(s x12.Segment, element int) money.Amount {
	text := s.Value(element)
	if text == "" {
		return money.Amount{}
	}
	number, err := x12.ParseReal(text)
	return r.money(s, element, number, err)
}

// implied reads an amount with two implied decimals in the same way.
func (r *vendorReader) implied(s x12.Segment, element int) money.Amount {
	text := s.Value(element)
	if text == "" {
		return money.Amount{}
	}
	number, err := x12.ParseImplied(text, 2)
	return r.money(s, element, number, err)
}

func (r *vendorReader) money(s x12.Segment, element int, number string, err error) money.Amount {
	currency := r.currencyOf()
	if currency == 0 {
		if r.once("amount-currency") {
			r.block("currency-missing", s, element, "the amounts have no currency: neither CUR nor the agreement with the partner names one",
				"agree with the partner on the currency")
		}
		return money.Amount{}
	}
	var a money.Amount
	if err == nil {
		a, err = money.ParseNumber(number, currency)
	}
	if err != nil {
		r.block("amount", s, element, fmt.Sprintf("%q is no amount: %v", s.Value(element), err), "ask the partner for the amount")
		return money.Amount{}
	}
	return a
}
