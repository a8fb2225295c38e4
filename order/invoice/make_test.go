package invoice_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/party"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

// returns-billing-kpi.md: 70 x 1.45 less 10.00, shipped 23/23/24, tax 7%.
func TestPartialInvoices(t *testing.T) {
	o := newOrder(t, []order.PricedLine{line("1", 70, "101.50", "-10.00")})
	want := []struct {
		quantity            int64
		price, off, net     string
		tax, payable, total string
	}{
		{23, "33.35", "-3.29", "30.06", "2.10", "32.16", "30.06"},
		{23, "33.35", "-3.28", "30.07", "2.10", "32.17", "60.13"},
		{24, "34.80", "-3.43", "31.37", "2.20", "33.57", "91.50"},
	}
	sum := money.Zero(money.USD)
	for i, w := range want {
		ship(t, o, "1", w.quantity)
		inv := bill(t, request(t, o))
		l := inv.Lines[0]
		assert.Equal(t, each(w.quantity), l.Quantity)
		assert.Equal(t, usd(w.price), l.Charges[0].Amount)
		assert.Equal(t, usd(w.off), l.Charges[1].Amount)
		assert.Equal(t, usd(w.net), l.Net)
		assert.Equal(t, usd(w.tax), l.Taxes[0].Amount)
		assert.Equal(t, usd(w.tax), inv.Totals.Tax)
		assert.Equal(t, usd(w.payable), inv.Totals.Payable)
		sum, _ = sum.Add(l.Net)
		assert.Equal(t, usd(w.total), sum)
		assert.Equal(t, []string{"INV-000001", "INV-000002", "INV-000003"}[i], inv.Number)
	}
	assert.Equal(t, order.FullyBilled, o.Billing())
	assert.Equal(t, order.StatusCompleted, o.Status())
}

// returns-billing-kpi.md: figures that returns give back, as they are billed.
func TestStoredShares(t *testing.T) {
	t.Run("0.05 over 10 units", func(t *testing.T) {
		o := newOrder(t, []order.PricedLine{line("1", 10, "0.05")})
		sum := money.Zero(money.USD)
		for n := range 10 {
			ship(t, o, "1", 1)
			inv := bill(t, request(t, o))
			sum, _ = sum.Add(inv.Totals.Lines)
			if n == 8 {
				assert.Equal(t, usd("0.05"), sum, "never 0.09 after nine")
			}
		}
		assert.Equal(t, usd("0.05"), sum)
	})
	t.Run("unit 100 x 2, discount 20, tax 10%", func(t *testing.T) {
		o := newOrder(t, []order.PricedLine{line("1", 2, "200.00", "-20.00")})
		ship(t, o, "1", 2)
		r := request(t, o)
		r.Taxes = invoice.TaxAll(invoice.Tax{Category: "S", Rate: money.MustRate("10%")})
		assert.Equal(t, usd("198.00"), bill(t, r).Totals.Payable)
	})
	t.Run("bundle of 50.00 in two shares, tax 8.25%", func(t *testing.T) {
		o := newOrder(t, []order.PricedLine{line("A", 1, "25.00"), line("B", 3, "25.00")})
		ship(t, o, "A", 1)
		ship(t, o, "B", 3)
		r := request(t, o)
		r.Taxes = invoice.TaxAll(invoice.Tax{Category: "S", Rate: money.MustRate("8.25%")})
		inv := bill(t, r)
		assert.Equal(t, usd("54.13"), inv.Totals.Payable)
		assert.Equal(t, usd("2.07"), inv.Lines[0].Taxes[0].Amount)
		assert.Equal(t, usd("2.06"), inv.Lines[1].Taxes[0].Amount)
	})
	t.Run("an order discount spread over three lines", func(t *testing.T) {
		o := newOrder(t, []order.PricedLine{line("1", 1, "10.00", "-3.34"), line("2", 1, "10.00", "-3.33"), line("3", 1, "10.00", "-3.33")},
			order.Charge{Step: "order discount", Kind: "discount", Amount: usd("-10.00"), Spread: true})
		for _, id := range []string{"1", "2", "3"} {
			ship(t, o, id, 1)
		}
		r := request(t, o)
		r.Charges = "" // what is spread is in the lines
		inv := bill(t, r)
		assert.Equal(t, usd("20.00"), inv.Totals.Net)
		assert.Empty(t, inv.Charges)
	})
}

