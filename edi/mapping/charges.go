package mapping

import (
	"fmt"
	"strings"

	"github.com/o2ckit/o2c/edi/x12"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
)

// SetCharges are the allowances and charges of a set.
type SetCharges struct {
	// Order are those of the document as a whole, Lines those of its lines in the
	// order of the set. A line that has none is not among them.
	Order []order.Charge
	Lines []LineCharges
}

// LineCharges are the allowances and charges of one line.
type LineCharges struct {
	// Line is the line's number; empty where the set gives it none.
	Line    string
	Charges []order.Charge
}

// ReadCharges reads the allowances and charges (SAC) of a set that has lines in IT1 or
// PO1: an invoice (810), a purchase order (850) or its acknowledgement (855). What
// [WriteInvoice] wrote reads back with the same amount, rate, base, quantity, text and
// reference; a price per so many units as the price of one. Step and kind are what
// the partner's code stands for ([Options].Charges, then the table of the library).
//
// An amount that is not stated is worked out of a percentage and its basis, or of
// a rate and a quantity, and rounded half up. What cannot be read is a finding;
// one that blocks says that an amount is missing from the charges.
func ReadCharges(set *x12.Set, o Options) (SetCharges, finding.List) {
	r := chargeReader{agreed: &o, currency: o.Currency}
	var all SetCharges
	var lines *LineCharges
	before := ""
	for _, s := range set.Body() {
		switch s.ID() {
		case "CUR":
			r.currencyOf(s, lines != nil || before == "SAC")
		case "IT1", "PO1":
			all.Lines = append(all.Lines, LineCharges{Line: s.Value(1)})
			lines = &all.Lines[len(all.Lines)-1]
		case "TDS", "CTT":
			lines = nil
		case "SAC":
			c, ok := r.readSAC(s)
			switch {
			case !ok:
			case lines != nil:
				lines.Charges = append(lines.Charges, c)
			default:
				all.Order = append(all.Order, c)
			}
		}
		before = s.ID()
	}
	kept := all.Lines[:0]
	for _, l := range all.Lines {
		if len(l.Charges) > 0 {
			kept = append(kept, l)
		}
	}
	all.Lines = kept
	return all, r.found
}

const (
	severityInfo    = finding.Info
	severityWarning = finding.Warning
	severityBlock   = finding.Block
)

// chargeReader reads charges out of segments of either standard.
type chargeReader struct {
	agreed   *Options
	currency money.Currency
	found    finding.List
}

// say adds a finding, up to as many as a set may have. Beyond them one that blocks
// says that there are more.
func (r *chargeReader) say(severity finding.Severity, code, path, message, fix string) {
	switch {
	case len(r.found) > mostFindings:
		return
	case len(r.found) == mostFindings:
		severity, code, message, fix = severityBlock, "more", "there are further findings, which are not told", "mend what was told, and read again"
	}
	if len(message) > longestMessage {
		message = strings.ToValidUTF8(message[:longestMessage], "") + "..."
	}
	r.found = append(r.found, finding.Finding{Code: "mapping.charge." + code, Severity: severity, Path: path, Message: message, Fix: fix})
}

// currencyOf takes the currency of the set. One of a line or of a single charge has
// to be the same.
func (r *chargeReader) currencyOf(s x12.Segment, ofPart bool) {
	c, err := money.ParseCurrency(s.Value(2))
	switch {
	case err != nil:
		r.say(severityBlock, "currency", at(s, 2), err.Error(), "ask the partner for the currency")
	case ofPart && c != r.currency:
		r.say(severityBlock, "currency", at(s, 2), fmt.Sprintf("a line or a charge is in %s, the document in %s", c, r.currency), "ask the partner for one currency")
	case !ofPart:
		r.currency = c
	}
}

// money reads an amount; the zero value where it is none, which a finding tells.
func (r *chargeReader) money(number, path string) money.Amount {
	a, err := money.ParseNumber(number, r.currency)
	if err != nil {
		r.say(severityWarning, "amount", path, err.Error(), "ask the partner for the amount and its currency")
		return money.Amount{}
	}
	return a
}

// rate reads a percentage in the same way.
func (r *chargeReader) rate(percent, path string) money.Rate {
	rate, err := money.ParseRate(percent + "%")
	if err != nil {
		r.say(severityWarning, "percent", path, err.Error(), "ask the partner for the percentage")
		return money.Rate{}
	}
	return rate
}

// quantity reads a quantity in the same way.
func (r *chargeReader) quantity(number, code string, unitOf func(string) (quantity.Unit, error), path string) quantity.Quantity {
	unit, err := unitOf(code)
	if err == nil {
		var q quantity.Quantity
		if q, err = quantity.ParseNumber(number, unit); err == nil {
			return q
		}
	}
	r.say(severityWarning, "quantity", path, err.Error(), "agree with the partner on a code for the unit")
	return quantity.Quantity{}
}

// amount gives a charge its amount: as stated, or worked out of what explains it.
func (r *chargeReader) amount(c *order.Charge, stated string, there, allowance bool, path string) bool {
	var err error
	switch {
	case r.currency == 0:
		r.say(severityBlock, "currency", path, "the document states no currency", "agree with the partner on the currency")
		return false
	case there:
		c.Amount, err = money.ParseNumber(stated, r.currency)
	case !c.Rate.IsZero() && c.Base.Currency() != 0:
		c.Amount, err = c.Base.MulRound(c.Rate, r.currency.Digits(), money.HalfUp)
	case !c.Quantity.IsZero() && c.Base.Currency() != 0:
		c.Amount, err = money.Extend(c.Base, c.Quantity, max(c.Per, 1), r.currency.Digits(), money.HalfUp)
	default:
		r.say(severityBlock, "no-amount", path, "the charge states no amount, and nothing that it could be worked out of", "ask the partner for the amount")
		return false
	}
	if err != nil {
		r.say(severityBlock, "amount", path, err.Error(), "ask the partner for the amount")
		return false
	}
	if allowance {
		c.Amount = c.Amount.Neg()
	}
	return true
}
