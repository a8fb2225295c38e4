package pricing

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// application is what a rule of order scope would do to its lines.
type application struct {
	rule     *Rule
	entry    Entry // with the whole amount
	lines    []int // that match, in the order of their ids
	shares   []share
	unplaced money.Amount // what found no line to go to
	times    int64
	gross    *grossSplit // of an amount meant gross of tax
	earned   *Line       // of goods that come on top
}

// share is what an application does to one line.
type share struct {
	line    int
	amount  money.Amount
	counted quantity.Quantity // what an amount per unit was multiplied by
	claim
}

// reset prepares the application for a rule, keeping its memory.
func (a *application) reset(rule *Rule, c *calculation) {
	a.rule, a.times, a.earned, a.gross, a.unplaced = rule, 0, nil, nil, c.zero
	a.shares = a.shares[:0]
	a.entry = Entry{Source: rule.ID, Amount: c.zero}
}

// bid works out what the rule of the application would do to those of its lines
// that no group keeps it from. Nothing is changed.
func (c *calculation) bid(st *step, a *application) error {
	d := &a.rule.Then
	a.reset(a.rule, c)
	if a.entry.Why = c.barred(d); a.entry.Why != "" {
		return nil
	}
	c.eligible = c.eligible[:0]
	why, detail := WhyClosed, ""
	for _, i := range a.lines {
		barred, other := c.barredByGroup(a.rule, i)
		if closed := c.lines[i].closed; barred == "" && closed != "" && st.Kind == StepDiscount {
			barred, other = WhyClosed, closed
		}
		if barred == "" {
			c.eligible = append(c.eligible, i)
		} else {
			why, detail = barred, other
		}
	}
	if len(c.eligible) == 0 {
		a.entry.Why, a.entry.Detail = why, detail
		return nil
	}
	base, running, err := c.eligibleSums(st)
	if err != nil {
		return err
	}
	goods, err := c.goodsOnly(d, running)
	if err != nil {
		return err
	}
	if a.entry.Why = c.tooLittle(d, goods, c.eligible); a.entry.Why != "" {
		return nil
	}
	if err := c.orderEffect(st, a, base, running); err != nil || a.entry.Why != "" {
		a.shares = a.shares[:0]
		return err
	}
	return c.capApplication(st, a)
}

// orderEffect works out what the discount takes off the eligible lines together.
func (c *calculation) orderEffect(st *step, a *application, base, running money.Amount) error {
	d, e := &a.rule.Then, &a.entry
	if d.Units.Unit() != 0 {
		return c.unitsOfOrder(st, a)
	}
	var err error
	switch d.Kind {
	case Percent:
		return c.orderPercent(st, a, base, running, d.Rate)
	case AmountPerUnit, FixedPrice:
		return c.perLine(st, a, func(i int) (offer, error) {
			var o offer
			err := c.pricedEffect(i, d, c.minor, &o.Entry)
			e.Base, e.Per = o.Base, o.Per
			return o, err
		})
	case Tiered:
		t, err := c.tier(d, running, c.eligible)
		switch {
		case err != nil:
			return err
		case t == nil:
			e.Why = WhyBelowMinimum
			return nil
		case t.Amount.Currency() == 0:
			return c.orderPercent(st, a, base, running, t.Rate)
		}
		e.Amount, err = t.Amount.RoundMinor(c.minor.mode)
		return err
	case BuyGet, Bundle, MixAndMatch:
		return c.setEffect(st, a)
	case FreeGoods:
		return c.orderGoods(st, a)
	case FreeCharge:
		return c.chargeOff(st, a)
	default:
		if d.Gross && c.taxed.ask != nil {
			return c.netOfGross(a, d.Amount)
		}
		e.Amount, err = d.Amount.RoundMinor(c.minor.mode)
		return err
	}
}

func (c *calculation) orderPercent(st *step, a *application, base, running money.Amount, rate money.Rate) (err error) {
	a.entry.Base, a.entry.Rate = base, rate
	a.entry.Amount, err = c.percent(st, base, running, rate, c.minor)
	return err
}

