package pricing

import (
	"cmp"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// Discount is the effect of a rule: what it takes off. A surcharge step adds the
// same, as far as the kind makes sense there. Kind says which of the fields are
// used; a field that the kind has no use for is an error when the rule is
// compiled.
//
//	percent          Rate
//	amount           Amount, for the line or the order; Gross
//	amount-per-unit  Amount, Per, Unit
//	price            Amount, Per, Unit: what the line costs instead
//	tiers            Tiers: the highest that is reached
//	buy-get          Buy, Get, Pick, Same; Rate or Amount off each rewarded unit
//	bundle           Parts; Amount for a bundle, or Rate off it
//	mix              Buy, Same; Amount for a set of any units, or Rate off it
//	free-goods       Goods
//	free-charge      Charge; Rate off what that step charged
//
// All amounts are in one currency; where the request is in another, the rule does
// not apply.
type Discount struct {
	Kind   DiscountKind `json:"kind"`
	Rate   money.Rate   `json:"rate,omitzero"`
	Amount money.Amount `json:"amount,omitzero"`
	// Gross says that Amount has tax in it; for [AmountOff] at order scope. Where
	// the schema's prices are net, the lines' nets then fall by so much that the
	// gross total falls by Amount: it is split over what is taxed alike in
	// proportion to the gross. Where prices are gross every amount is.
	Gross bool `json:"gross,omitempty"`
	// Per and Unit are how many of which unit Amount is for. 0 means 1; no unit
	// means the ordered unit.
	Per  int64         `json:"per,omitempty"`
	Unit quantity.Unit `json:"unit,omitzero"`
	// Units bounds a percent, amount-per-unit or price discount to so many units,
	// of the line or of the order's eligible lines together, which the rule then
	// takes for itself as a set does. Zero: no bound.
	Units quantity.Quantity `json:"units,omitzero"`
	// Tiers rise in what they ask for.
	Tiers []Tier `json:"tiers,omitempty"`
	// Buy is what has to be bought for one set: units of the lines that match the
	// rule. Get is what is then rewarded; without items, categories and tags it is
	// units of the same lines, otherwise of any line that they choose, whether it
	// matches the rule or not. Where a last set is bought and not all of its
	// reward is there, what is there is rewarded.
	Buy *Selection `json:"buy,omitempty"`
	Get *Selection `json:"get,omitempty"`
	// Parts are what one bundle is made of: units of the lines that match the
	// rule.
	Parts []Selection `json:"parts,omitempty"`
	// Pick says which units are rewarded, or are the Units of an order. Empty means
	// [PickCheapest].
	Pick Pick `json:"pick,omitempty"`
	// Same wants all units of a set to be of one item: the rule then works on
	// each item by itself.
	Same bool `json:"same,omitempty"`
	// Limit is the most sets or bundles an order. 0: as many as there are.
	Limit int64 `json:"limit,omitempty"`
	// Goods are for FreeGoods.
	Goods *Goods `json:"goods,omitempty"`
	// Charge names the charge step that FreeCharge takes from. It stands before
	// the step of the rule.
	Charge string `json:"charge,omitempty"`
	// Minimum and MinimumQuantity are the least running amount and quantity, of
	// the line or of the order's eligible lines together, that the rule asks for.
	// Lines that have no value in the quantity's unit do not count towards it.
	Minimum         money.Amount      `json:"minimum,omitzero"`
	MinimumQuantity quantity.Quantity `json:"minimum_quantity,omitzero"`
	// Maximum is the most that the rule takes off, from the line or from the
	// order. Zero: no bound.
	Maximum money.Amount `json:"maximum,omitzero"`
	// Stack names the stacking group of the schema that the rule belongs to.
	// Empty: it stacks as its step says.
	Stack string `json:"stack,omitempty"`
	// Coupon is the code that the request has to bring; the rule uses it up.
	Coupon string `json:"coupon,omitempty"`
	// Budget is what the amount is taken from, in the host's words.
	Budget string `json:"budget,omitempty"`
}

// DiscountKind says how a discount is worked out.
type DiscountKind string

const (
	// Percent is a share of the step's base.
	Percent DiscountKind = "percent"
	// AmountOff is one amount for the line or, at order scope, for the order.
	AmountOff DiscountKind = "amount"
	// AmountPerUnit is an amount for each unit of each line.
	AmountPerUnit DiscountKind = "amount-per-unit"
	// FixedPrice makes each line cost what its quantity costs at the price. It
	// does not apply where the line costs no more already.
	FixedPrice DiscountKind = "price"
	// Tiered is a table of shares or amounts by what has been spent or ordered.
	Tiered DiscountKind = "tiers"
	// BuyGet rewards some units because others are bought. At order scope only.
	BuyGet DiscountKind = "buy-get"
	// Bundle gives certain units together a price of their own. At order scope
	// only.
	Bundle DiscountKind = "bundle"
	// MixAndMatch gives any so many units together a price of their own. At order
	// scope only.
	MixAndMatch DiscountKind = "mix"
	// FreeGoods gives units away for every so many ordered.
	FreeGoods DiscountKind = "free-goods"
	// FreeCharge takes off what a charge step, such as freight, has added to the
	// eligible lines. At order scope only.
	FreeCharge DiscountKind = "free-charge"
)

// Tier is a row of a [Tiered] discount. It holds from its threshold on, which is
// in it.
type Tier struct {
	// From is the running amount of the line, or of the order's eligible lines
	// together; Quantity is theirs. One of the two is stated.
	From     money.Amount      `json:"from,omitzero"`
	Quantity quantity.Quantity `json:"quantity,omitzero"`
	// Rate is a share of the step's base, Amount one amount. One of the two is
	// stated; a Rate of zero takes nothing.
	Rate   money.Rate   `json:"rate,omitzero"`
	Amount money.Amount `json:"amount,omitzero"`
}

// Selection is so many units of lines. What it chooses lines by, it combines: a
// line of one of the items, or of one of the categories, or with one of the tags;
// nothing stated means any.
type Selection struct {
	Quantity   quantity.Quantity `json:"quantity"`
	Items      []string          `json:"items,omitempty"`
	Categories []string          `json:"categories,omitempty"`
	Tags       []string          `json:"tags,omitempty"`
}

// Pick says which units a rule of order scope rewards. The order of units is that of
// their value, and of line ids where values are equal, so it does not depend on
// the order of the lines.
type Pick string

const (
	// PickCheapest rewards the cheapest of all units.
	PickCheapest Pick = "cheapest"
	// PickCheapestOfEach puts the units of a buy-get into sets from the dearest
	// down and rewards the cheapest of each set. It needs a reward from the same
	// lines.
	PickCheapestOfEach Pick = "cheapest-of-each"
	// PickDearest rewards the dearest of all units.
	PickDearest Pick = "dearest"
)

// Goods are free goods: so many free for every so many ordered, of the line or,
// at order scope, of the eligible lines together.
type Goods struct {
	Every quantity.Quantity `json:"every"`
	Free  quantity.Quantity `json:"free"`
	// Policy says what a quantity between the steps earns; it must be stated.
	Policy GoodsPolicy `json:"policy"`
	// Rounding makes whole units of a pro-rata quantity. The zero value is half up.
	Rounding money.Rounding `json:"rounding,omitzero"`
	// Inclusive gives the goods as a part of the ordered quantity, which costs
	// that much less. Otherwise they come on top, as [Result.Goods].
	Inclusive bool `json:"inclusive,omitempty"`
	// Item is what comes on top; empty at line scope: the line's own item.
	Item string `json:"item,omitempty"`
}

// GoodsPolicy says how free goods are counted.
type GoodsPolicy string

const (
	// ProRata gives 8 for 280 at 3 for every 100: 8.4, rounded.
	ProRata GoodsPolicy = "pro-rata"
	// PerFullStep gives 6: 3 for each full 100.
	PerFullStep GoodsPolicy = "per-full-step"
	// ExactMultipleOnly gives none: 280 is no multiple of 100.
	ExactMultipleOnly GoodsPolicy = "exact-multiple-only"
)

// needsOrder tells whether the discount works on lines together, so that its step
// must be of order scope.
func (d *Discount) needsOrder() bool {
	switch d.Kind {
	case BuyGet, Bundle, MixAndMatch, FreeCharge:
		return true
	default:
		return false
	}
}

// lowersOnly tells whether the discount makes no sense as a surcharge.
func (d *Discount) lowersOnly() bool {
	return d.needsOrder() || d.Kind == FixedPrice || d.Kind == FreeGoods
}

// currency is that of the discount's amounts; zero: it has none, and works in any.
func (d *Discount) currency() money.Currency {
	currency := cmp.Or(d.Amount.Currency(), d.Minimum.Currency(), d.Maximum.Currency())
	for i := 0; currency == 0 && i < len(d.Tiers); i++ {
		currency = cmp.Or(d.Tiers[i].From.Currency(), d.Tiers[i].Amount.Currency())
	}
	return currency
}

// ownAmount tells whether the kind uses Amount for money that it takes off or
// asks for, so that it has a currency.
func (d *Discount) ownAmount() bool { return d.Amount.Currency() != 0 }
