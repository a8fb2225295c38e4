package pricing_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

func vatRate(id, category, share string) tax.Rate {
	return tax.Rate{ID: id, Name: "VAT", Place: tax.Place{Country: "DE"}, Category: category, Rate: money.MustRate(share)}
}

func vatTable(t testing.TB, freight tax.FreightPolicy, rates ...tax.Rate) *tax.Table {
	t.Helper()
	made, err := tax.New(tax.Config{Rates: rates, Freight: []tax.FreightRule{{Policy: freight}}})
	require.NoError(t, err)
	return made
}

// german has 19% and, for books, 7%.
func german(t testing.TB) *tax.Table {
	return vatTable(t, tax.FreightAsGoods, vatRate("DE-19", "", "19%"), vatRate("DE-7", "books", "7%"))
}

func taxStep() pricing.Step { return pricing.Step{Name: "vat", Kind: pricing.StepTax} }

// taxing returns an engine of the setup whose schema ends in tax.
func (s setup) taxing(t testing.TB, taxes tax.Engine) *pricing.Engine {
	t.Helper()
	c := s.config(t)
	c.Taxes = taxes
	e, err := pricing.New(c)
	require.NoError(t, err)
	return e
}

func inGermany(lines ...pricing.Line) pricing.Request {
	r := request(lines...)
	r.Currency = money.EUR
	r.Tax = tax.Supply{ShipTo: tax.Place{Country: "DE"}}
	return r
}

func ofCategory(l pricing.Line, category string) pricing.Line {
	l.TaxCategory = category
	return l
}

// taxAddsUp checks the tax of a result against its lines, its entries and its
// totals.
func taxAddsUp(t testing.TB, r pricing.Result, basis pricing.PriceBasis) {
	t.Helper()
	require.NotNil(t, r.Tax)
	zero := money.Zero(r.Currency)
	net, due, gross := zero, zero, zero
	for i := range r.Lines {
		l := &r.Lines[i]
		shares, entries := zero, zero
		for _, s := range l.Tax.Shares {
			shares = plus(t, shares, s.Amount)
		}
		for n := range l.Entries {
			if e := &l.Entries[n]; e.Kind == pricing.StepTax && e.Why == "" {
				entries = plus(t, entries, e.Amount)
				assert.False(t, e.Counts(), "tax is no part of the net")
			}
		}
		assert.Equal(t, l.Tax.Tax, shares)
		assert.Equal(t, l.Tax.Tax, entries)
		assert.Equal(t, l.Tax.Gross, plus(t, l.Tax.Net, l.Tax.Tax))
		if basis == pricing.GrossPrices {
			assert.Equal(t, l.Total, l.Tax.Gross)
		} else {
			assert.Equal(t, l.Total, l.Tax.Net)
		}
		net, due, gross = plus(t, net, l.Tax.Net), plus(t, due, l.Tax.Tax), plus(t, gross, l.Tax.Gross)
	}
	assert.Equal(t, []money.Amount{net, due, gross}, []money.Amount{r.Tax.Net, r.Tax.Tax, r.Tax.Gross})
	totals := zero
	for _, total := range r.Tax.Totals {
		totals = plus(t, totals, total.Amount)
	}
	assert.Equal(t, due, totals)
}

func priceTaxed(t testing.TB, e *pricing.Engine, r pricing.Request, basis pricing.PriceBasis) pricing.Result {
	t.Helper()
	got := price(t, e, r)
	taxAddsUp(t, got, basis)
	return got
}

// taxEntries are the tax entries of a line: base, rate and amount.
func taxEntries(l pricing.LineResult) []string {
	var out []string
	for _, e := range l.Entries {
		if e.Kind == pricing.StepTax {
			out = append(out, fmt.Sprintf("%s %s of %s: %s", e.Source, e.Rate.Percent(), e.Base.Number(), e.Amount.Number()))
		}
	}
	return out
}

