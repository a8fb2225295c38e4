package message

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// responseLine reads one LIN group of an ORDRSP.
type responseLine struct {
	*responseReader
	mapping.AnsweredLine
	first      edifact.Segment
	action     string
	words      description
	days       partDays
	amounts    map[string]quantity.Quantity // by qualifier
	prices     []edifact.Segment
	substitute []order.ItemIdentifier
	reasons    []string
	reference  string // RFF+LI
	ordered    string // the line that RFF+ON names
	parts      []scheduledPart
}

// scheduledPart is a part of a line in an SCC group.
type scheduledPart struct {
	qualifier string
	quantity  quantity.Quantity
	days      partDays
}

// line reads LIN and the group that belongs to it.
func (r *responseReader) line(s edifact.Segment, c *edifact.Cursor) {
	if text(s, 4, 1) != "" {
		r.subline(s, c)
		return
	}
	r.count++
	l := responseLine{responseReader: r, first: s, action: text(s, 2, 1), amounts: make(map[string]quantity.Quantity)}
	l.Identifiers = r.identify(nil, s, 3)
	for c.More() {
		if next := c.Peek(); next.Is("LIN") || next.Is("UNS") {
			break
		}
		l.take(c.Next(), c)
	}
	l.conclude()
}

// take reads a segment of the LIN group, with the group that it begins.
func (l *responseLine) take(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "PIA":
		if text(s, 1, 1) == "3" {
			l.substitute = l.pia(l.substitute, s)
		} else {
			l.Identifiers = l.pia(l.Identifiers, s)
		}
	case "IMD":
		if !l.words.add(s) {
			l.homeless("line", s)
		}
	case "QTY":
		l.told(s)
	case "DTM":
		l.date(s)
	case "PRI":
		l.prices = append(l.prices, s)
		l.priceGroup(c)
	case "FTX":
		l.note(s)
	case "RFF":
		l.refer(s, c)
	case "ALC":
		l.Charges = append(l.Charges, l.allowances(s, c)...)
	case "SCC":
		l.schedule(c)
	case "TDT", "TOD", "PAT", "LOC", "NAD":
		l.homeless("line", s)
		l.rest(c, s.ID()+" group", "LOC", "DTM", "PCD", "QTY", "RFF", "CTA", "COM")
	default:
		l.group(s, c, "line")
	}
}

// told reads a QTY of the line.
func (l *responseLine) told(s edifact.Segment) {
	kind := text(s, 1, 1)
	switch kind {
	case "21", "113", "12", "83", "85":
		q := l.quantity(s)
		if _, told := l.amounts[kind]; told {
			l.warn("quantity-repeated", s, whole(), fmt.Sprintf("the line tells quantity %s twice; the first one counts", kind), "ask the partner how much is meant")
			return
		}
		l.amounts[kind] = q
	default:
		l.info("quantity-not-mapped", s, spot{1, 1}, fmt.Sprintf("quantity %s (%s) has no place in a line", kind, text(s, 1, 2)))
	}
}

// date reads a DTM of the line: what was wanted, or when it comes.
func (l *responseLine) date(s edifact.Segment) {
	switch text(s, 1, 1) {
	case "2":
		l.RequestedDelivery = l.day(s)
	case "10":
		l.RequestedShip = l.day(s)
	default:
		l.partDate(s, &l.days, "line")
	}
}

// note reads FTX of the line: why, or anything else. A code alone is kept as it is.
func (l *responseLine) note(s edifact.Segment) {
	words := freeText(s)
	if words == "" {
		words = text(s, 3, 1)
	}
	switch {
	case words == "":
		l.homeless("line", s)
	case text(s, 1, 1) == "ACD":
		l.reasons = append(l.reasons, words)
	default:
		l.Notes = append(l.Notes, words)
	}
}

// refer reads RFF of the line: to the line that is answered.
func (l *responseLine) refer(s edifact.Segment, c *edifact.Cursor) {
	line := text(s, 1, 3)
	ref, _, ok := l.dated(s, c)
	switch {
	case !ok:
	case ref.Qualifier == "LI" && l.reference == "":
		l.reference = ref.Value
	case ref.Qualifier == "ON" && (l.answer.PurchaseOrder == "" || l.answer.PurchaseOrder == ref.Value):
		l.answer.PurchaseOrder = ref.Value
		l.ordered = line
	default:
		l.info("line-reference", s, whole(), fmt.Sprintf("reference %s %s of a line has no place in the answer", ref.Qualifier, ref.Value))
	}
}

