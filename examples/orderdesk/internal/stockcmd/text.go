package stockcmd

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/sourcing"
	"github.com/o2ckit/o2c/atp/substitution"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// text is what is written for a person, line by line.
type text struct{ strings.Builder }

func (t *text) line(depth int, format string, args ...any) {
	t.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(t, format, args...)
	t.WriteByte('\n')
}

// String returns all lines, without the end of the last.
func (t *text) String() string { return strings.TrimSuffix(t.Builder.String(), "\n") }

// counted writes a number of things.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// named begins a line with an id where there is one.
func named(id string) string {
	if id == "" {
		return ""
	}
	return id + ": "
}

func when(wanted calendar.Date) string {
	if wanted.IsZero() {
		return "as soon as possible"
	}
	return "for " + wanted.String()
}

// Text writes what is promised for a person.
func (p *Promised) Text() string {
	var t text
	for i := range p.Promises {
		t.promise(&p.demands[i], &p.Promises[i])
	}
	for i := range p.Answers {
		t.answer(&p.demands[i], &p.Answers[i])
	}
	if p.Order != nil {
		t.order(&p.sourced, p.Order)
	}
	return t.String()
}

// outcome says how much of a quantity is promised, and in how many parts.
func outcome(quantity, confirmed int64, parts int) string {
	switch {
	case confirmed == 0:
		return "nothing"
	case confirmed < quantity:
		return fmt.Sprintf("%d in %s, %d missing", confirmed, counted(parts, "delivery", "deliveries"), quantity-confirmed)
	case parts == 1:
		return "all at once"
	}
	return "all in " + counted(parts, "delivery", "deliveries")
}

func (t *text) promise(d *atp.Demand, p *atp.Promise) {
	t.line(0, "%s%d of %s at %s, %s: %s", named(d.ID), d.Quantity, d.Ref.Item(), d.Ref.Site(), when(d.Wanted),
		outcome(p.Quantity, p.Confirmed, len(p.Deliveries)))
	t.deliveries(1, p, d.Lane != nil)
	t.limit(1, p.Quantity, p.Limit)
}

func (t *text) deliveries(depth int, p *atp.Promise, lane bool) {
	for i := range p.Deliveries {
		d := &p.Deliveries[i]
		t.line(depth, "%d %s%s", d.Quantity, way(d.Times, lane), late(d.DaysLate))
		for _, peg := range d.Pegs {
			t.line(depth+1, "%s", peg)
		}
		for _, q := range d.Quotas {
			t.line(depth+1, "quota: %s", q)
		}
	}
}

// way says on which days a delivery goes its way.
func way(d atp.Times, lane bool) string {
	if !lane {
		return "on " + d.Deliver.String()
	}
	by := ""
	if !d.ShipBy.IsZero() {
		by = " by " + d.ShipBy.Format("15:04 MST")
	}
	return fmt.Sprintf("starts %s, ships %s%s, arrives %s", d.Start, d.Ship, by, d.Deliver)
}

func late(days int) string {
	if days == 0 {
		return ""
	}
	return ", " + counted(days, "day", "days") + " late"
}

// limit says why a demand is not met in full on the wanted day.
func (t *text) limit(depth int, quantity int64, l *atp.Limit) {
	for _, sentence := range (atp.Promise{Quantity: quantity, Limit: l}).Why() {
		t.line(depth, "%s", sentence)
	}
}

// before names who came first.
func before(claims, lostTo []string) string {
	out := ""
	if len(claims) > 0 {
		out += "; promised before: " + strings.Join(claims, ", ")
	}
	if len(lostTo) > 0 {
		out += "; lost to " + strings.Join(lostTo, ", ")
	}
	return out
}

