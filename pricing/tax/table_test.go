package tax_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing/tax"
)

var (
	germany = tax.Place{Country: "DE"}
	france  = tax.Place{Country: "FR"}
	swiss   = tax.Place{Country: "CH"}
)

// european sells from Germany.
func european(t testing.TB, policy tax.FreightPolicy) *tax.Table {
	t.Helper()
	return table(t, tax.Config{
		Rates: []tax.Rate{
			rate("DE-19", "VAT", "DE", "", "19%"), rate("DE-7", "VAT", "DE", "books", "7%"), rate("FR-20", "VAT", "FR", "", "20%"),
		},
		Reliefs: []tax.Relief{
			{ID: "intra", Name: "VAT", Code: tax.IntraCommunity, From: []tax.Place{germany}, To: []tax.Place{france}, TaxID: true, Reason: "Article 138"},
			{ID: "phones", Name: "VAT", Code: tax.ReverseCharge, From: []tax.Place{germany}, To: []tax.Place{germany}, TaxID: true, Categories: []string{"phones"}, Reason: "§ 13b UStG"},
			{ID: "export", Name: "VAT", Code: tax.Export, Abroad: true, NotTo: []tax.Place{france}, Reason: "Article 146", ValidFrom: date("2020-01-01")},
		},
		Freight: []tax.FreightRule{{Policy: policy, Reason: "carriage"}},
	})
}

func TestReliefs(t *testing.T) {
	french := []tax.ID{{Country: "FR", Number: "FR83404833048"}}
	for name, c := range map[string]struct {
		to       tax.Place
		ids      []tax.ID
		category string
		on       string
		want     string
		reason   string
	}{
		"at home":                          {germany, nil, "", "2026-03-27", "S 19% 100.00 19.00", ""},
		"a business in another state":      {france, french, "", "2026-03-27", "K 0% 100.00 0.00", "Article 138"},
		"a person in another state":        {france, nil, "", "2026-03-27", "S 20% 100.00 20.00", ""},
		"a number of a third state":        {france, []tax.ID{{Country: "IT", Number: "1"}}, "", "2026-03-27", "S 20% 100.00 20.00", ""},
		"reverse charge of some goods":     {germany, []tax.ID{{Country: "DE", Number: "DE1"}}, "phones", "2026-03-27", "AE 0% 100.00 0.00", "§ 13b UStG"},
		"not for a person":                 {germany, nil, "phones", "2026-03-27", "S 19% 100.00 19.00", ""},
		"an export":                        {swiss, nil, "", "2026-03-27", "G 0% 100.00 0.00", "Article 146"},
		"the first day of the export rule": {swiss, nil, "", "2020-01-01", "G 0% 100.00 0.00", "Article 146"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(c.to, line("1", c.category, "100.00 EUR"))
			r.ShipFrom, r.TaxIDs, r.Date = germany, c.ids, date(c.on)
			got := work(t, european(t, tax.FreightTaxed), r)
			assert.Empty(t, got.Findings)
			assert.Equal(t, []string{c.want}, breakdown(got))
			assert.Equal(t, c.reason, got.Totals[0].Reason)
		})
	}
	r := request(swiss, line("1", "", "100.00 EUR"))
	r.ShipFrom, r.Date = germany, date("2019-12-31")
	got := work(t, european(t, tax.FreightTaxed), r)
	require.Len(t, got.Findings.With(tax.CodeMissing), 1)
	assert.Equal(t, "lines[0]", got.Findings[0].Path)
	assert.True(t, got.Findings.Blocks())
	assert.Equal(t, "100.00", got.Gross.Number())
}