// Tax is taken of what discounts left, the parts of order steps included, and the
// total stays net.
func TestTaxOnTheDiscountedBase(t *testing.T) {
	s := setup{
		schema:  schemaOf(discountStep("line", pricing.BaseRunning), orderStep("order"), taxStep()),
		records: []pricing.Record{listPrice("A", "100.00 EUR"), listPrice("B", "50.00 EUR")},
		rules:   []pricing.Rule{always("line", percent("10%")), always("order", off("9.00 EUR"))},
	}
	got := priceTaxed(t, s.taxing(t, german(t)), inGermany(line("A", 1), ofCategory(line("B", 1), "books")), pricing.NetPrices)
	assert.Empty(t, got.Findings)
	assert.Equal(t, []string{"84.00", "42.00"}, totals(got))
	assert.Equal(t, []string{"DE VAT 19% of 84.00: 15.96"}, taxEntries(got.Lines[0]))
	assert.Equal(t, []string{"DE VAT 7% of 42.00: 2.94"}, taxEntries(got.Lines[1]))
	assert.Equal(t, "126.00 EUR", got.Total.String())
	assert.Equal(t, "144.90 EUR", got.Tax.Gross.String())
	last := got.Lines[0].Entries[len(got.Lines[0].Entries)-1]
	assert.Equal(t, "category S", last.Detail)
	assert.Contains(t, got.Text(), "without tax 126.00 EUR, tax 18.90 EUR, with tax 144.90 EUR")
}

// pricing.md: a discount on a tax-inclusive price reduces gross, net follows: 200
// gross at 15% is 173.91 + 26.09.
func TestTaxInclusiveDiscount(t *testing.T) {
	for name, c := range map[string]struct {
		list     string
		discount pricing.Discount
		share    string
		gross    string
		net, tax string
	}{
		"pricing.md: 250 less 50 at 15%": {"250.00 EUR", off("50.00 EUR"), "15%", "200.00", "173.91", "26.09"},
		"pricing.md: 250 less a fifth":   {"250.00 EUR", percent("20%"), "15%", "200.00", "173.91", "26.09"},
		"100 at 10% less a tenth":        {"100.00 EUR", percent("10%"), "10%", "90.00", "81.82", "8.18"},
		"free":                           {"119.00 EUR", percent("100%"), "19%", "0.00", "0.00", "0.00"},
		"1,190 less 119":                 {"1190.00 EUR", off("119.00 EUR"), "19%", "1071.00", "900.00", "171.00"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{
				schema: schemaOf(orderStep("order"), taxStep()), records: []pricing.Record{listPrice("A", c.list)},
				rules: []pricing.Rule{always("order", c.discount)},
			}
			s.schema.Prices = pricing.GrossPrices
			e := s.taxing(t, vatTable(t, tax.FreightTaxed, vatRate("DE", "", c.share)))
			got := priceTaxed(t, e, inGermany(line("A", 1)), pricing.GrossPrices)
			assert.Equal(t, c.gross, got.Total.Number(), "the total is what is paid")
			assert.Equal(t, []string{c.net, c.tax}, []string{got.Tax.Net.Number(), got.Tax.Tax.Number()})
		})
	}
}

// A percentage on tax: the discount never reaches the tax, neither by standing
// after it nor through its base.
func TestNoDiscountOnTax(t *testing.T) {
	for name, after := range map[string]pricing.Step{
		"a discount":       discountStep("late", pricing.BaseRunning),
		"an order step":    orderStep("late"),
		"a surcharge":      {Name: "late", Kind: pricing.StepSurcharge, Base: pricing.BaseRunning},
		"an override":      {Name: "late", Kind: pricing.StepOverride, Base: pricing.BaseRunning},
		"a charge":         {Name: "late", Kind: pricing.StepCharge},
		"a customer price": {Name: "late", Kind: pricing.StepCustomerPrice},
	} {
		t.Run(name, func(t *testing.T) {
			c := setup{schema: schemaOf(taxStep(), after), records: []pricing.Record{listPrice("A", "1.00 EUR")}}.config(t)
			c.Taxes = german(t)
			_, err := pricing.New(c)
			assert.ErrorContains(t, err, "steps[2]: it stands after the tax step and would change what was taxed")
		})
	}
	statistical := discountStep("what if", pricing.BaseRunning)
	statistical.Statistical = true
	s := setup{
		schema:  schemaOf(taxStep(), pricing.Step{Name: "taxed", Kind: pricing.StepSubtotal}, statistical),
		records: []pricing.Record{listPrice("A", "100.00 EUR")}, rules: []pricing.Rule{always("what if", percent("10%"))},
	}
	got := priceTaxed(t, s.taxing(t, german(t)), inGermany(line("A", 1)), pricing.NetPrices)
	entries := got.Lines[0].Entries
	assert.Equal(t, "-10.00", entries[len(entries)-1].Amount.Number(), "a percentage after it is of the net")
	assert.Equal(t, "100.00", got.Subtotals[0].Amount.Number())
}

