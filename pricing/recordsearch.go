package pricing

import (
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// search looks for the line's record under the keys, in their order, and notes the
// one that it finds. Where there is none it says why.
func (c *calculation) search(st *step, i int, probes []probe, accesses []access, currency money.Currency) Why {
	ls, tried := &c.lines[i], -1
	ls.hit = recordHit{}
	on := c.dateOf(i)
	for n := range probes {
		p := &probes[n]
		if c.full {
			c.traceAccesses(st, i, accesses, &tried, p.access)
		}
		hit, why := c.look(p, currency, on, ls)
		switch why {
		case "":
			ls.hit, ls.access = hit, p.access
			return ""
		case WhyNoConversion:
			return why
		case WhyNotValid:
			c.skip(st, i, Entry{Why: why, Detail: accesses[p.access].name})
			tried = p.access
		default: // no record has the key: the next may
		}
	}
	if c.full {
		c.traceAccesses(st, i, accesses, &tried, len(accesses))
	}
	return WhyNoRecord
}

// look looks for the line's record under one key; where the key has a node above
// the item, under each of the item's, the nearest first.
func (c *calculation) look(p *probe, currency money.Currency, on calendar.Date, ls *lineState) (recordHit, Why) {
	if !p.shape.fields.has(nodeField) {
		key, ok := p.complete(ls, "")
		if !ok {
			return recordHit{}, WhyNoRecord
		}
		return c.engine.book.find(&key, currency, on, ls.Line)
	}
	found := WhyNoRecord
	for _, node := range ls.ItemHierarchy {
		key, ok := p.complete(ls, node)
		if !ok {
			continue
		}
		hit, why := c.engine.book.find(&key, currency, on, ls.Line)
		if why == "" || why == WhyNoConversion {
			return hit, why
		}
		if why == WhyNotValid {
			found = why
		}
	}
	return recordHit{}, found
}

// traceAccesses records the accesses between the one tried last and the one that
// comes now: they found nothing.
func (c *calculation) traceAccesses(st *step, i int, accesses []access, tried *int, now int) {
	for *tried+1 < now {
		*tried++
		c.skip(st, i, Entry{Why: WhyNoRecord, Detail: accesses[*tried].name})
	}
}

// addProbes appends the keys under which the customer's records can stand, as far as
// the book has records of the kind.
func (c *calculation) addProbes(dst []probe, accesses []access, of shape) []probe {
	for i := range accesses {
		a := &accesses[i]
		for _, currency := range a.currencies {
			if currency == of.currency {
				dst = a.probes(dst, i, of, &c.words)
				break
			}
		}
	}
	return dst
}

// fillWords notes what the customer can be found by.
func (c *calculation) fillWords() {
	customer := &c.req.Customer
	for field := range c.words {
		c.words[field] = c.words[field][:0]
	}
	add := func(field int, values ...string) {
		if !c.engine.fields.has(field) {
			return
		}
		for _, value := range values {
			if value != "" {
				c.words[field] = append(c.words[field], word{value, hashText(value)})
			}
		}
	}
	add(0, customer.Contracts...)
	add(1, customer.Account)
	add(2, customer.Hierarchy...)
	add(3, customer.Group)
	add(4, customer.PriceLists...)
}

// at is the line's price date as an instant; -1: the order's.
func (c *calculation) at(i int) time.Time {
	if i >= 0 && !c.lines[i].At.IsZero() {
		return c.lines[i].At
	}
	return c.req.At
}

// dateOf is the day of the line's price date.
func (c *calculation) dateOf(i int) calendar.Date {
	if at := c.lines[i].At; !at.IsZero() {
		return calendar.DateOf(at.In(c.engine.zone))
	}
	return c.date
}
