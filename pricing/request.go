package pricing

import (
	"fmt"
	"time"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing/tax"
)

// Request is what is to be priced. The lines are the live ones: what is
// cancelled or rejected is left out, for it counts towards no threshold.
type Request struct {
	Customer Customer       `json:"customer"`
	Currency money.Currency `json:"currency"`
	// At is the price date as an instant: of order, requested, promised or
	// shipped, as the host decides. Price records are valid by the day that it
	// falls on in [Config.Zone]; rules by the instant itself.
	// A line can have a price date of its own.
	At    time.Time `json:"at"`
	Lines []Line    `json:"lines"`
	// Coupons are the codes that the customer presented; rules ask for them.
	Coupons []string `json:"coupons,omitempty"`
	// Exhausted are coupons and budgets, by name, that have nothing left: rules
	// that use them do not apply.
	Exhausted []string `json:"exhausted,omitempty"`
	// Overrides and Charges are those of order scope.
	Overrides []Override `json:"overrides,omitempty"`
	Charges   []Charge   `json:"charges,omitempty"`
	// Tax is what a [StepTax] step needs to know: where the goods go, the
	// customer's tax numbers and certificates.
	Tax tax.Supply `json:"tax,omitzero"`
	// TaxDate is the tax point. No date: the day of the price date.
	TaxDate calendar.Date `json:"tax_date,omitzero"`
	// Stated is what the customer's purchase order comes to, for a
	// [StepCustomerPrice] step of order scope. Nil: it does not say.
	Stated *money.Amount `json:"stated,omitempty"`
	// Approvals are those of guards of order scope.
	Approvals []Approval `json:"approvals,omitempty"`
	// Roles are the roles of persons by their name, as the host knows them, for
	// [Config.Authority]. Who is not here has none.
	Roles map[string][]string `json:"roles,omitempty"`
	// Trace says how much of the calculation is recorded. Empty means
	// [TraceOff].
	Trace Trace `json:"trace,omitempty"`
}

// Customer is what pricing needs to know of the customer.
type Customer struct {
	Account string `json:"account"`
	Group   string `json:"group,omitempty"`
	// Hierarchy are the nodes above the account, the nearest first.
	Hierarchy []string `json:"hierarchy,omitempty"`
	// Contracts and PriceLists are tried in this order.
	Contracts  []string `json:"contracts,omitempty"`
	PriceLists []string `json:"price_lists,omitempty"`
	// Tags are further facts for rules, in the host's words.
	Tags []string `json:"tags,omitempty"`
	// Tolerance takes the place of the schema's for this customer.
	Tolerance *Tolerance `json:"tolerance,omitempty"`
	// OrderTolerance does so at steps of order scope.
	OrderTolerance *Tolerance `json:"order_tolerance,omitempty"`
}

// Line is one line to be priced.
type Line struct {
	// ID is unique in the request. Where a tie has to be broken, the shorter
	// id goes first, then the lower one: 2 stands before 10.
	ID       string `json:"id"`
	Item     string `json:"item"`
	Category string `json:"category,omitempty"`
	// TaxCategory is the item's in the words of the tax engine. Empty: the
	// rates that hold for everything.
	TaxCategory string `json:"tax_category,omitempty"`
	// ItemHierarchy are the nodes above the item in the product hierarchy, the
	// nearest first.
	ItemHierarchy []string `json:"item_hierarchy,omitempty"`
	// At is the line's price date, where it is not that of the request: price
	// records, exchange rates and rules are those of this instant.
	At time.Time `json:"at,omitzero"`
	// Tags are further facts of the item for rules, in the host's words.
	Tags []string `json:"tags,omitempty"`
	// Quantity is in the ordered unit and above zero.
	Quantity quantity.Quantity `json:"quantity"`
	// Units converts between the item's units. Nil: the ordered unit only.
	Units *quantity.Conversions `json:"units,omitempty"`
	// Weight is that of the whole line, in a unit of [quantity.Mass], for scales
	// that go by weight. Zero: what the quantity is in a unit of weight that the
	// item has.
	Weight quantity.Quantity `json:"weight,omitzero"`
	// Overrides and Charges are those of line scope.
	Overrides []Override `json:"overrides,omitempty"`
	Charges   []Charge   `json:"charges,omitempty"`
	// Stated is the price on the customer's purchase order. Nil: none stated,
	// which is not the same as a price of zero.
	Stated *Price `json:"stated,omitempty"`
	// Cost is what the item costs the seller, in the currency of the request and
	// not negative, for [StepMargin] steps and for authority. Nil: it is not known.
	Cost *Price `json:"cost,omitempty"`
	// Approvals are those of guards of line scope.
	Approvals []Approval `json:"approvals,omitempty"`
}

