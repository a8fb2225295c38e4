package order

import (
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Charge is one step of the price waterfall as booked. The amounts of all
// charges of a line add up to its net; those among its statistics add to
// nothing.
//
// It holds all that a document, a return or an auditor needs of the step, so
// that nobody has to price again. What the step found before it and left behind
// it is the sum of the charges up to it.
type Charge struct {
	// Step is the step's name in the price schema.
	Step string `json:"step"`
	// Kind is what the step does: price, discount, surcharge, freight, override.
	Kind string `json:"kind"`
	// Label names it for a person.
	Label string `json:"label,omitempty"`
	// Base is what the rate was applied to; of an amount per unit, the amount
	// for Per units.
	Base money.Amount `json:"base,omitzero"`
	// Rate is the share of the base, zero for a fixed amount.
	Rate money.Rate `json:"rate,omitzero"`
	// Quantity is what an amount per unit was multiplied by, in its own unit;
	// zero for a share and for a fixed amount.
	Quantity quantity.Quantity `json:"quantity,omitzero"`
	// Per is how many units an amount per unit is for; 0 means 1.
	Per int64 `json:"per,omitempty"`
	// Amount is what the step added; a discount's is negative.
	Amount money.Amount `json:"amount"`
	// Source is the price record or rule that was used, or where the host had
	// the amount from.
	Source string `json:"source,omitempty"`
	// Detail says more of how it was found, for a person.
	Detail string `json:"detail,omitempty"`
	// Of is the step of the charge that a discount takes off, such as freight.
	// Empty: it takes off goods.
	Of string `json:"of,omitempty"`
	// Actor is who decided an override, and Reason why. Empty: nobody did, it
	// was worked out.
	Actor  string `json:"actor,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Spread marks, on an order, a charge that was spread over the lines and
	// is in their nets; and on a line, its part of such a charge.
	Spread bool `json:"spread,omitempty"`
	// Account is the key under which accounting books the step.
	Account string `json:"account,omitempty"`
}