func TestWhatAnInvoiceSays(t *testing.T) {
	o := newOrder(t, []order.PricedLine{line("1", 10, "100.00"), line("2", 4, "80.00", "-8.00")}, freight("12.00"),
		order.Charge{Step: "rebate", Kind: "discount", Label: "Opening allowance", Amount: usd("-5.00")})
	ship(t, o, "1", 10)
	ship(t, o, "2", 4)
	r := request(t, o)
	r.Charges = invoice.OnFirst
	r.DeliveryDate = calendar.MustDate("2026-04-02")
	r.Parties = []order.Party{{Role: party.Seller, Name: "We"}, {Role: party.SoldTo, ID: "C1", Name: "Store Group Inc."}}
	inv := bill(t, r)

	assert.Equal(t, invoice.Totals{
		Lines: usd("172.00"), Allowances: usd("5.00"), Charges: usd("12.00"), Net: usd("179.00"), Tax: usd("12.53"), Payable: usd("191.53"),
	}, inv.Totals)
	assert.Equal(t, []invoice.TaxTotal{{Tax: invoice.Tax{Category: "S", Rate: money.MustRate("7%")}, Base: usd("179.00"), Amount: usd("12.53")}}, inv.Taxes)
	assert.Equal(t, usd("-0.35"), inv.Charges[1].Taxes[0].Amount)
	tax, err := inv.Charges[0].Tax()
	require.NoError(t, err)
	assert.Equal(t, usd("0.84"), tax)
	assert.Equal(t, []invoice.Due{{Amount: usd("191.53"), Date: calendar.MustDate("2026-04-30"), Discounts: []invoice.Discount{
		{Until: calendar.MustDate("2026-04-10"), Rate: money.MustRate("2%"), Amount: usd("3.83")},
	}}}, inv.Due)

	assert.Equal(t, order.ID("SO-1"), inv.Order)
	assert.Equal(t, "PO-77", inv.PurchaseOrder)
	assert.Equal(t, "C1", inv.Customer)
	assert.Equal(t, []string{"SH-1"}, inv.Shipments)
	assert.Equal(t, money.USD, inv.Currency)
	require.Len(t, inv.Parties, 3)
	assert.Equal(t, party.BillTo, inv.Parties[0].Role)
	assert.Equal(t, "Store Group Inc.", inv.Parties[2].Name)
	assert.Equal(t, "B2", inv.Lines[1].Identifiers[0].Value)

	assert.Equal(t, order.Invoiced{
		Invoice: "INV-000001", At: at, Payable: usd("191.53"),
		Lines: []order.InvoicedLine{{Line: "1", Quantity: each(10), Net: usd("100.00")}, {Line: "2", Quantity: each(4), Net: usd("72.00")}},
	}, inv.Invoiced(at))
}

func TestChargePolicies(t *testing.T) {
	tests := map[invoice.ChargePolicy][]string{
		invoice.OnFirst: {"10.00", "0.00", "0.00"},
		invoice.ProRata: {"3.33", "3.34", "3.33"}, // of 90.00: 30.00, 30.00, 30.00
		invoice.OnLast:  {"0.00", "0.00", "10.00"},
	}
	for policy, want := range tests {
		t.Run(string(policy), func(t *testing.T) {
			o := newOrder(t, []order.PricedLine{line("1", 2, "60.00"), line("2", 5, "30.00")}, freight("10.00"))
			for i, step := range []struct {
				line string
				n    int64
			}{{"1", 1}, {"2", 5}, {"1", 1}} {
				ship(t, o, step.line, step.n)
				r := request(t, o)
				r.Charges = policy
				inv := bill(t, r)
				assert.Equal(t, usd(want[i]), inv.Totals.Charges)
			}
		})
	}
	t.Run("pro rata of an order without value", func(t *testing.T) {
		o := newOrder(t, []order.PricedLine{line("1", 2, "10.00", "-10.00")}, freight("7.50"))
		ship(t, o, "1", 1)
		first := bill(t, request(t, o))
		assert.True(t, first.Totals.Payable.IsZero())
		assert.Empty(t, first.Charges)
		ship(t, o, "1", 1)
		assert.Equal(t, usd("7.50"), bill(t, request(t, o)).Totals.Net)
	})
	t.Run("a line refused after it was billed in part", func(t *testing.T) {
		o := newOrder(t, []order.PricedLine{line("1", 4, "40.00"), line("2", 2, "20.00")}, freight("9.00"))
		ship(t, o, "1", 1)
		first := bill(t, request(t, o))
		assert.Equal(t, usd("1.50"), first.Totals.Charges)
		require.NoError(t, o.Apply(order.LineRejected{Line: "1", Rejection: order.Rejection{Code: "gone", Reason: "no longer made"}}))
		ship(t, o, "2", 2)
		r := request(t, o)
		r.Charges = invoice.OnLast
		assert.Equal(t, usd("9.00"), bill(t, r).Totals.Charges, "it completes the order")
	})
}

