package pricing

import (
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

// The parts of a buy-get.
const (
	partGet = 0
	partBuy = 1
)

// setEffect works out a buy-get, bundle or mix on the lines of the application.
func (c *calculation) setEffect(st *step, a *application) error {
	d := &a.rule.Then
	if !d.Same {
		if err := c.setsOf(st, a, c.eligible, d.Limit); err != nil {
			return err
		}
		return c.totalSets(a)
	}
	byItem := slices.Clone(c.eligible)
	slices.SortStableFunc(byItem, func(x, y int) int { return strings.Compare(c.lines[x].Item, c.lines[y].Item) })
	for start := 0; start < len(byItem); {
		end := start
		for end < len(byItem) && c.lines[byItem[end]].Item == c.lines[byItem[start]].Item {
			end++
		}
		limit := d.Limit
		if limit > 0 {
			if s := &c.sets; s.atMost { // which items are left is not known
				limit = d.Limit
			} else if limit -= a.times; limit == 0 {
				break
			}
		}
		if err := c.setsOf(st, a, byItem[start:end], limit); err != nil {
			return err
		}
		start = end
	}
	return c.totalSets(a)
}

// totalSets adds up what the lines take.
func (c *calculation) totalSets(a *application) error {
	if a.times == 0 && a.entry.Why == "" {
		a.entry.Why = WhyNoSet
	}
	sum := c.zero
	for n := range a.shares {
		var err error
		if sum, err = sum.Add(a.shares[n].amount); err != nil {
			return err
		}
	}
	a.entry.Amount = sum
	if a.times == 0 {
		return nil
	}
	if sum.Sign() <= 0 {
		a.entry.Why = WhyNotLower
		return nil
	}
	a.entry.Why = ""
	return nil
}

// setsOf adds the sets that the lines make up.
func (c *calculation) setsOf(st *step, a *application, lines []int, limit int64) error {
	d, s := &a.rule.Then, &c.sets
	demands := s.asks[:0]
	switch d.Kind {
	case BuyGet:
		demands = append(demands, d.Get.Quantity, d.Buy.Quantity) // partGet, partBuy
	case Bundle:
		for i := range d.Parts {
			demands = append(demands, d.Parts[i].Quantity)
		}
	default:
		demands = append(demands, d.Buy.Quantity)
	}
	s.asks = demands
	s.begin(demands...)
	if err := c.addSetLines(st, a.rule, lines); err != nil {
		return err
	}
	if err := s.ready(demands...); err != nil {
		return err
	}
	var times int64
	var err error
	if d.Kind == BuyGet {
		pick := d.Pick
		if s.atMost {
			pick = PickDearest
		}
		times = s.buyGet(pick, limit)
	} else if times, err = c.bundles(d, limit); err != nil {
		return err
	}
	if times == 0 {
		if s.times(limit) > 0 && a.times == 0 {
			a.entry.Why = WhyNotLower
		}
		return nil
	}
	a.times += times
	return c.reward(st, a, times)
}

// addSetLines lets lines serve the parts of a set, in the order of their ids.
func (c *calculation) addSetLines(st *step, rule *Rule, lines []int) error {
	d := &rule.Then
	if d.Kind != BuyGet || !d.Get.Selects() {
		for _, i := range lines {
			if err := c.sets.add(c, st, i, d.partsOf(c.lines[i].Line)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, i := range c.byID {
		var parts uint8
		if slices.Contains(lines, i) {
			parts |= 1 << partBuy
		}
		if d.Get.admits(c.lines[i].Line) && c.rewardable(st, rule, i) {
			parts |= 1 << partGet
		}
		if err := c.sets.add(c, st, i, parts); err != nil {
			return err
		}
	}
	return nil
}

// rewardable tells whether a rule may reward a line that it did not match.
func (c *calculation) rewardable(st *step, rule *Rule, i int) bool {
	if why, _ := c.ineligible(st, i); why != "" {
		return false
	}
	why, _ := c.barredByGroup(rule, i)
	return why == ""
}

// partsOf returns the parts of a set that a matching line can serve.
func (d *Discount) partsOf(line *Line) uint8 {
	switch d.Kind {
	case BuyGet:
		return 1<<partBuy | 1<<partGet
	case Bundle:
		var parts uint8
		for n := range d.Parts {
			if d.Parts[n].admits(line) {
				parts |= 1 << n
			}
		}
		return parts
	default:
		return 1
	}
}

// buyGet chooses the units of a buy-get and returns how many sets there are, the
// last of which may not be rewarded in full.
func (s *setSolver) buyGet(pick Pick, limit int64) int64 {
	get, buy := s.demand[partGet], s.demand[partBuy]
	times := s.times(limit)
	gets, buys := times*get, times*buy
	if limit == 0 || times < limit {
		const onlyGet, onlyBuy, both = 1 << partGet, 1 << partBuy, 1<<partGet | 1<<partBuy
		part := min(s.supply[onlyGet], s.supply[both]-buys-buy) - gets
		if part > 0 && s.supply[onlyBuy] >= buys+buy {
			times, gets, buys = times+1, gets+min(part, get), buys+buy
		}
	}
	if times == 0 {
		return 0
	}
	if pick == PickCheapestOfEach {
		s.each(get, buy, gets+buys)
		return times
	}
	s.ask(gets, buys)
	s.fill(partGet, pick == PickDearest)
	s.fill(partBuy, true)
	return times
}

// bundles chooses the units of bundles, the dearest first, and returns how many
// there are: as many as it is cheaper to buy at the price of a bundle.
func (c *calculation) bundles(d *Discount, limit int64) (int64, error) {
	s := &c.sets
	most := s.times(limit)
	if most == 0 || !d.ownAmount() {
		return most, c.chooseBundles(most, nil)
	}
	// What one more bundle is worth never rises, so the last one that is worth its
	// price can be found by halving; mostly all are.
	least, above := int64(0), most+1
	for k := most; above-least > 1; k = least + (above-least)/2 {
		gain, err := c.gain(k)
		if err != nil {
			return 0, err
		}
		order, err := gain.Cmp(d.Amount)
		if err != nil {
			return 0, err
		}
		if order > 0 {
			least = k
		} else {
			above = k
		}
	}
	return least, c.chooseBundles(least, nil)
}

// gain returns what the units of the k-th bundle are worth.
func (c *calculation) gain(k int64) (money.Amount, error) {
	var with, without money.Amount
	if err := c.chooseBundles(k, &with); err != nil {
		return c.zero, err
	}
	if err := c.chooseBundles(k-1, &without); err != nil {
		return c.zero, err
	}
	return with.Sub(without)
}

// chooseBundles takes the dearest units for so many bundles and, where it is
// asked to, adds up what they are worth.
func (c *calculation) chooseBundles(times int64, value *money.Amount) error {
	s := &c.sets
	s.stock()
	var asked [maxBundleParts]int64
	for part, n := range s.demand {
		asked[part] = times * n
	}
	s.ask(asked[:len(s.demand)]...)
	s.choose()
	if value == nil {
		return nil
	}
	*value = c.zero
	for n := range s.lines {
		l := &s.lines[n]
		units, err := s.units(l, l.all())
		if err != nil {
			return err
		}
		v, err := l.worth.of(units, money.RateFromInt(1), c.exact)
		if err != nil {
			return err
		}
		if *value, err = value.Add(v); err != nil {
			return err
		}
	}
	return nil
}

// reward works out what the chosen units cost less, and claims them.
func (c *calculation) reward(st *step, a *application, times int64) error {
	d, s := &a.rule.Then, &c.sets
	first := len(a.shares)
	for n := range s.lines {
		l := &s.lines[n]
		if l.all() == 0 {
			continue
		}
		off, err := c.rewardOf(st, d, l)
		if err != nil {
			return err
		}
		a.shares = append(a.shares, share{line: l.line, amount: off})
	}
	if d.Kind != BuyGet && d.ownAmount() {
		if err := c.priceSets(a.shares[first:], d.Amount, times); err != nil {
			return err
		}
	}
	at := first
	for n := range s.lines {
		l := &s.lines[n]
		if l.all() == 0 {
			continue
		}
		sh := &a.shares[at]
		at++
		units, err := s.units(l, l.all())
		if err != nil {
			return err
		}
		if sh.claim, err = c.claim(st, l.line, units, sh.amount); err != nil {
			return err
		}
	}
	return nil
}

// rewardOf returns what the units of a line cost less; for sets that have a price
// what they are worth.
func (c *calculation) rewardOf(st *step, d *Discount, l *setLine) (money.Amount, error) {
	count, rate, r := l.all(), money.RateFromInt(1), c.minor
	if d.Kind == BuyGet {
		count = l.taken[partGet]
	} else if d.ownAmount() && c.engine.schema.Document == RoundTotal {
		r = c.exact // it is the sum that is rounded, when the price is taken off
	}
	units, err := c.sets.units(l, count)
	if err != nil {
		return c.zero, err
	}
	if d.Kind != FreeGoods && !d.ownAmount() {
		rate = d.Rate
	}
	off, err := l.worth.of(units, rate, r)
	if err != nil {
		return c.zero, err
	}
	if d.Kind == BuyGet && d.ownAmount() {
		each := stake{d.Amount, l.one}
		asked, err := each.of(units, money.RateFromInt(1), c.minor)
		if err != nil {
			return c.zero, err
		}
		if order, err := asked.Cmp(off); err != nil {
			return off, err
		} else if order < 0 {
			off = asked
		}
	}
	return c.noMoreThanLeft(st, l.line, off)
}

// priceSets turns what the units of the sets are worth into what they cost less
// at a price for each set; nothing where they are not worth more.
func (c *calculation) priceSets(shares []share, price money.Amount, times int64) error {
	off, err := price.MulInt(-times)
	if err != nil {
		return err
	}
	weights := make([]money.Amount, len(shares))
	for n := range shares {
		weights[n] = shares[n].amount
		if off, err = off.Add(weights[n]); err != nil {
			return err
		}
	}
	if off.Sign() < 0 {
		off = c.zero
	}
	if off, err = off.RoundMinor(c.minor.mode); err != nil {
		return err
	}
	parts, _, err := c.spreadOff(off, weights, weights)
	for n := range parts {
		shares[n].amount = parts[n]
	}
	return err
}
