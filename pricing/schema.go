package pricing

import (
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

// Schema is a calculation schema: the steps of the waterfall in their order,
// how base prices are looked for, and how documents are rounded. It is data; a
// schema that is not sound is refused by [New].
type Schema struct {
	// Name is recorded in every result.
	Name string `json:"name"`
	// Access is the sequence in which price records are looked for: the most
	// specific first; the first hit wins.
	Access []Access `json:"access"`
	// Currencies are those in which a price is looked for, in this order, where the
	// access sequence finds none in the currency of the request. It is then
	// converted by [Config.Exchange]. Empty: prices are in the currency of the
	// request or missing.
	Currencies []money.Currency `json:"currencies,omitempty"`
	// Via is the currency to convert through where no rate leads directly to that
	// of the request. None: a direct rate is needed.
	Via money.Currency `json:"via,omitzero"`
	// Steps are the waterfall. The first step that moves money is the
	// [StepPrice] step.
	Steps []Step `json:"steps"`
	// Groups are the stacking groups that rules may name, in whichever step they
	// stand.
	Groups []StackingGroup `json:"groups,omitempty"`
	// Prices says whether prices, discounts and charges are net of tax or have it
	// in them. Empty means [NetPrices].
	Prices PriceBasis `json:"prices,omitempty"`
	// Rounding is the mode of every rounding of a document. The zero value is
	// half up (away from zero).
	Rounding money.Rounding `json:"rounding"`
	// Document says whether each line is rounded or only the total. Empty
	// means [RoundLines].
	Document DocumentRounding `json:"document,omitempty"`
	// Digits is how many decimal digits beyond the currency's minor unit exact
	// steps keep: 0 to 8, 0 meaning 4. Two digits of US dollars and 4 more hold
	// amounts to 9.2 million million.
	Digits int `json:"digits,omitempty"`
	// AllowNegative lets lines and totals fall below zero. Otherwise that is a
	// finding which blocks.
	AllowNegative bool `json:"allow_negative,omitempty"`
}

// Access is one key of the access sequence: the fields that a record's key
// must have, no more and no fewer.
type Access struct {
	// Name is shown in explanations: contract+item.
	Name string `json:"name"`
	// Fields are one to four different fields; one of [FieldItem],
	// [FieldItemHierarchy] and [FieldCategory] is among them. The values of a field
	// that has several (contracts, price lists, both hierarchies) are tried in the
	// order in which the request has them.
	Fields []Field `json:"fields"`
}

// Field is a field of a price record's key.
type Field string

// The fields of a key.
const (
	FieldContract  Field = "contract"   // one of the customer's contracts
	FieldAccount   Field = "account"    // the customer's account
	FieldHierarchy Field = "hierarchy"  // a node above the account, nearest first
	FieldGroup     Field = "group"      // the customer group
	FieldPriceList Field = "price-list" // one of the customer's price lists
	FieldItem      Field = "item"
	FieldCategory  Field = "category" // the item's category

	FieldItemHierarchy Field = "item-hierarchy" // a node above the item, nearest first
)

// DocumentRounding says where a document is rounded to the minor unit.
type DocumentRounding string

const (
	// RoundLines rounds each line; the total is the sum of the rounded lines,
	// as EN 16931 asks of invoices.
	RoundLines DocumentRounding = "lines"
	// RoundTotal keeps [Schema.Digits] in every line step and rounds the total
	// alone. Lines then take the minor units of the total by largest
	// remainder, so that they still add up to it. That is done at the end, and
	// before an amount that is meant gross of tax, a customer's total or tax,
	// which are of whole documents.
	RoundTotal DocumentRounding = "total"
)

// Step is one step of the waterfall.
type Step struct {
	// Name is unique in the schema; rules, overrides and charges refer to it.
	Name string `json:"name"`
	// Label names the step for a person. Empty: its name.
	Label string   `json:"label,omitempty"`
	Kind  StepKind `json:"kind"`
	// Scope says whether the step works on each line or on the order. Empty
	// means [ScopeLine].
	Scope Scope `json:"scope,omitempty"`
	// Base is what percentages are taken of. Discount, surcharge and override
	// steps must state it.
	Base Base `json:"base,omitempty"`
	// Stacking says what happens when several rules of the step match. Empty
	// means [Stack].
	Stacking Stacking `json:"stacking,omitempty"`
	// Access makes a discount or surcharge step of line scope take what it gives
	// from the records of the price book that name the step, instead of rules:
	// the most specific first; the first hit wins, and a rate or amount of 0 is a
	// hit.
	Access []Access `json:"access,omitempty"`
	// Exact keeps [Schema.Digits] in the step's amounts instead of rounding
	// them to the minor unit. Amounts of order scope are always rounded, unless
	// they are all that is left of lines which [RoundTotal] does not round.
	Exact bool `json:"exact,omitempty"`
	// RoundNet rounds what is left after a percentage instead of the
	// percentage's amount: 10.50 less 15% is then 8.93, not 8.92.
	RoundNet bool `json:"round_net,omitempty"`
	// Statistical computes and records the step without moving the net.
	Statistical bool `json:"statistical,omitempty"`
	// Account is the key under which accounting books the step.
	Account string `json:"account,omitempty"`
	// Tolerance is how far a customer's stated price may be below ours; for
	// [StepCustomerPrice] only.
	Tolerance Tolerance `json:"tolerance,omitzero"`
	// TaxKind and TaxCategory tax the amounts of a [StepCharge] step by
	// themselves, as freight or a fee. Both empty: they are taxed with the goods
	// of their line.
	TaxKind     tax.Kind `json:"tax_kind,omitempty"`
	TaxCategory string   `json:"tax_category,omitempty"`
	// TaxRounding is how a [StepTax] step rounds. Empty means tax.ByDocument.
	TaxRounding tax.Rounding `json:"tax_rounding,omitempty"`
	// Check is what becomes of a stated price; for [StepCustomerPrice] only.
	Check CheckPolicy `json:"check,omitzero"`
	// Margin is the floor of a [StepMargin] step.
	Margin MarginPolicy `json:"margin,omitzero"`
	// Accrual marks a statistical discount or surcharge, such as a rebate that
	// will be paid later, as a part of the margin: a discount lowers it.
	Accrual bool `json:"accrual,omitempty"`
}

// PriceBasis says whether amounts have tax in them.
type PriceBasis string

const (
	// NetPrices have no tax in them; the tax step works it out on top.
	NetPrices PriceBasis = "net"
	// GrossPrices have it in them; the tax step takes it out and the total stays.
	GrossPrices PriceBasis = "gross"
)

// StepKind is what a step does.
type StepKind string

const (
	// StepPrice finds the base price by the access sequence. One, first.
	StepPrice StepKind = "price"
	// StepOverride books the overrides that persons gave for this step.
	StepOverride StepKind = "override"
	// StepDiscount takes off what the step's rules say.
	StepDiscount StepKind = "discount"
	// StepSurcharge adds what the step's rules say.
	StepSurcharge StepKind = "surcharge"
	// StepCharge adds the amounts that the request brings for this step, such
	// as freight.
	StepCharge StepKind = "charge"
	// StepCustomerPrice compares the customer's stated price with the line's net
	// so far; at order scope the total that the purchase order states with the
	// order's.
	StepCustomerPrice StepKind = "customer-price"
	// StepMargin holds the line, or the order, to a margin floor. It stands after
	// all discounts and accruals.
	StepMargin StepKind = "margin"
	// StepSubtotal names the running amount for later steps and for the result.
	StepSubtotal StepKind = "subtotal"
	// StepTax works out the tax of what the steps before it came to and records
	// it; see [Result.Tax]. One at most, and nothing that moves money after it.
	StepTax StepKind = "tax"
	// StepRounding is the document's rounding, which the engine adds last
	// where it moves anything. A schema does not list it.
	StepRounding StepKind = "rounding"
)

// Scope is what a step works on.
type Scope string

const (
	// ScopeLine works on each line by itself.
	ScopeLine Scope = "line"
	// ScopeOrder works on all eligible lines together and spreads its amount
	// over them.
	ScopeOrder Scope = "order"
)

// Base is what a percentage is taken of: [BaseList], [BaseRunning] or
// [BaseSubtotal].
type Base string

const (
	// BaseList is the line's value at its base price, or at the price that a
	// person set instead: percentages do not build on each other.
	BaseList Base = "list"
	// BaseRunning is what is left when the rule's turn comes.
	BaseRunning Base = "running"

	subtotalPrefix = "subtotal:"
)

// BaseSubtotal is the value that the named subtotal step recorded.
func BaseSubtotal(name string) Base { return Base(subtotalPrefix + name) }

// Subtotal returns the name of the subtotal; ok is false for the other bases.
func (b Base) Subtotal() (name string, ok bool) {
	return strings.CutPrefix(string(b), subtotalPrefix)
}

// Stacking says what happens when several rules of one step match a line, or
// the order.
type Stacking string

const (
	// Stack applies all, in the order of the rules.
	Stack Stacking = "stack"
	// StackBest applies the one that is best for the customer, alone; of equals
	// the first. It looks at this step and this line (or order) only.
	StackBest Stacking = "best"
	// StackFirst applies the first that can apply.
	StackFirst Stacking = "first"
	// StackExclusive applies the first that can apply and closes the line to
	// the discounts of all later steps.
	StackExclusive Stacking = "exclusive"
	// StackBestCombination applies the combination of the step's rules that
	// leaves the customer the least to pay for the whole order, as far as their
	// groups and the units that they use let them combine; of equals the one with
	// the earlier rules. For discount steps of order scope. It is exact where up
	// to 16 rules compete for lines, groups or units, and mostly beyond; where a
	// search is cut short, the finding pricing.combination bounds what may be
	// missing.
	StackBestCombination Stacking = "best-combination"
)

// StackingGroup is a group of rules that restrict each other, within a step and
// across steps: [Discount.Stack] names it. It is one row of a compatibility
// matrix.
type StackingGroup struct {
	Name string `json:"name"`
	// Stacking says what happens when several rules of the group can apply to a
	// line, or to the order. Empty means [Stack]. [StackFirst], [StackBest] and
	// [StackExclusive] let one of them apply. Best looks at the rules of one step,
	// when the first of them has its turn.
	Stacking Stacking `json:"stacking,omitempty"`
	// Scope says whether that holds for each line or for the order as a whole.
	// Empty means [ScopeLine]. One rule of an order applies to as many lines as it
	// matches; in a step of line scope the lines have their turn in the order of
	// their ids.
	Scope Scope `json:"scope,omitempty"`
	// NotWith names groups whose rules do not apply where one of this group has,
	// and the other way round: the rule that comes first keeps the other out. One
	// side is enough.
	NotWith []string `json:"not_with,omitempty"`
}