func TestTaxSchemaFaults(t *testing.T) {
	with := func(st pricing.Step, change func(*pricing.Step)) pricing.Step {
		change(&st)
		return st
	}
	charge := pricing.Step{Name: "freight", Kind: pricing.StepCharge}
	gross := off("10.00 EUR")
	gross.Gross = true
	for name, c := range map[string]struct {
		steps  []pricing.Step
		rules  []pricing.Rule
		prices pricing.PriceBasis
		taxes  bool
		want   string
	}{
		"no engine":           {[]pricing.Step{taxStep()}, nil, "", false, "taxes: the step vat needs a tax engine"},
		"no step":             {nil, nil, "", true, "taxes: the schema has no tax step that would ask it"},
		"two steps":           {[]pricing.Step{taxStep(), with(taxStep(), func(s *pricing.Step) { s.Name = "again" })}, nil, "", true, "steps[2]: a schema has one tax step"},
		"a basis":             {[]pricing.Step{taxStep()}, nil, "tax", true, `prices: "tax" is no basis of prices; net or gross`},
		"order scope":         {[]pricing.Step{with(taxStep(), func(s *pricing.Step) { s.Scope = pricing.ScopeOrder })}, nil, "", true, "steps[1].scope: a tax step works on lines"},
		"statistical":         {[]pricing.Step{with(taxStep(), func(s *pricing.Step) { s.Statistical = true })}, nil, "", true, "steps[1].statistical: a tax step cannot be statistical"},
		"a base":              {[]pricing.Step{with(taxStep(), func(s *pricing.Step) { s.Base = pricing.BaseRunning })}, nil, "", true, "steps[1].base: a tax step takes no percentages"},
		"a rounding":          {[]pricing.Step{with(taxStep(), func(s *pricing.Step) { s.TaxRounding = "never" })}, nil, "", true, `steps[1].tax_rounding: "never" is no rounding of taxes; document or line`},
		"a rounding of goods": {[]pricing.Step{with(charge, func(s *pricing.Step) { s.TaxRounding = tax.ByLine }), taxStep()}, nil, "", true, "steps[1].tax_rounding: a charge step works out no tax"},
		"a kind":              {[]pricing.Step{with(charge, func(s *pricing.Step) { s.TaxKind = "goods" }), taxStep()}, nil, "", true, `steps[1].tax_kind: "goods" is no kind of charge; freight or fee, or left out`},
		"a kind of discount":  {[]pricing.Step{with(orderStep("order"), func(s *pricing.Step) { s.TaxKind = tax.Fee }), taxStep()}, nil, "", true, "steps[1].tax_kind: only the amounts of a charge step are taxed by themselves"},
		"gross in a line":     {[]pricing.Step{discountStep("line", pricing.BaseRunning), taxStep()}, []pricing.Rule{always("line", gross)}, "", true, "rule line-rule: an amount meant gross of tax belongs to a discount step of order scope"},
		"gross without tax":   {[]pricing.Step{orderStep("order")}, []pricing.Rule{always("order", gross)}, "", false, "rule order-rule: an amount meant gross of tax needs a tax step where prices are net"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{schema: schemaOf(c.steps...), records: []pricing.Record{listPrice("A", "1.00 EUR")}, rules: c.rules}
			s.schema.Prices = c.prices
			config := s.config(t)
			if c.taxes {
				config.Taxes = german(t)
			}
			_, err := pricing.New(config)
			var load *pricing.LoadError
			require.ErrorAs(t, err, &load)
			require.Len(t, load.Faults, 1)
			assert.EqualError(t, load.Faults[0], c.want)
		})
	}
	_, err := pricing.NewRuleBook("test", always("order", pricing.Discount{Kind: pricing.Percent, Rate: money.MustRate("5%"), Gross: true}))
	assert.ErrorContains(t, err, "gross does not belong to a percent discount")
	s := setup{schema: schemaOf(orderStep("order")), records: []pricing.Record{listPrice("A", "100.00 EUR")}, rules: []pricing.Rule{always("order", gross)}}
	s.schema.Prices = pricing.GrossPrices
	assert.Equal(t, "90.00", price(t, s.engine(t), inGermany(line("A", 1))).Total.Number(), "where prices are gross, amounts are")
}

