package tax

import (
	"context"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
)

// Engine works out the tax of a document. [Table] is one; a host that asks a tax
// service writes another.
//
// An engine is safe for many goroutines. What is wrong with a request as a whole
// is an error. A line for which the engine knows no tax is a finding of the code
// [CodeMissing] in the result, with the path lines[i], and has no share.
type Engine interface {
	Tax(ctx context.Context, r Request) (Result, error)
}

// CodeMissing is the code of the finding that no rate is known for a line. It
// blocks: a document without it would be taxed at nothing by mistake.
const CodeMissing = "tax.missing"

// Request is a document that is to be taxed.
type Request struct {
	// Date is the tax point: the rates of this day hold.
	Date     calendar.Date  `json:"date"`
	Currency money.Currency `json:"currency"`
	Supply
	// Lines are what is supplied. Discounts are in their amounts.
	Lines []Line `json:"lines"`
	// Rounding says whether tax is rounded by line or by document. Empty means
	// [ByDocument].
	Rounding Rounding `json:"rounding,omitempty"`
	// Mode is the mode of every rounding. The zero value is half up.
	Mode money.Rounding `json:"mode"`
}

// Supply is who supplies whom, and where goods go: all that decides about tax
// beside the lines.
type Supply struct {
	// Seller is the seller's tax number, for engines that serve several.
	Seller string `json:"seller,omitempty"`
	// ShipFrom is where the goods leave, ShipTo where they go; the rates of
	// ShipTo hold.
	ShipFrom Place `json:"ship_from,omitzero"`
	ShipTo   Place `json:"ship_to,omitzero"`
	// TaxIDs are the customer's numbers.
	TaxIDs []ID `json:"tax_ids,omitempty"`
	// Certificates are what frees the customer from tax.
	Certificates []Certificate `json:"certificates,omitempty"`
}

// ID is a number under which a tax authority knows the customer.
type ID struct {
	// Country is the ISO 3166-1 code of the country that gave it.
	Country string `json:"country"`
	Number  string `json:"number"`
}

// Certificate frees the customer from the taxes of a place.
type Certificate struct {
	// Number is recorded with every share that it frees.
	Number string `json:"number"`
	// Place is whose taxes it frees from, those of the places within it
	// included: a certificate of a state covers its counties.
	Place Place `json:"place"`
	// Categories are the tax categories of items that it covers. Empty: all.
	Categories []string `json:"categories,omitempty"`
	// From is the first day on which it holds, To the first on which it no
	// longer does. No date: no bound.
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
	// Reason is why: resale, public body.
	Reason string `json:"reason,omitempty"`
}

// Line is one amount that may be taxed.
type Line struct {
	// ID is unique in the request.
	ID string `json:"id"`
	// Kind says what the amount is for. Empty means [Goods].
	Kind Kind `json:"kind,omitempty"`
	// Category is the tax category of the item, in the words of the engine's
	// rates. Empty: the rates that hold for everything.
	Category string `json:"category,omitempty"`
	// Amount is a whole number of minor units; below zero for a return.
	Amount money.Amount `json:"amount"`
	// Included says that the amount has the tax in it.
	Included bool `json:"included,omitempty"`
	// Of is the id of the line of goods that freight belongs to, where it is
	// known. Empty: it belongs to all goods of the request.
	Of string `json:"of,omitempty"`
}

// Kind is what an amount is for.
type Kind string

// The kinds of lines.
const (
	Goods   Kind = "goods"   // goods and services
	Freight Kind = "freight" // carriage, which places tax by rules of their own
	Fee     Kind = "fee"     // taxed by its own category like goods, but nothing freight follows
)

// Rounding says where tax is rounded to the minor unit.
type Rounding string

const (
	// ByDocument works each tax out on the sum of all that is taxed alike and
	// rounds once, as EN 16931 asks (BR-CO-17). The lines take whole minor
	// units of it by largest remainder.
	ByDocument Rounding = "document"
	// ByLine rounds each tax of each line; the totals are the sums.
	ByLine Rounding = "line"
)

// Levy is one tax at one rate. What is taxed alike has one Levy, so it compares
// with ==.
type Levy struct {
	// Name is which tax it is: VAT, GST, state, county.
	Name string `json:"name"`
	// Jurisdiction is whose tax it is: DE, US-NY, US-NY/Kings.
	Jurisdiction string `json:"jurisdiction,omitempty"`
	// Code is the category of UNCL 5305.
	Code Code `json:"code"`
	// Rate is the share of the base: 0.19 for 19%. It is not below zero.
	Rate money.Rate `json:"rate"`
	// Compound taxes are taken of the net with all earlier taxes of the line.
	Compound bool `json:"compound,omitempty"`
	// Reason says why nothing is charged, as exemptions must; Certificate is
	// the number of the paper, where there is one.
	Reason      string `json:"reason,omitempty"`
	Certificate string `json:"certificate,omitempty"`
}

// Share is what a line bears of a levy.
type Share struct {
	Levy
	// Base is what the rate was applied to: the net, or a part of it, and for
	// compound taxes those before it too.
	Base   money.Amount `json:"base"`
	Amount money.Amount `json:"amount"`
}

// Total is a levy over the whole document, a row of the tax breakdown.
type Total struct {
	Levy
	Base   money.Amount `json:"base"`
	Amount money.Amount `json:"amount"`
}

// Result is a taxed document. It adds up to the minor unit: Net + Tax is Gross,
// in each line and over all; the shares of a line are its Tax; the amounts of a
// total are those of its shares.
type Result struct {
	// Lines stand in the order of the request.
	Lines []LineTax `json:"lines"`
	// Totals stand in the order in which the lines first name them.
	Totals []Total      `json:"totals,omitempty"`
	Net    money.Amount `json:"net"`
	Tax    money.Amount `json:"tax"`
	Gross  money.Amount `json:"gross"`
	// Findings say what stands in the way.
	Findings finding.List `json:"findings,omitempty"`
}

// LineTax is the tax of one line.
type LineTax struct {
	ID    string       `json:"id"`
	Net   money.Amount `json:"net"`
	Tax   money.Amount `json:"tax"`
	Gross money.Amount `json:"gross"`
	// Shares stand in the order in which the taxes are worked out.
	Shares []Share `json:"shares,omitempty"`
}
