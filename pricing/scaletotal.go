package pricing

import (
	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// groupKey names what is added up over which lines.
type groupKey struct {
	by   Measure
	over ScaleScope
	name string // of the item, category or mix group; empty: that all of them are
}

// groupTotal is what the lines of a group come to: a quantity in the base unit, a
// weight in kilograms or an amount. why tells why there is none.
type groupTotal struct {
	quantity quantity.Quantity
	value    money.Amount
	why      Why
}

// forgetTotals makes the groups be added up anew: a step after the price step begins.
func (c *calculation) forgetTotals() { clear(c.totals) }

// entered returns the extent with which the line enters a scale, counted in the
// scale's unit. why tells why there is none.
func (c *calculation) entered(table *scale, i int) (extent, Why) {
	ls := &c.lines[i]
	name := c.group(table.over, i)
	var total groupTotal
	if name == "" { // the line is alone: lines without a category have none in common
		total = c.own(table.by, i, false)
	} else {
		total = c.total(groupKey{table.by, table.over, name})
	}
	if total.why != "" {
		return extent{}, total.why
	}
	units := ls.Units
	switch table.by {
	case ByValue:
		return extent{exact.Dec{Coef: total.value.Coefficient(), Scale: uint8(total.value.Scale())}, 1, 1}, ""
	case ByWeight:
		units = c.engine.mass
	default: // by quantity, in the line's units
	}
	m, ok := measureIn(total.quantity, table.unit, units)
	if !ok {
		return extent{}, WhyNoConversion
	}
	return m.extent(), ""
}

// group returns the name of the line's group; empty where it stands alone.
func (c *calculation) group(over ScaleScope, i int) string {
	ls := &c.lines[i]
	switch over {
	case OverItem:
		return ls.Item
	case OverCategory:
		return ls.Category
	case OverMix:
		if ls.hit.in != nil && ls.hit.record().scaled {
			return ls.hit.in.scales[ls.hit.record().side].mix
		}
	case OverLine: // alone
	}
	return ""
}

// own is what the line by itself comes to: its quantity as ordered, or in the base
// unit where it is to be added to others.
func (c *calculation) own(by Measure, i int, base bool) groupTotal {
	ls := &c.lines[i]
	switch by {
	case ByValue:
		return groupTotal{value: ls.before}
	case ByWeight:
		weight, ok := c.weight(ls.Line)
		if !ok {
			return groupTotal{why: WhyNoWeight}
		}
		if base {
			var err error
			if weight, err = c.engine.mass.Convert(weight, quantity.Kilogram); err != nil {
				return groupTotal{why: WhyNoWeight}
			}
		}
		return groupTotal{quantity: weight}
	default: // by quantity
	}
	if !base || ls.Units == nil {
		return groupTotal{quantity: ls.Quantity}
	}
	counted, err := ls.Units.Convert(ls.Quantity, ls.Units.Base())
	if err != nil {
		return groupTotal{why: WhyNoConversion}
	}
	return groupTotal{quantity: counted}
}

// weight is the line's, as stated or as the ordered quantity says.
func (c *calculation) weight(l *Line) (quantity.Quantity, bool) {
	mass := c.engine.mass
	switch {
	case l.Weight.Unit() != 0:
		return l.Weight, mass.Has(l.Weight.Unit()) && l.Weight.Sign() > 0
	case mass.Has(l.Quantity.Unit()):
		return l.Quantity, true
	}
	for _, unit := range l.Units.Units() {
		if mass.Has(unit) {
			weight, err := l.Units.Convert(l.Quantity, unit)
			return weight, err == nil
		}
	}
	return quantity.Quantity{}, false
}

// total returns what the lines of a group come to.
func (c *calculation) total(k groupKey) groupTotal {
	all := groupKey{k.by, k.over, ""}
	if _, done := c.totals[all]; !done {
		if c.totals == nil {
			c.totals = make(map[groupKey]groupTotal)
		}
		c.totals[all] = groupTotal{}
		for i := range c.lines {
			c.addToTotal(k.by, k.over, i)
		}
	}
	return c.totals[k]
}

func (c *calculation) addToTotal(by Measure, over ScaleScope, i int) {
	name := c.group(over, i)
	if name == "" || !c.lines[i].countable() {
		return
	}
	k := groupKey{by, over, name}
	total, own := c.totals[k], c.own(by, i, true)
	if total.why == "" {
		total.why = own.why
	}
	var err error
	if by == ByValue {
		total.value, err = total.value.Add(own.value)
	} else {
		total.quantity, err = total.quantity.Add(own.quantity)
	}
	if err != nil && total.why == "" {
		total.why = WhyNoConversion
	}
	c.totals[k] = total
}
