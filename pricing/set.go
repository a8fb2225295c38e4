package pricing

import (
	"cmp"
	"errors"
	"math/bits"
	"slices"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// setSolver finds out how often the sets of a buy-get, bundle or mix are there,
// and which units of which lines they take. It works on runs of equal units, never
// on single ones.
//
// How often a set of several parts is there is a transport problem, and by Hall's
// theorem k sets are there exactly if for every choice of parts the lines that
// serve any of them have k times what these parts ask for. Choosing units from the
// best down, as far as the rest can still be chosen, chooses the best units
// altogether.
type setSolver struct {
	unit   quantity.Unit
	scale  uint8 // counts are in 10^-scale of the unit
	asks   []quantity.Quantity
	demand []int64 // of each part, as counts
	lines  []setLine
	down   []int // places of the lines from the dearest down
	atMost bool  // choose what takes the most off, whatever the rule picks
	// By choice of parts, as bits: what the lines that serve any of them have
	// left, and what these parts still ask for.
	supply, need [1 << maxBundleParts]int64
}

// setLine is a line that can take part in a set.
type setLine struct {
	line  int
	parts uint8 // that it can serve, as bits
	count int64
	worth stake
	one   quantity.Quantity // the set's unit in the item's base unit
	taken [maxBundleParts]int64
}

// errSetRange says that quantities do not fit in one scale.
var errSetRange = errors.New("quantities of a set do not fit together")

// begin starts a set whose parts ask for the quantities.
func (s *setSolver) begin(parts ...quantity.Quantity) {
	s.unit, s.scale = parts[0].Unit(), 0
	s.demand, s.lines = s.demand[:0], s.lines[:0]
	for _, p := range parts {
		s.scale = max(s.scale, uint8(p.Scale()))
	}
}

// add lets a line serve the parts, if it has units left that the set can count.
func (s *setSolver) add(c *calculation, st *step, i int, parts uint8) error {
	ls := &c.lines[i]
	one, ok := inUnit(quantity.New(1, s.unit), ls.base().Unit(), ls.Units)
	if parts == 0 || !ok {
		return nil
	}
	left, err := c.left(i)
	if err != nil {
		return err
	}
	count := left.units
	if count.Unit() != s.unit {
		if count, err = ls.Units.Convert(left.units, s.unit); err != nil { // an opened pack counts for none
			count, err = ls.Units.ConvertRound(left.units, s.unit, 0, money.Down)
		}
		if err != nil {
			return err
		}
	}
	if count.Sign() <= 0 {
		return nil
	}
	w, err := c.worthOf(st, i)
	if err != nil {
		return err
	}
	s.scale = max(s.scale, uint8(count.Scale()))
	s.lines = append(s.lines, setLine{line: i, parts: parts, worth: w, one: one})
	s.lines[len(s.lines)-1].taken[0] = count.Coefficient()
	s.lines[len(s.lines)-1].taken[1] = int64(count.Scale())
	return nil
}

// ready brings all counts to one scale and puts the lines in the order of their
// unit values, the cheapest first and the dearest first, those of equal value in
// the order of ids, which is the order in which they were added.
func (s *setSolver) ready(parts ...quantity.Quantity) error {
	for _, p := range parts {
		d, ok := dec(p).Rescale(s.scale, exact.Down)
		if !ok {
			return errors.Join(errSetRange, money.ErrRange)
		}
		s.demand = append(s.demand, d.Coef)
	}
	for n := range s.lines {
		l := &s.lines[n]
		d, ok := (exact.Dec{Coef: l.taken[0], Scale: uint8(l.taken[1])}).Rescale(s.scale, exact.Down)
		if !ok {
			return errors.Join(errSetRange, money.ErrRange)
		}
		l.count, l.taken = d.Coef, [maxBundleParts]int64{}
	}
	slices.SortStableFunc(s.lines, func(a, b setLine) int { return a.compare(&b) })
	s.down = s.down[:0]
	for n := range s.lines {
		s.down = append(s.down, n)
	}
	slices.SortStableFunc(s.down, func(a, b int) int { return s.lines[b].compare(&s.lines[a]) })
	return nil
}

// compare orders lines by the value of the set's unit.
func (l *setLine) compare(m *setLine) int {
	if l.one == m.one && l.worth.value.Scale() == m.worth.value.Scale() && l.worth.units.Scale() == m.worth.units.Scale() &&
		l.worth.value.Sign() > 0 && m.worth.value.Sign() > 0 {
		hi, lo := bits.Mul64(uint64(l.worth.value.Coefficient()), uint64(m.worth.units.Coefficient()))
		hi2, lo2 := bits.Mul64(uint64(m.worth.value.Coefficient()), uint64(l.worth.units.Coefficient()))
		return cmp.Or(cmp.Compare(hi, hi2), cmp.Compare(lo, lo2))
	}
	x := l.worth.value.Decimal().Mul(l.one.Decimal()).Mul(m.worth.units.Decimal())
	return x.Cmp(m.worth.value.Decimal().Mul(m.one.Decimal()).Mul(l.worth.units.Decimal()))
}

// stock counts again what is there for each choice of parts.
func (s *setSolver) stock() {
	s.supply, s.need = [len(s.supply)]int64{}, [len(s.need)]int64{}
	for choice := 1; choice < 1<<len(s.demand); choice++ {
		for n := range s.lines {
			if l := &s.lines[n]; int(l.parts)&choice != 0 {
				s.supply[choice] = addCapped(s.supply[choice], l.count)
			}
		}
	}
	for n := range s.lines {
		s.lines[n].taken = [maxBundleParts]int64{}
	}
}

// times returns how many sets are there, limit at most; limit 0: any number.
func (s *setSolver) times(limit int64) int64 {
	s.stock()
	most := limit
	for choice := 1; choice < 1<<len(s.demand); choice++ {
		var asked int64
		for part, demand := range s.demand {
			if choice>>part&1 != 0 {
				asked = addCapped(asked, demand)
			}
		}
		if there := s.supply[choice] / asked; limit == 0 && choice == 1 || there < most {
			most = there
		}
	}
	return most
}

// ask sets what the parts still ask for.
func (s *setSolver) ask(parts ...int64) {
	for choice := 1; choice < 1<<len(s.demand); choice++ {
		s.need[choice] = 0
		for part, n := range parts {
			if choice>>part&1 != 0 {
				s.need[choice] += n
			}
		}
	}
}

// fill takes units of the lines, in the order in which they stand or the other
// way round, for one part until it has what it asks for, and leaves what the
// other parts need.
func (s *setSolver) fill(part int, dearestFirst bool) {
	for n := range s.lines {
		if dearestFirst {
			n = s.down[n]
		}
		l := &s.lines[n]
		if l.parts>>part&1 == 0 {
			continue
		}
		if x := min(l.count-l.all(), s.need[1<<part], s.slack(l.parts, part)); x > 0 {
			l.taken[part] += x
			s.move(l.parts, part, x)
		}
	}
}

// slack is how many units of a line that serves the parts can go to the one part
// so that the others are still served.
func (s *setSolver) slack(parts uint8, part int) int64 {
	slack := s.supply[parts]
	for choice := 1; choice < 1<<len(s.demand); choice++ {
		if choice>>part&1 == 0 && int(parts)&choice != 0 {
			slack = min(slack, s.supply[choice]-s.need[choice])
		}
	}
	return slack
}

// move notes that units of a line that serves the parts went to the one part.
func (s *setSolver) move(parts uint8, part int, x int64) {
	for choice := 1; choice < 1<<len(s.demand); choice++ {
		if int(parts)&choice != 0 {
			s.supply[choice] -= x
		}
		if choice>>part&1 != 0 {
			s.need[choice] -= x
		}
	}
}

// choose takes the dearest units for all parts together, without saying which
// unit serves which: the units chosen can serve as long as, for every choice of
// parts, no more are chosen that can serve only these than they ask for. What
// such a choice lacks can always be added, so the best are found from the dearest
// down.
func (s *setSolver) choose() {
	for _, n := range s.down {
		l := &s.lines[n]
		x := l.count
		for choice := 1; choice < 1<<len(s.demand); choice++ {
			if int(l.parts)&^choice == 0 {
				x = min(x, s.need[choice])
			}
		}
		if x <= 0 {
			continue
		}
		l.taken[0] = x
		for choice := 1; choice < 1<<len(s.demand); choice++ {
			if int(l.parts)&^choice == 0 {
				s.need[choice] -= x
			}
		}
	}
}

// all returns how many units of the line the sets take.
func (l *setLine) all() int64 {
	sum := int64(0)
	for _, t := range l.taken {
		sum += t
	}
	return sum
}

// each takes so many units of each set for its reward and the rest for what is
// bought, going down from the dearest unit: of buy + get units the last get. The
// last set may have less to reward.
func (s *setSolver) each(get, buy, units int64) {
	set := get + buy
	rewarded := func(upTo int64) int64 { return upTo/set*get + max(0, upTo%set-buy) }
	at := int64(0)
	for _, n := range s.down {
		if at >= units {
			return
		}
		l := &s.lines[n]
		end := min(at+l.count, units)
		l.taken[partGet] = rewarded(end) - rewarded(at)
		l.taken[partBuy] = end - at - l.taken[partGet]
		at = end
	}
}

// units returns so many counts as a quantity in the line's base unit.
func (s *setSolver) units(l *setLine, count int64) (quantity.Quantity, error) {
	n, ok := (exact.Dec{Coef: count, Scale: s.scale}).Mul(dec(l.one))
	if !ok {
		return quantity.Quantity{}, money.ErrRange
	}
	if n = n.Reduce(0); n.Scale == 0 {
		return quantity.New(n.Coef, l.one.Unit()), nil
	}
	return quantity.FromDecimal(n.Decimal(), l.one.Unit())
}

// addCapped adds two counts, the sum being no more than the largest.
func addCapped(a, b int64) int64 {
	if sum := a + b; sum >= a {
		return sum
	}
	return 1<<63 - 1
}
