package tax_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

func date(text string) calendar.Date { return calendar.MustDate(text) }

func rate(id, name, country, category, share string) tax.Rate {
	return tax.Rate{ID: id, Name: name, Place: tax.Place{Country: country}, Category: category, Rate: money.MustRate(share)}
}

func standard(name, share string) tax.Levy {
	return tax.Levy{Name: name, Code: tax.Standard, Rate: money.MustRate(share)}
}

func line(id, category, amount string) tax.Line {
	return tax.Line{ID: id, Category: category, Amount: money.MustParse(amount)}
}

func included(l tax.Line) tax.Line {
	l.Included = true
	return l
}

func freight(l tax.Line) tax.Line {
	l.Kind = tax.Freight
	return l
}

func request(to tax.Place, lines ...tax.Line) tax.Request {
	return tax.Request{
		Date: date("2026-03-27"), Currency: lines[0].Amount.Currency(), Supply: tax.Supply{ShipTo: to}, Lines: lines,
	}
}

func table(t testing.TB, c tax.Config) *tax.Table {
	t.Helper()
	made, err := tax.New(c)
	require.NoError(t, err)
	return made
}

func work(t testing.TB, e tax.Engine, r tax.Request) tax.Result {
	t.Helper()
	got, err := e.Tax(t.Context(), r)
	require.NoError(t, err)
	addsUp(t, r, got)
	return got
}

// addsUp checks what must hold of every result.
func addsUp(t require.TestingT, r tax.Request, res tax.Result) {
	sum := func(amounts ...money.Amount) money.Amount {
		total := money.Zero(r.Currency)
		for _, a := range amounts {
			var err error
			total, err = total.Add(a)
			require.NoError(t, err)
		}
		return total
	}
	net, all, gross := sum(), sum(), sum()
	byLevy := map[tax.Levy]money.Amount{}
	bases := map[tax.Levy]money.Amount{}
	for i, l := range res.Lines {
		shares := sum()
		for _, s := range l.Shares {
			shares = sum(shares, s.Amount)
			byLevy[s.Levy], bases[s.Levy] = sum(byLevy[s.Levy], s.Amount), sum(bases[s.Levy], s.Base)
		}
		require.Equal(t, l.Tax, shares, "line %s: shares", l.ID)
		require.Equal(t, l.Gross, sum(l.Net, l.Tax), "line %s: gross", l.ID)
		given := l.Net
		if r.Lines[i].Included {
			given = l.Gross
		}
		require.Equal(t, r.Lines[i].Amount, given, "line %s: the amount stays", l.ID)
		net, all, gross = sum(net, l.Net), sum(all, l.Tax), sum(gross, l.Gross)
	}
	require.Equal(t, []money.Amount{net, all, gross}, []money.Amount{res.Net, res.Tax, res.Gross})
	require.Len(t, res.Totals, len(byLevy))
	for _, total := range res.Totals {
		require.Equal(t, byLevy[total.Levy], total.Amount, "total %s", total.Name)
		require.Equal(t, bases[total.Levy], total.Base, "base of %s", total.Name)
	}
}

// breakdown writes the totals as an invoice does: category, rate, base, tax.
func breakdown(res tax.Result) []string {
	var out []string
	for _, t := range res.Totals {
		out = append(out, fmt.Sprintf("%s %s %s %s", t.Code, t.Rate.Percent(), t.Base.Number(), t.Amount.Number()))
	}
	return out
}

// shares writes the shares of a line.
func shares(l tax.LineTax) []string {
	var out []string
	for _, s := range l.Shares {
		out = append(out, fmt.Sprintf("%s %s of %s: %s", s.Name, s.Rate.Percent(), s.Base.Number(), s.Amount.Number()))
	}
	return out
}

// halfUp rounds a fraction to whole minor units, ties away from zero: the oracle.
func halfUp(x *big.Rat) *big.Int {
	twice := new(big.Rat).Add(new(big.Rat).Abs(x), big.NewRat(1, 2))
	n := new(big.Int).Quo(twice.Num(), twice.Denom())
	if x.Sign() < 0 {
		n.Neg(n)
	}
	return n
}

func minor(t assert.TestingT, a money.Amount) *big.Int {
	n, ok := a.Minor()
	assert.True(t, ok)
	return big.NewInt(n)
}

func ratio(r money.Rate) *big.Rat { return r.Decimal().Rat() }
