package atp

import (
	"fmt"
	"iter"
	"slices"
	"sort"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// QuotaUse lets a demand draw on a quota and, where that does not suffice, on those it falls back on.
type QuotaUse struct {
	// Quota is required, and given once.
	Quota Ref
	// Factor is what a base unit of the item takes of the quota, in the quota's unit, to MaxQuantity; 0 means 1. With it
	// items of several sizes share a quota.
	Factor int64
}

// QuotaTake is what a delivery takes of a quota.
type QuotaTake struct {
	Quota Ref `json:"quota"`
	// Use is the place in Demand.Quotas of the use that it serves.
	Use int `json:"use,omitempty"`
	// From and To are the first and last day of the period that gives it.
	From     calendar.Date `json:"from"`
	To       calendar.Date `json:"to"`
	Quantity int64         `json:"quantity"` // in the quota's unit
	// Fallback tells that the demand's own quota did not suffice.
	Fallback bool `json:"fallback,omitempty"`
}

// String says it in words: "20 of A1/VIP in 2026-03-02 to 2026-03-08".
func (t QuotaTake) String() string {
	text := fmt.Sprintf("%d of %s in %s to %s", t.Quantity, t.Quota.Item(), t.From, t.To)
	if t.Fallback {
		text += ", as fallback"
	}
	return text
}

// same reports whether two takes differ in quantity alone.
func (t QuotaTake) same(u QuotaTake) bool {
	t.Quantity = u.Quantity
	return t == u
}

// checkQuotas refuses what no quota could answer; field names a field of the demand.
func (s *Stock) checkQuotas(op string, field func(name string) string, uses []QuotaUse) error {
	if len(uses) > MaxQuotas {
		return &RequestError{Op: op, Field: field("Quotas"), Reason: "has more than MaxQuotas"}
	}
	for i, u := range uses {
		in := func(name string) string { return field(fmt.Sprintf("Quotas[%d].%s", i, name)) }
		if _, err := s.quotaPosition(op, in("Quota"), u.Quota); err != nil {
			return err
		}
		if slices.ContainsFunc(uses[:i], func(v QuotaUse) bool { return v.Quota == u.Quota }) {
			return &RequestError{Op: op, Field: in("Quota"), Reason: "is given twice"}
		}
		if u.Factor < 0 || u.Factor > MaxQuantity {
			return &RequestError{Op: op, Field: in("Factor"), Reason: "is not from 0 to MaxQuantity"}
		}
	}
	return nil
}

// draw is a use of quotas as its definitions stand when the locks are taken.
type draw struct {
	use    int
	factor int64
	from   []drawn // its own quota, then those it falls back on
}

type drawn struct {
	at   *position
	rule *quotaRule
}

// draws looks up the quotas of a demand. A quota serves one use: its own, or else the first that falls back on it.
func (d Demand) draws() []draw {
	if len(d.Quotas) == 0 {
		return nil
	}
	seen := make(map[*position]bool, len(d.Quotas))
	for _, u := range d.Quotas {
		seen[u.Quota.p] = true
	}
	draws := make([]draw, 0, len(d.Quotas))
	for i, u := range d.Quotas {
		rule := u.Quota.p.quota.inForceRule()
		dr := draw{use: i, factor: max(u.Factor, 1), from: []drawn{{u.Quota.p, rule}}}
		for _, f := range rule.fallback {
			if !seen[f] {
				seen[f] = true
				dr.from = append(dr.from, drawn{f, f.quota.inForceRule()})
			}
		}
		draws = append(draws, dr)
	}
	return draws
}

// inForceRule gives the rule in force; the zero rule where the quota is not defined.
func (q *quota) inForceRule() *quotaRule {
	if rule := q.rule.Load(); rule != nil {
		return rule
	}
	return &quotaRule{}
}

// piece is a quantity that one use allows, in base units.
type piece struct {
	day      calendar.Date // on which the goods are taken
	quantity int64
	purse    *purse
	period   int // of the purse
}

// allotment is a quantity that all uses allow.
type allotment struct {
	day      calendar.Date // on which the goods are taken
	quantity int64
	takes    []QuotaTake
}

// allotted is the source of a demand that draws on quotas: what the base gives, as far as the quotas allow it.
type allotted struct {
	source
	draws  []draw
	purses [][]*purse // of each draw
	parts  []allotment
	limits []QuotaLimit
}

// quotas wraps the base in what the quotas of the i-th demand allow. Each day on which the base can give more is a request
// to the quotas for that much: of a use's own quota the period of the day, then earlier ones, the nearest first, then
// later ones, which the demand waits for; then the same of each fallback. What one use does not allow counts for none.
func (p *plan) quotas(i int, d Demand, base source, first calendar.Date) (*allotted, error) {
	a := &allotted{source: base, draws: p.asked[i].draws}
	for _, dr := range a.draws {
		var purses []*purse
		for j, from := range dr.from {
			u := &purse{drawn: from, fallback: j > 0}
			u.open(p.s, p.now, d.Replaces)
			purses = append(purses, u)
		}
		a.purses = append(a.purses, purses)
	}
	defer a.close()
	steps, err := d.steps(base, first)
	if err != nil {
		return nil, err
	}
	if d.Explain {
		if a.limits, err = p.quotaLimits(i, d, a, first); err != nil {
			return nil, err
		}
	}
	var before int64
	for _, s := range steps {
		if err := a.allot(d, s.Times, s.cumulative-before); err != nil {
			return nil, err
		}
		before = s.cumulative
	}
	slices.SortStableFunc(a.parts, func(x, y allotment) int { return x.day.Compare(y.day) })
	return a, nil
}

func (a *allotted) close() {
	for _, purses := range a.purses {
		for _, u := range purses {
			u.view.close()
		}
	}
}

// allot asks all uses for a quantity that the base can give on a day, and takes what the one that allows least allows.
func (a *allotted) allot(d Demand, t Times, quantity int64) error {
	lists := make([][]piece, len(a.draws))
	for i := range a.draws {
		var err error
		if lists[i], err = a.ask(i, d, t, quantity); err != nil {
			return err
		}
		var sum int64
		for _, piece := range lists[i] {
			sum += piece.quantity
		}
		quantity = min(quantity, sum)
	}
	for i, list := range lists {
		lists[i] = a.cut(i, list, quantity)
		slices.SortStableFunc(lists[i], func(x, y piece) int { return x.day.Compare(y.day) })
	}
	a.join(lists, quantity)
	return nil
}

// ask takes up to a quantity from the purses of a use, in the order of consumption.
func (a *allotted) ask(use int, d Demand, t Times, quantity int64) ([]piece, error) {
	var pieces []piece
	factor := a.draws[use].factor
	for _, u := range a.purses[use] {
		for _, i := range u.order(t.of(u.rule.day)) {
			if quantity == 0 {
				return pieces, nil
			}
			n := quantity
			if !u.periods[i.at].unlimited {
				n = min(n, *u.left(i.at)/factor)
			}
			if n == 0 {
				continue
			}
			day := t.Start
			if i.later {
				var err error
				if day, err = d.within(u.periods[i.at].QuotaPeriod, u.rule.day, day); err != nil {
					return nil, err
				}
				if day.IsZero() {
					continue
				}
			}
			u.move(i.at, n, factor)
			quantity -= n
			pieces = append(pieces, piece{day, n, u, i.at})
		}
	}
	return pieces, nil
}

// of gives the day that decides the period.
func (t Times) of(day QuotaDay) calendar.Date {
	switch day {
	case ByShip:
		return t.Ship
	case ByDeliver:
		return t.Deliver
	default:
		return t.Start
	}
}

// within gives the first day, not before start, on which goods can be taken so that the deciding day lies in a period; no
// date when there is none.
func (d Demand) within(period QuotaPeriod, by QuotaDay, start calendar.Date) (calendar.Date, error) {
	times := func(day calendar.Date) (Times, error) {
		if d.Lane == nil {
			return Times{Start: day, Ship: day, Deliver: day}, nil
		}
		return d.Lane.Forward(d.Ref.p.site.calendar, day)
	}
	var fault error
	// The deciding day is never before the start, and does not fall as the start rises.
	wait := sort.Search(max(period.From.Sub(start), 0), func(n int) bool {
		t, err := times(start.AddDays(n))
		if err != nil {
			fault = err
		}
		return err != nil || !t.of(by).Before(period.From)
	})
	if fault != nil {
		return calendar.Date{}, fault
	}
	t, err := times(start.AddDays(wait))
	if err != nil || t.of(by).After(period.To) {
		return calendar.Date{}, err
	}
	return t.Start, nil
}

// cut leaves a quantity of a use's pieces, those that come first in the order of consumption, and gives the rest back.
func (a *allotted) cut(use int, pieces []piece, quantity int64) []piece {
	kept := pieces[:0]
	for _, piece := range pieces {
		n := min(piece.quantity, quantity)
		quantity -= n
		piece.purse.move(piece.period, n-piece.quantity, a.draws[use].factor)
		if piece.quantity = n; n > 0 {
			kept = append(kept, piece)
		}
	}
	return kept
}

// join lays the pieces of all uses side by side: a unit can be had when all of its uses allow it.
func (a *allotted) join(lists [][]piece, quantity int64) {
	for quantity > 0 {
		part := allotment{quantity: quantity}
		for _, list := range lists {
			part.quantity = min(part.quantity, list[0].quantity)
			if part.day.Before(list[0].day) {
				part.day = list[0].day
			}
		}
		for i, list := range lists {
			head := &list[0]
			if u := head.purse; !u.periods[head.period].unlimited {
				part.takes = append(part.takes, u.take(a.draws[i], head.period, part.quantity))
			}
			if head.quantity -= part.quantity; head.quantity == 0 {
				lists[i] = list[1:]
			}
		}
		quantity -= part.quantity
		a.parts = append(a.parts, part)
	}
}

// atp is what stock and quotas give until a day.
func (a *allotted) atp(d calendar.Date) int64 {
	var sum int64
	for _, part := range a.parts {
		if part.day.After(d) {
			break
		}
		sum += part.quantity
	}
	if a.expires() {
		return min(sum, a.source.atp(d))
	}
	return sum
}

func (a *allotted) earliest(d calendar.Date, quantity int64) calendar.Date {
	var sum int64
	for _, part := range a.parts {
		if sum += part.quantity; sum < quantity {
			continue
		}
		if d.Before(part.day) {
			d = part.day
		}
		if a.expires() {
			return a.source.earliest(d, quantity)
		}
		return d
	}
	return calendar.Date{}
}

// deliver gives what the next delivery takes of quotas: those of the units that can be had first.
func (a *allotted) deliver(quantity int64) []QuotaTake {
	var takes []QuotaTake
	for quantity > 0 && len(a.parts) > 0 {
		part := &a.parts[0]
		n := min(part.quantity, quantity)
		for i := range part.takes {
			take := &part.takes[i]
			moved := *take
			moved.Quantity = take.Quantity / part.quantity * n
			take.Quantity -= moved.Quantity
			if j := slices.IndexFunc(takes, moved.same); j >= 0 {
				takes[j].Quantity += moved.Quantity
			} else {
				takes = append(takes, moved)
			}
		}
		quantity -= n
		if part.quantity -= n; part.quantity == 0 {
			a.parts = a.parts[1:]
		}
	}
	return takes
}

// line reserves what is taken, for an item.
func (t QuotaTake) line(item Ref) Line {
	return Line{Ref: t.Quota, Date: t.From, Quantity: t.Quantity, For: item, Use: t.Use}
}

// drawnBy gives the quotas of the i-th demand, each once.
func (p *plan) drawnBy(i int) iter.Seq[*position] {
	return func(yield func(*position) bool) {
		for _, dr := range p.asked[i].draws {
			for _, from := range dr.from {
				if !yield(from.at) {
					return
				}
			}
		}
	}
}