func TestTaxes(t *testing.T) {
	state := invoice.Tax{Category: "S", Rate: money.MustRate("4%"), Jurisdiction: "US-NY"}
	county := invoice.Tax{Category: "S", Rate: money.MustRate("4.875%"), Jurisdiction: "US-NY", Name: "county"}
	exempt := invoice.Tax{Category: "E", Jurisdiction: "US-NY", Reason: "certificate 1234"}
	by := func(t invoice.Taxable) ([]invoice.Taxed, error) {
		switch {
		case t.Charge == "freight":
			return []invoice.Taxed{{Tax: state}}, nil
		case t.Item == "I2":
			return []invoice.Taxed{{Tax: exempt}}, nil
		case t.Item == "I3":
			return nil, nil
		}
		return []invoice.Taxed{{Tax: state}, {Tax: county}}, nil
	}
	o := newOrder(t, []order.PricedLine{line("1", 1, "10.13"), line("2", 1, "20.00"), line("3", 1, "30.00"), line("4", 1, "10.13")}, freight("5.00"))
	for _, id := range []string{"1", "2", "3", "4"} {
		ship(t, o, id, 1)
	}
	r := request(t, o)
	r.Taxes = by
	inv := bill(t, r)
	assert.Equal(t, []invoice.TaxTotal{
		{Tax: state, Base: usd("25.26"), Amount: usd("1.01")},  // 1.0104; line by line it would be 0.41 + 0.41 + 0.20 = 1.02
		{Tax: county, Base: usd("20.26"), Amount: usd("0.99")}, // 0.987675
		{Tax: exempt, Base: usd("20.00"), Amount: usd("0.00")},
	}, inv.Taxes)
	assert.Equal(t, []invoice.Taxed{{Tax: state, Amount: usd("0.41")}, {Tax: county, Amount: usd("0.50")}}, inv.Lines[0].Taxes)
	assert.Equal(t, []invoice.Taxed{{Tax: exempt, Amount: usd("0.00")}}, inv.Lines[1].Taxes)
	assert.Empty(t, inv.Lines[2].Taxes)
	assert.Equal(t, []invoice.Taxed{{Tax: state, Amount: usd("0.40")}, {Tax: county, Amount: usd("0.49")}}, inv.Lines[3].Taxes)
	assert.Equal(t, []invoice.Taxed{{Tax: state, Amount: usd("0.20")}}, inv.Charges[0].Taxes)
	assert.Equal(t, usd("2.00"), inv.Totals.Tax)
	tax, err := inv.Lines[0].Tax()
	require.NoError(t, err)
	assert.Equal(t, usd("0.91"), tax)

	r = request(t, newShipped(t))
	r.Taxes = invoice.Untaxed
	untaxed := bill(t, r)
	assert.Empty(t, untaxed.Taxes)
	assert.Equal(t, untaxed.Totals.Net, untaxed.Totals.Payable)
}

// newShipped is an order of ten pieces at 15.00 of which all have shipped.
func newShipped(t require.TestingT, charges ...order.Charge) *order.Order {
	o := newOrder(t, []order.PricedLine{line("1", 10, "150.00")}, charges...)
	ship(t, o, "1", 10)
	return o
}

