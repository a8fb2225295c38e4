package tax

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/money"
)

// takeOut works out the net and the shares of the items whose tax is included.
// By document, the items that bear the same levies are one sum.
func (c *calculation) takeOut() error {
	var groups [][]*item
	for i := range c.items {
		it := &c.items[i]
		if !it.included {
			continue
		}
		at := -1
		if c.r.Rounding != ByLine {
			at = slices.IndexFunc(groups, func(g []*item) bool { return sameLevies(g[0].shares, it.shares) })
		}
		if at < 0 {
			groups = append(groups, []*item{it})
			continue
		}
		groups[at] = append(groups[at], it)
	}
	for _, g := range groups {
		if err := c.takeOutOf(g); err != nil {
			return err
		}
	}
	return nil
}

func sameLevies(a, b []Share) bool {
	return slices.EqualFunc(a, b, func(x, y Share) bool { return x.Levy == y.Levy })
}

// takeOutOf divides the sum of the items by their factor, gives each its net of
// the quotient by largest remainder, and shares out what is left of each as tax.
func (c *calculation) takeOutOf(g []*item) error {
	in, err := c.inclusion(g[0].shares)
	if err != nil {
		return err
	}
	factor := in.factor
	total, floors, lost := c.zero, make([]money.Amount, len(g)), make([]money.Amount, len(g))
	for n, it := range g {
		if total, err = total.Add(it.gross); err != nil {
			return err
		}
		if floors[n], lost[n], err = c.quotient(it.gross, factor); err != nil {
			return err
		}
	}
	net, err := total.QuoRound(factor, c.digits, c.r.Mode)
	if err != nil {
		return err
	}
	if err := c.giveUnits(net, floors, lost); err != nil {
		return err
	}
	split := splitter{weights: in.weights, digits: int32(c.digits)}
	for n, it := range g {
		it.net = floors[n]
		tax, err := it.gross.Sub(it.net)
		if err != nil {
			return err
		}
		if err := split.share(tax, it); err != nil {
			return err
		}
	}
	return nil
}

// inclusion is what amounts are made of that include the same levies.
type inclusion struct {
	shares  []Share // some with the levies
	factor  money.Rate
	weights []decimal.Decimal
}

// inclusion returns what a net of 1 comes to with its taxes, and the part of each
// tax in that.
func (c *calculation) inclusion(shares []Share) (*inclusion, error) {
	for n := range c.inclusions {
		if sameLevies(c.inclusions[n].shares, shares) {
			return &c.inclusions[n], nil
		}
	}
	in := inclusion{shares: shares, weights: make([]decimal.Decimal, len(shares))}
	sum := decimal.NewFromInt(1)
	for i := range shares {
		w := shares[i].Rate.Decimal()
		if shares[i].Compound {
			w = w.Mul(sum)
		}
		in.weights[i] = w
		sum = sum.Add(w)
	}
	var err error
	if in.factor, err = money.RateFromDecimal(sum); err != nil {
		return nil, err
	}
	c.inclusions = append(c.inclusions, in)
	return &c.inclusions[len(c.inclusions)-1], nil
}

// quotient returns gross / factor cut down to whole minor units, and what of the
// gross that leaves over, by which the items of one factor compare.
func (c *calculation) quotient(gross money.Amount, factor money.Rate) (floor, lost money.Amount, err error) {
	mode := money.Down
	if gross.Sign() < 0 {
		mode = money.Up
	}
	if floor, err = gross.QuoRound(factor, c.digits, mode); err != nil {
		return floor, lost, err
	}
	back, err := floor.Mul(factor)
	if err != nil {
		return floor, lost, err
	}
	lost, err = gross.Sub(back)
	return floor, lost, err
}

// splitter shares the tax of items out over their levies. Each item's shares are
// its tax, to the unit; over the items each levy gets what its rate asks for, to
// the unit, because what one item owes it the next makes good.
type splitter struct {
	weights []decimal.Decimal
	digits  int32
	owed    []decimal.Decimal // to each levy, times the sum of the weights
}

func (s *splitter) share(tax money.Amount, it *item) error {
	if only := s.only(); only >= 0 {
		it.shares[only].Amount = tax
		return it.setBases()
	}
	whole := decimal.Sum(decimal.Zero, s.weights...)
	if s.owed == nil {
		s.owed = make([]decimal.Decimal, len(s.weights))
	}
	parts := s.split(tax.Decimal(), whole)
	var err error
	for n := range it.shares {
		share := &it.shares[n]
		if share.Amount, err = money.FromDecimal(parts[n], tax.Currency()); err != nil {
			return err
		}
	}
	return it.setBases()
}

// only returns which levy gets all, where one alone is charged; -1: several are, or
// none.
func (s *splitter) only() int {
	only := -1
	for n, w := range s.weights {
		switch {
		case w.IsZero():
		case only >= 0:
			return -1
		default:
			only = n
		}
	}
	return only
}

// setBases notes what each share was taken of.
func (it *item) setBases() error {
	for n := range it.shares {
		var err error
		if it.shares[n].Base, err = it.base(n); err != nil {
			return err
		}
	}
	return nil
}

// split cuts each levy's part of the tax down to the minor unit and gives the
// units left over to the levies that are owed most, ties to the earlier one.
func (s *splitter) split(tax, whole decimal.Decimal) []decimal.Decimal {
	parts, left := make([]decimal.Decimal, len(s.weights)), tax
	if whole.IsZero() {
		return parts
	}
	unit := decimal.New(1, -s.digits)
	for n, w := range s.weights {
		due := tax.Mul(w)
		q, r := due.QuoRem(whole, s.digits)
		if r.Sign() < 0 {
			q = q.Sub(unit)
		}
		parts[n], left = q, left.Sub(q)
		s.owed[n] = s.owed[n].Add(due).Sub(q.Mul(whole))
	}
	order := make([]int, len(parts))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.owed[b].Cmp(s.owed[a]) })
	for _, n := range order {
		if left.Sign() <= 0 {
			break
		}
		if s.weights[n].IsZero() {
			continue
		}
		parts[n], left = parts[n].Add(unit), left.Sub(unit)
		s.owed[n] = s.owed[n].Sub(unit.Mul(whole))
	}
	return parts
}
