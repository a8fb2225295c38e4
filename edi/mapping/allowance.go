package mapping

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// The qualifiers of an ALC group.
const (
	allowanceAmount = "204" // 5025
	chargeAmount    = "23"
	anyAmount       = "8"
	basisAmount     = "25"
	discreteCount   = "1" // 6063
)

// AllowanceGroup makes the segment group of an allowance or charge as INVOIC,
// ORDERS and ORDRSP of D.96A and D.01B have it, at the level of the document and of
// a line alike: ALC, and as far as they apply QTY, PCD, MOA and RTE. An amount of
// zero makes no group.
//
// MOA tells the amount (204 an allowance, 23 a charge) and, where a percentage
// explains it, the amount that it is taken of (25); PCD the percentage, in ten
// digits; RTE an amount per unit, for as many units as it is for, and QTY of how
// many. An explanation that does not fit is left out, since the amount alone
// counts. ALC carries the record or rule as number of the allowance (1230, 35
// characters), the partner's codes ([Options].Charges) and the label, in two parts
// of 35 characters (7160) and cut there. Tax of the charge, who decided it and what
// is statistical is not written.
//
// What would break the group is a [*FieldError]; its Set is INVOIC.
func AllowanceGroup(c order.Charge, agreed Options) ([]edifact.Segment, error) {
	if c.Amount.IsZero() {
		return nil, nil
	}
	g := grouper{agreed: &agreed, numbers: edifact.Standard()}
	if mark := agreed.DecimalMark; mark == "," {
		g.numbers.Decimal = ','
	} else if mark != "" && mark != "." {
		return nil, &FieldError{Set: "INVOIC", Segment: "ALC", Value: mark, Reason: "a decimal mark is a point or a comma"}
	}
	g.head(&c)
	g.body(&c)
	return g.out, g.err
}

// grouper makes one ALC group.
type grouper struct {
	agreed  *Options
	numbers edifact.Separators
	out     []edifact.Segment
	err     error
}

func (g *grouper) fail(segment string, element int, value, reason string) {
	if g.err == nil {
		g.err = &FieldError{Set: "INVOIC", Segment: segment, Element: element, Value: value, Reason: reason}
	}
}

func (g *grouper) add(tag string, elements ...edifact.Element) {
	g.out = append(g.out, edifact.NewSegment(tag, elements...))
}

// head writes the ALC.
func (g *grouper) head(c *order.Charge) {
	code := g.agreed.chargeCode(c)
	indicator := "C"
	if c.Amount.Sign() < 0 {
		indicator = "A"
	}
	const longest = 35
	number := strings.TrimSpace(c.Source)
	if len(number) > longest {
		number = ""
	}
	label := c.Label
	if label == "" {
		label = c.Step
	}
	first, rest := cut(label, longest)
	second, _ := cut(rest, longest)
	for i, coded := range []string{code.Reason, code.Settlement, code.Service} {
		if len(coded) > 3 {
			g.fail("ALC", []int{2, 3, 5}[i], coded, "a code has three characters at most")
		}
	}
	g.add("ALC", edifact.Simple(indicator), edifact.Composite(number, code.Reason), edifact.Simple(code.Settlement),
		edifact.Element{}, edifact.Composite(code.Service, "", "", first, second))
}

// body writes what the amount is and what explains it.
func (g *grouper) body(c *order.Charge) {
	qualifier, rateOf := chargeAmount, "2"
	if c.Amount.Sign() < 0 {
		qualifier, rateOf = allowanceAmount, "1"
	}
	amount := edifact.Composite(qualifier, g.number("MOA", c.Amount.Decimal().Abs(), 18))
	if !c.Rate.IsZero() {
		if percent := c.Rate.Decimal().Abs().Shift(2); digitsOf(percent) <= 10 {
			g.add("PCD", edifact.Composite(rateOf, g.number("PCD", percent, 10)))
		}
		g.add("MOA", amount)
		if base := c.Base.Decimal(); c.Base.Currency() != 0 && digitsOf(base) <= 18 {
			g.add("MOA", edifact.Composite(basisAmount, g.number("MOA", base, 18)))
		}
		return
	}
	unit, known := g.agreed.TradeUnitCode(c.Quantity.Unit())
	count, rate := c.Quantity.Decimal(), c.Base.Decimal().Abs()
	per := decimal.NewFromInt(max(c.Per, 1))
	if c.Quantity.IsZero() || c.Base.Currency() == 0 || !known || digitsOf(count) > 15 || digitsOf(rate) > 15 || digitsOf(per) > 9 {
		g.add("MOA", amount)
		return
	}
	g.add("QTY", edifact.Composite(discreteCount, g.number("QTY", count, 15), unit))
	g.add("MOA", amount)
	basis := ""
	if c.Per > 1 {
		basis = per.String()
	}
	g.add("RTE", edifact.Composite(rateOf, g.number("RTE", rate, 15), basis, unit))
}

// number writes a number of up to so many digits.
func (g *grouper) number(segment string, d decimal.Decimal, longest int) string {
	text, err := g.numbers.FormatNumber(d.String())
	if err == nil && digitsOf(d) > longest {
		err = fmt.Errorf("it has more than %d digits", longest)
	}
	if err != nil {
		g.fail(segment, 1, d.String(), err.Error())
	}
	return text
}