func TestMakeRefuses(t *testing.T) {
	down := errors.New("tax service is down")
	tests := map[string]struct {
		change func(*invoice.Request)
		check  func(t *testing.T, err error)
	}{
		"no order":       {func(r *invoice.Request) { r.Order = nil }, field("Order")},
		"no number":      {func(r *invoice.Request) { r.Number = invoice.Number{} }, field("Number")},
		"no date":        {func(r *invoice.Request) { r.Date = calendar.Date{} }, field("Date")},
		"nothing":        {func(r *invoice.Request) { r.Lines = nil }, field("Lines")},
		"no taxes":       {func(r *invoice.Request) { r.Taxes = nil }, field("Taxes")},
		"unknown policy": {func(r *invoice.Request) { r.Charges = "never" }, field("Charges")},
		"no policy for freight": {func(r *invoice.Request) {
			r.Order, r.Charges = newShipped(t, freight("1.00")), ""
		}, field("Charges")},
		"unknown line": {func(r *invoice.Request) { r.Lines[0].Line = "9" }, field("Lines")},
		"zero":         {func(r *invoice.Request) { r.Lines[0].Quantity = each(0) }, field("Lines")},
		"another unit": {func(r *invoice.Request) { r.Lines[0].Quantity = quantity.New(1, quantity.Case) }, func(t *testing.T, err error) {
			var mismatch *quantity.MismatchError
			require.ErrorAs(t, err, &mismatch)
		}},
		"more than left": {func(r *invoice.Request) { r.Lines[0].Quantity = each(11) }, over(11)},
		"more than left in two portions": {func(r *invoice.Request) {
			r.Lines = append(r.Lines, invoice.Portion{Line: "1", Quantity: each(1)})
		}, over(11)},
		"no terms": {func(r *invoice.Request) { r.Order.Document.Terms = terms.Payment{} }, field("Terms")},
		"terms from a day that is not known": {func(r *invoice.Request) { r.Terms = terms.MustPayment("net 30 from delivery") }, func(t *testing.T, err error) {
			var missing *terms.MissingDateError
			require.ErrorAs(t, err, &missing)
		}},
		"no tax to be had": {func(r *invoice.Request) {
			r.Taxes = func(invoice.Taxable) ([]invoice.Taxed, error) { return nil, down }
		}, func(t *testing.T, err error) { require.ErrorIs(t, err, down) }},
		"taxed twice": {func(r *invoice.Request) {
			r.Taxes = invoice.TaxAll(invoice.Tax{Category: "S"}, invoice.Tax{Category: "S"})
		}, field("Taxes")},
		"a base in another currency": {func(r *invoice.Request) {
			r.Taxes = func(invoice.Taxable) ([]invoice.Taxed, error) {
				return []invoice.Taxed{{Tax: invoice.Tax{Category: "S"}, Base: money.MustParse("1.00 EUR")}}, nil
			}
		}, field("Taxes")},
		"a base in parts of a cent": {func(r *invoice.Request) {
			r.Taxes = func(invoice.Taxable) ([]invoice.Taxed, error) {
				return []invoice.Taxed{{Tax: invoice.Tax{Category: "S"}, Base: usd("1.001")}}, nil
			}
		}, field("Taxes")},
		"less than zero": {func(r *invoice.Request) {
			r.Order = newShipped(t, order.Charge{Step: "allowance", Kind: "discount", Amount: usd("-151.00")})
		}, func(t *testing.T, err error) { require.ErrorIs(t, err, invoice.ErrNegative) }},
		"no price": {func(r *invoice.Request) { r.Order.Lines[0].Net = money.Amount{} }, field("Order")},
		"charges that do not add up": {func(r *invoice.Request) { r.Order.Lines[0].Net = usd("149.00") }, func(t *testing.T, err error) {
			var tie *invoice.TieError
			require.ErrorAs(t, err, &tie)
			assert.Equal(t, usd("150.00"), tie.Charges)
			assert.Contains(t, err.Error(), "149.00 USD")
		}},
		"freight in another currency": {func(r *invoice.Request) {
			r.Order = newShipped(t, order.Charge{Step: "freight", Kind: "freight", Amount: usd("1.00")})
			r.Order.Charges[0].Amount = money.MustParse("1.00 CAD")
		}, func(t *testing.T, err error) {
			var currency *money.CurrencyError
			require.ErrorAs(t, err, &currency)
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := request(t, newShipped(t))
			test.change(&r)
			_, err := invoice.Make(r)
			require.Error(t, err)
			test.check(t, err)
		})
	}
}

