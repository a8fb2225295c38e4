package mapping

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// The elements of SAC.
const (
	sacIndicator = 1 // A an allowance, C a charge
	sacCode      = 2
	sacAmount    = 5
	sacPercent   = 7 // behind its qualifier
	sacRate      = 8
	sacUnit      = 9
	sacQuantity  = 10
	sacReference = 13
	sacText      = 15
)

// What a percentage is taken of (X12 element 378).
const (
	ofBasePrice     = "6"
	lessDiscounts   = "7" // the base price less the discounts before
	dollarBasis     = "DO"
	monetaryBasis   = "M4"
	mostSAC         = 25 // in a line, and behind the totals
	longestSACText  = 80
	longestSACRefer = 30
)

// sac writes a SAC. Percent, basis, rate and reference explain the amount, which
// alone counts: what does not fit their elements is left out. list is the value
// that a percentage of the base price is taken of; without one a percentage is of
// what discounts left.
func (c *composer) sac(charge *order.Charge, amount, list money.Amount) {
	code := c.agreed.chargeCode(charge)
	c.begin("SAC")
	indicator := "C"
	if amount.Sign() < 0 {
		indicator = "A"
	}
	c.put(indicator)
	c.need(code.Code, 4)
	if len(code.Code) != 4 {
		c.fail(code.Code, "an allowance or charge code has four characters (X12 element 1300)")
	}
	c.put("", "")
	c.cents(amount.Abs(), 15)
	c.basisOfSAC(charge, list)
	c.put("", code.Handling)
	reference := strings.TrimSpace(charge.Source)
	if len(reference) > longestSACRefer {
		reference = ""
	}
	c.put(reference, "")
	text := charge.Label
	if text == "" {
		text = charge.Step
	}
	text, _ = cut(text, longestSACText)
	c.text(text, longestSACText)
}

// basisOfSAC adds SAC06 to SAC10: a percentage and the amount that it is taken of,
// or an amount per unit and the quantity.
func (c *composer) basisOfSAC(charge *order.Charge, list money.Amount) {
	if !charge.Rate.IsZero() {
		if percent, fits := short(charge.Rate.Decimal().Abs().Shift(2), 6); fits {
			of := lessDiscounts
			if list.Currency() != 0 && charge.Base == list {
				of = ofBasePrice
			}
			c.put(of, percent, "")
		} else {
			c.put("", "", "")
		}
		basis := monetaryBasis
		if charge.Base.Currency() == money.USD {
			basis = dollarBasis
		}
		if base, fits := short(charge.Base.Decimal(), 15); fits && charge.Base.Currency() != 0 {
			c.put(basis, base)
		} else {
			c.put("", "")
		}
		return
	}
	unit := c.agreed.unitCode(charge.Quantity.Unit())
	rate, exact := perUnit(charge)
	number, fits := short(rate.Abs(), 9)
	count, countFits := short(charge.Quantity.Decimal(), 15)
	if charge.Quantity.IsZero() || !exact || !fits || !countFits || len(unit) != 2 {
		c.put("", "", "", "", "")
		return
	}
	c.put("", "", number, unit, count)
}

// perUnit is an amount per unit for one unit; false where no decimal number of
// nine places says it.
func perUnit(c *order.Charge) (decimal.Decimal, bool) {
	const places = 9
	per := decimal.NewFromInt(max(c.Per, 1))
	rate := c.Base.Decimal().DivRound(per, places)
	return rate, rate.Mul(per).Equal(c.Base.Decimal())
}

// short writes a number of type R; false where it has more digits than that.
func short(d decimal.Decimal, digits int) (string, bool) {
	text := d.String()
	if fraction, small := strings.CutPrefix(text, "0."); small {
		text = "." + fraction
	}
	return text, digitsIn(text) <= digits
}

// digitsIn counts the digits of a number as it is written.
func digitsIn(text string) int {
	return len(text) - strings.Count(text, "-") - strings.Count(text, ".")
}

// readSAC reads one SAC; ok is false where it is no charge that counts, of which
// a finding tells.
func (r *chargeReader) readSAC(s x12.Segment) (c order.Charge, ok bool) {
	allowance := s.Value(sacIndicator) == "A"
	if !allowance && s.Value(sacIndicator) != "C" {
		r.say(severityInfo, "not-charged", at(s, sacIndicator), s.String()+" says nothing of an amount that counts", "")
		return c, false
	}
	c.Step, c.Kind = r.agreed.chargeOf(s.Value(sacCode), allowance, func(c ChargeCode) string { return c.Code })
	c.Label, c.Source = s.Value(sacText), s.Value(sacReference)
	if percent, there := r.real(s, sacPercent); there {
		c.Rate = r.rate(percent, at(s, sacPercent))
	}
	count, counted := r.real(s, sacQuantity)
	switch unit := s.Value(sacUnit); {
	case !counted:
	case unit == dollarBasis || unit == monetaryBasis:
		c.Base = r.money(count, at(s, sacQuantity))
	default:
		c.Quantity = r.quantity(count, unit, r.agreed.unitOf, at(s, sacUnit))
	}
	if rate, there := r.real(s, sacRate); there && c.Rate.IsZero() {
		c.Base = r.money(rate, at(s, sacRate))
	}
	amount, there := "", false
	if text := s.Value(sacAmount); text != "" {
		number, err := x12.ParseImplied(text, 2)
		if err != nil {
			r.say(severityBlock, "amount", at(s, sacAmount), err.Error(), "ask the partner for the amount")
			return c, false
		}
		amount, there = number, true
	}
	return c, r.amount(&c, amount, there, allowance, at(s, sacAmount))
}

// real reads a number of type R; false where there is none or it is none.
func (r *chargeReader) real(s x12.Segment, element int) (string, bool) {
	text := s.Value(element)
	if text == "" {
		return "", false
	}
	number, err := x12.ParseReal(text)
	if err != nil {
		r.say(severityWarning, "number", at(s, element), err.Error(), "ask the partner for the number")
		return "", false
	}
	return number, true
}