// schedule reads an SCC group: parts of the line with their days.
func (l *responseLine) schedule(c *edifact.Cursor) {
	for next, ok := c.Take("QTY", "FTX", "RFF", "DTM"); ok; next, ok = c.Take("QTY", "FTX", "RFF", "DTM") {
		n := len(l.parts)
		switch {
		case next.Is("QTY"):
			l.parts = append(l.parts, scheduledPart{qualifier: text(next, 1, 1), quantity: l.quantity(next)})
		case next.Is("DTM") && n > 0:
			l.partDate(next, &l.parts[n-1].days, "part of a line")
		default:
			l.homeless("SCC group", next)
		}
	}
}

// conclude puts the line together, and adds it to the answer, or to the line that it
// repeats.
func (l *responseLine) conclude() {
	l.Description = l.words.String()
	l.Quantity = l.amounts["21"]
	switch {
	case l.reference != "":
		l.ID = l.reference
		l.referred++
	case l.ordered != "":
		l.ID = l.ordered
	default:
		l.ID = text(l.first, 1, 1)
	}
	if l.ID == "" {
		l.warn("line-missing", l.first, element(1), "the line does not say which line of the order it is about", "go by the item, or ask the partner")
	}
	confirmed := l.priced()
	l.build(confirmed)
	if l.answer.Change != "" {
		l.Change = mapping.ChangeValues
		if l.action == "2" {
			l.Change = mapping.DeleteLine
		}
	}
	if l.known == nil {
		l.known = make(map[string]int)
	}
	if at, repeated := l.known[l.ID]; repeated && l.ID != "" && l.action == "1" {
		to := &l.answer.Lines[at]
		to.Parts = append(to.Parts, l.Parts...)
		to.Notes = append(to.Notes, l.Notes...)
		return
	}
	if _, repeated := l.known[l.ID]; !repeated {
		l.known[l.ID] = len(l.answer.Lines)
	}
	l.answer.Lines = append(l.answer.Lines, l.AnsweredLine)
}

// priced reads the prices: the one that was expected is that of the line; the one that
// is confirmed, ours where it is another, or any of a line that is changed, is that of
// its parts.
func (l *responseLine) priced() (confirmed *priced) {
	unit := l.Quantity.Unit()
	for _, kind := range []string{"113", "12", "83"} {
		if unit == 0 {
			unit = l.amounts[kind].Unit()
		}
	}
	for _, s := range l.prices {
		p, ok := l.price(s, unit)
		switch {
		case !ok:
		case p.said == "CUP" && confirmed == nil:
			confirmed = &p
		case p.said != "CUP" && l.Price == nil:
			l.Price, l.PricePer = &p.amount, p.per
		default:
			l.info("price-repeated", s, whole(), fmt.Sprintf("the price %s %s stands beside another, which counts", p.kind, p.amount))
		}
	}
	return confirmed
}

// build makes the parts of the line.
func (l *responseLine) build(confirmed *priced) {
	delivered := l.delivered()
	status := l.status(confirmed, delivered)
	add := func(p mapping.AnsweredPart) {
		if confirmed != nil && p.Status.Confirms() {
			p.Price, p.PricePer = &confirmed.amount, confirmed.per
		}
		if p.Status.Confirms() && p.Status != mapping.PartBackordered {
			p.Substitute = l.substitute
		}
		p.Code = l.action
		l.Parts = append(l.Parts, p)
	}
	for _, part := range delivered {
		p := mapping.AnsweredPart{Status: status(part), Quantity: part.quantity, Ship: part.days.ship, Deliver: part.days.deliver}
		add(p)
	}
	if q, told := l.amounts["83"]; told && !slices.ContainsFunc(l.parts, func(p scheduledPart) bool { return p.qualifier == "83" }) && q.Sign() > 0 {
		add(mapping.AnsweredPart{Status: mapping.PartBackordered, Quantity: q})
	}
	if q := l.amounts["85"]; q.Sign() > 0 {
		refused := mapping.PartRejected
		if l.action == "2" {
			refused = mapping.PartDeleted
		}
		add(mapping.AnsweredPart{Status: refused, Quantity: q})
	}
	l.explain()
}

