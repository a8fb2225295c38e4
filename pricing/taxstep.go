package pricing

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

// Taxes is the tax of a result. It adds up to the minor unit: Net + Tax is Gross,
// and each is the sum of those of the lines.
type Taxes struct {
	Net   money.Amount `json:"net"`
	Tax   money.Amount `json:"tax"`
	Gross money.Amount `json:"gross"`
	// Totals are the rows of the tax breakdown: all that is taxed alike.
	Totals []tax.Total `json:"totals,omitempty"`
}

// LineTax is the tax of a line with its charges and its parts of order steps.
type LineTax struct {
	Net   money.Amount `json:"net"`
	Tax   money.Amount `json:"tax"`
	Gross money.Amount `json:"gross"`
	// Shares are its shares of each tax, each an entry of the waterfall too.
	// Those of charges that are taxed by themselves come last.
	Shares []tax.Share `json:"shares,omitempty"`
}

// TaxError means that a tax engine's answer does not fit what it was asked.
type TaxError struct {
	// Line is the line of the tax request, empty for all of them; Reason what is
	// wrong with its answer.
	Line   string
	Reason string
}

// Error implements error.
func (e *TaxError) Error() string {
	if e.Line == "" {
		return "the tax engine's answer: " + e.Reason
	}
	return fmt.Sprintf("the tax engine's answer for line %s: %s", e.Line, e.Reason)
}

// taxed is what a calculation knows of tax.
type taxed struct {
	whole *Taxes // nil: not worked out
	lines []LineTax
	// ask is set while a step runs that has amounts meant gross of tax.
	ask   func(*tax.Request) (tax.Result, error)
	given []money.Amount // what such amounts took off each line's net
	fall  money.Amount   // and off the gross total
}

// checkTax reports what is wrong with what the step says about tax.
func (st *Step) checkTax(path string, found *faults) {
	switch st.TaxKind {
	case "", tax.Freight, tax.Fee:
	default:
		found.add(path+".tax_kind", "%q is no kind of charge; freight or fee, or left out", st.TaxKind)
	}
	if st.Kind != StepCharge && (st.TaxKind != "" || st.TaxCategory != "") {
		found.add(path+".tax_kind", "only the amounts of a charge step are taxed by themselves")
	}
	switch st.TaxRounding {
	case "":
	case tax.ByDocument, tax.ByLine:
		if st.Kind != StepTax {
			found.add(path+".tax_rounding", "a %s step works out no tax", st.Kind)
		}
	default:
		found.add(path+".tax_rounding", "%q is no rounding of taxes; document or line", st.TaxRounding)
	}
}

// checkPlace reports a step that stands after the tax step and would change what
// was taxed, and a second tax step.
func (st *Step) checkPlace(path string, taxed *bool, found *faults) {
	if st.Kind == StepTax {
		if *taxed {
			found.add(path, "a schema has one tax step")
		}
		*taxed = true
		return
	}
	if !*taxed || st.Statistical {
		return
	}
	switch st.Kind {
	case StepOverride, StepDiscount, StepSurcharge, StepCharge, StepCustomerPrice, StepMargin:
		found.add(path, "it stands after the tax step and would change what was taxed")
	default: // moves nothing
	}
}

// bindTaxes finds the tax step, and the charges that are taxed by themselves.
func (e *Engine) bindTaxes() {
	e.taxStep, e.charges = nil, nil
	for i := range e.steps {
		switch st := &e.steps[i]; {
		case st.Kind == StepTax:
			e.taxStep = st
		case st.Kind == StepCharge && !st.Statistical && (st.TaxKind != "" || st.TaxCategory != ""):
			e.charges = append(e.charges, st.Step)
		}
	}
}

// checkTaxes makes sure that something works the tax out, and that it is asked.
func (e *Engine) checkTaxes(found *faults) {
	switch {
	case e.taxStep != nil && e.taxes == nil:
		found.add("taxes", "the step %s needs a tax engine", e.taxStep.Name)
	case e.taxStep == nil && e.taxes != nil:
		found.add("taxes", "the schema has no tax step that would ask it")
	}
}

