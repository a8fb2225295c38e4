package tax

import (
	"fmt"

	"github.com/o2ckit/o2c/kernel/money"
)

// maxLevies is how many levies one amount may bear; United States addresses reach
// a dozen.
const maxLevies = 64

// Part is a part of a line's amount that bears the same levies: at most 64.
type Part struct {
	Amount money.Amount
	// Levies stand in the order in which they are worked out; a compound one
	// builds on all before it. None: the part is not taxed and is in no total.
	Levies []Levy
}

// Calculate does the arithmetic for an engine that knows which levies each line
// bears: parts[i] are the parts of r.Lines[i], and their amounts add up to its
// amount. [Table] is made of it.
//
// The tax of an amount without tax is base x rate, rounded as the request says.
// The net of an amount with its tax included is the amount divided by the product
// of its rates, rounded; the tax is the rest, and several taxes share it by
// largest remainder, so that the amount never changes.
//
// The error is a *[RequestError] for a request or parts that make no sense,
// [ErrCircle], or money.ErrRange when an amount does not fit.
func Calculate(r *Request, parts [][]Part) (Result, error) {
	if err := r.Validate(); err != nil {
		return Result{}, err
	}
	if err := checkParts(r, parts); err != nil {
		return Result{}, err
	}
	return calculate(r, parts)
}

// calculate is Calculate for what is known to be sound.
func calculate(r *Request, parts [][]Part) (Result, error) {
	c := calculation{
		r: r, digits: r.Currency.Digits(), zero: money.Zero(r.Currency), unit: money.FromMinor(1, r.Currency),
	}
	c.layOut(parts)
	if err := c.takeOut(); err != nil {
		return Result{}, fmt.Errorf("tax: included: %w", err)
	}
	work := c.byDocument
	if r.Rounding == ByLine {
		work = c.byLine
	}
	if err := work(); err != nil {
		return Result{}, err
	}
	if err := c.addUp(); err != nil {
		return Result{}, fmt.Errorf("tax: totals: %w", err)
	}
	return c.result, nil
}

// checkParts reports levies that cannot be, and parts that are not the line.
func checkParts(r *Request, parts [][]Part) error {
	if len(parts) != len(r.Lines) {
		return &RequestError{[]FaultError{{"lines", fmt.Sprintf("there are parts for %d of %d lines", len(parts), len(r.Lines))}}}
	}
	var found []FaultError
	for i := range parts {
		sum := money.Zero(r.Currency)
		for n, p := range parts[i] {
			path := fmt.Sprintf("%s, part %d", linePath(i), n)
			if p.Amount.Currency() != r.Currency || p.Amount.Scale() != r.Currency.Digits() {
				found = append(found, FaultError{path, fmt.Sprintf("%s is no whole number of minor units of %s", p.Amount, r.Currency)})
				continue
			}
			var err error
			if sum, err = sum.Add(p.Amount); err != nil {
				return fmt.Errorf("tax: %s: %w", path, err)
			}
			if len(p.Levies) > maxLevies {
				found = append(found, FaultError{path, fmt.Sprintf("it bears %d levies; %d is the most", len(p.Levies), maxLevies)})
			}
			for _, l := range p.Levies {
				if reason := l.fault(); reason != "" {
					found = append(found, FaultError{path, fmt.Sprintf("levy %s: %s", l.Name, reason)})
				}
			}
		}
		if sum != r.Lines[i].Amount {
			found = append(found, FaultError{linePath(i), fmt.Sprintf("its parts come to %s and not to %s", sum, r.Lines[i].Amount)})
		}
	}
	if len(found) > 0 {
		return &RequestError{Faults: found}
	}
	return nil
}

// fault says what is wrong with the levy; empty: nothing.
func (l *Levy) fault() string {
	switch {
	case !l.Code.IsValid():
		return fmt.Sprintf("%q is no category of UNCL 5305 that EN 16931 admits", l.Code)
	case l.Rate.Sign() < 0:
		return fmt.Sprintf("the rate %s is negative", l.Rate)
	case l.Rate.Sign() > 0 && !l.Code.charges():
		return fmt.Sprintf("category %s has no rate, and it is %s", l.Code, l.Rate.Percent())
	case l.Rate.IsZero() && l.Code == Standard:
		return "category S has a rate above zero; Z is zero rated, E exempt"
	}
	return ""
}

