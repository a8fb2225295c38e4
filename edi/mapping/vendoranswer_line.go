package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// answeredReader reads one PO1 or POC loop.
type answeredReader struct {
	*answerReader
	AnsweredLine
	days      vendorDays
	texts     []string      // descriptions
	price     *money.Amount // of CTP
	pricePer  int64
	schedules []AnsweredPart
}

// line reads PO1 or POC and the loop that belongs to it.
func (r *answerReader) line(s x12.Segment, c *x12.Cursor) {
	l := answeredReader{answerReader: r}
	l.ID = strings.TrimSpace(s.Value(1))
	number, unit, price, ids := 2, 3, 4, 6
	if s.Is("POC") {
		number, unit, price, ids = 3, 5, 6, 8
		l.Change = changeKind(s.Value(2))
	}
	if s.Value(number) != "" || s.Value(unit) != "" {
		l.Quantity = r.quantity(s, number, unit)
	}
	l.Price, l.PricePer = r.price(s, price, price+1, l.Quantity.Unit(), r.currencyOf())
	l.Identifiers = r.identify(nil, s, ids)
	if l.ID == "" && len(l.Identifiers) == 0 {
		r.block("line-missing", s, 1, s.ID()+" names neither line nor item", "ask the partner which line is answered")
	}
	l.loop(s.ID(), c)
	l.conclude(s)
	r.answer.Lines = append(r.answer.Lines, l.AnsweredLine)
}

// loop reads the rest of the loop.
func (l *answeredReader) loop(first string, c *x12.Cursor) {
	part := -1 // that the segments are of
	for c.More() {
		id := c.Peek().ID()
		if id == first || id == "CTT" {
			return
		}
		s := c.Next()
		switch id {
		case "ACK":
			l.part(s)
			part = len(l.Parts) - 1
			continue
		case "DTM":
			if part >= 0 {
				l.partDate(s, 1, &l.Parts[part])
			} else {
				l.lineDate(s)
			}
			continue
		case "MSG", "MTX":
			if part >= 0 && l.Parts[part].Reason == "" {
				l.Parts[part].Reason = strings.TrimSpace(freeText(s))
			} else {
				l.Notes = note(l.Notes, freeText(s))
			}
			continue
		case "LIN":
			l.Identifiers = l.identify(l.Identifiers, s, 2)
		case "PID":
			l.texts = note(l.texts, s.Value(5))
		case "CTP":
			l.unitPrice(s)
		case "SCH":
			l.schedule(s)
		case "SAC":
			l.Charges = l.allowance(s, l.Charges)
			c.Take("CUR")
		case "SLN":
			l.homeless("line", s)
			c.Until(first, "CTT", "N9", "N1")
		case "CUR":
			l.lineCurrency(s)
		default:
			l.homeless("line", s)
		}
		part = -1
	}
}

// lineDate reads a day of the line: the vendor's, or that which was asked for.
func (l *answeredReader) lineDate(s x12.Segment) {
	switch field, _ := dateOf(s.Value(1)); {
	case field == shipDate && s.Value(1) == "010":
		l.RequestedShip = l.day(s, 2)
	case field == deliveryDate && s.Value(1) == "002":
		l.RequestedDelivery = l.day(s, 2)
	default:
		l.vendorDate(s, 1, &l.days, "line")
	}
}

// part reads ACK.
func (l *answeredReader) part(s x12.Segment) {
	p := AnsweredPart{Code: s.Value(1)}
	var known bool
	if p.Status, known = statusOf(p.Code); !known {
		l.warn("status", s, 1, fmt.Sprintf("ACK01 %q does not say what becomes of line %s", p.Code, l.ID), "ask the partner what is meant")
	}
	switch {
	case s.Value(2) == "":
	case s.Value(3) == "" && l.Quantity.Unit() != 0:
		p.Quantity = l.inUnit(s, 2, l.Quantity.Unit())
	default:
		p.Quantity = l.quantity(s, 2, 3)
	}
	if p.Quantity.Sign() < 0 {
		l.block("quantity", s, 2, p.Quantity.String()+" cannot become of a line", "ask the partner how much is meant")
		p.Quantity = quantity.Quantity{}
	}
	if s.Value(4) != "" {
		l.partDate(s, 4, &p)
	}
	if ids := l.identify(nil, s, 7); p.Status == PartSubstituted {
		p.Substitute = ids
	} else {
		l.Identifiers = l.identify(l.Identifiers, s, 7)
	}
	if reason := strings.TrimSpace(s.Value(29)); reason != "" {
		p.Reason = "code " + reason
	}
	l.Parts = append(l.Parts, p)
}

// inUnit reads a number of a unit that stands elsewhere.
func (r *reader) inUnit(s x12.Segment, element int, unit quantity.Unit) quantity.Quantity {
	n, err := x12.ParseReal(s.Value(element))
	var q quantity.Quantity
	if err == nil {
		q, err = quantity.ParseNumber(n, unit)
	}
	if err != nil {
		r.block("quantity", s, element, fmt.Sprintf("%q is no quantity: %v", s.Value(element), err), "ask the partner how much is meant")
		return quantity.Quantity{}
	}
	return q
}

