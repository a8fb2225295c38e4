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

// TaxBaseError means that a line bears a tax of another base than its net, which
// an invoice by EN 16931 cannot state: a compound tax, or freight within the line
// that is taxed otherwise than its goods.
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
	b := &billing{Taxation: t, supply: supply, order: o}
	return func(what invoice.Taxable) ([]invoice.Tax, error) { return b.taxes(ctx, what) }, nil
}

// billing taxes one invoice; it is called for the lines first, then for the charges.
type billing struct {
	*Taxation
	supply tax.Supply
	order  *order.Order
	goods  []tax.Line // billed so far, for freight that is taxed like them
}

// taxes asks for one line or charge at a time: an invoice adds up what is taxed
// alike and rounds it itself.
func (b *billing) taxes(ctx context.Context, what invoice.Taxable) ([]invoice.Tax, error) {
	lines := []tax.Line{{ID: what.Line, Kind: tax.Goods, Category: b.category(what.Item), Amount: what.Net}}
	at := 0
	if what.Line == "" {
		charge := tax.Line{ID: "charge", Kind: tax.Fee, Amount: what.Net}
		if st := b.step(what.Step); st != nil {
			charge.Kind, charge.Category = kindOf(st), st.TaxCategory
		}
		lines, at = append(slices.Clone(b.goods), charge), len(b.goods)
		lines[at].ID = fmt.Sprintf("charge %s of %d lines", what.Step, len(b.goods)) // no line has that
	} else {
		b.goods = append(b.goods, lines[0])
		lines = append(lines, b.within(what.Line)...)
	}
	res, err := b.Engine.Tax(ctx, tax.Request{Date: what.Date, Currency: what.Net.Currency(), Supply: b.supply, Lines: lines})
	if err != nil {
		return nil, err
	}
	if res.Findings.Blocks() {
		return nil, &TaxMissingError{Findings: res.Findings}
	}
	if at >= len(res.Lines) {
		return nil, &pricing.TaxError{Reason: fmt.Sprintf("it has %d lines for %d", len(res.Lines), len(lines))}
	}
	taxes := make([]invoice.Tax, 0, len(res.Lines[at].Shares))
	for _, s := range res.Lines[at].Shares {
		if s.Base != what.Net {
			return nil, &TaxBaseError{Line: what.Line, Step: what.Step, Tax: s.Name, Base: s.Base, Net: what.Net}
		}
		taxes = append(taxes, invoiceTax(&s.Levy))
	}
	return taxes, b.alike(what, taxes, res.Lines[at+1:])
}

// within returns the charges in an order line's net that are taxed by themselves.
// Their amounts do not matter: they are asked for to see whether they are taxed
// like the goods.
func (b *billing) within(line string) []tax.Line {
	var charges []tax.Line
	l := b.order.Line(line)
	if l == nil {
		return nil
	}
	for n := range l.Charges {
		c := &l.Charges[n]
		st := b.step(c.Step)
		if st == nil || st.TaxKind == "" && st.TaxCategory == "" || c.Amount.IsZero() || c.Amount.Scale() != c.Amount.Currency().Digits() {
			continue
		}
		charge := tax.Line{ID: fmt.Sprintf("%s, charge %d", line, n), Kind: kindOf(st), Category: st.TaxCategory, Amount: c.Amount}
		if charge.Kind == tax.Freight {
			charge.Of = line
		}
		charges = append(charges, charge)
	}
	return charges
}

// alike refuses a line in whose net there is a charge that bears other taxes.
func (b *billing) alike(what invoice.Taxable, taxes []invoice.Tax, charges []tax.LineTax) error {
	for n := range charges {
		bears := make([]invoice.Tax, 0, len(charges[n].Shares))
		for _, s := range charges[n].Shares {
			bears = append(bears, invoiceTax(&s.Levy))
		}
		if !slices.Equal(bears, taxes) {
			return &TaxBaseError{Line: what.Line, Step: charges[n].ID, Tax: nameOf(bears, taxes), Base: charges[n].Net, Net: what.Net}
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
