package tax

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/money"
)

// member is the share of an item in a group.
type member struct {
	it *item
	at int
}

// group is all that is taxed alike.
type group struct {
	levy    *Levy
	members []member
	done    bool
}

// byDocument works out each levy on the sum of its bases. A compound levy waits
// for those that it builds on.
func (c *calculation) byDocument() error {
	groups := c.groups()
	for left := len(groups); left > 0; {
		before := left
		for g := range groups {
			if groups[g].done || !groups[g].ready() {
				continue
			}
			if err := c.settle(&groups[g]); err != nil {
				return fmt.Errorf("tax: %s %s: %w", groups[g].levy.Name, groups[g].levy.Rate.Percent(), err)
			}
			groups[g].done = true
			left--
		}
		if left == before {
			return ErrCircle
		}
	}
	return nil
}

// groups gathers the shares of all items without included tax by levy.
func (c *calculation) groups() []group {
	var groups []group
	last := 0 // neighbours are often taxed alike
	for i := range c.items {
		it := &c.items[i]
		if it.included {
			continue
		}
		for n := range it.shares {
			levy := &it.shares[n].Levy
			if last >= len(groups) || *groups[last].levy != *levy {
				last = slices.IndexFunc(groups, func(g group) bool { return *g.levy == *levy })
			}
			if last < 0 {
				last = len(groups)
				groups = append(groups, group{levy: levy})
			}
			groups[last].members = append(groups[last].members, member{it, n})
		}
	}
	return groups
}

// ready tells whether all that the group's levy builds on is worked out.
func (g *group) ready() bool {
	if !g.levy.Compound {
		return true
	}
	for _, m := range g.members {
		earlier := uint64(1)<<m.at - 1
		if m.it.worked&earlier != earlier {
			return false
		}
	}
	return true
}

// settle works out the levy on the sum of the bases and gives each member whole
// minor units of it by largest remainder.
func (c *calculation) settle(g *group) error {
	total, floors, lost := c.zero, make([]money.Amount, len(g.members)), make([]money.Amount, len(g.members))
	for n, m := range g.members {
		s := &m.it.shares[m.at]
		var err error
		if s.Base, err = m.it.base(m.at); err != nil {
			return err
		}
		if total, err = total.Add(s.Base); err != nil {
			return err
		}
		exact, err := s.Base.Mul(g.levy.Rate)
		if err != nil {
			return err
		}
		if floors[n], err = c.floor(exact); err != nil {
			return err
		}
		if lost[n], err = exact.Sub(floors[n]); err != nil {
			return err
		}
	}
	amount, err := total.MulRound(g.levy.Rate, c.digits, c.r.Mode)
	if err != nil {
		return err
	}
	if err := c.giveUnits(amount, floors, lost); err != nil {
		return err
	}
	for n, m := range g.members {
		m.it.shares[m.at].Amount = floors[n]
		m.it.worked |= 1 << m.at
	}
	return nil
}

// floor is the greatest whole number of minor units not above a.
func (c *calculation) floor(a money.Amount) (money.Amount, error) {
	mode := money.Down
	if a.Sign() < 0 {
		mode = money.Up
	}
	return a.Round(c.digits, mode)
}

// giveUnits brings the floors up to the total: one unit each to those that lost
// most, ties to the earlier one. There are fewer units than floors, or as many.
func (c *calculation) giveUnits(total money.Amount, floors, lost []money.Amount) error {
	left := total
	for _, f := range floors {
		var err error
		if left, err = left.Sub(f); err != nil {
			return err
		}
	}
	if left.IsZero() {
		return nil
	}
	order := make([]int, len(floors))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int {
		most, _ := lost[b].Cmp(lost[a]) // one currency: they compare
		return most
	})
	units, _ := left.Minor()
	for _, n := range order[:units] {
		var err error
		if floors[n], err = floors[n].Add(c.unit); err != nil {
			return err
		}
	}
	return nil
}
