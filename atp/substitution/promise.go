package substitution

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Demand asks when a quantity of an item, or of those that take its place, can be had at a site.
type Demand struct {
	Request
	// Site is where the goods come from. Required.
	Site string
	// Wanted, Placed, Lane, Replaces, Scope and SafetyStock are as in atp.Demand. Without a wanted day the first one on
	// which any of the items can be had counts as wanted.
	Wanted      calendar.Date
	Placed      calendar.Date
	Lane        *atp.Lane
	Replaces    string
	Scope       atp.Scope
	SafetyStock bool
	// Pack is the quantity of a whole pack, in base units of the ordered item, 0 to atp.MaxQuantity: what each delivery of an
	// item stands for is a multiple of it, and Quantity must be one. 0 and 1: any quantity.
	Pack int64
	// AtMost bounds the days of delivery. 0 and 1: all on one day; atp.AnyNumber: as supply comes in.
	AtMost int
	// Mix says whether the demand may be filled from several items.
	Mix Mix
	// Patience is the number of days that the customer rather waits for the item that was ordered than takes another.
	Patience int
}

// Mix says whether a demand may be filled from several items.
type Mix uint8

const (
	// Mixed lets each item give what it has, in the order of the candidates.
	Mixed Mix = iota
	// OneItem fills the whole demand from a single item: the first that does on the wanted day, or else the one that does
	// soonest.
	OneItem
)

// Answer says what a demand gets.
type Answer struct {
	ID   string `json:"id,omitempty"`
	Item string `json:"item"`
	// Quantity was asked for; Confirmed and Unfilled add up to it, in units of the ordered item.
	Quantity  int64 `json:"quantity"`
	Confirmed int64 `json:"confirmed"`
	Unfilled  int64 `json:"unfilled,omitempty"`
	// Parts are by day, and on one day in the order of the candidates.
	Parts []Part `json:"parts,omitempty"`
	// Tried says of each candidate, in order, what it has and what it gives.
	Tried []Tried `json:"tried"`
	// Refused are the items that may not be delivered.
	Refused []Refusal `json:"refused,omitempty"`
	// Waiting is what the ordered item alone would give: it is never sooner complete than the parts, and
	// never fills more. None where it is superseded or not kept at the site.
	Waiting *atp.Promise `json:"waiting,omitempty"`
	// Book is the hash of the rule book that was asked.
	Book string `json:"book,omitempty"`
}

// Part is a quantity of one item on one day.
type Part struct {
	Item string `json:"item"`
	// For is what it stands for, in units of the ordered item.
	For int64 `json:"for"`
	// Reason is that of the candidate.
	Reason string `json:"reason,omitempty"`
	// Promise is for the day of the part; DaysLate counts from the wanted day.
	Promise atp.Promise `json:"promise"`
}

// Tried is what became of a candidate.
type Tried struct {
	Candidate
	// NotStocked says that the site does not know the item.
	NotStocked bool `json:"not_stocked,omitempty"`
	// OnTime is what it could give by the wanted day, Total ever, and Gives what it gives, all in units of the ordered
	// item.
	OnTime int64 `json:"on_time"`
	Total  int64 `json:"total"`
	Gives  int64 `json:"gives"`
}

// Lines returns the lines that reserve the answer.
func (a Answer) Lines() []atp.Line {
	var lines []atp.Line
	for _, p := range a.Parts {
		lines = append(lines, p.Promise.Lines()...)
	}
	return lines
}

// Last returns the day of the last delivery; no date where there is none.
func (a Answer) Last() (last calendar.Date) {
	for _, p := range a.Parts {
		for _, d := range p.Promise.Deliveries {
			if last.Before(d.Deliver) {
				last = d.Deliver
			}
		}
	}
	return last
}

// Promise fills a demand from the items that may be delivered for it; it holds nothing. Each day on which more can be
// had gives as much as it can, the first candidate first; where there are more such days than deliveries are allowed,
// those are taken for which the sum of quantity x days late is least, ties by the earlier first day. Where the
// ordered item alone would be complete sooner, or fill more, it is delivered alone.
//
// The errors are those of Options and of Stock.Promise, and *atp.UnknownSiteError.
func (c *Catalog) Promise(ctx context.Context, now time.Time, stock *atp.Stock, d Demand) (Answer, error) {
	if err := d.check(stock); err != nil {
		return Answer{}, err
	}
	options, err := c.Options(ctx, now, d.Request)
	if err != nil {
		return Answer{}, err
	}
	f := filling{stock: stock, now: now, demand: &d, answer: Answer{
		ID: d.ID, Item: d.Item, Quantity: d.Quantity, Refused: options.Refused, Book: options.Book,
	}}
	if err := f.look(options.Candidates); err != nil {
		return Answer{}, err
	}
	return f.fill()
}

