package steps_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/desk"
	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/order/invoice"
	"github.com/o2ckit/o2c/pricing"
	"github.com/o2ckit/o2c/pricing/tax"
)

// ohio taxes sales at 5.75% in the state and 1.75% in the county, nails not at all.
func ohio(t testing.TB, policy tax.FreightPolicy) *tax.Table {
	t.Helper()
	state := tax.Place{Country: "US", Region: "OH"}
	made, err := tax.New(tax.Config{
		Rates: []tax.Rate{
			{ID: "state", Name: "state", Place: state, Rate: money.MustRate("5.75%"), Order: 1},
			{ID: "county", Name: "county", Place: tax.Place{Country: "US", Region: "OH", Locality: "Columbus"}, Rate: money.MustRate("1.75%"), Order: 2},
			{ID: "state-nails", Name: "state", Place: state, Category: "nails", Code: tax.Exempt, Reason: "nails"},
			{ID: "county-nails", Name: "county", Place: tax.Place{Country: "US", Region: "OH", Locality: "Columbus"}, Category: "nails", Code: tax.Exempt, Reason: "nails"},
		},
		Freight: []tax.FreightRule{{Policy: policy}},
	})
	require.NoError(t, err)
	return made
}

// kept is a Pricer that keeps the last result.
type kept struct {
	steps.Pricer
	last pricing.Result
}

func (k *kept) Price(ctx context.Context, r pricing.Request) (pricing.Result, error) {
	var err error
	k.last, err = k.Pricer.Price(ctx, r)
	return k.last, err
}

// taxedHouse is the house with prices that end in tax; its desk and biller.
type taxedHouse struct {
	*house
	pricer   *kept
	taxation *steps.Taxation
	desk     *desk.Desk
	biller   *steps.Biller
	charges  []pricing.Charge // of each order that is priced
}

func newTaxedHouse(t testing.TB, engine tax.Engine, change func(*pricing.Config)) *taxedHouse {
	t.Helper()
	h := &taxedHouse{house: newHouse(t)}
	prices, err := pricing.NewBook(
		pricing.Record{ID: "L-HAMMER", Key: pricing.Key{Item: "HAMMER"}, Price: usd("10.35"), Unit: quantity.Each},
		pricing.Record{ID: "L-NAILS", Key: pricing.Key{Item: "NAILS"}, Price: usd("4.55"), Per: 100, Unit: quantity.Each})
	require.NoError(t, err)
	rules, err := pricing.NewRuleBook("discounts", pricing.Rule{ID: "gold", Group: "order", When: "true",
		Then: pricing.Discount{Kind: pricing.AmountOff, Amount: usd("3.33")}})
	require.NoError(t, err)
	config := pricing.Config{
		Zone: time.UTC, Prices: prices, Rules: rules, Taxes: engine,
		Schema: pricing.Schema{
			Access: []pricing.Access{{Fields: []pricing.Field{pricing.FieldItem}}},
			Steps: []pricing.Step{
				{Name: "list", Kind: pricing.StepPrice},
				{Name: "order", Kind: pricing.StepDiscount, Scope: pricing.ScopeOrder, Base: pricing.BaseRunning},
				{Name: "freight", Kind: pricing.StepCharge, Scope: pricing.ScopeOrder, TaxKind: tax.Freight},
				{Name: "sales tax", Kind: pricing.StepTax},
			},
		},
	}
	if change != nil {
		change(&config)
	}
	made, err := pricing.New(config)
	require.NoError(t, err)
	h.pricer = &kept{Pricer: made}
	h.taxation = &steps.Taxation{
		Engine: engine, Schema: config.Schema,
		Supply: func(_ context.Context, _ *order.Order, a party.Account) (tax.Supply, error) {
			return steps.SupplyOf(a, address(), address()), nil
		},
		Category: func(item string) string { return map[string]string{"NAILS": "nails"}[item] },
	}
	s := h.steps()
	s[1] = steps.Price(steps.PriceConfig{
		Engine: h.pricer, Customers: h.customers, Items: h.items, Owner: "sales", Taxation: h.taxation,
		Complete: func(_ context.Context, _ *order.Order, r *pricing.Request) error {
			r.Charges = h.charges
			return nil
		},
	})
	check := steps.CheckCredit(steps.CreditConfig{Ledger: h.ledger, Customers: h.customers})
	h.desk, err = h.tryOpen(t, s[0], s[1], s[2], check, s[3])
	require.NoError(t, err)
	h.supply(t.(*testing.T))
	h.limit(t.(*testing.T), "C1", "100000.00")
	h.biller = h.house.biller()
	h.biller.Taxes, h.biller.TaxesOf = nil, h.taxation.For
	return h
}

