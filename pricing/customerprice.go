package pricing

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
)

// customerPrice compares the price that the customer stated with ours. Values of
// the line are compared, rounded alike, so that prices per other units or other
// numbers of units compare too. Ours is the line's net so far: a purchase order
// states what the goods cost, not their part of freight or of an order discount.
func (c *calculation) customerPrice(st *step, i int) error {
	ls := &c.lines[i]
	if ls.Stated == nil {
		c.skip(st, i, Entry{Why: WhyNothingGiven})
		return nil
	}
	ls.check = PriceCheck{Outcome: Hold}
	theirs, ok := Entry{}, false
	switch {
	case !ls.priced:
		ls.check.Reason = OurPriceIsMissing
	case ls.Stated.Amount.Currency() != c.req.Currency:
		ls.check.Reason = StatedCurrency
	default:
		var err error
		if theirs, ok, err = c.atPrice(ls.Line, *ls.Stated, c.rounding(st)); err != nil {
			return err
		}
		if ok = ok && ls.Stated.Per >= 0; !ok {
			ls.check.Reason = StatedUnit
		}
	}
	if ok {
		if err := c.compare(st, ls, theirs.Amount); err != nil {
			return err
		}
	}
	c.reportCheck(i)
	if ls.check.Outcome != AcceptTheirs {
		c.skip(st, i, Entry{Why: WhyOursStands, Detail: string(ls.check.Reason)})
		return nil
	}
	var err error
	if theirs.Amount, err = ls.check.Stated.Sub(ls.check.Ours); err != nil {
		return err
	}
	theirs.Detail = string(ls.check.Reason)
	return c.book(st, i, theirs)
}

// compare decides between our value of the line and the customer's.
func (c *calculation) compare(st *step, ls *lineState, theirs money.Amount) error {
	ls.check.Ours, ls.check.Stated = ls.net, theirs
	below, err := ls.net.Sub(theirs)
	if err != nil {
		return err
	}
	switch below.Sign() {
	case 0:
		ls.check.Outcome, ls.check.Reason = AcceptOurs, PricesAgree
		return nil
	case -1:
		ls.check.Outcome, ls.check.Reason = AcceptOurs, StatedHigher
		return nil
	}
	tolerance := &st.Tolerance
	if c.req.Customer.Tolerance != nil {
		tolerance = c.req.Customer.Tolerance
	}
	within, err := tolerance.admits(below, ls.net)
	if err != nil {
		return err
	}
	ls.check.Outcome, ls.check.Reason = Hold, BelowTolerance
	if within {
		ls.check.Outcome, ls.check.Reason = AcceptTheirs, WithinTolerance
	}
	return nil
}

// admits tells whether a value that is below ours by the difference is near
// enough: both bounds must hold.
func (t *Tolerance) admits(below, ours money.Amount) (bool, error) {
	// Rounded down to far more places than the difference has, the bound holds
	// for the same differences as the exact one.
	bound, err := ours.MulRound(t.Percent, min(ours.Scale()+maxDigits, money.MaxScale), money.Down)
	if err != nil {
		return false, err
	}
	if order, err := below.Cmp(bound); err != nil || order > 0 {
		return false, err
	}
	if len(t.Amounts) == 0 {
		return true, nil
	}
	for _, limit := range t.Amounts {
		if limit.Currency() == below.Currency() {
			order, err := below.Cmp(limit)
			return order <= 0, err
		}
	}
	return false, nil
}

// reportCheck makes a finding of a check whose outcome somebody should know of.
func (c *calculation) reportCheck(i int) {
	ls := &c.lines[i]
	at := linePath(i) + ".stated"
	switch ls.check.Reason {
	case PricesAgree, WithinTolerance:
	case StatedHigher:
		c.found.Info("pricing.customer-price.higher", at,
			fmt.Sprintf("the customer expects to pay %s, our price comes to %s", ls.check.Stated, ls.check.Ours), "")
	case BelowTolerance:
		c.found.Block("pricing.customer-price.lower", at,
			fmt.Sprintf("the customer expects to pay %s, our price comes to %s; that is beyond the tolerance", ls.check.Stated, ls.check.Ours),
			"agree on a price with the customer, then set it or release the line at ours")
	case StatedCurrency, StatedUnit:
		c.found.Block("pricing.customer-price.unlike", at,
			fmt.Sprintf("the customer's price %s cannot be compared with ours for %s in %s",
				ls.Stated.text(ls.Quantity.Unit()), ls.Quantity, c.req.Currency),
			"ask the customer for the price in the currency of the order and in a unit of the item")
	case OurPriceIsMissing: // the missing price is a finding already
	}
}