// tax runs the tax step.
func (c *calculation) tax(ctx context.Context, st *step) error {
	if err := c.roundDocument(); err != nil {
		return err
	}
	req, owners, err := c.taxRequest()
	if err != nil {
		return err
	}
	c.taxed.whole, c.taxed.lines = &Taxes{Net: c.zero, Tax: c.zero, Gross: c.zero}, make([]LineTax, len(c.lines))
	for i := range c.taxed.lines {
		c.taxed.lines[i] = LineTax{Net: c.zero, Tax: c.zero, Gross: c.zero}
	}
	if len(req.Lines) == 0 {
		for _, i := range c.byID {
			c.skip(st, i, Entry{Why: WhyNoPrice})
		}
		return nil
	}
	res, err := c.askTaxes(ctx, &req)
	if err != nil {
		return err
	}
	c.reportTaxes(res.Findings, owners)
	if err := c.keepTaxes(&res, owners); err != nil {
		return err
	}
	texts := newLevyTexts(res.Totals)
	for _, i := range c.byID {
		if err := c.bookTaxes(st, i, texts); err != nil {
			return c.lineError(i, err)
		}
	}
	return c.checkFall(ctx, &req, &res)
}

// roundDocument brings the lines to what the document will say, which is what is
// taxed.
func (c *calculation) roundDocument() error {
	if c.engine.schema.Document == RoundTotal {
		return c.roundTotal()
	}
	return c.settle()
}

// taxRequest asks for the tax of what the lines have come to, in the order of
// their ids. owners has the line that each line of the request belongs to.
func (c *calculation) taxRequest() (tax.Request, []int, error) {
	req := tax.Request{
		Date: c.req.TaxDate, Currency: c.req.Currency, Supply: c.req.Tax,
		Rounding: c.engine.taxStep.TaxRounding, Mode: c.engine.schema.Rounding,
	}
	if req.Date.IsZero() {
		req.Date = c.date
	}
	own, err := c.ownCharges()
	if err != nil {
		return req, nil, err
	}
	room := len(c.lines) * (1 + len(c.engine.charges))
	req.Lines = make([]tax.Line, 0, room)
	owners := make([]int, 0, room)
	included := c.engine.schema.Prices == GrossPrices
	for _, i := range c.byID {
		ls := &c.lines[i]
		if !ls.priced {
			continue
		}
		charges := own[i*len(c.engine.charges) : (i+1)*len(c.engine.charges)]
		goods, err := c.withoutCharges(ls.running, charges)
		if err != nil {
			return req, nil, c.lineError(i, err)
		}
		req.Lines = append(req.Lines, tax.Line{ID: ls.ID, Kind: tax.Goods, Category: ls.TaxCategory, Amount: goods, Included: included})
		owners = append(owners, i)
		for n, st := range c.engine.charges {
			if charges[n].IsZero() {
				continue
			}
			charge := tax.Line{ID: ls.ID + "\t" + st.Name, Kind: tax.Fee, Category: st.TaxCategory, Amount: charges[n], Included: included}
			if st.TaxKind == tax.Freight {
				charge.Kind, charge.Of = tax.Freight, ls.ID
			}
			req.Lines = append(req.Lines, charge)
			owners = append(owners, i)
		}
	}
	return req, owners, nil
}

// ownCharges returns what each line has of each charge step that is taxed by
// itself, less what a rule has taken off that charge: free freight bears no tax.
func (c *calculation) ownCharges() ([]money.Amount, error) {
	steps := c.engine.charges
	if len(steps) == 0 {
		return nil, nil
	}
	own := make([]money.Amount, len(c.lines)*len(steps))
	for n := range own {
		own[n] = c.zero
	}
	for line := range c.lines {
		for n := range c.lines[line].entries {
			e := &c.lines[line].entries[n]
			if e.Kind != StepCharge || !e.Counts() {
				continue
			}
			at := slices.IndexFunc(steps, func(st *Step) bool { return st.Name == e.Step })
			if at < 0 {
				continue
			}
			sum := &own[line*len(steps)+at]
			var err error
			if *sum, err = sum.Add(e.Amount); err != nil {
				return nil, err
			}
		}
	}
	for _, w := range c.waived {
		at := slices.IndexFunc(steps, func(st *Step) bool { return st.Name == w.rule.Then.Charge })
		if at < 0 {
			continue
		}
		sum := &own[w.line*len(steps)+at]
		var err error
		if *sum, err = sum.Add(w.amount); err != nil {
			return nil, err
		}
	}
	return own, nil
}

