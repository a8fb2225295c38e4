package pricing

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/internal/exact"
	"github.com/o2ckit/o2c/kernel/money"
)

// basePrices finds the price of every line by the access sequence and then works
// out what the lines cost: a scale over a mix group counts the lines by the records
// that they found.
func (c *calculation) basePrices(st *step) error {
	if err := c.eachLine(st, c.findPrice); err != nil {
		return err
	}
	return c.eachLine(st, c.usePrice)
}

// findPrice finds the line's price record: in the currency of the request or else
// in the first of the schema's currencies that there is a price in.
func (c *calculation) findPrice(st *step, i int) error {
	ls := &c.lines[i]
	if !ls.countable() {
		c.found.Block("pricing.quantity", linePath(i)+".quantity",
			fmt.Sprintf("the quantity %q cannot be priced", ls.Quantity), "order more than zero of a unit")
		c.skip(st, i, Entry{Why: WhyNoPrice})
		return nil
	}
	switch why := c.searchPrice(st, i); why {
	case "":
	case WhyNoConversion:
		// The search ends here: to go on would give a customer with a
		// special price the general one because a unit is not kept.
		c.noPrice(st, i, why, "pricing.price-unit", fmt.Sprintf("the prices of %s are in units that %s cannot be counted in",
			ls.Item, ls.Quantity), "add the conversion to the item")
	default:
		c.noPrice(st, i, WhyNoRecord, "pricing.price-missing", fmt.Sprintf("no price record holds for item %s on %s in %s",
			ls.Item, c.dateOf(i), c.req.Currency), "add a price for the item, or set one for this line")
	}
	return nil
}

// searchPrice is search for the price step, in one currency after the other.
func (c *calculation) searchPrice(st *step, i int) Why {
	why := c.search(st, i, c.probes, c.engine.access, c.req.Currency)
	for n := 0; why == WhyNoRecord && n < len(c.engine.schema.Currencies); n++ {
		if currency := c.engine.schema.Currencies[n]; currency != c.req.Currency {
			why = c.search(st, i, c.foreignProbes(n), c.engine.access, currency)
		}
	}
	return why
}

// countable tells whether the line's quantity is one that can be priced.
func (l *Line) countable() bool { return l.Quantity.Sign() > 0 && l.Quantity.Unit() != 0 }

