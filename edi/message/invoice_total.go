package message

import (
	"fmt"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/mapping"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

// total reads what stands behind UNS.
func (r *invoiceReader) total(s edifact.Segment, c *edifact.Cursor) {
	switch s.ID() {
	case "CNT":
		r.counts = append(r.counts, s)
	case "MOA":
		r.rest(c, "MOA group", "RFF", "DTM")
		if a, ok := r.amount(s); ok {
			r.state(statedAmount{s, a})
		}
	case "TAX":
		r.taxGroups++
		if t, ok := r.tax(s, c); ok {
			r.out.Taxes = append(r.out.Taxes, t)
		}
	case "ALC": // totals by kind of what stands elsewhere
		r.rest(c, "ALC group", "ALI", "MOA", "FTX")
	default:
		r.homeless("summary", s)
	}
}

// state keeps an amount of the summary, unless there was one of its kind before.
func (r *invoiceReader) state(a statedAmount) {
	code := text(a.segment, 1, 1)
	if _, told := r.stated[code]; told {
		return
	}
	if r.stated == nil {
		r.stated = make(map[string]statedAmount)
	}
	r.stated[code] = a
}

// tax reads TAX and its amounts; ok is false where no amount is told.
func (r *invoiceReader) tax(s edifact.Segment, c *edifact.Cursor) (t mapping.VendorTax, ok bool) {
	t = mapping.VendorTax{Type: text(s, 2, 1), Jurisdiction: text(s, 2, 4), Category: text(s, 6, 1)}
	rate := text(s, 5, 4)
	if rate == "" {
		rate = text(s, 5, 1)
	}
	if rate != "" {
		var err error
		if t.Rate, err = parseRate(rate); err != nil {
			r.warn("tax-rate", s, element(5), fmt.Sprintf("%.20q is no percentage", rate), "ask the partner for the rate")
		}
	}
	for next, more := c.Take("MOA", "LOC"); more; next, more = c.Take("MOA", "LOC") {
		if next.Is("LOC") {
			r.homeless("TAX group", next)
			continue
		}
		a, sound := r.amount(next)
		switch code := text(next, 1, 1); {
		case !sound:
		case code == taxAmount || code == "150" || code == taxTotal:
			t.Amount, ok = a, true
		case code == taxableAmount:
			t.Base = a
		case r.summary:
			r.late = append(r.late, statedAmount{next, a})
		}
	}
	if ok {
		return t, true
	}
	if t.Rate.IsZero() && r.currencyOf() != 0 { // nothing is charged
		t.Amount = money.Zero(r.currencyOf())
		return t, true
	}
	return t, false
}

// parseRate reads a percentage as EDIFACT writes it.
func parseRate(percent string) (money.Rate, error) {
	number, err := edifact.Standard().ParseNumber(percent)
	if err != nil {
		return money.Rate{}, err
	}
	return money.ParseRate(number + "%")
}

// conclude puts the totals together and says what does not tie.
func (r *invoiceReader) conclude() {
	v := &r.out
	v.Currency = r.currencyOf()
	if !r.begun {
		r.add(finding.Block, "bgm-missing", edifact.Segment{}, whole(), "the message has no BGM, which numbers the invoice", "ask the partner to send it anew")
	}
	switch {
	case v.Currency == 0 && len(r.found.With(r.code("currency"))) == 0:
		r.add(finding.Block, "currency-missing", edifact.Segment{}, whole(), "the invoice states no currency (CUX), and none is agreed", "agree with the partner on the currency")
	case r.begun && v.Date.IsZero():
		r.add(finding.Warning, "date-missing", edifact.Segment{}, whole(), "the invoice has no date (DTM 137)", "ask the partner for the date")
	}
	p, note := r.terms.conclude(&r.reader)
	v.Terms = p
	if note != "" {
		v.Notes = append(v.Notes, note)
	}
	net := r.nets()
	v.Charges = r.chargesOf(r.groups, net)
	if len(v.Taxes) == 0 {
		for i := range r.read {
			v.Lines[i].Taxes = r.read[i].taxes
		}
	}
	if r.taxGroups == 1 { // amounts of the whole that stand behind its only tax
		for _, a := range r.late {
			r.state(a)
		}
	}
	t := &v.Totals
	t.Payable = r.first(invoiceAmount, messageTotal, "39", "128", amountDue)
	t.Lines, t.Tax = r.first(linesTotal), r.first(taxTotal, taxAmount)
	t.DiscountBase, t.Discount = r.first(subjectToDiscount), r.first(discountAmount, "21", "53")
	if r.begun && v.Currency != 0 && t.Payable.Currency() == 0 {
		r.add(finding.Block, "total-missing", edifact.Segment{}, whole(), "the summary does not say what is to be paid (MOA 77, 86 or 9)", "ask the partner for the total")
	}
	r.ties(net)
	r.checkTotals(&controlTotals{counts: r.counts}, r.lines)
	r.leftOut()
}

// nets adds up the lines with their charges; no currency: they cannot be.
func (r *invoiceReader) nets() money.Amount {
	if r.currencyOf() == 0 {
		return money.Amount{}
	}
	sum := money.Zero(r.currencyOf())
	var err error
	for i := range r.out.Lines {
		l := &r.out.Lines[i]
		if err == nil && l.Value.Currency() != 0 {
			sum, err = sum.Add(l.Value)
		}
		for n := range l.Charges {
			if err == nil {
				sum, err = sum.Add(l.Charges[n].Amount)
			}
		}
	}
	if err != nil {
		return money.Amount{}
	}
	return sum
}

// first is the first amount of the summary that is stated.
func (r *invoiceReader) first(codes ...string) money.Amount {
	for _, code := range codes {
		if a, told := r.stated[code]; told {
			return a.amount
		}
	}
	return money.Amount{}
}

// ties compares the totals with what they are the totals of.
func (r *invoiceReader) ties(net money.Amount) {
	if stated, told := r.stated[linesTotal]; told && net.Currency() != 0 && len(r.out.Lines) == r.lines && stated.amount != net {
		r.warn("lines-tie", stated.segment, spot{1, 2}, fmt.Sprintf("the lines are said to come to %s, they add up to %s", stated.amount, net),
			"ask the vendor whether a line was lost")
	}
	if stated, told := r.stated[taxTotal]; told && len(r.out.Taxes) > 0 {
		sum := money.Zero(stated.amount.Currency())
		var err error
		for i := range r.out.Taxes {
			if err == nil {
				sum, err = sum.Add(r.out.Taxes[i].Amount)
			}
		}
		if err == nil && sum != stated.amount {
			r.warn("tax-tie", stated.segment, spot{1, 2}, fmt.Sprintf("the taxes are said to come to %s, they add up to %s", stated.amount, sum),
				"ask the vendor for the taxes")
		}
	}
	if len(r.out.Lines) == r.lines { // else it cannot tie
		for _, f := range r.out.Validate() {
			r.add(f.Severity, "tie", r.stated[r.payable()].segment, whole(), f.Message, f.Fix)
		}
	}
}

// payable is the code of the amount that is to be paid.
func (r *invoiceReader) payable() string {
	for _, code := range []string{invoiceAmount, messageTotal, "39", "128"} {
		if _, told := r.stated[code]; told {
			return code
		}
	}
	return amountDue
}
