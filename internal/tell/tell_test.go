package tell_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/o2ckit/o2c/internal/tell"
	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
	"github.com/o2ckit/o2c/kernel/terms"
	"github.com/o2ckit/o2c/order"
	"github.com/o2ckit/o2c/order/invoice"
)

func each(n int64) quantity.Quantity { return quantity.New(n, quantity.Each) }

func usd(text string) money.Amount { return money.MustParse(text + " USD") }

func TestInOrdered(t *testing.T) {
	cases := quantity.New(5, quantity.Case)
	for name, c := range map[string]struct {
		ordered, base quantity.Quantity
		parts, want   []quantity.Quantity
	}{
		"whole cases":       {cases, each(60), []quantity.Quantity{each(24), each(36)}, []quantity.Quantity{quantity.New(2, quantity.Case), quantity.New(3, quantity.Case)}},
		"a part of a case":  {cases, each(60), []quantity.Quantity{each(18), each(42)}, []quantity.Quantity{quantity.MustParse("1.5 CA"), quantity.MustParse("3.5 CA")}},
		"one not exact":     {cases, each(60), []quantity.Quantity{each(1), each(12)}, []quantity.Quantity{each(1), each(12)}},
		"the same unit":     {each(60), each(60), []quantity.Quantity{each(7)}, []quantity.Quantity{each(7)}},
		"no base":           {cases, each(0), []quantity.Quantity{each(7)}, []quantity.Quantity{each(7)}},
		"of another unit":   {cases, each(60), []quantity.Quantity{cases}, []quantity.Quantity{cases}},
		"nothing to change": {cases, each(60), nil, []quantity.Quantity{}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, tell.InOrdered(c.ordered, c.base, c.parts))
		})
	}
}

func bill(charges ...order.Charge) *invoice.Invoice {
	net := money.Zero(money.USD)
	for _, c := range charges {
		net, _ = net.Add(c.Amount)
	}
	return &invoice.Invoice{
		Currency: money.USD,
		Lines:    []invoice.Line{{Line: "1", Item: "BR-10", Quantity: each(23), Ordered: each(23), UnitPrice: usd("1.45"), Net: net, Charges: charges}},
		Charges: []invoice.Charge{{Charge: order.Charge{Step: "freight", Kind: "freight", Amount: usd("5.00")}},
			{Charge: order.Charge{Step: "nothing", Kind: "charge", Amount: usd("0.00")}}},
		Totals: invoice.Totals{Lines: net},
		Terms:  terms.MustPayment("2/10 net 30"),
	}
}

// 23 of 70 at 1.45, of which 33.36 was billed: the cent is a rounding, and what was
// spread over the lines is a charge of the whole.
func TestInvoice(t *testing.T) {
	got, err := tell.Invoice(bill(
		order.Charge{Step: "price", Kind: "price", Amount: usd("33.36")},
		order.Charge{Step: "rebate", Kind: "discount", Amount: usd("-1.00")},
		order.Charge{Step: "order", Kind: "discount", Amount: usd("-2.00"), Spread: true, Base: usd("33.36")}))
	require.NoError(t, err)
	l := got.Lines[0]
	assert.Equal(t, []any{each(23), usd("1.45"), usd("33.35"), usd("33.36"), usd("32.36")}, []any{l.Billed, l.Price, l.Value, l.List, l.Net})
	require.Len(t, l.Charges, 2)
	assert.Equal(t, "rebate", l.Charges[0].Step)
	assert.Equal(t, order.Charge{Step: "rounding", Kind: "rounding", Amount: usd("0.01")}, l.Charges[1])
	assert.Equal(t, []order.ItemIdentifier{{Scheme: order.SchemeVendor, Value: "BR-10"}}, l.Identifiers)
	require.Len(t, got.Charges, 2, "the charge of nothing is not told")
	assert.Equal(t, []any{usd("-2.00"), money.Amount{}}, []any{got.Charges[0].Amount, got.Charges[0].Base}, "the base of a part is not that of the whole")
	assert.Equal(t, usd("35.36"), got.Sum)
}