// Freight by policy: always, never, and as the goods in proportion to them.
func TestFreight(t *testing.T) {
	lines := func(amount string) []tax.Line {
		return []tax.Line{line("1", "", "300.00 EUR"), line("2", "books", "100.00 EUR"), freight(line("f", "", amount))}
	}
	for name, c := range map[string]struct {
		policy tax.FreightPolicy
		want   []string
	}{
		"always": {tax.FreightTaxed, []string{"VAT 19% of 10.00: 1.90"}},
		"never":  {tax.FreightUntaxed, []string{"freight 0% of 10.00: 0.00"}},
		"goods":  {tax.FreightAsGoods, []string{"VAT 19% of 7.50: 1.43", "VAT 7% of 2.50: 0.18"}}, // 307.50 x 19% is 58.425
	} {
		t.Run(name, func(t *testing.T) {
			r := request(germany, lines("10.00 EUR")...)
			got := work(t, european(t, c.policy), r)
			assert.Equal(t, c.want, shares(got.Lines[2]))
		})
	}
	t.Run("of one line", func(t *testing.T) {
		r := request(germany, lines("10.00 EUR")...)
		r.Lines[2].Of = "2"
		got := work(t, european(t, tax.FreightAsGoods), r)
		assert.Equal(t, []string{"VAT 7% of 10.00: 0.70"}, shares(got.Lines[2]))
	})
	t.Run("without goods", func(t *testing.T) {
		got := work(t, european(t, tax.FreightAsGoods), request(germany, freight(line("f", "", "10.00 EUR"))))
		assert.Equal(t, []string{"VAT 19% of 10.00: 1.90"}, shares(got.Lines[0]))
	})
	t.Run("of goods that are free", func(t *testing.T) {
		got := work(t, european(t, tax.FreightAsGoods), request(germany, line("1", "books", "0.00 EUR"), line("2", "books", "-5.00 EUR"), freight(line("f", "", "10.00 EUR"))))
		assert.Equal(t, []string{"VAT 19% of 10.00: 1.90"}, shares(got.Lines[2]))
	})
	t.Run("included", func(t *testing.T) {
		r := request(germany, included(line("1", "", "119.00 EUR")), included(line("2", "books", "107.00 EUR")), included(freight(line("f", "", "22.60 EUR"))))
		got := work(t, european(t, tax.FreightAsGoods), r)
		assert.Equal(t, []string{"S 19% 110.00 20.90", "S 7% 110.00 7.70"}, breakdown(got))
	})
	t.Run("the narrowest place decides", func(t *testing.T) {
		e := table(t, tax.Config{
			Rates: []tax.Rate{rate("US", "state", "US", "", "5%")},
			Freight: []tax.FreightRule{
				{Place: tax.Place{Country: "US", Region: "CA"}, Policy: tax.FreightUntaxed}, {Place: tax.Place{Country: "US"}, Policy: tax.FreightTaxed},
			},
		})
		for region, want := range map[string]string{"CA": "0.00", "TX": "0.50"} {
			r := request(tax.Place{Country: "US", Region: region}, line("1", "", "100.00 USD"), freight(line("f", "", "10.00 USD")))
			assert.Equal(t, want, work(t, e, r).Lines[1].Tax.Number(), region)
		}
	})
}

