package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
)

// terms reads ITD: net and discount days with percent, from the day that ITD02
// names. Terms in words are read if they are in the notation of trade. Whatever
// is stated otherwise is kept as an instruction, and the customer's agreed
// terms hold.
func (r *orderReader) terms(s x12.Segment) {
	if !r.doc.Terms.IsZero() {
		r.instruct("", "payment terms: "+s.String())
		r.warn("terms-several", s, 0, "the order states several terms of payment; the first ones are kept", "split them into instalments by hand")
		return
	}
	words := strings.TrimSpace(s.Value(12))
	if p, stated := r.daysOf(s); stated {
		if found := p.Validate(); found.Blocks() {
			r.unused(s, 0, found[0].Message)
			return
		}
		r.doc.Terms = p
		if words != "" {
			r.instruct("", "payment terms: "+words)
		}
		return
	}
	switch {
	case words != "":
		p, err := terms.ParsePayment(words)
		if err != nil {
			r.unused(s, 12, err.Error())
			return
		}
		r.doc.Terms = p
	case s.Value(1)+s.Value(2) != "" && s.Len() <= 2:
		r.info("terms-code", s, 1, fmt.Sprintf("terms of payment %s are named by their kind alone; the customer's agreed terms hold", s.Value(1)))
	default:
		r.unused(s, 0, "they name no numbers of days")
	}
}

// unused keeps terms that cannot be used, for a person.
func (r *orderReader) unused(s x12.Segment, element int, why string) {
	r.instruct("", "payment terms: "+s.String())
	r.warn("terms", s, element, "the terms of payment cannot be used: "+why, "the customer's agreed terms hold")
}

// daysOf reads terms that are stated in days.
func (r *orderReader) daysOf(s x12.Segment) (terms.Payment, bool) {
	net, hasNet := r.days(s, 7)
	within, hasWithin := r.days(s, 5)
	if !hasNet && !hasWithin {
		return terms.Payment{}, false
	}
	for _, other := range []int{4, 6, 9, 10, 11, 13} { // dates, deferred parts, a day of the month
		if s.Value(other) != "" && (other > 6 || r.set != "810") { // an invoice says when the days are over
			r.info("terms-partly", s, other, fmt.Sprintf("ITD%02d %s stands beside the days, which count", other, s.Value(other)))
		}
	}
	from, ok := eventOf(s.Value(2))
	if !ok {
		r.warn("terms-from", s, 2, fmt.Sprintf("terms of payment count from %s; the date of the invoice is taken", s.Value(2)),
			"agree with the partner on the day that terms count from")
	}
	if !hasNet {
		net = within
	}
	endOfMonth := s.Value(1) == "02"
	i := terms.Instalment{Share: money.RateFromInt(1), From: from, Due: terms.Due{Days: net, EndOfMonth: endOfMonth}}
	if rate, ok := r.percent(s); ok && hasWithin {
		i.Discounts = []terms.Discount{{Rate: rate, Within: terms.Due{Days: within, EndOfMonth: endOfMonth}}}
	}
	return terms.Payment{Instalments: []terms.Instalment{i}}, true
}

// eventOf translates a terms basis date code (X12 element 333).
func eventOf(code string) (terms.Event, bool) {
	switch code {
	case "", "3":
		return terms.FromInvoice, true
	case "1":
		return terms.FromShipment, true
	case "2", "15": // delivery, receipt of goods
		return terms.FromDelivery, true
	}
	return terms.FromInvoice, false
}

// eventCode is the terms basis date code (X12 element 333) of a day that terms
// count from; false where X12 has none.
func eventCode(e terms.Event) (string, bool) {
	switch e {
	case terms.FromInvoice:
		return "3", true
	case terms.FromShipment:
		return "1", true
	case terms.FromDelivery:
		return "2", true
	case terms.FromOrder:
	}
	return "", false
}

func (r *orderReader) days(s x12.Segment, element int) (int, bool) {
	text := s.Value(element)
	if text == "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 9999 {
		r.warn("terms", s, element, fmt.Sprintf("%q is no number of days", text), "the customer's agreed terms hold")
		return 0, false
	}
	return n, true
}

// percent reads ITD03.
func (r *orderReader) percent(s x12.Segment) (money.Rate, bool) {
	if s.Value(3) == "" {
		return money.Rate{}, false
	}
	canonical, err := x12.ParseReal(s.Value(3))
	if err == nil {
		var rate money.Rate
		if rate, err = money.ParseRate(canonical + "%"); err == nil {
			return rate, rate.Sign() > 0
		}
	}
	r.warn("terms", s, 3, fmt.Sprintf("%q is no percentage", s.Value(3)), "the customer's agreed terms hold")
	return money.Rate{}, false
}
