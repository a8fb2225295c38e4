package message

import (
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
)

// date reads DTM: the days that the whole order asks for.
func (r *orderReader) date(s edifact.Segment) {
	qualifier := text(s, 1, 1)
	field, rank := dateOf(qualifier)
	var target *calendar.Date
	switch field {
	case shipDate:
		target = &r.doc.RequestedShip
	case deliveryDate:
		target = &r.doc.RequestedDelivery
	case cancelDate:
		target = &r.doc.CancelAfter
	case orderDate:
		target = &r.doc.Date
	case noDate:
		r.info("date-not-mapped", s, spot{1, 1}, fmt.Sprintf("date %s (%s) has no place in the order", qualifier, text(s, 1, 2)))
		return
	}
	r.choose(s, target, &r.ranks[field], rank)
}

// choose keeps the date that says best when it is wanted, and mentions the other.
func (r *reader) choose(s edifact.Segment, target *calendar.Date, known *int, rank int) {
	p := r.period(s)
	if p.isZero() {
		return
	}
	qualifier, d := text(s, 1, 1), p.first
	if latest(qualifier) {
		d = p.last
	}
	if !p.single() {
		r.info("date-window", s, spot{1, 2}, fmt.Sprintf("date %s names the days from %s; %s is kept", qualifier, p, d))
	}
	switch {
	case target.IsZero() || rank+1 < *known:
		if !target.IsZero() && *target != d {
			r.info("date-window", s, spot{1, 1}, fmt.Sprintf("date %s (%s) says it better than %s", qualifier, d, *target))
		}
		*target, *known = d, rank+1
	case *target != d:
		r.info("date-window", s, spot{1, 1}, fmt.Sprintf("date %s (%s) stands beside %s, which says it better", qualifier, d, *target))
	}
}

// routing reads TDT, how the customer wants it sent, for a person.
func (r *orderReader) routing(s edifact.Segment, c *edifact.Cursor) {
	r.rest(c, "TDT group", "LOC", "DTM")
	var parts []string
	for _, part := range []string{texts(s, 5, 4, 4), text(s, 5, 1), text(s, 2, 1), texts(s, 8, 4, 4), texts(s, 3, 2, 2), texts(s, 4, 2, 2)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 && text(s, 3, 1) != "" {
		parts = append(parts, "mode "+text(s, 3, 1))
	}
	if len(parts) == 0 {
		r.homeless("order", s)
		return
	}
	r.instruct("", "routing: "+strings.Join(parts, " "))
}

// charge reads ALC and its group. An allowance or charge that the customer states
// changes no price of ours: somebody has to agree.
func (r *orderReader) charge(s edifact.Segment, c *edifact.Cursor, loop string) {
	group := []edifact.Segment{s}
	for next, ok := c.Take(chargeTags()...); ok; next, ok = c.Take(chargeTags()...) {
		group = append(group, next)
	}
	what := "an allowance or charge"
	switch text(s, 1, 1) {
	case "A":
		what = "an allowance"
	case "C":
		what = "a charge"
	case "N":
		r.info("charge-none", s, element(1), "the "+loop+" says that there is neither allowance nor charge")
		return
	}
	if words := strings.TrimSpace(text(s, 5, 1) + " " + texts(s, 5, 4, 5)); words != "" {
		what += " " + words
	}
	charges, _ := mapping.AllowanceGroups(group, r.currencyOf(), *r.agreed) // what it cannot read is told here in words
	for _, charge := range charges {                                        // one at most, of one ALC
		if !charge.Rate.IsZero() {
			what += " of " + charge.Rate.Percent()
		}
		what += " of " + charge.Amount.Abs().String()
	}
	for _, member := range group[1:] {
		if len(charges) == 0 && !member.Is("TAX") && len(what) < longestMessage {
			what += ", " + member.String()
		}
	}
	r.warn("charge", s, element(1), fmt.Sprintf("the customer states %s for the %s; it is not in the price that we compare", what, loop),
		"compare it with what was agreed")
}

// chargeTags are those of the group that ALC begins.
func chargeTags() []string {
	return []string{"ALI", "DTM", "QTY", "RNG", "PCD", "MOA", "RTE", "TAX"}
}

// headerParty reads a NAD group of the order.
func (r *orderReader) headerParty(s edifact.Segment, c *edifact.Cursor) {
	p, refs, notes := r.party(s, c)
	for _, ref := range refs {
		r.refer(ref)
	}
	for _, n := range notes {
		r.instruct("", fmt.Sprintf("%s (%s)", n, text(s, 1, 1)))
	}
	if p.Role == "" {
		r.info("party-not-mapped", s, element(1), fmt.Sprintf("party %s (%s) has no role in the order", text(s, 1, 1), name(p)))
		return
	}
	first := slices.IndexFunc(r.doc.Parties, func(known order.Party) bool { return known.Role == p.Role })
	if first >= 0 && merge(&r.doc.Parties[first], p) {
		return
	}
	if first >= 0 && !sameParty(r.doc.Parties[first], p) {
		r.warn("party-repeated", s, element(1), fmt.Sprintf("there is a second %s (%s); the first one counts", p.Role, name(p)),
			"ask the partner which one is meant, and split the order if it is both")
	}
	r.doc.Parties = append(r.doc.Parties, p)
}

// lineParty reads a NAD group of a line. An order has one ship-to: that of the header,
// or if it names none, that of its lines.
func (r *orderReader) lineParty(s edifact.Segment, c *edifact.Cursor, line string) {
	p, refs, notes := r.party(s, c)
	for _, ref := range refs {
		r.info("line-reference", s, whole(), fmt.Sprintf("reference %s %s of line %s has no place in the order", ref.Qualifier, ref.Value, line))
	}
	for _, n := range notes {
		r.instruct(line, n)
	}
	if p.Role != party.ShipTo {
		r.info("line-party", s, element(1), fmt.Sprintf("party %s (%s) of line %s has no place in the order", text(s, 1, 1), name(p), line))
		return
	}
	first, named := r.doc.Party(party.ShipTo)
	switch {
	case !named && len(r.doc.Lines) == 0:
		r.doc.Parties = append(r.doc.Parties, p)
	case !named || !sameParty(first, p):
		r.block("line-ship-to", s, element(1), fmt.Sprintf("line %s goes to another place (%s) than the rest of the order", line, name(p)),
			"enter an order for each place")
	}
}

// checkParties says what follows from parties that are missing.
func (r *orderReader) checkParties() {
	if len(r.doc.Parties) == 0 {
		r.add(finding.Warning, "parties-missing", edifact.Segment{}, whole(), "the message names neither buyer nor delivery party; who buys follows from the sender alone",
			"name the sender's account in the partner profile")
		return
	}
	if _, named := r.doc.Party(party.SoldTo); !named {
		r.add(finding.Info, "buyer-missing", edifact.Segment{}, whole(), "the message names no buyer; who buys follows from the sender and the other parties", "")
	}
}
