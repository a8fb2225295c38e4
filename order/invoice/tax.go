package invoice

import (
	"fmt"
	"slices"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/order"
)

// Tax is one tax at one rate. What is taxed alike is taxed as one sum, so a
// Tax is compared with ==.
type Tax struct {
	// Category is the code of UNCL 5305: S standard, Z zero rated, E exempt,
	// AE reverse charge, K within the community, G export, O out of scope.
	Category string `json:"category"`
	// Rate is the share of the net: 0.07 for 7%.
	Rate money.Rate `json:"rate"`
	// Jurisdiction is whose tax it is: "US-NY". Empty: not stated.
	Jurisdiction string `json:"jurisdiction,omitempty"`
	// Name tells taxes of one jurisdiction apart: "county".
	Name string `json:"name,omitempty"`
	// Reason says why nothing is charged, as exemptions must: the number of
	// the certificate, the article of the law.
	Reason string `json:"reason,omitempty"`
}

// Taxable is a line or a charge that may be taxed.
type Taxable struct {
	// Line and Item are those of an order line; empty for a charge.
	Line string
	Item string
	// Charge is the kind and Step the name of one of the order's own charges;
	// empty for a line.
	Charge string
	Step   string
	// Net is what is billed of it; below zero for an allowance.
	Net money.Amount
	// Charges are this invoice's shares of the line's waterfall; none for a charge.
	Charges []order.Charge
	// Date is the invoice's.
	Date calendar.Date
}

// TaxFunc says what a line or charge is taxed with: one tax, several (state and
// county), or none, which leaves it out of the breakdown. Base is left out where a
// tax is taken of the whole net, and Amount is worked out by [Make]. It is called
// once for each. It decides by what the host knows of parties, items and places; a host
// that asks a tax service does so before.
type TaxFunc func(Taxable) ([]Taxed, error)

// Untaxed is the [TaxFunc] of a seller who charges no tax.
func Untaxed(Taxable) ([]Taxed, error) { return nil, nil }

// TaxAll returns the [TaxFunc] that taxes every line and charge alike.
func TaxAll(taxes ...Tax) TaxFunc {
	all := make([]Taxed, len(taxes))
	for i, tax := range taxes {
		all[i].Tax = tax
	}
	return func(Taxable) ([]Taxed, error) { return all, nil }
}

// Taxed is a line's or a charge's share of a tax.
type Taxed struct {
	Tax
	// Base is what the tax is taken of, where that is not the whole net: of a line
	// with freight in it that is not taxed, the goods. No currency: it is the net.
	Base   money.Amount `json:"base,omitzero"`
	Amount money.Amount `json:"amount"`
}

// TaxTotal is one row of the tax breakdown.
type TaxTotal struct {
	Tax
	// Base is the net, or the part of it, of everything that is taxed so, less
	// allowances, and Amount is Base x
	// Rate, rounded once (EN 16931 BR-CO-17).
	Base   money.Amount `json:"base"`
	Amount money.Amount `json:"amount"`
}

