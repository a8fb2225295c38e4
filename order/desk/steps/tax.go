package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/o2ckit/o2c/kernel/finding"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

// Taxation lets orders be priced and invoices be made with one tax engine:
// [PriceConfig] tells pricing what it needs for its tax step, and [Biller.TaxesOf]
// taxes the invoice.
//
// Orders and invoices hold nets. The invoice works its tax out anew on what it
// bills, by document as EN 16931 asks, which for a whole order with prices net of
// tax is what pricing worked out. Where prices are gross, the net is what is left
// of the gross, and the tax on it may come to one minor unit more or less than
// what was in the price.
type Taxation struct {
	Engine tax.Engine
	// Supply says where an order's goods leave and go, and what the customer's
	// tax numbers and certificates are. See [SupplyOf].
	Supply func(ctx context.Context, o *order.Order, a party.Account) (tax.Supply, error)
	// Category gives the tax category of an item. Nil: none.
	Category func(item string) string
	// Schema is that of the pricing engine; its charge steps say how freight and
	// fees are taxed.
	Schema pricing.Schema
}

// TaxMissingError means that the tax engine has findings that block, so that no
// invoice can be made: most often no rate for a line.
type TaxMissingError struct {
	Findings finding.List
}

// Error puts each finding on a line of its own.
func (e *TaxMissingError) Error() string { return "steps: tax: " + e.Findings.String() }

// TaxBaseError means that a line bears a tax of another base than its net or a part
// of it, which an invoice cannot state: a compound tax, or, where prices are gross,
// freight within the line that is taxed otherwise than its goods.
type TaxBaseError struct {
	// Line is the order line, or Step the charge.
	Line, Step string
	// Tax is the name of the tax, Base what it is taken of and Net what is billed.
	Tax       string
	Base, Net money.Amount
}

// Error implements error.
func (e *TaxBaseError) Error() string {
	return fmt.Sprintf("steps: tax: %s of line %q, charge %q is taken of %s, and an invoice takes it of the net %s", e.Tax, e.Line, e.Step, e.Base, e.Net)
}

// SupplyOf returns what an account says for taxes: the numbers with their country
// and the certificates with their place, the last day of a period turned into the
// first without.
func SupplyOf(a party.Account, from, to party.Address) tax.Supply {
	s := tax.Supply{ShipFrom: placeOf(from), ShipTo: placeOf(to)}
	for _, id := range a.TaxIDs {
		s.TaxIDs = append(s.TaxIDs, tax.ID{Country: jurisdiction(id.Jurisdiction).Country, Number: id.Number})
	}
	for _, c := range a.Certificates {
		valid := tax.Certificate{Number: c.Number, Place: jurisdiction(c.Jurisdiction), From: c.Period.From, Reason: string(c.Kind)}
		if !c.Period.To.IsZero() {
			valid.To = c.Period.To.AddDays(1)
		}
		s.Certificates = append(s.Certificates, valid)
	}
	return s
}

func placeOf(a party.Address) tax.Place {
	return tax.Place{Country: string(a.Country), Region: a.Region, Locality: a.City, PostalCode: a.PostalCode}
}

// jurisdiction reads "DE" and "US-NY".
func jurisdiction(text string) tax.Place {
	country, region, _ := strings.Cut(text, "-")
	return tax.Place{Country: country, Region: region}
}

// check names the part that is missing.
func (t *Taxation) check() error {
	return lacking("taxation", part{"Engine", t.Engine != nil}, part{"Supply", t.Supply != nil})
}

func (t *Taxation) category(item string) string {
	if t.Category == nil {
		return ""
	}
	return t.Category(item)
}

// For returns what taxes the invoices of an order, for [Biller.TaxesOf]. Freight
// that its place taxes as goods is taxed as those that are billed with it.
//
// The function returns a *[TaxMissingError] where the engine knows no rate, a
// *[TaxBaseError] for what the invoice cannot state, and the engine's own errors.
func (t *Taxation) For(ctx context.Context, o *order.Order, a party.Account) (invoice.TaxFunc, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	supply, err := t.Supply(ctx, o, a)
	if err != nil {
		return nil, err
	}
	b := &billing{Taxation: t, supply: supply}
	return func(what invoice.Taxable) ([]invoice.Taxed, error) { return b.taxes(ctx, what) }, nil
}

