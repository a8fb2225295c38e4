package tax_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

// vat has the rates of the published invoices by category.
func vat(t testing.TB, country string, rates map[string]string) *tax.Table {
	t.Helper()
	var c tax.Config
	for category, share := range rates {
		r := rate(category, "VAT", country, category, share)
		if r.Rate.IsZero() {
			r.Code, r.Reason = tax.Exempt, "Exempt"
		}
		c.Rates = append(c.Rates, r)
	}
	return table(t, c)
}

// Breakdowns and totals of invoices that others published.
func TestPublishedInvoices(t *testing.T) {
	for name, c := range map[string]struct {
		country   string
		rates     map[string]string
		lines     []tax.Line
		breakdown []string
		net, tax  string
		gross     string
	}{
		// github.com/ConnectingEurope/eInvoicing-EN16931, ubl/examples/ubl-tc434-example2.xml
		"EN 16931 example 2": {
			"NO", map[string]string{"25": "25%", "15": "15%", "E": "0"},
			[]tax.Line{
				line("1", "25", "1273.00 NOK"), line("2", "15", "-3.96 NOK"), line("3", "15", "4.96 NOK"),
				line("4", "E", "-25.00 NOK"), line("5", "25", "187.50 NOK"),
				line("promotion", "25", "-100.00 NOK"), freight(line("freight", "25", "100.00 NOK")),
			},
			[]string{"S 25% 1460.50 365.13", "S 15% 1.00 0.15", "E 0% -25.00 0.00"}, "1436.50", "365.28", "1801.78",
		},
		// the same, ubl/examples/ubl-tc434-example5.xml
		"EN 16931 example 5": {
			"DK", map[string]string{"25": "25%", "12": "12%"},
			[]tax.Line{
				line("1", "25", "1000.00 DKK"), line("2", "25", "500.00 DKK"), line("3", "12", "2500.00 DKK"),
				line("loyal", "25", "-150.00 DKK"), {ID: "packing", Kind: tax.Fee, Category: "25", Amount: money.MustParse("150.00 DKK")},
			},
			[]string{"S 25% 1500.00 375.00", "S 12% 2500.00 300.00"}, "4000.00", "675.00", "4675.00",
		},
		// github.com/OpenPEPPOL/peppol-bis-invoice-3, rules/examples/Allowance-example.xml
		"Peppol allowance": {
			"SE", map[string]string{"25": "25%", "E": "0"},
			[]tax.Line{
				line("1", "25", "4000.00 EUR"), line("2", "E", "1000.00 EUR"), line("3", "25", "900.00 EUR"),
				{ID: "cleaning", Kind: tax.Fee, Category: "25", Amount: money.MustParse("200.00 EUR")},
				line("discount", "25", "-200.00 EUR"),
			},
			[]string{"S 25% 4900.00 1225.00", "E 0% 1000.00 0.00"}, "5900.00", "1225.00", "7125.00",
		},
		// the same, rules/examples/base-example.xml
		"Peppol base": {
			"SE", map[string]string{"25": "25%"},
			[]tax.Line{
				line("1", "25", "2800.00 EUR"), line("2", "25", "-1500.00 EUR"),
				{ID: "insurance", Kind: tax.Fee, Category: "25", Amount: money.MustParse("25.00 EUR")},
			},
			[]string{"S 25% 1325.00 331.25"}, "1325.00", "331.25", "1656.25",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := work(t, vat(t, c.country, c.rates), request(tax.Place{Country: c.country}, c.lines...))
			assert.Empty(t, got.Findings)
			assert.Equal(t, c.breakdown, breakdown(got))
			assert.Equal(t, []string{c.net, c.tax, c.gross}, []string{got.Net.Number(), got.Tax.Number(), got.Gross.Number()})
		})
	}
}

// pricing.md: 200 gross at 15% is 173.91 + 26.09.
func TestIncludedTax(t *testing.T) {
	for name, c := range map[string]struct {
		levies      []tax.Levy
		gross       string
		net, tax    string
		levyAmounts []string
	}{
		"pricing.md: 200 at 15%":    {[]tax.Levy{standard("VAT", "15%")}, "200.00 USD", "173.91", "26.09", []string{"26.09"}},
		"a return of it":            {[]tax.Levy{standard("VAT", "15%")}, "-200.00 USD", "-173.91", "-26.09", []string{"-26.09"}},
		"yen":                       {[]tax.Levy{standard("consumption", "10%")}, "1000 JPY", "909", "91", []string{"91"}},
		"dinars have three digits":  {[]tax.Levy{standard("VAT", "5%")}, "1.000 KWD", "0.952", "0.048", []string{"0.048"}},
		"two taxes on the net":      {[]tax.Levy{standard("GST", "5%"), standard("PST", "7%")}, "100.00 CAD", "89.29", "10.71", []string{"4.46", "6.25"}},
		"nothing charged":           {[]tax.Levy{{Name: "VAT", Code: tax.ZeroRated}}, "100.00 EUR", "100.00", "0.00", []string{"0.00"}},
		"one charged, one zero":     {[]tax.Levy{{Name: "GST", Code: tax.ZeroRated}, standard("PST", "7%")}, "107.00 CAD", "100.00", "7.00", []string{"0.00", "7.00"}},
		"one cent has no tax in it": {[]tax.Levy{standard("VAT", "19%")}, "0.01 EUR", "0.01", "0.00", []string{"0.00"}},
	} {
		for _, rounding := range []tax.Rounding{tax.ByDocument, tax.ByLine} {
			t.Run(name+" by "+string(rounding), func(t *testing.T) {
				r := request(tax.Place{Country: "XX"}, included(line("1", "", c.gross)))
				r.Rounding = rounding
				got, err := tax.Calculate(&r, [][]tax.Part{{{Amount: r.Lines[0].Amount, Levies: c.levies}}})
				require.NoError(t, err)
				addsUp(t, r, got)
				assert.Equal(t, c.net, got.Net.Number())
				assert.Equal(t, c.tax, got.Tax.Number())
				var amounts []string
				for _, s := range got.Lines[0].Shares {
					amounts = append(amounts, s.Amount.Number())
				}
				assert.Equal(t, c.levyAmounts, amounts)
			})
		}
	}
}