func field(name string) func(*testing.T, error) {
	return func(t *testing.T, err error) {
		var wrong *invoice.RequestError
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, name, wrong.Field)
		assert.Contains(t, err.Error(), name)
	}
}

func over(asked int64) func(*testing.T, error) {
	return func(t *testing.T, err error) {
		var over *invoice.QuantityError
		require.ErrorAs(t, err, &over)
		assert.Equal(t, each(asked), over.Asked)
		assert.Equal(t, each(10), over.Shipped)
	}
}

// What is shipped is invoiced once, ever: neither Make nor the order takes it
// again (BIL-2).
func TestBilledOnce(t *testing.T) {
	o := newShipped(t)
	r := request(t, o)
	inv := bill(t, r)
	_, err := invoice.Make(r)
	var twice *invoice.QuantityError
	require.ErrorAs(t, err, &twice)
	assert.Equal(t, each(10), twice.Billed)
	require.Error(t, o.Apply(inv.Invoiced(at)))
	left, err := invoice.Unbilled(o)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// A price for cases is billed in cases, as far as that can be said exactly.
func TestOrderedUnit(t *testing.T) {
	o := newShipped(t)
	o.Lines[0].Quantity = quantity.MustParse("2.5 CA") // of 4
	for n, want := range map[int64]string{10: "2.5 CA", 4: "1 CA", 1: "0.25 CA"} {
		r := request(t, o)
		r.Lines[0].Quantity = each(n)
		inv, err := invoice.Make(r)
		require.NoError(t, err)
		assert.Equal(t, quantity.MustParse(want), inv.Lines[0].Ordered)
		assert.Equal(t, each(n), inv.Lines[0].Quantity)
	}

	o = newOrder(t, []order.PricedLine{line("1", 12, "150.00")})
	ship(t, o, "1", 12)
	o.Lines[0].Quantity = quantity.New(1, quantity.Case)
	r := request(t, o)
	r.Lines[0].Quantity = each(1)
	inv, err := invoice.Make(r)
	require.NoError(t, err)
	assert.True(t, inv.Lines[0].Ordered.IsZero(), "a twelfth of a case")
	r.Lines[0].Quantity = each(12)
	inv, err = invoice.Make(r)
	require.NoError(t, err)
	assert.Equal(t, quantity.New(1, quantity.Case), inv.Lines[0].Ordered)
}

// Catch weight: the quantity has decimals, and so has its share.
func TestCatchWeight(t *testing.T) {
	o := newShipped(t)
	l := &o.Lines[0]
	l.Quantity, l.Base = quantity.MustParse("12.5 KG"), quantity.MustParse("12.5 KG")
	l.Schedules[0].Quantity, l.Schedules[0].Shipped = l.Base, l.Base
	sum := money.Zero(money.USD)
	for _, part := range []struct{ quantity, net string }{{"4.125", "49.50"}, {"4.125", "49.50"}, {"4.25", "51.00"}} {
		r := request(t, o)
		r.Lines[0].Quantity = quantity.MustParse(part.quantity + " KG")
		inv := bill(t, r)
		assert.Equal(t, usd(part.net), inv.Totals.Lines)
		sum, _ = sum.Add(inv.Totals.Lines)
	}
	assert.Equal(t, usd("150.00"), sum)
}

// A waterfall that is finer than the cent is brought to it by a charge of its own.
func TestFineWaterfall(t *testing.T) {
	o := newOrder(t, []order.PricedLine{line("1", 3, "10.0050", "-0.0050")})
	sum := money.Zero(money.USD)
	for range 3 {
		ship(t, o, "1", 1)
		inv := bill(t, request(t, o))
		l := inv.Lines[0]
		charges := money.Zero(money.USD)
		for _, c := range l.Charges {
			charges, _ = charges.Add(c.Amount)
		}
		assert.Equal(t, l.Net, charges)
		_, whole := l.Net.Minor()
		assert.True(t, whole)
		sum, _ = sum.Add(l.Net)
	}
	assert.Equal(t, usd("10.00"), sum)
}

// Two discounts that round up together do not make a cheap line cost less than
// nothing: 0.04 less 0.01 less 0.01 for five.
func TestCheapLine(t *testing.T) {
	o := newOrder(t, []order.PricedLine{line("1", 5, "0.04", "-0.01", "-0.01")})
	for i, want := range []string{"0.00", "0.01", "0.00", "0.01", "0.00"} {
		ship(t, o, "1", 1)
		inv := bill(t, request(t, o))
		assert.Equal(t, usd(want), inv.Totals.Lines, "piece %d", i+1)
	}
}

// A line of which only the net is known is shared out by that.
func TestNetAlone(t *testing.T) {
	o := newShipped(t)
	o.Lines[0].Charges, o.Lines[0].Net = nil, usd("100.00")
	for _, want := range []string{"30.00", "30.00", "40.00"} {
		r := request(t, o)
		if want != "40.00" {
			r.Lines[0].Quantity = each(3)
		}
		inv := bill(t, r)
		assert.Equal(t, usd(want), inv.Lines[0].Net)
		assert.Empty(t, inv.Lines[0].Charges)
	}
}

// A tax may be taken of a part of a net: freight in it that is taxed otherwise. The
// bases of the breakdown are the parts, and returns take both back to the cent.
func TestTaxOfAPartOfTheNet(t *testing.T) {
	goods := invoice.Tax{Category: "S", Rate: money.MustRate("7%")}
	carriage := invoice.Tax{Category: "S", Rate: money.MustRate("19%")}
	o := newOrder(t, []order.PricedLine{line("1", 3, "110.00"), line("2", 1, "50.00")})
	ship(t, o, "1", 3)
	ship(t, o, "2", 1)
	r := request(t, o)
	r.Taxes = func(what invoice.Taxable) ([]invoice.Taxed, error) {
		require.NotEmpty(t, what.Charges)
		if what.Line == "2" {
			return []invoice.Taxed{{Tax: goods}}, nil
		}
		return []invoice.Taxed{{Tax: goods, Base: usd("100.00")}, {Tax: carriage, Base: usd("10.00")}}, nil
	}
	inv := bill(t, r)
	assert.Equal(t, []invoice.TaxTotal{
		{Tax: goods, Base: usd("150.00"), Amount: usd("10.50")}, {Tax: carriage, Base: usd("10.00"), Amount: usd("1.90")},
	}, inv.Taxes)
	assert.Equal(t, []invoice.Taxed{{Tax: goods, Base: usd("100.00"), Amount: usd("7.00")}, {Tax: carriage, Base: usd("10.00"), Amount: usd("1.90")}}, inv.Lines[0].Taxes)
	assert.Equal(t, []invoice.Taxed{{Tax: goods, Amount: usd("3.50")}}, inv.Lines[1].Taxes)
	first, err := inv.Reversal("1", each(0), each(1))
	require.NoError(t, err)
	rest, err := inv.Reversal("1", each(1), each(3))
	require.NoError(t, err)
	assert.Equal(t, []invoice.Taxed{{Tax: goods, Base: usd("33.33"), Amount: usd("2.33")}, {Tax: carriage, Base: usd("3.33"), Amount: usd("0.63")}}, first.Taxes)
	assert.Equal(t, []invoice.Taxed{{Tax: goods, Base: usd("66.67"), Amount: usd("4.67")}, {Tax: carriage, Base: usd("6.67"), Amount: usd("1.27")}}, rest.Taxes)
}

// The tax of a charge may be taken of a part of it too.
func TestTaxOfAPartOfACharge(t *testing.T) {
	books := invoice.Tax{Category: "S", Rate: money.MustRate("7%")}
	o := newOrder(t, []order.PricedLine{line("1", 1, "110.00")}, freight("9.00"))
	ship(t, o, "1", 1)
	r := request(t, o)
	r.Taxes = func(what invoice.Taxable) ([]invoice.Taxed, error) {
		if what.Charge == "" {
			return nil, nil
		}
		return []invoice.Taxed{{Tax: books, Base: usd("4.00")}}, nil
	}
	inv := bill(t, r)
	assert.Equal(t, []invoice.TaxTotal{{Tax: books, Base: usd("4.00"), Amount: usd("0.28")}}, inv.Taxes)
	back, err := inv.Charges[0].Reversal(usd("0.00"), usd("3.00"))
	require.NoError(t, err)
	assert.Equal(t, []invoice.Taxed{{Tax: books, Base: usd("1.33"), Amount: usd("0.09")}}, back.Taxes)
}