// Price is an amount for a number of units.
type Price struct {
	Amount money.Amount `json:"amount"`
	// Per is how many units the amount is for; 0 means 1.
	Per int64 `json:"per,omitempty"`
	// Unit is what the amount is for. Zero: the ordered unit.
	Unit quantity.Unit `json:"unit,omitzero"`
}

// text writes the price for a person, whole: 5.00 EUR per 1 EA. The unit that is
// not stated is the ordered one.
func (p *Price) text(ordered quantity.Unit) string {
	per, unit := p.Per, p.Unit
	if per == 0 {
		per = 1
	}
	if unit == 0 {
		unit = ordered
	}
	return fmt.Sprintf("%s per %d %s", p.Amount, per, unit)
}

// Override is a person's decision that takes the place of a calculated one. It
// stands in the waterfall as a step of its own and hides nothing.
type Override struct {
	// Step names the [StepOverride] step that books it.
	Step string       `json:"step"`
	Kind OverrideKind `json:"kind"`
	// Price is for [SetPrice].
	Price Price `json:"price,omitzero"`
	// Rate is for [TakePercent].
	Rate money.Rate `json:"rate,omitzero"`
	// Amount is for [TakeAmount].
	Amount money.Amount `json:"amount,omitzero"`
	// Actor is who decided and Reason why; both must be stated.
	Actor  string `json:"actor"`
	Reason string `json:"reason"`
	// Approval is that of a second person, which [Config.Authority] asks for where
	// the decision is beyond the authority of the first. Nil: there is none.
	Approval *Approval `json:"approval,omitempty"`
}

// OverrideKind is what an override does.
type OverrideKind string

const (
	// SetPrice makes the line cost what its quantity costs at the price.
	SetPrice OverrideKind = "price"
	// TakePercent takes a share of the step's base off.
	TakePercent OverrideKind = "percent"
	// TakeAmount takes an amount off.
	TakeAmount OverrideKind = "amount"
)

// Charge is an amount that the host brings for a [StepCharge] step: freight as
// rated, a fee as agreed.
type Charge struct {
	// Step names the step that books it.
	Step string `json:"step"`
	// Amount is added to the net.
	Amount money.Amount `json:"amount"`
	// Source says where the amount comes from, for the record.
	Source string `json:"source,omitempty"`
}

// Trace says how much of a calculation is recorded.
type Trace string

const (
	// TraceOff records the steps that moved something, which is what documents
	// are made of, and what persons decided, whether it moved anything or not.
	TraceOff Trace = "off"
	// TraceFull also records every step that was considered and why it did not
	// apply.
	TraceFull Trace = "full"
)

// Tolerance is how far below our price the customer's may be. Both bounds must
// hold.
type Tolerance struct {
	// Percent is the share of our value of the line.
	Percent money.Rate `json:"percent,omitzero"`
	// Amounts bound the difference in the line's value, one amount a currency.
	// Empty: no bound by amount. A currency that is not among them has no
	// tolerance.
	Amounts []money.Amount `json:"amounts,omitempty"`
}