// digitsOf counts those that a number is written with.
func digitsOf(d decimal.Decimal) int { return digitsIn(d.String()) }

// AllowanceGroups reads the groups that ALC segments begin, in their order. What
// [AllowanceGroup] wrote reads back with the same amount, rate, base, quantity,
// number of units, text and source. Step and kind are what the partner's code
// stands for. The currency is that of the document (CUX).
//
// Other segments are passed over, so that the segments of a whole document or of
// one line can be given. An amount that is not stated is worked out of a percentage
// and its basis, or of a rate and a quantity, and rounded half up. What cannot be
// read is a finding; one that blocks says that an amount is missing from the
// charges. The totals of a document by kind (ALC with MOA 131) are none of them.
func AllowanceGroups(segments []edifact.Segment, currency money.Currency, agreed Options) ([]order.Charge, finding.List) {
	r := chargeReader{agreed: &agreed, currency: currency}
	var all []order.Charge
	for from := 0; from < len(segments); from++ {
		if !segments[from].Is("ALC") {
			continue
		}
		to := from + 1
		for to < len(segments) && inGroup(segments[to].ID()) {
			to++
		}
		if c, ok := r.readGroup(segments[from:to]); ok {
			all = append(all, c)
		}
		from = to - 1
	}
	return all, r.found
}

// inGroup tells whether a segment goes on with the group that an ALC began. Behind
// a TAX stand the tax's own amounts.
func inGroup(tag string) bool {
	switch tag {
	case "ALI", "FTX", "RFF", "DTM", "QTY", "RNG", "PCD", "MOA", "CUX", "RTE":
		return true
	}
	return false
}

// place is where an element of a segment stands in its message, or where it was read
// without one.
func place(s edifact.Segment, element int) string {
	number := s.NumberInMessage()
	if number == 0 {
		number = s.Number()
	}
	if element == 0 {
		return fmt.Sprintf("segments[%d].%s", number, s.ID())
	}
	return fmt.Sprintf("segments[%d].%s.%d", number, s.ID(), element)
}

// readGroup reads one group.
func (r *chargeReader) readGroup(group []edifact.Segment) (c order.Charge, ok bool) {
	alc := group[0]
	allowance := alc.Value(1) == "A"
	if !allowance && alc.Value(1) != "C" {
		r.say(severityInfo, "not-charged", place(alc, 1), alc.String()+" says nothing of an amount that counts", "")
		return c, false
	}
	c.Step, c.Kind = r.agreed.chargeOf(alc.Component(5, 1), allowance, func(c ChargeCode) string { return c.Service })
	c.Source = alc.Component(2, 1)
	c.Label = strings.TrimSpace(alc.Component(5, 4) + " " + alc.Component(5, 5))
	amount, where, total := "", place(alc, 0), false
	for _, s := range group[1:] {
		switch s.ID() {
		case "QTY":
			if number, there := r.numberAt(s); there {
				c.Quantity = r.quantity(number, s.Component(1, 3), r.agreed.TradeUnit, place(s, 1))
			}
		case "PCD":
			if number, there := r.numberAt(s); there {
				c.Rate = r.rate(number, place(s, 1))
			}
		case "RTE":
			r.readRate(&c, s)
		case "MOA":
			number, there := r.numberAt(s)
			switch qualifier := s.Component(1, 1); {
			case qualifier == "131":
				total = true
			case !there:
			case qualifier == basisAmount:
				c.Base = r.money(number, place(s, 1))
			case qualifier == allowanceAmount || qualifier == chargeAmount || qualifier == anyAmount:
				amount, where = number, place(s, 1)
			}
		}
	}
	if total && amount == "" {
		r.say(severityInfo, "total", where, "the segment tells a total of charges that stand elsewhere", "")
		return c, false
	}
	return c, r.amount(&c, amount, amount != "", allowance, where)
}

// readRate reads an amount per unit. That of a percentage is its basis alone.
func (r *chargeReader) readRate(c *order.Charge, s edifact.Segment) {
	number, there := r.numberAt(s)
	if !there || !c.Rate.IsZero() {
		return
	}
	c.Base = r.money(number, place(s, 1))
	if text := s.Component(1, 3); text != "" {
		per, err := edifact.Standard().ParseNumber(text)
		var q quantity.Quantity
		if err == nil {
			q, err = quantity.ParseNumber(per, quantity.Each)
		}
		n, whole := q.Int64()
		if err != nil || !whole || n < 1 {
			r.say(severityWarning, "per", place(s, 1), fmt.Sprintf("a rate cannot be for %.40q units", text), "ask the partner for the rate")
			c.Base = money.Amount{}
			return
		}
		if n > 1 {
			c.Per = n
		}
	}
}

// numberAt reads the number behind the qualifier of a segment; false where there is
// none or it is none.
func (r *chargeReader) numberAt(s edifact.Segment) (string, bool) {
	text := s.Component(1, 2)
	if text == "" {
		return "", false
	}
	number, err := edifact.Standard().ParseNumber(text)
	if err != nil {
		r.say(severityWarning, "number", place(s, 1), err.Error(), "ask the partner for the number")
		return "", false
	}
	return number, true
}
