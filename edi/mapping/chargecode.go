package mapping

import (
	"cmp"

	"github.com/o2ckit/o2c/order"
)

// The kinds and steps of order.Charge that are known here.
const (
	priceKind     = "price"
	discountKind  = "discount"
	surchargeKind = "surcharge"
	chargeKind    = "charge"
	roundingKind  = "rounding"
	freightKind   = "freight"
	handlingStep  = "handling"
	insuranceStep = "insurance"
	taxStep       = "tax" // where a set has no place for taxes but among the charges
)

// ChargeCode is what a partner calls an allowance or a charge. What is empty is
// taken from the table of the library.
type ChargeCode struct {
	// Code is the service, promotion, allowance or charge code (X12 element 1300):
	// C310 a discount, D240 freight.
	Code string `json:"code,omitempty" yaml:"code,omitempty"`
	// Handling is the method of handling (X12 element 331). Where nothing is
	// agreed an allowance is 02, off the invoice, and a charge 06, paid by the
	// customer.
	Handling string `json:"handling,omitempty" yaml:"handling,omitempty"`
	// Service is the special service (EDIFACT element 7161): DI a discount, FC
	// freight.
	Service string `json:"service,omitempty" yaml:"service,omitempty"`
	// Reason is the description of the allowance or charge in a code (EDIFACT
	// element 5189). Where nothing is agreed there is none.
	Reason string `json:"reason,omitempty" yaml:"reason,omitempty"`
	// Settlement says how it is settled (EDIFACT element 4471). Where nothing is
	// agreed an allowance is 2, off the invoice, and a charge 6, paid by the
	// customer.
	Settlement string `json:"settlement,omitempty" yaml:"settlement,omitempty"`
}

// otherCharge is for what has no row in the table.
func otherCharge() ChargeCode { return ChargeCode{Code: "F050", Service: "ADR"} }

// tableCode is the library's table: the code of a step or a kind of that name.
func tableCode(name string) (ChargeCode, bool) {
	switch name {
	case discountKind:
		return ChargeCode{Code: "C310", Service: "DI"}, true
	case freightKind:
		return ChargeCode{Code: "D240", Service: "FC"}, true
	case handlingStep:
		return ChargeCode{Code: "D500", Service: "HD"}, true
	case insuranceStep:
		return ChargeCode{Code: "D980", Service: "IN"}, true
	case surchargeKind:
		return ChargeCode{Code: "H550"}, true
	case taxStep:
		return ChargeCode{Code: "H850", Service: "TX"}, true
	}
	return ChargeCode{}, false
}

// chargeCode is what the partner calls a charge: by its step, else by its kind,
// as agreed and then as the library has it. What takes off, a manual discount or a
// customer's lower price, is a discount.
func (o *Options) chargeCode(c *order.Charge) ChargeCode {
	ours, known := tableCode(c.Step)
	if !known {
		ours, known = tableCode(c.Kind)
	}
	takesOff := c.Amount.Sign() < 0
	if !known && takesOff && c.Kind != roundingKind {
		ours, _ = tableCode(discountKind)
	}
	code := o.Charges[c.Step].orElse(o.Charges[c.Kind]).orElse(ours).orElse(otherCharge())
	if takesOff {
		return code.orElse(ChargeCode{Handling: "02", Settlement: "2"})
	}
	return code.orElse(ChargeCode{Handling: "06", Settlement: "6"})
}

// orElse fills what is empty.
func (c ChargeCode) orElse(d ChargeCode) ChargeCode {
	return ChargeCode{
		Code: cmp.Or(c.Code, d.Code), Handling: cmp.Or(c.Handling, d.Handling), Service: cmp.Or(c.Service, d.Service),
		Reason: cmp.Or(c.Reason, d.Reason), Settlement: cmp.Or(c.Settlement, d.Settlement),
	}
}

// chargeOf says which step and kind a code of the partner's stands for. of picks
// the code that is asked for out of a row. Of several agreed names the first in
// alphabetical order stands for it; a code that is in no table is its own step.
func (o *Options) chargeOf(code string, allowance bool, of func(ChargeCode) string) (step, kind string) {
	names := make(map[string]string, len(o.Charges))
	for name, c := range o.Charges {
		names[name] = of(c)
	}
	if code != "" {
		step = firstFor(names, code)
		for _, name := range []string{discountKind, freightKind, handlingStep, insuranceStep, surchargeKind, taxStep} {
			if row, _ := tableCode(name); step == "" && of(row) == code {
				step = name
			}
		}
	}
	kind = step
	switch step {
	case discountKind, surchargeKind, freightKind, "override":
	default:
		kind = chargeKind
		if allowance {
			kind = discountKind
		}
	}
	if step == "" {
		step = code
	}
	if step == "" {
		step = kind
	}
	return step, kind
}

// isFreight tells whether the partner takes the charge for freight, or it is what
// was taken off freight.
func (o *Options) isFreight(c *order.Charge) bool {
	if c.Of != "" {
		return o.isFreight(&order.Charge{Step: c.Of, Kind: chargeKind})
	}
	return c.Kind == freightKind || c.Step == freightKind || len(o.Charges) > 0 && o.chargeCode(c).Code == "D240"
}
