package pricing

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
)

// clamp raises the net to the floor.
func (c *calculation) clamp(st *step, m *marginCheck) error {
	var err error
	if m.line >= 0 {
		err = c.clampLine(st, m)
	} else {
		err = c.clampOrder(st, m)
	}
	if err != nil {
		return err
	}
	c.found.Info("pricing.margin.clamped", placePath(m.line), m.text(st)+" and has been raised by that", "")
	if m.Net, err = m.Net.Add(m.short); err != nil {
		return err
	}
	m.Profit, err = m.Profit.Add(m.short)
	c.storeMargin(m)
	return err
}

// clampLine raises the line to whole minor units.
func (c *calculation) clampLine(st *step, m *marginCheck) error {
	ls := &c.lines[m.line]
	to, err := m.Net.Add(m.short)
	if err != nil {
		return err
	}
	raise, err := to.Sub(ls.running)
	if err != nil {
		return err
	}
	if err := c.book(st, m.line, m.entry(raise)); err != nil {
		return err
	}
	return c.warnAboveList(m.line)
}

// clampOrder spreads the raise over the lines: first what they have lost from
// their list values, then by list value.
func (c *calculation) clampOrder(st *step, m *marginCheck) error {
	room := make([]money.Amount, 0, len(c.eligible))
	list := make([]money.Amount, 0, len(c.eligible))
	for _, i := range c.eligible {
		ls := &c.lines[i]
		lost, err := ls.list.Sub(ls.running)
		if err != nil {
			return err
		}
		if lost, _, err = c.cut(c.notNegative(lost)); err != nil {
			return err
		}
		room, list = append(room, lost), append(list, c.notNegative(ls.list))
	}
	parts, beyond, err := money.ApportionCapped(m.short, room, room)
	if err != nil {
		return err
	}
	if !beyond.IsZero() {
		if err := c.addParts(parts, beyond, list); err != nil {
			return err
		}
	}
	e := m.entry(m.short)
	if err := c.bookParts(st, e, parts, c.zero); err != nil {
		return err
	}
	for n, i := range c.eligible {
		if parts[n].Sign() <= 0 {
			continue
		}
		if err := c.warnAboveList(i); err != nil {
			return err
		}
	}
	return nil
}

// addParts adds to the parts what goes beyond list values: by list value, or
// evenly where that is nothing.
func (c *calculation) addParts(parts []money.Amount, beyond money.Amount, list []money.Amount) error {
	weighty := false
	for _, weight := range list {
		weighty = weighty || weight.Sign() > 0
	}
	for n := range list {
		if !weighty {
			list[n] = money.FromMinor(1, c.req.Currency)
		}
	}
	more, err := money.Apportion(beyond, list)
	if err != nil {
		return err
	}
	for n := range parts {
		if parts[n], err = parts[n].Add(more[n]); err != nil {
			return err
		}
	}
	return nil
}

// warnAboveList says that a floor has made a line dearer than its list value.
func (c *calculation) warnAboveList(i int) error {
	ls := &c.lines[i]
	order, err := ls.running.Cmp(ls.list)
	if err == nil && order > 0 {
		c.found.Warn("pricing.margin.above-list", linePath(i),
			fmt.Sprintf("line %s comes to %s, its list value is %s", ls.ID, ls.running, ls.list), "look at the price and the cost")
	}
	return err
}