func (h *taxedHouse) shipAndBill(t *testing.T, o *order.Order) invoice.Invoice {
	t.Helper()
	_, err := h.shipper().Ship(t.Context(), h.desk, o.ID, "MAIN", calendar.DateOf(h.clock.now))
	require.NoError(t, err)
	inv, err := h.biller.Bill(t.Context(), h.desk, o.ID)
	require.NoError(t, err)
	return inv
}

// The invoice of a whole order, worked out by package invoice by EN 16931, has the
// tax that pricing has: every row of the breakdown and every line's share.
func TestInvoiceTaxIsThatOfPricing(t *testing.T) {
	h := newTaxedHouse(t, ohio(t, tax.FreightAsGoods), nil)
	o := submit(t, h.desk, document("PO1", "C1", want("HAMMER", 7, quantity.Each), want("NAILS", 300, quantity.Each), want("HAMMER", 11, quantity.Each)))
	priced := h.pricer.last
	require.Empty(t, priced.Findings)
	assert.Equal(t, priced.Total, o.Total(), "the order holds nets")
	inv := h.shipAndBill(t, o)
	require.Len(t, inv.Taxes, 4)
	var got, want []string
	for _, x := range inv.Taxes {
		got = append(got, fmt.Sprint(x.Name, x.Category, x.Rate, x.Base, x.Amount, x.Reason))
	}
	for _, x := range priced.Tax.Totals {
		want = append(want, fmt.Sprint(x.Name, x.Code, x.Rate, x.Base, x.Amount, x.Reason))
	}
	assert.Equal(t, want, got)
	assert.Equal(t, priced.Tax.Gross, inv.Totals.Payable)
	for i := range inv.Lines {
		for n := range inv.Lines[i].Taxes {
			assert.Equal(t, priced.Lines[i].Tax.Shares[n].Amount, inv.Lines[i].Taxes[n].Amount)
		}
	}
}

// Freight stands in the nets of the lines, whatever it is taxed with, and a rule may
// take some of it off: the invoice has the breakdown that pricing has.
func TestInvoiceTaxOfFreight(t *testing.T) {
	for _, policy := range []tax.FreightPolicy{tax.FreightTaxed, tax.FreightUntaxed, tax.FreightAsGoods} {
		for _, free := range []string{"1%", "30%", "100%"} {
			t.Run(fmt.Sprint(policy, free), func(t *testing.T) {
				h := newTaxedHouse(t, ohio(t, policy), func(c *pricing.Config) {
					steps := c.Schema.Steps
					c.Schema.Steps = []pricing.Step{steps[0], steps[2], steps[1], steps[3]} // freight before the rules
					var err error
					c.Rules, err = pricing.NewRuleBook("discounts", pricing.Rule{ID: "freight", Group: "order", When: "true",
						Then: pricing.Discount{Kind: pricing.FreeCharge, Charge: "freight", Rate: money.MustRate(free)}})
					require.NoError(t, err)
				})
				h.charges = []pricing.Charge{{Step: "freight", Amount: usd("9.99")}}
				o := submit(t, h.desk, document("PO1", "C1", want("HAMMER", 7, quantity.Each), want("NAILS", 300, quantity.Each), want("HAMMER", 11, quantity.Each)))
				priced := h.pricer.last
				require.Empty(t, priced.Findings)
				inv := h.shipAndBill(t, o)
				got, want := map[string]string{}, map[string]string{}
				for _, x := range inv.Taxes {
					got[fmt.Sprint(x.Name, x.Category, x.Rate)] = x.Base.Number() + " " + x.Amount.Number()
				}
				for _, x := range priced.Tax.Totals {
					want[fmt.Sprint(x.Name, x.Code, x.Rate)] = x.Base.Number() + " " + x.Amount.Number()
				}
				assert.Equal(t, want, got)
				assert.Equal(t, priced.Tax.Gross, inv.Totals.Payable)
			})
		}
	}
}

