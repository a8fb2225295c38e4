package pricing

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/money"
)

// stepRecords applies the records of a discount or surcharge step to the lines:
// each has the one that the step's access sequence finds.
func (c *calculation) stepRecords(st *step) error {
	c.forgetTotals()
	c.stepProbes = c.addProbes(c.stepProbes[:0], st.access, shape{step: st.Name})
	for i := range c.lines {
		ls := &c.lines[i]
		ls.before, ls.hit = ls.running, recordHit{}
		c.findStepRecord(st, i)
	}
	return c.eachLine(st, c.useStepRecord)
}

func (c *calculation) findStepRecord(st *step, i int) {
	ls := &c.lines[i]
	switch {
	case !ls.priced:
		c.skip(st, i, Entry{Why: WhyNoPrice})
	case st.Kind == StepDiscount && ls.closed != "":
		c.skip(st, i, Entry{Why: WhyClosed, Detail: ls.closed})
	case !ls.countable(): // a finding already
	default:
		if why := c.search(st, i, c.stepProbes, st.access, c.req.Currency); why == WhyNoConversion {
			c.skip(st, i, Entry{Why: why})
		}
	}
}

// useStepRecord applies to the line the record that it found.
func (c *calculation) useStepRecord(st *step, i int) error {
	ls := &c.lines[i]
	if ls.hit.in == nil {
		return nil
	}
	r, id := ls.hit.record(), ls.hit.id()
	e, err := c.stepEffect(st, i, r)
	if err != nil {
		return fmt.Errorf("record %s: %w", id, err)
	}
	e.Source, e.Detail = id, st.access[ls.access].name
	if e.Why == WhyNoWeight {
		c.found.Warn("pricing.weight-missing", linePath(i),
			fmt.Sprintf("the scale of record %s goes by weight, and that of line %s is not known", id, ls.ID),
			"state the weight of the line")
	}
	if e.Why != "" {
		c.skip(st, i, e)
		return nil
	}
	if !c.engine.schema.AllowNegative {
		if e.Amount, err = c.noMoreThanLeft(st, i, e.Amount); err != nil {
			return err
		}
	}
	e.Amount = st.signed(e.Amount)
	return c.book(st, i, e)
}

// given is what a record of a step gives the line: a rate or a price as the fraction
// num / den, and as it stands in the record.
type given struct {
	rate     money.Rate
	price    money.Amount
	num, den decimal.Decimal
	average  bool // the fraction is an average over stretches
}

// stepEffect works out what a record does to the line, without its sign.
func (c *calculation) stepEffect(st *step, i int, r *record) (Entry, error) {
	ls := &c.lines[i]
	g, why := c.given(i, r)
	if why != "" {
		return Entry{Why: why}, nil
	}
	round := c.rounding(st)
	switch r.kind {
	case percentRecord:
		e := Entry{Base: c.base(st, i), Rate: g.rate}
		var err error
		if g.average {
			e.Amount, err = c.share(st, e.Base, ls.running, &g, round)
		} else {
			e.Amount, err = c.percent(st, e.Base, ls.running, g.rate, round)
		}
		return e, err
	case perUnitRecord:
		m, ok := measureIn(ls.Quantity, r.unit, ls.Units)
		if !ok {
			return Entry{Why: WhyNoConversion}, nil
		}
		e := Entry{Base: g.price, Quantity: m.shown(ls.Quantity), Per: r.per}
		var err error
		if g.average {
			e.Amount, err = c.valueOfFraction(&m, g.num, g.den, r.per, round, nil)
		} else {
			e.Amount, err = m.value(g.price, r.per, round)
		}
		return e, err
	default: // an amount for the line
		amount, err := g.price.Round(round.places, round.mode)
		return Entry{Amount: amount}, err
	}
}

// given returns what the record gives the line: by its scale where it has one.
func (c *calculation) given(i int, r *record) (given, Why) {
	s := c.lines[i].hit.in
	if !r.scaled {
		g := given{price: r.price}
		if r.kind == percentRecord {
			g.rate = s.rates[r.side]
		}
		return g, ""
	}
	table := &s.scales[r.side]
	rows := s.rowsOf(table)
	entered, why := c.entered(table, i)
	if why != "" {
		return given{}, why
	}
	reached := table.row(rows, &entered)
	if reached < 0 {
		return given{}, WhyOutsideScale
	}
	g := given{rate: rows[reached].rate, price: rows[reached].price, average: table.graduated}
	if g.average {
		of := func(r *row) decimal.Decimal { return r.price.Decimal() }
		if r.kind == percentRecord {
			of = func(r *row) decimal.Decimal { return r.rate.Decimal() }
		}
		g.num, g.den, _ = table.average(rows, &entered, of, false)
		if g.den.IsZero() { // nothing to have a share of
			g.num, g.den = decimal.Zero, decimal.NewFromInt(1)
		}
	}
	return g, ""
}

// share is percent for a rate that is a fraction.
func (c *calculation) share(st *step, base, running money.Amount, g *given, r rounding) (money.Amount, error) {
	num := base.Decimal().Mul(g.num)
	if !st.RoundNet {
		return quotient(num, g.den, r, c.req.Currency)
	}
	if st.Kind == StepSurcharge {
		num = num.Neg()
	}
	left, err := quotient(running.Decimal().Mul(g.den).Sub(num), g.den, r, c.req.Currency)
	if err != nil {
		return money.Amount{}, err
	}
	if st.Kind == StepSurcharge {
		return left.Sub(running)
	}
	return running.Sub(left)
}
