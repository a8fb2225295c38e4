package pricing

import (
	"context"
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
)

// CheckPolicy is what becomes of a customer's stated price. Whatever it says, a
// person can decide otherwise by an [Approval].
type CheckPolicy struct {
	// Within is for a price that is lower than ours, by no more than the tolerance.
	// Empty means [AcceptTheirs].
	Within Outcome `json:"within,omitempty"`
	// Below is for one that is lower by more. Empty means [Hold].
	Below Outcome `json:"below,omitempty"`
	// Above is for one that is higher: [AcceptOurs], which empty means too, or
	// [Hold]. No customer pays more than our price because they expected to.
	Above Outcome `json:"above,omitempty"`
}

func (p *CheckPolicy) check(path string, wanted bool, found *faults) {
	if !wanted && *p != (CheckPolicy{}) {
		found.add(path, "only a customer-price step checks a stated price")
	}
	for _, o := range [...]struct {
		name    string
		outcome Outcome
	}{{"within", p.Within}, {"below", p.Below}, {"above", p.Above}} {
		switch o.outcome {
		case "", AcceptOurs, Hold:
		case AcceptTheirs:
			if o.name == "above" {
				found.add(path+".above", "nobody is charged more than our price")
			}
		default:
			found.add(path+"."+o.name, "%q is no outcome; accept-ours, accept-theirs or hold", o.outcome)
		}
	}
}

// customerPrice compares the price that the customer stated with ours. Values of
// the line are compared, rounded alike, so that prices per other units or other
// numbers of units compare too. Ours is the line's net so far: a purchase order
// states what the goods cost, not their part of freight or of an order discount.
func (c *calculation) customerPrice(ctx context.Context, st *step, i int) error {
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
	p := priceCheck{PriceCheck: &ls.check, step: st, line: i, tolerance: c.req.Customer.Tolerance}
	if ok {
		var err error
		r := c.rounding(st) // theirs is rounded so too
		if ls.check.Ours, err = ls.net.Round(r.places, r.mode); err != nil {
			return err
		}
		ls.check.Stated = theirs.Amount
		if err := c.decidePrice(ctx, &p); err != nil {
			return err
		}
	}
	c.reportCheck(&p)
	p.sign(&theirs)
	if ls.check.Outcome != AcceptTheirs {
		theirs.Why, theirs.Amount = WhyOursStands, c.zero
		p.record(c, theirs)
		return nil
	}
	var err error
	if theirs.Amount, err = ls.check.Stated.Sub(ls.net); err != nil {
		return err
	}
	return c.book(st, i, &theirs)
}

// orderPriceCheck compares the total that the purchase order states with what the
// priced lines have come to. The step stands where the two mean the same: before
// freight if the purchase order has none.
func (c *calculation) orderPriceCheck(ctx context.Context, st *step) error {
	stated := c.req.Stated
	if stated == nil {
		c.skip(st, -1, Entry{Why: WhyNothingGiven})
		return nil
	}
	c.allPriced()
	check := &c.guards.check
	*check = PriceCheck{Outcome: Hold}
	p := priceCheck{PriceCheck: check, step: st, line: -1, tolerance: c.req.Customer.OrderTolerance}
	switch {
	case len(c.eligible) < len(c.lines) || len(c.lines) == 0:
		check.Reason = OurPriceIsMissing
	case stated.Currency() != c.req.Currency:
		check.Reason = StatedCurrency
	case stated.Scale() != c.req.Currency.Digits():
		check.Reason = StatedUnit
	default:
		ours, err := c.facts.Order.Running.RoundMinor(c.minor.mode)
		if err != nil {
			return err
		}
		check.Ours, check.Stated = ours, *stated
		if err := c.decidePrice(ctx, &p); err != nil {
			return err
		}
	}
	c.reportCheck(&p)
	e := Entry{Amount: c.zero}
	p.sign(&e)
	if check.Outcome != AcceptTheirs {
		e.Why = WhyOursStands
		p.record(c, e)
		return nil
	}
	return c.acceptTotal(st, e)
}

// acceptTotal brings the order to the total that the customer stated. Where only
// the total is rounded that is done now, so that no fraction of a line is left
// below zero.
func (c *calculation) acceptTotal(st *step, e Entry) error {
	if err := c.roundForOrder(); err != nil {
		return err
	}
	c.allPriced()
	var err error
	if e.Amount, err = c.guards.check.Stated.Sub(c.facts.Order.Running); err != nil {
		return err
	}
	return c.spread(st, e)
}