// billing taxes one invoice; it is called for the lines first, then for the charges.
type billing struct {
	*Taxation
	supply tax.Supply
	goods  []tax.Line // billed so far, for freight that is taxed like them
}

// taxes asks for one line or charge at a time: an invoice adds up what is taxed
// alike and rounds it itself. In a line's net there may be charges that are taxed by
// themselves; each tax is then taken of the part that bears it.
func (b *billing) taxes(ctx context.Context, what invoice.Taxable) ([]invoice.Taxed, error) {
	lines, at, err := b.ask(what)
	if err != nil {
		return nil, err
	}
	res, err := b.Engine.Tax(ctx, tax.Request{Date: what.Date, Currency: what.Net.Currency(), Supply: b.supply, Lines: lines})
	if err != nil {
		return nil, err
	}
	if res.Findings.Blocks() {
		return nil, &TaxMissingError{Findings: res.Findings}
	}
	if len(res.Lines) != len(lines) {
		return nil, &pricing.TaxError{Reason: fmt.Sprintf("it has %d lines for %d", len(res.Lines), len(lines))}
	}
	if b.Schema.Prices == pricing.GrossPrices {
		if err := alike(what, res.Lines[at:]); err != nil {
			return nil, err
		}
		res.Lines = res.Lines[:at+1]
	}
	return addBases(what, res.Lines[at:])
}

// ask returns the lines to ask for, what is to be taxed from the given place on.
func (b *billing) ask(what invoice.Taxable) (lines []tax.Line, at int, err error) {
	if what.Line == "" {
		// No line has such an id.
		charge := tax.Line{ID: fmt.Sprintf("charge %s of %d lines", what.Step, len(b.goods)), Kind: tax.Fee, Amount: what.Net}
		if st := b.step(what.Step); st != nil {
			charge.Kind, charge.Category = kindOf(st), st.TaxCategory
		}
		return append(slices.Clone(b.goods), charge), len(b.goods), nil
	}
	goods := tax.Line{ID: what.Line, Kind: tax.Goods, Category: b.category(what.Item), Amount: what.Net}
	charges, err := b.within(what)
	if err != nil {
		return nil, 0, err
	}
	if b.Schema.Prices != pricing.GrossPrices {
		if err := withoutCharges(&goods, charges); err != nil {
			return nil, 0, err
		}
	}
	b.goods = append(b.goods, goods)
	return append([]tax.Line{goods}, charges...), 0, nil
}

// within returns what a line has, as billed, of the charges that are taxed by
// themselves, less what discounts take off them.
func (b *billing) within(what invoice.Taxable) ([]tax.Line, error) {
	var charges []tax.Line
	for n := range b.Schema.Steps {
		st := &b.Schema.Steps[n]
		if st.Kind != pricing.StepCharge || st.Statistical || st.TaxKind == "" && st.TaxCategory == "" {
			continue
		}
		charge := tax.Line{
			ID: fmt.Sprintf("%s, charge %s", what.Line, st.Name), Kind: kindOf(st), Category: st.TaxCategory,
			Amount: money.Zero(what.Net.Currency()),
		}
		if charge.Kind == tax.Freight {
			charge.Of = what.Line
		}
		for k := range what.Charges {
			c := &what.Charges[k]
			if c.Step != st.Name && c.Of != st.Name {
				continue
			}
			var err error
			if charge.Amount, err = charge.Amount.Add(c.Amount); err != nil {
				return nil, err
			}
		}
		if !charge.Amount.IsZero() {
			charges = append(charges, charge)
		}
	}
	return charges, nil
}

// withoutCharges takes the charges out of the goods. Like pricing it lowers the
// charges, the last first, by what other discounts take beyond the goods.
func withoutCharges(goods *tax.Line, charges []tax.Line) error {
	sum := goods.Amount
	var err error
	for n := range charges {
		if sum, err = sum.Sub(charges[n].Amount); err != nil {
			return err
		}
	}
	for n := len(charges) - 1; n >= 0 && sum.Sign() < 0; n-- {
		c := &charges[n]
		if c.Amount.Sign() <= 0 {
			continue
		}
		if sum, err = sum.Add(c.Amount); err != nil {
			return err
		}
		if c.Amount = money.Zero(sum.Currency()); sum.Sign() > 0 {
			c.Amount, sum = sum, c.Amount
		}
	}
	goods.Amount = sum
	return nil
}