// partDate reads a day of a part. Whatever the qualifier calls it, it is what the
// vendor says.
func (l *answeredReader) partDate(s x12.Segment, element int, p *AnsweredPart) {
	field, _ := vendorDateOf(s.Value(element))
	if field == noDate {
		field, _ = dateOf(s.Value(element))
	}
	target := &p.Ship
	switch field {
	case shipDate:
	case deliveryDate:
		target = &p.Deliver
	default:
		l.info("date-not-mapped", s, element, fmt.Sprintf("date %s (%s) has no place in a line", s.Value(element), s.Value(element+1)))
		return
	}
	d := l.day(s, element+1)
	if !target.IsZero() && *target != d {
		l.info("date-window", s, element, fmt.Sprintf("date %s (%s) stands beside %s, which came first", s.Value(element), d, *target))
		return
	}
	*target = d
}

// unitPrice reads CTP, the price that the vendor charges.
func (l *answeredReader) unitPrice(s x12.Segment) {
	switch s.Value(2) {
	case "MSR", "RES", "RTL":
		l.info("price-retail", s, 2, fmt.Sprintf("the price %s is a retail price (%s)", s.Value(3), s.Value(2)))
		return
	}
	if l.price != nil {
		l.info("price-several", s, 3, fmt.Sprintf("the price %s (%s) stands beside %s, which came first", s.Value(3), s.Value(2), l.price))
		return
	}
	if unit := s.Component(5, 1); unit != "" && l.Quantity.Unit() != 0 {
		if u, err := l.agreed.unitOf(unit); err != nil || u != l.Quantity.Unit() {
			l.warn("price-unit", s, 5, fmt.Sprintf("the price %s is for %s, the line is in %s", s.Value(3), unit, l.Quantity.Unit()),
				"ask the partner for the price of what was ordered")
			return
		}
	}
	l.price, l.pricePer = l.reader.price(s, 3, 9, l.Quantity.Unit(), l.currencyOf())
}

// schedule reads SCH, which says when how much comes.
func (l *answeredReader) schedule(s x12.Segment) {
	p := AnsweredPart{Status: PartAccepted, Quantity: l.quantity(s, 1, 2)}
	for _, element := range []int{5, 8} {
		if s.Value(element) != "" {
			l.partDate(s, element, &p)
		}
	}
	if len(l.schedules) < mostFindings {
		l.schedules = append(l.schedules, p)
	}
}

// conclude gives the parts what the line says for all of them.
func (l *answeredReader) conclude(s x12.Segment) {
	l.Description = description(l.texts)
	l.scheduled(s)
	for i := range l.Parts {
		p := &l.Parts[i]
		if p.Ship.IsZero() && p.Deliver.IsZero() && p.Status.Confirms() && p.Status != PartBackordered {
			p.Ship, p.Deliver = l.days.ship, l.days.deliver
		}
		switch {
		case l.price != nil && p.Status.Confirms() && (p.Status.repriced() || !samePrice(l.price, l.pricePer, l.Price, l.PricePer)):
			p.Price, p.PricePer = l.price, l.pricePer
		case p.Status == PartRepriced && l.Price != nil:
			p.Price, p.PricePer = l.Price, l.PricePer
		}
	}
}

// samePrice tells whether two prices are the same for one unit.
func samePrice(a *money.Amount, per int64, b *money.Amount, otherPer int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	left, errLeft := a.MulInt(max(otherPer, 1))
	right, errRight := b.MulInt(max(per, 1))
	return errLeft == nil && errRight == nil && left == right
}

// scheduled divides the one part of a line by its schedules, where these are as much.
func (l *answeredReader) scheduled(s x12.Segment) {
	if len(l.schedules) == 0 {
		return
	}
	if len(l.Parts) == 0 {
		l.Parts = l.schedules
		return
	}
	whole := l.Parts[0]
	if whole.Quantity.Unit() == 0 {
		whole.Quantity = l.Quantity
	}
	sum, err := l.schedules[0].Quantity, error(nil)
	for _, p := range l.schedules[1:] {
		if err == nil {
			sum, err = sum.Add(p.Quantity)
		}
	}
	if len(l.Parts) > 1 || !whole.Status.Confirms() || err != nil || sum != whole.Quantity {
		l.warn("schedules", s, 0, fmt.Sprintf("the schedules of line %s (%s) do not divide what its ACK says", l.ID, sum),
			"ask the partner how much comes when")
		for _, p := range l.schedules {
			l.Notes = note(l.Notes, scheduleText(p))
		}
		return
	}
	parts := make([]AnsweredPart, len(l.schedules))
	for i, p := range l.schedules {
		parts[i] = whole
		parts[i].Quantity = p.Quantity
		parts[i].Ship, parts[i].Deliver = orDate(p.Ship, whole.Ship), orDate(p.Deliver, whole.Deliver)
	}
	l.Parts = parts
}

func scheduleText(p AnsweredPart) string {
	text := "scheduled: " + p.Quantity.String()
	if !p.Ship.IsZero() {
		text += " ships " + p.Ship.String()
	}
	if !p.Deliver.IsZero() {
		text += " arrives " + p.Deliver.String()
	}
	return text
}

func orDate(d, other calendar.Date) calendar.Date {
	if d.IsZero() {
		return other
	}
	return d
}