// Any nets, by the two packages: the breakdowns agree, row by row.
func TestInvoiceArithmeticIsThatOfTax(t *testing.T) {
	h := newTaxedHouse(t, ohio(t, tax.FreightAsGoods), nil)
	account, err := h.customers.Account(t.Context(), "C1")
	require.NoError(t, err)
	rapid.Check(t, func(rt *rapid.T) {
		o := &order.Order{ID: "O1"}
		req := tax.Request{Date: calendar.MustDate("2026-03-30"), Currency: money.USD, Supply: steps.SupplyOf(account, address(), address())}
		var nets []invoice.Taxable
		for i := range rapid.IntRange(1, 8).Draw(rt, "lines") {
			item := rapid.SampledFrom([]string{"HAMMER", "NAILS"}).Draw(rt, "item")
			net := money.FromMinor(rapid.Int64Range(0, 99999).Draw(rt, "net"), money.USD)
			req.Lines = append(req.Lines, tax.Line{ID: fmt.Sprint(i), Category: h.taxation.Category(item), Amount: net})
			nets = append(nets, invoice.Taxable{Line: fmt.Sprint(i), Item: item, Net: net, Date: req.Date})
		}
		of, err := h.taxation.For(context.Background(), o, account)
		require.NoError(rt, err)
		want, err := h.taxation.Engine.Tax(context.Background(), req)
		require.NoError(rt, err)
		sums := map[invoice.Tax]money.Amount{}
		for _, what := range nets {
			taxes, err := of(what)
			require.NoError(rt, err)
			for _, x := range taxes {
				sums[x.Tax], err = money.Sum(sums[x.Tax], what.Net)
				require.NoError(rt, err)
			}
		}
		require.Len(rt, sums, len(want.Totals))
		for _, x := range want.Totals {
			base := sums[invoice.Tax{Category: string(x.Code), Rate: x.Rate, Jurisdiction: x.Jurisdiction, Name: x.Name, Reason: x.Reason}]
			require.Equal(rt, x.Base, base)
			amount, err := base.MulRound(x.Rate, 2, money.HalfUp) // what package invoice does (BR-CO-17)
			require.NoError(rt, err)
			require.Equal(rt, x.Amount, amount)
		}
	})
}

// Where prices are gross the order still holds nets: the tax that was in the price
// stands among the line's charges, which add up to the net.
func TestOrderOfGrossPrices(t *testing.T) {
	h := newTaxedHouse(t, ohio(t, tax.FreightTaxed), func(c *pricing.Config) { c.Schema.Prices = pricing.GrossPrices })
	o := submit(t, h.desk, document("PO1", "C1", want("HAMMER", 10, quantity.Each)))
	assert.Equal(t, "100.17 USD", h.pricer.last.Total.String(), "103.50 less 3.33, tax in it")
	assert.Equal(t, "93.18 USD", o.Lines[0].Net.String(), "100.17 / 1.075 = 93.181")
	var charges []string
	for _, c := range o.Lines[0].Charges {
		charges = append(charges, c.Kind+" "+c.Amount.Number())
	}
	assert.Equal(t, []string{"price 103.50", "discount -3.33", "tax -5.36", "tax -1.63"}, charges)
	inv := h.shipAndBill(t, o)
	assert.Equal(t, "100.17 USD", inv.Totals.Payable.String())
}

// A customer's certificate frees the invoice too, and stands on it.
func TestCertificateOnInvoice(t *testing.T) {
	h := newTaxedHouse(t, ohio(t, tax.FreightTaxed), nil)
	account, err := h.customers.Account(t.Context(), "C1")
	require.NoError(t, err)
	account.TaxIDs = []party.TaxID{{Jurisdiction: "US-OH", Kind: "EIN", Number: "12-3456789"}}
	account.Certificates = []party.Certificate{{
		Kind: party.Resale, Jurisdiction: "US-OH", Number: "OH-77", Period: calendar.Period{To: calendar.MustDate("2026-03-30")},
	}}
	supply := steps.SupplyOf(account, address(), address())
	assert.Equal(t, []tax.ID{{Country: "US", Number: "12-3456789"}}, supply.TaxIDs)
	for day, want := range map[string][]invoice.Tax{
		"2026-03-30": {
			{Category: "E", Jurisdiction: "US-OH", Name: "state", Reason: "resale certificate OH-77"},
			{Category: "E", Jurisdiction: "US-OH/Columbus", Name: "county", Reason: "resale certificate OH-77"},
		},
		"2026-03-31": {
			{Category: "S", Rate: money.MustRate("5.75%"), Jurisdiction: "US-OH", Name: "state"},
			{Category: "S", Rate: money.MustRate("1.75%"), Jurisdiction: "US-OH/Columbus", Name: "county"},
		},
	} {
		of, err := h.taxation.For(t.Context(), &order.Order{}, account)
		require.NoError(t, err)
		got, err := of(invoice.Taxable{Line: "1", Item: "HAMMER", Net: usd("10.00"), Date: calendar.MustDate(day)})
		require.NoError(t, err)
		var taxes []invoice.Tax
		for _, x := range got {
			assert.Zero(t, x.Base, "the net")
			taxes = append(taxes, x.Tax)
		}
		assert.Equal(t, want, taxes, day)
	}
}