// Freight is taxed as its policy says, and its tax is in the lines that carry it.
func TestTaxOnCharges(t *testing.T) {
	freight := pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder, TaxKind: tax.Freight}
	fee := pricing.Step{Name: "wrapping", Kind: pricing.StepCharge, TaxCategory: "books"}
	plain := pricing.Step{Name: "pallet", Kind: pricing.StepCharge}
	s := setup{
		schema:  schemaOf(fee, plain, freight, taxStep()),
		records: []pricing.Record{listPrice("A", "300.00 EUR"), listPrice("B", "100.00 EUR")},
	}
	req := inGermany(line("A", 1), ofCategory(line("B", 1), "books"))
	req.Charges = []pricing.Charge{{Step: "freight", Amount: money.MustParse("40.00 EUR")}}
	for name, c := range map[string]struct {
		policy tax.FreightPolicy
		want   [2][]string
	}{
		"always":   {tax.FreightTaxed, [2][]string{{"DE VAT 19% of 300.00: 57.00", "DE VAT 19% of 30.00: 5.70"}, {"DE VAT 7% of 100.00: 7.00", "DE VAT 19% of 10.00: 1.90"}}},
		"never":    {tax.FreightUntaxed, [2][]string{{"DE VAT 19% of 300.00: 57.00", "DE freight 0% of 30.00: 0.00"}, {"DE VAT 7% of 100.00: 7.00", "DE freight 0% of 10.00: 0.00"}}},
		"as goods": {tax.FreightAsGoods, [2][]string{{"DE VAT 19% of 300.00: 57.00", "DE VAT 19% of 30.00: 5.70"}, {"DE VAT 7% of 100.00: 7.00", "DE VAT 7% of 10.00: 0.70"}}},
	} {
		t.Run(name, func(t *testing.T) {
			e := s.taxing(t, vatTable(t, c.policy, vatRate("DE-19", "", "19%"), vatRate("DE-7", "books", "7%")))
			got := priceTaxed(t, e, req, pricing.NetPrices)
			assert.Equal(t, c.want[0], taxEntries(got.Lines[0]))
			assert.Equal(t, c.want[1], taxEntries(got.Lines[1]))
		})
	}
	t.Run("charges of a line", func(t *testing.T) {
		r := inGermany(line("A", 1))
		r.Lines[0].Charges = []pricing.Charge{
			{Step: "wrapping", Amount: money.MustParse("10.00 EUR")}, {Step: "pallet", Amount: money.MustParse("20.00 EUR")},
		}
		got := priceTaxed(t, s.taxing(t, german(t)), r, pricing.NetPrices)
		assert.Equal(t, []string{"DE VAT 19% of 320.00: 60.80", "DE VAT 7% of 10.00: 0.70"}, taxEntries(got.Lines[0]), "the pallet goes with the goods")
	})
	t.Run("a discount beyond the goods takes from the charges", func(t *testing.T) {
		s := s
		s.schema = schemaOf(freight, orderStep("order"), taxStep())
		s.rules = []pricing.Rule{always("order", off("310.00 EUR"))}
		r := inGermany(line("A", 1))
		r.Charges = req.Charges
		got := priceTaxed(t, s.taxing(t, german(t)), r, pricing.NetPrices)
		assert.Equal(t, []string{"DE VAT 19% of 0.00: 0.00", "DE VAT 19% of 30.00: 5.70"}, taxEntries(got.Lines[0]))
	})
}