// A certificate of a state frees from the taxes of its counties too, in its
// categories and its days, and its number stands with what it freed.
func TestCertificates(t *testing.T) {
	city := tax.Place{Country: "US", Region: "NY", Locality: "New York"}
	state := tax.Place{Country: "US", Region: "NY"}
	for name, c := range map[string]struct {
		certificate tax.Certificate
		freed       int
	}{
		"the state":               {tax.Certificate{Number: "ST-120", Place: state, Reason: "resale"}, 3},
		"the city alone":          {tax.Certificate{Number: "ST-120", Place: city}, 2},
		"another state":           {tax.Certificate{Number: "ST-120", Place: tax.Place{Country: "US", Region: "NJ"}}, 0},
		"nowhere":                 {tax.Certificate{Number: "ST-120"}, 0},
		"from the day":            {tax.Certificate{Number: "ST-120", Place: state, From: date("2026-03-27")}, 3},
		"from the day after":      {tax.Certificate{Number: "ST-120", Place: state, From: date("2026-03-28")}, 0},
		"to the day":              {tax.Certificate{Number: "ST-120", Place: state, To: date("2026-03-27")}, 0},
		"to the day after":        {tax.Certificate{Number: "ST-120", Place: state, To: date("2026-03-28")}, 3},
		"the item's category":     {tax.Certificate{Number: "ST-120", Place: state, Categories: []string{"tools"}}, 3},
		"not the item's category": {tax.Certificate{Number: "ST-120", Place: state, Categories: []string{"toys"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(city, line("1", "tools", "100.00 USD"))
			r.Certificates = []tax.Certificate{c.certificate}
			got := work(t, newYork(t), r)
			freed := 0
			for _, s := range got.Lines[0].Shares {
				if s.Certificate == "" {
					continue
				}
				freed++
				assert.Equal(t, tax.Exempt, s.Code)
				assert.Equal(t, c.certificate.Number, s.Certificate)
				assert.Equal(t, c.certificate.Reason, s.Reason)
				assert.True(t, s.Amount.IsZero())
			}
			assert.Equal(t, c.freed, freed)
			assert.Equal(t, freed == 3, got.Tax.IsZero())
		})
	}
}

// Of the rates of one name the narrowest place goes first, then the category.
func TestNarrowestRate(t *testing.T) {
	at := func(id, share, category string, p tax.Place) tax.Rate {
		p.Country = "US"
		return tax.Rate{ID: id, Name: "sales", Place: p, Category: category, Rate: money.MustRate(share)}
	}
	e := table(t, tax.Config{Rates: []tax.Rate{
		at("country", "1%", "", tax.Place{}), at("country-toys", "2%", "toys", tax.Place{}),
		at("state", "3%", "", tax.Place{Region: "NY"}), at("county", "4%", "", tax.Place{Region: "NY", County: "Kings"}),
		at("zip-1", "5%", "", tax.Place{PostalCode: "1*"}), at("zip-112", "6%", "", tax.Place{PostalCode: "112*"}),
		at("zip", "7%", "", tax.Place{PostalCode: "11201"}), at("zip-open", "9%", "", tax.Place{PostalCode: "11201*"}), at("zip-toys", "8%", "toys", tax.Place{PostalCode: "11201"}),
	}})
	for name, c := range map[string]struct {
		to       tax.Place
		category string
		want     string
	}{
		"country":                      {tax.Place{}, "", "1%"},
		"country and category":         {tax.Place{}, "toys", "2%"},
		"a state before the category":  {tax.Place{Region: "NY"}, "toys", "3%"},
		"county":                       {tax.Place{Region: "NY", County: "Kings"}, "", "4%"},
		"a postal code before all":     {tax.Place{Region: "NY", County: "Kings", PostalCode: "12000"}, "", "5%"},
		"the longer beginning":         {tax.Place{PostalCode: "11299"}, "", "6%"},
		"the whole code":               {tax.Place{PostalCode: "11201"}, "", "7%"},
		"the whole code with category": {tax.Place{PostalCode: "11201"}, "toys", "8%"},
	} {
		t.Run(name, func(t *testing.T) {
			c.to.Country = "US"
			got := work(t, e, request(c.to, line("1", c.category, "100.00 USD")))
			require.Len(t, got.Totals, 1)
			assert.Equal(t, c.want, got.Totals[0].Rate.Percent())
		})
	}
}

func TestTableFaults(t *testing.T) {
	good := rate("DE-19", "VAT", "DE", "", "19%")
	for name, c := range map[string]struct {
		config tax.Config
		want   string
	}{
		"no id":               {tax.Config{Rates: []tax.Rate{rate("", "VAT", "DE", "", "19%")}}, "rates[0]: it has no id"},
		"an id twice":         {tax.Config{Rates: []tax.Rate{good, rate("DE-19", "VAT", "DE", "x", "19%")}}, "rate DE-19: rates[0] and rates[1] both have the id"},
		"no name":             {tax.Config{Rates: []tax.Rate{rate("A", "", "DE", "", "19%")}}, "rate A: it has no name: which tax is it"},
		"no country":          {tax.Config{Rates: []tax.Rate{rate("A", "VAT", "", "", "19%")}}, "rate A: it has no country"},
		"a country in words":  {tax.Config{Rates: []tax.Rate{rate("A", "VAT", "Germany", "", "19%")}}, `rate A.place: "Germany" is no country of ISO 3166-1, which has two capitals`},
		"below zero":          {tax.Config{Rates: []tax.Rate{rate("A", "VAT", "DE", "", "-1%")}}, "rate A: the rate -0.01 is negative"},
		"a code unknown":      {tax.Config{Rates: []tax.Rate{{ID: "A", Name: "VAT", Place: germany, Code: "X"}}}, `rate A: "X" is no category of UNCL 5305 that EN 16931 admits`},
		"exempt with a rate":  {tax.Config{Rates: []tax.Rate{{ID: "A", Name: "VAT", Place: germany, Code: tax.Exempt, Rate: money.MustRate("7%")}}}, "rate A: category E has no rate, and it is 7%"},
		"standard at zero":    {tax.Config{Rates: []tax.Rate{{ID: "A", Name: "VAT", Place: germany, Code: tax.Standard}}}, "rate A: category S has a rate above zero; Z is zero rated, E exempt"},
		"no day":              {tax.Config{Rates: []tax.Rate{{ID: "A", Name: "VAT", Place: germany, Rate: money.MustRate("7%"), From: date("2026-01-01"), To: date("2026-01-01")}}}, "rate A: it is valid from 2026-01-01 to 2026-01-01, which is no day"},
		"a star inside":       {tax.Config{Rates: []tax.Rate{{ID: "A", Name: "VAT", Place: tax.Place{Country: "US", PostalCode: "1*1"}, Rate: money.MustRate("7%")}}}, "rate A.place: the postal code 1*1 has a star that is not its end"},
		"a relief for all":    {tax.Config{Reliefs: []tax.Relief{{ID: "r", Name: "VAT", Code: tax.Export}}}, "relief r: it asks for nothing and would free everything"},
		"a relief that taxes": {tax.Config{Reliefs: []tax.Relief{{ID: "r", Name: "VAT", Code: tax.Standard, Abroad: true}}}, "relief r: category S is for what is charged"},
		"a relief unnamed":    {tax.Config{Reliefs: []tax.Relief{{Name: "VAT", Code: tax.Export, Abroad: true}}}, "reliefs[0]: it has no id"},
		"a policy unknown":    {tax.Config{Freight: []tax.FreightRule{{Policy: "perhaps"}}}, `freight[0]: "perhaps" is no policy; always, never or as-goods`},
		"two freight rules":   {tax.Config{Freight: []tax.FreightRule{{Policy: "never"}, {Policy: "always"}}}, "freight[1]: freight[0] is for the same place"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tax.New(c.config)
			var load *tax.LoadError
			require.ErrorAs(t, err, &load)
			require.Len(t, load.Faults, 1)
			assert.EqualError(t, load.Faults[0], c.want)
		})
	}
}