// withFreight is a line as billed with freight in its net.
func withFreight(line invoice.Taxable, freight string, waived ...string) invoice.Taxable {
	line.Charges = []order.Charge{{Step: "list", Kind: "price", Amount: line.Net}, {Step: "freight", Kind: "charge", Amount: usd(freight), Spread: true}}
	for _, w := range waived {
		line.Charges = append(line.Charges, order.Charge{Step: "promo", Kind: "discount", Of: "freight", Amount: usd(w), Spread: true})
	}
	return line
}

func taxableOf(t testing.TB, engine tax.Engine, basis pricing.PriceBasis) invoice.TaxFunc {
	t.Helper()
	h := &steps.Taxation{
		Engine: engine,
		Schema: pricing.Schema{Prices: basis, Steps: []pricing.Step{{Name: "freight", Kind: pricing.StepCharge, TaxKind: tax.Freight}}},
		Supply: func(context.Context, *order.Order, party.Account) (tax.Supply, error) {
			return steps.SupplyOf(party.Account{}, address(), address()), nil
		},
		Category: func(item string) string { return map[string]string{"NAILS": "nails"}[item] },
	}
	of, err := h.For(t.Context(), &order.Order{}, party.Account{})
	require.NoError(t, err)
	return of
}

// Each tax is taken of the part that bears it: freight in a net that is taxed
// otherwise than its goods, and freight of goods that are taxed in two ways.
func TestBasesOfTaxes(t *testing.T) {
	day := calendar.MustDate("2026-03-30")
	hammer := invoice.Taxable{Line: "1", Item: "HAMMER", Net: usd("10.00"), Date: day}
	nails := invoice.Taxable{Line: "2", Item: "NAILS", Net: usd("5.00"), Date: day}
	freight := invoice.Taxable{Charge: "charge", Step: "freight", Net: usd("3.00"), Date: day}
	for name, c := range map[string]struct {
		policy tax.FreightPolicy
		asked  []invoice.Taxable
		want   string // of the last: name, category, and base where it is not the net
	}{
		"goods":                            {tax.FreightTaxed, []invoice.Taxable{hammer}, "state S, county S"},
		"freight of goods of two kinds":    {tax.FreightAsGoods, []invoice.Taxable{hammer, nails, freight}, "state S 2.00, county S 2.00, state E 1.00, county E 1.00"},
		"freight of goods of one kind":     {tax.FreightAsGoods, []invoice.Taxable{hammer, freight}, "state S, county S"},
		"freight in a net, taxed":          {tax.FreightTaxed, []invoice.Taxable{withFreight(nails, "1.00")}, "state E 4.00, county E 4.00, state S 1.00, county S 1.00"},
		"freight in a net, not taxed":      {tax.FreightUntaxed, []invoice.Taxable{withFreight(hammer, "1.00")}, "state S 9.00, county S 9.00, freight O 1.00"},
		"freight in a net, as the goods":   {tax.FreightAsGoods, []invoice.Taxable{withFreight(nails, "1.00")}, "state E, county E"},
		"freight in a net, as it happens":  {tax.FreightTaxed, []invoice.Taxable{withFreight(hammer, "1.00")}, "state S, county S"},
		"a part of the freight is free":    {tax.FreightTaxed, []invoice.Taxable{withFreight(nails, "1.00", "-0.60")}, "state E 4.60, county E 4.60, state S 0.40, county S 0.40"},
		"all of the freight is free":       {tax.FreightTaxed, []invoice.Taxable{withFreight(nails, "1.00", "-0.60", "-0.40")}, "state E, county E"},
		"the net is less than its freight": {tax.FreightTaxed, []invoice.Taxable{withFreight(nails, "8.00")}, "state E 0.00, county E 0.00, state S, county S"},
		"the net is nothing":               {tax.FreightTaxed, []invoice.Taxable{withFreight(invoice.Taxable{Line: "2", Item: "NAILS", Net: usd("0.00"), Date: day}, "1.00")}, "state E, county E"},
		"other freight is as the goods":    {tax.FreightAsGoods, []invoice.Taxable{withFreight(hammer, "4.00"), nails, freight}, "state S 1.64, county S 1.64, state E 1.36, county E 1.36"}, // 6.00 to 5.00
	} {
		t.Run(name, func(t *testing.T) {
			of := taxableOf(t, ohio(t, c.policy), pricing.NetPrices)
			var got []string
			for _, what := range c.asked {
				taxes, err := of(what)
				require.NoError(t, err)
				got = nil
				for _, x := range taxes {
					text := x.Name + " " + x.Category
					if x.Base.Currency() != 0 {
						text += " " + x.Base.Number()
					}
					got = append(got, text)
				}
			}
			assert.Equal(t, c.want, strings.Join(got, ", "))
		})
	}
}

