package pricing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

func freightStep(kind tax.Kind) pricing.Step {
	return pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder, TaxKind: kind}
}

func freeFreight(rate string) pricing.Discount {
	return pricing.Discount{Kind: pricing.FreeCharge, Charge: "freight", Rate: money.MustRate(rate)}
}

// What is taken off freight lowers the tax on freight and not that on the goods,
// however freight is taxed: books at 7% with freight at 19%.
func TestFreeFreightBearsNoTax(t *testing.T) {
	for name, c := range map[string]struct {
		rules []pricing.Discount
		tax   string
	}{
		"none":                       {nil, "8.90"}, // 100 at 7% and 10 at 19%
		"all of it":                  {[]pricing.Discount{freeFreight("100%")}, "7.00"},
		"a part":                     {[]pricing.Discount{freeFreight("40%")}, "8.14"}, // 6 at 19%
		"all of it, in two parts":    {[]pricing.Discount{freeFreight("40%"), freeFreight("100%")}, "7.00"},
		"and the goods are cheaper":  {[]pricing.Discount{freeFreight("100%"), percent("10%")}, "6.30"},
		"the other way round":        {[]pricing.Discount{percent("10%"), freeFreight("100%")}, "6.23"}, // 10% of the freight too: 89 of goods
		"a voucher gross of tax too": {[]pricing.Discount{freeFreight("100%"), grossOff("10.70 EUR")}, "6.30"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{schema: schemaOf(freightStep(tax.Freight), orderStep("order"), taxStep()), records: []pricing.Record{listPrice("A", "100.00 EUR")}}
			for n, d := range c.rules {
				s.rules = append(s.rules, pricing.Rule{ID: fmt.Sprint("r", n), Group: "order", When: "true", Then: d})
			}
			r := inGermany(ofCategory(line("A", 1), "books"))
			r.Charges = []pricing.Charge{{Step: "freight", Amount: money.MustParse("10.00 EUR")}}
			taxes := vatTable(t, tax.FreightTaxed, vatRate("DE-19", "", "19%"), vatRate("DE-7", "books", "7%"))
			got := priceTaxed(t, s.taxing(t, taxes), r, pricing.NetPrices)
			assert.Equal(t, c.tax, got.Tax.Tax.Number(), "%v", got.Tax.Totals)
			var waived []pricing.Waived
			for n, d := range c.rules {
				if d.Charge != "" {
					waived = append(waived, pricing.Waived{Step: "order", Source: fmt.Sprint("r", n), Charge: "freight"})
				}
			}
			assert.Equal(t, waived, got.Waived)
		})
	}
}

// Free freight takes no more than what discounts after the charge have left.
func TestFreeFreightOfWhatIsLeft(t *testing.T) {
	for name, c := range map[string]struct {
		before, total string
	}{
		"nothing is left":          {"110.00 USD", "0.00"},
		"less than the freight is": {"104.00 USD", "0.00"},
		"more than the freight is": {"60.00 USD", "40.00"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{
				schema: schemaOf(freightStep(""), orderStep("voucher"), orderStep("order")), records: []pricing.Record{listPrice("A", "100.00 USD")},
				rules: []pricing.Rule{always("voucher", off(c.before)), always("order", freeFreight("100%"))},
			}
			s.rules[1].Then.Coupon = "SHIP"
			r := request(line("A", 1))
			r.Charges, r.Coupons = []pricing.Charge{{Step: "freight", Amount: usd("10.00")}}, []string{"SHIP"}
			got := price(t, s.engine(t), r)
			assert.Equal(t, c.total, got.Total.Number())
			assert.Empty(t, got.Findings)
			assert.Equal(t, name == "nothing is left", len(got.Usage) == 0, "what takes nothing uses no coupon up")
		})
	}
}

// Freight that a margin step has counted may not be free after it; freight that
// comes later may.
func TestFreeFreightAfterMargin(t *testing.T) {
	floor := floorStep("floor", pricing.ScopeLine, "10%", pricing.Clamp)
	for name, c := range map[string]struct {
		steps   []pricing.Step
		refused bool
	}{
		"freight counted": {[]pricing.Step{freightStep(""), floor, orderStep("order")}, true},
		"freight later":   {[]pricing.Step{floor, freightStep(""), orderStep("order")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup{schema: schemaOf(c.steps...), rules: []pricing.Rule{always("order", freeFreight("100%"))}}
			_, err := pricing.New(s.config(t))
			if !c.refused {
				require.NoError(t, err)
				return
			}
			var load *pricing.LoadError
			require.ErrorAs(t, err, &load)
			assert.ErrorContains(t, err, "rule order-rule: it can lower the margin after step floor has checked it")
		})
	}
}