func (t *text) answer(d *atp.Demand, a *substitution.Answer) {
	t.line(0, "%s%d of %s at %s, %s: %s", named(a.ID), a.Quantity, a.Item, d.Ref.Site(), when(d.Wanted),
		outcome(a.Quantity, a.Confirmed, len(a.Parts)))
	for i := range a.Parts {
		p := &a.Parts[i]
		for n := range p.Promise.Deliveries {
			delivery := &p.Promise.Deliveries[n]
			t.line(1, "%d %s %s%s%s", delivery.Quantity, p.Item, way(delivery.Times, d.Lane != nil), late(delivery.DaysLate),
				insteadOf(a.Item, p.Item, p.For, p.Reason))
		}
	}
	for i := range a.Tried {
		c := &a.Tried[i]
		has := fmt.Sprintf("gives %d of %d in time, %d ever", c.Gives, c.OnTime, c.Total)
		if c.NotStocked {
			has = "not kept at the site"
		}
		t.line(1, "%s: %s%s", c.Item, has, via(c.Via))
	}
	for i := range a.Refused {
		r := &a.Refused[i]
		why, _ := r.Why.MarshalText() // it is one of the constants
		t.line(1, "%s: %s%s", r.Item, why, via(r.Via))
		for _, rule := range r.Rules {
			t.line(2, "%s: %s%s", rule.Rule, rule.Text, rule.Failed)
		}
	}
}

func via(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return ", by way of " + strings.Join(items, ", ")
}

func insteadOf(wanted, item string, quantity int64, reason string) string {
	if wanted == item {
		return ""
	}
	text := fmt.Sprintf(", for %d %s", quantity, wanted)
	if reason != "" {
		text += ": " + reason
	}
	return text
}

func (t *text) order(o *sourcing.Order, a *sourcing.Answer) {
	lanes := make(map[string]bool)
	for _, r := range o.Routes {
		lanes[r.Site] = r.Lane != nil
	}
	best := "no plan is better"
	if !a.Proven {
		best = fmt.Sprintf("no plan has less than %d unfilled, rank %d, %s and cost %d",
			a.Bound.Unfilled, a.Bound.Rank, counted(a.Bound.Shipments, "shipment", "shipments"), a.Bound.Cost)
	}
	t.line(0, "order %s, %s: %s, rank %d, cost %d, %d unfilled on time; %s", a.Order, when(o.Wanted),
		counted(a.Score.Shipments, "shipment", "shipments"), a.Score.Rank, a.Score.Cost, a.Score.Unfilled, best)
	for i := range a.Shipments {
		s := &a.Shipments[i]
		t.line(1, "from %s (%s), rank %d, cost %d", s.Site, s.Kind, s.Rank, s.Cost)
		for n := range s.Parts {
			p := &s.Parts[n]
			for k := range p.Promise.Deliveries {
				d := &p.Promise.Deliveries[k]
				t.line(2, "line %s: %d %s %s%s", p.Line, d.Quantity, p.Item, way(d.Times, lanes[s.Site]), late(d.DaysLate))
				for _, peg := range d.Pegs {
					t.line(3, "%s", peg)
				}
			}
		}
	}
	for i := range a.Lines {
		l := &a.Lines[i]
		t.line(1, "line %s: %d of %s, %d confirmed", l.ID, l.Quantity, l.Item, l.Confirmed)
		for _, r := range l.Sites {
			t.line(2, "%s", r)
			for _, rule := range r.Rules {
				t.line(3, "%s: %s%s", rule.Rule, rule.Text, rule.Failed)
			}
		}
	}
	for _, o := range a.Others {
		t.line(1, "with %s at best: %d unfilled, rank %d, %s, cost %d", o.Site, o.Score.Unfilled, o.Score.Rank,
			counted(o.Score.Shipments, "shipment", "shipments"), o.Score.Cost)
	}
	for _, p := range a.Purchases {
		t.line(1, "to buy from %s: %d %s for line %s, ships %s, arrives %s", p.Site, p.Quantity, p.Item, p.Line, p.Ship, p.Deliver)
	}
}
