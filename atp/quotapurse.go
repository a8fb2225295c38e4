package atp

import (
	"sort"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// purse is a quota as one demand draws on it.
type purse struct {
	drawn
	view     view
	fallback bool
	periods  []purseLeft
}

// purseLeft is a period with what it has left; days of an open quota that lie in no period are one without a limit.
type purseLeft struct {
	QuotaPeriod
	unlimited bool
	counted   bool // left has been worked out
	left      int64
}

// open lays out the periods. The caller holds the lock of the quota until close.
func (p *purse) open(s *Stock, now int64, replaces string) {
	p.view = p.at.look(s, now, replaces, 0, true)
	periods := p.at.quota.periods
	p.periods = make([]purseLeft, 0, len(periods))
	first := s.forever.AddDays(1 - s.forever.Ordinal())
	gap := func(until calendar.Date) {
		if p.rule.open && !first.IsZero() && !until.Before(first) {
			p.periods = append(p.periods, purseLeft{QuotaPeriod: QuotaPeriod{From: first, To: until}, unlimited: true})
		}
	}
	for i := range periods {
		if period := periods[i].QuotaPeriod; !period.Dropped {
			gap(period.From.AddDays(-1))
			p.periods = append(p.periods, purseLeft{QuotaPeriod: period})
			first = period.To.AddDays(1)
		}
	}
	gap(s.forever)
}

// left gives what the i-th period has left for the demand.
func (p *purse) left(i int) *int64 {
	l := &p.periods[i]
	if !l.counted {
		l.counted = true
		if p.fallback && !l.Opens.IsZero() && p.view.today.Before(l.Opens) {
			return &l.left // it is kept for its own class
		}
		l.left = max(l.Quantity-l.taken(&p.at.more.timeline), 0)
	}
	return &l.left
}

// move takes a quantity of base units from a period; a negative one is given back.
func (p *purse) move(i int, quantity, factor int64) {
	if !p.periods[i].unlimited {
		*p.left(i) -= quantity * factor
	}
}

// find gives the place of the period that a day lies in or, listed being false, that of the next.
func (p *purse) find(day calendar.Date) (i int, listed bool) {
	i = sort.Search(len(p.periods), func(i int) bool { return !p.periods[i].To.Before(day) })
	return i, i < len(p.periods) && !p.periods[i].From.After(day)
}

// turn is a period in the order of consumption; a later one is waited for.
type turn struct {
	at    int
	later bool
}

// order lists the periods that a demand of a day may draw on, in the order of consumption.
func (p *purse) order(day calendar.Date) []turn {
	i, listed := p.find(day)
	var turns []turn
	next := i
	if listed {
		turns = append(turns, turn{at: i})
		next++
	}
	for j := i - 1; j >= 0 && i-j <= p.rule.earlier; j-- {
		if !p.periods[j].unlimited {
			turns = append(turns, turn{at: j})
		}
	}
	for j := next; j < len(p.periods) && j-next < p.rule.later; j++ {
		turns = append(turns, turn{at: j, later: true})
	}
	return turns
}

// take says what a quantity of base units takes of a period.
func (p *purse) take(d draw, period int, quantity int64) QuotaTake {
	at := p.periods[period]
	return QuotaTake{
		Quota: Ref{s: p.view.s, p: p.at}, Use: d.use, From: at.From, To: at.To, Quantity: quantity * d.factor, Fallback: p.fallback,
	}
}
