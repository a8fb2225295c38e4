package impact

import (
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
)

// Report is what a change does to the orders of a stream.
type Report struct {
	// Orders and Lines are how many were priced on both sides, Moved how many of
	// the orders have another total.
	Orders int `json:"orders"`
	Lines  int `json:"lines"`
	Moved  int `json:"moved"`
	// Totals are the totals of the orders, a group a currency. Its counts are of
	// orders, its key is the currency's code.
	Totals []Group `json:"totals"`
	// Customers are the totals by account, counted in orders, and Items those of
	// the lines by item, counted in lines. The empty key is that of orders without
	// an account.
	Customers []Group `json:"customers"`
	Items     []Group `json:"items"`
	// Steps are what each step of the waterfall added, Sources what each price
	// record, rule and origin of a charge did by step, counted in entries of
	// lines: an order step counts once for each line that has a part of it.
	Steps   []Group `json:"steps"`
	Sources []Group `json:"sources"`
	// Movers are the orders whose totals moved most, so many as [Config.Keep] in
	// each currency.
	Movers []Mover `json:"movers,omitempty"`
	// Lost are the lines that have a price now and would have none, Gained those
	// that would have one.
	Lost   Prices `json:"lost"`
	Gained Prices `json:"gained"`
	// Blocked are the orders with a finding that blocks and was not there before,
	// Freed those with one that would be gone.
	Blocked Blocking `json:"blocked"`
	Freed   Blocking `json:"freed"`
	// Leakage is the way from list price to pocket price, one for each currency.
	Leakage []Leakage `json:"leakage"`
	// Failures are the orders that could not be priced at all.
	Failures Failures `json:"failures"`
}

// Group is the money of one currency that belongs to one key. Groups are in the order
// of their currencies, then of what they moved, the most first, then of their keys.
// [Report.Steps] are in the order of the waterfall instead.
type Group struct {
	Key string `json:"key"`
	// Step is the step that a source belongs to; empty for the other groups.
	Step     string         `json:"step,omitempty"`
	Currency money.Currency `json:"currency"`
	// CountBefore and CountAfter are how many there were on each side: they
	// differ where a rule applies to other lines than before.
	CountBefore int `json:"count_before"`
	CountAfter  int `json:"count_after"`
	pricing.Moved
}

// Mover is an order whose total moved.
type Mover struct {
	// Number is the place of the order in the stream, from 1.
	Number   int    `json:"number"`
	Order    string `json:"order"`
	Customer string `json:"customer"`
	pricing.Moved
}

// Prices are lines that have a price on one side only.
type Prices struct {
	Lines int `json:"lines"`
	// Totals is what these lines come to on the side that has their price, one
	// amount for each currency.
	Totals []money.Amount `json:"totals,omitempty"`
	// Items are the items of these lines with their numbers, the most frequent
	// first.
	Items []Count `json:"items,omitempty"`
	// List are the first of the lines.
	List []LineRef `json:"list,omitempty"`
}

// LineRef names a line of an order.
type LineRef struct {
	Number   int          `json:"number"`
	Order    string       `json:"order"`
	Customer string       `json:"customer"`
	Line     string       `json:"line"`
	Item     string       `json:"item"`
	Total    money.Amount `json:"total"`
}

// Count is how often something was there.
type Count struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
}

// Blocking are findings that block on one side only.
type Blocking struct {
	// Orders is how many orders have such a finding, Wholly how many of them have
	// no finding that blocks on the other side: orders that go through on one side
	// alone.
	Orders int `json:"orders"`
	Wholly int `json:"wholly"`
	// Codes are the codes of the findings with their numbers, the most frequent
	// first.
	Codes []Count `json:"codes,omitempty"`
	// List are the first of the findings.
	List []Block `json:"list,omitempty"`
}

// Block is a finding that blocks an order.
type Block struct {
	Number   int    `json:"number"`
	Order    string `json:"order"`
	Customer string `json:"customer"`
	Code     string `json:"code"`
	Path     string `json:"path,omitempty"`
	Message  string `json:"message"`
}

// Side is one of the two sides of a comparison.
type Side string

// The two sides.
const (
	Before Side = "before"
	After  Side = "after"
)

// Failures are the orders that could not be priced at all.
type Failures struct {
	Orders int       `json:"orders"`
	List   []Failure `json:"list,omitempty"`
}

// Failure is an order that could not be priced at all.
type Failure struct {
	Number int    `json:"number"`
	Order  string `json:"order"`
	// Side is the side that refused it. After: the side before could price it.
	Side Side `json:"side"`
	// Error is what it said.
	Error string `json:"error"`
}

// Leakage is the way from list price to pocket price in one currency, before and
// after.
type Leakage struct {
	Currency money.Currency `json:"currency"`
	Before   Waterfall      `json:"before"`
	After    Waterfall      `json:"after"`
}

// Waterfall is the way from the list price to the pocket price: List and the amounts
// of all Steps add up to Pocket.
type Waterfall struct {
	// Lines is how many lines had a base price, List what they come to at it.
	Lines int          `json:"lines"`
	List  money.Amount `json:"list"`
	// Steps are the other steps in the order of the waterfall, the same on both
	// sides of a [Leakage]: one that did nothing on this side has no entries.
	Steps []Share `json:"steps,omitempty"`
	// Off is the sum of the steps that take off, OffShare its share of List,
	// negative as Off.
	Off      money.Amount `json:"off"`
	OffShare money.Rate   `json:"off_share,omitzero"`
	// Pocket is what is left: the totals of the orders.
	Pocket money.Amount `json:"pocket"`
	// Costed is how many lines have a known cost, and Cost what they cost.
	// Margin is the pocket price of these lines less Cost, MarginShare its share
	// of that pocket price.
	Costed      int          `json:"costed,omitempty"`
	Cost        money.Amount `json:"cost,omitzero"`
	Margin      money.Amount `json:"margin,omitzero"`
	MarginShare money.Rate   `json:"margin_share,omitzero"`
}

// Share is what one step added.
type Share struct {
	Step  string           `json:"step"`
	Label string           `json:"label"`
	Kind  pricing.StepKind `json:"kind"`
	// Entries is how many lines it touched.
	Entries int          `json:"entries"`
	Amount  money.Amount `json:"amount"`
	// OfList is Amount as a share of the list value, rounded to four digits.
	OfList money.Rate `json:"of_list,omitzero"`
}
