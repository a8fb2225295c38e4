package pricing

import (
	"errors"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

// keepTaxes gathers the engine's answer by line, in memory of its own.
func (c *calculation) keepTaxes(res *tax.Result, owners []int) error {
	w := c.taxed.whole
	w.Totals = slices.Clone(res.Totals)
	shares := 0
	for n := range res.Lines {
		shares += len(res.Lines[n].Shares)
	}
	block := make([]tax.Share, 0, shares)
	net, due, gross := newSums(c.zero), newSums(c.zero), newSums(c.zero)
	for n := range res.Lines {
		from, to := &res.Lines[n], &c.taxed.lines[owners[n]]
		start := len(block) - len(to.Shares) // those of a line follow each other
		block = append(block, from.Shares...)
		to.Shares = block[start:len(block):len(block)]
		for _, part := range []struct {
			whole *sums
			to    *money.Amount
			a     money.Amount
		}{{&net, &to.Net, from.Net}, {&due, &to.Tax, from.Tax}, {&gross, &to.Gross, from.Gross}} {
			part.whole.add(part.a)
			var err error
			if *part.to, err = part.to.Add(part.a); err != nil {
				return err
			}
		}
	}
	w.Net, w.Tax, w.Gross = net.sum, due.sum, gross.sum
	return errors.Join(net.err, due.err, gross.err)
}

// bookTaxes makes an entry of each share of the line. None moves its amount.
func (c *calculation) bookTaxes(st *step, i int, texts levyTexts) error {
	shares := c.taxed.lines[i].Shares
	if len(shares) == 0 {
		c.skip(st, i, Entry{Why: WhyNoTaxRate})
		return nil
	}
	for n := range shares {
		s := &shares[n]
		e := Entry{Base: s.Base, Rate: s.Rate, Amount: s.Amount}
		e.Source, e.Detail = texts.of(&s.Levy)
		if err := c.book(st, i, e); err != nil {
			return err
		}
	}
	return nil
}

// levyTexts are the texts of each levy of a document, made once.
type levyTexts []levyText

type levyText struct {
	levy           *tax.Levy
	source, detail string
}

func newLevyTexts(totals []tax.Total) levyTexts {
	texts := make(levyTexts, len(totals))
	for n := range totals {
		texts[n] = newLevyText(&totals[n].Levy)
	}
	return texts
}

// newLevyText says whose tax it is, and what there is to say of it beside its
// rate: the category of UNCL 5305, whether it is compound, and why nothing is
// charged.
func newLevyText(l *tax.Levy) levyText {
	detail := "category " + string(l.Code)
	if l.Compound {
		detail += ", compound"
	}
	if l.Reason != "" {
		detail += ", " + l.Reason
	}
	if l.Certificate != "" {
		detail += ", certificate " + l.Certificate
	}
	return levyText{l, strings.TrimSpace(l.Jurisdiction + " " + l.Name), detail}
}

func (t levyTexts) of(l *tax.Levy) (source, detail string) {
	for n := range t {
		if *t[n].levy == *l {
			return t[n].source, t[n].detail
		}
	}
	text := newLevyText(l) // a total that the engine left out
	return text.source, text.detail
}