// foreignProbes returns the keys to try in one of the schema's currencies.
func (c *calculation) foreignProbes(n int) []probe {
	if len(c.foreign) == 0 {
		c.foreign = make([][]probe, len(c.engine.schema.Currencies))
	}
	if c.foreign[n] == nil {
		c.foreign[n] = c.addProbes([]probe{}, c.engine.access, shape{currency: c.engine.schema.Currencies[n]})
	}
	return c.foreign[n]
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

// usePrice prices the line by the record that it found.
func (c *calculation) usePrice(st *step, i int) error {
	ls := &c.lines[i]
	if ls.hit.in == nil {
		return nil
	}
	r, id := ls.hit.record(), ls.hit.id()
	if m, ok := measureIn(ls.Quantity, r.unit, ls.Units); !ok {
		return fmt.Errorf("record %s: %s in %s: %w", id, ls.Quantity, r.unit, money.ErrRange)
	} else if err := c.priceBy(st, i, r, id, &m); err != nil {
		return fmt.Errorf("record %s: %w", id, err)
	}
	return nil
}

func (c *calculation) priceBy(st *step, i int, r *record, id string, m *measure) error {
	ls := &c.lines[i]
	change, err := c.exchange(r.price.Currency(), i)
	if err != nil {
		var missing *money.MissingRateError
		if !errors.As(err, &missing) {
			return err
		}
		c.noPrice(st, i, WhyNoExchange, "pricing.rate-missing",
			fmt.Sprintf("the price of item %s, record %s, is in %s, and no rate leads to %s on %s",
				ls.Item, id, r.price.Currency(), c.req.Currency, c.dateOf(i)), "add the exchange rate")
		return nil
	}
	price, amount, why, err := c.recordPrice(st, i, r, m, change)
	if err != nil {
		return err
	}
	switch why {
	case "":
	case WhyNoWeight:
		c.noPrice(st, i, why, "pricing.weight-missing",
			fmt.Sprintf("the scale of record %s goes by weight, and that of line %s is not known", id, ls.ID),
			"state the weight of the line")
		return nil
	case WhyNoConversion:
		c.noPrice(st, i, why, "pricing.price-unit",
			fmt.Sprintf("the scale of record %s counts %s together with lines in units that cannot be added to its own", id, ls.Item),
			"add the conversions to the items, so that they have one base unit")
		return nil
	default:
		c.noPrice(st, i, WhyOutsideScale, "pricing.outside-scale",
			fmt.Sprintf("the scale of record %s has no row for the quantity of item %s", id, ls.Item),
			"order a quantity that the scale covers, or extend the scale")
		return nil
	}
	ls.priced, ls.list, ls.record = true, amount, id
	ls.standard = amount
	ls.price = Price{Amount: price, Per: r.per, Unit: r.unit}
	if !r.open() {
		ls.closed = id
	}
	e := Entry{
		Base: price, Quantity: m.shown(ls.Quantity), Per: r.per, Amount: amount, Source: id,
		Detail: c.engine.access[ls.access].name,
	}
	if change != nil {
		e.Conversion = &Conversion{From: price.Currency(), To: c.req.Currency, Rates: change.rates}
	}
	return c.book(st, i, e)
}

// recordPrice returns the price that the record has for the line and the line's
// value at it, in the currency of the request: the price of the row that is reached
// where the record has a scale. why tells why there is none.
func (c *calculation) recordPrice(
	st *step, i int, r *record, m *measure, change *exchanged,
) (price, amount money.Amount, why Why, err error) {
	if !r.scaled {
		amount, err = c.valueOf(m, r.price, r.per, c.rounding(st), change)
		return r.price, amount, "", err
	}
	s := c.lines[i].hit.in
	table := &s.scales[r.side]
	rows := s.rowsOf(table)
	entered, why := c.entered(table, i)
	if why != "" {
		return price, amount, why, nil
	}
	if table.graduated {
		sum, over, reached := table.average(rows, &entered, func(r *row) decimal.Decimal { return r.price.Decimal() }, true)
		if reached < 0 {
			return price, amount, WhyOutsideScale, nil
		}
		amount, err = c.valueOfFraction(m, sum, over, r.per, c.rounding(st), change)
		return rows[reached].price, amount, "", err
	}
	reached := table.row(rows, &entered)
	if reached < 0 {
		return price, amount, WhyOutsideScale, nil
	}
	price = rows[reached].price
	amount, err = c.valueOf(m, price, r.per, c.rounding(st), change)
	return price, amount, "", err
}

// valueOf returns what the quantity costs at a price, in the currency of the
// request, rounded once.
func (c *calculation) valueOf(m *measure, price money.Amount, per int64, r rounding, change *exchanged) (money.Amount, error) {
	if change == nil {
		return m.value(price, per, r)
	}
	return c.valueOfFraction(m, price.Decimal(), decimal.NewFromInt(1), per, r, change)
}

// valueOfFraction is valueOf for the price num / den.
func (c *calculation) valueOfFraction(
	m *measure, num, den decimal.Decimal, per int64, r rounding, change *exchanged,
) (money.Amount, error) {
	num = num.Mul(m.count.Decimal()).Mul(decimal.NewFromInt(m.num))
	den = den.Mul(decimal.NewFromInt(per)).Mul(decimal.NewFromInt(m.den))
	if change != nil {
		num, den = num.Mul(change.num), den.Mul(change.den)
	}
	return quotient(num, den, r, c.req.Currency)
}

// quotient returns num / den in the currency, rounded once.
func quotient(num, den decimal.Decimal, r rounding, currency money.Currency) (money.Amount, error) {
	value, ok := exact.QuoDecimal(num, den, uint8(r.places), r.mode)
	if !ok {
		return money.Amount{}, money.ErrRange
	}
	return money.FromDecimal(value.Decimal(), currency)
}
