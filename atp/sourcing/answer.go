package sourcing

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Answer says which nodes ship an order, and when.
type Answer struct {
	Order string `json:"order,omitempty"`
	// Book is the hash of the rule book that was asked; empty where there is none.
	Book string `json:"book,omitempty"`
	// Score, Bound and Proven are those of the first round: what ships on time of the items that come first; see Plan.
	Score  Score `json:"score"`
	Bound  Score `json:"bound"`
	Proven bool  `json:"proven"`
	// Shipments are by site.
	Shipments []Fulfilment `json:"shipments,omitempty"`
	// Lines are by id.
	Lines []LineAnswer `json:"lines"`
	// Purchases are the purchase order lines to raise for drop shipment, by site, line and day.
	Purchases []Purchase `json:"purchases,omitempty"`
	// Others, with Explain, are as in Plan.
	Others []Other `json:"others,omitempty"`
}

// Fulfilment is what one node ships.
type Fulfilment struct {
	Site string `json:"site"`
	Kind Kind   `json:"kind"`
	Rank int    `json:"rank,omitempty"`
	// Cost is that of the shipment, after rules, and of all units.
	Cost int64 `json:"cost,omitempty"`
	// Parts are by line and item, on time before late.
	Parts []FulfilmentPart `json:"parts"`
}

// FulfilmentPart is what a node ships of a line.
type FulfilmentPart struct {
	Line string `json:"line"`
	// Item is the line's or an alternative, and For what the alternative stands for, in units of the line's item.
	Item string `json:"item"`
	For  int64  `json:"for"`
	// Reason is that of the alternative.
	Reason string `json:"reason,omitempty"`
	// Late is what could not be had on time.
	Late bool `json:"late,omitempty"`
	// Promise has quantities and days.
	Promise atp.Promise `json:"promise"`
}

// LineAnswer is what becomes of a line.
type LineAnswer struct {
	ID       string `json:"id"`
	Item     string `json:"item"`
	Quantity int64  `json:"quantity"`
	// Confirmed and Unfilled add up to Quantity; alternatives count in units of the line's item.
	Confirmed int64 `json:"confirmed"`
	Unfilled  int64 `json:"unfilled,omitempty"`
	// Sites, with Explain, say why each site ships what it ships on time, by round of alternatives and site.
	Sites []SiteReason `json:"sites,omitempty"`
}

// SiteReason says why a site ships a line or does not.
type SiteReason struct {
	Site string `json:"site"`
	Item string `json:"item"`
	// Ships is what it ships on time, and Available what it has by then.
	Ships     int64 `json:"ships,omitempty"`
	Available int64 `json:"available,omitempty"`
	// Why has a meaning where it ships nothing.
	Why Why `json:"why"`
	// Rules are those that matched, in their order.
	Rules []RuleReason `json:"rules,omitempty"`
}

// String says it in words: "S3 ships nothing: no-shipment, 10 available".
func (r SiteReason) String() string {
	var b strings.Builder
	if r.Ships > 0 {
		fmt.Fprintf(&b, "%s ships %d of %s", r.Site, r.Ships, r.Item)
	} else {
		fmt.Fprintf(&b, "%s ships nothing: %s", r.Site, r.Why)
	}
	if r.Available > 0 {
		fmt.Fprintf(&b, ", %d available", r.Available)
	}
	for _, rule := range r.Rules {
		fmt.Fprintf(&b, "; %s: %s", rule.Rule, rule.Text)
	}
	return b.String()
}

// RuleReason is a rule that matched, or that failed and was left out.
type RuleReason struct {
	Rule       string     `json:"rule"` // its id
	Preference Preference `json:"preference,omitzero"`
	// Text says why, for a person, with the figures.
	Text string `json:"text,omitempty"`
	// Failed says why the rule could not be asked, where the schema lets such rules be left out.
	Failed string `json:"failed,omitempty"`
}

// Purchase is a purchase order line to raise with a vendor who ships to the customer.
type Purchase struct {
	Site     string        `json:"site"`
	Line     string        `json:"line"`
	Item     string        `json:"item"`
	Quantity int64         `json:"quantity"`
	Ship     calendar.Date `json:"ship"`
	Deliver  calendar.Date `json:"deliver"`
}

// ReservationLines returns what reserves all shipments.
func (a Answer) ReservationLines() []atp.Line {
	var lines []atp.Line
	for _, s := range a.Shipments {
		for _, p := range s.Parts {
			lines = append(lines, p.Promise.Lines()...)
		}
	}
	return lines
}

// Days returns the first and the last day on which something is delivered; no dates when nothing is.
func (a Answer) Days() (first, last calendar.Date) {
	for _, s := range a.Shipments {
		for _, p := range s.Parts {
			for _, d := range p.Promise.Deliveries {
				if first.IsZero() || d.Deliver.Before(first) {
					first = d.Deliver
				}
				if last.Before(d.Deliver) {
					last = d.Deliver
				}
			}
		}
	}
	return first, last
}