// Where only the total is rounded, an amount meant gross of tax is taken off what a
// document can say.
func TestGrossDiscountWithRoundTotal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := setup{
			schema: schemaOf(discountStep("d", pricing.BaseRunning), orderStep("voucher"), taxStep()),
			rules:  []pricing.Rule{always("d", percent("1.7%"))},
		}
		s.schema.Document = pricing.RoundTotal
		var lines []pricing.Line
		for n := range rapid.IntRange(1, 5).Draw(rt, "lines") {
			item := fmt.Sprint("I", n)
			s.records = append(s.records, listPrice(item, money.FromMinor(rapid.Int64Range(200, 9999).Draw(rt, "price"), money.EUR).String()))
			lines = append(lines, ofCategory(line(item, 1), rapid.SampledFrom([]string{"", "books"}).Draw(rt, "category")))
		}
		r := inGermany(lines...)
		before, err := s.taxing(t, german(t)).Price(t.Context(), r)
		require.NoError(rt, err)
		amount := money.FromMinor(rapid.Int64Range(1, 100).Draw(rt, "amount"), money.EUR)
		s.rules = append(s.rules, always("voucher", grossOff(amount.String())))
		got, err := s.taxing(t, german(t)).Price(t.Context(), r)
		require.NoError(rt, err)
		addsUp(t, got)
		taxAddsUp(t, got, pricing.NetPrices)
		fall, err := before.Tax.Gross.Sub(got.Tax.Gross)
		require.NoError(rt, err)
		require.Equal(rt, fall != amount, len(got.Findings.With("pricing.gross-discount")) == 1, "%s of %s: %v", fall, amount, got.Findings)
	})
}

// With amounts meant gross of tax among the rules too, no subset of them leaves
// less to pay: on what bears less tax such an amount takes more.
func TestBestCombinationOfGrossAmounts(t *testing.T) {
	taxes := vatTable(t, tax.FreightTaxed, vatRate("DE-25", "", "25%"), vatRate("DE-0", "books", "0%"))
	rapid.Check(t, func(rt *rapid.T) {
		s := setup{schema: schemaOf(combinationStep("promo"), taxStep())}
		s.schema.Groups = []pricing.StackingGroup{{Name: "x", Stacking: pricing.StackFirst, Scope: pricing.ScopeOrder}}
		for _, item := range []string{"A", "B"} {
			s.records = append(s.records, listPrice(item, money.FromMinor(rapid.Int64Range(100, 5000).Draw(rt, "price"), money.EUR).String()))
		}
		n := rapid.IntRange(2, 4).Draw(rt, "rules")
		for k := range n {
			d := off(money.FromMinor(rapid.Int64Range(1, 3000).Draw(rt, "amount"), money.EUR).String())
			d.Gross = rapid.Bool().Draw(rt, "gross")
			d.Stack = rapid.SampledFrom([]string{"", "x"}).Draw(rt, "stack")
			when := rapid.SampledFrom([]string{"true", `item == "A"`, `item == "B"`}).Draw(rt, "when")
			s.rules = append(s.rules, pricing.Rule{ID: fmt.Sprint("r", k), Group: "promo", When: when, Then: d})
		}
		r := inGermany(line("A", 1), ofCategory(line("B", 1), "books"))
		got, err := s.taxing(t, taxes).Price(t.Context(), r)
		require.NoError(rt, err)
		least := got.Total
		for choice := range 1 << n {
			stacked := s
			stacked.rules = nil
			for k := range n {
				if choice>>k&1 == 1 {
					stacked.rules = append(stacked.rules, s.rules[k])
				}
			}
			stacked.schema.Steps = append([]pricing.Step(nil), s.schema.Steps...)
			stacked.schema.Steps[1].Stacking = pricing.Stack
			other, err := stacked.taxing(t, taxes).Price(t.Context(), r)
			require.NoError(rt, err)
			if order, err := other.Total.Cmp(least); err == nil && order < 0 {
				least = other.Total
			}
		}
		require.Equal(rt, least, got.Total)
	})
}

// 45.00 gross takes 40.00 net of two lines of which one bears tax, and 45.00 of the
// one that bears none.
func TestGrossAmountTakesMoreWhereLessIsTaxed(t *testing.T) {
	s := setup{
		schema: schemaOf(combinationStep("promo"), taxStep()), records: []pricing.Record{listPrice("A", "100 EUR"), listPrice("B", "100 EUR")},
		rules: []pricing.Rule{
			{ID: "a", Group: "promo", When: "true", Then: off("103.00 EUR")},
			{ID: "b", Group: "promo", When: `item == "A"`, Then: off("100.00 EUR")},
			{ID: "c", Group: "promo", When: "true", Then: grossOff("45.00 EUR")},
		},
	}
	s.schema.Groups = []pricing.StackingGroup{{Name: "x", Stacking: pricing.StackFirst, Scope: pricing.ScopeOrder}}
	s.rules[0].Then.Stack, s.rules[1].Then.Stack = "x", "x"
	taxes := vatTable(t, tax.FreightTaxed, vatRate("DE-25", "", "25%"), vatRate("DE-0", "books", "0%"))
	got := priceTaxed(t, s.taxing(t, taxes), inGermany(line("A", 1), ofCategory(line("B", 1), "books")), pricing.NetPrices)
	assert.Equal(t, "55.00", got.Total.Number(), "b and c; a and c would leave 57.00")
}

