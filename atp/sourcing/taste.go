package sourcing

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/rules"
)

// taste is what rules make of a site: each that matches for any line counts once.
type taste struct {
	rank  int
	cost  int64
	set   *Rule // the first that sets the rank
	rules map[string]*Rule
}

// add takes a rule in.
func (t *taste) add(rule *Rule) {
	if t.rules[rule.ID] != nil {
		return
	}
	if t.rules == nil {
		t.rules = make(map[string]*Rule)
	}
	t.rules[rule.ID] = rule
	first := t.set == nil || cmp.Or(cmp.Compare(t.set.Priority, rule.Priority), cmp.Compare(rule.ID, t.set.ID)) < 0
	if rule.Then.SetRank != nil && first {
		t.set = rule
	}
}

// shipment is the rank and the cost of a shipment.
func (t *taste) shipment() (rank int, cost int64) {
	rank, cost = t.rank, t.cost
	if t.set != nil {
		rank = *t.set.Then.SetRank
	}
	for _, rule := range t.rules {
		rank += rule.Then.Rank
		cost += rule.Then.Cost
	}
	return min(max(rank, 0), MaxRank), max(cost, 0)
}

// opinion is what rules say of a line at a site.
type opinion struct {
	exclude bool
	unit    int64
	rules   []RuleReason
}

// ask asks the rules about a line and a site.
func (r *run) ask(l *OrderLine, at *siteRun, t trade, quantity int64) (opinion, error) {
	var says opinion
	if r.book == nil {
		return says, r.ctx.Err()
	}
	facts := r.facts(l, at, t, quantity)
	var few [8]*Rule
	matched, err := r.book.Match(r.ctx, &facts, r.now, few[:0])
	if err != nil {
		var skipped *rules.SkippedError
		if !errors.As(err, &skipped) {
			return says, fmt.Errorf("sourcing: line %q, site %q: %w", l.ID, at.node.Site, err)
		}
		for _, e := range skipped.Errors {
			says.rules = append(says.rules, RuleReason{Rule: e.Rule, Failed: e.Error()})
		}
	}
	for _, rule := range matched {
		says.exclude = says.exclude || rule.Then.Exclude
		says.unit += rule.Then.UnitCost
	}
	for _, rule := range matched {
		if !says.exclude {
			at.taste.add(rule)
		}
		if !r.order.Explain {
			continue
		}
		text := cmp.Or(rule.Name, rule.ID)
		if rule.Then.Reason != "" {
			if text, err = r.book.Render(rule.Then.Reason, &facts); err != nil {
				return says, fmt.Errorf("sourcing: rule %q: %w", rule.ID, err)
			}
		}
		says.rules = append(says.rules, RuleReason{Rule: rule.ID, Preference: rule.Then, Text: text})
	}
	return says, nil
}

func (r *run) facts(l *OrderLine, at *siteRun, t trade, quantity int64) Facts {
	o := r.order
	return Facts{
		Customer: atp.CustomerFacts{Account: o.Account, Class: o.Class, Tags: o.CustomerTags},
		Order:    atp.OrderFacts{ID: o.ID, Type: o.Type, Channel: o.Channel, Value: o.Value},
		Line: LineFacts{
			ID: l.ID, Item: t.item, Category: l.Category, Tags: l.Tags, Quantity: t.quantity(quantity), Wanted: r.wanted(l),
		},
		Site: SiteFacts{
			ID: at.node.Site, Kind: at.node.Kind.String(), Zone: at.node.Zone, Country: at.node.Country, Tags: at.node.Tags,
			Cost: at.route.Cost, Distance: at.route.Distance, Load: at.route.Load,
		},
	}
}
