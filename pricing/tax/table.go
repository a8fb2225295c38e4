package tax

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
)

// Config is what a [Table] is made of.
type Config struct {
	Rates []Rate `json:"rates"`
	// Reliefs are tried in their order before any rate; the first that holds
	// takes the place of all taxes.
	Reliefs []Relief `json:"reliefs,omitempty"`
	// Freight says how places tax carriage. The narrowest place that covers
	// the ship-to decides; a place of which nothing is said taxes it by its
	// own category.
	Freight []FreightRule `json:"freight,omitempty"`
}

// Rate is one tax of one place for a time. Of the rates of one name that hold for
// a line, the one of the narrowest place is used, and within a place the one that
// names the line's category before the one that holds for all. Rates of different
// names are all charged: state, county and city.
type Rate struct {
	// ID names the rate in errors. It is unique in a table.
	ID string `json:"id"`
	// Name is which tax it is: VAT, GST, state, county.
	Name string `json:"name"`
	// Place is where it holds; the country must be stated.
	Place Place `json:"place"`
	// Jurisdiction is written to results. Empty: the place as text.
	Jurisdiction string `json:"jurisdiction,omitempty"`
	// Category is the tax category of the items that it is for. Empty: all
	// that no other rate of the name and place is for.
	Category string `json:"category,omitempty"`
	// Code is the category of UNCL 5305. Empty means S, or Z where the rate is
	// zero.
	Code Code `json:"code,omitempty"`
	// Rate is the share of the base: 19%.
	Rate money.Rate `json:"rate"`
	// Compound taxes are taken of the net with all taxes that come before.
	Compound bool `json:"compound,omitempty"`
	// Order puts the taxes of a line in order: the lower is worked out first,
	// of equals the one that stands first in the table.
	Order int `json:"order,omitempty"`
	// Reason says why nothing is charged.
	Reason string `json:"reason,omitempty"`
	// From is the first day on which the rate holds, To the first on which it
	// no longer does. No date: no bound.
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
}

// Relief takes the place of all taxes where a supply meets it: reverse charge, a
// supply to a business in another member state, an export.
type Relief struct {
	// ID names it in errors.
	ID string `json:"id"`
	// Name is which tax nothing is charged of, and Code why: AE, K, G, E, Z or O.
	Name string `json:"name"`
	Code Code   `json:"code"`
	// Reason is the text that the invoice owes.
	Reason string `json:"reason,omitempty"`
	// From and To are where the goods leave and where they go. Empty:
	// anywhere. Goods to a place in NotTo do not count.
	From  []Place `json:"from,omitempty"`
	To    []Place `json:"to,omitempty"`
	NotTo []Place `json:"not_to,omitempty"`
	// Abroad asks that the goods go to another country.
	Abroad bool `json:"abroad,omitempty"`
	// TaxID asks for a tax number of the customer in the country of the
	// ship-to.
	TaxID bool `json:"tax_id,omitempty"`
	// Categories are the tax categories that it is for. Empty: all.
	Categories []string `json:"categories,omitempty"`
	// ValidFrom is the first day on which it holds, ValidTo the first on which
	// it no longer does. No date: no bound.
	ValidFrom calendar.Date `json:"valid_from,omitzero"`
	ValidTo   calendar.Date `json:"valid_to,omitzero"`
}

// FreightRule is how a place taxes carriage.
type FreightRule struct {
	// Place is where it holds. Empty: everywhere.
	Place  Place         `json:"place,omitzero"`
	Policy FreightPolicy `json:"policy"`
	// Reason is written beside freight that is not taxed.
	Reason string `json:"reason,omitempty"`
}

// FreightPolicy says whether and how carriage is taxed.
type FreightPolicy string

const (
	// FreightTaxed taxes it by its own category, as if it were goods.
	FreightTaxed FreightPolicy = "always"
	// FreightUntaxed does not tax it; it stands as [OutOfScope] in the
	// breakdown.
	FreightUntaxed FreightPolicy = "never"
	// FreightAsGoods taxes it as the goods that it carries: those of
	// [Line.Of], or in proportion to the amounts of all goods that are above
	// zero. Freight without goods is taxed by its own category.
	FreightAsGoods FreightPolicy = "as-goods"
)

// Table is an [Engine] that looks taxes up. It never changes after [New] and is
// safe for many goroutines.
type Table struct {
	config    Config
	byCountry map[string][]int // rates, in their order
	hash      string
}

// New checks the table and returns it. The error is a *[LoadError] with every
// fault, among them an *[OverlapError] for two rates that could both be used.
func New(c Config) (*Table, error) {
	t := &Table{config: c.clone(), byCountry: make(map[string][]int)}
	var found faults
	t.config.check(&found)
	if err := found.err(); err != nil {
		return nil, err
	}
	for i := range t.config.Rates {
		country := t.config.Rates[i].Place.Country
		t.byCountry[country] = append(t.byCountry[country], i)
	}
	for _, rates := range t.byCountry {
		slices.SortStableFunc(rates, func(a, b int) int { return cmp.Compare(t.config.Rates[a].Order, t.config.Rates[b].Order) })
	}
	content, err := json.Marshal(t.config)
	if err != nil {
		return nil, fmt.Errorf("tax: table: %w", err)
	}
	hash := sha256.Sum256(content)
	t.hash = hex.EncodeToString(hash[:])
	return t, nil
}

// Hash returns the content hash of the table, in hexadecimal.
func (t *Table) Hash() string { return t.hash }

// Tax implements [Engine]. A line for which no rate is known has a finding of the
// code [CodeMissing] and no share. The error is that of [Calculate].
func (t *Table) Tax(_ context.Context, r Request) (Result, error) {
	if err := r.Validate(); err != nil {
		return Result{}, err
	}
	l := lookup{table: t, r: &r, known: make(map[string][]Levy)}
	parts, err := l.parts()
	if err != nil {
		return Result{}, err
	}
	res, err := calculate(&r, parts)
	if err != nil {
		return Result{}, err
	}
	res.Findings = l.found
	return res, nil
}

// clone copies what the table would share with the caller.
func (c *Config) clone() Config {
	own := *c
	own.takeCopies()
	return own
}

// takeCopies gives the configuration its own slices, and fills in what rates
// leave out.
func (c *Config) takeCopies() {
	c.Rates = slices.Clone(c.Rates)
	for i := range c.Rates {
		r := &c.Rates[i]
		if r.Code == "" {
			r.Code = Standard
			if r.Rate.IsZero() {
				r.Code = ZeroRated
			}
		}
		if r.Jurisdiction == "" {
			r.Jurisdiction = r.Place.String()
		}
	}
	c.Reliefs = slices.Clone(c.Reliefs)
	for i := range c.Reliefs {
		r := &c.Reliefs[i]
		r.From, r.To, r.NotTo = slices.Clone(r.From), slices.Clone(r.To), slices.Clone(r.NotTo)
		r.Categories = slices.Clone(r.Categories)
	}
	c.Freight = slices.Clone(c.Freight)
}
