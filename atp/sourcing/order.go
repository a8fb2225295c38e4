package sourcing

import (
	"slices"

	"github.com/o2ckit/o2c/atp"
)

// check refuses what no stock could answer.
func (o *Order) check(n *Network) error {
	const op = "source"
	switch {
	case len(o.Lines) == 0 || len(o.Lines) > atp.MaxLines:
		return refuse(op, "has not 1 to MaxLines", "Lines")
	case o.MaxShipments < 0:
		return refuse(op, "is below 0", "MaxShipments")
	case o.Together > atp.ShipComplete:
		return refuse(op, "is neither line by line nor ship complete", "Together")
	case o.Late > LeaveOpen:
		return refuse(op, "is neither backorder nor leave open", "Late")
	}
	lines := make([]Line, len(o.Lines))
	for i := range o.Lines {
		l := &o.Lines[i]
		if err := l.check(i); err != nil {
			return err
		}
		lines[i] = Line{ID: l.ID, Item: l.Item, Quantity: l.Quantity, Pack: l.Pack, Minimum: l.Minimum}
	}
	if _, err := checkLines(op, lines); err != nil {
		return err
	}
	return o.checkRoutes(n)
}

func (l *OrderLine) check(i int) error {
	const op, most = "source", 1_000_000
	switch {
	case l.Weight < 0 || l.Weight > MaxCost:
		return refuse(op, "is not from 0 to 1,000,000,000", "Lines[%d].Weight", i)
	case l.Partial.AtMost < 0:
		return refuse(op, "is below 0", "Lines[%d].Partial.AtMost", i)
	case l.Partial.Minimum < 0 || l.Partial.Minimum > atp.MaxQuantity:
		return refuse(op, "is not from 0 to MaxQuantity", "Lines[%d].Partial.Minimum", i)
	}
	seen := make(map[string]bool, len(l.Alternatives))
	for j, a := range l.Alternatives {
		bad := a.Numerator < 1 || a.Numerator > most || a.Denominator < 1 || a.Denominator > most
		switch {
		case a.Item == "" || seen[a.Item]:
			return refuse(op, "is empty or given twice", "Lines[%d].Alternatives[%d].Item", i, j)
		case bad && (a.Numerator != 0 || a.Denominator != 0):
			return refuse(op, "is not 1 to 1,000,000 over 1 to 1,000,000", "Lines[%d].Alternatives[%d].Numerator", i, j)
		case a.Pack < 0 || a.Pack > atp.MaxQuantity:
			return refuse(op, "is not from 0 to MaxQuantity", "Lines[%d].Alternatives[%d].Pack", i, j)
		}
		seen[a.Item] = true
	}
	return nil
}

func (o *Order) checkRoutes(n *Network) error {
	const op = "source"
	seen := make(map[string]bool, len(o.Routes))
	for i := range o.Routes {
		r := &o.Routes[i]
		if n.nodes[r.Site] == nil || seen[r.Site] {
			return refuse(op, "is no node of the network or given twice", "Routes[%d].Site", i)
		}
		seen[r.Site] = true
		for _, c := range []struct {
			field string
			cost  int64
		}{{"Cost", r.Cost}, {"UnitCost", r.UnitCost}, {"WeightCost", r.WeightCost}} {
			if c.cost < 0 || c.cost > MaxCost {
				return refuse(op, "is not from 0 to MaxCost", "Routes[%d].%s", i, c.field)
			}
		}
	}
	return nil
}

// trade is how an item takes the place of another: in lowest terms, numerator units for denominator units.
type trade struct {
	item                   string
	numerator, denominator int64
	pack                   int64
	reason                 string
}

// rounds is the number of items that a line is asked of.
func (l *OrderLine) rounds() int {
	if l.first() {
		return len(l.Alternatives) + 1
	}
	return len(l.Alternatives)
}

// first reports whether the item itself comes before the alternatives.
func (l *OrderLine) first() bool {
	return !l.Superseded && !slices.ContainsFunc(l.Alternatives, func(a Alternative) bool { return a.Item == l.Item })
}

// trade gives the way in which a line is served in a round.
func (l *OrderLine) trade(round int) (trade, bool) {
	if l.first() {
		if round == 0 {
			return l.own(), true
		}
		round--
	}
	if round >= len(l.Alternatives) {
		return trade{}, false
	}
	a := l.Alternatives[round]
	if a.Item == l.Item {
		return l.own(), !l.Superseded
	}
	t := trade{item: a.Item, numerator: max(a.Numerator, 1), denominator: max(a.Denominator, 1), reason: a.Reason}
	common := gcd(t.numerator, t.denominator)
	t.numerator, t.denominator = t.numerator/common, t.denominator/common
	var ok bool
	t.pack, ok = lcm(max(a.Pack, 1), t.numerator)
	return t, ok
}

// own is the item itself.
func (l *OrderLine) own() trade {
	return trade{item: l.Item, numerator: 1, denominator: 1, pack: max(l.Pack, 1)}
}

// late is what is promised for later: the item itself, or where it is superseded the first alternative.
func (l *OrderLine) late() (trade, bool) {
	if !l.Superseded {
		return l.own(), true
	}
	return l.trade(0)
}

// quantity is what stands for so many units of the line's item at most, without a remainder; 0 when it is too much.
func (t trade) quantity(units int64) int64 {
	n := units / t.denominator
	if n > atp.MaxQuantity/t.numerator {
		return 0
	}
	return n * t.numerator
}

// whole reports whether it can stand for all of a line that is not to be divided.
func (t trade) whole(quantity, open int64) bool {
	n := t.quantity(open)
	return open == quantity && n%t.pack == 0 && t.units(n) == open
}

// units is what a quantity stands for.
func (t trade) units(quantity int64) int64 { return quantity / t.numerator * t.denominator }

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// lcm is the least common multiple; false when it is above MaxQuantity.
func lcm(a, b int64) (int64, bool) {
	a /= gcd(a, b)
	if a > atp.MaxQuantity/b {
		return 0, false
	}
	return a * b, true
}