// A line without a rate is a finding that blocks; the others are taxed.
func TestTaxMissing(t *testing.T) {
	s := setup{schema: schemaOf(taxStep()), records: []pricing.Record{listPrice("A", "10.00 EUR")}}
	e := s.taxing(t, vatTable(t, tax.FreightTaxed, vatRate("DE-7", "books", "7%")))
	r := inGermany(ofCategory(line("A", 1), "books"), line("A", 1), line("none", 1))
	r.Lines[0].ID, r.Lines[1].ID = "2", "1" // the tax engine is asked in the order of ids
	r.Trace = pricing.TraceFull
	got := priceTaxed(t, e, r, pricing.NetPrices)
	require.Len(t, got.Findings.With("pricing.tax-missing"), 1)
	f := got.Findings.With("pricing.tax-missing")[0]
	assert.Equal(t, "lines[1]", f.Path)
	assert.True(t, got.Findings.Blocks())
	assert.Equal(t, "0.70", got.Tax.Tax.Number())
	last := got.Lines[1].Entries[len(got.Lines[1].Entries)-1]
	assert.Equal(t, pricing.WhyNoTaxRate, last.Why)
	assert.Equal(t, money.Zero(money.EUR), got.Lines[2].Tax.Gross, "no price, no tax")
}

// The tax point may be another day than that of the price, and the address decides.
func TestTaxDate(t *testing.T) {
	old, now := vatRate("DE-16", "", "16%"), vatRate("DE-19", "", "19%")
	old.From, old.To = date("2020-07-01"), date("2021-01-01")
	now.From = date("2021-01-01")
	s := setup{schema: schemaOf(taxStep()), records: []pricing.Record{listPrice("A", "100.00 EUR")}}
	e := s.taxing(t, vatTable(t, tax.FreightTaxed, old, now))
	r := inGermany(line("A", 1))
	assert.Equal(t, "19.00", priceTaxed(t, e, r, pricing.NetPrices).Tax.Tax.Number())
	r.TaxDate = date("2020-12-31")
	assert.Equal(t, "16.00", priceTaxed(t, e, r, pricing.NetPrices).Tax.Tax.Number())
	// Without one the price date's day in the engine's zone is it: half past eleven
	// in the evening of the old year in London is the new year in Berlin.
	r.TaxDate, r.At = calendar.Date{}, time.Date(2020, 12, 31, 23, 30, 0, 0, time.UTC)
	assert.Equal(t, "16.00", priceTaxed(t, e, r, pricing.NetPrices).Tax.Tax.Number())
	s.zone = time.FixedZone("Berlin in winter", 3600)
	e = s.taxing(t, vatTable(t, tax.FreightTaxed, old, now))
	assert.Equal(t, "19.00", priceTaxed(t, e, r, pricing.NetPrices).Tax.Tax.Number())
}

// oddEngine answers as the test wants.
type oddEngine func(tax.Request) (tax.Result, error)

func (f oddEngine) Tax(_ context.Context, r tax.Request) (tax.Result, error) { return f(r) }

// What a tax engine reports is an error with the step; an answer that does not fit
// is refused, so that no invoice is made of it.
func TestTaxEngineErrors(t *testing.T) {
	down := errors.New("the tax service is down")
	good := german(t)
	twist := func(change func(*tax.Result)) oddEngine {
		return func(r tax.Request) (tax.Result, error) {
			res, err := good.Tax(context.Background(), r)
			change(&res)
			return res, err
		}
	}
	cent := money.MustParse("0.01 EUR")
	for name, c := range map[string]struct {
		engine tax.Engine
		want   string
	}{
		"down":            {oddEngine(func(tax.Request) (tax.Result, error) { return tax.Result{}, down }), "pricing: step vat: the tax service is down"},
		"no lines":        {twist(func(r *tax.Result) { r.Lines = nil }), "the tax engine's answer: it has 0 lines for 2"},
		"other lines":     {twist(func(r *tax.Result) { r.Lines[0].ID = "9" }), "the tax engine's answer for line 1: it is for line 9"},
		"another amount":  {twist(func(r *tax.Result) { r.Lines[0].Net = cent }), "the tax engine's answer for line 1: it taxes 0.01 EUR and not 100.00 EUR"},
		"shares astray":   {twist(func(r *tax.Result) { r.Lines[0].Shares[0].Amount = cent }), "are not 119.00 EUR, or its shares are not its tax"},
		"a gross astray":  {twist(func(r *tax.Result) { r.Lines[0].Gross = cent }), "are not 0.01 EUR, or its shares are not its tax"},
		"a total astray":  {twist(func(r *tax.Result) { r.Gross = cent }), "its lines do not come to its total of 0.01 EUR"},
		"parts of a cent": {twist(halfCents), "19.001 EUR is no whole number of minor units"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{schema: schemaOf(taxStep()), records: []pricing.Record{listPrice("A", "100.00 EUR")}}
			_, err := s.taxing(t, c.engine).Price(t.Context(), inGermany(line("A", 1), line("A", 2)))
			assert.ErrorContains(t, err, c.want)
			var bad *pricing.TaxError
			assert.Equal(t, name != "down", errors.As(err, &bad))
			assert.Equal(t, name == "down", errors.Is(err, down))
		})
	}
}