// priceCheck is a check on its way.
type priceCheck struct {
	*PriceCheck
	step      *step
	line      int        // -1: the order
	tolerance *Tolerance // the customer's own
	approval  *Approval
	wanted    string // who could approve, where the check holds
}

// sign puts the reason and the person who decided into the entry.
func (p *priceCheck) sign(e *Entry) {
	e.Detail = string(p.Reason)
	e.approve(p.approval)
}

// record shows that our price stands: always where a person decided so.
func (p *priceCheck) record(c *calculation, e Entry) {
	if p.approval != nil {
		c.note(p.step, p.line, e)
		return
	}
	c.skip(p.step, p.line, Entry{Why: e.Why, Detail: e.Detail})
}

// decidePrice decides between our value and the customer's: by the policy, and
// where that holds by an approval.
func (c *calculation) decidePrice(ctx context.Context, p *priceCheck) error {
	below, err := p.Ours.Sub(p.Stated)
	if err != nil {
		return err
	}
	policy := &p.step.Check
	switch below.Sign() {
	case 0:
		p.Outcome, p.Reason = AcceptOurs, PricesAgree
		return nil
	case -1:
		p.Outcome, p.Reason = policy.Above.or(AcceptOurs), StatedHigher
	default:
		tolerance := &p.step.Tolerance
		if p.tolerance != nil {
			tolerance = p.tolerance
		}
		within, err := tolerance.admits(below, p.Ours)
		if err != nil {
			return err
		}
		p.Outcome, p.Reason = policy.Below.or(Hold), BelowTolerance
		if within {
			p.Outcome, p.Reason = policy.Within.or(AcceptTheirs), WithinTolerance
		}
	}
	if p.Outcome != Hold {
		return nil
	}
	return c.askPrice(ctx, p, below)
}

// or returns the outcome, or what it means to leave it out.
func (o Outcome) or(empty Outcome) Outcome {
	if o == "" {
		return empty
	}
	return o
}

// askPrice looks for a person who has decided on a price that is held.
func (c *calculation) askPrice(ctx context.Context, p *priceCheck, below money.Amount) error {
	d := decision{
		step: p.step, kind: string(StepCustomerPrice), line: p.line, priced: true,
		list: p.Ours, off: below, net: p.Stated, need: c.zero, costed: true,
	}
	for i := range c.lines {
		if p.line >= 0 && p.line != i {
			continue
		}
		ls := &c.lines[i]
		var err error
		if d.need, err = money.Sum(d.need, ls.cost, ls.accrued); err != nil {
			return err
		}
		d.costed = d.costed && ls.costed
	}
	a, err := c.approved(ctx, &d)
	if err != nil {
		return err
	}
	if a == nil {
		p.wanted = c.guards.wanted[len(c.guards.wanted)-1].wants()
		return nil
	}
	p.approval, p.Reason, p.Outcome = a, CheckApproved, a.Accept.or(AcceptTheirs)
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
func (c *calculation) reportCheck(p *priceCheck) {
	code, at := "pricing.order-total", "stated"
	if p.line >= 0 {
		code, at = "pricing.customer-price", linePath(p.line)+".stated"
	}
	report := c.found.Info
	if p.Outcome == Hold {
		report = c.found.Block
	}
	expects := fmt.Sprintf("the customer expects to pay %s, our price comes to %s", p.Stated, p.Ours)
	const agree = "agree on a price with the customer, then set it or release the line at ours"
	switch p.Reason {
	case PricesAgree, CheckApproved:
	case WithinTolerance:
		if p.Outcome != AcceptTheirs {
			report(code+".lower", at, expects+"; that is within the tolerance"+p.wanted, p.fix(agree))
		}
	case StatedHigher:
		report(code+".higher", at, expects+p.wanted, p.fix(agree))
	case BelowTolerance:
		report(code+".lower", at, expects+"; that is beyond the tolerance"+p.wanted, p.fix(agree))
	case StatedCurrency, StatedUnit:
		message, fix := fmt.Sprintf("the total %s is no whole number of minor units of %s", c.req.Stated, c.req.Currency),
			"ask the customer for the total in the currency of the order"
		if p.line >= 0 {
			ls := &c.lines[p.line]
			message = fmt.Sprintf("the customer's price %s cannot be compared with ours for %s in %s",
				ls.Stated.text(ls.Quantity.Unit()), ls.Quantity, c.req.Currency)
			fix = "ask the customer for the price in the currency of the order and in a unit of the item"
		}
		report(code+".unlike", at, message, fix)
	case OurPriceIsMissing: // the missing price is a finding already
	}
}

// fix is what would mend a check that holds.
func (p *priceCheck) fix(text string) string {
	if p.Outcome == Hold {
		return text
	}
	return ""
}