// Until the end of 2012 Quebec took its sales tax (9.5%) of the price with the
// goods and services tax (5%) in it; since then it takes 9.975% of the price, which
// comes to the same 14.975% (Revenu Québec, GST and QST rates).
func TestQuebec(t *testing.T) {
	quebec := tax.Place{Country: "CA", Region: "QC"}
	e := table(t, tax.Config{Rates: []tax.Rate{
		{ID: "QST-2012", Name: "QST", Place: quebec, Rate: money.MustRate("9.5%"), Compound: true, Order: 2, From: date("2012-01-01"), To: date("2013-01-01")},
		{ID: "QST-2013", Name: "QST", Place: quebec, Rate: money.MustRate("9.975%"), Order: 2, From: date("2013-01-01")},
		{ID: "GST", Name: "GST", Place: tax.Place{Country: "CA"}, Rate: money.MustRate("5%"), Order: 1, From: date("2008-01-01")},
	}})
	for name, c := range map[string]struct {
		on   string
		want []string
		tax  string
	}{
		"the last day of the compound": {"2012-12-31", []string{"GST 5% of 1000.00: 50.00", "QST 9.5% of 1050.00: 99.75"}, "149.75"},
		"the first day without":        {"2013-01-01", []string{"GST 5% of 1000.00: 50.00", "QST 9.975% of 1000.00: 99.75"}, "149.75"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(quebec, line("1", "", "1000.00 CAD"))
			r.Date = date(c.on)
			got := work(t, e, r)
			assert.Equal(t, c.want, shares(got.Lines[0]))
			assert.Equal(t, c.tax, got.Tax.Number())
			back := request(quebec, included(line("1", "", "1149.75 CAD")))
			back.Date = r.Date
			assert.Equal(t, c.want, shares(work(t, e, back).Lines[0]), "and back from the gross")
		})
	}
	none := request(quebec, line("1", "", "1000.00 CAD"))
	none.Date = date("2007-12-31")
	assert.Len(t, work(t, e, none).Findings.With(tax.CodeMissing), 1, "before the first day there is no rate")
}

// newYork has the three sales taxes of New York City: 4% state, 4.5% city, 0.375%
// commuter district, 8.875% together (New York State, Publication 718).
func newYork(t testing.TB) *tax.Table {
	t.Helper()
	made, err := tax.LoadYAML("new-york.yaml", []byte(`
rates:
  - {id: NY, name: state, place: US-NY, rate: 4%, order: 1}
  - {id: NYC, name: city, place: {country: US, region: NY, locality: New York}, rate: 4.5%, order: 2}
  - {id: MCTD, name: district, place: {country: US, region: NY, locality: New York}, rate: 0.375%, order: 3}
  - {id: NY-food, name: state, place: US-NY, category: food, rate: 0, code: E, reason: Food for home}
  - {id: NYC-food, name: city, place: {country: US, region: NY, locality: New York}, category: food, rate: 0, code: E, reason: Food for home}
  - {id: MCTD-food, name: district, place: {country: US, region: NY, locality: New York}, category: food, rate: 0, code: E, reason: Food for home}
`))
	require.NoError(t, err)
	return made
}

func TestThreeLevels(t *testing.T) {
	city := tax.Place{Country: "US", Region: "NY", County: "Kings", Locality: "New York", PostalCode: "11201"}
	e := newYork(t)
	got := work(t, e, request(city, line("1", "", "100.00 USD"), line("2", "food", "20.00 USD")))
	assert.Equal(t, []string{"state 4% of 100.00: 4.00", "city 4.5% of 100.00: 4.50", "district 0.375% of 100.00: 0.38"}, shares(got.Lines[0]))
	assert.Equal(t, "8.88", got.Tax.Number())
	assert.Equal(t, []string{"state 0% of 20.00: 0.00", "city 0% of 20.00: 0.00", "district 0% of 20.00: 0.00"}, shares(got.Lines[1]))
	assert.Equal(t, []string{"US-NY", "US-NY/New York", "US-NY/New York"},
		[]string{got.Totals[0].Jurisdiction, got.Totals[1].Jurisdiction, got.Totals[2].Jurisdiction})

	upstate := work(t, e, request(tax.Place{Country: "US", Region: "NY", Locality: "Albany"}, line("1", "", "100.00 USD")))
	assert.Equal(t, []string{"state 4% of 100.00: 4.00"}, shares(upstate.Lines[0]))
}

// By document the tax of 3 x 0.33 is rounded once, by line three times.
func TestRoundingByLineAndDocument(t *testing.T) {
	e := table(t, tax.Config{Rates: []tax.Rate{rate("DE", "VAT", "DE", "", "7%")}})
	r := request(tax.Place{Country: "DE"}, line("1", "", "0.35 EUR"), line("2", "", "0.35 EUR"), line("3", "", "0.35 EUR"))
	assert.Equal(t, []string{"S 7% 1.05 0.07"}, breakdown(work(t, e, r)), "1.05 x 7% = 0.0735")
	r.Rounding = tax.ByLine
	assert.Equal(t, []string{"S 7% 1.05 0.06"}, breakdown(work(t, e, r)), "3 x 0.0245")
	r.Mode = money.Up
	assert.Equal(t, []string{"S 7% 1.05 0.09"}, breakdown(work(t, e, r)))
}
