package pricing

import (
	"cmp"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// groupKey names what is added up over which lines.
type groupKey struct {
	by   Measure
	over ScaleScope
	name string // of the item, category or mix group; empty: that all of them are
}

// groupTotal is what the lines of a group, or one line, come to: so much of a unit, or
// of money, which has none. why tells why that is not known.
type groupTotal struct {
	extent
	unit quantity.Unit
	why  Why
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
	if table.by == ByWeight {
		units = c.engine.mass
	}
	m, ok := total.in(total.unit, table.unit, units)
	if !ok {
		return extent{}, WhyNoConversion
	}
	return m, ""
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

// own is what the line by itself comes to: as it is ordered, or in the unit in which it
// can be added to others.
func (c *calculation) own(by Measure, i int, base bool) groupTotal {
	ls := &c.lines[i]
	switch by {
	case ByValue:
		return groupTotal{extent: extent{exact.Dec{Coef: ls.before.Coefficient(), Scale: uint8(ls.before.Scale())}, 1, 1}}
	case ByWeight:
		weight := c.weight(ls.Line)
		if base && weight.why == "" {
			return weight.inUnit(quantity.Kilogram, c.engine.mass, WhyNoWeight)
		}
		return weight
	default: // by quantity
	}
	ordered := groupTotal{extent: extentOf(ls.Quantity), unit: ls.Quantity.Unit()}
	if base && ls.Units.Has(ordered.unit) {
		return ordered.inUnit(ls.Units.Base(), ls.Units, WhyNoConversion)
	}
	return ordered
}

// inUnit is the total in a unit; why is the reason where the table does not lead there.
func (t groupTotal) inUnit(unit quantity.Unit, units *quantity.Conversions, why Why) groupTotal {
	m, ok := t.in(t.unit, unit, units)
	if !ok {
		return groupTotal{why: why}
	}
	return groupTotal{extent: m, unit: unit}
}

// weight is the line's, as stated or as the ordered quantity says.
func (c *calculation) weight(l *Line) groupTotal {
	mass := c.engine.mass
	switch {
	case l.Weight.Unit() != 0:
		if !mass.Has(l.Weight.Unit()) || l.Weight.Sign() <= 0 {
			return groupTotal{why: WhyNoWeight}
		}
		return groupTotal{extent: extentOf(l.Weight), unit: l.Weight.Unit()}
	case mass.Has(l.Quantity.Unit()):
		return groupTotal{extent: extentOf(l.Quantity), unit: l.Quantity.Unit()}
	}
	for _, unit := range l.Units.Units() {
		if mass.Has(unit) {
			ordered := groupTotal{extent: extentOf(l.Quantity), unit: l.Quantity.Unit()}
			return ordered.inUnit(unit, l.Units, WhyNoWeight)
		}
	}
	return groupTotal{why: WhyNoWeight}
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
	own := c.own(by, i, true)
	total, begun := c.totals[k]
	switch {
	case !begun:
		total = own
	case total.why != "": // what is not known does not become known
	case own.why != "" || own.unit != total.unit:
		total.why = cmp.Or(own.why, WhyNoConversion)
	default:
		var ok bool
		if total.extent, ok = total.plus(own.extent); !ok {
			total.why = WhyNoConversion
		}
	}
	c.totals[k] = total
}