// withoutCharges returns what is left of a line for its goods. Other discounts
// after a charge lower the goods; what they take beyond them lowers the charges, the last
// first.
func (c *calculation) withoutCharges(running money.Amount, charges []money.Amount) (money.Amount, error) {
	goods := running
	var err error
	for _, charge := range charges {
		if goods, err = goods.Sub(charge); err != nil {
			return goods, err
		}
	}
	for n := len(charges) - 1; n >= 0 && goods.Sign() < 0; n-- {
		if charges[n].Sign() <= 0 {
			continue
		}
		if goods, err = goods.Add(charges[n]); err != nil {
			return goods, err
		}
		if charges[n] = c.zero; goods.Sign() > 0 {
			charges[n], goods = goods, c.zero
		}
	}
	return goods, nil
}

// askTaxes asks the tax engine and checks that its answer fits.
func (c *calculation) askTaxes(ctx context.Context, req *tax.Request) (tax.Result, error) {
	res, err := c.engine.taxes.Tax(ctx, *req)
	if err != nil {
		return res, err
	}
	if len(res.Lines) != len(req.Lines) {
		return res, &TaxError{Reason: fmt.Sprintf("it has %d lines for %d", len(res.Lines), len(req.Lines))}
	}
	sum := newSums(c.zero)
	for n := range res.Lines {
		l, asked := &res.Lines[n], &req.Lines[n]
		shares := newSums(c.zero)
		for s := range l.Shares {
			shares.add(l.Shares[s].Amount)
		}
		whole := newSums(l.Net)
		whole.add(l.Tax)
		amount := l.Net
		if asked.Included {
			amount = l.Gross
		}
		switch {
		case l.ID != asked.ID:
			return res, &TaxError{Line: asked.ID, Reason: fmt.Sprintf("it is for line %s", l.ID)}
		case amount != asked.Amount:
			return res, &TaxError{Line: asked.ID, Reason: fmt.Sprintf("it taxes %s and not %s", amount, asked.Amount)}
		case shares.err != nil || shares.sum != l.Tax || whole.err != nil || whole.sum != l.Gross:
			return res, &TaxError{Line: asked.ID, Reason: fmt.Sprintf("%s and %s tax are not %s, or its shares are not its tax", l.Net, l.Tax, l.Gross)}
		case l.Tax.Scale() > c.req.Currency.Digits():
			return res, &TaxError{Line: asked.ID, Reason: fmt.Sprintf("%s is no whole number of minor units", l.Tax)}
		}
		sum.add(l.Gross)
	}
	if sum.err != nil || sum.sum != res.Gross {
		return res, &TaxError{Reason: fmt.Sprintf("its lines do not come to its total of %s", res.Gross)}
	}
	return res, nil
}

// sums adds and keeps the first error.
type sums struct {
	sum money.Amount
	err error
}

func newSums(start money.Amount) sums { return sums{sum: start} }

func (s *sums) add(a money.Amount) {
	if s.err == nil {
		s.sum, s.err = s.sum.Add(a)
	}
}

// reportTaxes makes the engine's findings those of the result, each with the path
// of the line that it is about.
func (c *calculation) reportTaxes(found []finding.Finding, owners []int) {
	for _, f := range found {
		if f.Code == tax.CodeMissing {
			f.Code = "pricing.tax-missing"
		}
		if rest, of := strings.CutPrefix(f.Path, "lines["); of {
			number, rest, _ := strings.Cut(rest, "]")
			if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < len(owners) {
				f.Path = linePath(owners[n]) + rest
			}
		}
		c.found = append(c.found, f)
	}
}
