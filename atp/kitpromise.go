package atp

import (
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
)

// kitSource is the source of a demand for kits: those that its components make and, where the kit is stocked, those that
// are put together already.
type kitSource struct {
	ready *kitPart // nil: the kit is not stocked
	parts []kitPart
}

// kitPart is what kits are taken from, each kit so much of it.
type kitPart struct {
	source
	view *view
	lots *lotSource // the source, where goods expire or have to last; else nil
	per  int64
}

// nothing is the source of a component that was ordered too late.
type nothing struct{}

func (nothing) atp(calendar.Date) int64                     { return 0 }
func (nothing) earliest(calendar.Date, int64) calendar.Date { return calendar.Date{} }
func (nothing) expires() bool                               { return false }
func (nothing) lines(calendar.Date, int64) []Line           { return nil }

// kit opens the source of a demand for kits, whose own item v looks at. The caller closes it.
func (p *plan) kit(v *view, d Demand) *kitSource {
	k := &kitSource{}
	if d.Stocked {
		ready := d.part(v, 1)
		k.ready = &ready
	}
	for _, c := range d.components() {
		w := c.Ref.p.look(p.s, p.now, d.Replaces, d.Scope, d.SafetyStock)
		k.parts = append(k.parts, d.part(&w, c.Per))
	}
	return k
}

func (k *kitSource) close() {
	for i := range k.parts {
		k.parts[i].view.close()
	}
}

func (d Demand) part(v *view, per int64) kitPart {
	switch {
	case !v.ordered(d.Placed):
		return kitPart{source: nothing{}, view: v, per: per}
	case v.lots == nil && d.MinLife == 0:
		return kitPart{source: v, view: v, per: per}
	}
	lots := d.source(v)
	return kitPart{source: lots, view: v, lots: lots, per: per}
}

// fault is the error of the lane, nil where there is none.
func (k *kitSource) fault() error {
	for _, p := range k.all() {
		if err := p.fault(); err != nil {
			return err
		}
	}
	return nil
}

func (p *kitPart) fault() error {
	if p.lots == nil {
		return nil
	}
	return p.lots.err
}

// all gives what kits are taken from.
func (k *kitSource) all() []kitPart {
	if k.ready == nil {
		return k.parts
	}
	return append([]kitPart{*k.ready}, k.parts...)
}

// expires implements source.
func (k *kitSource) expires() bool {
	return slices.ContainsFunc(k.all(), func(p kitPart) bool { return p.expires() })
}

// atp implements source.
func (k *kitSource) atp(d calendar.Date) int64 {
	if k.ready == nil {
		return k.makes(d)
	}
	return plus(k.makes(d), k.ready.has(d))
}

// has is how many kits can be had of the part alone, at least 0.
func (p *kitPart) has(d calendar.Date) int64 { return kits(p.atp(d), p.per) }

// kits is how many a quantity suffices for, at least 0.
func kits(n, per int64) int64 {
	if n == Unlimited {
		return Unlimited
	}
	return max(n, 0) / per
}

// plus adds up what can be had.
func plus(a, b int64) int64 {
	if a == Unlimited || b == Unlimited {
		return Unlimited
	}
	return a + b
}

// makes is how many kits the components make.
func (k *kitSource) makes(d calendar.Date) int64 {
	n := int64(Unlimited)
	for i := range k.parts {
		n = min(n, k.parts[i].has(d))
	}
	return n
}

// earliest implements source. More can be had than before on a day on which there are more kits, or the components make
// more.
func (k *kitSource) earliest(d calendar.Date, quantity int64) calendar.Date {
	if k.ready == nil {
		return k.made(d, quantity)
	}
	for !d.IsZero() && k.atp(d) < quantity {
		ready, made := k.ready.earliest(d, k.ready.has(d)+1), k.made(d, k.makes(d)+1)
		if d = ready; d.IsZero() || !made.IsZero() && made.Before(d) {
			d = made
		}
	}
	return d
}

// made is the first day, not before d, on which the components make a quantity of kits; no date when there is none. On
// the day that one component is waited for, another may have expired.
func (k *kitSource) made(d calendar.Date, quantity int64) calendar.Date {
	for {
		from := d
		for _, p := range k.parts {
			if d = p.earliest(d, quantity*p.per); d.IsZero() {
				return d
			}
		}
		if d == from {
			return d
		}
	}
}

// lines implements source. It takes the kits that are put together away from the questions that follow.
func (k *kitSource) lines(d calendar.Date, quantity int64) []Line {
	var lines []Line
	if k.ready != nil {
		if n := min(k.ready.has(d), quantity); n > 0 {
			lines = k.ready.lines(d, n)
			k.ready.take(lines[0])
			quantity -= n
		}
	}
	for _, p := range k.parts {
		if quantity > 0 {
			lines = append(lines, p.lines(d, quantity*p.per)...)
		}
	}
	return lines
}

// take takes a line away from the questions that follow, none of which is about an earlier day.
func (p *kitPart) take(l Line) {
	if p.view.lots == nil {
		p.view.opening -= l.Quantity
		return
	}
	p.view.take(l.Date, l.GoodThrough, l.Lot, l.Quantity)
}

// kitDeliveries picks the deliveries of a demand for kits. Where components expire they are chosen of what can be had
// together on one day, as in lotDeliveries with quotas.
func (p *plan) kitDeliveries(v *view, i int, d Demand, first calendar.Date) ([]Delivery, *allotted, error) {
	k := p.kit(v, d)
	defer k.close()
	first = v.usable(first)
	var err error
	if k.expires() || k.ready != nil {
		if first, err = p.notBefore(d, first); err != nil {
			return nil, nil, err
		}
	}
	from, quotas, err := p.within(i, d, k, first)
	if err != nil {
		return nil, nil, err
	}
	steps, err := d.steps(from, first)
	if err != nil {
		return nil, nil, err
	}
	deliveries := d.choose(steps)
	for j := range deliveries {
		deliveries[j].Takes = k.lines(deliveries[j].Start, deliveries[j].Quantity)
	}
	return deliveries, quotas, k.fault()
}