func halfCents(r *tax.Result) {
	l := &r.Lines[0]
	l.Tax, l.Gross = money.MustParse("19.001 EUR"), money.MustParse("119.001 EUR")
	l.Shares[0].Amount = l.Tax
}

// RoundTotal taxes what the document says, and lines still bear whole cents.
func TestTaxWithRoundTotal(t *testing.T) {
	s := setup{
		schema: schemaOf(discountStep("line", pricing.BaseRunning), taxStep()), rules: []pricing.Rule{always("line", percent("1%"))},
		records: []pricing.Record{listPrice("A", "10.60 EUR"), listPrice("B", "20.60 EUR"), listPrice("C", "30.60 EUR"), listPrice("D", "40.60 EUR")},
	}
	s.schema.Document = pricing.RoundTotal
	got := priceTaxed(t, s.taxing(t, german(t)), inGermany(line("A", 1), line("B", 1), line("C", 1), line("D", 1)), pricing.NetPrices)
	assert.Equal(t, "101.38", got.Total.Number(), "pricing.md: 1.02 off")
	assert.Equal(t, "19.26", got.Tax.Tax.Number(), "101.38 x 19% = 19.2622")
}

// The order of the lines decides nothing.
func TestTaxOfLinesInAnyOrder(t *testing.T) {
	s := setup{schema: schemaOf(taxStep()), records: []pricing.Record{listPrice("A", "0.35 EUR")}}
	e := s.taxing(t, vatTable(t, tax.FreightTaxed, vatRate("DE-7", "", "7%")))
	lines := []pricing.Line{line("A", 1), line("A", 1), line("A", 1)}
	forward := priceTaxed(t, e, inGermany(lines...), pricing.NetPrices)
	back := priceTaxed(t, e, inGermany(lines[2], lines[0], lines[1]), pricing.NetPrices)
	for i := range forward.Lines {
		for k := range back.Lines {
			if forward.Lines[i].ID == back.Lines[k].ID {
				assert.Equal(t, forward.Lines[i].Tax, back.Lines[k].Tax)
			}
		}
	}
}

// Another table is another engine, and new rules keep the table.
func TestTaxInHashAndWithRules(t *testing.T) {
	s := setup{
		schema: schemaOf(orderStep("order"), taxStep()), records: []pricing.Record{listPrice("A", "100.00 EUR")},
		rules: []pricing.Rule{always("order", off("10.00 EUR"))},
	}
	e := s.taxing(t, german(t))
	assert.Equal(t, e.Hash(), s.taxing(t, german(t)).Hash())
	assert.NotEqual(t, e.Hash(), s.taxing(t, vatTable(t, tax.FreightTaxed, vatRate("DE", "", "16%"))).Hash())
	gross := off("11.90 EUR")
	gross.Gross = true
	book, err := pricing.NewRuleBook("next", always("order", gross))
	require.NoError(t, err)
	next, err := e.WithRules(book)
	require.NoError(t, err)
	assert.Equal(t, "107.10", priceTaxed(t, next, inGermany(line("A", 1)), pricing.NetPrices).Tax.Gross.Number())
	assert.Equal(t, "107.10", priceTaxed(t, e, inGermany(line("A", 1)), pricing.NetPrices).Tax.Gross.Number(), "10.00 net is the same")
}

// What is invoiced of a line in parts are its nets; tax is the invoice's own.
func TestPortionLeavesTaxOut(t *testing.T) {
	s := setup{schema: schemaOf(taxStep()), records: []pricing.Record{listPrice("A", "10.00 EUR")}}
	got := priceTaxed(t, s.taxing(t, german(t)), inGermany(line("A", 10)), pricing.NetPrices)
	part, err := got.Lines[0].Portion(quantity.New(0, quantity.Each), quantity.New(4, quantity.Each))
	require.NoError(t, err)
	require.Len(t, part, 1)
	assert.Equal(t, "40.00", part[0].Amount.Number())
}