func (d *Demand) check(stock *atp.Stock) error {
	const op = "substitute"
	switch {
	case stock == nil:
		return &atp.RequestError{Op: op, Field: "stock", Reason: "is missing"}
	case d.Site == "":
		return &atp.RequestError{Op: op, Field: "Site", Reason: "is empty"}
	case d.Pack < 0 || d.Pack > atp.MaxQuantity:
		return &atp.RequestError{Op: op, Field: "Pack", Reason: "is not from 0 to MaxQuantity"}
	case d.Quantity%max(d.Pack, 1) != 0:
		return &atp.RequestError{Op: op, Field: "Quantity", Reason: "is not a multiple of Pack"}
	case d.AtMost < 0:
		return &atp.RequestError{Op: op, Field: "AtMost", Reason: "is below 0"}
	case d.Mix > OneItem:
		return &atp.RequestError{Op: op, Field: "Mix", Reason: "is neither mixed nor one item"}
	case d.Patience < 0:
		return &atp.RequestError{Op: op, Field: "Patience", Reason: "is below 0"}
	}
	return nil
}

// filling is a demand on its way through the candidates.
type filling struct {
	stock   *atp.Stock
	now     time.Time
	demand  *Demand
	sources []source // of the candidates that the site knows
	wanted  calendar.Date
	answer  Answer
	err     error
}

// source is a candidate with what it can give.
type source struct {
	at     int // in Answer.Tried
	ref    atp.Ref
	ratio  ratio
	pack   int64 // in its own units: what stands for whole packs, without a remainder
	reason string
	own    bool
	steps  []atp.Delivery          // when more can be had
	on     map[calendar.Date]int64 // for an item with lots: what it has on a day
	taken  int64                   // by days before, in its own units
}

// quantity is what stands for so many units of the ordered item at most, in whole packs.
func (s *source) quantity(units int64) int64 { return s.ratio.quantity(units) / s.pack * s.pack }

// by is what can be had until a day, in its own units.
func (s *source) by(day calendar.Date) (n int64) {
	for _, d := range s.steps {
		if d.Deliver.After(day) {
			break
		}
		n += d.Quantity
	}
	return n
}

// take is a quantity of a source on a day.
type take struct {
	source   int
	day      calendar.Date
	quantity int64
}

// look asks what each candidate has.
func (f *filling) look(candidates []Candidate) error {
	for i, c := range candidates {
		f.answer.Tried = append(f.answer.Tried, Tried{Candidate: c})
		ref, err := f.stock.Ref(c.Item, f.demand.Site)
		var unknown *atp.UnknownItemError
		if errors.As(err, &unknown) {
			f.answer.Tried[i].NotStocked = true
			continue
		}
		if err != nil {
			return err
		}
		s := source{
			at: i, ref: ref, ratio: ratio{c.Numerator, c.Denominator}, reason: c.Reason, own: c.Item == f.demand.Item,
		}
		s.pack = s.ratio.pack(max(f.demand.Pack, 1))
		if quantity := s.quantity(f.demand.Quantity); quantity > 0 {
			p, err := f.stock.Promise(f.now, f.ask(&s, quantity, atp.AnyNumber))
			if err != nil {
				return err
			}
			s.steps = p.Deliveries
			var survey atp.Survey
			if err := f.stock.Survey(f.now, atp.Query{Ref: ref}, &survey); err != nil {
				return err
			}
			if survey.Lots {
				s.on = make(map[calendar.Date]int64)
			}
			f.answer.Tried[i].Total = s.ratio.units(p.Confirmed)
		}
		f.sources = append(f.sources, s)
	}
	f.wanted = f.demand.Wanted
	if f.wanted.IsZero() {
		for _, s := range f.sources {
			if len(s.steps) > 0 && (f.wanted.IsZero() || s.steps[0].Deliver.Before(f.wanted)) {
				f.wanted = s.steps[0].Deliver
			}
		}
	}
	for i := range f.sources {
		s := &f.sources[i]
		f.answer.Tried[s.at].OnTime = s.ratio.units(s.by(f.wanted))
	}
	return nil
}

