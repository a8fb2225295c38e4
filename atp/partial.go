package atp

import "slices"

// choose picks the deliveries of a demand from the days on which supply grows.
func (d Demand) choose(steps []step) []Delivery {
	if len(steps) == 0 {
		return nil
	}
	p := d.Partial
	last := len(steps) - 1
	total := steps[last].cumulative
	complete := total == d.Quantity
	if p.AtMost <= 1 {
		if !complete {
			return nil
		}
		return []Delivery{steps[last].delivery(total)}
	}
	c := chooser{steps: steps, pack: d.pack(), memo: make(map[stage]outcome)}
	c.minimum = max(d.whole(p.Minimum+c.pack-1), c.pack)
	most := p.AtMost
	if most >= len(steps) {
		most = AnyNumber
		if c.minimum == c.pack {
			return c.all()
		}
	}
	best := c.best(stage{last, most, total}, complete)
	if !best.possible {
		return nil
	}
	return c.deliveries(stage{last, most, total}, best)
}

func (s step) delivery(quantity int64) Delivery {
	return Delivery{Quantity: quantity, Times: s.Times, DaysLate: s.late}
}

// chooser finds the deliveries with the least sum of quantity x days late by going back from the last one. A delivery
// takes whatever is there by its day and has not been delivered, unless the next would then fall below the minimum; then
// it leaves as much as the next one needs. All quantities are multiples of the pack. They and the days are bounded so that
// the sum fits 64 bits.
type chooser struct {
	steps   []step
	pack    int64
	minimum int64
	memo    map[stage]outcome
}

// stage is a delivery with all before it: its step, how many deliveries there may be, and what they bring together.
type stage struct {
	step, most int
	total      int64
}

// outcome is the best way to a stage.
type outcome struct {
	possible bool
	cost     int64 // quantity x days late
	first    int   // step of the first delivery
	count    int   // of deliveries
	before   stage // the stage of the delivery before; meaningless when count is 1
}

func (a outcome) better(b outcome, steps []step) bool {
	switch {
	case a.possible != b.possible:
		return a.possible
	case a.cost != b.cost:
		return a.cost < b.cost
	case steps[a.first].Deliver != steps[b.first].Deliver:
		return steps[a.first].Deliver.Before(steps[b.first].Deliver)
	}
	return a.count < b.count
}

// best finds the best way to a stage. The delivery that completes the demand may be below the minimum.
func (c *chooser) best(s stage, completes bool) outcome {
	if known, ok := c.memo[s]; ok {
		return known
	}
	minimum := c.minimum
	if completes {
		minimum = c.pack
	}
	late := int64(c.steps[s.step].late)
	var best outcome
	if s.total >= minimum {
		best = outcome{possible: true, cost: s.total * late, first: s.step, count: 1}
	}
	for i := s.step - 1; i >= 0 && s.most > 1; i-- {
		before := stage{step: i, most: s.most, total: min(c.steps[i].cumulative, s.total-minimum)}
		if before.most != AnyNumber {
			before.most--
		}
		if before.total < c.minimum {
			break // earlier steps have less
		}
		way := c.best(before, false)
		if !way.possible {
			continue
		}
		way = outcome{
			possible: true, cost: way.cost + (s.total-before.total)*late, first: way.first, count: way.count + 1,
			before: before,
		}
		if way.better(best, c.steps) {
			best = way
		}
	}
	c.memo[s] = best
	return best
}

// deliveries follows the best way back.
func (c *chooser) deliveries(s stage, o outcome) []Delivery {
	parts := make([]Delivery, 0, o.count)
	for o.count > 1 {
		parts = append(parts, c.steps[s.step].delivery(s.total-o.before.total))
		s, o = o.before, c.memo[o.before]
	}
	parts = append(parts, c.steps[s.step].delivery(s.total))
	slices.Reverse(parts)
	return parts
}

// all delivers on every step.
func (c *chooser) all() []Delivery {
	parts := make([]Delivery, len(c.steps))
	var before int64
	for i, s := range c.steps {
		parts[i] = s.delivery(s.cumulative - before)
		before = s.cumulative
	}
	return parts
}
