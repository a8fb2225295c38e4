package atp

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// QuotaLimit says what a quota allowed a demand on the day asked about.
type QuotaLimit struct {
	Quota Ref `json:"quota"`
	// Available is what it allowed on that day, with earlier periods and fallbacks, in base units of the item.
	Available int64 `json:"available"`
	// From and To bound the period of that day, and Quantity and Taken are what it has, and has given, in the quota's unit;
	// no dates where the day lies in no period.
	From     calendar.Date `json:"from,omitzero"`
	To       calendar.Date `json:"to,omitzero"`
	Quantity int64         `json:"quantity,omitempty"`
	Taken    int64         `json:"taken,omitempty"`
	// Claims are the keys of the reservations that hold it, by date and key, and LostTo the ids of the demands of the same
	// request that came first. What was consumed is not among them.
	Claims []string `json:"claims,omitempty"`
	LostTo []string `json:"lost_to,omitempty"`
}

// quotaLimits says of each use that does not allow the whole demand on its first day what it does allow, and who was first.
func (p *plan) quotaLimits(i int, d Demand, a *allotted, first calendar.Date) ([]QuotaLimit, error) {
	t := Times{Start: first, Ship: first, Deliver: first}
	if d.Lane != nil {
		var err error
		if t, err = d.Lane.Forward(d.Ref.p.site.calendar, first); err != nil {
			return nil, err
		}
	}
	var limits []QuotaLimit
	for use := range a.draws {
		pieces, err := a.ask(use, d, t, d.Quantity)
		if err != nil {
			return nil, err
		}
		u := a.purses[use][0]
		limit := QuotaLimit{Quota: Ref{s: p.s, p: u.at}}
		for _, piece := range pieces {
			if !piece.day.After(t.Start) {
				limit.Available += piece.quantity
			}
		}
		a.cut(use, pieces, 0)
		if limit.Available < d.Quantity {
			p.whoTook(i, &limit, u, t.of(u.rule.day), d.Replaces)
			limits = append(limits, limit)
		}
	}
	return limits, nil
}

// whoTook fills in the period of a day and who has it.
func (p *plan) whoTook(demand int, limit *QuotaLimit, u *purse, day calendar.Date, replaces string) {
	i, listed := u.find(day)
	if !listed {
		return
	}
	period := u.periods[i].QuotaPeriod
	in := func(d calendar.Date) bool { return !d.Before(period.From) && !d.After(period.To) }
	limit.From, limit.To, limit.Quantity = period.From, period.To, period.Quantity
	limit.Taken = period.taken(&u.at.more.timeline)
	for _, l := range u.view.claims(max(p.now, u.at.clock), replaces) {
		if in(l.date) && !slices.Contains(limit.Claims, l.of.key) {
			limit.Claims = append(limit.Claims, l.of.key)
		}
	}
	for _, t := range p.taken {
		if id := p.asked[t.demand].id; t.at == u.at && t.demand < demand && in(t.date) && !slices.Contains(limit.LostTo, id) {
			limit.LostTo = append(limit.LostTo, id)
		}
	}
}