// perLine adds up what the rule does to each eligible line by itself: of a
// discount no more than is left of the line. A line that it cannot work on is left
// out.
func (c *calculation) perLine(st *step, a *application, work func(i int) (offer, error)) error {
	why := WhyNoRule
	for _, i := range c.eligible {
		o, err := work(i)
		if err != nil {
			return err
		}
		if o.Why != "" {
			why = o.Why
			continue
		}
		if o.Amount, err = c.noMoreThanLeft(st, i, o.Amount); err != nil {
			return err
		}
		a.shares = append(a.shares, share{line: i, amount: o.Amount, counted: o.Quantity})
		if a.entry.Amount, err = a.entry.Amount.Add(o.Amount); err != nil {
			return err
		}
	}
	if len(a.shares) == 0 {
		a.entry.Why = why
	}
	return nil
}

// capApplication bounds what the rule takes, gives the amounts their signs and
// spreads over the lines what has not its place yet.
func (c *calculation) capApplication(st *step, a *application) error {
	d := &a.rule.Then
	most, err := d.capped(a.entry.Amount, c.minor)
	if err != nil {
		return err
	}
	if len(a.shares) == 0 { // one amount for all
		a.entry.Amount = st.signed(most)
		parts, unplaced, err := c.parts(st, a.entry.Amount)
		if err != nil {
			return err
		}
		a.unplaced = unplaced
		for n, part := range parts {
			a.shares = append(a.shares, share{line: c.eligible[n], amount: part})
		}
		return nil
	}
	if most != a.entry.Amount {
		if err := c.shrink(st, a, most); err != nil {
			return err
		}
	}
	a.entry.Amount = st.signed(a.entry.Amount)
	for n := range a.shares {
		a.shares[n].amount = st.signed(a.shares[n].amount)
	}
	return nil
}

// shrink spreads less than the lines' shares over the lines.
func (c *calculation) shrink(st *step, a *application, most money.Amount) error {
	c.weights = c.weights[:0]
	for n := range a.shares {
		c.weights = append(c.weights, a.shares[n].amount)
	}
	most, err := most.RoundMinor(money.Down)
	if err != nil {
		return err
	}
	parts, unplaced, err := c.spreadOff(most, c.weights, c.weights)
	if err != nil {
		return err
	}
	if a.entry.Amount, err = most.Sub(unplaced); err != nil {
		return err
	}
	for n := range a.shares {
		sh := &a.shares[n]
		given, err := sh.amount.Sub(parts[n])
		if err != nil {
			return err
		}
		if !sh.units.IsZero() {
			if sh.value, err = sh.value.Sub(st.signed(given)); err != nil {
				return err
			}
		}
		sh.amount = parts[n]
	}
	return nil
}

// apply does what the application says; silently, it only moves the lines.
func (c *calculation) apply(st *step, a *application, silently bool) error {
	if !silently {
		if a.times > 0 {
			a.entry.Detail = sets(a.times)
		}
		if err := c.placeEntry(st, &a.entry, a.unplaced); err != nil {
			return err
		}
	}
	for n := range a.shares {
		sh := &a.shares[n]
		if err := c.applyShare(st, a, sh, silently); err != nil {
			return err
		}
		c.joinGroup(st, sh.line, a.rule)
		if a.rule.Then.Charge != "" {
			c.waived = append(c.waived, waiver{st.Name, a.rule, sh.line, sh.amount})
		}
	}
	if silently {
		return nil
	}
	if a.gross != nil {
		if err := c.noteGross(st, a); err != nil {
			return err
		}
	}
	if a.rule.Then.Goods != nil {
		c.giveOrderGoods(a)
	} else if a.entry.Amount.IsZero() {
		return nil // a coupon or budget is not used up by nothing
	}
	return c.use(a.rule, max(a.times, 1), a.entry.Amount)
}

