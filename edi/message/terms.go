package message

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/internal/trade"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/terms"
)

// The kinds of payment terms (element 4279).
const (
	basicTerms    = "1"
	discountTerms = "22"
)

// paymentTerms collects the PAT groups of a document: a due date, discounts before it,
// or terms in the notation of trade.
type paymentTerms struct {
	read   terms.Payment
	unused []string // what could not be used
	reason string   // why, of the first
	first  edifact.Segment
	seen   int

	due       terms.Due
	from      terms.Event
	hasDue    bool
	discounts []terms.Discount
}

// take reads PAT and what belongs to its group.
func (t *paymentTerms) take(r *reader, s edifact.Segment, c *edifact.Cursor) {
	if t.seen++; t.seen == 1 {
		t.first = s
	}
	var rate money.Rate
	for c.More() {
		next, ok := c.Take("DTM", "PCD", "MOA", "GIR", "RJL")
		if !ok {
			break
		}
		if !next.Is("PCD") {
			r.homeless("PAT group", next)
			continue
		}
		number, err := edifact.Standard().ParseNumber(text(next, 1, 2))
		if err == nil {
			rate, err = money.ParseRate(number + "%")
		}
		if err != nil {
			r.warn("terms", next, spot{1, 2}, fmt.Sprintf("%.20q is no percentage", text(next, 1, 2)), "the customer's agreed terms hold")
		}
	}
	if words := texts(s, 2, 4, 5); words != "" {
		if p, err := terms.ParsePayment(words); err == nil && t.read.IsZero() {
			t.read = p
			return
		}
	}
	due, from, why := dueOf(s)
	switch kind := text(s, 1, 1); {
	case why != "":
		t.leave(s, why)
	case kind == discountTerms && rate.Sign() > 0:
		t.discounts = append(t.discounts, terms.Discount{Rate: rate, Within: due})
		t.from = from
	case kind == discountTerms || kind != basicTerms && kind != "3" && kind != "7" && kind != "8":
		t.leave(s, "they are none of a kind that is known here")
	case t.hasDue:
		t.leave(s, "several due dates are stated")
	default:
		t.due, t.from, t.hasDue = due, from, true
	}
}

// leave notes terms that cannot be used.
func (t *paymentTerms) leave(s edifact.Segment, why string) {
	if len(t.unused) == 0 {
		t.reason = why
	}
	t.unused = append(t.unused, s.String())
}

// dueOf reads the period of C112; why is not empty where it names no numbers of days or
// months.
func dueOf(s edifact.Segment) (due terms.Due, from terms.Event, why string) {
	from, known := eventOf(text(s, 3, 1))
	if !known {
		return due, from, "they count from " + text(s, 3, 1)
	}
	n, err := strconv.Atoi(text(s, 3, 4))
	if text(s, 3, 4) == "" && text(s, 3, 1) != "" {
		n, err = 0, nil
	}
	if err != nil || n < 0 || n > 999 {
		return due, from, "they name no number of days"
	}
	switch relation := text(s, 3, 2); relation {
	case "", "1", "3":
	case "6":
		due.EndOfMonth = true
	case "7":
		due.EndOfMonth, due.Months = true, 1
	default:
		return due, from, "they stand in relation " + relation + " to the date"
	}
	switch period := text(s, 3, 3); period {
	case "", "D", "CD":
		due.Days = n
	case "W":
		due.Days = 7 * n
	case "M":
		due.Months += n
	case "3M":
		due.Months += 3 * n
	case "6M":
		due.Months += 6 * n
	case "Y":
		due.Months += 12 * n
	default:
		return due, from, "they count in " + period
	}
	return due, from, ""
}

// conclude puts the groups together. Terms that cannot be used are told, and given as a
// text for people.
func (t *paymentTerms) conclude(r *reader) (p terms.Payment, note string) {
	if t.seen == 0 {
		return terms.Payment{}, ""
	}
	p = t.read
	if p.IsZero() && (t.hasDue || len(t.discounts) > 0) {
		i := terms.Instalment{Share: money.RateFromInt(1), From: t.from, Due: t.due, Discounts: t.discounts}
		if !t.hasDue {
			i.Due = t.discounts[len(t.discounts)-1].Within
		}
		p = terms.Payment{Instalments: []terms.Instalment{i}}
	}
	if found := p.Validate(); !p.IsZero() && found.Blocks() {
		t.leave(t.first, found[0].Message)
		p = terms.Payment{}
	}
	if len(t.unused) > 0 {
		r.warn("terms", t.first, whole(), "terms of payment cannot be used: "+t.reason, "the customer's agreed terms hold")
		note = "payment terms: " + strings.Join(t.unused, "; ")
	}
	return p, note
}