// calculation is one request being worked out.
type calculation struct {
	r      *Request
	digits int
	zero   money.Amount
	unit   money.Amount // one minor unit
	items  []item
	result Result

	inclusions []inclusion // those met so far
}

// item is a part on its way.
type item struct {
	line     int
	included bool
	net      money.Amount
	gross    money.Amount // for included ones
	shares   []Share      // in the line's, already with their levies
	worked   uint64       // the shares that are worked out, a bit each
}

// layOut makes the lines of the result with room for all shares in one block.
func (c *calculation) layOut(parts [][]Part) {
	shares, items := 0, 0
	for i := range parts {
		items += len(parts[i])
		for _, p := range parts[i] {
			shares += len(p.Levies)
		}
	}
	block := make([]Share, shares)
	c.items = make([]item, 0, items)
	c.result.Lines = make([]LineTax, len(parts))
	start := 0
	for i := range parts {
		first := start
		for _, p := range parts[i] {
			end := start + len(p.Levies)
			it := item{
				line: i, included: c.r.Lines[i].Included, net: p.Amount, gross: p.Amount, shares: block[start:end:end],
			}
			for n, levy := range p.Levies {
				it.shares[n] = Share{Levy: levy, Base: c.zero, Amount: c.zero}
			}
			c.items = append(c.items, it)
			start = end
		}
		c.result.Lines[i].ID = c.r.Lines[i].ID
		c.result.Lines[i].Shares = block[first:start:start]
	}
}

// byLine works out each tax of each item that has none included.
func (c *calculation) byLine() error {
	for i := range c.items {
		it := &c.items[i]
		if it.included {
			continue
		}
		for n := range it.shares {
			s := &it.shares[n]
			var err error
			if s.Base, err = it.base(n); err != nil {
				return c.lineError(it, err)
			}
			if s.Amount, err = s.Base.MulRound(s.Rate, c.digits, c.r.Mode); err != nil {
				return c.lineError(it, err)
			}
		}
	}
	return nil
}

func (c *calculation) lineError(it *item, err error) error {
	return fmt.Errorf("tax: line %s: %w", c.r.Lines[it.line].ID, err)
}

// base is what the n-th levy of the item is taken of.
func (it *item) base(n int) (money.Amount, error) {
	base := it.net
	if !it.shares[n].Compound {
		return base, nil
	}
	for _, before := range it.shares[:n] {
		var err error
		if base, err = base.Add(before.Amount); err != nil {
			return base, err
		}
	}
	return base, nil
}

// addUp fills in the sums.
func (c *calculation) addUp() error {
	res := &c.result
	res.Net, res.Tax, res.Gross = c.zero, c.zero, c.zero
	for i := range res.Lines {
		res.Lines[i].Net, res.Lines[i].Tax, res.Lines[i].Gross = c.zero, c.zero, c.zero
	}
	var sum sums
	for i := range c.items {
		it := &c.items[i]
		l := &res.Lines[it.line]
		sum.add(&l.Net, it.net)
		for n := range it.shares {
			s := &it.shares[n]
			sum.add(&l.Tax, s.Amount)
			t := res.total(&s.Levy, c.zero)
			sum.add(&t.Base, s.Base)
			sum.add(&t.Amount, s.Amount)
		}
	}
	for i := range res.Lines {
		l := &res.Lines[i]
		sum.add(&l.Gross, l.Net)
		sum.add(&l.Gross, l.Tax)
		sum.add(&res.Net, l.Net)
		sum.add(&res.Tax, l.Tax)
		sum.add(&res.Gross, l.Gross)
	}
	return sum.err
}

// total returns the levy's row of the breakdown.
func (r *Result) total(l *Levy, zero money.Amount) *Total {
	for i := range r.Totals {
		if r.Totals[i].Levy == *l {
			return &r.Totals[i]
		}
	}
	r.Totals = append(r.Totals, Total{Levy: *l, Base: zero, Amount: zero})
	return &r.Totals[len(r.Totals)-1]
}

// sums adds and keeps the first error.
type sums struct{ err error }

func (s *sums) add(to *money.Amount, a money.Amount) {
	if s.err == nil {
		*to, s.err = to.Add(a)
	}
}
