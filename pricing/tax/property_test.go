package tax_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

// anyLevies draws what lines may bear. Compound levies come last, so that no two
// lines build on each other.
func anyLevies(t *rapid.T) []tax.Levy {
	all := []tax.Levy{
		standard("VAT", rapid.SampledFrom([]string{"19%", "7%", "8.1%", "25%", "0.375%", "99%"}).Draw(t, "rate")),
		standard("county", "4.125%"), standard("GST", "5%"), {Name: "food", Code: tax.Exempt, Reason: "food"},
		{Name: "QST", Code: tax.Standard, Rate: money.MustRate("9.5%"), Compound: true},
		{Name: "on top", Code: tax.Standard, Rate: money.MustRate("1.7%"), Compound: true},
	}
	var chosen []tax.Levy
	for _, l := range all {
		if rapid.Bool().Draw(t, l.Name) {
			chosen = append(chosen, l)
		}
	}
	return chosen
}

func anyRequest(t *rapid.T) (tax.Request, [][]tax.Part) {
	currency := rapid.SampledFrom([]money.Currency{money.EUR, money.JPY, money.KWD}).Draw(t, "currency")
	sets := [][]tax.Levy{anyLevies(t), anyLevies(t)}
	r := tax.Request{
		Date: date("2026-03-27"), Currency: currency, Rounding: rapid.SampledFrom([]tax.Rounding{tax.ByDocument, tax.ByLine, ""}).Draw(t, "rounding"),
		Mode: rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Up, money.Down}).Draw(t, "mode"),
	}
	n := rapid.IntRange(1, 12).Draw(t, "lines")
	parts := make([][]tax.Part, n)
	for i := range n {
		amount := money.Zero(currency)
		for range rapid.IntRange(1, 2).Draw(t, "parts") {
			a := money.FromMinor(rapid.Int64Range(-5000, 100000).Draw(t, "amount"), currency)
			parts[i] = append(parts[i], tax.Part{Amount: a, Levies: sets[rapid.IntRange(0, 1).Draw(t, "set")]})
			amount, _ = amount.Add(a)
		}
		r.Lines = append(r.Lines, tax.Line{ID: fmt.Sprint(i), Amount: amount, Included: rapid.IntRange(0, 2).Draw(t, "included") == 0})
	}
	return r, parts
}

// Whatever is taxed adds up, and no share is a whole unit away from what its rate
// asks for, but for included taxes, of which the net was rounded before.
func TestSharesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, parts := anyRequest(t)
		got, err := tax.Calculate(&r, parts)
		require.NoError(t, err)
		addsUp(t, r, got)
		for i, l := range got.Lines {
			if r.Lines[i].Included {
				continue
			}
			for _, s := range l.Shares {
				due := new(big.Rat).Mul(new(big.Rat).SetInt(minor(t, s.Base)), ratio(s.Rate))
				off := new(big.Rat).Sub(new(big.Rat).SetInt(minor(t, s.Amount)), due)
				require.Negative(t, off.Abs(off).Cmp(big.NewRat(1, 1)), "line %s: %s of %s is %s", l.ID, s.Rate, s.Base, s.Amount)
			}
		}
	})
}

// By document, the tax of what is taxed alike is its base x rate, rounded once
// (EN 16931, BR-CO-17), by arithmetic in fractions.
func TestDocumentTaxIsBaseTimesRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, parts := anyRequest(t)
		r.Rounding, r.Mode = tax.ByDocument, money.HalfUp
		for i := range r.Lines {
			r.Lines[i].Included = false
		}
		got, err := tax.Calculate(&r, parts)
		require.NoError(t, err)
		for _, total := range got.Totals {
			due := new(big.Rat).Mul(new(big.Rat).SetInt(minor(t, total.Base)), ratio(total.Rate))
			require.Zero(t, halfUp(due).Cmp(minor(t, total.Amount)), "%s of %s is %s", total.Rate, total.Base, total.Amount)
		}
	})
}

// The net of what includes its tax is the rounded quotient, and where the gross
// of a net has no fraction, the way back gives the net and the same taxes.
func TestIncludedAgreesWithExcluded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levies := anyLevies(t)
		rounding := rapid.SampledFrom([]tax.Rounding{tax.ByDocument, tax.ByLine}).Draw(t, "rounding")
		ask := func(amount money.Amount, included bool) tax.Result {
			r := tax.Request{
				Date: date("2026-03-27"), Currency: money.EUR, Rounding: rounding,
				Lines: []tax.Line{{ID: "1", Amount: amount, Included: included}},
			}
			got, err := tax.Calculate(&r, [][]tax.Part{{{Amount: amount, Levies: levies}}})
			require.NoError(t, err)
			return got
		}
		factor := big.NewRat(1, 1)
		for _, l := range levies {
			on := big.NewRat(1, 1)
			if l.Compound {
				on.Set(factor)
			}
			factor.Add(factor, on.Mul(on, ratio(l.Rate)))
		}
		gross := money.FromMinor(rapid.Int64Range(-100000, 10000000).Draw(t, "gross"), money.EUR)
		want := halfUp(new(big.Rat).Quo(new(big.Rat).SetInt(minor(t, gross)), factor))
		require.Zero(t, want.Cmp(minor(t, ask(gross, true).Net)))

		// 10,000,000.00 has whole cents after any of these rates: two compound ones
		// of four places on top of one of six.
		net := money.FromMinor(rapid.Int64Range(1, 9).Draw(t, "net")*1_000_000_000_000, money.EUR)
		there := ask(net, false)
		back := ask(there.Gross, true)
		require.Equal(t, there.Net, back.Net)
		require.Equal(t, there.Lines[0].Shares, back.Lines[0].Shares)
	})
}

// Included taxes are owed to each levy over the whole document, so that a hundred
// small lines do not favour the first of two equal taxes.
func TestIncludedTaxesDoNotDrift(t *testing.T) {
	r := tax.Request{Date: date("2026-03-27"), Currency: money.EUR}
	var parts [][]tax.Part
	for i := range 101 {
		amount := money.MustParse("0.13 EUR")
		r.Lines = append(r.Lines, tax.Line{ID: fmt.Sprint(i), Amount: amount, Included: true})
		parts = append(parts, []tax.Part{{Amount: amount, Levies: []tax.Levy{standard("state", "5%"), standard("city", "5%")}}})
	}
	got, err := tax.Calculate(&r, parts)
	require.NoError(t, err)
	addsUp(t, r, got)
	require.Equal(t, "11.94", got.Net.Number(), "13.13 / 1.1 = 11.936")
	state, city := minor(t, got.Totals[0].Amount).Int64(), minor(t, got.Totals[1].Amount).Int64()
	require.LessOrEqual(t, max(state, city)-min(state, city), int64(1), "%d and %d of 1.19", state, city)
}
