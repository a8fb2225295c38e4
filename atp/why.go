package atp

import (
	"fmt"
	"slices"
	"strings"
)

// Why says in short sentences what the promise is and why: of each delivery the quantity, the days and, with
// Demand.Explain, what it comes from; what is not confirmed; and what keeps the demand from being met on the wanted day:
// the life of the item, its supply and who has it, a fence, goods that do not last, quotas, or the way to the customer.
// The same promise is always said the same way.
func (p Promise) Why() []string {
	explained := p.Limit != nil || slices.ContainsFunc(p.Deliveries, func(d Delivery) bool { return d.Pegs != nil })
	var why []string
	for _, d := range p.Deliveries {
		why = append(why, d.why(explained))
	}
	if p.Unfilled > 0 {
		why = append(why, fmt.Sprintf("%d of %d cannot be promised.", p.Unfilled, p.Quantity))
	}
	if p.Limit != nil {
		why = append(why, p.Limit.why(p.Quantity)...)
	}
	return why
}

// why says what a delivery is and what it comes from.
func (d Delivery) why(explained bool) string {
	var b strings.Builder
	fmt.Fprint(&b, d.Quantity)
	if d.Ship != d.Deliver {
		fmt.Fprintf(&b, " shipped on %s,", d.Ship)
	}
	fmt.Fprintf(&b, " delivered on %s", d.Deliver)
	switch {
	case d.DaysLate == 1:
		b.WriteString(", 1 day late")
	case d.DaysLate > 1:
		fmt.Fprintf(&b, ", %d days late", d.DaysLate)
	}
	var from []string
	for _, peg := range d.Pegs {
		from = append(from, peg.String())
	}
	if explained && len(from) == 0 {
		from = []string{"from supply that is yet to be planned, after the lead time"}
	}
	for _, t := range d.Quotas {
		from = append(from, "quota "+t.String())
	}
	if len(from) > 0 {
		b.WriteString(": " + strings.Join(from, "; "))
	}
	b.WriteString(".")
	return b.String()
}

// why says what keeps a quantity from being had on the day.
func (l Limit) why(quantity int64) []string {
	switch l.Reason {
	case LimitLastOrderPassed:
		return []string{fmt.Sprintf("%s cannot be ordered any more.", l.what("The item"))}
	case LimitNotYetAvailable:
		return []string{fmt.Sprintf("%s is not available yet on %s.", l.what("The item"), l.Date)}
	case LimitPhaseOut:
		return append([]string{fmt.Sprintf("%s is phased out: there is no more than known supply.", l.what("The item"))},
			l.supply(quantity)...)
	default:
		return l.supply(quantity)
	}
}

// what names the component, or else the item.
func (l Limit) what(item string) string {
	if l.Item != "" {
		return "Component " + l.Item
	}
	return item
}

// supply says what supply, quotas and the lane allow.
func (l Limit) supply(quantity int64) []string {
	var why []string
	switch {
	case l.Available < quantity:
		why = append(why, l.short())
		if l.Ignored > 0 {
			why = append(why, fmt.Sprintf("%d that are past due do not count.", l.Ignored))
		}
		if l.Perishes > 0 {
			why = append(why, fmt.Sprintf("%d more are there, and not good long enough.", l.Perishes))
		}
	case len(l.Quotas) == 0:
		why = append(why, fmt.Sprintf("The goods are there on %s: the calendars on the way allow no earlier delivery.", l.Date))
	}
	for _, q := range l.Quotas {
		why = append(why, q.why())
	}
	return why
}

// short says how much supply allows, and who has what is missing.
func (l Limit) short() string {
	text := fmt.Sprintf("%d can be had on %s", l.Available, l.Date)
	if l.Item != "" {
		text = fmt.Sprintf("%d kits can be had on %s, limited by component %s", l.Available, l.Date, l.Item)
	}
	if l.Tightest.After(l.Date) {
		text += fmt.Sprintf(", for the balance is as low on %s", l.Tightest)
	}
	return text + lost(l.Claims, l.LostTo) + "."
}

// why says what a quota allows, and who has it.
func (q QuotaLimit) why() string {
	text := fmt.Sprintf("Quota %s allows %d", q.Quota.Item(), q.Available)
	if !q.From.IsZero() {
		text += fmt.Sprintf("; %d of %d are taken in %s to %s", q.Taken, q.Quantity, q.From, q.To)
	}
	return text + lost(q.Claims, q.LostTo) + "."
}

// mostNamed bounds who is named in a sentence.
const mostNamed = 5

// lost says who came first.
func lost(claims, others []string) string {
	var text string
	list := func(verb string, all []string) {
		var names []string
		for _, name := range all {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			return
		}
		text += "; " + verb + " " + strings.Join(names[:min(mostNamed, len(names))], ", ")
		if len(names) > mostNamed {
			text += fmt.Sprintf(" and %d more", len(names)-mostNamed)
		}
	}
	list("reserved by", claims)
	list("lost to", others)
	return text
}