// pat writes terms of payment: a due date and discounts as such, anything else in the
// notation of trade.
func (c *composer) pat(p terms.Payment) {
	if p.IsZero() {
		return
	}
	if i, simple := single(p); simple {
		c.patOf(basicTerms, i.From, i.Due)
		for _, d := range i.Discounts {
			c.patOf(discountTerms, i.From, d.Within)
			c.add("PCD", of("12", c.decimal(d.Rate.Decimal().Shift(2))))
		}
		return
	}
	first, rest := trade.Cut(p.String(), 35)
	second, rest := trade.Cut(rest, 35)
	if rest != "" {
		c.fail("PAT", spot{2, 4}, p.String(), "the terms of payment are longer than 70 characters")
	}
	c.add("PAT", of(basicTerms), of("6", "", "", first, second))
}

func (c *composer) patOf(kind string, from terms.Event, due terms.Due) {
	relation, period, n := "3", "D", due.Days
	switch {
	case due.EndOfMonth && due.Months == 1:
		relation = "7"
	case due.EndOfMonth:
		relation = "6"
	case due.Months > 0:
		period, n = "M", due.Months
	}
	c.add("PAT", of(kind), none(), of(eventCode(from), relation, period, strconv.Itoa(n)))
}

// single gives the only instalment of terms that PAT can tell in numbers.
func single(p terms.Payment) (i terms.Instalment, ok bool) {
	if p.Method != terms.OpenAccount || len(p.Instalments) != 1 {
		return i, false
	}
	i = p.Instalments[0]
	told := func(d terms.Due) bool {
		switch {
		case d.Day != 0 || d.Days > 999 || d.Months > 999:
			return false
		case d.EndOfMonth:
			return d.Months <= 1
		}
		return d.Months == 0 || d.Days == 0
	}
	ok = told(i.Due) && len(i.Discounts) < 10
	for _, d := range i.Discounts {
		ok = ok && told(d.Within)
	}
	return i, ok
}

// deliveryTerms reads TOD and its places: who pays the carrier, where risk passes, the
// Incoterm and its place.
func (r *reader) deliveryTerms(s edifact.Segment, c *edifact.Cursor) (f terms.Freight, t terms.Incoterm, place string) {
	for loc, ok := c.Take("LOC"); ok; loc, ok = c.Take("LOC") {
		if words := texts(loc, 2, 4, 4); words != "" && place == "" {
			place = words
		} else if place == "" {
			place = text(loc, 2, 1)
		} else {
			r.homeless("TOD group", loc)
		}
	}
	switch method := text(s, 2, 1); {
	case method == "":
	case method == "DF":
		r.info("freight", s, element(2), "freight is as agreed between buyer and seller")
	case paymentOf(method) == 0:
		r.warn("freight", s, element(2), fmt.Sprintf("%.10q is no way to pay freight that the order can carry", method), "the customer's agreed freight terms hold")
	default:
		f.Payment = paymentOf(method)
	}
	if words := texts(s, 3, 4, 5); words != "" {
		stated, err := terms.ParseFreight(words)
		switch {
		case err != nil:
			r.info("freight-words", s, spot{3, 4}, fmt.Sprintf("the terms of delivery are put in words: %s", words))
		case f.Payment == 0:
			f = stated
		default:
			f.Passes = stated.Passes
		}
	}
	code := text(s, 3, 1)
	if code == "" {
		if f == (terms.Freight{}) {
			r.info("terms-of-delivery", s, element(1), fmt.Sprintf("%s names neither an Incoterm nor who pays the carrier", s))
		}
		return f, t, place
	}
	t, err := terms.ParseIncoterm(code)
	if err != nil {
		r.warn("incoterm", s, spot{3, 1}, err.Error(), "the customer's agreed delivery terms hold")
		return f, 0, ""
	}
	return f, t, place
}

// chamber is the International Chamber of Commerce, which keeps the Incoterms (element
// 3055).
const chamber = "4"

// tod writes the terms of delivery, unless there are none.
func (c *composer) tod(f terms.Freight, t terms.Incoterm, place string) {
	place = strings.TrimSpace(place)
	if f.Payment == 0 && f.Passes == 0 && t == 0 && place == "" {
		return
	}
	words := terms.Freight{Passes: f.Passes}.String()
	function := "6" // delivery
	if t == 0 {
		function = "5" // transport
	}
	agency := "" // D.01B has a list of its own, which Incoterms are not of
	if t != 0 {
		agency = chamber
	}
	c.add("TOD", of(function), of(paymentCode(f.Payment)), of(t.String(), "", agency, words))
	if place != "" {
		c.add("LOC", of("1"), of("", "", "", place))
	}
}