// What an invoice cannot state is an error and no wrong invoice.
func TestTaxThatAnInvoiceCannotState(t *testing.T) {
	day := calendar.MustDate("2026-03-30")
	hammer := invoice.Taxable{Line: "1", Item: "HAMMER", Net: usd("10.00"), Date: day}
	nails := invoice.Taxable{Line: "2", Item: "NAILS", Net: usd("5.00"), Date: day}
	compound, err := tax.New(tax.Config{Rates: []tax.Rate{
		{ID: "GST", Name: "GST", Place: tax.Place{Country: "US"}, Rate: money.MustRate("5%"), Order: 1},
		{ID: "QST", Name: "QST", Place: tax.Place{Country: "US"}, Rate: money.MustRate("9.5%"), Order: 2, Compound: true},
	}})
	require.NoError(t, err)
	none, err := tax.New(tax.Config{})
	require.NoError(t, err)
	down := errors.New("down")
	for name, c := range map[string]struct {
		engine tax.Engine
		basis  pricing.PriceBasis
		asked  invoice.Taxable
		want   string // empty: none
	}{
		"a compound tax":                 {compound, "", hammer, `steps: tax: QST of line "1", charge "" is taken of 10.50 USD, and an invoice takes it of the net 10.00 USD`},
		"no rate":                        {none, "", hammer, "no tax rate is known"},
		"freight in a gross price":       {ohio(t, tax.FreightTaxed), pricing.GrossPrices, withFreight(nails, "1.00"), `steps: tax: state of line "2"`},
		"freight in a gross price, like": {ohio(t, tax.FreightAsGoods), pricing.GrossPrices, withFreight(nails, "1.00"), ""},
		"an engine that is down":         {broken{err: down}, "", hammer, "down"},
		"an engine that is silent":       {broken{}, "", hammer, "it has 0 lines for 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := taxableOf(t, c.engine, c.basis)(c.asked)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err = (&steps.Taxation{}).For(t.Context(), &order.Order{}, party.Account{})
	var config *steps.ConfigError
	require.ErrorAs(t, err, &config)
	assert.Equal(t, "Engine", config.Field)
	lost := &steps.Taxation{Engine: none, Supply: func(context.Context, *order.Order, party.Account) (tax.Supply, error) { return tax.Supply{}, down }}
	_, err = lost.For(t.Context(), &order.Order{}, party.Account{})
	assert.ErrorIs(t, err, down)
}

type broken struct{ err error }

func (b broken) Tax(context.Context, tax.Request) (tax.Result, error) { return tax.Result{}, b.err }

// An order that cannot be taxed is held with the finding.
func TestOrderWithoutTaxRateIsHeld(t *testing.T) {
	none, err := tax.New(tax.Config{})
	require.NoError(t, err)
	h := newTaxedHouse(t, none, nil)
	o := submit(t, h.desk, document("PO1", "C1", want("HAMMER", 1, quantity.Each)))
	require.Len(t, o.OpenHolds(), 1)
	assert.Equal(t, order.PriceHold, o.OpenHolds()[0].Kind)
	assert.Equal(t, "pricing.tax-missing", o.OpenHolds()[0].Code)
}