// An exact step leaves digits that no stated price has: both are compared as the
// step rounds.
func TestCustomerPriceAfterExactStep(t *testing.T) {
	exact := discountStep("d", pricing.BaseRunning)
	exact.Exact = true
	check := pricing.Step{Name: "check", Kind: pricing.StepCustomerPrice} // no tolerance
	s := setup{
		schema: schemaOf(exact, check), records: []pricing.Record{listPrice("A", "1.12 USD")},
		rules: []pricing.Rule{always("d", percent("5%"))}, // 1.064
	}
	for stated, want := range map[string]pricing.Outcome{"1.05": pricing.Hold, "1.06": pricing.AcceptOurs, "1.07": pricing.AcceptOurs} {
		r := request(line("A", 1))
		r.Lines[0].Stated = &pricing.Price{Amount: usd(stated)}
		got := price(t, s.engine(t), r)
		assert.Equal(t, want, got.Lines[0].Check.Outcome, stated)
		assert.Equal(t, usd("1.06"), got.Lines[0].Check.Ours)
		assert.Equal(t, stated == "1.06", got.Lines[0].Check.Reason == pricing.PricesAgree)
	}
	check.Tolerance.Percent = money.MustRate("2%")
	s.schema = schemaOf(exact, check)
	r := request(line("A", 1))
	r.Lines[0].Stated = &pricing.Price{Amount: usd("1.05")}
	got := price(t, s.engine(t), r)
	assert.Equal(t, pricing.AcceptTheirs, got.Lines[0].Check.Outcome)
	assert.Equal(t, usd("1.05"), got.Total)
}

// What is taken off an order is whole minor units, also where only the total is
// rounded and a line has come to a part of one: nothing falls below zero, and the
// whole is the whole.
func TestNothingIsLeftOfARoundedTotal(t *testing.T) {
	for name, d := range map[string]pricing.Discount{
		"all of it":             percent("100%"),
		"an amount beyond it":   off("500.00 USD"),
		"an amount close to it": off("30.02 USD"),
		"all units at no price": {Kind: pricing.FixedPrice, Amount: usd("0.00")},
	} {
		for _, rounding := range []money.Rounding{money.HalfUp, money.HalfEven, money.HalfDown, money.Up} {
			s := setup{
				schema:  schemaOf(orderStep("order")),
				records: []pricing.Record{listPrice("A", "10.006 USD"), listPrice("B", "10.0042 USD"), listPrice("C", "10.0049 USD")},
				rules:   []pricing.Rule{always("order", d)},
			}
			s.schema.Document, s.schema.Rounding = pricing.RoundTotal, rounding
			for _, items := range [][]string{{"A"}, {"A", "B"}, {"C", "B", "A"}, {"C", "C", "B"}} {
				var lines []pricing.Line
				for _, item := range items {
					lines = append(lines, line(item, 1))
				}
				got := price(t, s.engine(t), request(lines...))
				for _, total := range totals(got) {
					assert.Equal(t, "0.00", total, "%s of %v, %s: %s", name, items, rounding, got.Text())
				}
				assert.Empty(t, got.Findings.With("pricing.negative"))
			}
		}
	}
}

// A share that a person takes of what is left is never more than that.
func TestShareOfLessThanAMinorUnit(t *testing.T) {
	exact := discountStep("d", pricing.BaseRunning)
	exact.Exact = true
	s := setup{
		schema:  schemaOf(exact, pricing.Step{Name: "desk", Kind: pricing.StepOverride, Base: pricing.BaseRunning}),
		records: []pricing.Record{listPrice("A", "0.01 USD")}, rules: []pricing.Rule{always("d", percent("7%"))},
	}
	s.schema.Rounding = money.Up
	r := request(line("A", 1))
	r.Lines[0].Overrides = []pricing.Override{{Step: "desk", Kind: pricing.TakePercent, Rate: money.MustRate("10%"), Actor: "kim", Reason: "goodwill"}}
	got := price(t, s.engine(t), r)
	assert.Equal(t, "0.00", got.Total.Number()) // 0.0093 less 0.01
	assert.Empty(t, got.Findings)
}