// Two rates of one name, place and category on one day are an error that names
// both, wherever they stand; spans that touch are none.
func TestOverlaps(t *testing.T) {
	span := func(id, from, to string) tax.Rate {
		r := rate(id, "VAT", "DE", "", "19%")
		if from != "" {
			r.From = date(from)
		}
		if to != "" {
			r.To = date(to)
		}
		return r
	}
	for name, c := range map[string]struct {
		rates []tax.Rate
		want  [][2]string
	}{
		"spans that touch":    {[]tax.Rate{span("A", "2020-01-01", "2020-07-01"), span("B", "2020-07-01", "2021-01-01"), span("C", "2021-01-01", "")}, nil},
		"one day in common":   {[]tax.Rate{span("B", "2020-07-01", ""), span("A", "2020-01-01", "2020-07-02")}, [][2]string{{"A", "B"}}},
		"both for ever":       {[]tax.Rate{span("A", "", ""), span("B", "", "")}, [][2]string{{"A", "B"}}},
		"one around two":      {[]tax.Rate{span("A", "2020-01-01", "2022-01-01"), span("B", "2020-02-01", "2020-03-01"), span("C", "2021-02-01", "")}, [][2]string{{"A", "B"}, {"A", "C"}}},
		"another place":       {[]tax.Rate{span("A", "", ""), {ID: "B", Name: "VAT", Place: tax.Place{Country: "DE", Locality: "Büsingen"}, Code: tax.OutOfScope}}, nil},
		"another category":    {[]tax.Rate{span("A", "", ""), rate("B", "VAT", "DE", "books", "7%")}, nil},
		"another tax":         {[]tax.Rate{span("A", "", ""), rate("B", "insurance", "DE", "", "19%")}, nil},
		"the same category":   {[]tax.Rate{rate("A", "VAT", "DE", "books", "5%"), rate("B", "VAT", "DE", "books", "7%")}, [][2]string{{"A", "B"}}},
		"later than the span": {[]tax.Rate{span("A", "", "2020-01-01"), span("B", "2020-01-02", "")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tax.New(tax.Config{Rates: c.rates})
			var got [][2]string
			if err != nil {
				var load *tax.LoadError
				require.ErrorAs(t, err, &load)
				for _, fault := range load.Faults {
					var overlap *tax.OverlapError
					require.ErrorAs(t, fault, &overlap)
					got = append(got, [2]string{overlap.First, overlap.Second})
				}
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestRequestFaults(t *testing.T) {
	e := european(t, tax.FreightAsGoods)
	for name, c := range map[string]struct {
		change func(*tax.Request)
		want   string
	}{
		"no date":           {func(r *tax.Request) { r.Date = calendar.Date{} }, "date: the tax point is not stated"},
		"no currency":       {func(r *tax.Request) { r.Currency = 0 }, "currency: it is not stated"},
		"a rounding":        {func(r *tax.Request) { r.Rounding = "never" }, `rounding: "never" is no rounding; document or line`},
		"a mode":            {func(r *tax.Request) { r.Mode = 77 }, "mode: "},
		"no id":             {func(r *tax.Request) { r.Lines[0].ID = "" }, "lines[0]: it has no id"},
		"an id twice":       {func(r *tax.Request) { r.Lines[1].ID = "1" }, "lines[1]: its id 1 is that of lines[0]"},
		"another currency":  {func(r *tax.Request) { r.Lines[0].Amount = money.MustParse("1.00 USD") }, "lines[0]: 1.00 USD is no whole number of minor units of EUR"},
		"half a cent":       {func(r *tax.Request) { r.Lines[0].Amount = money.MustParse("1.005 EUR") }, "lines[0]: 1.005 EUR is no whole number"},
		"a kind":            {func(r *tax.Request) { r.Lines[0].Kind = "gift" }, `lines[0]: "gift" is no kind; goods, freight or fee`},
		"of nothing":        {func(r *tax.Request) { r.Lines[1].Kind, r.Lines[1].Of = tax.Freight, "7" }, `lines[1]: it is of "7"; freight is of a line of goods`},
		"goods of goods":    {func(r *tax.Request) { r.Lines[1].Of = "1" }, `lines[1]: it is of "1"; freight is of a line of goods`},
		"freight of itself": {func(r *tax.Request) { r.Lines[1].Kind, r.Lines[1].Of = tax.Freight, "2" }, `lines[1]: it is of "2"; freight is of a line of goods`},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(germany, line("1", "", "1.00 EUR"), line("2", "", "1.00 EUR"))
			c.change(&r)
			_, err := e.Tax(t.Context(), r)
			var bad *tax.RequestError
			require.ErrorAs(t, err, &bad)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// What a host hands to Calculate is checked too.
func TestCalculateFaults(t *testing.T) {
	r := request(germany, line("1", "", "1.00 EUR"), line("2", "", "1.00 EUR"))
	one := money.MustParse("1.00 EUR")
	gst, pst := standard("GST", "5%"), standard("PST", "7%")
	gst.Compound, pst.Compound = true, true
	for name, c := range map[string]struct {
		parts [][]tax.Part
		want  string
	}{
		"a line short":    {[][]tax.Part{{{Amount: one}}}, "there are parts for 1 of 2 lines"},
		"too little":      {[][]tax.Part{{{Amount: money.MustParse("0.99 EUR")}}, {{Amount: one}}}, "its parts come to 0.99 EUR and not to 1.00 EUR"},
		"a levy negative": {[][]tax.Part{{{Amount: one, Levies: []tax.Levy{standard("VAT", "-1%")}}}, {{Amount: one}}}, "levy VAT: the rate -0.01 is negative"},
		"65 levies":       {[][]tax.Part{{{Amount: one, Levies: make([]tax.Levy, 65)}}, {{Amount: one}}}, "it bears 65 levies; 64 is the most"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tax.Calculate(&r, c.parts)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := tax.Calculate(&r, [][]tax.Part{{{Amount: one, Levies: []tax.Levy{gst, pst}}}, {{Amount: one, Levies: []tax.Levy{pst, gst}}}})
	assert.True(t, errors.Is(err, tax.ErrCircle), "each builds on the other: %v", err)
	r.Rounding = tax.ByLine
	_, err = tax.Calculate(&r, [][]tax.Part{{{Amount: one, Levies: []tax.Levy{gst, pst}}}, {{Amount: one, Levies: []tax.Levy{pst, gst}}}})
	assert.NoError(t, err, "by line each has an order of its own")
	huge := request(germany, line("1", "", "90000000000000000.00 EUR"), line("2", "", "90000000000000000.00 EUR"))
	_, err = european(t, tax.FreightTaxed).Tax(t.Context(), huge)
	assert.ErrorIs(t, err, money.ErrRange)
}

// A caller's slices may change after New; the table does not.
func TestTableIsItsOwn(t *testing.T) {
	c := tax.Config{Rates: []tax.Rate{rate("DE", "VAT", "DE", "", "19%")}}
	e := table(t, c)
	c.Rates[0].Rate = money.MustRate("50%")
	assert.Equal(t, "1.19", work(t, e, request(germany, line("1", "", "1.00 EUR"))).Gross.Number())
	assert.NotEqual(t, e.Hash(), table(t, c).Hash())
	assert.Len(t, e.Hash(), 64)
}
