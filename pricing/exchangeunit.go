package pricing

import (
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
)

// Conversion is how a price in another currency became an amount in that of the
// request: the product of price, quantity and rates was rounded once.
type Conversion struct {
	// From is the currency of the price, To that of the request.
	From money.Currency `json:"from"`
	To   money.Currency `json:"to"`
	// Rates were applied one after the other: one, or two where the schema says
	// through which currency to convert. Each multiplies, unless it is stated the
	// other way round: then it divides.
	Rates []money.ExchangeRate `json:"rates"`
}

// String writes the conversion for a person: EUR x 1.0855 is USD.
func (c *Conversion) String() string {
	var b strings.Builder
	b.WriteString(c.From.Code())
	reached := c.From
	for _, rate := range c.Rates {
		sign, next := " x ", rate.To
		if rate.From != reached {
			sign, next = " / ", rate.From
		}
		b.WriteString(sign + rate.Rate.String())
		reached = next
	}
	return b.String() + " is " + c.To.Code()
}

// UnitPrice is the line's base price in the currency of the result, as a document
// states it. It is Price, but where that was converted: a converted unit price would
// have to be rounded, so it is then what the whole line costs, for the number of
// units that it has. 3 EA at 10.00 EUR are 32.57 USD per 3 EA; 2.5 KG that cost 9.13
// USD are 91.30 USD per 25. So quantity x price / per is always what was charged.
// The zero Price where there is none, or where it does not fit.
func (l *LineResult) UnitPrice() Price {
	for i := range l.Entries {
		e := &l.Entries[i]
		if e.Conversion == nil || !e.Counts() {
			continue
		}
		value := e.Amount
		for range l.Quantity.Scale() {
			var err error
			if value, err = value.MulInt(10); err != nil {
				return Price{}
			}
		}
		return Price{Amount: value, Per: l.Quantity.Coefficient(), Unit: l.Quantity.Unit()}
	}
	return l.Price
}