// What was spread over the lines is put together again, but not what differs in its rate.
func TestInvoiceWithSpreadRates(t *testing.T) {
	part := func(amount, rate string) order.Charge {
		return order.Charge{Step: "order", Kind: "discount", Amount: usd(amount), Spread: true, Rate: money.MustRate(rate)}
	}
	inv := bill(order.Charge{Step: "price", Kind: "price", Amount: usd("33.35")}, part("-1.00", "3%"), part("-2.00", "6%"), part("-0.50", "3%"))
	got, err := tell.Invoice(inv)
	require.NoError(t, err)
	require.Len(t, got.Charges, 3)
	assert.Equal(t, []any{usd("-1.50"), money.MustRate("3%"), usd("-2.00"), money.MustRate("6%")},
		[]any{got.Charges[0].Amount, got.Charges[0].Rate, got.Charges[1].Amount, got.Charges[1].Rate})
}

func TestInvoiceWithoutQuantity(t *testing.T) {
	inv := bill(order.Charge{Step: "price", Kind: "price", Amount: usd("33.36")})
	inv.Lines[0].Quantity, inv.Lines[0].Ordered = each(0), each(0)
	_, err := tell.Invoice(inv)
	var told *tell.Error
	require.ErrorAs(t, err, &told)
	assert.Equal(t, &tell.Error{Line: "1", Value: "0 EA", Reason: "there is no quantity"}, told)
	assert.EqualError(t, err, `invoice line 1: there is no quantity (value "0 EA")`)
}

// A credit is told in amounts above zero: goods by their quantity, a corrected price by
// the price, and what was charged as a charge.
func TestReversed(t *testing.T) {
	goods := invoice.Line{Quantity: each(-3), Ordered: each(-3), UnitPrice: usd("2.00"), Net: usd("-6.00"),
		Charges: []order.Charge{{Kind: "price", Amount: usd("-6.00"), Quantity: each(-3)}}}
	price := invoice.Line{Quantity: each(10), Ordered: each(10), UnitPrice: usd("-0.30"), Net: usd("-3.00"),
		Charges: []order.Charge{{Kind: "price", Amount: usd("-3.00"), Base: usd("-0.30")}}}
	credit := &invoice.Invoice{Currency: money.USD, Lines: []invoice.Line{goods, price},
		Charges: []invoice.Charge{{Charge: order.Charge{Step: "freight", Amount: usd("-5.00")}}},
		Totals:  invoice.Totals{Lines: usd("-9.00"), Allowances: usd("5.00"), Charges: usd("1.00"), Net: usd("-13.00"), Tax: usd("-1.04"), Payable: usd("-14.04")}}
	got := tell.Reversed(credit)
	assert.Equal(t, []any{each(3), each(3), usd("2.00"), usd("6.00"), usd("6.00"), each(3)},
		[]any{got.Lines[0].Quantity, got.Lines[0].Ordered, got.Lines[0].UnitPrice, got.Lines[0].Net, got.Lines[0].Charges[0].Amount, got.Lines[0].Charges[0].Quantity})
	assert.Equal(t, []any{each(10), usd("0.30"), usd("3.00"), usd("3.00"), usd("0.30")},
		[]any{got.Lines[1].Quantity, got.Lines[1].UnitPrice, got.Lines[1].Net, got.Lines[1].Charges[0].Amount, got.Lines[1].Charges[0].Base})
	assert.Equal(t, usd("5.00"), got.Charges[0].Amount)
	assert.Equal(t, invoice.Totals{Lines: usd("9.00"), Allowances: usd("1.00"), Charges: usd("5.00"), Net: usd("13.00"), Tax: usd("1.04"), Payable: usd("14.04")}, got.Totals)
	assert.Equal(t, usd("-6.00"), credit.Lines[0].Charges[0].Amount, "the credit stays as it is")
}

func TestDiscounted(t *testing.T) {
	isFreight := func(c *order.Charge) bool { return c.Kind == "freight" }
	inv := bill(order.Charge{Step: "price", Kind: "price", Amount: usd("100.00")}, order.Charge{Step: "carrier", Kind: "freight", Amount: usd("10.00")})
	base, discount, ok, err := tell.Discounted(inv, isFreight)
	require.NoError(t, err)
	assert.Equal(t, []any{usd("100.00"), usd("2.00"), true}, []any{base, discount, ok})
	inv.Terms = terms.MustPayment("net 30")
	_, _, ok, err = tell.Discounted(inv, isFreight)
	require.NoError(t, err)
	assert.False(t, ok)
}