func (f *filling) ask(s *source, quantity int64, most int) atp.Demand {
	d := f.demand
	return atp.Demand{
		ID: d.ID, Ref: s.ref, Quantity: quantity, Pack: s.pack, Wanted: d.Wanted, Placed: d.Placed, Lane: d.Lane, Partial: atp.Partial{AtMost: most},
		Replaces: d.Replaces, Scope: d.Scope, SafetyStock: d.SafetyStock,
	}
}

// fill decides and promises.
func (f *filling) fill() (Answer, error) {
	waits := slices.IndexFunc(f.sources, func(s source) bool { return s.own })
	var alone []take
	if waits >= 0 {
		var err error
		if alone, err = f.alone(waits); err != nil {
			return Answer{}, err
		}
	}
	if last, filled := f.result(alone); f.demand.Patience > 0 && filled == f.demand.Quantity &&
		last.Sub(f.wanted) <= f.demand.Patience {
		return f.promise(alone)
	}
	best, err := f.choose()
	if err != nil {
		return Answer{}, err
	}
	if f.sooner(alone, best) {
		best = alone
	}
	return f.promise(best)
}

// alone is what one candidate gives by itself.
func (f *filling) alone(i int) ([]take, error) {
	s := &f.sources[i]
	quantity := s.quantity(f.demand.Quantity)
	if quantity == 0 {
		return nil, nil
	}
	p, err := f.stock.Promise(f.now, f.ask(s, quantity, f.demand.AtMost))
	if err != nil {
		return nil, err
	}
	if s.own {
		f.answer.Waiting = &p
	}
	takes := make([]take, len(p.Deliveries))
	for j, d := range p.Deliveries {
		takes[j] = take{i, d.Deliver, d.Quantity}
	}
	return takes, nil
}

// result is the day on which the last of the takes is there, and what they fill.
func (f *filling) result(takes []take) (last calendar.Date, filled int64) {
	for _, t := range takes {
		filled += f.sources[t.source].ratio.units(t.quantity)
		if last.Before(t.day) {
			last = t.day
		}
	}
	return last, filled
}

// sooner reports whether takes fill more than others, or as much and sooner.
func (f *filling) sooner(a, b []take) bool {
	lastA, filledA := f.result(a)
	lastB, filledB := f.result(b)
	return cmp.Or(cmp.Compare(filledB, filledA), lastA.Compare(lastB)) < 0
}

// choose finds the takes by the rules of mixing.
func (f *filling) choose() ([]take, error) {
	if f.demand.Mix == Mixed {
		return f.mix(), f.err
	}
	var best []take
	for i := range f.sources {
		takes, err := f.alone(i)
		if err != nil {
			return nil, err
		}
		last, filled := f.result(takes)
		if filled < f.demand.Quantity {
			continue
		}
		if !last.After(f.wanted) {
			return takes, nil
		}
		if best == nil || f.sooner(takes, best) {
			best = takes
		}
	}
	return best, nil
}

// promise asks the stock for takes.
func (f *filling) promise(takes []take) (Answer, error) {
	slices.SortStableFunc(takes, func(a, b take) int {
		return cmp.Or(a.day.Compare(b.day), cmp.Compare(a.source, b.source))
	})
	demands := make([]atp.Demand, len(takes))
	for i, t := range takes {
		demands[i] = f.ask(&f.sources[t.source], t.quantity, 1)
		demands[i].Wanted = t.day
	}
	promises, err := f.stock.PromiseAll(f.now, demands, atp.LineByLine)
	if err != nil {
		return Answer{}, fmt.Errorf("substitution: %w", err)
	}
	for i, p := range promises {
		if p.Confirmed == 0 {
			continue // somebody was quicker
		}
		for j := range p.Deliveries {
			p.Deliveries[j].DaysLate = max(p.Deliveries[j].Deliver.Sub(f.wanted), 0)
		}
		s := &f.sources[takes[i].source]
		part := Part{Item: s.ref.Item(), For: s.ratio.units(p.Confirmed), Reason: s.reason, Promise: p}
		f.answer.Parts = append(f.answer.Parts, part)
		f.answer.Confirmed += part.For
		f.answer.Tried[s.at].Gives += part.For
	}
	f.answer.Unfilled = f.answer.Quantity - f.answer.Confirmed
	return f.answer, nil
}
