package pricing

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

// grossSearch looks for the nets.
type grossSearch struct {
	c      *calculation
	req    tax.Request
	places []int // of each eligible line in req.Lines
	before tax.Result
	amount []money.Amount // of each eligible line before
	cells  []cell
	target int64 // what the gross total shall fall by
	fall   int64 // what it falls by
	split  grossSplit
}

// begin asks for the tax without the discount and sorts the eligible lines into
// cells.
func (s *grossSearch) begin() error {
	c := s.c
	var owners []int
	var err error
	if s.req, owners, err = c.taxRequest(); err != nil {
		return err
	}
	if s.before, err = c.taxed.ask(&s.req); err != nil {
		return err
	}
	byLine := s.req.Rounding == tax.ByLine
	for at, i := range c.eligible {
		place := slices.Index(owners, i) // the goods stand before the charges
		line := &s.before.Lines[place]
		s.places, s.amount = append(s.places, place), append(s.amount, s.req.Lines[place].Amount)
		n := -1
		if !byLine {
			n = slices.IndexFunc(s.cells, func(x cell) bool { return alike(x.shares, line.Shares) })
		}
		if n < 0 {
			n = len(s.cells)
			s.cells = append(s.cells, cell{shares: line.Shares, gross: c.zero})
		}
		x := &s.cells[n]
		x.lines = append(x.lines, at)
		if x.gross, err = x.gross.Add(c.notNegative(line.Gross)); err != nil {
			return err
		}
		units, _ := c.notNegative(line.Net).Minor()
		x.most += units
	}
	return nil
}

func alike(a, b []tax.Share) bool {
	return slices.EqualFunc(a, b, func(x, y tax.Share) bool { return x.Levy == y.Levy })
}

// proportion splits the amount over the cells by their gross and divides each part
// by what a net of 1 comes to with its taxes.
func (s *grossSearch) proportion(amount money.Amount) error {
	gross := make([]money.Amount, len(s.cells))
	for n := range s.cells {
		gross[n] = s.cells[n].gross
	}
	parts, unplaced, err := money.ApportionCapped(amount, gross, gross)
	if err != nil {
		return err
	}
	s.split.unplaced = unplaced
	due, err := amount.Sub(unplaced)
	if err != nil {
		return err
	}
	s.target, _ = due.Minor()
	for n := range s.cells {
		factor, err := factorOf(s.cells[n].shares)
		if err != nil {
			return err
		}
		net, err := parts[n].QuoRound(factor, s.c.minor.places, money.HalfUp)
		if err != nil {
			return err
		}
		units, _ := net.Minor()
		s.cells[n].less = min(units, s.cells[n].most)
	}
	return nil
}

// factorOf is what a net of 1 comes to with the taxes.
func factorOf(shares []tax.Share) (money.Rate, error) {
	sum := decimal.NewFromInt(1)
	for i := range shares {
		r := shares[i].Rate.Decimal()
		if shares[i].Compound {
			r = r.Mul(sum)
		}
		sum = sum.Add(r)
	}
	return money.RateFromDecimal(sum)
}

// approach moves the cells until the fall is the target: first one after the other
// as long as that helps, then two at a time.
func (s *grossSearch) approach() error {
	var err error
	if s.fall, err = s.fallOf(); err != nil {
		return err
	}
	for improved := true; improved && s.fall != s.target; {
		improved = false
		for n := range s.cells {
			if s.fall == s.target {
				break
			}
			step := int64(1)
			if s.fall > s.target {
				step = -1
			}
			better, err := s.try(move{n, step})
			if err != nil {
				return err
			}
			improved = improved || better
		}
	}
	if s.fall == s.target {
		return nil
	}
	return s.approachInPairs()
}

// approachInPairs tries every move of two cells by no more than maxReach, the
// smallest first.
func (s *grossSearch) approachInPairs() error {
	cells := min(len(s.cells), maxCells)
	for reach := int64(1); reach <= 2*maxReach; reach++ {
		for a := range cells {
			for by := -min(reach, maxReach); by <= min(reach, maxReach); by++ {
				rest := reach - max(by, -by)
				if rest > maxReach {
					continue
				}
				for b := a; b < cells; b++ {
					if b == a && rest != 0 || b != a && rest == 0 {
						continue
					}
					for _, other := range []int64{rest, -rest} {
						if _, err := s.try(move{a, by}, move{b, other}); err != nil {
							return err
						}
						if s.fall == s.target {
							return nil
						}
					}
				}
			}
		}
	}
	return nil
}

// move takes more minor units off a cell, or fewer.
type move struct {
	cell int
	by   int64
}

// try makes the moves and keeps them if the fall comes closer to the target.
func (s *grossSearch) try(moves ...move) (bool, error) {
	for n, m := range moves {
		s.cells[m.cell].less += m.by
		if x := &s.cells[m.cell]; x.less < 0 || x.less > x.most {
			s.undo(moves[:n+1])
			return false, nil
		}
	}
	fall, err := s.fallOf()
	if err != nil {
		return false, err
	}
	if distance(fall, s.target) >= distance(s.fall, s.target) {
		s.undo(moves)
		return false, nil
	}
	s.fall = fall
	return true, nil
}

func (s *grossSearch) undo(moves []move) {
	for _, m := range moves {
		s.cells[m.cell].less -= m.by
	}
}

func distance(a, b int64) int64 { return max(a-b, b-a) }

// fallOf asks what the gross total falls by with the cells as they are.
func (s *grossSearch) fallOf() (int64, error) {
	after := s.req
	after.Lines = slices.Clone(s.req.Lines)
	parts, err := s.parts()
	if err != nil {
		return 0, err
	}
	for n, place := range s.places {
		if after.Lines[place].Amount, err = s.amount[n].Add(parts[n]); err != nil {
			return 0, err
		}
	}
	res, err := s.c.taxed.ask(&after)
	if err != nil {
		return 0, err
	}
	fall, err := s.before.Gross.Sub(res.Gross)
	if err != nil {
		return 0, err
	}
	units, _ := fall.Minor()
	return units, nil
}

// parts spreads what each cell loses over its lines by their amounts, none more
// than it has.
func (s *grossSearch) parts() ([]money.Amount, error) {
	parts := make([]money.Amount, len(s.places))
	for n := range s.cells {
		x := &s.cells[n]
		weights := make([]money.Amount, len(x.lines))
		for k, at := range x.lines {
			weights[k] = s.c.notNegative(s.amount[at])
		}
		loss, _, err := money.ApportionCapped(money.FromMinor(-x.less, s.c.req.Currency), weights, weights)
		if err != nil {
			return nil, err
		}
		for k, at := range x.lines {
			parts[at] = loss[k]
		}
	}
	return parts, nil
}

// finish keeps what was found.
func (s *grossSearch) finish() error {
	var err error
	s.split.parts, err = s.parts()
	s.split.fall = money.FromMinor(s.fall, s.c.req.Currency)
	return err
}
