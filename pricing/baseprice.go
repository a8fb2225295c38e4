package pricing

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// basePrice finds the line's price by the access sequence.
func (c *calculation) basePrice(st *step, i int) error {
	ls := &c.lines[i]
	if !ls.countable() {
		c.found.Block("pricing.quantity", linePath(i)+".quantity",
			fmt.Sprintf("the quantity %q cannot be priced", ls.Quantity), "order more than zero of a unit")
		c.skip(st, i, Entry{Why: WhyNoPrice})
		return nil
	}
	book, tried := c.engine.book, -1
	for n := range c.probes {
		p := &c.probes[n]
		c.traceAccesses(st, i, &tried, p.access)
		k := p.key
		if p.item >= 0 {
			k.parts[p.item] = ls.item
		}
		if p.category >= 0 {
			k.parts[p.category] = ls.category
		}
		place, why := book.find(k, c.date, ls.Line)
		switch why {
		case "":
			return c.usePrice(st, i, place, c.engine.access[p.access].name)
		case WhyNoConversion:
			// The search ends here: to go on would give a customer with a
			// special price the general one because a unit is not kept.
			c.noPrice(st, i, why, "pricing.price-unit", fmt.Sprintf("the prices of %s are in units that %s cannot be counted in",
				ls.Item, ls.Quantity), "add the conversion to the item")
			return nil
		case WhyNotValid:
			c.skip(st, i, Entry{Why: why, Detail: c.engine.access[p.access].name})
			tried = p.access
		default: // no record has the key: the next may
		}
	}
	c.traceAccesses(st, i, &tried, len(c.engine.access))
	c.noPrice(st, i, WhyNoRecord, "pricing.price-missing", fmt.Sprintf("no price record holds for item %s on %s in %s",
		ls.Item, c.date, c.req.Currency), "add a price for the item, or set one for this line")
	return nil
}

// countable tells whether the line's quantity is one that can be priced.
func (l *Line) countable() bool { return l.Quantity.Sign() > 0 && l.Quantity.Unit() != 0 }

// traceAccesses records the accesses between the one tried last and the one that
// comes now: they found nothing.
func (c *calculation) traceAccesses(st *step, i int, tried *int, now int) {
	if !c.full {
		return
	}
	for *tried+1 < now {
		*tried++
		c.skip(st, i, Entry{Why: WhyNoRecord, Detail: c.engine.access[*tried].name})
	}
}

// noPrice leaves the line without a price. That blocks, unless a person set one.
func (c *calculation) noPrice(st *step, i int, why Why, code, message, fix string) {
	if why != WhyNoRecord { // the accesses that were tried have said it
		c.skip(st, i, Entry{Why: why})
	}
	for _, o := range c.lines[i].Overrides {
		if o.Kind == SetPrice {
			c.found.Info(code, linePath(i), message, "")
			return
		}
	}
	c.found.Block(code, linePath(i), message, fix)
}

// usePrice prices the line by the record.
func (c *calculation) usePrice(st *step, i, place int, accessName string) error {
	ls, book := &c.lines[i], c.engine.book
	r := &book.records[place]
	m, ok := measureIn(ls.Quantity, r.unit, ls.Units)
	if !ok {
		return fmt.Errorf("record %s: %s in %s: %w", book.id(place), ls.Quantity, r.unit, money.ErrRange)
	}
	price, amount, err := c.recordPrice(st, i, r, &m)
	if err == nil && price.Currency() == 0 {
		c.noPrice(st, i, WhyOutsideScale, "pricing.outside-scale",
			fmt.Sprintf("the scale of record %s has no row for the quantity of item %s", book.id(place), ls.Item),
			"order a quantity that the scale covers, or extend the scale")
		return nil
	}
	if err != nil {
		return fmt.Errorf("record %s: %w", book.id(place), err)
	}
	ls.priced, ls.list, ls.record = true, amount, book.id(place)
	ls.standard = amount
	ls.price = Price{Amount: price, Per: r.per, Unit: r.unit}
	if !r.open {
		ls.closed = ls.record
	}
	return c.book(st, i, Entry{
		Base: price, Quantity: m.shown(ls.Quantity), Per: r.per, Amount: amount, Source: ls.record, Detail: accessName,
	})
}

// recordPrice returns the price that the record has for the quantity and the
// line's value at it: the price of the row that the quantity reaches where the
// record has a scale, one without currency where there is no such row.
func (c *calculation) recordPrice(st *step, i int, r *record, m *measure) (price, amount money.Amount, err error) {
	if r.scale < 0 {
		amount, err = m.value(r.price, r.per, c.rounding(st))
		return r.price, amount, err
	}
	s := &c.engine.book.scales[r.scale]
	rows := c.engine.book.rowsOf(s)
	if s.graduated {
		var reached int
		amount, reached, err = s.graduate(rows, m, r.per, c.rounding(st))
		if err != nil || reached < 0 {
			return money.Amount{}, money.Amount{}, err
		}
		return rows[reached].Price, amount, nil
	}
	entered, ok := *m, true
	if s.over != OverLine {
		entered, ok = c.over(s.over, i, r.unit)
	}
	reached := -1
	if ok {
		reached = s.row(rows, &entered)
	}
	if reached < 0 {
		return money.Amount{}, money.Amount{}, nil
	}
	price = rows[reached].Price
	amount, err = m.value(price, r.per, c.rounding(st))
	return price, amount, err
}

// shown is the quantity in the price's unit where that is a decimal number, the
// ordered one otherwise.
func (m *measure) shown(ordered quantity.Quantity) quantity.Quantity {
	if m.num == 1 && m.den == 1 {
		return m.count
	}
	return ordered
}

// totalKey names what quantities are added up over.
type totalKey struct {
	scope ScaleScope
	name  string // the item or category
}

// totalled is a quantity over several lines, in base units; ok is false where
// the base units differ or a quantity has no exact value in them.
type totalled struct {
	quantity quantity.Quantity
	ok       bool
}

// over returns the quantity of the line's item or category over all lines,
// counted in the unit.
func (c *calculation) over(scope ScaleScope, i int, unit quantity.Unit) (measure, bool) {
	name := c.lines[i].Item
	if scope == OverCategory {
		name = c.lines[i].Category
	}
	if name == "" { // lines that have no category have none in common
		return measureIn(c.lines[i].Quantity, unit, c.lines[i].Units)
	}
	if len(c.totals) == 0 {
		c.addTotals()
	}
	total := c.totals[totalKey{scope, name}]
	if !total.ok {
		return measure{}, false
	}
	return measureIn(total.quantity, unit, c.lines[i].Units)
}

// addTotals adds the quantities up over items and categories.
func (c *calculation) addTotals() {
	if c.totals == nil {
		c.totals = make(map[totalKey]totalled)
	}
	for i := range c.lines {
		ls := &c.lines[i]
		base, err := ls.Quantity, error(nil)
		if ls.Units != nil {
			base, err = ls.Units.Convert(ls.Quantity, ls.Units.Base())
		}
		for _, k := range [...]totalKey{{OverItem, ls.Item}, {OverCategory, ls.Category}} {
			total, begun := c.totals[k]
			sum, sumErr := total.quantity.Add(base)
			c.totals[k] = totalled{sum, err == nil && sumErr == nil && (total.ok || !begun)}
		}
	}
}
