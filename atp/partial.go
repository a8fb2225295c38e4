package atp

import (
	"cmp"
	"slices"
)

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
	if c.minimum == c.pack {
		if most >= len(steps) {
			return c.all()
		}
		return c.fewest(most)
	}
	if most >= len(steps) {
		most = AnyNumber
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
	// The first step that has all that the delivery before may bring, and those that have less.
	from, _ := slices.BinarySearchFunc(c.steps[:s.step], s.total-minimum, func(b step, total int64) int {
		return cmp.Compare(b.cumulative, total)
	})
	for i := min(from, s.step-1); i >= 0 && s.most > 1; i-- {
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

// fewest finds the best deliveries where none has to leave anything for the next: each takes all that is there.
func (c *chooser) fewest(most int) []Delivery {
	n := len(c.steps)
	both := make([]outcome, 2*n)
	ways, next := both[:n], both[n:] // the best to each step with one more delivery than in the round before
	for i, s := range c.steps {
		ways[i] = outcome{possible: true, cost: s.cumulative * int64(s.late), first: i, count: 1}
	}
	var few [32]int32
	from := few[:0] // the step before, a round after the other; the step itself where a delivery more gains nothing
	for changed := true; changed && len(from)/n < most-1; ways, next = next, ways {
		changed = false
		for j, s := range c.steps {
			best, at := ways[j], j
			for i := range c.steps[:j] {
				cost := ways[i].cost + (s.cumulative-c.steps[i].cumulative)*int64(s.late)
				if cost > best.cost {
					continue
				}
				way := outcome{possible: true, cost: cost, first: ways[i].first, count: ways[i].count + 1}
				if way.better(best, c.steps) {
					best, at, changed = way, i, true
				}
			}
			next[j] = best
			from = append(from, int32(at))
		}
	}
	return c.wayBack(from)
}

// wayBack makes the deliveries to the last step.
func (c *chooser) wayBack(from []int32) []Delivery {
	n := len(c.steps)
	parts := make([]Delivery, 0, len(from)/n+1)
	j := n - 1
	for ; len(from) > 0; from = from[:len(from)-n] {
		if i := int(from[len(from)-n+j]); i != j {
			parts = append(parts, c.steps[j].delivery(c.steps[j].cumulative-c.steps[i].cumulative))
			j = i
		}
	}
	parts = append(parts, c.steps[j].delivery(c.steps[j].cumulative))
	slices.Reverse(parts)
	return parts
}
