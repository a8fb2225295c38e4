package pricing

import (
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Result is a priced request. What is in it adds up, to the minor unit:
//
//   - the entries of a line that count ([Entry.Counts]) add up to its Total;
//     those that are not FromOrder add up to its Net
//   - an entry of the order is the sum of the entries that its step left in the
//     lines
//   - Net and Total are the sums of those of the lines
type Result struct {
	Schema   string         `json:"schema"`
	Currency money.Currency `json:"currency"`
	// Lines stand in the order of the request.
	Lines []LineResult `json:"lines"`
	// Entries are the steps of order scope, with their whole amounts.
	Entries []Entry `json:"entries,omitempty"`
	// Subtotals are the schema's subtotals over all lines.
	Subtotals []Subtotal `json:"subtotals,omitempty"`
	// Net is before steps of order scope, Total after them.
	Net   money.Amount `json:"net"`
	Total money.Amount `json:"total"`
	// Check is how the total that the purchase order states compares with ours.
	Check PriceCheck `json:"check,omitzero"`
	// Margin is that of the lines whose cost is known, as the last margin step of
	// order scope left it. Nil: there is none, or no cost is known.
	Margin *Margin `json:"margin,omitempty"`
	// Wanted are the approvals that would let what is held go on.
	Wanted []Wanted `json:"wanted,omitempty"`
	// Goods are what is given free of charge.
	Goods []FreeGood `json:"goods,omitempty"`
	// Usage is what coupons and budgets the result takes. Pricing keeps no count:
	// whoever takes the order reserves it, and prices again with
	// [Request.Exhausted] where it is refused.
	Usage []Usage `json:"usage,omitempty"`
	// Waived says which discounts take off what a charge step added.
	Waived []Waived `json:"waived,omitempty"`
	// Tax is what the tax step worked out over all lines. Nil: the schema has
	// no such step. Total is not changed by it: where the schema's prices are
	// net it is Tax.Net, and Tax.Gross is to be paid; where they are gross it is
	// Tax.Gross.
	Tax *Taxes `json:"tax,omitempty"`
	// Findings say what stands in the way. A line that has no price counts 0
	// in the totals and has a finding that blocks.
	Findings finding.List `json:"findings,omitempty"`
	// Engine is the content hash of schema, price book and rules, as
	// [Engine.Hash] returns it: the same request gives the same result wherever
	// the hash is the same.
	Engine string `json:"engine"`
	// Rules is the content hash of the rule book alone, so that it can be found
	// again after it was replaced. Empty: there was none.
	Rules string `json:"rules,omitempty"`
}

// Waived is a [FreeCharge] discount: the entries of Step with the rule as their
// Source take from what the step Charge added.
type Waived struct {
	Step   string `json:"step"`
	Source string `json:"source"`
	Charge string `json:"charge"`
}

// LineResult is a priced line.
type LineResult struct {
	ID       string            `json:"id"`
	Item     string            `json:"item"`
	Quantity quantity.Quantity `json:"quantity"`
	// Priced is false where no price was found and none was set.
	Priced bool `json:"priced"`
	// Price is the base price as found, before any step changed the line; for
	// a graduated scale that of the stretch which the quantity reaches. It can be
	// in another currency than the result; see [Schema.Currencies] and
	// [LineResult.UnitPrice].
	Price Price `json:"price,omitzero"`
	// Record is the price record that was used.
	Record string `json:"record,omitempty"`
	// List is the value at the base price, or at the price that a person set.
	List money.Amount `json:"list"`
	// Net is the value before steps of order scope, Total after them.
	Net   money.Amount `json:"net"`
	Total money.Amount `json:"total"`
	// Entries are the line's waterfall in its order.
	Entries []Entry `json:"entries"`
	// Check is how the customer's stated price compares with ours.
	Check PriceCheck `json:"check,omitzero"`
	// Tax is the line's tax, that of its charges included. Nil: the schema has
	// no tax step.
	Tax *LineTax `json:"tax,omitempty"`
	// Margin is the line's as the last margin step left it. Nil: none looked at
	// it.
	Margin *Margin `json:"margin,omitempty"`
}

// Entry is what one step did to a line or to the order.
type Entry struct {
	// Step, Kind and Label are the step's; Label falls back to the name.
	Step  string   `json:"step"`
	Kind  StepKind `json:"kind"`
	Label string   `json:"label"`
	// Base is what Rate was applied to; for prices and amounts per unit, the
	// amount per unit as found. Where it comes from a graduated scale, that of the
	// stretch which is reached.
	Base money.Amount `json:"base,omitzero"`
	// Rate is the share of Base as the rule or record states it; zero for amounts.
	// Of a graduated scale it is that of the stretch which is reached.
	Rate money.Rate `json:"rate,omitzero"`
	// Quantity is what an amount per unit was multiplied by, and Per how many
	// units that amount is for (0 means 1). In a line's part of a buy-get, bundle
	// or mix it is the units of the line that the rule has used.
	Quantity quantity.Quantity `json:"quantity,omitzero"`
	Per      int64             `json:"per,omitempty"`
	// Conversion is how a price in another currency became an amount in that of the
	// request. Base is then in the other. Nil: there was nothing to convert.
	Conversion *Conversion `json:"conversion,omitempty"`
	// Amount is what the step added; a discount's is negative.
	Amount money.Amount `json:"amount"`
	// Before and After are the running amounts around the step.
	Before money.Amount `json:"before"`
	After  money.Amount `json:"after"`
	// Source is the price record, rule or origin of a charge that was used.
	Source string `json:"source,omitempty"`
	// Actor and Reason are those of an override.
	Actor  string `json:"actor,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Approval is what let an override, a margin or a customer's price pass. Nil:
	// none was needed, or given.
	Approval *Approval `json:"approval,omitempty"`
	// Why tells why the step did not apply; empty: it did. Amount is then what
	// it would have been, where that was worked out.
	Why Why `json:"why,omitempty"`
	// Detail says more: the access that found the price, the record or rule
	// that kept this one from applying.
	Detail string `json:"detail,omitempty"`
	// FromOrder marks a line's part of a step of order scope.
	FromOrder bool `json:"from_order,omitempty"`
	// Statistical entries are recorded and not added.
	Statistical bool `json:"statistical,omitempty"`
	// Account is the key under which accounting books the step.
	Account string `json:"account,omitempty"`
}

// Counts reports whether the entry's amount is part of the net: it applied and is
// neither statistical nor tax.
func (e *Entry) Counts() bool { return e.Why == "" && !e.Statistical && e.Kind != StepTax }

// Why is the reason why a step did not apply.
type Why string

// The reasons why a step did not apply.
const (
	WhyNoRecord      Why = "no-record"      // no price record has the key
	WhyNotValid      Why = "not-valid"      // records have the key, none is valid on the price date
	WhyNoConversion  Why = "no-conversion"  // the ordered quantity cannot be counted in the record's or rule's unit
	WhyOutsideScale  Why = "outside-scale"  // the scale has no row for the quantity
	WhyNoWeight      Why = "no-weight"      // the scale goes by weight, which is not known
	WhyNoExchange    Why = "no-exchange"    // no exchange rate leads to the request's currency
	WhyNoRule        Why = "no-rule"        // no rule of the step matches
	WhyNotBest       Why = "not-best"       // another rule of the step is better for the customer
	WhyNotFirst      Why = "not-first"      // another rule of the step goes first
	WhyClosed        Why = "closed"         // the price or an exclusive rule admits no discount
	WhyBelowMinimum  Why = "below-minimum"  // the rule's minimum is not reached
	WhyOtherCurrency Why = "other-currency" // the rule's amount is in another currency
	WhyNothingGiven  Why = "nothing-given"  // the request brings nothing for the step
	WhyNoPrice       Why = "no-price"       // the line has no price to work on
	WhyOursStands    Why = "ours-stands"    // the customer's stated price does not change ours
	WhyNoAuthority   Why = "no-authority"   // the override is beyond the authority of who decided
	WhyNoCost        Why = "no-cost"        // the cost is not known, so that no margin can be
	WhyNoFloor       Why = "no-floor"       // a rule exempts the line from the floor
	WhyFloorHolds    Why = "floor-holds"    // the margin is not below the floor
	WhyNotApproved   Why = "not-approved"   // the margin is below the floor, and nobody approved that
	WhyApproved      Why = "approved"       // the margin is below the floor, and a person approved that
	WhyRejected      Why = "rejected"       // the margin is below a floor that nobody can approve
	WhyExcluded      Why = "excluded"       // a rule of a group that it does not combine with has applied
	WhyNoCoupon      Why = "no-coupon"      // the request does not bring the rule's coupon
	WhyExhausted     Why = "exhausted"      // the rule's coupon or budget has nothing left
	WhyNotLower      Why = "not-lower"      // the rule would not make it cheaper
	WhyNoSet         Why = "no-set"         // the units that the rule asks for are not all there
	WhyNoTaxRate     Why = "no-tax-rate"    // no tax rate is known for the line
)

// FreeGood is goods that a rule gives free of charge.
type FreeGood struct {
	Rule string `json:"rule"`
	// Line is the line that earned it; empty where several did together.
	Line     string            `json:"line,omitempty"`
	Item     string            `json:"item"`
	Quantity quantity.Quantity `json:"quantity"`
	// Inclusive goods are a part of the line's quantity, whose value the line's
	// entries take off. The others come on top and cost nothing.
	Inclusive bool `json:"inclusive,omitempty"`
}

// Usage is what a rule with a coupon or a budget takes of it. Where the rule has
// nothing to take off and gives no goods, it takes nothing of them either.
type Usage struct {
	Rule   string `json:"rule"`
	Coupon string `json:"coupon,omitempty"`
	Budget string `json:"budget,omitempty"`
	// Times is how often the rule applied: sets of a buy-get, bundle or mix,
	// lines of a rule of line scope, otherwise 1.
	Times int64 `json:"times"`
	// Amount is what it took off, and is not negative.
	Amount money.Amount `json:"amount"`
}

// Subtotal is the running amount over all lines at a subtotal step.
type Subtotal struct {
	Name   string       `json:"name"`
	Amount money.Amount `json:"amount"`
}

// PriceCheck is how the customer's stated price compares with ours.
type PriceCheck struct {
	// Outcome is empty where the customer stated no price or the schema does
	// not ask.
	Outcome Outcome     `json:"outcome,omitempty"`
	Reason  CheckReason `json:"reason,omitempty"`
	// Ours is the line's net when the check was made, Stated the value of the
	// same quantity at the customer's price, rounded alike. Of the order it is
	// what the priced lines came to, and the total that the customer stated.
	Ours   money.Amount `json:"ours,omitzero"`
	Stated money.Amount `json:"stated,omitzero"`
}

// Outcome is what becomes of a customer's stated price.
type Outcome string

const (
	// AcceptOurs goes on with our price.
	AcceptOurs Outcome = "accept-ours"
	// AcceptTheirs goes on with the customer's price.
	AcceptTheirs Outcome = "accept-theirs"
	// Hold needs a person to decide; the line goes on at our price once
	// released.
	Hold Outcome = "hold"
)

// CheckReason is the reason code of a price check.
type CheckReason string

// The reasons of a price check.
const (
	PricesAgree       CheckReason = "prices-agree"
	WithinTolerance   CheckReason = "within-tolerance"  // theirs is lower, by no more than the tolerance
	StatedHigher      CheckReason = "stated-higher"     // theirs is higher; the customer pays ours
	BelowTolerance    CheckReason = "below-tolerance"   // theirs is lower, by more than the tolerance
	StatedCurrency    CheckReason = "stated-currency"   // theirs is in another currency
	StatedUnit        CheckReason = "stated-unit"       // theirs is for a unit that the item does not have
	OurPriceIsMissing CheckReason = "our-price-missing" // there is nothing to compare with
	CheckApproved     CheckReason = "approved"          // a person has decided
)