// addBases adds up what each tax is taken of.
func addBases(what invoice.Taxable, parts []tax.LineTax) ([]invoice.Taxed, error) {
	var taxes []invoice.Taxed
	for n := range parts {
		if n > 0 && parts[n].Net.IsZero() {
			continue
		}
		for _, s := range parts[n].Shares {
			if s.Compound && s.Base != parts[n].Net {
				return nil, &TaxBaseError{Line: what.Line, Step: what.Step, Tax: s.Name, Base: s.Base, Net: what.Net}
			}
			of := invoiceTax(&s.Levy)
			at := slices.IndexFunc(taxes, func(t invoice.Taxed) bool { return t.Tax == of })
			if at < 0 {
				at = len(taxes)
				taxes = append(taxes, invoice.Taxed{Tax: of, Base: money.Zero(what.Net.Currency())})
			}
			var err error
			if taxes[at].Base, err = taxes[at].Base.Add(s.Base); err != nil {
				return nil, err
			}
		}
	}
	for n := range taxes {
		if taxes[n].Base == what.Net { // it need not be said
			taxes[n].Base = money.Amount{}
		}
	}
	return taxes, nil
}

// alike refuses a line in whose net, of a price with tax in it, there is a charge
// that bears other taxes than the goods, the first of its parts: what the charge has
// of the net is not known.
func alike(what invoice.Taxable, parts []tax.LineTax) error {
	levies := func(l tax.LineTax) []invoice.Tax {
		all := make([]invoice.Tax, len(l.Shares))
		for n := range l.Shares {
			all[n] = invoiceTax(&l.Shares[n].Levy)
		}
		return all
	}
	goods := levies(parts[0])
	for _, part := range parts[1:] {
		if bears := levies(part); !slices.Equal(bears, goods) {
			return &TaxBaseError{Line: what.Line, Step: part.ID, Tax: nameOf(bears, goods), Base: part.Net, Net: what.Net}
		}
	}
	return nil
}

// nameOf returns the first tax that one has and the other does not.
func nameOf(a, b []invoice.Tax) string {
	for _, t := range slices.Concat(a, b) {
		if !slices.Contains(a, t) || !slices.Contains(b, t) {
			return t.Name
		}
	}
	return ""
}

// step returns the schema's charge step of the name; nil: it has none.
func (b *billing) step(name string) *pricing.Step {
	n := slices.IndexFunc(b.Schema.Steps, func(st pricing.Step) bool { return st.Name == name && st.Kind == pricing.StepCharge })
	if n < 0 {
		return nil
	}
	return &b.Schema.Steps[n]
}

func kindOf(st *pricing.Step) tax.Kind {
	if st.TaxKind == "" {
		return tax.Fee
	}
	return st.TaxKind
}

// invoiceTax says in the invoice's words what a levy is.
func invoiceTax(l *tax.Levy) invoice.Tax {
	reason := l.Reason
	if l.Certificate != "" {
		reason = strings.TrimSpace(reason + " certificate " + l.Certificate)
	}
	return invoice.Tax{Category: string(l.Code), Rate: l.Rate, Jurisdiction: l.Jurisdiction, Name: l.Name, Reason: reason}
}

// netOfLine is what the order books of a priced line: its value without tax.
func netOfLine(l *pricing.LineResult) money.Amount {
	if l.Tax == nil {
		return l.Total
	}
	return l.Tax.Net
}

// taxTakenOut are the charges that bring a line priced gross to its net: one for
// each tax in it.
func taxTakenOut(l *pricing.LineResult) []order.Charge {
	if l.Tax == nil || l.Tax.Net == l.Total {
		return nil
	}
	var out []order.Charge
	for _, e := range l.Entries {
		if e.Kind != pricing.StepTax || e.Why != "" || e.Amount.IsZero() {
			continue
		}
		out = append(out, order.Charge{
			Step: e.Step, Kind: string(e.Kind), Label: e.Label, Base: e.Base, Rate: e.Rate, Amount: e.Amount.Neg(),
			Source: e.Source, Account: e.Account,
		})
	}
	return out
}
