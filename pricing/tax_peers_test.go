package pricing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

// Carts that other projects test their taxes with, discounts and freight in them.
// The expected figures are theirs.
func TestTaxLikePeers(t *testing.T) {
	const (
		// github.com/Sylius/Sylius, features/taxation/applying_taxes
		wholeOrderIncluded = "sylius: discount for whole order, included in price"
		wholeOrder         = "sylius: discount for whole order"
		anItem             = "sylius: discount for an item in order, included in price"
		inPrice            = "sylius: product with tax rate included in price"
		rounding           = "sylius: rounding taxes on order item level"
		shipping           = "sylius: shipping with tax rate included in price"
		// github.com/frappe/erpnext, accounts/doctype/pos_invoice/test_pos_invoice.py
		erpInclusive = "erpnext: test_discount_and_inclusive_tax"
		erpMultiple  = "erpnext: test_tax_calculation_with_multiple_items"
		erpDiscount  = "erpnext: test_tax_calculation_with_multiple_items_and_discount"
	)
	shirts := func(n int64) pricing.Line { return ofCategory(line("shirt", n), "23") }
	mugs := func(name string, n int64) pricing.Line { return ofCategory(line(name, n), "10") }
	symfony, php := usd("56.95"), usd("56.90")
	symfonyNet, phpNet := usd("56.05"), usd("56.04")
	for _, c := range []struct {
		source, name string
		prices       pricing.PriceBasis
		list         map[string]money.Amount
		lines        []pricing.Line
		off          []string // of the order, one after the other
		itemOff      string   // of the line of the mug
		freight      string
		total, tax   string // what is paid and the tax in it
	}{
		{wholeOrderIncluded, "one product, up", pricing.GrossPrices, map[string]money.Amount{"mug": symfony}, []pricing.Line{mugs("mug", 1)}, []string{"10.00"}, "", "", "46.95", "4.27"},
		{wholeOrderIncluded, "one product, down", pricing.GrossPrices, map[string]money.Amount{"mug": php}, []pricing.Line{mugs("mug", 1)}, []string{"10.00"}, "", "", "46.90", "4.26"},
		{
			wholeOrderIncluded, "several rates", pricing.GrossPrices, map[string]money.Amount{"mug": php, "shirt": usd("10.00")},
			[]pricing.Line{shirts(2), mugs("mug", 1)}, []string{"10.00"}, "", "", "66.90", "7.75",
		},
		{
			wholeOrderIncluded, "one rate, two promotions", pricing.GrossPrices, map[string]money.Amount{"php": php, "symfony": symfony},
			[]pricing.Line{mugs("php", 2), mugs("symfony", 1)}, []string{"10.00", "10.00"}, "", "", "150.75", "13.70",
		},
		{
			wholeOrderIncluded, "several promotions and rates", pricing.GrossPrices, map[string]money.Amount{"mug": symfony, "shirt": usd("10.00")},
			[]pricing.Line{mugs("mug", 1), shirts(1)}, []string{"10.00", "5.00"}, "", "", "51.95", "5.47",
		},
		{wholeOrder, "one product, up", pricing.NetPrices, map[string]money.Amount{"mug": symfonyNet}, []pricing.Line{mugs("mug", 1)}, []string{"10.10"}, "", "", "50.55", "4.60"},
		{wholeOrder, "one product, down", pricing.NetPrices, map[string]money.Amount{"mug": phpNet}, []pricing.Line{mugs("mug", 1)}, []string{"10.10"}, "", "", "50.53", "4.59"},
		{
			wholeOrder, "several rates", pricing.NetPrices, map[string]money.Amount{"mug": phpNet, "shirt": usd("10.00")},
			[]pricing.Line{shirts(2), mugs("mug", 1)}, []string{"10.10"}, "", "", "74.79", "8.85",
		},
		{
			wholeOrder, "one rate, two promotions", pricing.NetPrices, map[string]money.Amount{"php": phpNet, "symfony": symfonyNet},
			[]pricing.Line{mugs("symfony", 2), mugs("php", 1)}, []string{"10.10", "10.10"}, "", "", "162.73", "14.79",
		},
		{
			wholeOrder, "several promotions and rates", pricing.NetPrices, map[string]money.Amount{"mug": symfonyNet, "shirt": usd("10.00")},
			[]pricing.Line{mugs("mug", 1), shirts(1)}, []string{"10.10", "5.00"}, "", "", "57.04", "6.09",
		},
		{
			anItem, "without a discount on the shirts", pricing.GrossPrices, map[string]money.Amount{"mug": symfony, "shirt": usd("10.00")},
			[]pricing.Line{shirts(2), mugs("mug", 1)}, nil, "10.00", "", "66.95", "8.01",
		},
		{
			anItem, "two of them", pricing.GrossPrices, map[string]money.Amount{"mug": symfony, "shirt": usd("10.00")},
			[]pricing.Line{shirts(2), mugs("mug", 2)}, nil, "20.00", "", "113.90", "12.28",
		},
		{inPrice, "23% of 100.00", pricing.GrossPrices, map[string]money.Amount{"shirt": usd("100.00")}, []pricing.Line{shirts(1)}, nil, "", "", "100.00", "18.70"},
		{rounding, "up", pricing.NetPrices, map[string]money.Amount{"mug": usd("45.95")}, []pricing.Line{mugs("mug", 1)}, nil, "", "", "50.55", "4.60"},
		{rounding, "down", pricing.NetPrices, map[string]money.Amount{"mug": usd("45.94")}, []pricing.Line{mugs("mug", 1)}, nil, "", "", "50.53", "4.59"},
		{rounding, "ten of one", pricing.NetPrices, map[string]money.Amount{"shirt": usd("10.10")}, []pricing.Line{shirts(10)}, nil, "", "", "124.23", "23.23"},
		{shipping, "all included", pricing.GrossPrices, map[string]money.Amount{"mug": usd("10.00")}, []pricing.Line{ofCategory(line("mug", 1), "5")}, nil, "", "10.00", "20.00", "1.39"},
		{erpInclusive, "no discount", pricing.GrossPrices, map[string]money.Amount{"item": usd("50.00")}, []pricing.Line{ofCategory(line("item", 100), "14")}, nil, "", "", "5000.00", "614.04"},
		{erpInclusive, "on the grand total", pricing.GrossPrices, map[string]money.Amount{"item": usd("50.00")}, []pricing.Line{ofCategory(line("item", 100), "14")}, []string{"100.00"}, "", "", "4900.00", "601.75"},
		{erpInclusive, "on the net total", pricing.NetPrices, map[string]money.Amount{"item": usd("4385.96")}, []pricing.Line{ofCategory(line("item", 1), "14")}, []string{"100.00"}, "", "", "4885.99", "600.03"},
		{
			erpMultiple, "five lines at 19%", pricing.NetPrices, map[string]money.Amount{"item": usd("4.60")},
			[]pricing.Line{ofCategory(line("item", 84), "19"), ofCategory(line("item", 54), "19"), ofCategory(line("item", 288), "19"), ofCategory(line("item", 144), "19"), ofCategory(line("item", 430), "19")},
			nil, "", "", "5474.00", "874.00",
		},
		{
			erpDiscount, "75 off 975", pricing.NetPrices,
			map[string]money.Amount{"a": usd("75.00"), "b": usd("500.00"), "c": usd("200.00"), "d": usd("100.00"), "e": usd("50.00")},
			[]pricing.Line{ofCategory(line("a", 1), "24"), ofCategory(line("b", 1), "24"), ofCategory(line("c", 1), "24"), ofCategory(line("d", 1), "24"), ofCategory(line("e", 1), "24"), ofCategory(line("e", 1), "24")},
			[]string{"75.00"}, "", "", "1116.00", "216.00",
		},
	} {
		t.Run(c.source+"/"+c.name, func(t *testing.T) {
			freight := pricing.Step{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder, TaxKind: tax.Freight, TaxCategory: "10"}
			s := setup{schema: schemaOf(discountStep("item", pricing.BaseRunning), orderStep("order 1"), orderStep("order 2"), freight, taxStep())}
			s.schema.Prices = c.prices
			for item, amount := range c.list {
				s.records = append(s.records, listPrice(item, amount.String()))
			}
			for n, amount := range c.off {
				s.rules = append(s.rules, always([]string{"order 1", "order 2"}[n], off(amount+" USD")))
			}
			if c.itemOff != "" {
				s.rules = append(s.rules, pricing.Rule{ID: "item", Group: "item", When: `item == "mug"`, Then: off(c.itemOff + " USD")})
			}
			config := tax.Config{}
			for _, share := range []string{"5", "10", "14", "19", "23", "24"} {
				config.Rates = append(config.Rates, tax.Rate{ID: share, Name: "VAT", Place: tax.Place{Country: "US"}, Category: share, Rate: money.MustRate(share + "%")})
			}
			taxes, err := tax.New(config)
			require.NoError(t, err)
			r := request(c.lines...)
			r.Tax.ShipTo = tax.Place{Country: "US"}
			if c.freight != "" {
				r.Charges = []pricing.Charge{{Step: "freight", Amount: usd(c.freight)}}
			}
			got := priceTaxed(t, s.taxing(t, taxes), r, c.prices)
			require.Empty(t, got.Findings)
			assert.Equal(t, []string{c.total, c.tax}, []string{got.Tax.Gross.Number(), got.Tax.Tax.Number()})
		})
	}
}
