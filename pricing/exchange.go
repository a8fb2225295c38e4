package pricing

import (
	"errors"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/kernel/money"
)

// exchanged is how amounts of one currency become amounts of another: times
// num / den, exactly.
type exchanged struct {
	num, den decimal.Decimal
	rates    []money.ExchangeRate
}

// exchange returns how prices in the currency become prices in that of the request,
// on the line's price date; nil where they are. No rate is a
// *money.MissingRateError.
func (c *calculation) exchange(from money.Currency, i int) (*exchanged, error) {
	to, via := c.req.Currency, c.engine.schema.Via
	if from == to {
		return nil, nil
	}
	one := decimal.NewFromInt(1)
	x := &exchanged{num: one, den: one}
	table, at := c.engine.rates, c.at(i)
	direct, err := table.Find(from, to, at)
	if err == nil {
		x.apply(direct, from)
		return x, nil
	}
	if via == 0 || via == from || via == to {
		return nil, err
	}
	first, firstErr := table.Find(from, via, at)
	second, secondErr := table.Find(via, to, at)
	if err := errors.Join(firstErr, secondErr); err != nil {
		return nil, err
	}
	x.apply(first, from)
	x.apply(second, via)
	return x, nil
}

// apply applies a rate in the direction that begins at the currency.
func (x *exchanged) apply(rate money.ExchangeRate, from money.Currency) {
	if rate.From == from {
		x.num = x.num.Mul(rate.Rate.Decimal())
	} else {
		x.den = x.den.Mul(rate.Rate.Decimal())
	}
	x.rates = append(x.rates, rate)
}