// sets writes how many sets there are.
func sets(n int64) string {
	if n == 1 {
		return "1 set"
	}
	return fmt.Sprintf("%d sets", n)
}

func (c *calculation) applyShare(st *step, a *application, sh *share, silently bool) error {
	if silently {
		return c.moveLine(st, sh)
	}
	part := a.entry
	part.Amount, part.FromOrder, part.Base = sh.amount, true, money.Amount{} // the base is the order's
	part.Detail, part.Quantity = "", sh.units
	if !sh.counted.IsZero() {
		part.Base, part.Quantity = a.entry.Base, sh.counted
	}
	if part.Amount.IsZero() && !c.full && sh.units.IsZero() {
		return nil
	}
	if sh.units.IsZero() {
		return c.book(st, sh.line, &part)
	}
	if err := c.record(st, sh.line, &part); err != nil {
		return err
	}
	return c.claimUnits(sh.line, sh.claim)
}

// moveLine does to the line what booking the share would, and records nothing.
func (c *calculation) moveLine(st *step, sh *share) error {
	ls := &c.lines[sh.line]
	if st.Statistical {
		return nil
	}
	if sh.units.IsZero() && !ls.used.IsZero() {
		if err := c.shareUsed(ls, sh.amount); err != nil {
			return err
		}
	}
	var err error
	if ls.running, err = ls.running.Add(sh.amount); err != nil || sh.units.IsZero() {
		return err
	}
	return c.claimUnits(sh.line, sh.claim)
}

// orderGoods works out free goods for what the eligible lines come to together.
func (c *calculation) orderGoods(st *step, a *application) error {
	g := a.rule.Then.Goods
	ordered, err := c.counted(c.eligible, g.Every.Unit())
	if err != nil {
		return err
	}
	free, err := g.earned(ordered)
	if err != nil {
		return err
	}
	if free.IsZero() {
		a.entry.Why = WhyNoSet
		return nil
	}
	a.entry.Detail = fmt.Sprintf("%s free", free)
	if !g.Inclusive {
		a.earned = &Line{Item: g.Item, Quantity: free}
		for _, i := range c.eligible {
			a.shares = append(a.shares, share{line: i, amount: c.zero})
		}
		return nil
	}
	s := &c.sets
	s.begin(free)
	for _, i := range c.eligible {
		if err := s.add(c, st, i, 1); err != nil {
			return err
		}
	}
	if err := s.ready(free); err != nil {
		return err
	}
	if s.times(1) == 0 {
		a.entry.Why = WhyNoSet
		return nil
	}
	s.ask(s.demand[0])
	s.fill(0, s.atMost)
	if err := c.reward(st, a, 1); err != nil {
		return err
	}
	return c.totalShares(a)
}

// totalShares makes the entry's amount that of the shares.
func (c *calculation) totalShares(a *application) error {
	a.entry.Amount = c.zero
	for n := range a.shares {
		var err error
		if a.entry.Amount, err = a.entry.Amount.Add(a.shares[n].amount); err != nil {
			return err
		}
	}
	return nil
}

// giveOrderGoods notes the goods that an application gives.
func (c *calculation) giveOrderGoods(a *application) {
	if a.earned != nil {
		c.giveGoods(a.rule, a.earned, a.earned.Quantity)
		return
	}
	for n := range a.shares {
		c.giveGoods(a.rule, c.lines[a.shares[n].line].Line, a.shares[n].units)
	}
}

// noMoreThanLeft bounds what a discount takes off a line to what is left of it.
func (c *calculation) noMoreThanLeft(st *step, i int, amount money.Amount) (money.Amount, error) {
	if st.Kind != StepDiscount || st.Statistical || amount.Sign() <= 0 {
		return amount, nil
	}
	left := c.notNegative(c.lines[i].running)
	if order, err := amount.Cmp(left); err != nil || order <= 0 {
		return amount, err
	}
	return left, nil
}