// explain gives the reasons to the parts that are not delivered, in their order, and
// then to the others. What is left over is a note.
func (l *responseLine) explain() {
	for _, refused := range []bool{true, false} {
		for i := range l.Parts {
			if p := &l.Parts[i]; len(l.reasons) > 0 && p.Status.Confirms() != refused {
				p.Reason, l.reasons = l.reasons[0], l.reasons[1:]
			}
		}
	}
	l.Notes = append(l.Notes, l.reasons...)
}

// delivered are the parts that will be delivered, or of which the action speaks.
func (l *responseLine) delivered() []scheduledPart {
	if len(l.parts) > 0 {
		return l.parts
	}
	for _, kind := range []string{"113", "12"} {
		if q, told := l.amounts[kind]; told {
			if q.IsZero() && l.answer.Change == "" {
				return nil
			}
			return []scheduledPart{{qualifier: kind, quantity: q, days: l.days}}
		}
	}
	q := l.Quantity
	for _, kind := range []string{"83", "85"} {
		if other, told := l.amounts[kind]; told {
			left, err := q.Sub(other)
			if err != nil || left.Sign() <= 0 {
				return nil
			}
			q = left
		}
	}
	return []scheduledPart{{quantity: q, days: l.days}}
}

// status gives what becomes of a part by the action of the line and by what changes.
func (l *responseLine) status(confirmed *priced, parts []scheduledPart) func(scheduledPart) mapping.PartStatus {
	var fixed mapping.PartStatus
	switch l.action {
	case "5":
		fixed = mapping.PartAccepted
	case "7", "10":
		fixed = mapping.PartRejected
	case "2":
		fixed = mapping.PartDeleted
	case "4", "11":
		fixed = mapping.PartAccepted
		if l.answer.Verdict == mapping.OrderOnHold {
			fixed = mapping.PartOnHold
		}
	case "":
		switch l.answer.Verdict {
		case mapping.OrderAccepted:
			fixed = mapping.PartAccepted
		case mapping.OrderRejected:
			fixed = mapping.PartRejected
		case mapping.OrderOnHold:
			fixed = mapping.PartOnHold
		case mapping.OrderWithChanges, mapping.OrderReceived, "":
		}
	case "1", "3", "6", "23", "24":
	default:
		l.warn("action", l.first, element(2), fmt.Sprintf("action %s does not say what becomes of the line", l.action), "go by the quantities, or ask the partner")
	}
	less := len(parts) > 1 || len(parts) == 1 && parts[0].quantity != l.Quantity
	return func(p scheduledPart) mapping.PartStatus {
		delayed := late(p.days.deliver, l.RequestedDelivery) || late(p.days.ship, l.RequestedShip)
		switch {
		case p.qualifier == "83":
			return mapping.PartBackordered
		case fixed == mapping.PartAccepted && p.qualifier == "12":
			return mapping.PartShipped
		case fixed != "":
			return fixed
		case l.answer.Change != "":
			return mapping.PartQuantityChanged
		case len(l.substitute) > 0:
			return mapping.PartSubstituted
		case confirmed != nil && delayed:
			return mapping.PartChanged
		case confirmed != nil:
			return mapping.PartRepriced
		case delayed:
			return mapping.PartRescheduled
		case p.qualifier == "12":
			return mapping.PartShipped
		case less:
			return mapping.PartAccepted
		}
		return mapping.PartChanged
	}
}

// remainder adds what of a line nothing is said of: it is not delivered.
func (r *responseReader) remainder(l *mapping.AnsweredLine) {
	if l.Quantity.Unit() == 0 || l.Change != "" {
		return
	}
	left, code := l.Quantity, ""
	for _, p := range l.Parts {
		if p.Quantity.Unit() == 0 {
			return
		}
		var err error
		if left, err = left.Sub(p.Quantity); err != nil {
			return
		}
		code = p.Code
	}
	if left.Sign() > 0 {
		l.Parts = append(l.Parts, mapping.AnsweredPart{Status: mapping.PartRejected, Quantity: left, Code: code})
	}
}