// tax fills in the breakdown, and every line's and charge's part of it.
func (inv *Invoice) tax(of TaxFunc, mode money.Rounding) error {
	var groups []*taxGroup
	assign := func(what Taxable, to *[]Taxed) error {
		what.Date = inv.Date
		taxes, err := of(what)
		if err != nil {
			return fmt.Errorf("invoice: tax of line %q, charge %q: %w", what.Line, what.Step, err)
		}
		for i := range taxes {
			tax, base := taxes[i].Tax, what.Net
			if slices.ContainsFunc(taxes[:i], func(t Taxed) bool { return t.Tax == tax }) {
				return &RequestError{Field: "Taxes", Reason: fmt.Sprintf("line %q, charge %q is taxed twice with %+v", what.Line, what.Step, tax)}
			}
			if b := taxes[i].Base; b.Currency() != 0 {
				if b.Currency() != inv.Currency || b.Scale() != inv.Currency.Digits() {
					return &RequestError{Field: "Taxes", Reason: fmt.Sprintf("line %q, charge %q: the base %s is no whole number of minor units of %s", what.Line, what.Step, b, inv.Currency)}
				}
				base = b
			}
			at := slices.IndexFunc(groups, func(g *taxGroup) bool { return g.tax == tax })
			if at < 0 {
				at = len(groups)
				groups = append(groups, &taxGroup{tax: tax})
			}
			*to = append(*to, Taxed{Tax: tax, Base: taxes[i].Base})
			groups[at].members = append(groups[at].members, taxMember{base: base, of: to, at: i})
		}
		return nil
	}
	for i := range inv.Lines {
		l := &inv.Lines[i]
		if err := assign(Taxable{Line: l.Line, Item: l.Item, Net: l.Net, Charges: l.Charges}, &l.Taxes); err != nil {
			return err
		}
	}
	for i := range inv.Charges {
		c := &inv.Charges[i]
		if err := assign(Taxable{Charge: c.Kind, Step: c.Step, Net: c.Amount}, &c.Taxes); err != nil {
			return err
		}
	}
	for _, g := range groups {
		total, err := g.settle(inv.Currency, mode)
		if err != nil {
			return fmt.Errorf("invoice: tax %s %s: %w", g.tax.Category, g.tax.Rate.Percent(), err)
		}
		inv.Taxes = append(inv.Taxes, total)
	}
	return nil
}

// taxGroup is everything that is taxed alike.
type taxGroup struct {
	tax     Tax
	members []taxMember
}

// taxMember is a line or a charge in a group; its tax goes to (*of)[at].
type taxMember struct {
	base    money.Amount
	of      *[]Taxed
	at      int
	floor   money.Amount // its exact tax, cut down to the minor unit
	dropped money.Amount // what was cut off
}

// settle computes the group's tax on the sum of its bases and gives every member
// its part by largest remainder: its exact tax cut down to the minor unit, and
// the units left over to those that lost most, ties to the earlier one. Bases may
// be below zero.
func (g *taxGroup) settle(currency money.Currency, mode money.Rounding) (TaxTotal, error) {
	total := TaxTotal{Tax: g.tax, Base: money.Zero(currency)}
	var err error
	for i := range g.members {
		if total.Base, err = total.Base.Add(g.members[i].base); err != nil {
			return total, err
		}
	}
	if total.Amount, err = total.Base.MulRound(g.tax.Rate, currency.Digits(), mode); err != nil {
		return total, err
	}
	left := total.Amount
	for i := range g.members {
		m := &g.members[i]
		if err := m.cut(g.tax.Rate, currency); err != nil {
			return total, err
		}
		if left, err = left.Sub(m.floor); err != nil {
			return total, err
		}
	}
	units, _ := left.Minor() // a whole number of them, and no more than there are members
	byLoss := make([]*taxMember, len(g.members))
	for i := range g.members {
		byLoss[i] = &g.members[i]
	}
	slices.SortStableFunc(byLoss, func(a, b *taxMember) int {
		order, _ := b.dropped.Cmp(a.dropped) // one currency: they compare
		return order
	})
	for n, m := range byLoss {
		amount := m.floor
		if int64(n) < units {
			if amount, err = amount.Add(money.FromMinor(1, currency)); err != nil {
				return total, err
			}
		}
		(*m.of)[m.at].Amount = amount
	}
	return total, nil
}

// cut works out the member's exact tax and cuts it down to the minor unit.
func (m *taxMember) cut(rate money.Rate, currency money.Currency) error {
	exact, err := m.base.Mul(rate)
	if err != nil {
		return err
	}
	toward := money.Down
	if exact.Sign() < 0 {
		toward = money.Up
	}
	if m.floor, err = exact.Round(currency.Digits(), toward); err != nil {
		return err
	}
	m.dropped, err = exact.Sub(m.floor)
	return err
}
